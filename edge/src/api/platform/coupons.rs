//! `/api/orgs/:orgId/coupons`: codes that make a booking cheaper.

use crate::access::Allowed;
use crate::access::allowed::{CatalogRead, CatalogWrite};
use crate::api::body::Body;
use crate::api::given::Given;
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::catalog::edit::coupon::{self, Coupon, store};
use crate::domain::catalog::edit::offering::Desk;
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use shared::embed::Timestamp;
use shared::id::OfferingId;
use shared::pricing::{Coupon as Terms, CouponEffect};
use shared::zone::Instant;
use utoipa::ToSchema;

/// What a coupon does.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = CouponEffect)]
pub enum EffectBody {
    /// Basis points off.
    Percent(u32),
    /// Minor units off the sum.
    Subtract(i64),
    /// Each guest (or the booking) costs this, if that is less.
    SetPrice(i64),
    /// So many guests free, the cheapest first.
    FreeUnits(u32),
}

impl From<&EffectBody> for CouponEffect {
    fn from(effect: &EffectBody) -> Self {
        match *effect {
            EffectBody::Percent(share) => Self::Percent(share),
            EffectBody::Subtract(amount) => Self::Subtract(amount),
            EffectBody::SetPrice(amount) => Self::SetPrice(amount),
            EffectBody::FreeUnits(units) => Self::FreeUnits(units),
        }
    }
}

impl From<&CouponEffect> for EffectBody {
    fn from(effect: &CouponEffect) -> Self {
        match *effect {
            CouponEffect::Percent(share) => Self::Percent(share),
            CouponEffect::Subtract(amount) => Self::Subtract(amount),
            CouponEffect::SetPrice(amount) => Self::SetPrice(amount),
            CouponEffect::FreeUnits(units) => Self::FreeUnits(units),
        }
    }
}

/// A coupon that is to be, or what is to change of one: what is left out stays, null takes a limit away.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CouponIn {
    /// What customers type; capitals do not matter. Needed on creating.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 64, example = "HARBOR10")]
    code: Given<String>,
    /// What it does. Needed on creating.
    #[serde(default)]
    #[schema(value_type = Option<EffectBody>)]
    effect: Given<EffectBody>,
    /// Good for bookings made from then on.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Given<Timestamp>,
    /// Good for bookings made before.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Given<Timestamp>,
    /// Good for departures from then on.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    departs_from: Given<Timestamp>,
    /// Good for departures before.
    #[serde(default)]
    #[schema(value_type = Option<String>, format = DateTime)]
    departs_until: Given<Timestamp>,
    /// Smallest sum before it, minor units.
    #[serde(default)]
    #[schema(value_type = Option<i64>, minimum = 0)]
    minimum: Given<i64>,
    /// How often it can be used in all.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1)]
    max_uses: Given<u32>,
    /// How often one customer can use it.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1)]
    max_uses_per_customer: Given<u32>,
    /// Only for these; none means all.
    #[serde(default)]
    #[schema(value_type = Option<Vec<String>>)]
    offering_ids: Given<Vec<String>>,
    /// For add-ons too.
    #[serde(default)]
    #[schema(value_type = Option<bool>)]
    add_ons: Given<bool>,
}

/// A coupon.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = Coupon)]
pub struct CouponOut {
    /// Public id.
    #[schema(example = "cpn_harbor_10")]
    id: String,
    /// What customers type.
    code: String,
    /// What it does.
    effect: EffectBody,
    /// Good for bookings made from then on.
    #[schema(value_type = Option<String>, format = DateTime)]
    from: Option<Timestamp>,
    /// Good for bookings made before.
    #[schema(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Good for departures from then on.
    #[schema(value_type = Option<String>, format = DateTime)]
    departs_from: Option<Timestamp>,
    /// Good for departures before.
    #[schema(value_type = Option<String>, format = DateTime)]
    departs_until: Option<Timestamp>,
    /// Smallest sum before it, minor units.
    minimum: Option<i64>,
    /// How often it can be used in all.
    max_uses: Option<u32>,
    /// How often one customer can use it.
    max_uses_per_customer: Option<u32>,
    /// How often it was used.
    uses: u32,
    /// Only for these; none means all.
    offering_ids: Vec<String>,
    /// For add-ons too.
    add_ons: bool,
}

impl CouponIn {
    fn over(&self, coupon: Coupon) -> Result<Coupon, Problem> {
        let mut coupon = coupon;
        let terms = &mut coupon.terms;
        if let Some(code) = self.code.clone().required("/code")? {
            code.trim().clone_into(&mut terms.code);
        }
        if let Some(effect) = self.effect.clone().required("/effect")? {
            terms.effect = (&effect).into();
        }
        let at = |given: &Given<Timestamp>, standing: Option<Instant>| {
            given.clone().or(standing.map(Timestamp)).map(|Timestamp(at)| at)
        };
        terms.from = at(&self.from, terms.from);
        terms.until = at(&self.until, terms.until);
        terms.departs_from = at(&self.departs_from, terms.departs_from);
        terms.departs_until = at(&self.departs_until, terms.departs_until);
        terms.minimum = self.minimum.clone().or(terms.minimum);
        terms.add_ons = self.add_ons.clone().over(terms.add_ons, false);
        match &self.offering_ids {
            Given::Absent => {}
            Given::Null => terms.offerings = Vec::new(),
            Given::Value(ids) => {
                let id = |(index, text): (usize, &String)| {
                    let pointer = format!("/offeringIds/{index}");
                    let unknown = || Problem::field(pointer.as_str(), "not_found", "There is no such offering.");
                    OfferingId::parse(text).ok_or_else(unknown)
                };
                terms.offerings = ids.iter().enumerate().map(id).collect::<Result<_, _>>()?;
            }
        }
        coupon.max_uses = self.max_uses.clone().or(coupon.max_uses);
        coupon.max_uses_per_customer = self.max_uses_per_customer.clone().or(coupon.max_uses_per_customer);
        Ok(coupon)
    }
}

