//! The browser's half of OPAQUE (RFC 9807): start gives a message and a state, the state is
//! consumed by finish, so that no step can be skipped or repeated.

use keepwell_shared::{
    handshake::{Stretch, Suite, identifiers},
    label,
    password::Password,
    username::Username,
};
use opaque_ke::{
    ClientLogin, ClientLoginFinishParameters, ClientRegistration,
    ClientRegistrationFinishParameters, CredentialResponse, RegistrationResponse,
    generic_array::{GenericArray, typenum::U64},
    ksf::Ksf,
};
use rand_08::rngs::OsRng;
use zeroize::Zeroizing;

use crate::{error::Error, keys::UnlockKey};

/// A registration between its two messages.
pub(crate) struct Registration(ClientRegistration<Suite>);

impl Registration {
    pub(crate) fn start(password: &Password) -> Result<(Vec<u8>, Self), Error> {
        let started = ClientRegistration::<Suite>::start(&mut OsRng, password.as_bytes())
            .map_err(|_| Error::Program)?;
        Ok((started.message.serialize().to_vec(), Self(started.state)))
    }

    /// Gives the record for the server and the unlock key. Stretches the password.
    pub(crate) fn finish(
        self,
        username: &Username,
        password: &Password,
        response: &[u8],
    ) -> Result<(Vec<u8>, UnlockKey), Error> {
        let response =
            RegistrationResponse::deserialize(response).map_err(|_| Error::malformed())?;
        let parameters = ClientRegistrationFinishParameters::new(identifiers(username), None);
        let finished = self
            .0
            .finish(&mut OsRng, password.as_bytes(), response, parameters)
            .map_err(|_| Error::malformed())?;
        let export_key = Zeroizing::new(finished.export_key);
        Ok((
            finished.message.serialize().to_vec(),
            UnlockKey::from_export_key(&export_key),
        ))
    }
}

/// A sign-in between its first and third message.
pub(crate) struct SignIn(ClientLogin<Suite>);

impl std::fmt::Debug for Registration {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Registration(..)")
    }
}

impl std::fmt::Debug for SignIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignIn(..)")
    }
}

impl std::fmt::Debug for SignedIn {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SignedIn(..)")
    }
}

/// What a sign-in gives.
pub(crate) struct SignedIn {
    pub(crate) message: Vec<u8>,
    pub(crate) session_key: Zeroizing<Vec<u8>>,
    pub(crate) unlock_key: UnlockKey,
}

impl SignIn {
    pub(crate) fn start(password: &Password) -> Result<(Vec<u8>, Self), Error> {
        let started = ClientLogin::<Suite>::start(&mut OsRng, password.as_bytes())
            .map_err(|_| Error::Program)?;
        Ok((started.message.serialize().to_vec(), Self(started.state)))
    }

    /// Stretches the password and checks the server's proof that it knows the record. A wrong
    /// password and an unknown name fail here, alike, before anything more is sent.
    pub(crate) fn finish(
        self,
        username: &Username,
        password: &Password,
        response: &[u8],
    ) -> Result<SignedIn, Error> {
        let response = CredentialResponse::deserialize(response).map_err(|_| Error::malformed())?;
        let parameters = ClientLoginFinishParameters::new(
            Some(label::OPAQUE_CONTEXT.as_bytes()),
            identifiers(username),
            None,
        );
        let finished = self
            .0
            .finish(&mut OsRng, password.as_bytes(), response, parameters)
            .map_err(|_| Error::WrongSignIn)?;
        let export_key = Zeroizing::new(finished.export_key);
        let session_key = Zeroizing::new(finished.session_key);
        Ok(SignedIn {
            message: finished.message.serialize().to_vec(),
            session_key: Zeroizing::new(session_key.to_vec()),
            unlock_key: UnlockKey::from_export_key(&export_key),
        })
    }
}

/// For the benchmark: stretches a password's worth of bytes once, as every sign-in does.
///
/// # Errors
/// [`Error::Program`] when the memory for it can not be had.
pub fn stretching_benchmark() -> Result<(), Error> {
    let input = GenericArray::<u8, U64>::default();
    let stretched = Stretch.hash(input).map_err(|_| Error::Program)?;
    // The result is looked at, so that no optimisation can leave the work out.
    if stretched.iter().all(|byte| *byte == 0) {
        return Err(Error::Program);
    }
    Ok(())
}
