//! What somebody wants, parsed: nothing behind this has to check a length or a sign again.

use crate::problem::{Code, Problem};
use shared::embed::ItemIn;
use shared::id::OfferingId;
use std::collections::BTreeMap;

/// Most items in one order.
pub const MAX_ITEMS: usize = 20;
/// Most add-ons with one item.
pub const MAX_ADD_ONS: usize = 50;
/// Most guests in one item.
const MAX_GUESTS: u32 = 10_000;

/// How the request wrote its items; decides where a pointer leads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Form {
    /// `tourId`, `instanceStartsAt`, `party` … beside each other.
    One,
    /// `items`.
    Many,
    /// `startsAt` alone: an item that is to be moved.
    Move,
}

/// A part of an item that something can be wrong with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// Which offering.
    Offering,
    /// When.
    StartsAt,
    /// Who.
    Party,
    /// How long.
    Length,
    /// An add-on, by its place.
    AddOn(usize),
    /// How many of an add-on.
    Quantity(usize),
    /// The departure for themselves.
    Private,
}

impl Form {
    /// RFC 6901 pointer to a part of an item.
    pub fn pointer(self, item: usize, part: Part) -> String {
        let field = match (self, part) {
            (Self::One, Part::Offering) => "tourId".to_owned(),
            (Self::One, Part::StartsAt) => "instanceStartsAt".to_owned(),
            (Self::Many | Self::Move, Part::Offering) => "offeringId".to_owned(),
            (Self::Many | Self::Move, Part::StartsAt) => "startsAt".to_owned(),
            (_, Part::Party) => "party".to_owned(),
            (_, Part::Length) => "length".to_owned(),
            (_, Part::Private) => "private".to_owned(),
            (_, Part::AddOn(index)) => format!("addOns/{index}/id"),
            (_, Part::Quantity(index)) => format!("addOns/{index}/quantity"),
        };
        match self {
            Self::One | Self::Move => format!("/{field}"),
            Self::Many => format!("/items/{item}/{field}"),
        }
    }
}

/// What somebody wants.
#[derive(Clone, Debug)]
pub struct Order {
    /// 1 to [`MAX_ITEMS`].
    pub items: Vec<ItemIn>,
    /// How they were written.
    pub form: Form,
    /// A coupon's code.
    pub coupon: Option<String>,
    /// ISO 3166-1 alpha-2.
    pub country: Option<String>,
    /// The price that the customer saw.
    pub quote_hash: Option<String>,
}

impl Order {
    /// Checks lengths and signs; what the business has to say comes later.
    pub fn parse(
        items: Vec<ItemIn>,
        form: Form,
        coupon: Option<String>,
        country: Option<String>,
        quote_hash: Option<String>,
    ) -> Result<Self, Problem> {
        if items.is_empty() {
            return Err(Problem::field("/items", "required", "Name at least one item."));
        }
        if items.len() > MAX_ITEMS {
            return Err(Problem::field("/items", "too_many", format!("At most {MAX_ITEMS} items.")));
        }
        for (index, item) in items.iter().enumerate() {
            item_is_sound(item, |part| form.pointer(index, part))?;
        }
        let coupon = optional_text(coupon, "/coupon", 64)?;
        if country.as_ref().is_some_and(|code| code.len() != 2 || !code.bytes().all(|b| b.is_ascii_uppercase())) {
            return Err(Problem::field("/country", "invalid_value", "Two capital letters, as in ISO 3166-1."));
        }
        let quote_hash = optional_text(quote_hash, "/quoteHash", 64)?;
        Ok(Self { items, form, coupon, country, quote_hash })
    }

    /// The ids of what is wanted.
    pub fn offerings(&self) -> Vec<&str> {
        self.items.iter().map(|item| item.offering_id.as_str()).collect()
    }
}

fn item_is_sound(item: &ItemIn, at: impl Fn(Part) -> String) -> Result<(), Problem> {
    if OfferingId::parse(item.offering_id.as_str()).is_none() {
        return Err(Problem::field(at(Part::Offering), "invalid_value", "Not the id of an offering."));
    }
    if item.party.guests() > MAX_GUESTS || item.party.0.len() > 50 {
        return Err(Problem::field(at(Part::Party), "too_many", format!("At most {MAX_GUESTS} guests.")));
    }
    if item.party.guests() == 0 {
        return Err(Problem::field(at(Part::Party), "required", "Somebody has to come."));
    }
    if item.add_ons.len() > MAX_ADD_ONS {
        return Err(Problem::field(
            at(Part::AddOn(MAX_ADD_ONS)),
            "too_many",
            format!("At most {MAX_ADD_ONS} add-ons."),
        ));
    }
    for (index, add_on) in item.add_ons.iter().enumerate() {
        if !(1..=MAX_GUESTS).contains(&add_on.quantity) {
            return Err(Problem::field(at(Part::Quantity(index)), "out_of_range", format!("1 to {MAX_GUESTS}.")));
        }
    }
    Ok(())
}

