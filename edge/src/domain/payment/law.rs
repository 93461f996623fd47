//! The law of the ledger, tried out: whatever happens at the provider and here, in whatever order, and however often it is told,
//! in the end what was captured is what is owed and what went back.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::arithmetic_side_effects, clippy::panic)]

use super::rules::{Known, KnownRefund, News, balance, compare, trimmed};
use crate::domain::booking::change::Found;
use crate::domain::booking::life::decide::{Replaced, decide};
use crate::domain::booking::life::{Deed, GivenBack, Giver, Hand, Online, Payment};
use crate::domain::booking::rules::Decision;
use crate::payment::{Captured, Dispute, Returned, Seen, SeenRefund};
use serde_json::json;
use shared::booking::{Action, State};
use shared::zone::Instant;

const TOTAL: i64 = 10_000;
const HOLD_ENDS: i64 = 900;

/// What may happen, each by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Event {
    /// Somebody pays, if the page still takes money.
    Succeeded,
    /// The hold runs out here; the page is not closed yet.
    Expired,
    /// Called off by staff, with everything back; or, at the provider's own pages, a part.
    Refunded,
    /// The payer goes to their bank.
    Disputed,
    /// We are told, twice.
    Duplicate,
    /// Somebody pays when the hold is over.
    Late,
}
use Event::{Disputed, Duplicate, Expired, Late, Refunded, Succeeded};

/// Our side and theirs.
#[derive(Clone)]
struct World {
    found: Found,
    now: i64,
    /// Whether the seats can be had again.
    free: bool,
    /// Money goes back at the provider's own pages, instead of by staff here.
    elsewhere: bool,
    payment: Known,
    refunds: Vec<KnownRefund>,
    there: Seen,
    /// As the ledger's lines add up: charged, paid, went back.
    ledger: (i64, i64, i64),
    references: Vec<String>,
}

impl World {
    fn new(due_now: i64, free: bool, approval: bool, elsewhere: bool) -> Self {
        let row = json!({
            "public_id": "bkg_1", "org_id": 1, "org": "org_1", "org_name": "Harbor", "number": null, "state": "PENDING", "version": 1,
            "currency": "EUR", "total": TOTAL, "due_now": due_now, "due_later": TOTAL - due_now, "channel": "widget", "quote": "{}",
            "answers": "{}", "token_hash": "x", "held_until": HOLD_ENDS, "created_at": 0, "timezone": "UTC", "settings": "{}",
            "hold_seconds": 900, "number_prefix": "HB", "paid": 0, "repaid": 0, "owed": 0, "going_back": 0, "online": "[]",
            "payments": "test", "org_locale": "en", "holds_claims": 1, "approval": u8::from(approval),
        });
        let item = json!({
            "position": 0, "offering": "tour_1", "name": "Tour", "starts_at": 1_000_000, "ends_at": 1_003_600, "party": "{\"adult\":2}",
            "add_ons": "[]", "private": 0, "length": null, "total": TOTAL, "refund_tiers": "[]",
        });
        Self {
            found: (serde_json::from_value(row).unwrap(), vec![serde_json::from_value(item).unwrap()]),
            now: 0,
            free,
            elsewhere,
            payment: Known::default(),
            refunds: Vec::new(),
            there: Seen { open: true, ..Seen::default() },
            ledger: (0, 0, 0),
            references: Vec::new(),
        }
    }

    fn happens(&mut self, event: Event) {
        self.now += 60;
        match event {
            Succeeded => self.pay(),
            Expired => {
                self.now = self.now.max(HOLD_ENDS);
                if self.state() == State::Pending {
                    "EXPIRED".clone_into(&mut self.found.0.state);
                    (self.found.0.held_until, self.found.0.holds_claims) = (None, 0);
                    self.found.0.version += 1;
                }
            }
            Late => {
                self.happens(Expired);
                self.pay();
            }
            Refunded if self.elsewhere => {
                if let Some(captured) = &self.there.captured
                    && gone(&self.there) + 1_000 <= captured.amount
                {
                    let reference = format!("re_{}", self.there.refunds.len());
                    self.there.refunds.push(SeenRefund { reference, amount: 1_000, state: Returned::Done, ours: None });
                }
            }
            Refunded => {
                let all = Deed {
                    refund: Some(self.left()),
                    reason: Some("Storm".to_owned()),
                    beyond_rules: true,
                    ..Deed::of(Action::Cancel)
                };
                self.act(Hand::Staff("usr_1"), &all);
            }
            Disputed => {
                if let Some(captured) = &self.there.captured {
                    let (status, amount) = ("needs_response".to_owned(), captured.amount);
                    self.there.disputes =
                        vec![Dispute { reference: "du_1".to_owned(), status, amount, taken: true, returned: false }];
                }
            }
            Duplicate => {
                self.look();
                self.look();
            }
        }
    }

