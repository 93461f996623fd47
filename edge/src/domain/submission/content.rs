//! What an event says of itself, checked field by field; what it still lacks; and what an edit changes. Pure.

use crate::domain::org::zone;
use crate::problem::{Code, Problem};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use shared::civil::LocalDateTime;
use shared::money::Minor;
use shared::zone::{Instant, Span, Zone};
use url::Url;
use utoipa::ToSchema;

/// Dates of one event.
pub const MOST_DATES: usize = 50;
/// Resources of one event.
pub const MOST_RESOURCES: usize = 10;
/// Characters of the text.
const LONGEST_TEXT: usize = 10_000;
/// Characters of a URL.
const LONGEST_URL: usize = 2_048;
/// The longest date, in seconds: as long as any claim.
const LONGEST_DATE: i64 = 2_678_400;
/// How far ahead an event may lie, in seconds.
const FURTHEST: i64 = 731 * 86_400;
/// Around now, so much of the zone is looked at, in seconds.
const AROUND: i64 = 1_100 * 86_400;
/// More than any ticket costs, in minor units.
const MOST_PRICE: Minor = 100_000_000;

/// What an event says of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", default)]
#[schema(as = ToldEvent)]
pub struct Content {
    /// One line, at most 200 characters.
    pub title: String,
    /// Markdown.
    pub text: String,
    /// In order.
    pub when: Vec<Occurrence>,
    /// Where, in words.
    #[serde(rename = "where")]
    pub place: Option<String>,
    /// A picture, https.
    pub image: Option<String>,
    /// Minor units; none is free.
    #[schema(value_type = Option<i64>)]
    pub price: Option<Minor>,
    /// Places; none is no limit.
    pub capacity: Option<u32>,
    /// Whether places are sold here at that price. Otherwise the price is only told, and a place costs nothing here.
    pub ticketed: bool,
    /// More about it.
    pub link: Option<String>,
    /// Whom to ask, in words.
    pub contact: Option<String>,
    /// Public ids of the resources that it takes, such as a room.
    pub resource_ids: Vec<String>,
}

/// One date, in wall time at the venue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = ToldDate)]
pub struct Occurrence {
    /// Starts.
    #[schema(value_type = String, example = "2026-08-01T18:00")]
    pub from: LocalDateTime,
    /// Ends.
    #[schema(value_type = String, example = "2026-08-01T20:00")]
    pub to: LocalDateTime,
}

/// What is to change; what is `None` stays, what is `Some(None)` is cleared.
#[derive(Clone, Debug, Default)]
pub struct Edit {
    pub title: Option<String>,
    pub text: Option<String>,
    pub when: Option<Vec<Occurrence>>,
    pub place: Option<Option<String>>,
    pub image: Option<Option<String>>,
    pub price: Option<Option<Minor>>,
    pub capacity: Option<Option<u32>>,
    pub ticketed: Option<bool>,
    pub link: Option<Option<String>>,
    pub contact: Option<Option<String>>,
    pub resource_ids: Option<Vec<String>>,
}

/// A field that an edit changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// Its name on the wire.
    pub field: String,
    /// As it is public.
    pub before: Value,
    /// As it would be.
    pub after: Value,
}

impl Content {
    /// With these changes, each of them checked.
    pub fn edited(&self, edit: Edit) -> Result<Self, Problem> {
        let old = self.clone();
        Ok(Self {
            title: edit.title.map_or(Ok(old.title), |title| line(&title, "/title", 200))?,
            text: edit.text.map_or(Ok(old.text), text)?,
            when: edit.when.map_or(Ok(old.when), dates)?,
            place: edit.place.map_or(Ok(old.place), |place| optional_line(place, "/where", 200))?,
            image: edit.image.map_or(Ok(old.image), |url| web_address(url, "/image", &["https"]))?,
            price: edit.price.map_or(Ok(old.price), price)?,
            capacity: edit.capacity.map_or(Ok(old.capacity), capacity)?,
            ticketed: edit.ticketed.unwrap_or(old.ticketed),
            link: edit.link.map_or(Ok(old.link), |url| web_address(url, "/link", &["https", "http"]))?,
            contact: edit.contact.map_or(Ok(old.contact), |contact| optional_line(contact, "/contact", 200))?,
            resource_ids: edit.resource_ids.map_or(Ok(old.resource_ids), resources)?,
        })
    }

    /// Every date as instants at a venue, in order.
    pub fn spans(&self, timezone: &str, now: Instant) -> Result<Vec<Span>, Problem> {
        let zone = zone::table(timezone, now.plus_seconds(AROUND.saturating_neg()), now.plus_seconds(AROUND))
            .ok_or_else(|| Problem::internal(timezone))?;
        Ok(self.when.iter().map(|date| span(&zone, *date)).collect())
    }

