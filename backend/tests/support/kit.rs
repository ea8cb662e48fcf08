//! A recovery kit, as far as the server checks it.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    handshake::Suite,
    statement::{AccountHead, Change, KitProof, RecoveryKit, Signer, VERSION, sign},
    username::Username,
    wire::*,
};
use opaque_ke::ClientRegistration;
use rand_08::rngs::OsRng;

use super::{
    client::{Answer, Client},
    factor::Phone,
    person::{Key, PASSWORD, Person, random},
};

/// What is on somebody's paper, and what the server keeps of it.
pub struct Kit {
    pub key: Key,
    pub wrapped: Bytes,
}

impl Kit {
    pub fn draw() -> Self {
        Self {
            key: Key::generate(),
            wrapped: Bytes(random(93)),
        }
    }

    /// What a statement says of it.
    pub fn named(&self, at: u64) -> RecoveryKit {
        RecoveryKit {
            signing: Bytes(self.key.public().to_sec1_point(true).as_bytes().to_vec()),
            account_key: Hash::of(self.wrapped.as_slice()),
            at,
        }
    }

    /// What it signs, for a new password that begins with this message.
    pub fn open(
        &self,
        asked: &RecoverStartResponse,
        username: &Username,
        opaque: Bytes,
    ) -> RecoverOpenRequest {
        let proof = KitProof {
            version: VERSION,
            username: username.as_str().to_owned(),
            recovery: asked.recovery,
            opaque: Hash::of(opaque.as_slice()),
        };
        RecoverOpenRequest {
            recovery: asked.recovery,
            proof: sign(proof, &self.key).unwrap().to_unverified(),
            opaque,
        }
    }
}

/// Sends the message of a flow that needs no session.
pub async fn say<E: Endpoint>(client: &Client, request: &E::Request) -> Answer {
    let body = serde_json::to_vec(request).unwrap();
    client.json(E::METHOD.as_str(), E::PATH, body).await
}

/// The first message of a recovery.
pub async fn ask_recovery(client: &Client, username: &Username) -> RecoverStartResponse {
    let username = username.clone();
    say::<RecoverStart>(client, &RecoverStartRequest { username })
        .await
        .ok()
}

impl Person {
    /// The next statement, with another kit.
    pub fn another_kit(&self, kit: &Kit) -> KitPutRequest {
        let before = &self.account_head;
        let head = AccountHead {
            counter: before.payload().counter + 1,
            previous: Some(before.id()),
            at: 2,
            change: Change::Kit,
            kit: Some(kit.named(2)),
            ..before.payload().clone()
        };
        KitPutRequest {
            account_head: sign(head, &self.key).unwrap().to_unverified(),
            kit: kit.wrapped.clone(),
        }
    }

    /// A recovery up to its last message, which is not sent yet.
    pub async fn recovery(&self, kit: &Kit, phone: &Phone) -> RecoverFinishRequest {
        let asked = ask_recovery(&self.client, &self.username).await;
        let started = ClientRegistration::<Suite>::start(&mut OsRng, PASSWORD).unwrap();
        let message = Bytes(started.message.serialize().to_vec());
        let request = self.kit.open(&asked, &self.username, message);
        let opened: RecoverOpenResponse = say::<RecoverOpen>(&self.client, &request).await.ok();
        assert_eq!(opened.account, self.account);
        assert_eq!(opened.kit, self.kit.wrapped);
        let opaque = self.record(started.state, &opened.opaque);
        let before = &self.account_head;
        let account_key = Bytes(random(61));
        let head = AccountHead {
            counter: before.payload().counter + 1,
            previous: Some(before.id()),
            at: 2,
            account_key: Hash::of(account_key.as_slice()),
            change: Change::Recovered,
            password_at: 2,
            kit: Some(kit.named(2)),
            ..before.payload().clone()
        };
        RecoverFinishRequest {
            recovery: asked.recovery,
            account_head: sign(head, &self.key).unwrap().to_unverified(),
            password: NewPassword {
                opaque,
                account_key,
            },
            kit: kit.wrapped.clone(),
            second_factor: phone.new_factor(self.account, self.client.clock.now()),
            return_key: Bytes(self.return_key.clone()),
        }
    }
}
