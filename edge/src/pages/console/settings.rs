//! What an organization sets for itself: name, place and language, colours, whom to ask, what invoices say of it, how late
//! guests may change their minds.

use super::desk::{At, Desk, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{Page, Section};
use super::pieces;
use crate::access::allowed::OrgWrite;
use crate::colour::Colour;
use crate::domain::account::rules as person_rules;
use crate::domain::booking::order::optional_text;
use crate::domain::org::rules;
use crate::domain::org::store::{self, Patch};
use crate::domain::record::Change;
use crate::problem::Problem;
use axum::extract::Query;
use maud::html;
use serde_json::json;

/// The longest time before a start in hours, a year.
const MOST_HOURS: u32 = 8_760;

/// `GET /console/:orgId/settings`.
pub async fn show(desk: At<OrgWrite>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    let settings = &desk.settings;
    let hours = |minutes: Option<u32>| minutes.map(|minutes| (minutes / 60).to_string()).unwrap_or_default();
    let text = |text: &Option<String>| text.clone().unwrap_or_default();
    let mut pairs: Vec<(String, String)> = [
        ("name", desk.overview.name.clone()),
        ("timezone", desk.overview.timezone.clone()),
        ("locale", desk.overview.locale.clone()),
        ("branding/accent", text(&settings.accent)),
        ("contact/email", text(&settings.email)),
        ("contact/phone", text(&settings.phone)),
        ("seller/name", text(&settings.seller.name)),
        ("seller/address", text(&settings.seller.address)),
        ("seller/taxNumber", text(&settings.seller.tax_number)),
        ("seller/footer", text(&settings.seller.footer)),
        ("cancel", hours(settings.cancel_until)),
        ("reschedule", hours(settings.reschedule_until)),
        ("reminderHours", hours_text(settings.reminder_hours.as_deref().unwrap_or(&rules::REMINDER_HOURS))),
        ("retentionDays", settings.retention_days.map(|days| days.to_string()).unwrap_or_default()),
    ]
    .into_iter()
    .map(|(name, value)| (name.to_owned(), value))
    .collect();
    pairs.extend(asked);
    Ok(page(&desk, Sheet { fields: &Fields::of(pairs), problem: None }))
}

/// `POST /console/:orgId/settings`.
pub async fn change(desk: At<OrgWrite>, fields: Fields) -> Shown {
    match save(&desk, &fields).await {
        Ok(()) => Ok(desk.go("/settings?done=saved")),
        Err(problem) => Ok(page(&desk, Sheet { fields: &fields, problem: Some(&problem) })),
    }
}

async fn save(desk: &Desk, fields: &Fields) -> Result<(), Problem> {
    let whole = |name: &str, most: u32| {
        let wrong = || Problem::field(format!("/{name}"), "out_of_range", format!("A whole number up to {most}."));
        let read = |text: &str| text.parse::<u32>().ok().filter(|number| *number <= most).ok_or_else(wrong);
        fields.some(name).map(read).transpose()
    };
    let minutes = |hours: Option<u32>| hours.map(|hours| hours.saturating_mul(60));
    let accent = fields.some("branding/accent");
    if accent.is_some_and(|accent| Colour::parse(accent).is_none()) {
        return Err(Problem::field("/branding/accent", "invalid_value", "A colour such as #0b6e8f."));
    }
    let email = fields.some("contact/email").map(|text| person_rules::address(text, "/contact/email")).transpose()?;
    let phone = optional_text(fields.some("contact/phone").map(str::to_owned), "/contact/phone", 40)?;
    let words = |name: &str, most| {
        let text = fields.some(name).map(|text| text.replace("\r\n", "\n"));
        optional_text(text, &format!("/{name}"), most)
    };
    let number =
        fields.some("seller/taxNumber").map(|text| rules::tax_number(text, "/seller/taxNumber")).transpose()?;
    let settings = json!({
        "seller": {
            "name": words("seller/name", 200)?,
            "address": words("seller/address", 500)?,
            "taxNumber": number,
            "footer": words("seller/footer", 500)?,
        },
        "accent": accent,
        "email": email,
        "phone": phone,
        "cancelUntil": minutes(whole("cancel", MOST_HOURS)?),
        "rescheduleUntil": minutes(whole("reschedule", MOST_HOURS)?),
        "reminderHours": hours_of(fields.get("reminderHours"))?,
        "retentionDays": whole("retentionDays", 3_650)?.filter(|days| *days > 0),
    });
    let patch = Patch {
        name: Some(person_rules::name(fields.get("name"), "/name")?),
        timezone: Some(rules::timezone(fields.get("timezone"), "/timezone")?),
        locale: Some(rules::locale(fields.get("locale"), "/locale")?),
        settings: Some(settings.to_string()),
        ..Patch::default()
    };
    let mut change = Change::new(&desk.context, desk.org_id(), &desk.actor);
    for statement in store::change(desk.org_id(), &patch, desk.context.now()) {
        change.add(statement);
    }
    let changed = [
        "name",
        "timezone",
        "locale",
        "branding",
        "contact",
        "seller",
        "cancellationPolicy",
        "reminderHours",
        "retentionDays",
    ];
    change.audit("organization.changed", &desk.org.public_id, &json!({ "fields": changed }));
    change.shows();
    change.commit().await?;
    Ok(())
}

/// `48, 2`.
fn hours_text(hours: &[u32]) -> String {
    hours.iter().map(u32::to_string).collect::<Vec<_>>().join(", ")
}

fn hours_of(text: &str) -> Result<Vec<u32>, Problem> {
    let parts = text.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty());
    let wrong =
        || Problem::field("/reminderHours", "invalid_value", "Up to three whole numbers of hours, such as 48, 2.");
    let hours = parts.map(|part| part.parse().map_err(|_| wrong())).collect::<Result<Vec<u32>, Problem>>()?;
    // Which of them is wrong is of no matter where they stand in one field.
    rules::reminder_hours(&hours, "/reminderHours").map_err(|_| wrong())
}

