//! The native platform of a vault: a socket, the clock, `aes-gcm`.

use std::{
    collections::HashMap,
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use keepwell_shared::bytes::Hash;
use keepwell_vault::{
    Error, NativeEngine, PartPlan,
    platform::{Answer, Engine, Platform, Request, Unreachable},
};
use unicode_normalization::UnicodeNormalization;

/// What a device keeps between sessions.
#[derive(Clone, Default)]
pub struct Device(Arc<Mutex<HashMap<String, Vec<u8>>>>, Arc<Turns>);

/// Who may write on a device, as the tabs of a browser take turns.
#[derive(Default)]
struct Turns {
    writer: Arc<tokio::sync::Mutex<()>>,
    waiting: AtomicU32,
    /// Whether the next write waits, and whether it has come so far.
    stopped: AtomicBool,
    stopping: AtomicBool,
}

impl Device {
    /// The next write waits just before it is done, until [`Device::go_on`].
    pub fn stop_next_write(&self) {
        self.1.stopping.store(true, Ordering::SeqCst);
    }

    /// Whether a write waits.
    pub fn is_stopped(&self) -> bool {
        self.1.stopped.load(Ordering::SeqCst)
    }

    /// Lets it be done.
    pub fn go_on(&self) {
        self.1.stopped.store(false, Ordering::SeqCst);
    }

    /// Whether another vault waits for its turn.
    pub fn is_waited_for(&self) -> bool {
        self.1.waiting.load(Ordering::SeqCst) > 0
    }

    /// Everything that lies on the device, for the test that looks for secrets in it.
    pub fn everything(&self) -> Vec<Vec<u8>> {
        let kept = self.0.lock().expect("the device");
        kept.values().cloned().collect()
    }

    /// What it remembers of accounts and charts.
    pub fn memories(&self) -> Vec<Vec<u8>> {
        let kept = self.0.lock().expect("the device");
        let memories = kept.iter().filter(|(name, _)| !name.starts_with("return-"));
        memories.map(|(_, kept)| kept.clone()).collect()
    }

    /// What the servers know it by again, if anything.
    pub fn known_by(&self) -> Vec<Vec<u8>> {
        let kept = self.0.lock().expect("the device");
        let known = kept.iter().filter(|(name, _)| name.starts_with("device/"));
        known.map(|(_, kept)| kept.clone()).collect()
    }

    /// Another device that only comes back to the sessions of this one: it remembers nothing else, as a
    /// fresh browser does, and is asked for no second factor.
    pub fn returning(&self) -> Self {
        let fresh = Self::default();
        fresh.was_let_in(self);
        fresh
    }

    /// As if this one had been let in where the other one was: no test of what a browser remembers
    /// uses up second factors.
    pub fn was_let_in(&self, other: &Self) {
        let theirs = other.0.lock().expect("the device").clone();
        let returns = theirs.into_iter();
        let returns = returns.filter(|(name, _)| name.starts_with("return-"));
        self.0.lock().expect("the device").extend(returns);
    }

    /// The same contents on another device, as a thief or a clone of a machine has them.
    pub fn copy(&self) -> Self {
        let kept = self.0.lock().expect("the device").clone();
        Self(Arc::new(Mutex::new(kept)), Arc::default())
    }
}

/// Where the vault of a test runs.
#[derive(Clone)]
pub struct Native {
    address: SocketAddr,
    device: Device,
    /// Of so many answers to a change one is lost, after the server has done what it was asked; 0
    /// for none.
    loses: Arc<AtomicU32>,
    asked: Arc<AtomicU32>,
    /// Where a trusted proxy says that it is.
    place: Option<IpAddr>,
    /// Puzzles that were solved.
    puzzles: Arc<AtomicU32>,
    impatient: bool,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Native {
    /// Talks to the server at `address`, from a device that remembers nothing.
    pub fn new(address: SocketAddr) -> Self {
        Self::on(address, &Device::default())
    }

    /// Talks to the server at `address`, from this device.
    pub fn on(address: SocketAddr, device: &Device) -> Self {
        Self {
            address,
            device: device.clone(),
            loses: Arc::default(),
            asked: Arc::default(),
            place: None,
            puzzles: Arc::default(),
            impatient: false,
            // The server closes a connection on which nothing comes for a while; on a busy machine a
            // password takes longer. A browser then takes another one, and so does this.
            client: Client::builder(TokioExecutor::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(Duration::from_secs(2))
                .build_http(),
        }
    }

    /// The same from this place, as a trusted proxy says it.
    pub fn from_place(mut self, place: IpAddr) -> Self {
        self.place = Some(place);
        self
    }

    /// The same, but nobody waits until a puzzle is solved.
    pub fn impatient(mut self) -> Self {
        self.impatient = true;
        self
    }

    /// How many puzzles were solved.
    pub fn puzzles(&self) -> u32 {
        self.puzzles.load(Ordering::SeqCst)
    }

    /// From now on one of so many answers to a change does not arrive; 1 for none at all.
    pub fn lose_one_of(&self, many: u32) {
        self.loses.store(many, Ordering::SeqCst);
    }

    async fn send(&self, request: Request, body: Vec<u8>) -> Result<Answer, Unreachable> {
        let kind = if request.target.contains("/parts/") {
            "application/octet-stream"
        } else {
            "application/json"
        };
        let mut built = hyper::Request::builder()
            .method(request.method)
            .uri(format!("http://{}{}", self.address, request.target))
            // As a browser asks; nothing here would unpack a compressed answer.
            .header("accept-encoding", "gzip, deflate, br, zstd");
        if let Some(place) = self.place {
            built = built.header("x-forwarded-for", place.to_string());
        }
        if !body.is_empty() {
            built = built.header("content-type", kind);
        }
        for (name, value) in &request.headers {
            built = built.header(*name, value);
        }
        let built = built.body(Full::new(Bytes::from(body))).expect("a request");
        let response = self.client.request(built).await.map_err(|_| Unreachable)?;
        let status = response.status().as_u16();
        let proof = response
            .headers()
            .get("keepwell-proof")
            .and_then(|proof| proof.to_str().ok())
            .map(str::to_owned);
        let body = response
            .into_body()
            .collect()
            .await
            .map_err(|_| Unreachable)?
            .to_bytes()
            .to_vec();
        Ok(Answer {
            status,
            proof,
            body,
        })
    }
}

impl Engine for Native {
    type Bytes = Vec<u8>;
    type Key = <NativeEngine as Engine>::Key;

    async fn prepare(&self, key: &[u8; 32]) -> Result<Self::Key, Error> {
        NativeEngine.prepare(key).await
    }

    fn room(&self, key: &Self::Key, length: u64) -> Vec<u8> {
        NativeEngine.room(key, length)
    }

    fn copy(&self, part: &Vec<u8>, start: u64, length: u64) -> Vec<u8> {
        NativeEngine.copy(part, start, length)
    }

    async fn seal_part(
        &self,
        key: &Self::Key,
        plan: &PartPlan,
        plain: Vec<u8>,
    ) -> Result<(Vec<u8>, Hash), Error> {
        NativeEngine.seal_part(key, plan, plain).await
    }

    async fn open_part(
        &self,
        key: &Self::Key,
        plan: &PartPlan,
        sealed: Vec<u8>,
    ) -> Result<(Vec<u8>, Hash), Error> {
        NativeEngine.open_part(key, plan, sealed).await
    }
}

impl Platform for Native {
    type Held = tokio::sync::OwnedMutexGuard<()>;

    async fn hold(&self, _: &str) -> Self::Held {
        let turns = &self.device.1;
        turns.waiting.fetch_add(1, Ordering::SeqCst);
        let held = Arc::clone(&turns.writer).lock_owned().await;
        turns.waiting.fetch_sub(1, Ordering::SeqCst);
        held
    }

    async fn call(&self, request: Request, body: Vec<u8>) -> Result<Answer, Unreachable> {
        let changes = request.method != "GET";
        let answer = self.send(request, body).await;
        let asked = self.asked.fetch_add(1, Ordering::SeqCst);
        let many = self.loses.load(Ordering::SeqCst);
        if changes && asked.checked_rem(many) == Some(0) {
            return Err(Unreachable);
        }
        answer
    }

    async fn put_part(&self, request: Request, part: &Vec<u8>) -> Result<Answer, Unreachable> {
        self.send(request, part.clone()).await
    }

    async fn get_part(&self, request: Request) -> Result<Result<Vec<u8>, Answer>, Unreachable> {
        let answer = self.send(request, Vec::new()).await?;
        Ok(if answer.status == 200 {
            Ok(answer.body)
        } else {
            Err(answer)
        })
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the clock of the tests' platform"
    )]
    fn now(&self) -> u64 {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .map_or(0, |since| since.as_secs())
    }

    fn nfc(&self, text: &str) -> String {
        text.nfc().collect()
    }

    async fn recall(&self, name: &str) -> Option<Vec<u8>> {
        self.device.0.lock().ok()?.get(name).cloned()
    }

    async fn remember(&self, name: &str, sealed: &[u8]) -> bool {
        let turns = &self.device.1;
        if turns.stopping.swap(false, Ordering::SeqCst) {
            turns.stopped.store(true, Ordering::SeqCst);
            while turns.stopped.load(Ordering::SeqCst) {
                tokio::task::yield_now().await;
            }
        }
        self.device
            .0
            .lock()
            .map(|mut kept| kept.insert(name.to_owned(), sealed.to_vec()))
            .is_ok()
    }

    async fn forget(&self, name: &str) {
        if let Ok(mut kept) = self.device.0.lock() {
            kept.remove(name);
        }
    }

    fn solving(&self, done: u8, of: u8) -> bool {
        if done == of {
            self.puzzles.fetch_add(1, Ordering::SeqCst);
        }
        !self.impatient
    }

    async fn sleep(&self, milliseconds: u32) {
        // Tests wait for things to happen, not for people to find their network again.
        tokio::time::sleep(Duration::from_millis(u64::from(milliseconds) / 10 + 1)).await;
    }
}
