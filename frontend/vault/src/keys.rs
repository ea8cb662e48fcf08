//! One type for each role of a key.
//!
//! ```text
//! password --OPAQUE + Argon2id--> export key --HKDF--> UnlockKey --wraps--> AccountKey
//!                                                                --wraps--> ReturnKey of a session
//! recovery kit --HKDF--> KitKey --wraps--> AccountKey
//! AccountKey --seals--> IdentityKeys (signing, wrapping), address book
//!            --wraps--> CompartmentKey[c, newest epoch] of the own chart
//! CompartmentKey[c, e+1] --wraps--> CompartmentKey[c, e]        one current key opens the past
//! CompartmentKey[c, e] --wraps--> RecordKey --wraps--> ContentKey --seals--> content
//! a grant: HPKE(CompartmentKey -> grantee) inside a statement signed by the owner
//! an entry by another author: HPKE(RecordKey -> owner, readers) inside a statement signed by the author
//! ```
//!
//! Never-rules: a key that wraps never seals content. A content key seals one thing. Keys of one's
//! own are wrapped symmetrically, because anyone can make a public-key wrap. No key is made because
//! the server says that one is missing. A key that a former reader held protects nothing written
//! after the head that ended the grant.
//!
//! `docs/protocol.md`, section 4.

mod context;

use std::fmt;

use keepwell_shared::{
    bytes::{Bytes, Hash},
    label,
    returning::ReturnKey,
    statement::WrappedKey,
};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::{
    crypto::{aead, hpke, kdf, random},
    error::{Distrust, Error},
};

pub(crate) use context::{Context, Kind, entry_context, entry_info, grant_context, grant_info};

macro_rules! keys {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Zeroize, ZeroizeOnDrop)]
        pub(crate) struct $name([u8; 32]);

        #[cfg(test)]
        impl $name {
            /// For the frozen vectors, whose keys are written down.
            pub(crate) fn frozen(bytes: [u8; 32]) -> Self {
                Self(bytes)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    )*};
}

/// Keys that wrap have ids; a content key is named by the commitment of what it seals.
macro_rules! key_ids {
    ($($name:ident = $role:literal;)*) => {$(
        impl $name {
            /// The id of the key, a commitment to it.
            pub(crate) fn id(&self) -> Hash {
                kdf::key_id(&self.0, $role)
            }
        }
    )*};
}

keys! {
    /// Derived from the password; wraps the AccountKey, and the key of a return to a session.
    UnlockKey;
    /// Derived from the recovery kit; wraps the AccountKey.
    KitKey;
    /// The root of an account.
    AccountKey;
    /// Opens one data category of one chart in one epoch.
    CompartmentKey;
    /// Opens one entry, over its revisions of one epoch.
    RecordKey;
    /// Seals one thing, once.
    ContentKey;
}

key_ids! {
    UnlockKey = "unlock";
    KitKey = "kit";
    AccountKey = "account";
    CompartmentKey = "compartment";
    RecordKey = "record";
}

impl UnlockKey {
    /// `HKDF-SHA-512(export key, label UNLOCK_KEY)`.
    pub(crate) fn from_export_key(export_key: &[u8]) -> Self {
        Self(kdf::derive(export_key, label::UNLOCK_KEY))
    }

    /// The key that another program of this browser derived.
    pub(crate) fn handed_over(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    // EXPOSE: for the program of this browser that keeps the keys; `Admission` calls it.
    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }

    pub(crate) fn wrap(&self, key: &AccountKey, context: &Context) -> Result<Bytes, Error> {
        wrap(&self.0, self.id(), context, &key.0)
    }

    pub(crate) fn unwrap_key(
        &self,
        wrapped: &Bytes,
        context: &Context,
    ) -> Result<AccountKey, Error> {
        unwrap_key(&self.0, self.id(), context, wrapped).map(AccountKey)
    }

    /// Wraps the key with which this browser comes back to a session.
    pub(crate) fn wrap_return(&self, key: &ReturnKey, context: &Context) -> Result<Bytes, Error> {
        // EXPOSE: wrapped in the same expression.
        wrap(&self.0, self.id(), context, key.expose())
    }

    pub(crate) fn unwrap_return(
        &self,
        wrapped: &Bytes,
        context: &Context,
    ) -> Result<ReturnKey, Error> {
        unwrap_key(&self.0, self.id(), context, wrapped).map(ReturnKey::from_bytes)
    }
}

impl KitKey {
    /// `HKDF-SHA-512(kit, label KIT_KEY)`.
    pub(crate) fn from_kit(kit: &[u8; 20]) -> Self {
        Self(kdf::derive(kit, label::KIT_KEY))
    }

    pub(crate) fn wrap(&self, key: &AccountKey, context: &Context) -> Result<Bytes, Error> {
        wrap(&self.0, self.id(), context, &key.0)
    }

    pub(crate) fn unwrap_key(
        &self,
        wrapped: &Bytes,
        context: &Context,
    ) -> Result<AccountKey, Error> {
        unwrap_key(&self.0, self.id(), context, wrapped).map(AccountKey)
    }
}

