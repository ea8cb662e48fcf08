//! What a person sees. Elements are named by their `data-test`.

use fantoccini::{Locator, elements::Element};
use serde_json::{Value, json};

use super::{Page, wait::until};

impl Page {
    /// Waits until it is there.
    pub async fn see(&self, hook: &str) -> Element {
        self.see_with(hook, "").await
    }

    /// Waits until one that holds these words is there.
    pub async fn see_with(&self, hook: &str, words: &str) -> Element {
        self.until(&format!("{hook} with {words:?}"), async || {
            self.find(hook, words).await
        })
        .await
    }

    /// Waits until it is not there any more.
    pub async fn gone(&self, hook: &str) {
        self.until(&format!("{hook} gone"), async || {
            self.find(hook, "").await.is_none().then_some(())
        })
        .await;
    }

    /// Whether it is there now.
    pub async fn has(&self, hook: &str) -> bool {
        self.find(hook, "").await.is_some()
    }

    /// Waits until it holds these words, and gives all of its text.
    pub async fn says(&self, hook: &str, words: &str) -> String {
        self.until(&format!("{hook} saying {words:?}"), async || {
            let texts = self.texts(hook).await;
            texts.into_iter().find(|text| text.contains(words))
        })
        .await
    }

    /// The texts of all of them, from top to bottom.
    pub async fn texts(&self, hook: &str) -> Vec<String> {
        strings(&self.run(TEXTS, &[json!(selector(hook))]).await)
    }

    /// What stands in a field.
    pub async fn value(&self, hook: &str) -> String {
        let value = self.see(hook).await.prop("value").await.expect("a field");
        value.unwrap_or_default()
    }

    /// One attribute of all of them.
    pub async fn attributes(&self, hook: &str, name: &str) -> Vec<String> {
        let arguments = [json!(selector(hook)), json!(name)];
        strings(&self.run(ATTRIBUTES, &arguments).await)
    }

    /// All text on the screen.
    pub async fn text(&self) -> String {
        let text = self.run("return document.body.innerText", &[]).await;
        text.as_str().unwrap_or_default().to_owned()
    }

    /// The `data-test` of what has the focus.
    pub async fn focused(&self) -> String {
        let script = "return document.activeElement?.dataset.test ?? ''";
        let hook = self.run(script, &[]).await;
        hook.as_str().unwrap_or_default().to_owned()
    }

    /// Runs JavaScript as the browser's own tools do, past the page's policy.
    pub async fn run(&self, script: &str, arguments: &[Value]) -> Value {
        let answer = self.client().execute(script, arguments.to_vec()).await;
        answer.unwrap_or_else(|error| panic!("{script}: {error}"))
    }

    /// Asks until there is an answer, and remembers where that was.
    pub async fn until<T>(&self, what: &str, attempt: impl AsyncFnMut() -> Option<T>) -> T {
        let person = self.person();
        let answer = until(
            async || format!("{what} ({person}, at {})", self.address().await),
            attempt,
        )
        .await;
        self.note_address().await;
        answer
    }

    pub(super) async fn find(&self, hook: &str, words: &str) -> Option<Element> {
        let selector = selector(hook);
        let found = self.client().find_all(Locator::Css(&selector)).await;
        for element in found.ok()? {
            let shown = element.is_displayed().await.unwrap_or(false);
            if shown && (words.is_empty() || element.text().await.ok()?.contains(words)) {
                return Some(element);
            }
        }
        None
    }
}

fn selector(hook: &str) -> String {
    format!("[data-test=\"{hook}\"]")
}

pub(super) fn strings(list: &Value) -> Vec<String> {
    let strings = list.as_array().into_iter().flatten();
    strings
        .map(|text| text.as_str().unwrap_or_default().to_owned())
        .collect()
}

const TEXTS: &str = "return [...document.querySelectorAll(arguments[0])]\
    .filter(one => one.checkVisibility()).map(one => one.innerText)";
const ATTRIBUTES: &str = "return [...document.querySelectorAll(arguments[0])]\
    .map(one => one.getAttribute(arguments[1]) ?? '')";
