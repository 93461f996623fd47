//! The apps surface's words: a shop with orders, customers and products, in snake_case.

use super::{Booking, Event, Person};
use crate::domain::told::data::Customer as Told;
use serde::Serialize;
use serde_json::Value;
use shared::embed::Timestamp;
use shared::money::Money;
use utoipa::ToSchema;

/// Types that it tells of.
pub const EVENTS: [&str; 8] = [
    "order.created",
    "order.updated",
    "order.fulfilled",
    "order.canceled",
    "product.created",
    "product.updated",
    "customer.created",
    "cart.abandoned",
];

/// A booking, seen as a sale.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AppOrder)]
pub struct Order {
    /// Public id of the booking.
    pub id: String,
    /// The number people read out; null for a cart.
    #[schema(example = "HB-2026-000123")]
    pub number: Option<String>,
    /// State of the life cycle in lower case.
    #[schema(example = "confirmed")]
    pub status: String,
    /// `pending`, `open`, `fulfilled` or `canceled`.
    #[schema(value_type = String, example = "open")]
    pub fulfillment_status: &'static str,
    /// Minor units.
    #[schema(example = 9700)]
    pub total: i64,
    /// ISO 4217.
    #[schema(value_type = String, example = "EUR")]
    pub currency: String,
    /// Who bought.
    pub customer: Buyer,
    /// What.
    pub line_items: Vec<Line>,
    /// What staff wrote down; not in events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// When it was placed.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// Who bought.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AppBuyer)]
pub struct Buyer {
    /// Address.
    pub email: Option<String>,
    /// All but the last word of the name.
    pub first_name: Option<String>,
    /// The last word of the name.
    pub last_name: Option<String>,
    /// As typed.
    pub phone: Option<String>,
}

/// A line of an order.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AppLine)]
pub struct Line {
    /// Public id of the offering.
    pub product_id: String,
    /// Its name when it was booked.
    pub name: String,
    /// How many come.
    pub quantity: u32,
    /// When it starts.
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// When it ends.
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
}

/// A customer.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = AppCustomer)]
pub struct Customer {
    /// Public id.
    #[schema(example = "cus_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    pub id: String,
    /// Who it is.
    #[serde(flatten)]
    pub buyer: Buyer,
    /// What staff wrote down.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// Holds the words of a family name together: `van Beethoven`.
const NO_BREAK: char = '\u{a0}';

/// A name in two parts, as shops keep it: the last word is the family's, with whatever is held to it by no-break spaces.
pub fn parted(name: Option<&str>) -> (Option<String>, Option<String>) {
    let spaced = |part: &str| part.trim().replace(NO_BREAK, " ");
    match name.map(str::trim).filter(|name| !name.is_empty()) {
        None => (None, None),
        Some(name) => match name.rsplit_once(|sign: char| sign.is_whitespace() && sign != NO_BREAK) {
            Some((first, last)) => (Some(spaced(first)), Some(spaced(last))),
            None => (Some(spaced(name)), None),
        },
    }
}

/// Two parts as one name that falls into the same two again.
pub fn joined(first: Option<&str>, last: Option<&str>) -> Option<String> {
    let [first, last] = [first, last].map(|part| part.map(str::trim).filter(|part| !part.is_empty()));
    let last = last.map(|last| match first {
        Some(_) => last.split_whitespace().collect::<Vec<_>>().join(&NO_BREAK.to_string()),
        None => last.to_owned(),
    });
    match (first, last) {
        (Some(first), Some(last)) => Some(format!("{first} {last}")),
        (first, last) => last.or(first.map(str::to_owned)),
    }
}

/// What somebody is called; whoever gave no name is filed under the address, which is none.
pub fn called(person: &Person) -> Option<&str> {
    person.name.as_deref().filter(|name| person.email.as_deref() != Some(name))
}

fn buyer(person: Person) -> Buyer {
    let (first_name, last_name) = parted(called(&person));
    Buyer { email: person.email, first_name, last_name, phone: person.phone }
}

/// What became of an order, from the state of its booking.
pub fn fulfillment(state: &str) -> &'static str {
    match state {
        "CONFIRMED" => "open",
        "COMPLETED" => "fulfilled",
        "CANCELLED" | "REJECTED" | "EXPIRED" | "REFUNDED" => "canceled",
        _ => "pending",
    }
}

/// A customer in these words.
pub fn customer(id: String, person: Person, note: Option<String>) -> Customer {
    Customer { id, buyer: buyer(person), note }
}

/// A booking in these words.
pub fn order(booking: Booking) -> Order {
    let Money { amount, currency } = booking.total;
    Order {
        fulfillment_status: fulfillment(&booking.status),
        status: booking.status.to_lowercase(),
        number: booking.number.filter(|number| !number.is_empty()),
        total: amount,
        currency: currency.code().to_owned(),
        customer: buyer(booking.customer),
        line_items: booking
            .items
            .into_iter()
            .map(|item| Line {
                quantity: item.guests(),
                product_id: item.offering_id,
                name: item.name,
                starts_at: item.starts_at,
                ends_at: item.ends_at,
            })
            .collect(),
        note: booking.note,
        created_at: booking.created_at,
        id: booking.id,
    }
}

#[derive(Serialize)]
struct Envelope<'a, T> {
    id: &'a str,
    event: &'a str,
    created_at: Timestamp,
    data: T,
}

/// An event in these words.
pub fn body(event: &Event<'_>) -> Option<String> {
    let Event { id, kind, happened_at, data } = *event;
    let data = match kind.split_once('.')?.0 {
        "order" | "cart" => serde_json::to_value(order(serde_json::from_str(data).ok()?)),
        "customer" => {
            let Told { id, name, email, phone } = serde_json::from_str(data).ok()?;
            serde_json::to_value(customer(id, Person { name, email, phone }, None))
        }
        _ => serde_json::from_str::<Value>(data),
    };
    serde_json::to_string(&Envelope { id, event: kind, created_at: happened_at, data: data.ok()? }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_back_in_the_parts_that_it_was_given_in() {
        for (first, last) in [("Ludwig", "van Beethoven"), ("Mary Ann", "Doe"), ("José Luis", "García  Márquez")] {
            let name = joined(Some(first), Some(last));
            let words = last.split_whitespace().collect::<Vec<_>>().join(" ");
            assert_eq!(parted(name.as_deref()), (Some(first.to_owned()), Some(words)));
        }
        assert_eq!(parted(Some("Jane Ann Doe")), (Some("Jane Ann".to_owned()), Some("Doe".to_owned())));
        assert_eq!(joined(Some(" "), None), None);
        let filed = Person { name: Some("a@b.example".into()), email: Some("a@b.example".into()), phone: None };
        assert_eq!(called(&filed), None);
    }
}
