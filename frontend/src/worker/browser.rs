//! The browser as the platform of a vault: `fetch`, the clock, WebCrypto.

use js_sys::{ArrayBuffer, Date, JsString, Uint8Array};
use keepwell_shared::{bytes::Hash, request::header};
use keepwell_vault::{
    Error, PartPlan,
    platform::{Answer, Engine, Platform, Request, Unreachable},
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{
    Headers, RequestCache, RequestCredentials, RequestInit, RequestRedirect, Response,
    WorkerGlobalScope,
};

use super::{
    engine::{Prepared, WebCrypto},
    memory,
};

/// Where the worker's vault runs.
pub(crate) struct Browser {
    scope: WorkerGlobalScope,
    engine: WebCrypto,
    solving: Solving,
}

/// Hears how many pieces of a puzzle are solved, of how many; says whether to go on.
pub(crate) type Solving = Box<dyn Fn(u8, u8) -> bool>;

impl Browser {
    /// `None` where the page is not a secure context.
    pub(crate) fn new(solving: Solving) -> Option<Self> {
        let scope: WorkerGlobalScope = js_sys::global().unchecked_into();
        let engine = WebCrypto::new(&scope)?;
        Some(Self {
            scope,
            engine,
            solving,
        })
    }

    async fn fetch(
        &self,
        request: &Request,
        body: Option<&Uint8Array>,
    ) -> Result<Response, JsValue> {
        let headers = Headers::new()?;
        for (name, value) in &request.headers {
            headers.set(name, value)?;
        }
        let options = RequestInit::new();
        options.set_method(request.method);
        // Nothing of ours travels by itself: no cookies, no cache, no redirect to elsewhere.
        options.set_credentials(RequestCredentials::Omit);
        options.set_cache(RequestCache::NoStore);
        options.set_redirect(RequestRedirect::Error);
        if let Some(body) = body {
            let kind = if request.target.contains("/parts/") {
                "application/octet-stream"
            } else {
                "application/json"
            };
            headers.set("content-type", kind)?;
            options.set_body(body);
        }
        options.set_headers(&headers);
        JsFuture::from(
            self.scope
                .fetch_with_str_and_init(&request.target, &options),
        )
        .await?
        .dyn_into()
    }

    async fn answer(
        &self,
        request: &Request,
        body: Option<&Uint8Array>,
    ) -> Result<Answer, Unreachable> {
        let response = self.fetch(request, body).await.map_err(|_| Unreachable)?;
        read(&response).await.map_err(|_| Unreachable)
    }
}

impl Engine for Browser {
    type Bytes = Uint8Array;
    type Key = Prepared;

    async fn prepare(&self, key: &[u8; 32]) -> Result<Prepared, Error> {
        self.engine.prepare(key).await
    }

    fn room(&self, key: &Prepared, length: u64) -> Uint8Array {
        self.engine.room(key, length)
    }

    fn give_back(&self, key: &Prepared, part: Uint8Array) {
        self.engine.give_back(key, part);
    }

    fn copy(&self, part: &Uint8Array, start: u64, length: u64) -> Vec<u8> {
        self.engine.copy(part, start, length)
    }

    async fn seal_part(
        &self,
        key: &Prepared,
        plan: &PartPlan,
        plain: Uint8Array,
    ) -> Result<(Uint8Array, Hash), Error> {
        self.engine.seal_part(key, plan, plain).await
    }

    async fn open_part(
        &self,
        key: &Prepared,
        plan: &PartPlan,
        sealed: Uint8Array,
    ) -> Result<(Uint8Array, Hash), Error> {
        self.engine.open_part(key, plan, sealed).await
    }
}

impl Platform for Browser {
    type Held = memory::Held;

    async fn call(&self, request: Request, body: Vec<u8>) -> Result<Answer, Unreachable> {
        let body = (!body.is_empty()).then(|| Uint8Array::from(body.as_slice()));
        self.answer(&request, body.as_ref()).await
    }

    async fn put_part(&self, request: Request, part: &Uint8Array) -> Result<Answer, Unreachable> {
        self.answer(&request, Some(part)).await
    }

    async fn get_part(&self, request: Request) -> Result<Result<Uint8Array, Answer>, Unreachable> {
        let response = self.fetch(&request, None).await.map_err(|_| Unreachable)?;
        if !response.ok() {
            return read(&response).await.map(Err).map_err(|_| Unreachable);
        }
        let bytes = bytes(&response).await.map_err(|_| Unreachable)?;
        Ok(Ok(bytes))
    }

    fn now(&self) -> u64 {
        (Date::now() / 1000.0) as u64
    }

    async fn sleep(&self, milliseconds: u32) {
        gloo_timers::future::TimeoutFuture::new(milliseconds).await;
    }

    fn solving(&self, done: u8, of: u8) -> bool {
        (self.solving)(done, of)
    }

    fn nfc(&self, text: &str) -> String {
        JsString::from(text).normalize("NFC").into()
    }

    async fn hold(&self, name: &str) -> memory::Held {
        memory::hold(&self.scope, name).await
    }

    async fn recall(&self, name: &str) -> Option<Vec<u8>> {
        memory::recall(&self.scope, name).await
    }

    async fn forget(&self, name: &str) {
        // What can not be forgotten opens nothing: it is good for some tries.
        let _ = memory::forget(&self.scope, name).await;
    }

    async fn remember(&self, name: &str, sealed: &[u8]) -> bool {
        memory::remember(&self.scope, name, sealed).await.is_some()
    }
}

async fn read(response: &Response) -> Result<Answer, JsValue> {
    let proof = response.headers().get(header::PROOF)?;
    let body = bytes(response).await?.to_vec();
    Ok(Answer {
        status: response.status(),
        proof,
        body,
    })
}

async fn bytes(response: &Response) -> Result<Uint8Array, JsValue> {
    let buffer: ArrayBuffer = JsFuture::from(response.array_buffer()?).await?.dyn_into()?;
    Ok(Uint8Array::new(&buffer))
}
