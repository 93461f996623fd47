// The rooms surface, walked row by row: a till at an escape room that comes with the organization's key. What it books, moves
// and blocks is what everybody else sees, at once.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { guest, newcomer, OWNER, owner, partner } from '../support/actors.mjs';
import { booking, customer, dayFromNow, Departures, key, LIGHTHOUSE, ORG, slots, SUNSET, tokenOf, wallTime } from '../support/harbor.mjs';
import { app, letIn } from '../support/oauth.mjs';
import { Receiver } from '../support/receiver.mjs';
import { startServer } from '../support/server.mjs';

const WRITES = ['catalog:read', 'catalog:write', 'bookings:read', 'bookings:write'];
const READS = ['catalog:read', 'bookings:read'];

let server;
let staff;
let till;
let reader;
let departures;
before(async () => {
  server = await startServer();
  staff = await owner(server);
  till = await keyed(staff, ORG, WRITES);
  reader = await keyed(staff, ORG, READS);
  const all = await slots(guest(server), LIGHTHOUSE, { kind: 'rooms', from: dayFromNow(20), to: dayFromNow(80) });
  const queue = all.filter(free);
  departures = { next: () => queue.shift() ?? assert.fail('no free start of the lighthouse is left') };
});
after(() => server.stop());

async function keyed(maker, org, permissions) {
  const made = (await maker.post(`/api/orgs/${org}/api-keys`, { name: 'Till', permissions }, { key: key() })).is(201).json;
  return Object.assign(partner(server, made.key), { keyId: made.id });
}

const free = ({ status }) => !['SOLD_OUT', 'CLOSED'].includes(status);
const put = (caller, path, json) => caller.send('PUT', path, { json });

const book = async (more = {}) => {
  const slot = departures.next();
  const body = { roomId: LIGHTHOUSE, startsAt: slot.startsAt, guests: 4, customer: customer(), ...more };
  return Object.assign((await till.post('/v1/bookings', body, { key: key() })).is(201).json, { slot });
};
/** The starts of the lighthouse on a date, as the public sees them. */
const publicSlots = (date) => slots(guest(server), LIGHTHOUSE, { kind: 'rooms', from: date, to: date });
const isFree = async (start) => free((await publicSlots(wallTime(start).slice(0, 10))).find((slot) => slot.startsAt === start));

describe('the catalogue', () => {
  test('shows everybody the published rooms of an organization with prices and durations', async () => {
    const seen = (await guest(server).get(`/api/v1/catalog?orgId=${ORG}`)).is(200).json;
    assert.deepEqual([seen.organization.id, seen.organization.currency], [ORG, 'EUR']);
    const [room, ...more] = seen.rooms;
    assert.deepEqual(more, []);
    assert.deepEqual([room.id, room.kind, room.durationMinutes, room.partyTypes[0].code], [LIGHTHOUSE, 'ROOM', 75, 'player']);
    assert.ok(room.price > 0 || room.basePrices.length > 0);
    assert.equal(room.resourceIds, undefined, 'what it needs inside is nobody’s business');
    assert.deepEqual((await guest(server).get(`/v1/catalog?orgId=${ORG}`)).is(200).json, seen);
    const elsewhere = await guest(server).with({ origin: 'https://partner.example' }).get(`/api/v1/catalog?orgId=${ORG}`);
    assert.equal(elsewhere.header('access-control-allow-origin'), '*');
  });

  test('names who is missing', async () => {
    assert.equal((await guest(server).get('/api/v1/catalog')).problem(400).errors[0].pointer, '?orgId');
    (await guest(server).get('/api/v1/catalog?orgId=org_nowhere')).problem(404);
  });
});

