//! A platform whose line is in a liar's hands.

use keepwell_shared::bytes::Hash;
use keepwell_vault::{
    Error, PartPlan,
    platform::{Answer, Engine, Platform, Request, Unreachable},
};

use super::{Line, Sent};

/// Any platform, with a [`Line`] between it and the server.
#[derive(Clone)]
pub struct Tamper<P> {
    inner: P,
    line: Line,
}

impl<P> Tamper<P> {
    /// Puts the line between the platform and its server.
    pub fn new(inner: P, line: &Line) -> Self {
        Self {
            inner,
            line: line.clone(),
        }
    }
}

fn sent(request: &Request, body: &[u8]) -> Sent {
    Sent {
        method: request.method,
        target: request.target.clone(),
        headers: request.headers.clone(),
        body: body.to_vec(),
    }
}

impl<P: Platform<Bytes = Vec<u8>>> Engine for Tamper<P> {
    type Bytes = Vec<u8>;
    type Key = P::Key;

    async fn prepare(&self, key: &[u8; 32]) -> Result<P::Key, Error> {
        self.inner.prepare(key).await
    }

    fn room(&self, key: &P::Key, length: u64) -> Vec<u8> {
        self.inner.room(key, length)
    }

    fn copy(&self, part: &Vec<u8>, start: u64, length: u64) -> Vec<u8> {
        self.inner.copy(part, start, length)
    }

    async fn seal_part(
        &self,
        key: &P::Key,
        plan: &PartPlan,
        plain: Vec<u8>,
    ) -> Result<(Vec<u8>, Hash), Error> {
        self.inner.seal_part(key, plan, plain).await
    }

    async fn open_part(
        &self,
        key: &P::Key,
        plan: &PartPlan,
        sealed: Vec<u8>,
    ) -> Result<(Vec<u8>, Hash), Error> {
        self.inner.open_part(key, plan, sealed).await
    }
}

impl<P: Platform<Bytes = Vec<u8>>> Platform for Tamper<P> {
    type Held = P::Held;

    async fn hold(&self, name: &str) -> P::Held {
        self.inner.hold(name).await
    }

    async fn call(&self, request: Request, body: Vec<u8>) -> Result<Answer, Unreachable> {
        let sent = sent(&request, &body);
        match self.line.before(&sent) {
            Some(said) => said,
            None => {
                let answer = self.inner.call(request, body).await;
                self.line.after(sent, answer)
            }
        }
    }

    async fn put_part(&self, request: Request, part: &Vec<u8>) -> Result<Answer, Unreachable> {
        let sent = sent(&request, part);
        match self.line.before(&sent) {
            Some(said) => said,
            None => {
                let answer = self.inner.put_part(request, part).await;
                self.line.after(sent, answer)
            }
        }
    }

    async fn get_part(&self, request: Request) -> Result<Result<Vec<u8>, Answer>, Unreachable> {
        let sent = sent(&request, &[]);
        let answer = match self.line.before(&sent) {
            Some(said) => said?,
            None => {
                let answer = self.inner.get_part(request).await?;
                // The bytes of a file are an answer like any other to who tampers with it.
                let answer = answer.map_or_else(
                    |refused| refused,
                    |body| Answer {
                        status: 200,
                        proof: None,
                        body,
                    },
                );
                self.line.after(sent, Ok(answer))?
            }
        };
        Ok(if answer.status == 200 {
            Ok(answer.body)
        } else {
            Err(answer)
        })
    }

    fn now(&self) -> u64 {
        self.inner.now()
    }

    fn nfc(&self, text: &str) -> String {
        self.inner.nfc(text)
    }

    async fn recall(&self, name: &str) -> Option<Vec<u8>> {
        self.inner.recall(name).await
    }

    async fn forget(&self, name: &str) {
        self.inner.forget(name).await;
    }

    async fn remember(&self, name: &str, sealed: &[u8]) -> bool {
        self.inner.remember(name, sealed).await
    }

    async fn sleep(&self, milliseconds: u32) {
        self.inner.sleep(milliseconds).await;
    }
}
