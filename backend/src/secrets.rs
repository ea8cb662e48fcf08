//! The server's own secrets, in a file apart from the database: a stolen copy of the database alone
//! neither lets anybody guess passwords offline nor speak for a session.

use std::fs;

use aes_gcm::{
    Aes256Gcm, KeyInit, Nonce,
    aead::{Aead, Payload},
};
use hmac::{Hmac, Mac};
use keepwell_shared::{
    bytes::{Bytes, Hash},
    device::DeviceSecret,
    factor::FactorSecret,
    handshake::Suite,
    id::{AccountId, SessionId},
    label,
    request::RequestKey,
    returning::ReturnKey,
};
use opaque_ke::ServerSetup;
use rand_08::rngs::OsRng;
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{data_dir::DataDir, start_error::StartError};

/// The name of the file.
const FILE: &str = "secrets";
/// The version of the file. Version 1 belongs to previews, which had no second factor.
const FILE_VERSION: u8 = 2;
/// The version of what is sealed.
const VERSION: u8 = 1;
/// Bytes of a masking key and of an envelope (RFC 9807, sections 2.2 and 4.1.1: Nh, Nn + Nm).
const MASKING_KEY: usize = 64;
const ENVELOPE: usize = 32 + 64;
/// Bytes of a nonce of AES-GCM.
const NONCE: usize = 12;

/// The secrets, open.
pub(crate) struct Secrets {
    opaque: ServerSetup<Suite>,
    session_key: Zeroizing<[u8; 32]>,
    guard_key: Zeroizing<[u8; 32]>,
    factor_key: Zeroizing<[u8; 32]>,
    nobody: Vec<u8>,
}

/// The file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct SecretsFile {
    version: u8,
    /// OPAQUE server set-up (RFC 9807, section 2.2): seed and key pair.
    opaque: Bytes,
    /// AES-256-GCM key that seals the keys of sessions.
    session_key: Bytes,
    /// HMAC key of counted tries and of puzzles.
    guard_key: Bytes,
    /// AES-256-GCM key that seals the secrets of one-time codes.
    factor_key: Bytes,
}

impl std::fmt::Debug for Secrets {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Secrets(..)")
    }
}

impl std::fmt::Debug for SecretsFile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretsFile(..)")
    }
}

impl Drop for SecretsFile {
    fn drop(&mut self) {
        self.opaque.0.zeroize();
        self.session_key.0.zeroize();
        self.guard_key.0.zeroize();
        self.factor_key.0.zeroize();
    }
}

impl ZeroizeOnDrop for SecretsFile {}

