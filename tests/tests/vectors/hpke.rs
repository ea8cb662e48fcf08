//! HPKE: the classical suite of RFC 9180 that shares its KDF and AEAD with ours, and
//! MLKEM768-P256 of draft-ietf-hpke-pq. Provenance: `tests/vectors/published/README.md`.

use hpke::{
    Deserializable, Kem, OpModeR, Serializable,
    aead::{Aead, AesGcm128, AesGcm256},
    kdf::{HkdfSha256, Kdf, KdfShake128},
    kem::{DhP256HkdfSha256, MlKem768P256},
    setup_receiver,
};
use serde::Deserialize;

use crate::report::{hex, report};

#[derive(Deserialize)]
struct Vector {
    mode: u8,
    kem_id: u16,
    kdf_id: u16,
    aead_id: u16,
    info: String,
    #[serde(rename = "ikmR")]
    ikm: String,
    #[serde(rename = "skRm")]
    private: String,
    #[serde(rename = "pkRm")]
    public: String,
    enc: String,
    encryptions: Vec<Encryption>,
    exports: Vec<Export>,
}

#[derive(Deserialize)]
struct Encryption {
    aad: String,
    ct: String,
    pt: String,
}

#[derive(Deserialize)]
struct Export {
    exporter_context: String,
    #[serde(rename = "L")]
    length: usize,
    exported_value: String,
}

/// Derives the recipient's keys, opens every message in order, exports every secret. Gives how many
/// of them there were. One flipped bit of each message is refused first.
fn run<A: Aead, D: Kdf, K: Kem>(vector: &Vector) -> (usize, usize) {
    assert_eq!(vector.mode, 0, "base mode");
    let (private, public) = K::derive_keypair(&hex(&vector.ikm));
    assert_eq!(private.to_bytes().as_slice(), hex(&vector.private));
    assert_eq!(public.to_bytes().as_slice(), hex(&vector.public));
    let private = K::PrivateKey::from_bytes(&hex(&vector.private)).unwrap();
    assert_eq!(
        K::sk_to_pk(&private).to_bytes().as_slice(),
        hex(&vector.public)
    );
    let enc = K::EncappedKey::from_bytes(&hex(&vector.enc)).unwrap();
    let mut context =
        setup_receiver::<A, D, K>(&OpModeR::Base, &private, &enc, &hex(&vector.info)).unwrap();
    let mut refused = 0;
    for message in &vector.encryptions {
        let (mut sealed, aad) = (hex(&message.ct), hex(&message.aad));
        sealed[0] ^= 1;
        assert!(context.open(&sealed, &aad).is_err());
        refused += 1;
        sealed[0] ^= 1;
        assert_eq!(context.open(&sealed, &aad).unwrap(), hex(&message.pt));
    }
    for export in &vector.exports {
        let mut value = vec![0; export.length];
        context
            .export(&hex(&export.exporter_context), &mut value)
            .unwrap();
        assert_eq!(value, hex(&export.exported_value));
    }
    (vector.encryptions.len() + vector.exports.len(), refused)
}

#[test]
fn vectors_of_rfc_9180() {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../../vectors/published/rfc9180.json")).unwrap();
    assert_eq!(vectors.len(), 2);
    let mut checks = (0, 0);
    for vector in &vectors {
        let done = match (vector.kem_id, vector.kdf_id, vector.aead_id) {
            (0x10, 1, 1) => run::<AesGcm128, HkdfSha256, DhP256HkdfSha256>(vector),
            (0x10, 1, 2) => run::<AesGcm256, HkdfSha256, DhP256HkdfSha256>(vector),
            other => panic!("{other:?}"),
        };
        checks = (checks.0 + done.0, checks.1 + done.1);
    }
    assert_eq!(checks, (26, 20));
    report(
        "RFC 9180 DHKEM(P-256), base mode",
        vectors.len(),
        0,
        0,
        "26 messages and exports; other modes and KEMs are not used",
    );
}

#[test]
fn vectors_of_draft_ietf_hpke_pq() {
    let vectors: Vec<Vector> =
        serde_json::from_str(include_str!("../../vectors/published/hpke-pq.json")).unwrap();
    assert_eq!(vectors.len(), 2);
    let mut checks = (0, 0);
    for vector in &vectors {
        let done = match (vector.kem_id, vector.kdf_id, vector.aead_id) {
            (0x50, 1, 1) => run::<AesGcm128, HkdfSha256, MlKem768P256>(vector),
            (0x50, 16, 2) => run::<AesGcm256, KdfShake128, MlKem768P256>(vector),
            other => panic!("{other:?}"),
        };
        checks = (checks.0 + done.0, checks.1 + done.1);
    }
    assert_eq!(checks, (30, 20));
    report(
        "draft-ietf-hpke-pq MLKEM768-P256, base mode",
        vectors.len(),
        0,
        0,
        "30 messages and exports; the draft has none with both HKDF-SHA-256 and AES-256-GCM",
    );
}
