//! Comparing safety words with the owner of a chart that one reads.

use keepwell_shared::id::ChartId;
use yew::prelude::*;

use super::parts::{Comparison, loading, trouble};
use crate::{
    components::{RouteLink, Sign, icon},
    hooks::{use_chart, use_go, use_page, use_session},
    message::Person,
    route::Route,
    words::{self, share},
};

#[derive(Properties, PartialEq)]
pub(crate) struct OwnerWordsProps {
    pub(crate) chart: ChartId,
}

#[component]
pub(crate) fn OwnerWords(props: &OwnerWordsProps) -> Html {
    let chart = props.chart;
    let session = use_session();
    let heading = use_page(share::COMPARE_TITLE);
    let opened = use_chart(chart, ());
    let go = use_go();
    let onanswer = Callback::from(move |person: Option<Person>| {
        if person.is_some() {
            session.tell(Route::Chart { chart }, share::CONFIRMED);
            go.emit(Route::Chart { chart });
        } else {
            go.emit(Route::Compare);
        }
    });
    html! {
        <div class="narrow">
            <RouteLink hook="back" to={Route::Chart { chart }} class="back">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} tabindex="-1">{ share::COMPARE_TITLE }</h1>
            if let Some(failure) = &opened.failure {
                { trouble(failure, opened.again) }
            }
            if let Some(opened) = opened.chart {
                <h2 class="unseen">{ &opened.owner.username }</h2>
                <Comparison person={opened.owner.clone()} {onanswer} />
            } else if opened.failure.is_none() {
                { loading() }
            }
        </div>
    }
}
