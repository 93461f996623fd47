//! What the widget knows and what happens next, without a browser: view state as plain data.
//!
//! Reading order: [`month`] and [`details`] are the parts, [`journey`] the steps between them, [`message`] what can
//! happen, [`update`](Model::update) what it changes, [`offer`] what the engine says about it all.

pub mod color;
pub mod countdown;
pub mod details;
pub mod journey;
pub mod message;
pub mod month;
pub mod offer;
pub mod options;
pub mod texts;
mod update;

use crate::later::Later;
use details::Details;
use journey::Step;
use message::{Key, Managed, Msg};
use month::Month;
use options::{Around, Options};
use shared::civil::{Date, IsoWeekday};
use shared::embed::{BookingOut, Snapshot, View};
use shared::id::AddOnId;
use shared::pricing::Coupon;
use shared::zone::Instant;
use std::rc::Rc;
use texts::Texts;

/// Dates that the list shows at once.
pub const LISTED: usize = 10;

/// Everything that the view shows.
pub struct Model {
    /// What the page's author asked for.
    pub options: Options,
    /// The page around.
    pub around: Around,
    /// The widget's words.
    pub texts: Texts,
    /// BCP 47, the language of the words.
    pub lang: String,
    /// First weekday, 1 = Monday to 7 = Sunday.
    pub first_day: IsoWeekday,
    /// What the edge knows.
    pub snapshot: Rc<Snapshot>,
    /// Its JSON as long as only the opening was read of it; empty then.
    pub text: String,
    /// What the visitor did that waits for the rest of the journey, in order, each with what they typed or pressed.
    pub pending: Vec<(Msg, String)>,
    /// The rest of the journey, once it is there.
    pub later: Option<&'static Later>,
    /// Now, by the visitor's clock but never before the snapshot was made.
    pub now: Instant,
    /// Where in the journey.
    pub step: Step,
    /// How days are laid out.
    pub view: View,
    /// How many dates the list shows.
    pub shown: usize,
    /// Which offering, by its place in the snapshot.
    pub offering: usize,
    /// The month shown.
    pub month: Month,
    /// The date that holds the grid's one tab stop.
    pub cursor: Date,
    /// The date chosen.
    pub date: Option<Date>,
    /// The start chosen.
    pub slot: Option<Instant>,
    /// The grey start whose reason is open.
    pub why: Option<Instant>,
    /// The length chosen, where there is a choice.
    pub length: Option<u32>,
    /// The departure for themselves.
    pub private: bool,
    /// How many of each party type, in the offering's order.
    pub party: Vec<u32>,
    /// How many of which add-on.
    pub add_ons: Vec<(AddOnId, u32)>,
    /// The coupon.
    pub coupon: CouponField,
    /// Who books.
    pub details: Details,
    /// What is held.
    pub hold: Option<Hold>,
    /// What was booked.
    pub booking: Option<BookingOut>,
    /// The booking that is being changed.
    pub managed: Option<Managing>,
    /// Their place in the queue.
    pub place: Option<u32>,
    /// The event that somebody suggests.
    pub suggestion: Suggestion,
    /// Whether the network is away.
    pub offline: bool,
    /// Whether the page's coupon has been tried.
    pub coupon_tried: bool,
    /// Waiting for the edge.
    pub busy: bool,
    /// Something that the visitor must know before going on.
    pub notice: Option<Notice>,
    /// Said by the live region.
    pub aloud: String,
    /// Where the focus goes after the next drawing; the number tells one wish from the next.
    pub focus: (u32, String),
}

/// A coupon from typing to price.
#[derive(Default)]
pub struct CouponField {
    /// Whether the field is open.
    pub open: bool,
    /// What was typed.
    pub typed: String,
    /// The rule, once the edge has found it.
    pub applied: Option<Coupon>,
    /// Why it is not good.
    pub error: String,
}

/// A booking that is being changed, and how far that has come.
pub struct Managing {
    /// What opens it.
    pub key: Key,
    /// As it is, once that is known.
    pub booking: Option<Managed>,
    /// Another time is being chosen.
    pub moving: bool,
    /// They were asked whether they are sure.
    pub cancelling: bool,
    /// The hash of the new price that they saw.
    pub quote_hash: Option<String>,
    /// What was just done, by the key of its words.
    pub done: &'static str,
    /// It was made here, and the page was left to pay for it.
    pub paying: bool,
}

/// An event from anybody, as it is typed.
#[derive(Clone, Default)]
pub struct Suggestion {
    /// By the place of the field in [`Field::Event`](details::Field::Event).
    pub values: [String; 7],
}

/// Seats held for this visitor.
pub struct Hold {
    /// Names it.
    pub token: String,
    /// The price that was held.
    pub quote_hash: String,
    /// When it ends, by the visitor's clock.
    pub ends_at: Instant,
}

/// Something that the visitor must know before going on.
pub struct Notice {
    /// In a few words.
    pub title: String,
    /// In a sentence.
    pub text: String,
    /// Starts that can be booked instead.
    pub instead: Vec<Instant>,
    /// A button: its text and what it does.
    pub action: Option<(String, Msg)>,
}

impl Model {
    /// The widget as it starts: with the rest of the journey, or with a snapshot that [opens](Self::opens) it, and its text.
    pub fn new(
        options: Options,
        texts: Texts,
        lang: String,
        first_day: IsoWeekday,
        snapshot: Rc<Snapshot>,
        text: String,
        later: Option<&'static Later>,
    ) -> Self {
        let now = snapshot.venue.now;
        let today = snapshot.venue.zone.date_of(now);
        let mut model = Self {
            around: Around::default(),
            texts,
            lang,
            first_day,
            text,
            pending: Vec::new(),
            later,
            now,
            step: Step::When,
            view: options.view.unwrap_or(snapshot.calendar.view),
            shown: LISTED,
            offering: 0,
            month: Month::of(today),
            cursor: today,
            date: None,
            slot: None,
            why: None,
            length: None,
            private: false,
            party: Vec::new(),
            add_ons: Vec::new(),
            coupon: CouponField::default(),
            details: Details::default(),
            hold: None,
            booking: None,
            managed: None,
            place: None,
            suggestion: Suggestion::default(),
            offline: false,
            coupon_tried: false,
            busy: false,
            notice: None,
            aloud: String::new(),
            focus: (0, String::new()),
            snapshot,
            options,
        };
        model.details.name.clone_from(&model.options.name);
        model.details.email.clone_from(&model.options.email);
        model.details.phone.clone_from(&model.options.phone);
        let wanted = model.options.offering.clone();
        let found = model.snapshot.offerings.iter().position(|offering| offering.id.as_str() == wanted);
        match found {
            Some(place) => model.choose_offering(place),
            None if model.snapshot.offerings.len() > 1 => model.step = Step::Offer,
            None => model.choose_offering(0),
        }
        model
    }

    /// Today at the venue.
    pub fn today(&self) -> Date {
        self.snapshot.venue.zone.date_of(self.now)
    }

    /// Whether another time is being chosen for a booking that was made before.
    pub fn moving(&self) -> bool {
        self.managed.as_ref().is_some_and(|managed| managed.moving)
    }

    /// Words by key.
    pub fn t(&self, key: &str) -> String {
        self.texts.get(key).to_owned()
    }
}
