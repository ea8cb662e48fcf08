//! A question that must be answered first. The browser's own `<dialog>` keeps the focus inside.

use wasm_bindgen::JsCast;
use web_sys::HtmlDialogElement;
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub(crate) struct DialogProps {
    /// The stable name for tests.
    pub(crate) hook: AttrValue,
    pub(crate) title: AttrValue,
    /// The person pressed Escape.
    pub(crate) oncancel: Callback<()>,
    pub(crate) children: Html,
}

/// Open as long as it is drawn.
#[component]
pub(crate) fn Dialog(props: &DialogProps) -> Html {
    let dialog = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with((), move |()| {
            let element = dialog
                .get()
                .and_then(|node| node.dyn_into::<HtmlDialogElement>().ok());
            if let Some(element) = &element {
                // Fails only when it is open already.
                let _ = element.show_modal();
            }
        });
    }
    let oncancel = {
        let emit = props.oncancel.clone();
        Callback::from(move |event: Event| {
            // The screen decides what is drawn; the browser must not close it by itself.
            event.prevent_default();
            emit.emit(());
        })
    };
    html! {
        <dialog ref={dialog} aria-labelledby="dialog-title" data-test={props.hook.clone()} {oncancel}>
            <h2 id="dialog-title">{ &props.title }</h2>
            { props.children.clone() }
        </dialog>
    }
}