impl Secrets {
    /// Reads the file; makes it only where there is no database yet. New secrets beside old data
    /// would look like a server on which nobody's password is right.
    ///
    /// # Errors
    /// When the file is missing beside a database, or is not one of ours.
    pub(crate) fn open(data: &DataDir, database_exists: bool) -> Result<Self, StartError> {
        let path = data.file(FILE);
        match fs::read(&path).map(Zeroizing::new) {
            Ok(bytes) => Self::parse(&bytes, nobody()?).ok_or(StartError::BadSecrets { path }),
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
                Err(StartError::io("read", &path, error))
            }
            Err(_) if database_exists => Err(StartError::NoSecrets { path }),
            Err(_) => {
                let secrets = Self::make()?;
                data.write_new(FILE, &secrets.to_bytes()?)?;
                Ok(secrets)
            }
        }
    }

    /// Tells one secrets file from another; reveals nothing of it.
    pub(crate) fn id(&self) -> Hash {
        Hash::of(&self.opaque.keypair().public().serialize())
    }

    /// The server's half of OPAQUE.
    pub(crate) fn opaque(&self) -> &ServerSetup<Suite> {
        &self.opaque
    }

    /// The OPAQUE record of names that have no account (RFC 9807, section 10.9): a public key whose
    /// other half is gone, a random masking key, an empty envelope. Signing in with it takes the
    /// same steps as with a real one, and fails at the end. Made anew at every start.
    pub(crate) fn nobody(&self) -> &[u8] {
        &self.nobody
    }

    /// Seals the request key of a session for the database; see [`seal`].
    pub(crate) fn seal_session(
        &self,
        session: SessionId,
        account: AccountId,
        key: &RequestKey,
    ) -> Option<Vec<u8>> {
        let context = session_context(label::SERVER_SEAL_SESSION, session, account);
        // EXPOSE: sealed in the same expression.
        seal(&self.session_key, &context, key.expose())
    }

    /// Opens what [`Secrets::seal_session`] made, for the same session and account only.
    pub(crate) fn open_session(
        &self,
        session: SessionId,
        account: AccountId,
        sealed: &[u8],
    ) -> Option<RequestKey> {
        let context = session_context(label::SERVER_SEAL_SESSION, session, account);
        open(&self.session_key, &context, sealed).map(|key| RequestKey::from_bytes(*key))
    }

    /// The name under which tries are counted: of `kind`, from a place or about a name. A stolen
    /// database does not tell whose it is.
    pub(crate) fn tries_key(&self, kind: u8, of: &[u8]) -> [u8; 16] {
        let mac = self.guard_mac(label::SERVER_TRIES, &[&[kind], of].concat());
        let mut key = [0; 16];
        for (to, from) in key.iter_mut().zip(mac) {
            *to = from;
        }
        key
    }

    /// The secret of a device that signed in against this OPAQUE record: it ends with the password.
    pub(crate) fn device(&self, device: [u8; 16], record: &[u8]) -> DeviceSecret {
        let input = [&device[..], &Hash::of(record).0].concat();
        DeviceSecret::new(device, self.guard_mac(label::SERVER_DEVICE, &input))
    }

    /// Marks a puzzle as one that this server set.
    pub(crate) fn puzzle_mark(&self, of: &[u8]) -> [u8; 32] {
        self.guard_mac(label::SERVER_PUZZLE, of)
    }

    fn guard_mac(&self, label: &str, input: &[u8]) -> [u8; 32] {
        // RFC 2104, section 2: a key shorter than the block is filled up with zeros.
        let mut block = Zeroizing::new([0; 64]);
        for (to, from) in block.iter_mut().zip(*self.guard_key) {
            *to = from;
        }
        <Hmac<Sha256> as KeyInit>::new((&*block).into())
            .chain_update(label.as_bytes())
            .chain_update([0])
            .chain_update(input)
            .finalize()
            .into_bytes()
            .into()
    }

    /// Seals the key that proves a return to a session.
    pub(crate) fn seal_return(
        &self,
        session: SessionId,
        account: AccountId,
        key: &ReturnKey,
    ) -> Option<Vec<u8>> {
        let context = session_context(label::SERVER_SEAL_RETURN, session, account);
        // EXPOSE: sealed in the same expression.
        seal(&self.session_key, &context, key.expose())
    }

    /// Opens what [`Secrets::seal_return`] made, for the same session and account only.
    pub(crate) fn open_return(
        &self,
        session: SessionId,
        account: AccountId,
        sealed: &[u8],
    ) -> Option<ReturnKey> {
        let context = session_context(label::SERVER_SEAL_RETURN, session, account);
        open(&self.session_key, &context, sealed).map(|key| ReturnKey::from_bytes(*key))
    }

    /// Seals the secret of an account's one-time codes.
    pub(crate) fn seal_factor(&self, account: AccountId, secret: &FactorSecret) -> Option<Vec<u8>> {
        // EXPOSE: sealed in the same expression.
        seal(&self.factor_key, &factor_context(account), secret.expose())
    }

    /// Opens what [`Secrets::seal_factor`] made, for the same account only.
    pub(crate) fn open_factor(&self, account: AccountId, sealed: &[u8]) -> Option<FactorSecret> {
        open(&self.factor_key, &factor_context(account), sealed)
            .map(|secret| FactorSecret::from_bytes(*secret))
    }

    pub(crate) fn make() -> Result<Self, StartError> {
        let (session_key, guard_key, factor_key) = (random_key()?, random_key()?, random_key()?);
        let opaque = ServerSetup::new(&mut OsRng);
        Ok(Self {
            nobody: nobody()?,
            opaque,
            session_key,
            guard_key,
            factor_key,
        })
    }

    pub(crate) fn parse(bytes: &[u8], nobody: Vec<u8>) -> Option<Self> {
        let file: SecretsFile = serde_json::from_slice(bytes).ok()?;
        if file.version != FILE_VERSION {
            return None;
        }
        Some(Self {
            opaque: ServerSetup::deserialize(file.opaque.as_slice()).ok()?,
            session_key: Zeroizing::new(file.session_key.as_slice().try_into().ok()?),
            guard_key: Zeroizing::new(file.guard_key.as_slice().try_into().ok()?),
            factor_key: Zeroizing::new(file.factor_key.as_slice().try_into().ok()?),
            nobody,
        })
    }

    pub(crate) fn to_bytes(&self) -> Result<Zeroizing<Vec<u8>>, StartError> {
        let file = SecretsFile {
            version: FILE_VERSION,
            opaque: Bytes(self.opaque.serialize().to_vec()),
            session_key: Bytes(self.session_key.to_vec()),
            guard_key: Bytes(self.guard_key.to_vec()),
            factor_key: Bytes(self.factor_key.to_vec()),
        };
        serde_json::to_vec(&file)
            .map(Zeroizing::new)
            .map_err(|error| StartError::io("write", FILE.as_ref(), error.into()))
    }
}

