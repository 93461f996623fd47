//! A piece of the page as plain data: what the views make, and what [`crate::dom`] draws.
//!
//! One type for every element keeps the module small, and lets the views be tested without a browser.

use crate::model::message::Msg;
use std::ops::Deref;

/// An element. It holds either text or other elements. A pointer, because builders pass it from hand to hand.
pub struct Node(Box<Element>);

/// What an element is.
pub struct Element {
    /// Its tag.
    pub tag: &'static str,
    /// Tells apart elements of the same tag that must not be made into one another.
    pub key: u32,
    /// Attributes, each at most once; `value` and `checked` are set as properties.
    pub attributes: Vec<(&'static str, String)>,
    /// Its text, where it has no children.
    pub text: String,
    /// Its children.
    pub children: Vec<Node>,
    /// What happens when it is clicked; for a field, typed into; for a form, sent; for a grid, when a key is pressed.
    pub on: Option<Msg>,
}

impl Deref for Node {
    type Target = Element;

    fn deref(&self) -> &Element {
        &self.0
    }
}

/// An element of this tag.
#[inline(never)]
pub fn el(tag: &'static str) -> Node {
    let element = Element { tag, key: 0, attributes: Vec::new(), text: String::new(), children: Vec::new(), on: None };
    Node(Box::new(element))
}

/// A `div` of this class.
pub fn div(class: &str) -> Node {
    el("div").class(class)
}

/// An element of this tag and class with this text.
pub fn words(tag: &'static str, class: &str, text: impl Into<String>) -> Node {
    el(tag).class(class).text(text)
}

/// A button of this class that does this.
pub fn button(class: &str, does: Msg) -> Node {
    el("button").class(class).at("type", "button").on(does)
}

impl Node {
    /// Sets an attribute.
    pub fn at(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.set(name, value.into());
        self
    }

    #[inline(never)]
    fn set(&mut self, name: &'static str, value: String) {
        match self.0.attributes.iter_mut().find(|(known, _)| *known == name) {
            Some((_, old)) => *old = value,
            None => self.0.attributes.push((name, value)),
        }
    }

    /// The element itself.
    pub fn into_element(self) -> Element {
        *self.0
    }

    /// Sets an attribute without a value if this is so.
    pub fn flag(self, name: &'static str, so: bool) -> Self {
        if so { self.at(name, "") } else { self }
    }

    /// Sets the class, which also names the `part` for the page's own styles.
    pub fn class(self, class: &str) -> Self {
        self.at("class", class)
    }

    /// Names what must not be made into something else.
    pub fn key(mut self, key: u32) -> Self {
        self.0.key = key;
        self
    }

    /// Sets the text.
    pub fn text(mut self, text: impl Into<String>) -> Self {
        self.0.text = text.into();
        self
    }

    /// Adds a child.
    #[inline(never)]
    pub fn child(mut self, child: Node) -> Self {
        self.0.children.push(child);
        self
    }

    /// Adds a child if there is one.
    pub fn maybe(mut self, child: Option<Node>) -> Self {
        self.0.children.extend(child);
        self
    }

    /// Adds children.
    pub fn with(mut self, children: impl IntoIterator<Item = Node>) -> Self {
        self.0.children.extend(children);
        self
    }

    /// Says what happens.
    #[inline(never)]
    pub fn on(mut self, does: Msg) -> Self {
        self.0.on = Some(does);
        self
    }
}
