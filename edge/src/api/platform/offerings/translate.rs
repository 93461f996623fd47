//! The one translation between an offering on the wire and the draft that the domain keeps.

use super::schedule::ScheduleBody;
use super::wire::*;
use crate::api::given::Given;
use crate::domain::catalog::edit::draft::{Draft, Offered, Status, Visibility, capacity_columns, kind_word};
use crate::domain::catalog::edit::offering::{Kept, Named};
use crate::domain::catalog::edit::readiness::Scene;
use crate::domain::catalog::edit::rules::MOST_MONEY;
use crate::domain::catalog::edit::stranded::lasting;
use crate::domain::markdown;
use crate::domain::org::zone;
use crate::problem::{FieldError, Problem};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use shared::availability::{Capacity, Kind, Length, Need, Requirement};
use shared::embed::Timestamp;
use shared::id::{AddOnId, PartyCode, ResourceId};
use shared::party::PartyType;
use shared::pricing::{BasePrice, DeparturePrice, PartyPrice, TaxRules};
use shared::schedule::Lasting;
use shared::zone::{Instant, Zone};

const DAY: i64 = 86_400;

/// Between types whose JSON is the same.
fn same<T: Serialize, U: DeserializeOwned>(value: &T, pointer: &str) -> Result<U, Problem> {
    let json = serde_json::to_value(value).map_err(Problem::internal)?;
    serde_json::from_value(json).map_err(|error| Problem::field(pointer, "invalid_value", error.to_string()))
}

/// As [`same`], where what is left out or null stays or goes.
fn over<T: Serialize, U: DeserializeOwned>(
    given: &Given<T>,
    standing: U,
    otherwise: U,
    pointer: &str,
) -> Result<U, Problem> {
    match given {
        Given::Absent => Ok(standing),
        Given::Null => Ok(otherwise),
        Given::Value(value) => same(value, pointer),
    }
}

fn ambiguous(pointer: &str, message: &str) -> Problem {
    Problem::field(pointer, "ambiguous", message)
}

impl OfferingIn {
    /// What has to be read before it can be judged.
    pub fn named(&self) -> Named {
        let mut resources: Vec<&str> = Vec::new();
        resources.extend(self.resource_ids.value().into_iter().flatten().map(String::as_str));
        let pools = self.requirements.value().into_iter().flatten().flat_map(|needed| &needed.any_of);
        resources.extend(pools.map(String::as_str));
        let add_ons: Vec<&str> = self.add_ons.value().into_iter().flatten().map(|one| one.id.as_str()).collect();
        Named { resources: json!(resources).to_string(), add_ons: json!(add_ons).to_string() }
    }

    /// Writes it over a draft.
    pub fn over(&self, draft: Draft, scene: &Scene) -> Result<Draft, Problem> {
        let missing = || Problem::internal("a kind without a beginning");
        let fresh = Draft::of(draft.kind, draft.id.clone()).ok_or_else(missing)?;
        let mut draft = draft;
        let own = scene.org.currency.code();
        if self.currency.value().is_some_and(|currency| currency != own) {
            return Err(Problem::field("/currency", "not_allowed", format!("The organization sells in {own}.")));
        }
        if self.price.value().is_some_and(|price| !(0..=MOST_MONEY).contains(price)) {
            return Err(Problem::field("/price", "out_of_range", "Minor units, not negative."));
        }
        if self.name.said() {
            draft.name = self.name.clone().required("/name")?.unwrap_or_default().trim().to_owned();
        }
        draft.summary = self.summary.clone().or(draft.summary);
        draft.description = self.description.clone().or(draft.description);
        draft.images = self.images.clone().over(draft.images, Vec::new());
        draft.languages = self.languages.clone().over(draft.languages, Vec::new());
        draft.approval = self.approval.clone().over(draft.approval, false);
        draft.position = self.position.clone().over(draft.position, 0);
        draft.visibility = match self.visibility {
            Given::Absent => draft.visibility,
            Given::Null | Given::Value(VisibilityBody::Public) => Visibility::Public,
            Given::Value(VisibilityBody::Unlisted) => Visibility::Unlisted,
            Given::Value(VisibilityBody::Private) => Visibility::Private,
        };
        draft.status = match self.status {
            Given::Absent => draft.status,
            Given::Null | Given::Value(StatusBody::Draft) => Status::Draft,
            Given::Value(StatusBody::Published) => Status::Published,
        };
        draft.questions = over(&self.questions, draft.questions, Vec::new(), "/questions")?;
        self.length(&mut draft, &fresh)?;
        self.schedule(&mut draft, scene)?;
        self.capacity(&mut draft, &fresh)?;
        self.limits(&mut draft, &fresh)?;
        self.needs(&mut draft)?;
        self.add_ons(&mut draft)?;
        self.prices(&mut draft, &fresh)?;
        Ok(draft)
    }

