// Webhooks from end to end: every event arrives, signed, at least once, however the receiver behaves.

import assert from 'node:assert/strict';
import { after, afterEach, before, describe, test } from 'node:test';
import { Webhook } from 'standardwebhooks';
import { guest, owner } from '../support/actors.mjs';
import { booking, customer, Departures, item, key, SUNSET, tokenOf } from '../support/harbor.mjs';
import { hoursLater } from '../support/outbox.mjs';
import { answers, Receiver } from '../support/receiver.mjs';
import { startServer } from '../support/server.mjs';

let server;
let staff;
let hooks;
let departures;
before(async () => {
  server = await startServer();
  staff = await owner(server);
  hooks = `/api/orgs/${staff.organizations[0].id}/webhooks`;
  departures = new Departures(guest(server), SUNSET);
});
after(() => server.stop());

let receiver;
let endpoint;
async function subscribe({ answer, events = ['booking.created', 'booking.cancelled', 'booking.rescheduled'] } = {}) {
  receiver = await Receiver.start({ answer });
  endpoint = (await staff.post(hooks, { url: receiver.url, events }, { key: key() })).is(201).json;
  receiver.secrets = [endpoint.secret];
}
afterEach(async () => {
  if (endpoint) await staff.delete(`${hooks}/${endpoint.id}`);
  await receiver?.stop();
  endpoint = receiver = undefined;
});

async function book() {
  return (await guest(server).post('/api/bookings', booking(await departures.next()), { key: key() })).is(201).json;
}

const deliveries = async () => (await staff.get(`${hooks}/${endpoint.id}/deliveries`)).is(200).json.data;

describe('an event', () => {
  test('arrives signed, and says what happened', async () => {
    await subscribe();
    assert.match(endpoint.secret, /^whsec_[A-Za-z0-9+/]{32,}={0,2}$/);
    const made = await book();
    await receiver.until((r) => r.accepted.length === 1);
    const [delivery] = receiver.accepted;
    assert.deepEqual(receiver.unsigned, []);
    assert.equal(delivery.headers['content-type'], 'application/json');
    const payload = JSON.parse(delivery.body);
    assert.equal(payload.type, 'booking.created');
    assert.equal(payload.data.id, made.id);
    assert.equal(payload.data.number, made.number);
    assert.ok(!delivery.body.includes(tokenOf(made)), 'the manage token does not belong into other systems\' logs');
  });

  test('of a kind that was not asked for does not arrive', async () => {
    await subscribe({ events: ['booking.cancelled'] });
    const made = await book();
    (await guest(server).post(`/api/bookings/${made.id}/cancel?token=${tokenOf(made)}`, {}, { key: key() })).is(200);
    await receiver.until((r) => r.accepted.length === 1);
    assert.equal(JSON.parse(receiver.accepted[0].body).type, 'booking.cancelled');
    await server.cron();
    assert.deepEqual(receiver.received.map((d) => JSON.parse(d.body).type), ['booking.cancelled']);
  });

  test('of checking in arrives at once with what comes of it, and holds up nothing that follows', async () => {
    await subscribe({ events: ['booking.created', 'booking.updated', 'order.fulfilled', 'booking.cancelled'] });
    const made = await book();
    await receiver.until((r) => r.accepted.length === 1);
    (await staff.post(`/api/bookings/${made.id}/check-in`)).is(200);
    await receiver.until((r) => r.accepted.length === 3);
    (await staff.delete(`/api/bookings/${made.id}/check-in`)).is(200);
    (await staff.post(`/api/bookings/${made.id}/check-in`)).is(200);
    (await staff.post(`/api/bookings/${made.id}/cancel`, {})).is(200);
    await receiver.until((r) => r.accepted.length === 6);
    const told = receiver.accepted.map(({ body }) => JSON.parse(body));
    assert.equal(told.filter(({ type }) => type === 'order.fulfilled').length, 1);
    assert.equal(told.find(({ type }) => type === 'order.fulfilled').data.id, made.id);
    assert.equal(told.at(-1).type, 'booking.cancelled');
  });

  test('may be asked for by either spelling', async () => {
    await subscribe({ events: ['booking.canceled'] });
    const made = await book();
    (await guest(server).post(`/api/bookings/${made.id}/cancel?token=${tokenOf(made)}`, {}, { key: key() })).is(200);
    await receiver.until((r) => r.accepted.length === 1);
  });

  test('rolled back with its booking never arrives', async () => {
    await subscribe();
    const slot = await departures.next();
    for (let left = slot.remaining; left > 0; left -= Math.min(8, left)) {
      (await guest(server).post('/api/bookings', booking(slot, { party: { adult: Math.min(8, left) } }), { key: key() })).is(201);
    }
    const sold = Math.ceil(slot.remaining / 8);
    (await guest(server).post('/api/bookings', booking(slot), { key: key() })).is(409);
    await receiver.until((r) => r.accepted.length === sold);
    await server.cron();
    assert.equal(receiver.received.length, sold);
  });
});

