//! `/console`: where a business runs its days. Pages of plain HTML and forms, which one small script makes nicer.
//!
//! Reading order: [`desk`] (who sits there and what they may), [`frame`] (what every page looks like), [`form`] (fields and
//! what is wrong with them), [`wording`] (dates and money), [`pieces`]; then a file for each page.
//!
//! A page reads, asks the domain and draws. A form posts to its own address, the answer is 303 to where the outcome shows,
//! or the form again with what was entered and what is wrong with it.

mod agenda;
mod assets;
mod booking;
mod bookings;
mod calendar;
mod colour;
mod desk;
mod form;
mod frame;
mod icons;
mod pieces;
mod sign_in;
mod wording;

use crate::context::Context;
use axum::Router;
use axum::routing::{get, post};

/// Every page of the console.
pub fn routes() -> Router<Context> {
    Router::new()
        .route("/console", get(sign_in::front_door))
        .route("/console/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/console/sign-out", post(sign_in::leave))
        .route("/console/assets/{name}", get(assets::read))
        .route("/console/{orgId}", get(agenda::home))
        .route("/console/{orgId}/today", get(agenda::today))
        .route("/console/{orgId}/upcoming", get(agenda::upcoming))
        .route("/console/{orgId}/calendar", get(calendar::show))
        .route("/console/{orgId}/bookings", get(bookings::list))
        .route("/console/{orgId}/bookings/{bookingId}", get(booking::show))
}
