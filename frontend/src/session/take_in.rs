//! Adding what is in a file: many entries at a time, while one reads elsewhere.

use std::rc::Rc;

use super::{
    Session,
    transfers::{Stage, Steps, Task, Transfers, What},
};
use crate::{
    bridge::record::{self, own_category},
    message::{
        Addition, Chart, Command, Draft, Failure, Reply,
        record::{Answer, Item, Question},
    },
    route::Route,
    words::record::kind,
};

/// Adds what the worker without keys has read; with `changed` also what says something else than the
/// chart.
pub(crate) fn begin(
    session: &Session,
    transfers: &Transfers,
    chart: &Rc<Chart>,
    name: String,
    changed: bool,
) {
    let task = Task {
        what: What::TakeIn,
        name,
        at: Route::Import { chart: chart.chart },
    };
    let (own, chart) = (session.clone(), chart.clone());
    transfers.run(session, task, async move |steps| {
        let taken = all(&own, &chart, changed, &steps).await;
        // What was added shows, however it ended; unless the worker went away with the keys.
        let locked = taken == Err(Failure::Cancelled) && !steps.are_stopped();
        if !locked {
            let _shown = own.ask(Command::OpenChart { chart: chart.chart }).await;
        }
        match taken {
            Ok(()) => Stage::Done(Some(Route::Chart { chart: chart.chart })),
            Err(failure) => Stage::Failed(failure),
        }
    });
}

async fn all(
    session: &Session,
    chart: &Rc<Chart>,
    changed: bool,
    steps: &Steps,
) -> Result<(), Failure> {
    let (mut from, mut done) = (0, 0);
    loop {
        let question = Question::Take { from, changed };
        let Answer::Taken(Some(batch)) = record::ask(&question).await? else {
            return Err(Failure::Program);
        };
        if batch.items.is_empty() {
            return Ok(());
        }
        if steps.are_stopped() {
            return Err(Failure::Cancelled);
        }
        let sizes: Vec<u64> = batch
            .items
            .iter()
            .map(|item| item.text.len() as u64)
            .collect();
        let all = batch.items.into_iter().map(|item| addition(item, chart));
        let command = Command::TakeIn {
            chart: chart.chart,
            all: all.collect(),
        };
        let Reply::Taken(taken) = session.ask(command).await? else {
            return Err(Failure::Program);
        };
        from += taken;
        done += sizes.iter().take(taken).sum::<u64>();
        steps.progress(done, batch.total);
    }
}

fn addition(item: Item, chart: &Chart) -> Addition {
    let title = match item.title.is_empty() {
        true => kind(item.kind).to_owned(),
        false => item.title,
    };
    let over = item.over.and_then(|record| {
        let mut entries = chart.entries.iter();
        let entry = entries.find(|entry| entry.record.to_string() == record)?;
        Some((entry.record, entry.revision))
    });
    Addition {
        draft: Draft {
            title,
            text: item.text,
            category: own_category(item.category),
        },
        over,
    }
}
