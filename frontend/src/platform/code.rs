//! Loads the programs that the page begins without: workers, and what stands behind the door.
//!
//! `require-trusted-types-for 'script'` refuses a plain string in `new Worker(..)` and in a script's
//! address. Each program of the page has one policy, and it lets exactly those addresses through
//! that the build wrote into `index.html`. Reflection is used because web-sys does not know Trusted
//! Types yet; no code is evaluated and nothing here is unsafe.
//!
//! A message that is posted before a worker's Rust `main` has set `onmessage` is lost, because the
//! module loader awaits the WebAssembly first: a worker posts a first message when it is ready.

use std::cell::{Cell, OnceCell};

use futures::channel::oneshot;
use gloo::events::EventListener;
use js_sys::{Array, Function, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use web_sys::{HtmlMetaElement, Worker, WorkerOptions, WorkerType};

use crate::handover::Program;

/// What can be loaded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Code {
    /// The worker that lets in.
    Entry,
    /// The worker that keeps the keys.
    Worker,
    /// The page's program behind the door.
    Inside,
    /// The worker that judges passwords.
    Strength,
    /// The worker that reads what entries say. It holds no key.
    Record,
    /// The worker that locks a file with a passphrase, or opens one. It holds no key of an account.
    Locker,
}

impl Code {
    /// The name of the element in `index.html` that holds the address of its loader.
    fn meta(self) -> &'static str {
        match self {
            Self::Entry => "keepwell-entry",
            Self::Worker => "keepwell-worker",
            Self::Inside => "keepwell-inside",
            Self::Strength => "keepwell-strength",
            Self::Record => "keepwell-record",
            Self::Locker => "keepwell-locker",
        }
    }
}

/// Says which of the page's programs this is: a policy's name may be taken only once per page.
pub(crate) fn this_is(program: Program) {
    POLICY.set(match program {
        Program::Door => "keepwell-door",
        Program::Inside => "keepwell-inside",
    });
}

/// Starts a worker as a module worker; may be called again after the worker was terminated.
pub(crate) fn start(code: Code) -> Result<Worker, JsValue> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    // `Worker::new_with_options` takes a string; the constructor must get the trusted object itself.
    let constructor: Function = Reflect::get(&js_sys::global(), &"Worker".into())?.dyn_into()?;
    Reflect::construct(&constructor, &Array::of2(&trusted(code)?, &options))?.dyn_into()
}

/// Adds a program to this page. It is there when it says so itself; the receiver hears of it only
/// when it could not be loaded.
pub(crate) fn add(code: Code) -> Result<oneshot::Receiver<()>, JsValue> {
    let document = super::document().ok_or_else(|| JsValue::from_str("There is no page."))?;
    let script = document.create_element("script")?;
    script.set_attribute("type", "module")?;
    Reflect::set(&script, &"src".into(), &trusted(code)?)?;
    let (failed, failure) = oneshot::channel();
    let failed = Cell::new(Some(failed));
    let listener = EventListener::once(&script, "error", {
        let script = script.clone();
        move |_| {
            script.remove();
            if let Some(failed) = failed.take() {
                // Nobody may be waiting any more.
                let _ = failed.send(());
            }
        }
    });
    listener.forget();
    super::document()
        .and_then(|document| document.head())
        .ok_or_else(|| JsValue::from_str("The page has no head."))?
        .append_child(&script)?;
    Ok(failure)
}

/// The loader's address as the build wrote it, for example `/worker_loader-0123456789abcdef.js`.
fn address(code: Code) -> Result<String, JsValue> {
    super::document()
        .and_then(|document| {
            let meta = format!("meta[name={}]", code.meta());
            document.query_selector(&meta).ok().flatten()
        })
        .and_then(|element| element.dyn_into::<HtmlMetaElement>().ok())
        .map(|meta| meta.content())
        // One of this origin's own files, whatever the page says.
        .filter(|address| address.starts_with('/') && !address.starts_with("//"))
        .ok_or_else(|| JsValue::from_str("The page does not name the program."))
}

/// The address as a `TrustedScriptURL`, or as it is where the browser has no Trusted Types.
fn trusted(code: Code) -> Result<JsValue, JsValue> {
    let address = address(code)?;
    let policy = POLICY_MADE.with(|made| match made.get() {
        Some(policy) => Ok(policy.clone()),
        None => policy().map(|policy| made.get_or_init(|| policy).clone()),
    })?;
    if policy.is_undefined() {
        return Ok(address.into());
    }
    let make: Function = Reflect::get(&policy, &"createScriptURL".into())?.dyn_into()?;
    make.call1(&policy, &address.into())
}

/// This program's policy, undefined where the browser has no Trusted Types.
fn policy() -> Result<JsValue, JsValue> {
    let factory = Reflect::get(&js_sys::global(), &"trustedTypes".into())?;
    if factory.is_undefined() {
        return Ok(factory);
    }
    let all: Vec<String> = ALL.iter().filter_map(|code| address(*code).ok()).collect();
    // Returning undefined makes the browser throw: nothing but these addresses passes.
    let allow = Closure::<dyn Fn(String) -> Option<String>>::new(move |asked: String| {
        all.contains(&asked).then_some(asked)
    });
    let rules = Object::new();
    Reflect::set(&rules, &"createScriptURL".into(), &allow.into_js_value())?;
    let create: Function = Reflect::get(&factory, &"createPolicy".into())?.dyn_into()?;
    create.call2(&factory, &POLICY.get().into(), &rules)
}

const ALL: [Code; 6] = [
    Code::Entry,
    Code::Worker,
    Code::Inside,
    Code::Strength,
    Code::Record,
    Code::Locker,
];

thread_local! {
    static POLICY: Cell<&'static str> = const { Cell::new("keepwell-door") };
    static POLICY_MADE: OnceCell<JsValue> = const { OnceCell::new() };
}
