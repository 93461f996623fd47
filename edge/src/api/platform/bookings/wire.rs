//! What the wire says of bookings.

use super::add_to::{AddToCalendar, add_to};
use crate::api::order_body::CustomerBody;
use crate::domain::booking::change::Found;
use crate::domain::booking::order::Answers;
use crate::domain::booking::source::Source;
use crate::domain::booking::view::pay_until;
use crate::domain::org::zone::wall_time;
use crate::domain::payment::rules::balance;
use crate::ical::links::Booked;
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use shared::embed::Timestamp;
use shared::party::Party;
use shared::zone::Instant;
use utoipa::ToSchema;

/// Why it is called off.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct CancelBody {
    /// In words, for the business; where staff call it off, also for the customer, unless they set rules aside.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// Staff: what goes back, in minor units; what the policy gives where it is not said.
    #[schema(minimum = 0, example = 2910)]
    pub refund: Option<i64>,
    /// Staff: more may go back than the policy gives. Needs a reason.
    #[serde(rename = "override")]
    pub beyond_rules: bool,
    /// Staff: whether the customer is told by mail; they are where it is not said.
    pub notify: Option<bool>,
}

/// Why staff say no.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RejectBody {
    /// In words, for the customer.
    #[schema(max_length = 500, example = "The boat is in the yard that week.")]
    pub reason: Option<String>,
    /// Staff: whether the customer is told by mail; they are where it is not said.
    pub notify: Option<bool>,
}

/// What goes back.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct RefundBody {
    /// Minor units; what the policy gives where it is not said.
    #[schema(minimum = 1, example = 2910)]
    pub amount: Option<i64>,
    /// In words, for the books.
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// More may go back than the policy gives. Needs a reason.
    #[serde(rename = "override")]
    pub beyond_rules: bool,
    /// Staff: whether the customer is told by mail; they are where it is not said.
    pub notify: Option<bool>,
}

/// Where a booking is to go.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RescheduleBody {
    /// The new start, as in a slot.
    #[schema(value_type = String, format = DateTime, example = "2027-05-02T15:00:00Z")]
    pub starts_at: Timestamp,
    /// Which item, counted from 0.
    #[serde(default)]
    pub item: usize,
    /// The hash of the new price that the customer saw, needed only where the new time costs something else.
    #[serde(default)]
    pub quote_hash: Option<String>,
    /// Staff: the price stays as it was agreed.
    #[serde(default)]
    pub keep_price: bool,
    /// In words.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// Staff: notice, horizon, cut-off and the smallest party do not count. Needs a reason.
    #[serde(default, rename = "override")]
    pub beyond_rules: bool,
    /// Staff: whether the customer is told by mail; they are where it is not said.
    #[serde(default)]
    pub notify: Option<bool>,
}

/// Who comes instead.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PartyBody {
    /// The whole party: how many of each party type.
    #[schema(example = json!({"adult": 1, "child": 1}))]
    pub party: Party,
    /// Which item, counted from 0.
    #[serde(default)]
    pub item: usize,
    /// The hash of the new price that the customer saw, needed where it is more.
    #[serde(default)]
    pub quote_hash: Option<String>,
    /// Staff: the price stays as it was agreed.
    #[serde(default)]
    pub keep_price: bool,
    /// Staff: what goes back, in minor units; what the policy gives where it is not said.
    #[serde(default)]
    #[schema(minimum = 0)]
    pub refund: Option<i64>,
    /// In words.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub reason: Option<String>,
    /// Staff: the smallest party, notice and cut-off do not count, and more may go back. Needs a reason.
    #[serde(default, rename = "override")]
    pub beyond_rules: bool,
    /// Staff: whether the customer is told by mail; they are where it is not said.
    #[serde(default)]
    pub notify: Option<bool>,
}

/// A yes, and nothing besides.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct YesBody {
    /// Whether the customer is told by mail; they are where it is not said.
    pub notify: Option<bool>,
}

