//! The addresses. They name the screen and random ids, never a person or a record in clear.

use keepwell_shared::id::{ChartId, GrantId, RecordId};
use serde::{Deserialize, Serialize};
use yew_router::prelude::*;

use crate::pages::Sheet;

/// Every screen.
#[derive(Debug, Clone, PartialEq, Routable)]
pub(crate) enum Route {
    /// What this is.
    #[at("/")]
    Welcome,
    /// Sign in.
    #[at("/sign-in")]
    SignIn,
    /// Create an account.
    #[at("/register")]
    Register,
    /// The password is asked again.
    #[at("/locked")]
    Locked,
    /// What one sees first: one's own chart, or the patients who share.
    #[at("/home")]
    Home,
    /// Charts that others share.
    #[at("/patients")]
    Patients,
    /// The timeline of a chart.
    #[at("/chart/:chart")]
    Chart {
        /// Which.
        chart: ChartId,
    },
    /// Write a note.
    #[at("/chart/:chart/new-note")]
    NewNote {
        /// Where to.
        chart: ChartId,
    },
    /// Write an entry for the owner of a chart.
    #[at("/chart/:chart/write")]
    Propose {
        /// Where to.
        chart: ChartId,
    },
    /// Answer the owner's question about an own entry that waits.
    #[at("/chart/:chart/answer/:record")]
    Answer {
        /// Where to.
        chart: ChartId,
        /// The entry.
        record: RecordId,
    },
    /// Add a file.
    #[at("/chart/:chart/new-file")]
    NewFile {
        /// Where to.
        chart: ChartId,
    },
    /// Choose what to write down.
    #[at("/chart/:chart/add")]
    Add {
        /// Where to.
        chart: ChartId,
    },
    /// Write down one thing by its form.
    #[at("/chart/:chart/add/:sheet")]
    NewRecord {
        /// Where to.
        chart: ChartId,
        /// Which form.
        sheet: Sheet,
    },
    /// One entry.
    #[at("/chart/:chart/entry/:record")]
    Entry {
        /// The chart.
        chart: ChartId,
        /// The entry.
        record: RecordId,
    },
    /// One older revision of an entry.
    #[at("/chart/:chart/entry/:record/revision/:number")]
    Revision {
        /// The chart.
        chart: ChartId,
        /// The entry.
        record: RecordId,
        /// Counts from 1.
        number: u32,
    },
    /// Change an entry.
    #[at("/chart/:chart/entry/:record/edit")]
    Edit {
        /// The chart.
        chart: ChartId,
        /// The entry.
        record: RecordId,
    },
    /// With whom a chart is shared.
    #[at("/chart/:chart/share")]
    Share {
        /// The chart.
        chart: ChartId,
    },
    /// Stop sharing with one person.
    #[at("/chart/:chart/stop/:grant")]
    Stop {
        /// The chart.
        chart: ChartId,
        /// The grant that ends.
        grant: GrantId,
    },
    /// Compare safety words with the owner of a chart.
    #[at("/chart/:chart/words")]
    OwnerWords {
        /// The chart.
        chart: ChartId,
    },
    /// Compare safety words with anybody.
    #[at("/compare")]
    Compare,
    /// Where one is signed in.
    #[at("/devices")]
    Devices,
    /// What the server can see.
    #[at("/what-the-server-sees")]
    ServerSees,
    /// Nothing stands at this address.
    #[not_found]
    #[at("/not-found")]
    NotFound,
}

impl Route {
    /// Whether anybody may see the screen, signed in or not.
    pub(crate) fn is_public(&self) -> bool {
        matches!(
            self,
            Self::Welcome
                | Self::SignIn
                | Self::Register
                | Self::Locked
                | Self::ServerSees
                | Self::NotFound
        )
    }

    /// Whether the screen makes sense only before one is signed in.
    pub(crate) fn is_door(&self) -> bool {
        matches!(
            self,
            Self::Welcome | Self::SignIn | Self::Register | Self::Locked
        )
    }

    /// The chart that the screen shows or changes.
    pub(crate) fn chart(&self) -> Option<ChartId> {
        match self {
            Self::Chart { chart }
            | Self::NewNote { chart }
            | Self::NewFile { chart }
            | Self::Propose { chart }
            | Self::Answer { chart, .. }
            | Self::Add { chart }
            | Self::NewRecord { chart, .. }
            | Self::Entry { chart, .. }
            | Self::Revision { chart, .. }
            | Self::Edit { chart, .. }
            | Self::Share { chart }
            | Self::Stop { chart, .. }
            | Self::OwnerWords { chart } => Some(*chart),
            _ => None,
        }
    }
}

/// Where one wanted to go before the door was shut: part of the door's address, so that it
/// survives a reload of the locked page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Wanted {
    /// The path of a screen of this app.
    pub(crate) then: String,
}

impl Wanted {
    /// Remembers a screen; a door or the way home needs no remembering.
    pub(crate) fn of(route: &Route) -> Option<Self> {
        let plain = route.is_public() || *route == Route::Home;
        (!plain).then(|| Self {
            then: route.to_path(),
        })
    }

    /// The screen to go to, and home when nothing sensible was wanted.
    pub(crate) fn route(location: Option<&Location>) -> Route {
        location
            .and_then(|location| location.query::<Self>().ok())
            .map_or(Route::Home, |wanted| wanted.screen())
    }

    /// Whoever wrote the address chose the path: only a screen behind the door is followed.
    fn screen(&self) -> Route {
        Route::recognize(&self.then)
            .filter(|route| !route.is_public())
            .unwrap_or(Route::Home)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wanted(then: &str) -> Route {
        Wanted { then: then.into() }.screen()
    }

    #[test]
    fn what_was_wanted_is_found_again() {
        let route = Route::Edit {
            chart: ChartId::generate(),
            record: RecordId::generate(),
        };
        let kept = Wanted::of(&route).unwrap();
        assert_eq!(wanted(&kept.then), route);
    }

    #[test]
    fn doors_and_foreign_addresses_lead_home() {
        for then in [
            "",
            "/",
            "/locked",
            "/sign-in",
            "/nowhere",
            "/chart/rec_AAAAAAAAAAAAAAAAAAAAAA",
            "//other.example/chart",
            "javascript:alert(1)",
        ] {
            assert_eq!(wanted(then), Route::Home, "{then}");
        }
        assert_eq!(Wanted::of(&Route::Locked), None);
        assert_eq!(Wanted::of(&Route::Home), None);
    }

    #[test]
    fn only_screens_of_a_chart_name_a_chart() {
        let chart = ChartId::generate();
        assert_eq!(Route::Share { chart }.chart(), Some(chart));
        assert_eq!(Route::Compare.chart(), None);
        assert!(!Route::Share { chart }.is_public());
        assert!(Route::ServerSees.is_public() && !Route::ServerSees.is_door());
    }
}
