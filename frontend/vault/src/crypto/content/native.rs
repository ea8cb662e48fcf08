//! Sealing with the `aes-gcm` crate: small content everywhere, large content outside browsers.

use aes_gcm::{
    Aes256Gcm,
    aead::{Aead, KeyInit},
};
use keepwell_shared::{
    bytes::{Bytes, Hash},
    content::{TAG, root},
};
use zeroize::Zeroizing;

use super::{MessageKeys, PartPlan};
use crate::{
    error::{Distrust, Error},
    platform::Engine,
};

/// The engine that works wherever Rust does.
#[derive(Debug, Clone, Copy, Default)]
pub struct NativeEngine;

impl Engine for NativeEngine {
    type Bytes = Vec<u8>;
    type Key = Aes256Gcm;

    async fn prepare(&self, key: &[u8; 32]) -> Result<Aes256Gcm, Error> {
        Ok(Aes256Gcm::new(&(*key).into()))
    }

    fn room(&self, _: &Aes256Gcm, length: u64) -> Vec<u8> {
        vec![0; length as usize]
    }

    fn copy(&self, part: &Vec<u8>, start: u64, length: u64) -> Vec<u8> {
        let bytes = part.iter().skip(start as usize).take(length as usize);
        bytes.copied().collect()
    }

    async fn seal_part(
        &self,
        key: &Aes256Gcm,
        plan: &PartPlan,
        plain: Vec<u8>,
    ) -> Result<(Vec<u8>, Hash), Error> {
        let sealed = seal_part(key, plan, &plain)?;
        let hash = Hash::of(&sealed);
        Ok((sealed, hash))
    }

    async fn open_part(
        &self,
        key: &Aes256Gcm,
        plan: &PartPlan,
        sealed: Vec<u8>,
    ) -> Result<(Vec<u8>, Hash), Error> {
        Ok((open_part(key, plan, &sealed)?, Hash::of(&sealed)))
    }
}

/// Seals content that fits in memory; gives the sealed bytes and their root.
pub(crate) fn seal_small(keys: &MessageKeys, plain: &[u8]) -> Result<(Vec<u8>, Hash), Error> {
    let plan = keys.plan(plain.len() as u64).ok_or(Error::Program)?;
    let cipher = Aes256Gcm::new(&(*keys.key).into());
    let mut sealed = Vec::new();
    let mut leaves = Vec::new();
    for part in plan.parts() {
        let bytes = plain
            .get(part.offset as usize..(part.offset + part.plain) as usize)
            .ok_or(Error::Program)?;
        let part = seal_part(&cipher, &part, bytes)?;
        leaves.push(Hash::of(&part));
        sealed.extend_from_slice(&part);
    }
    Ok((sealed, root(plan.sealed, &leaves)))
}

/// Opens content that fits in memory. The root is checked first, then every chunk.
pub(crate) fn open_small(
    keys: &MessageKeys,
    sealed: &Bytes,
    signed_root: Hash,
) -> Result<Zeroizing<Vec<u8>>, Error> {
    let sealed = sealed.as_slice();
    let plan = plain_length(sealed.len() as u64)
        .and_then(|plain| keys.plan(plain))
        .ok_or(Distrust::Content)?;
    let mut leaves = Vec::new();
    let mut rest = sealed;
    let mut parts = Vec::new();
    for part in plan.parts() {
        let (bytes, after) = rest
            .split_at_checked(part.sealed_length() as usize)
            .ok_or(Distrust::Content)?;
        leaves.push(Hash::of(bytes));
        parts.push((part, bytes));
        rest = after;
    }
    if !rest.is_empty() || root(plan.sealed, &leaves) != signed_root {
        return Err(Distrust::Content.into());
    }
    let cipher = Aes256Gcm::new(&(*keys.key).into());
    let mut plain = Zeroizing::new(Vec::with_capacity(plan.plain as usize));
    for (part, bytes) in parts {
        plain.extend_from_slice(&Zeroizing::new(open_part(&cipher, &part, bytes)?));
    }
    Ok(plain)
}

/// The plain length that gives this sealed length; `None` where none does.
pub(crate) fn plain_length(sealed: u64) -> Option<u64> {
    let full = keepwell_shared::content::CHUNK + TAG;
    let last = sealed % full;
    let chunks = sealed / full + 1;
    // The last chunk is at least a tag and never full: other lengths are truncated or foreign.
    (last >= TAG).then(|| sealed - chunks * TAG)
}

fn seal_part(cipher: &Aes256Gcm, plan: &PartPlan, plain: &[u8]) -> Result<Vec<u8>, Error> {
    if plain.len() as u64 != plan.plain {
        return Err(Error::Program);
    }
    let mut sealed = Vec::with_capacity(plan.sealed_length() as usize);
    for chunk in plan.chunks() {
        let bytes = plain
            .get(chunk.plain_start as usize..(chunk.plain_start + chunk.plain_length) as usize)
            .ok_or(Error::Program)?;
        let bytes = cipher
            .encrypt(&chunk.nonce.into(), bytes)
            .map_err(|_| Error::Program)?;
        sealed.extend_from_slice(&bytes);
    }
    Ok(sealed)
}

fn open_part(cipher: &Aes256Gcm, plan: &PartPlan, sealed: &[u8]) -> Result<Vec<u8>, Error> {
    if sealed.len() as u64 != plan.sealed_length() {
        return Err(Distrust::Content.into());
    }
    let mut plain = Vec::with_capacity(plan.plain as usize);
    for chunk in plan.chunks() {
        let bytes = sealed
            .get(chunk.sealed_start as usize..(chunk.sealed_start + chunk.sealed_length) as usize)
            .ok_or(Distrust::Content)?;
        let bytes = cipher
            .decrypt(&chunk.nonce.into(), bytes)
            .map_err(|_| Distrust::Content)?;
        plain.extend_from_slice(&bytes);
    }
    Ok(plain)
}
