//! The fields of an event, as a form shows and sends them.

use crate::domain::submission::content::{Content, Edit, Occurrence};
use crate::pages::voice::Voice;
use crate::problem::Problem;
use maud::{Markup, html};
use shared::civil::LocalDateTime;
use shared::money::{Currency, Minor};
use std::collections::BTreeMap;

/// What a form says.
pub type Fields = BTreeMap<String, String>;

/// Dates that the form has room for; an event with more keeps them, and loses none by being sent.
const DATES: usize = 5;

/// What a submission would fill in.
pub fn filled(content: &Content, currency: Currency) -> Fields {
    let mut fields = Fields::new();
    let mut set = |name: &str, value: Option<String>| {
        if let Some(value) = value {
            fields.insert(name.to_owned(), value);
        }
    };
    set("title", Some(content.title.clone()));
    set("text", Some(content.text.clone()));
    set("where", content.place.clone());
    set("image", content.image.clone());
    set("link", content.link.clone());
    set("contact", content.contact.clone());
    set("capacity", content.capacity.map(|places| places.to_string()));
    set("price", content.price.map(|price| decimal(price, currency)));
    for (index, date) in content.when.iter().enumerate() {
        set(&format!("from{index}"), Some(date.from.to_string()));
        set(&format!("to{index}"), Some(date.to.to_string()));
    }
    fields
}

/// What a form says of an event.
pub fn read(fields: &Fields, currency: Currency) -> Result<Edit, Problem> {
    let text = |name: &str| fields.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let optional = |name: &str| Some(text(name)).filter(|text| !text.is_empty());
    let mut when = Vec::new();
    for index in 0..most(fields) {
        let (from, to) = (text(&format!("from{index}")), text(&format!("to{index}")));
        if from.is_empty() && to.is_empty() {
            continue;
        }
        let moment = |text: &str| {
            // Browsers may add seconds.
            let minutes = text.get(..16).unwrap_or(text);
            let rule = "Both the start and the end, as 2027-06-05T19:00.";
            LocalDateTime::parse(minutes).ok_or_else(|| Problem::field(format!("/when/{index}"), "invalid_value", rule))
        };
        when.push(Occurrence { from: moment(&from)?, to: moment(&to)? });
    }
    let places = |text: String| {
        let wrong = || Problem::field("/capacity", "invalid_value", "Places: a whole number.");
        text.parse::<u32>().map_err(|_| wrong())
    };
    Ok(Edit {
        title: Some(text("title")),
        text: Some(text("text")),
        when: Some(when),
        place: Some(optional("where")),
        image: Some(optional("image")),
        price: Some(optional("price").map(|text| minor(&text, currency)).transpose()?),
        capacity: Some(optional("capacity").map(places).transpose()?),
        ticketed: None,
        link: Some(optional("link")),
        contact: Some(optional("contact")),
        resource_ids: None,
    })
}

/// How many dates there are in it.
fn most(fields: &Fields) -> usize {
    let places = fields.keys().filter_map(|name| name.strip_prefix("from")?.parse::<usize>().ok());
    places.max().map_or(0, |last| last.saturating_add(1)).min(crate::domain::submission::content::MOST_DATES)
}

/// The fields.
pub fn event(voice: &Voice, fields: &Fields, currency: Currency) -> Markup {
    let value = |name: &str| fields.get(name).map(String::as_str).unwrap_or_default();
    let dates = most(fields).max(DATES);
    html! {
        section.card aria-label=(voice.t("label.event")) {
            h2 { (voice.t("label.event")) }
            div.field {
                label for="title" { (voice.t("event.title")) }
                input #title name="title" required maxlength="200" value=(value("title"));
            }
            div.field {
                label for="text" { (voice.t("event.text")) " " small { "(" (voice.t("event.markdown")) ")" } }
                textarea #text name="text" required maxlength="10000" rows="8" { (value("text")) }
            }
            div.field {
                label for="where" { (voice.t("event.where")) (voice.optional()) }
                input #where name="where" maxlength="200" value=(value("where"));
            }
        }
        section.card aria-label=(voice.t("label.when")) {
            h2 { (voice.t("label.when")) }
            @for index in 0..dates {
                @let (from, to) = (format!("from{index}"), format!("to{index}"));
                div.field {
                    label for=(from) { (voice.t("event.from")) @if index > 0 { (voice.optional()) } }
                    input id=(from) name=(from) type="datetime-local" required[index == 0] value=(value(&from));
                    label for=(to) { (voice.t("event.to")) @if index > 0 { (voice.optional()) } }
                    input id=(to) name=(to) type="datetime-local" required[index == 0] value=(value(&to));
                }
            }
        }
        section.card aria-label=(voice.t("event.more")) {
            h2 { (voice.t("event.more")) (voice.optional()) }
            div.field {
                label for="price" { (voice.t("event.price")) ", " (currency.code()) " " small { "(" (voice.t("event.free")) ")" } }
                input #price name="price" inputmode="decimal" maxlength="12" value=(value("price"));
            }
            div.field {
                label for="capacity" { (voice.t("event.places")) }
                input #capacity name="capacity" type="number" min="1" max="100000" value=(value("capacity"));
            }
            div.field {
                label for="image" { (voice.t("event.image")) }
                input #image name="image" type="url" maxlength="2048" placeholder="https://" value=(value("image"));
            }
            div.field {
                label for="link" { (voice.t("event.link")) }
                input #link name="link" type="url" maxlength="2048" placeholder="https://" value=(value("link"));
            }
            div.field {
                label for="contact" { (voice.t("event.contact")) }
                input #contact name="contact" maxlength="200" value=(value("contact"));
            }
        }
    }
}

/// `12.50` or `12,50` in minor units.
fn minor(text: &str, currency: Currency) -> Result<Minor, Problem> {
    let wrong = || Problem::field("/price/amount", "invalid_value", "An amount such as 12.50.");
    let digits = usize::try_from(currency.exponent()).unwrap_or(2);
    let (whole, rest) = text.split_once(['.', ',']).unwrap_or((text, ""));
    let plain = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || whole.len() > 9 || !plain(whole) || !plain(rest) || rest.len() > digits {
        return Err(wrong());
    }
    format!("{whole}{rest:0<digits$}").parse().map_err(|_| wrong())
}

fn decimal(minor: Minor, currency: Currency) -> String {
    let unit = 10_i64.saturating_pow(currency.exponent());
    let (whole, rest) = (minor.checked_div(unit).unwrap_or(minor), minor.checked_rem(unit).unwrap_or(0));
    match usize::try_from(currency.exponent()) {
        Ok(digits) if digits > 0 => format!("{whole}.{rest:0digits$}"),
        _ => whole.to_string(),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_read_as_people_write_it_and_shown_the_same() {
        let (eur, jpy) = (Currency::parse("EUR").unwrap(), Currency::parse("JPY").unwrap());
        let read = |text: &str, currency| minor(text, currency).ok();
        assert_eq!((read("12.5", eur), read("12,50", eur), read("12", eur)), (Some(1_250), Some(1_250), Some(1_200)));
        assert_eq!((read("12.505", eur), read("-1", eur), read("", eur), read("1e3", eur)), (None, None, None, None));
        assert_eq!((read("500", jpy), read("5.0", jpy)), (Some(500), None));
        assert_eq!((decimal(1_250, eur), decimal(500, jpy)), ("12.50".to_owned(), "500".to_owned()));
    }
}
