//! What the visitor sees from the choice of a start on.

mod details;
mod done;
mod manage;
mod suggest;
mod summary;
mod wait;
mod who;

use crate::model::journey::Step;
use crate::view::Scene;
use crate::view::node::{Node, div};

impl Scene<'_> {
    /// The body of a step.
    pub(super) fn later(&self) -> Node {
        match self.m.step {
            Step::Offer | Step::When => div("body"),
            Step::Who => div("body two").child(self.who()).child(self.summary(Some(self.go_on()))),
            Step::Details => div("body two").child(self.details()).child(self.summary(None)),
            Step::Review => div("body two").child(self.review()).child(self.summary(None)),
            Step::Done => div("body one").child(self.done()),
            Step::Wait => div("body two").child(self.wait()).child(self.wanted()),
            Step::Waits => div("body one").child(self.waits()),
            Step::Manage => div("body one").child(self.manage()),
            Step::Agree => div("body one").child(self.agree()),
            Step::Suggest => div("body one").child(self.suggest()),
            Step::Preview => div("body one").child(self.preview()),
            Step::Suggested => div("body one").child(self.suggested()),
        }
    }
}
