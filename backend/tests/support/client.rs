//! HTTP without manners: any method, path, header and body.

use std::net::SocketAddr;

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::{
    client::legacy::{Client as Pool, connect::HttpConnector},
    rt::TokioExecutor,
};
use keepwell_backend::Clock;
use keepwell_shared::{
    bytes::to_base64url,
    error::{Code, ErrorBody},
    puzzle::Search,
    request::header,
};
use serde::de::DeserializeOwned;

/// Sends requests to one server.
#[derive(Clone)]
pub struct Client {
    pool: Pool<HttpConnector, Full<Bytes>>,
    pub addr: SocketAddr,
    /// What the time is for whoever asks.
    pub clock: Clock,
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
}

impl Client {
    /// Talks to a server whose clock the test sets, or to a program with the system's clock.
    pub fn with_clock(addr: SocketAddr, clock: Clock) -> Self {
        Self {
            pool: Pool::builder(TokioExecutor::new()).build_http(),
            addr,
            clock,
        }
    }

    /// One request.
    pub async fn send(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, String)],
        body: Vec<u8>,
    ) -> Answer {
        let mut request = Request::builder()
            .method(method)
            .uri(format!("http://{}{target}", self.addr));
        for (name, value) in headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::new(Bytes::from(body))).unwrap();
        let response = self.pool.request(request).await.unwrap();
        let (parts, body) = response.into_parts();
        Answer {
            status: parts.status,
            headers: parts.headers,
            body: body.collect().await.unwrap().to_bytes().to_vec(),
        }
    }

    /// A JSON body.
    pub async fn json(&self, method: &str, target: &str, body: impl Into<Vec<u8>>) -> Answer {
        let kind = ("content-type", "application/json".to_owned());
        self.send(method, target, &[kind], body.into()).await
    }

    /// The same; a puzzle that stands before the answer is solved.
    pub async fn json_solved(&self, method: &str, target: &str, body: Vec<u8>) -> Answer {
        let answer = self.json(method, target, body.clone()).await;
        let Ok(ErrorBody {
            puzzle: Some(puzzle),
            ..
        }) = serde_json::from_slice(&answer.body)
        else {
            return answer;
        };
        let challenge = puzzle.challenge.as_slice();
        let mut search = Search::new(challenge, puzzle.bits).unwrap();
        while !search.run(u32::MAX) {}
        let solution = to_base64url(&[challenge, &search.into_solution()].concat());
        let kind = ("content-type", "application/json".to_owned());
        let headers = [kind, (header::PUZZLE, solution)];
        self.send(method, target, &headers, body).await
    }

    /// No body.
    pub async fn get(&self, target: &str) -> Answer {
        self.send("GET", target, &[], Vec::new()).await
    }
}

impl Answer {
    /// The code of a refusal; its body must hold nothing else.
    pub fn code(&self) -> Code {
        let body: ErrorBody = serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("{} {:?}", self.status, self.text()));
        assert_eq!(self.status.as_u16(), body.code.status());
        body.code
    }

    /// The body of a success.
    pub fn ok<T: DeserializeOwned>(&self) -> T {
        assert_eq!(self.status, StatusCode::OK, "{}", self.text());
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
