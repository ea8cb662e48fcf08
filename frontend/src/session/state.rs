//! What the screens know, and how it changes. All of it is forgotten at a lock.

use std::{collections::HashMap, rc::Rc};

use crate::message::{Chart, Entry, Home, NewFactor, Person, Reply};
use keepwell_shared::id::ChartId;
use serde::{Deserialize, Serialize};
use yew::Reducible;

use crate::{bridge::Progress, platform::storage::Known, route::Route};

/// Whether one may see anything.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Access {
    /// Nobody is known here.
    SignedOut,
    /// The name is known, the keys are gone.
    Locked(Known, Why),
    /// The worker has drawn an account that waits for the first code of its second factor.
    SettingUp(Rc<NewFactor>),
    /// The keys are in the worker.
    Unlocked(Rc<Home>),
}

/// Why it is locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum Why {
    /// The page was loaded again.
    Reload,
    /// The person asked for it.
    Asked,
    /// Nobody used it for as long as the person chose.
    Unused,
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
    /// What the server wants calculated before it hears another try.
    pub(crate) work: Option<Work>,
}

/// A puzzle that is being solved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Work {
    /// The id of the message, for cancelling.
    pub(crate) id: u32,
    /// How far it has come.
    pub(crate) progress: Progress,
}

/// What changes it.
pub(crate) enum Action {
    /// The keys are gone.
    Locked(Why),
    /// The person left.
    SignedOut,
    /// The account was made.
    Entered(Home),
    /// The worker answered something about a chart, or about people.
    Learned(Option<ChartId>, Box<Reply>),
    /// The owner of a chart stopped sharing it.
    Ended(ChartId),
    /// Something to tell.
    Told(Notice),
    /// The worker solves a puzzle, or is done with it.
    Works(Option<Work>),
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
            work: None,
        }
    }

    /// Somebody has just come in.
    pub(crate) fn unlocked(home: Home) -> Self {
        Self {
            access: Access::Unlocked(Rc::new(home)),
            ..Self::new(None)
        }
    }

    /// Somebody is about to get an account.
    pub(crate) fn setting_up(drawn: NewFactor) -> Self {
        Self {
            access: Access::SettingUp(Rc::new(drawn)),
            ..Self::new(None)
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
            Access::SignedOut | Access::SettingUp(_) => None,
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
            Reply::Home(home) => {
                // Shared once more: it may be opened again.
                let shared = |chart| home.shared.iter().any(|shared| shared.chart == chart);
                self.ended.retain(|chart, _| !shared(*chart));
                self.access = Access::Unlocked(Rc::new(home));
            }
            Reply::Chart(chart) => self.learn_chart(chart),
            Reply::Repaired(repaired) => self.learn_chart(repaired.chart),
            Reply::Entry(entry) => self.learn_entry(chart, entry),
            Reply::Person(person) => self.learn_person(&person),
            // What is asked for before one is in, and what is shown where it was asked for.
            Reply::Done
            | Reply::FactorNeeded
            | Reply::Admitted
            | Reply::NewFactor(_)
            | Reply::Sheet(_)
            | Reply::Protection(_)
            | Reply::FailedTries(_)
            | Reply::Behind(_)
            | Reply::Drafts(_)
            | Reply::Taken(_)
            | Reply::People(_)
            | Reply::Sessions(_)
            | Reply::File { .. } => {}
        }
    }

    fn learn_chart(&mut self, chart: Chart) {
        self.ended.remove(&chart.chart);
        self.charts.insert(chart.chart, Rc::new(chart));
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
            Action::Locked(why) => {
                let known = next.known();
                next = Self::new(None);
                if let Some(known) = known {
                    next.access = Access::Locked(known, why);
                }
            }
            Action::SignedOut => next = Self::new(None),
            Action::Entered(home) => next = Self::unlocked(home),
            // An answer that comes after the lock is not for anybody any more.
            Action::Learned(chart, reply) if next.home().is_some() => next.learn(chart, *reply),
            Action::Ended(chart) if next.home().is_some() => next.end(chart),
            Action::Learned(..) | Action::Ended(_) => {}
            Action::Told(notice) => next.notice = Some(notice),
            Action::Works(work) => next.work = work,
            Action::Moved(route) => {
                next.notice = next.notice.filter(|notice| notice.at == Some(route));
            }
        }
        next.into()
    }
}

#[cfg(test)]
mod tests {
    use crate::message::{Category, RevisionInfo, SharedChart, Standing};
    use keepwell_shared::{
        bytes::Hash,
        id::{AccountId, RecordId},
        statement::Role,
        words::Words,
    };

    use super::*;

    fn person(account: AccountId) -> Person {
        Person {
            account,
            bundle: Hash([1; 32]),
            username: "patient-one".into(),
            role: Role::Patient,
            compared: false,
            changed: false,
            words: Words::default(),
            own_words: Words::default(),
        }
    }

