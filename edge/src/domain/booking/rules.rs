//! The decision on an order: where each item goes, what it claims, what everything costs. Pure: the engine decides.

use super::order::{Answers, Form, Order, Part};
use crate::domain::catalog::Venue;
use crate::domain::org::zone::wall_time;
use crate::problem::{Code, Problem};
use shared::availability::{Ask, Calendar, Claim, Engine, Need, Offering, Placement, Pool, Reason, Slot};
use shared::embed::{Alternative, ItemIn, Question, QuestionKind, Timestamp};
use shared::id::ResourceId;
use shared::pricing::{AddOnRequest, Coupon, ItemRequest, Quote, QuoteError, RefundTier, Request, quote};
use shared::zone::{Instant, Span};

/// How many other starts a refusal names.
const ALTERNATIVES: usize = 5;

/// An order that can be kept.
pub struct Decision {
    /// Item by item.
    pub placed: Vec<Placed>,
    /// What it costs.
    pub quote: Quote,
}

/// An item that has found its place.
pub struct Placed {
    /// As it was ordered.
    pub item: ItemIn,
    /// The offering's name at this moment.
    pub name: String,
    /// The offering's row.
    pub offering_row: i64,
    /// When, and for themselves or not.
    pub placement: Placement,
    /// What it takes, stock of add-ons included, with the rows of resources.
    pub claims: Vec<Claim>,
    /// The claims are right only if nobody else comes onto the departure meanwhile.
    pub depends_on_others: bool,
    /// Staff approve every booking of it.
    pub approval: bool,
    /// What comes back on cancelling.
    pub refund_tiers: Vec<RefundTier>,
}

/// Decides an order. The venue's claims grow by those of the items, so that later items see earlier ones.
pub fn decide(venue: &mut Venue, order: &Order, reliable_until: Instant) -> Result<Decision, Problem> {
    let mut placed = Vec::with_capacity(order.items.len());
    for (index, item) in order.items.iter().enumerate() {
        let one = place(venue, order.form, index, item, reliable_until)?;
        venue.calendar.claims.extend(one.claims.iter().cloned());
        placed.push(one);
    }
    let quote = price(venue, order, &placed)?;
    if order.quote_hash.as_ref().is_some_and(|seen| *seen != quote.hash) {
        return Err(Problem::new(Code::PriceChanged)
            .detail("Show the customer this price and ask again.")
            .quote(&quote));
    }
    Ok(Decision { placed, quote })
}

/// Leaves only what cannot be argued with: seats, resources, closures and that time does not run backwards. Notice, horizon,
/// cut-off and the smallest party are the business's own rules, which its staff may set aside.
pub fn ease(venue: &mut Venue) {
    for offering in &mut venue.offerings {
        offering.rules.notice = 0;
        offering.rules.horizon_days = None;
        offering.rules.cut_off = None;
        offering.rules.min_party = 0;
        offering.party_types.iter_mut().for_each(|kind| kind.min = 0);
    }
}

fn place(venue: &Venue, form: Form, index: usize, item: &ItemIn, reliable_until: Instant) -> Result<Placed, Problem> {
    let missing = || {
        let pointer = form.pointer(index, Part::Offering);
        Problem::not_found("offering").and_field(pointer, "not_found", "There is no such offering.")
    };
    let offering = venue.offering(&item.offering_id).ok_or_else(missing)?;
    let card = venue.card(&item.offering_id).ok_or_else(missing)?;
    let offering_row = venue.offering_row(&item.offering_id).ok_or_else(missing)?;
    let ask = Ask { party: item.party.clone(), length: item.length, private: item.private };
    let Timestamp(starts_at) = item.starts_at;
    let engine = Engine::new(&venue.calendar);
    let placement = engine.place(offering, starts_at, &ask).map_err(|reasons| {
        let near = engine.alternatives(offering, starts_at, &ask, ALTERNATIVES);
        let near = near.iter().filter(|slot| slot.starts_at < reliable_until);
        let reasons: Vec<Reason> = reasons.into_iter().map(Reason::redacted).collect();
        refused(form, index, &reasons).alternatives(near.filter_map(|slot| alternative(venue, slot)).collect())
    })?;
    let mut claims = placement.claims.clone();
    claims.extend(stock(venue, form, index, item, placement.span)?);
    let tariff = venue.book.tariffs.iter().find(|tariff| tariff.offering == item.offering_id);
    Ok(Placed {
        item: item.clone(),
        name: card.name.clone(),
        offering_row,
        claims,
        depends_on_others: depends_on_others(offering),
        approval: card.approval,
        refund_tiers: tariff.map(|tariff| tariff.refund_tiers.clone()).unwrap_or_default(),
        placement,
    })
}

