//! What passes between a person's browser and the server, and the lies about it.

use std::{cell::RefCell, rc::Rc};

use keepwell_shared::wire::{Endpoint, Method};
use keepwell_vault::platform::{Answer, Unreachable};
use serde_json::Value;

use super::Operator;

/// A request as the server got it.
#[derive(Debug, Clone)]
pub struct Sent {
    /// The method.
    pub method: &'static str,
    /// Path and query.
    pub target: String,
    /// The headers.
    pub headers: Vec<(&'static str, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// A request with the server's own answer, before any lie.
#[derive(Debug, Clone)]
pub struct Exchange {
    /// The request.
    pub sent: Sent,
    /// The answer; none when it did not come.
    pub answer: Option<Answer>,
    /// Whether a lie changed it.
    pub tampered: bool,
}

type Before = Box<dyn FnMut(&Sent) -> Option<Result<Answer, Unreachable>>>;
type After = Box<dyn FnMut(&Sent, &mut Answer)>;

enum How {
    /// Says this in the server's place, which never hears of the request.
    Instead(Before),
    /// Changes what the server said.
    Changed(After),
}

/// What is said instead of the truth, at one endpoint.
pub struct Lie {
    method: &'static str,
    pattern: &'static str,
    how: How,
    /// Whether the changed answer gets a new proof, as only the operator can make it.
    proved: bool,
    /// How often it is still told.
    times: u32,
}

impl Lie {
    /// Changes the answers of an endpoint.
    pub fn at<E: Endpoint>(_: E, change: impl FnMut(&Sent, &mut Answer) + 'static) -> Self {
        Self::on(E::METHOD, E::PATH, change)
    }

    /// Changes the answers of the endpoint with this method and path.
    pub fn on(
        method: Method,
        pattern: &'static str,
        change: impl FnMut(&Sent, &mut Answer) + 'static,
    ) -> Self {
        Self {
            method: method.as_str(),
            pattern,
            how: How::Changed(Box::new(change)),
            proved: true,
            times: u32::MAX,
        }
    }

    /// Changes the JSON of the answers of an endpoint.
    pub fn json<E: Endpoint>(endpoint: E, mut change: impl FnMut(&mut Value) + 'static) -> Self {
        Self::at(endpoint, move |_, answer| super::edit(answer, &mut change))
    }

    /// Answers in the server's place; `None` lets the request through.
    pub fn instead<E: Endpoint>(
        _: E,
        say: impl FnMut(&Sent) -> Option<Result<Answer, Unreachable>> + 'static,
    ) -> Self {
        Self {
            method: E::METHOD.as_str(),
            pattern: E::PATH,
            how: How::Instead(Box::new(say)),
            proved: true,
            times: u32::MAX,
        }
    }

    /// Leaves the proof as it was: the lie of somebody on the line who has no session key.
    #[must_use]
    pub fn unproved(mut self) -> Self {
        self.proved = false;
        self
    }

    /// Is told so often only.
    #[must_use]
    pub fn times(mut self, times: u32) -> Self {
        self.times = times;
        self
    }

    fn fits(&self, sent: &Sent) -> bool {
        let path = sent.target.split('?').next().unwrap_or_default();
        let same = |(is, wanted): (&str, &str)| is == wanted || wanted.starts_with('{');
        self.times > 0
            && self.method == sent.method
            && path.split('/').count() == self.pattern.split('/').count()
            && path.split('/').zip(self.pattern.split('/')).all(same)
    }
}

/// Everything that passed on one person's line, and the lies on it.
#[derive(Clone)]
pub struct Line(Rc<RefCell<State>>);

struct State {
    operator: Operator,
    exchanges: Vec<Exchange>,
    lies: Vec<Lie>,
}

impl Line {
    /// A line to the server of this operator, honest so far.
    pub fn new(operator: Operator) -> Self {
        Self(Rc::new(RefCell::new(State {
            operator,
            exchanges: Vec::new(),
            lies: Vec::new(),
        })))
    }

    /// From now on this lie is told too; a later one hears what an earlier one made.
    pub fn lie(&self, lie: Lie) {
        self.0.borrow_mut().lies.push(lie);
    }

    /// Tells the truth again.
    pub fn honest(&self) {
        self.0.borrow_mut().lies.clear();
    }

    /// How many requests were sent so far.
    pub fn count(&self) -> usize {
        self.0.borrow().exchanges.len()
    }

    /// What passed since the first `from` requests.
    pub fn since(&self, from: usize) -> Vec<Exchange> {
        self.0.borrow().exchanges[from..].to_vec()
    }

    /// The server's newest own answer at an endpoint.
    pub fn newest<E: Endpoint>(&self, endpoint: E) -> Exchange {
        let probe = Lie::at(endpoint, |_, _| {});
        let state = self.0.borrow();
        let found = state.exchanges.iter().rev().find(|e| probe.fits(&e.sent));
        found.cloned().expect("it was asked before")
    }

    /// Every answer that the server itself gave at the endpoint with this method and path.
    pub fn answers(&self, method: Method, pattern: &'static str) -> Vec<Answer> {
        let probe = Lie::on(method, pattern, |_, _| {});
        let state = self.0.borrow();
        let fitting = state.exchanges.iter().filter(|e| probe.fits(&e.sent));
        fitting.filter_map(|e| e.answer.clone()).collect()
    }

    /// Methods and targets since the first `from` requests, with the sizes of the bodies.
    pub fn traffic(&self, from: usize) -> Vec<String> {
        let line = |e: &Exchange| {
            let Sent {
                method,
                target,
                body,
                ..
            } = &e.sent;
            format!("{method} {target} {}", body.len())
        };
        self.since(from).iter().map(line).collect()
    }

    /// How many requests that change something were sent since `from` behind the first lie.
    pub fn writes_after_the_first_lie(&self, from: usize) -> Vec<String> {
        let since = self.since(from);
        let told = since.iter().position(|e| e.tampered);
        let behind = told.map_or(&[][..], |told| &since[told + 1..]);
        let changes = |e: &&Exchange| e.sent.method != Method::Get.as_str();
        behind
            .iter()
            .filter(changes)
            .map(|e| format!("{} {}", e.sent.method, e.sent.target))
            .collect()
    }

    pub(super) fn before(&self, sent: &Sent) -> Option<Result<Answer, Unreachable>> {
        let state = &mut *self.0.borrow_mut();
        for lie in &mut state.lies {
            if !lie.fits(sent) {
                continue;
            }
            if let How::Instead(say) = &mut lie.how
                && let Some(said) = say(sent)
            {
                lie.times -= 1;
                let mut said = said;
                if let (true, Ok(answer)) = (lie.proved, &mut said) {
                    answer.proof = state.operator.prove(sent, answer);
                }
                state.exchanges.push(Exchange {
                    sent: sent.clone(),
                    answer: None,
                    tampered: true,
                });
                return Some(said);
            }
        }
        None
    }

    pub(super) fn after(
        &self,
        sent: Sent,
        answer: Result<Answer, Unreachable>,
    ) -> Result<Answer, Unreachable> {
        let state = &mut *self.0.borrow_mut();
        let mut exchange = Exchange {
            sent,
            answer: answer.as_ref().ok().cloned(),
            tampered: false,
        };
        let told = answer.map(|mut answer| {
            for lie in &mut state.lies {
                let fits = lie.fits(&exchange.sent);
                if let (true, How::Changed(change)) = (fits, &mut lie.how) {
                    let truth = answer.clone();
                    change(&exchange.sent, &mut answer);
                    let changed = truth.body != answer.body
                        || truth.status != answer.status
                        || truth.proof != answer.proof;
                    if changed {
                        exchange.tampered = true;
                        lie.times -= 1;
                        if lie.proved {
                            answer.proof = state.operator.prove(&exchange.sent, &answer);
                        }
                    }
                }
            }
            answer
        });
        state.exchanges.push(exchange);
        told
    }
}
