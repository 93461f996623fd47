// The rush: far more people than seats, all at once. Exactly the capacity is sold, and whoever loses is told what else
// there is. Each race has its twin with the database's laws taken off, which must oversell: so the race is real.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { guest } from '../support/actors.mjs';
import { oversold, unitsTaken } from '../support/audit.mjs';
import { booking, customer, Departures, item, KAYAK, KAYAK_LENGTHS, key, slots, SUNSET } from '../support/harbor.mjs';
import { goesWrong } from '../support/race.mjs';
import { startServer } from '../support/server.mjs';
import { dropTriggers } from '../support/schema.mjs';

const RUSH = 200;
const LAST_SEATS = 10;

const seconds = (instant) => Date.parse(instant) / 1000;
const now = () => Math.floor(Date.now() / 1000);

/** Leaves exactly `LAST_SEATS` on an untouched departure, then lets everybody in at once. */
async function rushForSeats(server) {
  const slot = await new Departures(guest(server), SUNSET).next();
  for (let left = slot.remaining; left > LAST_SEATS; ) {
    const adult = Math.min(8, left - LAST_SEATS);
    (await guest(server).post('/api/bookings', booking(slot, { party: { adult } }), { key: key() })).is(201);
    left -= adult;
  }
  const answers = await Promise.all(
    Array.from({ length: RUSH }, () =>
      guest(server).post('/api/bookings', booking(slot, { party: { adult: 1 } }), { key: key() }),
    ),
  );
  return { slot, answers };
}

/** Mixed starts and lengths on the two kayaks, all at once, within one afternoon. */
async function rushForKayaks(server) {
  const slot = await new Departures(guest(server), KAYAK, { kind: 'packages', party: { kayak: 1 } }).next();
  const date = slot.localStartsAt.slice(0, 10);
  const wishes = [];
  for (const length of KAYAK_LENGTHS) {
    const open = await slots(guest(server), KAYAK, { kind: 'packages', from: date, to: date, party: { kayak: 1 }, length });
    for (const start of open) wishes.push(item(KAYAK, start, { party: { kayak: 1 }, length }));
  }
  assert.ok(wishes.length >= 10, `only ${wishes.length} different wishes on ${date}`);
  const bodies = Array.from({ length: 3 * wishes.length }, (_, n) => ({
    items: [wishes[(n * 7) % wishes.length]],
    customer: customer(),
  }));
  const answers = await Promise.all(bodies.map((body) => guest(server).post('/api/bookings', body, { key: key() })));
  return { date, bodies, answers };
}

function sold(answers) {
  return answers.filter((answer) => answer.status === 201);
}

describe('with the laws of the database', () => {
  let server;
  before(async () => (server = await startServer()));
  after(() => server.stop());

  test('two hundred guests for the last ten seats: ten get one, the others are told where to go', async () => {
    const { slot, answers } = await rushForSeats(server);
    assert.equal(sold(answers).length, LAST_SEATS);
    for (const answer of answers.filter((a) => a.status !== 201)) {
      const problem = answer.problem(409, 'sold_out');
      assert.ok(problem.alternatives?.length > 0, 'no alternatives for a loser');
      for (const other of problem.alternatives) {
        assert.notEqual(other.startsAt, slot.startsAt, 'the full departure is no alternative to itself');
        assert.ok(other.remaining >= 1);
      }
    }
    const db = server.database();
    assert.equal(unitsTaken(db, SUNSET, seconds(slot.startsAt), now()), slot.remaining);
    assert.deepEqual(oversold(db, now()), []);
  });

  test('mixed lengths on two kayaks: never more than two at once, and nobody was sent away who would have fitted', async () => {
    const { bodies, answers } = await rushForKayaks(server);
    assert.ok(sold(answers).length >= 2);
    assert.deepEqual(oversold(server.database(), now()), []);
    for (const [n, answer] of answers.entries()) {
      if (answer.status === 201) continue;
      assert.ok(answer.problem(409).alternatives?.length > 0, 'no alternatives for a loser');
      // Claims only grew during the rush, so whoever lost rightly would lose again.
      const again = await guest(server).post('/api/bookings', bodies[n], { key: key() });
      assert.equal(again.status, 409, `a loser would have fitted: ${JSON.stringify(bodies[n].items)}`);
    }
  });
});

describe('with the laws taken off', () => {
  let server;
  before(async () => {
    server = await startServer();
    assert.ok(dropTriggers(server.database(), 'claim').length > 0, 'there were no laws to take off');
  });
  after(() => server.stop());

  test('the same rush for seats oversells', () =>
    goesWrong(async () => {
      const { slot, answers } = await rushForSeats(server);
      const taken = unitsTaken(server.database(), SUNSET, seconds(slot.startsAt), now());
      return sold(answers).length > LAST_SEATS && taken > slot.remaining;
    }));

  test('the same rush for kayaks oversells', () =>
    goesWrong(async () => {
      await rushForKayaks(server);
      return oversold(server.database(), now()).length > 0;
    }));
});
