//! The widget's second module: prices.
//!
//! Nobody needs a price before a start is chosen, so the engine's pricing and the reader of the price book come after
//! the calendar is there. Text in, text out: the two modules share no memory.

use shared::pricing::{PriceBook, Request};
use shared::zone::Zone;
use wasm_bindgen::prelude::*;
use widget_json as json;

/// The prices of one snapshot.
#[wasm_bindgen]
pub struct Prices {
    book: PriceBook,
    zone: Zone,
}

/// What prices depend on in a [`Snapshot`](shared::embed::Snapshot); the rest is passed over.
struct Priced {
    book: PriceBook,
    venue: Venue,
}

struct Venue {
    zone: Zone,
}

json::structs! {
    Priced { book venue }
    Venue { zone }
}

#[wasm_bindgen]
impl Prices {
    /// Reads them from a snapshot's JSON. None if it has not the form.
    pub fn read(snapshot: &str) -> Option<Self> {
        let Priced { book, venue } = json::from_str(snapshot).ok()?;
        Some(Self { book, zone: venue.zone })
    }

    /// Prices a [`Request`]: `{"Ok":`[`Quote`](shared::pricing::Quote)`}` or
    /// `{"Err":`[`QuoteError`](shared::pricing::QuoteError)`}`. None if the request is not one.
    pub fn quote(&self, request: &str) -> Option<String> {
        let request: Request = json::from_str(request).ok()?;
        json::to_string(&shared::pricing::quote(&self.book, &self.zone, &request))
    }
}
