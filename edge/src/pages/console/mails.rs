//! What was mailed about a booking, on its page: what became of it, and once more.

use super::booking;
use super::desk::{At, Desk, Shown};
use crate::access::allowed::BookingsWrite;
use crate::domain::notice::again;
use crate::mail::store;
use axum::extract::Path;
use maud::{Markup, html};
use shared::embed::Timestamp;
use shared::zone::Instant;

/// A later row than any.
pub const NEWEST: i64 = 9_007_199_254_740_991;

/// `POST /console/:orgId/bookings/:bookingId/mails/:mailId`: once more.
pub async fn resend(desk: At<BookingsWrite>, Path((_, id, mail)): Path<(String, String, String)>) -> Shown {
    let sent = match again::resend(&desk.context, desk.org_id(), &desk.actor, &mail).await {
        Ok(change) => change.commit().await.map(|_| ()).map_err(Into::into),
        Err(problem) => Err(problem),
    };
    match sent {
        Ok(()) => Ok(desk.go(&format!("/bookings/{id}?done=mailed"))),
        Err(problem) => booking::page(&desk, &id, None, Some(&problem)).await,
    }
}

/// The panel.
pub fn panel(desk: &Desk, id: &str, mails: &[store::Shown], may_write: bool) -> Markup {
    html! {
        section.card aria-labelledby="mails" {
            h2 #mails { "E-mails" }
            @if mails.is_empty() { p.quiet { "Nothing was mailed in the last 30 days." } } @else {
                ol.timeline {
                    @for mail in mails {
                        @let at = Instant(mail.sent_at.unwrap_or(mail.created_at));
                        li {
                            p { (named(&mail.kind)) span.quiet { " to " (mail.recipient) } }
                            p.quiet {
                                (state(&mail.state)) " " time datetime=(Timestamp(at)) { (desk.wording.moment(at)) }
                                @if let Some(failure) = &mail.failure { ": " (failure) }
                            }
                            @if may_write {
                                form method="post" action=(desk.path(&format!("/bookings/{id}/mails/{}", mail.public_id))) {
                                    button.small { "Send once more" }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn state(state: &str) -> &'static str {
    match state {
        "SENT" => "Sent",
        "FAILED" => "Given up",
        _ => "On its way since",
    }
}

fn named(kind: &str) -> &'static str {
    match kind {
        "booking.requested" => "Request received",
        "booking.confirmed" => "Confirmation",
        "booking.approved" => "Request approved",
        "booking.rejected" => "Request declined",
        "booking.expired" => "Request ran out",
        "booking.cancelled" | "booking.called_off" => "Cancellation",
        "booking.too_few" => "Does not take place",
        "booking.enough" => "Takes place",
        "booking.moved" => "New time",
        "booking.changed" => "Change",
        "booking.paid" => "Payment received",
        "booking.paid_too_late" => "Payment came too late",
        "booking.refunded" => "Refund",
        "booking.reminder" => "Reminder",
        _ => "Mail",
    }
}