/// Who books.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contact {
    /// 1 to 200 characters.
    pub name: String,
    /// Looks like an address, at most 254 characters; lower case.
    pub email: String,
    /// At most 40 characters, as typed.
    pub phone: Option<String>,
}

impl Contact {
    /// Checks what was typed.
    pub fn parse(name: &str, email: &str, phone: Option<String>) -> Result<Self, Problem> {
        Self::parse_at("/customer", name, email, phone)
    }

    /// As [`parse`](Self::parse), where the fields stand under `at`.
    pub fn parse_at(at: &str, name: &str, email: &str, phone: Option<String>) -> Result<Self, Problem> {
        let mut problem = None;
        let mut wrong = |pointer: &str, rule: &str, message: &str| {
            let told = problem.take().unwrap_or_else(|| Problem::new(Code::InvalidField));
            problem = Some(told.and_field(format!("{at}{pointer}"), rule, message));
        };
        let (name, email) = (name.trim(), email.trim());
        if name.is_empty() {
            wrong("/name", "required", "Who is it for?");
        } else if name.chars().count() > 200 {
            wrong("/name", "too_long", "At most 200 characters.");
        } else if name.chars().any(char::is_control) {
            wrong("/name", "invalid_value", "One line of text.");
        }
        if email.len() > 254 {
            wrong("/email", "too_long", "At most 254 characters.");
        } else if !is_address(email) {
            wrong("/email", "invalid_value", "Not an e-mail address.");
        }
        let phone = match optional_text(phone, "/phone", 40) {
            Ok(Some(phone)) if phone.chars().any(char::is_control) => {
                wrong("/phone", "invalid_value", "One line of text.");
                None
            }
            Ok(phone) => phone,
            Err(refused) => {
                refused.fields().iter().for_each(|field| wrong("/phone", &field.code, &field.message));
                None
            }
        };
        match problem {
            Some(problem) => Err(problem),
            None => Ok(Self { name: name.to_owned(), email: email.to_lowercase(), phone }),
        }
    }
}

/// Something before the `@`, a host's name with a dot behind it, no spaces. Whether it exists only a message can tell.
pub fn is_address(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else { return false };
    let unfit = |c: char| c.is_whitespace() || c.is_control() || c == '@';
    !local.is_empty()
        && !local.contains(unfit)
        && domain.contains('.')
        && domain.split('.').all(|label| !label.is_empty())
        && domain.chars().all(|c| c.is_alphanumeric() || matches!(c, '.' | '-'))
        && !local.contains([',', ';', ':', '<', '>', '"', '\\', '(', ')', '[', ']'])
}

/// Trims; empty is none; longer than `most` characters is refused.
pub fn optional_text(text: Option<String>, pointer: &str, most: usize) -> Result<Option<String>, Problem> {
    let Some(text) = text.map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()) else { return Ok(None) };
    if text.chars().count() > most {
        return Err(Problem::field(pointer, "too_long", format!("At most {most} characters.")));
    }
    if text.chars().any(is_unprintable) {
        return Err(Problem::field(pointer, "invalid_value", "Text without control signs."));
    }
    Ok(Some(text))
}

/// A sign that no text has: a control sign other than what parts lines and columns.
pub fn is_unprintable(sign: char) -> bool {
    sign.is_control() && !matches!(sign, '\n' | '\r' | '\t')
}

/// Answers to the business's own questions, by `column_name`.
pub type Answers = BTreeMap<String, String>;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_told_from_what_is_none() {
        for good in ["ada@example.com", "a.b+c@sub.example.co", "ü@exämple.de"] {
            assert!(is_address(good), "{good}");
        }
        let none = ["", "@", "ada", "ada@", "@example.com", "ada@example", "a b@example.com", "a@b..c", "a@b@c.de"];
        let other =
            ["<a@b.c>", "https://user:word@example.com/", "ada@example.com/", "ada@example.com?x", "a@[10.0.0.1]"];
        for bad in none.into_iter().chain(other) {
            assert!(!is_address(bad), "{bad}");
        }
    }

    #[test]
    fn a_contact_tells_everything_that_is_wrong_at_once() {
        let wrong = Contact::parse(" ", "nobody", Some("1".repeat(41)));
        let told = wrong.err().and_then(|problem| serde_json::to_value(problem.render()).ok());
        let errors = told.as_ref().and_then(|told| told.get("errors")).and_then(|errors| errors.as_array());
        assert_eq!(errors.map(Vec::len), Some(3));
    }
}
