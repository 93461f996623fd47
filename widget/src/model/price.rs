//! What it costs, as the widget shows it, and who works it out.

use shared::money::{Currency, Minor};
use shared::pricing::LineKind;
use shared::zone::Instant;

/// Works prices out, from the JSON of a [`Request`](shared::pricing::Request) to that of the answer: a
/// [`Quote`](shared::pricing::Quote) as `Ok` or a [`QuoteError`](shared::pricing::QuoteError) as `Err`.
pub trait Prices {
    /// None while the engine for it has not arrived.
    fn quote(&self, request: &str) -> Option<String>;
}

/// Why no price can be shown.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum NoPrice {
    /// Not worked out yet.
    Waiting,
    /// This choice has none.
    NotSold,
}

/// What the widget shows of a [`Quote`](shared::pricing::Quote).
#[derive(PartialEq, Debug)]
pub struct Price {
    /// Of all amounts.
    pub currency: Currency,
    /// Every step that changed the price.
    pub lines: Vec<PriceLine>,
    /// The taxes.
    pub taxes: Vec<PriceTax>,
    /// To be paid in all.
    pub total: Minor,
    /// To be paid to book.
    pub due_now: Minor,
    /// To be paid later.
    pub due_later: Minor,
    /// When that is due.
    pub due_later_by: Option<Instant>,
    /// Names it.
    pub hash: String,
}

/// One step of the price.
#[derive(PartialEq, Debug)]
pub struct PriceLine {
    /// What sort of step.
    pub kind: LineKind,
    /// What to call it, as in [`Line`](shared::pricing::Line).
    pub label: String,
    /// How many.
    pub quantity: u32,
    /// What it adds or takes off.
    pub amount: Minor,
}

/// A tax over the whole price.
#[derive(PartialEq, Debug)]
pub struct PriceTax {
    /// Its name.
    pub name: String,
    /// How much it is.
    pub amount: Minor,
    /// Already in the prices, not added.
    pub included: bool,
}