fn depends_on_others(offering: &Offering) -> bool {
    offering.requires.iter().any(|requirement| matches!(requirement.need, Need::PerDepartureSeats(_)))
}

/// Add-ons that run out are claimed for as long as the item lasts.
fn stock(venue: &Venue, form: Form, index: usize, item: &ItemIn, span: Span) -> Result<Vec<Claim>, Problem> {
    let mut claims: Vec<Claim> = Vec::new();
    for (place, wanted) in item.add_ons.iter().enumerate() {
        let Some(id) = venue.add_on(&wanted.id).and_then(|add_on| add_on.stock.clone()) else { continue };
        let taken = claims.iter().filter(|claim| claim.pool == Pool::Resource(id.clone()));
        let taken = taken.fold(0_u32, |sum, claim| sum.saturating_add(claim.units));
        let left = units_left(&venue.calendar, &id, span).saturating_sub(taken);
        if wanted.quantity > left {
            let pointer = form.pointer(index, Part::Quantity(place));
            let message = format!("{left} left at that time.");
            return Err(Problem::new(Code::SoldOut).because("add_on_sold_out").and_field(pointer, "sold_out", message));
        }
        let pool = Pool::Resource(id);
        claims.push(Claim { pool, span, units: wanted.quantity, held_until: None, shared_by: None });
    }
    Ok(claims)
}

/// The fewest units of a resource that are free at any instant of a span. Its load only rises where a claim starts.
fn units_left(calendar: &Calendar, id: &ResourceId, span: Span) -> u32 {
    let Some(resource) = calendar.resources.iter().find(|resource| resource.id == *id) else { return 0 };
    let pool = Pool::Resource(id.clone());
    let live = |claim: &&Claim| {
        claim.pool == pool && claim.span.overlaps(span) && claim.held_until.is_none_or(|until| until > calendar.now)
    };
    let over: Vec<&Claim> = calendar.claims.iter().filter(live).collect();
    let load = |at: Instant| {
        let inside = over.iter().filter(|claim| claim.span.starts_at <= at && at < claim.span.ends_at);
        inside.fold(0_u32, |sum, claim| sum.saturating_add(claim.units))
    };
    let starts = over.iter().map(|claim| claim.span.starts_at.max(span.starts_at));
    let most = starts.map(load).max().unwrap_or(0);
    resource.units.saturating_sub(most)
}

/// Prices what was placed.
fn price(venue: &Venue, order: &Order, placed: &[Placed]) -> Result<Quote, Problem> {
    let coupon = match (&order.coupon, &venue.coupon) {
        (None, _) => None,
        (Some(_), Some(found)) => Some(found.coupon.clone()),
        (Some(_), None) => return Err(coupon_refused("coupon_unknown", "There is no such coupon.")),
    };
    let items = placed.iter().map(request_of).collect();
    quote_of(venue, items, coupon, order.country.clone()).map_err(|error| unpriced(order.form, &error))
}

/// As the price list reads an item.
fn request_of(placed: &Placed) -> ItemRequest {
    let add_ons = placed.item.add_ons.iter();
    ItemRequest {
        offering: placed.item.offering_id.clone(),
        starts_at: placed.placement.span.starts_at,
        ends_at: placed.placement.span.ends_at,
        party: placed.item.party.clone(),
        private: placed.placement.private,
        add_ons: add_ons.map(|add_on| AddOnRequest { id: add_on.id.clone(), quantity: add_on.quantity }).collect(),
        pay: None,
    }
}

