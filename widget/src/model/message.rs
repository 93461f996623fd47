//! What can happen to the widget, and what it can ask of the world.

use super::details::Field;
use crate::later::Later;
use shared::civil::Date;
use shared::embed::{Alternative, BookingOut, FieldError, Snapshot, Timestamp, View};
use shared::money::{Currency, Minor, Money};
use shared::party::Party;
use shared::pricing::Coupon;
use shared::zone::Instant;

/// Something the visitor did. What they typed comes beside it.
#[derive(Clone, PartialEq)]
pub enum Msg {
    /// Took an offering, by its place.
    Offer(usize),
    /// One step back.
    Back,
    /// Another month.
    Month(i32),
    /// Another week.
    Week(i32),
    /// Another way to lay out the days.
    View(View),
    /// More dates in the list.
    More,
    /// All times of a date.
    Show(Date),
    /// A key in the grid.
    Key,
    /// Chose a date.
    Pick(Date),
    /// Chose a length, in minutes or days.
    Length(u32),
    /// Chose a start.
    Slot(Instant),
    /// Asked why a start is grey.
    Why(Instant),
    /// More or fewer of a party type.
    Party(usize, i32),
    /// So many guests instead, all types together.
    Guests(u32),
    /// The departure for themselves, or not any more.
    Private,
    /// More or fewer of an add-on, by its place in the price book.
    AddOn(usize, i32),
    /// Opened the coupon field.
    CouponOpen,
    /// Typed into it.
    CouponType,
    /// Wants the coupon.
    CouponApply,
    /// Does not want it any more.
    CouponRemove,
    /// On to the details.
    Continue,
    /// Typed into a field.
    Type(Field),
    /// Wants the seats held.
    Hold,
    /// Books.
    Confirm,
    /// Takes another start instead.
    Instead(Instant),
    /// Wants the price that could not be worked out.
    Price,
    /// From the start, for another booking.
    Again,
    /// Wants to be told when a place comes free.
    Wait(Instant),
    /// Joins the queue.
    Join,
    /// Opens the booking that was just made, to change it.
    Manage,
    /// Looks at the booking once more.
    Look,
    /// Chooses another time for it.
    Move,
    /// Agrees to the new time and its price.
    Agree,
    /// Wants it called off, or not after all.
    CancelAsk(bool),
    /// Calls it off.
    Cancel,
    /// Has an event for the calendar.
    Suggest,
    /// Looks at how it would appear.
    Preview,
    /// Hands it in.
    Submit,
}

/// Something that the world did.
pub enum News {
    /// A second went by.
    Time(Instant),
    /// The snapshot changed.
    Snapshot(Box<Snapshot>),
    /// The rest of the journey is there, or could not be fetched.
    Later(Option<&'static Later>),
    /// A coupon's price came.
    Quoted(Box<CouponAnswer>),
    /// Held.
    Held(Box<HeldAnswer>),
    /// Booked.
    Booked(Box<BookingOut>),
    /// The edge refused.
    Refused(Asked, Box<Refusal>),
    /// In the queue.
    Waits(Box<WaitAnswer>),
    /// A booking as it is now.
    Looked(Asked, Box<Managed>),
    /// An event was handed in.
    Submitted,
    /// The network came or went.
    Online(bool),
    /// No answer, or not one of ours.
    Unreachable(Asked),
}

/// What the widget reads of a price that the edge worked out.
pub struct Priced {
    /// Names it.
    pub hash: String,
    /// To be paid in all, in minor units.
    pub total: Minor,
    /// Of the total.
    pub currency: Currency,
}

/// What it reads of [`QuoteOut`](shared::embed::QuoteOut): its own prices tell the lines.
pub struct CouponAnswer {
    /// The coupon's rule, when the code was good.
    pub coupon: Option<Coupon>,
}

/// What it reads of [`HoldOut`](shared::embed::HoldOut).
pub struct HeldAnswer {
    /// Names the hold.
    pub hold_token: String,
    /// When it ends, by the edge's clock.
    pub expires_at: Timestamp,
    /// The price that was held.
    pub quote: Priced,
}

/// What it reads of [`Problem`](shared::embed::Problem).
pub struct Refusal {
    /// HTTP status.
    pub status: u32,
    /// Machine-readable cause.
    pub code: String,
    /// The kind in words.
    pub title: String,
    /// This occurrence in words.
    pub detail: Option<String>,
    /// What is wrong with which field.
    pub errors: Vec<FieldError>,
    /// Bookable starts nearby.
    pub alternatives: Vec<Alternative>,
    /// The price now, when the one seen is stale.
    pub quote: Option<Priced>,
}

/// What it reads of the answer to joining the queue.
pub struct WaitAnswer {
    /// So many are before them, counted from 1.
    pub position: u32,
}

/// What opens a booking.
#[derive(Clone, PartialEq, Debug)]
pub struct Key {
    /// Public id.
    pub id: String,
    /// The token of its link.
    pub token: String,
}

/// What it reads of a booking that was made before.
pub struct Managed {
    /// Public id.
    pub id: String,
    /// The number people read out.
    pub number: String,
    /// State of the life cycle.
    pub status: String,
    /// The whole price.
    pub total: Money,
    /// Of it to be paid to book.
    pub due_now: Money,
    /// Whether that is still to come.
    pub requires_payment: bool,
    /// Until when.
    pub pay_until: Option<Timestamp>,
    /// All that was paid.
    pub paid: Money,
    /// All that went back.
    pub refunded_amount: Money,
    /// What was booked.
    pub items: Vec<ManagedItem>,
}

/// An item of it.
pub struct ManagedItem {
    /// Which offering.
    pub offering_id: String,
    /// Its name when it was booked.
    pub name: String,
    /// Starts, UTC.
    pub starts_at: Timestamp,
    /// Ends, UTC.
    pub ends_at: Timestamp,
    /// Starts, the venue's wall time.
    pub local_starts_at: String,
    /// Who comes.
    pub party: Party,
    /// Minutes or days, where the customer chose.
    pub length: Option<u32>,
    /// The departure for themselves.
    pub private: bool,
}

/// What was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Asked {
    /// A coupon.
    Quote,
    /// A hold.
    Hold,
    /// A booking.
    Book,
    /// A place in the queue.
    Wait,
    /// A booking as it is now.
    Look,
    /// Another time for it.
    Move,
    /// Its end.
    Cancel,
    /// An event.
    Submit,
}

/// What the widget wants of the world.
#[derive(PartialEq, Debug)]
pub enum Effect {
    /// Fetch the snapshot again.
    Refresh,
    /// Fetch the rest of the journey.
    Later,
    /// Ask the edge, with this body.
    Ask(Asked, String),
    /// Ask the edge about a booking.
    About(Asked, Key, String),
    /// Leave the page for this address.
    Go(String),
    /// Give up a hold, by its token.
    Release(String),
    /// Tell the page: the event's name and its detail as JSON.
    Tell(&'static str, String),
}