/// See [`Secrets::nobody`].
fn nobody() -> Result<Vec<u8>, StartError> {
    let mut masking_key = [0; MASKING_KEY];
    getrandom::fill(&mut masking_key).map_err(|_| StartError::NoRandomness)?;
    let public = ServerSetup::<Suite>::new(&mut OsRng)
        .keypair()
        .public()
        .serialize();
    Ok([&public[..], &masking_key, &[0; ENVELOPE]].concat())
}

fn random_key() -> Result<Zeroizing<[u8; 32]>, StartError> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *key).map_err(|_| StartError::NoRandomness)?;
    Ok(key)
}

/// ```text
/// sealed = version || nonce || AES-256-GCM(key of the secrets file, nonce, secret, context)
/// context = label || 0 || ids that say where it belongs
/// ```
fn seal(key: &[u8; 32], context: &[u8], secret: &[u8]) -> Option<Vec<u8>> {
    let mut nonce = [0; NONCE];
    getrandom::fill(&mut nonce).ok()?;
    let payload = Payload {
        msg: secret,
        aad: context,
    };
    let sealed = Aes256Gcm::new(key.into())
        .encrypt(&Nonce::from(nonce), payload)
        .ok()?;
    Some([&[VERSION][..], &nonce, &sealed].concat())
}

/// Opens a secret of `N` bytes in its own place only.
fn open<const N: usize>(
    key: &[u8; 32],
    context: &[u8],
    sealed: &[u8],
) -> Option<Zeroizing<[u8; N]>> {
    let (version, rest) = sealed.split_first()?;
    let (nonce, sealed) = rest.split_first_chunk::<NONCE>()?;
    if *version != VERSION {
        return None;
    }
    let payload = Payload {
        msg: sealed,
        aad: context,
    };
    let plain = Aes256Gcm::new(key.into())
        .decrypt(&Nonce::from(*nonce), payload)
        .map(Zeroizing::new)
        .ok()?;
    plain.as_slice().try_into().map(Zeroizing::new).ok()
}

fn session_context(label: &str, session: SessionId, account: AccountId) -> Vec<u8> {
    let (session, account) = (session.to_tagged(), account.to_tagged());
    [label.as_bytes(), &[0], &session, &account].concat()
}

