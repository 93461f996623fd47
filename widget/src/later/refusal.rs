//! Why the edge refused something, in the visitor's language. The edge tells it in English; here its causes and the rules of its
//! fields are looked up, and only readers of English get its own words where there are none for it.

use super::suggest::{LINK, PRICE};
use crate::model::Model;
use crate::model::details::Field;
use crate::model::message::Refusal;
use shared::embed::FieldError;

impl Model {
    /// Why it was refused.
    pub(super) fn why(&self, problem: &Refusal) -> String {
        let key = match problem.code.as_str() {
            "too_late" => "refused-late",
            "already_cancelled" => "refused-cancelled",
            "rate_limited" => "refused-often",
            "stale" => "refused-stale",
            _ if self.texts.is_english() => return problem.detail.as_ref().unwrap_or(&problem.title).clone(),
            _ => "refused-other",
        };
        self.t(key)
    }

    /// What is wrong with a field.
    pub(super) fn wrong(&self, field: Field, error: &FieldError) -> String {
        if self.texts.is_english() {
            return error.message.clone();
        }
        let key = match field {
            Field::Email => "error-email",
            Field::Event(PRICE) => "error-price",
            Field::Event(LINK) => "error-link",
            Field::Name if error.code == "required" => "error-name",
            _ if error.code == "required" => "error-required",
            _ => "error-other",
        };
        self.t(key)
    }
}
