//! How CBOR stands in the files: arrays, numbers, texts and null as they are, byte strings as `0x`
//! and hexadecimal digits.

use keepwell_shared::bytes::Hash;
use minicbor::{Decoder, data::Type};
use serde_json::{Value, json};

use crate::report::hex;

/// A byte string, as it stands in the files.
pub(super) fn bytes(bytes: &[u8]) -> Value {
    let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Value::String(format!("0x{digits}"))
}

/// The bytes of such a text.
pub(super) fn unbytes(value: &Value) -> Vec<u8> {
    hex(value.as_str().unwrap().strip_prefix("0x").unwrap())
}

/// The same, where the length is known.
pub(super) fn fixed<const N: usize>(value: &Value) -> [u8; N] {
    unbytes(value).try_into().unwrap()
}

/// A hash.
pub(super) fn hash(value: &Value) -> Hash {
    Hash(fixed(value))
}

/// An id of the kind that the caller expects.
pub(super) fn id<T: From<[u8; 16]>>(value: &Value) -> T {
    let tagged: [u8; 17] = fixed(value);
    T::from(tagged[1..].try_into().unwrap())
}

/// One CBOR item, readable.
pub(super) fn render(cbor: &[u8]) -> Value {
    let mut decoder = Decoder::new(cbor);
    let value = item(&mut decoder);
    assert_eq!(decoder.position(), cbor.len());
    value
}

fn item(decoder: &mut Decoder<'_>) -> Value {
    match decoder.datatype().unwrap() {
        Type::Array => {
            let length = decoder.array().unwrap().unwrap();
            Value::Array((0..length).map(|_| item(decoder)).collect())
        }
        Type::Bytes => bytes(decoder.bytes().unwrap()),
        Type::String => json!(decoder.str().unwrap()),
        Type::Bool => json!(decoder.bool().unwrap()),
        Type::Null => {
            decoder.null().unwrap();
            Value::Null
        }
        _ => json!(decoder.u64().unwrap()),
    }
}

/// The payload inside a COSE_Sign1.
pub(super) fn payload(statement: &[u8]) -> Vec<u8> {
    let mut decoder = Decoder::new(statement);
    decoder.tag().unwrap();
    assert_eq!(decoder.array().unwrap(), Some(4));
    decoder.bytes().unwrap();
    assert_eq!(decoder.map().unwrap(), Some(0));
    decoder.bytes().unwrap().to_vec()
}
