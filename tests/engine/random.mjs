// Random questions to the engine, the same ones for the same seed.
import { DateTime } from "luxon";
import { zone } from "./door.mjs";

const ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu", "UTC"];
const FIRST_DAY = Date.UTC(2026, 9, 20) / 1000;
const DAY = 86_400;

/** Mulberry32: small, good enough, the same everywhere. */
export function dice(seed) {
  let state = seed >>> 0;
  const roll = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return (t ^ (t >>> 14)) >>> 0;
  };
  const int = (low, high) => low + (roll() % (high - low + 1));
  const chance = (percent) => roll() % 100 < percent;
  const pick = (list) => list[roll() % list.length];
  const many = (low, high, make) => Array.from({ length: int(low, high) }, make);
  const maybe = (percent, make) => (chance(percent) ? make() : undefined);
  return { int, chance, pick, many, maybe };
}

const date = (day) => new Date((FIRST_DAY + day * DAY) * 1000).toISOString().slice(0, 10);
const clock = (minutes) => `${String(Math.floor(minutes / 60)).padStart(2, "0")}:${String(minutes % 60).padStart(2, "0")}`;

export function random(seed) {
  const d = dice(seed);
  const time = () => clock(d.pick([0, 60, 120, 150, 180, 540, 600, 615, 720, 840, 1_080, 1_200, 1_410]));
  const window = () => ({ from: time(), to: time() });
  const instant = (around) => FIRST_DAY + (around + d.int(0, 12)) * DAY + d.int(0, 95) * 900;
  const span = (around) => {
    const startsAt = instant(around);
    return { startsAt, endsAt: startsAt + d.int(0, 40) * 900 };
  };

  function times() {
    if (d.chance(55)) return { at: d.many(1, 4, time) };
    if (d.chance(85)) return { open: { windows: d.many(1, 2, window), step: d.pick([15, 30, 45, 60, 0]) } };
    return "allDay";
  }

  function repeats() {
    const every = d.pick([1, 1, 1, 2, 3, 0]);
    return d.pick([
      { daily: { every } },
      { weekly: { every, weekdays: d.many(1, 5, () => d.int(1, 7)) } },
      { weekly: { every, weekdays: [1, 2, 3, 4, 5, 6, 7] } },
      { monthlyWeekday: { every: 1, nth: d.pick([1, 2, 3, 4, 5, -1, -2]), weekday: d.int(1, 7) } },
      { monthlyDay: { every: 1, day: d.pick([1, 15, 24, 31, -1, -7]) } },
    ]);
  }

  function schedule(day) {
    const around = () => date(day + d.int(-2, 12));
    return {
      rules: d.many(1, 3, () => ({ repeats: repeats(), times: times(), from: date(day - d.int(0, 20)), until: d.maybe(15, around) })),
      extra: d.many(0, 1, () => ({ date: around(), times: times() })),
      cancelled: d.many(0, 2, () => ({ date: around(), time: d.maybe(50, time) })),
      oneOffs: d.many(0, 1, () => ({ startsAt: `${around()}T${time()}`, minutes: d.maybe(50, () => d.int(1, 300)) })),
    };
  }

  const OFFERING = "tour_a";
  const RESOURCES = ["res_a", "res_b", "res_c"];

  function offering(day) {
    const length = d.pick([{ minutes: d.pick([15, 30, 60, 90, 240]) }, { choice: [60, 30, 120] }, { days: [1, 3] }]);
    const units = d.int(1, 12);
    const rules = {
      bufferBefore: d.pick([0, 0, 10, 30]),
      bufferAfter: d.pick([0, 0, 15, 60]),
      buffersInside: d.chance(20),
      notice: d.pick([0, 0, 0, 60, 2_880]),
      horizonDays: d.maybe(20, () => d.int(0, 14)),
      cutOff: d.maybe(15, () => d.int(0, 600)),
      minParty: d.pick([1, 1, 1, 2]),
      maxParty: d.maybe(30, () => d.int(1, 8)),
      maxPerDay: d.maybe(15, () => d.int(1, 4)),
      privacy: d.pick(["never", "never", "onRequest", { from: d.int(2, 6) }, "always"]),
      threshold: d.maybe(15, () => ({ minSeats: d.int(1, 6), decideBefore: d.int(0, 3_000) })),
    };
    const need = () => d.pick([{ perDeparture: d.int(1, 2) }, { perBooking: d.int(1, 2) }, { perSeats: d.int(1, 4) }, { perDepartureSeats: d.int(1, 8) }]);
    return {
      id: OFFERING,
      kind: d.pick(["TOUR", "EVENT", "APPOINTMENT", "ROOM", "PACKAGE"]),
      schedule: schedule(day),
      length,
      capacity: d.pick([{ seats: units }, { seats: units }, { groups: d.int(1, 3) }, { perDay: d.int(1, 4) }, "unlimited"]),
      partyTypes: [
        { code: "adult", name: "Adult", seats: 1, max: d.maybe(20, () => d.int(1, 6)) },
        { code: "child", name: "Child", seats: 1 },
        { code: "infant", name: "Infant", seats: 0 },
      ],
      rules,
      requires: d.many(0, d.pick([0, 1, 2]), () => ({ anyOf: [...new Set(d.many(1, 3, () => d.pick(RESOURCES)))], need: need() })),
    };
  }

  function calendar(day, zoneName, starts) {
    const block = () => d.pick([{ span: span(day) }, { dates: [date(day + d.int(0, 9)), date(day + d.int(0, 9))] }]);
    const departure = () => ({ offering: d.pick([OFFERING, OFFERING, "tour_b"]), at: d.pick(starts) });
    const claim = () => ({
      pool: d.chance(50) ? { departure: departure() } : { resource: d.pick(RESOURCES) },
      span: span(day),
      units: d.int(0, 3),
      heldUntil: d.maybe(15, () => instant(day - 6)),
      sharedBy: d.maybe(30, departure),
    });
    return {
      zone: zone(zoneName),
      now: FIRST_DAY + (day - d.int(0, 5)) * DAY + d.int(0, DAY),
      resources: RESOURCES.slice(0, d.pick([0, 2, 3, 3])).map((id) => ({
        id,
        units: d.pick([0, 1, 2, 4, 6, 9]),
        weekly: d.maybe(20, () => d.many(3, 9, () => ({ weekday: d.int(1, 7), hours: window() }))),
        overrides: d.many(0, 2, () => ({ date: date(day + d.int(0, 9)), windows: d.many(0, 2, window), units: d.maybe(40, () => d.int(0, 4)) })),
        blocks: d.many(0, 2, block),
      })),
      claims: d.many(0, 25, claim),
      departures: d.many(0, 3, () => ({ departure: departure(), cancelled: d.chance(40), capacity: d.maybe(40, () => d.int(0, 9)), confirmed: d.chance(30) })),
      closures: d.maybe(15, () => d.many(1, 2, block)),
    };
  }

  const party = () => ({ adult: d.pick([0, 1, 1, 2, 2, 3, 5]), child: d.maybe(40, () => d.int(0, 3)), infant: d.maybe(15, () => 1), ghost: d.maybe(2, () => 1) });
  const ask = () => ({ party: d.chance(20) ? {} : party(), length: d.maybe(25, () => d.pick([1, 2, 30, 60, 120])), private: d.chance(15) });

  /** Instants at which the offering may well start. */
  function starts(offering, day, zoneName) {
    const clocks = offering.schedule.rules.flatMap(({ times }) => (times === "allDay" ? ["00:00"] : times.at ?? times.open.windows.map((one) => one.from)));
    return d.many(4, 8, () => DateTime.fromISO(`${date(day + d.int(0, 8))}T${d.pick(clocks)}`, { zone: zoneName }).toSeconds());
  }

  function venue() {
    const day = d.int(0, 180);
    const zoneName = d.pick(ZONES);
    const one = offering(day);
    const likely = starts(one, day, zoneName);
    return { day, likely, asked: { calendar: calendar(day, zoneName, likely), offering: one, ask: d.chance(30) ? {} : ask() } };
  }

  const price = () => d.pick([0, 1, 99, 1_250, 4_900, 129_00, 1_000_000]);
  const percent = () => d.pick([0, 500, 700, 1_000, 1_900, 3_333, 10_000]);
  const instantNear = () => FIRST_DAY + d.int(-20, 20) * DAY + d.int(0, 95) * 900;

  function when() {
    return {
      dates: d.maybe(30, () => [[date(d.int(-9, 5)), date(d.int(0, 20))]]),
      weekdays: d.maybe(30, () => d.many(1, 5, () => d.int(1, 7))),
      times: d.maybe(30, () => [window()]),
      atLeastBefore: d.maybe(20, () => d.int(0, 20_000)),
      atMostBefore: d.maybe(20, () => d.int(0, 20_000)),
    };
  }

  function tariff(id) {
    const perParty = { perParty: [{ code: "adult", price: price() }, { code: "child", price: price() }] };
    const ranges = { unitRanges: [{ from: 1, to: 3, price: price(), each: d.chance(50) }, { from: 4, price: price(), each: true }] };
    const extra = d.maybe(70, () => ({ per: d.pick([1, 30, 60]), price: price() }));
    return {
      offering: id,
      base: d.many(1, 2, () => d.pick([perParty, perParty, { perBooking: price() }, { package: { price: price(), unit: d.pick(["minutes", "days"]), included: d.pick([1, 60, 120]), extra } }, ranges])),
      departurePrices: d.many(0, 1, () => ({ startsAt: FIRST_DAY, code: d.maybe(50, () => "adult"), price: price() })),
      adjustments: d.many(0, 2, () => ({
        name: "Season", when: when(), party: d.maybe(30, () => ["adult"]),
        effect: d.pick([{ percent: d.int(-5_000, 5_000) }, { perGuest: d.int(-500, 900) }, { perBooking: d.int(-900, 900) }, { set: price() }]),
      })),
      groupDiscounts: d.maybe(40, () => ({
        combine: d.pick(["bestOf", "cumulative"]),
        rules: d.many(1, 3, () => ({ name: "Group", from: d.int(1, 5), to: d.maybe(30, () => d.int(4, 9)), party: d.maybe(30, () => ["child"]), benefit: d.pick([{ percent: percent() }, { perGuest: d.int(0, 500) }, { nForM: { take: d.int(2, 4), pay: d.int(1, 3) } }]) })),
      })),
      privateSurcharge: d.maybe(30, () => d.pick([{ percent: percent() }, { perBooking: price() }, { perGuest: price() }, { atLeast: price() }])),
      payWhatYouWant: d.maybe(10, () => d.int(0, 2_000)),
      deposit: d.maybe(40, () => ({ amount: d.pick([{ percent: percent() }, { fixed: price() }, { perGuest: price() }]), fullWithinDays: d.maybe(40, () => d.int(0, 30)) })),
      refundTiers: d.many(0, 2, () => ({ minutesBefore: d.int(0, 20_000), percent: percent() })),
    };
  }

  function quote() {
    const ids = ["tour_a", "tour_b"];
    const products = () => ({ offerings: d.maybe(30, () => [d.pick(ids)]), party: d.maybe(20, () => ["adult"]), addOns: d.chance(30) });
    const addOns = d.many(0, 3, () => ({ name: "Extra", method: d.pick(["flat", "perPerson", "perHour", "perDay"]), price: price(), maxQuantity: d.maybe(20, () => 3), freeWith: d.maybe(15, () => [d.pick(ids)]) })).map((one, place) => ({ id: `add_${place}`, ...one }));
    const book = {
      currency: d.pick(["EUR", "USD", "JPY", "KWD"]),
      rulesVersion: 1,
      tariffs: ids.map(tariff),
      addOns,
      automatic: d.many(0, 2, () => ({
        name: "Bundle", counts: products(), ignoreCouponReduced: d.chance(30), percent: percent(), onlyCheapest: d.maybe(40, () => d.int(1, 2)), on: d.maybe(20, products),
        condition: d.pick([{ count: { min: d.int(1, 5), within: d.pick(["any", "same", "distinct"]) } }, { value: { min: price(), sameDeparture: d.chance(50) } }]),
      })),
      fees: d.many(0, 2, () => ({ name: "Fee", offerings: d.maybe(20, () => [d.pick(ids)]), amount: d.pick([{ percent: percent() }, { perBooking: price() }, { perGuest: d.int(0, 300) }]) })),
      tax: {
        added: d.chance(40), reverseCharge: d.chance(20), home: d.maybe(40, () => "DE"), rounding: d.pick(["line", "sumByNet", "sumByNetKeepGross"]),
        rates: d.many(0, 3, () => ({ name: "Tax", basisPoints: d.int(0, 2_500), compound: d.chance(20), countries: d.maybe(20, () => ["DE", "FR"]), on: { fees: d.chance(50), offerings: d.maybe(20, () => [d.pick(ids)]) } })),
      },
      roundTo: d.maybe(20, () => d.pick([5, 10, 100])),
    };
    const items = d.many(1, 3, () => {
      const startsAt = d.chance(30) ? FIRST_DAY : instantNear();
      const chosen = addOns.filter(() => d.chance(60)).map(({ id }) => ({ id, quantity: d.int(1, 3) }));
      return { offering: d.pick(ids), startsAt, endsAt: startsAt + d.pick([3_600, 7_200, 5_400, DAY]), party: { adult: d.int(1, 5), child: d.maybe(40, () => d.int(1, 3)) }, private: d.chance(20), addOns: chosen, pay: d.maybe(5, price) };
    });
    const coupon = d.maybe(35, () => ({
      code: "SUMMER", effect: d.pick([{ percent: percent() }, { subtract: price() }, { setPrice: price() }, { freeUnits: d.int(1, 3) }]),
      until: d.maybe(10, instantNear), minimum: d.maybe(20, price), usesLeft: d.maybe(20, () => d.int(0, 2)), oncePerCustomer: d.chance(10), usedByCustomer: d.chance(10), offerings: d.maybe(20, () => [d.pick(ids)]), addOns: d.chance(40),
    }));
    return { quote: { book, zone: zone(d.pick(ZONES)), request: { items, coupon, country: d.maybe(50, () => d.pick(["DE", "FR", "US"])), reverseCharge: d.chance(20), now: instantNear() } } };
  }

  const STATES = ["PROPOSAL_OPEN", "PROPOSAL_RESERVED", "PROPOSAL_REVIEW", "PENDING", "AWAITING_APPROVAL", "CONFIRMED", "EXPIRED", "REJECTED", "CANCELLED", "REFUNDED", "COMPLETED"];
  const ACTIONS = ["RESERVE", "UNRESERVE", "SUBMIT", "CONFIRM", "SETTLE", "APPROVE", "REJECT", "EXPIRE", "CANCEL", "MISS_THRESHOLD", "RESCHEDULE", "REINSTATE", "REFUND", "MONEY_BACK", "CHECK_IN", "NO_SHOW", "COMPLETE"];

  function transition() {
    const item = () => {
      const startsAt = instantNear();
      return { total: price(), startsAt, endsAt: startsAt + 3_600, refundTiers: d.many(0, 2, () => ({ minutesBefore: d.int(0, 9_000), percent: percent() })) };
    };
    const facts = {
      now: instantNear(), by: d.pick(["CUSTOMER", "STAFF", "STAFF", "SYSTEM"]), items: d.many(1, 2, item), dueNow: price(), paid: price(), refunded: d.pick([0, 0, 99]),
      payment: d.pick([0, 99, 1_250]), refund: d.maybe(30, price), approval: d.chance(30), expiresAt: d.maybe(50, instantNear), holdsClaims: d.chance(50), free: d.chance(60),
      cancelUntil: d.maybe(60, () => d.int(0, 5_000)), rescheduleUntil: d.maybe(60, () => d.int(0, 5_000)),
    };
    return { transition: { state: d.pick(STATES), action: d.pick(ACTIONS), facts } };
  }

  return {
    slots() {
      const { day, asked } = venue();
      return { slots: { ...asked, from: date(day), to: date(day + d.int(0, 9)) } };
    },
    place() {
      const { likely, asked } = venue();
      return { place: { ...asked, startsAt: d.pick(likely) } };
    },
    quote,
    transition,
    dice: d,
  };
}
