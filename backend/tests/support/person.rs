//! A person's side of the protocol, as far as the server checks it. What the server cannot look
//! into (wrapped keys, sealed entries) is bytes here.

use std::sync::atomic::{AtomicU64, Ordering};

use http::StatusCode;
use keepwell_shared::{
    bytes::{Bytes, Hash},
    error::{Code, ErrorBody},
    handshake::Suite,
    id::{AccountId, ChartId, IdempotencyKey, SessionId, WindowId},
    merkle::Leaf,
    request::{Proof, ProvedAnswer, ProvedRequest, RequestKey, header},
    returning::ReturnKey,
    statement::{
        AccountHead, Change, ChartHead, CompartmentHead, KeyBundle, Role, Signer, VERSION,
        Verified, sign,
    },
    username::Username,
    wire::*,
};
use opaque_ke::ClientRegistration;
use p256::ecdsa::{Signature, SigningKey, VerifyingKey, signature::Signer as _};
use rand_08::{RngCore, rngs::OsRng};

use super::{
    Reach,
    client::{Answer, Client},
    factor::Phone,
    kit::Kit,
};

/// What everybody here types.
pub const PASSWORD: &[u8] = b"a password of some length";

/// A signing key.
pub struct Key(SigningKey);

impl Key {
    pub fn generate() -> Self {
        Self::of(&random(32))
    }

    pub fn of(scalar: &[u8]) -> Self {
        Self(SigningKey::from_slice(scalar).unwrap())
    }
}

impl Signer for Key {
    fn public(&self) -> &VerifyingKey {
        self.0.verifying_key()
    }

    fn sign(&self, message: &[u8]) -> [u8; 64] {
        let signature: Signature = self.0.sign(message);
        signature.normalize_s().to_bytes().into()
    }
}

/// Somebody with an account.
pub struct Person {
    pub username: Username,
    pub account: AccountId,
    pub key: Key,
    pub bundle: Verified<KeyBundle>,
    pub account_key: Bytes,
    pub identity: Bytes,
    pub account_head: Verified<AccountHead>,
    /// The newest head, of patients.
    pub head: Option<Verified<ChartHead>>,
    /// The newest heads of its compartments, and the leaves that they stand for.
    pub compartments: Vec<Verified<CompartmentHead>>,
    pub leaves: Vec<Vec<Leaf>>,
    pub session: Option<Session>,
    /// A session to which the password alone brings one back.
    pub left: Option<(SessionId, ReturnKey)>,
    /// The key of the session in which the account was made.
    pub return_key: Vec<u8>,
    pub phone: Phone,
    pub kit: Kit,
    pub client: Client,
}

/// A session, on this side.
pub struct Session {
    pub id: SessionId,
    pub key: RequestKey,
    pub window: WindowId,
    pub number: AtomicU64,
}

pub fn random(length: usize) -> Vec<u8> {
    let mut bytes = vec![0; length];
    OsRng.fill_bytes(&mut bytes);
    bytes
}

pub fn name(text: &str) -> Username {
    Username::parse(text).unwrap()
}

impl Person {
    /// A patient, registered and signed in.
    pub async fn patient(server: &impl Reach, username: &str) -> Self {
        Self::new(server, username, Role::Patient).await
    }

    /// A doctor, registered and signed in.
    pub async fn doctor(server: &impl Reach, username: &str) -> Self {
        Self::new(server, username, Role::Doctor).await
    }

    async fn new(server: &impl Reach, username: &str, role: Role) -> Self {
        let mut person = Self::draft(server, username, role);
        let request = person.registration().await;
        let answer = person.finish_registration(&request).await;
        person.registered(&answer);
        person.sign_in().await.unwrap();
        person
    }

    /// Keys and a head, nothing sent yet.
    pub fn draft(server: &impl Reach, username: &str, role: Role) -> Self {
        let (account, key) = (AccountId::generate(), Key::generate());
        let bundle = KeyBundle {
            version: VERSION,
            account,
            username: username.to_owned(),
            role,
            signing: Bytes(key.public().to_sec1_point(true).as_bytes().to_vec()),
            wrapping: Bytes(random(1249)),
            at: 1,
        };
        let bundle = sign(bundle, &key).unwrap();
        let (account_key, identity) = (Bytes(random(61)), Bytes(random(200)));
        let kit = Kit::draw();
        let account_head = AccountHead {
            version: VERSION,
            account,
            counter: 0,
            previous: None,
            replaces: Vec::new(),
            at: 1,
            generation: 0,
            bundle: bundle.id(),
            account_key: Hash::of(account_key.as_slice()),
            identity: Hash::of(identity.as_slice()),
            change: Change::Began,
            password_at: 1,
            kit: Some(kit.named(1)),
        };
        let account_head = sign(account_head, &key).unwrap();
        let mut person = Self {
            username: name(username),
            account,
            key,
            bundle,
            account_key,
            identity,
            account_head,
            head: None,
            compartments: vec![],
            leaves: vec![],
            session: None,
            left: None,
            return_key: random(32),
            phone: Phone::draw(),
            kit,
            client: server.client(),
        };
        if role == Role::Patient {
            person.begin_chart(3);
        }
        person
    }

