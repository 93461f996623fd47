// An organization that takes payments, and what its guests and the law of the ledger expect of it.

import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { guest, owner } from './actors.mjs';
import { booking, key, ORG, tokenOf } from './harbor.mjs';
import { startServer } from './server.mjs';
import { KEY, StripeStandIn } from './stripe/server.mjs';

/** The product with a stand-in of Stripe, connected to the demo's business. */
export async function startPaid({ vars = {} } = {}) {
  const stripe = await StripeStandIn.start();
  const server = await startServer({ vars: { STRIPE_API_BASE: stripe.url, OUTSIDE_TIMEOUT_MILLISECONDS: '1500', ...vars } });
  const stop = async () => void (await server.stop(), await stripe.stop());
  try {
    const staff = await owner(server);
    const connected = (await staff.send('PUT', `/api/orgs/${ORG}/payments`, { json: { secretKey: KEY } })).is(200).json;
    return { server, stripe, staff, connected, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Books, and is asked to pay. */
export async function asked(server, slot, more = {}, caller = guest(server)) {
  const made = (await caller.post('/api/bookings', booking(slot, more), { key: key() })).is(201).json;
  assert.deepEqual([made.status, made.requiresPayment, made.paymentMode], ['PENDING', true, 'test'], JSON.stringify(made));
  return { ...made, token: tokenOf(made), caller };
}

/** The provider's page that a booking's address leads to. */
export async function session(stripe, made, caller = made.caller) {
  const answer = (await caller.get(`/b/${made.token}/pay`)).is(303);
  const id = /\/pay\/(cs_test_\w+)$/.exec(answer.header('location'))?.[1];
  assert.ok(id, answer.header('location'));
  return stripe.sessions.get(id);
}

/** Books, pays, and the provider tells. */
export async function paid({ server, stripe }, slot, more = {}) {
  const made = await asked(server, slot, more);
  const page = await session(stripe, made);
  const intent = stripe.pay(page.id);
  for (const status of await stripe.tell()) assert.equal(status, 204);
  return { ...made, intent, page };
}

/** Books, pays and is called off, while the provider refuses for good to give the money back; answers our id of the refund, too. */
export async function refused(stage, slot, code = 'insufficient_funds') {
  const { server, stripe, staff } = stage;
  const made = await paid(stage, slot);
  const refund = () => server.d1('select public_id, state from refund where booking_id = (select id from booking where public_id = ?) order by id', made.id)[0];
  const error = { type: 'invalid_request_error', code, message: 'Not now.' };
  stripe.trouble = ({ method, path }) => (method === 'POST' && path === '/v1/refunds' ? { status: 400, body: { error } } : undefined);
  (await staff.post(`/api/bookings/${made.id}/cancel`, {}, { key: key() })).is(200);
  for (let looks = 0; refund().state !== 'FAILED'; looks += 1) {
    assert.ok(looks < 400, `the refund is ${refund().state}`);
    await pause(25);
  }
  stripe.trouble = () => undefined;
  return { ...made, refund: refund().public_id };
}

/** A booking's ledger, `KIND amount` line by line, without what the customer does not see. */
export function ledger(server, id, { all = false } = {}) {
  const rows = server.d1('select kind, amount from ledger_entry where booking_id = (select id from booking where public_id = ?) order by id', id);
  return rows.filter(({ kind }) => all || !['FEE', 'ADJUSTMENT'].includes(kind)).map(({ kind, amount }) => `${kind} ${amount}`);
}

export const state = (server, id) => server.d1('select state from booking where public_id = ?', id)[0].state;
export const told = (server, id, kind) => server.d1('select count(*) as n from event_log where subject = ? and kind = ?', id, kind)[0].n;

/** Captured = owed + refunded, on our side and on the provider's. */
export function even({ server, stripe }, id) {
  const sum = (kind) => server.d1('select coalesce(sum(amount), 0) as n from ledger_entry where kind = ? and booking_id = (select id from booking where public_id = ?)', kind, id)[0].n;
  const [charged, credited, paidIn, wentBack] = ['CHARGE', 'CREDIT', 'PAYMENT', 'REFUND'].map(sum);
  const intents = [...stripe.intents.values()].filter((intent) => intent.metadata.booking === id);
  const captured = intents.reduce((total, intent) => total + intent.amount, 0);
  const mine = new Set(intents.map((intent) => intent.id));
  const refunded = [...stripe.refundsById.values()].filter((one) => mine.has(one.payment_intent) && one.status === 'succeeded').reduce((total, one) => total + one.amount, 0);
  return { captured, refunded, paidIn, wentBack, owed: charged - credited };
}
