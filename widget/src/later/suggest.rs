//! An event for the calendar, from anybody: typed, looked at as it would appear, handed in.

use crate::json;
use crate::model::details::Field;
use crate::model::journey::Step;
use crate::model::message::{Asked, Effect, Key, Refusal};
use crate::model::{Model, Suggestion};
use serde::Serialize;
use shared::civil::LocalDateTime;
use shared::money::{Currency, Minor};

/// The fields of an event, by their place in [`Suggestion`].
pub const TITLE: usize = 0;
/// What it is about.
pub const TEXT: usize = 1;
/// Its start, on the venue's clock.
pub const FROM: usize = 2;
/// Its end.
pub const TO: usize = 3;
/// Where it is.
pub const PLACE: usize = 4;
/// What it costs.
pub const PRICE: usize = 5;
/// A page about it.
pub const LINK: usize = 6;

#[derive(Serialize)]
struct SubmissionIn<'a> {
    name: &'a str,
    email: &'a str,
    event: EventIn<'a>,
}

#[derive(Serialize)]
struct EventIn<'a> {
    title: &'a str,
    text: &'a str,
    when: [When<'a>; 1],
    #[serde(rename = "where", skip_serializing_if = "Option::is_none")]
    place: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    price: Option<PriceIn>,
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<&'a str>,
}

#[derive(Serialize)]
struct When<'a> {
    from: &'a str,
    to: &'a str,
}

#[derive(Serialize)]
struct PriceIn {
    amount: Minor,
}

impl Suggestion {
    /// What was typed into a field, without the space around it.
    pub fn get(&self, place: usize) -> &str {
        self.values.get(place).map_or("", |value| value.trim())
    }

    fn some(&self, place: usize) -> Option<&str> {
        Some(self.get(place)).filter(|value| !value.is_empty())
    }

    /// A moment; browsers may add seconds.
    pub fn moment(&self, place: usize) -> Option<LocalDateTime> {
        LocalDateTime::parse(self.get(place).get(..16)?)
    }
}

impl Model {
    /// Shows the empty form, or what was typed before.
    pub(super) fn suggest(&mut self) {
        self.details.errors.clear();
        self.notice = None;
        self.step = Step::Suggest;
    }

    /// Shows how it would look, if it is complete.
    pub(super) fn preview(&mut self) {
        self.details.check(&[], &self.texts);
        let mut wrong = Vec::new();
        let event = &self.suggestion;
        for place in [TITLE, TEXT] {
            if event.get(place).is_empty() {
                wrong.push((place, "error-required"));
            }
        }
        match (event.moment(FROM), event.moment(TO)) {
            (None, _) => wrong.push((FROM, "error-when")),
            (Some(from), Some(to)) if from < to => {}
            _ => wrong.push((TO, "error-until")),
        }
        let currency = self.snapshot.book.currency;
        if event.some(PRICE).is_some_and(|text| minor(text, currency).is_none()) {
            wrong.push((PRICE, "error-price"));
        }
        if event.some(LINK).is_some_and(|link| !link.starts_with("https://") && !link.starts_with("http://")) {
            wrong.push((LINK, "error-link"));
        }
        let wrong: Vec<_> = wrong.into_iter().map(|(place, key)| (Field::Event(place), self.t(key))).collect();
        self.details.errors.splice(0..0, wrong);
        if !self.point_at_first_error() {
            self.notice = None;
            self.step = Step::Preview;
        }
    }

    /// What it costs to go there, in minor units.
    pub(super) fn suggested_price(&self) -> Option<Minor> {
        self.suggestion.some(PRICE).and_then(|text| minor(text, self.snapshot.book.currency))
    }

    /// Hands it in.
    pub(super) fn submit(&mut self) -> Vec<Effect> {
        if self.busy {
            return Vec::new();
        }
        let event = &self.suggestion;
        let body = SubmissionIn {
            name: self.details.name.trim(),
            email: self.details.email.trim(),
            event: EventIn {
                title: event.get(TITLE),
                text: event.get(TEXT),
                when: [When {
                    from: event.get(FROM).get(..16).unwrap_or(""),
                    to: event.get(TO).get(..16).unwrap_or(""),
                }],
                place: event.some(PLACE),
                price: self.suggested_price().map(|amount| PriceIn { amount }),
                link: event.some(LINK),
            },
        };
        let Some(body) = json::to_string(&body) else { return Vec::new() };
        let key = Key { id: self.snapshot.calendar.id.as_str().to_owned(), token: String::new() };
        self.busy = true;
        self.notice = None;
        vec![Effect::About(Asked::Submit, key, body)]
    }

    /// A mail is on its way.
    pub(super) fn submitted(&mut self) {
        self.busy = false;
        self.step = Step::Suggested;
        self.suggestion = Suggestion::default();
    }

    /// What the edge finds wrong with it, at the field where it is.
    pub(super) fn not_submitted(&mut self, problem: &Refusal) {
        for error in &problem.errors {
            let mut parts = error.pointer.split('/').skip(1);
            let field = match (parts.next(), parts.next(), parts.nth(1)) {
                (Some("name"), ..) => Field::Name,
                (Some("email"), ..) => Field::Email,
                (_, Some("title"), _) => Field::Event(TITLE),
                (_, Some("text"), _) => Field::Event(TEXT),
                (_, Some("when"), Some("to")) => Field::Event(TO),
                (_, Some("when"), _) => Field::Event(FROM),
                (_, Some("where"), _) => Field::Event(PLACE),
                (_, Some("price"), _) => Field::Event(PRICE),
                (_, Some("link"), _) => Field::Event(LINK),
                _ => continue,
            };
            self.details.errors.push((field, self.wrong(field, error)));
        }
        if self.point_at_first_error() {
            return;
        }
        self.note("refused-title", self.why(problem), Vec::new(), None);
    }
}

/// `12.50` or `12,50` in minor units.
fn minor(text: &str, currency: Currency) -> Option<Minor> {
    let digits = usize::try_from(currency.exponent()).ok()?;
    let (whole, rest) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || !plain(whole) || !plain(rest) || rest.len() > digits {
        return None;
    }
    let mut all = [whole, rest].concat();
    for _ in rest.len()..digits {
        all.push('0');
    }
    all.parse().ok()
}
