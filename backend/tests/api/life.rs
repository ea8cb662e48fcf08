//! Starting, connections, the log, the end.

use std::{
    os::unix::fs::PermissionsExt,
    time::{Duration, Instant},
};

use http::StatusCode;
use keepwell_backend::{Tls, start};
use keepwell_shared::{bytes::Hash, request::ProvedRequest, wire::*};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    front::raw,
    support::{
        Reach, Server,
        chart::part_of,
        person::{Person, random},
    },
};

/// Half a head, silence, and nonsense: each ends within seconds.
#[tokio::test]
async fn those_who_dawdle_are_hung_up_on() {
    let server = Server::start().await;
    let begun = Instant::now();
    let (half, silence, preface, nonsense) = tokio::join!(
        raw(&server, b"GET / HTTP/1.1\r\nhost: localhost\r\nx: "),
        raw(&server, b""),
        raw(&server, b"PRI * HTTP/2.0"),
        raw(
            &server,
            b"\x16\x03\x01 this is not HTTP at all, and long enough\r\n\r\n"
        ),
    );
    assert!(begun.elapsed() < Duration::from_secs(20));
    for answer in [half, silence, preface] {
        assert!(!answer.contains("200 OK"), "{answer}");
    }
    assert!(!nonsense.contains("200 OK"));
}

#[tokio::test]
async fn a_request_that_runs_is_finished_before_the_end() {
    let server = Server::start().await;
    let person = Person::patient(&server, "patient-one").await;
    let sealed = random(4112);
    let blob = person.reserve(4112).await.unwrap();
    let path = format!("/api/blobs/{blob}/parts/0");
    let session = person.session();
    let proved = ProvedRequest {
        method: "PUT",
        path: &path,
        query: "",
        session: session.id,
        window: session.window,
        number: 500,
        idempotency: None,
        body: Hash::of(&sealed),
    };
    let head = format!(
        "PUT {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 4112\r\n\
         keepwell-session: {}\r\nkeepwell-window: {}\r\nkeepwell-number: 500\r\n\
         keepwell-proof: {}\r\n\r\n",
        session.id,
        session.window,
        session.key.prove(&proved).to_text()
    );
    let mut stream = TcpStream::connect(server.running.addr()).await.unwrap();
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.write_all(&sealed[..1000]).await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let addr = server.running.addr();
    let (config, running) = (server.config.clone(), server.running);
    let ending = tokio::spawn(running.shutdown());
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert!(TcpStream::connect(addr).await.is_err(), "no new ones");
    stream
        .write_all(part_of(&sealed, 0)[1000..].as_ref())
        .await
        .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 200 OK"), "{answer}");
    ending.await.unwrap();
    assert!(!config.data.join("keepwell.sqlite3-wal").exists());
}

#[tokio::test]
async fn a_failure_is_found_in_the_log_by_what_it_was_answered_with() {
    let server = Server::start().await;
    let client = server.client();
    let failed = client.json("POST", "/api/nothing/here", "{}").await;
    let id = failed.headers["keepwell-request"].to_str().unwrap();
    let log = server.log();
    let lines: Vec<&str> = log.lines().filter(|line| line.contains(id)).collect();
    assert_eq!((id.len(), lines.len()), (16, 1));
    assert!(lines[0].contains("\"code\":\"not_found\""), "{}", lines[0]);
    let fine = client.get("/").await;
    assert!(fine.status.is_success() && !fine.headers.contains_key("keepwell-request"));
}

/// Nothing that names a person, an entry or a place reaches the log.
#[tokio::test]
async fn the_log_knows_nobody() {
    let server = Server::start().await;
    let patient = Person::patient(&server, "patient-one").await;
    let doctor = Person::doctor(&server, "doctor-one").await;
    let (file, _) = patient.upload(100).await.unwrap();
    let _ = doctor.bytes(file.blob, 0, 1).await;
    let _ = patient
        .call::<PersonGet>(&[&"doctor-one"], &Empty {})
        .await
        .unwrap();
    let _ = patient
        .client
        .get("/a/canary/path?with=a-canary-query")
        .await;
    let _ = patient
        .client
        .send(
            "CANARY",
            "/",
            &[("user-agent", "a-canary-agent".into())],
            vec![],
        )
        .await;
    let log = server.log();
    assert!(log.contains("/api/people/{username}"));
    assert!(log.contains("\"code\":\"not_found\""));
    for line in log.lines() {
        let line: serde_json::Value = serde_json::from_str(line).unwrap();
        for key in line.as_object().unwrap().keys() {
            let known = [
                "at", "event", "request", "method", "route", "status", "code", "cause", "size",
                "ms",
            ];
            assert!(known.contains(&key.as_str()), "{key}");
        }
    }
    for canary in [
        "patient-one".to_owned(),
        "doctor-one".into(),
        "canary".into(),
        "CANARY".into(),
        "127.0.0.1".into(),
        patient.account.to_string(),
        patient.chart().to_string(),
        patient.session().id.to_string(),
        file.blob.to_string(),
        "offset".into(),
    ] {
        assert!(!log.contains(&canary), "{canary}");
    }
}

