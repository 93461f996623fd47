//! What an organization sets for itself, checked field by field and made into patches of what is stored.

use super::patch::{BrandingPatch, CancellationPatch, ContactPatch, OrgPatch, SellerPatch, TaxPatch, theme};
use super::wire::Rate;
use crate::domain::account::rules as person_rules;
use crate::domain::calendar;
use crate::domain::org::rules;
use crate::domain::org::store::Patch;
use crate::problem::Problem;
use serde_json::{Map, Value, json};
use url::Url;

const MOST_MINUTES: u32 = 525_600;
const MOST_RATES: usize = 10;
const MOST_COMPOUND: usize = 2;

/// The patches, and which fields they change.
pub fn checked(wanted: OrgPatch) -> Result<(Patch, Vec<&'static str>), Problem> {
    let mut patch = Patch::default();
    let mut fields = Vec::new();
    let mut settings = Map::new();
    let mut note = |given: bool, field| fields.extend(given.then_some(field));
    note(wanted.name.is_some(), "name");
    note(wanted.slug.is_some(), "slug");
    note(wanted.timezone.is_some(), "timezone");
    note(wanted.currency.is_some(), "currency");
    note(wanted.locale.is_some(), "locale");
    note(wanted.hold_seconds.is_some(), "holdSeconds");
    note(wanted.retention_days.is_some(), "retentionDays");
    note(wanted.reminder_hours.is_some(), "reminderHours");
    note(wanted.cart_minutes.is_some(), "cartMinutes");
    note(wanted.branding.is_some(), "branding");
    note(wanted.contact.is_some(), "contact");
    note(wanted.seller.is_some(), "seller");
    note(wanted.cancellation_policy.is_some(), "cancellationPolicy");
    note(wanted.tax.is_some(), "tax");
    note(wanted.allowed_origins.is_some(), "allowedOrigins");
    patch.name = wanted.name.map(|name| person_rules::name(&name, "/name")).transpose()?;
    patch.slug = wanted.slug.map(|slug| rules::slug(&slug, "/slug")).transpose()?;
    patch.timezone = wanted.timezone.map(|zone| rules::timezone(&zone, "/timezone")).transpose()?;
    patch.currency = wanted.currency.map(|code| rules::currency(&code, "/currency")).transpose()?;
    patch.locale = wanted.locale.map(|locale| rules::locale(&locale, "/locale")).transpose()?;
    patch.hold_seconds = wanted.hold_seconds.map(|seconds| within(seconds, 60, 86_400, "/holdSeconds")).transpose()?;
    if let Some(days) = wanted.retention_days {
        let days = days.map(|days| within(days, 1, 3_650, "/retentionDays")).transpose()?;
        settings.insert("retentionDays".to_owned(), json!(days));
    }
    if let Some(hours) = wanted.reminder_hours {
        settings.insert("reminderHours".to_owned(), json!(rules::reminder_hours(&hours, "/reminderHours")?));
    }
    if let Some(minutes) = wanted.cart_minutes {
        settings.insert("cartMinutes".to_owned(), json!(within(minutes, 0, 10_080, "/cartMinutes")?));
    }
    if let Some(branding) = wanted.branding {
        put_branding(branding, &mut settings)?;
    }
    if let Some(contact) = wanted.contact {
        put_contact(contact, &mut settings)?;
    }
    if let Some(seller) = wanted.seller {
        put_seller(seller, &mut settings)?;
    }
    if let Some(policy) = wanted.cancellation_policy {
        put_policy(policy, &mut settings)?;
    }
    if let Some(origins) = wanted.allowed_origins {
        let origins =
            calendar::rules::origins(&origins).map_err(|problem| moved(&problem, "/origins", "/allowedOrigins"))?;
        let origins: Value = serde_json::from_str(&origins).map_err(Problem::internal)?;
        settings.insert("allowedOrigins".to_owned(), origins);
    }
    patch.settings = (!settings.is_empty()).then(|| Value::Object(settings).to_string());
    patch.tax = wanted.tax.map(tax).transpose()?;
    Ok((patch, fields))
}

fn within(value: u32, least: u32, most: u32, pointer: &str) -> Result<u32, Problem> {
    if (least..=most).contains(&value) {
        return Ok(value);
    }
    Err(Problem::field(pointer, "out_of_range", format!("must be {least} to {most}")))
}

