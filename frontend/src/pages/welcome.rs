//! What this is.

use yew::prelude::*;

use crate::{
    components::{RouteLink, Sign, icon},
    hooks::use_page,
    route::Route,
    words::door,
};

#[component]
pub(crate) fn Welcome() -> Html {
    let heading = use_page(door::WELCOME);
    let signs = [Sign::Chart, Sign::People, Sign::Lock];
    let points = door::POINTS.iter().zip(signs).map(|((title, text), sign)| {
        html! {
            <li>
                { icon(sign) }
                <div>
                    <h2>{ *title }</h2>
                    <p>{ *text }</p>
                </div>
            </li>
        }
    });
    html! {
        <div class="welcome">
            <h1 ref={heading} tabindex="-1">{ door::WELCOME }</h1>
            <p class="lead">{ door::WELCOME_LEAD }</p>
            <p class="actions">
                <RouteLink hook="to-register" to={Route::Register} class="button main">{ door::REGISTER }</RouteLink>
                <RouteLink hook="to-sign-in" to={Route::SignIn} class="button">{ door::SIGN_IN }</RouteLink>
            </p>
            <ul class="points">{ for points }</ul>
        </div>
    }
}
