//! Money that needs a hand: payments that are disputed, refunds that the provider refused, money that came too late. On the page
//! of payments for the whole organization, on a booking's page for that booking.

use super::actions::METHODS;
use super::desk::{At, Desk, Shown};
use super::form::{Fields, Sheet};
use super::{booking, payments};
use crate::access::allowed::BookingsWrite;
use crate::access::permission::Permission;
use crate::domain::payment::store::trouble::{Disputed, Late, Refused, Troubles};
use crate::domain::payment::{back, trouble};
use crate::payment::page_of;
use crate::problem::Problem;
use axum::extract::Path;
use maud::{Markup, html};
use serde_json::Value;
use shared::money::Currency;
use shared::zone::Instant;

type Address = Path<(String, String)>;

/// `POST /console/:orgId/refunds/:id/again`: sends it once more.
pub async fn send_again(desk: At<BookingsWrite>, Path((_, refund)): Address, fields: Fields) -> Shown {
    let sent = match trouble::sending_again(&desk.context, desk.org_id(), &desk.actor, &refund).await {
        Ok((_, change)) => {
            let written = change.commit().await;
            written.map(|_| ()).map_err(|error| Problem::from(error).unless_changed(trouble::seen_to))
        }
        Err(problem) => Err(problem),
    };
    if sent.is_ok() {
        back::soon(&desk.context);
    }
    outcome(&desk, &fields, sent, "refunded").await
}

/// `POST /console/:orgId/refunds/:id/otherwise`: staff gave it back in another way.
pub async fn gave_otherwise(desk: At<BookingsWrite>, Path((_, refund)): Address, fields: Fields) -> Shown {
    let chosen = fields.get(&method_of(&refund));
    let method = METHODS.iter().find(|(code, _)| *code == chosen).map_or("OTHER", |(code, _)| code);
    let by = (desk.actor.as_str(), None);
    let done = trouble::gave_otherwise(&desk.context, desk.org_id(), by, &refund, method, &|_| Value::Null).await;
    outcome(&desk, &fields, done.map(|_| ()), "paid").await
}

/// Back to the page that the button stood on.
async fn outcome(desk: &Desk, fields: &Fields, done: Result<(), Problem>, word: &str) -> Shown {
    let on = fields.some("booking");
    match (done, on) {
        (Ok(()), Some(id)) => Ok(desk.go(&format!("/bookings/{id}?done={word}"))),
        (Ok(()), None) => Ok(desk.go(&format!("/payments?done={word}"))),
        (Err(problem), Some(id)) => booking::page(desk, id, None, Some(&problem)).await,
        (Err(problem), None) => {
            let empty = Fields::default();
            payments::page(desk, Sheet { fields: &empty, problem: Some(&problem) }).await
        }
    }
}

/// What needs a hand, where anything does; `on` is the booking whose page it stands on.
pub fn card(desk: &Desk, troubles: &Troubles, on: Option<&str>) -> Markup {
    let Troubles { disputed, refused, late } = troubles;
    html! {
        @if !(disputed.is_empty() && refused.is_empty() && late.is_empty()) {
            section.card aria-labelledby="troubles" {
                h2 #troubles { @if disputed.is_empty() && refused.is_empty() { "Paid too late" } @else { "Needs a hand" } }
                ul.rows {
                    @for one in refused { li { (refund(desk, one, on)) } }
                    @for one in disputed { li { (dispute(desk, one, on)) } }
                    @for one in late { li { (too_late(desk, one, on)) } }
                }
            }
        }
    }
}

/// Nothing needs one.
pub fn none(troubles: &Troubles) -> bool {
    troubles.disputed.is_empty() && troubles.refused.is_empty() && troubles.late.is_empty()
}

/// Whose it is: a link to the booking, unless it is that booking's page.
fn whose(desk: &Desk, booking: &str, number: Option<&str>, name: Option<&str>, on: Option<&str>) -> Markup {
    let name = name.unwrap_or("somebody");
    html! {
        @if on.is_none() {
            a href=(desk.path(&format!("/bookings/{booking}"))) { (name) @if let Some(number) = number { ", " (number) } }
        }
    }
}

fn money(desk: &Desk, amount: i64, currency: Currency) -> String {
    desk.wording.money_in(amount, currency)
}

/// The provider's own page of a payment.
fn there(provider: &str, mode: &str, intent: Option<&str>, what: &str) -> Markup {
    let url = intent.and_then(|intent| page_of(provider, mode == "live", intent));
    html! {
        @if let Some(url) = url {
            a.button.small href=(url) target="_blank" rel="noopener noreferrer" { (what) }
        }
    }
}

/// Name of the field that says how; each form of a page has its own.
fn method_of(refund: &str) -> String {
    format!("method/{refund}")
}