    /// Runs OPAQUE up to the last message of a registration.
    pub async fn registration(&self) -> RegisterFinishRequest {
        let started = ClientRegistration::<Suite>::start(&mut OsRng, PASSWORD).unwrap();
        let request = RegisterStartRequest {
            username: self.username.clone(),
            opaque: Bytes(started.message.serialize().to_vec()),
        };
        let body = serde_json::to_vec(&request).unwrap();
        let client = &self.client;
        let answer = client.json_solved("POST", RegisterStart::PATH, body).await;
        let response: RegisterStartResponse = answer.ok();
        let opaque = self.record(started.state, &response.opaque);
        RegisterFinishRequest {
            username: self.username.clone(),
            account: self.account,
            opaque,
            key_bundle: self.bundle.to_unverified(),
            account_head: self.account_head.to_unverified(),
            account_key: self.account_key.clone(),
            identity: self.identity.clone(),
            kit: Some(self.kit.wrapped.clone()),
            chart: self.head.as_ref().map(|head| NewHead {
                head: head.to_unverified(),
                compartments: self
                    .compartments
                    .iter()
                    .map(Verified::to_unverified)
                    .collect(),
                revisions: vec![],
                grants: vec![],
                keys: self
                    .compartments
                    .iter()
                    .map(|head| OwnWrap {
                        compartment: head.payload().compartment,
                        epoch: 0,
                        wrapped: Bytes(random(61)),
                    })
                    .collect(),
                back_chain: vec![],
            }),
            second_factor: self.phone.new_factor(self.account, self.client.clock.now()),
            return_key: Bytes(self.return_key.clone()),
        }
    }

    /// Keeps what a registration answered.
    pub fn registered(&mut self, answer: &Answer) {
        let RegisterFinishResponse { session } = answer.ok();
        let key = self.return_key.clone().try_into().unwrap();
        self.left = Some((session, ReturnKey::from_bytes(key)));
    }

    pub async fn finish_registration(&self, request: &RegisterFinishRequest) -> Answer {
        let body = serde_json::to_vec(request).unwrap();
        self.client.json("POST", RegisterFinish::PATH, body).await
    }

    pub fn session(&self) -> &Session {
        self.session.as_ref().unwrap()
    }

    pub fn chart(&self) -> ChartId {
        self.head.as_ref().unwrap().payload().chart
    }

    /// Calls an endpoint; the proof of its answer must hold.
    pub async fn call<E: Endpoint>(
        &self,
        ids: &[&dyn std::fmt::Display],
        request: &E::Request,
    ) -> Result<E::Response, Code> {
        self.call_once::<E>(ids, request, None).await
    }

    /// Calls an endpoint under an idempotency key.
    pub async fn call_once<E: Endpoint>(
        &self,
        ids: &[&dyn std::fmt::Display],
        request: &E::Request,
        idempotency: Option<IdempotencyKey>,
    ) -> Result<E::Response, Code> {
        let path = fill_path(E::PATH, ids).unwrap();
        let body = match E::METHOD {
            Method::Get => Vec::new(),
            _ => serde_json::to_vec(request).unwrap(),
        };
        let answer = self
            .raw(E::METHOD.as_str(), &path, "", body, idempotency)
            .await;
        match answer.status {
            StatusCode::OK => Ok(answer.ok()),
            _ => Err(answer.code()),
        }
    }

    /// A proved request with any body.
    pub async fn raw(
        &self,
        method: &str,
        path: &str,
        query: &str,
        body: Vec<u8>,
        idempotency: Option<IdempotencyKey>,
    ) -> Answer {
        let session = self.session();
        let number = session.number.fetch_add(1, Ordering::SeqCst);
        let proved = ProvedRequest {
            method,
            path,
            query,
            session: session.id,
            window: session.window,
            number,
            idempotency,
            body: Hash::of(&body),
        };
        let answer = self.send(&proved, session.key.prove(&proved), body).await;
        // Who is signed out has no key in common with the server any more.
        let out = answer.status == StatusCode::UNAUTHORIZED
            && !answer.headers.contains_key(header::PROOF)
            && answer.code() == Code::SignedOut;
        // A body that is too long is not read, so nothing is known about its sender.
        let unread = answer.status == StatusCode::PAYLOAD_TOO_LARGE
            && !answer.headers.contains_key(header::PROOF);
        if answer.headers["content-type"] == "application/json" && !unread && !out {
            self.assert_proved(&answer, session.window, number);
        }
        answer
    }

    /// Sends a request with whatever proof.
    pub async fn send(&self, proved: &ProvedRequest<'_>, proof: Proof, body: Vec<u8>) -> Answer {
        let mut headers = vec![
            (header::SESSION, proved.session.to_string()),
            (header::WINDOW, proved.window.to_string()),
            (header::NUMBER, proved.number.to_string()),
            (header::PROOF, proof.to_text()),
            ("content-type", "application/json".to_owned()),
        ];
        if let Some(key) = proved.idempotency {
            headers.push((header::IDEMPOTENCY, key.to_string()));
        }
        let target = match proved.query {
            "" => proved.path.to_owned(),
            query => format!("{}?{query}", proved.path),
        };
        self.client
            .send(proved.method, &target, &headers, body)
            .await
    }

    pub fn assert_proved(&self, answer: &Answer, window: WindowId, number: u64) {
        let proof = answer.headers[header::PROOF].to_str().unwrap();
        let proved = ProvedAnswer {
            session: self.session().id,
            window,
            number,
            status: answer.status.as_u16(),
            body: Hash::of(&answer.body),
        };
        let proof = Proof::parse(proof).unwrap();
        assert!(self.session().key.answer_holds(&proved, &proof));
    }

    /// Takes over the window that a refusal offers.
    pub fn adopt_window(&mut self, answer: &Answer) {
        let body: ErrorBody = serde_json::from_slice(&answer.body).unwrap();
        let session = self.session.as_mut().unwrap();
        session.window = body.window.unwrap();
        session.number = AtomicU64::new(0);
    }
}
