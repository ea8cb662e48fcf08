//! The screens of Keepwell. They hold no key and open nothing: the worker does, and this program
//! shows what the worker tells it.

mod app;
mod bridge;
mod components;
mod frame;
mod hooks;
mod pages;
mod platform;
mod route;
mod session;
mod words;

fn main() {
    let place = platform::document().and_then(|document| document.get_element_by_id("app"));
    match place {
        Some(place) => yew::Renderer::<app::App>::with_root(place).render(),
        None => yew::Renderer::<app::App>::new().render(),
    };
}