    fn state(&self) -> State {
        State::parse(&self.found.0.state).unwrap()
    }

    fn left(&self) -> i64 {
        let row = &self.found.0;
        row.paid - row.repaid - row.going_back
    }

    fn pay(&mut self) {
        if self.there.open {
            let amount = self.found.0.due_now;
            self.there =
                Seen { captured: Some(Captured { intent: "pi_1".to_owned(), amount, fee: None }), ..Seen::default() };
        }
    }

    /// Decides and writes, as the batch would; what the schema refuses changes nothing.
    fn act(&mut self, hand: Hand<'_>, deed: &Deed) {
        let before = self.found.clone();
        let run_out = before.0.held_until.is_none_or(|until| until <= self.now);
        let back = deed.action == Action::Settle
            && (self.state() == State::Expired || self.state() == State::Pending && run_out);
        let decision = as_it_was();
        let replaced = Replaced { decision: &decision, keep_price: true };
        let replaced = (back && self.free).then_some(&replaced);
        let Ok(outcome) = decide(Instant(self.now), &before, hand, deed, replaced) else { return };
        let references: Vec<String> =
            outcome.entries.iter().filter_map(|line| Some(format!("{} {}", line.kind, line.reference?))).collect();
        if references.iter().any(|line| self.references.contains(line)) {
            return;
        }
        self.references.extend(references);
        for line in &outcome.entries {
            match line.kind {
                "CHARGE" => self.ledger.0 += line.amount,
                "CREDIT" => self.ledger.0 -= line.amount,
                "PAYMENT" => self.ledger.1 += line.amount,
                "REFUND" => self.ledger.2 += line.amount,
                other => panic!("{other}"),
            }
        }
        if deed.payment.is_some() {
            self.payment.paid = true;
        }
        if let Some(back) = &deed.back {
            match &back.by {
                Giver::Provider { refund: Some(id), .. } => self.refund(id).state = "DONE".to_owned(),
                Giver::Provider { refund: None, reference, .. } => {
                    let (id, reference) = (reference.clone(), Some(reference.clone()));
                    self.refunds.push(KnownRefund { id, reference, state: "DONE".to_owned(), amount: back.amount });
                }
                // What staff give by hand is no matter between the provider and us.
                Giver::Staff { .. } => {}
            }
        }
        for part in &outcome.parts {
            let id = format!("ref_{}", self.refunds.len());
            self.refunds.push(KnownRefund { id, reference: None, state: "WAITING".to_owned(), amount: part.amount });
        }
        let number = outcome.becomes_a_booking.then(|| "HB-1".to_owned());
        self.found = outcome.after;
        self.found.0.number = number.or(before.0.number);
        if self.state() != State::Pending {
            self.found.0.held_until = None;
        }
        self.found.0.holds_claims = u8::from(self.state().is_live());
        self.source();
    }

    fn refund(&mut self, id: &str) -> &mut KnownRefund {
        self.refunds.iter_mut().find(|one| one.id == id).unwrap()
    }

    /// What the store would read anew.
    fn source(&mut self) {
        let sum = |which: &dyn Fn(&KnownRefund) -> bool| {
            self.refunds.iter().filter(|one| which(one)).map(|one| one.amount).sum::<i64>()
        };
        self.found.0.going_back = sum(&|one| one.state == "WAITING");
        let gone = sum(&|one| one.state != "FAILED");
        let captured = if self.payment.paid { self.found.0.due_now } else { 0 };
        assert!(gone <= captured, "no more goes back than came");
        self.found.0.online = json!([{ "payment": "pay_1", "left": captured - gone }]).to_string();
    }

