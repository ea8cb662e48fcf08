//! Adding a file. Once begun it goes on while one reads elsewhere.

use keepwell_shared::id::ChartId;
use web_sys::File;
use yew::prelude::*;

use super::parts::{EntryFields, TransferCard, entry_fields};
use crate::{
    components::{Button, FilePicker, Look, Mistake, RouteLink, Sign, icon},
    hooks::{use_draft, use_page, use_replace, use_sent, use_session, use_transfers},
    message::Command,
    route::Route,
    session::{
        drafts::{Form, Typed},
        transfers::{Job, Stage, Transfer, What, entered},
    },
    words::{self, entry},
};

#[derive(Properties, PartialEq)]
pub(crate) struct NewFileProps {
    pub(crate) chart: ChartId,
}

#[component]
pub(crate) fn NewFile(props: &NewFileProps) -> Html {
    let chart = props.chart;
    let here = Route::NewFile { chart };
    let (session, transfers) = (use_session(), use_transfers());
    let heading = use_page(entry::NEW_FILE);
    let form = use_draft(Form::File(chart), Typed::default());
    let sent = use_sent();
    let typed = form.typed().clone();
    let limit = session
        .state()
        .home()
        .map_or(u64::MAX, |home| home.max_file);
    let transfer = transfers.of(&here).cloned();
    use_follow(transfer.clone());

    let onchange = {
        let (form, typed) = (form.clone(), typed.clone());
        move |draft| {
            form.set(Typed {
                draft,
                ..typed.clone()
            });
        }
    };
    let onchoose = {
        let (form, sent, typed) = (form.clone(), sent.clone(), typed.clone());
        move |file: File| {
            sent.show(file_mistake(Some(&file), limit).into_iter().collect());
            form.set(Typed {
                file: Some(file),
                ..typed.clone()
            });
        }
    };
    let onsubmit = {
        let (typed, sent) = (typed.clone(), sent.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let mistake = file_mistake(typed.file.as_ref(), limit);
            let (true, Some(file)) = (sent.show(mistake.into_iter().collect()), typed.file.clone())
            else {
                return;
            };
            let at = here.clone();
            let job = Job {
                command: Command::AddFile {
                    chart,
                    draft: typed.draft.clone(),
                },
                what: What::Add,
                name: file.name(),
                file: Some(file),
                at: at.clone(),
            };
            let form = form.clone();
            transfers.begin(&session, job, move |answer| {
                form.drop();
                entered(&answer, &at)
            });
        })
    };
    html! {
        <div class="narrow">
            <RouteLink hook="back" to={Route::Chart { chart }} class="back">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} tabindex="-1">{ entry::NEW_FILE }</h1>
            { sent.summary() }
            if let Some(transfer) = transfer.clone() {
                <TransferCard key={transfer.id} transfer={transfer.clone()} />
            }
            if !transfer.is_some_and(|transfer| transfer.stage == Stage::Running) {
                <form method="post" autocomplete="off" novalidate={true} {onsubmit}>
                    <FilePicker
                        label={words::chart::FILE}
                        help={entry::file_limit(limit)}
                        error={sent.of("file-input")}
                        file={typed.file.clone()}
                        {onchoose}
                    />
                    { entry_fields(EntryFields {
                        draft: typed.draft,
                        onchange: onchange.into(),
                        file: true,
                        untitled: true,
                        title_error: None,
                        text_error: sent.of("note-text"),
                    }) }
                    { Button::new()
                        .hook("save")
                        .label(entry::ADD)
                        .look(Look::Main)
                        .submit(true)
                        .view() }
                </form>
            }
        </div>
    }
}

/// What is wrong with a chosen file, before anything is sent.
pub(super) fn file_mistake(file: Option<&File>, limit: u64) -> Option<Mistake> {
    let text = match file {
        None => entry::FILE_MISSING.to_owned(),
        Some(file) if file.size() < 1.0 => {
            words::failure::failure(&crate::message::Failure::EmptyFile)
        }
        Some(file) if file.size() > limit as f64 => {
            words::failure::failure(&crate::message::Failure::FileTooLarge(limit))
        }
        Some(_) => return None,
    };
    Some(Mistake::at("file-input", text))
}

/// Goes to the new entry when a file that was on its way on this screen has arrived. One that
/// arrived while the person was elsewhere is told of there and is not followed.
#[hook]
pub(super) fn use_follow(transfer: Option<Transfer>) {
    let (session, transfers, replace) = (use_session(), use_transfers(), use_replace());
    let watched = use_mut_ref(|| None);
    use_effect_with(transfer, move |transfer| {
        let Some(transfer) = transfer else { return };
        match &transfer.stage {
            Stage::Running => *watched.borrow_mut() = Some(transfer.id),
            Stage::Done(Some(to)) if *watched.borrow() == Some(transfer.id) => {
                let told = match transfer.what {
                    What::Replace => entry::SAVED,
                    _ => entry::ADDED,
                };
                transfers.dismiss(transfer.id);
                session.tell(to.clone(), told);
                replace.emit(to.clone());
            }
            Stage::Done(_) | Stage::Failed(_) => {}
        }
    });
}
