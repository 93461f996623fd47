//! How guests pay: on arrival, or through the business's own account at a payment provider.

use super::desk::{At, Desk, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{Page, Section};
use super::pieces;
use crate::access::allowed::OrgWrite;
use crate::domain::payment::account::{self, store};
use crate::payment::stripe;
use axum::extract::Query;
use maud::{Markup, html};
use shared::zone::Instant;

/// `GET /console/:orgId/payments`.
pub async fn show(desk: At<OrgWrite>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
    page(&desk, Sheet { fields: &Fields::of(asked), problem: None }).await
}

/// `POST /console/:orgId/payments`: connects an account in place of another.
pub async fn connect(desk: At<OrgWrite>, fields: Fields) -> Shown {
    let url = notices(&desk);
    let wanted = account::Wanted {
        org: &desk.org.public_id,
        provider: stripe::NAME,
        secret: fields.get("secretKey").trim(),
        notices: fields.some("webhookSecret").map(str::trim),
        url: &url,
    };
    match account::connect(&desk.context, desk.org_id(), &desk.actor, &wanted).await {
        Ok(()) => Ok(desk.go("/payments?done=saved")),
        Err(problem) => page(&desk, Sheet { fields: &fields, problem: Some(&problem) }).await,
    }
}

/// `POST /console/:orgId/payments/remove`: guests pay on arrival again.
pub async fn remove(desk: At<OrgWrite>, fields: Fields) -> Shown {
    match account::disconnect(&desk.context, desk.org_id(), &desk.actor, &desk.org.public_id).await {
        Ok(()) => Ok(desk.go("/payments?done=removed")),
        Err(problem) => page(&desk, Sheet { fields: &fields, problem: Some(&problem) }).await,
    }
}

fn notices(desk: &Desk) -> String {
    format!("{}/api/payments/{}/{}", desk.context.origin(), stripe::NAME, desk.org.public_id)
}

async fn page(desk: &Desk, sheet: Sheet<'_>) -> Shown {
    let row = store::find(desk.context.database(), desk.org_id()).await?;
    let main = html! {
        (pieces::problem(sheet.problem))
        (now(desk, row.as_ref()))
        form.card.sheet method="post" action=(desk.path("/payments")) {
            h2 { @if row.is_some() { "Other keys" } @else { "Take payments with Stripe" } }
            p.quiet { "From Stripe’s dashboard, under Developers › API keys. A test key takes no real money, and guests are told so. Keys are tried, sealed, and never shown again." }
            (sheet.line(Line { label: "Secret or restricted key", name: "secretKey", kind: "password", hint: "sk_… or rk_…", required: true, longest: Some(300), ..Line::default() }))
            (sheet.line(Line { label: "Signing secret of the webhook", name: "webhookSecret", kind: "password", hint: "whsec_…, only if you made the endpoint yourself. Otherwise it is made for you.", longest: Some(200), ..Line::default() }))
            div.actions { button.primary { "Connect" } }
        }
    };
    let page = Page::new(Section::Payments, "Payments", main).done(sheet.fields.some("done"));
    Ok(desk.page(pieces::status(sheet.problem), &page))
}

fn now(desk: &Desk, row: Option<&store::Row>) -> Markup {
    let Some(row) = row else {
        return html! { section.card { h2 { "On arrival" } p { "Guests pay nothing online: what they owe, you take on site." } } };
    };
    let since = desk.wording.plain_date(desk.wording.date_of(Instant(row.connected_at)));
    html! {
        section.card aria-labelledby="account" {
            h2 #account { "Stripe" @if row.mode == "test" { ", test mode" } }
            @if row.mode == "test" { p.note { strong { "Test mode: " } "no real money is taken." } }
            p { "What is due is paid before a booking counts. Key ending in " code { (row.key_ends) } ", since " (since) "." }
            p.quiet { "Stripe sends its notices to " code { (notices(desk)) } }
            details.sure {
                summary.button.small.danger { "Stop" }
                form method="post" action=(desk.path("/payments/remove")) {
                    p { "From then on guests pay on arrival. The keys are forgotten; what was paid before can then be given back in Stripe’s dashboard only." }
                    button.danger { "Yes, stop" }
                }
            }
        }
    }
}
