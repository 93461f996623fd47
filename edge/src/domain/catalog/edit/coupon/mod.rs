//! Coupons: written, changed, put away.

pub mod store;

use super::add_on::offerings_exist;
use super::offering::Desk;
use super::rules::MOST_MONEY;
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::record::Change;
use crate::problem::{Code, Problem};
use serde_json::{Map, Value, json};
use shared::pricing::{Coupon as Terms, CouponEffect};

/// A coupon as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Coupon {
    /// `cpn_…`.
    pub id: String,
    /// What it does and for what it is good, the code included.
    pub terms: Terms,
    /// How often it can be used in all.
    pub max_uses: Option<u32>,
    /// How often one customer can use it.
    pub max_uses_per_customer: Option<u32>,
    /// How often it was.
    pub uses: u32,
}

/// What depends on who asks, and is not kept.
const NOT_KEPT: [&str; 4] = ["code", "usesLeft", "oncePerCustomer", "usedByCustomer"];

impl Coupon {
    /// From its row.
    pub fn from_row(row: &store::Row) -> Result<Self, StoreError> {
        let unreadable = |error: serde_json::Error| StoreError::Unreadable(error.to_string());
        let mut terms: Map<String, Value> = serde_json::from_str(&row.body).map_err(unreadable)?;
        terms.insert("code".to_owned(), Value::from(row.code.as_str()));
        Ok(Self {
            id: row.public_id.clone(),
            terms: serde_json::from_value(Value::Object(terms)).map_err(unreadable)?,
            max_uses: row.max_uses,
            max_uses_per_customer: row.max_uses_per_customer,
            uses: row.uses,
        })
    }

    /// As the database keeps its terms.
    pub fn body(&self) -> Result<String, StoreError> {
        let mut terms = serde_json::to_value(&self.terms).map_err(|error| StoreError::Unreadable(error.to_string()))?;
        if let Some(fields) = terms.as_object_mut() {
            fields.retain(|name, _| !NOT_KEPT.contains(&name.as_str()));
        }
        Ok(terms.to_string())
    }

    fn check(&self) -> Result<(), Problem> {
        let terms = &self.terms;
        let code = &terms.code;
        let is_wrong = |sign: char| sign.is_whitespace() || sign.is_control();
        if code.is_empty() || code.chars().count() > 64 || code.contains(is_wrong) {
            return Err(Problem::field("/code", "invalid_value", "1 to 64 signs without spaces."));
        }
        let money = |pointer: &str, amount: i64| {
            let fine = (0..=MOST_MONEY).contains(&amount);
            if fine { Ok(()) } else { Err(Problem::field(pointer, "out_of_range", "Minor units, not negative.")) }
        };
        match terms.effect {
            CouponEffect::Percent(share) if share > 10_000 => {
                return Err(Problem::field("/effect/percent", "out_of_range", "Basis points, at most 10,000."));
            }
            CouponEffect::Percent(_) => {}
            CouponEffect::Subtract(amount) => money("/effect/subtract", amount)?,
            CouponEffect::SetPrice(amount) => money("/effect/setPrice", amount)?,
            CouponEffect::FreeUnits(units) if !(1..=10_000).contains(&units) => {
                return Err(Problem::field("/effect/freeUnits", "out_of_range", "From 1 to 10,000."));
            }
            CouponEffect::FreeUnits(_) => {}
        }
        if let Some(minimum) = terms.minimum {
            money("/minimum", minimum)?;
        }
        for (pointer, from, until) in
            [("/until", terms.from, terms.until), ("/departsUntil", terms.departs_from, terms.departs_until)]
        {
            if from.zip(until).is_some_and(|(from, until)| until <= from) {
                return Err(Problem::field(pointer, "out_of_range", "After its beginning."));
            }
        }
        for (pointer, most) in [("/maxUses", self.max_uses), ("/maxUsesPerCustomer", self.max_uses_per_customer)] {
            if most.is_some_and(|most| !(1..=10_000_000).contains(&most)) {
                return Err(Problem::field(pointer, "out_of_range", "From 1 to 10,000,000."));
            }
        }
        if terms.offerings.len() > 500 {
            return Err(Problem::field("/offeringIds", "too_many", "At most 500."));
        }
        Ok(())
    }

    async fn known(&self, context: &Context, org: i64) -> Result<(), Problem> {
        let ids: Vec<&str> = self.terms.offerings.iter().map(shared::id::OfferingId::as_str).collect();
        offerings_exist(context, org, &ids, |index| format!("/offeringIds/{index}")).await
    }
}

/// The change that makes a coupon.
pub async fn create<'a>(context: &'a Context, desk: Desk<'a>, coupon: &Coupon) -> Result<Change<'a>, Problem> {
    coupon.check()?;
    coupon.known(context, desk.org).await?;
    let mut change = Change::new(context, desk.org, desk.actor);
    change.must(store::insert(desk.org, coupon, context.now())?);
    change.audit("coupon.created", &coupon.id, &json!({ "code": coupon.terms.code }));
    Ok(change)
}

/// Changes a coupon; `edit` writes on what stands.
pub async fn change(
    context: &Context,
    desk: Desk<'_>,
    id: &str,
    edit: impl Fn(Coupon) -> Result<Coupon, Problem>,
) -> Result<Coupon, Problem> {
    let missing = || Problem::not_found("coupon");
    let now = context.now();
    let row: store::Row = context.database().run(store::find(desk.org, id, now)).await?.first()?.ok_or_else(missing)?;
    let before = Coupon::from_row(&row)?;
    let coupon = edit(before.clone())?;
    coupon.check()?;
    if coupon.terms.offerings != before.terms.offerings {
        coupon.known(context, desk.org).await?;
    }
    let mut change = Change::new(context, desk.org, desk.actor);
    change.must(store::update(desk.org, &coupon)?);
    change.audit("coupon.changed", id, &json!({ "code": coupon.terms.code }));
    match change.commit().await {
        Ok(_) => Ok(coupon),
        Err(StoreError::Taken(what)) if is_code(&what) => Err(code_taken()),
        Err(error) => Err(Problem::from(error).unless_changed(missing)),
    }
}

/// Takes a coupon away. Its row stays for what was booked with it, its code is free again.
pub async fn remove(context: &Context, desk: Desk<'_>, id: &str) -> Result<(), Problem> {
    let mut change = Change::new(context, desk.org, desk.actor);
    change.must(store::archive(desk.org, id, context.now()));
    change.audit("coupon.removed", id, &json!({}));
    let missing = || Problem::not_found("coupon");
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(missing))?;
    Ok(())
}

fn is_code(what: &str) -> bool {
    what.contains("coupon.code")
}

/// Another coupon has this code.
pub fn code_taken() -> Problem {
    Problem::new(Code::Conflict).because("code_taken").and_field("/code", "taken", "There is a coupon of this code.")
}
