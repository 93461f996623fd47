//! What those hear who do not see: the outline of every step, roles, names and states, word for word. A change of it is a
//! change that somebody meant; `UPDATE_GOLDEN=1` writes it down.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, clippy::arithmetic_side_effects)]

mod support;

use std::fs;
use std::path::Path;
use support::{NEAR, states};
use widget::view::Scene;
use widget::view::node::Node;

const GOLDEN: &str = "tests/support/outlines.txt";

fn attribute<'a>(node: &'a Node, name: &str) -> Option<&'a str> {
    node.attributes.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}

fn text(node: &Node) -> String {
    let inner: Vec<String> =
        node.children.iter().map(text).chain([node.text.clone()]).filter(|text| !text.is_empty()).collect();
    inner.join(" ")
}

/// The role that an element has by itself or says that it has, where it has one that is told.
fn role(node: &Node) -> Option<String> {
    if let Some(role) = attribute(node, "role") {
        return (!matches!(role, "list" | "gridcell")).then(|| role.to_owned());
    }
    Some(
        match node.tag {
            "button" => "button",
            "a" => "link",
            "h2" | "h3" | "h4" => "heading",
            "input" if attribute(node, "type") == Some("checkbox") => "checkbox",
            "input" | "textarea" => "textbox",
            "select" => "combobox",
            "aside" => "complementary",
            "article" => "article",
            "p" | "dt" | "dd" => "text",
            _ => return None,
        }
        .to_owned(),
    )
}

fn outline(node: &Node, depth: usize, labels: &[(String, String)], into: &mut String) {
    if attribute(node, "aria-hidden") == Some("true") {
        return;
    }
    let mut deeper = depth;
    let cursor = attribute(node, "role") == Some("gridcell") && attribute(node, "tabindex") == Some("0");
    let told = role(node).or_else(|| cursor.then(|| "gridcell".to_owned()));
    if let Some(role) = told {
        let label = || labels.iter().find(|(id, _)| Some(id.as_str()) == attribute(node, "id"));
        let leaf = matches!(role.as_str(), "button" | "link" | "heading" | "text" | "status" | "gridcell");
        let name = match attribute(node, "aria-label") {
            Some(name) => name.to_owned(),
            None => {
                label().map(|(_, name)| name.clone()).unwrap_or_else(|| if leaf { text(node) } else { String::new() })
            }
        };
        if !(name.is_empty() && matches!(role.as_str(), "text" | "status")) {
            into.push_str(&"  ".repeat(depth));
            into.push_str(&[role.as_str(), &name].join(" "));
            for state in
                ["aria-pressed", "aria-expanded", "aria-invalid", "aria-required", "aria-disabled", "aria-selected"]
            {
                if let Some(value) = attribute(node, state).filter(|value| *value != "false") {
                    into.push_str(&format!(" [{}={value}]", state.trim_start_matches("aria-")));
                }
            }
            into.push('\n');
            deeper += 1;
        }
        if leaf {
            return;
        }
    }
    for child in &node.children {
        outline(child, deeper, labels, into);
    }
}

fn labels(node: &Node) -> Vec<(String, String)> {
    let own = attribute(node, "for").map(|id| (id.to_owned(), text(node)));
    own.into_iter().chain(node.children.iter().flat_map(labels)).collect()
}

#[test]
fn every_step_is_told_as_it_was_meant() {
    let mut told = String::new();
    for (name, model) in states() {
        let page = Scene { m: &model, intl: &NEAR }.draw();
        told.push_str(&format!("== {name}\n"));
        outline(&page, 0, &labels(&page), &mut told);
    }
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join(GOLDEN);
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&golden, &told).unwrap();
    }
    let meant = fs::read_to_string(&golden).unwrap_or_default();
    let differs = told.lines().zip(meant.lines()).find(|(told, meant)| told != meant);
    assert!(told == meant, "first difference: {differs:?}");
}
