//! What can be bought with an offering: written, changed, put away.

pub mod store;

use super::offering::Desk;
use super::rules::MOST_MONEY;
use crate::context::Context;
use crate::database::StoreError;
use crate::domain::record::Change;
use crate::domain::resource::usage;
use crate::domain::told::data::Product;
use crate::outbox::EventType;
use crate::problem::Problem;
use serde_json::{Value, json};
use shared::pricing::AddOnMethod;

/// What a product of this kind is called outside.
const KIND: &str = "ADD_ON";

/// An add-on as it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct AddOn {
    /// `add_…`.
    pub id: String,
    /// Name.
    pub name: String,
    /// How its price counts.
    pub method: AddOnMethod,
    /// For one, minor units.
    pub price: i64,
    /// Most of it with one item.
    pub max_quantity: Option<u32>,
    /// How many there are at once; none means it never runs out.
    pub stock: Option<u32>,
    /// The offerings that it goes with, and whether it is free with them.
    pub offerings: Vec<(String, bool)>,
    /// Whether it is sold.
    pub published: bool,
    /// Its place in lists.
    pub position: u32,
}

impl AddOn {
    /// From its row.
    pub fn from_row(row: &store::Row) -> Result<Self, StoreError> {
        let unreadable = |error: serde_json::Error| StoreError::Unreadable(error.to_string());
        let body: Value = serde_json::from_str(&row.body).map_err(unreadable)?;
        let method = body.get("method").cloned().unwrap_or_default();
        Ok(Self {
            id: row.public_id.clone(),
            name: row.name.clone(),
            method: serde_json::from_value(method).map_err(unreadable)?,
            price: body.get("price").and_then(Value::as_i64).unwrap_or(0),
            max_quantity: body.get("maxQuantity").and_then(Value::as_u64).and_then(|most| u32::try_from(most).ok()),
            stock: row.stock,
            offerings: serde_json::from_str::<Vec<(String, u8)>>(&row.offerings)
                .map_err(unreadable)?
                .into_iter()
                .map(|(id, free)| (id, free != 0))
                .collect(),
            published: row.status == "PUBLISHED",
            position: row.position,
        })
    }

    /// As the database keeps its price.
    pub fn body(&self) -> String {
        let mut body = json!({ "method": self.method, "price": self.price });
        if let (Some(most), Some(fields)) = (self.max_quantity, body.as_object_mut()) {
            fields.insert("maxQuantity".to_owned(), Value::from(most));
        }
        body.to_string()
    }

    fn check(&self) -> Result<(), Problem> {
        if self.name.trim().is_empty() {
            return Err(Problem::field("/name", "required", "It needs a name."));
        }
        if self.name.chars().count() > 200 {
            return Err(Problem::field("/name", "too_long", "At most 200 characters."));
        }
        if self.name.chars().any(char::is_control) {
            return Err(Problem::field("/name", "invalid_value", "One line of text."));
        }
        if !(0..=MOST_MONEY).contains(&self.price) {
            return Err(Problem::field("/price", "out_of_range", "Minor units, not negative."));
        }
        if self.max_quantity.is_some_and(|most| !(1..=10_000).contains(&most)) {
            return Err(Problem::field("/maxQuantity", "out_of_range", "From 1 to 10,000."));
        }
        if self.stock.is_some_and(|stock| stock > 100_000) {
            return Err(Problem::field("/stock", "out_of_range", "From 0 to 100,000."));
        }
        if self.offerings.len() > 500 {
            return Err(Problem::field("/offerings", "too_many", "At most 500."));
        }
        let mut seen = std::collections::BTreeSet::new();
        match self.offerings.iter().position(|(id, _)| !seen.insert(id.as_str())) {
            Some(index) => Err(Problem::field(format!("/offerings/{index}/id"), "duplicate", "Each offering once.")),
            None => Ok(()),
        }
    }

    fn told(&self) -> Product<'_> {
        let status = if self.published { "PUBLISHED" } else { "DRAFT" };
        let (name, status, price) = (Some(self.name.as_str()), Some(status), Some(self.price));
        Product { id: &self.id, kind: KIND, name, status, price, ..Product::default() }
    }
}

