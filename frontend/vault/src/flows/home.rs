//! The list of charts.

use keepwell_shared::wire::{ChartList, Empty, SharedChart};

use crate::{
    error::{Distrust, Error},
    platform::Platform,
    vault::{Home, SharedWithMe, Vault},
};

impl<P: Platform> Vault<P> {
    /// The charts of this account. What does not verify is counted, never shown.
    ///
    /// # Errors
    /// When the server refuses or can not be reached.
    pub async fn home(&self) -> Result<Home, Error> {
        let list = self.api.call(ChartList, &[], "", &Empty {}).await?;
        let mut home = Home {
            own: list.own,
            shared: Vec::new(),
            refused: Vec::new(),
        };
        for shared in list.shared {
            match self.shared_chart(&shared) {
                Ok(shared) => home.shared.push(shared),
                Err(distrust) => home.refused.push(distrust),
            }
        }
        // A chart of one's own does not go away by itself.
        let memory = self.memory.borrow().clone();
        let gone = memory.charts.iter().filter(|id| !home.own.contains(id));
        home.refused.extend(gone.map(|_| Distrust::Missing));
        if home.own.iter().any(|chart| !memory.charts.contains(chart)) {
            self.keep_account(|memory| {
                for chart in &home.own {
                    memory.saw_chart(*chart);
                }
            })
            .await;
        }
        Ok(home)
    }

    fn shared_chart(&self, shared: &SharedChart) -> Result<SharedWithMe, Distrust> {
        let owner = shared.owner.verify_own()?;
        let grant = shared.grant.verify(&owner.payload().signing_key()?)?;
        self.check_grant_to_me(shared.chart, &owner, &grant)?;
        let person = self.person(&owner);
        Ok(SharedWithMe {
            chart: shared.chart,
            owner: person,
            since: grant.payload().at,
        })
    }
}
