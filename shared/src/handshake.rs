//! The one OPAQUE suite (RFC 9807): Ristretto255 with SHA-512, 3DH, and Argon2id at fixed cost.
//!
//! The parameters are compiled in: no message of the server can lower them (attack 21). The same
//! ones run in the product, the tests and the benchmark.
//!
//! `docs/protocol.md`, section 1.

use argon2::{Algorithm, Argon2, Params, Version};
use opaque_ke::{
    CipherSuite, Identifiers, Ristretto255, TripleDh,
    errors::InternalError,
    generic_array::{ArrayLength, GenericArray},
    ksf::Ksf,
};

use crate::{label, username::Username};

/// Memory of the key stretching, in KiB: 64 MiB. More makes phones fail.
pub const STRETCH_MEMORY_KIB: u32 = 64 * 1024;
/// Passes of the key stretching.
pub const STRETCH_PASSES: u32 = 3;
/// Lanes of the key stretching.
pub const STRETCH_LANES: u32 = 1;

/// The suite, as `opaque-ke` wants it named.
#[derive(Debug, Clone, Copy)]
pub struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2_010::Sha512>;
    type Ksf = Stretch;
}

/// Argon2id (RFC 9106) with the parameters above and a salt of zeros, as RFC 9807, section 7 has
/// it: the input is already the output of a keyed function that is different for every account.
#[derive(Debug, Clone, Copy, Default)]
pub struct Stretch;

impl Ksf for Stretch {
    fn hash<L: ArrayLength<u8>>(
        &self,
        input: GenericArray<u8, L>,
    ) -> Result<GenericArray<u8, L>, InternalError> {
        let params = Params::new(
            STRETCH_MEMORY_KIB,
            STRETCH_PASSES,
            STRETCH_LANES,
            Some(L::USIZE),
        )
        .map_err(|_| InternalError::KsfError)?;
        let mut output = GenericArray::default();
        Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
            .hash_password_into(&input, &[0; 16], &mut output)
            .map_err(|_| InternalError::KsfError)?;
        Ok(output)
    }
}

/// Who the two ends of a sign-in are: the user name in its canonical form, and this service.
pub fn identifiers(username: &Username) -> Identifiers<'_> {
    Identifiers {
        client: Some(username.as_str().as_bytes()),
        server: Some(label::OPAQUE_SERVER.as_bytes()),
    }
}

/// The name under which the server evaluates its part for `username`. It exists for names without
/// an account too, so that the answer to an unknown name costs and looks the same.
pub fn credential_identifier(username: &Username) -> &[u8] {
    username.as_str().as_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The stretching that runs is the one that is written down: the same call of the primitive
    /// with literal parameters gives the same bytes, and cheaper ones do not.
    #[test]
    fn the_parameters_are_the_ones_used() {
        let input =
            GenericArray::<u8, opaque_ke::generic_array::typenum::U64>::clone_from_slice(&[9; 64]);
        let stretched = Stretch.hash(input).unwrap();
        let with = |memory, passes| {
            let params = Params::new(memory, passes, 1, Some(64)).unwrap();
            let mut out = [0; 64];
            Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
                .hash_password_into(&[9; 64], &[0; 16], &mut out)
                .unwrap();
            out
        };
        assert_eq!(stretched.as_slice(), with(65_536, 3));
        assert_ne!(stretched.as_slice(), with(19_456, 2));
    }
}
