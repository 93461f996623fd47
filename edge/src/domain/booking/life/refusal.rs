//! Why the life cycle refuses, as a problem.

use crate::database::StoreError;
use crate::problem::{Code, Problem};
use shared::booking::{Refused, State};
use shared::embed::Timestamp;

/// Says why the life cycle refuses.
pub fn refusal(state: State, refused: &Refused) -> Problem {
    match refused {
        Refused::Impossible => {
            let cause = if state == State::Cancelled { "already_cancelled" } else { "bad_transition" };
            Problem::new(Code::BadTransition).because(cause).detail(format!("The booking is {}.", state.as_str()))
        }
        Refused::NotAllowed => Problem::new(Code::Forbidden),
        Refused::TooLate { until } => {
            let problem = Problem::new(Code::PolicyRefused).because("too_late");
            match until {
                Some(until) => problem.detail(format!("This was possible until {:?}.", Timestamp(*until))),
                None => problem.detail("Please contact the business."),
            }
        }
        Refused::TooEarly { from } => {
            let detail = format!("This is possible from {:?}.", Timestamp(*from));
            Problem::new(Code::PolicyRefused).because("too_early").detail(detail)
        }
        Refused::RefundTooLarge { most } => {
            let detail = format!("At most {most} can go back.");
            let problem = Problem::new(Code::PolicyRefused).because("refund_too_large").detail(detail);
            problem.and_field("/amount", "out_of_range", format!("At most {most}."))
        }
        Refused::Unpaid { missing } => {
            Problem::new(Code::PolicyRefused).because("unpaid").detail(format!("{missing} has to be paid first."))
        }
        Refused::Taken => Problem::new(Code::SoldOut),
        Refused::BadFacts => Problem::from(StoreError::Failed(refused.code().to_owned())),
    }
}
