//! OPAQUE, RFC 9807, appendix C: the vectors of our group and hash, with the identity as stretching
//! function as the appendix has it. What the product's own stretching gives is in `argon2id.rs`.
//! Provenance: `tests/vectors/published/README.md`.

use opaque_ke::{
    CipherSuite, ClientLogin, ClientLoginFinishParameters, ClientRegistration,
    ClientRegistrationFinishParameters, CredentialFinalization, CredentialRequest,
    CredentialResponse, Identifiers, RegistrationRequest, RegistrationResponse, RegistrationUpload,
    Ristretto255, ServerLogin, ServerLoginParameters, ServerRegistration, ServerSetup, TripleDh,
    ksf::Identity,
};
use rand_08::{CryptoRng, Error, RngCore};
use serde_json::Value;

use crate::report::{hex, report};

struct Suite;

impl CipherSuite for Suite {
    type OprfCs = Ristretto255;
    type KeyExchange = TripleDh<Ristretto255, sha2_010::Sha512>;
    type Ksf = Identity;
}

/// Gives the bytes of the vector in the order in which the protocol draws them, and no more.
struct Drawn(Vec<u8>);

impl Drawn {
    fn new(parts: &[Vec<u8>]) -> Self {
        Self(parts.concat())
    }

    /// A scalar is drawn as 64 bytes that are reduced: 32 zeros above it leave it as it is.
    fn scalar(scalar: Vec<u8>) -> Vec<u8> {
        [scalar, vec![0; 32]].concat()
    }
}

impl RngCore for Drawn {
    fn next_u32(&mut self) -> u32 {
        panic!("only bytes are drawn")
    }

    fn next_u64(&mut self) -> u64 {
        panic!("only bytes are drawn")
    }

    fn fill_bytes(&mut self, to: &mut [u8]) {
        let drawn: Vec<u8> = self.0.drain(..to.len()).collect();
        to.copy_from_slice(&drawn);
    }

    fn try_fill_bytes(&mut self, to: &mut [u8]) -> Result<(), Error> {
        self.fill_bytes(to);
        Ok(())
    }
}

impl CryptoRng for Drawn {}

struct Vector(Value);

impl Vector {
    fn get(&self, field: &str) -> Vec<u8> {
        self.find(field).unwrap_or_else(|| panic!("{field}"))
    }

    fn find(&self, field: &str) -> Option<Vec<u8>> {
        self.0.get(field).map(|text| hex(text.as_str().unwrap()))
    }
}

fn vectors(kind: &str) -> Vec<Vector> {
    let all: Vec<Value> =
        serde_json::from_str(include_str!("../../vectors/published/rfc9807.json")).unwrap();
    all.into_iter()
        .filter(|vector| vector["name"].as_str().unwrap().contains(kind))
        .map(Vector)
        .collect()
}