/// The price of anything at this venue, at its own moment.
pub fn quote_of(
    venue: &Venue,
    items: Vec<ItemRequest>,
    coupon: Option<Coupon>,
    country: Option<String>,
) -> Result<Quote, QuoteError> {
    let request = Request { items, coupon, country, reverse_charge: false, now: venue.calendar.now };
    quote(&venue.book, &venue.calendar.zone, &request)
}

fn coupon_refused(cause: &str, message: &str) -> Problem {
    Problem::new(Code::CouponRefused).because(cause).and_field("/coupon", cause, message)
}

/// Says why there is no price.
fn unpriced(form: Form, error: &QuoteError) -> Problem {
    let (item, part, rule, message) = match error {
        QuoteError::Coupon(refusal) => return coupon_refused(refusal.code(), "The coupon is not good for this."),
        QuoteError::Overflow => return Problem::field("/items", "too_large", "More than a price can be."),
        QuoteError::BadBook => return Problem::internal(error),
        QuoteError::NoItems => return Problem::field("/items", "required", "Name at least one item."),
        QuoteError::TooManyItems => return Problem::field("/items", "too_many", "Too many items."),
        QuoteError::UnknownOffering { item } => (*item, Part::Offering, "not_sold", "It has no price."),
        QuoteError::EmptyParty { item } => (*item, Part::Party, "required", "Somebody has to come."),
        QuoteError::UnknownPartyType { item, .. } => (*item, Part::Party, "not_sold", "No such kind of guest."),
        QuoteError::PartyTooLarge { item } => (*item, Part::Party, "too_many", "Too many guests."),
        QuoteError::UnitsNotSold { item } => (*item, Part::Party, "not_sold", "There is no price for so many."),
        QuoteError::LengthNotSold { item } => (*item, Part::Length, "not_sold", "There is no price for that length."),
        QuoteError::UnknownAddOn { item, add_on } => {
            (*item, Part::AddOn(*add_on), "not_sold", "Not sold with this offering.")
        }
        QuoteError::TooManyAddOns { item, add_on, .. } => {
            (*item, Part::Quantity(*add_on), "too_many", "More than one booking may have.")
        }
        QuoteError::PayNotOffered { item } | QuoteError::PayTooLow { item, .. } => {
            (*item, Part::Offering, "not_sold", "The price is not the customer's to choose.")
        }
    };
    Problem::new(Code::NotPriced).and_field(form.pointer(item, part), rule, message)
}

/// Says why an item cannot be had: the gravest reason decides the kind, all of them are told.
fn refused(form: Form, index: usize, reasons: &[Reason]) -> Problem {
    let code = reasons.iter().map(|reason| gravity(reason).0).min().map_or(Code::NotBookable, |rank| match rank {
        0 | 3 => Code::NotBookable,
        1 => Code::SoldOut,
        _ => Code::Unavailable,
    });
    let cause = reasons.iter().min_by_key(|reason| gravity(reason).0).map(|reason| gravity(reason).1);
    let mut problem = Problem::new(code);
    if let Some(cause) = cause.filter(|_| code == Code::NotBookable) {
        problem = problem.because(cause);
    }
    for reason in reasons {
        let (_, word) = gravity(reason);
        let (part, message) = match reason {
            Reason::Try { .. } => continue,
            Reason::Closed => (Part::StartsAt, "It does not take place then.".to_owned()),
            Reason::SoldOut { left: 0 } => (Part::Party, "Nothing is left.".to_owned()),
            Reason::SoldOut { left } => (Part::Party, format!("{left} left.")),
            Reason::Notice { until } => (Part::StartsAt, format!("Booking closed at {:?}.", Timestamp(*until))),
            Reason::OverHorizon { opens } => (Part::StartsAt, format!("Booking opens at {:?}.", Timestamp(*opens))),
            Reason::ResourceBusy { .. } => (Part::StartsAt, "Something that it needs is taken then.".to_owned()),
            Reason::Blocked { .. } => (Part::StartsAt, "Something that it needs is off then.".to_owned()),
            Reason::PartyTooLarge { max } => (Part::Party, format!("At most {max}.")),
            Reason::PartyTooSmall { min } => (Part::Party, format!("At least {min}.")),
            Reason::DayFull { .. } => (Part::StartsAt, "The day is full.".to_owned()),
            Reason::NotPrivate => (Part::Private, "Others are on it already, or it is not offered.".to_owned()),
            Reason::BelowThreshold { .. } => (Part::StartsAt, "Too few have booked in time.".to_owned()),
            Reason::NotOffered => (Part::StartsAt, "No such start, length or kind of guest.".to_owned()),
        };
        problem = problem.and_field(form.pointer(index, part), word, message);
    }
    problem
}

