//! Argon2id, RFC 9106.

use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};

use crate::report::{hex, report};

/// Section 5.3: the one vector of Argon2id, with a secret and associated data, which the product
/// itself uses neither of.
#[test]
fn vectors_of_rfc_9106() {
    let params = ParamsBuilder::new()
        .m_cost(32)
        .t_cost(3)
        .p_cost(4)
        .output_len(32)
        .data(AssociatedData::new(&[4; 12]).unwrap())
        .build()
        .unwrap();
    let argon2 =
        Argon2::new_with_secret(&[3; 8], Algorithm::Argon2id, Version::V0x13, params.clone())
            .unwrap();
    let mut tag = [0; 32];
    argon2
        .hash_password_into(&[1; 32], &[2; 16], &mut tag)
        .unwrap();
    assert_eq!(
        tag[..],
        hex("0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659")
    );
    // The control: another algorithm of the family gives another tag.
    let mut other = [0; 32];
    Argon2::new_with_secret(&[3; 8], Algorithm::Argon2i, Version::V0x13, params)
        .unwrap()
        .hash_password_into(&[1; 32], &[2; 16], &mut other)
        .unwrap();
    assert_ne!(tag, other);
    report(
        "RFC 9106 Argon2id, section 5.3",
        1,
        0,
        2,
        "Argon2d and Argon2i are not used",
    );
}