fn factor_context(account: AccountId) -> Vec<u8> {
    [
        label::SERVER_SEAL_FACTOR.as_bytes(),
        &[0],
        &account.to_tagged(),
    ]
    .concat()
}

#[cfg(test)]
mod matrix;

#[cfg(test)]
mod tests {
    use super::*;

    fn open(folder: &std::path::Path, database_exists: bool) -> Result<Secrets, StartError> {
        Secrets::open(&DataDir::open(folder)?, database_exists)
    }

    #[test]
    fn the_same_file_gives_the_same_secrets() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("data");
        let made = open(&folder, false).unwrap();
        let read = open(&folder, true).unwrap();
        assert_eq!(made.id(), read.id());
        assert_eq!(made.session_key, read.session_key);
        assert_eq!(made.factor_key, read.factor_key);
        assert_ne!(made.factor_key, made.session_key);
        assert_eq!(made.opaque.serialize(), read.opaque.serialize());
    }

    #[test]
    fn the_record_of_nobody_reads_like_any_other() {
        let secrets = Secrets::make().unwrap();
        let record = opaque_ke::ServerRegistration::<Suite>::deserialize(secrets.nobody()).unwrap();
        assert_eq!(record.serialize().as_slice(), secrets.nobody());
        assert_ne!(secrets.nobody(), Secrets::make().unwrap().nobody());
    }

    #[test]
    fn missing_beside_a_database_they_are_not_made_anew() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("data");
        assert!(matches!(
            open(&folder, true),
            Err(StartError::NoSecrets { .. })
        ));
        assert!(!folder.join(FILE).exists());
    }

    #[test]
    fn a_damaged_file_is_refused() {
        let parent = tempfile::tempdir().unwrap();
        let folder = parent.path().join("data");
        open(&folder, false).unwrap();
        let good = fs::read(folder.join(FILE)).unwrap();
        for bad in [&b""[..], b"{}", &good[..good.len() - 1]] {
            fs::write(folder.join(FILE), bad).unwrap();
            assert!(matches!(
                open(&folder, true),
                Err(StartError::BadSecrets { .. })
            ));
        }
    }

    #[test]
    fn the_secret_of_codes_opens_for_its_account_only() {
        let secrets = Secrets::make().unwrap();
        let (account, other) = (AccountId::generate(), AccountId::generate());
        let secret = FactorSecret::from_bytes([7; 20]);
        let sealed = secrets.seal_factor(account, &secret).unwrap();
        assert_eq!(secrets.open_factor(account, &sealed), Some(secret));
        assert_eq!(secrets.open_factor(other, &sealed), None);
        for at in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[at] ^= 1;
            assert_eq!(secrets.open_factor(account, &bent), None, "byte {at}");
        }
        let elsewhere = Secrets::make().unwrap();
        assert_eq!(elsewhere.open_factor(account, &sealed), None);
    }

    #[test]
    fn a_sealed_key_opens_for_its_session_and_account_only() {
        let secrets = Secrets::make().unwrap();
        let (session, account) = (SessionId::generate(), AccountId::generate());
        let key = RequestKey::derive(b"session");
        let sealed = secrets.seal_session(session, account, &key).unwrap();
        let open = |session, account, sealed: &[u8]| {
            secrets
                .open_session(session, account, sealed)
                .map(|key| *key.expose())
        };
        assert_eq!(open(session, account, &sealed), Some(*key.expose()));
        assert_eq!(open(SessionId::generate(), account, &sealed), None);
        assert_eq!(open(session, AccountId::generate(), &sealed), None);
        for at in 0..sealed.len() {
            let mut bent = sealed.clone();
            bent[at] ^= 1;
            assert_eq!(open(session, account, &bent), None, "byte {at}");
            assert_eq!(open(session, account, &sealed[..at]), None, "cut at {at}");
        }
        let other = Secrets::make().unwrap();
        assert!(other.open_session(session, account, &sealed).is_none());
    }
}
