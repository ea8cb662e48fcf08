//! A link to another screen. It carries the name that tests look for, and tells which screen is the
//! present one.

use yew::prelude::*;

use crate::{hooks::use_way, route::Route};

#[derive(Properties, PartialEq)]
pub(crate) struct RouteLinkProps {
    /// The stable name for tests.
    pub(crate) hook: AttrValue,
    pub(crate) to: Route,
    #[prop_or_default]
    pub(crate) class: Classes,
    /// Whether it leads to the present screen.
    #[prop_or_default]
    pub(crate) current: bool,
    #[prop_or_default]
    pub(crate) children: Html,
}

#[component]
pub(crate) fn RouteLink(props: &RouteLinkProps) -> Html {
    let way = use_way();
    let onclick = {
        let to = props.to.clone();
        Callback::from(move |event: MouseEvent| {
            let elsewhere =
                event.meta_key() || event.ctrl_key() || event.shift_key() || event.alt_key();
            if !elsewhere {
                event.prevent_default();
                way.push(&to);
            }
        })
    };
    html! {
        <a
            href={props.to.to_path()}
            class={props.class.clone()}
            aria-current={props.current.then_some("page")}
            data-test={props.hook.clone()}
            {onclick}
        >
            { props.children.clone() }
        </a>
    }
}
