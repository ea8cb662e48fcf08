//! What anybody can send without an account, and what every answer carries.

use http::StatusCode;
use keepwell_shared::{bytes::Hash, error::Code, request::ProvedRequest, wire::*};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::support::{Reach, Server, client::Answer, person::Person};

/// Sends bytes as they are and returns what comes back until the other end closes.
pub async fn raw(server: &Server, request: &[u8]) -> String {
    let mut stream = TcpStream::connect(server.running.addr()).await.unwrap();
    stream.write_all(request).await.unwrap();
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer).await;
    String::from_utf8_lossy(&answer).into_owned()
}

fn assert_dressed(answer: &Answer) {
    let headers = &answer.headers;
    let policy = headers["content-security-policy"].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval'"));
    assert!(policy.contains("require-trusted-types-for 'script'"));
    assert!(!policy.contains("unsafe-inline") && !policy.contains('*'));
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("referrer-policy", "no-referrer"),
        ("cross-origin-resource-policy", "same-origin"),
        ("cross-origin-embedder-policy", "require-corp"),
    ] {
        assert_eq!(headers[name], value);
    }
    // What a page alone heeds does not stand beside the programs that it loads.
    let part_of_a_page = headers["cache-control"].as_bytes().ends_with(b"immutable");
    assert_eq!(headers.contains_key("permissions-policy"), !part_of_a_page);
    if !part_of_a_page {
        assert_eq!(headers["cross-origin-opener-policy"], "same-origin");
        let permissions = headers["permissions-policy"].to_str().unwrap();
        assert!(permissions.contains("camera=()"));
    }
    assert!(!headers.contains_key("server"));
    assert!(!headers.contains_key("set-cookie"));
}

#[tokio::test]
async fn bad_input_gets_a_code_and_nothing_else() {
    let server = Server::start().await;
    let client = server.client();
    for (name, method, pattern, access) in ALL {
        let path = pattern
            .replace("{chart}", "x")
            .replace("{compartment}", "x")
            .replace("{blob}", "x");
        // Another method at every path.
        for other in [
            "GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "NONSENSE",
        ] {
            let exists = ALL
                .iter()
                .any(|(_, m, p, _)| m.as_str() == other && p == pattern);
            if exists {
                continue;
            }
            let answer = client.json(other, &path, "{}").await;
            assert_eq!(answer.code(), Code::NotFound, "{other} {name}");
            assert_dressed(&answer);
        }
        if *access != Access::Open {
            continue;
        }
        for (body, kind, code) in [
            ("", "application/json", Code::BadRequest),
            ("{", "application/json", Code::BadRequest),
            ("[]", "application/json", Code::BadRequest),
            ("{}", "application/json", Code::BadRequest),
            ("{\"unknown\":1}", "application/json", Code::BadRequest),
            ("{}", "text/plain", Code::BadRequest),
            ("{}", "application/x-www-form-urlencoded", Code::BadRequest),
        ] {
            let kind = ("content-type", kind.to_owned());
            let answer = client
                .send(method.as_str(), &path, &[kind], body.into())
                .await;
            assert_eq!(answer.code(), code, "{name} {body}");
            assert_eq!(answer.headers["cache-control"], "no-store");
            assert!(!answer.headers.contains_key("content-encoding"));
            assert_dressed(&answer);
        }
    }
}

#[tokio::test]
async fn a_field_more_is_refused_where_the_rest_is_right() {
    let server = Server::start().await;
    let draft = Person::draft(
        &server,
        "patient-one",
        keepwell_shared::statement::Role::Patient,
    );
    let request = serde_json::to_value(draft.registration().await).unwrap();
    for at in ["", "/chart", "/chart/keys/0"] {
        let mut request = request.clone();
        request.pointer_mut(at).unwrap()["admin"] = true.into();
        let body = serde_json::to_vec(&request).unwrap();
        let answer = draft.client.json("POST", RegisterFinish::PATH, body).await;
        assert_eq!(answer.code(), Code::BadRequest, "{at}");
    }
    let twice =
        serde_json::to_string(&request)
            .unwrap()
            .replacen('{', "{\"username\":\"patient-one\",", 1);
    let answer = draft.client.json("POST", RegisterFinish::PATH, twice).await;
    assert_eq!(answer.code(), Code::BadRequest);
    let body = serde_json::to_vec(&request).unwrap();
    let answer = draft
        .client
        .json(
            "POST",
            &format!("{}?a=1", RegisterFinish::PATH),
            body.clone(),
        )
        .await;
    assert_eq!(answer.code(), Code::BadRequest);
    let answer = draft.client.json("POST", RegisterFinish::PATH, body).await;
    let _: RegisterFinishResponse = answer.ok();
}

