//! WebCrypto as the engine for large content. The bytes of a file stay in the browser's own
//! memory: they never pass through WebAssembly's.
//!
//! WebCrypto copies what it is given before it returns its promise (Web Cryptography API, sections
//! 14.3.1 and 18.4.4), so nonce and memory may be used again at once. Fresh memory for every part
//! would cost a fifth of the speed.

use std::cell::RefCell;

use js_sys::{Array, ArrayBuffer, Object, Promise, Uint8Array};
use keepwell_shared::{bytes::Hash, content::PART_SEALED};
use keepwell_vault::{Distrust, Error, PartPlan, platform::Engine};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AesGcmParams, CryptoKey, SubtleCrypto, WorkerGlobalScope};

const ALGORITHM: &str = "AES-GCM";

/// Seals and opens with WebCrypto.
pub(crate) struct WebCrypto(SubtleCrypto);

/// The key of one message, and memory that its parts use in turns: it goes with the message.
pub(crate) struct Prepared {
    key: CryptoKey,
    spare: RefCell<Vec<ArrayBuffer>>,
}

impl WebCrypto {
    /// `None` where the page is not a secure context and WebCrypto does not exist.
    pub(crate) fn new(scope: &WorkerGlobalScope) -> Option<Self> {
        Some(Self(scope.crypto().ok()?.subtle()))
    }

    async fn hash(&self, bytes: &Uint8Array) -> Result<Hash, Error> {
        let digest = self
            .0
            .digest_with_str_and_buffer_source("SHA-256", bytes)
            .map_err(program)?;
        let digest = JsFuture::from(digest).await.map_err(program)?;
        let mut hash = [0; 32];
        let digest = Uint8Array::new(&digest);
        if digest.length() != 32 {
            return Err(Error::Program);
        }
        digest.copy_to(&mut hash);
        Ok(Hash(hash))
    }
}

impl Engine for WebCrypto {
    type Bytes = Uint8Array;
    type Key = Prepared;

    async fn prepare(&self, key: &[u8; 32]) -> Result<Prepared, Error> {
        let usages = Array::of2(&"encrypt".into(), &"decrypt".into());
        let raw = Uint8Array::from(key.as_slice());
        let imported = self
            .0
            .import_key_with_str(
                "raw",
                raw.unchecked_ref::<Object>(),
                ALGORITHM,
                false,
                &usages,
            )
            .map_err(program)?;
        let key = JsFuture::from(imported).await.map_err(program)?;
        raw.fill(0, 0, raw.length());
        Ok(Prepared {
            key: key.dyn_into().map_err(program)?,
            spare: RefCell::new(Vec::new()),
        })
    }

    fn room(&self, key: &Prepared, length: u64) -> Uint8Array {
        let spare = key.spare.borrow_mut().pop();
        let memory = spare.unwrap_or_else(|| ArrayBuffer::new(PART_SEALED as u32));
        Uint8Array::new_with_byte_offset_and_length(&memory, 0, length as u32)
    }

    fn give_back(&self, key: &Prepared, part: Uint8Array) {
        let memory = part.buffer();
        // What came from elsewhere has another size.
        if u64::from(memory.byte_length()) == PART_SEALED {
            key.spare.borrow_mut().push(memory);
        }
    }

    fn copy(&self, part: &Uint8Array, start: u64, length: u64) -> Vec<u8> {
        cut(part, start, length).to_vec()
    }

    async fn seal_part(
        &self,
        key: &Prepared,
        plan: &PartPlan,
        plain: Uint8Array,
    ) -> Result<(Uint8Array, Hash), Error> {
        if u64::from(plain.length()) != plan.plain_length() {
            return Err(Error::Program);
        }
        let jobs = Array::new();
        let nonce = Nonce::new();
        for chunk in plan.chunks() {
            let bytes = cut(&plain, chunk.plain_start, chunk.plain_length);
            let parameters = nonce.set(&chunk.nonce);
            let job = self
                .0
                .encrypt_with_object_and_buffer_source(parameters, &key.key, &bytes)
                .map_err(program)?;
            jobs.push(&job);
        }
        self.give_back(key, plain);
        let chunks = JsFuture::from(Promise::all(&jobs)).await.map_err(program)?;
        let sealed = self.room(key, plan.sealed_length());
        let places = plan
            .chunks()
            .map(|chunk| (chunk.sealed_start, chunk.sealed_length));
        collect(&sealed, chunks, places).ok_or(Error::Program)?;
        let hash = self.hash(&sealed).await?;
        Ok((sealed, hash))
    }

    async fn open_part(
        &self,
        key: &Prepared,
        plan: &PartPlan,
        sealed: Uint8Array,
    ) -> Result<(Uint8Array, Hash), Error> {
        if u64::from(sealed.length()) != plan.sealed_length() {
            return Err(Distrust::Content.into());
        }
        let hash = self.hash(&sealed).await?;
        let jobs = Array::new();
        let nonce = Nonce::new();
        for chunk in plan.chunks() {
            let bytes = cut(&sealed, chunk.sealed_start, chunk.sealed_length);
            let parameters = nonce.set(&chunk.nonce);
            let job = self
                .0
                .decrypt_with_object_and_buffer_source(parameters, &key.key, &bytes)
                .map_err(program)?;
            jobs.push(&job);
        }
        let chunks = JsFuture::from(Promise::all(&jobs))
            .await
            .map_err(|_| Distrust::Content)?;
        let plain = self.room(key, plan.plain_length());
        let places = plan
            .chunks()
            .map(|chunk| (chunk.plain_start, chunk.plain_length));
        collect(&plain, chunks, places).ok_or(Distrust::Content)?;
        Ok((plain, hash))
    }
}

/// The parameters of AES-GCM, made once for a part.
struct Nonce {
    bytes: Uint8Array,
    parameters: AesGcmParams,
}

impl Nonce {
    fn new() -> Self {
        let bytes = Uint8Array::new_with_length(12);
        let parameters = AesGcmParams::new_with_u8_array(ALGORITHM, &bytes);
        Self { bytes, parameters }
    }

    fn set(&self, nonce: &[u8; 12]) -> &AesGcmParams {
        self.bytes.copy_from(nonce);
        &self.parameters
    }
}

fn cut(bytes: &Uint8Array, start: u64, length: u64) -> Uint8Array {
    bytes.subarray(start as u32, (start + length) as u32)
}

/// Puts finished chunks into their places; `None` when one is missing or not as long as its place.
/// The places of a part leave no gap, so that nothing of an earlier part stays.
fn collect(
    into: &Uint8Array,
    chunks: JsValue,
    mut places: impl Iterator<Item = (u64, u64)>,
) -> Option<()> {
    let chunks: Array = chunks.dyn_into().ok()?;
    for chunk in chunks.iter() {
        let (start, length) = places.next()?;
        let chunk: ArrayBuffer = chunk.dyn_into().ok()?;
        if u64::from(chunk.byte_length()) != length {
            return None;
        }
        into.set(&Uint8Array::new(&chunk), start as u32);
    }
    places.next().is_none().then_some(())
}

fn program(_: JsValue) -> Error {
    Error::Program
}
