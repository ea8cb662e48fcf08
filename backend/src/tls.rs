//! Certificates: the operator's, or one of our own.

use std::{net::IpAddr, path::Path, sync::Arc};

use keepwell_shared::bytes::Hash;
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        self, ServerConfig,
        pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    },
};
use zeroize::Zeroizing;

use crate::{config::Tls, data_dir::DataDir, start_error::StartError};

/// Files of a certificate that we made.
const CERT_FILE: &str = "tls-cert.pem";
const KEY_FILE: &str = "tls-key.pem";

/// TLS, ready to take connections.
pub(crate) struct Prepared {
    pub(crate) acceptor: TlsAcceptor,
    /// SHA-256 of the certificate, as browsers show it.
    pub(crate) fingerprint: String,
}

/// Reads or makes the certificate; none where there is no TLS here.
///
/// # Errors
/// When a file is missing or does not hold what it should.
pub(crate) fn prepare(
    tls: &Tls,
    data: &DataDir,
    listen: IpAddr,
) -> Result<Option<Prepared>, StartError> {
    match tls {
        Tls::None | Tls::Proxy => Ok(None),
        Tls::Files { cert, key } => read(cert, key).map(Some),
        Tls::SelfSigned => {
            let (cert, key) = (data.file(CERT_FILE), data.file(KEY_FILE));
            if !(cert.exists() && key.exists()) {
                make(data, listen)?;
            }
            read(&cert, &key).map(Some)
        }
    }
}

fn read(cert: &Path, key: &Path) -> Result<Prepared, StartError> {
    let wrong = |path: &Path, reason: &dyn ToString| StartError::Tls {
        path: path.to_owned(),
        reason: reason.to_string(),
    };
    let chain = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| wrong(cert, &error))?;
    let first = chain
        .first()
        .ok_or_else(|| wrong(cert, &"it holds no certificate"))?;
    let fingerprint = fingerprint(first);
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong(key, &error))?;
    // Named, so that no other crate of a build can make the choice ambiguous.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| wrong(cert, &error))?
        .with_no_client_auth()
        .with_single_cert(chain, private)
        .map_err(|error| wrong(cert, &error))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Prepared {
        acceptor: TlsAcceptor::from(Arc::new(config)),
        fingerprint,
    })
}

/// A key and a certificate for this machine's own names. Browsers warn about it once; comparing
/// the printed fingerprint with the one that they show replaces the authority.
fn make(data: &DataDir, listen: IpAddr) -> Result<(), StartError> {
    let mut names = vec!["localhost".to_owned(), "127.0.0.1".into(), "::1".into()];
    if !listen.is_unspecified() && !listen.is_loopback() {
        names.push(listen.to_string());
    }
    let made = rcgen::generate_simple_self_signed(names).map_err(|error| StartError::Tls {
        path: data.file(CERT_FILE),
        reason: error.to_string(),
    })?;
    let key = Zeroizing::new(made.signing_key.serialize_pem());
    data.write_new(KEY_FILE, key.as_bytes())?;
    data.write_new(CERT_FILE, made.cert.pem().as_bytes())
}

/// SHA-256 in hexadecimal pairs, as browsers show it.
fn fingerprint(certificate: &CertificateDer<'_>) -> String {
    Hash::of(certificate)
        .0
        .map(|byte| format!("{byte:02X}"))
        .join(":")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_of_our_own_is_kept() {
        let parent = tempfile::tempdir().unwrap();
        let data = DataDir::open(&parent.path().join("data")).unwrap();
        let listen = IpAddr::from([192, 0, 2, 1]);
        let first = prepare(&Tls::SelfSigned, &data, listen).unwrap().unwrap();
        let second = prepare(&Tls::SelfSigned, &data, listen).unwrap().unwrap();
        assert_eq!(first.fingerprint, second.fingerprint);
        assert_eq!(first.fingerprint.len(), 32 * 3 - 1);
    }

    #[test]
    fn files_that_are_no_certificate_are_refused_by_name() {
        let parent = tempfile::tempdir().unwrap();
        let data = DataDir::open(&parent.path().join("data")).unwrap();
        let (cert, key) = (data.file("c"), data.file("k"));
        std::fs::write(&cert, "nothing").unwrap();
        std::fs::write(&key, "nothing").unwrap();
        let tls = Tls::Files { cert, key };
        let said = prepare(&tls, &data, IpAddr::from([127, 0, 0, 1]))
            .err()
            .unwrap()
            .to_string();
        assert!(said.contains("no certificate"), "{said}");
    }
}