describe('bookings', () => {
  test('one is made at the same price and from the same seats as everywhere, and once for a key', async () => {
    const slot = departures.next();
    const who = customer();
    const { quote } = (await guest(server).post('/api/quotes', { roomId: LIGHTHOUSE, startsAt: slot.startsAt, party: { player: 4 } })).is(200).json;
    const body = { roomId: LIGHTHOUSE, startsAt: slot.startsAt, guests: 4, customer: who, note: 'A birthday' };
    const once = key();
    const made = (await till.post('/v1/bookings', body, { key: once })).is(201).json;
    assert.deepEqual([made.status, made.roomId, made.guests, made.party, made.total.amount], ['confirmed', LIGHTHOUSE, 4, { player: 4 }, quote.total]);
    assert.deepEqual([made.startsAt, made.localStartsAt], [slot.startsAt, wallTime(slot.startsAt)]);
    assert.equal(made.customer.email, who.email);
    const again = (await till.post('/v1/bookings', body, { key: once })).is(201).json;
    assert.deepEqual(again, made);
    assert.equal(await isFree(slot.startsAt), false);
    (await till.post('/v1/bookings', { ...body, customer: customer() })).problem(409, 'sold_out');
    (await guest(server).post('/api/bookings', { roomId: LIGHTHOUSE, startsAt: slot.startsAt, party: { player: 2 }, customer: customer() })).problem(409);

    const read = (await reader.get(`/v1/bookings/${made.id}`)).is(200).json;
    assert.deepEqual(read, made);
    const at = (await staff.get(`/api/bookings/${made.id}`)).is(200).json;
    assert.deepEqual([at.channel, at.note], ['api', 'A birthday']);
  });

  test('they are listed by date, range, room and status, in pages', async () => {
    const [one, two] = [await book(), await book()];
    const ids = async (query) => (await reader.get(`/v1/bookings?${query}`)).is(200).json.data.map(({ id }) => id);
    const date = one.localStartsAt.slice(0, 10);
    assert.ok((await ids(`date=${date}`)).includes(one.id));
    assert.deepEqual(await ids(`date=${dayFromNow(400)}`), []);
    const range = await ids(`from=${date}&to=${two.localStartsAt.slice(0, 10)}&limit=100`);
    assert.ok(range.indexOf(one.id) >= 0 && range.indexOf(one.id) < range.indexOf(two.id), 'the earliest stay first');
    assert.ok((await ids(`room=${LIGHTHOUSE}&limit=100`)).includes(two.id));
    assert.deepEqual(await ids('room=room_nowhere'), []);
    (await till.delete(`/v1/bookings/${two.id}`)).is(200);
    assert.ok((await ids('status=canceled')).includes(two.id));
    assert.ok(!(await ids('status=confirmed&limit=100')).includes(two.id));
    const first = (await reader.get('/v1/bookings?limit=1')).is(200).json;
    const second = (await reader.get(`/v1/bookings?limit=1&cursor=${first.nextCursor}`)).is(200).json;
    assert.deepEqual([first.data[0].id, second.data[0].id], [two.id, one.id]);
    for (const [query, pointer] of [['date=soon', '?date'], ['date=2027-01-01&from=2027-01-01', '?date'], ['to=2027-13-01', '?to'], ['status=lost', '?status'], ['limit=0', '?limit']]) {
      assert.equal((await reader.get(`/v1/bookings?${query}`)).problem(400).errors[0].pointer, pointer);
    }
  });

  test('what is booked of anything but a room is not here', async () => {
    const tour = (await guest(server).post('/api/bookings', booking(await new Departures(guest(server), SUNSET).next()), { key: key() })).is(201).json;
    (await till.get(`/v1/bookings/${tour.id}`)).problem(404, 'not_found');
    (await put(till, `/v1/bookings/${tour.id}`, { note: 'x' })).problem(404);
    (await till.delete(`/v1/bookings/${tour.id}`)).problem(404);
    assert.ok(!(await reader.get('/v1/bookings?limit=100')).text.includes(tour.id));
    (await till.post('/v1/bookings', { roomId: SUNSET, startsAt: tour.items[0].startsAt, guests: 2, customer: customer() })).problem(404);
  });

  test('one is moved, and who comes is changed; the answer tells the difference in price', async () => {
    const [here, there] = [departures.next(), departures.next()];
    const ask = async ({ startsAt }, player) => (await guest(server).post('/api/quotes', { roomId: LIGHTHOUSE, startsAt, party: { player } })).is(200).json.quote.total;
    const price = { here: await ask(here, 3), two: await ask(there, 2), six: await ask(there, 6) };
    const it = await book({ startsAt: here.startsAt, guests: 2 });
    const moved = (await put(till, `/v1/bookings/${it.id}`, { startsAt: there.startsAt })).is(200).json;
    assert.deepEqual([moved.startsAt, moved.status, moved.total.amount], [there.startsAt, 'confirmed', price.two]);
    assert.equal(moved.priceDifference.amount, price.two - it.total.amount);
    assert.deepEqual([await isFree(it.startsAt), await isFree(there.startsAt)], [true, false]);

    const more = (await put(till, `/v1/bookings/${it.id}`, { guests: 6 })).is(200).json;
    assert.deepEqual([more.guests, more.priceDifference.amount, more.total.amount], [6, price.six - price.two, price.six]);
    const both = (await put(till, `/v1/bookings/${it.id}`, { startsAt: it.startsAt, guests: 3 })).is(200).json;
    assert.deepEqual([both.startsAt, both.guests, both.total.amount], [it.startsAt, 3, price.here]);
    assert.equal(both.priceDifference.amount, price.here - price.six);
    const kept = (await put(till, `/v1/bookings/${it.id}`, { guests: 5, keepPrice: true })).is(200).json;
    assert.deepEqual([kept.guests, kept.priceDifference.amount], [5, 0]);

    const other = customer({ name: 'Somebody else', phone: '+49 40 1' });
    const named = (await put(till, `/v1/bookings/${it.id}`, { customer: other, note: 'By phone' })).is(200).json;
    assert.deepEqual(named.customer, other);
    assert.equal((await put(till, `/v1/bookings/${it.id}`, {})).is(200).json.priceDifference.amount, 0);
  });

  test('a move that cannot be is refused and moves nothing', async () => {
    const [it, other] = [await book(), await book()];
    (await put(till, `/v1/bookings/${it.id}`, { startsAt: other.startsAt, guests: 2 })).problem(409, 'sold_out');
    assert.equal((await put(till, `/v1/bookings/${it.id}`, { guests: 7 })).problem(422).code, 'party_too_large');
    (await put(till, `/v1/bookings/${it.id}`, { guests: 2, quoteHash: 'stale' })).problem(409, 'price_changed');
    for (const [body, pointer] of [[{ guests: 2, party: { player: 2 } }, '/party'], [{ guests: -1 }, '/guests'], [{ startsAt: 'soon' }, '/startsAt'], [{ roomId: 'x' }, '/roomId'], [{ customer: { name: '', email: 'a@b.example' } }, '/customer/name']]) {
      assert.equal((await put(till, `/v1/bookings/${it.id}`, body)).problem(400).errors[0].pointer, pointer, JSON.stringify(body));
    }
    const now = (await reader.get(`/v1/bookings/${it.id}`)).is(200).json;
    assert.deepEqual([now.startsAt, now.guests, now.total], [it.startsAt, 4, it.total]);
  });

  test('one is called off, and the answer says what the policy gives back and what it keeps', async () => {
    server.database().prepare(`update tariff set body = json_set(body, '$.refundTiers', json('[{"minutesBefore":2880,"percent":10000},{"minutesBefore":60,"percent":5000}]'))
      where offering_id = (select id from offering where public_id = ?)`).run(LIGHTHOUSE);
    const paid = async () => {
      const it = await book();
      (await staff.post(`/api/bookings/${it.id}/payments`, { amount: it.total.amount, method: 'CASH' }, { key: key() })).is(200);
      return it;
    };
    const early = await paid();
    const all = (await till.delete(`/v1/bookings/${early.id}?reason=Ill`)).is(200).json;
    assert.deepEqual([all.refundedNow.amount, all.kept.amount, all.status], [early.total.amount, 0, 'refunded']);
    assert.equal(await isFree(early.startsAt), true);
    const there = (await staff.get(`/api/bookings/${early.id}`)).is(200).json;
    assert.deepEqual([there.refundedAmount.amount, there.cancelReason], [early.total.amount, 'Ill']);
    (await till.delete(`/v1/bookings/${early.id}`)).problem(409, 'bad_transition');

    const late = await paid();
    const shortly = new Date(new Date(late.startsAt).getTime() - 2 * 3_600_000);
    const half = (await till.at(shortly).delete(`/v1/bookings/${late.id}`)).is(200).json;
    assert.deepEqual([half.refundedNow.amount, half.kept.amount], [late.total.amount / 2, late.total.amount / 2]);
    const unpaid = await book();
    const nothing = (await till.delete(`/v1/bookings/${unpaid.id}`)).is(200).json;
    assert.deepEqual([nothing.refundedNow.amount, nothing.kept.amount, nothing.status], [0, 0, 'canceled']);
    (await till.delete(`/v1/bookings/${unpaid.id}`)).problem(409, 'already_cancelled');
  });
});

