//! What the OpenAPI document says beside the routes: whose API it is, how one proves who one is, and in which chapters the
//! routes are told. The routes describe themselves.

use crate::access::permission::Permission;
use crate::outbox::EventType;
use crate::shape::{Shape, schema};
use utoipa::openapi::content::Content;
use utoipa::openapi::path::{HttpMethod, OperationBuilder, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::Type;
use utoipa::openapi::security::{
    ApiKey, ApiKeyValue, AuthorizationCode, Flow, HttpAuthScheme, HttpBuilder, OAuth2, Scopes, SecurityScheme,
};
use utoipa::openapi::{Components, ObjectBuilder, OpenApi as Document, PathItem, Paths, Required, ResponseBuilder};
use utoipa::{Modify, OpenApi};

/// The frame that the router hangs its routes into.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Daymark",
        description = "Bookings: what is free, what it costs, holds, bookings, and webhooks that tell of them. JSON in and \
                       out; instants are ISO 8601 UTC; money is whole minor units with its currency. Errors are RFC 9457 \
                       problem details with a stable `code`. Send an `Idempotency-Key` with a POST that changes something \
                       and repeat it without harm.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
    ),
    tags(
        (name = "Availability", description = "What is free and what it costs. Public."),
        (name = "Bookings", description = "Holds and bookings, from the customer's side and from the desk."),
        (name = "Customers", description = "Who booked, what is held about them, and forgetting them."),
        (name = "Embed", description = "What a calendar on somebody's page works from. Public."),
        (name = "Organizations", description = "A business and what it offers."),
        (name = "Payments", description = "How guests pay: the account at a payment provider, and what it tells."),
        (name = "Calendars", description = "What a business puts on its pages: which offerings, how they look, who may embed them."),
        (name = "Offerings", description = "Tours, events, appointment types, rooms and packages; their add-ons and coupons."),
        (name = "Resources", description = "What can be busy: hours, times off, units."),
        (name = "API keys", description = "Credentials of programs. They open the same routes as a session."),
        (name = "People", description = "Who works in an organization: members, roles, invitations."),
        (name = "Submissions", description = "Events that the community hands in, and what staff says to them."),
        (name = "Webhooks", description = "Who is told what happened, signed as Standard Webhooks 1.0 asks for."),
        (name = "Sign-in", description = "Sessions of people. Programs use keys."),
        (name = "OAuth", description = "Apps that act for a person, RFC 6749 with PKCE. People are asked at `/api/oauth/authorize`."),
        (name = "Integrations", description = "REST hooks and actions for an app that acts for one person. Needs an OAuth access token."),
        (name = "Apps", description = "A shop's back end for Zapier, Make and apps of one's own. Needs an OAuth access token."),
        (name = "Rooms", description = "Rooms that one group has for itself: escape rooms, studios. Needs an API key; the catalogue \
                                        is public. What stands at `/v1/…` answers at `/api/v1/…`, too, and the catalogue at both."),
        (name = "Meta", description = "The rules of the house as data."),
    ),
    security(("key" = []), ("session" = [])),
    modifiers(&Security),
)]
pub struct Api;

struct Security;

impl Modify for Security {
    fn modify(&self, document: &mut Document) {
        let key = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .description(Some("An API key, `dmk_live_…` or `dmk_test_…`; for one booking, its own token."))
            .build();
        let session = ApiKeyValue::with_description("__Host-daymark", "The cookie of `POST /api/auth/login`.");
        let components = document.components.get_or_insert_with(Components::default);
        components.add_security_scheme("key", SecurityScheme::Http(key));
        let scopes = Permission::ALL.iter().map(|scope| (scope.as_str(), scope.meaning()));
        let flow = AuthorizationCode::with_refresh_url(
            "/api/oauth/authorize",
            "/api/oauth/token",
            Scopes::from_iter(scopes),
            "/api/oauth/token",
        );
        components.add_security_scheme("oauth", SecurityScheme::OAuth2(OAuth2::new([Flow::AuthorizationCode(flow)])));
        components.add_security_scheme("session", SecurityScheme::ApiKey(ApiKey::Cookie(session)));
    }
}

/// The headers of a delivery: what they are called and what they say.
const HEADERS: [(&str, &str); 3] = [
    ("webhook-id", "The event. The same at every attempt: whoever has seen it before does nothing."),
    ("webhook-timestamp", "Unix second of this attempt."),
    (
        "webhook-signature",
        "`v1,` and the HMAC-SHA256 of `id.timestamp.body` in base64, for each live secret, with spaces.",
    ),
];

/// Adds what is sent to webhooks, from the types that it is written with.
pub fn tell_of_events(document: &mut Document) {
    let components = document.components.get_or_insert_with(Components::default);
    let mut webhooks = Paths::new();
    for event in EventType::ALL {
        let Some(body) = schema::body(Shape::Native, *event) else { continue };
        components.schemas.extend(body.parts);
        let content = RequestBodyBuilder::new()
            .content("application/json", Content::new(Some(body.schema)))
            .required(Some(Required::True));
        let mut operation = OperationBuilder::new()
            .tag("Webhooks")
            .summary(Some(event.meaning()))
            .operation_id(Some(event.as_str()))
            .request_body(Some(content.build()))
            .response("2XX", ResponseBuilder::new().description("Taken. Anything else is tried again.").build());
        for (name, says) in HEADERS {
            let header = ParameterBuilder::new()
                .name(name)
                .parameter_in(ParameterIn::Header)
                .required(Required::True)
                .description(Some(says))
                .schema(Some(ObjectBuilder::new().schema_type(Type::String)));
            operation = operation.parameter(header.build());
        }
        webhooks.paths.insert(event.as_str().to_owned(), PathItem::new(HttpMethod::Post, operation.build()));
    }
    document.webhooks = Some(webhooks);
}
