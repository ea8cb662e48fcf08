//! The addresses. They name the screen and random ids, never a person or a record in clear.

use std::fmt::Display;

use keepwell_shared::id::{ChartId, GrantId, RecordId};

use crate::pages::Sheet;

/// Writes the screens as an enum, and each one's path: words stand for themselves, names for the fields.
macro_rules! routes {
    ($($(#[$doc:meta])* $name:ident $({ $($(#[$about:meta])* $field:ident: $type:ty,)+ })? = [$($segment:tt),+],)+) => {
        /// Every screen.
        #[derive(Debug, Clone, PartialEq)]
        pub(crate) enum Route {
            $($(#[$doc])* $name $({ $($(#[$about])* $field: $type,)+ })?,)+
        }

        impl Route {
            fn of(segments: &[&str]) -> Option<Self> {
                Some(match segments {
                    $([$($segment),+] => Self::$name $({ $($field: $field.parse().ok()?,)+ })?,)+
                    _ => return None,
                })
            }
        }

        impl Route {
            /// Its path.
            pub(crate) fn to_path(&self) -> String {
                match self {
                    $(Self::$name $({ $($field,)+ })? => path(&[$(&$segment),+]),)+
                }
            }

            /// The screen at a path.
            pub(crate) fn recognize(path: &str) -> Self {
                let segments: Vec<&str> = path.trim_matches('/').split('/').collect();
                Self::of(&segments).unwrap_or(Self::NotFound)
            }
        }
    };
}

fn path(segments: &[&dyn Display]) -> String {
    segments
        .iter()
        .map(|segment| format!("/{segment}"))
        .collect()
}

routes! {
    /// What this is.
    Welcome = [""],
    /// Sign in.
    SignIn = ["sign-in"],
    /// Create an account.
    Register = ["register"],
    /// The password is asked again.
    Locked = ["locked"],
    /// What one sees first: one's own chart, or the patients who share.
    Home = ["home"],
    /// Charts that others share.
    Patients = ["patients"],
    /// The timeline of a chart.
    Chart {
        /// Which.
        chart: ChartId,
    } = ["chart", chart],
    /// Write a note.
    NewNote {
        /// Where to.
        chart: ChartId,
    } = ["chart", chart, "new-note"],
    /// Write an entry for the owner of a chart.
    Propose {
        /// Where to.
        chart: ChartId,
    } = ["chart", chart, "write"],
    /// Answer the owner's question about an own entry that waits.
    Answer {
        /// Where to.
        chart: ChartId,
        /// The entry.
        record: RecordId,
    } = ["chart", chart, "answer", record],
    /// Add a file.
    NewFile {
        /// Where to.
        chart: ChartId,
    } = ["chart", chart, "new-file"],
    /// Choose what to write down.
    Add {
        /// Where to.
        chart: ChartId,
    } = ["chart", chart, "add"],
    /// Write down one thing by its form.
    NewRecord {
        /// Where to.
        chart: ChartId,
        /// Which form.
        sheet: Sheet,
    } = ["chart", chart, "add", sheet],
    /// Take in a file of another program.
    Import {
        /// Where to.
        chart: ChartId,
    } = ["chart", chart, "import"],
    /// Take the record along.
    Export {
        /// The chart.
        chart: ChartId,
    } = ["chart", chart, "export"],
    /// What was measured, over time.
    Trends {
        /// The chart.
        chart: ChartId,
    } = ["chart", chart, "trends"],
    /// One thing that was measured, over time. Named by an entry: what it is called would tell too much.
    Trend {
        /// The chart.
        chart: ChartId,
        /// An entry that says one of its values.
        record: RecordId,
    } = ["chart", chart, "trends", record],
    /// One entry.
    Entry {
        /// The chart.
        chart: ChartId,
        /// The entry.
        record: RecordId,
    } = ["chart", chart, "entry", record],
    /// One older revision of an entry.
    Revision {
        /// The chart.
        chart: ChartId,
        /// The entry.
        record: RecordId,
        /// Counts from 1.
        number: u32,
    } = ["chart", chart, "entry", record, "revision", number],
    /// Change an entry.
    Edit {
        /// The chart.
        chart: ChartId,
        /// The entry.
        record: RecordId,
    } = ["chart", chart, "entry", record, "edit"],
    /// Delete an entry.
    Delete {
        /// The chart.
        chart: ChartId,
        /// The entry.
        record: RecordId,
    } = ["chart", chart, "entry", record, "delete"],
    /// With whom a chart is shared.
    Share {
        /// The chart.
        chart: ChartId,
    } = ["chart", chart, "share"],
    /// Stop sharing with one person.
    Stop {
        /// The chart.
        chart: ChartId,
        /// The grant that ends.
        grant: GrantId,
    } = ["chart", chart, "stop", grant],
    /// Compare safety words with the owner of a chart.
    OwnerWords {
        /// The chart.
        chart: ChartId,
    } = ["chart", chart, "words"],
    /// Compare safety words with anybody.
    Compare = ["compare"],
    /// Open a file that was locked with a passphrase.
    OpenLocked = ["open-locked"],
    /// Where one is signed in.
    Devices = ["devices"],
    /// What protects the account.
    Security = ["security"],
    /// Another app for codes, or new recovery codes.
    SecondFactor = ["second-factor"],
    /// Change the password.
    ChangePassword = ["password"],
    /// What the server can see.
    ServerSees = ["what-the-server-sees"],
    /// Nothing stands at this address.
    NotFound = ["not-found"],
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
            | Self::Import { chart }
            | Self::Export { chart }
            | Self::Trends { chart }
            | Self::Trend { chart, .. }
            | Self::Entry { chart, .. }
            | Self::Revision { chart, .. }
            | Self::Edit { chart, .. }
            | Self::Delete { chart, .. }
            | Self::Share { chart }
            | Self::Stop { chart, .. }
            | Self::OwnerWords { chart } => Some(*chart),
            _ => None,
        }
    }
}

/// Where one wanted to go before the door was shut: part of the door's address, so that it
/// survives a reload of the locked page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Wanted {
    /// The path of a screen of this app.
    then: String,
}

impl Wanted {
    /// Remembers a screen; a door or the way home needs no remembering.
    pub(crate) fn of(route: &Route) -> Option<Self> {
        let plain = route.is_public() || *route == Route::Home;
        (!plain).then(|| Self {
            then: route.to_path(),
        })
    }

    /// The screen that a door's query asks for, and home when nothing sensible was wanted.
    pub(crate) fn route(query: &str) -> Route {
        Self::read(query).map_or(Route::Home, |wanted| wanted.screen())
    }

    /// The address of a door that remembers this. Paths are made of letters that stand for themselves
    /// in a query, so that neither side needs percent coding.
    pub(crate) fn at(&self, door: &Route) -> String {
        format!("{}{THEN}{}", door.to_path(), self.then)
    }

    fn read(query: &str) -> Option<Self> {
        let then = query.strip_prefix(THEN)?.to_owned();
        Some(Self { then })
    }

    /// Whoever wrote the address chose the path: only a screen behind the door is followed.
    fn screen(&self) -> Route {
        let screen = Route::recognize(&self.then);
        if screen.is_public() {
            Route::Home
        } else {
            screen
        }
    }
}

/// What stands between the path of a door and the path that was wanted.
const THEN: &str = "?then=";

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
        let address = kept.at(&Route::Locked);
        let query = address.strip_prefix("/locked").unwrap();
        assert_eq!(Wanted::read(query).unwrap().screen(), route);
        assert!(
            query[1..]
                .bytes()
                .all(|byte| b"=/-_".contains(&byte) || byte.is_ascii_alphanumeric())
        );
        for query in ["", "?", "?then", "then=/home", "?other=/home"] {
            assert_eq!(Wanted::read(query), None, "{query}");
        }
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
    fn every_path_leads_back_to_its_screen() {
        let (chart, record) = (ChartId::generate(), RecordId::generate());
        let number = 3;
        for (route, path) in [
            (Route::Welcome, "/".to_owned()),
            (Route::ServerSees, "/what-the-server-sees".into()),
            (Route::Chart { chart }, format!("/chart/{chart}")),
            (
                Route::Revision {
                    chart,
                    record,
                    number,
                },
                format!("/chart/{chart}/entry/{record}/revision/3"),
            ),
        ] {
            assert_eq!(route.to_path(), path);
            assert_eq!(Route::recognize(&path), route);
        }
        for path in ["/chart", "/chart/x", "/register/now", "/sign-in%20"] {
            assert_eq!(Route::recognize(path), Route::NotFound, "{path}");
        }
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
