//! What this browser keeps between sessions: one IndexedDB store of sealed bytes under the ids of
//! accounts and charts, and the secret by which the server knows this browser again, which opens
//! nothing. No key and nothing that anybody wrote ever comes here in clear.
//!
//! Whatever fails is taken for a device that keeps nothing; the vault then says that it sees a chart
//! for the first time.

use futures::future::{Either, select};
use js_sys::{Function, Promise, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::JsFuture;
use web_sys::{IdbDatabase, IdbObjectStore, IdbRequest, IdbTransactionMode, WorkerGlobalScope};

const DATABASE: &str = "keepwell";
const STORE: &str = "memory";

/// A lock of this browser profile (Web Locks API), free again when this goes. It goes with its tab too.
pub(crate) struct Held(Option<Function>);

impl Drop for Held {
    fn drop(&mut self) {
        if let Some(free) = &self.0 {
            // A promise is fulfilled without an error, whatever hears of it.
            let _ = free.call0(&JsValue::NULL);
        }
    }
}

/// Waits for the lock of a name. A browser that has none, or refuses it, keeps as if there were one tab.
pub(crate) async fn hold(scope: &WorkerGlobalScope, name: &str) -> Held {
    let mut free = None;
    let until = Promise::new(&mut |done, _| free = Some(done));
    let held = Held(free);
    let navigator = scope.navigator();
    let get = |of: &JsValue, what: &str| Reflect::get(of, &JsValue::from_str(what)).ok();
    let locks = get(&navigator, "locks").filter(JsValue::is_object);
    let request = locks.as_ref().and_then(|locks| get(locks, "request"));
    let Some(request) = request.and_then(|request| request.dyn_into::<Function>().ok()) else {
        return held;
    };
    let locks = locks.unwrap_or_default();
    let mut over = None;
    let granted = Promise::new(&mut |granted, _| {
        let until = until.clone();
        // Called once, when the lock is had; it is kept until what this gives is fulfilled.
        let work = Closure::once_into_js(move || {
            let _ = granted.call0(&JsValue::NULL);
            until
        });
        let asked = request.call2(&locks, &JsValue::from_str(name), &work);
        over = asked
            .ok()
            .and_then(|asked| asked.dyn_into::<Promise>().ok());
    });
    let Some(over) = over else { return held };
    // What is over before it was granted was refused.
    match select(JsFuture::from(granted), JsFuture::from(over)).await {
        Either::Left(_) | Either::Right(_) => held,
    }
}

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
    let sealed = Uint8Array::from(sealed);
    let kept = change(&database, |store| store.put_with_key(&sealed, &name.into())).await;
    database.close();
    kept
}

/// Forgets what is kept under a name.
pub(crate) async fn forget(scope: &WorkerGlobalScope, name: &str) -> Option<()> {
    let database = open(scope).await?;
    let gone = change(&database, |store| store.delete(&name.into())).await;
    database.close();
    gone
}

async fn read(database: &IdbDatabase, name: &str) -> Option<JsValue> {
    let transaction = database.transaction_with_str(STORE).ok()?;
    let store = transaction.object_store(STORE).ok()?;
    result(&store.get(&name.into()).ok()?).await
}

async fn change(
    database: &IdbDatabase,
    how: impl FnOnce(&IdbObjectStore) -> Result<IdbRequest, JsValue>,
) -> Option<()> {
    let mode = IdbTransactionMode::Readwrite;
    let transaction = database.transaction_with_str_and_mode(STORE, mode).ok()?;
    let store = transaction.object_store(STORE).ok()?;
    how(&store).ok()?;
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