describe('a receiver', () => {
  test('that fails half the time gets every event once it takes it, under one id, with one body', async () => {
    await subscribe({ answer: answers.everyOther() });
    const made = await Promise.all(Array.from({ length: 8 }, book));
    await receiver.until((r) => r.received.length >= made.length);
    await hoursLater(server);
    await receiver.until((r) => r.accepted.length === made.length);
    const ids = new Set(receiver.accepted.map((d) => JSON.parse(d.body).data.id));
    assert.deepEqual([...ids].sort(), made.map((m) => m.id).sort());
    for (const group of Map.groupBy(receiver.received, (d) => d.id).values()) {
      assert.equal(new Set(group.map((d) => d.body)).size, 1, 'the body changed between attempts');
    }
    assert.deepEqual(receiver.unsigned, []);
  });

  test('that breaks the connection is tried again', async () => {
    let broken = 0;
    await subscribe({ answer: () => ((broken += 1) === 1 ? { reset: true } : { status: 200 }) });
    await book();
    await receiver.until((r) => r.received.length === 1);
    await hoursLater(server);
    await receiver.until((r) => r.accepted.length === 1);
  });

  test('that redirects is not followed', async () => {
    const elsewhere = await Receiver.start();
    try {
      await subscribe({ answer: (nth) => (nth === 1 ? { status: 302, headers: { location: elsewhere.url } } : { status: 200 }) });
      await book();
      await receiver.until((r) => r.received.length === 1);
      await hoursLater(server);
      await receiver.until((r) => r.accepted.length === 1);
      assert.deepEqual(elsewhere.received, []);
    } finally {
      await elsewhere.stop();
    }
  });

  test('that asks for patience is given it', async () => {
    await subscribe({ answer: answers.always(503, { 'retry-after': '7200' }) });
    await book();
    await receiver.until((r) => r.received.length === 1);
    await server.settled();
    const [{ nextAttemptAt }] = await deliveries();
    const minutes = (Date.parse(nextAttemptAt) - Date.now()) / 60_000;
    assert.ok(minutes > 115 && minutes < 150, `next attempt in ${minutes} minutes`);
  });

  test('that is gone is not bothered again', async () => {
    await subscribe({ answer: answers.gone });
    await book();
    await receiver.until((r) => r.received.length === 1);
    await server.settled();
    const seen = (await staff.get(hooks)).is(200).json.data.find((e) => e.id === endpoint.id);
    assert.ok(seen.disabledAt, 'the endpoint is still enabled');
    await book();
    await hoursLater(server);
    await server.settled();
    assert.equal(receiver.received.length, 1);
  });
});

describe('a hold that ran out', () => {
  const anHourAgo = () => guest(server).at(new Date(Date.now() - 3_600_000));
  const stateOf = (email) => server.d1('select state from booking where contact_email = ? order by id', email).map((row) => row.state);

  test('is cleared away by the minute\'s sweep, and the cart is told of once', async () => {
    await subscribe({ events: ['cart.abandoned'] });
    const who = customer();
    (await anHourAgo().post('/api/holds', { items: [item(SUNSET, await departures.next())], customer: who }, { key: key() })).is(201);
    await server.cron();
    await receiver.until((r) => r.accepted.length === 1);
    assert.deepEqual(stateOf(who.email), ['EXPIRED']);
    const { type, data } = JSON.parse(receiver.accepted[0].body);
    assert.equal(type, 'cart.abandoned');
    assert.equal(data.customer.email, who.email);
    await server.cron();
    await server.settled();
    assert.equal(receiver.received.length, 1);
    const claims = server.d1(`select claim.released_at from claim join booking_item on booking_item.id = claim.booking_item_id
      join booking on booking.id = booking_item.booking_id where booking.contact_email = ?`, who.email);
    assert.ok(claims.length > 0 && claims.every((claim) => claim.released_at !== null));
  });

  test('is no abandoned cart when its customer booked after all, or was nobody', async () => {
    await subscribe({ events: ['cart.abandoned', 'booking.created'] });
    const who = customer();
    const slot = await departures.next();
    (await anHourAgo().post('/api/holds', { items: [item(SUNSET, slot)], customer: who }, { key: key() })).is(201);
    (await anHourAgo().post('/api/holds', { items: [item(SUNSET, slot)] }, { key: key() })).is(201);
    (await guest(server).post('/api/bookings', booking(slot, { customer: who }), { key: key() })).is(201);
    await server.cron();
    await receiver.until((r) => r.accepted.length === 1);
    await server.settled();
    assert.deepEqual(stateOf(who.email), ['EXPIRED', 'CONFIRMED']);
    assert.deepEqual(receiver.received.map((delivery) => JSON.parse(delivery.body).type), ['booking.created']);
  });
});

