// An Idempotency-Key makes a POST safe to send again: one change, one event, one answer, byte for byte.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { after as minutesAfter } from '../support/client.mjs';
import { booking, customer, Departures, item, key, SUNSET, tokenOf } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

let server;
let departures;
before(async () => {
  server = await startServer();
  departures = new Departures(guest(server), SUNSET);
});
after(() => server.stop());

function count(sql, ...values) {
  return server.database().prepare(sql).get(...values).n;
}

const bookingsOf = (email) =>
  count(
    `select count(*) as n from booking join customer on customer.id = booking.customer_id where customer.email = ?`,
    email,
  );

test('the same key fifty times at once: one booking, one event, one answer', async () => {
  const body = booking(await departures.next());
  const once = key();
  const caller = guest(server);
  const answers = await Promise.all(Array.from({ length: 50 }, () => caller.post('/api/bookings', body, { key: once })));
  for (const answer of answers) answer.is(201);
  assert.equal(new Set(answers.map((answer) => answer.text)).size, 1, 'the answers differ');
  assert.equal(bookingsOf(body.customer.email), 1);
  assert.equal(
    count(`select count(*) as n from event_log where kind = 'booking.created' and subject = ?`, answers[0].json.id),
    1,
  );
});

test('without a key every request is its own booking', async () => {
  const body = booking(await departures.next());
  const [one, two] = [await guest(server).post('/api/bookings', body), await guest(server).post('/api/bookings', body)];
  assert.notEqual(one.is(201).json.id, two.is(201).json.id);
  assert.equal(bookingsOf(body.customer.email), 2);
});

test('the same key with another body is refused and changes nothing', async () => {
  const caller = guest(server);
  const body = booking(await departures.next());
  const once = key();
  (await caller.post('/api/bookings', body, { key: once })).is(201);
  const other = { ...body, party: { adult: 3 } };
  (await caller.post('/api/bookings', other, { key: once })).problem(422, 'idempotency_key_reused');
  assert.equal(bookingsOf(body.customer.email), 1);
});

test('a refusal for want of seats is not remembered: the same key books once seats are free again', async () => {
  const slot = await departures.next();
  const caller = guest(server);
  const hold = (await caller.post('/api/holds', { items: [item(SUNSET, slot, { party: { adult: 8 } })] }, { key: key() })).is(201);
  const filled = [hold.json.holdToken];
  for (let left = slot.remaining - 8; left > 0; ) {
    const adult = Math.min(8, left);
    const more = (await guest(server).post('/api/holds', { items: [item(SUNSET, slot, { party: { adult } })] }, { key: key() })).is(201);
    filled.push(more.json.holdToken);
    left -= adult;
  }
  const body = booking(slot);
  const once = key();
  (await caller.post('/api/bookings', body, { key: once })).problem(409, 'sold_out');
  (await caller.delete(`/api/holds/${filled[0]}`)).is(204);
  (await caller.post('/api/bookings', body, { key: once })).is(201);
});

test('a hold asked for twice with one key is one hold', async () => {
  const slot = await departures.next();
  const body = { items: [item(SUNSET, slot)] };
  const once = key();
  const caller = guest(server);
  const first = (await caller.post('/api/holds', body, { key: once })).is(201);
  const second = (await caller.post('/api/holds', body, { key: once })).is(201);
  assert.equal(second.text, first.text);
  const after = (await guest(server).get(`/api/tours/${SUNSET}/availability?from=${slot.localStartsAt.slice(0, 10)}&to=${slot.localStartsAt.slice(0, 10)}`)).is(200);
  const now = after.json.slots.find((other) => other.startsAt === slot.startsAt);
  assert.equal(now.remaining, slot.remaining - 2);
});

test('a hold extended twice with one key is extended once', async () => {
  const caller = guest(server);
  const hold = (await caller.post('/api/holds', { items: [item(SUNSET, await departures.next())] })).is(201).json;
  const later = (minutes) => caller.at(minutesAfter(hold.expiresAt, minutes - 15));
  const extend = (minutes, name) => later(minutes).send('POST', `/api/holds/${hold.holdToken}/extend`, { key: name });
  const name = key();
  const first = (await extend(5, name)).is(200);
  const again = (await extend(9, name)).is(200);
  assert.equal(again.text, first.text);
  assert.ok((await extend(9, key())).is(200).json.expiresAt > first.json.expiresAt, 'another key extends it further');
  assert.ok(!JSON.stringify(server.d1('select * from idempotency')).includes(hold.holdToken), 'the token is not kept in clear');
});

test('cancelling twice with one key cancels once and answers the same', async () => {
  const caller = guest(server);
  const booked = (await caller.post('/api/bookings', booking(await departures.next()), { key: key() })).is(201).json;
  const once = key();
  const path = `/api/bookings/${booked.id}/cancel?token=${tokenOf(booked)}`;
  const first = (await caller.post(path, {}, { key: once })).is(200);
  const second = (await caller.post(path, {}, { key: once })).is(200);
  assert.equal(second.text, first.text);
  (await caller.post(path, {}, { key: key() })).problem(409);
});

test('what staff set up is set up once', async () => {
  const staff = await owner(server);
  const hooks = `/api/orgs/${staff.organizations[0].id}/webhooks`;
  const body = { url: 'https://hooks.example.com/daymark', events: ['booking.created'] };
  const once = key();
  const first = (await staff.post(hooks, body, { key: once })).is(201);
  const second = (await staff.post(hooks, body, { key: once })).is(201);
  assert.equal(second.text, first.text);
  (await staff.post(hooks, { ...body, description: 'another' }, { key: once })).problem(422, 'idempotency_key_reused');
  assert.equal(count('select count(*) as n from webhook_endpoint'), 1);
});

test('the same key on another route is another key', async () => {
  const slot = await departures.next();
  const once = key();
  const hold = (await guest(server).post('/api/holds', { items: [item(SUNSET, slot)] }, { key: once })).is(201).json;
  const made = (await guest(server).post('/api/bookings', { holdToken: hold.holdToken, customer: customer() }, { key: once })).is(201).json;
  assert.equal(made.status, 'CONFIRMED');
});