    /// Names the fields of a problem as the request wrote them: the short forms stand for parts of the full ones.
    pub fn as_sent(&self, problem: Problem) -> Problem {
        let ids = self.resource_ids.value().filter(|_| !self.requirements.said()).map_or(0, Vec::len);
        let short = |problem: Problem, index: usize| {
            problem.moved(&format!("/requirements/{index}/anyOf/0"), &format!("/resourceIds/{index}"))
        };
        let problem = (0..ids).fold(problem, short);
        let priced = self.price.said() && !self.party_types.said();
        if priced { problem.moved("/partyTypes/0/price", "/price") } else { problem }
    }

    fn length(&self, draft: &mut Draft, fresh: &Draft) -> Result<(), Problem> {
        let said = [self.duration_minutes.said(), self.duration_choices.said(), self.duration_days.said()];
        if !said.contains(&true) {
            return Ok(());
        }
        let minutes = self.duration_minutes.value().map(|minutes| Length::Minutes(*minutes));
        let choices = self.duration_choices.value().map(|choices| Length::Choice(choices.clone()));
        let days = self.duration_days.value().map(|days| Length::Days(days.from, days.to));
        let mut lengths = [minutes, choices, days].into_iter().flatten();
        draft.length = lengths.next().unwrap_or_else(|| fresh.length.clone());
        if lengths.next().is_some() {
            let message = "One of `durationMinutes`, `durationChoices` and `durationDays`.";
            return Err(ambiguous("/durationMinutes", message));
        }
        Ok(())
    }

    fn schedule(&self, draft: &mut Draft, scene: &Scene) -> Result<(), Problem> {
        match &self.schedule {
            Given::Absent => {}
            Given::Null => draft.schedule = shared::schedule::Schedule::default(),
            Given::Value(body) => {
                let read = body.parse(&scene.zone, scene.today())?;
                draft.schedule = read.schedule;
                let length_said =
                    self.duration_minutes.said() || self.duration_choices.said() || self.duration_days.said();
                match read.lasting.filter(|_| !length_said) {
                    Some(Lasting::Minutes(minutes)) => draft.length = Length::Minutes(minutes),
                    Some(Lasting::Days(days)) => draft.length = Length::Days(days, days),
                    None => {}
                }
            }
        }
        Ok(())
    }

