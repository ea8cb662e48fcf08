//! The file of an entry: its name, its size, and the ways to open it.

use keepwell_record::viewing;
use keepwell_shared::id::ChartId;
use yew::prelude::*;

use super::{
    TransferCard,
    viewer::{Viewed, Viewer},
};
use crate::{
    bridge::Answer,
    components::{Button, Look, Sign, icon},
    hooks::{use_here, use_session, use_transfers},
    message::{Command, Entry, Failure, FileInfo, Reply},
    platform::{download, locale},
    session::transfers::{Job, Stage, What},
    words::{entry as text, file},
};

#[derive(Properties, PartialEq)]
pub(crate) struct FileCardProps {
    pub(crate) chart: ChartId,
    pub(crate) entry: Entry,
    pub(crate) file: FileInfo,
}

#[component]
pub(crate) fn FileCard(props: &FileCardProps) -> Html {
    let (session, transfers, here) = (use_session(), use_transfers(), use_here());
    let shown = use_state(|| None::<Viewed>);
    let running = transfers.of(&here).cloned();
    let busy = running
        .as_ref()
        .is_some_and(|transfer| transfer.stage == Stage::Running);
    let open = {
        let (chart, entry, shown) = (props.chart, props.entry.clone(), shown.setter());
        let name = props.file.name.clone();
        Callback::from(move |what: What| {
            let job = Job {
                command: Command::OpenFile {
                    chart,
                    record: entry.record,
                    revision: entry.revision,
                },
                file: None,
                what,
                name: name.clone(),
                at: here.clone(),
            };
            let shown = shown.clone();
            transfers.begin(&session, job, move |answer| match what {
                What::Show => match Viewed::of(answer) {
                    Some(file) => {
                        shown.set(Some(file));
                        Stage::Done(None)
                    }
                    None => Stage::Failed(Failure::Program),
                },
                _ => saved(answer),
            });
        })
    };
    let can_be_shown = viewing::way(&props.file.media_type).is_some();
    let toggle = {
        let (open, shown) = (open.clone(), shown.clone());
        move |()| match *shown {
            Some(_) => shown.set(None),
            None => open.emit(What::Show),
        }
    };
    html! {
        <div class="file-card" data-test="file">
            <div class="file-face">
                { icon(Sign::File) }
                <span class="row-text">
                    <span class="row-title" data-test="file-name">{ &props.file.name }</span>
                    <span class="row-meta"><span data-test="file-size">{ locale::size(props.file.length) }</span></span>
                </span>
                if can_be_shown {
                    { Button::new()
                        .hook("show-file")
                        .label(if shown.is_some() { file::HIDE } else { file::SHOW })
                        .sign(Sign::Eye)
                        .look(Look::Main)
                        .busy(busy)
                        .onclick(toggle)
                        .view() }
                }
                { Button::new()
                    .hook("download")
                    .label(text::DOWNLOAD)
                    .sign(Sign::Download)
                    .look(if can_be_shown { Look::Plain } else { Look::Main })
                    .busy(busy)
                    .onclick(open.reform(|()| What::Open))
                    .view() }
            </div>
            if !can_be_shown {
                <p class="muted" data-test="file-save-only">{ file::SAVE_TO_SEE }</p>
            }
            if let Some(transfer) = running {
                <TransferCard key={transfer.id} transfer={transfer.clone()} />
            }
            if let Some(shown) = &*shown {
                <Viewer file={shown.clone()} />
            }
        </div>
    }
}

/// Hands the opened bytes to the browser's downloads.
fn saved(answer: Answer) -> Stage {
    match (&answer.reply, &answer.blob) {
        (Reply::File { name, .. }, Some(blob)) if download::save(blob, name) => Stage::Done(None),
        _ => Stage::Failed(Failure::Program),
    }
}
