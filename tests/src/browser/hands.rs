//! What a person does. Elements are named by their `data-test`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use fantoccini::{Locator, key::Key};

use super::{Page, start::downloads};

impl Page {
    /// Presses it.
    pub async fn click(&self, hook: &str) {
        self.click_on(hook, "").await;
    }

    /// Presses the one that holds these words.
    pub async fn click_on(&self, hook: &str, words: &str) {
        self.until(&format!("a click on {hook} with {words:?}"), async || {
            let element = self.find(hook, words).await?;
            // A person scrolls until it is clear of the bars at the edges.
            let place = serde_json::to_value(&element).ok()?;
            self.client().execute(INTO_SIGHT, vec![place]).await.ok()?;
            // What moves or lies under something else is tried again.
            element.click().await.ok()
        })
        .await;
    }

    /// Types a text in place of what is there.
    pub async fn fill(&self, hook: &str, text: &str) {
        let keys = format!(
            "{}a{}{}{text}",
            Key::Control + "",
            Key::Null + "",
            Key::Delete + ""
        );
        self.until(&format!("{text:?} in {hook}"), async || {
            let field = self.find(hook, "").await?;
            field.send_keys(&keys).await.ok()?;
            let typed = field.prop("value").await.ok()??;
            (typed == text).then_some(())
        })
        .await;
    }

    /// Chooses a file in the file picker.
    pub async fn choose_file(&self, path: &Path) {
        let name = path.file_name().and_then(|name| name.to_str());
        let (name, path) = (name.expect("UTF-8"), path.to_str().expect("UTF-8"));
        self.until(&format!("{name} chosen"), async || {
            // The input itself is not drawn: the person sees what stands around it.
            let inputs = Locator::Css("input[type=file]");
            let input = self.client().find(inputs).await.ok()?;
            input.send_keys(path).await.ok()
        })
        .await;
        self.see_with("file-chosen", name).await;
    }

    /// Waits for a saved file of this name and length, and takes it away.
    pub async fn saved(&self, name: &str, length: u64) -> Vec<u8> {
        let folder = downloads(self.profile());
        let path = folder.join(name);
        self.until(
            &format!("{length} bytes in {}", path.display()),
            async || {
                let facts = fs::metadata(&path).ok()?;
                (facts.len() == length).then_some(())
            },
        )
        .await;
        take_away(&path)
    }

    /// Waits for a saved file whose name begins and ends so, and takes it away.
    pub async fn saved_like(&self, begin: &str, end: &str) -> Vec<u8> {
        let folder = downloads(self.profile());
        // While it is being written, its name ends otherwise.
        let fits = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str());
            name.is_some_and(|name| name.starts_with(begin) && name.ends_with(end))
        };
        let what = format!("a file like {begin} in {}", folder.display());
        let path = self.until(&what, async || {
            let files = fs::read_dir(&folder).ok()?.flatten();
            files.map(|file| file.path()).find(fits)
        });
        take_away(&path.await)
    }
}

fn take_away(path: &Path) -> Vec<u8> {
    let bytes = fs::read(path).expect("the saved file");
    fs::remove_file(path).expect("taken away");
    bytes
}

/// Like the wheel of a mouse: no further than it takes, and clear of the bars at the edges.
const INTO_SIGHT: &str = "arguments[0].scrollIntoView({ block: 'nearest' })";