    fn capacity(&self, draft: &mut Draft, fresh: &Draft) -> Result<(), Problem> {
        let usual = match draft.kind {
            Kind::Tour | Kind::Event | Kind::Appointment => CapacityKind::Seats,
            Kind::Room => CapacityKind::Groups,
            Kind::Package => CapacityKind::PerDay,
        };
        let standing = match draft.capacity {
            Capacity::Seats(_) => CapacityKind::Seats,
            Capacity::Groups(_) => CapacityKind::Groups,
            Capacity::PerDay(_) => CapacityKind::PerDay,
            Capacity::Unlimited => CapacityKind::Unlimited,
        };
        let units = draft.units();
        let (kind, units) = match (&self.capacity_kind, &self.capacity) {
            (Given::Absent, Given::Absent) => return Ok(()),
            (Given::Null, Given::Absent) => {
                draft.capacity = fresh.capacity;
                return Ok(());
            }
            (Given::Value(kind), Given::Value(units)) => (*kind, Some(*units)),
            (Given::Value(kind), Given::Absent) => (*kind, units),
            (Given::Value(kind), Given::Null) => (*kind, None),
            (Given::Absent, Given::Value(units)) if standing != CapacityKind::Unlimited => (standing, Some(*units)),
            (Given::Absent | Given::Null, Given::Value(units)) => (usual, Some(*units)),
            (Given::Absent | Given::Null, Given::Null) => (CapacityKind::Unlimited, None),
        };
        let both = matches!(self.capacity, Given::Value(_));
        draft.capacity = match (kind, units) {
            (CapacityKind::Unlimited, Some(_)) if both => {
                let message = "Without a limit there is no number.";
                return Err(Problem::field("/capacity", "not_allowed", message));
            }
            (CapacityKind::Unlimited, _) => Capacity::Unlimited,
            (_, None) => return Err(Problem::field("/capacity", "required", "How many?")),
            (CapacityKind::Seats, Some(units)) => Capacity::Seats(units),
            (CapacityKind::Groups, Some(units)) => Capacity::Groups(units),
            (CapacityKind::PerDay, Some(units)) => Capacity::PerDay(units),
        };
        Ok(())
    }

    fn limits(&self, draft: &mut Draft, fresh: &Draft) -> Result<(), Problem> {
        let (rules, first) = (&mut draft.rules, &fresh.rules);
        rules.buffer_before = self.buffer_before_minutes.clone().over(rules.buffer_before, first.buffer_before);
        rules.buffer_after = self.buffer_after_minutes.clone().over(rules.buffer_after, first.buffer_after);
        rules.buffers_inside = self.buffers_inside.clone().over(rules.buffers_inside, first.buffers_inside);
        rules.notice = self.notice_minutes.clone().over(rules.notice, first.notice);
        rules.horizon_days = self.horizon_days.clone().or(rules.horizon_days);
        rules.cut_off = self.cut_off_minutes.clone().or(rules.cut_off);
        rules.min_party = self.min_party.clone().over(rules.min_party, first.min_party);
        rules.max_party = self.max_party.clone().or(rules.max_party);
        rules.max_per_day = self.max_per_day.clone().or(rules.max_per_day);
        rules.privacy = over(&self.private_requests, rules.privacy, first.privacy, "/privateRequests")?;
        rules.threshold = over(&self.pre_order, rules.threshold, None, "/preOrder")?;
        Ok(())
    }

    fn needs(&self, draft: &mut Draft) -> Result<(), Problem> {
        let id = |pointer: String, text: &str| {
            ResourceId::parse(text).ok_or_else(|| Problem::field(pointer, "not_found", "There is no such resource."))
        };
        let mut simple = None;
        if let Given::Value(ids) = &self.resource_ids {
            let mut needed = Vec::with_capacity(ids.len());
            for (index, text) in ids.iter().enumerate() {
                let pointer = format!("/resourceIds/{index}");
                if ids.iter().take(index).any(|before| before == text) {
                    return Err(Problem::field(pointer, "duplicate", "Each resource once."));
                }
                let shared = matches!(draft.kind, Kind::Tour | Kind::Event);
                let need = if shared { Need::PerDeparture(1) } else { Need::PerBooking(1) };
                needed.push(Requirement { any_of: vec![id(pointer, text)?], need });
            }
            simple = Some(needed);
        }
        let mut full = None;
        if let Given::Value(list) = &self.requirements {
            let mut needed = Vec::with_capacity(list.len());
            for (index, one) in list.iter().enumerate() {
                let place = |place: usize| format!("/requirements/{index}/anyOf/{place}");
                let pool = one.any_of.iter().enumerate().map(|(at, text)| id(place(at), text));
                let need = match one.need {
                    NeedKind::PerDeparture => Need::PerDeparture(one.amount),
                    NeedKind::PerBooking => Need::PerBooking(one.amount),
                    NeedKind::PerSeats => Need::PerSeats(one.amount),
                    NeedKind::PerDepartureSeats => Need::PerDepartureSeats(one.amount),
                };
                needed.push(Requirement { any_of: pool.collect::<Result<_, _>>()?, need });
            }
            full = Some(needed);
        }
        draft.requires = match (simple, full) {
            (Some(_), Some(full)) => {
                draft.requires = full;
                let named: Vec<String> = draft.resources().iter().map(|id| id.as_str().to_owned()).collect();
                let mut ids = self.resource_ids.value().cloned().unwrap_or_default();
                ids.sort();
                if named != ids {
                    return Err(ambiguous("/resourceIds", "Either `resourceIds` or `requirements`."));
                }
                return Ok(());
            }
            (Some(needed), None) | (None, Some(needed)) => needed,
            (None, None) if self.resource_ids == Given::Null || self.requirements == Given::Null => Vec::new(),
            (None, None) => return Ok(()),
        };
        Ok(())
    }

