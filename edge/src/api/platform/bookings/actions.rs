//! Everything that is done to a booking. Each route says what it takes; one function does it, and the life cycle
//! (`GET /api/meta/booking-states`) decides who may do it when.

use super::access::BookingAccess;
use super::wire::{
    BookingDetail, BookingPatch, CancelBody, PartyBody, PaymentBody, RefundBody, RejectBody, RescheduleBody, YesBody,
    detail,
};
use crate::access::limit;
use crate::access::permission::Permission;
use crate::api::body::{AnyBody, Body, MaybeBody};
use crate::api::idempotency::IdempotencyKey;
use crate::api::refusals::{Repeatable, Writing};
use crate::context::Context;
use crate::domain::booking::change::Found;
use crate::domain::booking::life::amend::{Amendment, amend};
use crate::domain::booking::life::{self, Deed, Payment, Placing};
use crate::domain::booking::order::{Contact, optional_text};
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde_json::Value;
use shared::booking::Action;

/// The most that is paid or given back at once, in minor units.
const MOST: i64 = 100_000_000_000;

/// Somebody who acts on the booking of the path.
pub struct Acting {
    context: Context,
    found: Found,
    who: BookingAccess,
    key: IdempotencyKey,
    route: String,
}

impl FromRequestParts<Context> for Acting {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, context: &Context) -> Result<Self, Problem> {
        let Path(id) = Path::<String>::from_request_parts(parts, context).await.map_err(Problem::internal)?;
        let who = BookingAccess::from_request_parts(parts, context).await?;
        if !who.is_staff() {
            limit::guest(context, &parts.headers).await?;
        }
        // Before the body is judged: a stranger learns nothing from that.
        let found = who.open(context, &id, Permission::BookingsWrite).await?;
        let key = IdempotencyKey::from_request_parts(parts, context).await?;
        let route = format!("{} {}", parts.method, parts.uri.path());
        Ok(Self { context: context.clone(), found, who, key, route })
    }
}

/// What only staff may ask for.
struct Favours {
    beyond_rules: bool,
    keep_price: bool,
    refund: Option<i64>,
    notify: Option<bool>,
}

const NONE: Favours = Favours { beyond_rules: false, keep_price: false, refund: None, notify: None };

impl Acting {
    /// Does it, and answers the booking as it is then.
    async fn act(self, body: &[u8; 32], deed: Deed) -> Result<Json<Value>, Problem> {
        let staff = self.who.is_staff();
        // Staff and customer are answered differently, so their keys are different keys.
        let key = self.key.of(format!("{} {}", if staff { "staff" } else { "customer" }, self.route), body);
        let show = |found: &_| serde_json::to_value(detail(found, staff)).unwrap_or_default();
        life::act(&self.context, self.found, self.who.hand(), &deed, key.as_ref(), &show).await.map(Json)
    }

    /// An action with what comes with most of them.
    fn deed(&self, action: Action, reason: Option<String>, favours: &Favours) -> Result<Deed, Problem> {
        let reason = optional_text(reason, "/reason", 500)?;
        let Favours { beyond_rules, keep_price, refund, notify } = *favours;
        if !self.who.is_staff() && (beyond_rules || keep_price || refund.is_some() || notify.is_some()) {
            let detail = "Only staff choose refunds, keep prices, set rules aside and say whether a mail is sent.";
            return Err(Problem::new(Code::Forbidden).detail(detail));
        }
        if beyond_rules && reason.is_none() {
            return Err(Problem::field("/reason", "required", "Setting rules aside needs a reason."));
        }
        if refund.is_some_and(|refund| !(0..=MOST).contains(&refund)) {
            return Err(Problem::field("/refund", "out_of_range", "Minor units, 0 or more."));
        }
        let placing = Placing { keep_price, ..Placing::default() };
        Ok(Deed { reason, refund, beyond_rules, placing, notify: notify != Some(false), ..Deed::of(action) })
    }

