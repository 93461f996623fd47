//! What a guest wants, in fields and addresses: who, how long, with what. Pure but for the form's fields.

use crate::domain::booking::order::{Answers, Form as Written, Order};
use crate::pages::along::Fields;
use crate::pages::voice::Voice;
use crate::pages::wish;
use crate::problem::Problem;
use crate::wording::Wording;
use maud::{Markup, html};
use shared::availability::{Ask, Length, Offering, Privacy};
use shared::embed::{AddOnIn, ItemIn, Timestamp};
use shared::id::AddOnId;

/// Fields for the party, the length and privacy.
pub fn who(voice: &Voice, wording: &Wording, offering: &Offering, ask: &Ask) -> Markup {
    html! {
        @for kind in &offering.party_types {
            @let name = format!("party.{}", kind.code.as_str());
            div.field {
                label for=(name) { (kind.name) @if let Some(note) = &kind.note { " " small { (note) } } }
                input id=(name) name=(name) type="number" inputmode="numeric" min="0" max=(kind.max.unwrap_or(999)) value=(ask.party.count(&kind.code));
            }
        }
        @match &offering.length {
            Length::Minutes(_) => {}
            Length::Choice(choices) => {
                div.field {
                    label for="length" { (voice.t("book.length")) }
                    select #length name="length" {
                        @for minutes in choices {
                            option value=(minutes) selected[ask.length == Some(*minutes)] { (wording.length(*minutes)) }
                        }
                    }
                }
            }
            Length::Days(least, most) => {
                div.field {
                    label for="length" { (voice.t("book.days")) }
                    input #length name="length" type="number" inputmode="numeric" min=(least) max=(most) value=(ask.length.unwrap_or(*least));
                }
            }
        }
        @if matches!(offering.rules.privacy, Privacy::OnRequest | Privacy::From(_)) {
            div.field.check {
                input #private name="private" type="checkbox" value="true" checked[ask.private];
                label for="private" { (voice.t("book.private")) }
            }
        }
    }
}

/// A number that was typed; none is zero.
pub fn number(fields: &Fields, name: &str) -> u32 {
    fields.get(name).and_then(|text| text.trim().parse().ok()).unwrap_or(0)
}

/// Who, how long and how: from the fields, else the smallest party that could book.
pub fn ask(offering: &Offering, fields: &Fields) -> Ask {
    let length = fields.get("length").and_then(|text| text.parse().ok());
    wish::ask(offering, |kind| number(fields, &format!("party.{kind}")), length, fields.contains_key("private"))
}

/// The same as part of an address. Ids hold nothing that an address would misread.
pub fn query(offering: &Offering, ask: &Ask) -> String {
    let party =
        offering.party_types.iter().map(|kind| format!("party.{}={}", kind.code.as_str(), ask.party.count(&kind.code)));
    let length = ask.length.map(|length| format!("length={length}"));
    let private = ask.private.then(|| "private=true".to_owned());
    party.chain(length).chain(private).collect::<Vec<_>>().join("&")
}

/// As an order; `seen` is the price that was shown.
pub fn order(offering: &Offering, fields: &Fields, seen: Option<String>) -> Result<Order, Problem> {
    let at = fields.get("at").and_then(|text| Timestamp::parse(text));
    let starts_at = at.ok_or_else(|| Problem::field("/startsAt", "required", "Choose a time first."))?;
    let Ask { party, length, private } = ask(offering, fields);
    let add_ons = fields
        .keys()
        .filter_map(|name| {
            let id = AddOnId::parse(name.strip_prefix("addOn.")?)?;
            let quantity = number(fields, name);
            (quantity > 0).then_some(AddOnIn { id, quantity })
        })
        .collect();
    let item = ItemIn { offering_id: offering.id.clone(), starts_at, party, length, private, add_ons };
    let coupon = fields.get("coupon").cloned();
    Order::parse(vec![item], Written::One, coupon, None, seen)
}

/// Answers to the questions of the business.
pub fn answers(fields: &Fields) -> Answers {
    let said = fields.iter().filter(|(_, text)| !text.trim().is_empty());
    said.filter_map(|(name, text)| Some((name.strip_prefix("answer.")?.to_owned(), text.clone()))).collect()
}