    fn add_ons(&self, draft: &mut Draft) -> Result<(), Problem> {
        match &self.add_ons {
            Given::Absent => {}
            Given::Null => draft.add_ons = Vec::new(),
            Given::Value(list) => {
                let mut offered: Vec<Offered> = Vec::with_capacity(list.len());
                for (index, one) in list.iter().enumerate() {
                    let pointer = format!("/addOns/{index}/id");
                    let id = AddOnId::parse(&one.id)
                        .ok_or_else(|| Problem::field(pointer.as_str(), "not_found", "There is no such add-on."))?;
                    if offered.iter().any(|before| before.id == id) {
                        return Err(Problem::field(pointer, "duplicate", "Each add-on once."));
                    }
                    offered.push(Offered { id, free: one.free });
                }
                draft.add_ons = offered;
            }
        }
        Ok(())
    }

    fn prices(&self, draft: &mut Draft, fresh: &Draft) -> Result<(), Problem> {
        let mut prices = per_party(draft);
        let (types_said, price_said) = (self.party_types.said(), self.price.said());
        match &self.party_types {
            Given::Absent => {}
            Given::Null => {
                draft.party_types.clone_from(&fresh.party_types);
                prices.clear();
            }
            Given::Value(list) => {
                let (kinds, own) = party_types(list)?;
                (draft.party_types, prices) = (kinds, own);
            }
        }
        match self.price {
            Given::Absent => {}
            Given::Null => prices.clear(),
            Given::Value(price) => {
                if !types_said && draft.party_types.len() > 1 && !prices.is_empty() {
                    let message = "Several party types have prices of their own: send `partyTypes` with them.";
                    return Err(ambiguous("/price", message));
                }
                if !types_said {
                    prices.clear();
                }
                for kind in &draft.party_types {
                    if !prices.iter().any(|one| one.code == kind.code) {
                        prices.push(PartyPrice { code: kind.code.clone(), price });
                    }
                }
            }
        }
        let tariff = &mut draft.tariff;
        if types_said || price_said || self.base_prices.said() {
            let mut others: Vec<BasePrice> = tariff.base.clone();
            others.retain(|base| !matches!(base, BasePrice::PerParty(_)));
            let others: Vec<BasePrice> = over(&self.base_prices, others, Vec::new(), "/basePrices")?;
            tariff.base =
                (!prices.is_empty()).then_some(BasePrice::PerParty(prices)).into_iter().chain(others).collect();
        }
        match &self.departure_prices {
            Given::Absent => {}
            Given::Null => tariff.departure_prices = Vec::new(),
            Given::Value(list) => {
                let price = |(index, one): (usize, &DeparturePriceBody)| {
                    let pointer = format!("/departurePrices/{index}/partyType");
                    let code = one.party_type.as_deref().map(|text| {
                        let message = "No such party type.";
                        PartyCode::parse(text).ok_or_else(|| Problem::field(pointer.as_str(), "not_found", message))
                    });
                    Ok(DeparturePrice { starts_at: one.starts_at.0, code: code.transpose()?, price: one.price })
                };
                tariff.departure_prices = list.iter().enumerate().map(price).collect::<Result<_, Problem>>()?;
            }
        }
        tariff.adjustments = over(&self.price_rules, tariff.adjustments.clone(), Vec::new(), "/priceRules")?;
        tariff.group_discounts = over(&self.group_discounts, tariff.group_discounts.clone(), None, "/groupDiscounts")?;
        tariff.private_surcharge = over(&self.private_price, tariff.private_surcharge, None, "/privatePrice")?;
        tariff.pay_what_you_want = self.pay_what_you_want.clone().or(tariff.pay_what_you_want);
        tariff.deposit = over(&self.deposit, tariff.deposit, None, "/deposit")?;
        let tiers = core::mem::take(&mut tariff.refund_tiers);
        tariff.refund_tiers = over(&self.cancellation_policy, tiers, Vec::new(), "/cancellationPolicy")?;
        Ok(())
    }
}

