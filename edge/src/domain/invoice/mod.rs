//! Invoices: what a booking costs, written down for good under a number without gaps. What changes afterwards is another
//! document over the difference: an invoice, or a credit note. Their sum is always what is owed.

pub mod store;

use crate::context::Context;
use crate::database::StoreError;
use crate::domain::booking::change::Found;
use crate::domain::org::{Settings, zone};
use crate::domain::record::Change;
use crate::problem::{Code, Problem};
use serde::{Deserialize, Serialize};
use shared::embed::Timestamp;
use shared::pricing::{Line, Quote, TaxLine};
use shared::zone::Instant;
use std::collections::BTreeMap;
use store::Issued;

/// What is frozen in a document.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Body {
    /// Who sold it.
    pub seller: Party,
    /// To whom.
    pub buyer: Party,
    /// The booking's number.
    pub booking: String,
    /// What was sold, and when it takes place.
    pub items: Vec<Sold>,
    /// The price, line by line; none where it is over a difference.
    pub lines: Vec<Line>,
    /// The tax in the amount.
    pub taxes: Vec<TaxLine>,
    /// What the business calls things.
    pub names: BTreeMap<String, String>,
    /// What it corrects: the number of the document before.
    pub corrects: Option<String>,
    /// What the seller wants to stand at the foot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub footer: Option<String>,
}

/// Somebody on a document.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Party {
    /// Name.
    pub name: String,
    /// Address.
    pub email: Option<String>,
    /// As typed.
    pub phone: Option<String>,
    /// Where letters go, lines of text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub address: Option<String>,
    /// VAT or tax number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tax_number: Option<String>,
}

/// Something that was sold.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Sold {
    /// Name.
    pub name: String,
    /// Starts, UTC.
    pub starts_at: Timestamp,
}

/// What is to be issued so that the documents add up to what is owed: its kind, and its amount.
pub fn missing(issued: &[Issued], owed: i64) -> Option<(&'static str, i64)> {
    let sum = issued.iter().fold(0_i64, |sum, one| match one.kind.as_str() {
        "INVOICE" => sum.saturating_add(one.amount),
        _ => sum.saturating_sub(one.amount),
    });
    match owed.saturating_sub(sum) {
        0 => None,
        more if more > 0 => Some(("INVOICE", more)),
        less => Some(("CREDIT_NOTE", less.saturating_neg())),
    }
}

/// All documents of a booking, the oldest first, with what was missing issued.
pub async fn issue(context: &Context, found: &Found, names: BTreeMap<String, String>) -> Result<Vec<Issued>, Problem> {
    let row = &found.0;
    if row.number.is_none() {
        return Err(Problem::new(Code::BadTransition).because("not_a_booking").detail("A hold has no invoice yet."));
    }
    let issued = store::of_booking(context.database(), &row.public_id).await?;
    let Some((kind, amount)) = missing(&issued, row.owed) else { return Ok(issued) };
    let (id, now) = (context.mint("inv"), context.now());
    let body = body(found, &issued, amount, names);
    let body = serde_json::to_string(&body).map_err(Problem::internal)?;
    let mut change = Change::new(context, row.org_id, "customer");
    // Somebody who asks at the same moment gets the document that we issue.
    change.add(store::still(&row.public_id, issued.len()));
    let today = zone::table(&row.timezone, now, now.plus_seconds(1)).map(|zone| zone.to_local(now).date);
    let today = today.ok_or_else(|| Problem::internal(&row.timezone))?;
    let digits = [(i64::from(today.year()), 10_000), (i64::from(today.month()), 100), (i64::from(today.day()), 1)];
    let series = digits.iter().fold(0_i64, |sum, (part, place)| sum.saturating_add(part.saturating_mul(*place)));
    change.add(store::draw(row.org_id, series));
    change.must(store::issue(&id, &row.public_id, kind, amount, &body, series, now));
    match change.commit().await {
        Ok(_) | Err(StoreError::Unchanged) => Ok(store::of_booking(context.database(), &row.public_id).await?),
        Err(error) => Err(error.into()),
    }
}

fn body((row, items): &Found, issued: &[Issued], amount: i64, names: BTreeMap<String, String>) -> Body {
    let settings: Settings = serde_json::from_str(&row.settings).unwrap_or_default();
    let quote: Option<Quote> = serde_json::from_str(&row.quote).ok();
    let whole = issued.is_empty() && amount == row.total;
    let taxes = quote.as_ref().map(|quote| share(&quote.taxes, amount, row.total)).unwrap_or_default();
    Body {
        footer: settings.seller.footer.clone(),
        seller: seller(&row.org_name, settings),
        buyer: Party {
            name: row.contact_name.clone().unwrap_or_default(),
            email: row.contact_email.clone(),
            phone: None,
            address: None,
            tax_number: None,
        },
        booking: row.number.clone().unwrap_or_default(),
        items: items
            .iter()
            .map(|item| Sold { name: item.name.clone(), starts_at: Timestamp(Instant(item.starts_at)) })
            .collect(),
        lines: quote.filter(|_| whole).map(|quote| quote.lines).unwrap_or_default(),
        // What the policy keeps of a cancellation pays for nothing that was delivered.
        taxes: if whole || !issued.is_empty() { taxes } else { Vec::new() },
        names,
        corrects: issued.last().map(|one| one.number.clone()),
    }
}

/// Who sells, as it is set now; `name` is the organization's own.
pub fn seller(name: &str, settings: Settings) -> Party {
    let Settings { email, phone, address, seller, .. } = settings;
    Party {
        name: seller.name.unwrap_or_else(|| name.to_owned()),
        email,
        phone,
        address: seller.address.or(address),
        tax_number: seller.tax_number,
    }
}

/// The tax in a part of the price.
fn share(taxes: &[TaxLine], part: i64, total: i64) -> Vec<TaxLine> {
    let of = |amount: i64| amount.saturating_mul(part).checked_div(total).unwrap_or(0);
    taxes.iter().map(|tax| TaxLine { net: of(tax.net), amount: of(tax.amount), ..tax.clone() }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_always_add_up_to_what_is_owed() {
        let issued = |kind: &str, amount| Issued {
            number: String::new(),
            kind: kind.to_owned(),
            amount,
            currency: shared::money::Currency::parse("EUR").unwrap_or_else(|| unreachable!()),
            body: String::new(),
            issued_at: 0,
        };
        assert_eq!(missing(&[], 100), Some(("INVOICE", 100)));
        assert_eq!(missing(&[issued("INVOICE", 100)], 100), None);
        assert_eq!(missing(&[issued("INVOICE", 100)], 130), Some(("INVOICE", 30)));
        assert_eq!(missing(&[issued("INVOICE", 100), issued("CREDIT_NOTE", 20)], 0), Some(("CREDIT_NOTE", 80)));
        assert_eq!(missing(&[], 0), None);
    }
}
