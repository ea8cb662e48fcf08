//! The list of what is wrong in a form. It takes the focus, and each line leads to its field.

use yew::prelude::*;

use crate::{platform, words};

/// One thing to look at again.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Mistake {
    /// The id of the field; none when it concerns the whole form.
    pub(crate) field: Option<&'static str>,
    /// What is wrong and what to do.
    pub(crate) text: AttrValue,
}

impl Mistake {
    /// A mistake in one field.
    pub(crate) fn at(field: &'static str, text: impl Into<AttrValue>) -> Self {
        Self {
            field: Some(field),
            text: text.into(),
        }
    }

    /// A mistake that concerns the whole form.
    pub(crate) fn all(text: impl Into<AttrValue>) -> Self {
        Self {
            field: None,
            text: text.into(),
        }
    }

    /// What stands beside one field.
    pub(crate) fn of(mistakes: &[Self], field: &str) -> Option<AttrValue> {
        mistakes
            .iter()
            .find(|mistake| mistake.field == Some(field))
            .map(|mistake| mistake.text.clone())
    }
}

#[derive(Properties, PartialEq)]
pub(crate) struct SummaryProps {
    pub(crate) mistakes: Vec<Mistake>,
    /// Counts how often the form was sent: the focus comes back even when nothing has changed.
    pub(crate) turn: u32,
}

#[component]
pub(crate) fn Summary(props: &SummaryProps) -> Html {
    let summary = use_node_ref();
    {
        let summary = summary.clone();
        use_effect_with(
            (props.turn, props.mistakes.clone()),
            move |(_, mistakes)| {
                if let Some(element) = summary.cast::<web_sys::Element>()
                    && !mistakes.is_empty()
                {
                    platform::focus(&element);
                }
            },
        );
    }
    if props.mistakes.is_empty() {
        return Html::default();
    }
    let lines = props.mistakes.iter().map(|mistake| match mistake.field {
        Some(field) => {
            let onclick = Callback::from(move |event: MouseEvent| {
                event.prevent_default();
                platform::focus_id(field);
            });
            html! { <li><a href={format!("#{field}")} {onclick}>{ &mistake.text }</a></li> }
        }
        None => html! { <li>{ &mistake.text }</li> },
    });
    html! {
        <div
            ref={summary}
            class="summary"
            role="alert"
            tabindex="-1"
            aria-labelledby="summary-title"
            data-test="error-summary"
        >
            <h2 id="summary-title">{ words::SUMMARY }</h2>
            <ul>{ for lines }</ul>
        </div>
    }
}
