//! What is told of a booking: to whoever may see it, and to the event log.

use super::source::Source;
use super::store::{BookingRow, ItemRow};
use crate::domain::org::zone::wall_time;
use crate::domain::payment::account;
use serde::Serialize;
use serde_json::value::RawValue;
use shared::booking::State;
use shared::embed::{AddOnIn, BookedItem, BookingOut, Timestamp};
use shared::money::{Currency, Money};
use shared::zone::Instant;
use utoipa::ToSchema;

/// An item, from wherever it is known.
pub struct Item<'a> {
    /// Public id of the offering.
    pub offering: &'a str,
    /// Its name when it was booked.
    pub name: &'a str,
    /// Starts.
    pub starts_at: Instant,
    /// Ends.
    pub ends_at: Instant,
}

impl Item<'_> {
    /// As the wire shows it.
    pub fn shown(&self, timezone: &str) -> BookedItem {
        BookedItem {
            offering_id: self.offering.to_owned(),
            name: self.name.to_owned(),
            starts_at: Timestamp(self.starts_at),
            ends_at: Timestamp(self.ends_at),
            local_starts_at: wall_time(timezone, self.starts_at),
        }
    }
}

/// A booking as it is stored. The link to its page is added by whoever has the token.
pub fn shown(row: &BookingRow, items: &[ItemRow]) -> BookingOut {
    let money = |amount| Money { amount, currency: row.currency };
    let items = items.iter().map(|item| {
        let starts_at = Instant(item.starts_at);
        Item { offering: &item.offering, name: &item.name, starts_at, ends_at: Instant(item.ends_at) }
    });
    let mut shown = BookingOut {
        id: row.public_id.clone(),
        number: row.number.clone().unwrap_or_default(),
        status: row.state.clone(),
        requires_payment: false,
        checkout_url: None,
        pay_until: None,
        payment_mode: None,
        manage_url: None,
        total: money(row.total),
        due_now: money(row.due_now),
        items: items.map(|item| item.shown(&row.timezone)).collect(),
    };
    ask(&mut shown, pay_until(row), row.payments.as_deref());
    shown
}

/// Says how it is to be paid, where it waits for that until some moment. Where to is added by whoever has the token.
pub fn ask(booking: &mut BookingOut, until: Option<Instant>, payments: Option<&str>) {
    booking.requires_payment = until.is_some();
    booking.pay_until = until.map(Timestamp);
    booking.payment_mode = until.and(payments).and_then(account::mode);
}

/// Until when a booking waits for its payment, if it does. A hold that nobody booked yet does not.
pub fn pay_until(row: &BookingRow) -> Option<Instant> {
    let waits = row.state == State::Pending.as_str() && row.token_hash.is_some();
    row.held_until.filter(|_| waits).map(Instant)
}

/// A booking as an event tells of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ToldBooking)]
pub struct Told<'a> {
    /// `bkg_…`.
    pub id: &'a str,
    /// The number people read out. A hold has none yet.
    // Written in the batch that draws it.
    #[schema(value_type = Option<String>, required, example = "HB-2026-000123")]
    pub number: &'a str,
    /// State after the event.
    #[schema(example = "CONFIRMED")]
    pub status: &'a str,
    /// Who booked.
    pub customer: ToldCustomer<'a>,
    /// What.
    pub items: Vec<ToldItem<'a>>,
    /// The whole price.
    pub total: Money,
    /// Of it now.
    pub due_now: Money,
    /// Answers by `column_name`.
    #[schema(value_type = BTreeMap<String, Value>)]
    pub answers: &'a RawValue,
    /// Where it came from, as its page says.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// When it was first held or booked.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// Who booked.
#[derive(Serialize, ToSchema)]
pub struct ToldCustomer<'a> {
    /// Full name.
    pub name: &'a str,
    /// Address.
    pub email: &'a str,
    /// As typed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<&'a str>,
}

/// An item of a booking, as an event tells of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ToldItem<'a> {
    /// The same as in an answer.
    #[serde(flatten)]
    pub booked: BookedItem,
    /// Who comes, by party type.
    #[schema(value_type = BTreeMap<String, u32>)]
    pub party: &'a RawValue,
    /// Bought with it.
    #[schema(value_type = Vec<AddOnIn>)]
    pub add_ons: &'a RawValue,
    /// The departure for themselves.
    pub private: bool,
}

/// The `data` of an event about a booking that is stored, with what has just become of it.
pub fn told(row: &BookingRow, items: &[ItemRow], status: &str) -> Option<String> {
    let shown_items = items.iter().map(|item| {
        let starts_at = Instant(item.starts_at);
        let shown = Item { offering: &item.offering, name: &item.name, starts_at, ends_at: Instant(item.ends_at) };
        Some(ToldItem {
            booked: shown.shown(&row.timezone),
            party: serde_json::from_str(&item.party).ok()?,
            add_ons: serde_json::from_str(&item.add_ons).ok()?,
            private: item.private != 0,
        })
    });
    let told = Told {
        id: &row.public_id,
        number: row.number.as_deref().unwrap_or_default(),
        status,
        customer: ToldCustomer {
            name: row.contact_name.as_deref().unwrap_or_default(),
            email: row.contact_email.as_deref().unwrap_or_default(),
            phone: row.contact_phone.as_deref(),
        },
        items: shown_items.collect::<Option<_>>()?,
        total: money(row.total, row.currency),
        due_now: money(row.due_now, row.currency),
        answers: serde_json::from_str(&row.answers).ok()?,
        source: Source::stored(row.source.as_deref()),
        created_at: Timestamp(Instant(row.created_at)),
    };
    serde_json::to_string(&told).ok()
}

fn money(amount: i64, currency: Currency) -> Money {
    Money { amount, currency }
}
