// The catalogue as staff write it: what was sent is what is read, a tour made through the API can be booked at once, and
// nobody who booked is left without what they were sold.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { booking, customer, dayFromNow, key, ORG, slots } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

let server;
let staff;
const root = `/api/orgs/${ORG}`;
before(async () => {
  server = await startServer();
  staff = await owner(server);
});
after(() => server.stop());

/** The shortest body there is. */
const short = (more = {}) => ({
  name: 'Old town walk', durationMinutes: 90, capacity: 12, price: 2900,
  schedule: { rules: [{ times: ['10:00', '14:00'], from: '2026-01-01' }] }, ...more,
});
const make = async (body, kind = 'tours') => (await staff.post(`${root}/${kind}`, body, { key: key() })).is(201).json;
const published = (more) => make(short({ status: 'PUBLISHED', ...more }));
const book = async (tourId, slot, more = {}) =>
  (await guest(server).post('/api/bookings', booking(slot, { tourId, party: { adult: 2 }, ...more }), { key: key() })).is(201).json;
const departures = (tour, { day = 40, days = 3, kind } = {}) =>
  slots(guest(server), tour.id, { kind, from: dayFromNow(day), to: dayFromNow(day + days) });

test('a short body makes a tour that can be published, found, priced and booked at once', async () => {
  const made = await make(short());
  assert.match(made.id, /^tour_/);
  assert.deepEqual([made.status, made.kind, made.currency, made.price, made.capacityKind], ['DRAFT', 'TOUR', 'EUR', 2900, 'seats']);
  assert.deepEqual(made.partyTypes.map((type) => [type.code, type.price]), [['adult', 2900]]);
  assert.deepEqual(made.warnings, []);
  (await guest(server).get(`/api/tours/${made.id}`)).problem(404, 'not_found');
  assert.equal((await staff.post(`${root}/tours/${made.id}/publish`, {}, { key: key() })).is(200).json.status, 'PUBLISHED');
  const seen = (await guest(server).get(`/api/tours/${made.id}`)).is(200).json;
  assert.equal(seen.name, 'Old town walk');
  assert.equal(seen.resourceIds, undefined, 'what it needs inside is nobody\'s business');
  (await guest(server).get(`/api/rooms/${made.id}`)).problem(404, 'not_found');

  const [slot] = await departures(made);
  assert.deepEqual([slot.remaining, slot.from], [12, { amount: 2900, currency: 'EUR' }]);
  const booked = await book(made.id, slot);
  assert.equal(booked.total.amount ?? booked.total, 5800);
  const listed = (await staff.get(`${root}/tours?status=PUBLISHED&limit=100`)).is(200).json.data;
  assert.ok(listed.some((tour) => tour.id === made.id));
  assert.ok(!(await staff.get(`${root}/tours?status=DRAFT&limit=100`)).is(200).json.data.some((tour) => tour.id === made.id));
  assert.deepEqual(server.d1(`select kind from event_log where subject = ? order by id`, made.id).map((row) => row.kind), ['product.created', 'product.updated']);
});

