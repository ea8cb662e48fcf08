//! The file of an entry: its name, its size, and the ways to see it and to save it.

use keepwell_record::viewing;
use keepwell_shared::id::ChartId;
use web_sys::Blob;
use yew::prelude::*;

use super::{
    TransferCard, Unlock,
    lock_form::{LockForm, lock_and_save},
    viewer::{Viewed, Viewer},
};
use crate::{
    bridge::Answer,
    components::{Button, Look, Sign, icon},
    hooks::{use_here, use_session, use_transfers},
    message::{Command, Entry, Failure, FileInfo, Reply},
    platform::{self, download, locale, storage},
    session::transfers::{Job, Stage, Task, What},
    words::{entry as text, file, locker},
};

#[derive(Properties, PartialEq)]
pub(crate) struct FileCardProps {
    pub(crate) chart: ChartId,
    pub(crate) entry: Entry,
    pub(crate) file: FileInfo,
}

/// What stands under the name.
#[derive(Clone, PartialEq)]
enum Below {
    Nothing,
    Viewed(Viewed),
    /// A locked file, which waits for its passphrase.
    Locked(Blob),
    /// The form in which a passphrase is chosen.
    Locking,
}

#[component]
pub(crate) fn FileCard(props: &FileCardProps) -> Html {
    let (session, transfers, here) = (use_session(), use_transfers(), use_here());
    let below = use_state(|| Below::Nothing);
    let running = transfers.of(&here).cloned();
    let busy = running
        .as_ref()
        .is_some_and(|transfer| transfer.stage == Stage::Running);
    let name = AttrValue::from(props.file.name.clone());
    let command = {
        let (chart, entry) = (props.chart, &props.entry);
        let (record, revision) = (entry.record, entry.revision);
        Command::OpenFile {
            chart,
            record,
            revision,
        }
    };
    let open = {
        let (below, name, command) = (below.setter(), name.to_string(), command.clone());
        let (session, transfers, here) = (session.clone(), transfers.clone(), here.clone());
        Callback::from(move |what: What| {
            let job = Job {
                command: command.clone(),
                file: None,
                what,
                name: name.clone(),
                at: here.clone(),
            };
            let below = below.clone();
            transfers.begin(&session, job, move |answer| match what {
                What::Show => show(answer, &below),
                _ => saved(answer),
            });
        })
    };
    let onlock = {
        let (below, name) = (below.setter(), name.to_string());
        Callback::from(move |passphrase: String| {
            // The form is hidden until it is done; where that fails, what was typed is still there.
            platform::focus_id(CARD);
            let below = below.clone();
            let task = Task {
                what: What::Lock,
                name: name.clone(),
                at: here.clone(),
            };
            let (asks, command) = (session.clone(), command.clone());
            transfers.run(&session, task, async move |steps| {
                let stage = lock_and_save(asks, command, passphrase, steps).await;
                if matches!(stage, Stage::Done(_)) {
                    below.set(Below::Nothing);
                }
                stage
            });
        })
    };
    let seen = matches!(*below, Below::Viewed(_) | Below::Locked(_));
    let toggle = {
        let (open, below) = (open.clone(), below.setter());
        move |()| match seen {
            true => below.set(Below::Nothing),
            false => open.emit(What::Show),
        }
    };
    let choosing = *below == Below::Locking;
    let choose = {
        let below = below.setter();
        Callback::from(move |()| {
            below.set(match choosing {
                true => Below::Nothing,
                false => Below::Locking,
            });
        })
    };
    let close = {
        let below = below.setter();
        Callback::from(move |()| {
            platform::focus_id(CARD);
            below.set(Below::Nothing);
        })
    };
    let is_locked = props.file.media_type == LOCKED;
    let can_be_seen = is_locked || viewing::way(&props.file.media_type).is_some();
    let plain = Button::new()
        .hook("download")
        .label(text::DOWNLOAD)
        .sign(Sign::Download)
        .busy(busy)
        .onclick(open.reform(|()| What::Open));
    let locked = Button::new()
        .hook("download-locked")
        .label(locker::DOWNLOAD_LOCKED)
        .sign(Sign::Lock)
        .busy(busy)
        .expanded(choosing)
        .onclick(choose);
    let first = match can_be_seen {
        true => Look::Plain,
        false => Look::Main,
    };
    // Where others use the device, a file is locked unless somebody wants it otherwise.
    let (plain, locked) = match storage::is_shared() {
        true => (plain.look(Look::Quiet), locked.look(first)),
        false => (plain.look(first), locked.look(Look::Quiet)),
    };
    html! {
        <div class="file-card" id={CARD} tabindex="-1" data-test="file">
            <div class="file-face">
                { icon(Sign::File) }
                <span class="row-text">
                    <span class="row-title" data-test="file-name">{ &name }</span>
                    <span class="row-meta"><span data-test="file-size">{ locale::size(props.file.length) }</span></span>
                </span>
            </div>
            <p class="actions no-print">
                if can_be_seen {
                    { Button::new()
                        .hook("show-file")
                        .label(match (seen, is_locked) {
                            (true, _) => file::HIDE,
                            (false, true) => locker::UNLOCK,
                            (false, false) => file::SHOW,
                        })
                        .sign(Sign::Eye)
                        .look(Look::Main)
                        .busy(busy)
                        .onclick(toggle)
                        .view() }
                }
                { plain.view() }
                if !is_locked {
                    { locked.view() }
                }
            </p>
            if !can_be_seen {
                <p class="muted" data-test="file-save-only">{ file::SAVE_TO_SEE }</p>
            }
            if let Some(transfer) = running {
                <TransferCard key={transfer.id} transfer={transfer.clone()} />
            }
            { match &*below {
                Below::Nothing => Html::default(),
                Below::Viewed(file) => html! { <Viewer file={file.clone()} /> },
                Below::Locked(blob) => html! { <Unlock {name} blob={blob.clone()} /> },
                Below::Locking => html! { <div hidden={busy}><LockForm {onlock} oncancel={close} /></div> },
            } }
        </div>
    }
}

/// Puts what was opened under the name.
fn show(answer: Answer, below: &UseStateSetter<Below>) -> Stage {
    let locked = match (&answer.reply, &answer.blob) {
        (Reply::File { media_type, .. }, Some(blob)) if media_type == LOCKED => {
            Some(Below::Locked(blob.clone()))
        }
        _ => None,
    };
    match locked.or_else(|| Viewed::of(answer).map(Below::Viewed)) {
        Some(seen) => {
            below.set(seen);
            Stage::Done(None)
        }
        None => Stage::Failed(Failure::Program),
    }
}

/// Hands the opened bytes to the browser's downloads.
fn saved(answer: Answer) -> Stage {
    match (&answer.reply, &answer.blob) {
        (Reply::File { name, .. }, Some(blob)) if download::save(blob, name) => Stage::Done(None),
        _ => Stage::Failed(Failure::Program),
    }
}

/// Where the focus goes when a form in it closes.
const CARD: &str = "file-card";
/// The media type of a file that is locked with a passphrase.
const LOCKED: &str = "application/x-age-encryption";