    async fn plainly(self, body: AnyBody, action: Action) -> Result<Json<Value>, Problem> {
        let deed = self.deed(action, None, &NONE)?;
        self.act(&body.hash, deed).await
    }
}

/// Calls a booking off: its seats are free at once, and what the policy gives of what was paid goes back.
#[utoipa::path(
    post, path = "/api/bookings/{bookingId}/cancel", tag = "Bookings", operation_id = "cancelBooking", request_body = CancelBody,
    security((), ("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    params(
        ("bookingId" = String, Path, description = "`bkg_…`"),
        ("token" = Option<String>, Query, description = "The token of its manage link; may also come as a bearer"), Repeatable,
    ),
    responses((status = 200, description = "Called off", body = BookingDetail), Writing),
)]
pub async fn cancel(acting: Acting, body: Body<CancelBody>) -> Result<Json<Value>, Problem> {
    let CancelBody { reason, refund, beyond_rules, notify } = body.value;
    let deed = acting.deed(Action::Cancel, reason, &Favours { beyond_rules, refund, notify, ..NONE })?;
    acting.act(&body.hash, deed).await
}

/// Moves a booking to another time: the old seats go and the new ones come in one step.
#[utoipa::path(
    post, path = "/api/bookings/{bookingId}/reschedule", tag = "Bookings", operation_id = "rescheduleBooking", request_body = RescheduleBody,
    security((), ("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    params(
        ("bookingId" = String, Path, description = "`bkg_…`"),
        ("token" = Option<String>, Query, description = "The token of its manage link; may also come as a bearer"), Repeatable,
    ),
    responses((status = 200, description = "Moved", body = BookingDetail), Writing),
)]
pub async fn reschedule(acting: Acting, body: Body<RescheduleBody>) -> Result<Json<Value>, Problem> {
    let RescheduleBody { starts_at, item, quote_hash, keep_price, reason, beyond_rules, notify } = body.value;
    let favours = Favours { beyond_rules, keep_price, refund: None, notify };
    let mut deed = acting.deed(Action::Reschedule, reason, &favours)?;
    deed.placing = Placing { item, starts_at: Some(starts_at), quote_hash, ..deed.placing };
    acting.act(&body.hash, deed).await
}

/// Changes who comes. Fewer: their seats are free at once, and what the policy gives of their part goes back. More: if there
/// is room.
#[utoipa::path(
    post, path = "/api/bookings/{bookingId}/party", tag = "Bookings", operation_id = "changeParty", request_body = PartyBody,
    security((), ("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    params(
        ("bookingId" = String, Path, description = "`bkg_…`"),
        ("token" = Option<String>, Query, description = "The token of its manage link; may also come as a bearer"), Repeatable,
    ),
    responses((status = 200, description = "With the new party and price", body = BookingDetail), Writing),
)]
pub async fn party(acting: Acting, body: Body<PartyBody>) -> Result<Json<Value>, Problem> {
    let PartyBody { party, item, quote_hash, keep_price, refund, reason, beyond_rules, notify } = body.value;
    let mut deed = acting.deed(Action::ChangeParty, reason, &Favours { beyond_rules, keep_price, refund, notify })?;
    deed.placing = Placing { item, party: Some(party), quote_hash, ..deed.placing };
    acting.act(&body.hash, deed).await
}

/// Says yes to a request.
#[utoipa::path(
    post, path = "/api/bookings/{bookingId}/approve", tag = "Bookings", operation_id = "approveBooking", request_body = Option<YesBody>,
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    params(("bookingId" = String, Path, description = "`bkg_…`"), Repeatable),
    responses((status = 200, description = "Confirmed", body = BookingDetail), Writing),
)]
pub async fn approve(acting: Acting, body: MaybeBody<YesBody>) -> Result<Json<Value>, Problem> {
    let deed = acting.deed(Action::Approve, None, &Favours { notify: body.value.notify, ..NONE })?;
    acting.act(&body.hash, deed).await
}

