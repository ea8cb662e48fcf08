//! What the vault opened, as the screens show it.

use crate::message::{
    self, Category, Claimed, DeviceInfo, Entry, FileInfo, Home, Outcome, Person, Protection,
    Refused, Repaired, RevisionInfo, SessionInfo, SharedChart, Sharing, TypedFactor,
};
use keepwell_shared::username::Username;
use keepwell_vault::{
    Browser, Chart, Device, Distrust, Error, Factor, NewFactor, OpenedRevision, RefusedItem,
    SessionView, Standing, System, Vault, Waiting, WaitingEntry, What,
};

use super::{browser::Browser as Here, failure::distrust};

pub(crate) fn new_factor(drawn: &NewFactor, username: &Username) -> message::NewFactor {
    message::NewFactor {
        uri: drawn.uri(username),
        key: drawn.key(),
        sheet: sheet(username, drawn.recovery_codes()),
    }
}

pub(crate) fn sheet(username: &Username, codes: Vec<String>) -> message::Sheet {
    message::Sheet {
        username: username.to_string(),
        codes,
    }
}

pub(crate) fn factor(typed: &TypedFactor) -> Result<Factor, Error> {
    match typed {
        TypedFactor::Code(typed) => Factor::code(typed),
        TypedFactor::RecoveryCode(typed) => Factor::recovery_code(typed),
    }
}

pub(crate) fn home(vault: &Vault<Here>, home: keepwell_vault::Home) -> Home {
    Home {
        username: vault.username().as_str().to_owned(),
        role: vault.role(),
        account: vault.account(),
        own: home.own,
        shared: home
            .shared
            .into_iter()
            .map(|shared| SharedChart {
                chart: shared.chart,
                owner: person(vault, shared.owner),
                since: shared.since,
            })
            .collect(),
        refused: home
            .refused
            .into_iter()
            .map(|why| Refused {
                // Nothing else is missing from a list of charts than one's own.
                what: match why {
                    Distrust::Missing => Claimed::OwnChart,
                    _ => Claimed::SharedChart,
                },
                why: distrust(why),
            })
            .collect(),
        max_file: vault.max_file(),
    }
}

pub(crate) fn protection(of: keepwell_vault::Protection) -> Protection {
    Protection {
        bundle: of.bundle,
        words: of.words,
        keys_at: of.keys_at,
        password_at: of.password_at,
        recovery_codes: of.recovery_codes,
    }
}

pub(crate) fn sessions(list: Vec<SessionView>) -> Vec<SessionInfo> {
    let view = |session: SessionView| SessionInfo {
        session: session.session,
        here: session.here,
        began_at: session.began_at,
        used_at: session.used_at,
        device: match session.device {
            Some(Ok(told)) => device(told),
            Some(Err(_)) => DeviceInfo::Refused,
            None => DeviceInfo::Untold,
        },
    };
    list.into_iter().map(view).collect()
}

/// Names are the same in every language.
fn device(device: Device) -> DeviceInfo {
    let browser = match device.browser {
        Browser::Firefox => Some("Firefox"),
        Browser::Chrome => Some("Chrome"),
        Browser::Safari => Some("Safari"),
        Browser::Edge => Some("Edge"),
        Browser::Opera => Some("Opera"),
        Browser::Samsung => Some("Samsung Internet"),
        Browser::Other => None,
    };
    let system = match device.system {
        System::Windows => Some("Windows"),
        System::Mac => Some("macOS"),
        System::Linux => Some("Linux"),
        System::Android => Some("Android"),
        System::Iphone => Some("iPhone"),
        System::Ipad => Some("iPad"),
        System::ChromeOs => Some("ChromeOS"),
        System::Other => None,
    };
    DeviceInfo::Told {
        browser: browser.map(str::to_owned),
        system: system.map(str::to_owned),
        shared: device.shared,
    }
}

pub(crate) fn chart(vault: &Vault<Here>, chart: Chart) -> message::Chart {
    let refused = chart.refused.iter();
    let refused = refused.map(|item| refused_item(&chart, item)).collect();
    message::Chart {
        refused,
        lost: chart.lost,
        waiting: chart
            .waiting
            .into_iter()
            .map(|one| waiting(vault, one))
            .collect(),
        doubts: chart.doubts.into_iter().map(doubt).collect(),
        proposable: chart.writable.into_iter().map(category).collect(),
        standing: standing(chart.standing),
        check_words: chart.check_words,
        chart: chart.chart,
        owner: person(vault, chart.owner),
        own: chart.own,
        entries: chart.entries.into_iter().map(entry).collect(),
        sharing: chart
            .sharing
            .into_iter()
            .map(|grant| Sharing {
                grant: grant.grant,
                person: person(vault, grant.person),
                since: grant.since,
            })
            .collect(),
    }
}