fn per_party(draft: &Draft) -> Vec<PartyPrice> {
    let prices = draft.tariff.base.iter().filter_map(|base| match base {
        BasePrice::PerParty(prices) => Some(prices.clone()),
        _ => None,
    });
    prices.flatten().collect()
}

fn party_types(list: &[PartyTypeBody]) -> Result<(Vec<PartyType>, Vec<PartyPrice>), Problem> {
    let (mut kinds, mut prices) = (Vec::with_capacity(list.len()), Vec::new());
    for (index, one) in list.iter().enumerate() {
        let wrong = "1 to 64 signs of a to z, 0 to 9 and _, the first a letter.";
        let pointer = format!("/partyTypes/{index}/code");
        let code = PartyCode::parse(&one.code).ok_or_else(|| Problem::field(pointer, "invalid_value", wrong))?;
        prices.extend(one.price.map(|price| PartyPrice { code: code.clone(), price }));
        kinds.push(PartyType {
            code,
            name: one.name.clone(),
            note: one.note.clone(),
            seats: one.seats,
            min: one.min,
            max: one.max,
        });
    }
    Ok((kinds, prices))
}

/// The venue's offsets, for schedules as text: made once for all that an answer shows.
pub fn offsets(timezone: &str, now: Instant) -> Option<Zone> {
    let around = |days: i64| now.plus_seconds(DAY.saturating_mul(days));
    zone::table(timezone, around(-400), around(1_200))
}

