//! What goes along from one hosted page to the next where no script carries it: the language that was asked for, where the
//! visitor came from, and that all of it is a test.

use maud::{Markup, html};
use std::collections::BTreeMap;
use url::form_urlencoded;

/// By the names that the widget's tag and campaigns have for it.
const CARRIED: [&str; 8] =
    ["lang", "ref", "utm_source", "utm_medium", "utm_campaign", "utm_term", "utm_content", "test"];

/// What a form or an address says.
pub type Fields = BTreeMap<String, String>;

/// An address with its own query, and what goes along behind that.
pub fn link(path: &str, query: &str, fields: &Fields) -> String {
    let along = form_urlencoded::Serializer::new(String::new()).extend_pairs(carried(fields)).finish();
    let query: Vec<&str> = [query, &along].into_iter().filter(|part| !part.is_empty()).collect();
    if query.is_empty() { path.to_owned() } else { format!("{path}?{}", query.join("&")) }
}

/// The same, as part of a form.
pub fn hidden(fields: &Fields) -> Markup {
    html! { @for (name, value) in carried(fields) { input type="hidden" name=(name) value=(value); } }
}

fn carried(fields: &Fields) -> impl Iterator<Item = (&'static str, &String)> {
    CARRIED.into_iter().filter_map(|name| Some((name, fields.get(name)?)))
}

/// Whether somebody tries the journey out, as the widget's attribute `test` says.
pub fn is_test(fields: &Fields) -> bool {
    fields.get("test").is_some_and(|said| said != "false")
}