/// Says no to a request: its seats are free at once, and everything that was paid goes back.
#[utoipa::path(
    post, path = "/api/bookings/{bookingId}/reject", tag = "Bookings", operation_id = "rejectBooking", request_body = RejectBody,
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    params(("bookingId" = String, Path, description = "`bkg_…`"), Repeatable),
    responses((status = 200, description = "Rejected", body = BookingDetail), Writing),
)]
pub async fn reject(acting: Acting, body: Body<RejectBody>) -> Result<Json<Value>, Problem> {
    let RejectBody { reason, notify } = body.value;
    let deed = acting.deed(Action::Reject, reason, &Favours { notify, ..NONE })?;
    acting.act(&body.hash, deed).await
}

/// Brings back what was called off or rejected, if its seats are free. The price stays as it was agreed.
#[utoipa::path(
    post, path = "/api/bookings/{bookingId}/reinstate", tag = "Bookings", operation_id = "reinstateBooking", request_body = Option<YesBody>,
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    params(("bookingId" = String, Path, description = "`bkg_…`"), Repeatable),
    responses((status = 200, description = "Confirmed again", body = BookingDetail), Writing),
)]
pub async fn reinstate(acting: Acting, body: MaybeBody<YesBody>) -> Result<Json<Value>, Problem> {
    let deed = acting.deed(Action::Reinstate, None, &Favours { notify: body.value.notify, ..NONE })?;
    acting.act(&body.hash, deed).await
}

/// Gives money back, at most what was paid. A booking that is over and has everything back is REFUNDED.
#[utoipa::path(
    post, path = "/api/bookings/{bookingId}/refund", tag = "Bookings", operation_id = "refundBooking", request_body = RefundBody,
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    params(("bookingId" = String, Path, description = "`bkg_…`"), Repeatable),
    responses((status = 200, description = "With what went back", body = BookingDetail), Writing),
)]
pub async fn refund(acting: Acting, body: Body<RefundBody>) -> Result<Json<Value>, Problem> {
    let RefundBody { amount, reason, beyond_rules, notify } = body.value;
    if amount.is_some_and(|amount| !(1..=MOST).contains(&amount)) {
        return Err(Problem::field("/amount", "out_of_range", "Minor units, 1 or more."));
    }
    let deed = acting.deed(Action::Refund, reason, &Favours { beyond_rules, refund: amount, notify, ..NONE })?;
    acting.act(&body.hash, deed).await
}

/// Writes down money taken on site.
#[utoipa::path(
    post, path = "/api/bookings/{bookingId}/payments", tag = "Bookings", operation_id = "recordPayment", request_body = PaymentBody,
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    params(("bookingId" = String, Path, description = "`bkg_…`"), Repeatable),
    responses((status = 200, description = "With what was paid", body = BookingDetail), Writing),
)]
pub async fn pay(acting: Acting, body: Body<PaymentBody>) -> Result<Json<Value>, Problem> {
    if !acting.who.is_staff() {
        return Err(Problem::new(Code::Forbidden).detail("Only staff write down what they took."));
    }
    let PaymentBody { amount, method, note, notify } = body.value;
    if !(1..=MOST).contains(&amount) {
        return Err(Problem::field("/amount", "out_of_range", "Minor units, 1 or more."));
    }
    let note = optional_text(note, "/note", 500)?;
    let mut deed = acting.deed(Action::Settle, None, &Favours { notify, ..NONE })?;
    deed.payment = Some(Payment { amount, method: method.as_str(), note, online: None });
    acting.act(&body.hash, deed).await
}

/// The guests are there.
#[utoipa::path(
    post, path = "/api/bookings/{bookingId}/check-in", tag = "Bookings", operation_id = "checkIn",
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    params(("bookingId" = String, Path, description = "`bkg_…`"), Repeatable),
    responses((status = 200, description = "Checked in", body = BookingDetail), Writing),
)]
pub async fn check_in(acting: Acting, body: AnyBody) -> Result<Json<Value>, Problem> {
    acting.plainly(body, Action::CheckIn).await
}