const STUDIO = {
  name: 'Studio with a piano', durationMinutes: 60, price: 4000, maxParty: 3, status: 'PUBLISHED',
  schedule: { rules: [{ windows: [{ from: '10:00', to: '18:00' }], stepMinutes: 30 }] },
};
const make = async (more = {}) => (await till.post('/v1/rooms', { ...STUDIO, ...more }, { key: key() })).is(201).json;

describe('rooms', () => {
  test('one is made, read with prices and its next free start, changed and listed', async () => {
    const made = await make();
    assert.match(made.id, /^room_/);
    assert.deepEqual([made.kind, made.status, made.capacity, made.capacityKind, made.price, made.warnings], ['ROOM', 'PUBLISHED', 1, 'groups', 4000, []]);
    const read = (await reader.get(`/v1/rooms/${made.id}`)).is(200).json;
    const next = read.nextAvailability;
    assert.ok(next && next.from.amount === 4000 && next.localStartsAt === wallTime(next.startsAt), JSON.stringify(next));
    (await till.post('/v1/bookings', { roomId: made.id, startsAt: next.startsAt, guests: 1, customer: customer() }, { key: key() })).is(201);
    const after = (await reader.get(`/v1/rooms/${made.id}`)).is(200).json.nextAvailability;
    assert.equal(new Date(after.startsAt) - new Date(next.startsAt), 3_600_000, 'stays in one room do not overlap');

    const changed = (await put(till, `/v1/rooms/${made.id}`, { price: 4500, summary: 'A grand one' })).is(200).json;
    assert.deepEqual([changed.price, changed.summary, changed.name, changed.nextAvailability.from.amount], [4500, 'A grand one', STUDIO.name, 4500]);
    assert.ok((await guest(server).get(`/api/v1/catalog?orgId=${ORG}`)).is(200).json.rooms.some(({ id, price }) => id === made.id && price === 4500));
    assert.equal((await put(till, `/v1/rooms/${made.id}`, { status: 'DRAFT' })).is(200).json.nextAvailability, null);
    const listed = (await reader.get('/v1/rooms?limit=100')).is(200).json.data;
    assert.deepEqual(listed.filter(({ id }) => [LIGHTHOUSE, made.id].includes(id)).map(({ status }) => status), ['PUBLISHED', 'DRAFT']);
    assert.ok(listed.find(({ id }) => id === LIGHTHOUSE).nextAvailability);
    assert.ok(!(await guest(server).get(`/api/v1/catalog?orgId=${ORG}`)).text.includes(made.id));
    assert.deepEqual((await reader.get('/v1/rooms?status=DRAFT')).is(200).json.data.map(({ id }) => id), [made.id]);
  });

  test('as many groups as it is wide have it at once, also after it was made wider', async () => {
    const { id } = await make({ name: 'Rehearsal rooms', capacity: 2 });
    const left = async () => (await reader.get(`/v1/schedules?room=${id}&from=${dayFromNow(3)}&to=${dayFromNow(3)}`)).is(200).json.rooms[0].slots[0];
    const first = await left();
    assert.equal(first.remaining, 2);
    const two = { roomId: id, startsAt: first.startsAt, guests: 1 };
    for (const wide of [2, 1]) {
      assert.equal((await left()).remaining, wide);
      (await till.post('/v1/bookings', { ...two, customer: customer() }, { key: key() })).is(201);
    }
    (await till.post('/v1/bookings', { ...two, customer: customer() })).problem(409);
    (await put(till, `/v1/rooms/${id}`, { capacity: 3 })).is(200);
    assert.equal((await left()).remaining, 1);
  });

  test('a change that would strand who booked is refused with their bookings, and what is wrong is named', async () => {
    const { id } = await make({ name: 'Dark room' });
    const { startsAt } = (await reader.get(`/v1/rooms/${id}`)).is(200).json.nextAvailability;
    const made = (await till.post('/v1/bookings', { roomId: id, startsAt, guests: 1, customer: customer() }, { key: key() })).is(201).json;
    const refused = (await put(till, `/v1/rooms/${id}`, { durationMinutes: 90 })).problem(409, 'bookings_in_the_way');
    assert.deepEqual(refused.bookings.map((one) => one.id), [made.id]);
    assert.equal((await put(till, `/v1/rooms/${id}?force=keep`, { durationMinutes: 90 })).is(200).json.durationMinutes, 90);
    const rows = () => server.d1('select (select count(*) from offering) + (select count(*) from resource) as n')[0].n;
    const before = rows();
    for (const [body, pointer] of [[{ ...STUDIO, name: '' }, '/name'], [{ ...STUDIO, price: -1 }, '/price'], [{ ...STUDIO, doors: 2 }, '/doors']]) {
      assert.ok((await till.post('/v1/rooms', body)).problem(400).errors.some((error) => error.pointer.startsWith(pointer)), `${pointer} ${JSON.stringify(body)}`);
    }
    assert.equal((await till.post('/v1/rooms', { ...STUDIO, schedule: undefined })).problem(422).code, 'not_publishable');
    assert.equal(rows(), before);
    (await put(till, '/v1/rooms/room_nowhere', { name: 'x' })).problem(404);
    (await put(till, `/v1/rooms/${SUNSET}`, { name: 'x' })).problem(404);
  });
});

