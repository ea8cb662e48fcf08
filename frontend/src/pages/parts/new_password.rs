//! Choosing a password: twice, with the rules as a list that is ticked off while one types, and how
//! long guessing it would take.
//!
//! As in every password field the text stays in the browser's own field. This program keeps what was
//! said of it.

use keepwell_shared::password::{Estimate, GUESSES_LOG10, Password, Rule};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::text_of;
use crate::{
    bridge::Strength,
    components::{Mistake, PasswordField},
    platform,
    words::{door, failure},
};

#[derive(Properties, PartialEq)]
pub(crate) struct NewPasswordProps {
    /// The user name as it stands in its field now.
    pub(crate) username: AttrValue,
    pub(crate) password: NodeRef,
    pub(crate) again: NodeRef,
    pub(crate) error: Option<AttrValue>,
    pub(crate) again_error: Option<AttrValue>,
    #[prop_or(door::PASSWORD)]
    pub(crate) label: &'static str,
    /// Who can try passwords, in the sentence on how long that takes.
    #[prop_or(door::GUESSER)]
    pub(crate) guesser: &'static str,
    /// Who judges it.
    pub(crate) strength: Strength,
}

/// What is said of the password that stands there.
#[derive(Clone, Default, PartialEq)]
struct Judged {
    /// Each rule: kept, broken, or not known yet.
    rules: [Option<bool>; 4],
    estimate: Option<Estimate>,
    typed: bool,
}

#[component]
pub(crate) fn NewPassword(props: &NewPasswordProps) -> Html {
    let judged = use_state(Judged::default);
    // Only what was said of the newest text is shown.
    let newest = use_mut_ref(|| 0_u32);
    let judge = {
        let (node, strength, judged) = (
            props.password.clone(),
            props.strength.clone(),
            judged.setter(),
        );
        let username = props.username.clone();
        move || {
            let turn = newest.borrow().wrapping_add(1);
            newest.replace(turn);
            let text = text_of(&node);
            let typed = !text.is_empty();
            let Ok(password) = Password::prepare(&text, platform::nfc) else {
                judged.set(Judged::default());
                return;
            };
            judged.set(say(&password, &username, None, typed));
            if !typed {
                return;
            }
            let answer = strength.ask(&password, &username);
            let (judged, username) = (judged.clone(), username.clone());
            let newest = newest.clone();
            spawn_local(async move {
                if let Some(estimate) = answer.await
                    && *newest.borrow() == turn
                {
                    judged.set(say(&password, &username, Some(estimate), true));
                }
            });
        }
    };
    {
        // Another name may make another password of it.
        let judge = judge.clone();
        use_effect_with(props.username.clone(), move |_| judge());
    }
    {
        let strength = props.strength.clone();
        use_effect_with((), move |()| move || strength.end());
    }
    let oninput = Callback::from(move |_: InputEvent| judge());
    let onfocus = {
        let strength = props.strength.clone();
        Callback::from(move |_: FocusEvent| strength.start())
    };
    html! {
        <>
            <PasswordField
                hook="password"
                label={props.label}
                help={door::PASSWORD_NEW_HELP}
                error={props.error.clone()}
                autocomplete="new-password"
                node={props.password.clone()}
                described="password-rules"
                {oninput}
                {onfocus}
            />
            { rules(&judged, props.guesser) }
            <PasswordField
                hook="password-again"
                label={door::PASSWORD_AGAIN}
                error={props.again_error.clone()}
                autocomplete="new-password"
                node={props.again.clone()}
            />
        </>
    }
}

/// What is wrong with a new password, as far as that can be said at once.
pub(crate) fn mistakes(
    password: &str,
    again: &str,
    username: &str,
    nfc: fn(&str) -> String,
) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if password.is_empty() {
        return vec![Mistake::at("password", door::PASSWORD_CHOOSE)];
    }
    let prepared = Password::prepare(password, nfc);
    if let Err(rule) = prepared.and_then(|password| password.check_new(username)) {
        mistakes.push(Mistake::at("password", failure::bad_password(rule)));
    }
    if again.is_empty() {
        mistakes.push(Mistake::at("password-again", door::PASSWORD_REPEAT));
    } else if again != password {
        mistakes.push(Mistake::at("password-again", door::PASSWORDS_DIFFER));
    }
    mistakes
}

/// What is wrong with it in the eyes of who judges it; that nobody could is said too.
pub(crate) async fn judge(strength: &Strength, password: &str, username: &str) -> Option<Mistake> {
    let password = Password::prepare(password, platform::nfc).ok()?;
    let text = match strength.ask(&password, username).await {
        None => door::PASSWORD_NOT_JUDGED,
        Some(estimate) if estimate.common => door::PASSWORD_COMMON,
        Some(estimate) if estimate.guesses_log10 < GUESSES_LOG10 => door::PASSWORD_WEAK,
        Some(_) => return None,
    };
    Some(Mistake::at("password", text))
}

fn say(password: &Password, username: &str, estimate: Option<Estimate>, typed: bool) -> Judged {
    Judged {
        rules: Rule::ALL.map(|rule| password.keeps(rule, username, estimate)),
        estimate,
        typed,
    }
}

/// The list of rules, and the meter.
fn rules(judged: &Judged, guesser: &str) -> Html {
    let lines = Rule::ALL.iter().zip(judged.rules).map(|(rule, kept)| {
        let kept = kept.filter(|_| judged.typed);
        let (class, said) = match kept {
            Some(true) => ("kept", door::RULE_KEPT),
            Some(false) => ("broken", door::RULE_BROKEN),
            None => ("open", door::RULE_OPEN),
        };
        html! {
            <li {class} data-test={door::rule_hook(*rule)}>
                { door::rule(*rule) }<span class="quiet-word">{ said }</span>
            </li>
        }
    });
    let guesses = judged.estimate.map(|estimate| estimate.guesses_log10);
    // Whole numbers: writing broken ones is four kilobytes of code that nothing else here needs.
    let tenths = (guesses.unwrap_or(0.0) * 10.0) as u32;
    html! {
        <div class="rules" id="password-rules">
            <ul>{ for lines }</ul>
            <meter
                aria-label={door::STRENGTH}
                min="0"
                max="160"
                low="70"
                high="100"
                optimum="160"
                value={tenths.to_string()}
                data-test="strength"
            ></meter>
            <p role="status" data-test="strength-words">
                { match guesses {
                    Some(guesses) => door::guessing(guesser, guesses),
                    None if judged.typed => door::JUDGING.to_owned(),
                    None => String::new(),
                } }
            </p>
        </div>
    }
}