/// How much a reason weighs (the lowest names the problem), and its word.
pub fn gravity(reason: &Reason) -> (u8, &'static str) {
    match reason {
        Reason::NotOffered => (0, "not_offered"),
        Reason::PartyTooLarge { .. } => (0, "party_too_large"),
        Reason::PartyTooSmall { .. } => (0, "party_too_small"),
        Reason::Notice { .. } => (0, "notice"),
        Reason::OverHorizon { .. } => (0, "over_horizon"),
        Reason::Closed => (0, "closed"),
        Reason::SoldOut { .. } => (1, "sold_out"),
        Reason::DayFull { .. } => (1, "day_full"),
        Reason::NotPrivate => (1, "not_private"),
        Reason::ResourceBusy { .. } => (2, "resource_busy"),
        Reason::Blocked { .. } => (2, "blocked"),
        Reason::BelowThreshold { .. } => (3, "below_threshold"),
        Reason::Try { .. } => (9, "try"),
    }
}

fn alternative(venue: &Venue, slot: &Slot) -> Option<serde_json::Value> {
    let shown = Alternative {
        starts_at: Timestamp(slot.starts_at),
        ends_at: Timestamp(slot.ends_at),
        local_starts_at: wall_time(&venue.org.timezone, slot.starts_at),
        remaining: slot.remaining,
        status: slot.status,
    };
    serde_json::to_value(shown).ok()
}

/// Checks the answers to the business's questions.
pub fn answered<'q>(questions: impl Iterator<Item = &'q Question>, answers: &Answers) -> Result<(), Problem> {
    let mut known = Vec::new();
    for question in questions {
        known.push(question.column_name.as_str());
        let pointer = format!("/answers/{}", question.column_name.replace('~', "~0").replace('/', "~1"));
        let answer = answers.get(&question.column_name).map(|answer| answer.trim()).filter(|answer| !answer.is_empty());
        let Some(answer) = answer else {
            if question.required {
                return Err(Problem::field(pointer, "required", question.label.clone()));
            }
            continue;
        };
        let (fits, most) = match question.kind {
            QuestionKind::Text => (true, 200),
            QuestionKind::Textarea => (true, 2_000),
            QuestionKind::Select => (question.options.iter().any(|option| option == answer), 200),
            QuestionKind::Checkbox => (matches!(answer, "true" | "false"), 5),
        };
        if answer.chars().count() > most {
            return Err(Problem::field(pointer, "too_long", format!("At most {most} characters.")));
        }
        if !fits {
            return Err(Problem::field(pointer, "invalid_value", "Not one of the choices."));
        }
    }
    match answers.keys().find(|name| !known.contains(&name.as_str())) {
        Some(name) => {
            let pointer = format!("/answers/{}", name.replace('~', "~0").replace('/', "~1"));
            Err(Problem::field(pointer, "unknown_field", "Nobody asked that."))
        }
        None => Ok(()),
    }
}
