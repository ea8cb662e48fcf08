//! Other origins than the server's own: none is asked for anything, and none gets anything.

use keepwell_shared::{
    error::Code,
    wire::{ALL, Access, AccountGet, ChartGet, ChartList, RevisionList},
};
use keepwell_tests::tamper::{Lie, answer};
use keepwell_vault::Error;
use serde_json::{Value, json};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::{
    attack,
    list::Attack,
    stage::{ANSWER, Stage, refused, sign_in_refused, with_field},
};

pub fn attacks() -> Vec<Attack> {
    vec![
        attack!(
            52,
            "third-party fetch, telemetry, report leak",
            "BW06 (PM26)",
            "no third party's origin is asked for anything; no answer can name one",
            nobody_else_is_asked
        ),
        attack!(
            184,
            "requests and frames of foreign pages",
            "CSRF and clickjacking class",
            "no cookie and no header that travels by itself; no other origin may read, ask or frame",
            foreign_pages
        ),
    ]
}

/// An address elsewhere.
fn elsewhere() -> Value {
    json!(format!("{}s://reports.example/collect", "http"))
}

/// Sends these lines and this body to the server; gives what it says, in small letters.
async fn ask(stage: &Stage, lines: &str, body: &str) -> String {
    let mut line = TcpStream::connect(stage.server.address()).await.unwrap();
    let request = format!("{lines}host: x\r\nconnection: close\r\n\r\n{body}");
    line.write_all(request.as_bytes()).await.unwrap();
    let mut said = Vec::new();
    line.read_to_end(&mut said).await.unwrap();
    String::from_utf8_lossy(&said).to_lowercase()
}

async fn nobody_else_is_asked() {
    let stage = Stage::shared().await;
    let (line, fresh) = stage.fresh().await;
    for name in ["report_to", "icon", "next", "upload_to", "migrate_to"] {
        let lie = with_field(ChartGet, "", name, elsewhere());
        stage.chart_is_refused(ANSWER, lie).await;
        let lie = with_field(AccountGet, "", name, elsewhere());
        sign_in_refused(&stage, ANSWER, lie).await;
        line.lie(with_field(ChartList, "", name, elsewhere()));
        refused(&line, &fresh, ANSWER, fresh.vault.home()).await;
        line.honest();
        line.lie(with_field(RevisionList, "/revisions/0", name, elsewhere()));
        let open = fresh.vault.open_chart(stage.chart);
        refused(&line, &fresh, ANSWER, open).await;
        line.honest();
        // Nor does a refusal say where to complain.
        let body = json!({"code": "internal", name: elsewhere()}).to_string();
        let lie = Lie::instead(ChartGet, move |_| Some(Ok(answer(500, &body))));
        stage
            .chart_is_refused(Error::Refused(Code::Busy), lie)
            .await;
    }
    stage.doctor_reads_well().await;
    for line in [&stage.line, &stage.doctor_line, &line] {
        for exchange in line.since(0) {
            let target = exchange.sent.target;
            assert!(target.starts_with("/api/"), "{target}");
        }
    }
    // The page that the server gives out may ask nobody else, and reports to nobody.
    let page = ask(&stage, "GET / HTTP/1.1\r\n", "").await;
    assert!(page.starts_with("http/1.1 200"), "{page}");
    for said in [
        "default-src 'none'",
        "connect-src 'self'",
        "referrer-policy: no-referrer",
    ] {
        assert!(page.contains(said), "{said} is not in {page}");
    }
    for leak in ["report-", "reporting-", "\r\nnel:", "\r\nlink:", "://"] {
        assert!(!page.contains(leak), "{leak} is in {page}");
    }
}

async fn foreign_pages() {
    let stage = Stage::new().await;
    let origin = "origin: null\r\nsec-fetch-site: cross-site\r\n";
    let kept = || -> i64 {
        let database = stage.operator.database();
        let count = "SELECT (SELECT count(*) FROM account) + (SELECT count(*) FROM session) \
                     + (SELECT count(*) FROM chart_head) + (SELECT count(*) FROM revision)";
        database.query_row(count, [], |row| row.get(0)).unwrap()
    };
    let before = kept();
    for (name, method, pattern, access) in ALL {
        let path = pattern.replace("{chart}", &stage.chart.to_string());
        // What a form can send, and the question that a browser asks before it sends more.
        let form = "content-type: text/plain\r\ncontent-length: 2\r\n";
        let asks = "access-control-request-method: POST\r\n";
        let own = method.as_str();
        for (method, more, body) in [(own, "", ""), ("POST", form, "{}"), ("OPTIONS", asks, "")] {
            let lines = format!("{method} {path} HTTP/1.1\r\n{origin}{more}");
            let said = ask(&stage, &lines, body).await;
            assert!(said.starts_with("http/1.1 4"), "{name}: {said}");
            assert!(!said.contains("access-control-allow"), "{name}: {said}");
            assert!(!said.contains("set-cookie"), "{name}: {said}");
            if *access == Access::Session && more.is_empty() {
                assert!(said.contains("signed_out"), "{name}: {said}");
            }
        }
    }
    assert_eq!(kept(), before, "nothing was written");
    let page = ask(&stage, "GET / HTTP/1.1\r\n", "").await;
    assert!(page.contains("frame-ancestors 'none'"), "{page}");
    assert!(
        page.contains("cross-origin-opener-policy: same-origin"),
        "{page}"
    );
    stage.reads_well().await;
}
