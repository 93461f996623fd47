// Departures that need enough people by some moment: decided by the clock for all their bookings together, however often the
// job runs and whoever books at that very second.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { after as later, iso } from '../support/client.mjs';
import { booking, Departures, item, key, slots, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

const NEEDED = 4;
const seconds = (instant) => Date.parse(instant) / 1000;

let server;
let departures;
before(async () => {
  server = await startServer();
  departures = new Departures(guest(server), SUNSET);
});
after(() => server.stop());

const state = (id) => server.d1('select state from booking where public_id = ?', id)[0].state;
const decided = (slot) =>
  server.d1(`select confirmed, cancelled from departure_override where departure_at = ? and offering_id = (select id from offering where public_id = ?)`,
    seconds(slot.startsAt), SUNSET).map(({ confirmed, cancelled }) => (confirmed ? 'runs' : cancelled ? 'called off' : 'open'))[0] ?? 'open';
const told = (id, kind) => server.d1('select count(*) as n from event_log where subject = ? and kind = ?', id, kind)[0].n;

async function booked(slot, adult, caller = guest(server)) {
  return (await caller.post('/api/bookings', booking(slot, { party: { adult } }), { key: key() })).is(201).json;
}

/** The threshold, to be decided so many minutes before the start; null takes it away. */
function threshold(decideBefore) {
  const rule = decideBefore === null ? `json_remove(rules, '$.threshold')` : `json_set(rules, '$.threshold', json('{"minSeats":${NEEDED},"decideBefore":${decideBefore}}'))`;
  server.database().exec(`update offering set rules = ${rule} where public_id = '${SUNSET}'`);
}

/** Minutes from now until a departure, so that it is decided now. */
const until = (slot) => Math.ceil((Date.parse(slot.startsAt) - Date.now()) / 60_000);

test('enough came: it runs for good; too few: everybody gets everything back, once', async () => {
  const staff = await owner(server);
  const [few, enough] = [await departures.next(), await departures.next()];
  const [a, b] = [await booked(few, 2), await booked(few, 1)];
  const [c, d] = [await booked(enough, 2), await booked(enough, 3)];
  (await staff.post(`/api/bookings/${a.id}/payments`, { amount: 7800, method: 'CARD' }, { key: key() })).is(200);
  threshold(until(enough) + 60);
  await Promise.all([server.cron(), server.cron()]);
  await server.cron();
  assert.deepEqual([decided(few), decided(enough)], ['called off', 'runs']);
  assert.deepEqual([a, b, c, d].map(({ id }) => state(id)), ['REFUNDED', 'CANCELLED', 'CONFIRMED', 'CONFIRMED']);
  const entries = server.d1(`select kind, amount from ledger_entry where booking_id = (select id from booking where public_id = ?) order by id`, a.id);
  assert.deepEqual(entries.map(({ kind, amount }) => `${kind} ${amount}`), ['CHARGE 7800', 'PAYMENT 7800', 'CREDIT 7800', 'REFUND 7800'], 'the policy does not count');
  for (const { id } of [a, b]) assert.equal(told(id, 'booking.cancelled'), 1);
  assert.equal(told(a.id, 'payment.refunded'), 1);
  for (const { id } of [c, d]) assert.equal(told(id, 'booking.updated'), 1);

  // Somebody leaves: it runs all the same.
  (await staff.post(`/api/bookings/${d.id}/cancel`, {}, { key: key() })).is(200);
  await server.cron();
  assert.deepEqual([decided(enough), state(c.id)], ['runs', 'CONFIRMED']);
  // Nobody comes onto what was called off.
  threshold(null);
  (await guest(server).post('/api/bookings', booking(few), { key: key() })).is(409, 422);
});

test('before its time nothing is decided, and what is held may still make it enough', async () => {
  const slot = await departures.next();
  const made = await booked(slot, 3);
  threshold(until(slot) - 10);
  await server.cron();
  assert.deepEqual([decided(slot), state(made.id)], ['open', 'CONFIRMED']);

  threshold(null);
  const hold = (await guest(server).post('/api/holds', { items: [item(SUNSET, slot, { party: { adult: 1 } })] }, { key: key() })).is(201).json;
  threshold(until(slot) + 10);
  await server.cron();
  assert.deepEqual([decided(slot), state(made.id)], ['open', 'CONFIRMED'], 'somebody still holds a seat');
  (await guest(server).post('/api/bookings', { holdToken: hold.holdToken, customer: { name: 'Late', email: 'late@guests.example' } }, { key: key() })).is(201);
  await server.cron();
  assert.deepEqual([decided(slot), state(made.id)], ['runs', 'CONFIRMED']);
  threshold(null);
});

test('whoever books at that very second is decided with the others', async () => {
  const seen = new Set();
  for (let round = 0; round < 6; round += 1) {
    const slot = await departures.next();
    const first = await booked(slot, NEEDED - 1);
    threshold(until(slot) + 5);
    // For them it is not yet time.
    const early = guest(server).at(later(slot.startsAt, -(until(slot) + 8)));
    const [answer] = await Promise.all([early.post('/api/bookings', booking(slot, { party: { adult: 1 } }), { key: key() }), server.cron()]);
    await server.cron();
    const outcome = decided(slot);
    seen.add(outcome);
    if (answer.status === 201) {
      assert.equal(outcome, 'runs');
      assert.deepEqual([state(first.id), state(answer.json.id)], ['CONFIRMED', 'CONFIRMED']);
    } else {
      assert.ok([409, 422].includes(answer.status), answer.text);
      assert.deepEqual([outcome, state(first.id)], ['called off', 'CANCELLED']);
    }
    threshold(null);
  }
  assert.ok(!seen.has('open'));
});

test('a departure that is decided says so', async () => {
  const slot = await departures.next();
  await booked(slot, NEEDED);
  threshold(until(slot) + 5);
  await server.cron();
  const date = slot.localStartsAt.slice(0, 10);
  const shown = (await slots(guest(server), SUNSET, { from: date, to: date })).find((other) => other.startsAt === slot.startsAt);
  assert.notEqual(shown.status, 'UNCONFIRMED');
  threshold(null);
  assert.ok(iso(new Date()) < slot.startsAt);
});
