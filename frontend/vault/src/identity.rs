//! The identity of an account: its signing and wrapping keys, sealed as one structure.
//!
//! ```text
//! sealed under the AccountKey = CBOR[version, signing scalar (32), wrapping seed (32), key bundle]
//! ```
//!
//! Private halves, public halves and owner are one sealed thing, and the public halves are computed
//! again from the private ones: a server that changes a part of a private key to make its use leak
//! it (attack 9, key overwriting) is refused before the key is used.
//!
//! `docs/protocol.md`, section 4.

use keepwell_shared::{
    bytes::Bytes,
    id::AccountId,
    statement::{KeyBundle, Role, Signer, Unverified, VERSION, Verified, sign},
    username::Username,
};
use zeroize::{ZeroizeOnDrop, Zeroizing};

use crate::{
    crypto::{hpke, sign::SecretKey},
    error::{Distrust, Error},
    keys::{AccountKey, Context},
};

pub(crate) struct Identity {
    pub(crate) signing: SecretKey,
    pub(crate) wrapping: hpke::SecretKey,
    pub(crate) bundle: Verified<KeyBundle>,
}

#[derive(ZeroizeOnDrop, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub(crate) struct Stored {
    #[n(0)]
    version: u8,
    #[cbor(n(1), with = "minicbor::bytes")]
    signing: [u8; 32],
    #[cbor(n(2), with = "minicbor::bytes")]
    wrapping: [u8; 32],
    // Public keys.
    #[n(3)]
    #[zeroize(skip)]
    bundle: Bytes,
}

impl std::fmt::Debug for Stored {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Stored(..)")
    }
}

impl Identity {
    pub(crate) fn make(
        account: AccountId,
        username: &Username,
        role: Role,
        now: u64,
    ) -> Result<Self, Error> {
        let signing = SecretKey::make();
        let wrapping = hpke::SecretKey::make().ok_or(Error::Program)?;
        let bundle = KeyBundle {
            version: VERSION,
            account,
            username: username.as_str().to_owned(),
            role,
            signing: Bytes(signing.public().to_sec1_point(true).as_bytes().to_vec()),
            wrapping: Bytes(wrapping.public()),
            at: now,
        };
        let bundle = sign(bundle, &signing)?;
        Ok(Self {
            signing,
            wrapping,
            bundle,
        })
    }

    pub(crate) fn seal(&self, key: &AccountKey) -> Result<Bytes, Error> {
        key.seal(
            &self.to_plaintext()?,
            &Context::Identity(self.bundle.payload().account),
        )
    }

    /// What is sealed.
    pub(crate) fn to_plaintext(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let stored = Stored {
            version: VERSION,
            signing: *self.signing.expose(),
            wrapping: *self.wrapping.expose(),
            bundle: Bytes(self.bundle.as_bytes().to_vec()),
        };
        minicbor::to_vec(&stored)
            .map(Zeroizing::new)
            .map_err(|_| Error::Program)
    }

    pub(crate) fn open(
        key: &AccountKey,
        account: AccountId,
        sealed: &Bytes,
    ) -> Result<Self, Error> {
        Self::from_plaintext(account, &key.open(sealed, &Context::Identity(account))?)
    }

    /// Reads what is sealed and computes its public halves again.
    pub(crate) fn from_plaintext(account: AccountId, plain: &[u8]) -> Result<Self, Error> {
        let stored: Stored = minicbor::decode(plain).map_err(|_| Distrust::Content)?;
        let again = minicbor::to_vec(&stored).map(Zeroizing::new);
        // One identity has one form: no other encoding, and nothing after its end.
        if stored.version != VERSION || !again.is_ok_and(|again| again.as_slice() == plain) {
            return Err(Distrust::Content.into());
        }
        let signing = SecretKey::from_scalar(&stored.signing).ok_or(Distrust::Content)?;
        let wrapping =
            hpke::SecretKey::from_seed(Zeroizing::new(stored.wrapping)).ok_or(Distrust::Content)?;
        let bundle = Unverified::<KeyBundle>::from_bytes(stored.bundle.0.clone())
            .verify(signing.public())?;
        let payload = bundle.payload();
        let same = payload.account == account
            && payload.signing.as_slice() == signing.public().to_sec1_point(true).as_bytes()
            && payload.wrapping.as_slice() == wrapping.public();
        if same {
            Ok(Self {
                signing,
                wrapping,
                bundle,
            })
        } else {
            Err(Distrust::Content.into())
        }
    }
}

impl std::fmt::Debug for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Identity(..)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_identity_opens_for_its_account_only_and_prints_nothing() {
        let account = AccountId::generate();
        let name = Username::parse("patient-one").unwrap();
        let identity = Identity::make(account, &name, Role::Patient, 1).unwrap();
        let key = AccountKey::make();
        let sealed = identity.seal(&key).unwrap();
        let again = Identity::open(&key, account, &sealed).unwrap();
        assert_eq!(again.bundle.id(), identity.bundle.id());
        assert!(Identity::open(&key, AccountId::generate(), &sealed).is_err());
        assert!(Identity::open(&AccountKey::make(), account, &sealed).is_err());
        assert_eq!(format!("{again:?}"), "Identity(..)");
    }

    /// A sealed structure whose halves do not belong together is refused, even under the right key.
    #[test]
    fn halves_that_do_not_belong_together_are_refused() {
        let account = AccountId::generate();
        let name = Username::parse("patient-one").unwrap();
        let key = AccountKey::make();
        let one = Identity::make(account, &name, Role::Patient, 1).unwrap();
        let two = Identity::make(account, &name, Role::Patient, 1).unwrap();
        let mixed = Identity {
            signing: one.signing,
            wrapping: two.wrapping,
            bundle: one.bundle,
        };
        assert!(Identity::open(&key, account, &mixed.seal(&key).unwrap()).is_err());
    }
}
