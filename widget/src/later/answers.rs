//! What the world does from the choice of a start on: answers of the edge, the end of a hold.

use crate::json;
use crate::model::details::Details;
use crate::model::journey::Step;
use crate::model::message::{Asked, Effect, HeldAnswer, Msg, News, Refusal};
use crate::model::texts::Intl;
use crate::model::{Hold, Model, countdown};
use shared::embed::BookingOut;
use shared::zone::Instant;

type Effects = Vec<Effect>;

/// Seconds between looks at a booking that is being paid for in another tab.
const LOOK_SECONDS: i64 = 4;
/// Seconds before the end of a hold at which the page is told.
const SOON: i64 = 120;

impl Model {
    /// The world did something.
    pub(super) fn later_hear(&mut self, news: News, intl: &dyn Intl) -> Effects {
        match news {
            News::Time(_) => self.pass(intl),
            News::Later(_) => {
                self.read_all();
                self.arrived()
            }
            News::Quoted(_) if self.rehearses() => self.rehearsed_hold(),
            News::Quoted(answer) => {
                self.busy = false;
                self.coupon.error.clear();
                self.coupon.applied = answer.coupon;
                if self.coupon.applied.is_some() {
                    self.aloud = self.t("coupon-applied");
                    self.wish_focus("coupon-remove");
                } else {
                    self.coupon.error = self.t("coupon-unknown");
                }
                self.tell_quote()
            }
            News::Held(answer) => self.held(*answer),
            News::Booked(booking) => self.booked(*booking),
            News::Refused(asked, problem) => self.refused(asked, *problem, intl),
            News::Waits(answer) => self.waits(&answer),
            News::Looked(asked, booking) => self.looked(asked, *booking),
            News::Submitted => {
                self.submitted();
                Vec::new()
            }
            News::Unreachable(asked) => {
                self.busy = false;
                match asked {
                    Asked::Quote => self.coupon.error = self.t("offline"),
                    // Who pays in another tab is asked about again anyway.
                    Asked::Look if self.step == Step::Done => return Vec::new(),
                    _ => self.note("offline-title", self.t("offline"), Vec::new(), Some(again(asked))),
                }
                vec![Effect::Tell("error", "{\"code\":\"unreachable\"}".to_owned())]
            }
            News::Snapshot(..) | News::Online(_) => Vec::new(),
        }
    }

    /// Who already chose a start and waits gets the price.
    fn arrived(&mut self) -> Effects {
        if self.step <= Step::When || self.booking.is_some() {
            return Vec::new();
        }
        self.notice = None;
        self.tell_quote()
    }

    pub(super) fn held(&mut self, answer: HeldAnswer) -> Effects {
        self.busy = false;
        let expires_at = answer.expires_at.0;
        let ends_at = countdown::ends_at(expires_at, self.snapshot.calendar.hold_seconds, self.now);
        self.hold = Some(Hold { token: answer.hold_token, quote_hash: answer.quote.hash, ends_at });
        self.notice = None;
        self.step = Step::Review;
        let detail = ["{\"expiresAt\":\"", &answer.expires_at.to_string(), "\"}"];
        vec![Effect::Tell("hold", detail.concat())]
    }

    pub(super) fn booked(&mut self, booking: BookingOut) -> Effects {
        self.busy = false;
        self.notice = None;
        self.booking = Some(booking);
        self.step = Step::Done;
        if self.awaits_payment() {
            // It counts once it is paid.
            return self.go_and_pay();
        }
        self.hold = None;
        vec![Effect::Tell("complete", self.complete_detail()), Effect::Refresh]
    }

    /// What the page is told of a booking: nothing about who made it.
    pub(super) fn complete_detail(&self) -> String {
        let Some(booking) = &self.booking else { return "{}".to_owned() };
        let detail = [
            "{\"bookingId\":\"",
            &booking.id,
            "\",\"number\":\"",
            &booking.number,
            "\",\"status\":\"",
            &booking.status,
            "\",\"total\":",
            &booking.total.amount.to_string(),
            ",\"currency\":\"",
            booking.total.currency.code(),
            "\"}",
        ];
        detail.concat()
    }