describe('schedules', () => {
  const schedule = async (query) => (await reader.get(`/v1/schedules?${query}`)).is(200).json;

  test('tell what is free, as the public sees it, for one room or all', async () => {
    const date = dayFromNow(9);
    const { rooms, zone } = await schedule(`from=${date}&to=${dayFromNow(15)}`);
    assert.equal(zone, 'Europe/Berlin');
    const lighthouse = rooms.find(({ roomId }) => roomId === LIGHTHOUSE);
    assert.ok(lighthouse.slots.length >= 20);
    assert.deepEqual(lighthouse.slots, await slots(guest(server), LIGHTHOUSE, { kind: 'rooms', from: date, to: dayFromNow(15) }));
    const only = await schedule(`from=${date}&to=${dayFromNow(15)}&room=${LIGHTHOUSE}&guests=7`);
    assert.deepEqual(only.rooms.map(({ roomId }) => roomId), [LIGHTHOUSE]);
    assert.ok(only.rooms[0].slots.every(({ reason }) => reason === 'party_too_large'));
    assert.equal((await schedule('')).rooms.length, rooms.length);
    (await reader.get('/v1/schedules?room=room_nowhere')).problem(404);
    for (const [query, pointer] of [['from=soon', '?from'], ['from=2027-02-02&to=2027-02-01', '?to'], ['from=2027-01-01&to=2027-03-01', '?to'], ['guests=none', '?guests']]) {
      assert.equal((await reader.get(`/v1/schedules?${query}`)).problem(400).errors[0].pointer, pointer);
    }
  });

  test('a room is blocked and lifted, and everybody sees it at once', async () => {
    const it = await book();
    const date = it.localStartsAt.slice(0, 10);
    const open = (await publicSlots(date)).filter(free);
    assert.ok(open.length > 0);
    const block = (await till.post('/v1/schedules/block', { roomId: LIGHTHOUSE, from: date, to: date, reason: 'Maintenance' }, { key: key() })).is(201).json;
    assert.deepEqual([block.roomIds, block.wholeHouse, block.allDay, block.from, block.reason], [[LIGHTHOUSE], false, true, date, 'Maintenance']);
    assert.deepEqual((await publicSlots(date)).filter(free), []);
    (await till.post('/v1/bookings', { roomId: LIGHTHOUSE, startsAt: open[0].startsAt, guests: 2, customer: customer() })).problem(409, 'unavailable');
    assert.equal((await reader.get(`/v1/bookings/${it.id}`)).is(200).json.status, 'confirmed', 'what was booked stays');
    const seen = await schedule(`from=${date}&to=${date}`);
    assert.deepEqual(seen.blocks, [block]);
    assert.ok(seen.rooms.some(({ roomId, slots: starts }) => roomId !== LIGHTHOUSE && starts.some(free)), 'other rooms are open');
    (await till.delete(`/v1/schedules/block/${block.id}`)).is(204);
    (await till.delete(`/v1/schedules/block/${block.id}`)).problem(404);
    assert.deepEqual((await publicSlots(date)).filter(free), open);
  });

  test('of one room tell what is off there, and of no other', async () => {
    const made = (await till.post('/v1/rooms', { ...STUDIO, name: 'Cellar' }, { key: key() })).is(201).json;
    const date = dayFromNow(40);
    const off = async (body) => (await till.post('/v1/schedules/block', { from: date, ...body }, { key: key() })).is(201).json;
    const [there, house] = [await off({ roomId: made.id }), await off({})];
    const seen = async (room) => (await schedule(`from=${date}&to=${date}&room=${room}`)).blocks.map(({ id }) => id);
    assert.deepEqual(await seen(made.id), [there.id, house.id]);
    assert.deepEqual(await seen(LIGHTHOUSE), [house.id]);
    for (const { id } of [there, house]) (await till.delete(`/v1/schedules/block/${id}`)).is(204);
    assert.equal((await till.post('/v1/schedules/block', { from: date, reason: 'a\u0000b' })).problem(400).errors[0].pointer, '/reason');
  });

  test('what another calendar says is off is lifted there, not here', async () => {
    const date = dayFromNow(41);
    const { id } = (await till.post('/v1/schedules/block', { roomId: LIGHTHOUSE, from: date }, { key: key() })).is(201).json;
    const db = server.database();
    db.prepare(`insert into calendar_link (id, public_id, org_id, person_id, resource_id, kind, name, host, sealed, busy, next_read_at, created_at, updated_at)
      select 4711, 'lnk_elsewhere', org_id, 1, resource_id, 'ICS', 'Elsewhere', 'calendar.example', '', 0, 0, 0, 0 from block where public_id = ?`).run(id);
    db.prepare('update block set link_id = 4711 where public_id = ?').run(id);
    (await till.delete(`/v1/schedules/block/${id}`)).problem(404);
    db.prepare('delete from calendar_link where id = 4711').run();
  });

  test('without a room the whole house is off, for a part of a day as well', async () => {
    const date = dayFromNow(91 + ((10 - new Date().getUTCDay()) % 7));
    const block = (await till.post('/v1/schedules/block', { from: `${date}T11:00`, to: `${date}T15:00`, reason: 'Private party' }, { key: key() })).is(201).json;
    assert.deepEqual([block.roomIds, block.wholeHouse, block.allDay], [[], true, false]);
    const times = (await publicSlots(date)).filter(free).map(({ localStartsAt }) => localStartsAt.slice(11, 16));
    assert.ok(times.includes('16:00') && !times.includes('12:00') && !times.includes('14:00'), times.join());
    assert.deepEqual((await schedule(`from=${date}&to=${date}`)).blocks, [block]);
    assert.deepEqual((await schedule(`from=${dayFromNow(60)}&to=${dayFromNow(61)}`)).blocks, []);
    (await till.delete(`/v1/schedules/block/${block.id}`)).is(204);
  });

  test('a room that never had walls is blocked all the same, and limited by nothing new', async () => {
    const made = (await till.post('/v1/rooms', { ...STUDIO, name: 'Terrace', resourceIds: [] }, { key: key() })).is(201).json;
    assert.deepEqual(made.resourceIds, []);
    const date = dayFromNow(30);
    const starts = async () => (await schedule(`room=${made.id}&from=${date}&to=${date}`)).rooms[0].slots;
    const before = await starts();
    const [one, two] = before.map(({ startsAt }) => startsAt);
    const stay = (startsAt) => till.post('/v1/bookings', { roomId: made.id, startsAt, guests: 1, customer: customer() }, { key: key() });
    const first = (await stay(one)).is(201).json;
    const block = (await till.post('/v1/schedules/block', { roomId: made.id, from: date }, { key: key() })).is(201).json;
    assert.ok((await starts()).every((start) => !free(start)));
    assert.deepEqual((await schedule(`from=${date}&to=${date}`)).blocks.map(({ id, roomIds }) => [id, roomIds]), [[block.id, [made.id]]]);
    (await till.delete(`/v1/schedules/block/${block.id}`)).is(204);
    (await stay(two)).is(201);
    assert.equal((await reader.get(`/v1/bookings/${first.id}`)).is(200).json.status, 'confirmed');
  });

  test('what cannot be a block is refused by its field', async () => {
    for (const [body, pointer] of [
      [{}, '/from'], [{ from: 'soon' }, '/from'], [{ from: '2027-02-08', to: '2027-02-01' }, '/to'], [{ from: '2027-02-08T10:00' }, '/to'],
      [{ from: '2027-02-08', reason: 'x'.repeat(501) }, '/reason'], [{ from: '2027-02-08', room: LIGHTHOUSE }, '/room'],
    ]) {
      assert.equal((await till.post('/v1/schedules/block', body)).problem(400).errors[0].pointer, pointer, JSON.stringify(body));
    }
    assert.equal((await till.post('/v1/schedules/block', { from: '2027-02-08', roomId: 'room_nowhere' })).problem(404).errors[0].pointer, '/roomId');
    // A member's time off is none of a room.
    const { id } = (await staff.post(`/api/orgs/${ORG}/resources/res_harbor_boat/blocks`, { from: dayFromNow(80), reason: 'Yard' }, { key: key() })).is(201).json;
    (await till.delete(`/v1/schedules/block/${id}`)).problem(404);
    assert.deepEqual((await schedule(`from=${dayFromNow(80)}&to=${dayFromNow(80)}`)).blocks, []);
  });
});

