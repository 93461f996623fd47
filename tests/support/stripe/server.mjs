// Stripe, as far as a booking needs it, on loopback. What we send is checked by Stripe's own schema (requests.json) and refused as
// Stripe refuses it; notices are signed by Stripe's own library. How it behaves is recorded from its documentation: pages that are
// paid, expire or are expired by call (no sooner than half an hour after they were made), answers kept under an Idempotency-Key,
// refunds that succeed, wait or fail, disputes.

import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import Ajv from 'ajv';
import qs from 'qs';
import Stripe from 'stripe';

const { operations } = JSON.parse(readFileSync(new URL('requests.json', import.meta.url), 'utf8'));
const ajv = new Ajv({ coerceTypes: true, strict: false, logger: false });
const checks = new Map(Object.entries(operations).map(([name, schema]) => [name, ajv.compile(schema)]));
const { webhooks } = new Stripe('sk_test_nobody');

export const KEY = 'sk_test_51DaymarkStandIn';
const HALF_AN_HOUR = 30 * 60;

const id = (prefix) => `${prefix}_${randomBytes(9).toString('hex')}`;
const problem = (status, error) => ({ status, body: { error: { type: 'invalid_request_error', ...error } } });
const missing = (name) => problem(404, { code: 'resource_missing', message: `No such ${name}` });

export class StripeStandIn {
  static async start() {
    const stand = new StripeStandIn();
    stand.server = createServer((request, response) => void stand.#take(request, response));
    await new Promise((resolve) => stand.server.listen(0, '127.0.0.1', resolve));
    stand.url = `http://127.0.0.1:${stand.server.address().port}`;
    return stand;
  }

  sessions = new Map();
  intents = new Map();
  refundsById = new Map();
  disputes = [];
  /** What was asked: {method, path, form, key}. */
  asked = [];
  /** Where notices go, and what signs them. */
  endpoint = undefined;
  /** Notices that nobody was told yet. */
  events = [];
  /** The state of a new refund. */
  refundsAre = 'succeeded';
  /** Answers instead of the usual: (request) => {status, body?} | 'silence' | 'lost' | undefined. `lost` does it, and loses the answer. */
  trouble = () => undefined;
  /** Accounts by their keys; what belongs to another one is not there. */
  accounts = new Map([[KEY, 'acct_1']]);
  /** Seconds that its clock is ahead. */
  ahead = 0;
  #kept = new Map();

  now() {
    return Math.floor(Date.now() / 1000) + this.ahead;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  // What people do.

  /** Somebody pays on the page. */
  pay(session) {
    const one = this.sessions.get(session);
    if (one.status !== 'open') throw new Error(`session ${session} is ${one.status}`);
    const intent = {
      account: one.account, id: id('pi'), object: 'payment_intent', amount: one.amount_total, amount_received: one.amount_total, status: 'succeeded', metadata: one.intentMetadata,
      latest_charge: { id: id('ch'), object: 'charge', balance_transaction: { id: id('txn'), object: 'balance_transaction', fee: Math.round(one.amount_total * 0.015) + 25 } },
    };
    this.intents.set(intent.id, intent);
    Object.assign(one, { status: 'complete', payment_status: 'paid', payment_intent: intent.id });
    this.#happens('checkout.session.completed', one);
    return intent.id;
  }

  /** The page's time runs out by itself. */
  expire(session) {
    const one = this.sessions.get(session);
    if (one.status !== 'open') return;
    one.status = 'expired';
    this.#happens('checkout.session.expired', one);
  }

  /** Somebody gives money back in Stripe's dashboard. */
  refundByHand(intent, amount) {
    return this.#refund(intent, amount, {}, 'succeeded');
  }

  /** What was pending ends. */
  settleRefund(refund, status) {
    const one = this.refundsById.get(refund);
    one.status = status;
    this.#happens('refund.updated', one);
  }

  /** The payer goes to their bank. */
  dispute(intent, status = 'needs_response') {
    const open = this.disputes.find((one) => one.payment_intent === intent);
    const dispute = open ?? { id: id('du'), object: 'dispute', payment_intent: intent, amount: this.intents.get(intent).amount, metadata: {} };
    dispute.status = status;
    if (!open) this.disputes.unshift(dispute);
    this.#happens(open ? 'charge.dispute.closed' : 'charge.dispute.created', dispute);
  }

  /** Tells what happened and was not told yet, in the order that `order` makes of it; answers the statuses. */
  async tell(order = (events) => events) {
    const events = order(this.events.splice(0));
    const statuses = [];
    for (const event of events) statuses.push(await this.notify(event));
    return statuses;
  }

  /** Tells one event, signed as Stripe signs. */
  async notify(event, { secret = this.endpoint.secret, at = this.now(), url = this.endpoint.url, headers = {} } = {}) {
    const payload = JSON.stringify(event, null, 2);
    const signature = webhooks.generateTestHeaderString({ payload, secret, timestamp: at });
    const sent = { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature, ...headers };
    const answer = await fetch(url, { method: 'POST', headers: sent, body: payload });
    await answer.text();
    return answer.status;
  }

  #happens(type, object) {
    this.events.push({ id: id('evt'), object: 'event', type, created: this.now(), livemode: false, data: { object: structuredClone(object) } });
  }

  /** The page that people see: they pay, or go back. Paid is what was paid before the payer is sent on. */
  #page(name, method, response) {
    const session = this.sessions.get(name);
    if (!session) return void response.writeHead(404).end();
    if (method === 'POST') this.pay(name);
    if (session.status === 'complete') return void response.writeHead(303, { location: session.success_url }).end();
    const says = session.status === 'open' ? `<form method="post"><button>Pay ${session.amount_total / 100} ${session.currency}</button></form>` : '<p>This page has ended.</p>';
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
    response.end(`<!doctype html><title>Checkout</title><link rel="icon" href="data:,"><h1>Checkout</h1>${says}<a href="${session.cancel_url.replaceAll('&', '&amp;')}">Back</a>`);
  }