/// Money taken on site.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PaymentBody {
    /// Minor units of the booking's currency.
    #[schema(minimum = 1, maximum = 100_000_000_000_i64, example = 6790)]
    pub amount: i64,
    /// How it was paid.
    pub method: Method,
    /// A receipt's number, say.
    #[serde(default)]
    #[schema(max_length = 500)]
    pub note: Option<String>,
    /// Staff: whether the customer is told by mail; they are where it is not said.
    #[serde(default)]
    pub notify: Option<bool>,
}

/// How money was taken.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Method {
    /// Notes and coins.
    Cash,
    /// A card terminal.
    Card,
    /// To the bank account.
    Transfer,
    /// Any other way.
    Other,
}

impl Method {
    /// As the ledger writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Cash => "CASH",
            Self::Card => "CARD",
            Self::Transfer => "TRANSFER",
            Self::Other => "OTHER",
        }
    }
}

/// What is to be written about a booking; what is left out stays, `null` takes a note away.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BookingPatch {
    /// Who to reach about it.
    #[serde(default)]
    pub customer: Option<CustomerBody>,
    /// To the business's questions, all of them, by `columnName`.
    #[serde(default)]
    #[schema(value_type = Option<BTreeMap<String, String>>, example = json!({"occasion": "A birthday"}))]
    pub answers: Option<Answers>,
    /// From the guest.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 2000, example = "We come by train.")]
    pub note: Option<Option<String>>,
    /// Staff: among the staff.
    #[serde(default, deserialize_with = "nullable")]
    #[schema(value_type = Option<String>, max_length = 2000)]
    pub staff_note: Option<Option<String>>,
    /// Staff: whether the customer is told by mail; they are where it is not said.
    #[serde(default)]
    pub notify: Option<bool>,
}

/// Tells `null` from a field that is left out.
pub fn nullable<'de, D: Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<Option<T>>, D::Error> {
    Option::<T>::deserialize(deserializer).map(Some)
}

/// Money.
#[derive(Debug, Serialize, ToSchema)]
pub struct Amount {
    /// Minor units.
    pub amount: i64,
    /// ISO 4217.
    #[schema(example = "EUR")]
    pub currency: String,
}

