//! What the body of a delivery looks like, as JSON Schema: made from the very types that bodies are written with, for each
//! event type in each surface's words.

use super::{Shape, apps, rooms, zapier};
use crate::domain::booking::view::Told;
use crate::domain::told::data::{Assignment, Customer, Lead, Product, Submission};
use crate::outbox::EventType;
use serde_json::{Map, Value, json};
use utoipa::ToSchema;
use utoipa::openapi::schema::{KnownFormat, Object, Schema, SchemaFormat, Type};
use utoipa::openapi::{ObjectBuilder, Ref, RefOr};

const DIALECT: &str = "https://json-schema.org/draft/2020-12/schema";

/// Where the schemas that another one refers to stand in an `OpenAPI` document.
const COMPONENTS: &str = "#/components/schemas/";
/// Where they stand in a schema by itself.
const DEFINITIONS: &str = "#/$defs/";

/// A schema and those that it refers to, by name.
pub struct Described {
    /// It.
    pub schema: RefOr<Schema>,
    /// The others.
    pub parts: Vec<(String, RefOr<Schema>)>,
}

fn described<T: ToSchema>() -> Described {
    let name = T::name().into_owned();
    let mut parts = vec![(name.clone(), T::schema())];
    T::schemas(&mut parts);
    Described { schema: RefOr::Ref(Ref::from_schema_name(name)), parts }
}

/// The data of an event, as the log has it.
fn data(kind: EventType) -> Described {
    match kind {
        EventType::BookingCreated
        | EventType::BookingUpdated
        | EventType::BookingRescheduled
        | EventType::BookingCancelled
        | EventType::BookingApproved
        | EventType::BookingRejected
        | EventType::BookingNoShow
        | EventType::BookingCompleted
        | EventType::PaymentSucceeded
        | EventType::PaymentRefunded
        | EventType::OrderCreated
        | EventType::OrderUpdated
        | EventType::OrderFulfilled
        | EventType::OrderCanceled
        | EventType::CartAbandoned => described::<Told<'_>>(),
        EventType::ProductCreated | EventType::ProductUpdated => described::<Product<'_>>(),
        EventType::CustomerCreated => described::<Customer>(),
        EventType::SubmissionSubmitted | EventType::SubmissionApproved | EventType::SubmissionRejected => {
            described::<Submission<'_>>()
        }
        EventType::StaffAssigned => described::<Assignment<'_>>(),
        EventType::LeadCreated => described::<Lead<'_>>(),
    }
}

/// The body of a delivery. None where those words do not tell of the type.
pub fn body(shape: Shape, kind: EventType) -> Option<Described> {
    let name = kind.as_str();
    match shape {
        Shape::Native => Some(native(name, data(kind))),
        Shape::Rooms => rooms::tells(name).then(|| native(rooms::spelled(name), described::<rooms::RoomBooking>())),
        Shape::Zapier => zapier::EVENTS.contains(&name).then(described::<zapier::Flat>),
        Shape::Apps => apps::EVENTS.contains(&name).then(|| {
            let Described { schema, parts } = match kind {
                EventType::ProductCreated | EventType::ProductUpdated => data(kind),
                EventType::CustomerCreated => described::<apps::Customer>(),
                _ => described::<apps::Order>(),
            };
            let envelope =
                [("id", of_type(Type::String)), ("event", word(name)), ("created_at", instant()), ("data", schema)];
            Described { schema: envelope_of(envelope), parts }
        }),
    }
}

fn native(name: &str, Described { schema, parts }: Described) -> Described {
    let envelope = [("type", word(name)), ("timestamp", instant()), ("data", schema)];
    Described { schema: envelope_of(envelope), parts }
}

fn envelope_of<const N: usize>(fields: [(&str, RefOr<Schema>); N]) -> RefOr<Schema> {
    let object = ObjectBuilder::new().schema_type(Type::Object);
    let object = fields.into_iter().fold(object, |object, (name, schema)| object.property(name, schema).required(name));
    object.build().into()
}

fn of_type(kind: Type) -> RefOr<Schema> {
    Object::with_type(kind).into()
}

fn word(name: &str) -> RefOr<Schema> {
    ObjectBuilder::new().schema_type(Type::String).enum_values(Some([name])).build().into()
}

fn instant() -> RefOr<Schema> {
    let format = SchemaFormat::KnownFormat(KnownFormat::DateTime);
    ObjectBuilder::new().schema_type(Type::String).format(Some(format)).build().into()
}

/// The schema of a body by itself; `id` is where it is published.
pub fn of(shape: Shape, kind: EventType, id: &str) -> Option<Value> {
    let Described { schema, parts } = body(shape, kind)?;
    let definitions: Map<String, Value> =
        parts.into_iter().map(|(name, part)| Some((name, alone(json!(part))))).collect::<Option<_>>()?;
    let mut whole = json!({ "$schema": DIALECT, "$id": id, "title": kind.as_str(), "description": kind.meaning() });
    let object = whole.as_object_mut()?;
    object.extend(alone(json!(schema)).as_object()?.clone());
    object.insert("$defs".to_owned(), Value::Object(definitions));
    Some(whole)
}

/// A schema out of an `OpenAPI` document, as it is written outside of one.
fn alone(schema: Value) -> Value {
    match schema {
        Value::Array(list) => list.into_iter().map(alone).collect(),
        Value::Object(fields) => fields.into_iter().map(keyword).collect::<Map<_, _>>().into(),
        other => other,
    }
}

fn keyword((name, value): (String, Value)) -> (String, Value) {
    match (name.as_str(), value) {
        // These hold names that people gave, not keywords.
        ("properties", Value::Object(fields)) => {
            (name, fields.into_iter().map(|(name, schema)| (name, alone(schema))).collect::<Map<_, _>>().into())
        }
        ("$ref", Value::String(to)) => (name, to.replace(COMPONENTS, DEFINITIONS).into()),
        ("example", example) => ("examples".to_owned(), json!([example])),
        (_, value) => (name, alone(value)),
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_by_itself_refers_to_nothing_outside() {
        for shape in Shape::ALL {
            for kind in EventType::ALL {
                let Some(schema) = of(shape, *kind, "https://book.example/schema") else { continue };
                let text = schema.to_string();
                assert!(!text.contains(COMPONENTS), "{kind} {text}");
                for (_, rest) in text.match_indices(DEFINITIONS).map(|(at, found)| text.split_at(at + found.len())) {
                    let name = rest.split('"').next().unwrap();
                    assert!(schema.pointer(&format!("/$defs/{name}")).is_some(), "{kind}: {name} is not defined");
                }
            }
        }
    }

    #[test]
    fn a_surface_has_schemas_of_what_it_tells_and_of_nothing_else() {
        let told = |shape| EventType::ALL.iter().filter(|kind| body(shape, **kind).is_some()).count();
        assert_eq!(told(Shape::Native), EventType::ALL.len());
        assert_eq!(told(Shape::Rooms), 9);
        assert_eq!(told(Shape::Zapier), zapier::EVENTS.len());
        assert_eq!(told(Shape::Apps), apps::EVENTS.len());
    }
}
