//! Draws [`Node`]s onto the page by changing only what differs, so that focus, selection and what is being typed stay.

use crate::model::message::Msg;
use crate::view::node::Node;
use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement};

const SVG: &str = "http://www.w3.org/2000/svg";

/// An element on the page and the description that it was last drawn from.
pub struct Live {
    tag: &'static str,
    key: u32,
    attributes: Vec<(&'static str, String)>,
    text: String,
    children: Vec<Live>,
    on: Option<Msg>,
    element: Element,
}

/// What a visitor can do to an element.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Act {
    /// Click it, or press it by key.
    Click,
    /// Type into it, tick it, choose in it.
    Input,
    /// Send the form.
    Submit,
    /// Press a key in the grid.
    Key,
    /// Come near, with a pointer or the focus.
    Near,
}

impl Act {
    /// What the tag of an element takes.
    fn of(tag: &str) -> Self {
        match tag {
            "input" | "select" | "textarea" => Self::Input,
            "form" => Self::Submit,
            "table" => Self::Key,
            _ => Self::Click,
        }
    }
}

impl Live {
    /// Draws for the first time, as the last child of `parent`.
    pub fn draw(node: Node, parent: &Element) -> Option<Self> {
        let (tag, key) = (node.tag, node.key);
        let element = match tag {
            "svg" | "path" => document().create_element_ns(Some(SVG), tag),
            _ => document().create_element(tag),
        };
        let element = element.ok()?;
        let mut live =
            Self { tag, key, attributes: Vec::new(), text: String::new(), children: Vec::new(), on: None, element };
        live.change(node);
        let _ = parent.append_child(&live.element);
        Some(live)
    }

    /// Makes the element what this describes.
    pub fn change(&mut self, node: Node) {
        let crate::view::node::Element { attributes, text, children, on, .. } = node.into_element();
        self.on = on;
        if text != self.text {
            self.element.set_text_content(Some(&text));
            self.text = text;
        }
        let kept = children.len();
        for (place, child) in children.into_iter().enumerate() {
            match self.children.get_mut(place) {
                Some(live) if live.tag == child.tag && live.key == child.key => live.change(child),
                Some(live) => {
                    if let Some(fresh) = Self::draw(child, &self.element) {
                        let _ = self.element.replace_child(&fresh.element, &live.element);
                        *live = fresh;
                    }
                }
                None => self.children.extend(Self::draw(child, &self.element)),
            }
        }
        for gone in self.children.drain(kept.min(self.children.len())..) {
            gone.element.remove();
        }
        for (name, _) in &self.attributes {
            if !attributes.iter().any(|(other, _)| other == name) {
                let _ = self.element.remove_attribute(name);
            }
        }
        // After the children: a list of choices takes its value only from those it has.
        for (name, value) in &attributes {
            let known = self.attributes.iter().any(|(other, old)| other == name && old == value);
            match *name {
                "value" if self.tag != "option" => self.set_value(value),
                "checked" => {
                    if let Some(input) = self.element.dyn_ref::<HtmlInputElement>() {
                        input.set_checked(!value.is_empty());
                    }
                }
                _ if known => {}
                _ => {
                    let _ = self.element.set_attribute(name, value);
                    // A page may style what it can name.
                    if *name == "class" {
                        let _ = self.element.set_attribute("part", value);
                    }
                }
            }
        }
        self.attributes = attributes;
    }

    /// Sets what is typed, unless it is that already: setting moves the caret.
    fn set_value(&self, value: &str) {
        if let Some(input) = self.element.dyn_ref::<HtmlInputElement>() {
            if input.value() != value {
                input.set_value(value);
            }
        } else if let Some(area) = self.element.dyn_ref::<HtmlTextAreaElement>() {
            if area.value() != value {
                area.set_value(value);
            }
        } else if let Some(select) = self.element.dyn_ref::<HtmlSelectElement>() {
            select.set_value(value);
        }
    }

    /// What acting on `target` does: the innermost element around it that says so.
    pub fn does(&self, target: &web_sys::Node, act: Act) -> Option<Msg> {
        let inner = self.children.iter().find(|child| child.element.contains(Some(target)));
        let found = inner.and_then(|child| child.does(target, act));
        found.or_else(|| self.on.clone().filter(|_| Act::of(self.tag) == act))
    }

    /// The element itself.
    pub fn element(&self) -> &Element {
        &self.element
    }
}
