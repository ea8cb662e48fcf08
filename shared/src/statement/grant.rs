//! Consent as cryptography: the signed grant is what carries the wrapped keys.
//!
//! `docs/protocol.md`, section 8.

use super::Payload;
use crate::{
    bytes::{Bytes, Hash},
    id::{AccountId, ChartId, CompartmentId, GrantId},
    label,
};

/// The owner of a chart lets somebody read it. HPKE has no sender authentication; the signature
/// over this statement is what says that the owner made the wraps (attack 5).
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct Grant {
    /// Format version.
    #[n(0)]
    pub version: u8,
    /// The grant; a re-issue under new keys keeps the id.
    #[n(1)]
    pub grant: GrantId,
    /// The chart.
    #[n(2)]
    pub chart: ChartId,
    /// Who grants: the owner.
    #[n(3)]
    pub grantor: AccountId,
    /// Who may read.
    #[n(4)]
    pub grantee: AccountId,
    /// The id of the grantee's key bundle, the one whose safety words were compared.
    #[n(5)]
    pub grantee_bundle: Hash,
    /// When, seconds since 1970 by the owner's clock.
    #[n(6)]
    pub at: u64,
    /// The newest key of every compartment that is shared.
    #[n(7)]
    pub keys: Vec<GrantedKey>,
}

/// One compartment key, wrapped to the grantee.
#[derive(Debug, Clone, PartialEq, Eq, minicbor::Encode, minicbor::Decode)]
#[cbor(array)]
pub struct GrantedKey {
    /// The compartment.
    #[n(0)]
    pub compartment: CompartmentId,
    /// The epoch of the key.
    #[n(1)]
    pub epoch: u32,
    /// The id of the key, a commitment to it.
    #[n(2)]
    pub key_id: Hash,
    /// HPKE encapsulated key.
    #[n(3)]
    pub enc: Bytes,
    /// HPKE ciphertext of the key and its category.
    #[n(4)]
    pub sealed: Bytes,
}

impl Payload for Grant {
    const PURPOSE: &'static str = label::GRANT;
    fn version(&self) -> u8 {
        self.version
    }
}
