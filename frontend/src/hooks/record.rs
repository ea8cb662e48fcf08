//! Asking what a chart says. What was answered last is shown until the next answer is there.

use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::{
    bridge::record,
    message::{
        Chart, Failure,
        record::{Answer, Question},
    },
};

/// The last answer.
#[derive(Clone)]
pub(crate) struct Told {
    /// The answer, to this question or to the one before, about the chart as it is now.
    pub(crate) answer: Option<Rc<Answer>>,
    /// Why there is none.
    pub(crate) failure: Option<Failure>,
    /// Asks once more.
    pub(crate) again: Callback<()>,
}

type Last = (Rc<Chart>, Result<Rc<Answer>, Failure>);

/// Asks whenever the chart or the question changes.
#[hook]
pub(crate) fn use_told(chart: &Rc<Chart>, question: Question) -> Told {
    let last = use_state(|| None::<Last>);
    let turn = use_mut_ref(|| 0_u32);
    let again = {
        let (last, chart) = (last.setter(), chart.clone());
        let question = question.clone();
        Callback::from(move |()| {
            let asked = record::ask_about(&chart, &question);
            let mine = {
                let mut turn = turn.borrow_mut();
                *turn += 1;
                *turn
            };
            let (last, chart, turn) = (last.clone(), chart.clone(), turn.clone());
            spawn_local(async move {
                let answer = asked.await;
                // Something newer was asked meanwhile.
                if *turn.borrow() == mine {
                    last.set(Some((chart, answer.map(Rc::new))));
                }
            });
        })
    };
    {
        let again = again.clone();
        use_effect_with((chart.clone(), question), move |_| again.emit(()));
    }
    let known = last.as_ref().filter(|(of, _)| of == chart);
    Told {
        answer: known.and_then(|(_, answer)| answer.clone().ok()),
        failure: known.and_then(|(_, answer)| answer.clone().err()),
        again,
    }
}