/** Every field there is. */
const everything = (addOn) => ({
  name: 'Lantern tour', summary: 'By lantern light.', description: '# Bring\n\n- a *coat*\n\n<script>x</script>',
  images: ['https://images.example/a.jpg', 'https://images.example/b.jpg'], languages: ['en', 'pt-BR'],
  schedule: {
    rules: [
      { frequency: 'DAILY', every: 3, times: ['18:00'], from: '2026-05-01', until: '2030-10-31' },
      { frequency: 'WEEKLY', every: 2, weekdays: [6, 7], times: ['14:00', '16:30'], from: '2026-05-01' },
      { frequency: 'MONTHLY', every: 1, weekdays: [5], nth: -1, windows: [{ from: '20:00', to: '02:00' }], stepMinutes: 45, from: '2026-05-01' },
      { frequency: 'MONTHLY', every: 2, day: -1, times: ['12:00'], from: '2026-05-01' },
    ],
    extraDates: [{ date: '2027-10-03', times: ['11:00'] }],
    cancelledDates: [{ date: '2027-05-17' }, { date: '2027-05-18', time: '18:00' }],
    oneOffs: [{ startsAt: '2027-12-31T22:00', durationMinutes: 240 }, { startsAt: '2028-01-01T12:00' }],
  },
  durationMinutes: 75, capacity: 20, capacityKind: 'seats',
  partyTypes: [
    { code: 'adult', name: 'Adult', note: null, seats: 1, min: 1, max: 10, price: 3900 },
    { code: 'child', name: 'Child', note: '4 to 12 years', seats: 1, min: 0, max: null, price: 1900 },
    { code: 'infant', name: 'Infant', note: 'on a lap', seats: 0, min: 0, max: 2, price: 0 },
  ],
  minParty: 1, maxParty: 12, maxPerDay: 40, bufferBeforeMinutes: 15, bufferAfterMinutes: 20, buffersInside: true,
  noticeMinutes: 60, horizonDays: 200, cutOffMinutes: 30, privateRequests: { from: 8 }, privatePrice: { atLeast: 60_000 },
  preOrder: { minSeats: 4, decideBefore: 2880 },
  requirements: [
    { anyOf: ['res_harbor_guide_port', 'res_harbor_guide_starboard'], need: 'PER_DEPARTURE_SEATS', amount: 10 },
    { anyOf: ['res_harbor_kayaks'], need: 'PER_SEATS', amount: 20 },
  ],
  basePrices: [
    { perBooking: 500 }, { package: { price: 1000, unit: 'minutes', included: 60, extra: { per: 30, price: 200 } } },
    { unitRanges: [{ from: 1, to: 5, price: 100, each: true }, { from: 6, price: 400, each: false }] },
  ],
  departurePrices: [{ startsAt: '2027-12-31T21:00:00Z', partyType: 'adult', price: 5900 }],
  priceRules: [
    { name: 'Summer', when: { dates: [['2027-06-01', '2027-08-31']], weekdays: [6, 7], times: [{ from: '17:00', to: '23:00' }], atLeastBefore: 60, atMostBefore: 90_000 }, party: ['adult'], effect: { percent: 1000 } },
    { name: 'Early bird', when: {}, effect: { perGuest: -200 } },
  ],
  groupDiscounts: { rules: [{ name: 'Four', from: 4, to: 9, party: ['adult'], benefit: { percent: 1000 } }, { name: 'Ten for nine', from: 10, benefit: { nForM: { take: 10, pay: 9 } } }], combine: 'cumulative' },
  payWhatYouWant: 100, deposit: { amount: { percent: 3000 }, fullWithinDays: 2 },
  cancellationPolicy: [{ minutesBefore: 2880, percent: 10_000 }, { minutesBefore: 1440, percent: 5_000 }],
  addOns: [{ id: addOn, free: true }],
  questions: [{ columnName: 'diet', label: 'What do you eat?', kind: 'select', required: true, options: ['All', 'No meat'] }, { columnName: 'note', label: 'Anything else?', kind: 'textarea', required: false }],
  approval: true, visibility: 'UNLISTED', status: 'DRAFT', position: 7,
});

/** What the answer says beside what was sent. */
function asSent(answer, sent) {
  const seen = Object.fromEntries(Object.keys(sent).map((name) => [name, answer[name]]));
  if (sent.schedule && sent.schedule.rrule === undefined) {
    const { rrule, ...parts } = seen.schedule;
    seen.schedule = parts;
  }
  return seen;
}

test('what was sent is what is read, for every field and every kind', async () => {
  const addOn = (await staff.post(`${root}/add-ons`, { name: 'Lantern', price: 500, stock: 3 }, { key: key() })).is(201).json;
  for (const kind of ['tours', 'events', 'appointments', 'rooms', 'packages']) {
    const sent = everything(addOn.id);
    const made = await make(sent, kind);
    assert.deepEqual(asSent(made, sent), sent, kind);
    const read = (await staff.get(`${root}/${kind}/${made.id}`)).is(200).json;
    const { warnings, ...rest } = made;
    assert.deepEqual(read, rest, kind);
    assert.equal(read.image, sent.images[0]);
    assert.deepEqual(read.resourceIds, ['res_harbor_guide_port', 'res_harbor_guide_starboard', 'res_harbor_kayaks']);
    assert.deepEqual(read.taxes, [{ name: 'VAT', basisPoints: 1900, included: true }]);
    assert.match(read.descriptionHtml, /<h2>Bring<\/h2>/);
    assert.doesNotMatch(read.descriptionHtml, /<script/);
    // Nothing changes by a change that says nothing, and everything goes back to its beginning by null.
    const same = (await staff.patch(`${root}/${kind}/${made.id}`, {})).is(200).json;
    assert.deepEqual({ ...same, updatedAt: read.updatedAt, warnings: undefined }, { ...read, warnings: undefined });
    const nothing = Object.fromEntries(Object.keys(sent).filter((name) => name !== 'name').map((name) => [name, null]));
    const bare = (await staff.patch(`${root}/${kind}/${made.id}`, { ...nothing, capacityKind: undefined, capacity: undefined })).is(200).json;
    assert.deepEqual([bare.images, bare.schedule.rules, bare.requirements, bare.questions, bare.addOns, bare.price, bare.deposit], [[], [], [], [], [], null, null]);
  }
});

