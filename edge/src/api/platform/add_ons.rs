//! `/api/orgs/:orgId/add-ons`: what can be bought with offerings, and how much there is of it.

use crate::access::Allowed;
use crate::access::allowed::{CatalogRead, CatalogWrite};
use crate::api::body::Body;
use crate::api::given::Given;
use crate::api::once::Once;
use crate::api::page::{Page, PageIn};
use crate::api::platform::offerings::StatusBody;
use crate::api::query::Query;
use crate::api::refusals::{Reading, Repeatable, Writing};
use crate::context::Context;
use crate::domain::catalog::edit::add_on::{self, AddOn, store};
use crate::domain::catalog::edit::offering::Desk;
use crate::problem::Problem;
use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use shared::pricing::AddOnMethod;
use utoipa::ToSchema;

/// How an add-on's price counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[schema(as = AddOnMethod)]
pub enum MethodBody {
    /// Per piece.
    #[default]
    Flat,
    /// Per piece and guest.
    PerPerson,
    /// Per piece and started hour.
    PerHour,
    /// Per piece and started day.
    PerDay,
}

impl From<MethodBody> for AddOnMethod {
    fn from(method: MethodBody) -> Self {
        match method {
            MethodBody::Flat => Self::Flat,
            MethodBody::PerPerson => Self::PerPerson,
            MethodBody::PerHour => Self::PerHour,
            MethodBody::PerDay => Self::PerDay,
        }
    }
}

impl From<AddOnMethod> for MethodBody {
    fn from(method: AddOnMethod) -> Self {
        match method {
            AddOnMethod::Flat => Self::Flat,
            AddOnMethod::PerPerson => Self::PerPerson,
            AddOnMethod::PerHour => Self::PerHour,
            AddOnMethod::PerDay => Self::PerDay,
        }
    }
}

/// An offering that an add-on goes with.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AddOnOffering {
    /// Which.
    #[schema(example = "tour_harbor_sunset")]
    pub id: String,
    /// It costs nothing with this one.
    #[serde(default)]
    pub free: bool,
}

/// An add-on that is to be, or what is to change of one: what is left out stays, null is as at the beginning.
#[derive(Clone, Debug, Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[schema(as = AddOnIn)]
pub struct AddOnIn {
    /// Name. Needed on creating.
    #[serde(default)]
    #[schema(value_type = Option<String>, min_length = 1, max_length = 200, example = "Picnic basket")]
    name: Given<String>,
    /// How its price counts; FLAT when left out.
    #[serde(default)]
    #[schema(value_type = Option<MethodBody>)]
    method: Given<MethodBody>,
    /// For one, minor units. Needed on creating.
    #[serde(default)]
    #[schema(value_type = Option<i64>, minimum = 0, example = 2400)]
    price: Given<i64>,
    /// Most of it with one item; null: no limit.
    #[serde(default)]
    #[schema(value_type = Option<u32>, minimum = 1, maximum = 10_000)]
    max_quantity: Given<u32>,
    /// How many there are at once; null: it never runs out.
    #[serde(default)]
    #[schema(value_type = Option<u32>, maximum = 100_000, example = 6)]
    stock: Given<u32>,
    /// What it goes with.
    #[serde(default)]
    #[schema(value_type = Option<Vec<AddOnOffering>>)]
    offerings: Given<Vec<AddOnOffering>>,
    /// Whether it is sold; PUBLISHED when left out.
    #[serde(default)]
    #[schema(value_type = Option<StatusBody>)]
    status: Given<StatusBody>,
    /// Its place in lists, the lowest first.
    #[serde(default)]
    #[schema(value_type = Option<u32>)]
    position: Given<u32>,
}

/// An add-on.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
#[schema(as = AddOn)]
pub struct AddOnOut {
    /// Public id.
    #[schema(example = "add_harbor_picnic")]
    id: String,
    /// Name.
    name: String,
    /// How its price counts.
    method: MethodBody,
    /// For one, minor units.
    price: i64,
    /// ISO 4217.
    #[schema(example = "EUR")]
    currency: String,
    /// Most of it with one item.
    max_quantity: Option<u32>,
    /// How many there are at once; null: it never runs out.
    stock: Option<u32>,
    /// What it goes with.
    offerings: Vec<AddOnOffering>,
    /// DRAFT or PUBLISHED.
    status: String,
    /// Its place in lists.
    position: u32,
}

impl AddOnIn {
    fn over(&self, add_on: AddOn) -> Result<AddOn, Problem> {
        let mut add_on = add_on;
        if let Some(name) = self.name.clone().required("/name")? {
            name.trim().clone_into(&mut add_on.name);
        }
        add_on.price = self.price.clone().required("/price")?.unwrap_or(add_on.price);
        add_on.method = self.method.clone().over(add_on.method.into(), MethodBody::Flat).into();
        add_on.max_quantity = self.max_quantity.clone().or(add_on.max_quantity);
        add_on.stock = self.stock.clone().or(add_on.stock);
        match &self.offerings {
            Given::Absent => {}
            Given::Null => add_on.offerings = Vec::new(),
            Given::Value(list) => {
                add_on.offerings = list.iter().map(|one| (one.id.clone(), one.free)).collect();
            }
        }
        add_on.published = match self.status {
            Given::Absent => add_on.published,
            Given::Null | Given::Value(StatusBody::Published) => true,
            Given::Value(StatusBody::Draft) => false,
        };
        add_on.position = self.position.clone().over(add_on.position, 0);
        Ok(add_on)
    }
}

