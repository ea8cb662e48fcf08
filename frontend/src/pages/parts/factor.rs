//! Showing the second factor.

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::text_of;
use crate::{
    components::{Button, Field, Look, Mistake},
    hooks::{use_busy, use_page, use_sent, use_session},
    message::{Command, Failure, TypedFactor},
    platform,
    words::{self, factor, failure},
};

#[derive(Properties, PartialEq)]
pub(crate) struct ShowFactorProps {
    /// The form of the sign-in is needed again.
    pub(crate) over: Callback<Failure>,
    /// Back to it, with nothing said.
    pub(crate) back: Callback<()>,
}

/// Asks for a code of the app, or for a recovery code.
#[component]
pub(crate) fn ShowFactor(props: &ShowFactorProps) -> Html {
    let session = use_session();
    let heading = use_page(factor::STEP);
    let typed = use_node_ref();
    let (busy, sent) = (use_busy(), use_sent());
    let on_paper = use_state(|| false);
    let hook = if *on_paper { "recovery-code" } else { "code" };
    use_effect_with(hook, |hook| platform::focus_id(hook));
    let onsubmit = {
        let (typed, over) = (typed.clone(), props.over.clone());
        let (busy, sent, on_paper) = (busy.clone(), sent.clone(), *on_paper);
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let typed = text_of(&typed);
            let missing = typed.trim().is_empty().then(|| {
                Mistake::at(
                    hook,
                    match on_paper {
                        true => factor::RECOVERY_MISSING,
                        false => factor::CODE_MISSING,
                    },
                )
            });
            if busy.is() || !sent.show(missing.into_iter().collect()) || !busy.begin() {
                return;
            }
            let entering = session.enter(Command::ShowFactor(match on_paper {
                true => TypedFactor::RecoveryCode(typed),
                false => TypedFactor::Code(typed),
            }));
            let (busy, sent, over) = (busy.clone(), sent.clone(), over.clone());
            spawn_local(async move {
                match entering.await {
                    Ok(_) => {}
                    // The form has to be filled in again, or asks for more.
                    Err(problem @ (Failure::SignInOver | Failure::Behind(_))) => over.emit(problem),
                    Err(problem) => {
                        sent.show(vec![about_the_code(&problem, hook)]);
                        busy.end();
                    }
                }
            });
        })
    };
    let other = {
        let (on_paper, sent) = (on_paper.clone(), sent.clone());
        Callback::from(move |()| {
            sent.show(Vec::new());
            on_paper.set(!*on_paper);
        })
    };
    let (lead, field, switch) = match *on_paper {
        false => (
            factor::STEP_LEAD,
            code_field(hook, factor::CODE, factor::CODE_HELP, sent.of(hook), &typed),
            factor::NO_PHONE,
        ),
        true => (
            factor::RECOVERY_LEAD,
            recovery_field(hook, sent.of(hook), &typed),
            factor::WITH_APP,
        ),
    };
    html! {
        <div class="door">
            <h1 ref={heading} tabindex="-1" data-test="second-step">{ factor::STEP }</h1>
            <p>{ lead }</p>
            { sent.summary() }
            <form key={hook} method="post" novalidate={true} {onsubmit}>
                { field }
                { Button::new()
                    .hook("show-factor")
                    .label(if busy.is() { factor::CHECKING } else { factor::CONTINUE })
                    .look(Look::Main)
                    .submit(true)
                    .busy(busy.is())
                    .view() }
            </form>
            <p class="aside">
                { Button::new().hook("other-factor").label(switch).look(Look::Quiet).onclick(other).view() }
                { Button::new().hook("back").label(words::BACK).look(Look::Quiet).onclick(props.back.clone()).view() }
            </p>
        </div>
    }
}

/// A field for six digits, which the browser may fill in.
pub(crate) fn code_field(
    hook: &'static str,
    label: &'static str,
    help: &'static str,
    error: Option<AttrValue>,
    node: &NodeRef,
) -> Html {
    Field::new()
        .hook(hook)
        .label(label)
        .help(help)
        .error(error)
        .autocomplete("one-time-code")
        .digits(true)
        .node(node.clone())
        .view()
}

/// A field for a recovery code.
pub(crate) fn recovery_field(hook: &'static str, error: Option<AttrValue>, node: &NodeRef) -> Html {
    Field::new()
        .hook(hook)
        .label(factor::RECOVERY_CODE)
        .help(factor::RECOVERY_HELP)
        .error(error)
        .name(true)
        .node(node.clone())
        .view()
}

/// What went wrong, beside the field where another code may help.
pub(crate) fn about_the_code(problem: &Failure, hook: &'static str) -> Mistake {
    if hook == "recovery-code" && matches!(problem, Failure::WrongCode | Failure::CodeUsed) {
        return Mistake::at(hook, factor::RECOVERY_WRONG);
    }
    let text = failure::failure(problem);
    match problem {
        Failure::NotACode
        | Failure::NotARecoveryCode
        | Failure::WrongCode
        | Failure::CodeUsed
        | Failure::ClockWrong
        | Failure::CodesClosed => Mistake::at(hook, text),
        _ => Mistake::all(text),
    }
}