    pub(super) fn refused(&mut self, asked: Asked, problem: Refusal, intl: &dyn Intl) -> Effects {
        self.busy = false;
        let asked = if asked == Asked::Quote && self.rehearses() { Asked::Hold } else { asked };
        let told = ["{\"code\":", &json::to_string(&problem.code).unwrap_or_default(), "}"].concat();
        let mut effects = vec![Effect::Tell("error", told)];
        match asked {
            Asked::Look | Asked::Move | Asked::Cancel => {
                if !(asked == Asked::Look && self.step == Step::Done) {
                    effects.extend(self.not_changed(asked, &problem, intl));
                    return effects;
                }
                return Vec::new();
            }
            Asked::Submit => {
                self.not_submitted(&problem);
                return effects;
            }
            _ => {}
        }
        if asked == Asked::Quote {
            self.coupon.error = self.coupon_words(&problem);
            self.wish_focus("coupon");
            return effects;
        }
        let questions = self.card().map(|card| card.questions.clone()).unwrap_or_default();
        let placed = problem.errors.iter().filter_map(|error| {
            let field = Details::field_at(&error.pointer, &questions)?;
            Some((field, self.wrong(field, error)))
        });
        let placed: Vec<_> = placed.collect();
        let any = !placed.is_empty();
        self.details.errors.extend(placed);
        if any && self.point_at_first_error() {
            effects.extend(self.hold.take().map(|hold| Effect::Release(hold.token)));
            return effects;
        }
        match problem.code.as_str() {
            "hold_expired" => effects.extend(self.lose_hold()),
            "price_changed" => {
                let total = problem.quote.as_ref().map(|quote| intl.money(quote.total, quote.currency));
                let text = self.texts.fill("price-changed", &[&total.unwrap_or_default()]);
                effects.extend(self.hold.take().map(|hold| Effect::Release(hold.token)));
                self.note("price-changed-title", text, Vec::new(), Some(Msg::Hold));
            }
            "coupon_refused" => {
                self.coupon.applied = None;
                self.coupon.open = true;
                self.coupon.error = self.coupon_words(&problem);
                self.step = Step::Who;
            }
            "sold_out" | "unavailable" | "not_bookable" => {
                self.hold = None;
                let offered = problem.alternatives.iter().filter(|other| other.status.bookable());
                let instead: Vec<Instant> = offered.map(|other| other.starts_at.0).take(3).collect();
                let key = if instead.is_empty() { "taken-none" } else { "taken" };
                self.note("taken-title", self.t(key), instead, None);
            }
            _ => {
                self.note("refused-title", self.why(&problem), Vec::new(), Some(again(asked)));
            }
        }
        effects.push(Effect::Refresh);
        effects
    }

    pub(super) fn coupon_words(&self, problem: &Refusal) -> String {
        if problem.status == 429 || problem.status >= 500 { self.why(problem) } else { self.t("coupon-unknown") }
    }

    pub(super) fn lose_hold(&mut self) -> Effects {
        self.hold = None;
        self.note("expired-title", self.t("expired"), Vec::new(), Some(Msg::Hold));
        vec![Effect::Tell("hold-expired", "{}".to_owned())]
    }

    pub(super) fn pass(&mut self, intl: &dyn Intl) -> Effects {
        if self.awaits_payment() {
            // How long it waits, the edge decides: somebody may have paid at the last moment.
            return if self.now.0 % LOOK_SECONDS == 0 { self.look_for_payment() } else { Vec::new() };
        }
        let Some(hold) = &self.hold else { return Vec::new() };
        let left = countdown::left(hold.ends_at, self.now);
        if let Some(minutes) = countdown::announce(left) {
            self.aloud = self.texts.count("hold-minutes", minutes, intl);
        }
        if left == SOON {
            let detail = ["{\"seconds\":", &SOON.to_string(), "}"].concat();
            return vec![Effect::Tell("hold-expiring", detail)];
        }
        if left > 0 || self.busy {
            return Vec::new();
        }
        let mut effects = self.lose_hold();
        effects.push(Effect::Refresh);
        effects
    }
}

/// What asks once more.
fn again(asked: Asked) -> Msg {
    match asked {
        Asked::Quote | Asked::Hold => Msg::Hold,
        Asked::Book => Msg::Confirm,
        Asked::Wait => Msg::Join,
        Asked::Look => Msg::Look,
        Asked::Move => Msg::Agree,
        Asked::Cancel => Msg::Cancel,
        Asked::Submit => Msg::Submit,
    }
}
