//! Creating an account.

use keepwell_shared::{password::SHORTEST, statement::Role, username::Username};
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use super::parts::text_of;
use crate::{
    components::{Button, Callout, Field, Look, Mistake, PasswordField, RouteLink},
    handover,
    hooks::{use_busy, use_page, use_sent, use_session},
    message::{Command, Failure},
    route::Route,
    words::{door, failure},
};

#[component]
pub(crate) fn Register() -> Html {
    let session = use_session();
    let heading = use_page(door::REGISTER);
    let (username, password, again) = (use_node_ref(), use_node_ref(), use_node_ref());
    let role = use_state(|| None);
    let (busy, sent) = (use_busy(), use_sent());
    let onsubmit = {
        let nodes = [username.clone(), password.clone(), again.clone()];
        let (busy, sent, role) = (busy.clone(), sent.clone(), role.clone());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let [username, password, again] = nodes.each_ref().map(text_of);
            let mistakes = mistakes(&username, *role, &password, &again);
            if busy.is() || !sent.show(mistakes) {
                return;
            }
            let Some(role) = *role else { return };
            if !busy.begin() {
                return;
            }
            let entering = session.enter(Command::Register {
                username,
                password,
                role,
            });
            let (busy, sent) = (busy.clone(), sent.clone());
            spawn_local(async move {
                if let Err(failure) = entering.await {
                    sent.show(vec![explain(&failure)]);
                    busy.end();
                }
            });
        })
    };
    let prepare = Callback::from(|_: FocusEvent| handover::prepare());
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
                    .view() }
                <PasswordField
                    hook="password"
                    label={door::PASSWORD}
                    help={door::PASSWORD_NEW_HELP}
                    error={sent.of("password")}
                    autocomplete="new-password"
                    node={password}
                />
                <PasswordField
                    hook="password-again"
                    label={door::PASSWORD_AGAIN}
                    error={sent.of("password-again")}
                    autocomplete="new-password"
                    node={again}
                />
                { Callout::new()
                    .hook("no-reset")
                    .title(door::NO_RESET_TITLE)
                    .children(html! { <>
                    <p>{ door::NO_RESET }</p>
                </> }).view() }
                { Button::new()
                    .hook("submit")
                    .label(if busy.is() { door::REGISTERING } else { door::REGISTER })
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

fn mistakes(username: &str, role: Option<Role>, password: &str, again: &str) -> Vec<Mistake> {
    let mut mistakes = Vec::new();
    if role.is_none() {
        mistakes.push(Mistake::at("role-patient", door::ROLE_MISSING));
    }
    if username.trim().is_empty() {
        mistakes.push(Mistake::at("username", door::USERNAME_CHOOSE));
    } else if let Err(error) = Username::parse(username) {
        mistakes.push(Mistake::at("username", failure::username_error(error)));
    }
    let missing = SHORTEST.saturating_sub(password.chars().count());
    if password.is_empty() {
        mistakes.push(Mistake::at("password", door::PASSWORD_CHOOSE));
    } else if missing > 0 {
        mistakes.push(Mistake::at("password", door::password_short(missing)));
    }
    if again.is_empty() && !password.is_empty() {
        mistakes.push(Mistake::at("password-again", door::PASSWORD_REPEAT));
    } else if again != password {
        mistakes.push(Mistake::at("password-again", door::PASSWORDS_DIFFER));
    }
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
        let mistakes = mistakes(username, role, password, again);
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
            fields("abc", role, "long enough 12", "long enough 13"),
            ["password-again"]
        );
    }
}
