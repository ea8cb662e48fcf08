//! The fixed inputs: two people, a chart, its keys. Everything that is random in the product is here
//! a hash of its name, so that a second run writes the same files.

use std::convert::Infallible;

use hpke::{
    Deserializable, OpModeS, Serializable,
    aead::AesGcm256,
    kdf::HkdfSha256,
    kem::MlKem768P256,
    rand_core::{TryCryptoRng, TryRng},
    single_shot_seal_with_rng,
};
use keepwell_shared::{
    bytes::{Bytes, Hash},
    id::{AccountId, BlobId, ChartId, CompartmentId, GrantId, RecordId},
    statement::{KeyBundle, Role, Signer, VERSION, Verified, sign},
};
use zeroize::Zeroizing;

use crate::crypto::{hpke::SecretKey as WrappingKey, sign::SecretKey as SigningKey};

/// When everything happens, seconds since 1970.
pub(super) const TIME: u64 = 1_800_000_000;

/// Bytes that are always the same for a name.
pub(super) fn drawn<const N: usize>(name: &str) -> [u8; N] {
    let hash = Hash::of(format!("frozen vectors: {name}").as_bytes());
    hash.0[..N].try_into().unwrap()
}

/// An id that is always the same for a name.
pub(super) fn named<T: From<[u8; 16]>>(name: &str) -> T {
    T::from(drawn(name))
}

pub(super) struct Person {
    pub(super) account: AccountId,
    pub(super) scalar: [u8; 32],
    pub(super) seed: [u8; 32],
    pub(super) bundle: Verified<KeyBundle>,
}

impl Person {
    fn new(username: &str, role: Role) -> Self {
        let account = named(&format!("account of {username}"));
        let scalar = drawn(&format!("signing scalar of {username}"));
        let seed = drawn(&format!("wrapping seed of {username}"));
        let signing = SigningKey::from_scalar(&scalar).unwrap();
        let wrapping = WrappingKey::from_seed(Zeroizing::new(seed)).unwrap();
        let bundle = KeyBundle {
            version: VERSION,
            account,
            username: username.to_owned(),
            role,
            signing: Bytes(signing.public().to_sec1_point(true).as_bytes().to_vec()),
            wrapping: Bytes(wrapping.public()),
            at: TIME,
        };
        let bundle = sign(bundle, &signing).unwrap();
        Self {
            account,
            scalar,
            seed,
            bundle,
        }
    }

    pub(super) fn signer(&self) -> SigningKey {
        SigningKey::from_scalar(&self.scalar).unwrap()
    }
}

pub(super) struct World {
    pub(super) patient: Person,
    pub(super) doctor: Person,
    pub(super) chart: ChartId,
    pub(super) compartment: CompartmentId,
    pub(super) record: RecordId,
    pub(super) lost_record: RecordId,
    /// Of the entry that the doctor wrote.
    pub(super) their_record: RecordId,
    pub(super) deleted_record: RecordId,
    pub(super) blob: BlobId,
    pub(super) grant: GrantId,
}

impl World {
    pub(super) fn new() -> Self {
        Self {
            patient: Person::new("patient-one", Role::Patient),
            doctor: Person::new("doctor.two", Role::Doctor),
            chart: named("chart"),
            compartment: named("compartment"),
            record: named("record"),
            lost_record: named("lost record"),
            their_record: named("record by the doctor"),
            deleted_record: named("deleted record"),
            blob: named("blob"),
            grant: named("grant"),
        }
    }

    /// How the keys of an entry are called.
    pub(super) fn of_entry(&self, record: RecordId) -> &'static str {
        match record {
            lost if lost == self.lost_record => " of a lost entry",
            deleted if deleted == self.deleted_record => " of a deleted entry",
            theirs if theirs == self.their_record => " of an entry by a doctor",
            _ => "",
        }
    }
}

/// Plaintext of any length without a file of that length.
pub(super) fn pattern(length: u64) -> Vec<u8> {
    (0..length).map(|i| (i * 31 % 251) as u8).collect()
}

/// HPKE with randomness that is always the same for a name: encapsulated key and ciphertext.
pub(super) fn wrap(
    name: &str,
    public: &[u8],
    info: &[u8],
    ad: &[u8],
    plaintext: &[u8],
) -> (Vec<u8>, Vec<u8>) {
    let public = <MlKem768P256 as hpke::Kem>::PublicKey::from_bytes(public).unwrap();
    let (enc, sealed) = single_shot_seal_with_rng::<AesGcm256, HkdfSha256, MlKem768P256>(
        &OpModeS::Base,
        &public,
        info,
        plaintext,
        ad,
        &mut Drawn(name, 0),
    )
    .unwrap();
    (enc.to_bytes().to_vec(), sealed)
}

struct Drawn<'a>(&'a str, u32);

impl TryRng for Drawn<'_> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        self.1 += 1;
        Ok(u32::from_be_bytes(drawn(&format!("{} {}", self.0, self.1))))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        self.1 += 1;
        Ok(u64::from_be_bytes(drawn(&format!("{} {}", self.0, self.1))))
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Infallible> {
        for chunk in to.chunks_mut(32) {
            self.1 += 1;
            let block: [u8; 32] = drawn(&format!("{} {}", self.0, self.1));
            chunk.copy_from_slice(&block[..chunk.len()]);
        }
        Ok(())
    }
}

impl TryCryptoRng for Drawn<'_> {}