fn page(desk: &Desk, sheet: Sheet<'_>) -> axum::response::Response {
    let hours = |label, name, hint| {
        sheet.line(Line { label, name, kind: "number", hint, within: (Some("0"), Some("8760")), ..Line::default() })
    };
    let main = html! {
        form.sheet method="post" action=(desk.path("/settings")) {
            (pieces::problem(sheet.problem))
            section.card aria-labelledby="about" {
                h2 #about { "About you" }
                (sheet.line(Line { label: "Name", name: "name", required: true, longest: Some(200), ..Line::default() }))
                div.row {
                    (sheet.line(Line { label: "Time zone", name: "timezone", hint: "Such as Europe/Berlin.", required: true, ..Line::default() }))
                    (sheet.line(Line { label: "Language and country", name: "locale", hint: "Such as de-DE: how dates and prices are written.", required: true, ..Line::default() }))
                }
                (sheet.line(Line { label: "Accent colour", name: "branding/accent", hint: "Such as #0b6e8f. Text in it is darkened or lightened until it can be read.", longest: Some(7), ..Line::default() }))
            }
            section.card aria-labelledby="contact" {
                h2 #contact { "Whom guests ask" }
                div.row {
                    (sheet.line(Line { label: "E-mail", name: "contact/email", kind: "email", longest: Some(254), ..Line::default() }))
                    (sheet.line(Line { label: "Phone", name: "contact/phone", kind: "tel", longest: Some(40), ..Line::default() }))
                }
            }
            section.card aria-labelledby="seller" {
                h2 #seller { "On your invoices" }
                p.quiet { "What the law wants to be told of you. Invoices that were issued stay as they are." }
                div.row {
                    (sheet.line(Line { label: "Legal name", name: "seller/name", hint: "Empty: your name above.", longest: Some(200), ..Line::default() }))
                    (sheet.line(Line { label: "VAT or tax number", name: "seller/taxNumber", hint: "Such as DE123456789.", longest: Some(30), ..Line::default() }))
                }
                (sheet.text("Postal address", "seller/address", "", 3, 500))
                (sheet.text("At the foot", "seller/footer", "Such as your register number or bank account.", 2, 500))
            }
            section.card aria-labelledby="policy" {
                h2 #policy { "Until when guests may change their minds" }
                div.row {
                    (hours("Cancel until so many hours before", "cancel", "Empty: not at all."))
                    (hours("Move until so many hours before", "reschedule", "Empty: not at all."))
                }
                (sheet.line(Line { label: "Remind guests so many hours before", name: "reminderHours", hint: "By e-mail; up to three, such as 48, 2. Empty: not at all.", longest: Some(20), ..Line::default() }))
                (sheet.line(Line { label: "Forget customers after so many days", name: "retentionDays", kind: "number", hint: "Counted from their last booking. Empty: never.", within: (Some("1"), Some("3650")), ..Line::default() }))
            }
            div.actions { button.primary { "Save" } }
        }
    };
    let page = Page::new(Section::Settings, "Settings", main).done(sheet.fields.some("done"));
    desk.page(pieces::status(sheet.problem), &page)
}
