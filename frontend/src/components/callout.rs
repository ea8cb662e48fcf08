//! A boxed remark.

use yew::prelude::*;

/// What kind of remark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Tone {
    /// Something to know.
    #[default]
    Calm,
    /// Something went well.
    Good,
    /// Something to look at.
    Warn,
    /// Something is wrong.
    Bad,
}

#[derive(Properties, PartialEq)]
pub(crate) struct CalloutProps {
    /// The stable name for tests.
    pub(crate) hook: AttrValue,
    #[prop_or_default]
    pub(crate) tone: Tone,
    #[prop_or_default]
    pub(crate) title: Option<AttrValue>,
    /// Whether a screen reader interrupts for it.
    #[prop_or_default]
    pub(crate) alert: bool,
    #[prop_or_default]
    pub(crate) children: Html,
}

#[component]
pub(crate) fn Callout(props: &CalloutProps) -> Html {
    let tone = match props.tone {
        Tone::Calm => "callout",
        Tone::Good => "callout good",
        Tone::Warn => "callout warn",
        Tone::Bad => "callout bad",
    };
    html! {
        <div class={tone} role={props.alert.then_some("alert")} data-test={props.hook.clone()}>
            if let Some(title) = &props.title {
                <p class="callout-title">{ title }</p>
            }
            { props.children.clone() }
        </div>
    }
}
