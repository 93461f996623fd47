//! What an endpoint may look like.

use crate::context::Context;
use crate::outbox::EventType;
use crate::outbox::names::{self, Leads};
use crate::outbox::target::{Target, TargetRefusal};
use crate::problem::Problem;
use crate::shape::{Shape, rooms};

/// Endpoints an organization may have.
pub const MOST_ENDPOINTS: i64 = 50;

/// Live secrets an endpoint may have. More would make the signature header grow without end.
pub const MOST_SECRETS: i64 = 5;

/// Characters of a description.
const LONGEST_DESCRIPTION: usize = 200;

/// Every event.
const EVERYTHING: &str = "*";

/// The URL, normalised, if something may be sent there. `pointer` names the field in the answer. A resolver that says nothing
/// refuses nobody here; before every attempt it is asked again.
pub async fn url(context: &Context, text: &str, pointer: &str) -> Result<String, Problem> {
    let refused = |refusal: TargetRefusal| Problem::field(pointer, refusal.code(), refusal.message());
    let target = Target::parse(text, context.development()).map_err(refused)?;
    match names::look_up(context, &target).await {
        Leads::Outward | Leads::Unknown => Ok(target.as_str().to_owned()),
        Leads::Inward => Err(refused(TargetRefusal::Private)),
        Leads::Nowhere => Err(refused(TargetRefusal::Unresolved)),
    }
}

/// Event types in their canonical spelling, each once, as a JSON array.
pub fn events(names: &[String], pointer: &str) -> Result<String, Problem> {
    if names.is_empty() {
        return Err(Problem::field(pointer, "too_few", "must name at least one event type, or \"*\""));
    }
    let mut canonical: Vec<&'static str> = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let known = if name == EVERYTHING { Some(EVERYTHING) } else { EventType::parse(name).map(EventType::as_str) };
        let Some(known) = known else {
            let rule = "must be an event type; GET /api/meta/event-types lists them";
            return Err(Problem::field(format!("{pointer}/{index}"), "unknown_event", rule));
        };
        if !canonical.contains(&known) {
            canonical.push(known);
        }
    }
    serde_json::to_string(&canonical).map_err(Problem::internal)
}

/// As [`events`], in the words of a shape: one word of the rooms surface stands for all that it tells of.
pub fn events_in(shape: Shape, names: &[String], pointer: &str) -> Result<String, Problem> {
    if shape != Shape::Rooms {
        return events(names, pointer);
    }
    let unknown = |index| {
        let rule = "must be booking.created, booking.updated, booking.canceled or payment.succeeded";
        Problem::field(format!("{pointer}/{index}"), "unknown_event", rule)
    };
    events(&rooms::canonical(names).map_err(unknown)?, pointer)
}

/// The description.
pub fn description(text: &str, pointer: &str) -> Result<String, Problem> {
    if text.chars().count() > LONGEST_DESCRIPTION {
        return Err(Problem::field(pointer, "too_long", "must have at most 200 characters"));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(names: &[&str]) -> Option<String> {
        events(&names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>(), "/events").ok()
    }

    #[test]
    fn either_spelling_is_kept_as_one() {
        assert_eq!(
            read(&["booking.canceled", "booking.cancelled", "booking.created"]).unwrap(),
            r#"["booking.cancelled","booking.created"]"#
        );
        assert_eq!(read(&["*"]).unwrap(), r#"["*"]"#);
    }

    #[test]
    fn rooms_are_asked_for_in_their_own_words() {
        let read = |name: &str| events_in(Shape::Rooms, &[name.to_owned()], "/events").ok();
        assert_eq!(read("booking.canceled").unwrap(), r#"["booking.cancelled","booking.rejected"]"#);
        assert_eq!(read("order.created"), None);
    }

    #[test]
    fn nothing_and_unknown_events_are_refused() {
        assert_eq!(read(&[]), None);
        assert_eq!(read(&["booking.exploded"]), None);
    }
}