test('customers are listed and found, and a profile has the history of their rooms', async () => {
  const who = customer({ name: 'Grace Historian' });
  const [one, two] = [await book({ customer: who }), await book({ customer: who })];
  (await guest(server).post('/api/bookings', booking(await new Departures(guest(server), SUNSET).next(), { customer: who }), { key: key() })).is(201);
  const [found, ...more] = (await reader.get('/v1/customers?q=historian')).is(200).json.data;
  assert.deepEqual([found.email, found.bookings, more], [who.email, 3, []]);
  const profile = (await reader.get(`/v1/customers/${found.id}`)).is(200).json;
  assert.equal(profile.name, 'Grace Historian');
  assert.deepEqual(profile.history.map(({ id }) => id), [two.id, one.id]);
  const { data, nextCursor } = (await reader.get('/v1/customers?limit=1')).is(200).json;
  assert.equal(data.length, 1);
  assert.notEqual((await reader.get(`/v1/customers?limit=1&cursor=${nextCursor}`)).is(200).json.data[0].id, data[0].id);
  (await reader.get('/v1/customers/cus_nowhere')).problem(404);
});

test('the same routes stand under /api/v1', async () => {
  const it = await book();
  for (const path of [`/bookings/${it.id}`, '/bookings?limit=5', '/rooms?limit=5', `/rooms/${LIGHTHOUSE}`, '/schedules', '/customers?limit=5']) {
    assert.equal((await reader.get(`/api/v1${path}`)).is(200).text, (await reader.get(`/v1${path}`)).is(200).text, path);
  }
  assert.equal((await put(till, `/api/v1/bookings/${it.id}`, { guests: 3 })).is(200).json.guests, 3);
  const block = (await till.post('/api/v1/schedules/block', { from: dayFromNow(300) }, { key: key() })).is(201).json;
  (await till.delete(`/api/v1/schedules/block/${block.id}`)).is(204);
  (await till.delete(`/api/v1/bookings/${it.id}`)).is(200);
});