pub(crate) fn repaired(vault: &Vault<Here>, repaired: keepwell_vault::Repaired) -> Repaired {
    Repaired {
        chart: chart(vault, repaired.chart),
        written_again: repaired.written_again,
        lost: repaired.lost,
    }
}

fn refused_item(chart: &Chart, item: &RefusedItem) -> Refused {
    let what = match item.what {
        What::Entry(record) => {
            let mut entries = chart.entries.iter();
            let known = entries.find(|entry| entry.record == record);
            Claimed::Entry(known.map(|known| known.entry.title.clone()))
        }
        What::Category(of) => Claimed::Category(category(of)),
    };
    let why = distrust(item.why);
    Refused { what, why }
}

fn waiting(vault: &Vault<Here>, one: WaitingEntry) -> message::Waiting {
    message::Waiting {
        statement: one.statement,
        record: one.record,
        author: person(vault, one.author),
        mine: one.mine,
        title: one.entry.title,
        text: one.entry.text,
        category: category(one.category),
        file: one.entry.file.map(file),
        at: one.at,
        outcome: match one.state {
            Waiting::Undecided => Outcome::Undecided,
            Waiting::Asked(question) => Outcome::Asked(question),
            Waiting::Declined => Outcome::Declined,
        },
        seen: one.seen,
        late: one.late,
        answer: one.answer,
    }
}

fn doubt(doubt: keepwell_vault::Doubt) -> message::Doubt {
    message::Doubt {
        category: category(doubt.category),
        author: doubt.author,
        why: distrust(doubt.why),
    }
}

pub(crate) fn decision(decision: message::Decision) -> keepwell_vault::Decision {
    match decision {
        message::Decision::Accept => keepwell_vault::Decision::Accept,
        message::Decision::Decline => keepwell_vault::Decision::Decline,
        message::Decision::Ask(question) => keepwell_vault::Decision::Ask(question),
    }
}

fn file(file: keepwell_vault::FileInfo) -> FileInfo {
    FileInfo {
        name: file.name,
        media_type: file.media_type,
        length: file.length,
    }
}

fn standing(standing: Standing) -> message::Standing {
    match standing {
        Standing::Current => message::Standing::Current,
        Standing::First => message::Standing::First,
        Standing::Older { shown, seen } => message::Standing::Older { shown, seen },
        Standing::Forked => message::Standing::Forked,
        Standing::Incomplete => message::Standing::Incomplete,
    }
}

pub(crate) fn entry(opened: OpenedRevision) -> Entry {
    Entry {
        record: opened.record,
        revision: opened.revision,
        number: opened.number,
        title: opened.entry.title,
        text: opened.entry.text,
        category: category(opened.category),
        file: opened.entry.file.map(file),
        at: opened.at,
        history: opened
            .history
            .into_iter()
            .map(|(revision, number, at, author)| RevisionInfo {
                revision,
                number,
                at,
                author,
            })
            .collect(),
        author: opened.author,
    }
}

pub(crate) fn person(vault: &Vault<Here>, person: keepwell_vault::Person) -> Person {
    Person {
        account: person.account,
        bundle: person.bundle,
        username: person.username,
        role: person.role,
        compared: person.compared,
        changed: person.changed,
        words: person.words,
        own_words: vault.own_words(),
    }
}

pub(crate) fn draft(draft: message::Draft) -> keepwell_vault::Draft {
    keepwell_vault::Draft {
        title: draft.title,
        text: draft.text,
        category: plain_category(draft.category),
    }
}

pub(crate) fn addition(one: message::Addition) -> keepwell_vault::Addition {
    keepwell_vault::Addition {
        draft: draft(one.draft),
        over: one.over,
    }
}

fn category(category: keepwell_vault::Category) -> Category {
    match category {
        keepwell_vault::Category::Personal => Category::Personal,
        keepwell_vault::Category::Clinical => Category::Clinical,
        keepwell_vault::Category::Prescriptions => Category::Prescriptions,
        keepwell_vault::Category::Laboratory => Category::Laboratory,
        keepwell_vault::Category::Financial => Category::Financial,
        keepwell_vault::Category::Research => Category::Research,
    }
}

fn plain_category(category: Category) -> keepwell_vault::Category {
    match category {
        Category::Personal => keepwell_vault::Category::Personal,
        Category::Clinical => keepwell_vault::Category::Clinical,
        Category::Prescriptions => keepwell_vault::Category::Prescriptions,
        Category::Laboratory => keepwell_vault::Category::Laboratory,
        Category::Financial => keepwell_vault::Category::Financial,
        Category::Research => keepwell_vault::Category::Research,
    }
}
