//! Opening a chart for the screens that show or change it.

use std::rc::Rc;

use crate::message::{Chart, Command, Failure};
use keepwell_shared::id::ChartId;
use yew::prelude::*;

use super::use_session;

/// A chart, as far as it is there.
#[derive(Clone)]
pub(crate) struct Opened {
    /// What was read last.
    pub(crate) chart: Option<Rc<Chart>>,
    /// Why it could not be read again just now.
    pub(crate) failure: Option<Failure>,
    /// Reads it again.
    pub(crate) again: Callback<()>,
}

/// Reads a chart when the screen opens, and again whenever `turn` changes. Meanwhile what was read
/// before is shown.
#[hook]
pub(crate) fn use_chart<T: PartialEq + 'static>(chart: ChartId, turn: T) -> Opened {
    let session = use_session();
    let failure = use_state(|| None);
    let again = {
        let (session, failure) = (session.clone(), failure.setter());
        Callback::from(move |()| {
            let asked = session.ask(Command::OpenChart { chart });
            let failure = failure.clone();
            wasm_bindgen_futures::spawn_local(async move {
                failure.set(asked.await.err());
            });
        })
    };
    {
        let again = again.clone();
        use_effect_with((chart, turn), move |_| again.emit(()));
    }
    let state = session.state();
    // What the server sent and the browser does not believe may concern what is on the screen.
    let doubted = matches!(*failure, Some(Failure::Distrusted(_) | Failure::NotFound));
    Opened {
        chart: state.charts.get(&chart).filter(|_| !doubted).cloned(),
        failure: (*failure).clone(),
        again,
    }
}
