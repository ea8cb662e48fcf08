//! A boxed remark.

use yew::prelude::*;

use super::piece;

/// What kind of remark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// Something to know.
    Calm,
    /// Something went well.
    Good,
    /// Something to look at.
    Warn,
    /// Something is wrong.
    Bad,
}

piece! {
    /// A boxed remark.
    Callout {
        /// The stable name for tests.
        hook: AttrValue = AttrValue::Static(""),
        tone: Tone = Tone::Calm,
        title: Option<AttrValue> = None,
        /// Whether a screen reader interrupts for it.
        alert: bool = false,
        children: Html = Html::default(),
    }
}

impl Callout {
    /// Draws it.
    pub(crate) fn view(self) -> Html {
        let tone = match self.tone {
            Tone::Calm => "callout",
            Tone::Good => "callout good",
            Tone::Warn => "callout warn",
            Tone::Bad => "callout bad",
        };
        html! {
            <div class={tone} role={self.alert.then_some("alert")} data-test={self.hook}>
                if let Some(title) = self.title {
                    <p class="callout-title">{ title }</p>
                }
                { self.children }
            </div>
        }
    }
}