    /// Whether it says everything that staff and guests need; its dates as instants if it does.
    pub fn complete(&self, timezone: &str, now: Instant) -> Result<Vec<Span>, Problem> {
        let mut lacks: Option<Problem> = None;
        let mut lack = |pointer: &str, message: &str| {
            let told = lacks.take().unwrap_or_else(|| Problem::new(Code::InvalidField));
            lacks = Some(told.and_field(pointer, "required", message));
        };
        if self.title.is_empty() {
            lack("/title", "What is it called?");
        }
        if self.text.trim().is_empty() {
            lack("/text", "What is it about?");
        }
        if self.when.is_empty() {
            lack("/when", "At least one date.");
        }
        if let Some(problem) = lacks {
            return Err(problem);
        }
        let spans = self.spans(timezone, now)?;
        for (index, span) in spans.iter().enumerate() {
            let wrong = |rule, message| Err(Problem::field(format!("/when/{index}"), rule, message));
            let seconds = span.ends_at.0.saturating_sub(span.starts_at.0);
            if seconds <= 0 {
                return wrong("ends_before_it_starts", "It has to end after it starts.");
            }
            if seconds > LONGEST_DATE {
                return wrong("too_long", "At most 31 days.");
            }
            if span.starts_at > now.plus_seconds(FURTHEST) {
                return wrong("too_far", "At most two years ahead.");
            }
            let before = index.checked_sub(1).and_then(|before| spans.get(before));
            if before.is_some_and(|before| before.overlaps(*span)) {
                return wrong("overlap", "It begins before the one before it has ended.");
            }
        }
        if spans.iter().all(|span| span.ends_at <= now) {
            return Err(Problem::field("/when", "in_the_past", "At least one date has to be still to come."));
        }
        Ok(spans)
    }

    /// What an edit changes against the public version, field by field, in the order of the fields.
    pub fn differences(&self, public: &Self) -> Vec<Difference> {
        let fields = |content: &Self| match serde_json::to_value(content) {
            Ok(Value::Object(fields)) => fields,
            _ => serde_json::Map::new(),
        };
        let before = fields(public);
        let changed = fields(self).into_iter().filter_map(|(field, after)| {
            let before = before.get(&field).cloned().unwrap_or(Value::Null);
            (before != after).then_some(Difference { field, before, after })
        });
        changed.collect()
    }

    /// How many links the text holds; spam is mostly links.
    pub fn links(&self) -> usize {
        let lower = self.text.to_lowercase();
        let bare = lower.matches("www.").count().saturating_sub(lower.matches("://www.").count());
        lower.matches("://").count().saturating_add(bare)
    }
}

fn span(zone: &Zone, date: Occurrence) -> Span {
    Span { starts_at: zone.to_instant(date.from), ends_at: zone.to_instant(date.to) }
}

/// One line of text; empty is allowed, since a draft may lack it.
fn line(text: &str, pointer: &str, most: usize) -> Result<String, Problem> {
    let text = text.trim();
    if text.chars().count() > most {
        return Err(Problem::field(pointer, "too_long", format!("At most {most} characters.")));
    }
    if text.chars().any(char::is_control) {
        return Err(Problem::field(pointer, "invalid_value", "One line of text."));
    }
    Ok(text.to_owned())
}

fn optional_line(text: Option<String>, pointer: &str, most: usize) -> Result<Option<String>, Problem> {
    let text = text.map(|text| line(&text, pointer, most)).transpose()?;
    Ok(text.filter(|text| !text.is_empty()))
}

fn text(text: String) -> Result<String, Problem> {
    if text.chars().count() > LONGEST_TEXT {
        return Err(Problem::field("/text", "too_long", "At most 10,000 characters."));
    }
    if text.chars().any(|sign| sign.is_control() && !matches!(sign, '\n' | '\r' | '\t')) {
        return Err(Problem::field("/text", "invalid_value", "Text without control characters."));
    }
    Ok(text)
}

fn dates(mut when: Vec<Occurrence>) -> Result<Vec<Occurrence>, Problem> {
    if when.len() > MOST_DATES {
        return Err(Problem::field("/when", "too_many", format!("At most {MOST_DATES} dates.")));
    }
    when.sort();
    Ok(when)
}

fn web_address(text: Option<String>, pointer: &str, schemes: &[&str]) -> Result<Option<String>, Problem> {
    let Some(text) = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) else { return Ok(None) };
    let wrong =
        || Problem::field(pointer, "not_a_url", format!("An address that starts with {}://.", schemes.join(":// or ")));
    if text.len() > LONGEST_URL {
        return Err(Problem::field(pointer, "too_long", "At most 2,048 characters."));
    }
    let url = Url::parse(&text).map_err(|_| wrong())?;
    let open = url.username().is_empty() && url.password().is_none() && url.has_host();
    if !open || !schemes.contains(&url.scheme()) {
        return Err(wrong());
    }
    Ok(Some(url.into()))
}

