//! The hostile server: every known attack is a test, and the client refuses it.
//!
//! The registry below is the list; `docs/threat-model.md` holds the same one for people, and a check
//! at the end compares the two both ways. An attack passes when its untampered control goes well, the
//! attack meets its exact refusal, and nothing left the browser, was shown or was written because of
//! it. Attacks on features that do not exist yet are listed, never counted.
//!
//! Arguments choose attacks by number or by a part of their name.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    missing_docs,
    unreachable_pub,
    reason = "a test fails by panicking, and this one prints its table"
)]

mod abuse;
mod account;
mod answers;
mod authors;
mod borders;
mod chunks;
mod committing;
mod deletions;
mod downgrade;
mod factor;
mod foreign;
mod gossip;
mod integrity;
mod keys;
mod later;
mod leakage;
mod list;
mod malleable;
mod matrix;
mod own_keys;
mod parsers;
mod probe;
mod recovery;
mod refusals;
mod rows;
mod run;
mod shown;
mod stage;
mod tabs;
mod trust;

fn main() -> std::process::ExitCode {
    let groups = [
        keys::attacks(),
        own_keys::attacks(),
        downgrade::attacks(),
        chunks::attacks(),
        integrity::attacks(),
        committing::attacks(),
        malleable::attacks(),
        shown::attacks(),
        parsers::attacks(),
        leakage::attacks(),
        abuse::attacks(),
        foreign::attacks(),
        factor::attacks(),
        account::attacks(),
        recovery::attacks(),
        trust::attacks(),
        gossip::attacks(),
        tabs::attacks(),
        rows::attacks(),
        deletions::attacks(),
        borders::attacks(),
        authors::attacks(),
        answers::attacks(),
        refusals::attacks(),
        later::attacks(),
    ];
    let mut attacks: Vec<list::Attack> = groups.into_iter().flatten().collect();
    attacks.sort_by_key(|attack| attack.number);
    let wanted: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    run::all(&attacks, &wanted)
}
