//! What happens when a screen opens: the tab gets its title, the heading gets the focus.

use std::sync::atomic::{AtomicBool, Ordering};

use yew::prelude::*;

use super::use_way;
use crate::{platform, words};

/// Sets the title and returns where the heading of the screen belongs. The focus moves there when
/// the address changes, so that a screen reader begins at the new content; not when the page has
/// just been loaded.
#[hook]
pub(crate) fn use_page(title: &str) -> NodeRef {
    use_page_after(title, None)
}

/// The same for a list to which one comes back: the focus returns to the line with the id `from`,
/// when it is there.
#[hook]
pub(crate) fn use_page_after(title: &str, from: Option<String>) -> NodeRef {
    let heading = use_node_ref();
    let path = use_way().here().path.clone();
    use_effect_with(title.to_owned(), |title| {
        platform::set_title(&words::tab(title));
    });
    let target = heading.clone();
    use_effect_with(path, move |_| {
        if LOADED.swap(true, Ordering::Relaxed) {
            if from.is_some_and(|id| platform::focus_link_in(&id)) {
                return;
            }
            let Some(heading) = target.cast::<web_sys::Element>() else {
                return;
            };
            let beside = matches!(heading.closest(".detail"), Ok(Some(_)));
            if !(beside && platform::is_wide()) {
                platform::scroll_to_top();
            }
            platform::focus(&heading);
        }
    });
    heading
}

/// Says that the page was not loaded just now, although this program was.
pub(crate) fn page_was_loaded() {
    LOADED.store(true, Ordering::Relaxed);
}

static LOADED: AtomicBool = AtomicBool::new(false);