/** Every row of the contract that wants a key: how it is asked, and whether it changes anything. */
const ROWS = [
  ['GET', '/v1/bookings'], ['GET', '/v1/bookings/:booking'], ['POST', '/v1/bookings', 'writes'], ['PUT', '/v1/bookings/:booking', 'writes'],
  ['DELETE', '/v1/bookings/:booking', 'writes'], ['GET', '/v1/rooms'], ['GET', '/v1/rooms/:room'], ['POST', '/v1/rooms', 'writes'],
  ['PUT', '/v1/rooms/:room', 'writes'], ['GET', '/v1/schedules'], ['POST', '/v1/schedules/block', 'writes'],
  ['DELETE', '/v1/schedules/block/:block', 'writes'], ['GET', '/v1/customers'], ['GET', '/v1/customers/:customer'],
];
const both = ([method, path, writes]) => [[method, path, writes], [method, `/api${path}`, writes]];
const ask = (caller, method, path, names) =>
  caller.send(method, path.replace(/:(\w+)/, (_, name) => names[name]), ['GET', 'DELETE'].includes(method) ? {} : { json: {}, key: key() });

describe('keys', () => {
  test('nobody, a session and an app get in nowhere, a key that only reads changes nothing', async () => {
    const it = await book();
    const names = { booking: it.id, room: LIGHTHOUSE, block: 'blk_nowhere', customer: 'cus_nowhere' };
    const program = await letIn(server, await app(server, WRITES), OWNER);
    const [narrow, blind] = [await keyed(staff, ORG, ['bookings:read']), await keyed(staff, ORG, ['org:read'])];
    const log = () => JSON.stringify([server.d1('select count(*) as n from audit'), server.d1('select count(*) as n from event_log'), server.d1('select count(*) as n from booking')]);
    const before = log();
    for (const [method, path, writes] of ROWS.flatMap(both)) {
      (await ask(guest(server), method, path, names)).problem(401, 'unauthenticated');
      (await ask(staff, method, path, names)).problem(403, 'key_needed');
      (await ask(program, method, path, names)).problem(403, 'key_needed');
      (await ask(blind, method, path, names)).problem(403, 'forbidden');
      if (writes) (await ask(reader, method, path, names)).problem(403, 'forbidden');
      else assert.ok([200, 404].includes((await ask(reader, method, path, names)).status), path);
      if (!/bookings|customers/.test(path)) (await ask(narrow, method, path, names)).problem(403, 'forbidden');
    }
    assert.equal(log(), before);
  });

  test('another organization’s key finds nothing of ours, and sees none of it in its lists', async () => {
    const it = await book();
    const mine = (await reader.get('/v1/customers?limit=1')).is(200).json.data[0].id;
    const block = (await till.post('/v1/schedules/block', { roomId: LIGHTHOUSE, from: dayFromNow(200) }, { key: key() })).is(201).json;
    const host = await newcomer(server);
    const stranger = await keyed(host, host.org, WRITES);
    const names = { booking: it.id, room: LIGHTHOUSE, block: block.id, customer: mine };
    for (const [method, path] of ROWS.flatMap(both)) {
      if (path.includes(':')) (await ask(stranger, method, path, names)).problem(404, 'not_found');
      (await ask(stranger, method, `${path}?orgId=${ORG}`, names)).problem(404, 'not_found');
    }
    for (const list of ['/v1/bookings', '/v1/rooms', '/v1/customers']) assert.deepEqual((await stranger.get(list)).is(200).json.data, []);
    const empty = (await stranger.get(`/v1/schedules?from=${dayFromNow(200)}`)).is(200).json;
    assert.deepEqual([empty.rooms, empty.blocks], [[], []]);
    const slot = departures.next();
    (await stranger.post('/v1/bookings', { roomId: LIGHTHOUSE, startsAt: slot.startsAt, guests: 2, customer: customer() })).problem(404);
    (await stranger.post('/v1/bookings', { roomId: LIGHTHOUSE, startsAt: slot.startsAt, party: { player: 2 }, customer: customer() })).problem(404);
    (await stranger.post('/v1/schedules/block', { roomId: LIGHTHOUSE, from: dayFromNow(201) })).problem(404);
    assert.equal((await reader.get(`/v1/bookings/${it.id}`)).is(200).json.status, 'confirmed');
    (await till.delete(`/v1/schedules/block/${block.id}`)).is(204);
  });

  test('a key is rotated without a moment in which none works', async () => {
    const old = await keyed(staff, ORG, READS);
    const fresh = (await staff.post(`/api/orgs/${ORG}/api-keys/${old.keyId}/rotate`, {}, { key: key() })).is(201).json;
    const next = partner(server, fresh.key);
    const asked = await Promise.all([old, next, old, next].map((caller) => caller.get('/v1/rooms')));
    for (const answer of asked) answer.is(200);
    (await next.post('/v1/rooms', STUDIO)).problem(403);
    (await staff.delete(`/api/orgs/${ORG}/api-keys/${old.keyId}`)).is(204);
    (await old.get('/v1/rooms')).problem(401);
    (await next.get('/v1/rooms')).is(200);
  });

  test('a key of several organizations says in which', async () => {
    const second = (await staff.post('/api/orgs', { name: 'Second quay', timezone: 'UTC', currency: 'EUR' }, { key: key() })).is(201).json.id;
    const made = (await staff.post(`/api/orgs/${ORG}/api-keys`, { name: 'Both', permissions: READS, organizations: [ORG, second] }, { key: key() })).is(201).json;
    const wide = partner(server, made.key);
    assert.equal((await wide.get('/v1/rooms')).problem(400).errors[0].pointer, '?orgId');
    assert.ok((await wide.get(`/v1/rooms?orgId=${ORG}`)).is(200).text.includes(LIGHTHOUSE));
    assert.deepEqual((await wide.get(`/v1/rooms?orgId=${second}`)).is(200).json.data, []);
  });
});

