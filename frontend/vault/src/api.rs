//! The way to the server: typed endpoints, request proofs, repeats.
//!
//! A request that changes something carries an idempotency key and may be repeated after a lost
//! answer; the server carries it out once. Numbers are fresh for every repeat.
//!
//! `docs/protocol.md`, section 9.

mod proof;

use std::{
    cell::{Cell, RefCell},
    fmt::Display,
    rc::Rc,
};

use keepwell_shared::{
    bytes::Hash,
    device::DeviceSecret,
    id::{IdempotencyKey, SessionId, WindowId},
    request::{RequestKey, header},
    returning::ReturnKey,
    wire::{Access, Empty, Endpoint, Method, SessionEnd, fill_path},
};

use self::proof::{Read, read, request};

use crate::{
    error::Error,
    platform::{Answer, Platform, Request, Unreachable},
    solve::solve,
};

/// How long to wait before each repeat of a request that got no answer, in milliseconds: about half
/// a minute in all, the time in which a phone finds its network again.
const PAUSES: [u32; 6] = [300, 1_000, 2_000, 4_000, 8_000, 15_000];

/// How long at most it takes until a pause is ended, in milliseconds.
const STEP: u32 = 250;

/// Puzzles that one request solves at most: a second one where the first came too late.
const PUZZLES: u8 = 2;

/// A session: proof of possession of a key that only this tab and the server hold.
pub(crate) struct Session {
    pub(crate) id: SessionId,
    key: RequestKey,
    /// Brings this browser back to the session.
    pub(crate) return_key: ReturnKey,
    window: Cell<WindowId>,
    number: Cell<u64>,
}

impl Session {
    pub(crate) fn begin(id: SessionId, window: WindowId, session_key: &[u8]) -> Self {
        Self {
            id,
            key: RequestKey::derive(session_key),
            return_key: ReturnKey::derive(session_key),
            window: Cell::new(window),
            number: Cell::new(0),
        }
    }

    /// The window of the next request.
    pub(crate) fn window(&self) -> WindowId {
        self.window.get()
    }
}

impl std::fmt::Debug for Session {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Session(..)")
    }
}

pub(crate) struct Api<P> {
    pub(crate) platform: P,
    session: RefCell<Option<Rc<Session>>>,
    /// By which the server knows this device again.
    pub(crate) device: RefCell<Option<DeviceSecret>>,
}

/// What differs between endpoints, as data.
#[derive(Clone, Copy)]
struct Line {
    method: Method,
    path: &'static str,
    in_session: bool,
}

impl Line {
    fn of<E: Endpoint>() -> Self {
        Self {
            method: E::METHOD,
            path: E::PATH,
            in_session: E::ACCESS == Access::Session,
        }
    }
}

/// What goes with a request.
enum Sending<'a, B> {
    Json(Vec<u8>),
    Part(&'a B),
    /// Nothing, and raw bytes are wanted.
    Nothing,
}

/// What came back: bytes that verify themselves, or an answer that has to be proved.
enum Said<B> {
    Bytes(B),
    Answer(Answer),
}

/// What came back and is believed, as far as it can be here.
enum Received<B> {
    Bytes(B),
    Answer(Vec<u8>),
}

impl<P> Api<P> {
    pub(crate) fn new(platform: P) -> Self {
        Self {
            platform,
            session: RefCell::new(None),
            device: RefCell::default(),
        }
    }
}

impl<P: Platform> Api<P> {
    /// Asks in this session from now on; gives the one before.
    pub(crate) fn begin_session(
        &self,
        id: SessionId,
        window: WindowId,
        session_key: &[u8],
    ) -> Option<Rc<Session>> {
        let session = Session::begin(id, window, session_key);
        self.session.replace(Some(Rc::new(session)))
    }

    /// Ends a session that is not used any more.
    pub(crate) async fn end_session(&self, session: Rc<Session>) -> Result<(), Error> {
        let body = serde_json::to_vec(&Empty {}).map_err(|_| Error::Program)?;
        let hash = Hash::of(&body);
        let (line, sending) = (Line::of::<SessionEnd>(), Sending::Json(body));
        self.repeat(Some(session), line, &[], "", hash, &|| false, sending)
            .await
            .map(|_| ())
    }

    pub(crate) fn session(&self) -> Option<Rc<Session>> {
        self.session.borrow().clone()
    }

    /// The session that has begun.
    pub(crate) fn session_id(&self) -> Result<SessionId, Error> {
        let session = self.session().ok_or(Error::Program)?;
        Ok(session.id)
    }

    /// The key of the request proofs, for the search that must find it nowhere.
    #[cfg(feature = "canaries")]
    pub(crate) fn request_key(&self) -> Option<[u8; 32]> {
        let session = self.session.borrow();
        // EXPOSE: for `canaries.rs` alone.
        session.as_ref().map(|session| *session.key.expose())
    }

    /// Calls an endpoint that answers with JSON.
    pub(crate) async fn call<E: Endpoint>(
        &self,
        endpoint: E,
        ids: &[&dyn Display],
        query: &str,
        body: &E::Request,
    ) -> Result<E::Response, Error> {
        self.call_until(endpoint, ids, query, body, &|| false).await
    }

