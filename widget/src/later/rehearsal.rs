//! `test`: the whole journey for whoever builds the page. The edge is asked for the price and nothing else; no seat is held, nothing
//! is booked or sent, and the page hears of it as such.

use super::update::ask;
use crate::json;
use crate::model::journey::Step;
use crate::model::message::{Asked, Effect};
use crate::model::{Hold, Model};
use shared::embed::{QuoteIn, Timestamp};

impl Model {
    /// Whether the price that is asked for stands in for a hold.
    pub(super) fn rehearses(&self) -> bool {
        self.options.test && self.step >= Step::Details
    }

    /// Asks for the price instead of a hold.
    pub(super) fn rehearse(&mut self) -> Vec<Effect> {
        let coupon = self.coupon.applied.as_ref().map(|coupon| coupon.code.clone());
        let body = QuoteIn { items: self.items(), coupon, country: None };
        self.busy = true;
        self.notice = None;
        ask(Asked::Quote, json::to_string(&body))
    }

    /// The time runs as it would, by no hold.
    pub(super) fn rehearsed_hold(&mut self) -> Vec<Effect> {
        let ends_at = self.now.plus_seconds(i64::from(self.snapshot.calendar.hold_seconds));
        self.busy = false;
        self.hold = Some(Hold { token: String::new(), quote_hash: String::new(), ends_at });
        self.step = Step::Review;
        let detail = ["{\"test\":true,\"expiresAt\":\"", &Timestamp(ends_at).to_string(), "\"}"];
        vec![Effect::Tell("hold", detail.concat())]
    }

    /// The end, without a booking.
    pub(super) fn rehearsed(&mut self) -> Vec<Effect> {
        let price = self.price_detail();
        self.hold = None;
        self.notice = None;
        self.step = Step::Done;
        vec![Effect::Tell("complete", ["{\"test\":true,", price.trim_start_matches('{')].concat())]
    }
}
