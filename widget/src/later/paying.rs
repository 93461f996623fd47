//! Paying: off to the provider's page in the same tab, and back. The tab's draft remembers the booking and its token, so that no
//! address has to; in a frame, a tab of its own is paid in, and this one looks.

use super::command::PAID;
use super::links::escape;
use crate::model::countdown;
use crate::model::journey::Step;
use crate::model::message::{Asked, Effect, Key, Managed, Msg};
use crate::model::{Managing, Model};
use shared::embed::{BookedItem, BookingOut};

type Effects = Vec<Effect>;

impl Model {
    /// Whether the payment of what was just booked is still to come.
    pub(super) fn awaits_payment(&self) -> bool {
        self.step == Step::Done && self.booking.as_ref().is_some_and(|booking| booking.requires_payment)
    }

    /// Where to pay, and that this page is to be come back to.
    pub(super) fn pay_url(&self) -> Option<String> {
        let booking = self.booking.as_ref().filter(|booking| booking.requires_payment)?;
        let url = booking.checkout_url.as_deref()?;
        if self.around.page.is_empty() {
            return Some(url.to_owned());
        }
        // Whose router lives in the hash gets its route back; the tab's draft tells which calendar was left there.
        let route = match self.around.route.as_str() {
            "" => ["#daymark=", &self.options.offering, ",", PAID].concat(),
            route => route.to_owned(),
        };
        let page = [self.around.page.as_str(), &route].concat();
        let next = escape(&self.around.next);
        let parts = [url, "?page=", &escape(&page), if next.is_empty() { "" } else { "&next=" }, &next];
        Some(parts.concat())
    }

    /// Booked, as soon as it is paid: the places are held until then.
    pub(super) fn go_and_pay(&mut self) -> Effects {
        self.hold_until_paid();
        let here = !self.around.page.is_empty();
        let go = self.pay_url().filter(|_| here).map(Effect::Go);
        [Effect::Refresh].into_iter().chain(go).collect()
    }

    fn hold_until_paid(&mut self) {
        let until = self.booking.as_ref().and_then(|booking| booking.pay_until);
        if let (Some(hold), Some(until)) = (&mut self.hold, until) {
            hold.ends_at = countdown::ends_at(until.0, self.snapshot.calendar.hold_seconds, self.now);
        }
    }

    /// Looks, while somebody pays in another tab.
    pub(super) fn look_for_payment(&self) -> Effects {
        let key = self.own_key();
        key.map(|key| Effect::About(Asked::Look, key, String::new())).into_iter().collect()
    }

    /// The page is there again; how the booking is, the edge knows.
    pub(super) fn come_back(&mut self, key: Key) -> Effects {
        let effects = self.open_booking(key);
        self.managed = self.managed.take().map(|managed| Managing { paying: true, ..managed });
        effects
    }

    /// How it is: shown as if the page had never been left.
    pub(super) fn came_back(&mut self, now: Managed) -> Effects {
        let Some(managed) = self.managed.take() else { return Vec::new() };
        let manage_url = [self.snapshot.org.origin.as_str(), "/b/", &managed.key.token].concat();
        let item = |item: &crate::model::message::ManagedItem| BookedItem {
            offering_id: item.offering_id.clone(),
            name: item.name.clone(),
            starts_at: item.starts_at,
            ends_at: item.ends_at,
            local_starts_at: item.local_starts_at.clone(),
        };
        self.booking = Some(BookingOut {
            id: now.id.clone(),
            number: now.number.clone(),
            status: "PENDING".to_owned(),
            requires_payment: true,
            checkout_url: Some([&manage_url, "/pay"].concat()),
            pay_until: now.pay_until,
            payment_mode: None,
            manage_url: Some(manage_url),
            total: now.total,
            due_now: now.due_now,
            items: now.items.iter().map(item).collect(),
        });
        self.step = Step::Done;
        self.hold_until_paid();
        self.paid(&now)
    }

    /// Whether what was booked is paid by now.
    pub(super) fn paid(&mut self, now: &Managed) -> Effects {
        let Some(booking) = &mut self.booking else { return Vec::new() };
        if !booking.requires_payment || now.status == "PENDING" {
            return Vec::new();
        }
        booking.status.clone_from(&now.status);
        booking.number.clone_from(&now.number);
        booking.requires_payment = false;
        self.hold = None;
        if matches!(now.status.as_str(), "CONFIRMED" | "AWAITING_APPROVAL" | "COMPLETED") {
            self.wish_focus("heading");
            return vec![Effect::Tell("complete", self.complete_detail()), Effect::Refresh];
        }
        self.booking = None;
        self.step = Step::Details;
        self.note("expired-title", self.t("expired"), Vec::new(), Some(Msg::Hold));
        vec![Effect::Tell("hold-expired", "{}".to_owned()), Effect::Refresh]
    }
}
