//! Dates, times and money as an organization writes them: its locale's words from the runtime's own `Intl`, its venue's
//! clock from the zone database.
//!
//! Instants are turned into the wall clock first and formatted as if they were UTC, so that both zone databases cannot
//! disagree.

use crate::domain::org::zone;
use js_sys::{Array, Function, Intl, Object, Reflect};
use shared::civil::{Date, TimeOfDay};
use shared::money::{Currency, Minor};
use shared::zone::{Instant, Zone};
use std::cell::RefCell;
use std::collections::HashMap;
use wasm_bindgen::JsValue;

/// Seconds in a day.
const DAY: i64 = 86_400;

/// What is asked of `Intl.DateTimeFormat`; the clock shown is the one passed in.
type Style = &'static [(&'static str, &'static str)];

const TIME: Style = &[("hour", "2-digit"), ("minute", "2-digit")];
const LONG_DATE: Style = &[("weekday", "long"), ("day", "numeric"), ("month", "long"), ("year", "numeric")];
const DAY_OF_MONTH: Style = &[("weekday", "long"), ("day", "numeric"), ("month", "long")];
const SHORT_DATE: Style = &[("weekday", "short"), ("day", "numeric"), ("month", "short")];
const PLAIN_DATE: Style = &[("day", "numeric"), ("month", "short"), ("year", "numeric")];
const MONTH: Style = &[("month", "long"), ("year", "numeric")];
const WEEKDAY: Style = &[("weekday", "short")];
const MOMENT: Style =
    &[("day", "numeric"), ("month", "short"), ("year", "numeric"), ("hour", "2-digit"), ("minute", "2-digit")];

thread_local! {
    /// Formats are dear to make and cheap to use.
    static FORMATS: RefCell<HashMap<String, Function>> = RefCell::new(HashMap::new());
}

/// How one organization writes.
#[derive(Clone, Debug)]
pub struct Wording {
    locale: String,
    timezone: String,
    currency: Currency,
}

impl Wording {
    /// For an organization. A plain `en` says nothing of the country; outside of the Americas it is read as British, with
    /// days before months and 24 hours.
    pub fn new(locale: &str, timezone: &str, currency: Currency) -> Self {
        let locale = match locale {
            "en" if !timezone.starts_with("America/") => "en-GB",
            locale if is_locale(locale) => locale,
            _ => "en-GB",
        };
        Self { locale: locale.to_owned(), timezone: timezone.to_owned(), currency }
    }

    /// `Berlin`.
    pub fn place(&self) -> String {
        crate::pages::frame::zone_name(&self.timezone)
    }

    /// The offsets around some venue dates.
    pub fn zone(&self, around: Instant) -> Zone {
        let (from, to) = (around.plus_seconds(DAY.saturating_mul(-60)), around.plus_seconds(DAY.saturating_mul(430)));
        zone::table(&self.timezone, from, to).unwrap_or_else(|| Zone::fixed("UTC", 0))
    }

    /// `17:00`.
    pub fn time(&self, at: Instant) -> String {
        self.at(TIME, at)
    }

    /// `17:00`, of a wall clock.
    pub fn clock(&self, time: TimeOfDay) -> String {
        self.shown(TIME, i64::from(time.minutes()).saturating_mul(60))
    }

    /// `17:00 – 18:30`.
    pub fn times(&self, starts_at: Instant, ends_at: Instant) -> String {
        format!("{} – {}", self.time(starts_at), self.time(ends_at))
    }

    /// `Saturday 1 August 2026`.
    pub fn long_date(&self, date: Date) -> String {
        self.on(LONG_DATE, date)
    }

    /// `Saturday 1 August`.
    pub fn day(&self, date: Date) -> String {
        self.on(DAY_OF_MONTH, date)
    }

    /// `Sat 1 Aug`.
    pub fn short_date(&self, date: Date) -> String {
        self.on(SHORT_DATE, date)
    }

    /// `1 Aug 2026`.
    pub fn plain_date(&self, date: Date) -> String {
        self.on(PLAIN_DATE, date)
    }

    /// `August 2026`.
    pub fn month(&self, date: Date) -> String {
        self.on(MONTH, date)
    }

    /// `Sat`.
    pub fn weekday(&self, date: Date) -> String {
        self.on(WEEKDAY, date)
    }

    /// `1 Aug 2026, 17:00`.
    pub fn moment(&self, at: Instant) -> String {
        self.at(MOMENT, at)
    }

    /// `Saturday 1 August 2026, 17:00 – 18:30`, with the second date where it is another.
    pub fn span(&self, starts_at: Instant, ends_at: Instant) -> String {
        let (first, last) = (self.date_of(starts_at), self.date_of(ends_at));
        if first == last {
            return format!("{}, {}", self.long_date(first), self.times(starts_at, ends_at));
        }
        let until = format!("{}, {}", self.long_date(last), self.time(ends_at));
        format!("{}, {} – {until}", self.long_date(first), self.time(starts_at))
    }

    /// The venue date of an instant.
    pub fn date_of(&self, at: Instant) -> Date {
        let days = zone::wall_seconds(&self.timezone, at).div_euclid(DAY);
        i32::try_from(days).ok().and_then(Date::from_days_since_epoch).unwrap_or(Date::FIRST)
    }

