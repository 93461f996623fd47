//! The apps surface, `/apps/api/…`: a shop's back end for Zapier, Make and apps of one's own. The shop is the organization that
//! the token was granted for, an order is a booking, a product an offering. It owns no table; it translates.

pub mod customers;
pub mod discounts;
pub mod inventory;
pub mod orders;
pub mod webhooks;

use crate::access::Acting;
use crate::access::allowed::BookingsRead;
use crate::api::page::Page;
use crate::api::refusals::Reading;
use crate::context::Context;
use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

/// Whose shop, and which app.
#[derive(Serialize, ToSchema)]
#[schema(as = AppMe)]
pub struct MeOut {
    /// The organization.
    shop: ShopOut,
    /// The app.
    app: AppNameOut,
}

/// An organization, seen as a shop.
#[derive(Serialize, ToSchema)]
pub struct ShopOut {
    /// Public id.
    #[schema(example = "org_harbor")]
    id: String,
    /// Name.
    name: String,
    /// URL name; deliveries say it in `X-Daymark-Shop-Domain`.
    #[schema(example = "harbor")]
    domain: String,
}

/// An app.
#[derive(Serialize, ToSchema)]
pub struct AppNameOut {
    /// Its client_id.
    id: String,
    /// Name.
    name: String,
}

/// Lists of this surface.
#[derive(Serialize, ToSchema)]
#[schema(as = AppList)]
pub struct List<T> {
    /// What was found.
    data: Vec<T>,
    /// `cursor` of the next page; null on the last one.
    next_cursor: Option<String>,
}

impl<T> From<Page<T>> for List<T> {
    fn from(page: Page<T>) -> Self {
        let (data, next_cursor) = page.into_parts();
        Self { data, next_cursor }
    }
}

/// Tells whose shop a token opens: the usual test of a connection.
#[utoipa::path(
    get, path = "/apps/api/me", tag = "Apps", operation_id = "appMe",
    security(("oauth" = ["bookings:read"])),
    responses((status = 200, description = "Shop and app", body = MeOut), Reading),
)]
pub async fn me(acting: Acting<BookingsRead>, State(_): State<Context>) -> Json<MeOut> {
    Json(MeOut {
        shop: ShopOut { id: acting.org.public_id, name: acting.org.name, domain: acting.org.slug },
        app: AppNameOut { id: acting.grant.client_id, name: acting.grant.app_name },
    })
}