test('lengths to choose from, lengths in days, and every sort of capacity', async () => {
  for (const sent of [
    { durationChoices: [60, 120] }, { durationDays: { from: 1, to: 3 } }, { capacity: 3, capacityKind: 'perDay' },
    { capacity: 2, capacityKind: 'groups' }, { capacity: null, capacityKind: 'unlimited' },
  ]) {
    const { durationMinutes, capacity, ...rest } = short();
    const body = { ...rest, ...('capacityKind' in sent ? { durationMinutes } : { capacity }), ...sent };
    const made = await make(body);
    assert.deepEqual(asSent(made, sent), sent);
  }
  assert.deepEqual((await make({ name: 'Room', price: 0 }, 'rooms')).capacityKind, 'groups');
  assert.deepEqual((await make({ name: 'Hour', price: 0 }, 'appointments')).capacity, null);
  assert.deepEqual((await make({ name: 'Day', price: 0, capacity: 4 }, 'packages')).capacityKind, 'perDay');
});

test('a schedule goes in as RFC 5545 text and comes out as it', async () => {
  const text = 'DTSTART;TZID=Europe/Berlin:20270501T140000\nRRULE:FREQ=WEEKLY;BYDAY=SA,SU\nDURATION:PT2H\nEXDATE;TZID=Europe/Berlin:20270515T140000';
  const made = await make({ name: 'By text', capacity: 5, price: 100, schedule: { rrule: text } });
  assert.equal(made.durationMinutes, 120);
  assert.deepEqual(made.schedule.rules.map(({ frequency, weekdays, times, from }) => ({ frequency, weekdays, times, from })), [
    { frequency: 'WEEKLY', weekdays: [6, 7], times: ['14:00'], from: '2027-05-01' },
  ]);
  assert.deepEqual(made.schedule.cancelledDates, [{ date: '2027-05-15', time: '14:00' }]);
  assert.match(made.schedule.rrule, /RRULE:FREQ=WEEKLY/);
  // The answer can be sent back as it is, and its text alone says the same.
  const again = (await staff.patch(`${root}/tours/${made.id}`, { schedule: made.schedule })).is(200).json;
  assert.deepEqual(again.schedule, made.schedule);
  const byText = await make({ name: 'Again', capacity: 5, price: 100, schedule: { rrule: made.schedule.rrule } });
  assert.deepEqual(byText.schedule, made.schedule);
  const clash = await staff.patch(`${root}/tours/${made.id}`, { schedule: { ...made.schedule, rrule: text } });
  assert.equal(clash.problem(400).errors[0].code, 'ambiguous');
  const wrong = (await staff.patch(`${root}/tours/${made.id}`, { schedule: { rrule: 'DTSTART:20270501T140000Z\nRRULE:FREQ=HOURLY' } })).problem(400);
  assert.equal(wrong.errors[0].pointer, '/schedule/rrule');
});

