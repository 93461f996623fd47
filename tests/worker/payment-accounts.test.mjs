// An account at a payment provider comes and goes; what was paid through it goes back through it, and is still heard of.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest } from '../support/actors.mjs';
import { booking, CALENDAR, Departures, key, ORG, SUNSET } from '../support/harbor.mjs';
import { asked, even, paid, session, startPaid, state } from '../support/payments.mjs';
import { KEY } from '../support/stripe/server.mjs';

const PATH = `/api/orgs/${ORG}/payments`;
const RENEWED = 'sk_test_51DaymarkRenewed';
const OTHER = 'sk_test_51DaymarkElsewhere';

let stage, server, stripe, staff, departures;
before(async () => {
  stage = await startPaid();
  ({ server, stripe, staff } = stage);
  stripe.accounts.set(RENEWED, 'acct_1').set(OTHER, 'acct_2');
  departures = new Departures(guest(server), SUNSET);
});
after(() => stage?.stop());

const connect = async (secretKey) => (await staff.send('PUT', PATH, { json: { secretKey } })).is(200).json;
const refundsOf = (id) => server.d1('select * from refund where booking_id = (select id from booking where public_id = ?) order by id', id);
const cancel = async (made) => (await staff.post(`/api/bookings/${made.id}/cancel`, { refund: made.dueNow.amount, override: true, reason: 'Storm' }, { key: key() })).is(200);
const goes = async (made) => {
  await cancel(made);
  await server.cron();
  await stripe.tell();
  return refundsOf(made.id)[0].state;
};

test('who stops taking payments is paid on arrival at once, and still gives back what was paid', async () => {
  const before = await paid(stage, await departures.next());
  const other = await paid(stage, await departures.next());
  const paying = await asked(server, await departures.next());
  const page = await session(stripe, paying);
  const { secret } = stripe.endpoint;

  (await staff.send('DELETE', PATH)).is(204);
  const shown = (await staff.get(PATH)).is(200);
  assert.deepEqual([shown.json.provider, shown.json.keyEnds], [null, null]);
  assert.equal(shown.json.kept.length, 1);
  assert.deepEqual({ ...shown.json.kept[0], closedAt: null }, { provider: 'stripe', mode: 'test', keyEnds: KEY.slice(-4), closedAt: null, refundable: 2, underWay: 1 });
  assert.ok(!shown.text.includes(KEY) && !shown.text.includes(secret));
  assert.equal((await guest(server).get(`/embed/${CALENDAR}`)).is(200).json.org.payments, undefined);
  const made = (await guest(server).post('/api/bookings', booking(await departures.next()), { key: key() })).is(201).json;
  assert.deepEqual([made.status, made.requiresPayment], ['CONFIRMED', false]);

  // Whoever was paying can finish, and it counts.
  stripe.pay(page.id);
  assert.deepEqual(await stripe.tell(), [204]);
  assert.equal(state(server, paying.id), 'CONFIRMED');

  assert.equal(await goes(before), 'DONE');
  assert.equal(state(server, before.id), 'REFUNDED');
  const { captured, refunded, paidIn, wentBack } = even(stage, before.id);
  assert.deepEqual([captured, refunded], [paidIn, wentBack]);
  stripe.dispute(other.intent);
  assert.deepEqual(await stripe.tell(), [204], 'a dispute is heard of');
  assert.equal(server.d1('select dispute from payment where intent = ?', other.intent)[0].dispute, 'needs_response');
  stripe.disputes.length = 0;

  // For good is a second step, and not while money is on its way.
  stripe.refundsAre = 'pending';
  assert.equal(await goes(paying), 'SENT');
  (await staff.send('DELETE', `${PATH}/kept`)).problem(409, 'payments_under_way');
  stripe.settleRefund(refundsOf(paying.id)[0].reference, 'succeeded');
  stripe.refundsAre = 'succeeded';
  await stripe.tell();
  (await staff.send('DELETE', `${PATH}/kept`)).is(204);
  assert.deepEqual(server.d1('select key_sealed, webhook_secret_sealed from payment_account').map((row) => Object.values(row)), [[null, null]]);
  assert.deepEqual((await staff.get(PATH)).json.kept, []);
  (await staff.send('DELETE', `${PATH}/kept`)).problem(404, 'not_found');
  stripe.dispute(other.intent, 'lost');
  assert.deepEqual(await stripe.tell(), [404], 'nobody listens any more');
  const actions = server.d1("select action from audit where action like 'payments.%' order by id").map(({ action }) => action);
  assert.deepEqual(actions.slice(-2), ['payments.disconnected', 'payments.forgotten']);
});

test('the same account with a new key takes its old place, and gives back again what it could not without keys', async () => {
  const endpoints = () => stripe.asked.filter(({ method, path }) => method === 'POST' && path === '/v1/webhook_endpoints').length;
  await connect(RENEWED);
  const rows = () => server.d1('select id, closed_at, key_ends from payment_account order by id');
  assert.deepEqual(rows().map(({ closed_at, key_ends }) => [closed_at, key_ends]), [[null, RENEWED.slice(-4)]]);
  const made = await paid(stage, await departures.next());
  const before = endpoints();
  assert.equal((await connect(KEY)).keyEnds, KEY.slice(-4));
  assert.equal(endpoints(), before, 'its notices come already');
  assert.equal(rows().length, 1);
  assert.equal(await goes(made), 'DONE');
});

test('with another account, what was paid through the first goes back through the first', async () => {
  const first = await paid(stage, await departures.next());
  const { endpoint } = stripe;
  const shown = await connect(OTHER);
  assert.deepEqual([shown.keyEnds, shown.kept.map(({ keyEnds }) => keyEnds)], [OTHER.slice(-4), [KEY.slice(-4)]]);
  const second = await paid(stage, await departures.next());
  const mine = { ...stripe.endpoint };
  assert.equal(await goes(second), 'DONE');
  // The first account's notices are signed with its own secret.
  stripe.endpoint = endpoint;
  assert.equal(await goes(first), 'DONE');
  const refunds = stripe.asked.filter(({ method, path }) => method === 'POST' && path === '/v1/refunds').slice(-2);
  assert.deepEqual(refunds.map(({ account, form }) => [account, form.payment_intent]), [['acct_2', second.intent], ['acct_1', first.intent]]);
  assert.deepEqual([state(server, first.id), state(server, second.id)], ['REFUNDED', 'REFUNDED']);
  stripe.endpoint = mine;
});

test('kept keys are forgotten by themselves half a year after the last that was paid through them', async () => {
  const kept = () => server.d1('select key_sealed is not null as there from payment_account where closed_at is not null').map(({ there }) => there);
  const db = server.database();
  assert.deepEqual(kept(), [1]);
  const half = 181 * 86_400;
  db.exec(`update payment_account set closed_at = closed_at - ${half} where closed_at is not null`);
  await server.cron('17 * * * *');
  assert.deepEqual(kept(), [1], 'what was paid through it is not over');
  db.exec(`update payment set updated_at = updated_at - ${half * 3}; update booking_item set starts_at = starts_at - ${half * 3}, ends_at = ends_at - ${half * 3} where booking_id in (select booking_id from payment)`);
  await server.cron('17 * * * *');
  assert.deepEqual(kept(), [0]);
});