test('an endpoint in these words is told of rooms, by the names of its source, and of nothing else', async () => {
  const receiver = await Receiver.start();
  try {
    const hooks = `/api/orgs/${ORG}/webhooks`;
    const wanted = { url: receiver.url, events: ['*'], shape: 'rooms' };
    const hook = (await staff.post(hooks, wanted, { key: key() })).is(201).json;
    receiver.secrets = [hook.secret];
    assert.deepEqual([hook.shape, hook.events], ['rooms', ['booking.created', 'booking.updated', 'booking.canceled', 'payment.succeeded']]);
    assert.equal((await staff.post(hooks, { ...wanted, events: ['booking.created', 'order.created'] })).problem(400).errors[0].pointer, '/events/1');
    const narrowed = (await staff.patch(`${hooks}/${hook.id}`, { events: ['booking.cancelled', 'booking.created'] })).is(200).json;
    assert.deepEqual(narrowed.events, ['booking.canceled', 'booking.created']);
    (await staff.patch(`${hooks}/${hook.id}`, { events: ['*'] })).is(200);

    const tour = (await guest(server).post('/api/bookings', booking(await new Departures(guest(server), SUNSET).next()), { key: key() })).is(201).json;
    (await staff.post(`/api/bookings/${tour.id}/payments`, { amount: 1000, method: 'CASH' }, { key: key() })).is(200);
    (await guest(server).post(`/api/bookings/${tour.id}/cancel?token=${tokenOf(tour)}`, {}, { key: key() })).is(200);
    const it = await book();
    const there = departures.next();
    (await put(till, `/v1/bookings/${it.id}`, { startsAt: there.startsAt })).is(200);
    (await put(till, `/v1/bookings/${it.id}`, { guests: 5 })).is(200);
    (await staff.post(`/api/bookings/${it.id}/payments`, { amount: 1000, method: 'CASH' }, { key: key() })).is(200);
    (await till.delete(`/v1/bookings/${it.id}`)).is(200);
    await receiver.until((r) => r.accepted.length >= 5);
    assert.deepEqual(receiver.unsigned, []);
    const told = receiver.accepted.map(({ body }) => JSON.parse(body));
    assert.deepEqual(told.map(({ type }) => type), ['booking.created', 'booking.updated', 'booking.updated', 'payment.succeeded', 'booking.canceled']);
    assert.ok(told.every(({ data }) => data.id === it.id && data.roomId === LIGHTHOUSE));
    assert.deepEqual(told.slice(0, 3).map(({ data }) => [data.startsAt, data.guests, data.status]), [
      [it.startsAt, 4, 'confirmed'], [there.startsAt, 4, 'confirmed'], [there.startsAt, 5, 'confirmed'],
    ]);
    assert.ok(['canceled', 'refunded'].includes(told[4].data.status));
    assert.equal(server.d1(`select count(*) as n from delivery where subject = ? and endpoint_id = (select id from webhook_endpoint where public_id = ?)`, tour.id, hook.id)[0].n, 0);
    (await staff.delete(`${hooks}/${hook.id}`)).is(204);
  } finally {
    await receiver.stop();
  }
});

test('what is wrong with who comes is told in the words that it was said in', async () => {
  const slot = departures.next();
  const body = { roomId: LIGHTHOUSE, startsAt: slot.startsAt, customer: customer() };
  const at = async (more) => (await till.post('/v1/bookings', { ...body, ...more })).is(400, 404, 422).json.errors[0].pointer;
  assert.equal(await at({ guests: 0 }), '/guests');
  assert.equal(await at({ guests: 4_000_000 }), '/guests');
  assert.equal(await at({ party: { player: 0 } }), '/party');
  assert.equal(await at({ guests: 2, roomId: 'room_nowhere' }), '/roomId');
  const it = await book();
  assert.equal((await put(till, `/v1/bookings/${it.id}`, { guests: 0 })).problem(400).errors[0].pointer, '/guests');
});
