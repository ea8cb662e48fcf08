//! Every route, every role, every kind of id: who gets what, as one table over HTTP.
//!
//! A route without a row fails; a role is a column, and a table with another number of columns does
//! not build. What is not somebody's looks like what does not exist: status, headers and body are
//! compared byte for byte, so that sizes are too.

use http::HeaderMap;
use keepwell_shared::{
    bytes::Bytes, error::Code, id::CompartmentId, request::header, statement, wire::*,
};

use crate::support::{
    Server,
    chart::part_of,
    client::Answer,
    world::{EVERYBODY, Thing, Who, World, fill, names, nothings},
};

/// A new role that people can claim does not build until it has its column.
fn stranger(role: statement::Role) -> Who {
    match role {
        statement::Role::Patient => Who::StrangerPatient,
        statement::Role::Doctor => Who::StrangerDoctor,
    }
}

type Cell = Result<(), Code>;
const YES: Cell = Ok(());
const OUT: Cell = Err(Code::SignedOut);
const NIL: Cell = Err(Code::NotFound);
const END: Cell = Err(Code::SharingEnded);
const BAD: Cell = Err(Code::BadRequest);
/// Whoever has not just confirmed a change with both factors: an ordinary session is not enough.
const CON: Cell = Err(Code::ConfirmFirst);
const PAS: Cell = Err(Code::WrongSignIn);
const NOT: Cell = Err(Code::Conflict);

