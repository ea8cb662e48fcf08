//! Another app, or new recovery codes: both factors are shown again first.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::parts::{SheetCard, about_the_code, app_card, code_field, recovery_field, text_of};
use crate::{
    components::{Button, Look, Mistake, PasswordField, RouteLink, Sign, icon},
    hooks::{use_busy, use_go, use_page, use_sent, use_session},
    message::{Command, Failure, NewFactor, Reply, Sheet, TypedFactor},
    platform::storage,
    route::Route,
    session::Session,
    words::{self, factor},
};

/// How far it is.
#[derive(Clone, PartialEq)]
enum Stage {
    /// Both factors are asked for.
    Confirm,
    /// Another app is set up.
    App(NewFactor),
    /// New recovery codes are shown.
    Codes(Sheet),
}

#[component]
pub(crate) fn SecondFactor() -> Html {
    let heading = use_page(factor::TITLE);
    let stage = use_state(|| Stage::Confirm);
    let next = {
        let stage = stage.setter();
        Callback::from(move |next| stage.set(next))
    };
    html! {
        <div class="narrow">
            <RouteLink hook="back" to={Route::Security} class="back no-print">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} tabindex="-1" data-test="factor-page">{ factor::TITLE }</h1>
            { match &*stage {
                Stage::Confirm => html! { <Confirm {next} /> },
                Stage::App(drawn) => html! { <NewApp drawn={drawn.clone()} {next} /> },
                Stage::Codes(sheet) => html! { <>
                    <p>{ factor::OLD_CODES_GONE }</p>
                    <SheetCard sheet={sheet.clone()} />
                    <p class="actions no-print">
                        <RouteLink hook="kept" to={Route::Security} class="button main">{ factor::KEPT }</RouteLink>
                    </p>
                </> },
            } }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct ConfirmProps {
    next: Callback<Stage>,
}

/// Password and second factor, and what shall be changed.
#[component]
fn Confirm(props: &ConfirmProps) -> Html {
    let session = use_session();
    let (password, typed) = (use_node_ref(), use_node_ref());
    let (busy, sent) = (use_busy(), use_sent());
    let on_paper = use_state(|| false);
    let hook = if *on_paper { "recovery-code" } else { "code" };
    // Whether another app is wanted, or new recovery codes.
    let act = {
        let (password, typed, next) = (password.clone(), typed.clone(), props.next.clone());
        let (busy, sent, on_paper) = (busy.clone(), sent.clone(), *on_paper);
        Callback::from(move |app: bool| {
            let (password, typed) = (text_of(&password), text_of(&typed));
            let mistakes = mistakes(&password, &typed, hook);
            if busy.is() || !sent.show(mistakes) || !busy.begin() {
                return;
            }
            let factor = match on_paper {
                true => TypedFactor::RecoveryCode(typed),
                false => TypedFactor::Code(typed),
            };
            let (session, next) = (session.clone(), next.clone());
            let (busy, sent) = (busy.clone(), sent.clone());
            spawn_local(async move {
                match change(&session, password, factor, app, hook).await {
                    Ok(stage) => next.emit(stage),
                    Err(mistake) => {
                        sent.show(vec![mistake]);
                        busy.end();
                    }
                }
            });
        })
    };
    let onsubmit = act.reform(|event: SubmitEvent| {
        event.prevent_default();
        true
    });
    let other = {
        let (on_paper, sent) = (on_paper.clone(), sent.clone());
        Callback::from(move |()| {
            sent.show(Vec::new());
            on_paper.set(!*on_paper);
        })
    };
    let switch = if *on_paper {
        factor::WITH_APP
    } else {
        factor::NO_PHONE
    };
    html! { <>
        <p>{ factor::CHANGE_LEAD }</p>
        { sent.summary() }
        <form method="post" novalidate={true} {onsubmit}>
            <PasswordField
                hook="password"
                label={words::door::PASSWORD}
                error={sent.of("password")}
                autocomplete="current-password"
                node={password}
            />
            // One field is not the other with another name: what was typed does not go along.
            <div key={hook}>
                if *on_paper {
                    { recovery_field(hook, sent.of(hook), &typed) }
                } else {
                    { code_field(hook, factor::CODE, factor::CODE_HELP, sent.of(hook), &typed) }
                }
            </div>
            { Button::new().hook("other-factor").label(switch).look(Look::Quiet).onclick(other).view() }
            <p>{ factor::NEW_CODES_LEAD }</p>
            <div class="actions">
                { Button::new()
                    .hook("new-app")
                    .label(factor::NEW_APP)
                    .look(Look::Main)
                    .submit(true)
                    .busy(busy.is())
                    .view() }
                { Button::new()
                    .hook("new-codes")
                    .label(factor::NEW_CODES)
                    .busy(busy.is())
                    .onclick(act.reform(|()| false))
                    .view() }
            </div>
        </form>
    </> }
}

/// Shows both factors, and begins the change.
async fn change(
    session: &Session,
    password: String,
    factor: TypedFactor,
    app: bool,
    hook: &'static str,
) -> Result<Stage, Mistake> {
    let confirm = Command::ConfirmFactor {
        password,
        factor,
        shared: storage::is_shared(),
    };
    let confirmed = session.ask_working(confirm).await;
    confirmed.map_err(|problem| explain(&problem, hook))?;
    let command = match app {
        true => Command::DrawFactor,
        false => Command::NewRecoveryCodes,
    };
    match session.ask(command).await {
        Ok(Reply::NewFactor(drawn)) => Ok(Stage::App(drawn)),
        Ok(Reply::Sheet(sheet)) => Ok(Stage::Codes(sheet)),
        Ok(_) => Err(explain(&Failure::Program, hook)),
        Err(problem) => Err(unsure(&problem, hook)),
    }
}

#[derive(Properties, PartialEq)]
struct NewAppProps {
    drawn: NewFactor,
    next: Callback<Stage>,
}

/// The key for the new app, and its first code.
#[component]
fn NewApp(props: &NewAppProps) -> Html {
    let session = use_session();
    let go = use_go();
    let cancel = go.reform(|()| Route::Security);
    let code = use_node_ref();
    let (busy, sent) = (use_busy(), use_sent());
    let onsubmit = {
        let (code, next) = (code.clone(), props.next.clone());
        let (busy, sent) = (busy.clone(), sent.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let code = text_of(&code);
            let missing = code.trim().is_empty();
            let missing = missing.then(|| Mistake::at("code", factor::CODE_MISSING));
            if busy.is() || !sent.show(missing.into_iter().collect()) || !busy.begin() {
                return;
            }
            let (session, go, next) = (session.clone(), go.clone(), next.clone());
            let (busy, sent) = (busy.clone(), sent.clone());
            spawn_local(async move {
                match session.ask(Command::ChangeFactor { code }).await {
                    Ok(_) => {
                        session.tell(Route::Security, factor::CHANGED);
                        go.emit(Route::Security);
                    }
                    // Five minutes are over: both factors are asked for again.
                    Err(Failure::SignInOver) => {
                        session.tell_here(factor::TOOK_LONG);
                        next.emit(Stage::Confirm);
                    }
                    Err(problem) => {
                        sent.show(vec![unsure(&problem, "code")]);
                        busy.end();
                    }
                }
            });
        })
    };
    html! { <>
        <p>{ factor::NEW_APP_LEAD }</p>
        { sent.summary() }
        <SheetCard sheet={props.drawn.sheet.clone()} />
        { app_card(&props.drawn) }
        <form class="no-print" method="post" novalidate={true} {onsubmit}>
            { code_field("code", factor::FIRST_CODE, factor::CHANGE_CODE_HELP, sent.of("code"), &code) }
            <div class="actions">
                { Button::new()
                    .hook("change-factor")
                    .label(if busy.is() { factor::CHECKING } else { factor::CHANGE })
                    .look(Look::Main)
                    .submit(true)
                    .busy(busy.is())
                    .view() }
                { Button::new().hook("cancel").label(words::CANCEL).look(Look::Quiet).onclick(cancel).view() }
            </div>
        </form>
    </> }
}

fn mistakes(password: &str, typed: &str, hook: &'static str) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if password.is_empty() {
        mistakes.push(Mistake::at("password", words::door::PASSWORD_MISSING));
    }
    if typed.trim().is_empty() {
        let missing = match hook {
            "code" => factor::CODE_MISSING,
            _ => factor::RECOVERY_MISSING,
        };
        mistakes.push(Mistake::at(hook, missing));
    }
    mistakes
}

/// The same, where nobody knows whether the server has heard it.
fn unsure(problem: &Failure, hook: &'static str) -> Mistake {
    match problem {
        Failure::Offline => Mistake::all(factor::UNSURE),
        other => explain(other, hook),
    }
}

fn explain(problem: &Failure, hook: &'static str) -> Mistake {
    match problem {
        Failure::WrongSignIn => Mistake::at("password", words::door::WRONG_PASSWORD),
        other => about_the_code(other, hook),
    }
}
