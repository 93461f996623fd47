//! Prices by the second module, which the loader brings once the calendar is there.

use crate::model::price;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
extern "C" {
    /// What the loader hands over: its link to the second module.
    #[derive(Clone)]
    pub type Prices;

    #[wasm_bindgen(method, catch)]
    fn quote(this: &Prices, request: &str) -> Result<Option<String>, JsValue>;

    /// From now on, the prices of this snapshot.
    #[wasm_bindgen(method)]
    pub fn renew(this: &Prices, snapshot: &str);

    /// Fetches the module unless it is there or on its way; afterwards [`Mounted::priced`](crate::Mounted::priced) is
    /// called.
    #[wasm_bindgen(method)]
    pub fn fetch(this: &Prices);
}

impl price::Prices for Prices {
    fn quote(&self, request: &str) -> Option<String> {
        Prices::quote(self, request).ok().flatten()
    }
}
