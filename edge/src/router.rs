//! Which surface answers which path: one table to read.

use crate::api::cors::Crossing;
use crate::api::openapi::{self, Api};
use crate::api::platform::{
    add_ons, auth, availability, bookings, calendars, coupons, customers, feeds, health, holds, keys, links, mails,
    members, meta, oauth, offerings, organization, payments, quotes, resources, submissions, waiting, webhooks,
};
use crate::api::{apps, embed, integrations, rooms};
use crate::context::Context;
use crate::pages::{
    add_to, consent, dev_mail, docs, feed, hosted, invoice, layout, manage, offer, pay, suggest, unsubscribe,
};
use crate::problem::{Code, Problem};
use axum::Router;
use axum::body::Body;
use axum::http::{HeaderValue, Response, header};
use axum::response::IntoResponse as _;
use axum::routing::{delete, get, post};
use percent_encoding::percent_decode_str;
use tower_service::Service;
use utoipa::OpenApi;
use utoipa::openapi::OpenApi as Document;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use worker::HttpRequest;

/// Every route that the documentation shows.
fn table() -> OpenApiRouter<Context> {
    let router = OpenApiRouter::with_openapi(Api::openapi());
    let router = offerings::routes_of_kinds!(router; tours, events, appointments, rooms, packages);
    router
        .routes(routes!(offerings::preview::create))
        .routes(routes!(add_ons::list, add_ons::create))
        .routes(routes!(add_ons::read, add_ons::change, add_ons::remove))
        .routes(routes!(coupons::list, coupons::create))
        .routes(routes!(coupons::read, coupons::change, coupons::remove))
        .routes(routes!(health::health))
        .routes(routes!(embed::read))
        .routes(routes!(embed::submissions::challenge))
        .routes(routes!(embed::submissions::create))
        .routes(routes!(availability::tours))
        .routes(routes!(availability::events))
        .routes(routes!(availability::appointments))
        .routes(routes!(availability::rooms))
        .routes(routes!(availability::packages))
        .routes(routes!(quotes::create))
        .routes(routes!(holds::create))
        .routes(routes!(holds::remove))
        .routes(routes!(holds::extend))
        .routes(routes!(bookings::create))
        .routes(routes!(bookings::read, bookings::actions::change))
        .routes(routes!(bookings::actions::cancel))
        .routes(routes!(bookings::actions::reschedule))
        .routes(routes!(bookings::actions::party))
        .routes(routes!(bookings::actions::approve))
        .routes(routes!(bookings::actions::reject))
        .routes(routes!(bookings::actions::reinstate))
        .routes(routes!(bookings::actions::refund))
        .routes(routes!(bookings::actions::pay))
        .routes(routes!(bookings::actions::check_in, bookings::actions::undo_check_in))
        .routes(routes!(bookings::actions::no_show, bookings::actions::undo_no_show))
        .routes(routes!(bookings::actions::complete))
        .routes(routes!(bookings::list::list, bookings::desk::create))
        .routes(routes!(bookings::desk::history))
        .routes(routes!(waiting::join))
        .routes(routes!(waiting::list))
        .routes(routes!(waiting::remove))
        .routes(routes!(customers::list))
        .routes(routes!(customers::read, customers::change))
        .routes(routes!(customers::export))
        .routes(routes!(customers::erase))
        .routes(routes!(auth::login))
        .routes(routes!(auth::logout))
        .routes(routes!(auth::me, auth::change_me))
        .routes(routes!(auth::signup::signup))
        .routes(routes!(auth::address::confirm))
        .routes(routes!(auth::address::resend))
        .routes(routes!(auth::password::change))
        .routes(routes!(auth::password::forgot))
        .routes(routes!(auth::password::reset))
        .routes(routes!(organization::create))
        .routes(routes!(organization::read, organization::change, organization::close))
        .routes(routes!(organization::audit))
        .routes(routes!(payments::read, payments::connect, payments::disconnect))
        .routes(routes!(payments::forget))
        .routes(routes!(payments::troubles::list))
        .routes(routes!(payments::troubles::resend))
        .routes(routes!(payments::troubles::settle))
        .routes(routes!(payments::hear))
        .routes(routes!(mails::list))
        .routes(routes!(mails::of_booking))
        .routes(routes!(mails::resend))
        .routes(routes!(keys::list, keys::create))
        .routes(routes!(keys::read, keys::revoke))
        .routes(routes!(keys::rotate))
        .routes(routes!(calendars::list, calendars::create))
        .routes(routes!(calendars::read, calendars::change, calendars::remove))
        .routes(routes!(links::list, links::create))
        .routes(routes!(links::read, links::change, links::remove))
        .routes(routes!(links::choices))
        .routes(routes!(links::sync))
        .routes(routes!(links::overwrite))
        .routes(routes!(feeds::list, feeds::create))
        .routes(routes!(feeds::rotate))
        .routes(routes!(feeds::remove))
        .routes(routes!(resources::list, resources::create))
        .routes(routes!(resources::read, resources::change, resources::remove))
        .routes(routes!(resources::hours::read, resources::hours::set, resources::hours::post))
        .routes(routes!(resources::blocks::list, resources::blocks::create))
        .routes(routes!(resources::blocks::remove))
        .routes(routes!(resources::blocks::list_venue, resources::blocks::create_venue))
        .routes(routes!(resources::blocks::remove_venue))
        .routes(routes!(submissions::list, submissions::create))
        .routes(routes!(submissions::summary))
        .routes(routes!(submissions::read, submissions::change))
        .routes(routes!(submissions::submit))
        .routes(routes!(submissions::withdraw))
        .routes(routes!(submissions::approve))
        .routes(routes!(submissions::reject))
        .routes(routes!(submissions::request_changes))
        .routes(routes!(submissions::revert))
        .routes(routes!(submissions::states))
        .routes(routes!(webhooks::list, webhooks::create))
        .routes(routes!(webhooks::read, webhooks::change, webhooks::remove))
        .routes(routes!(webhooks::test))
        .routes(routes!(webhooks::rotate_secret))
        .routes(routes!(webhooks::deliveries))
        .routes(routes!(webhooks::replay))
        .routes(routes!(webhooks::recover))
        .routes(routes!(oauth::list, oauth::create))
        .routes(routes!(oauth::read, oauth::change, oauth::remove))
        .routes(routes!(oauth::rotate_secret))
        .routes(routes!(oauth::token::token))
        .routes(routes!(oauth::token::revoke))
        .routes(routes!(oauth::token::userinfo))
        .routes(routes!(oauth::token::metadata))
        .routes(routes!(integrations::subscriptions::create))
        .routes(routes!(integrations::subscriptions::remove))
        .routes(routes!(integrations::triggers::sample))
        .routes(routes!(integrations::triggers::bookings))
        .routes(routes!(integrations::actions::block_date))
        .routes(routes!(integrations::actions::cancel))
        .routes(routes!(integrations::actions::no_show))
        .routes(routes!(apps::me))
        .routes(routes!(apps::customers::list, apps::customers::create))
        .routes(routes!(apps::customers::change))
        .routes(routes!(apps::orders::list))
        .routes(routes!(apps::orders::change))
        .routes(routes!(apps::discounts::create))
        .routes(routes!(apps::inventory::change))
        .routes(routes!(apps::webhooks::list, apps::webhooks::create))
        .routes(routes!(apps::webhooks::remove))
        .routes(routes!(rooms::catalog::read))
        .routes(routes!(rooms::bookings::list, rooms::bookings::create))
        .routes(routes!(rooms::bookings::read, rooms::bookings::change, rooms::bookings::cancel))
        .routes(routes!(rooms::room::list, rooms::room::create))
        .routes(routes!(rooms::room::read, rooms::room::change))
        .routes(routes!(rooms::schedules::read))
        .routes(routes!(rooms::blocks::create))
        .routes(routes!(rooms::blocks::lift))
        .routes(routes!(rooms::customers::list))
        .routes(routes!(rooms::customers::read))
        .routes(routes!(members::list, members::invitations::invite))
        .routes(routes!(members::read, members::change, members::remove))
        .routes(routes!(members::leave))
        .routes(routes!(members::transfer))
        .routes(routes!(members::invitations::list))
        .routes(routes!(members::invitations::withdraw))
        .routes(routes!(members::invitations::resend))
        .routes(routes!(members::invitations::read))
        .routes(routes!(members::invitations::accept))
        .routes(routes!(meta::booking_states))
        .routes(routes!(meta::event_types))
        .routes(routes!(meta::event_schema))
        .routes(routes!(meta::permissions))
}

