//! `/apps/api/discounts`: a code that makes an order cheaper. It is a coupon of the catalogue like any other, so the engine
//! applies it wherever a price is told.

use crate::access::Acting;
use crate::access::allowed::CatalogWrite;
use crate::access::permission::Role;
use crate::api::body::Body;
use crate::api::once::Once;
use crate::api::refusals::{Repeatable, Writing};
use crate::context::Context;
use crate::domain::catalog::edit::coupon::{self, Coupon};
use crate::domain::catalog::edit::offering::Desk;
use crate::problem::{Code, Problem};
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use serde_json::Number;
use shared::embed::Timestamp;
use shared::id::OfferingId;
use shared::pricing::{Coupon as Terms, CouponEffect};
use utoipa::ToSchema;

/// How a discount counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DiscountType {
    /// `value` is a percentage.
    Percentage,
    /// `value` is money in minor units.
    FixedAmount,
}

/// A discount to be made.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DiscountIn {
    /// What customers type: 1 to 64 signs without spaces; capitals do not matter.
    #[schema(min_length = 1, max_length = 64, example = "SUMMER10")]
    code: String,
    /// How it counts.
    #[serde(rename = "type")]
    kind: DiscountType,
    /// Per cent with at most two decimals, or whole minor units off the order.
    #[schema(value_type = f64, minimum = 0, example = 10)]
    value: Number,
    /// Good for orders from then on.
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Timestamp>,
    /// Good for orders before.
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Timestamp>,
    /// How often it can be used in all.
    #[schema(minimum = 1)]
    usage_limit: Option<u32>,
    /// Smallest sum of an order, minor units.
    #[schema(minimum = 0, example = 5000)]
    minimum_amount: Option<i64>,
    /// Only for these offerings; without it the whole order is cheaper, add-ons included.
    #[schema(example = json!(["tour_harbor_sunset"]))]
    product_ids: Option<Vec<String>>,
}

/// A discount.
#[derive(Serialize, ToSchema)]
pub struct DiscountOut {
    /// Public id.
    #[schema(example = "cpn_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    id: String,
    /// What customers type.
    code: String,
    /// How it counts.
    #[serde(rename = "type")]
    kind: DiscountType,
    /// Per cent, or whole minor units.
    #[schema(value_type = f64)]
    value: Number,
    /// Good for orders from then on.
    #[schema(value_type = Option<String>, format = DateTime)]
    starts_at: Option<Timestamp>,
    /// Good for orders before.
    #[schema(value_type = Option<String>, format = DateTime)]
    ends_at: Option<Timestamp>,
    /// How often it can be used in all.
    usage_limit: Option<u32>,
    /// Smallest sum of an order, minor units.
    minimum_amount: Option<i64>,
    /// Only for these offerings; empty means the whole order.
    product_ids: Vec<String>,
}

/// `12.5` as basis points; none for what has more than two decimals, is below 0 or above 100.
fn basis_points(percent: &Number) -> Option<u32> {
    let text = percent.to_string();
    let (whole, decimals) = text.split_once('.').unwrap_or((&text, "0"));
    if decimals.len() > 2 {
        return None;
    }
    let hundredths: u32 = format!("{decimals:0<2}").parse().ok()?;
    let points = whole.parse::<u32>().ok()?.checked_mul(100)?.checked_add(hundredths)?;
    (points <= 10_000).then_some(points)
}

impl DiscountIn {
    fn effect(&self) -> Result<CouponEffect, Problem> {
        let wrong = |rule: &str| Problem::field("/value", "out_of_range", rule);
        match self.kind {
            DiscountType::Percentage => {
                let points = basis_points(&self.value);
                points
                    .map(CouponEffect::Percent)
                    .ok_or_else(|| wrong("A percentage from 0 to 100, with at most two decimals."))
            }
            DiscountType::FixedAmount => {
                let amount = self.value.as_i64();
                amount.map(CouponEffect::Subtract).ok_or_else(|| wrong("Whole minor units."))
            }
        }
    }

    fn coupon(&self, id: String) -> Result<Coupon, Problem> {
        let offering = |(index, text): (usize, &String)| {
            let unknown = || Problem::field(format!("/product_ids/{index}"), "not_found", "There is no such offering.");
            OfferingId::parse(text).ok_or_else(unknown)
        };
        let named = self.product_ids.iter().flatten().enumerate();
        let offerings: Vec<OfferingId> = named.map(offering).collect::<Result<_, _>>()?;
        let terms = Terms {
            code: self.code.trim().to_owned(),
            effect: self.effect()?,
            from: self.starts_at.map(|at| at.0),
            until: self.ends_at.map(|at| at.0),
            departs_from: None,
            departs_until: None,
            minimum: self.minimum_amount,
            uses_left: None,
            once_per_customer: false,
            used_by_customer: false,
            // An order without a list of products is all of its products, and an add-on is one.
            add_ons: offerings.is_empty(),
            offerings,
        };
        Ok(Coupon { id, terms, max_uses: self.usage_limit, max_uses_per_customer: None, uses: 0 })
    }
}

/// The fields of a coupon by the names that they have here.
fn in_these_words(problem: Problem) -> Problem {
    let names = [
        ("/effect/percent", "/value"),
        ("/effect/subtract", "/value"),
        ("/until", "/ends_at"),
        ("/maxUses", "/usage_limit"),
        ("/minimum", "/minimum_amount"),
        ("/offeringIds", "/product_ids"),
    ];
    let problem = names.into_iter().fold(problem, |problem, (from, to)| problem.moved(from, to));
    if problem.code() == Code::Conflict { coupon::code_taken() } else { problem }
}

/// Makes a discount: from now on its code makes orders cheaper, wherever they are placed.
#[utoipa::path(
    post, path = "/apps/api/discounts", tag = "Apps", operation_id = "createDiscount", request_body = DiscountIn,
    params(Repeatable),
    security(("oauth" = ["catalog:write"])),
    responses((status = 201, description = "Good from now on", body = DiscountOut), Writing),
)]
pub async fn create(
    acting: Acting<CatalogWrite>,
    State(context): State<Context>,
    Once { body: Body { value: wanted, .. }, ticket }: Once<Body<DiscountIn>>,
) -> Result<Response, Problem> {
    acting.at_least(Role::Staff)?;
    let made = wanted.coupon(context.mint("cpn"))?;
    let desk = Desk { org: acting.org_id(), actor: acting.actor() };
    let change = coupon::create(&context, desk, &made).await.map_err(in_these_words)?;
    let out = DiscountOut {
        id: made.id,
        code: made.terms.code,
        kind: wanted.kind,
        value: wanted.value,
        starts_at: wanted.starts_at,
        ends_at: wanted.ends_at,
        usage_limit: wanted.usage_limit,
        minimum_amount: wanted.minimum_amount,
        product_ids: made.terms.offerings.iter().map(|id| id.as_str().to_owned()).collect(),
    };
    let written = ticket.commit(&context, StatusCode::CREATED, &out, change).await;
    Ok(written.map_err(in_these_words)?.response)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn points(text: &str) -> Option<u32> {
        basis_points(&serde_json::from_str(text).ok()?)
    }

    #[test]
    fn a_percentage_is_read_to_the_hundredth() {
        let read = ["0", "10", "12.5", "12.35", "99.99", "100", "100.0"].map(points);
        assert_eq!(read, [0, 1_000, 1_250, 1_235, 9_999, 10_000, 10_000].map(Some));
        for wrong in ["-1", "-0.5", "100.01", "12.345", "1e30", "1e-7"] {
            assert_eq!(points(wrong), None, "{wrong}");
        }
    }
}