/// As staff see an offering. Without `zone` no schedule is told as text.
pub fn shown(kept: &Kept, zone: Option<&Zone>, warnings: Option<Vec<FieldError>>) -> Result<OfferingOut, Problem> {
    let draft = &kept.draft;
    let prices = per_party(draft);
    let price = |code: &PartyCode| prices.iter().find(|one| one.code == *code).map(|one| one.price);
    let party_type = |kind: &PartyType| PartyTypeBody {
        code: kind.code.as_str().to_owned(),
        name: kind.name.clone(),
        note: kind.note.clone(),
        seats: kind.seats,
        min: kind.min,
        max: kind.max,
        price: price(&kind.code),
    };
    let mut others = draft.tariff.base.clone();
    others.retain(|base| !matches!(base, BasePrice::PerParty(_)));
    let departure_price = |one: &DeparturePrice| DeparturePriceBody {
        starts_at: Timestamp(one.starts_at),
        party_type: one.code.as_ref().map(|code| code.as_str().to_owned()),
        price: one.price,
    };
    let (duration_minutes, duration_choices, duration_days) = match &draft.length {
        Length::Minutes(minutes) => (Some(*minutes), None, None),
        Length::Choice(choices) => (None, Some(choices.clone()), None),
        Length::Days(from, to) => (None, None, Some(DaysBody { from: *from, to: *to })),
    };
    let rules = &draft.rules;
    Ok(OfferingOut {
        id: draft.id.as_str().to_owned(),
        kind: kind_word(draft.kind).to_owned(),
        organization_id: kept.org.clone(),
        organization_name: kept.org_name.clone(),
        name: draft.name.clone(),
        summary: draft.summary.clone(),
        description: draft.description.clone(),
        description_html: draft.description.as_deref().map(markdown::to_html),
        images: draft.images.clone(),
        image: draft.images.first().cloned(),
        languages: draft.languages.clone(),
        schedule: ScheduleBody::shown(&draft.schedule, zone, lasting(&draft.length, None)),
        zone: kept.timezone.clone(),
        duration_minutes,
        duration_choices,
        duration_days,
        capacity: capacity_columns(draft.capacity).1,
        capacity_kind: same(&capacity_columns(draft.capacity).0, "")?,
        currency: kept.currency.clone(),
        price: draft.party_types.iter().find_map(|kind| price(&kind.code)),
        party_types: draft.party_types.iter().map(party_type).collect(),
        min_party: rules.min_party,
        max_party: rules.max_party,
        max_per_day: rules.max_per_day,
        buffer_before_minutes: rules.buffer_before,
        buffer_after_minutes: rules.buffer_after,
        buffers_inside: rules.buffers_inside,
        notice_minutes: rules.notice,
        horizon_days: rules.horizon_days,
        cut_off_minutes: rules.cut_off,
        private_requests: same(&rules.privacy, "")?,
        private_price: same(&draft.tariff.private_surcharge, "")?,
        pre_order: same(&rules.threshold, "")?,
        resource_ids: Some(draft.resources().iter().map(|id| id.as_str().to_owned()).collect()),
        requirements: Some(draft.requires.iter().map(requirement).collect()),
        base_prices: same(&others, "")?,
        departure_prices: draft.tariff.departure_prices.iter().map(departure_price).collect(),
        price_rules: same(&draft.tariff.adjustments, "")?,
        group_discounts: same(&draft.tariff.group_discounts, "")?,
        pay_what_you_want: draft.tariff.pay_what_you_want,
        deposit: same(&draft.tariff.deposit, "")?,
        taxes: taxes(kept),
        cancellation_policy: same(&draft.tariff.refund_tiers, "")?,
        add_ons: draft
            .add_ons
            .iter()
            .map(|one| OfferedAddOn { id: one.id.as_str().to_owned(), free: one.free })
            .collect(),
        questions: same(&draft.questions, "")?,
        approval: draft.approval,
        visibility: draft.visibility.as_str().to_owned(),
        status: draft.status.as_str().to_owned(),
        position: draft.position,
        created_at: Timestamp(kept.created_at),
        updated_at: Timestamp(kept.updated_at),
        warnings,
    })
}

/// As everybody sees one: what it needs inside is nobody's business.
pub fn public(kept: &Kept, zone: Option<&Zone>) -> Result<OfferingOut, Problem> {
    Ok(OfferingOut { resource_ids: None, requirements: None, ..shown(kept, zone, None)? })
}

fn requirement(needed: &Requirement) -> RequirementBody {
    let (need, amount) = match needed.need {
        Need::PerDeparture(amount) => (NeedKind::PerDeparture, amount),
        Need::PerBooking(amount) => (NeedKind::PerBooking, amount),
        Need::PerSeats(amount) => (NeedKind::PerSeats, amount),
        Need::PerDepartureSeats(amount) => (NeedKind::PerDepartureSeats, amount),
    };
    RequirementBody { any_of: needed.any_of.iter().map(|id| id.as_str().to_owned()).collect(), need, amount }
}

/// The organization's taxes that are on an offering.
fn taxes(kept: &Kept) -> Vec<TaxOut> {
    let rules: Value = serde_json::from_str(&kept.price_rules).unwrap_or_default();
    let tax: TaxRules = rules.get("tax").cloned().and_then(|tax| serde_json::from_value(tax).ok()).unwrap_or_default();
    let named = |on: &shared::pricing::Taxed| {
        let anything = on.offerings.is_empty() && on.add_ons.is_empty() && !on.fees;
        anything || on.offerings.contains(&kept.draft.id)
    };
    let rates = tax.rates.iter().filter(|rate| named(&rate.on));
    rates
        .map(|rate| TaxOut { name: rate.name.clone(), basis_points: rate.basis_points, included: !tax.added })
        .collect()
}

/// An instant of a path: ISO 8601 with an offset.
pub fn instant_of_path(text: &str) -> Result<Instant, Problem> {
    let Timestamp(at) = Timestamp::parse(text).ok_or_else(|| Problem::not_found("departure"))?;
    Ok(at)
}
