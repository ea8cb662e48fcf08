//! Every revision of an entry, newest first; each stays readable.

use keepwell_shared::id::ChartId;
use yew::prelude::*;

use crate::{
    components::RouteLink,
    message::Entry,
    platform::locale,
    route::Route,
    words::{chart, entry as words},
};

/// Draws it.
pub(crate) fn history(chart: ChartId, entry: &Entry) -> Html {
    let record = entry.record;
    let newest = entry.history.last().map(|line| line.number);
    let lines = entry.history.iter().rev().map(|line| {
        let number = line.number;
        let to = if Some(number) == newest {
            Route::Entry { chart, record }
        } else {
            Route::Revision {
                chart,
                record,
                number,
            }
        };
        let shown = line.revision == entry.revision;
        html! {
            <li key={number}>
                <RouteLink hook="history-row" {to} class="row" current={shown}>
                    <span class="row-text">
                        <span class="row-title">{ words::revision(number) }</span>
                        <span class="row-meta">
                            <time datetime={locale::machine(line.at)}>{ locale::moment(line.at) }</time>
                            <span>{ chart::by(&line.author) }</span>
                        </span>
                    </span>
                    if shown {
                        <span class="tag">{ words::SHOWN }</span>
                    } else if Some(number) == newest {
                        <span class="tag">{ words::NEWEST }</span>
                    }
                </RouteLink>
            </li>
        }
    });
    html! {
        <section class="history">
            <h2>{ words::HISTORY }</h2>
            <ul class="rows" data-test="history">{ for lines }</ul>
        </section>
    }
}
