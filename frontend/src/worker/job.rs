//! Long commands under way: how far they have come, and which ones the person ended early.

use std::{cell::RefCell, collections::BTreeSet, rc::Rc};

use keepwell_vault::{Error, platform::Watch};

use super::{browser::Browser, port::Port};

/// All of a worker.
#[derive(Clone)]
pub(crate) struct Jobs {
    port: Port,
    cancelled: Rc<RefCell<BTreeSet<u32>>>,
}

/// One of them.
pub(crate) struct Job {
    id: u32,
    jobs: Jobs,
}

impl Jobs {
    pub(crate) fn new(port: Port) -> Self {
        let cancelled = Rc::default();
        Self { port, cancelled }
    }

    /// The job of the message with this id.
    pub(crate) fn begin(&self, id: u32) -> Job {
        let jobs = self.clone();
        Job { id, jobs }
    }

    /// The person does not want it any more.
    pub(crate) fn cancel(&self, id: u32) {
        self.cancelled.borrow_mut().insert(id);
    }

    fn is_cancelled(&self, id: u32) -> bool {
        self.cancelled.borrow().contains(&id)
    }
}

impl Job {
    /// Where a vault runs whose puzzles this job solves.
    pub(crate) fn browser(&self) -> Result<Browser, Error> {
        let (id, jobs) = (self.id, self.jobs.clone());
        let solving = move |done: u8, of: u8| {
            jobs.port.progress(id, done.into(), of.into());
            !jobs.is_cancelled(id)
        };
        Browser::new(Box::new(solving)).ok_or(Error::Program)
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.jobs.cancelled.borrow_mut().remove(&self.id);
    }
}

impl Watch for Job {
    fn progress(&self, done: u64, total: u64) {
        self.jobs.port.progress(self.id, done, total);
    }

    fn cancelled(&self) -> bool {
        self.jobs.is_cancelled(self.id)
    }
}
