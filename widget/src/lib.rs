//! The booking calendar that guests see on somebody else's page.
//!
//! Reading order: [`model`] is what it knows and decides (no browser in it), [`view`] what it shows, as data; [`dom`],
//! [`net`] and [`intl`] are the browser; [`run`] ties them together, and this file is the door for the loader.

pub mod dom;
pub mod intl;
pub mod json;
pub mod model;
pub mod net;
pub mod run;
pub mod view;

use model::texts::Texts;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ShadowRoot};

/// A mounted widget. Dropping it, or `free()` from JavaScript, takes it away.
#[wasm_bindgen]
pub struct Mounted {
    _handle: Box<dyn std::any::Any>,
}

/// Puts a widget into a shadow root. `snapshot` and `texts` are the JSON that the loader fetched, `texts` empty for
/// English. None if the snapshot cannot be read.
#[wasm_bindgen]
pub fn mount(
    host: HtmlElement,
    root: ShadowRoot,
    origin: String,
    snapshot: &str,
    etag: String,
    texts: &str,
    lang: &str,
) -> Option<Mounted> {
    let snapshot = json::from_str(snapshot).ok()?;
    let handle = run::run(host, root, origin, snapshot, etag, Texts::new(texts), lang)?;
    Some(Mounted { _handle: handle })
}
