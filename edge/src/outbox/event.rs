//! The closed list of things that happen and that somebody outside may want to hear of.
//!
//! One spelling inside; a subscription may also use the other spelling that a contract's source shows.

use core::fmt;

macro_rules! event_types {
    ($(#[doc = $meaning:literal] $name:ident = $canonical:literal $(| $alias:literal)*),+ $(,)?) => {
        /// What happened.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum EventType { $(#[doc = $meaning] $name),+ }

        impl EventType {
            /// Every type, in the order of the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// The spelling inside and in the native payload.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $canonical),+ }
            }

            /// What it means, for people.
            pub const fn meaning(self) -> &'static str {
                match self { $(Self::$name => $meaning.trim_ascii()),+ }
            }

            /// Other spellings that a subscription may use.
            pub const fn aliases(self) -> &'static [&'static str] {
                match self { $(Self::$name => &[$($alias),*]),+ }
            }

            /// Reads any accepted spelling.
            pub fn parse(text: &str) -> Option<Self> {
                match text {
                    $($canonical $(| $alias)* => Some(Self::$name),)+
                    _ => None,
                }
            }
        }
    };
}

event_types! {
    /// A customer booked; the seats are theirs.
    BookingCreated = "booking.created",
    /// Something about a booking changed that has no type of its own.
    BookingUpdated = "booking.updated",
    /// It moved to another time.
    BookingRescheduled = "booking.rescheduled",
    /// It was called off.
    BookingCancelled = "booking.cancelled" | "booking.canceled",
    /// Staff said yes.
    BookingApproved = "booking.approved",
    /// Staff said no.
    BookingRejected = "booking.rejected",
    /// Nobody came.
    BookingNoShow = "booking.no_show",
    /// It took place.
    BookingCompleted = "booking.completed",
    /// Money came in.
    PaymentSucceeded = "payment.succeeded",
    /// Money went back.
    PaymentRefunded = "payment.refunded",
    /// A booking, seen as a sale, was placed.
    OrderCreated = "order.created",
    /// Its status changed.
    OrderUpdated = "order.updated",
    /// It took place or the guest checked in.
    OrderFulfilled = "order.fulfilled",
    /// It was called off.
    OrderCanceled = "order.canceled" | "order.cancelled",
    /// An offering or an add-on is new.
    ProductCreated = "product.created",
    /// An offering or an add-on changed.
    ProductUpdated = "product.updated",
    /// Somebody booked for the first time, or was entered by hand.
    CustomerCreated = "customer.created",
    /// A hold with an e-mail ran out and no booking followed.
    CartAbandoned = "cart.abandoned",
    /// A contributor handed in an event.
    SubmissionSubmitted = "submission.submitted",
    /// Staff published it.
    SubmissionApproved = "submission.approved",
    /// Staff declined it.
    SubmissionRejected = "submission.rejected",
    /// Somebody is to work on a booking.
    StaffAssigned = "staff.assigned",
    /// Somebody asked.
    LeadCreated = "lead.created",
}

impl fmt::Display for EventType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spelling_leads_back_to_its_type() {
        for event in EventType::ALL {
            assert_eq!(EventType::parse(event.as_str()), Some(*event));
            for alias in event.aliases() {
                assert_eq!(EventType::parse(alias), Some(*event), "{alias}");
            }
        }
        assert_eq!(EventType::parse("booking.deleted"), None);
        assert_eq!(EventType::parse("Booking.Created"), None);
    }
}
