//! The booking calendar that guests see on somebody else's page.
//!
//! Reading order: [`model`] is what it knows and decides (no browser in it), [`view`] what it shows, as data; [`dom`]
//! and [`intl`] are the browser, [`later`] is the engine and what comes after a start was chosen; [`run`] ties them together, and this file is the door for the loader.

pub mod dom;
pub mod intl;
pub mod later;
pub mod model;
pub mod run;
mod shapes;
pub mod view;

pub use widget_json as json;

use intl::Browser;
use model::Model;
use model::options::Options;
use model::texts::Texts;
use std::rc::Rc;
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
pub async fn mount(
    host: HtmlElement,
    root: ShadowRoot,
    origin: String,
    snapshot: String,
    etag: String,
    texts: String,
    lang: String,
) -> Option<Mounted> {
    let options = Options::read(|name| host.get_attribute(name));
    let opening = json::opening(&snapshot).ok()?;
    let (snapshot, text, later) = if Model::opens(&options, &opening, run::now()) {
        (opening, snapshot, None)
    } else {
        let later = later::fetch().await.ok()?;
        ((later.read)(&snapshot)?, String::new(), Some(later))
    };
    let browser = Browser::new(&lang, &options.zone);
    let first_day = options.first_day.unwrap_or_else(|| browser.first_day());
    let model = Model::new(options, Texts::new(&texts), lang, first_day, Rc::new(snapshot), text, later);
    let running = run::run(host, root, origin, etag, model, browser)?;
    Some(Mounted { running })
}
