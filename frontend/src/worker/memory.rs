//! What this browser keeps between sessions: one IndexedDB store of sealed bytes under the ids of
//! accounts and charts. No key and nothing in clear ever comes here.
//!
//! Whatever fails is taken for a device that keeps nothing; the vault then says that it sees a chart
//! for the first time.

use js_sys::{Function, Promise, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbRequest, IdbTransactionMode, WorkerGlobalScope};

const DATABASE: &str = "keepwell";
const STORE: &str = "memory";

/// What is kept under a name.
pub(crate) async fn recall(scope: &WorkerGlobalScope, name: &str) -> Option<Vec<u8>> {
    let database = open(scope).await?;
    let kept = read(&database, name).await;
    database.close();
    Some(kept?.dyn_into::<Uint8Array>().ok()?.to_vec())
}

/// Keeps bytes under a name, in place of what was there.
pub(crate) async fn remember(scope: &WorkerGlobalScope, name: &str, sealed: &[u8]) -> Option<()> {
    let database = open(scope).await?;
    let kept = write(&database, name, &Uint8Array::from(sealed)).await;
    database.close();
    kept
}

async fn read(database: &IdbDatabase, name: &str) -> Option<JsValue> {
    let transaction = database.transaction_with_str(STORE).ok()?;
    let store = transaction.object_store(STORE).ok()?;
    result(&store.get(&name.into()).ok()?).await
}

async fn write(database: &IdbDatabase, name: &str, sealed: &Uint8Array) -> Option<()> {
    let mode = IdbTransactionMode::Readwrite;
    let transaction = database.transaction_with_str_and_mode(STORE, mode).ok()?;
    let store = transaction.object_store(STORE).ok()?;
    store.put_with_key(sealed, &name.into()).ok()?;
    // A request that succeeded may still be undone with its transaction, so that one is waited for.
    settled(|done, failed| {
        transaction.set_oncomplete(Some(done));
        transaction.set_onabort(Some(failed));
    })
    .await
}

/// A connection for one use: one that is kept could be cut by the person's clearing of site data.
async fn open(scope: &WorkerGlobalScope) -> Option<IdbDatabase> {
    let factory = scope.indexed_db().ok()??;
    let request = factory.open_with_u32(DATABASE, 1).ok()?;
    let opening = request.clone();
    let make_store = Closure::once(move || {
        // Without its store the database keeps nothing, and every use of it says so.
        let _made = database_of(&opening).map(|database| database.create_object_store(STORE));
    });
    request.set_onupgradeneeded(Some(make_store.as_ref().unchecked_ref()));
    result(&request).await?;
    request.set_onupgradeneeded(None);
    database_of(&request)
}

fn database_of(request: &IdbRequest) -> Option<IdbDatabase> {
    request.result().ok()?.dyn_into().ok()
}

async fn result(request: &IdbRequest) -> Option<JsValue> {
    settled(|done, failed| {
        request.set_onsuccess(Some(done));
        request.set_onerror(Some(failed));
    })
    .await?;
    request.result().ok()
}

/// Waits until one of two handlers was called; none when it was the second.
async fn settled(listen: impl Fn(&Function, &Function)) -> Option<()> {
    let promise = Promise::new(&mut |done, failed| listen(&done, &failed));
    JsFuture::from(promise).await.ok().map(drop)
}