fn refund(desk: &Desk, one: &Refused, on: Option<&str>) -> Markup {
    let amount = money(desk, one.amount, one.currency);
    let own = |rest: &str| desk.path(&format!("/refunds/{}/{rest}", one.public_id));
    let sheet = Sheet { fields: &Fields::default(), problem: None };
    html! {
        div {
            p { strong { (amount) " did not go back" } " " (whose(desk, &one.booking, one.number.as_deref(), one.contact_name.as_deref(), on)) }
            p { (why(&one.failure)) }
            p.quiet { "The provider on " (desk.wording.moment(Instant(one.at))) ": " q { (one.failure) } }
        }
        div.actions {
            @if desk.may(Permission::BookingsWrite) {
                @if one.sendable != 0 {
                    form method="post" action=(own("again")) {
                        @if let Some(id) = on { input type="hidden" name="booking" value=(id); }
                        button.small.primary { "Send again" span.hidden { ": " (amount) } }
                    }
                }
                details.sure {
                    summary.button.small { "Given back in another way" span.hidden { ": " (amount) } }
                    form method="post" action=(own("otherwise")) {
                        p { "Only if they have the money: it is written down, and nothing is sent." }
                        @if let Some(id) = on { input type="hidden" name="booking" value=(id); }
                        (sheet.choice("How", &method_of(&one.public_id), "", &METHODS))
                        button { "They have it: write it down" }
                    }
                }
            }
            (there(&one.provider, &one.mode, one.intent.as_deref(), "See it at the provider"))
        }
    }
}

/// What a provider's reason means for whoever has to do something about it.
fn why(failure: &str) -> &'static str {
    let says = |word: &str| failure.contains(word);
    if says("charge_disputed") {
        "Their bank is deciding about this payment. Wait for that: if it decides for them, they have the money already."
    } else if says("insufficient") {
        "Your balance at the provider is too low. Top it up there, then send it again."
    } else if says("expired_or_canceled_card") || says("lost_or_stolen_card") {
        "Their card is no longer good. Ask them how they want it, and give it back in another way."
    } else if says("declined") {
        "Their bank does not take it. Ask them how they want it, and give it back in another way."
    } else if says("already_refunded") {
        "It seems to have gone back already. Look at the provider before you send it again."
    } else if says("forgotten") {
        "The keys of the account that it was paid through are forgotten. Give it back at the provider."
    } else {
        "Look at the payment at the provider, then send it again or give it back in another way."
    }
}

fn dispute(desk: &Desk, one: &Disputed, on: Option<&str>) -> Markup {
    let (title, what, tone) = standing(&one.status);
    let live = matches!(tone, "bad" | "wait");
    html! {
        div {
            p {
                strong { (title) } " " span class={ "pill " (tone) } { (one.status.replace('_', " ")) } " "
                (whose(desk, &one.booking, one.number.as_deref(), one.contact_name.as_deref(), on))
            }
            p { (what) }
            p.quiet { (money(desk, one.amount, one.currency)) ", " (desk.wording.moment(Instant(one.at))) }
        }
        @if live {
            div.actions { (there(&one.provider, &one.mode, one.intent.as_deref(), "Answer at the provider")) }
        }
    }
}

/// How a dispute stands: what it is, what to do about it, and how bad that is.
fn standing(status: &str) -> (&'static str, &'static str, &'static str) {
    match status {
        "needs_response" => (
            "Disputed",
            "The customer asked their bank for the money back, and the bank has taken it. Answer before the provider’s deadline, or it is lost. Do not give it back here as well.",
            "bad",
        ),
        "under_review" => ("Disputed", "You have answered. There is nothing to do until the bank decides.", "wait"),
        "warning_needs_response" => (
            "The bank asks",
            "The customer’s bank asks what this payment was. No money has moved. Answer at the provider, or give it back: either often ends it there.",
            "bad",
        ),
        "warning_under_review" => {
            ("The bank asks", "You have answered. There is nothing to do until the bank decides.", "wait")
        }
        "won" => ("Dispute won", "The bank decided for you, and the money is back with you.", "good"),
        "lost" => {
            ("Dispute lost", "The bank decided for the customer: they have the money. Do not give it back again.", "")
        }
        _ => ("Dispute closed", "The bank has closed it. There is nothing to do.", ""),
    }
}

fn too_late(desk: &Desk, one: &Late, on: Option<&str>) -> Markup {
    html! {
        div {
            p {
                strong { (money(desk, one.amount, one.currency)) " came too late" } " "
                (whose(desk, &one.booking, one.number.as_deref(), one.contact_name.as_deref(), on))
            }
            p {
                "It was paid when the places were no longer held and somebody else had them. "
                @if one.state == "DONE" { "It went back, and the customer was told: there is nothing to do." }
                @else { "It is on its way back, and the customer was told: there is nothing to do." }
            }
            p.quiet { (desk.wording.moment(Instant(one.at))) }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_of_the_provider_leads_to_a_next_step() {
        assert!(why("400 charge_disputed This charge is disputed.").contains("Wait"));
        assert!(why("expired_or_canceled_card").contains("another way"));
        assert!(why("400 insufficient_funds …").contains("Top it up"));
        assert!(why("something new").contains("send it again"));
    }

    #[test]
    fn only_what_is_open_is_in_a_colour_of_alarm() {
        assert_eq!(standing("needs_response").2, "bad");
        assert_eq!(standing("under_review").2, "wait");
        for over in ["won", "lost", "warning_closed", "a new word"] {
            assert!(!matches!(standing(over).2, "bad" | "wait"), "{over}");
        }
    }
}
