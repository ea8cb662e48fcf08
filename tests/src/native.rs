//! The native platform of a vault: a socket, the clock, `aes-gcm`.

use std::{
    net::SocketAddr,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::TokioExecutor,
};
use keepwell_shared::bytes::Hash;
use keepwell_vault::{
    Error, NativeEngine, PartPlan,
    platform::{Answer, Engine, Platform, Request, Unreachable},
};

/// Where the vault of a test runs.
#[derive(Clone)]
pub struct Native {
    address: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Native {
    /// Talks to the server at `address`.
    pub fn new(address: SocketAddr) -> Self {
        Self {
            address,
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    async fn send(&self, request: Request, body: Vec<u8>) -> Result<Answer, Unreachable> {
        let kind = if request.target.contains("/parts/") {
            "application/octet-stream"
        } else {
            "application/json"
        };
        let mut built = hyper::Request::builder()
            .method(request.method)
            .uri(format!("http://{}{}", self.address, request.target));
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
    async fn call(&self, request: Request, body: Vec<u8>) -> Result<Answer, Unreachable> {
        self.send(request, body).await
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

    async fn sleep(&self, milliseconds: u32) {
        // Tests wait for things to happen, not for people to find their network again.
        tokio::time::sleep(Duration::from_millis(u64::from(milliseconds) / 10)).await;
    }
}
