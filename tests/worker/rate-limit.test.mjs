// One address cannot take the product away from everybody else.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest } from '../support/actors.mjs';
import { booking, CALENDAR, dayFromNow, Departures, item, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

/** Sends until refused for coming too often; fails when that never happens. */
async function knock(send, most) {
  for (let sent = 0; sent < most; sent += 20) {
    const answers = await Promise.all(Array.from({ length: 20 }, send));
    const refused = answers.find((answer) => answer.status === 429);
    if (refused) return refused;
  }
  assert.fail(`${most} requests, and none was too many`);
}

test('whoever writes too often is told to wait and for how long, and others are not', async () => {
  const slot = await new Departures(guest(server), SUNSET).next();
  const body = { items: [item(SUNSET, slot, { party: { dragon: 1 } })] };
  const eager = guest(server);
  const refused = await knock(() => eager.post('/api/holds', body), 2_000);
  refused.problem(429, 'rate_limited');
  assert.match(refused.header('retry-after'), /^[1-9]\d*$/);
  (await guest(server).post('/api/bookings', booking(slot))).is(201);
});

test('whoever looks too often is told to wait and for how long, and others are not', async () => {
  const eager = guest(server);
  const refused = await knock(() => eager.get(`/embed/${CALENDAR}`), 4_000);
  refused.problem(429, 'rate_limited');
  assert.match(refused.header('retry-after'), /^[1-9]\d*$/);
  const day = dayFromNow(20);
  const slots = `/api/tours/${SUNSET}/availability?from=${day}&to=${day}`;
  (await eager.get(slots)).problem(429, 'rate_limited');
  (await guest(server).get(slots)).is(200);
  // Looking is counted apart from booking.
  (await eager.post('/api/bookings', booking(await new Departures(guest(server), SUNSET).next()))).is(201);
});

test('whoever guesses passwords is told to wait, wherever they guess from', async () => {
  const refused = await knock(
    () => guest(server).post('/api/auth/login', { email: 'victim@harbor.example', password: 'guess' }),
    200,
  );
  refused.problem(429, 'rate_limited');
  assert.match(refused.header('retry-after'), /^[1-9]\d*$/);
});