#[tokio::test]
async fn tls_of_our_own_speaks_both_versions_of_http() {
    let server = Server::start_with(|config| config.tls = Tls::SelfSigned).await;
    assert!(server.running.url().starts_with("https://localhost:"));
    assert!(server.running.fingerprint().is_some());
    let plain = raw(&server, b"GET / HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(!plain.contains("HTTP/1.1 200"), "{plain}");

    use tokio_rustls::rustls::{
        ClientConfig, RootCertStore,
        pki_types::{CertificateDer, ServerName, pem::PemObject},
    };
    let certificate = CertificateDer::from_pem_file(server.data("tls-cert.pem")).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(certificate).unwrap();
    for protocol in ["http/1.1", "h2"] {
        let mut config = ClientConfig::builder()
            .with_root_certificates(roots.clone())
            .with_no_client_auth();
        config.alpn_protocols = vec![protocol.into()];
        let connector = tokio_rustls::TlsConnector::from(std::sync::Arc::new(config));
        let stream = TcpStream::connect(server.running.addr()).await.unwrap();
        let stream = connector
            .connect(ServerName::try_from("localhost").unwrap(), stream)
            .await
            .unwrap();
        assert_eq!(
            stream.get_ref().1.alpn_protocol(),
            Some(protocol.as_bytes())
        );
        let io = hyper_util::rt::TokioIo::new(stream);
        let body = http_body_util::Empty::<bytes::Bytes>::new();
        let request = http::Request::get("https://localhost/api/health")
            .header("host", "localhost")
            .body(body)
            .unwrap();
        let response = if protocol == "h2" {
            let executor = hyper_util::rt::TokioExecutor::new();
            let (mut sender, connection) = hyper::client::conn::http2::handshake(executor, io)
                .await
                .unwrap();
            tokio::spawn(connection);
            sender.send_request(request).await.unwrap()
        } else {
            let (mut sender, connection) = hyper::client::conn::http1::handshake(io).await.unwrap();
            tokio::spawn(connection);
            sender.send_request(request).await.unwrap()
        };
        assert_eq!(response.status(), StatusCode::OK, "{protocol}");
        assert!(response.headers().contains_key("strict-transport-security"));
    }
}

#[tokio::test]
async fn what_must_not_start_does_not() {
    let server = Server::start().await;
    let second = start(server.config.clone()).await.unwrap_err().to_string();
    assert!(second.contains("Another Keepwell server"), "{second}");
    let mut elsewhere = server.config.clone();
    elsewhere.data = server.folder.path().join("other");
    elsewhere.listen = server.running.addr();
    let taken = start(elsewhere.clone()).await.unwrap_err().to_string();
    assert!(taken.contains("Something else is listening"), "{taken}");
    elsewhere.listen = "0.0.0.0:0".parse().unwrap();
    let open = start(elsewhere.clone()).await.unwrap_err().to_string();
    assert!(open.contains("without TLS"), "{open}");
    elsewhere.web = server.folder.path().join("no-such-folder");
    elsewhere.listen = "127.0.0.1:0".parse().unwrap();
    let bare = start(elsewhere).await.unwrap_err().to_string();
    assert!(bare.contains("cargo xtask run"), "{bare}");
    for said in [&second, &taken, &open, &bare] {
        assert!(said.ends_with('.') && !said.contains('\n'), "{said}");
    }

    let config = server.config.clone();
    server.running.shutdown().await;
    let secrets = std::fs::read(config.data.join("secrets")).unwrap();
    std::fs::remove_file(config.data.join("secrets")).unwrap();
    let lost = start(config.clone()).await.unwrap_err().to_string();
    assert!(lost.contains("backup"), "{lost}");
    assert!(!config.data.join("secrets").exists(), "no new ones");
    std::fs::write(config.data.join("secrets"), secrets).unwrap();
    let wide = start(config.clone()).await.unwrap_err().to_string();
    assert!(wide.contains("chmod 600"), "{wide}");
    let closed = std::fs::Permissions::from_mode(0o600);
    std::fs::set_permissions(config.data.join("secrets"), closed).unwrap();

    let path = config.data.join("keepwell.sqlite3");
    let db = || rusqlite::Connection::open(&path).unwrap();
    let version = |number: i32| db().pragma_update(None, "user_version", number).unwrap();
    let now = db().pragma_query_value(None, "user_version", |row| row.get(0));
    let now: i32 = now.unwrap();
    for old in 1..now {
        version(old);
        let preview = start(config.clone()).await.unwrap_err().to_string();
        assert!(preview.contains("early preview"), "{preview}");
        assert!(
            preview.ends_with('.') && !preview.contains('\n'),
            "{preview}"
        );
    }
    version(now);
    start(config).await.unwrap().shutdown().await;
}
