//! Dates, times, money, numbers and plurals by the browser's own `Intl`: right in every language, and no byte of ours.

use crate::model::texts::{DateStyle, Intl};
use js_sys::{Array, Date as JsDate, Function, Object, Reflect};
use shared::civil::{Date, IsoWeekday};
use shared::money::{Currency, Minor};
use shared::zone::Instant;
use std::cell::RefCell;
use wasm_bindgen::{JsCast, JsValue};

const DAY_SECONDS: f64 = 86_400.0;

/// The browser, speaking one language. Formatters are dear to make and kept.
pub struct Browser {
    lang: String,
    /// The visitor's zone, where it is not the browser's.
    zone: String,
    made: RefCell<Vec<(String, JsValue)>>,
}

impl Browser {
    /// Speaks a language, by its BCP 47 tag; a tag that no browser knows means the browser's own language.
    pub fn new(lang: &str, zone: &str) -> Self {
        let known = construct("Locale", &[lang.into()]).is_some();
        let lang = if known { lang } else { "en" };
        let browser = Self { lang: lang.to_owned(), zone: zone.to_owned(), made: RefCell::new(Vec::new()) };
        // A zone that no browser knows means the browser's own.
        let unknown = !zone.is_empty() && browser.made("DateTimeFormat", &[("timeZone", zone)]).is_undefined();
        if unknown { Self { zone: String::new(), ..browser } } else { browser }
    }

    /// Which day weeks start on, where it is known; Monday otherwise.
    pub fn first_day(&self) -> IsoWeekday {
        let Some(locale) = construct("Locale", &[self.lang.as_str().into()]) else { return 1 };
        let info = call(&locale, "getWeekInfo", &JsValue::UNDEFINED).or_else(|| get(&locale, "weekInfo"));
        let day = info.and_then(|info| get(&info, "firstDay")).and_then(|day| day.as_f64());
        // `as` saturates; what is out of range is not a weekday.
        day.map(|day| day as u8).filter(|day| (1..=7).contains(day)).unwrap_or(1)
    }

    /// Whether it is read from the right.
    pub fn right_to_left(&self) -> bool {
        let language = self.lang.split('-').next().unwrap_or("");
        matches!(language, "ar" | "he" | "fa" | "ur")
    }

    /// A formatter of this class with these options, `name value` pairs, made once.
    fn made(&self, class: &str, options: &[(&str, &str)]) -> JsValue {
        let mut key = class.to_owned();
        for (name, value) in options {
            key.push_str(name);
            key.push_str(value);
        }
        if let Some((_, made)) = self.made.borrow().iter().find(|(known, _)| *known == key) {
            return made.clone();
        }
        let object = Object::new();
        for (name, value) in options {
            let _ = Reflect::set(&object, &(*name).into(), &(*value).into());
        }
        let made = construct(class, &[self.lang.as_str().into(), object.into()]).unwrap_or_default();
        self.made.borrow_mut().push((key, made.clone()));
        made
    }

    /// The offset of the visitor's zone: Swedes write clocks as programs read them.
    fn offset_there(&self, at: Instant) -> i64 {
        let date = JsDate::new(&(seconds(at) * 1000.0).into());
        let object = Object::new();
        let _ = Reflect::set(&object, &"timeZone".into(), &self.zone.as_str().into());
        let text = date.to_locale_string("sv-SE", &object).as_string().unwrap_or_default();
        let wall = JsDate::parse(&[text.replace(' ', "T").as_str(), "Z"].concat());
        if wall.is_nan() { 0 } else { ((wall / 1000.0) as i64).saturating_sub(at.0) }
    }

    fn format(&self, class: &str, options: &[(&str, &str)], value: &JsValue) -> String {
        call(&self.made(class, options), "format", value).and_then(|text| text.as_string()).unwrap_or_default()
    }

    fn wall(&self, options: &[(&str, &str)], seconds: f64) -> String {
        // Wall time is written as if it were UTC, so that no zone of the browser's moves it.
        let mut all = vec![("timeZone", "UTC")];
        all.extend_from_slice(options);
        self.format("DateTimeFormat", &all, &JsDate::new(&(seconds * 1000.0).into()))
    }
}

impl Intl for Browser {
    fn date(&self, date: Date, style: DateStyle) -> String {
        let options: &[(&str, &str)] = match style {
            DateStyle::Full => &[("dateStyle", "full")],
            DateStyle::Short => &[("weekday", "short"), ("month", "short"), ("day", "numeric")],
            DateStyle::Month => &[("year", "numeric"), ("month", "long")],
            DateStyle::Weekday => &[("weekday", "long")],
            // Arabic has no short names, but letters that every calendar uses.
            DateStyle::WeekdayShort if self.right_to_left() => &[("weekday", "narrow")],
            DateStyle::WeekdayShort => &[("weekday", "short")],
            DateStyle::Day => &[("day", "numeric")],
        };
        self.wall(options, f64::from(date.days_since_epoch()) * DAY_SECONDS)
    }

    fn dates(&self, from: Date, to: Date) -> String {
        let options = [("timeZone", "UTC"), ("month", "short"), ("day", "numeric")];
        let at = |date: Date| JsDate::new(&(f64::from(date.days_since_epoch()) * DAY_SECONDS * 1000.0).into());
        let format = self.made("DateTimeFormat", &options);
        let range = get(&format, "formatRange").and_then(|range| range.dyn_into::<Function>().ok());
        let text = range.and_then(|range| range.call2(&format, &at(from), &at(to)).ok());
        text.and_then(|text| text.as_string()).unwrap_or_default()
    }

    fn clock(&self, wall: Instant) -> String {
        self.wall(&[("timeStyle", "short")], seconds(wall))
    }

    fn visitor_offset(&self, at: Instant) -> i64 {
        if !self.zone.is_empty() {
            return self.offset_there(at);
        }
        let minutes = JsDate::new(&(seconds(at) * 1000.0).into()).get_timezone_offset();
        (minutes * -60.0) as i64
    }

    fn visitor_zone(&self) -> String {
        if !self.zone.is_empty() {
            return self.zone.clone();
        }
        let resolved = call(&self.made("DateTimeFormat", &[]), "resolvedOptions", &JsValue::UNDEFINED);
        resolved.and_then(|options| get(&options, "timeZone")?.as_string()).unwrap_or_default()
    }

    fn money(&self, amount: Minor, currency: Currency) -> String {
        let unit = 10_f64.powi(i32::try_from(currency.exponent()).unwrap_or(2));
        let options = [("style", "currency"), ("currency", currency.code())];
        self.format("NumberFormat", &options, &(amount as f64 / unit).into())
    }

    fn number(&self, value: u32) -> String {
        self.format("NumberFormat", &[], &value.into())
    }

    fn plural(&self, count: u32) -> String {
        let selected = call(&self.made("PluralRules", &[]), "select", &count.into());
        selected.and_then(|category| category.as_string()).unwrap_or_default()
    }
}

fn seconds(at: Instant) -> f64 {
    at.0 as f64
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined())
}

fn call(object: &JsValue, name: &str, argument: &JsValue) -> Option<JsValue> {
    get(object, name)?.dyn_ref::<Function>()?.call1(object, argument).ok()
}

fn construct(class: &str, arguments: &[JsValue]) -> Option<JsValue> {
    let class: Function = get(&get(&js_sys::global(), "Intl")?, class)?.dyn_into().ok()?;
    let list: Array = arguments.iter().collect();
    Reflect::construct(&class, &list).ok()
}
