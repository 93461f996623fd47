// workerd is killed in the middle of a load. Whatever a client was told is true after the restart, everything that
// happened is told to the receiver, and the books balance.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { oversold } from '../support/audit.mjs';
import { booking, Departures, key, SUNSET, tokenOf } from '../support/harbor.mjs';
import { hoursLater } from '../support/outbox.mjs';
import { Receiver } from '../support/receiver.mjs';
import { startServer } from '../support/server.mjs';

const CLIENTS = 12;
const SEEN_BEFORE_THE_CRASH = 40;

let server;
let receiver;
before(async () => {
  server = await startServer();
  receiver = await Receiver.start();
});
after(async () => {
  await receiver.stop();
  await server.stop();
});

test('nothing that a client saw is lost, nothing is told twice by another name, the books balance', async () => {
  const staff = await owner(server);
  const hooks = `/api/orgs/${staff.organizations[0].id}/webhooks`;
  const endpoint = (await staff.post(hooks, { url: receiver.url, events: ['booking.created'] }, { key: key() })).is(201).json;
  receiver.secrets = [endpoint.secret];

  const departures = new Departures(guest(server), SUNSET);
  const wishes = [];
  for (let n = 0; n < 10; n += 1) wishes.push(await departures.next());

  const seen = [];
  const unanswered = [];
  let crash;
  const client = async (n) => {
    for (let round = 0; ; round += 1) {
      const body = booking(wishes[(n + round) % wishes.length], { party: { adult: 1 } });
      const once = key();
      try {
        const answer = await guest(server).post('/api/bookings', body, { key: once });
        if (answer.status === 201) seen.push({ answer, body, once });
      } catch {
        unanswered.push({ body, once });
        return;
      }
      if (seen.length >= SEEN_BEFORE_THE_CRASH) crash ??= server.kill();
      if (crash && round > 200) return;
    }
  };
  await Promise.all(Array.from({ length: CLIENTS }, (_, n) => client(n)));
  await crash;
  assert.ok(seen.length >= SEEN_BEFORE_THE_CRASH);
  assert.ok(unanswered.length > 0, 'nobody was in the middle of a booking when it happened');

  await server.restart();

  for (const { answer } of seen) {
    const { id, number } = answer.json;
    const read = (await guest(server).get(`/api/bookings/${id}?token=${tokenOf(answer.json)}`)).is(200).json;
    assert.equal(read.number, number);
    assert.equal(read.status, 'CONFIRMED');
  }

  // Whoever got no answer asks again with the same key: exactly one booking, whether or not the first try had arrived.
  for (const { body, once } of unanswered) {
    const answer = (await guest(server).post('/api/bookings', body, { key: once })).is(201, 409);
    if (answer.status === 201) seen.push({ answer, body, once });
  }
  const db = server.database();
  const emails = db.prepare('select contact_email as email, count(*) as n from booking group by 1').all();
  for (const { body } of seen) {
    assert.equal(emails.find((row) => row.email === body.customer.email)?.n, 1, `${body.customer.email} did not get exactly one booking`);
  }

  const created = db.prepare(`select public_id from event_log where kind = 'booking.created' and happened_at >= (select created_at from webhook_endpoint where public_id = ?)`).all(endpoint.id).map((row) => row.public_id);
  await hoursLater(server);
  await receiver.until((r) => created.every((id) => r.accepted.some((delivery) => delivery.id === id)), { within: 60_000, what: 'an event of every booking' });
  const told = new Set(receiver.accepted.map((delivery) => JSON.parse(delivery.body).data.id));
  for (const { answer } of seen) assert.ok(told.has(answer.json.id), `nobody was told of ${answer.json.id}`);
  assert.equal(receiver.accepted.length, created.length);
  assert.deepEqual(receiver.unsigned, []);

  assert.deepEqual(oversold(db, Math.floor(Date.now() / 1000)), []);
  assert.deepEqual(unbalanced(db), []);
  assert.deepEqual(db.prepare('pragma integrity_check').all().map((row) => row.integrity_check), ['ok']);
});

/** Live bookings whose seats are not claimed, and claims whose booking is not live. */
function unbalanced(db) {
  return db
    .prepare(
      `select booking.public_id, booking.state, count(claim.id) as claims, sum(claim.released_at is null) as live
       from booking
       join booking_item on booking_item.booking_id = booking.id
       left join claim on claim.booking_item_id = booking_item.id
       group by booking_item.id
       having (booking.state in ('CONFIRMED', 'AWAITING_APPROVAL') and coalesce(live, 0) = 0)
           or (booking.state in ('CANCELLED', 'REJECTED', 'EXPIRED', 'REFUNDED') and coalesce(live, 0) > 0)`,
    )
    .all();
}
