//! Payment providers: what this product asks of one, in its own words. Another provider is another file beside [`stripe`] and
//! a line in each `match` here.
//!
//! Nothing here is trusted to be told once or in order: whoever hears of something looks at how things stand ([`Provider::look`])
//! and writes down what is new.

pub mod stripe;

use crate::context::Context;
use crate::outside::Silence;
use shared::embed::PaymentMode;
use shared::zone::Instant;

/// An account at a provider. No `Debug`: it holds the key.
pub enum Provider {
    /// Stripe.
    Stripe(stripe::Stripe),
}

/// What an account is opened with.
pub struct Keys {
    /// What we ask with.
    pub secret: String,
    /// What its notices are signed with.
    pub notices: Option<String>,
}

/// A page to be made where somebody can pay.
#[derive(Clone, Debug)]
pub struct Wish<'a> {
    /// Our id of it: made under this name once, however often it is asked for.
    pub payment: &'a str,
    /// Our id of what it is for.
    pub booking: &'a str,
    /// Minor units.
    pub amount: i64,
    /// ISO 4217.
    pub currency: &'a str,
    /// What the payer reads.
    pub title: &'a str,
    /// Who pays.
    pub email: Option<&'a str>,
    /// Where they come back to when they have paid.
    pub paid: &'a str,
    /// And when they have not.
    pub back: &'a str,
    /// When it was asked for first: the same wish again is the same to the letter.
    pub made_at: Instant,
    /// No longer than that.
    pub until: Instant,
}

/// The page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page {
    /// The provider's id of it.
    pub session: String,
    /// Where it is.
    pub url: String,
}

/// How a payment stands on the provider's side.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Seen {
    /// It can be paid.
    pub open: bool,
    /// What was taken.
    pub captured: Option<Captured>,
    /// What went back, or is about to.
    pub refunds: Vec<SeenRefund>,
    /// Somebody went to their bank.
    pub disputes: Vec<Dispute>,
}

/// Money that was taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Captured {
    /// The provider's id of it.
    pub intent: String,
    /// Minor units.
    pub amount: i64,
    /// What the provider kept of it, once it says so.
    pub fee: Option<i64>,
}

/// Money on its way back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenRefund {
    /// The provider's id of it.
    pub reference: String,
    /// Minor units.
    pub amount: i64,
    /// How far it got.
    pub state: Returned,
    /// Our id of it, where we asked for it.
    pub ours: Option<String>,
}

/// How far a refund got.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Returned {
    /// The provider has it in hand.
    Pending,
    /// It went back.
    Done,
    /// It did not, and will not.
    Failed(String),
}

/// A payment that its payer disputes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dispute {
    /// The provider's id of it.
    pub reference: String,
    /// In the provider's words, such as `needs_response`.
    pub status: String,
    /// Minor units.
    pub amount: i64,
    /// The bank has taken the money.
    pub taken: bool,
    /// The bank has returned it.
    pub returned: bool,
}

/// A notice of the provider whose signature was good. Of what it says only whom it is about is believed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// The provider's id of it.
    pub event: String,
    /// In the provider's words.
    pub kind: String,
    /// Our id of the payment, where it names it.
    pub payment: Option<String>,
    /// The provider's id of the page.
    pub session: Option<String>,
    /// The provider's id of the money.
    pub intent: Option<String>,
}

/// Why a provider did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Failure {
    /// It may work later.
    ForNow(String),
    /// It never will: the provider says so.
    ForGood(String),
    /// The key is not, or no longer, good for it.
    Key(String),
}

impl Failure {
    /// In words, without secrets.
    pub fn reason(&self) -> &str {
        match self {
            Self::ForNow(reason) | Self::ForGood(reason) | Self::Key(reason) => reason,
        }
    }
}

impl From<Silence> for Failure {
    fn from(silence: Silence) -> Self {
        match silence {
            Silence::Resting => Self::ForNow("it failed too often and is left alone for a while".to_owned()),
            Silence::Failing(reason) => Self::ForNow(reason),
            Silence::Store(error) => Self::ForNow(format!("{error:?}")),
        }
    }
}

impl Provider {
    /// Opens an account by the provider's name.
    pub fn of(context: &Context, name: &str, keys: Keys) -> Option<Self> {
        match name {
            stripe::NAME => Some(Self::Stripe(stripe::Stripe::new(context, keys))),
            _ => None,
        }
    }

    /// Whether a secret key looks like one of this provider's, and whether it moves real money.
    pub fn mode_of(name: &str, secret: &str) -> Option<PaymentMode> {
        match name {
            stripe::NAME => stripe::mode_of(secret),
            _ => None,
        }
    }

    /// Makes sure that the key works.
    pub async fn check(&self, context: &Context) -> Result<(), Failure> {
        match self {
            Self::Stripe(stripe) => stripe.check(context).await,
        }
    }

    /// Whether a page was made in this account.
    pub async fn knows(&self, context: &Context, session: &str) -> Result<bool, Failure> {
        match self {
            Self::Stripe(stripe) => stripe.knows(context, session).await,
        }
    }

    /// Has notices sent to `url`; answers what they are signed with.
    pub async fn subscribe(&self, context: &Context, url: &str) -> Result<String, Failure> {
        match self {
            Self::Stripe(stripe) => stripe.subscribe(context, url).await,
        }
    }

    /// Makes a page where somebody can pay.
    pub async fn ask(&self, context: &Context, wish: &Wish<'_>) -> Result<Page, Failure> {
        match self {
            Self::Stripe(stripe) => stripe.ask(context, wish).await,
        }
    }

    /// How it stands now.
    pub async fn look(&self, context: &Context, session: &str) -> Result<Seen, Failure> {
        match self {
            Self::Stripe(stripe) => stripe.look(context, session).await,
        }
    }

    /// Nobody can pay there any more. Whether somebody did meanwhile is to be looked at afterwards.
    pub async fn end(&self, context: &Context, session: &str) -> Result<(), Failure> {
        match self {
            Self::Stripe(stripe) => stripe.end(context, session).await,
        }
    }

    /// Gives a part of it back, under our id of it once.
    pub async fn give_back(
        &self,
        context: &Context,
        refund: &str,
        intent: &str,
        amount: i64,
    ) -> Result<SeenRefund, Failure> {
        match self {
            Self::Stripe(stripe) => stripe.give_back(context, refund, intent, amount).await,
        }
    }

    /// All that goes, or went, back of it.
    pub async fn refunds(&self, context: &Context, intent: &str) -> Result<Vec<SeenRefund>, Failure> {
        match self {
            Self::Stripe(stripe) => stripe.refunds(context, intent).await,
        }
    }

    /// Reads a notice, if it was signed by the provider for this account, and not long ago.
    pub fn hear(&self, signature: &str, body: &str, now: Instant) -> Option<Notice> {
        match self {
            Self::Stripe(stripe) => stripe.hear(signature, body, now),
        }
    }
}

/// The provider's own page of a payment (its id of the money), for staff who may open it.
pub fn page_of(name: &str, live: bool, intent: &str) -> Option<String> {
    (name == stripe::NAME).then(|| stripe::page_of(live, intent))
}

/// The header that holds a notice's signature.
pub fn signature_header(name: &str) -> Option<&'static str> {
    (name == stripe::NAME).then_some(stripe::SIGNATURE)
}