/// The same faults under the name that a field has here.
fn moved(problem: &Problem, from: &str, to: &str) -> Problem {
    let renamed = Problem::new(problem.code());
    problem.fields().iter().fold(renamed, |renamed, fault| {
        let pointer =
            fault.pointer.strip_prefix(from).map_or_else(|| fault.pointer.clone(), |rest| format!("{to}{rest}"));
        renamed.and_field(pointer, &fault.code, fault.message.clone())
    })
}

fn put<T: serde::Serialize>(settings: &mut Map<String, Value>, name: &str, value: Option<Option<T>>) {
    if let Some(value) = value {
        settings.insert(name.to_owned(), json!(value));
    }
}

fn put_branding(wanted: BrandingPatch, settings: &mut Map<String, Value>) -> Result<(), Problem> {
    theme(&wanted).checked().map_err(|problem| moved(&problem, "/theme", "/branding"))?;
    if let Some(Some(logo)) = &wanted.logo {
        web_address(logo, "/branding/logo")?;
    }
    put(settings, "accent", wanted.accent);
    put(settings, "surface", wanted.surface);
    put(settings, "text", wanted.text);
    put(settings, "radius", wanted.radius);
    put(settings, "font", wanted.font);
    put(settings, "logo", wanted.logo);
    Ok(())
}

fn put_contact(wanted: ContactPatch, settings: &mut Map<String, Value>) -> Result<(), Problem> {
    if let Some(Some(email)) = &wanted.email {
        person_rules::address(email, "/contact/email")?;
    }
    if let Some(Some(website)) = &wanted.website {
        web_address(website, "/contact/website")?;
    }
    let phone =
        wanted.phone.map(|phone| phone.map(|phone| text(&phone, 40, "/contact/phone")).transpose()).transpose()?;
    let address =
        wanted.address.map(|lines| lines.map(|lines| text(&lines, 500, "/contact/address")).transpose()).transpose()?;
    put(settings, "email", wanted.email);
    put(settings, "phone", phone);
    put(settings, "website", wanted.website);
    put(settings, "address", address);
    Ok(())
}

fn put_seller(wanted: SellerPatch, settings: &mut Map<String, Value>) -> Result<(), Problem> {
    let lines = |given: Option<Option<String>>, most: usize, pointer: &str| {
        given.map(|lines| lines.map(|lines| text(&lines, most, pointer)).transpose()).transpose()
    };
    let number = wanted
        .tax_number
        .map(|number| number.map(|number| rules::tax_number(&number, "/seller/taxNumber")).transpose());
    let mut seller = Map::new();
    put(&mut seller, "name", lines(wanted.name, 200, "/seller/name")?);
    put(&mut seller, "address", lines(wanted.address, 500, "/seller/address")?);
    put(&mut seller, "taxNumber", number.transpose()?);
    put(&mut seller, "footer", lines(wanted.footer, 500, "/seller/footer")?);
    settings.insert("seller".to_owned(), Value::Object(seller));
    Ok(())
}

fn put_policy(wanted: CancellationPatch, settings: &mut Map<String, Value>) -> Result<(), Problem> {
    let at = "/cancellationPolicy";
    for (name, minutes) in [
        ("cancelUntilMinutes", wanted.cancel_until_minutes),
        ("rescheduleUntilMinutes", wanted.reschedule_until_minutes),
    ] {
        if let Some(minutes) = minutes.flatten() {
            within(minutes, 0, MOST_MINUTES, &format!("{at}/{name}"))?;
        }
    }
    let words = wanted
        .text
        .map(|words| words.map(|words| text(&words, 2_000, &format!("{at}/text"))).transpose())
        .transpose()?;
    put(settings, "cancelUntil", wanted.cancel_until_minutes);
    put(settings, "rescheduleUntil", wanted.reschedule_until_minutes);
    put(settings, "cancellationText", words);
    Ok(())
}

fn tax(wanted: TaxPatch) -> Result<String, Problem> {
    let mut patch = Map::new();
    if let Some(rates) = wanted.rates {
        patch.insert("rates".to_owned(), json!(checked_rates(&rates)?));
    }
    if let Some(home) = wanted.home {
        if let Some(home) = &home {
            country(home, "/tax/home")?;
        }
        patch.insert("home".to_owned(), json!(home));
    }
    patch.extend(wanted.added.map(|added| ("added".to_owned(), json!(added))));
    patch.extend(wanted.reverse_charge.map(|reverse| ("reverseCharge".to_owned(), json!(reverse))));
    Ok(json!({ "tax": patch }).to_string())
}