fn price(price: Option<Minor>) -> Result<Option<Minor>, Problem> {
    if price.is_some_and(|price| !(0..=MOST_PRICE).contains(&price)) {
        return Err(Problem::field("/price/amount", "out_of_range", "0 to 100,000,000 minor units."));
    }
    Ok(price.filter(|price| *price > 0))
}

fn capacity(capacity: Option<u32>) -> Result<Option<u32>, Problem> {
    if capacity.is_some_and(|places| !(1..=100_000).contains(&places)) {
        return Err(Problem::field("/capacity", "out_of_range", "1 to 100,000 places, or null for no limit."));
    }
    Ok(capacity)
}

fn resources(ids: Vec<String>) -> Result<Vec<String>, Problem> {
    if ids.len() > MOST_RESOURCES {
        return Err(Problem::field("/resourceIds", "too_many", format!("At most {MOST_RESOURCES} resources.")));
    }
    let mut seen = std::collections::BTreeSet::new();
    if let Some(index) = ids.iter().position(|id| !seen.insert(id)) {
        return Err(Problem::field(format!("/resourceIds/{index}"), "duplicate", "It is in the list already."));
    }
    Ok(ids)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    const NOW: Instant = Instant(1_785_596_400);

    fn date(from: &str, to: &str) -> Occurrence {
        Occurrence { from: LocalDateTime::parse(from).unwrap(), to: LocalDateTime::parse(to).unwrap() }
    }

    fn concert(when: Vec<Occurrence>) -> Content {
        Content { title: "Concert".to_owned(), text: "Loud.".to_owned(), when, ..Content::default() }
    }

    fn refusal(content: &Content) -> Option<String> {
        let problem = content.complete("Europe/Berlin", NOW).err()?;
        problem.fields().first().map(|field| format!("{} {}", field.pointer, field.code))
    }

    #[test]
    fn dates_are_wall_time_at_the_venue() {
        let evening = concert(vec![date("2026-12-05T19:00", "2026-12-05T22:00")]);
        assert_eq!(
            evening.complete("Europe/Berlin", NOW).unwrap()[..],
            [Span { starts_at: Instant(1_796_493_600), ends_at: Instant(1_796_504_400) }]
        );
    }

    #[test]
    fn what_cannot_happen_is_refused_before_anybody_looks_at_it() {
        let told = |when| refusal(&concert(when));
        assert_eq!(told(vec![]).as_deref(), Some("/when required"));
        let backwards = vec![date("2026-12-05T19:00", "2026-12-05T18:00")];
        assert_eq!(told(backwards).as_deref(), Some("/when/0 ends_before_it_starts"));
        let over = vec![date("2026-01-05T19:00", "2026-01-05T20:00")];
        assert_eq!(told(over).as_deref(), Some("/when in_the_past"));
        let at_once = vec![date("2026-12-05T19:00", "2026-12-05T22:00"), date("2026-12-05T21:00", "2026-12-05T23:00")];
        assert_eq!(told(at_once).as_deref(), Some("/when/1 overlap"));
        // The clocks skip from 02:00 to 03:00 in this night, so nothing lasts from 02:10 to 02:50.
        let skipped = vec![date("2027-03-28T02:10", "2027-03-28T02:50")];
        assert_eq!(told(skipped).as_deref(), Some("/when/0 ends_before_it_starts"));
    }

    #[test]
    fn an_edit_names_the_fields_it_changes_and_no_other() {
        let public = concert(vec![date("2026-12-05T19:00", "2026-12-05T22:00")]);
        let edit = Edit { title: Some("Louder".to_owned()), price: Some(Some(1_200)), ..Edit::default() };
        let changed = public.edited(edit).unwrap().differences(&public);
        let mut names: Vec<&str> = changed.iter().map(|one| one.field.as_str()).collect();
        names.sort_unstable();
        assert_eq!(names, ["price", "title"]);
        assert_eq!(public.differences(&public), []);
    }

    #[test]
    fn links_are_counted_as_people_write_them() {
        let links = |text: &str| Content { text: text.to_owned(), ..Content::default() }.links();
        assert_eq!(links("none at all"), 0);
        assert_eq!(links("https://a.example and HTTP://b.example, www.c.example, https://www.d.example"), 4);
    }

    #[test]
    fn an_address_runs_no_script() {
        let image = |url: &str| {
            Content::default().edited(Edit { image: Some(Some(url.to_owned())), ..Edit::default() }).is_ok()
        };
        assert!(image("https://pictures.example/a.jpg"));
        for wrong in [
            "javascript:alert(1)",
            "data:image/svg+xml,x",
            "http://a.example/x",
            "//a.example",
            "https://u:p@a.example",
        ] {
            assert!(!image(wrong), "{wrong}");
        }
    }
}
