//! Who does what to a booking.

use shared::booking::{Action, Actor};
use shared::embed::Timestamp;
use shared::party::Party;

/// Who acts.
#[derive(Clone, Copy, Debug)]
pub enum Hand<'a> {
    /// Whoever booked.
    Customer,
    /// A member or a program: `usr_…` or `key_…`, for the audit log.
    Staff(&'a str),
    /// The clock.
    Clock,
    /// What a payment provider says has happened.
    Provider,
}

impl<'a> Hand<'a> {
    /// As the life cycle calls it.
    pub fn actor(self) -> Actor {
        match self {
            Self::Customer => Actor::Customer,
            Self::Staff(_) => Actor::Staff,
            Self::Clock | Self::Provider => Actor::System,
        }
    }

    /// As the audit log calls it.
    pub fn name(self) -> &'a str {
        match self {
            Self::Customer => "customer",
            Self::Staff(name) => name,
            Self::Clock => "clock",
            Self::Provider => "payments",
        }
    }
}

/// What is to be done.
#[derive(Clone, Debug)]
pub struct Deed {
    /// Which action of the life cycle.
    pub action: Action,
    /// Why, in words.
    pub reason: Option<String>,
    /// What goes back, by staff's own choice; none means what the policy gives.
    pub refund: Option<i64>,
    /// What was paid.
    pub payment: Option<Payment>,
    /// What a provider gave back.
    pub back: Option<GivenBack>,
    /// Where it goes.
    pub placing: Placing,
    /// Staff go beyond the business's own rules, never beyond what there is.
    pub beyond_rules: bool,
    /// Whether the customer is written to.
    pub notify: bool,
}

impl Deed {
    /// An action and nothing besides.
    pub fn of(action: Action) -> Self {
        let placing = Placing::default();
        Self {
            action,
            reason: None,
            refund: None,
            payment: None,
            back: None,
            placing,
            beyond_rules: false,
            notify: true,
        }
    }
}

/// Money taken, on site or by a provider.
#[derive(Clone, Debug)]
pub struct Payment {
    /// Minor units, more than 0.
    pub amount: i64,
    /// CASH, CARD, TRANSFER, OTHER or ONLINE.
    pub method: &'static str,
    /// A receipt's number, say.
    pub note: Option<String>,
    /// Through a provider.
    pub online: Option<Online>,
}

/// Which payment at a provider.
#[derive(Clone, Debug)]
pub struct Online {
    /// `pay_…`.
    pub payment: String,
    /// The provider's id of the money.
    pub reference: String,
}

/// Money that went back through a provider.
#[derive(Clone, Debug)]
pub struct GivenBack {
    /// Minor units, more than 0.
    pub amount: i64,
    /// Who gave it.
    pub by: Giver,
}

/// Who gave money back.
#[derive(Clone, Debug)]
pub enum Giver {
    /// A payment provider.
    Provider {
        /// Of which payment: `pay_…`.
        payment: String,
        /// The provider's id of it.
        reference: String,
        /// Our own refund; none where somebody gave it back at the provider's.
        refund: Option<String>,
    },
    /// Staff, since the provider would not.
    Staff {
        /// Our refund that was refused.
        refused: String,
        /// The booking's, when it was decided how much is still owed of it.
        version: i64,
        /// CASH, CARD, TRANSFER or OTHER.
        method: &'static str,
    },
}

impl GivenBack {
    /// It was on its way, and counted as going back.
    pub fn was_expected(&self) -> bool {
        matches!(self.by, Giver::Provider { refund: Some(_), .. })
    }

    /// Nobody here knew of it: it was given back in the provider's own pages.
    pub fn is_news(&self) -> bool {
        matches!(self.by, Giver::Provider { refund: None, .. })
    }
}

/// Another time, or another party; what is none stays.
#[derive(Clone, Debug, Default)]
pub struct Placing {
    /// Which item, counted from 0.
    pub item: usize,
    /// Its new start.
    pub starts_at: Option<Timestamp>,
    /// Its new party.
    pub party: Option<Party>,
    /// The price that was seen, if it is another.
    pub quote_hash: Option<String>,
    /// The price stays as it was agreed.
    pub keep_price: bool,
}
