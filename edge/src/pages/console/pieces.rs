//! Small parts that many pages are made of.

use super::icons::{Icon, icon};
use crate::pages::frame;
use crate::problem::Problem;
use axum::http::StatusCode;
use maud::{Markup, html};

/// What was just done, told by a word in the address; a word that is none says nothing.
pub fn done(word: Option<&str>) -> Markup {
    let text = match word {
        Some("booked") => "Booked.",
        Some("approved") => "Approved. The customer has their place.",
        Some("rejected") => "Declined. Its places are free again.",
        Some("cancelled") => "Cancelled. Its places are free again.",
        Some("moved") => "Moved to the new time.",
        Some("checked-in") => "Checked in.",
        Some("no-show") => "Marked as a no-show.",
        Some("reinstated") => "It is back, and its places with it.",
        Some("mailed") => "The mail is on its way.",
        Some("refunded") => "The money goes back.",
        Some("paid") => "Written down.",
        Some("disconnected") => "Guests pay on arrival from now on. What was paid can still be given back from here.",
        Some("keys-forgotten") => "The keys are forgotten.",
        Some("published") => "Published. It is on the calendar.",
        Some("handed-in") => "Handed in.",
        Some("invited") => "The invitation is on its way.",
        Some("saved") => "Saved.",
        Some("removed") => "Removed.",
        Some("forgotten") => "They are forgotten.",
        Some("blocked") => "It is off then. Bookings that were made stay.",
        Some("unblocked") => "It works again.",
        Some("tested") => "The test is on its way. The log shows how it was answered.",
        Some("replayed") => "On its way once more.",
        _ => return html! {},
    };
    html! { p.flash role="status" { (icon(Icon::Check)) (text) } }
}

/// What went wrong, above a form that shows the rest beside its fields.
pub fn problem(problem: Option<&Problem>) -> Markup {
    html! {
        @if let Some(problem) = problem {
            div.alert role="alert" {
                p { strong { (problem.code().title()) "." } @if let Some(detail) = problem.detail_text() { " " (detail) } }
                @for error in problem.fields().iter().filter(|error| error.pointer.is_empty()) { p { (error.message) } }
            }
        }
    }
}

/// The same with everything that is wrong, where not every field is on the page.
pub fn problem_all(problem: Option<&Problem>) -> Markup {
    html! {
        @if let Some(problem) = problem {
            div.alert role="alert" {
                p { strong { (problem.code().title()) "." } @if let Some(detail) = problem.detail_text() { " " (detail) } }
                ul { @for error in problem.fields() { li { (error.message) " " small { (error.pointer) } } } }
            }
        }
    }
}

/// The status of a page with a form: that of what is wrong with it.
pub fn status(problem: Option<&Problem>) -> StatusCode {
    problem.map_or(StatusCode::OK, frame::status)
}

/// Text to take along; the button is for where scripts run.
pub fn copyable(id: &str, text: &str) -> Markup {
    html! {
        div.copyable {
            pre tabindex="0" { code id=(id) { (text) } }
            button.small type="button" data-copy=(id) hidden { "Copy" }
        }
    }
}

/// Nothing is here yet, and what to do about it.
pub fn empty(title: &str, text: &str, action: Markup) -> Markup {
    html! {
        div.empty {
            p.title { (title) }
            p { (text) }
            (action)
        }
    }
}

/// A state of the life cycle.
pub fn state(state: &str) -> Markup {
    let tone = match state {
        "CONFIRMED" | "COMPLETED" => "good",
        "AWAITING_APPROVAL" | "PENDING" => "wait",
        "CANCELLED" | "REJECTED" | "EXPIRED" => "bad",
        _ => "",
    };
    html! { span class={ "pill " (tone) } { (state_words(state)) } }
}

/// `AWAITING_APPROVAL` as people say it.
fn state_words(state: &str) -> &'static str {
    match state {
        "PENDING" => "Held",
        "AWAITING_APPROVAL" => "Waiting for approval",
        "CONFIRMED" => "Confirmed",
        "EXPIRED" => "Expired",
        "REJECTED" => "Declined",
        "CANCELLED" => "Cancelled",
        "REFUNDED" => "Refunded",
        "COMPLETED" => "Completed",
        _ => "Proposal",
    }
}

/// How full something is.
pub fn fill(sold: i64, capacity: Option<i64>) -> Markup {
    html! {
        span.fill {
            @match capacity {
                Some(capacity) if capacity > 0 => {
                    @let share = sold.clamp(0, capacity).saturating_mul(100).checked_div(capacity).unwrap_or(0);
                    svg.bar-of viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true" {
                        rect width="100" height="8" class="all" {}
                        rect width=(share) height="8" class="sold" {}
                    }
                    span { strong { (sold) } " / " (capacity) span.hidden { " places sold" } }
                }
                _ => { span { strong { (sold) } " booked" } }
            }
        }
    }
}

/// On to the next page of a list.
pub fn more(next: Option<&str>) -> Markup {
    html! {
        @if let Some(next) = next {
            nav.more aria-label="Pages" { a.button href=(next) rel="next" { "Older" (icon(Icon::Later)) } }
        }
    }
}
