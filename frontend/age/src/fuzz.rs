//! Targets: the parser of this crate, as a plain function over bytes. Built with the feature `fuzz` only,
//! which no product has.

use keepwell_shared::fuzz::Target;

use crate::header::Header;

/// Every parser of this crate.
pub fn targets() -> Vec<Target> {
    vec![Target {
        name: "age-header",
        run: |bytes| Header::read(bytes).is_ok_and(|(_, length)| length <= bytes.len()),
        samples: || vec![HEADER.as_bytes().to_vec()],
    }]
}

const HEADER: &str = "age-encryption.org/v1\n-> scrypt rF0/NwblUHHTpgQgRpe5CQ 10\ngUjEymFKMVXQEKdMMHL24oYexjE3TIC0O0zGSqJ2aUY\n--- gxhoSa5BciRDt8lOpYNcx4EYtKpS0CJ06F3ZwN82VaM\n";