    /// `€129.50`, in the organization's own currency.
    pub fn money(&self, amount: Minor) -> String {
        self.money_in(amount, self.currency)
    }

    /// `€129.50`.
    #[allow(clippy::cast_precision_loss, reason = "amounts are below 2^53")]
    pub fn money_in(&self, amount: Minor, currency: Currency) -> String {
        let digits = currency.exponent();
        let key = format!("{} {}", self.locale, currency.code());
        let value = amount as f64 / 10_f64.powi(i32::try_from(digits).unwrap_or(2));
        formatted(key, &JsValue::from_f64(value), || {
            let options = Object::new();
            set(&options, "style", &"currency".into());
            set(&options, "currency", &currency.code().into());
            set(&options, "minimumFractionDigits", &digits.into());
            set(&options, "maximumFractionDigits", &digits.into());
            Intl::NumberFormat::new(&Array::of1(&self.locale.as_str().into()), &options).format()
        })
    }

    /// `45 minutes`, `2 hours`, `1.5 hours`.
    pub fn length(&self, minutes: u32) -> String {
        let (unit, value) = match minutes {
            0..60 => ("minute", f64::from(minutes)),
            _ => ("hour", f64::from(minutes) / 60.0),
        };
        formatted(format!("{} {unit}", self.locale), &JsValue::from_f64(value), || {
            let options = Object::new();
            set(&options, "style", &"unit".into());
            set(&options, "unit", &unit.into());
            set(&options, "unitDisplay", &"long".into());
            Intl::NumberFormat::new(&Array::of1(&self.locale.as_str().into()), &options).format()
        })
    }

    /// Amount as a form takes it: `129.50`, with a point in every locale.
    pub fn plain_money(amount: Minor, currency: Currency) -> String {
        let unit = 10_u64.saturating_pow(currency.exponent());
        let (sign, digits) = (if amount < 0 { "-" } else { "" }, amount.unsigned_abs());
        let whole = digits.checked_div(unit).unwrap_or(digits);
        match usize::try_from(currency.exponent()) {
            Ok(width) if width > 0 => {
                format!("{sign}{whole}.{:0width$}", digits.checked_rem(unit).unwrap_or(0))
            }
            _ => format!("{sign}{whole}"),
        }
    }

    fn at(&self, style: Style, at: Instant) -> String {
        self.shown(style, zone::wall_seconds(&self.timezone, at))
    }

    fn on(&self, style: Style, date: Date) -> String {
        self.shown(style, i64::from(date.days_since_epoch()).saturating_mul(DAY))
    }

    #[allow(clippy::cast_precision_loss, reason = "milliseconds of any date are below 2^53")]
    fn shown(&self, style: Style, wall_seconds: i64) -> String {
        let key = style.iter().fold(self.locale.clone(), |key, (part, width)| format!("{key} {part} {width}"));
        let value = JsValue::from_f64(wall_seconds.saturating_mul(1_000) as f64);
        formatted(key, &value, || {
            let options = Object::new();
            style.iter().for_each(|(part, width)| set(&options, part, &(*width).into()));
            set(&options, "timeZone", &"UTC".into());
            Intl::DateTimeFormat::new(&Array::of1(&self.locale.as_str().into()), &options).format()
        })
    }
}

/// Formats with the function kept under `key`, made where there is none yet.
fn formatted(key: String, value: &JsValue, make: impl FnOnce() -> Function) -> String {
    let format = FORMATS.with_borrow_mut(|formats| formats.entry(key).or_insert_with(make).clone());
    format.call1(&JsValue::UNDEFINED, value).ok().and_then(|text| text.as_string()).unwrap_or_default()
}

fn set(options: &Object, name: &str, value: &JsValue) {
    let _ = Reflect::set(options, &name.into(), value);
}

/// Language, script and country at most: nothing that `Intl` would refuse by throwing.
fn is_locale(text: &str) -> bool {
    let mut parts = text.split('-');
    let letters = |part: &str| part.bytes().all(|byte| byte.is_ascii_alphabetic());
    let language = parts.next().is_some_and(|part| matches!(part.len(), 2 | 3) && letters(part));
    let rest: Vec<&str> = parts.collect();
    let is_script = |part: &str| part.len() == 4 && letters(part);
    let is_country = |part: &str| part.len() == 2 && letters(part);
    language
        && match rest.as_slice() {
            [] => true,
            [one] => is_script(one) || is_country(one),
            [script, country] => is_script(script) && is_country(country),
            _ => false,
        }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn what_intl_would_throw_on_is_not_asked_of_it() {
        for good in ["en", "de", "en-GB", "zh-Hant", "zh-Hant-TW", "fil"] {
            assert!(is_locale(good), "{good}");
        }
        for bad in ["", "e", "en_GB", "en-", "de-DE-DE", "x-klingon", "en-GB-oed", "ü"] {
            assert!(!is_locale(bad), "{bad}");
        }
    }

    #[test]
    fn a_form_shows_money_with_the_digits_of_its_currency() {
        let of = |amount, code| Wording::plain_money(amount, Currency::parse(code).unwrap());
        assert_eq!(of(12_950, "EUR"), "129.50");
        assert_eq!(of(-5, "USD"), "-0.05");
        assert_eq!(of(1_500, "JPY"), "1500");
        assert_eq!(of(1_234_567, "KWD"), "1234.567");
    }
}
