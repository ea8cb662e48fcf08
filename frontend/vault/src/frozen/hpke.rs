//! HPKE: the keys of a grant, and the grant around them.

use keepwell_shared::{
    bytes::Bytes,
    id::AccountId,
    label,
    statement::{Grant, GrantedKey, VERSION, Verified, sign},
};
use serde_json::{Value, json};
use zeroize::Zeroizing;

use super::{
    author, done, flipped,
    json::{bytes, fixed, hash, id, render, unbytes},
    load,
    world::{TIME, World, drawn, named, wrap},
};
use crate::{
    crypto::hpke::SecretKey as WrappingKey,
    entry::Category,
    keys::{CompartmentKey, entry_context, entry_info, grant_context, grant_info},
};

pub(super) fn grant(world: &World) -> Verified<Grant> {
    let keys = ["compartment", "another compartment"]
        .into_iter()
        .map(|name| granted(world, name))
        .map(|(key, ..)| key)
        .collect();
    let grant = Grant {
        version: VERSION,
        grant: world.grant,
        chart: world.chart,
        grantor: world.patient.account,
        grantee: world.doctor.account,
        grantee_bundle: world.doctor.bundle.id(),
        at: TIME + 10,
        keys,
    };
    sign(grant, &world.patient.signer()).unwrap()
}

/// A key in the grant, with the info, the associated data and the plaintext of its wrap.
fn granted(world: &World, name: &str) -> (GrantedKey, Vec<u8>, Vec<u8>, Vec<u8>) {
    let key = CompartmentKey::frozen(drawn(&format!("key of {name}")));
    let info = grant_info(
        world.chart,
        world.grant,
        world.patient.account,
        world.doctor.bundle.id(),
    );
    let (compartment, epoch) = (named(name), 3);
    let ad = grant_context(compartment, epoch, key.id());
    let plaintext = key.with_category(Category::Laboratory.code()).to_vec();
    let public = &world.doctor.bundle.payload().wrapping;
    let (enc, sealed) = wrap(name, public.as_slice(), &info, &ad, &plaintext);
    let key = GrantedKey {
        compartment,
        epoch,
        key_id: key.id(),
        enc: Bytes(enc),
        sealed: Bytes(sealed),
    };
    (key, info, ad, plaintext)
}

pub(super) fn make(world: &World) -> Vec<Value> {
    let granted = ["compartment", "another compartment"].map(|name| {
        let (key, info, ad, plaintext) = granted(world, name);
        let public = &world.doctor.bundle.payload().wrapping;
        json!({
            "name": format!("the key of {name} to a doctor"),
            "seed": bytes(&world.doctor.seed),
            "public_key": bytes(public.as_slice()),
            "info": render(&info),
            "ad": render(&ad),
            "enc": bytes(key.enc.as_slice()),
            "sealed": bytes(key.sealed.as_slice()),
            "plaintext": bytes(&plaintext),
        })
    });
    let written = [("its owner", &world.patient), ("a doctor", &world.doctor)].map(|(who, to)| {
        let wrapped = author::wrapped(world, to);
        let public = &to.bundle.payload().wrapping;
        json!({
            "name": format!("the key of an entry by a doctor to {who}"),
            "seed": bytes(&to.seed),
            "public_key": bytes(public.as_slice()),
            "info": render(&wrapped.info),
            "ad": render(&wrapped.ad),
            "enc": bytes(wrapped.key.enc.as_slice()),
            "sealed": bytes(wrapped.key.sealed.as_slice()),
            "plaintext": bytes(&wrapped.plaintext),
        })
    });
    granted.into_iter().chain(written).collect()
}

/// Info and associated data of a wrap, as the file says them.
fn context(info: &Value, ad: &Value) -> (Vec<u8>, Vec<u8>) {
    if info[0] == label::HPKE_ENTRY {
        let info = entry_info(
            id(&info[1]),
            id(&info[2]),
            id(&info[3]),
            id::<AccountId>(&info[4]),
            hash(&info[5]),
        );
        return (info, entry_context(hash(&ad[0])));
    }
    assert_eq!(info[0], label::HPKE_GRANT);
    let info = grant_info(
        id(&info[1]),
        id(&info[2]),
        id::<AccountId>(&info[3]),
        hash(&info[4]),
    );
    let epoch = u32::try_from(ad[1].as_u64().unwrap()).unwrap();
    (info, grant_context(id(&ad[0]), epoch, hash(&ad[2])))
}

#[test]
fn frozen_vectors_of_hpke() {
    let vectors = load("hpke");
    let mut refused = 0;
    for vector in &vectors {
        let key = WrappingKey::from_seed(Zeroizing::new(fixed(&vector["seed"]))).unwrap();
        assert_eq!(key.public(), unbytes(&vector["public_key"]));
        let (info, ad) = context(&vector["info"], &vector["ad"]);
        let (enc, sealed) = (unbytes(&vector["enc"]), unbytes(&vector["sealed"]));
        for bad in [
            key.open(&flipped(&enc, 50), &info, &ad, &sealed),
            key.open(&flipped(&enc, enc.len() * 8 - 1), &info, &ad, &sealed),
            key.open(&enc, &flipped(&info, 200), &ad, &sealed),
            key.open(&enc, &info, &flipped(&ad, 100), &sealed),
            key.open(&enc, &info, &ad, &flipped(&sealed, 3)),
        ] {
            assert!(bad.is_none());
            refused += 1;
        }
        let plain = key.open(&enc, &info, &ad, &sealed).unwrap();
        assert_eq!(*plain, unbytes(&vector["plaintext"]));
    }
    done("HPKE wraps", vectors.len(), refused, (4, 4 * 5));
}
