// Receivers as they are: half of what is sent to them fails, in every way that there is, and for a while they are gone. Every
// event still arrives, in order where it was not retried, and says the same under the same id.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { booking, Departures, key, SUNSET, tokenOf } from '../support/harbor.mjs';
import { hoursLater } from '../support/outbox.mjs';
import { Receiver } from '../support/receiver.mjs';
import { startServer } from '../support/server.mjs';

const KINDS = ['booking.created', 'booking.rescheduled', 'booking.updated', 'booking.cancelled', 'order.created', 'order.updated', 'order.canceled'];
const PATIENCE_MS = 250;
const GUESTS = 5;
/** From then on an event is taken: what would never end proves nothing. */
const MOST_FAULTS = 4;

let server;
let staff;
before(async () => {
  server = await startServer({ vars: { WEBHOOK_TIMEOUT_MILLISECONDS: String(PATIENCE_MS) } });
  staff = await owner(server);
});
after(() => server.stop());

/** The same luck every time (mulberry32). */
function luck(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const FAULTS = [
  () => ({ status: 500, text: 'Something broke' }),
  () => ({ status: 503, headers: { 'retry-after': '1' } }),
  () => ({ status: 301, headers: { location: '/elsewhere' } }),
  () => ({ reset: true }),
  () => ({ silent: true }),
  // Takes it, but says so when nobody listens any more: the sender cannot know.
  () => ({ status: 200, delay: PATIENCE_MS * 2 }),
];

test('a receiver that fails half the time, in every way, and is gone for a while, misses nothing', async () => {
  const chance = luck(20_260_801);
  let faults = 0;
  const answer = (nth) => {
    if (nth > MOST_FAULTS || chance() < 0.5) return { status: 204 };
    faults += 1;
    return FAULTS[Math.floor(chance() * FAULTS.length)]();
  };
  const receiver = await Receiver.start({ answer });
  try {
    const hooks = `/api/orgs/${staff.organizations[0].id}/webhooks`;
    const endpoint = (await staff.post(hooks, { url: receiver.url, events: KINDS }, { key: key() })).is(201).json;
    receiver.secrets = [endpoint.secret];
    const guests = await lives();
    await receiver.die();
    guests.push(...(await lives()));
    await hoursLater(server);
    await server.settled();
    await receiver.revive();

    const pending = () => server.d1(`select count(*) as n from delivery where state = 'PENDING'`)[0].n;
    for (let round = 0; pending() > 0; round += 1) {
      assert.ok(round < 12, `${pending()} are still under way`);
      await hoursLater(server);
      await server.settled();
    }
    const told = deliveries(endpoint.id).filter(({ subject }) => guests.includes(subject));
    assert.equal(told.length, 2 * GUESTS * 7, 'what happened to every guest is told');
    assert.ok(faults > told.length / 4, `only ${faults} of ${receiver.received.length} attempts failed`);

    const taken = new Set(receiver.received.filter(({ status }) => status >= 200 && status < 300).map(({ id }) => id));
    assert.deepEqual(told.filter(({ message_id }) => !taken.has(message_id)), [], 'never arrived');
    assert.deepEqual(receiver.unsigned, []);
    for (const [id, group] of Map.groupBy(receiver.received, (delivery) => delivery.id)) {
      assert.equal(new Set(group.map(({ body }) => body)).size, 1, `${id} came with another body`);
    }
    for (const [subject, inOrder] of Map.groupBy(told, (delivery) => delivery.subject)) {
      for (const [n, later] of inOrder.entries()) {
        for (const earlier of inOrder.slice(0, n)) {
          assert.ok(earlier.first < later.first, `${subject}: ${later.kind} was tried before ${earlier.kind}`);
          assert.ok(earlier.last < later.last || earlier.tried > 1, `${subject}: ${later.kind} overtook ${earlier.kind}, which was not retried`);
        }
      }
    }
  } finally {
    await receiver.stop().catch(() => {});
  }
});

/** Every guest books, moves and cancels: the steps of one amid those of the others. Says the ids of their bookings. */
async function lives() {
  const caller = guest(server);
  const tours = new Departures(caller, SUNSET);
  const made = [];
  for (let n = 0; n < GUESTS; n += 1) made.push((await caller.post('/api/bookings', booking(await tours.next()), { key: key() })).is(201).json);
  const step = async (action, body) => {
    for (const it of made) (await caller.post(`/api/bookings/${it.id}/${action}?token=${tokenOf(it)}`, await body(), { key: key() })).is(200);
  };
  await step('reschedule', async () => ({ startsAt: (await tours.next()).startsAt }));
  await step('cancel', async () => ({}));
  return made.map(({ id }) => id);
}

/** What was sent to an endpoint, in the order in which it happened: how often it was tried, its first attempt and its last. */
function deliveries(endpoint) {
  return server.d1(`select delivery.message_id, delivery.kind, delivery.subject, count(*) as tried, min(attempt.id) as first, max(attempt.id) as last
    from delivery join attempt on attempt.delivery_id = delivery.id
    join webhook_endpoint on webhook_endpoint.id = delivery.endpoint_id
    where webhook_endpoint.public_id = ? and delivery.state = 'DELIVERED'
    group by delivery.id order by delivery.id`, endpoint);
}