/// The rooms surface under its other base; the documentation shows it once. No other surface has these names there.
fn rooms_by_another_name() -> Router<Context> {
    use rooms::{blocks, bookings, catalog, customers, room, schedules};
    let routes = Router::new()
        .route("/bookings", get(bookings::list).post(bookings::create))
        .route("/bookings/{id}", get(bookings::read).put(bookings::change).delete(bookings::cancel))
        .route("/rooms", get(room::list).post(room::create))
        .route("/rooms/{id}", get(room::read).put(room::change))
        .route("/schedules", get(schedules::read))
        .route("/schedules/block", post(blocks::create))
        .route("/schedules/block/{id}", delete(blocks::lift))
        .route("/customers", get(customers::list))
        .route("/customers/{id}", get(customers::read));
    Router::new().nest("/api/v1", routes).route("/v1/catalog", get(catalog::read))
}

/// Pages and documents, which describe themselves.
fn pages() -> Router<Context> {
    Router::new()
        .route("/c/{calendarId}", get(hosted::calendar))
        .route("/c/{calendarId}/{offeringId}", get(hosted::times))
        .route("/c/{calendarId}/{offeringId}/book", get(hosted::details).post(hosted::submit))
        .route("/c/{calendarId}/submit", get(suggest::show).post(suggest::send))
        .route("/s/{token}", get(suggest::own::show))
        .route("/s/{token}/submit", post(suggest::own::submit))
        .route("/s/{token}/withdraw", post(suggest::own::withdraw))
        .route("/s/{token}/edit", get(suggest::own::ask_edit).post(suggest::own::edit))
        .route("/b/{token}", get(manage::show))
        .route("/w/{token}", get(offer::show).post(offer::take))
        .route("/u/{token}", get(unsubscribe::ask).post(unsubscribe::refuse))
        .route("/w/{token}/decline", post(offer::decline))
        .route("/b/{token}/calendar.ics", get(add_to::calendar))
        .route("/b/{token}/move", get(manage::choose).post(manage::move_it))
        .route("/b/{token}/pay", get(pay::go))
        .route("/b/{token}/invoice", get(invoice::show).post(invoice::issue))
        .route("/b/{token}/cancel", get(manage::ask_cancel).post(manage::cancel))
        .route("/feeds/{name}", get(feed::read))
        .route("/api/oauth/authorize", get(consent::ask).post(consent::decide))
        .route("/dev/mail", get(dev_mail::list))
        .route("/dev/mail/{id}", get(dev_mail::read))
        .route("/dev/mail/{id}/html", get(dev_mail::as_html))
        .route("/dev/mail/{id}/text", get(dev_mail::as_text))
        .route("/openapi.json", get(docs::openapi))
        .route("/docs", get(docs::docs))
        .route("/docs/problems", get(docs::problems))
        .route(layout::STYLE_PATH, get(layout::style))
        .route(layout::FRAME_PATH, get(layout::frame_script))
}

