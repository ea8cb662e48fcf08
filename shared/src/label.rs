//! Every domain-separation label of the protocol, and nothing else.
//!
//! A label is ASCII, names the product, the format version and the purpose, and is never used for
//! a second purpose. All of them stand here so that a test can prove them distinct and prefix-free
//! (attack 12: signatures and ciphertexts replayed from one purpose in another).
//!
//! `docs/protocol.md`, section 2.

/// A label with its name here and the comment that says what it is for.
#[derive(Debug, Clone, Copy)]
pub struct Label {
    /// The name of the constant.
    pub name: &'static str,
    /// The label.
    pub text: &'static str,
    /// Its comment; the first words name the job, as [`JOBS`] has them.
    pub comment: &'static str,
}

/// What the comment of a label may begin with. The job says which matrix must have a row for it:
/// that of statements (`statement/matrix.rs`), those of ciphertexts (`keys/matrix` of the vault,
/// `secrets/matrix.rs` of the server) or that of derivations (both of these files again).
pub const JOBS: [&str; 9] = [
    "COSE external_aad of",
    "Associated data:",
    "HPKE info:",
    "Context of a sealed",
    "HKDF info:",
    "MAC input:",
    "MAC of the server:",
    "Prefix of the",
    "OPAQUE ",
];

macro_rules! labels {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal;)*) => {
        $($(#[doc = $doc])* pub const $name: &str = concat!("keepwell/v1/", $text);)*

        /// Every label, for tables and tests.
        pub const ALL: &[Label] = &[$(Label {
            name: stringify!($name),
            text: $name,
            comment: concat!($($doc),*).trim_ascii(),
        }),*];
    };
}

labels! {
    /// COSE external_aad of a key bundle.
    KEY_BUNDLE = "key-bundle";
    /// COSE external_aad of a record revision.
    REVISION = "revision";
    /// COSE external_aad of a consent grant.
    GRANT = "grant";
    /// COSE external_aad of a chart head.
    CHART_HEAD = "chart-head";
    /// COSE external_aad of a compartment head.
    COMPARTMENT_HEAD = "compartment-head";
    /// COSE external_aad of an entry by another author than the owner.
    AUTHOR_STATEMENT = "author-statement";
    /// COSE external_aad of an account head.
    ACCOUNT_HEAD = "account-head";
    /// COSE external_aad of what a recovery kit signs to be let at its account.
    KIT_PROOF = "kit-proof";

    /// OPAQUE context of a sign-in, mixed into the transcript (RFC 9807, section 6.4).
    OPAQUE_CONTEXT = "opaque-context";
    /// OPAQUE identity of the server (RFC 9807, section 4).
    OPAQUE_SERVER = "opaque-server";

    /// HKDF info: export key of OPAQUE to the unlock key.
    UNLOCK_KEY = "unlock-key";
    /// HKDF info: session key of OPAQUE to the key of the request proofs.
    REQUEST_KEY = "request-key";
    /// MAC input: a request of a session.
    REQUEST_PROOF = "request-proof";
    /// MAC input: the answer to a request of a session.
    ANSWER_PROOF = "answer-proof";

    /// HKDF info: session key of OPAQUE to the key that proves a return.
    RETURN_KEY = "return-key";
    /// MAC input: coming back to a session with the password alone.
    RETURN_PROOF = "return-proof";
    /// Prefix of the hash of a recovery code.
    RECOVERY_CODE = "recovery-code";

    /// HKDF info: a recovery kit to the key that wraps the AccountKey.
    KIT_KEY = "kit/wrapping-key";
    /// HKDF info: a recovery kit to its signing key.
    KIT_SIGNING_KEY = "kit/signing-key";
    /// Associated data: AccountKey under the key of a recovery kit.
    WRAP_ACCOUNT_KEY_KIT = "wrap/kit/account-key";
    /// Associated data: AccountKey under the unlock key.
    WRAP_ACCOUNT_KEY = "wrap/account-key";
    /// Associated data: the key that proves a return, kept in the browser under the unlock key.
    WRAP_RETURN_KEY = "wrap/return-key";
    /// Associated data: IdentityKeys under the AccountKey.
    SEAL_IDENTITY = "seal/identity-keys";
    /// Associated data: the address book under the AccountKey.
    SEAL_ADDRESS_BOOK = "seal/address-book";
    /// Associated data: what a browser says of itself, under the AccountKey.
    SEAL_DEVICE = "seal/device";
    /// Associated data: the newest compartment key under the AccountKey.
    WRAP_COMPARTMENT_OWN = "wrap/compartment-key/own";
    /// Associated data: an older compartment key under the next one.
    WRAP_COMPARTMENT_BACK = "wrap/compartment-key/back";
    /// Associated data: RecordKey under a compartment key.
    WRAP_RECORD_KEY = "wrap/record-key";
    /// Associated data: ContentKey under a RecordKey.
    WRAP_CONTENT_KEY = "wrap/content-key";
    /// HPKE info: a compartment key to a grantee.
    HPKE_GRANT = "hpke/grant";
    /// HPKE info: the RecordKey of an entry by another author.
    HPKE_ENTRY = "hpke/entry";

    /// MAC input: the id of a key is a commitment to it.
    KEY_ID = "key-id";
    /// Context of a sealed entry.
    CONTENT_ENTRY = "content/entry";
    /// Context of a sealed file.
    CONTENT_FILE = "content/file";
    /// Prefix of the root over the leaves of sealed content.
    CONTENT_ROOT = "content/root";
    /// Prefix of the hash over what an entry by another author encloses.
    ENCLOSURE = "enclosure";
    /// Prefix of the leaves of the tree over entries.
    LEAF = "leaf";
    /// Associated data: what a device remembers of an account, under the AccountKey.
    SEAL_MEMORY = "seal/memory";
    /// Associated data: what a person typed and has not saved, under the AccountKey.
    SEAL_DRAFTS = "seal/drafts";
    /// Prefix of the hash that becomes the check words of a head.
    CHECK_WORDS = "check-words";

    /// Prefix of the hash that becomes a person's safety words.
    SAFETY_WORDS = "words";
    /// Associated data: a session's request key under the server's own key, at rest.
    SERVER_SEAL_SESSION = "server/session";
    /// MAC of the server: the name under which it counts the tries of a network, a user name or a device.
    SERVER_TRIES = "server/tries";
    /// MAC input: a device that signed in before asks to be heard.
    DEVICE_PROOF = "device-proof";
    /// MAC of the server: the secret of a device that signed in.
    SERVER_DEVICE = "server/device";
    /// MAC of the server: a puzzle that it set.
    SERVER_PUZZLE = "server/puzzle";
    /// Prefix of the hash that a puzzle begins with.
    PUZZLE = "puzzle";
    /// Associated data: the key that proves a return under the server's own key, at rest.
    SERVER_SEAL_RETURN = "server/return";
    /// Associated data: the secret of one-time codes under the server's own key, at rest.
    SERVER_SEAL_FACTOR = "server/second-factor";
}

/// The labels whose comment begins with one of these jobs.
pub fn for_jobs(jobs: &[&str]) -> impl Iterator<Item = &'static str> {
    ALL.iter()
        .filter(|label| jobs.iter().any(|job| label.comment.starts_with(job)))
        .map(|label| label.text)
}

#[cfg(test)]
mod tests {
    use super::{ALL, JOBS};

    #[test]
    fn labels_are_ascii_distinct_and_prefix_free() {
        for (i, a) in ALL.iter().enumerate() {
            assert!(a.text.is_ascii());
            for (j, b) in ALL.iter().enumerate() {
                let (a, b) = (a.text, b.text);
                assert!(i == j || !b.starts_with(a), "{a} is a prefix of {b}");
            }
        }
    }

    /// A label with a job that no matrix knows would be in none.
    #[test]
    fn every_label_says_what_it_is_for() {
        for label in ALL {
            let jobs = JOBS.iter().filter(|job| label.comment.starts_with(**job));
            assert_eq!(jobs.count(), 1, "{}: {}", label.name, label.comment);
        }
    }
}