impl AccountKey {
    pub(crate) fn make() -> Self {
        Self(random::bytes())
    }

    /// Seals something of one's own: identity keys, the address book.
    pub(crate) fn seal(&self, plaintext: &[u8], context: &Context) -> Result<Bytes, Error> {
        aead::seal(&self.0, self.id(), &context.encode(), plaintext).map(Bytes)
    }

    pub(crate) fn open(
        &self,
        sealed: &Bytes,
        context: &Context,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        open(&self.0, self.id(), context, sealed)
    }

    /// Wraps a compartment key with its category, which the server must not learn.
    pub(crate) fn wrap(
        &self,
        key: &CompartmentKey,
        category: u8,
        context: &Context,
    ) -> Result<Bytes, Error> {
        aead::seal(
            &self.0,
            self.id(),
            &context.encode(),
            key.with_category(category).as_slice(),
        )
        .map(Bytes)
    }

    pub(crate) fn unwrap_key(
        &self,
        wrapped: &Bytes,
        context: &Context,
    ) -> Result<(CompartmentKey, u8), Error> {
        CompartmentKey::from_wrapped(&self.open(wrapped, context)?)
    }
}

impl CompartmentKey {
    pub(crate) fn make() -> Self {
        Self(random::bytes())
    }

    /// The key and its category, as they stand inside a wrap.
    pub(crate) fn with_category(&self, category: u8) -> Zeroizing<Vec<u8>> {
        let mut plain = Zeroizing::new(Vec::with_capacity(33));
        plain.extend_from_slice(&self.0);
        plain.push(category);
        plain
    }

    pub(crate) fn from_wrapped(plain: &[u8]) -> Result<(Self, u8), Error> {
        match plain.split_last() {
            Some((category, key)) => {
                let key = key.try_into().map_err(|_| Distrust::Content)?;
                Ok((Self(key), *category))
            }
            None => Err(Distrust::Content.into()),
        }
    }

    pub(crate) fn wrap_older(&self, older: &Self, context: &Context) -> Result<Bytes, Error> {
        wrap(&self.0, self.id(), context, &older.0)
    }

    pub(crate) fn unwrap_older(&self, wrapped: &Bytes, context: &Context) -> Result<Self, Error> {
        unwrap_key(&self.0, self.id(), context, wrapped).map(Self)
    }

    pub(crate) fn wrap(&self, key: &RecordKey, context: &Context) -> Result<Bytes, Error> {
        wrap(&self.0, self.id(), context, &key.0)
    }

    pub(crate) fn unwrap_key(
        &self,
        wrapped: &Bytes,
        context: &Context,
    ) -> Result<RecordKey, Error> {
        unwrap_key(&self.0, self.id(), context, wrapped).map(RecordKey)
    }
}

impl RecordKey {
    pub(crate) fn make() -> Self {
        Self(random::bytes())
    }

    pub(crate) fn wrap(&self, key: &ContentKey, context: &Context) -> Result<Bytes, Error> {
        wrap(&self.0, self.id(), context, &key.0)
    }

    pub(crate) fn unwrap_key(
        &self,
        wrapped: &Bytes,
        context: &Context,
    ) -> Result<ContentKey, Error> {
        unwrap_key(&self.0, self.id(), context, wrapped).map(ContentKey)
    }
}

impl RecordKey {
    /// The key of an entry by another author, wrapped to the public key of somebody.
    pub(crate) fn seal_to(&self, public: &[u8], info: &[u8]) -> Option<WrappedKey> {
        let (enc, sealed) = hpke::seal(public, info, &entry_context(self.id()), &self.0)?;
        Some(WrappedKey {
            enc: Bytes(enc),
            sealed: Bytes(sealed),
        })
    }

    /// Opens such a wrap; the key must be the one that its author named.
    pub(crate) fn open_from(
        secret: &hpke::SecretKey,
        info: &[u8],
        named: Hash,
        wrap: &WrappedKey,
    ) -> Result<Self, Error> {
        let (enc, sealed) = (wrap.enc.as_slice(), wrap.sealed.as_slice());
        let plain = secret
            .open(enc, info, &entry_context(named), sealed)
            .ok_or(Distrust::Content)?;
        let key = Self(plain.as_slice().try_into().map_err(|_| Distrust::Content)?);
        if key.id() == named {
            Ok(key)
        } else {
            Err(Distrust::Content.into())
        }
    }
}

impl ContentKey {
    pub(crate) fn make() -> Self {
        Self(random::bytes())
    }

    // EXPOSE: the input of Cobblestone's key derivation, inside this crate.
    pub(crate) fn expose(&self) -> &[u8; 32] {
        &self.0
    }
}

fn wrap(key: &[u8; 32], id: Hash, context: &Context, inner: &[u8; 32]) -> Result<Bytes, Error> {
    aead::seal(key, id, &context.encode(), inner).map(Bytes)
}