    fn look(&mut self) {
        self.payment.refunds.clone_from(&self.refunds);
        self.payment.wanted =
            self.state() == State::Pending && self.found.0.held_until.is_some_and(|until| until > self.now);
        for news in compare(&self.payment, &self.there) {
            match news {
                News::Trim(by) => {
                    let known = self.refunds.clone();
                    for (id, left) in trimmed(&known, by) {
                        let refund = self.refund(id);
                        match left {
                            0 => "FAILED".clone_into(&mut refund.state),
                            left => refund.amount = left,
                        }
                    }
                    self.source();
                }
                News::Captured(captured) => {
                    let online = Some(Online { payment: "pay_1".to_owned(), reference: captured.intent });
                    let payment = Some(Payment { amount: captured.amount, method: "ONLINE", note: None, online });
                    self.act(Hand::Provider, &Deed { payment, ..Deed::of(Action::Settle) });
                }
                News::Back { reference, amount, ours } => {
                    let by = Giver::Provider { payment: "pay_1".to_owned(), reference, refund: ours };
                    let back = Some(GivenBack { amount, by });
                    self.act(Hand::Provider, &Deed { back, ..Deed::of(Action::MoneyBack) });
                }
                News::Bounced { ours, .. } => {
                    "FAILED".clone_into(&mut self.refund(&ours).state);
                    self.source();
                }
                News::Disputed { status, .. } => self.payment.dispute = Some(status),
                News::Ended => self.payment.ended = true,
                News::Close => self.there.open = false,
                News::Fee(_) => {}
            }
        }
    }

    /// The queue: what is to go back is asked for.
    fn send(&mut self) {
        for one in self.refunds.iter().filter(|one| one.state == "WAITING") {
            let known = self.there.refunds.iter().any(|refund| refund.ours.as_deref() == Some(one.id.as_str()));
            let captured = self.there.captured.as_ref().map_or(0, |captured| captured.amount);
            // The provider refuses what is more than is left, and we look again.
            if !known && gone(&self.there) + one.amount <= captured {
                let reference = format!("re_{}", self.there.refunds.len());
                let ours = Some(one.id.clone());
                self.there.refunds.push(SeenRefund { reference, amount: one.amount, state: Returned::Done, ours });
            }
        }
    }

    fn settle(&mut self) {
        for _ in 0..4 {
            self.look();
            self.send();
        }
        self.look();
    }
}

/// Where it would go again: to where it was, for the price that was agreed.
fn as_it_was() -> Decision {
    let quote = json!({
        "currency": "EUR", "lines": [], "subtotal": TOTAL, "invoice": [], "total": TOTAL, "itemTotals": [TOTAL], "dueNow": TOTAL,
        "dueLater": 0, "refundIfCancelledNow": 0, "hash": "",
    });
    Decision { placed: Vec::new(), quote: serde_json::from_value(quote).unwrap() }
}

fn gone(there: &Seen) -> i64 {
    there.refunds.iter().map(|refund| refund.amount).sum()
}

fn permutations(events: &[Event]) -> Vec<Vec<Event>> {
    if events.is_empty() {
        return vec![Vec::new()];
    }
    let mut all = Vec::new();
    for (index, first) in events.iter().enumerate() {
        let mut rest = events.to_vec();
        rest.remove(index);
        for mut tail in permutations(&rest) {
            tail.insert(0, *first);
            all.push(tail);
        }
    }
    all
}

#[test]
fn whatever_happens_in_whatever_order_what_was_captured_is_what_is_owed_and_what_went_back() {
    let orders = permutations(&[Succeeded, Expired, Refunded, Disputed, Duplicate, Late]);
    assert_eq!(orders.len(), 720);
    let mut ends = std::collections::BTreeMap::new();
    for order in &orders {
        for kind in 0..32_u8 {
            let is = |bit: u8| kind & 1 << bit != 0;
            let mut world = World::new(if is(0) { TOTAL } else { 3_000 }, is(1), is(2), is(3));
            for event in order {
                world.happens(*event);
                // Somebody looks after every step, or only at the end.
                if is(4) {
                    world.look();
                    world.send();
                }
            }
            world.settle();
            let story = || format!("{order:?} {kind:05b}: {:?} {:?}", world.found.0.state, world.ledger);
            let captured = world.there.captured.as_ref().map_or(0, |captured| captured.amount);
            let (owed, paid, back) = world.ledger;
            assert_eq!(paid, captured, "{}", story());
            assert_eq!(back, gone(&world.there), "{}", story());
            assert_eq!(world.found.0.going_back, 0, "{}", story());
            // A deposit leaves a rest to pay, for as long as it will take place.
            let rest = if world.state().is_live() { balance(&world.found.0) } else { 0 };
            assert_eq!(captured, owed - rest + back, "{}", story());
            assert!(rest == 0 || rest == TOTAL - world.found.0.due_now, "{}", story());
            assert!(!world.there.open, "nobody pays any more: {}", story());
            *ends.entry(world.found.0.state.clone()).or_insert(0) += 1;
        }
    }
    // The stories really go different ways.
    for end in ["CONFIRMED", "AWAITING_APPROVAL", "EXPIRED", "CANCELLED", "REFUNDED"] {
        assert!(ends.contains_key(end), "{ends:?}");
    }
}