test('every fault is named by field and rule, and changes nothing', async () => {
  const before = server.d1('select count(*) as n from offering')[0].n;
  const rule = (more) => ({ schedule: { rules: [{ times: ['10:00'], from: '2027-01-01', ...more }] } });
  for (const [more, pointer, code] of [
    [{ name: undefined }, '/name', 'required'], [{ name: ' ' }, '/name', 'required'], [{ name: 'n'.repeat(201) }, '/name', 'too_long'],
    [{ name: null }, '/name', 'required'], [{ summary: 's'.repeat(501) }, '/summary', 'too_long'],
    [{ images: ['http://images.example/a.jpg'] }, '/images/0', 'invalid_url'], [{ images: Array(11).fill('https://a.example/') }, '/images', 'too_many'],
    [{ languages: ['English language'] }, '/languages/0', 'invalid_value'], [{ currency: 'USD' }, '/currency', 'not_allowed'],
    [{ durationMinutes: 0 }, '/durationMinutes', 'out_of_range'], [{ durationChoices: [60] }, '/durationMinutes', 'ambiguous'],
    [{ durationMinutes: undefined, durationChoices: [] }, '/durationChoices', 'required'], [{ durationMinutes: undefined, durationDays: { from: 3, to: 2 } }, '/durationDays/to', 'out_of_range'],
    [{ capacity: 100_001 }, '/capacity', 'out_of_range'], [{ capacityKind: 'unlimited' }, '/capacity', 'not_allowed'], [{ capacity: null, capacityKind: 'seats' }, '/capacity', 'required'],
    [{ price: -1 }, '/price', 'out_of_range'], [{ price: 1.5 }, '/price', 'wrong_type'],
    [{ partyTypes: [] }, '/partyTypes', 'required'], [{ partyTypes: [{ code: 'Adult', name: 'A' }] }, '/partyTypes/0/code', 'invalid_value'],
    [{ partyTypes: [{ code: 'a', name: 'A' }, { code: 'a', name: 'B' }] }, '/partyTypes/1/code', 'duplicate'],
    [{ partyTypes: [{ code: 'a', name: 'A', min: 3, max: 2 }] }, '/partyTypes/0/max', 'out_of_range'],
    [{ minParty: 0 }, '/minParty', 'out_of_range'], [{ minParty: 4, maxParty: 2 }, '/maxParty', 'out_of_range'], [{ noticeMinutes: 600_001 }, '/noticeMinutes', 'out_of_range'],
    [{ horizonDays: 0 }, '/horizonDays', 'out_of_range'], [{ bufferAfterMinutes: 10_081 }, '/bufferAfterMinutes', 'out_of_range'],
    [{ preOrder: { minSeats: 13, decideBefore: 60 } }, '/preOrder/minSeats', 'out_of_range'], [{ privateRequests: { from: 0 } }, '/privateRequests/from', 'out_of_range'],
    [{ resourceIds: ['res_nothing'] }, '/resourceIds/0', 'not_found'], [{ resourceIds: ['res_harbor_boat', 'res_harbor_boat'] }, '/resourceIds/1', 'duplicate'],
    [{ resourceIds: ['res_harbor_boat'], requirements: [{ anyOf: ['res_harbor_kayaks'], need: 'PER_BOOKING' }] }, '/resourceIds', 'ambiguous'],
    [{ requirements: [{ anyOf: [], need: 'PER_BOOKING' }] }, '/requirements/0/anyOf', 'required'], [{ requirements: [{ anyOf: ['res_harbor_boat'], need: 'PER_BOOKING', amount: 0 }] }, '/requirements/0/amount', 'out_of_range'],
    [{ addOns: [{ id: 'add_nothing' }] }, '/addOns/0/id', 'not_found'], [{ departurePrices: [{ startsAt: '2027-01-01T10:00:00Z', partyType: 'child', price: 1 }] }, '/departurePrices/0/partyType', 'not_found'],
    [{ priceRules: [{ name: 'x', effect: { percent: -10_001 } }] }, '/priceRules/0/effect/percent', 'out_of_range'], [{ priceRules: [{ name: 'x', party: ['child'], effect: { set: 1 } }] }, '/priceRules/0/party', 'not_found'],
    [{ groupDiscounts: { rules: [{ name: 'x', from: 2, benefit: { percent: 10_001 } }] } }, '/groupDiscounts/rules/0/benefit/percent', 'out_of_range'],
    [{ deposit: { amount: { percent: 10_001 } } }, '/deposit/amount/percent', 'out_of_range'], [{ cancellationPolicy: [{ minutesBefore: 1, percent: 10_001 }] }, '/cancellationPolicy/0/percent', 'out_of_range'],
    [{ questions: [{ columnName: 'Diet', label: 'x' }] }, '/questions/0/columnName', 'invalid_value'], [{ questions: [{ columnName: 'diet', label: 'x', kind: 'select' }] }, '/questions/0/options', 'required'],
    [rule({ times: [] }), '/schedule/rules/0/times', 'required'], [rule({ allDay: true }), '/schedule/rules/0/times', 'ambiguous'], [rule({ weekdays: [0] }), '/schedule/rules/0/weekdays', 'out_of_range'],
    [rule({ every: 0 }), '/schedule/rules/0/every', 'out_of_range'], [rule({ until: '2026-01-01' }), '/schedule/rules/0/until', 'out_of_range'], [rule({ nth: 6, weekdays: [1] }), '/schedule/rules/0/nth', 'out_of_range'],
    [rule({ nth: 1 }), '/schedule/rules/0/weekdays', 'required'], [rule({ frequency: 'DAILY', day: 3 }), '/schedule/rules/0/day', 'not_allowed'], [rule({ stepMinutes: 5 }), '/schedule/rules/0/stepMinutes', 'not_allowed'],
    [{ colour: 'red' }, '/colour', 'unknown_field'], [{ status: 'ARCHIVED' }, '/status', 'invalid_value'],
  ]) {
    const answer = await staff.post(`${root}/tours`, short(more));
    const problem = answer.problem(400);
    assert.deepEqual([problem.errors[0].pointer, problem.errors[0].code], [pointer, code], `${JSON.stringify(more)}: ${answer.text}`);
  }
  assert.equal(server.d1('select count(*) as n from offering')[0].n, before);
});

