//! What the server sees: every type that travels, grouped by flow, and the table of endpoints.
//!
//! The endpoint is data: method, path, request and response stand in one place that server and
//! browser both use, so that a renamed field breaks the build of both. Paths carry ids as
//! `{name}` segments. `docs/what-the-server-sees.md` lists what each field tells the server; a
//! test fails when one is missing there.
//!
//! `docs/protocol.md`, section 9, and with every field `docs/protocol.md`, section 11.

mod account;
mod blob;
mod chart;
mod people;
mod recovery;
mod session;
mod sign_in;
mod writers;

use serde::{Deserialize, Serialize, de::DeserializeOwned};

pub use account::*;
pub use blob::*;
pub use chart::*;
pub use people::*;
pub use recovery::*;
pub use session::*;
pub use sign_in::*;
pub use writers::*;

/// The longest JSON body that any route takes, in bytes. Single routes take less.
pub const MAX_JSON: u64 = 1024 * 1024;

/// HTTP methods in use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Method {
    /// Reads.
    Get,
    /// Creates or changes.
    Post,
    /// Puts a whole thing in its place.
    Put,
    /// Removes.
    Delete,
}

impl Method {
    /// The name in the request line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// Who may call an endpoint.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Anybody: the steps that lead to a session.
    Open,
    /// The holder of a session, with a request proof.
    Session,
}

/// One endpoint of the API.
pub trait Endpoint {
    /// The method.
    const METHOD: Method;
    /// The path, with `{name}` for ids.
    const PATH: &'static str;
    /// Who may call it.
    const ACCESS: Access;
    /// The longest request body, in bytes.
    const MAX_BODY: u64 = MAX_JSON;
    /// What is sent; [`Empty`] where there is no body. Raw where [`Endpoint::PATH`] ends in bytes.
    type Request: Serialize + DeserializeOwned;
    /// What is answered.
    type Response: Serialize + DeserializeOwned;
}

/// No fields.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Empty {}

/// A path with its `{name}` segments filled in order; `None` when the counts differ.
pub fn fill_path(pattern: &str, ids: &[&dyn std::fmt::Display]) -> Option<String> {
    let mut ids = ids.iter();
    let mut path = String::new();
    for segment in pattern.split('/').skip(1) {
        path.push('/');
        if segment.starts_with('{') {
            path.push_str(&ids.next()?.to_string());
        } else {
            path.push_str(segment);
        }
    }
    ids.next().is_none().then_some(path)
}

macro_rules! endpoints {
    ($($(#[$doc:meta])* $name:ident: $access:ident $method:ident $path:literal $request:ty => $response:ty $(, max $max:expr)?;)*) => {
        $(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy)]
            pub struct $name;

            impl Endpoint for $name {
                const METHOD: Method = Method::$method;
                const PATH: &'static str = $path;
                const ACCESS: Access = Access::$access;
                $(const MAX_BODY: u64 = $max;)?
                type Request = $request;
                type Response = $response;
            }
        )*

        /// Method, path and access of every endpoint, for tables and tests.
        pub const ALL: &[(&str, Method, &str, Access)] =
            &[$((stringify!($name), Method::$method, $path, Access::$access)),*];

        /// What every endpoint takes and gives, to be fed with bytes of others: none can be missing.
        #[cfg(feature = "fuzz")]
        pub(crate) fn fuzz_targets() -> Vec<crate::fuzz::Target> {
            vec![$(
                crate::fuzz::json::<$request>(concat!("wire-", stringify!($name), "-request")),
                crate::fuzz::json::<$response>(concat!("wire-", stringify!($name), "-response")),
            )*]
        }
    };
}