    fn entry(record: RecordId, shown: u32, newest: u32) -> Entry {
        let line = |number: u32| RevisionInfo {
            revision: Hash([number as u8; 32]),
            number,
            at: u64::from(number),
            author: "patient-one".into(),
        };
        Entry {
            record,
            revision: Hash([shown as u8; 32]),
            number: shown,
            title: format!("title {shown}"),
            text: "text".into(),
            category: Category::Clinical,
            file: None,
            author: "patient-one".into(),
            at: u64::from(shown),
            history: (1..=newest).map(line).collect(),
        }
    }

    /// A doctor who has opened a chart with one entry of two revisions.
    fn reading() -> (Rc<State>, ChartId, RecordId, AccountId) {
        let (chart, record) = (ChartId::generate(), RecordId::generate());
        let owner = AccountId::generate();
        let home = Home {
            username: "doctor-one".into(),
            role: Role::Doctor,
            account: AccountId::generate(),
            own: Vec::new(),
            shared: vec![SharedChart {
                chart,
                owner: person(owner),
                since: 0,
            }],
            refused: Vec::new(),
            max_file: 1,
        };
        let opened = Chart {
            chart,
            owner: person(owner),
            own: false,
            entries: vec![entry(record, 2, 2)],
            sharing: Vec::new(),
            waiting: Vec::new(),
            doubts: Vec::new(),
            proposable: Vec::new(),
            refused: Vec::new(),
            lost: Vec::new(),
            standing: Standing::Current,
            check_words: Words::default(),
        };
        let state = Rc::new(State::unlocked(home))
            .reduce(Action::Learned(Some(chart), Box::new(Reply::Chart(opened))));
        (state, chart, record, owner)
    }

    #[test]
    fn a_lock_keeps_the_name_and_nothing_else() {
        let (state, ..) = reading();
        let state = state.reduce(Action::Locked(Why::Asked));
        let known = Known {
            username: "doctor-one".into(),
            role: Role::Doctor,
        };
        let mut empty = State::new(None);
        empty.access = Access::Locked(known, Why::Asked);
        assert_eq!(*state, empty);
    }

    #[test]
    fn signing_out_keeps_nothing() {
        let (state, ..) = reading();
        assert_eq!(*state.reduce(Action::SignedOut), State::new(None));
    }

    #[test]
    fn an_answer_after_the_lock_is_for_nobody() {
        let (state, chart, ..) = reading();
        let late = Box::new(Reply::Chart((*state.charts[&chart]).clone()));
        let state = state.reduce(Action::Locked(Why::Asked));
        let locked = (*state).clone();
        assert_eq!(*state.reduce(Action::Learned(Some(chart), late)), locked);
    }

    #[test]
    fn when_sharing_ends_the_content_goes_and_the_name_stays() {
        let (state, chart, ..) = reading();
        let state = state.reduce(Action::Ended(chart));
        assert!(state.charts.is_empty());
        assert!(state.home().unwrap().shared.is_empty());
        assert_eq!(state.ended[&chart], "patient-one");
        let again = state.reduce(Action::Ended(chart));
        assert_eq!(again.ended[&chart], "patient-one");
    }

    #[test]
    fn reading_an_old_revision_leaves_the_newest_in_the_list() {
        let (state, chart, record, _) = reading();
        let old = Box::new(Reply::Entry(entry(record, 1, 2)));
        let state = state.reduce(Action::Learned(Some(chart), old));
        assert_eq!(state.charts[&chart].entries[0].number, 2);
        let new = Box::new(Reply::Entry(entry(record, 3, 3)));
        let state = state.reduce(Action::Learned(Some(chart), new));
        assert_eq!(state.charts[&chart].entries.len(), 1);
        assert_eq!(state.charts[&chart].entries[0].number, 3);
    }

    #[test]
    fn a_compared_person_is_known_everywhere() {
        let (state, chart, _, owner) = reading();
        let compared = Person {
            compared: true,
            ..person(owner)
        };
        let state = state.reduce(Action::Learned(None, Box::new(Reply::Person(compared))));
        assert!(state.charts[&chart].owner.compared);
        assert!(state.home().unwrap().shared[0].owner.compared);
    }

    #[test]
    fn what_was_told_is_over_on_the_next_screen() {
        let (state, ..) = reading();
        let told = |at| Notice {
            at,
            text: "told".into(),
        };
        let state = state.reduce(Action::Told(told(Some(Route::Compare))));
        let state = state.reduce(Action::Moved(Route::Compare));
        assert!(state.notice.is_some());
        assert!(
            state
                .clone()
                .reduce(Action::Moved(Route::Home))
                .notice
                .is_none()
        );
        let state = state.reduce(Action::Told(told(None)));
        assert!(state.reduce(Action::Moved(Route::Compare)).notice.is_none());
    }
}
