//! The security mark: who can read what is on the screen.

use crate::message::Home;
use yew::prelude::*;

use crate::{components::RouteLink, route::Route, session::Session, words::frame};

/// Draws it; it leads to the explanation.
pub(super) fn mark(session: &Session, home: &Home, here: &Route) -> Html {
    let state = session.state();
    let own = home.own.first().copied();
    let chart = here.chart().or(own);
    let (text, to) = match chart {
        Some(chart) if home.own.contains(&chart) => {
            let sharing = state.charts.get(&chart).map(|chart| &chart.sharing);
            let others = sharing.map_or(0, Vec::len);
            (frame::mark_own(others), Route::Share { chart })
        }
        Some(chart) if state.owner(chart).is_some() => {
            let owner = state.owner(chart).map_or("", |owner| &owner.username);
            (frame::mark_shared(owner), Route::OwnerWords { chart })
        }
        _ => (frame::mark_patients(home.shared.len()), Route::Compare),
    };
    html! {
        <RouteLink hook="mark" {to} class="mark">
            <span class="mark-dot" aria-hidden="true"></span>
            <span class="unseen">{ frame::WHO_READS }{ " " }</span>
            <span>{ text }</span>
        </RouteLink>
    }
}
