//! The product itself, built as it is shipped: the real server, the real page, a person's clicks.
use std::{
    fs::File,
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    process::Command,
    time::{Duration, Instant},
};

use serde_json::{Map, Value, json};

use super::{Bench, chromium::Chromium, figures, hands, slow_line, told};
use crate::{
    Result,
    build::{self, Part},
    served::Served,
    workspace,
};

/// What the first visit may transfer, in bytes.
const FIRST_VISIT: u64 = 500_000;
/// The aim for the longest task of the main thread, in milliseconds.
const SMOOTH: f64 = 50.0;
const MIB: usize = 64;
/// How long the server may take to start, and to answer.
const PATIENCE: Duration = Duration::from_secs(30);

/// Adds `first_visit` and `main_thread` to the report.
pub(super) fn measure(bench: &Bench, report: &mut Map<String, Value>) -> Result<()> {
    let visit = serve(bench).and_then(|server| first_visit(bench, &server));
    report.insert("first_visit".into(), told(visit)?);
    let work = serve(bench).and_then(|server| main_thread(bench, &server));
    report.insert("main_thread".into(), told(work)?);
    Ok(())
}

/// The server as `cargo xtask run` starts it, with empty data.
fn serve(bench: &Bench) -> Result<Served> {
    let data = bench.folder.join("data");
    workspace::remove_dir(&data)?;
    let mut server = Command::new(workspace::server_binary()?);
    server.arg("--data").arg(&data);
    server.arg("--web").arg(workspace::dist()?);
    server.arg("--log").arg(bench.folder.join("server.log"));
    server.args(["--listen", "127.0.0.1:0"]);
    Served::start(&mut server, PATIENCE)
}

/// What travels, and what a person on a phone's line sees meanwhile.
fn first_visit(bench: &Bench, server: &Served) -> Result<Value> {
    eprintln!("Visiting for the first time ...");
    let manifest = workspace::read_text(&workspace::dist()?.join("manifest.json"))?;
    let manifest: Value = serde_json::from_str(&manifest)
        .map_err(|error| format!("dist/manifest.json is unreadable: {error}."))?;
    let (mut page, mut entry, mut inside) = (0, 0, 0);
    let files = manifest.get("files").and_then(Value::as_object);
    for path in files.into_iter().flat_map(Map::keys) {
        match build::part(path) {
            Part::FirstPage => page += transferred(server.address, path)?,
            Part::Entry => entry += transferred(server.address, path)?,
            Part::Inside => inside += transferred(server.address, path)?,
            Part::Strength => {}
        }
    }
    let drawn = told(drawn(bench, server))?;
    Ok(json!({
        "unit": "bytes with headers, brotli",
        "page": page,
        "worker that lets in": entry,
        "together": { "bytes": page + entry, "goal": FIRST_VISIT, "met": page + entry <= FIRST_VISIT },
        "while one types, and after": inside,
        "on a line of 1.6 Mbit/s": drawn,
    }))
}

/// Bytes of the server's answer, headers included.
fn transferred(server: SocketAddr, path: &str) -> Result<u64> {
    let path = if path == "index.html" { "" } else { path };
    let get = format!(
        "GET /{path} HTTP/1.1\r\nhost: localhost:{}\r\naccept-encoding: br\r\nconnection: close\r\n\r\n",
        server.port()
    );
    let mut answer = Vec::new();
    let read = TcpStream::connect_timeout(&server, PATIENCE).and_then(|mut stream| {
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.set_write_timeout(Some(PATIENCE))?;
        stream.write_all(get.as_bytes())?;
        stream.read_to_end(&mut answer)
    });
    read.map_err(|error| format!("The server does not answer for /{path}: {error}."))?;
    let compressed = answer
        .windows(20)
        .take_while(|window| !window.starts_with(b"\r\n\r\n"))
        .any(|window| window.eq_ignore_ascii_case(b"content-encoding: br"));
    if answer.starts_with(b"HTTP/1.1 200") && compressed {
        return Ok(answer.len() as u64);
    }
    Err(format!("The server does not send /{path} with brotli."))
}

/// When the sign-in page stood there, and when the worker's code had arrived; milliseconds from the
/// start of the visit.
fn drawn(bench: &Bench, server: &Served) -> Result<Value> {
    let mut chromium = bench.chromium()?;
    let port = slow_line::start(server.address)?;
    chromium.run_first(NOTE_WHEN_DRAWN)?;
    chromium.run_first(NOTE_WHEN_WORKING)?;
    chromium.open(&format!("http://localhost:{port}/sign-in"))?;
    chromium.see("submit")?;
    let drawn = chromium.evaluate("window.drawn")?;
    let start = chromium.evaluate("performance.timeOrigin")?;
    chromium.evaluate("window.working")?;
    let arrived = chromium.evaluate_in_worker(WORKER_CODE)?;
    let number = |value: &Value| value.as_f64().ok_or("The page knows no times.");
    let (drawn, arrived) = (number(&drawn)?, number(&arrived)? - number(&start)?);
    Ok(json!({
        "sign-in page drawn after ms": drawn.round(),
        "worker's code complete after ms": arrived.round(),
        "page first": drawn < arrived,
    }))
}

/// The second frame after the form exists: the first one has then been shown.
const NOTE_WHEN_DRAWN: &str = "window.drawn = new Promise((done, late) => {
    const look = () => document.querySelector('[data-test=submit]')
        ? requestAnimationFrame(() => requestAnimationFrame(() => done(performance.now())))
        : requestAnimationFrame(look);
    look();
    setTimeout(() => late(new Error('the sign-in page was not drawn in time')), 60000);
});
// A page where nobody waits for it is no page with an error.
window.drawn.catch(() => {});";

