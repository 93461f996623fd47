//! How an event that somebody brought becomes an offering that the engine and the calendars show. Pure.

use super::content::Content;
use serde_json::{Value, json};
use shared::money::Currency;
use shared::zone::Span;

/// Most places in one booking.
const MOST_PARTY: u32 = 10;
/// Characters of the plain text in a summary.
const LONGEST_EXCERPT: usize = 160;

/// What the catalogue keeps of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// One or two plain sentences.
    pub summary: String,
    /// The engine's schedule: each date once, with its own length.
    pub schedule: Value,
    /// The engine's length, of the first date.
    pub length: Value,
    /// The engine's rules.
    pub rules: Value,
    /// The engine's tariff: what a place costs here.
    pub tariff: Value,
    /// Most places in one booking.
    pub max_party: u32,
}

impl Event {
    /// From what its author wrote and its dates as instants.
    pub fn of(content: &Content, spans: &[Span], currency: Currency) -> Self {
        let minutes = |span: &Span| span.ends_at.0.saturating_sub(span.starts_at.0).max(60) / 60;
        let dates: Vec<Value> = content
            .when
            .iter()
            .zip(spans)
            .map(|(date, span)| json!({ "startsAt": date.from, "minutes": minutes(span) }))
            .collect();
        let max_party = content.capacity.map_or(MOST_PARTY, |places| places.min(MOST_PARTY));
        let price = if content.ticketed { content.price.unwrap_or(0) } else { 0 };
        Self {
            summary: summary(content, currency),
            schedule: json!({ "oneOffs": dates }),
            length: json!({ "minutes": spans.first().map_or(60, minutes) }),
            rules: json!({ "maxParty": max_party }),
            tariff: json!({ "base": [{ "perParty": [{ "code": "guest", "price": price }] }] }),
            max_party,
        }
    }
}

/// Where, what it costs where that is not to be paid here, and how the text begins.
fn summary(content: &Content, currency: Currency) -> String {
    let mut parts: Vec<String> = content.place.iter().cloned().collect();
    if let Some(price) = content.price.filter(|_| !content.ticketed) {
        parts.push(format!("{} on site", amount(price, currency)));
    }
    let excerpt = plain(&content.text);
    if !excerpt.is_empty() {
        parts.push(excerpt);
    }
    parts.join(" · ")
}

fn amount(minor: i64, currency: Currency) -> String {
    let unit = 10_i64.saturating_pow(currency.exponent());
    let (whole, rest) = (minor.checked_div(unit).unwrap_or(minor), minor.checked_rem(unit).unwrap_or(0));
    match usize::try_from(currency.exponent()) {
        Ok(digits) if digits > 0 => format!("{} {whole}.{rest:0digits$}", currency.code()),
        _ => format!("{} {whole}", currency.code()),
    }
}

/// The beginning of a Markdown text without its signs, cut between words.
fn plain(markdown: &str) -> String {
    let mut kept = String::new();
    for word in markdown.split_whitespace() {
        let word: String =
            word.chars().filter(|sign| !matches!(sign, '*' | '_' | '#' | '`' | '>' | '[' | ']')).collect();
        if word.is_empty() || word.chars().all(|sign| sign == '-') {
            continue;
        }
        if kept.chars().count().saturating_add(word.chars().count()) > LONGEST_EXCERPT {
            return if kept.is_empty() { word.chars().take(LONGEST_EXCERPT).collect() } else { format!("{kept} …") };
        }
        if !kept.is_empty() {
            kept.push(' ');
        }
        kept.push_str(&word);
    }
    kept
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use shared::availability::BookingRules;
    use shared::civil::LocalDateTime;
    use shared::schedule::Schedule;
    use shared::zone::Instant;

    fn concert() -> Content {
        let at = |text: &str| LocalDateTime::parse(text).unwrap();
        Content {
            title: "Concert".to_owned(),
            text: "# Loud\n\n**Very** loud, and [long](https://a.example).".to_owned(),
            when: vec![super::super::content::Occurrence { from: at("2026-12-05T19:00"), to: at("2026-12-05T22:00") }],
            place: Some("Pier 3".to_owned()),
            price: Some(1_250),
            ..Content::default()
        }
    }

    #[test]
    fn the_engine_reads_what_is_kept() {
        let span = Span { starts_at: Instant(1_796_493_600), ends_at: Instant(1_796_504_400) };
        let event = Event::of(&concert(), &[span], Currency::parse("EUR").unwrap());
        let schedule: Schedule = serde_json::from_value(event.schedule).unwrap();
        assert_eq!(schedule.one_offs.first().unwrap().minutes, Some(180));
        let rules: BookingRules = serde_json::from_value(event.rules).unwrap();
        assert_eq!(rules.max_party, Some(10));
    }

    #[test]
    fn a_price_that_is_only_told_costs_nothing_here() {
        let eur = Currency::parse("EUR").unwrap();
        let price = |content: &Content| {
            let tariff = Event::of(content, &[], eur).tariff;
            tariff.pointer("/base/0/perParty/0/price").and_then(Value::as_i64)
        };
        assert_eq!(price(&concert()), Some(0));
        assert_eq!(price(&Content { ticketed: true, ..concert() }), Some(1_250));
        assert_eq!(
            summary(&concert(), eur),
            "Pier 3 · EUR 12.50 on site · Loud Very loud, and long(https://a.example)."
        );
    }
}