type Row = (&'static str, Thing, [Cell; EVERYBODY.len()]);

/// In an order in which no row takes away what a later one needs.
#[rustfmt::skip]
const TABLE: &[Row] = &[
    // route                thing             nobody forger ended  patient doctor former part   whole  owner
    // Steps that lead to a session: their body decides, and who sends it is not looked at.
    ("RegisterStart",       Thing::None,      [BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD]),
    ("RegisterFinish",      Thing::None,      [BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD]),
    ("SignInStart",         Thing::None,      [BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD]),
    ("SignInFinish",        Thing::None,      [BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD]),
    ("SignInFactor",        Thing::None,      [BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD]),
    ("RecoverStart",        Thing::None,      [BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD]),
    ("RecoverOpen",         Thing::None,      [BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD]),
    ("RecoverFinish",       Thing::None,      [BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD,   BAD]),
    // The caller's own. Everybody here has just shown both factors.
    ("RecoveryCodesPut",    Thing::None,      [OUT,   OUT,   OUT,   CON,   CON,   CON,   CON,   CON,   CON]),
    ("AccountGet",          Thing::None,      [OUT,   OUT,   OUT,   YES,   YES,   YES,   YES,   YES,   YES]),
    ("AccountHeadList",     Thing::None,      [OUT,   OUT,   OUT,   YES,   YES,   YES,   YES,   YES,   YES]),
    ("PasswordStart",       Thing::None,      [OUT,   OUT,   OUT,   YES,   YES,   YES,   YES,   YES,   YES]),
    // Everything is right but the password of before.
    ("AccountPut",          Thing::None,      [OUT,   OUT,   OUT,   PAS,   PAS,   PAS,   PAS,   PAS,   PAS]),
    // The owner has signed it, as the statement that is the newest already.
    ("KitPut",              Thing::None,      [OUT,   OUT,   OUT,   CON,   CON,   CON,   CON,   CON,   CON]),
    ("BookGet",             Thing::None,      [OUT,   OUT,   OUT,   YES,   YES,   YES,   YES,   YES,   YES]),
    ("BookPut",             Thing::None,      [OUT,   OUT,   OUT,   YES,   YES,   YES,   YES,   YES,   YES]),
    ("ChartList",           Thing::None,      [OUT,   OUT,   OUT,   YES,   YES,   YES,   YES,   YES,   YES]),
    ("FailedTryList",       Thing::None,      [OUT,   OUT,   OUT,   YES,   YES,   YES,   YES,   YES,   YES]),
    ("SessionList",         Thing::None,      [OUT,   OUT,   OUT,   YES,   YES,   YES,   YES,   YES,   YES]),
    ("DevicePut",           Thing::None,      [OUT,   OUT,   OUT,   YES,   YES,   YES,   YES,   YES,   YES]),
    // Whoever has an account may look up a user name.
    ("PersonGet",           Thing::None,      [OUT,   OUT,   OUT,   YES,   YES,   YES,   YES,   YES,   YES]),
    // A chart. Its heads tell what changes where and who reads: they are the owner's alone.
    ("ChartGet",            Thing::Chart,     [OUT,   OUT,   OUT,   NIL,   NIL,   END,   YES,   YES,   YES]),
    ("HeadList",            Thing::Chart,     [OUT,   OUT,   OUT,   NIL,   NIL,   END,   NIL,   NIL,   YES]),
    // A compartment. Whose grant has ended is told so whether or not there is such a compartment.
    ("CompartmentHeadList", Thing::Given,     [OUT,   OUT,   OUT,   NIL,   NIL,   END,   YES,   YES,   YES]),
    ("CompartmentHeadList", Thing::Kept,      [OUT,   OUT,   OUT,   NIL,   NIL,   END,   NIL,   YES,   YES]),
    ("CompartmentHeadList", Thing::Foreign,   [OUT,   OUT,   OUT,   NIL,   NIL,   END,   NIL,   NIL,   NIL]),
    ("CompartmentHeadList", Thing::Swapped,   [OUT,   OUT,   OUT,   NIL,   NIL,   NIL,   NIL,   NIL,   NIL]),
    ("RevisionList",        Thing::Given,     [OUT,   OUT,   OUT,   NIL,   NIL,   END,   YES,   YES,   YES]),
    ("RevisionList",        Thing::Kept,      [OUT,   OUT,   OUT,   NIL,   NIL,   END,   NIL,   YES,   YES]),
    ("RevisionList",        Thing::Foreign,   [OUT,   OUT,   OUT,   NIL,   NIL,   END,   NIL,   NIL,   NIL]),
    ("RevisionList",        Thing::Swapped,   [OUT,   OUT,   OUT,   NIL,   NIL,   NIL,   NIL,   NIL,   NIL]),
    ("LeafList",            Thing::Given,     [OUT,   OUT,   OUT,   NIL,   NIL,   END,   YES,   YES,   YES]),
    ("LeafList",            Thing::Kept,      [OUT,   OUT,   OUT,   NIL,   NIL,   END,   NIL,   YES,   YES]),
    ("LeafList",            Thing::Foreign,   [OUT,   OUT,   OUT,   NIL,   NIL,   END,   NIL,   NIL,   NIL]),
    ("LeafList",            Thing::Swapped,   [OUT,   OUT,   OUT,   NIL,   NIL,   NIL,   NIL,   NIL,   NIL]),
    // What others write, and for whom they seal it: they do, and the owner does not.
    ("StatementPost",       Thing::Given,     [OUT,   OUT,   OUT,   NIL,   NIL,   END,   YES,   YES,   NIL]),
    ("StatementPost",       Thing::Kept,      [OUT,   OUT,   OUT,   NIL,   NIL,   END,   NIL,   YES,   NIL]),
    ("StatementPost",       Thing::Foreign,   [OUT,   OUT,   OUT,   NIL,   NIL,   END,   NIL,   NIL,   NIL]),
    ("StatementPost",       Thing::Swapped,   [OUT,   OUT,   OUT,   NIL,   NIL,   NIL,   NIL,   NIL,   NIL]),
    ("StatementList",       Thing::Given,     [OUT,   OUT,   OUT,   NIL,   NIL,   END,   YES,   YES,   YES]),
    ("StatementList",       Thing::Kept,      [OUT,   OUT,   OUT,   NIL,   NIL,   END,   NIL,   YES,   YES]),
    ("StatementList",       Thing::Foreign,   [OUT,   OUT,   OUT,   NIL,   NIL,   END,   NIL,   NIL,   NIL]),
    ("StatementList",       Thing::Swapped,   [OUT,   OUT,   OUT,   NIL,   NIL,   NIL,   NIL,   NIL,   NIL]),
    ("ReaderList",          Thing::Given,     [OUT,   OUT,   OUT,   NIL,   NIL,   END,   YES,   YES,   YES]),
    ("ReaderList",          Thing::Kept,      [OUT,   OUT,   OUT,   NIL,   NIL,   END,   NIL,   YES,   YES]),
    ("ReaderList",          Thing::Foreign,   [OUT,   OUT,   OUT,   NIL,   NIL,   END,   NIL,   NIL,   NIL]),
    ("ReaderList",          Thing::Swapped,   [OUT,   OUT,   OUT,   NIL,   NIL,   NIL,   NIL,   NIL,   NIL]),
    // Writing heads is the owner's; files are uploaded by whoever may write an entry.
    ("HeadPost",            Thing::Chart,     [OUT,   OUT,   OUT,   NIL,   NIL,   NIL,   NIL,   NIL,   YES]),
    ("BlobPost",            Thing::Chart,     [OUT,   OUT,   OUT,   NIL,   NIL,   END,   YES,   YES,   YES]),
    // A file: who uploads it asks how far it is, whoever reads the chart reads what is finished.
    ("BlobGet",             Thing::Committed, [OUT,   OUT,   OUT,   NIL,   NIL,   NIL,   NIL,   NIL,   YES]),
    ("BlobGet",             Thing::Open,      [OUT,   OUT,   OUT,   NIL,   NIL,   NIL,   NIL,   NIL,   YES]),
    ("PartPut",             Thing::Committed, [OUT,   OUT,   OUT,   NIL,   NIL,   NIL,   NIL,   NIL,   YES]),
    ("PartPut",             Thing::Open,      [OUT,   OUT,   OUT,   NIL,   NIL,   NIL,   NIL,   NIL,   YES]),
    ("BytesGet",            Thing::Committed, [OUT,   OUT,   OUT,   NIL,   NIL,   END,   YES,   YES,   YES]),
    ("BytesGet",            Thing::Open,      [OUT,   OUT,   OUT,   NIL,   NIL,   NIL,   NIL,   NIL,   NIL]),
    ("BlobDelete",          Thing::Committed, [OUT,   OUT,   OUT,   NIL,   NIL,   NIL,   NIL,   NIL,   NOT]),
    ("BlobDelete",          Thing::Open,      [OUT,   OUT,   OUT,   NIL,   NIL,   NIL,   NIL,   NIL,   YES]),
    // A session of the owner's, another one than the one that asks.
    ("SessionRevoke",       Thing::Session,   [OUT,   OUT,   OUT,   NIL,   NIL,   NIL,   NIL,   NIL,   YES]),
    ("SessionsEndOthers",   Thing::None,      [OUT,   OUT,   OUT,   YES,   YES,   YES,   YES,   YES,   YES]),
    ("SecondFactorPut",     Thing::None,      [OUT,   OUT,   OUT,   CON,   CON,   CON,   CON,   CON,   CON]),
    // Last: afterwards nobody can ask anything before coming back, or has a session.
    ("SessionLock",         Thing::None,      [OUT,   OUT,   OUT,   YES,   YES,   YES,   YES,   YES,   YES]),
    ("SessionEnd",          Thing::None,      [OUT,   OUT,   OUT,   YES,   YES,   YES,   YES,   YES,   YES]),
];

/// Everything that can be seen of an answer. Date and proof differ from one to the next; that they
/// are there, and how long they are, must not.
fn seen(answer: &Answer) -> (u16, HeaderMap, Vec<u8>) {
    let mut headers = answer.headers.clone();
    for name in ["date", "keepwell-request", header::PROOF] {
        if let Some(value) = headers.get_mut(name) {
            *value = http::HeaderValue::from_str(&"x".repeat(value.len())).unwrap();
        }
    }
    (answer.status.as_u16(), headers, answer.body.clone())
}

fn cell(answer: &Answer) -> Cell {
    match answer.status {
        http::StatusCode::OK => Ok(()),
        _ => Err(answer.code()),
    }
}

#[test]
fn every_route_has_a_row_for_everything_that_it_can_name() {
    for (route, _, pattern, access) in ALL {
        let mut things: Vec<_> = TABLE
            .iter()
            .filter(|row| row.0 == *route)
            .map(|row| row.1)
            .collect();
        let expected = match names(pattern)[..] {
            ["chart"] => vec![Thing::Chart],
            ["chart", "compartment"] => {
                vec![Thing::Given, Thing::Kept, Thing::Foreign, Thing::Swapped]
            }
            ["blob"] | ["blob", "part"] => vec![Thing::Committed, Thing::Open],
            ["session"] => vec![Thing::Session],
            ["username"] | [] => vec![Thing::None],
            _ => panic!("{pattern} is new: say what stands there"),
        };
        things.dedup();
        assert_eq!(things, expected, "{route}");
        // Without a live session nobody gets anything from a route that wants one.
        for row in TABLE.iter().filter(|row| row.0 == *route) {
            let open = *access == Access::Open;
            let out = row.2[..3].iter().all(|cell| *cell == OUT);
            assert_eq!(out, !open, "{route}");
        }
    }
    for (route, ..) in TABLE {
        assert!(ALL.iter().any(|(name, ..)| name == route), "{route}");
    }
}

#[tokio::test]
async fn everybody_gets_exactly_what_the_table_says() {
    let server = Server::start().await;
    let mut world = World::new(&server).await;
    let (mut refused, mut compared) = (0, 0);
    for (route, thing, cells) in TABLE {
        if *route == "SessionEnd" {
            world.come_back().await;
        }
        let (_, method, pattern, access) = ALL.iter().find(|(name, ..)| name == route).unwrap();
        let query = match *route {
            "BytesGet" => "offset=0&length=1",
            _ => "",
        };
        for (who, expected) in EVERYBODY.iter().zip(cells) {
            let ask = async |path: &str| {
                let mut body = world.body(route, *who, *thing);
                if *route == "PartPut" && *thing == Thing::Open {
                    body = part_of(&world.open.1, 0).to_vec();
                }
                world.ask(*who, (*method, *access), path, query, body).await
            };
            // What names nothing first, so that nothing is there because it was asked for.
            let mut nothing = Vec::new();
            for name in names(pattern) {
                let id = world.id(name, *thing);
                for other in nothings(name, &id) {
                    let path = fill(pattern, |at| match at == name {
                        true => other.clone(),
                        false => world.id(at, *thing),
                    });
                    let answer = ask(&path).await;
                    // Who knew of a chart is told that sharing ended before anything is looked up
                    // in it, but not for what is no id of a compartment.
                    let ended = *who == Who::FormerGrantee
                        && world.id("chart", *thing) == world.owner.chart().to_string()
                        && name == "compartment"
                        && other.parse::<CompartmentId>().is_ok();
                    let said = match world.signed_in(*who) {
                        Some(_) if ended => END,
                        Some(_) => NIL,
                        None => OUT,
                    };
                    assert_eq!(cell(&answer), said, "{route} {who:?} {name} {other}");
                    nothing.push(answer);
                }
            }
            let answer = ask(&fill(pattern, |name| world.id(name, *thing))).await;
            assert_eq!(cell(&answer), *expected, "{route} {thing:?} {who:?}");
            let proved = answer.headers.contains_key(header::PROOF);
            if world.signed_in(*who).is_none() {
                assert!(!proved, "{route} {who:?}");
            }
            refused += usize::from(expected.is_err());
            // Signed out, not found or ended: what exists must not show.
            for nothing in nothing.iter().filter(|other| cell(other) == *expected) {
                assert_eq!(seen(&answer), seen(nothing), "{route} {thing:?} {who:?}");
                compared += 1;
            }
        }
    }
    println!("authorisation: {refused} cells refused, {compared} answers compared");
    assert!(refused > 100 && compared > 300);
}

/// What carries no id is about the caller, whoever that is.
#[tokio::test]
async fn without_an_id_everybody_gets_their_own() {
    let server = Server::start().await;
    let world = World::new(&server).await;
    let chart = world.owner.chart();
    for who in EVERYBODY {
        let Some(person) = world.signed_in(*who) else {
            continue;
        };
        let account = person.call::<AccountGet>(&[], &Empty {}).await.unwrap();
        assert_eq!(account.account, person.account, "{who:?}");
        assert_eq!(account.key_bundle, person.bundle.to_unverified(), "{who:?}");
        let charts = person.call::<ChartList>(&[], &Empty {}).await.unwrap();
        let shared: Vec<_> = charts.shared.iter().map(|shared| shared.chart).collect();
        let (own, read) = match who {
            Who::Owner => (vec![chart], vec![]),
            Who::PartGrantee | Who::Grantee => (vec![], vec![chart]),
            Who::StrangerPatient => (vec![person.chart()], vec![]),
            _ => (vec![], vec![]),
        };
        assert_eq!((charts.own, shared), (own, read), "{who:?}");
    }
}

/// The refused cells of the table changed nothing.
#[tokio::test]
async fn whoever_is_refused_changes_nothing() {
    let server = Server::start().await;
    let world = World::new(&server).await;
    let before = state(&world).await;
    for (route, thing, cells) in TABLE {
        let (_, method, pattern, access) = ALL.iter().find(|(name, ..)| name == route).unwrap();
        for (who, expected) in EVERYBODY.iter().zip(cells) {
            if *who == Who::Owner || expected.is_ok() {
                continue;
            }
            let path = fill(pattern, |name| world.id(name, *thing));
            let answer = world
                .ask(
                    *who,
                    (*method, *access),
                    &path,
                    "",
                    world.body(route, *who, *thing),
                )
                .await;
            assert!(!answer.status.is_success(), "{route} {who:?}");
        }
    }
    assert_eq!(state(&world).await, before);
}

/// The owner's chart, entries and files, as the server hands them out.
async fn state(world: &World) -> Vec<Vec<u8>> {
    let owner = &world.owner;
    let mut state = Vec::new();
    for (pattern, thing) in [
        (AccountGet::PATH, Thing::None),
        (ChartGet::PATH, Thing::Chart),
        (HeadList::PATH, Thing::Chart),
        (CompartmentHeadList::PATH, Thing::Given),
        (CompartmentHeadList::PATH, Thing::Kept),
        (RevisionList::PATH, Thing::Given),
        (RevisionList::PATH, Thing::Kept),
        (LeafList::PATH, Thing::Given),
        (LeafList::PATH, Thing::Kept),
        (StatementList::PATH, Thing::Given),
        (StatementList::PATH, Thing::Kept),
        (ReaderList::PATH, Thing::Given),
        (BlobGet::PATH, Thing::Committed),
        (BlobGet::PATH, Thing::Open),
    ] {
        let path = fill(pattern, |name| world.id(name, thing));
        let answer = owner.raw("GET", &path, "", Vec::new(), None).await;
        assert_eq!(cell(&answer), YES, "{pattern}");
        let mut body = answer.body;
        if pattern == AccountGet::PATH {
            // By what a device is known again there is another one in every answer.
            let mut account: AccountResponse = serde_json::from_slice(&body).unwrap();
            account.device = Bytes::default();
            body = serde_json::to_vec(&account).unwrap();
        }
        state.push(body);
    }
    let length = world.committed.1.len() as u64;
    let bytes = owner.bytes(world.committed.0.blob, 0, length).await;
    state.push(bytes.unwrap());
    state
}

/// Every role that somebody can claim has the column of its stranger.
#[test]
fn every_role_has_a_stranger() {
    for role in [statement::Role::Patient, statement::Role::Doctor] {
        assert!(EVERYBODY.contains(&stranger(role)));
    }
}
