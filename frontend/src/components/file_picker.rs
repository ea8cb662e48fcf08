//! Choosing a file, by the browser's dialogue or by dropping it.

use web_sys::{DragEvent, File, FileList, HtmlInputElement};
use yew::prelude::*;

use super::{Sign, describe, icon};
use crate::{platform::locale, words::entry};

#[derive(Properties, PartialEq)]
pub(crate) struct FilePickerProps {
    pub(crate) label: AttrValue,
    pub(crate) help: AttrValue,
    #[prop_or_default]
    pub(crate) error: Option<AttrValue>,
    #[prop_or_default]
    pub(crate) file: Option<File>,
    pub(crate) onchoose: Callback<File>,
}

#[component]
pub(crate) fn FilePicker(props: &FilePickerProps) -> Html {
    let over = use_state(|| false);
    let onchange = {
        let emit = props.onchoose.clone();
        Callback::from(move |event: Event| {
            let input = event.target_unchecked_into::<HtmlInputElement>();
            first(input.files())
                .into_iter()
                .for_each(|file| emit.emit(file));
        })
    };
    let ondragover = {
        let over = over.setter();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(true);
        })
    };
    let ondragleave = {
        let over = over.setter();
        Callback::from(move |_: DragEvent| over.set(false))
    };
    let ondrop = {
        let (over, emit) = (over.setter(), props.onchoose.clone());
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(false);
            let files = event.data_transfer().and_then(|data| data.files());
            first(files).into_iter().for_each(|file| emit.emit(file));
        })
    };
    let id = "file-input";
    let described = describe(id, true, props.error.is_some());
    let described = described.map(|ids| format!("{ids} file-input-face"));
    html! {
        <div class={classes!("field", props.error.is_some().then_some("wrong"))}>
            <label for={id}>{ &props.label }</label>
            { super::field::help(id, &Some(props.help.clone())) }
            { super::field::error(id, &props.error) }
            <div
                class={classes!("drop", over.then_some("over"))}
                {ondragover}
                {ondragleave}
                {ondrop}
                data-test="drop"
            >
                <input
                    {id}
                    type="file"
                    aria-describedby={described}
                    aria-invalid={props.error.is_some().then_some("true")}
                    data-test={id}
                    {onchange}
                />
                <div class="drop-face" id="file-input-face">
                    { icon(Sign::File) }
                    if let Some(file) = &props.file {
                        <span class="drop-name" data-test="file-chosen">{ file.name() }</span>
                        <span class="muted">{ locale::size(file.size() as u64) }</span>
                        <span class="like-link">{ entry::CHOOSE_OTHER }</span>
                    } else {
                        <span><span class="like-link">{ entry::CHOOSE_FILE }</span>{ " " }{ entry::DROP_HERE }</span>
                    }
                </div>
            </div>
        </div>
    }
}

fn first(files: Option<FileList>) -> Option<File> {
    files.and_then(|files| files.get(0))
}