  // What programs ask.

  async #take(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const url = new URL(request.url, this.url);
    if (url.pathname.startsWith('/pay/')) return this.#page(url.pathname.slice(5), request.method, response);
    const text = Buffer.concat(chunks).toString('utf8');
    const form = qs.parse(text, { depth: 10, arrayLimit: 100 });
    const asked = { method: request.method, path: url.pathname, query: url.searchParams, form, key: request.headers['idempotency-key'], headers: request.headers };
    this.asked.push(asked);
    const trouble = this.trouble(asked);
    if (trouble === 'silence') return;
    const answer = trouble && trouble !== 'lost' ? { body: {}, ...trouble } : this.#once(asked, text);
    if (trouble === 'lost') return void request.socket.destroy();
    response.writeHead(answer.status, { 'content-type': 'application/json' }).end(JSON.stringify(answer.body));
  }

  #once(asked, text) {
    asked.account = this.accounts.get(asked.headers.authorization?.slice('Bearer '.length));
    if (!asked.account) return problem(401, { message: `Invalid API Key provided: ${asked.headers.authorization?.slice(7)}` });
    if (asked.headers['stripe-version'] !== '2025-09-30.clover') return problem(400, { message: 'An API version that nobody pinned' });
    const kept = asked.key && this.#kept.get(asked.key);
    if (kept && kept.text !== text) return problem(400, { type: 'idempotency_error', code: 'idempotency_key_in_use', message: 'Keys for idempotent requests can only be used with the same parameters' });
    if (kept) return kept.answer;
    const answer = this.#answer(asked);
    if (asked.key && answer.status < 500) this.#kept.set(asked.key, { text, answer });
    return answer;
  }

  #answer({ method, path, query, form, account }) {
    const shape = `${method} ${path.replace(/\/cs_test_\w+/, '/{session}')}`;
    if (method === 'POST') {
      const check = checks.get(shape);
      if (!check) return problem(404, { message: `Unrecognized request URL (${shape})` });
      if (!check(form)) return problem(400, { code: 'parameter_unknown', message: ajv.errorsText(check.errors) });
    }
    const named = this.sessions.get(path.split('/')[4]);
    const session = named?.account === account ? named : undefined;
    switch (shape) {
      case 'POST /v1/webhook_endpoints':
        this.endpoint = { url: form.url, secret: id('whsec'), events: form.enabled_events };
        return { status: 200, body: { id: id('we'), object: 'webhook_endpoint', secret: this.endpoint.secret } };
      case 'GET /v1/checkout/sessions':
        return { status: 200, body: { object: 'list', data: [] } };
      case 'POST /v1/checkout/sessions':
        return this.#open(form, account);
      case 'GET /v1/checkout/sessions/{session}': {
        if (!session) return missing('checkout.session');
        if (session.status === 'open' && session.expires_at <= this.now()) this.expire(session.id);
        const intent = this.intents.get(session.payment_intent) ?? null;
        const { intentMetadata, account: _, ...shown } = session;
        return { status: 200, body: { ...shown, payment_intent: query.getAll('expand[]').length > 0 ? intent : session.payment_intent } };
      }
      case 'POST /v1/checkout/sessions/{session}/expire':
        if (!session) return missing('checkout.session');
        if (session.status !== 'open') return problem(400, { message: `Only Checkout Sessions with a status in ["open"] can be expired. This one is ${session.status}.` });
        this.expire(session.id);
        return { status: 200, body: session };
      case 'POST /v1/refunds':
        return this.#refundAsked(form, account);
      case 'GET /v1/refunds':
        return { status: 200, body: { object: 'list', data: [...this.refundsById.values()].filter((one) => one.payment_intent === query.get('payment_intent')).reverse() } };
      case 'GET /v1/disputes':
        return { status: 200, body: { object: 'list', data: this.disputes.filter((one) => one.payment_intent === query.get('payment_intent')) } };
      default:
        return problem(404, { message: `Unrecognized request URL (${shape})` });
    }
  }

  #open(form, account) {
    if (form.expires_at < this.now() + HALF_AN_HOUR) return problem(400, { message: 'The `expires_at` timestamp must be at least 30 minutes from Checkout Session creation.' });
    if (form.expires_at > this.now() + 24 * 3600) return problem(400, { message: 'The `expires_at` timestamp must be less than 24 hours from Checkout Session creation.' });
    const [line] = form.line_items;
    const session = {
      account, id: id('cs_test'), object: 'checkout.session', status: 'open', payment_status: 'unpaid', payment_intent: null,
      amount_total: line.quantity * line.price_data.unit_amount, currency: line.price_data.currency, expires_at: form.expires_at, metadata: form.metadata,
      client_reference_id: form.client_reference_id, success_url: form.success_url, cancel_url: form.cancel_url, customer_email: form.customer_email,
      intentMetadata: form.payment_intent_data.metadata,
    };
    session.url = `${this.url}/pay/${session.id}`;
    this.sessions.set(session.id, session);
    return { status: 200, body: session };
  }

  #refundAsked({ payment_intent: intent, amount, metadata }, account) {
    const paid = this.intents.get(intent);
    if (paid?.account !== account) return missing('payment_intent');
    if (this.disputes.some((one) => one.payment_intent === intent && !/^(won|warning_)/.test(one.status))) return problem(400, { code: 'charge_disputed', message: 'This charge is disputed.' });
    const gone = [...this.refundsById.values()].filter((one) => one.payment_intent === intent && one.status !== 'failed').reduce((sum, one) => sum + one.amount, 0);
    if (gone + amount > paid.amount) return problem(400, { code: 'charge_already_refunded', message: 'More than was paid.' });
    return { status: 200, body: this.refundsById.get(this.#refund(intent, amount, metadata, this.refundsAre)) };
  }

  #refund(intent, amount, metadata, status) {
    const refund = { id: id('re'), object: 'refund', amount, payment_intent: intent, status, metadata, failure_reason: status === 'failed' ? 'expired_or_canceled_card' : undefined };
    this.refundsById.set(refund.id, refund);
    this.#happens(status === 'failed' ? 'refund.updated' : 'charge.refunded', { ...refund });
    return refund.id;
  }
}
