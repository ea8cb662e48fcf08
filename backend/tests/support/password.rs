//! A person's side of a password that changes.

use keepwell_shared::{
    bytes::{Bytes, Hash},
    handshake::{Suite, identifiers},
    id::LoginId,
    statement::{AccountHead, Change, sign},
    wire::*,
};
use opaque_ke::{ClientRegistration, ClientRegistrationFinishParameters, RegistrationResponse};
use rand_08::rngs::OsRng;

use super::person::{PASSWORD, Person, random};

/// First message of a new password.
pub fn blinded_password() -> Bytes {
    let started = ClientRegistration::<Suite>::start(&mut OsRng, PASSWORD).unwrap();
    Bytes(started.message.serialize().to_vec())
}

impl Person {
    /// The next statement of the account, with the password anew; not sent yet.
    pub async fn another_password(&self, login: LoginId, login_opaque: Bytes) -> AccountPutRequest {
        let started = ClientRegistration::<Suite>::start(&mut OsRng, PASSWORD).unwrap();
        let first = PasswordStartRequest {
            opaque: Bytes(started.message.serialize().to_vec()),
        };
        let answer = self.call::<PasswordStart>(&[], &first).await.unwrap();
        let opaque = self.record(started.state, &answer.opaque);
        let account_key = Bytes(random(61));
        let before = &self.account_head;
        let head = AccountHead {
            counter: before.payload().counter + 1,
            previous: Some(before.id()),
            replaces: Vec::new(),
            account_key: Hash::of(account_key.as_slice()),
            change: Change::Password,
            password_at: before.payload().at,
            ..before.payload().clone()
        };
        AccountPutRequest {
            login,
            login_opaque,
            account_head: sign(head, &self.key).unwrap().to_unverified(),
            password: NewPassword {
                opaque,
                account_key,
            },
        }
    }

    /// The record that the server keeps of the password.
    pub fn record(&self, state: ClientRegistration<Suite>, answer: &Bytes) -> Bytes {
        let answer = RegistrationResponse::deserialize(answer.as_slice()).unwrap();
        let names = ClientRegistrationFinishParameters::new(identifiers(&self.username), None);
        let finished = state.finish(&mut OsRng, PASSWORD, answer, names).unwrap();
        Bytes(finished.message.serialize().to_vec())
    }
}
