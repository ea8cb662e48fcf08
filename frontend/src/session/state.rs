//! What the screens know, and how it changes. All of it is forgotten at a lock.

use std::{collections::HashMap, rc::Rc};

use keepwell_frontend::message::{Chart, Entry, Home, Person, Reply};
use keepwell_shared::id::ChartId;
use yew::Reducible;

use crate::{platform::storage::Known, route::Route};

/// Whether one may see anything.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Access {
    /// Nobody is known here.
    SignedOut,
    /// The name is known, the keys are gone.
    Locked(Known, Why),
    /// The keys are in the worker.
    Unlocked(Rc<Home>),
}

/// Why it is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Why {
    /// The page was loaded again.
    Reload,
    /// The person asked for it.
    Asked,
    /// The server does not know the session any more.
    Ended,
}

/// A sentence about what just happened, shown on one screen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Notice {
    /// The screen on which it is shown; none for the present one.
    pub(crate) at: Option<Route>,
    /// The sentence.
    pub(crate) text: String,
}

/// What the screens know.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct State {
    /// Whether one may see anything.
    pub(crate) access: Access,
    /// The charts that were opened.
    pub(crate) charts: HashMap<ChartId, Rc<Chart>>,
    /// Charts whose owners stopped sharing while one was reading, with the owner's name.
    pub(crate) ended: HashMap<ChartId, String>,
    /// What just happened.
    pub(crate) notice: Option<Notice>,
}

/// What changes it.
pub(crate) enum Action {
    /// The worker says who is signed in, and which charts there are.
    Unlocked(Home),
    /// The keys are gone.
    Locked(Why),
    /// The person left.
    SignedOut,
    /// The worker answered something about a chart, or about people.
    Learned(Option<ChartId>, Reply),
    /// The owner of a chart stopped sharing it.
    Ended(ChartId),
    /// Something to tell.
    Told(Notice),
    /// The screen changed: what was told on another one is over.
    Moved(Route),
}

impl State {
    /// Nothing is known but what survived a reload.
    pub(crate) fn new(known: Option<Known>) -> Self {
        Self {
            access: known.map_or(Access::SignedOut, |known| {
                Access::Locked(known, Why::Reload)
            }),
            charts: HashMap::new(),
            ended: HashMap::new(),
            notice: None,
        }
    }

    /// Who is here, when anybody is.
    pub(crate) fn home(&self) -> Option<&Rc<Home>> {
        match &self.access {
            Access::Unlocked(home) => Some(home),
            _ => None,
        }
    }

    /// The name that stays when the keys go.
    fn known(&self) -> Option<Known> {
        match &self.access {
            Access::SignedOut => None,
            Access::Locked(known, _) => Some(known.clone()),
            Access::Unlocked(home) => Some(Known {
                username: home.username.clone(),
                role: home.role,
            }),
        }
    }

    /// The owner of a chart, as far as one ever knew.
    pub(crate) fn owner(&self, chart: ChartId) -> Option<&Person> {
        let opened = self.charts.get(&chart).map(|chart| &chart.owner);
        opened.or_else(|| {
            let shared = &self.home()?.shared;
            let shared = shared.iter().find(|shared| shared.chart == chart)?;
            Some(&shared.owner)
        })
    }

    fn learn(&mut self, chart: Option<ChartId>, reply: Reply) {
        match reply {
            Reply::Home(home) => self.access = Access::Unlocked(Rc::new(home)),
            Reply::Chart(chart) => {
                self.ended.remove(&chart.chart);
                self.charts.insert(chart.chart, Rc::new(chart));
            }
            Reply::Entry(entry) => self.learn_entry(chart, entry),
            Reply::Person(person) => self.learn_person(&person),
            Reply::Done | Reply::People(_) | Reply::File { .. } => {}
        }
    }

    /// Puts the newest revision of an entry into its chart; older ones are read and forgotten.
    fn learn_entry(&mut self, chart: Option<ChartId>, entry: Entry) {
        let newest = entry.history.last().map(|line| line.revision);
        let Some(chart) = chart.and_then(|chart| self.charts.get_mut(&chart)) else {
            return;
        };
        if newest.is_some_and(|newest| newest != entry.revision) {
            return;
        }
        let entries = &mut Rc::make_mut(chart).entries;
        entries.retain(|old| old.record != entry.record);
        entries.push(entry);
        entries.sort_by_key(|entry| std::cmp::Reverse(entry.at));
    }

    fn learn_person(&mut self, person: &Person) {
        let renew = |old: &mut Person| {
            if old.account == person.account {
                *old = person.clone();
            }
        };
        for chart in self.charts.values_mut() {
            let chart = Rc::make_mut(chart);
            renew(&mut chart.owner);
            chart
                .sharing
                .iter_mut()
                .for_each(|sharing| renew(&mut sharing.person));
        }
        if let Access::Unlocked(home) = &mut self.access {
            let shared = &mut Rc::make_mut(home).shared;
            shared
                .iter_mut()
                .for_each(|shared| renew(&mut shared.owner));
        }
    }

    fn end(&mut self, chart: ChartId) {
        let name = self.owner(chart).map(|owner| owner.username.clone());
        let name = name.or_else(|| self.ended.get(&chart).cloned());
        self.charts.remove(&chart);
        self.ended.insert(chart, name.unwrap_or_default());
        if let Access::Unlocked(home) = &mut self.access {
            Rc::make_mut(home)
                .shared
                .retain(|shared| shared.chart != chart);
        }
    }
}

impl Reducible for State {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        let mut next = Rc::unwrap_or_clone(self);
        match action {
            Action::Unlocked(home) => next.access = Access::Unlocked(Rc::new(home)),
            Action::Locked(why) => {
                let known = next.known();
                next = Self::new(None);
                if let Some(known) = known {
                    next.access = Access::Locked(known, why);
                }
            }
            Action::SignedOut => next = Self::new(None),
            // An answer that comes after the lock is not for anybody any more.
            Action::Learned(chart, reply) if next.home().is_some() => next.learn(chart, reply),
            Action::Ended(chart) if next.home().is_some() => next.end(chart),
            Action::Learned(..) | Action::Ended(_) => {}
            Action::Told(notice) => next.notice = Some(notice),
            Action::Moved(route) => {
                next.notice = next.notice.filter(|notice| notice.at == Some(route));
            }
        }
        next.into()
    }
}
