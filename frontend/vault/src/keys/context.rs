//! What is bound into a wrap or a seal: structured, built here and nowhere else.
//!
//! A context is a CBOR array of its label and the ids that say where the thing belongs. The ids
//! carry their kind, so that nothing can be moved to another place or taken for another thing.
//!
//! `docs/protocol.md`, section 4.

use keepwell_shared::{
    bytes::Hash,
    id::{AccountId, ChartId, CompartmentId, GrantId, RecordId, SessionId},
    label,
};
use minicbor::{Encode, Encoder, encode::Write};

/// What of an entry is sealed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Title, text and what is known of the file.
    Entry,
    /// The bytes of the file.
    File,
}

/// Where a wrapped key or a sealed thing belongs.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Context {
    /// AccountKey under the UnlockKey.
    AccountKey(AccountId),
    /// AccountKey under the key of the recovery kit.
    KitAccountKey(AccountId),
    /// The key of a return to this session, under the UnlockKey.
    ReturnKey(SessionId),
    /// IdentityKeys under the AccountKey.
    Identity(AccountId),
    /// The address book, at this counter.
    Book(AccountId, u64),
    /// What a browser says of itself, in this session.
    Device(AccountId, SessionId),
    /// What a device remembers of an account, or of one chart.
    Memory(AccountId, Option<ChartId>),
    /// What was typed on a device and is not saved.
    Drafts(AccountId),
    /// CompartmentKey under the AccountKey.
    CompartmentOwn(ChartId, CompartmentId, u32),
    /// CompartmentKey of this epoch under the next one.
    CompartmentBack(ChartId, CompartmentId, u32),
    /// RecordKey under the CompartmentKey of this epoch.
    RecordKey(ChartId, CompartmentId, u32, RecordId),
    /// ContentKey under the RecordKey.
    ContentKey(ChartId, RecordId, Kind),
    /// A sealed entry: this revision of it in this compartment.
    Entry(ChartId, CompartmentId, RecordId, u32),
    /// A sealed file.
    File(ChartId, RecordId),
}

impl Context {
    /// The bytes that are bound.
    pub(crate) fn encode(&self) -> Vec<u8> {
        match *self {
            Self::AccountKey(account) => array((label::WRAP_ACCOUNT_KEY, account)),
            Self::KitAccountKey(account) => array((label::WRAP_ACCOUNT_KEY_KIT, account)),
            Self::ReturnKey(session) => array((label::WRAP_RETURN_KEY, session)),
            Self::Identity(account) => array((label::SEAL_IDENTITY, account)),
            Self::Book(account, counter) => array((label::SEAL_ADDRESS_BOOK, account, counter)),
            Self::Device(account, session) => array((label::SEAL_DEVICE, account, session)),
            Self::Memory(account, chart) => array((label::SEAL_MEMORY, account, chart)),
            Self::Drafts(account) => array((label::SEAL_DRAFTS, account)),
            Self::CompartmentOwn(chart, compartment, epoch) => {
                array((label::WRAP_COMPARTMENT_OWN, chart, compartment, epoch))
            }
            Self::CompartmentBack(chart, compartment, epoch) => {
                array((label::WRAP_COMPARTMENT_BACK, chart, compartment, epoch))
            }
            Self::RecordKey(chart, compartment, epoch, record) => {
                array((label::WRAP_RECORD_KEY, chart, compartment, epoch, record))
            }
            Self::ContentKey(chart, record, kind) => {
                array((label::WRAP_CONTENT_KEY, chart, record, kind == Kind::File))
            }
            Self::Entry(chart, compartment, record, number) => {
                array((label::CONTENT_ENTRY, chart, compartment, record, number))
            }
            Self::File(chart, record) => array((label::CONTENT_FILE, chart, record)),
        }
    }
}

/// HPKE info of a grant: who grants what to whose keys.
pub(crate) fn grant_info(
    chart: ChartId,
    grant: GrantId,
    grantor: AccountId,
    grantee_bundle: Hash,
) -> Vec<u8> {
    array((label::HPKE_GRANT, chart, grant, grantor, grantee_bundle))
}

/// HPKE associated data of one key in a grant.
pub(crate) fn grant_context(compartment: CompartmentId, epoch: u32, key_id: Hash) -> Vec<u8> {
    array((compartment, epoch, key_id))
}

/// HPKE info of the RecordKey of an entry by another author: who wrote which entry for whose keys.
pub(crate) fn entry_info(
    chart: ChartId,
    compartment: CompartmentId,
    record: RecordId,
    author: AccountId,
    bundle: Hash,
) -> Vec<u8> {
    array((
        label::HPKE_ENTRY,
        chart,
        compartment,
        record,
        author,
        bundle,
    ))
}

/// HPKE associated data of that RecordKey.
pub(crate) fn entry_context(key_id: Hash) -> Vec<u8> {
    array((key_id,))
}

/// Tuples encode as arrays of definite length: deterministic, and no field can run into the next.
fn array<T: Encode<()>>(fields: T) -> Vec<u8> {
    struct Sink(Vec<u8>);
    impl Write for Sink {
        type Error = std::convert::Infallible;
        fn write_all(&mut self, bytes: &[u8]) -> Result<(), Self::Error> {
            self.0.extend_from_slice(bytes);
            Ok(())
        }
    }
    let mut encoder = Encoder::new(Sink(Vec::with_capacity(96)));
    // Writing to a vector can not fail, and no field here has an encoder that does.
    let done = encoder.encode(fields);
    debug_assert!(done.is_ok());
    encoder.into_writer().0
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All pairs of contexts over the same ids differ: nothing opens in another place.
    #[test]
    fn contexts_are_pairwise_different() {
        let chart = ChartId::from([1; 16]);
        let compartment = CompartmentId::from([1; 16]);
        let record = RecordId::from([1; 16]);
        let account = AccountId::from([1; 16]);
        let all = [
            Context::AccountKey(account),
            Context::KitAccountKey(account),
            Context::Identity(account),
            Context::Book(account, 1),
            Context::Book(account, 2),
            Context::CompartmentOwn(chart, compartment, 1),
            Context::CompartmentOwn(chart, compartment, 2),
            Context::CompartmentBack(chart, compartment, 1),
            Context::RecordKey(chart, compartment, 1, record),
            Context::ContentKey(chart, record, Kind::Entry),
            Context::ContentKey(chart, record, Kind::File),
            Context::Device(account, SessionId::from([1; 16])),
            Context::Memory(account, None),
            Context::Memory(account, Some(chart)),
            Context::Drafts(account),
            Context::Entry(chart, compartment, record, 1),
            Context::Entry(chart, compartment, record, 2),
            Context::Entry(chart, CompartmentId::from([2; 16]), record, 1),
            Context::File(chart, record),
            Context::File(ChartId::from([2; 16]), record),
            Context::File(chart, RecordId::from([2; 16])),
        ];
        for (i, a) in all.iter().enumerate() {
            for b in &all[i + 1..] {
                assert_ne!(a.encode(), b.encode(), "{a:?} {b:?}");
            }
        }
    }
}
