// The rush for what is limited by the date: so many bookings a day, or fewer boats on one day. Exactly that much is sold;
// with the laws of the database taken off, the same rush sells more.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { guest } from '../support/actors.mjs';
import { booking, dayFromNow, item, KAYAK, key, customer, slots, SUNSET } from '../support/harbor.mjs';
import { goesWrong } from '../support/race.mjs';
import { dropTriggers } from '../support/schema.mjs';
import { startServer } from '../support/server.mjs';

const RUSH = 60;
const A_DAY = 3;

const sold = (answers) => answers.filter((answer) => answer.status === 201).length;
const rush = (server, body) =>
  Promise.all(Array.from({ length: RUSH }, (_, n) => guest(server).post('/api/bookings', body(n), { key: key() })));

/** The tour takes three bookings a day, on any of its departures; everybody wants the same date. */
async function rushForADay(server, day) {
  server.database().prepare("update offering set rules = json_set(rules, '$.maxPerDay', cast(? as integer)) where public_id = ?").run(A_DAY, SUNSET);
  const date = dayFromNow(day);
  const open = await slots(guest(server), SUNSET, { from: date, to: date });
  assert.ok(open.length >= 2, `${date} has ${open.length} departures`);
  return rush(server, (n) => booking(open[n % open.length], { party: { adult: 1 } }));
}

/** One of the two kayaks is being repaired on a date; everybody wants that date, for an hour or for three. */
async function rushForTheOtherKayak(server, day) {
  const date = dayFromNow(day);
  const overrides = JSON.stringify([{ date, windows: [{ from: '09:00', to: '19:00' }], units: 1 }]);
  const changed = server.database()
    .prepare(`update resource set overrides = ? where id in (select resource_id from requirement_resource as pool
      join requirement on requirement.id = pool.requirement_id join offering on offering.id = requirement.offering_id
      where offering.public_id = ?)`)
    .run(overrides, KAYAK).changes;
  assert.equal(changed, 1);
  const wishes = [];
  for (const length of [60, 180]) {
    const open = await slots(guest(server), KAYAK, { kind: 'packages', from: date, to: date, party: { kayak: 1 }, length });
    wishes.push(...open.map((start) => item(KAYAK, start, { party: { kayak: 1 }, length })));
  }
  assert.ok(wishes.length >= 10, `only ${wishes.length} wishes on ${date}`);
  await rush(server, (n) => ({ items: [wishes[(n * 7) % wishes.length]], customer: customer() }));
  const claims = server.d1(`select claim.starts_at, claim.ends_at from claim join resource on resource.id = claim.resource_id
    where resource.overrides = ? and claim.released_at is null`, overrides)
    .filter((claim) => new Date(claim.starts_at * 1000).toISOString().startsWith(date));
  assert.ok(claims.length > 0);
  return Math.max(...claims.map((one) => claims.filter((other) => other.starts_at <= one.starts_at && other.ends_at > one.starts_at).length));
}

describe('with the laws of the database', () => {
  let server;
  before(async () => (server = await startServer()));
  after(() => server.stop());

  test('a day sells as many bookings as it may, and the losers are told of other days', async () => {
    const answers = await rushForADay(server, 33);
    assert.equal(sold(answers), A_DAY);
    for (const answer of answers.filter((one) => one.status !== 201)) {
      const problem = answer.problem(409, 'sold_out');
      assert.ok(problem.alternatives.length > 0 && problem.errors.some((error) => error.code === 'day_full'), answer.text);
    }
  });

  test('the one kayak of that date is never rented twice at a time', async () => {
    assert.equal(await rushForTheOtherKayak(server, 35), 1);
  });
});

describe('with the laws taken off', () => {
  let server;
  before(async () => {
    server = await startServer();
    const dropped = dropTriggers(server.database(), 'claim');
    assert.ok(dropped.includes('claim_fits_its_dates'), dropped.join());
  });
  after(() => server.stop());

  test('the same rush sells more of the day', () =>
    goesWrong(async (attempt) => sold(await rushForADay(server, 33 + attempt)) > A_DAY));

  test('the same rush rents the one kayak twice', () =>
    goesWrong(async (attempt) => (await rushForTheOtherKayak(server, 35 + attempt)) > 1));
});