fn shown(add_on: AddOn, currency: &str) -> AddOnOut {
    AddOnOut {
        id: add_on.id,
        name: add_on.name,
        method: add_on.method.into(),
        price: add_on.price,
        currency: currency.to_owned(),
        max_quantity: add_on.max_quantity,
        stock: add_on.stock,
        offerings: add_on.offerings.into_iter().map(|(id, free)| AddOnOffering { id, free }).collect(),
        status: if add_on.published { "PUBLISHED" } else { "DRAFT" }.to_owned(),
        position: add_on.position,
    }
}

fn desk(allowed: &Allowed<CatalogWrite>) -> Desk<'_> {
    Desk { org: allowed.org_id(), actor: allowed.actor() }
}

/// Lists the add-ons of an organization.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/add-ons", tag = "Offerings", operation_id = "listAddOns",
    params(("orgId" = String, Path, description = "Organization"), PageIn),
    security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
    responses((status = 200, description = "A page of them", body = Page<AddOnOut>), Reading),
)]
pub async fn list(
    allowed: Allowed<CatalogRead>,
    State(context): State<Context>,
    Query(page): Query<PageIn>,
) -> Result<Json<Page<AddOnOut>>, Problem> {
    let (limit, after) = (page.limit()?, page.after()?.unwrap_or(0));
    let rows = store::list(allowed.org_id(), after, limit.saturating_add(1));
    let rows: Vec<store::Row> = context.database().run(rows).await?.all()?;
    let mut all = Vec::with_capacity(rows.len());
    for row in &rows {
        all.push((row.id, AddOn::from_row(row)?));
    }
    Ok(Json(Page::of(all, limit, |(row, _)| *row, |(_, add_on)| shown(add_on, &allowed.org.currency))))
}

/// Makes an add-on.
#[utoipa::path(
    post, path = "/api/orgs/{orgId}/add-ons", tag = "Offerings", operation_id = "createAddOn", request_body = AddOnIn,
    params(("orgId" = String, Path, description = "Organization"), Repeatable),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 201, description = "Made", body = AddOnOut), Writing),
)]
pub async fn create(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<AddOnIn>>,
) -> Result<Response, Problem> {
    if !wanted.price.said() {
        return Err(Problem::field("/price", "required", "What does one cost?"));
    }
    let empty = AddOn {
        id: context.mint("add"),
        name: String::new(),
        method: AddOnMethod::Flat,
        price: 0,
        max_quantity: None,
        stock: None,
        offerings: Vec::new(),
        published: true,
        position: 0,
    };
    let made = wanted.over(empty)?;
    let change = add_on::create(&context, desk(&allowed), &made).await?;
    let answer = shown(made, &allowed.org.currency);
    Ok(ticket.commit(&context, StatusCode::CREATED, &answer, change).await?.response)
}

/// Reads one add-on.
#[utoipa::path(
    get, path = "/api/orgs/{orgId}/add-ons/{id}", tag = "Offerings", operation_id = "readAddOn",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Add-on")),
    security(("key" = ["catalog:read"]), ("session" = ["catalog:read"])),
    responses((status = 200, description = "The add-on", body = AddOnOut), Reading),
)]
pub async fn read(
    allowed: Allowed<CatalogRead>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<Json<AddOnOut>, Problem> {
    let row: Option<store::Row> = context.database().run(store::find(allowed.org_id(), &id)).await?.first()?;
    let row = row.ok_or_else(|| Problem::not_found("add-on"))?;
    Ok(Json(shown(AddOn::from_row(&row)?, &allowed.org.currency)))
}

/// Changes an add-on. Less stock than is taken is refused, with the bookings that take it.
#[utoipa::path(
    patch, path = "/api/orgs/{orgId}/add-ons/{id}", tag = "Offerings", operation_id = "changeAddOn", request_body = AddOnIn,
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Add-on")),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 200, description = "As it is now", body = AddOnOut), Writing),
)]
pub async fn change(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
    Body { value: wanted, .. }: Body<AddOnIn>,
) -> Result<Json<AddOnOut>, Problem> {
    let edit = |standing: AddOn| wanted.over(standing);
    let add_on = add_on::change(&context, desk(&allowed), &id, &allowed.org.timezone, edit).await?;
    Ok(Json(shown(add_on, &allowed.org.currency)))
}

/// Takes an add-on away. What was bought of it stays.
#[utoipa::path(
    delete, path = "/api/orgs/{orgId}/add-ons/{id}", tag = "Offerings", operation_id = "removeAddOn",
    params(("orgId" = String, Path, description = "Organization"), ("id" = String, Path, description = "Add-on")),
    security(("key" = ["catalog:write"]), ("session" = ["catalog:write"])),
    responses((status = 204, description = "Gone"), Writing),
)]
pub async fn remove(
    allowed: Allowed<CatalogWrite>,
    State(context): State<Context>,
    Path((_, id)): Path<(String, String)>,
) -> Result<StatusCode, Problem> {
    add_on::remove(&context, desk(&allowed), &id).await?;
    Ok(StatusCode::NO_CONTENT)
}
