// Money that needs a hand: what a provider would not do is shown to staff with its reason, seen to once, and then it is gone.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest } from '../support/actors.mjs';
import { booking, Departures, key, ORG, SUNSET } from '../support/harbor.mjs';
import { asked, even, ledger, paid, refused, session, startPaid, state, told } from '../support/payments.mjs';

const PATH = `/api/orgs/${ORG}`;

let stage, server, stripe, staff, departures;
before(async () => {
  stage = await startPaid();
  ({ server, stripe, staff } = stage);
  departures = new Departures(guest(server), SUNSET);
});
after(() => stage?.stop());

const troubles = async () => (await staff.get(`${PATH}/payments/troubles`)).is(200).json;
const act = (refund, what, body = {}, options = { key: key() }) => staff.post(`${PATH}/refunds/${refund}/${what}`, body, options);
const refundsOf = (id) => server.d1('select * from refund where booking_id = (select id from booking where public_id = ?) order by id', id);
const sent = () => stripe.asked.filter(({ method, path }) => method === 'POST' && path === '/v1/refunds').length;

test('a refund that was refused is listed with its reason, sent again once by whoever is first, and then no longer listed', async () => {
  const made = await refused(stage, await departures.next());
  const listed = (await troubles()).refusedRefunds.find((one) => one.id === made.refund);
  assert.deepEqual([listed.bookingId, listed.amount, listed.canResend], [made.id, made.dueNow, true]);
  assert.match(listed.reason, /insufficient_funds/);
  assert.match(listed.providerUrl, new RegExp(`^https://dashboard\\.stripe\\.com/test/payments/${made.intent}$`));
  const before = sent();
  const again = key();
  const answers = await Promise.all([act(made.refund, 'resend', {}, { key: again }), act(made.refund, 'resend', {}, { key: again }), act(made.refund, 'resend'), act(made.refund, 'resend')]);
  assert.ok(answers.some(({ status }) => status === 202));
  for (const answer of answers) if (answer.status !== 202) answer.problem(409);
  await server.cron();
  await stripe.tell();
  assert.equal(sent() - before, 1, 'sent once');
  assert.deepEqual(refundsOf(made.id).map((one) => one.state), ['FAILED', 'DONE']);
  assert.equal(state(server, made.id), 'REFUNDED');
  const sums = even(stage, made.id);
  assert.deepEqual([sums.captured, sums.refunded, sums.owed], [sums.paidIn, sums.wentBack, 0]);
  assert.equal((await troubles()).refusedRefunds.some((one) => one.bookingId === made.id), false);
  (await act(made.refund, 'resend')).problem(409, 'refund_seen_to');
  assert.equal(server.d1(`select count(*) as n from audit where action = 'refund.sent_again' and subject = ?`, made.id)[0].n, 1);
});

test('what was given back in another way is written down once, sent to nobody, and ends the booking as a refund does', async () => {
  const made = await refused(stage, await departures.next(), 'expired_or_canceled_card');
  const before = sent();
  assert.equal((await act(made.refund, 'settle', { method: 'BARTER' })).problem(400).errors[0].pointer, '/method');
  const again = key();
  const [one, other] = [await act(made.refund, 'settle', { method: 'TRANSFER' }, { key: again }), await act(made.refund, 'settle', { method: 'TRANSFER' }, { key: again })];
  assert.deepEqual(other.is(200).json, one.is(200).json);
  assert.deepEqual([one.json.status, one.json.refundedAmount, one.json.balance.amount], ['REFUNDED', made.dueNow, 0]);
  (await act(made.refund, 'settle', { method: 'CASH' })).problem(409, 'refund_seen_to');
  (await act(made.refund, 'resend')).problem(409, 'refund_seen_to');
  await server.cron();
  assert.equal(sent(), before, 'nothing is sent');
  const line = server.d1(`select amount, method, reference from ledger_entry where kind = 'REFUND' and booking_id = (select id from booking where public_id = ?)`, made.id);
  assert.deepEqual(line.map((row) => ({ ...row })), [{ amount: made.dueNow.amount, method: 'TRANSFER', reference: null }]);
  assert.equal(told(server, made.id, 'payment.refunded'), 1);
  assert.equal((await troubles()).refusedRefunds.some((one) => one.bookingId === made.id), false);
});

test('of what is no longer owed nobody has to send anything', async () => {
  const made = await refused(stage, await departures.next());
  assert.ok((await troubles()).refusedRefunds.some((one) => one.bookingId === made.id));
  stripe.refundByHand(made.intent, made.dueNow.amount);
  await stripe.tell();
  assert.equal(state(server, made.id), 'REFUNDED');
  assert.equal((await troubles()).refusedRefunds.some((one) => one.bookingId === made.id), false);
  (await act(made.refund, 'resend')).problem(409, 'refund_seen_to');
});

test('a dispute is listed until it is decided', async () => {
  const made = await paid(stage, await departures.next());
  const mine = async () => (await troubles()).disputes.filter((one) => one.bookingId === made.id);
  assert.deepEqual(await mine(), []);
  stripe.dispute(made.intent);
  await stripe.tell();
  const [listed] = await mine();
  assert.deepEqual([listed.status, listed.amount], ['needs_response', made.dueNow]);
  stripe.dispute(made.intent, 'won');
  await stripe.tell();
  assert.deepEqual(await mine(), []);
  assert.deepEqual(ledger(server, made.id, { all: true }).filter((line) => line.startsWith('ADJUSTMENT')), [`ADJUSTMENT -${made.dueNow.amount}`, `ADJUSTMENT ${made.dueNow.amount}`]);
});

test('money that came too late is listed with what became of it', async () => {
  const slot = await departures.next();
  const made = await asked(server, slot, { party: { adult: 2 } });
  const page = await session(stripe, made);
  server.database().prepare(`update booking set state = 'EXPIRED', version = version + 1, held_until = null where public_id = ?`).run(made.id);
  (await staff.post(`${PATH}/bookings`, { booking: booking(slot, { party: { adult: slot.remaining } }) }, { key: key() })).is(201);
  stripe.pay(page.id);
  await stripe.tell();
  await server.cron();
  await stripe.tell();
  const [listed] = (await troubles()).lateMoney.filter((one) => one.bookingId === made.id);
  assert.deepEqual([listed.amount, listed.done], [made.dueNow, true]);
});

test('once the keys are forgotten, a refund that was refused can only be given back in another way', async () => {
  const made = await refused(stage, await departures.next());
  (await staff.send('DELETE', `${PATH}/payments`)).is(204);
  (await staff.send('DELETE', `${PATH}/payments/kept`)).is(204);
  const [listed] = (await troubles()).refusedRefunds.filter((one) => one.bookingId === made.id);
  assert.equal(listed.canResend, false);
  (await act(made.refund, 'resend')).problem(409, 'keys_forgotten');
  (await act(made.refund, 'settle', { method: 'CASH' })).is(200);
});
