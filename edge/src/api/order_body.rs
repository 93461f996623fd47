//! The body that quotes, holds and bookings share: one item written out beside the rest, or a list of items.

use crate::domain::booking::book::Details;
use crate::domain::booking::order::{Answers, Contact, Form, MAX_ITEMS, Order, Part, optional_text};
use crate::domain::booking::source::Source;
use crate::problem::{Code, Problem};
use serde::Deserialize;
use shared::embed::{AddOnIn, ItemIn, Timestamp};
use shared::id::{AddOnId, OfferingId};
use shared::party::Party;
use utoipa::ToSchema;

/// What is wanted, and by whom. Either `items`, or one item written out (`tourId`, `instanceStartsAt`, `party` …), or for
/// a booking the `holdToken` of what is held.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Order)]
pub struct OrderBody {
    /// 1 to 20 items, booked together or not at all.
    #[serde(default)]
    items: Option<Vec<ItemBody>>,
    /// The offering of a single item; `eventId`, `appointmentId`, `roomId`, `packageId` and `offeringId` do as well.
    #[serde(
        default,
        alias = "eventId",
        alias = "appointmentId",
        alias = "roomId",
        alias = "packageId",
        alias = "offeringId"
    )]
    #[schema(value_type = Option<String>, example = "tour_harbor_sunset")]
    tour_id: Option<OfferingId>,
    /// Its start, as in a slot; `startsAt` does as well.
    #[serde(default, alias = "startsAt")]
    #[schema(value_type = Option<String>, format = DateTime, example = "2027-05-01T15:00:00Z")]
    instance_starts_at: Option<Timestamp>,
    /// Its party: how many of each party type.
    #[serde(default)]
    #[schema(example = json!({"adult": 2, "child": 1}))]
    party: Option<Party>,
    /// Its length, minutes or days, where the offering lets the customer choose.
    #[serde(default)]
    length: Option<u32>,
    /// Its departure for themselves.
    #[serde(default)]
    private: Option<bool>,
    /// Its add-ons.
    #[serde(default)]
    add_ons: Option<Vec<AddOnBody>>,
    /// A coupon's code.
    #[serde(default)]
    #[schema(example = "HARBOR10")]
    coupon: Option<String>,
    /// ISO 3166-1 alpha-2, where tax depends on it.
    #[serde(default)]
    country: Option<String>,
    /// The hash of the price that the customer saw: another price is refused with 409.
    #[serde(default)]
    quote_hash: Option<String>,
    /// Bookings: the hold to turn into a booking.
    #[serde(default)]
    hold_token: Option<String>,
    /// Who it is for. Bookings need it; with it a hold is a cart.
    #[serde(default, deserialize_with = "present")]
    customer: Option<CustomerBody>,
    /// Bookings: answers to the business's questions, by `columnName`.
    #[serde(default)]
    #[schema(value_type = Option<HashMap<String, Value>>)]
    answers: Option<Answers>,
    /// Bookings: the calendar it came through.
    #[serde(default)]
    #[schema(example = "cal_harbor")]
    calendar: Option<String>,
    /// Bookings: BCP 47, the language to write to them in.
    #[serde(default)]
    #[schema(example = "en")]
    locale: Option<String>,
    /// Holds and bookings: where it came from. Pages and campaigns, never people.
    #[serde(default)]
    source: Option<Source>,
}

/// One offering at one time.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = OrderItem)]
pub struct ItemBody {
    /// Which offering.
    #[schema(value_type = String, example = "tour_harbor_sunset")]
    offering_id: OfferingId,
    /// Its start, as in a slot.
    #[schema(value_type = String, format = DateTime, example = "2027-05-01T15:00:00Z")]
    starts_at: Timestamp,
    /// How many of each party type.
    #[schema(example = json!({"adult": 2, "child": 1}))]
    party: Party,
    /// Minutes or days, where the offering lets the customer choose.
    #[serde(default)]
    length: Option<u32>,
    /// The departure for themselves.
    #[serde(default)]
    private: bool,
    /// Bought with it.
    #[serde(default)]
    add_ons: Vec<AddOnBody>,
}

/// An add-on and how many.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = OrderAddOn)]
pub struct AddOnBody {
    /// Which.
    #[schema(value_type = String, example = "add_harbor_picnic")]
    id: AddOnId,
    /// How many.
    #[schema(minimum = 1)]
    quantity: u32,
}

/// A person who books.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = Customer)]
pub struct CustomerBody {
    /// Full name.
    #[schema(min_length = 1, max_length = 200, example = "Ada Example")]
    pub name: String,
    /// E-mail address.
    #[schema(max_length = 254, example = "ada@example.com")]
    pub email: String,
    /// Phone number as typed.
    #[serde(default)]
    #[schema(max_length = 40)]
    pub phone: Option<String>,
}

/// A field that may be left out, but not be null.
fn present<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Option<CustomerBody>, D::Error> {
    CustomerBody::deserialize(deserializer).map(Some)
}