test('what cannot be booked cannot be published, and all that is missing is told', async () => {
  const closed = (await staff.post(`${root}/resources`, { name: 'Night shift', kind: 'GUIDE', weekly: [{ weekday: 1, from: '02:00', to: '03:00' }] }, { key: key() })).is(201).json;
  const bare = await make({ name: 'Nothing yet' });
  const missing = (id) => staff.post(`${root}/tours/${id}/publish`, {}, { key: key() });
  const codes = (problem) => problem.errors.map((error) => error.code);
  assert.deepEqual(codes((await missing(bare.id)).problem(422, 'not_publishable')), ['no_price', 'no_schedule']);
  assert.deepEqual(bare.warnings.map((warning) => warning.code), ['no_price', 'no_schedule']);
  const never = await make(short({ schedule: { rules: [{ times: ['10:00'], from: '2026-01-01', until: '2026-01-31' }] } }));
  assert.deepEqual(never.warnings.map((warning) => [warning.pointer, warning.code]), [['/schedule', 'never_departs']]);
  assert.deepEqual(codes((await missing(never.id)).problem(422)), ['never_departs']);
  const night = await make(short({ resourceIds: [closed.id] }));
  assert.deepEqual(codes((await missing(night.id)).problem(422)), ['no_resource_hours']);
  const half = await make(short({ price: undefined, partyTypes: [{ code: 'adult', name: 'Adult', price: 100 }, { code: 'child', name: 'Child' }] }));
  assert.deepEqual((await missing(half.id)).problem(422).errors[0].pointer, '/partyTypes/1/price');
  const empty = await make(short({ capacity: 0 }));
  assert.deepEqual(codes((await missing(empty.id)).problem(422)), ['no_capacity']);
  (await staff.post(`${root}/tours`, { name: 'Nothing yet', status: 'PUBLISHED' })).problem(422, 'not_publishable');
  (await staff.patch(`${root}/tours/${bare.id}`, { status: 'PUBLISHED' })).problem(422, 'not_publishable');
  (await staff.post(`${root}/tours/${bare.id}/unpublish`, {}, { key: key() })).is(200);
  // Doing it twice is no mistake, with a key or without.
  (await staff.post(`${root}/tours/${bare.id}/unpublish`)).is(200);
  (await staff.post(`${root}/tours/tour_nothing/publish`, {}, { key: key() })).problem(404, 'not_found');
});

test('a change that would strand bookings is refused with their list, and forced either way', async () => {
  const tour = await published({ resourceIds: ['res_harbor_kayaks'] });
  const [first, second] = await departures(tour);
  const one = await book(tour.id, first, { party: { adult: 5 } });
  const patch = (body, force = '') => staff.patch(`${root}/tours/${tour.id}${force}`, body);
  const afternoon = { schedule: { rules: [{ times: ['14:00'], from: '2026-01-01' }] } };
  for (const body of [afternoon, { durationMinutes: 60 }, { capacity: 4 }, { resourceIds: ['res_harbor_boat'] }]) {
    const problem = (await patch(body)).problem(409, 'bookings_in_the_way');
    assert.deepEqual(problem.bookings.map(({ id, number, startsAt }) => ({ id, number, startsAt })), [
      { id: one.id, number: one.number, startsAt: first.startsAt },
    ], JSON.stringify(body));
  }
  // What leaves everybody where they are goes through.
  (await patch({ name: 'Old town at noon', price: 3100, capacity: 5 })).is(200);
  (await patch({ capacity: 4, force: 'keep' })).problem(400);
  (await patch({ capacity: 4 }, '?force=maybe')).problem(400);

  // Kept: the booking stays, its departure keeps its seats, the others have the new number.
  (await patch({ capacity: 4 }, '?force=keep')).is(200);
  const kept = await departures(tour);
  assert.equal(kept.find((slot) => slot.startsAt === first.startsAt).remaining, 0);
  assert.equal(kept.find((slot) => slot.startsAt === second.startsAt).remaining, 4);
  (await patch({ ...afternoon, durationMinutes: 90 }, '?force=keep')).is(200);
  assert.equal((await staff.get(`/api/bookings/${one.id}`)).is(200).json.status, 'CONFIRMED');

  // Called off: by the policy, and the change is made.
  const two = await book(tour.id, second);
  (await patch({ durationMinutes: 60 })).problem(409, 'bookings_in_the_way');
  (await patch({ durationMinutes: 60 }, '?force=cancel')).is(200);
  assert.equal((await staff.get(`/api/bookings/${two.id}`)).is(200).json.status, 'CANCELLED');
  assert.equal((await staff.get(`/api/bookings/${one.id}`)).is(200).json.status, 'CONFIRMED', 'it was outside the schedule before');
});