fn checked_rates(rates: &[Rate]) -> Result<&[Rate], Problem> {
    if rates.len() > MOST_RATES {
        return Err(Problem::field("/tax/rates", "too_many", "must be at most ten"));
    }
    if rates.iter().filter(|rate| rate.compound).count() > MOST_COMPOUND {
        return Err(Problem::field("/tax/rates", "too_many", "at most two may compound"));
    }
    for (index, rate) in rates.iter().enumerate() {
        let at = format!("/tax/rates/{index}");
        text(&rate.name, 100, &format!("{at}/name"))?;
        within(rate.basis_points, 0, 10_000, &format!("{at}/basisPoints"))?;
        for (place, code) in rate.countries.iter().enumerate() {
            country(code, &format!("{at}/countries/{place}"))?;
        }
    }
    Ok(rates)
}

fn country(code: &str, pointer: &str) -> Result<(), Problem> {
    let sound = code.len() == 2 && code.bytes().all(|byte| byte.is_ascii_uppercase());
    let wrong = || Problem::field(pointer, "invalid_value", "must be an ISO 3166-1 alpha-2 code such as DE");
    sound.then_some(()).ok_or_else(wrong)
}

fn text(text: &str, most: usize, pointer: &str) -> Result<String, Problem> {
    let text = text.trim();
    if text.is_empty() {
        return Err(Problem::field(pointer, "required", "must not be empty; null clears it"));
    }
    if text.chars().count() > most {
        return Err(Problem::field(pointer, "too_long", format!("must have at most {most} characters")));
    }
    if text.chars().any(|sign| sign.is_control() && sign != '\n') {
        return Err(Problem::field(pointer, "invalid_value", "must be text"));
    }
    Ok(text.to_owned())
}

fn web_address(text: &str, pointer: &str) -> Result<(), Problem> {
    let url = Url::parse(text).ok().filter(|url| url.scheme() == "https" && url.host_str().is_some());
    let sound = text.len() <= 2_048 && url.is_some_and(|url| url.username().is_empty() && url.password().is_none());
    let wrong = || Problem::field(pointer, "invalid_value", "must be an https address of at most 2,048 signs");
    sound.then_some(()).ok_or_else(wrong)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn read(json: Value) -> Result<(Patch, Vec<&'static str>), Problem> {
        checked(serde_json::from_value(json).unwrap())
    }

    fn fault(json: Value) -> Option<String> {
        read(json).err().and_then(|problem| Some(problem.fields().first()?.pointer.clone()))
    }

    #[test]
    fn null_clears_and_what_is_left_out_stays() {
        let (patch, fields) =
            read(json!({ "contact": { "phone": null }, "branding": { "accent": "#0b6e8f" } })).unwrap();
        let settings: Value = serde_json::from_str(&patch.settings.unwrap()).unwrap();
        assert_eq!(settings, json!({ "phone": null, "accent": "#0b6e8f" }));
        assert_eq!(fields, ["branding", "contact"]);
        assert_eq!(patch.tax, None);
    }

    #[test]
    fn every_fault_is_named_by_its_field() {
        for (json, pointer) in [
            (json!({ "slug": "Harbor Tours" }), "/slug"),
            (json!({ "holdSeconds": 59 }), "/holdSeconds"),
            (json!({ "retentionDays": 0 }), "/retentionDays"),
            (json!({ "reminderHours": [24, 0] }), "/reminderHours/1"),
            (json!({ "branding": { "accent": "red" } }), "/branding/accent"),
            (json!({ "branding": { "logo": "http://x.example/a.png" } }), "/branding/logo"),
            (json!({ "contact": { "email": "nobody" } }), "/contact/email"),
            (json!({ "contact": { "phone": "" } }), "/contact/phone"),
            (
                json!({ "cancellationPolicy": { "cancelUntilMinutes": 600_000 } }),
                "/cancellationPolicy/cancelUntilMinutes",
            ),
            (json!({ "tax": { "home": "de" } }), "/tax/home"),
            (json!({ "tax": { "rates": [{ "name": "VAT", "basisPoints": 10_001 }] } }), "/tax/rates/0/basisPoints"),
            (json!({ "allowedOrigins": ["https://a.example", "http://b.example"] }), "/allowedOrigins/1"),
        ] {
            assert_eq!(fault(json.clone()).as_deref(), Some(pointer), "{json}");
        }
    }
}
