//! What the widget's own types look like in JSON: as much as it reads of the edge's answers.

use crate::json::structs;
use crate::model::message::{CouponAnswer, HeldAnswer, Priced, Refusal};

structs! {
    Priced { hash total currency }
    CouponAnswer { coupon }
    HeldAnswer { hold_token expires_at quote }
    Refusal { status code title detail errors alternatives quote }
}