/// The worker's first message says that it runs.
const NOTE_WHEN_WORKING: &str = "window.working = new Promise((done, late) => {
    window.Worker = class extends Worker {
        constructor(address, options) {
            super(address, options);
            this.addEventListener('message', () => done(), { once: true });
            this.addEventListener('error', () => late(new Error('the worker failed')));
        }
    };
    setTimeout(() => late(new Error('the worker did not start in time')), 60000);
});
window.working.catch(() => {});";

/// The worker runs, so its code has come; the entry about that may follow a little later.
const WORKER_CODE: &str = "new Promise((done, late) => {
    const look = () => {
        const code = performance.getEntriesByType('resource').find(file => file.name.endsWith('.wasm'));
        if (code?.responseEnd) done(performance.timeOrigin + code.responseEnd);
        else setTimeout(look, 20);
    };
    look();
    setTimeout(() => late(new Error('the worker does not know when its code came')), 10000);
})";

/// The longest time for which the page could not answer a click.
fn main_thread(bench: &Bench, server: &Served) -> Result<Value> {
    let mut chromium = bench.chromium()?;
    let site = format!("http://localhost:{}", server.address.port());
    eprintln!("Registering and signing in ...");
    chromium.open(&format!("{site}/register"))?;
    chromium.click("role-patient")?;
    fill(&mut chromium, &["password", "password-again"])?;
    chromium.see("factor-key")?;
    let code = chromium.evaluate(FIRST_CODE)?;
    let code = code.as_str().ok_or("The page gives no key for codes.")?;
    chromium.type_into("code", code)?;
    chromium.click("finish")?;
    chromium.see("add-file")?;
    // In this browser the password alone brings one back.
    chromium.open(&format!("{site}/sign-in"))?;
    chromium.see("submit")?;
    let signing_in = chromium.traced(&TASKS, |chromium| sign(chromium, &["password"]))?;

    eprintln!("Adding a file of 64 MiB ...");
    let file = bench.folder.join("file-of-64-mib.pdf");
    write_file(&file).map_err(|error| format!("{} : {error}.", file.display()))?;
    chromium.click("add-file")?;
    chromium.choose_file("file-input", &file)?;
    chromium.type_into("note-title", "A file of 64 MiB")?;
    let start = Instant::now();
    let adding = chromium.traced(&TASKS, |chromium| {
        chromium.click("save")?;
        chromium.see("entry")
    })?;
    let seconds = start.elapsed().as_secs_f64();
    Ok(json!({
        "unit": "ms",
        "aim": SMOOTH,
        "signing in": verdict(&signing_in)?,
        "adding 64 MiB": verdict(&adding)?,
        "adding 64 MiB, MiB/s": figures::rounded(MIB as f64 / seconds),
    }))
}

const TASKS: [&str; 1] = ["disabled-by-default-devtools.timeline"];

/// What an authenticator app shows now for the key on the page (RFC 4648, section 6; RFC 6238).
const FIRST_CODE: &str = "(async () => {
    const key = document.querySelector('[data-test=factor-key]').textContent.replace(/-/g, '');
    const bits = [...key].map(sign => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'.indexOf(sign)
        .toString(2).padStart(5, '0')).join('');
    const secret = Uint8Array.from(bits.match(/.{8}/g), byte => parseInt(byte, 2));
    const hmac = { name: 'HMAC', hash: 'SHA-1' };
    const signing = await crypto.subtle.importKey('raw', secret, hmac, false, ['sign']);
    const step = new DataView(new ArrayBuffer(8));
    step.setUint32(4, Math.floor(Date.now() / 30000));
    const mac = new DataView(await crypto.subtle.sign('HMAC', signing, step));
    const number = mac.getUint32(mac.getUint8(19) & 15) & 0x7fffffff;
    return String(number % 1000000).padStart(6, '0');
})()";

fn sign(chromium: &mut Chromium, passwords: &[&str]) -> Result<()> {
    fill(chromium, passwords)?;
    chromium.see("add-file")
}

fn fill(chromium: &mut Chromium, passwords: &[&str]) -> Result<()> {
    chromium.type_into("username", "benchmark")?;
    for field in passwords {
        chromium.type_into(field, "kettle harbour eleven plums")?;
    }
    chromium.click("submit")
}

fn verdict(events: &[Value]) -> Result<Value> {
    let mut longest = hands::longest_task(events).ok_or("The trace holds no tasks.")?;
    let met = longest
        .get("longest task")
        .and_then(Value::as_f64)
        .is_some_and(|milliseconds| milliseconds <= SMOOTH);
    if let Some(fields) = longest.as_object_mut() {
        fields.insert("met".into(), json!(met));
    }
    Ok(longest)
}

fn write_file(path: &std::path::Path) -> std::io::Result<()> {
    let mut file = File::create(path)?;
    let mut block = vec![0_u8; 1 << 20];
    for number in 0..MIB {
        for (place, byte) in block.iter_mut().enumerate() {
            *byte = (place.wrapping_mul(31) ^ (place >> 8) ^ number) as u8;
        }
        if number == 0 {
            // What a file is called and how it begins must agree.
            for (byte, mark) in block.iter_mut().zip(b"%PDF-1.7") {
                *byte = *mark;
            }
        }
        file.write_all(&block)?;
    }
    Ok(())
}
