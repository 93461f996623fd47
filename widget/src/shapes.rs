//! What the widget's own types look like in JSON: as much as it reads of the edge's answers.

use crate::json::structs;
use crate::model::message::{CouponAnswer, HeldAnswer, Managed, ManagedItem, Priced, Refusal, WaitAnswer};

structs! {
    Priced { hash total currency }
    CouponAnswer { coupon }
    WaitAnswer { position }
    Managed { id number status total due_now requires_payment pay_until paid refunded_amount items }
    ManagedItem { offering_id name starts_at ends_at local_starts_at party length private }
    HeldAnswer { hold_token expires_at quote }
    Refusal { status code title detail errors alternatives quote }
}
