//! Creating an account.

use keepwell_shared::{statement::Role, username::Username};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::parts::{
    new_password::{self, NewPassword, judge},
    text_of,
};
use crate::{
    bridge::Strength,
    components::{Button, Callout, Field, Look, Mistake, RouteLink},
    hooks::{use_busy, use_page, use_prepare, use_sent, use_session},
    message::{Command, Failure},
    platform,
    route::Route,
    words::{door, failure},
};

#[component]
pub(crate) fn Register() -> Html {
    let session = use_session();
    let heading = use_page(door::REGISTER);
    let (username, password, again) = (use_node_ref(), use_node_ref(), use_node_ref());
    let (role, name) = (use_state(|| None), use_state(String::new));
    let strength = use_memo((), |()| Strength::default());
    let (busy, sent) = (use_busy(), use_sent());
    let onsubmit = {
        let nodes = [username.clone(), password.clone(), again.clone()];
        let (busy, sent, role) = (busy.clone(), sent.clone(), role.clone());
        let strength = (*strength).clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let [username, password, again] = nodes.each_ref().map(text_of);
            let mistakes = mistakes(&username, *role, &password, &again, platform::nfc);
            if busy.is() || !sent.show(mistakes) {
                return;
            }
            let Some(role) = *role else { return };
            if !busy.begin() {
                return;
            }
            let (busy, sent, session) = (busy.clone(), sent.clone(), session.clone());
            let strength = strength.clone();
            spawn_local(async move {
                let mut wrong = judge(&strength, &password, &username).await;
                if wrong.is_none() {
                    let entering = session.enter(Command::Register {
                        username,
                        password,
                        role,
                    });
                    // Behind the door the second factor is set up.
                    wrong = entering.await.err().as_ref().map(explain);
                }
                if let Some(mistake) = wrong {
                    sent.show(vec![mistake]);
                    busy.end();
                }
            });
        })
    };
    let oninput = {
        let name = name.setter();
        Callback::from(move |typed| name.set(typed))
    };
    let prepare = use_prepare();
    html! {
        <div class="door">
            <h1 ref={heading} tabindex="-1">{ door::REGISTER }</h1>
            { sent.summary() }
            <form method="post" novalidate={true} {onsubmit} onfocusin={prepare}>
                { roles(&role, sent.of("role-patient")) }
                { Field::new()
                    .hook("username")
                    .label(door::USERNAME)
                    .help(door::USERNAME_HELP)
                    .error(sent.of("username"))
                    .autocomplete("username")
                    .name(true)
                    .node(username)
                    .oninput(oninput)
                    .view() }
                <NewPassword
                    username={(*name).clone()}
                    {password}
                    {again}
                    error={sent.of("password")}
                    again_error={sent.of("password-again")}
                    strength={(*strength).clone()}
                />
                { Callout::new()
                    .hook("no-reset")
                    .title(door::NO_RESET_TITLE)
                    .children(html! { <>
                    <p>{ door::NO_RESET }</p>
                </> }).view() }
                { Button::new()
                    .hook("submit")
                    .label(if busy.is() { door::REGISTERING } else { door::NEXT })
                    .look(Look::Main)
                    .submit(true)
                    .busy(busy.is())
                    .view() }
            </form>
            <p class="aside">
                { door::HAVE_ACCOUNT }{ " " }
                <RouteLink hook="to-sign-in" to={Route::SignIn}>{ door::SIGN_IN }</RouteLink>
            </p>
        </div>
    }
}

fn roles(chosen: &UseStateHandle<Option<Role>>, error: Option<AttrValue>) -> Html {
    let choices = [
        (
            Role::Patient,
            "role-patient",
            door::ROLE_PATIENT,
            door::ROLE_PATIENT_HELP,
        ),
        (
            Role::Doctor,
            "role-doctor",
            door::ROLE_DOCTOR,
            door::ROLE_DOCTOR_HELP,
        ),
    ];
    let described = error.is_some().then_some("role-error");
    let choices = choices.into_iter().map(|(role, id, label, help)| {
        let onchange = {
            let chosen = chosen.setter();
            Callback::from(move |_: Event| chosen.set(Some(role)))
        };
        html! {
            <label class="choice" for={id}>
                <input
                    {id}
                    type="radio"
                    name="role"
                    checked={**chosen == Some(role)}
                    data-test={id}
                    {onchange}
                />
                <span>
                    <strong>{ label }</strong>
                    <span class="muted">{ help }</span>
                </span>
            </label>
        }
    });
    html! {
        <fieldset class={classes!("field", error.is_some().then_some("wrong"))} aria-describedby={described}>
            <legend>{ door::ROLE }</legend>
            if let Some(error) = &error {
                <p class="error" id="role-error" data-test="role-error">{ error }</p>
            }
            <div class="choices">{ for choices }</div>
        </fieldset>
    }
}

fn mistakes(
    username: &str,
    role: Option<Role>,
    password: &str,
    again: &str,
    nfc: fn(&str) -> String,
) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if role.is_none() {
        mistakes.push(Mistake::at("role-patient", door::ROLE_MISSING));
    }
    if username.trim().is_empty() {
        mistakes.push(Mistake::at("username", door::USERNAME_CHOOSE));
    } else if let Err(error) = Username::parse(username) {
        mistakes.push(Mistake::at("username", failure::username_error(error)));
    }
    mistakes.extend(new_password::mistakes(password, again, username, nfc));
    mistakes
}

fn explain(problem: &Failure) -> Mistake {
    let text = failure::failure(problem);
    match problem {
        Failure::BadUsername(_) | Failure::NameTaken => Mistake::at("username", text),
        Failure::BadPassword(_) => Mistake::at("password", text),
        _ => Mistake::all(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fields(
        username: &str,
        role: Option<Role>,
        password: &str,
        again: &str,
    ) -> Vec<&'static str> {
        let mistakes = mistakes(username, role, password, again, str::to_owned);
        mistakes
            .iter()
            .filter_map(|mistake| mistake.field)
            .collect()
    }

    #[test]
    fn a_good_form_has_no_mistakes() {
        let twelve = "twelve signs";
        assert!(fields("patient-one", Some(Role::Patient), twelve, twelve).is_empty());
        // Characters count, not bytes.
        let twelve = "éééééééééééé";
        assert!(fields("patient-one", Some(Role::Patient), twelve, twelve).is_empty());
    }

    #[test]
    fn every_mistake_is_said_once_beside_its_field() {
        assert_eq!(
            fields("", None, "", ""),
            ["role-patient", "username", "password"]
        );
        let role = Some(Role::Doctor);
        assert_eq!(
            fields("ab", role, "long enough 12", ""),
            ["username", "password-again"]
        );
        assert_eq!(
            fields("abc", role, "eleven long", "eleven long"),
            ["password"]
        );
        assert_eq!(
            fields("long", role, "Long enough 12", "Long enough 12"),
            ["password"]
        );
        assert_eq!(
            fields("abc", role, "long enough 12", "long enough 13"),
            ["password-again"]
        );
    }
}
