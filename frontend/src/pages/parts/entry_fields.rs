//! The fields that writing, adding and changing have in common.

use keepwell_frontend::message::Draft;
use yew::prelude::*;

use crate::{
    components::{CategorySelect, Field, TextArea},
    words::entry,
};

#[derive(Properties, PartialEq)]
pub(crate) struct EntryFieldsProps {
    pub(crate) draft: Draft,
    pub(crate) onchange: Callback<Draft>,
    /// Whether the entry is a file: then the text is an extra.
    #[prop_or_default]
    pub(crate) file: bool,
    /// Whether the name of the file may stand for the title.
    #[prop_or_default]
    pub(crate) untitled: bool,
    #[prop_or_default]
    pub(crate) title_error: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) text_error: Option<AttrValue>,
}

#[component]
pub(crate) fn EntryFields(props: &EntryFieldsProps) -> Html {
    let draft = &props.draft;
    let title = {
        let (draft, emit) = (draft.clone(), props.onchange.clone());
        move |title| {
            emit.emit(Draft {
                title,
                ..draft.clone()
            });
        }
    };
    let text = {
        let (draft, emit) = (draft.clone(), props.onchange.clone());
        move |text| {
            emit.emit(Draft {
                text,
                ..draft.clone()
            });
        }
    };
    let category = {
        let (draft, emit) = (draft.clone(), props.onchange.clone());
        move |category| {
            emit.emit(Draft {
                category,
                ..draft.clone()
            });
        }
    };
    html! {
        <>
            <Field
                hook="note-title"
                label={if props.untitled { entry::TITLE_FILE } else { entry::TITLE }}
                help={if props.untitled { entry::TITLE_FILE_HELP } else { entry::TITLE_HELP }}
                error={props.title_error.clone()}
                value={AttrValue::from(draft.title.clone())}
                oninput={title}
            />
            <CategorySelect label={entry::CATEGORY} value={draft.category} onchange={category} />
            <TextArea
                hook="note-text"
                label={if props.file { entry::REMARK } else { entry::TEXT }}
                error={props.text_error.clone()}
                value={AttrValue::from(draft.text.clone())}
                rows={if props.file { 3 } else { 10 }}
                oninput={text}
            />
        </>
    }
}
