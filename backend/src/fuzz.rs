//! Targets: every parser of this crate that reads what somebody else wrote, as a plain function
//! over bytes. Built with the feature `fuzz` only, which no product has.

#![expect(clippy::expect_used, reason = "a target fails by panicking")]

use std::{
    net::{IpAddr, SocketAddr},
    sync::OnceLock,
};

use http::{HeaderMap, HeaderName, HeaderValue, Method, header::CONTENT_TYPE};
use keepwell_shared::{
    bytes::Hash,
    fuzz::Target,
    id::{AccountId, BlobId, ChartId, CompartmentId, IdempotencyKey, SessionId, WindowId},
    request::{ProvedRequest, RequestKey, header},
    wire::{self, PageQuery, RangeQuery, fill_path},
};
use serde::{Serialize, de::DeserializeOwned};

use crate::{
    guard::{Peer, proof::Claim},
    routes::{Ids, captures, is_json, parse_query},
    secrets::Secrets,
    serve::{Front, peer},
    statics::Statics,
};

/// Every parser of this crate.
pub fn targets() -> Vec<Target> {
    vec![
        Target {
            name: "request-headers",
            run: request_headers,
            samples: || vec![proved(None), proved(Some([6; 16].into()))],
        },
        Target {
            name: "forwarded-for",
            run: forwarded_for,
            samples: || vec![b"192.0.2.1".to_vec(), b"junk, 2001:db8::1 ".to_vec()],
        },
        Target {
            name: "content-type",
            run: content_type,
            samples: || vec![b"application/json; charset=utf-8".to_vec()],
        },
        Target {
            name: "path",
            run: path,
            samples: paths,
        },
        Target {
            name: "file-request",
            run: file_request,
            samples: || {
                vec![
                    b"/\n\n".to_vec(),
                    b"/app-0123456789abcdef.js\ngzip, br;q=1\n\"x\"".to_vec(),
                ]
            },
        },
        query::<RangeQuery>("query-RangeQuery", || vec![b"offset=0&length=16".to_vec()]),
        query::<PageQuery>("query-PageQuery", || vec![b"after=7".to_vec(), Vec::new()]),
        Target {
            name: "secrets-file",
            run: secrets_file,
            samples: || {
                secrets()
                    .to_bytes()
                    .map(|bytes| bytes.to_vec())
                    .into_iter()
                    .collect()
            },
        },
        Target {
            name: "sealed-session",
            run: sealed_session,
            samples: || vec![session().to_vec()],
        },
    ]
}

/// Headers as lines of a name, a colon and a value.
fn headers(bytes: &[u8]) -> Option<HeaderMap> {
    let mut headers = HeaderMap::new();
    for line in bytes.split(|byte| *byte == b'\n') {
        let colon = line.iter().position(|byte| *byte == b':')?;
        let (name, value) = line.split_at_checked(colon)?;
        let value = value.get(1..)?;
        headers.append(
            HeaderName::from_bytes(name).ok()?,
            HeaderValue::from_bytes(value.trim_ascii()).ok()?,
        );
    }
    Some(headers)
}

fn proved(idempotency: Option<IdempotencyKey>) -> Vec<u8> {
    let (session, window) = (SessionId::from([4; 16]), WindowId::from([5; 16]));
    let proof = RequestKey::derive(b"session").prove(&ProvedRequest {
        method: "POST",
        path: "/api/charts",
        query: "",
        session,
        window,
        number: 7,
        idempotency,
        body: Hash::of(b""),
    });
    let mut text = format!(
        "{}: {session}\n{}: {window}\n{}: 7\n{}: {}",
        header::SESSION,
        header::WINDOW,
        header::NUMBER,
        header::PROOF,
        proof.to_text(),
    );
    if let Some(key) = idempotency {
        text += &format!("\n{}: {key}", header::IDEMPOTENCY);
    }
    text.into_bytes()
}

/// What is taken for a claim stands there exactly once and has one spelling.
fn request_headers(bytes: &[u8]) -> bool {
    let Some(headers) = headers(bytes) else {
        return false;
    };
    let Some(claim) = Claim::parse(&headers) else {
        return false;
    };
    let said = claim.to_headers();
    for (name, value) in &said {
        let all: Vec<_> = headers.get_all(*name).iter().collect();
        assert_eq!(all, [value.as_str()], "{name} stands there once, as it is");
    }
    let keyed = headers.contains_key(header::IDEMPOTENCY);
    assert_eq!(said.len(), 4 + usize::from(keyed), "nothing is left out");
    true
}

/// Only the last word counts, and only from a trusted proxy.
fn forwarded_for(bytes: &[u8]) -> bool {
    let Ok(value) = HeaderValue::from_bytes(bytes) else {
        return false;
    };
    let mut headers = HeaderMap::new();
    headers.append("x-forwarded-for", HeaderValue::from_static("203.0.113.9"));
    headers.append("x-forwarded-for", value);
    let own = SocketAddr::from(([192, 0, 2, 7], 5));
    let seen = |proxy: IpAddr| {
        let front = Front {
            hsts: false,
            proxies: [proxy].into(),
        };
        let Peer(ip) = peer(&front, own, &headers);
        ip
    };
    let other = IpAddr::from([192, 0, 2, 8]);
    assert_eq!(seen(other), own.ip(), "only a trusted proxy is believed");
    let last = bytes
        .rsplit(|byte| *byte == b',')
        .next()
        .unwrap_or_default();
    let last = String::from_utf8_lossy(last);
    let last = last.trim();
    match last.parse::<IpAddr>() {
        Ok(ip) => assert_eq!(seen(own.ip()), ip),
        Err(_) => assert_eq!(seen(own.ip()), own.ip()),
    }
    last.parse::<IpAddr>().is_ok()
}

