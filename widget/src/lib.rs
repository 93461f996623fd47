//! The booking calendar that guests see on somebody else's page.
//!
//! Reading order: [`model`] is what it knows and decides (no browser in it), [`view`] what it shows, as data; [`dom`],
//! [`net`] and [`intl`] are the browser, [`later`] is what comes after a start was chosen; [`run`] ties them together, and this file is the door for the loader.

pub mod dom;
pub mod intl;
pub mod later;
pub mod model;
pub mod net;
pub mod run;
mod shapes;
pub mod view;

pub use widget_json as json;

use model::texts::Texts;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ShadowRoot};

/// A mounted widget. Dropping it, or `free()` from JavaScript, takes it away.
#[wasm_bindgen]
pub struct Mounted {
    running: run::Running,
}

#[wasm_bindgen]
impl Mounted {
    /// `goto`, `refresh` or `quote`, with what it needs as JSON; so is the answer, if there is one.
    pub fn command(&self, name: &str, detail: &str) -> Option<String> {
        self.running.command(name, detail)
    }

    /// Draws it for the first time, at the end of its shadow root.
    pub fn show(&self) {
        self.running.show();
    }
}

/// Makes a widget for a shadow root; [`Mounted::show`] puts it there. `snapshot` and `texts` are the JSON that the loader fetched, `texts` empty for
/// English. None if the snapshot cannot be read.
#[wasm_bindgen]
pub fn mount(
    host: HtmlElement,
    root: ShadowRoot,
    origin: String,
    snapshot: String,
    etag: String,
    texts: &str,
    lang: &str,
) -> Option<Mounted> {
    let read = json::from_str(&snapshot).ok()?;
    let running = run::run(host, root, origin, (read, snapshot), etag, Texts::new(texts), lang)?;
    Some(Mounted { running })
}