test('bookings in the way are moved to the nearest start with room, for what was agreed', async () => {
  const tour = await published();
  const path = `${root}/tours/${tour.id}`;
  const state = async (made) => (await staff.get(`/api/bookings/${made.id}`)).is(200).json;
  const [first, second, third] = await departures(tour);
  const stays = await book(tour.id, second, { party: { adult: 3 } });
  const goes = await book(tour.id, second, { party: { adult: 2 } });

  // Fewer seats: only as many move as have to.
  (await staff.patch(`${path}?force=move`, { capacity: 3 })).is(200);
  const moved = [await state(stays), await state(goes)].filter((one) => one.items[0].startsAt !== second.startsAt);
  assert.equal(moved.length, 1);
  assert.ok([first.startsAt, third.startsAt].includes(moved[0].items[0].startsAt), moved[0].items[0].startsAt);
  assert.deepEqual(moved[0].total, [stays, goes].find((one) => one.id === moved[0].id).total);
  const there = (await departures(tour)).find((slot) => slot.startsAt === second.startsAt);
  assert.ok(there.remaining < 3 && there.remaining >= 0);

  // Another time of day: whoever had booked the morning is now among those of an afternoon.
  (await staff.patch(`${path}?force=move`, { schedule: { rules: [{ times: ['14:00'], from: '2026-01-01' }] } })).is(200);
  const afternoons = new Set((await departures(tour, { day: 35, days: 14 })).map((slot) => slot.startsAt));
  for (const made of [stays, goes]) assert.ok(afternoons.has((await state(made)).items[0].startsAt));

  // A departure that does not happen: its guests go elsewhere, and nobody is left on it.
  const now = await state(stays);
  const put = await staff.send('PUT', `${path}/departures/${now.items[0].startsAt}?force=move`, { json: { cancelled: true } });
  assert.deepEqual([put.is(200).json.cancelled, put.json.taken], [true, 0]);
  assert.equal((await state(stays)).status, 'CONFIRMED');
  assert.notEqual((await state(stays)).items[0].startsAt, now.items[0].startsAt);

  // Nowhere to go: it stays, and staff are told.
  const never = { schedule: { rules: [] } };
  const closed = (await staff.patch(`${path}?force=move`, never)).is(200).json;
  assert.ok(closed.warnings.some((warning) => warning.code === 'not_moved' && warning.pointer.startsWith('/bookings/')), JSON.stringify(closed.warnings));
  assert.equal((await state(stays)).status, 'CONFIRMED');
});

test('whoever books while the schedule changes is either in the way or refused, never stranded', async () => {
  for (let round = 0; round < 4; round += 1) {
    const tour = await published();
    const [slot] = await departures(tour);
    const guests = Array.from({ length: 5 }, () =>
      guest(server).post('/api/bookings', booking(slot, { tourId: tour.id, party: { adult: 1 } }), { key: key() }));
    const patch = staff.patch(`${root}/tours/${tour.id}`, { schedule: { rules: [{ times: ['14:00'], from: '2026-01-01' }] } });
    const [changed, ...booked] = await Promise.all([patch, ...guests]);
    changed.is(200, 409);
    const made = booked.filter((answer) => answer.status === 201).length;
    if (changed.status === 200) assert.equal(made, 0, 'somebody holds a departure that is no longer there');
    else assert.ok(changed.problem(409, 'bookings_in_the_way').bookings.length >= 1);
    for (const answer of booked) assert.ok([201, 409, 422, 503].includes(answer.status), answer.text);
  }
});

test('a claim by rules that no longer hold is refused by the database itself', async () => {
  const tour = await published();
  const [slot] = await departures(tour);
  await book(tour.id, slot);
  const db = server.database();
  const last = db.prepare('select * from claim order by id desc limit 1').get();
  const { id, ...row } = { ...last, offering_version: last.offering_version - 1 };
  const names = Object.keys(row);
  const insert = () => db.prepare(`insert into claim (${names}) values (${names.map(() => '?')})`).run(...Object.values(row));
  assert.equal(last.offering_version, db.prepare('select version from offering where public_id = ?').get(tour.id).version);
  assert.throws(insert, /stale_departure/);
});

test('one departure is cancelled, given other seats, and let be again', async () => {
  const tour = await published();
  const [first, second, third] = await departures(tour);
  const at = (slot) => `${root}/tours/${tour.id}/departures/${slot.startsAt}`;
  const put = (slot, json, force = '') => staff.send('PUT', at(slot) + force, { json });
  const seen = async (slot) => (await departures(tour)).find((other) => other.startsAt === slot.startsAt);
  assert.equal((await put(first, { cancelled: true })).is(200).json.cancelled, true);
  assert.equal((await seen(first)).status, 'CLOSED');
  (await staff.delete(at(first))).is(204);
  assert.equal((await seen(first)).status, 'OPEN');
  assert.equal((await put(second, { capacity: 3 })).is(200).json.capacity, 3);
  assert.equal((await seen(second)).remaining, 3);

  const made = await book(tour.id, second);
  for (const body of [{ cancelled: true }, { capacity: 1 }]) {
    assert.deepEqual((await put(second, body)).problem(409, 'bookings_in_the_way').bookings.map((one) => one.id), [made.id]);
  }
  assert.equal((await put(second, { capacity: 1 }, '?force=keep')).is(200).json.capacity, 2);
  assert.equal((await put(second, { cancelled: true }, '?force=cancel')).is(200).json.taken, 0);
  assert.equal((await staff.get(`/api/bookings/${made.id}`)).is(200).json.status, 'CANCELLED');

  (await put({ startsAt: '2027-05-01T03:33:00Z' }, { cancelled: true })).problem(404, 'not_found');
  (await put({ startsAt: 'tomorrow' }, { cancelled: true })).problem(404, 'not_found');
  (await put(third, {})).problem(400);
  (await put(third, { capacity: 100_001 })).problem(400);
});