fn content_type(bytes: &[u8]) -> bool {
    let Ok(value) = HeaderValue::from_bytes(bytes) else {
        return false;
    };
    let taken = is_json(&HeaderMap::from_iter([(CONTENT_TYPE, value)]));
    let text = String::from_utf8_lossy(bytes).to_ascii_lowercase();
    assert!(!taken || text.trim_start().starts_with("application/json"));
    taken
}

fn paths() -> Vec<Vec<u8>> {
    let fill = |segment: &str| match segment {
        "{chart}" => ChartId::from([2; 16]).to_string(),
        "{compartment}" => CompartmentId::from([4; 16]).to_string(),
        "{blob}" => BlobId::from([3; 16]).to_string(),
        "{part}" => "0".into(),
        "{username}" => "anna".into(),
        other => other.into(),
    };
    let filled = |pattern: &str| pattern.split('/').map(fill).collect::<Vec<_>>().join("/");
    wire::ALL
        .iter()
        .map(|(_, _, pattern, _)| filled(pattern).into_bytes())
        .collect()
}

/// A path is that of one route of a method at most, and the route's pattern filled with what was
/// found in it is the path again.
fn path(bytes: &[u8]) -> bool {
    let Ok(path) = str::from_utf8(bytes) else {
        return false;
    };
    let mut met = Vec::new();
    for (name, method, pattern, _) in wire::ALL {
        let Some(found) = captures(pattern, path) else {
            continue;
        };
        let ids: Vec<&dyn std::fmt::Display> = found.iter().map(|id| id as _).collect();
        assert_eq!(fill_path(pattern, &ids).as_deref(), Some(path), "{name}");
        assert!(found.iter().all(|id| !id.contains('/')));
        for id in &found {
            one_spelling::<ChartId>(id);
            one_spelling::<CompartmentId>(id);
            one_spelling::<BlobId>(id);
        }
        assert!(!met.contains(method), "two routes for {path}");
        met.push(*method);
    }
    !met.is_empty()
}

fn one_spelling<I>(text: &str)
where
    I: std::str::FromStr + std::fmt::Display + Send + 'static,
{
    if let Some((id,)) = <(I,)>::parse(&[text]) {
        assert_eq!(id.to_string(), text);
    }
}

/// A path, what encodings are taken, and what is known already, a line each.
fn file_request(bytes: &[u8]) -> bool {
    static STATICS: OnceLock<Statics> = OnceLock::new();
    let mut lines = bytes.splitn(3, |byte| *byte == b'\n');
    let Some(path) = lines.next().and_then(|line| str::from_utf8(line).ok()) else {
        return false;
    };
    let mut headers = HeaderMap::new();
    for name in ["accept-encoding", "if-none-match"] {
        let value = lines.next().map(HeaderValue::from_bytes);
        if let Some(Ok(value)) = value {
            headers.insert(name, value);
        }
    }
    let statics = STATICS.get_or_init(Statics::sample);
    let post = statics.answer(&Method::POST, path, &headers);
    assert!(post.is_none(), "files are only read");
    let Some(answer) = statics.answer(&Method::GET, path, &headers) else {
        return false;
    };
    assert!(path != "/api" && !path.starts_with("/api/"));
    assert!([200, 304].contains(&answer.status().as_u16()));
    let kept = answer.headers()[http::header::CACHE_CONTROL] != "no-cache";
    assert_eq!(kept, path == "/app-0123456789abcdef.js");
    true
}

/// A query.
fn query<T: Serialize + DeserializeOwned>(
    name: &'static str,
    samples: fn() -> Vec<Vec<u8>>,
) -> Target {
    Target {
        name,
        run: |bytes| {
            let Some(Ok(query)) = str::from_utf8(bytes).ok().map(parse_query::<T>) else {
                return false;
            };
            let once = serde_urlencoded::to_string(&query).expect("what was read is written");
            let again = parse_query::<T>(&once).map(|again| serde_urlencoded::to_string(&again));
            assert!(
                matches!(again, Ok(Ok(twice)) if twice == once),
                "is read again as the same"
            );
            true
        },
        samples,
    }
}

/// Secrets that stay the same as long as the program runs.
fn secrets() -> &'static Secrets {
    static SECRETS: OnceLock<Secrets> = OnceLock::new();
    SECRETS.get_or_init(|| Secrets::make().expect("secrets"))
}

fn secrets_file(bytes: &[u8]) -> bool {
    let Some(secrets) = Secrets::parse(bytes, Vec::new()) else {
        return false;
    };
    let once = secrets.to_bytes().expect("what was read is written");
    let again = Secrets::parse(&once, Vec::new()).expect("and read again");
    assert_eq!(again.id(), secrets.id());
    true
}

fn session() -> &'static [u8] {
    static SEALED: OnceLock<Vec<u8>> = OnceLock::new();
    SEALED.get_or_init(|| {
        let key = RequestKey::derive(b"session");
        let sealed = secrets().seal_session([4; 16].into(), [1; 16].into(), &key);
        sealed.expect("a sealed key")
    })
}

/// What a row of the database says of a session.
fn sealed_session(bytes: &[u8]) -> bool {
    let (session_id, account): (SessionId, AccountId) = ([4; 16].into(), [1; 16].into());
    let opened = secrets().open_session(session_id, account, bytes);
    assert_eq!(opened.is_some(), bytes == session(), "only what was sealed");
    opened.is_some()
}
