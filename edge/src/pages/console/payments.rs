//! Money: what needs a hand, and how guests pay: on arrival, or through the business's own account at a payment provider.

use super::desk::{At, Desk, Shown};
use super::form::{Fields, Line, Sheet};
use super::frame::{Page, Section};
use super::{pieces, troubles};
use crate::access::allowed::{BookingsRead, OrgWrite};
use crate::access::permission::Permission;
use crate::domain::payment::account::store::{self, Kept, Row};
use crate::domain::payment::{account, trouble};
use crate::payment::stripe;
use crate::problem::Problem;
use axum::extract::Query;
use maud::{Markup, html};
use shared::zone::Instant;

/// `GET /console/:orgId/payments`.
pub async fn show(desk: At<BookingsRead>, Query(asked): Query<Vec<(String, String)>>) -> Shown {
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
    let done = account::connect(&desk.context, desk.org_id(), &desk.actor, &wanted).await;
    outcome(&desk, &fields, done, "saved").await
}

/// `POST /console/:orgId/payments/remove`: guests pay on arrival again.
pub async fn remove(desk: At<OrgWrite>, fields: Fields) -> Shown {
    let done = account::disconnect(&desk.context, desk.org_id(), &desk.actor, &desk.org.public_id).await;
    outcome(&desk, &fields, done, "disconnected").await
}

/// `POST /console/:orgId/payments/forget`: kept keys are forgotten for good.
pub async fn forget(desk: At<OrgWrite>, fields: Fields) -> Shown {
    let done = account::forget(&desk.context, desk.org_id(), &desk.actor, &desk.org.public_id).await;
    outcome(&desk, &fields, done, "keys-forgotten").await
}

async fn outcome(desk: &Desk, fields: &Fields, done: Result<(), Problem>, word: &str) -> Shown {
    match done {
        Ok(()) => Ok(desk.go(&format!("/payments?done={word}"))),
        Err(problem) => page(desk, Sheet { fields, problem: Some(&problem) }).await,
    }
}

fn notices(desk: &Desk) -> String {
    format!("{}/api/payments/{}/{}", desk.context.origin(), stripe::NAME, desk.org.public_id)
}

/// The page, with what is wrong with a form on it.
pub async fn page(desk: &Desk, sheet: Sheet<'_>) -> Shown {
    let troubles = trouble::of(&desk.context, desk.org_id(), None).await?;
    let main = html! {
        (pieces::problem(sheet.problem))
        (troubles::card(desk, &troubles, None))
        @if troubles::none(&troubles) {
            section.card { h2 { "Nothing needs a hand" } p.quiet { "Disputed payments and refunds that did not go back are shown here." } }
        }
        @if desk.may(Permission::OrgWrite) { (accounts(desk, sheet).await?) }
    };
    let page = Page::new(Section::Payments, "Payments", main).done(sheet.fields.some("done"));
    Ok(desk.page(pieces::status(sheet.problem), &page))
}

/// How guests pay, for those who may change it.
async fn accounts(desk: &Desk, sheet: Sheet<'_>) -> Result<Markup, Problem> {
    let row = store::in_use(desk.context.database(), desk.org_id()).await?;
    let kept = store::kept(desk.context.database(), desk.org_id()).await?;
    Ok(html! {
        (now(desk, row.as_ref()))
        (earlier(desk, &kept))
        form.card.sheet method="post" action=(desk.path("/payments")) {
            h2 { @if row.is_some() { "Other keys" } @else { "Take payments with Stripe" } }
            p.quiet { "From Stripe’s dashboard, under Developers › API keys. A test key takes no real money, and guests are told so. Keys are tried, sealed, and never shown again." }
            (sheet.line(Line { label: "Secret or restricted key", name: "secretKey", kind: "password", hint: "sk_… or rk_…", required: true, longest: Some(300), ..Line::default() }))
            (sheet.line(Line { label: "Signing secret of the webhook", name: "webhookSecret", kind: "password", hint: "whsec_…, only if you made the endpoint yourself. Otherwise it is made for you.", longest: Some(200), ..Line::default() }))
            div.actions { button.primary { "Connect" } }
        }
    })
}

fn now(desk: &Desk, row: Option<&Row>) -> Markup {
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
                    p { "From then on guests pay on arrival; whoever is paying at this moment can finish. The keys are kept, so that what was paid can still be given back from here." }
                    button.danger { "Yes, stop" }
                }
            }
        }
    }
}

/// Accounts that are not in use, and whose keys are there.
fn earlier(desk: &Desk, kept: &[Kept]) -> Markup {
    let refundable = kept.iter().fold(0_u32, |sum, one| sum.saturating_add(one.refundable));
    let under_way = kept.iter().fold(0_u32, |sum, one| sum.saturating_add(one.under_way));
    html! {
        @if !kept.is_empty() {
            section.card aria-labelledby="earlier" {
                h2 #earlier { "Kept for what was paid before" }
                p.quiet { "Nobody is asked to pay through these. Refunds still go through them and disputes are heard of, until the last of it is half a year over." }
                ul.rows {
                    @for one in kept {
                        @let closed = desk.wording.plain_date(desk.wording.date_of(Instant(one.closed_at)));
                        li {
                            div {
                                p { "Stripe" @if one.mode == "test" { ", test mode" } ", key ending in " code { (one.key_ends) } }
                                p.quiet { "Not in use since " (closed) ". " (counted(one.refundable, "payment", "payments")) " can still be given back" @if one.under_way > 0 { ", " (one.under_way) " on the way now" } "." }
                            }
                        }
                    }
                }
                @if under_way == 0 {
                    details.sure {
                        summary.button.small.danger { "Forget these keys for good" }
                        form method="post" action=(desk.path("/payments/forget")) {
                            p {
                                @if refundable > 0 { strong { (counted(refundable, "payment", "payments")) } " could then be given back in Stripe’s dashboard only, and nobody here would hear of disputes." }
                                @else { "Nothing can be given back through them any more." }
                            }
                            button.danger { "Yes, forget them" }
                        }
                    }
                } @else { p.quiet { "They can be forgotten for good once nothing is on the way." } }
            }
        }
    }
}

fn counted(count: u32, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}