fn shown(coupon: Coupon) -> CouponOut {
    let terms = coupon.terms;
    CouponOut {
        id: coupon.id,
        effect: (&terms.effect).into(),
        code: terms.code,
        from: terms.from.map(Timestamp),
        until: terms.until.map(Timestamp),
        departs_from: terms.departs_from.map(Timestamp),
        departs_until: terms.departs_until.map(Timestamp),
        minimum: terms.minimum,
        max_uses: coupon.max_uses,
        max_uses_per_customer: coupon.max_uses_per_customer,
        uses: coupon.uses,
        offering_ids: terms.offerings.iter().map(|id| id.as_str().to_owned()).collect(),
        add_ons: terms.add_ons,
    }
}

fn desk(allowed: &Allowed<CatalogWrite>) -> Desk<'_> {
    Desk { org: allowed.org_id(), actor: allowed.actor() }
}

/// Lists the coupons of an organization.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/coupons", tag = "Offerings", operation_id = "listCoupons",
    params(("orgId" = String, Path, description = "Organization"), PageIn),
    security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
    responses((status = 200, description = "A page of them", body = Page<CouponOut>), Reading),
)]
pub async fn list(
    allowed: Allowed<CatalogRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<CouponOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let rows = store::list(allowed.org_id(), after, limit.saturating_add(1), context.now());
    let rows: Vec<store::Row> = context.database().run(rows).await?.all()?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        all.push((row.id, Coupon::from_row(row)?));
    }
    Ok(Json(Page::of(all, limit, |(row, _)| *row, |(_, coupon)| shown(coupon))))
}

/// Makes a coupon.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/coupons", tag = "Offerings", operation_id = "createCoupon", request_body = CouponIn,
    params(("orgId" = String, Path, description = "Organization"), Repeatable),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 201, description = "Made", body = CouponOut), Writing),
)]
pub async fn create(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<CouponIn>>,
) -> Result<Response, Problem> {
    let required = |field: &str| Problem::field(format!("/{field}"), "required", "Needed for a new coupon.");
    let effect = wanted.effect.value().ok_or_else(|| required("effect"))?;
    let code = wanted.code.value().ok_or_else(|| required("code"))?;
    let terms = Terms {
        code: code.clone(),
        effect: effect.into(),
        from: None,
        until: None,
        departs_from: None,
        departs_until: None,
        minimum: None,
        uses_left: None,
        once_per_customer: false,
        used_by_customer: false,
        offerings: Vec::new(),
        add_ons: false,
    };
    let empty = Coupon { id: context.mint("cpn"), terms, max_uses: None, max_uses_per_customer: None, uses: 0 };
    let made = wanted.over(empty)?;
    let change = coupon::create(&context, desk(&allowed), &made).await?;
    let written = ticket.commit(&context, StatusCode::CREATED, &shown(made), change).await;
    let taken = |problem: Problem| if problem.code() == Code::Conflict { coupon::code_taken() } else { problem };
    Ok(written.map_err(taken)?.response)
}

/// Reads one coupon.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/coupons/{id}", tag = "Offerings", operation_id = "readCoupon",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Coupon")),
    security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
    responses((status = 200, description = "The coupon", body = CouponOut), Reading),
)]
pub async fn read(
    allowed: Allowed<CatalogRead>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<CouponOut>, Problem> {
    let found = store::find(allowed.org_id(), &id, context.now());
    let row: Option<store::Row> = context.database().run(found).await?.first()?;
    Ok(Json(shown(Coupon::from_row(&row.ok_or_else(|| Problem::not_found("coupon"))?)?)))
}

/// Changes a coupon. What was booked with it stays as it was agreed.
#[utoipa::path(
    patch, path = "/api/orgs/{orgId}/coupons/{id}", tag = "Offerings", operation_id = "changeCoupon", request_body = CouponIn,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Coupon")),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 200, description = "As it is now", body = CouponOut), Writing),
)]
pub async fn change(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Body { value: wanted, .. }: Body<CouponIn>,
) -> Result<Json<CouponOut>, Problem> {
    let edit = |standing: Coupon| wanted.over(standing);
    Ok(Json(shown(coupon::change(&context, desk(&allowed), &id, edit).await?)))
}

/// Takes a coupon away. What was booked with it stays as it was agreed.
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/coupons/{id}", tag = "Offerings", operation_id = "removeCoupon",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Coupon")),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 204, description = "Gone"), Writing),
)]
pub async fn remove(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    coupon::remove(&context, desk(&allowed), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