test('an offering that was booked goes into the archive, one that was not goes for good', async () => {
  const tour = await published();
  const [slot] = await departures(tour);
  const made = await book(tour.id, slot);
  (await staff.delete(`${root}/tours/${tour.id}`)).is(204);
  assert.equal((await staff.get(`${root}/tours/${tour.id}`)).is(200).json.status, 'ARCHIVED');
  assert.ok(!(await staff.get(`${root}/tours?limit=100`)).json.data.some((one) => one.id === tour.id));
  assert.ok((await staff.get(`${root}/tours?status=ARCHIVED&limit=100`)).json.data.some((one) => one.id === tour.id));
  (await guest(server).get(`/api/tours/${tour.id}`)).problem(404, 'not_found');
  assert.equal((await staff.get(`/api/bookings/${made.id}`)).is(200).json.status, 'CONFIRMED');
  const draft = await make(short());
  (await staff.delete(`${root}/tours/${draft.id}`)).is(204);
  (await staff.get(`${root}/tours/${draft.id}`)).problem(404, 'not_found');
  (await staff.delete(`${root}/tours/${draft.id}`)).problem(404, 'not_found');
  (await staff.delete(`${root}/events/${tour.id}`)).problem(404, 'not_found');
});

test('a preview is what the engine would say, and keeps nothing', async () => {
  const rows = () => server.d1('select count(*) as n from offering')[0].n;
  const before = rows();
  const preview = async (more) => (await staff.post(`${root}/preview`, { kind: 'TOUR', offering: short(), ...more })).is(200).json;
  const seen = await preview({ days: 3, from: dayFromNow(10) });
  assert.equal(seen.slots.length, 6);
  assert.deepEqual([seen.slots[0].remaining, seen.slots[0].status, seen.slots[0].from], [12, 'OPEN', { amount: 2900, currency: 'EUR' }]);
  assert.equal(rows(), before);
  assert.deepEqual((await preview({ offering: {} })).warnings.map((warning) => warning.code), ['no_price', 'no_schedule']);
  const wrong = (await staff.post(`${root}/preview`, { kind: 'TOUR', offering: short({ durationMinutes: 0 }) })).problem(400);
  assert.equal(wrong.errors[0].pointer, '/offering/durationMinutes');

  // Over what stands: its own bookings count.
  const tour = await published();
  const [slot] = await departures(tour);
  await book(tour.id, slot, { party: { adult: 4 } });
  const date = slot.localStartsAt.slice(0, 10);
  const over = await preview({ offering: { capacity: 20 }, offeringId: tour.id, from: date, days: 1 });
  assert.equal(over.slots.find((one) => one.startsAt === slot.startsAt).remaining, 16);
  assert.equal((await staff.get(`${root}/tours/${tour.id}`)).json.capacity, 12);
});

test('add-ons are made, sold, run out, changed and put away', async () => {
  const tour = await published();
  const sent = { name: 'Umbrella', method: 'FLAT', price: 300, maxQuantity: 4, stock: 2, offerings: [{ id: tour.id, free: false }], status: 'PUBLISHED', position: 3 };
  const made = (await staff.post(`${root}/add-ons`, sent, { key: key() })).is(201).json;
  assert.deepEqual(asSent(made, sent), sent);
  assert.deepEqual((await staff.get(`${root}/add-ons/${made.id}`)).is(200).json, made);
  assert.deepEqual((await staff.get(`${root}/tours/${tour.id}`)).json.addOns, [{ id: made.id, free: false }]);
  const [slot] = await departures(tour);
  const body = () => booking(slot, { tourId: tour.id, party: { adult: 1 }, addOns: [{ id: made.id, quantity: 2 }] });
  const booked = (await guest(server).post('/api/bookings', body(), { key: key() })).is(201).json;
  (await guest(server).post('/api/bookings', body(), { key: key() })).is(409);
  const below = (await staff.patch(`${root}/add-ons/${made.id}`, { stock: 1 })).problem(409, 'below_sold');
  assert.deepEqual([below.errors[0].pointer, below.bookings.map((one) => one.id)], ['/stock', [booked.id]]);
  const changed = (await staff.patch(`${root}/add-ons/${made.id}`, { stock: null, price: 350, offerings: null })).is(200).json;
  assert.deepEqual([changed.stock, changed.price, changed.offerings, changed.name], [null, 350, [], 'Umbrella']);
  assert.ok((await staff.get(`${root}/add-ons?limit=100`)).is(200).json.data.some((one) => one.id === made.id));
  (await staff.delete(`${root}/add-ons/${made.id}`)).is(204);
  (await staff.get(`${root}/add-ons/${made.id}`)).problem(404, 'not_found');
  for (const [more, pointer] of [[{ name: '' }, '/name'], [{ price: undefined }, '/price'], [{ price: -1 }, '/price'], [{ maxQuantity: 0 }, '/maxQuantity'], [{ offerings: [{ id: 'tour_nothing' }] }, '/offerings/0/id'], [{ method: 'PER_MOON' }, '/method']]) {
    assert.equal((await staff.post(`${root}/add-ons`, { ...sent, ...more })).problem(400).errors[0].pointer, pointer);
  }
});

