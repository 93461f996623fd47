//! What the widget's own types look like in JSON: as much as it reads of the edge's and the second module's answers.

use crate::json::{Doubt, Shape, Tree, structs};
use crate::model::message::{CouponAnswer, HeldAnswer, Priced, Refusal};
use crate::model::price::{NoPrice, Price, PriceLine, PriceTax};

structs! {
    Price { currency lines taxes total due_now due_later due_later_by hash }
    PriceLine { kind label quantity amount }
    PriceTax { name amount included }
    Priced { hash total currency }
    CouponAnswer { coupon }
    HeldAnswer { hold_token expires_at quote }
    Refusal { status code title detail errors alternatives quote }
}

impl Shape for NoPrice {
    /// Whatever the reason is, the visitor can only choose something else.
    fn take(_: &Tree, _: &Doubt) -> Self {
        Self::NotSold
    }
}