fn unwrap_key(
    key: &[u8; 32],
    id: Hash,
    context: &Context,
    wrapped: &Bytes,
) -> Result<[u8; 32], Error> {
    let plain = open(key, id, context, wrapped)?;
    plain
        .as_slice()
        .try_into()
        .map_err(|_| Distrust::Content.into())
}

fn open(
    key: &[u8; 32],
    id: Hash,
    context: &Context,
    sealed: &Bytes,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    aead::open(key, id, &context.encode(), sealed.as_slice()).ok_or(Distrust::Content.into())
}

/// For `canaries.rs` alone.
#[cfg(feature = "canaries")]
pub(crate) mod expose_all {
    use super::{AccountKey, CompartmentKey, ContentKey, RecordKey, UnlockKey};

    pub(crate) fn unlock(key: &UnlockKey) -> Vec<u8> {
        key.0.to_vec()
    }

    pub(crate) fn account(key: &AccountKey) -> Vec<u8> {
        key.0.to_vec()
    }

    pub(crate) fn compartment(key: &CompartmentKey) -> Vec<u8> {
        key.0.to_vec()
    }

    pub(crate) fn record(key: &RecordKey) -> Vec<u8> {
        key.0.to_vec()
    }

    pub(crate) fn content(key: &ContentKey) -> Vec<u8> {
        key.0.to_vec()
    }
}

#[cfg(test)]
mod matrix;

#[cfg(test)]
mod tests {
    use super::*;

    /// Does not compile when a key of one role can be made from, or taken for, one of another role,
    /// or be read as bytes: with such a way, two implementations of `Way` would fit.
    macro_rules! no_way_between {
        ($($from:ident => $($to:ident)*;)*) => {$(
            no_way_between!(@ Into<[u8; 32]>, $from);
            no_way_between!(@ AsRef<[u8]>, $from);
            no_way_between!(@ AsRef<[u8; 32]>, $from);
            no_way_between!(@ std::ops::Deref, $from);
            no_way_between!(@ Clone, $from);
            $(no_way_between!(@ From<$from>, $to);)*
        )*};
        (@ $way:path, $key:ident) => {
            const _: () = {
                struct Taken;
                trait Way<A> {
                    fn go() {}
                }
                impl<T: ?Sized> Way<()> for T {}
                impl<T: ?Sized + $way> Way<Taken> for T {}
                let _ = <$key as Way<_>>::go;
            };
        };
    }

    no_way_between! {
        UnlockKey => KitKey AccountKey CompartmentKey RecordKey ContentKey;
        KitKey => UnlockKey AccountKey CompartmentKey RecordKey ContentKey;
        AccountKey => UnlockKey KitKey CompartmentKey RecordKey ContentKey;
        CompartmentKey => UnlockKey KitKey AccountKey RecordKey ContentKey;
        RecordKey => UnlockKey KitKey AccountKey CompartmentKey ContentKey;
        ContentKey => UnlockKey KitKey AccountKey CompartmentKey RecordKey;
    }

    /// Each key wraps and opens exactly the one below it.
    #[test]
    fn the_hierarchy_is_in_the_types() {
        type Wrap<A, B> = fn(&A, &B, &Context) -> Result<Bytes, Error>;
        type Unwrap<A, B> = fn(&A, &Bytes, &Context) -> Result<B, Error>;
        let _: (Wrap<UnlockKey, AccountKey>, Unwrap<UnlockKey, AccountKey>) =
            (UnlockKey::wrap, UnlockKey::unwrap_key);
        let _: (Wrap<KitKey, AccountKey>, Unwrap<KitKey, AccountKey>) =
            (KitKey::wrap, KitKey::unwrap_key);
        let _: (
            Wrap<CompartmentKey, RecordKey>,
            Unwrap<CompartmentKey, RecordKey>,
        ) = (CompartmentKey::wrap, CompartmentKey::unwrap_key);
        let _: (Wrap<RecordKey, ContentKey>, Unwrap<RecordKey, ContentKey>) =
            (RecordKey::wrap, RecordKey::unwrap_key);
        // And the same bytes in another role have another id.
        let bytes = [9; 32];
        let ids = [
            UnlockKey(bytes).id(),
            KitKey(bytes).id(),
            AccountKey(bytes).id(),
            CompartmentKey(bytes).id(),
            RecordKey(bytes).id(),
        ];
        for (at, id) in ids.iter().enumerate() {
            assert!(!ids[at + 1..].contains(id));
        }
    }

    #[test]
    fn a_wrapped_compartment_key_keeps_its_category() {
        let key = CompartmentKey::make();
        let (again, category) = CompartmentKey::from_wrapped(&key.with_category(4)).unwrap();
        assert_eq!((again.id(), category), (key.id(), 4));
        assert!(CompartmentKey::from_wrapped(&[]).is_err());
        assert!(CompartmentKey::from_wrapped(&[0; 32]).is_err());
        assert!(CompartmentKey::from_wrapped(&[0; 34]).is_err());
    }
}
