//! Signing in: the password first, then the second factor.

use std::sync::atomic::AtomicU64;

use http::StatusCode;
use keepwell_shared::{
    bytes::Bytes,
    error::Code,
    handshake::{Suite, identifiers},
    id::{LoginId, ProvenId},
    label,
    request::RequestKey,
    returning::ReturnKey,
    wire::*,
};
use opaque_ke::{ClientLogin, ClientLoginFinishParameters, CredentialResponse};
use rand_08::rngs::OsRng;

use super::{
    client::Answer,
    person::{PASSWORD, Person, Session},
};

/// A sign-in whose password was right.
pub struct Proven {
    pub id: ProvenId,
    pub session_key: Vec<u8>,
}

/// A second factor with nothing in it.
pub fn factor_request(proven: ProvenId) -> SignInFactorRequest {
    SignInFactorRequest {
        proven,
        code: None,
        recovery_code: None,
        returning: None,
        confirms: false,
    }
}

impl Person {
    /// Signs in with the right password, and comes back to a session where there is one, else with a
    /// recovery code: the clock of the tests stands still.
    pub async fn sign_in(&mut self) -> Result<(), Code> {
        let proven = self.show_password().await?;
        if let Some((session, key)) = &self.left {
            let mut request = factor_request(proven.id);
            request.returning = Some(Returning {
                session: *session,
                proof: key.prove(*session, proven.id),
            });
            match self.show(&proven, &request).await {
                Err(Code::WrongCode) => {}
                said => return said,
            }
        }
        let mut request = factor_request(proven.id);
        request.recovery_code = self.phone.sheet.pop();
        self.show(&proven, &request).await
    }

    /// Shows both factors in a new session, as before a change.
    pub async fn confirm(&mut self) -> Result<(), Code> {
        let proven = self.show_password().await?;
        let mut request = factor_request(proven.id);
        request.recovery_code = self.phone.sheet.pop();
        request.confirms = true;
        self.show(&proven, &request).await
    }

    /// The first two messages of a sign-in with the right password: which one, the third, and the key
    /// that comes of it.
    pub async fn prove(&self) -> Result<(LoginId, Bytes, Vec<u8>), Code> {
        let started = ClientLogin::<Suite>::start(&mut OsRng, PASSWORD).unwrap();
        let request = SignInStartRequest {
            username: self.username.clone(),
            opaque: Bytes(started.message.serialize().to_vec()),
        };
        let body = serde_json::to_vec(&request).unwrap();
        let answer = self.client.json("POST", SignInStart::PATH, body).await;
        if answer.status != StatusCode::OK {
            return Err(answer.code());
        }
        let response: SignInStartResponse = answer.ok();
        let finished = started
            .state
            .finish(
                &mut OsRng,
                PASSWORD,
                CredentialResponse::deserialize(response.opaque.as_slice()).unwrap(),
                ClientLoginFinishParameters::new(
                    Some(label::OPAQUE_CONTEXT.as_bytes()),
                    identifiers(&self.username),
                    None,
                ),
            )
            .unwrap();
        let third = Bytes(finished.message.serialize().to_vec());
        Ok((response.login, third, finished.session_key.to_vec()))
    }

    /// The first half: the password.
    pub async fn show_password(&self) -> Result<Proven, Code> {
        let (login, opaque, session_key) = self.prove().await?;
        let request = SignInFinishRequest { login, opaque };
        let body = serde_json::to_vec(&request).unwrap();
        let answer = self.client.json("POST", SignInFinish::PATH, body).await;
        if answer.status != StatusCode::OK {
            return Err(answer.code());
        }
        let response: SignInFinishResponse = answer.ok();
        Ok(Proven {
            id: response.proven,
            session_key,
        })
    }

    /// The second half, once.
    pub async fn ask_factor(&self, request: &SignInFactorRequest) -> Answer {
        let body = serde_json::to_vec(request).unwrap();
        self.client.json("POST", SignInFactor::PATH, body).await
    }

    /// The second half: what it opens is this person's session.
    pub async fn show(
        &mut self,
        proven: &Proven,
        request: &SignInFactorRequest,
    ) -> Result<(), Code> {
        let answer = self.ask_factor(request).await;
        if answer.status != StatusCode::OK {
            return Err(answer.code());
        }
        let response: SignInFactorResponse = answer.ok();
        self.left = Some((response.session, ReturnKey::derive(&proven.session_key)));
        self.session = Some(Session {
            id: response.session,
            key: RequestKey::derive(&proven.session_key),
            window: response.window,
            number: AtomicU64::new(0),
        });
        Ok(())
    }
}