test('coupons are made, used, changed and put away', async () => {
  const tour = await published();
  const sent = {
    code: 'WALK20', effect: { percent: 2000 }, from: '2026-01-01T00:00:00Z', until: '2036-01-01T00:00:00Z', departsFrom: '2026-01-01T00:00:00Z',
    departsUntil: '2036-01-01T00:00:00Z', minimum: 1000, maxUses: 5, maxUsesPerCustomer: 1, offeringIds: [tour.id], addOns: true,
  };
  const made = (await staff.post(`${root}/coupons`, sent, { key: key() })).is(201).json;
  assert.deepEqual(asSent(made, sent), sent);
  assert.deepEqual((await staff.get(`${root}/coupons/${made.id}`)).is(200).json, made);
  const [slot] = await departures(tour);
  const who = customer();
  const body = { ...booking(slot, { tourId: tour.id }), coupon: 'walk20', customer: who };
  (await guest(server).post('/api/bookings', body, { key: key() })).is(201);
  (await guest(server).post('/api/bookings', body, { key: key() })).problem(422, 'coupon_already_used');
  assert.equal((await staff.get(`${root}/coupons/${made.id}`)).json.uses, 1);
  assert.equal((await staff.post(`${root}/coupons`, { ...sent, code: 'Walk20' })).problem(409, 'code_taken').errors[0].pointer, '/code');
  const changed = (await staff.patch(`${root}/coupons/${made.id}`, { effect: { subtract: 500 }, until: null, maxUses: null })).is(200).json;
  assert.deepEqual([changed.effect, changed.until, changed.maxUses, changed.minimum], [{ subtract: 500 }, null, null, 1000]);
  (await staff.delete(`${root}/coupons/${made.id}`)).is(204);
  (await staff.get(`${root}/coupons/${made.id}`)).problem(404, 'not_found');
  (await staff.post(`${root}/coupons`, { code: 'WALK20', effect: { freeUnits: 1 } }, { key: key() })).is(201);
  for (const [more, pointer] of [[{ code: 'A B' }, '/code'], [{ code: undefined }, '/code'], [{ effect: undefined }, '/effect'], [{ effect: { percent: 10_001 } }, '/effect/percent'], [{ until: '2025-01-01T00:00:00Z' }, '/until'], [{ offeringIds: ['tour_nothing'] }, '/offeringIds/0'], [{ maxUses: 0 }, '/maxUses']]) {
    assert.equal((await staff.post(`${root}/coupons`, { ...sent, code: 'OTHER', ...more })).problem(400).errors[0].pointer, pointer);
  }
});

test('the calendar\'s own page shows the description, and nothing in it runs', async () => {
  const description = '## On board\n\n[Our boats](https://boats.example/) and [no](javascript:alert(1))\n\n<img src=x onerror=alert(1)>';
  (await staff.patch(`${root}/tours/tour_harbor_sunset`, { description })).is(200);
  const page = (await guest(server).get('/c/cal_harbor/tour_harbor_sunset')).is(200).text;
  assert.match(page, /<h3>On board<\/h3>/);
  assert.match(page, /<a href="https:\/\/boats\.example\/" rel="nofollow noopener">Our boats<\/a>/);
  assert.doesNotMatch(page, /javascript:|<img/);
});

test('reading takes one round trip, changing two, besides finding out who asks', async () => {
  const tour = await published();
  const trips = (answer) => Number(/(\d+) round trips/.exec(answer.header('server-timing'))[1]);
  assert.equal(trips((await guest(server).get(`/api/tours/${tour.id}`)).is(200)), 1);
  assert.equal(trips((await staff.get(`${root}/tours/${tour.id}`)).is(200)), 2);
  assert.equal(trips((await staff.get(`${root}/tours`)).is(200)), 2);
  assert.equal(trips((await staff.patch(`${root}/tours/${tour.id}`, { capacity: 13 })).is(200)), 3);
});