thread_local! {
    /// Built once for an instance of the Worker; it is the same for every request.
    static ROUTES: (Router<Context>, Document) = {
        let (routes, mut document) = table().split_for_parts();
        openapi::tell_of_events(&mut document);
        let routes = routes.merge(rooms_by_another_name()).merge(pages());
        (routes.merge(crate::pages::console::routes()), document)
    };
}

/// The OpenAPI document, generated from the handlers themselves.
pub fn document() -> Document {
    ROUTES.with(|(_, document)| document.clone())
}

/// What is answered here is for whoever asked, and not to be kept on its way unless the handler says so.
const PRIVATE: [&str; 3] = ["/api/", "/apps/api/", "/v1/"];

/// Answers a request.
pub async fn answer(context: Context, request: HttpRequest) -> Response<Body> {
    let crossing = Crossing::of(request.uri().path(), request.headers());
    if let Some(mut response) = crossing.instead(&context, request.method(), request.headers()).await {
        crossing.open(&context, &mut response).await;
        return response;
    }
    if percent_decode_str(request.uri().path()).decode_utf8().is_err() {
        // Whatever it names, nothing here has such a name.
        let mut response = Problem::new(Code::NotFound).into_response();
        crossing.open(&context, &mut response).await;
        return response;
    }
    let routes = ROUTES.with(|(routes, _)| routes.clone());
    let mut service = routes
        .fallback(async || Problem::new(Code::NotFound))
        .method_not_allowed_fallback(async || Problem::new(Code::MethodNotAllowed))
        .with_state(context.clone());
    let private = PRIVATE.iter().any(|base| request.uri().path().starts_with(base));
    let mut response = match service.call(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    };
    if private && !response.headers().contains_key(header::CACHE_CONTROL) {
        response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    crossing.open(&context, &mut response).await;
    if context.development() {
        let spent = format!("d1;desc=\"{}\"", context.database().spent());
        if let Ok(value) = spent.parse() {
            response.headers_mut().insert(header::HeaderName::from_static("server-timing"), value);
        }
    }
    response
}