impl From<AddOnBody> for AddOnIn {
    fn from(body: AddOnBody) -> Self {
        Self { id: body.id, quantity: body.quantity }
    }
}

impl From<ItemBody> for ItemIn {
    fn from(body: ItemBody) -> Self {
        Self {
            offering_id: body.offering_id,
            starts_at: body.starts_at,
            party: body.party,
            length: body.length,
            private: body.private,
            add_ons: body.add_ons.into_iter().map(Into::into).collect(),
        }
    }
}

/// What a body asks for.
pub struct Wanted {
    /// What; none where only a hold is named.
    pub order: Option<Order>,
    /// The hold to book.
    pub hold_token: Option<String>,
    /// Who.
    pub contact: Option<Contact>,
    /// Where it came from.
    pub source: Option<Source>,
    answers: Answers,
    calendar: Option<String>,
    locale: Option<String>,
}

impl OrderBody {
    /// The fault of a booking that nobody is named for, before any other.
    pub fn names_somebody(&self) -> Result<(), Problem> {
        if self.customer.is_some() {
            return Ok(());
        }
        let nobody = Problem::new(Code::MalformedRequest).and_field("/customer", "required", "Who books?");
        let nothing = self.items.is_none() && self.tour_id.is_none() && self.hold_token.is_none();
        Err(if nothing { nobody.and_field("/items", "required", "Name at least one item.") } else { nobody })
    }

    /// Reads the body's two forms as one.
    pub fn parse(self) -> Result<Wanted, Problem> {
        let one = self.tour_id.is_some() || self.instance_starts_at.is_some() || self.party.is_some();
        let parts = one || self.length.is_some() || self.private.is_some() || self.add_ons.is_some();
        let customer = self.customer.map(|body| Contact::parse(&body.name, &body.email, body.phone));
        let contact = customer.transpose()?;
        let answers = self.answers.unwrap_or_default();
        if answers.len() > 100 {
            return Err(Problem::field("/answers", "too_many", "At most 100 answers."));
        }
        let (items, form) = match self.items {
            Some(_) if parts => {
                let message = "Either `items`, or one item written out.";
                return Err(Problem::field("/items", "ambiguous", message));
            }
            Some(items) if items.len() > MAX_ITEMS => {
                return Err(Problem::field("/items", "too_many", format!("At most {MAX_ITEMS} items.")));
            }
            Some(items) => (items.into_iter().map(ItemIn::from).collect(), Form::Many),
            None if parts => {
                let required = |part| {
                    let problem = Problem::new(Code::MalformedRequest);
                    problem.and_field(Form::One.pointer(0, part), "required", "Needed for a single item.")
                };
                let item = ItemIn {
                    offering_id: self.tour_id.ok_or_else(|| required(Part::Offering))?,
                    starts_at: self.instance_starts_at.ok_or_else(|| required(Part::StartsAt))?,
                    party: self.party.ok_or_else(|| required(Part::Party))?,
                    length: self.length,
                    private: self.private.unwrap_or(false),
                    add_ons: self.add_ons.unwrap_or_default().into_iter().map(Into::into).collect(),
                };
                (vec![item], Form::One)
            }
            None => (Vec::new(), Form::Many),
        };
        let hold_token = optional_text(self.hold_token, "/holdToken", 200)?;
        let order = if items.is_empty() && hold_token.is_some() {
            None
        } else {
            Some(Order::parse(items, form, self.coupon, self.country, self.quote_hash)?)
        };
        Ok(Wanted {
            order,
            hold_token,
            contact,
            source: self.source.map(Source::parse).transpose()?.flatten(),
            answers,
            calendar: optional_text(self.calendar, "/calendar", 64)?,
            locale: locale(self.locale)?,
        })
    }
}

impl Wanted {
    /// What is wanted, where a hold will not do.
    pub fn order(&self) -> Result<&Order, Problem> {
        self.order.as_ref().ok_or_else(|| Problem::field("/items", "required", "Name at least one item."))
    }

    /// Who books and what comes with it.
    pub fn details(self) -> Result<Details, Problem> {
        let nobody = || Problem::new(Code::MalformedRequest).and_field("/customer", "required", "Who books?");
        Ok(Details {
            contact: self.contact.ok_or_else(nobody)?,
            answers: self.answers,
            calendar: self.calendar,
            locale: self.locale,
            source: self.source,
            note: None,
            desk: None,
        })
    }
}

/// A BCP 47 tag by its signs; which languages there are is another matter.
fn locale(text: Option<String>) -> Result<Option<String>, Problem> {
    let text = optional_text(text, "/locale", 35)?;
    let part = |part: &str| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match text {
        Some(text) if !text.split('-').all(part) => {
            Err(Problem::field("/locale", "invalid_value", "A language tag, such as pt-BR."))
        }
        text => Ok(text),
    }
}
