//! A file in the page: a picture that was decoded and drawn again, or words. What was opened stays in
//! memory, and goes with the screen.

use std::rc::Rc;

use keepwell_record::viewing::{self, BEGINNING, Hidden, MOST_WORDS, Way};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Blob, HtmlCanvasElement};
use yew::prelude::*;

use super::loading;
use crate::{
    bridge::Answer,
    components::{Callout, Tone},
    message::Reply,
    platform::picture::{Bitmap, beginning},
    words::file as text,
};

/// A file that was opened, that is what its name says, and that may be shown.
#[derive(Clone, PartialEq)]
pub(crate) struct Viewed {
    name: AttrValue,
    media_type: String,
    way: Way,
    blob: Blob,
}

impl Viewed {
    /// What the worker opened; none where it is nothing to show.
    pub(crate) fn of(answer: Answer) -> Option<Self> {
        match (answer.reply, answer.blob) {
            (Reply::File { name, media_type }, Some(blob)) => Some(Self {
                name: name.into(),
                way: viewing::way(&media_type)?,
                media_type,
                blob,
            }),
            _ => None,
        }
    }

    async fn look(&self) -> Seen {
        let seen = match self.way {
            Way::Picture => self.picture().await,
            Way::Words => self.words().await,
        };
        seen.unwrap_or_else(Seen::Hidden)
    }

    /// The size is looked at before anything is decoded, and must be that of what was decoded.
    async fn picture(&self) -> Result<Seen, Hidden> {
        let bytes = beginning(&self.blob, BEGINNING).await;
        let size = bytes.and_then(|bytes| viewing::size(&self.media_type, &bytes));
        let size = size.ok_or(Hidden::NoPicture)?;
        size.check()?;
        let bitmap = Bitmap::decode(&self.blob, &self.media_type).await;
        let bitmap = bitmap.filter(|bitmap| bitmap.size().is(size));
        Ok(Seen::Picture(Rc::new(bitmap.ok_or(Hidden::NoPicture)?)))
    }

    async fn words(&self) -> Result<Seen, Hidden> {
        let bytes = beginning(&self.blob, MOST_WORDS + 1).await;
        let bytes = bytes.ok_or(Hidden::NoWords)?;
        Ok(Seen::Words(viewing::words(&bytes)?.to_owned().into()))
    }
}

/// What there is to see.
enum Seen {
    Looking,
    Picture(Rc<Bitmap>),
    Words(AttrValue),
    Hidden(Hidden),
}

#[derive(Properties, PartialEq)]
pub(crate) struct ViewerProps {
    pub(crate) file: Viewed,
}

#[component]
pub(crate) fn Viewer(props: &ViewerProps) -> Html {
    let seen = use_state(|| Seen::Looking);
    {
        let seen = seen.setter();
        use_effect_with(props.file.clone(), move |file| {
            let file = file.clone();
            spawn_local(async move { seen.set(file.look().await) });
        });
    }
    let name = &props.file.name;
    match &*seen {
        Seen::Looking => loading(),
        Seen::Picture(bitmap) => html! { <Picture bitmap={bitmap.clone()} {name} /> },
        // It scrolls by itself, so the keyboard must come there.
        Seen::Words(words) => html! {
            <pre class="file-words" role="region" tabindex="0" aria-label={name} data-test="file-words">
                { words }
            </pre>
        },
        Seen::Hidden(why) => Callout::new()
            .hook("file-hidden")
            .tone(Tone::Warn)
            .alert(true)
            .children(html! { <p>{ text::hidden(*why) }</p> })
            .view(),
    }
}

#[derive(Properties, PartialEq)]
struct PictureProps {
    bitmap: Rc<Bitmap>,
    name: AttrValue,
}

#[component]
fn Picture(props: &PictureProps) -> Html {
    let node = use_node_ref();
    let size = props.bitmap.size().within(MOST_DRAWN);
    {
        let node = node.clone();
        use_effect_with(props.bitmap.clone(), move |bitmap| {
            if let Some(canvas) = node.cast::<HtmlCanvasElement>() {
                // A browser without memory for it leaves the place empty.
                let _drawn = bitmap.draw(&canvas);
            }
        });
    }
    html! {
        <canvas
            ref={node}
            class="file-picture"
            width={size.width.to_string()}
            height={size.height.to_string()}
            role="img"
            aria-label={&props.name}
            data-test="file-picture"
        ></canvas>
    }
}

/// The most pixels of a canvas: what the browsers of phones give.
const MOST_DRAWN: u32 = 1 << 24;
