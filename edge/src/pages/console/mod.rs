//! `/console`: where a business runs its days. Pages of plain HTML and forms, which one small script makes nicer.
//!
//! Reading order: [`desk`] (who sits there and what they may), [`frame`] (what every page looks like), [`form`] (fields and
//! what is wrong with them), [`crate::wording`] (dates and money), [`pieces`]; then a file for each page.
//!
//! A page reads, asks the domain and draws. A form posts to its own address, the answer is 303 to where the outcome shows,
//! or the form again with what was entered and what is wrong with it.

mod account;
mod actions;
mod agenda;
mod assets;
mod audit;
mod booking;
mod booking_money;
mod bookings;
mod calendar;
mod customers;
mod desk;
mod embed;
mod feeds;
mod form;
mod frame;
mod grid;
mod icons;
mod keys;
mod links;
mod mails;
mod new_booking;
mod offering_extras;
mod offering_form;
mod offerings;
mod payments;
mod people;
mod pieces;
mod resource;
mod resources;
mod settings;
mod sign_in;
mod submissions;
mod troubles;
mod waiting;
mod webhooks;

use crate::context::Context;
use axum::Router;
use axum::routing::{get, post};

/// Every page of the console.
pub fn routes() -> Router<Context> {
    Router::new()
        .route("/console", get(sign_in::front_door))
        .route("/console/sign-in", get(sign_in::show).post(sign_in::submit))
        .route("/console/sign-up", get(account::ask_sign_up).post(account::submit_sign_up))
        .route("/console/forgot", get(account::ask_forgot).post(account::submit_forgot))
        .route("/console/reset", get(account::ask_reset).post(account::submit_reset))
        .route("/console/confirm", get(account::ask_confirm).post(account::submit_confirm))
        .route("/console/invitation", get(account::ask_invitation).post(account::submit_invitation))
        .route("/console/sign-out", post(sign_in::leave))
        .route("/console/assets/{name}", get(assets::read))
        .route("/console/{orgId}", get(agenda::home))
        .route("/console/{orgId}/today", get(agenda::today))
        .route("/console/{orgId}/upcoming", get(agenda::upcoming))
        .route("/console/{orgId}/calendar", get(calendar::show))
        .route("/console/{orgId}/bookings", get(bookings::list))
        .route("/console/{orgId}/bookings/new", get(new_booking::ask).post(new_booking::submit))
        .route("/console/{orgId}/bookings/{bookingId}", get(booking::show))
        .route("/console/{orgId}/bookings/{bookingId}/do", post(actions::plainly))
        .route("/console/{orgId}/bookings/{bookingId}/cancel", get(actions::ask_cancel).post(actions::cancel))
        .route("/console/{orgId}/bookings/{bookingId}/move", get(actions::ask_move).post(actions::move_it))
        .route("/console/{orgId}/bookings/{bookingId}/party", get(actions::ask_party).post(actions::party))
        .route("/console/{orgId}/bookings/{bookingId}/refund", post(actions::refund))
        .route("/console/{orgId}/bookings/{bookingId}/payment", post(actions::payment))
        .route("/console/{orgId}/bookings/{bookingId}/mails/{mailId}", post(mails::resend))
        .route("/console/{orgId}/bookings/{bookingId}/notes", post(actions::notes))
        .route("/console/{orgId}/submissions", get(submissions::list))
        .route("/console/{orgId}/submissions/new", get(submissions::ask_new).post(submissions::create))
        .route("/console/{orgId}/submissions/{id}", get(submissions::show))
        .route("/console/{orgId}/submissions/{id}/edit", get(submissions::ask_edit).post(submissions::change))
        .route("/console/{orgId}/submissions/{id}/submit", post(submissions::submit))
        .route("/console/{orgId}/submissions/{id}/withdraw", post(submissions::withdraw))
        .route("/console/{orgId}/submissions/{id}/approve", post(submissions::approve))
        .route("/console/{orgId}/submissions/{id}/reject", post(submissions::reject))
        .route("/console/{orgId}/submissions/{id}/request-changes", post(submissions::request_changes))
        .route("/console/{orgId}/submissions/{id}/revert", post(submissions::revert))
        .route("/console/{orgId}/offerings", get(offerings::list))
        .route("/console/{orgId}/offerings/new", get(offerings::ask_new).post(offerings::create))
        .route("/console/{orgId}/offerings/{id}", get(offerings::show).post(offerings::change))
        .route("/console/{orgId}/offerings/{id}/remove", post(offerings::remove))
        .route("/console/{orgId}/customers", get(customers::list))
        .route("/console/{orgId}/customers/{id}", get(customers::show).post(customers::change))
        .route("/console/{orgId}/customers/{id}/forget", post(customers::forget))
        .route("/console/{orgId}/waiting", get(waiting::list))
        .route("/console/{orgId}/waiting/{id}/remove", post(waiting::remove))
        .route("/console/{orgId}/resources", get(resources::list))
        .route("/console/{orgId}/resources/new", get(resources::ask).post(resources::create))
        .route("/console/{orgId}/resources/{id}", get(resource::show).post(resource::change))
        .route("/console/{orgId}/resources/{id}/hours", post(resource::hours))
        .route("/console/{orgId}/resources/{id}/off", post(resource::block))
        .route("/console/{orgId}/resources/{id}/on", post(resource::unblock))
        .route("/console/{orgId}/resources/{id}/remove", post(resource::remove))
        .route("/console/{orgId}/embed", get(embed::list))
        .route("/console/{orgId}/embed/new", get(embed::ask).post(embed::create))
        .route("/console/{orgId}/embed/{id}", get(embed::show).post(embed::change))
        .route("/console/{orgId}/embed/{id}/remove", post(embed::remove))
        .route("/console/{orgId}/links", get(links::show).post(links::create))
        .route("/console/{orgId}/links/{id}", get(links::ask).post(links::change))
        .route("/console/{orgId}/links/{id}/sync", post(links::sync))
        .route("/console/{orgId}/links/{id}/remove", post(links::remove))
        .route("/console/{orgId}/links/{id}/overwrite", post(links::overwrite))
        .route("/console/{orgId}/feeds", post(feeds::create))
        .route("/console/{orgId}/feeds/{id}/rotate", post(feeds::rotate))
        .route("/console/{orgId}/feeds/{id}/remove", post(feeds::remove))
        .route("/console/{orgId}/members", get(people::list).post(people::invite))
        .route("/console/{orgId}/members/{id}/role", post(people::set_role))
        .route("/console/{orgId}/members/{id}/remove", post(people::remove))
        .route("/console/{orgId}/invitations/{id}/resend", post(people::resend))
        .route("/console/{orgId}/invitations/{id}/withdraw", post(people::withdraw))
        .route("/console/{orgId}/keys", get(keys::list).post(keys::create))
        .route("/console/{orgId}/keys/{id}/rotate", post(keys::rotate))
        .route("/console/{orgId}/keys/{id}/revoke", post(keys::revoke))
        .route("/console/{orgId}/settings", get(settings::show).post(settings::change))
        .route("/console/{orgId}/payments", get(payments::show).post(payments::connect))
        .route("/console/{orgId}/payments/remove", post(payments::remove))
        .route("/console/{orgId}/payments/forget", post(payments::forget))
        .route("/console/{orgId}/refunds/{id}/again", post(troubles::send_again))
        .route("/console/{orgId}/refunds/{id}/otherwise", post(troubles::gave_otherwise))
        .route("/console/{orgId}/audit", get(audit::list))
        .route("/console/{orgId}/webhooks", get(webhooks::list))
        .route("/console/{orgId}/webhooks/new", get(webhooks::ask).post(webhooks::create))
        .route("/console/{orgId}/webhooks/{id}", get(webhooks::show).post(webhooks::change))
        .route("/console/{orgId}/webhooks/{id}/switch", post(webhooks::switch))
        .route("/console/{orgId}/webhooks/{id}/test", post(webhooks::test))
        .route("/console/{orgId}/webhooks/{id}/rotate", post(webhooks::rotate))
        .route("/console/{orgId}/webhooks/{id}/replay", post(webhooks::replay))
        .route("/console/{orgId}/webhooks/{id}/remove", post(webhooks::remove))
}
