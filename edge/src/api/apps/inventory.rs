//! `/apps/api/inventory/:variant_id`: how many there are of an add-on that runs out.

use crate::access::Acting;
use crate::access::allowed::CatalogWrite;
use crate::access::permission::Role;
use crate::api::body::Body;
use crate::api::refusals::Writing;
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::record::Change;
use crate::domain::resource::store::{self, Stock};
use crate::problem::{Code, Problem};
use axum::Json;
use axum::extract::{Path, State};
use serde::{Deserialize, Serialize};
use serde_json::json;
use utoipa::ToSchema;

const MOST: i64 = 100_000;

/// A new quantity, or by how much it moves: one of the two.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InventoryIn {
    /// How many there are, 0 to 100,000.
    #[schema(example = 12)]
    quantity: Option<i64>,
    /// How many more, or with a minus how many fewer.
    #[schema(example = -2)]
    adjustment: Option<i64>,
}

/// A variant's stock.
#[derive(Serialize, ToSchema)]
pub struct InventoryOut {
    /// Public id of the add-on.
    variant_id: String,
    /// Name of the add-on.
    name: String,
    /// How many there are, sold or not.
    quantity: i64,
}

/// Sets or moves the stock of an add-on. Never below what is sold already.
#[utoipa::path(
    put, path = "/apps/api/inventory/{variantId}", tag = "Apps", operation_id = "changeInventory", request_body = InventoryIn,
    params(("variantId" = String, Path, description = "Add-on")),
    security(("oauth" = ["catalog:write"])),
    responses((status = 200, description = "As it is now", body = InventoryOut), Writing),
)]
pub async fn change(
    acting: Acting<CatalogWrite>,
    State(context): State<Context>,
    Path(variant): Path<String>,
    Body { value: wanted, .. }: Body<InventoryIn>,
) -> Result<Json<InventoryOut>, Problem> {
    acting.at_least(Role::Staff)?;
    let org = acting.org_id();
    let found: Option<Stock> = context.database().run(store::stock(org, &variant)).await?.first()?;
    let stock = found.ok_or_else(|| Problem::not_found("variant with stock"))?;
    let quantity = match (wanted.quantity, wanted.adjustment) {
        (Some(quantity), None) => quantity,
        (None, Some(adjustment)) => stock.units.saturating_add(adjustment),
        _ => return Err(Problem::field("/quantity", "required", "Give either quantity or adjustment.")),
    };
    let pointer = if wanted.quantity.is_some() { "/quantity" } else { "/adjustment" };
    if !(0..=MOST).contains(&quantity) {
        return Err(Problem::field(pointer, "out_of_range", "There can be 0 to 100,000."));
    }
    let mut change = Change::new(&context, org, acting.actor());
    // An adjustment is of what was read: whoever was faster makes it be read again.
    change.must(store::restock(org, &stock, quantity, context.now()));
    change.audit("resource.changed", &stock.public_id, &json!({ "units": quantity }));
    change.shows();
    let below = |error| match error {
        StoreError::Refused(_) | StoreError::ResourceBusy | StoreError::Overbooked => {
            let sold = "More than that are sold already.";
            Problem::new(Code::PolicyRefused).because("below_sold").detail(sold).and_field(pointer, "below_sold", sold)
        }
        error => Problem::from(error),
    };
    change.commit().await.map_err(below)?;
    Ok(Json(InventoryOut { variant_id: variant, name: stock.name, quantity }))
}