/// A booking, with the facts beside its state.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Booking)]
pub struct BookingDetail {
    /// Public id.
    #[schema(example = "bkg_0192f0c1a2b37c4d8e5f60718293a4b5")]
    pub id: String,
    /// The number people read out; empty for a hold.
    #[schema(example = "HB-2027-000123")]
    pub number: String,
    /// State of the life cycle.
    #[schema(example = "CONFIRMED")]
    pub status: String,
    /// Whether the customer must pay before it counts.
    pub requires_payment: bool,
    /// Until when it waits for the payment.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub pay_until: Option<Timestamp>,
    /// The whole price.
    pub total: Amount,
    /// Of it to be paid to book.
    pub due_now: Amount,
    /// All that was paid.
    pub paid: Amount,
    /// All that went back.
    pub refunded_amount: Amount,
    /// On its way back through the payment provider, who has yet to say that it went.
    pub refund_pending: Amount,
    /// What is still to be paid; negative when too much was.
    pub balance: Amount,
    /// What was booked.
    pub items: Vec<DetailItem>,
    /// Who to reach about it; null for a hold that nobody is named for.
    pub customer: Option<DetailCustomer>,
    /// Where its items can be put, while it takes place or is asked for.
    pub add_to_calendar: Vec<AddToCalendar>,
    /// To the business's questions, by `columnName`.
    #[schema(value_type = BTreeMap<String, String>)]
    pub answers: Value,
    /// From the guest.
    pub note: Option<String>,
    /// Among the staff; only staff see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub staff_note: Option<String>,
    /// Where it came from; only staff see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub channel: Option<String>,
    /// The page and campaign that it came from, where they said so; only staff see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source: Option<Source>,
    /// They are there.
    pub checked_in: bool,
    /// They did not come.
    pub no_show: bool,
    /// The start before it was moved.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub rescheduled_from: Option<Timestamp>,
    /// When it was called off.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub cancelled_at: Option<Timestamp>,
    /// CUSTOMER, STAFF or SYSTEM.
    pub cancelled_by: Option<String>,
    /// In words.
    pub cancel_reason: Option<String>,
    /// A request runs out then.
    #[schema(value_type = Option<String>, format = DateTime)]
    pub approve_until: Option<Timestamp>,
    /// When it was first held or booked.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// An item of a booking.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = BookingItem)]
pub struct DetailItem {
    /// Which offering.
    #[schema(example = "tour_harbor_sunset")]
    pub offering_id: String,
    /// Its name when it was booked.
    pub name: String,
    /// Starts, UTC.
    #[schema(value_type = String, format = DateTime)]
    pub starts_at: Timestamp,
    /// Ends, UTC.
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
    /// Starts, the venue's wall time with its offset.
    #[schema(example = "2027-05-01T17:00:00+02:00")]
    pub local_starts_at: String,
    /// Who comes, by party type.
    #[schema(value_type = Party, example = json!({"adult": 2}))]
    pub party: Value,
    /// Bought with it.
    #[schema(value_type = Vec<shared::embed::AddOnIn>, example = json!([{"id": "add_harbor_picnic", "quantity": 1}]))]
    pub add_ons: Value,
    /// The departure for themselves.
    pub private: bool,
    /// Minutes or days, where the customer chose.
    pub length: Option<u32>,
    /// Its part of the price.
    pub total: Amount,
}

/// Who to reach about a booking.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = BookingCustomer)]
pub struct DetailCustomer {
    /// Public id, once they are a customer; only staff see it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// Full name.
    pub name: String,
    /// Address.
    pub email: String,
    /// As typed.
    pub phone: Option<String>,
}

/// A booking as somebody sees it.
pub fn detail((row, items): &Found, staff: bool) -> BookingDetail {
    let money = |amount| Amount { amount, currency: row.currency.code().to_owned() };
    let at = |second: Option<i64>| second.map(|second| Timestamp(Instant(second)));
    let json = |text: &str| serde_json::from_str(text).unwrap_or(Value::Null);
    let unpaid = balance(row);
    let booked = Booked {
        number: row.number.as_deref().unwrap_or_default(),
        org: Some(&row.org_name),
        page: None,
        zone: Some(&row.timezone),
        language: row.locale.as_deref().unwrap_or(&row.org_locale),
    };
    let kept = items.iter().map(|item| (item.name.as_str(), Instant(item.starts_at), Instant(item.ends_at)));
    BookingDetail {
        add_to_calendar: add_to(&booked, &row.state, kept),
        id: row.public_id.clone(),
        number: row.number.clone().unwrap_or_default(),
        status: row.state.clone(),
        requires_payment: pay_until(row).is_some(),
        pay_until: pay_until(row).map(Timestamp),
        total: money(row.total),
        due_now: money(row.due_now),
        paid: money(row.paid),
        refunded_amount: money(row.repaid),
        refund_pending: money(row.going_back),
        balance: money(unpaid),
        items: items
            .iter()
            .map(|item| DetailItem {
                offering_id: item.offering.clone(),
                name: item.name.clone(),
                starts_at: Timestamp(Instant(item.starts_at)),
                ends_at: Timestamp(Instant(item.ends_at)),
                local_starts_at: wall_time(&row.timezone, Instant(item.starts_at)),
                party: json(&item.party),
                add_ons: json(&item.add_ons),
                private: item.private != 0,
                length: item.length,
                total: money(item.total),
            })
            .collect(),
        customer: row.contact_email.clone().map(|email| DetailCustomer {
            id: row.customer.clone().filter(|_| staff),
            name: row.contact_name.clone().unwrap_or_default(),
            email,
            phone: row.contact_phone.clone(),
        }),
        answers: json(&row.answers),
        note: row.note.clone(),
        staff_note: row.staff_note.clone().filter(|_| staff),
        channel: staff.then(|| row.channel.clone()),
        source: Source::stored(row.source.as_deref()).filter(|_| staff),
        checked_in: row.checked_in_at.is_some(),
        no_show: row.no_show_at.is_some(),
        rescheduled_from: at(row.rescheduled_from),
        cancelled_at: at(row.cancelled_at),
        cancelled_by: row.cancelled_by.clone(),
        cancel_reason: row.cancel_reason.clone(),
        approve_until: at(row.approve_until.filter(|_| row.state == "AWAITING_APPROVAL")),
        created_at: Timestamp(Instant(row.created_at)),
    }
}
