//! The steps from choosing to booked, and which way they lead.

/// Where the visitor is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Step {
    /// Choosing what, where a calendar has several offerings.
    Offer,
    /// Choosing the date and the time.
    When,
    /// Party and add-ons, with the price.
    Who,
    /// Name, address, questions.
    Details,
    /// Held: read it once more and confirm.
    Review,
    /// Booked.
    Done,
    /// Whom to tell when a place comes free.
    Wait,
    /// In the queue.
    Waits,
    /// A booking that was made before: to move it or call it off.
    Manage,
    /// The new time of a booking, to be agreed to.
    Agree,
    /// An event for the calendar, from anybody.
    Suggest,
    /// How it would look.
    Preview,
    /// Handed in.
    Suggested,
}

impl Step {
    /// One step back, if there is one.
    pub fn back(self, several_offerings: bool) -> Option<Self> {
        match self {
            Self::When if several_offerings => Some(Self::Offer),
            Self::Who => Some(Self::When),
            Self::Details => Some(Self::Who),
            Self::Review => Some(Self::Details),
            Self::Suggest if several_offerings => Some(Self::Offer),
            Self::Wait | Self::Agree | Self::Suggest => Some(Self::When),
            Self::Preview => Some(Self::Suggest),
            _ => None,
        }
    }

    /// Which of the four steps that everybody takes, counted from 1; none before and after them.
    pub fn number(self) -> Option<u32> {
        match self {
            Self::When => Some(1),
            Self::Who => Some(2),
            Self::Details => Some(3),
            Self::Review => Some(4),
            _ => None,
        }
    }

    /// The key of its heading.
    pub fn heading(self) -> &'static str {
        match self {
            Self::Offer => "step-offer",
            Self::When => "step-when",
            Self::Who => "step-who",
            Self::Details => "step-details",
            Self::Review => "step-review",
            Self::Done => "step-done",
            Self::Wait => "step-wait",
            Self::Waits => "step-waits",
            Self::Manage => "step-manage",
            Self::Agree => "step-agree",
            Self::Suggest => "step-suggest",
            Self::Preview => "step-preview",
            Self::Suggested => "step-suggested",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_leads_to_the_first_step_and_never_out_of_a_booking() {
        let mut step = Step::Review;
        let mut steps = 0;
        while let Some(earlier) = step.back(true) {
            assert!(earlier < step);
            step = earlier;
            steps += 1;
        }
        assert_eq!((step, steps), (Step::Offer, 4));
        assert_eq!(Step::When.back(false), None);
        assert_eq!(Step::Done.back(true), None);
    }
}