endpoints! {
    /// First message of a registration (RFC 9807, section 5.1).
    RegisterStart: Open Post "/api/register/start" RegisterStartRequest => RegisterStartResponse, max 4096;
    /// Everything that an account needs, in one transaction.
    RegisterFinish: Open Post "/api/register/finish" RegisterFinishRequest => RegisterFinishResponse, max 128 * 1024;
    /// First message of a sign-in (RFC 9807, section 6).
    SignInStart: Open Post "/api/sign-in/start" SignInStartRequest => SignInStartResponse, max 4096;
    /// Third message of a sign-in: the password is right.
    SignInFinish: Open Post "/api/sign-in/finish" SignInFinishRequest => SignInFinishResponse, max 4096;
    /// The second factor of a sign-in; answers with a session.
    SignInFactor: Open Post "/api/sign-in/factor" SignInFactorRequest => SignInFactorResponse, max 4096;
    /// Asks for what a recovery kit has to sign.
    RecoverStart: Open Post "/api/recover/start" RecoverStartRequest => RecoverStartResponse, max 4096;
    /// What a recovery kit has signed.
    RecoverOpen: Open Post "/api/recover/open" RecoverOpenRequest => RecoverOpenResponse, max 4096;
    /// Everything new of an account that is recovered, in one transaction.
    RecoverFinish: Open Post "/api/recover/finish" RecoverFinishRequest => RecoverFinishResponse, max 16 * 1024;
    /// Ends the session of the caller.
    SessionEnd: Session Delete "/api/session" Empty => Empty, max 4096;
    /// The live sessions of the caller.
    SessionList: Session Get "/api/sessions" Empty => SessionListResponse;
    /// Keeps what the caller's browser says of itself, sealed.
    DevicePut: Session Put "/api/session/device" DevicePutRequest => Empty, max 16 * 1024;
    /// Ends one session of the caller's account.
    SessionRevoke: Session Delete "/api/sessions/{session}" Empty => Empty, max 4096;
    /// Ends every session of the caller's account but this one.
    SessionsEndOthers: Session Delete "/api/sessions" Empty => Empty, max 4096;
    /// Forgets the key of the caller's requests: nothing can be asked in the session any more, and
    /// until its end the password brings one back to it.
    SessionLock: Session Delete "/api/session/key" Empty => Empty, max 4096;
    /// Another second factor in the place of the one that was just shown; ends all other sessions.
    SecondFactorPut: Session Put "/api/second-factor" NewSecondFactor => Empty, max 4096;
    /// New recovery codes.
    RecoveryCodesPut: Session Put "/api/recovery-codes" RecoveryCodesPutRequest => Empty, max 4096;
    /// Who tried to sign in to the caller's account, and was not let in.
    FailedTryList: Session Get "/api/account/tries" Empty => FailedTryListResponse;
    /// What the caller's browser needs to unlock.
    AccountGet: Session Get "/api/account" Empty => AccountResponse;
    /// Statements of the caller's account chain after a counter; the query is [`PageQuery`].
    AccountHeadList: Session Get "/api/account/heads" Empty => AccountHeadListResponse;
    /// First message of a new password (RFC 9807, section 5.1).
    PasswordStart: Session Post "/api/account/password" PasswordStartRequest => PasswordStartResponse, max 4096;
    /// The next statement of the caller's account chain with what it names, by compare-and-swap.
    AccountPut: Session Put "/api/account" AccountPutRequest => Empty, max 128 * 1024;
    /// Another recovery kit, by compare-and-swap; ends all other sessions.
    KitPut: Session Put "/api/account/kit" KitPutRequest => Empty, max 16 * 1024;
    /// The caller's sealed address book.
    BookGet: Session Get "/api/book" Empty => BookResponse;
    /// Replaces the sealed address book, by compare-and-swap.
    BookPut: Session Put "/api/book" BookPutRequest => Empty;
    /// The key bundle behind a user name.
    PersonGet: Session Get "/api/people/{username}" Empty => PersonResponse;
    /// The charts that the caller owns or may read.
    ChartList: Session Get "/api/charts" Empty => ChartListResponse;
    /// Keys, grants and head of one chart, as far as they concern the caller.
    ChartGet: Session Get "/api/charts/{chart}" Empty => ChartResponse;
    /// A new head with the revisions, grants and keys that it names, by compare-and-swap.
    HeadPost: Session Post "/api/charts/{chart}/head" HeadPostRequest => Empty;
    /// Chart heads after a counter, for the owner; the query is [`PageQuery`].
    HeadList: Session Get "/api/charts/{chart}/heads" Empty => HeadListResponse;
    /// Heads of one compartment after a counter; the query is [`PageQuery`].
    CompartmentHeadList: Session Get "/api/charts/{chart}/compartments/{compartment}/heads" Empty => CompartmentHeadListResponse;
    /// Revisions of one compartment in the order in which they were stored; the query is [`PageQuery`].
    RevisionList: Session Get "/api/charts/{chart}/compartments/{compartment}/revisions" Empty => RevisionListResponse;
    /// Leaves of the tree of one compartment; the query is [`PageQuery`].
    LeafList: Session Get "/api/charts/{chart}/compartments/{compartment}/leaves" Empty => LeafListResponse;
    /// An entry by somebody else than the owner, which waits for the owner.
    StatementPost: Session Post "/api/charts/{chart}/compartments/{compartment}/statements" StatementPostRequest => Empty;
    /// Entries by others of one compartment in the order in which they arrived; the query is [`PageQuery`].
    StatementList: Session Get "/api/charts/{chart}/compartments/{compartment}/statements" Empty => StatementListResponse;
    /// The public keys of everybody who may read a compartment, for whoever writes an entry there.
    ReaderList: Session Get "/api/charts/{chart}/compartments/{compartment}/readers" Empty => ReaderListResponse;
    /// Reserves room for the sealed bytes of a file.
    BlobPost: Session Post "/api/charts/{chart}/blobs" BlobPostRequest => BlobPostResponse, max 4096;
    /// How much of a blob has arrived, for resuming.
    BlobGet: Session Get "/api/blobs/{blob}" Empty => BlobResponse;
    /// Gives up a blob that no revision names yet.
    BlobDelete: Session Delete "/api/blobs/{blob}" Empty => Empty, max 4096;
    /// One part of a blob, raw, of exactly the length that its place demands.
    PartPut: Session Put "/api/blobs/{blob}/parts/{part}" Empty => Empty, max crate::content::PART_SEALED;
    /// A range of the bytes of a blob, raw; the query is [`RangeQuery`].
    BytesGet: Session Get "/api/blobs/{blob}/bytes" Empty => Empty;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_filled_in_order_and_completely() {
        assert_eq!(
            fill_path("/api/a/{x}/b/{y}", &[&1, &"z"]).as_deref(),
            Some("/api/a/1/b/z")
        );
        assert_eq!(fill_path("/api/a/{x}", &[]), None);
        assert_eq!(fill_path("/api/a", &[&1]), None);
    }

    #[test]
    fn no_two_endpoints_share_method_and_path() {
        for (i, a) in ALL.iter().enumerate() {
            for b in &ALL[i + 1..] {
                assert!(a.1 != b.1 || a.2 != b.2, "{} {}", a.0, b.0);
            }
        }
    }

    #[test]
    fn unknown_fields_are_refused() {
        assert!(serde_json::from_str::<Empty>("{\"x\":1}").is_err());
    }
}
