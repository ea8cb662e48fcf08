//! Typed random ids.
//!
//! Every id is 16 random bytes behind a one-byte kind, so that an id of one kind can never be
//! taken for one of another kind, neither in a signed statement (17 bytes of CBOR) nor in an
//! address or in JSON (three letters, an underscore and 22 characters of base64url).
//! Attack 11 of the threat model, CVE-2022-39250, was such a mix-up.
//!
//! ```
//! use keepwell_shared::id::{ChartId, RecordId};
//! fn open(chart: ChartId, record: RecordId) {}
//! open(ChartId::generate(), RecordId::generate());
//! ```
//!
//! ```compile_fail,E0308
//! use keepwell_shared::id::{ChartId, RecordId};
//! fn open(chart: ChartId, record: RecordId) {}
//! open(RecordId::generate(), ChartId::generate());
//! ```
//!
//! `docs/protocol.md`, section 2.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::bytes::{from_base64url, to_base64url};

/// A text or byte string that is not an id of the expected kind.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not an id of this kind")]
pub struct NotAnId;

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident = $kind:literal $prefix:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name([u8; 16]);

        impl $name {
            /// The byte that stands before the random part inside signed bytes.
            pub const KIND: u8 = $kind;
            /// What stands before the random part in text.
            pub const PREFIX: &'static str = $prefix;

            /// Draws a fresh random id.
            pub fn generate() -> Self {
                Self(random())
            }

            /// The 16 random bytes.
            pub fn as_bytes(&self) -> &[u8; 16] {
                &self.0
            }

            /// The kind and the random bytes: the form that stands in signed bytes.
            pub fn to_tagged(&self) -> [u8; 17] {
                let mut tagged = [$kind; 17];
                if let Some((_, rest)) = tagged.split_first_mut() {
                    rest.copy_from_slice(&self.0);
                }
                tagged
            }
        }

        impl From<[u8; 16]> for $name {
            fn from(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}{}", $prefix, to_base64url(&self.0))
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(text: &str) -> Result<Self, NotAnId> {
                let rest = text.strip_prefix($prefix).ok_or(NotAnId)?;
                from_base64url(rest)
                    .and_then(|bytes| bytes.try_into().ok())
                    .map(Self)
                    .ok_or(NotAnId)
            }
        }

        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
            }
        }

        impl<C> minicbor::Encode<C> for $name {
            fn encode<W: minicbor::encode::Write>(
                &self,
                e: &mut minicbor::Encoder<W>,
                _: &mut C,
            ) -> Result<(), minicbor::encode::Error<W::Error>> {
                e.bytes(&self.to_tagged())?.ok()
            }
        }

        impl<'b, C> minicbor::Decode<'b, C> for $name {
            fn decode(
                d: &mut minicbor::Decoder<'b>,
                _: &mut C,
            ) -> Result<Self, minicbor::decode::Error> {
                match d.bytes()?.split_first() {
                    Some((&$kind, rest)) => rest
                        .try_into()
                        .map(Self)
                        .map_err(|_| minicbor::decode::Error::message("id of another length")),
                    _ => Err(minicbor::decode::Error::message("id of another kind")),
                }
            }
        }
    )*

    #[cfg(test)]
    const KINDS: &[(u8, &str)] = &[$(($kind, $prefix)),*];

    /// What a text is as an id of every kind, written as text again.
    #[cfg(feature = "fuzz")]
    pub(crate) fn every_kind_of_text(text: &str) -> Vec<String> {
        [$(text.parse::<$name>().map(|id| id.to_string())),*].into_iter().flatten().collect()
    }

    /// What CBOR is as an id of every kind, encoded again.
    #[cfg(feature = "fuzz")]
    pub(crate) fn every_kind_of_cbor(bytes: &[u8]) -> Vec<Vec<u8>> {
        let all = [$(minicbor::decode::<$name>(bytes).map(|id| minicbor::to_vec(id))),*];
        all.into_iter().flatten().flatten().collect()
    }

    /// The text of one id of every kind.
    #[cfg(feature = "fuzz")]
    pub(crate) fn one_of_every_kind() -> Vec<String> {
        vec![$($name::from([7; 16]).to_string()),*]
    }
    };
}

ids! {
    /// A person's account.
    AccountId = 1 "acc_";
    /// A chart. Nothing may assume that an account has exactly one, or that ids coincide.
    ChartId = 2 "cha_";
    /// One data category of one chart. Which category it is, only key holders know.
    CompartmentId = 3 "com_";
    /// One entry of a chart, over all its revisions.
    RecordId = 4 "rec_";
    /// The sealed bytes of one file; drawn by the server.
    BlobId = 5 "blo_";
    /// One grant, over all its re-issues.
    GrantId = 6 "gra_";
    /// A session of one tab; drawn by the server.
    SessionId = 7 "ses_";
    /// A window of request numbers; drawn by the server.
    WindowId = 8 "win_";
    /// One sign-in between its first and third message; drawn by the server.
    LoginId = 9 "log_";
    /// Marks a request and its repeats, so that it is carried out once.
    IdempotencyKey = 10 "ide_";
    /// One sign-in whose password was right and whose second factor is missing; drawn by the server.
    ProvenId = 11 "pro_";
    /// One recovery of an account with its kit; drawn by the server.
    RecoveryId = 12 "rcv_";
}

/// Sixteen bytes from the system's generator.
///
/// # Panics
/// When the system has no source of randomness: there is nothing safe left to do then.
#[expect(
    clippy::expect_used,
    reason = "no id and no key can be drawn without randomness"
)]
fn random() -> [u8; 16] {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system's random generator answers");
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_and_prefixes_are_distinct() {
        for (i, a) in KINDS.iter().enumerate() {
            for b in &KINDS[i + 1..] {
                assert_ne!(a.0, b.0);
                assert_ne!(a.1, b.1);
            }
        }
    }

    #[test]
    fn an_id_of_another_kind_is_refused_in_text_and_in_cbor() {
        let record = RecordId::generate();
        assert_eq!(record.to_string().parse(), Ok(record));
        assert_eq!(record.to_string().parse::<GrantId>(), Err(NotAnId));
        let bytes = minicbor::to_vec(record).unwrap();
        assert_eq!(minicbor::decode::<RecordId>(&bytes).unwrap(), record);
        assert!(minicbor::decode::<GrantId>(&bytes).is_err());
    }
}
