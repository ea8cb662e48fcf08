//! The fields that writing, adding and changing have in common.

use yew::prelude::*;

use crate::{
    components::{Field, TextArea, category_select},
    message::Draft,
    words::entry,
};

/// What to draw.
pub(crate) struct EntryFields {
    pub(crate) draft: Draft,
    pub(crate) onchange: Callback<Draft>,
    /// Whether the entry is a file: then the text is an extra.
    pub(crate) file: bool,
    /// Whether the name of the file may stand for the title.
    pub(crate) untitled: bool,
    pub(crate) title_error: Option<AttrValue>,
    pub(crate) text_error: Option<AttrValue>,
}

/// Draws them.
pub(crate) fn entry_fields(fields: EntryFields) -> Html {
    let draft = &fields.draft;
    let title = {
        let (draft, emit) = (draft.clone(), fields.onchange.clone());
        move |title| {
            emit.emit(Draft {
                title,
                ..draft.clone()
            });
        }
    };
    let text = {
        let (draft, emit) = (draft.clone(), fields.onchange.clone());
        move |text| {
            emit.emit(Draft {
                text,
                ..draft.clone()
            });
        }
    };
    let category = {
        let (draft, emit) = (draft.clone(), fields.onchange.clone());
        move |category| {
            emit.emit(Draft {
                category,
                ..draft.clone()
            });
        }
    };
    html! {
        <>
            { Field::new()
                .hook("note-title")
                .label(if fields.untitled { entry::TITLE_FILE } else { entry::TITLE })
                .help(if fields.untitled { entry::TITLE_FILE_HELP } else { entry::TITLE_HELP })
                .error(fields.title_error.clone())
                .value(AttrValue::from(draft.title.clone()))
                .oninput(title)
                .view() }
            { category_select(entry::CATEGORY, draft.category, category) }
            { TextArea::new()
                .hook("note-text")
                .label(if fields.file { entry::REMARK } else { entry::TEXT })
                .error(fields.text_error.clone())
                .value(AttrValue::from(draft.text.clone()))
                .rows(if fields.file { "3" } else { "10" })
                .oninput(text)
                .view() }
        </>
    }
}