#[tokio::test]
async fn bodies_have_limits_however_they_come() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    for (path, limit) in [
        (RegisterStart::PATH, RegisterStart::MAX_BODY),
        (RegisterFinish::PATH, RegisterFinish::MAX_BODY),
        (SignInStart::PATH, SignInStart::MAX_BODY),
        (SignInFinish::PATH, SignInFinish::MAX_BODY),
        (SignInFactor::PATH, SignInFactor::MAX_BODY),
    ] {
        let body = vec![b' '; usize::try_from(limit).unwrap() + 1];
        let answer = person.client.json("POST", path, body).await;
        assert_eq!(answer.code(), Code::TooLarge, "{path}");
        // Announced, never sent: answered before the first byte of it.
        let announced = raw(
            &server,
            format!(
                "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                 connection: close\r\ncontent-length: 99999999999\r\n\r\n"
            )
            .as_bytes(),
        )
        .await;
        assert!(announced.contains("too_large"), "{announced}");
        // Not announced, sent in chunks.
        let chunk = "a".repeat(usize::try_from(limit).unwrap() + 1);
        let chunked = raw(
            &server,
            format!(
                "POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n\
                 connection: close\r\ntransfer-encoding: chunked\r\n\r\n{:x}\r\n{chunk}\r\n0\r\n\r\n",
                chunk.len()
            )
            .as_bytes(),
        )
        .await;
        assert!(chunked.contains("too_large"), "{chunked}");
    }
    // Without a session nothing is read at all.
    let answer = person
        .client
        .json("POST", "/api/charts/x/head", vec![b' '; 3 << 20])
        .await;
    assert_eq!(answer.code(), Code::SignedOut);
    // With one, limits differ by route; what reads takes no body.
    let session = person.session();
    for (method, path, length) in [
        ("PUT", "/api/book", (1 << 20) + 1),
        ("DELETE", "/api/session", 4097),
        ("GET", "/api/account", 1),
    ] {
        let body = vec![b' '; length];
        let request = ProvedRequest {
            method,
            path,
            query: "",
            session: session.id,
            window: session.window,
            number: 900,
            idempotency: None,
            body: Hash::of(&body),
        };
        let answer = person
            .send(&request, session.key.prove(&request), body)
            .await;
        assert_eq!(answer.code(), Code::TooLarge, "{method} {path}");
    }
}

#[tokio::test]
async fn files_of_the_front_end_and_nothing_beside_them() {
    let server = Server::start().await;
    let client = server.client();
    std::fs::write(server.folder.path().join("dist/late.txt"), "late").unwrap();
    for (path, status) in [
        ("/", StatusCode::OK),
        ("/chart/anything", StatusCode::OK),
        ("/app-0123456789abcdef.wasm", StatusCode::OK),
        ("/late.txt", StatusCode::NOT_FOUND),
        ("/../log", StatusCode::NOT_FOUND),
        ("/../data/secrets", StatusCode::NOT_FOUND),
        ("/../data/keepwell.sqlite3", StatusCode::NOT_FOUND),
        ("/..%2fdata%2fkeepwell.sqlite3", StatusCode::NOT_FOUND),
        ("/app-0123456789abcdef.wasm/..", StatusCode::NOT_FOUND),
        ("/api", StatusCode::NOT_FOUND),
        ("/api/", StatusCode::NOT_FOUND),
        ("/api/account/", StatusCode::NOT_FOUND),
        ("/api//account", StatusCode::NOT_FOUND),
        ("//api/account", StatusCode::OK),
    ] {
        let answer = client.get(path).await;
        assert_eq!(answer.status, status, "{path}");
        if status == StatusCode::OK && path != "/app-0123456789abcdef.wasm" {
            assert_eq!(answer.text(), "<!doctype html>", "{path}");
        }
        assert_dressed(&answer);
    }
    let head = client.send("HEAD", "/", &[], Vec::new()).await;
    assert_eq!((head.status, head.body.len()), (StatusCode::OK, 0));
    let health = client.get("/api/health").await;
    assert_eq!(health.text(), "{\"ok\":true}");
    assert_eq!(health.headers["cache-control"], "no-store");
}
