//! What can not be tried: features that do not exist yet, and what is not prevented.

use crate::list::{Attack, Status};

const CLINIC: &str = "there is no clinic and no directory yet";

const fn attack(
    number: u16,
    name: &'static str,
    source: &'static str,
    remedy: &'static str,
    status: Status,
) -> Attack {
    Attack {
        number,
        name,
        source,
        remedy,
        status,
    }
}

pub fn attacks() -> Vec<Attack> {
    use Status::{NotPrevented, NotYet};
    vec![
        attack(
            3,
            "policy flip (manual to automatic recovery)",
            "BW01 (PM26)",
            "no flag of the server makes the browser wrap or send anything",
            NotYet("there is no policy yet"),
        ),
        attack(
            16,
            "hidden certificate revocation",
            "general",
            "signed lists with expiry, closed when stale",
            NotYet(CLINIC),
        ),
        attack(
            17,
            "first-contact root substitution",
            "PM26, section 4.3",
            "the root's fingerprint travels outside the server",
            NotYet(CLINIC),
        ),
        attack(
            19,
            "directory split view",
            "CONIKS, SEEMless",
            "signed, chained heads, compared between people",
            NotYet(CLINIC),
        ),
        attack(
            51,
            "share-link secret leak",
            "CS24",
            "secrets only behind the number sign",
            NotYet("there are no invitations yet"),
        ),
        attack(
            54,
            "malicious code delivery",
            "KB18; ToR26; every web app",
            "files are named by their hash; published builds come later",
            NotPrevented("a browser has nobody to compare the code with"),
        ),
        attack(
            183,
            "second factor left out by the server, or an earlier one brought back",
            "own analysis",
            "it keeps out others than the server; what is encrypted needs the password all the same",
            NotPrevented("the server checks the codes and holds their secrets"),
        ),
        attack(
            62,
            "silent break-glass",
            "general; BW01-03 (PM26)",
            "keys in three hands, each use in a chain",
            NotYet("there is no emergency access yet"),
        ),
    ]
}