/// Takes back that the guests are there.
#[utoipa::path(
    delete, path = "/api/bookings/{bookingId}/check-in", tag = "Bookings", operation_id = "undoCheckIn",
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    params(("bookingId" = String, Path, description = "`bkg_…`")),
    responses((status = 200, description = "Not checked in", body = BookingDetail), Writing),
)]
pub async fn undo_check_in(acting: Acting, body: AnyBody) -> Result<Json<Value>, Problem> {
    acting.plainly(body, Action::Unmark).await
}

/// The guests did not come.
#[utoipa::path(
    post, path = "/api/bookings/{bookingId}/no-show", tag = "Bookings", operation_id = "noShow",
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    params(("bookingId" = String, Path, description = "`bkg_…`"), Repeatable),
    responses((status = 200, description = "Marked", body = BookingDetail), Writing),
)]
pub async fn no_show(acting: Acting, body: AnyBody) -> Result<Json<Value>, Problem> {
    acting.plainly(body, Action::NoShow).await
}

/// Takes back that the guests did not come.
#[utoipa::path(
    delete, path = "/api/bookings/{bookingId}/no-show", tag = "Bookings", operation_id = "undoNoShow",
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    params(("bookingId" = String, Path, description = "`bkg_…`")),
    responses((status = 200, description = "Not marked", body = BookingDetail), Writing),
)]
pub async fn undo_no_show(acting: Acting, body: AnyBody) -> Result<Json<Value>, Problem> {
    acting.plainly(body, Action::Unmark).await
}

/// Says that it is over, when it has ended. The clock says so by itself soon after.
#[utoipa::path(
    post, path = "/api/bookings/{bookingId}/complete", tag = "Bookings", operation_id = "completeBooking",
    security(("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    params(("bookingId" = String, Path, description = "`bkg_…`"), Repeatable),
    responses((status = 200, description = "Completed", body = BookingDetail), Writing),
)]
pub async fn complete(acting: Acting, body: AnyBody) -> Result<Json<Value>, Problem> {
    acting.plainly(body, Action::Complete).await
}

/// Changes who to reach, answers and notes.
#[utoipa::path(
    patch, path = "/api/bookings/{bookingId}", tag = "Bookings", operation_id = "amendBooking", request_body = BookingPatch,
    security((), ("key" = ["bookings:write"]), ("session" = ["bookings:write"])),
    params(
        ("bookingId" = String, Path, description = "`bkg_…`"),
        ("token" = Option<String>, Query, description = "The token of its manage link; may also come as a bearer"),
    ),
    responses((status = 200, description = "As it is now", body = BookingDetail), Writing),
)]
pub async fn change(acting: Acting, body: Body<BookingPatch>) -> Result<Json<Value>, Problem> {
    let staff = acting.who.is_staff();
    let BookingPatch { customer, answers, note, staff_note, notify } = body.value;
    if (staff_note.is_some() || notify.is_some()) && !staff {
        let detail = "Only staff write notes among themselves and say whether a mail is sent.";
        return Err(Problem::new(Code::Forbidden).detail(detail));
    }
    let contact = customer.map(|body| Contact::parse(&body.name, &body.email, body.phone)).transpose()?;
    let text =
        |note: Option<Option<String>>, pointer: &str| note.map(|note| optional_text(note, pointer, 2_000)).transpose();
    let note = text(note, "/note")?;
    let staff_note = text(staff_note, "/staffNote")?;
    let amendment = Amendment { contact, answers, note, staff_note, notify: notify != Some(false) };
    let show = |found: &_| serde_json::to_value(detail(found, staff)).unwrap_or_default();
    amend(&acting.context, acting.found, acting.who.hand(), &amendment, &show).await.map(Json)
}
