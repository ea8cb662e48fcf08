//! A fresh browser that is lied to about entries.

use keepwell_shared::{
    id::ChartId,
    statement::{Revision, Unverified},
};
use keepwell_tests::tamper::{Lie, Line};
use keepwell_vault::{Chart, Distrust, Standing};

use crate::stage::{Watched, calm};

/// A browser that is lied to about entries, again and again.
pub struct Probe {
    pub chart: ChartId,
    pub line: Line,
    pub person: Watched,
}

impl Probe {
    /// Under this lie the chart opens, so many entries are believed, and what is not believed is
    /// listed with these reasons, in any order.
    pub async fn entries(&self, good: usize, bad: &[Distrust], lie: Lie) {
        let from = self.line.count();
        self.line.lie(lie);
        let chart = self.person.vault.open_chart(self.chart).await.unwrap();
        assert_eq!(reasons(&chart), sorted(bad));
        assert_eq!(chart.entries.len(), good);
        // Whatever is not believed, the chart is not whole, and can not be written.
        let standing = match bad {
            [] => Standing::First,
            _ => Standing::Incomplete,
        };
        assert_eq!(chart.standing, standing);
        calm(&self.line, &self.person, from).await;
        self.line.honest();
    }

    /// As [`Probe::entries`] for the one note of the stage: nothing of it is shown.
    pub async fn note_is_refused(&self, bad: &[Distrust], lie: Lie) {
        self.entries(0, bad, lie).await;
    }

    /// What has to be said when these bytes come in the place of a signed revision: the head names
    /// its id, so another one is missing there, and does not belong where it came.
    pub fn instead_of(&self, real: &[u8], made: &[u8]) -> Option<Vec<Distrust>> {
        let id = |bytes: &[u8]| Unverified::<Revision>::from_bytes(bytes.to_vec()).id().ok();
        match id(made) {
            None => Some(vec![Distrust::Missing]),
            Some(same) if Some(same) == id(real) => None,
            Some(_) => Some(vec![Distrust::Missing, Distrust::Misplaced]),
        }
    }

    /// The control, at the end: with the truth the same browser shows everything.
    pub async fn recovers(&self, entries: usize) {
        let chart = self.person.vault.open_chart(self.chart).await.unwrap();
        assert_eq!(chart.entries.len(), entries);
    }
}

/// Why entries are not shown.
pub fn reasons(chart: &Chart) -> Vec<Distrust> {
    let why: Vec<Distrust> = chart.refused.iter().map(|refused| refused.why).collect();
    sorted(&why)
}

fn sorted(why: &[Distrust]) -> Vec<Distrust> {
    let mut why = why.to_vec();
    why.sort_by_key(|why| format!("{why:?}"));
    why
}