    /// The same, but not repeated any more once it is `over`.
    pub(crate) async fn call_until<E: Endpoint>(
        &self,
        _endpoint: E,
        ids: &[&dyn Display],
        query: &str,
        body: &E::Request,
        over: &dyn Fn() -> bool,
    ) -> Result<E::Response, Error> {
        let body = if E::METHOD == Method::Get {
            Vec::new()
        } else {
            serde_json::to_vec(body).map_err(|_| Error::Program)?
        };
        let hash = Hash::of(&body);
        let sending = Sending::Json(body);
        let received = self
            .repeat(
                self.session(),
                Line::of::<E>(),
                ids,
                query,
                hash,
                over,
                sending,
            )
            .await?;
        match received {
            Received::Answer(body) => serde_json::from_slice(&body).map_err(|_| Error::malformed()),
            Received::Bytes(_) => Err(Error::Program),
        }
    }

    /// Sends a part whose SHA-256 is known already.
    pub(crate) async fn put_part<E: Endpoint>(
        &self,
        _endpoint: E,
        ids: &[&dyn Display],
        part: &P::Bytes,
        hash: Hash,
        over: &dyn Fn() -> bool,
    ) -> Result<(), Error> {
        let sending = Sending::Part(part);
        self.repeat(
            self.session(),
            Line::of::<E>(),
            ids,
            "",
            hash,
            over,
            sending,
        )
        .await
        .map(|_| ())
    }

    /// Reads raw bytes; they verify themselves against what was signed.
    pub(crate) async fn get_part<E: Endpoint>(
        &self,
        _endpoint: E,
        ids: &[&dyn Display],
        query: &str,
        over: &dyn Fn() -> bool,
    ) -> Result<P::Bytes, Error> {
        let hash = Hash::of(&[]);
        let received = self
            .repeat(
                self.session(),
                Line::of::<E>(),
                ids,
                query,
                hash,
                over,
                Sending::Nothing,
            )
            .await?;
        match received {
            Received::Bytes(bytes) => Ok(bytes),
            // A success without bytes is none.
            Received::Answer(_) => Err(Error::malformed()),
        }
    }

    /// Sends, and repeats what got no answer. One function for all endpoints: what differs between
    /// them is data, or a browser would load this once for each of them.
    #[expect(clippy::too_many_arguments, reason = "what differs between requests")]
    async fn repeat(
        &self,
        session: Option<Rc<Session>>,
        line: Line,
        ids: &[&dyn Display],
        query: &str,
        body: Hash,
        over: &dyn Fn() -> bool,
        sending: Sending<'_, P::Bytes>,
    ) -> Result<Received<P::Bytes>, Error> {
        let path = fill_path(line.path, ids).ok_or(Error::Program)?;
        let idempotency =
            (line.in_session && line.method != Method::Get).then(IdempotencyKey::generate);
        let mut pauses = PAUSES.iter();
        let (mut new_windows, mut puzzles) = (0, 0);
        let mut solved = None;
        loop {
            let (mut request, sent) =
                request(session.as_ref(), line, &path, query, idempotency, body)?;
            if !line.in_session {
                let device = self.device.borrow();
                let proof = device.as_ref().map(|device| device.prove(&path, body));
                let proof = proof.map(|proof| (header::DEVICE, proof.to_text()));
                request.headers.extend(proof);
            }
            request.headers.extend(solved.take());
            let Ok(said) = self.send(request, &sending).await else {
                // The steps of a sign-in are not repeated by themselves: the person sees at once
                // that the server is gone, and types nothing twice.
                match pauses.next() {
                    Some(pause) if line.in_session => self.pause(*pause, over).await?,
                    _ => return Err(Error::Offline),
                }
                continue;
            };
            let answer = match said {
                Said::Answer(answer) => answer,
                Said::Bytes(bytes) => return Ok(Received::Bytes(bytes)),
            };
            match read(line, answer, sent)? {
                Read::Answer(body) => return Ok(Received::Answer(body)),
                Read::NewWindow if new_windows < 2 => new_windows += 1,
                Read::Puzzle(puzzle) if puzzles < PUZZLES => {
                    puzzles += 1;
                    solved = Some((header::PUZZLE, solve(&self.platform, &puzzle).await?));
                }
                Read::NewWindow | Read::Puzzle(_) => return Err(Error::malformed()),
            }
        }
    }

    async fn send(
        &self,
        request: Request,
        sending: &Sending<'_, P::Bytes>,
    ) -> Result<Said<P::Bytes>, Unreachable> {
        Ok(match sending {
            Sending::Json(body) => Said::Answer(self.platform.call(request, body.clone()).await?),
            Sending::Part(part) => Said::Answer(self.platform.put_part(request, part).await?),
            Sending::Nothing => match self.platform.get_part(request).await? {
                // Raw bytes carry no proof: every byte of them is checked against a signed root.
                Ok(bytes) => Said::Bytes(bytes),
                Err(answer) => Said::Answer(answer),
            },
        })
    }

    /// Waits before a repeat; whoever ends it meanwhile does not wait for the whole pause.
    async fn pause(&self, milliseconds: u32, over: &dyn Fn() -> bool) -> Result<(), Error> {
        let mut left = milliseconds;
        loop {
            if over() {
                return Err(Error::Cancelled);
            }
            if left == 0 {
                return Ok(());
            }
            let step = left.min(STEP);
            self.platform.sleep(step).await;
            left -= step;
        }
    }
}
