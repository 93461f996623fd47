//! `/docs`: the API's description as a page, drawn from the same document as `/openapi.json`; and `/docs/problems`, where
//! the `type` of every problem leads.

use super::layout::{Page, Policy, respond};
use super::voice::Voice;
use crate::outbox::EventType;
use crate::problem::{Code, Problem};
use crate::router;
use axum::Json;
use axum::body::Body;
use axum::http::{HeaderName, Response, StatusCode, header};
use maud::{Markup, html};
use serde_json::{Map, Value};
use utoipa::openapi::OpenApi;

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];

/// How deep a schema is unfolded in place.
const DEPTH: usize = 3;

/// `GET /openapi.json`: for everybody's programs, from everywhere.
pub async fn openapi() -> ([(HeaderName, &'static str); 2], Json<OpenApi>) {
    ([(header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"), (header::CACHE_CONTROL, "no-cache")], Json(router::document()))
}

/// `GET /docs`.
pub async fn docs() -> Result<Response<Body>, Problem> {
    let document = serde_json::to_value(router::document()).map_err(Problem::internal)?;
    let operations = operations(&document);
    let tags = document.get("tags").and_then(Value::as_array).cloned().unwrap_or_default();
    let of_tag = |tag: &Value| {
        let name = text(tag, "name").to_owned();
        operations.iter().filter(move |operation| operation.tag == name)
    };
    let main = html! {
        h1 { "The API" }
        p { (coded(text(document.get("info").unwrap_or(&Value::Null), "description"))) }
        p {
            "The same in a form for programs: " a href="/openapi.json" { "/openapi.json" } " (OpenAPI 3.1). What can go wrong: "
            a href="/docs/problems" { "problems and their codes" } "."
        }
        nav.card aria-label="Routes" {
            @for tag in &tags {
                @if of_tag(tag).next().is_some() {
                    h3 { (text(tag, "name")) }
                    ul {
                        @for operation in of_tag(tag) {
                            li { a href={ "#" (operation.anchor) } { span.method { (operation.method.to_uppercase()) } " " code { (operation.path) } } }
                        }
                    }
                }
            }
        }
        @for tag in &tags {
            @if of_tag(tag).next().is_some() {
                section {
                    h2 { (text(tag, "name")) }
                    p.quiet { (text(tag, "description")) }
                    @for operation in of_tag(tag) { (operation.shown(&document)) }
                }
            }
        }
        section { (events()) }
    };
    Ok(framed("API", main))
}

/// What webhooks are told.
fn events() -> Markup {
    html! {
        h2 #events { "Events" }
        p.quiet { "What webhooks are told, each with the JSON Schema of its body." }
        div.card { div.scroll {
            table {
                thead { tr { th scope="col" { "Type" } th scope="col" { "Meaning" } } }
                tbody {
                    @for event in EventType::ALL {
                        tr {
                            td { a href={ "/api/meta/event-types/" (event.as_str()) "/schema" } { code { (event.as_str()) } } }
                            td { (event.meaning()) }
                        }
                    }
                }
            }
        } }
    }
}

/// `GET /docs/problems`.
pub async fn problems() -> Response<Body> {
    let main = html! {
        h1 { "Problems" }
        p {
            "Every failure is an RFC 9457 problem: " code { "type" } " leads here, " code { "code" } " is stable and made for \
            programs (it may name the cause more closely than this table), " code { "errors" } " says which field breaks which \
            rule, by JSON pointer."
        }
        div.card { div.scroll {
            table {
                thead { tr { th scope="col" { "Code" } th scope="col" { "Status" } th scope="col" { "Meaning" } } }
                tbody {
                    @for code in Code::ALL {
                        tr id=(code.text()) { td { code { (code.text()) } } td { (code.status()) } td { (code.title()) } }
                    }
                }
            }
        } }
        p { a href="/docs" { "Back to the API" } }
    };
    framed("Problems", main)
}

fn framed(title: &str, main: Markup) -> Response<Body> {
    let page = Page {
        title: &format!("{title} · Daymark"),
        business: "Daymark",
        accent: None,
        voice: &Voice::english(),
        head: html! {},
        main,
        foot: html! {},
        policy: Policy::Public,
        class: "docs",
    };
    respond(StatusCode::OK, &page, "none")
}

struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    tag: &'a str,
    anchor: String,
    body: &'a Value,
}

fn operations(document: &Value) -> Vec<Operation<'_>> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            METHODS.iter().filter_map(move |method| {
                let body = item.get(*method)?;
                let tag = body.get("tags").and_then(|tags| tags.get(0)).and_then(Value::as_str).unwrap_or("Meta");
                Some(Operation { method, path, tag, anchor: text(body, "operationId").to_owned(), body })
            })
        })
        .collect()
}

