//! Signing in: the second step, where one is asked for; and the way on when the server shows another
//! state of the account than this browser has seen: the same form asks for a new password then.

use std::rc::Rc;

use yew::prelude::*;

use super::{
    factor::ShowFactor,
    new_password::{self, NewPassword, judge},
    text_of,
};
use crate::{
    bridge::Strength,
    components::{Button, Callout, Look, Mistake, Tone},
    hooks::Sent,
    message::{Behind, Command, Failure},
    platform,
    session::{Entered, Session},
    words::{behind as text, door},
};

/// The name of the field with the password of the state that is shown.
const CURRENT: &str = "current";

/// How a form leads into the account.
#[derive(Clone)]
pub(crate) struct WayIn {
    found: UseStateHandle<Option<Behind>>,
    /// Whether the password was right and the second factor is missing.
    second: UseStateHandle<bool>,
    /// How often one came back from there by the button.
    returned: UseStateHandle<u32>,
    new: NodeRef,
    again: NodeRef,
    strength: Rc<Strength>,
}

#[hook]
pub(crate) fn use_way_in() -> WayIn {
    let returned = use_state(|| 0);
    // The button that was pressed is gone.
    use_effect_with(*returned, |times| {
        if *times > 0 {
            platform::focus_id("password");
        }
    });
    WayIn {
        returned,
        found: use_state(|| None),
        second: use_state(|| false),
        new: use_node_ref(),
        again: use_node_ref(),
        strength: use_memo((), |()| Strength::default()),
    }
}

impl WayIn {
    /// The name of the field with the password that is known, beside which a new one may stand.
    pub(crate) fn hook(&self) -> &'static str {
        match self.found.is_some() {
            true => CURRENT,
            false => "password",
        }
    }

    /// Its label.
    pub(crate) fn current(&self) -> &'static str {
        match self.found.is_some() {
            true => text::CURRENT,
            false => door::PASSWORD,
        }
    }

    /// What the button says, before it is pressed and afterwards.
    pub(crate) fn label(
        &self,
        busy: bool,
        (sign_in, signing_in): (&'static str, &'static str),
    ) -> &'static str {
        match (self.found.is_some(), busy) {
            (true, false) => text::GO_ON,
            (true, true) => text::GOING_ON,
            (false, false) => sign_in,
            (false, true) => signing_in,
        }
    }

    /// What is wrong with the new password, where one is asked for.
    pub(crate) fn mistakes(&self, username: &str) -> Vec<Mistake> {
        if self.found.is_none() {
            return Vec::new();
        }
        let (new, again) = (text_of(&self.new), text_of(&self.again));
        new_password::mistakes(&new, &again, username, platform::nfc)
    }

    /// Whether the second step is on the screen instead of the form.
    pub(crate) fn needs_factor(&self) -> bool {
        *self.second
    }

    /// The second step, where one is asked for.
    pub(crate) fn second_step(&self, sent: &Sent, explain: fn(&Failure) -> Mistake) -> Html {
        if !*self.second {
            return Html::default();
        }
        let (way, sent) = (self.clone(), sent.clone());
        let (second, returned) = (self.second.setter(), self.returned.clone());
        let back = Callback::from(move |()| {
            second.set(false);
            returned.set(*returned + 1);
        });
        let over = Callback::from(move |failure: Failure| {
            way.second.set(false);
            sent.show(vec![way.learn(failure, explain)]);
        });
        html! { <ShowFactor {over} {back} /> }
    }

    /// Signs in, or goes on from what the server shows.
    ///
    /// # Errors
    /// What went wrong.
    pub(crate) async fn enter(
        self,
        session: Session,
        (username, password): (String, String),
        explain: fn(&Failure) -> Mistake,
    ) -> Result<Entered, Mistake> {
        let command = if self.found.is_some() {
            let new = text_of(&self.new);
            if let Some(mistake) = judge(&self.strength, &new, &username).await {
                return Err(mistake);
            }
            Command::GoOn {
                current: password,
                new,
            }
        } else {
            Command::SignIn { username, password }
        };
        let failure = match session.enter(command).await {
            // Behind the door this screen is gone.
            Ok(Entered::Inside) => return Ok(Entered::Inside),
            Ok(Entered::NeedsFactor) => {
                self.second.set(true);
                return Ok(Entered::NeedsFactor);
            }
            Err(failure) => failure,
        };
        if self.found.is_some() && failure == Failure::WrongSignIn {
            return Err(Mistake::at(CURRENT, door::WRONG_PASSWORD));
        }
        Err(self.learn(failure, explain))
    }

    fn learn(&self, failure: Failure, explain: fn(&Failure) -> Mistake) -> Mistake {
        match failure {
            Failure::Behind(found) => self.found.set(Some(found)),
            // Somebody else was faster: the form begins again.
            Failure::ChangedMeanwhile => {
                self.found.set(None);
                return Mistake::all(text::MEANWHILE);
            }
            Failure::SignedOut => self.found.set(None),
            _ => {}
        }
        explain(&failure)
    }

    /// What happened, what to do, and the fields for a new password.
    pub(crate) fn view(&self, username: &str, sent: &Sent) -> Html {
        let Some(found) = *self.found else {
            return Html::default();
        };
        let (later, clear) = (self.found.setter(), sent.clone());
        let not_now = Callback::from(move |()| {
            clear.show(Vec::new());
            later.set(None);
        });
        html! {
            <>
                { Callout::new()
                    .hook("behind")
                    .tone(Tone::Warn)
                    .title(text::HEADING)
                    .children(html! { <>
                        <p>{ text::cause(found) }</p>
                        <p>{ text::ASK }</p>
                        <p>{ text::CHOOSE }</p>
                        { Button::new()
                            .hook("not-now")
                            .label(text::NOT_NOW)
                            .look(Look::Quiet)
                            .onclick(not_now)
                            .view() }
                    </> })
                    .view() }
                <NewPassword
                    username={username.to_owned()}
                    password={self.new.clone()}
                    again={self.again.clone()}
                    error={sent.of("password")}
                    again_error={sent.of("password-again")}
                    strength={(*self.strength).clone()}
                />
            </>
        }
    }
}
