//! Saving a file locked: choosing its passphrase, and the way from the chart to the device.

use std::{cell::Cell, rc::Rc};

use keepwell_shared::password::Password;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::{
    new_password::{self, NewPassword, judge},
    text_of,
};
use crate::{
    bridge::{
        Answer, Progress, Strength,
        locker::{self, NoFile},
    },
    components::{Button, Look},
    hooks::{use_busy, use_sent, use_session},
    message::{Command, Failure, Reply, locker::Job},
    platform::{self, download},
    session::{
        Session, chart_of,
        transfers::{Stage, Steps},
    },
    words::locker as text,
};

#[derive(Properties, PartialEq)]
pub(crate) struct LockFormProps {
    /// Gets the passphrase in its one form.
    pub(crate) onlock: Callback<String>,
    pub(crate) oncancel: Callback<()>,
}

#[component]
pub(crate) fn LockForm(props: &LockFormProps) -> Html {
    let session = use_session();
    let (password, again) = (use_node_ref(), use_node_ref());
    let strength = use_memo((), |()| Strength::default());
    let (busy, sent) = (use_busy(), use_sent());
    let username = session.state().home().map(|home| home.username.clone());
    let username = username.unwrap_or_default();
    let onsubmit = {
        let nodes = [password.clone(), again.clone()];
        let (busy, sent, onlock) = (busy.clone(), sent.clone(), props.onlock.clone());
        let (strength, username) = ((*strength).clone(), username.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let [new, again] = nodes.each_ref().map(text_of);
            let mistakes = new_password::mistakes(&new, &again, &username, platform::nfc);
            if busy.is() || !sent.show(mistakes) || !busy.begin() {
                return;
            }
            let (busy, sent, onlock) = (busy.clone(), sent.clone(), onlock.clone());
            let (strength, username) = (strength.clone(), username.clone());
            spawn_local(async move {
                let wrong = judge(&strength, &new, &username).await;
                busy.end();
                if sent.show(wrong.into_iter().collect())
                    && let Ok(passphrase) = Password::prepare(&new, platform::nfc)
                {
                    onlock.emit(passphrase.expose().to_owned());
                }
            });
        })
    };
    html! {
        <form class="lock-form" method="post" novalidate={true} {onsubmit} data-test="lock-form">
            <h2>{ text::LOCK_TITLE }</h2>
            <p>{ text::LOCK_TEXT }</p>
            { sent.summary() }
            <NewPassword
                {username}
                {password}
                {again}
                error={sent.of("password")}
                again_error={sent.of("password-again")}
                label={text::PASSPHRASE}
                guesser={text::GUESSER}
                strength={(*strength).clone()}
            />
            <p class="actions">
                { Button::new()
                    .hook("lock-file")
                    .label(if busy.is() { text::LOCKING } else { text::LOCK })
                    .look(Look::Main)
                    .submit(true)
                    .busy(busy.is())
                    .view() }
                { Button::new()
                    .hook("lock-not-now")
                    .label(text::NOT_NOW)
                    .look(Look::Quiet)
                    .onclick(props.oncancel.clone())
                    .view() }
            </p>
        </form>
    }
}

/// Opens the file that the command names, locks it, and hands it to the browser's downloads.
pub(super) async fn lock_and_save(
    session: Session,
    command: Command,
    passphrase: String,
    steps: Steps,
) -> Stage {
    let steps = Rc::new(steps);
    let opened = open(&session, &command, &steps).await;
    let (name, blob) = match opened {
        Ok(Answer {
            reply: Reply::File { name, .. },
            blob: Some(blob),
        }) => (name, blob),
        Ok(_) => return Stage::Failed(Failure::Program),
        Err(failure) => return Stage::Failed(failure),
    };
    let job = Job {
        passphrase,
        lock: true,
    };
    let locked = locker::work(&job, &blob, |progress| {
        steps.progress(progress.done, progress.total);
        !steps.are_stopped()
    });
    match locked.await {
        // Nothing is saved over a locked screen.
        _ if steps.are_stopped() => Stage::Failed(Failure::Cancelled),
        Ok(locked) if download::save(&locked, &format!("{name}.age")) => Stage::Done(None),
        Err(NoFile::Failure(failure)) => Stage::Failed(failure),
        Ok(_) | Err(NoFile::Closed(_)) => Stage::Failed(Failure::Program),
    }
}

async fn open(session: &Session, command: &Command, steps: &Rc<Steps>) -> Result<Answer, Failure> {
    // The id is known only after asking, and progress comes only after that.
    let id = Rc::new(Cell::new(0));
    let listener = {
        let (steps, id) = (Rc::clone(steps), Rc::clone(&id));
        let bridge = session.bridge().clone();
        Callback::from(move |progress: Progress| match steps.are_stopped() {
            true => bridge.cancel(id.get()),
            false => steps.progress(progress.done, progress.total),
        })
    };
    let (number, answer) = session.bridge().ask_long(command, None, Some(listener));
    id.set(number);
    let learn = session.learn(chart_of(command));
    let answer = answer.await;
    let heard = match &answer {
        Ok(answer) => Ok(answer.reply.clone()),
        Err(failure) => Err(failure.clone()),
    };
    learn(&heard);
    answer
}