fn real(v: &Vector) {
    let (client, server) = (v.find("client_identity"), v.find("server_identity"));
    let identifiers = Identifiers {
        client: client.as_deref(),
        server: server.as_deref(),
    };
    let (password, credential) = (v.get("password"), v.get("credential_identifier"));
    let context = v.get("Context");
    // The last part is the dummy key for unknown names, which a real vector does not meet.
    let setup = [
        v.get("oprf_seed"),
        v.get("server_private_key"),
        v.get("server_public_key"),
    ];
    let setup = ServerSetup::<Suite>::deserialize(&setup.concat()).unwrap();

    let mut rng = Drawn::new(&[Drawn::scalar(v.get("blind_registration"))]);
    let started = ClientRegistration::<Suite>::start(&mut rng, &password).unwrap();
    assert_eq!(
        started.message.serialize().as_slice(),
        v.get("registration_request")
    );
    let request = RegistrationRequest::deserialize(&v.get("registration_request")).unwrap();
    let response = ServerRegistration::<Suite>::start(&setup, request, &credential).unwrap();
    assert_eq!(
        response.message.serialize().as_slice(),
        v.get("registration_response")
    );
    let finished = started
        .state
        .finish(
            &mut Drawn::new(&[v.get("envelope_nonce")]),
            &password,
            RegistrationResponse::deserialize(&v.get("registration_response")).unwrap(),
            ClientRegistrationFinishParameters::new(identifiers, None),
        )
        .unwrap();
    assert_eq!(
        finished.message.serialize().as_slice(),
        v.get("registration_upload")
    );
    assert_eq!(finished.export_key.as_slice(), v.get("export_key"));

    let mut rng = Drawn::new(&[
        Drawn::scalar(v.get("blind_login")),
        v.get("client_keyshare_seed"),
        v.get("client_nonce"),
    ]);
    let started = ClientLogin::<Suite>::start(&mut rng, &password).unwrap();
    assert_eq!(started.message.serialize().as_slice(), v.get("KE1"));
    let upload = RegistrationUpload::deserialize(&v.get("registration_upload")).unwrap();
    let parameters = ServerLoginParameters {
        context: Some(&context),
        identifiers,
    };
    // A masking key for an unknown name is drawn for known ones too, so that both take as long.
    let answered = ServerLogin::start(
        &mut Drawn::new(&[
            vec![0; 64],
            v.get("masking_nonce"),
            v.get("server_keyshare_seed"),
            v.get("server_nonce"),
        ]),
        &setup,
        Some(ServerRegistration::finish(upload)),
        CredentialRequest::deserialize(&v.get("KE1")).unwrap(),
        &credential,
        parameters.clone(),
    )
    .unwrap();
    assert_eq!(answered.message.serialize().as_slice(), v.get("KE2"));

    // Another password and another answer are refused, the right ones are not.
    let finish = |password: &[u8], answer: &[u8]| {
        started.state.clone().finish(
            &mut Drawn::new(&[]),
            password,
            CredentialResponse::deserialize(answer)?,
            ClientLoginFinishParameters::new(Some(&context), identifiers, None),
        )
    };
    assert!(finish(b"another password", &v.get("KE2")).is_err());
    let mut answer = v.get("KE2");
    *answer.last_mut().unwrap() ^= 1;
    assert!(finish(&password, &answer).is_err());
    let finished = finish(&password, &v.get("KE2")).unwrap();
    assert_eq!(finished.message.serialize().as_slice(), v.get("KE3"));
    assert_eq!(finished.session_key.as_slice(), v.get("session_key"));
    assert_eq!(finished.export_key.as_slice(), v.get("export_key"));

    let mut third = v.get("KE3");
    third[0] ^= 1;
    let third = CredentialFinalization::deserialize(&third).unwrap();
    assert!(
        answered
            .state
            .clone()
            .finish(third, parameters.clone())
            .is_err()
    );
    let third = CredentialFinalization::deserialize(&v.get("KE3")).unwrap();
    let agreed = answered.state.finish(third, parameters).unwrap();
    assert_eq!(agreed.session_key.as_slice(), v.get("session_key"));
}

/// What the server answers for a name without an account.
fn fake(v: &Vector) {
    let setup = [
        v.get("oprf_seed"),
        v.get("server_private_key"),
        v.get("client_public_key"),
    ];
    let setup = ServerSetup::<Suite>::deserialize(&setup.concat()).unwrap();
    let (client, server) = (v.find("client_identity"), v.find("server_identity"));
    let context = v.get("Context");
    let answered = ServerLogin::start(
        &mut Drawn::new(&[
            v.get("masking_key"),
            v.get("masking_nonce"),
            v.get("server_keyshare_seed"),
            v.get("server_nonce"),
        ]),
        &setup,
        None,
        CredentialRequest::deserialize(&v.get("KE1")).unwrap(),
        &v.get("credential_identifier"),
        ServerLoginParameters {
            context: Some(&context),
            identifiers: Identifiers {
                client: client.as_deref(),
                server: server.as_deref(),
            },
        },
    )
    .unwrap();
    assert_eq!(answered.message.serialize().as_slice(), v.get("KE2"));
}

#[test]
fn vectors_of_rfc_9807() {
    let (reals, fakes) = (vectors("Real"), vectors("Fake"));
    assert_eq!((reals.len(), fakes.len()), (2, 1));
    reals.iter().for_each(real);
    fakes.iter().for_each(fake);
    report(
        "RFC 9807 OPAQUE-3DH, ristretto255, appendix C",
        3,
        0,
        6,
        "Curve25519 and P-256 are not used",
    );
}