describe('whoever runs an endpoint', () => {
  test('reads what was sent, how long it took and what came back', async () => {
    await subscribe({ answer: () => ({ status: 418, text: 'I am a teapot' }) });
    await book();
    await receiver.until((r) => r.received.length === 1);
    await server.settled();
    const [delivery] = await deliveries();
    assert.equal(delivery.type, 'booking.created');
    const [attempt] = delivery.attempts;
    assert.equal(attempt.status, 418);
    assert.ok(attempt.latency >= 0);
    assert.equal(attempt.answer, 'I am a teapot');
  });

  test('has a delivery sent again', async () => {
    await subscribe();
    await book();
    await receiver.until((r) => r.accepted.length === 1);
    await server.settled();
    const [delivery] = await deliveries();
    (await staff.post(`${hooks}/${endpoint.id}/deliveries/${delivery.id}/replay`, {}, { key: key() })).is(200, 202);
    await receiver.until((r) => r.received.length === 2);
    const [first, second] = receiver.received;
    assert.equal(second.id, first.id);
    assert.equal(second.body, first.body);
  });

  test('changes the secret without losing a delivery: both sign for a day, then only the new one', async () => {
    await subscribe();
    const fresh = (await staff.post(`${hooks}/${endpoint.id}/rotate-secret`, {}, { key: key() })).is(200).json.secret;
    assert.notEqual(fresh, endpoint.secret);
    await book();
    await receiver.until((r) => r.received.length === 1);
    const [delivery] = receiver.received;
    assert.ok(receiver.verified(delivery, endpoint.secret), 'the old secret does not sign any more');
    assert.ok(receiver.verified(delivery, fresh), 'the new secret does not sign yet');
    assert.equal(delivery.headers['webhook-signature'].split(' ').length, 2);
  });

  test('tries it out', async () => {
    await subscribe();
    (await staff.post(`${hooks}/${endpoint.id}/test`, {}, { key: key() })).is(200, 202);
    await receiver.until((r) => r.received.length === 1);
    assert.deepEqual(receiver.unsigned, []);
  });

  test('never sees the secret again, and the database never holds it in clear', async () => {
    await subscribe();
    const listed = (await staff.get(hooks)).is(200);
    assert.ok(!listed.text.includes(endpoint.secret.slice(6)));
    const [row] = server.database().prepare('select * from webhook_endpoint where public_id = ?').all(endpoint.id);
    assert.ok(!JSON.stringify(row).includes(endpoint.secret.slice(6)));
  });
});

describe('a signature', () => {
  // The vectors of the standard's own libraries, which this receiver checks with.
  const vectors = [
    ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'msg_p5jXN8AQM9LWM0D4loKWxJek', 1_614_265_330, '{"test": 2432232314}', 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='],
    ['whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD', 'msg_27UH4WbU6Z5A5EzD8u03UvzRbpk', 1_649_367_553, '{"email":"test@example.com","username":"test_user"}', 'v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw='],
  ];
  for (const [secret, id, timestamp, body, signature] of vectors) {
    test(`of ${id} is the published one`, () => {
      assert.equal(new Webhook(secret).sign(id, new Date(timestamp * 1000), body), signature);
    });
  }

  test('does not fit a changed body', async () => {
    await subscribe();
    await book();
    await receiver.until((r) => r.received.length === 1);
    const [delivery] = receiver.received;
    assert.ok(receiver.verified(delivery, endpoint.secret));
    assert.ok(!receiver.verified({ ...delivery, body: delivery.body.replace('booking.created', 'booking.cancelled') }, endpoint.secret));
    assert.ok(!receiver.verified({ ...delivery, headers: { ...delivery.headers, 'webhook-id': 'evt_other' } }, endpoint.secret));
  });
});
