//! Opening a file of the device that was locked with a passphrase.

use web_sys::File;
use yew::prelude::*;

use super::parts::Unlock;
use crate::{
    components::{FilePicker, RouteLink, Sign, icon},
    hooks::use_page,
    route::Route,
    words::{self, locker as text},
};

#[component]
pub(crate) fn OpenLocked() -> Html {
    let heading = use_page(text::OPEN);
    let file = use_state(|| None::<File>);
    let turn = use_mut_ref(|| 0_u32);
    let onchoose = {
        let (file, turn) = (file.setter(), turn.clone());
        move |chosen: File| {
            *turn.borrow_mut() += 1;
            file.set(Some(chosen));
        }
    };
    html! {
        <div class="narrow">
            <RouteLink hook="back" to={Route::Home} class="back">{ icon(Sign::Back) }{ words::BACK }</RouteLink>
            <h1 ref={heading} tabindex="-1" data-test="open-locked-page">{ text::OPEN }</h1>
            <p>{ text::OPEN_TEXT }</p>
            <FilePicker label={text::FILE} help={text::FILE_HELP} file={(*file).clone()} {onchoose} />
            if let Some(file) = &*file {
                <Unlock key={*turn.borrow()} name={file.name()} blob={web_sys::Blob::from(file.clone())} />
            }
        </div>
    }
}