impl Operation<'_> {
    fn summary(&self) -> &str {
        text(self.body, "summary").trim_end_matches('.')
    }

    fn is_public(&self) -> bool {
        let security = self.body.get("security").and_then(Value::as_array);
        security.is_some_and(|all| all.iter().any(|one| one.as_object().is_some_and(Map::is_empty)))
    }

    fn shown(&self, document: &Value) -> Markup {
        let parameters = self.body.get("parameters").and_then(Value::as_array);
        let request = self.body.get("requestBody").and_then(|body| schema_of(body));
        let responses = self.body.get("responses").and_then(Value::as_object);
        html! {
            article.card id=(self.anchor) {
                h3 { (coded(self.summary())) }
                p { span.method { (self.method.to_uppercase()) } " " code.path { (self.path) } }
                @if !text(self.body, "description").is_empty() { p { (coded(text(self.body, "description"))) } }
                p.quiet { @if self.is_public() { "Public." } @else { "Needs an API key or a session." } }
                @if let Some(parameters) = parameters.filter(|all| !all.is_empty()) {
                    details {
                        summary { "Parameters" }
                        div.scroll { table { tbody {
                            @for parameter in parameters {
                                tr {
                                    th scope="row" { code { (text(parameter, "name")) } }
                                    td { (text(parameter, "in")) }
                                    td { (coded(text(parameter, "description"))) }
                                }
                            }
                        } } }
                    }
                }
                @if let Some(schema) = request {
                    details { summary { "Body" } (fields(document, schema, DEPTH)) }
                }
                @if let Some(responses) = responses {
                    details {
                        summary { "Answers" }
                        div.scroll { table { tbody {
                            @for (status, response) in responses {
                                tr {
                                    th scope="row" { code { (status) } }
                                    td {
                                        p { (coded(text(response, "description"))) }
                                        @if status.starts_with('2') {
                                            @if let Some(schema) = schema_of(response) { (fields(document, schema, DEPTH)) }
                                        }
                                    }
                                }
                            }
                        } } }
                    }
                }
            }
        }
    }
}

/// The fields of a schema, a table in a table where one holds the other.
fn fields(document: &Value, schema: &Value, depth: usize) -> Markup {
    let schema = inner(document, schema);
    let required: Vec<&str> =
        schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
    let Some(properties) = schema.get("properties").and_then(Value::as_object) else {
        return html! { @if depth == DEPTH { p.quiet { (kind(document, schema)) } } };
    };
    html! {
        div.scroll { table { tbody {
            @for (name, property) in properties {
                tr {
                    th scope="row" {
                        code { (name) }
                        @if !required.contains(&name.as_str()) { " " span.quiet { "optional" } }
                    }
                    td { (kind(document, property)) }
                    td {
                        p { (coded(described(document, property))) }
                        @if let Some(below) = depth.checked_sub(1).filter(|left| *left > 0) {
                            (fields(document, property, below))
                        }
                    }
                }
            }
        } } }
    }
}

/// Follows references and looks into arrays and nullable schemas.
fn inner<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    let mut schema = schema;
    // No schema is nested deeper than this; a circle ends here too.
    for _ in 0..8 {
        if let Some(pointer) = schema.get("$ref").and_then(Value::as_str) {
            let Some(found) = document.pointer(pointer.trim_start_matches('#')) else { break };
            schema = found;
        } else if let Some(items) = schema.get("items") {
            schema = items;
        } else if let Some(any) = schema.get("oneOf").or_else(|| schema.get("anyOf")).and_then(Value::as_array) {
            let Some(real) = any.iter().find(|one| one.get("type") != Some(&Value::from("null"))) else { break };
            schema = real;
        } else {
            break;
        }
    }
    schema
}

fn kind(document: &Value, schema: &Value) -> String {
    if schema.get("items").is_some() {
        return format!("list of {}", kind(document, inner(document, schema)));
    }
    match inner(document, schema).get("type") {
        Some(Value::String(kind)) => kind.clone(),
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        _ => "any".to_owned(),
    }
}

fn described<'a>(document: &'a Value, schema: &'a Value) -> &'a str {
    let own = text(schema, "description");
    if own.is_empty() { text(inner(document, schema), "description") } else { own }
}

/// Text in which backticks mark code.
fn coded(text: &str) -> Markup {
    html! {
        @for (index, part) in text.split('`').enumerate() {
            @if index % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}

fn schema_of(body: &Value) -> Option<&Value> {
    body.get("content")?.as_object()?.values().next()?.get("schema")
}

fn text<'a>(value: &'a Value, name: &str) -> &'a str {
    value.get(name).and_then(Value::as_str).unwrap_or_default()
}
