//! The booking calendar that guests see on somebody else's page.
//!
//! Reading order: [`model`] is what it knows and decides (no browser in it), [`view`] what it shows, as data; [`dom`],
//! [`net`], [`intl`] and [`prices`] are the browser; [`run`] ties them together, and this file is the door for the loader.

pub mod dom;
pub mod intl;
pub mod model;
pub mod net;
pub mod prices;
pub mod run;
mod shapes;
pub mod view;

pub use widget_json as json;

use model::texts::Texts;
use prices::Prices;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ShadowRoot};

/// A mounted widget. Dropping it, or `free()` from JavaScript, takes it away.
#[wasm_bindgen]
pub struct Mounted {
    running: run::Running,
}

#[wasm_bindgen]
impl Mounted {
    /// The module for the prices has arrived, or could not be fetched.
    pub fn priced(&self, arrived: bool) {
        self.running.priced(arrived);
    }
}

/// Puts a widget into a shadow root. `snapshot` and `texts` are the JSON that the loader fetched, `texts` empty for
/// English; `prices` is asked for prices. None if the snapshot cannot be read.
#[wasm_bindgen]
#[expect(clippy::too_many_arguments, reason = "as many as the loader has to give")]
pub fn mount(
    host: HtmlElement,
    root: ShadowRoot,
    origin: String,
    snapshot: &str,
    etag: String,
    texts: &str,
    lang: &str,
    prices: Prices,
) -> Option<Mounted> {
    let snapshot = json::from_str(snapshot).ok()?;
    let running = run::run(host, root, origin, snapshot, etag, Texts::new(texts), lang, prices)?;
    Some(Mounted { running })
}