/// The change that makes an add-on. Unknown offerings are refused.
pub async fn create<'a>(context: &'a Context, desk: Desk<'a>, add_on: &AddOn) -> Result<Change<'a>, Problem> {
    add_on.check()?;
    known(context, desk.org, add_on).await?;
    let now = context.now();
    let mut change = Change::new(context, desk.org, desk.actor);
    let stock = add_on.stock.map(|units| (context.mint("res"), units));
    if let Some((id, units)) = &stock {
        change.add(store::insert_stock(desk.org, id, &add_on.name, *units, now));
    }
    change.must(store::insert(desk.org, add_on, stock.as_ref().map(|(id, _)| id.as_str())));
    change.add(store::set_offerings(desk.org, add_on));
    change.audit("add_on.created", &add_on.id, &json!(add_on.told()));
    change.tell(EventType::ProductCreated, &add_on.id, &add_on.told());
    change.shows();
    Ok(change)
}

/// Changes an add-on; `edit` writes on what stands.
pub async fn change(
    context: &Context,
    desk: Desk<'_>,
    id: &str,
    zone: &str,
    edit: impl Fn(AddOn) -> Result<AddOn, Problem>,
) -> Result<AddOn, Problem> {
    let missing = || Problem::not_found("add-on");
    let row: store::Row = context.database().run(store::find(desk.org, id)).await?.first()?.ok_or_else(missing)?;
    let before = AddOn::from_row(&row)?;
    let add_on = edit(before.clone())?;
    add_on.check()?;
    if add_on.offerings != before.offerings {
        known(context, desk.org, &add_on).await?;
    }
    let now = context.now();
    let mut change = Change::new(context, desk.org, desk.actor);
    let mut stock = row.stock_resource.clone();
    match (&row.stock_resource, add_on.stock) {
        (None, Some(units)) => {
            let made = context.mint("res");
            change.add(store::insert_stock(desk.org, &made, &add_on.name, units, now));
            stock = Some(made);
        }
        (Some(resource), Some(units)) => {
            change.add(store::set_stock(desk.org, resource, &add_on.name, units, now));
        }
        (Some(_), None) => stock = None,
        (None, None) => {}
    }
    change.must(store::update(desk.org, &add_on, stock.as_deref()));
    if add_on.offerings != before.offerings {
        change.add(store::forget_offerings(desk.org, id));
        change.add(store::set_offerings(desk.org, &add_on));
    }
    change.audit("add_on.changed", id, &json!(add_on.told()));
    change.tell(EventType::ProductUpdated, id, &add_on.told());
    change.shows();
    match change.commit().await {
        Ok(_) => Ok(add_on),
        Err(StoreError::Refused(word)) if word == "below_sold" => {
            let resource = row.stock_resource.unwrap_or_default();
            Err(usage::below_sold(context, desk.org, &resource, add_on.stock.unwrap_or(0), zone, "/stock").await)
        }
        Err(error) => Err(Problem::from(error).unless_changed(missing)),
    }
}

/// Puts an add-on away; what was bought of it stays.
pub async fn remove(context: &Context, desk: Desk<'_>, id: &str) -> Result<(), Problem> {
    let now = context.now();
    let mut change = Change::new(context, desk.org, desk.actor);
    change.must(store::archive(desk.org, id));
    change.add(store::forget_offerings(desk.org, id));
    change.add(store::archive_stock(desk.org, id, now));
    change.audit("add_on.removed", id, &json!({}));
    let told = Product { id, kind: KIND, status: Some("ARCHIVED"), ..Product::default() };
    change.tell(EventType::ProductUpdated, id, &told);
    change.shows();
    let missing = || Problem::not_found("add-on");
    change.commit().await.map_err(|error| Problem::from(error).unless_changed(missing))?;
    Ok(())
}

async fn known(context: &Context, org: i64, add_on: &AddOn) -> Result<(), Problem> {
    let ids: Vec<&str> = add_on.offerings.iter().map(|(id, _)| id.as_str()).collect();
    offerings_exist(context, org, &ids, |index| format!("/offerings/{index}/id")).await
}

/// Refuses ids of offerings that do not exist here.
pub async fn offerings_exist(
    context: &Context,
    org: i64,
    ids: &[&str],
    pointer: impl Fn(usize) -> String,
) -> Result<(), Problem> {
    if ids.is_empty() {
        return Ok(());
    }
    let list = serde_json::to_string(ids).map_err(Problem::internal)?;
    let known: Vec<super::store::KnownId> = context.database().run(store::offerings(org, &list)).await?.all()?;
    match ids.iter().position(|id| !known.iter().any(|one| one.id == *id)) {
        Some(index) => Err(Problem::field(pointer(index), "not_found", "There is no such offering.")),
        None => Ok(()),
    }
}
