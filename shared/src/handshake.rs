//! The one OPAQUE suite (RFC 9807): Ristretto255 with SHA-512, 3DH, and Argon2id at fixed cost.
//!
//! The parameters are compiled in: no message of the server can lower them (attack 21). The same
//! ones run in the product, the tests and the benchmark.
//!
//! `docs/protocol.md`, section 1.

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
        let mut output = GenericArray::default();
        stretch(&input, &mut output)?;
        Ok(output)
    }
}

const SALT: [u8; 16] = [0; 16];

#[cfg(target_arch = "wasm32")]
fn stretch(input: &[u8], output: &mut [u8]) -> Result<(), InternalError> {
    use crate::argon2id::{Cost, LANES, argon2id};

    const { assert!(STRETCH_LANES == LANES) };
    let cost = Cost {
        memory: STRETCH_MEMORY_KIB,
        passes: STRETCH_PASSES,
    };
    argon2id(input, &SALT, cost, output).map_err(|_| InternalError::KsfError)
}

#[cfg(not(target_arch = "wasm32"))]
fn stretch(input: &[u8], output: &mut [u8]) -> Result<(), InternalError> {
    use argon2::{Algorithm, Argon2, Params, Version};

    let (memory, passes, lanes) = (STRETCH_MEMORY_KIB, STRETCH_PASSES, STRETCH_LANES);
    Params::new(memory, passes, lanes, Some(output.len()))
        .map(|params| Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
        .and_then(|argon2| argon2.hash_password_into(input, &SALT, output))
        .map_err(|_| InternalError::KsfError)
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
    use argon2::{Algorithm, Argon2, Params, Version};

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
        // What runs in a browser.
        let cost = crate::argon2id::Cost {
            memory: 65_536,
            passes: 3,
        };
        let mut there = [0; 64];
        crate::argon2id::argon2id(&[9; 64], &[0; 16], cost, &mut there).unwrap();
        assert_eq!(stretched.as_slice(), there);
    }
}
