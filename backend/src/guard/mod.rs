//! What stands before the handlers: it decides who is asking, and how much they may send.

pub(crate) mod codes;
pub(crate) mod fresh;
pub(crate) mod headers;
pub(crate) mod limits;
pub(crate) mod proof;
pub(crate) mod puzzle;
pub(crate) mod registrations;
pub(crate) mod tries;
pub(crate) mod waiting;
pub(crate) mod window;

use std::net::IpAddr;

use bytes::Bytes;
use futures::stream::BoxStream;
use http::HeaderMap;
use keepwell_shared::{
    bytes::Hash,
    device::DeviceProof,
    error::Code,
    id::{AccountId, SessionId},
    request::header,
};

use crate::{reject::Failure, secrets::Secrets};

/// The network address that a request came from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Peer(pub(crate) IpAddr);

/// A request that met its route and whose body has not been read.
pub(crate) struct Arrival {
    pub(crate) method: &'static str,
    /// As it stands in the request line.
    pub(crate) path: String,
    /// Without its question mark, empty where there is none.
    pub(crate) query: String,
    pub(crate) headers: HeaderMap,
    pub(crate) peer: Peer,
    pub(crate) body: BoxStream<'static, Result<Bytes, warp::Error>>,
}

/// Somebody without a session, and what they bring along to be heard.
#[derive(Clone)]
pub(crate) struct Guest {
    pub(crate) peer: Peer,
    /// What they sent as a solved puzzle.
    pub(crate) answer: Option<puzzle::Answer>,
    /// A device that signed in before, as it says.
    device: Option<DeviceProof>,
    /// What that device proves something about.
    path: String,
    body: Hash,
    /// That device, once its proof held.
    pub(crate) known: Option<[u8; 16]>,
    /// Whose account it is about, where there is one.
    pub(crate) account: Option<AccountId>,
}

impl Guest {
    /// Who sent a request.
    ///
    /// # Errors
    /// [`Code::BadRequest`] when a header is not what it must be.
    pub(crate) fn of(arrival: &Arrival, body: Hash) -> Result<Self, Failure> {
        let device = match arrival.headers.get(header::DEVICE) {
            None => None,
            Some(value) => {
                let proof = value.to_str().ok().and_then(DeviceProof::parse);
                Some(proof.ok_or(Code::BadRequest)?)
            }
        };
        Ok(Self {
            peer: arrival.peer,
            answer: puzzle::Answer::read(&arrival.headers)?,
            device,
            path: arrival.path.clone(),
            body,
            known: None,
            account: None,
        })
    }

    /// The same about an account, where there is one, and known again if its device signed in against
    /// this OPAQUE record before.
    pub(crate) fn about(
        mut self,
        secrets: &Secrets,
        account: Option<AccountId>,
        record: &[u8],
    ) -> Self {
        self.account = account;
        self.known = self.device.and_then(|said| {
            let secret = secrets.device(said.device, record);
            let known = said.is(&secret.prove(&self.path, self.body));
            known.then_some(said.device)
        });
        self
    }
}

/// Somebody whose request proof held. Only `proof` makes one, so that a handler that has a caller
/// needs to check nothing, and none can mistake an id from a body for one.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Caller {
    account: AccountId,
    session: SessionId,
}

impl Caller {
    /// Whose request this is.
    pub(crate) fn account(&self) -> AccountId {
        self.account
    }

    /// In which session.
    pub(crate) fn session(&self) -> SessionId {
        self.session
    }
}
