// The apps surface: a booking is an order, an add-on that runs out has an inventory, and deliveries carry the shop's headers.

import assert from 'node:assert/strict';
import crypto from 'node:crypto';
import { after, before, test } from 'node:test';
import { guest, OWNER, owner } from '../support/actors.mjs';
import { booking, customer, Departures, key, SUNSET, tokenOf } from '../support/harbor.mjs';
import { app, letIn } from '../support/oauth.mjs';
import { Receiver } from '../support/receiver.mjs';
import { startServer } from '../support/server.mjs';

let server;
let shop;
let departures;
before(async () => {
  server = await startServer();
  shop = await letIn(server, await app(server, ['bookings:read', 'bookings:write', 'catalog:write']), OWNER);
  departures = new Departures(guest(server), SUNSET);
});
after(() => server.stop());

const book = async (more) => (await guest(server).post('/api/bookings', booking(await departures.next(), more), { key: key() })).is(201).json;
const put = (path, json) => shop.send('PUT', `/apps/api/${path}`, { json });

test('me tells shop and app', async () => {
  const { shop: mine, app: name } = (await shop.get('/apps/api/me')).is(200).json;
  assert.deepEqual([mine.id, mine.domain, name.name], ['org_harbor', 'harbor', 'Tide Tables']);
});

test('a customer is made once, found by address and changed', async () => {
  const email = customer().email;
  const made = (await shop.post('/apps/api/customers', { email, first_name: 'Jane', last_name: 'Doe', note: 'Likes the bow' }, { key: key() })).is(201).json;
  assert.deepEqual([made.first_name, made.last_name, made.note], ['Jane', 'Doe', 'Likes the bow']);
  const again = await shop.post('/apps/api/customers', { email });
  assert.match(again.problem(409, 'customer_exists').detail, new RegExp(made.id));
  const find = async () => (await shop.get(`/apps/api/customers?email=${encodeURIComponent(email)}`)).is(200).json.data;
  assert.deepEqual((await find()).map(({ id }) => id), [made.id]);
  assert.equal((await put(`customers/${made.id}`, { last_name: 'Roe' })).is(200).json.last_name, 'Roe');
  assert.deepEqual((await find()).map(({ first_name, last_name }) => [first_name, last_name]), [['Jane', 'Roe']]);
  assert.equal((await shop.post('/apps/api/customers', { email: 'nobody' })).problem(400).errors[0].pointer, '/email');
  (await put('customers/cus_nobody', { phone: '1' })).problem(404);
});

test('an order is found by its number and shows the sale', async () => {
  const person = customer({ name: 'Jane Ann Doe' });
  const it = await book({ customer: person, party: { adult: 2, child: 1 } });
  const [order, ...more] = (await shop.get(`/apps/api/orders?number=${it.number}`)).is(200).json.data;
  assert.deepEqual(more, []);
  assert.equal(order.id, it.id);
  assert.equal(order.fulfillment_status, 'open');
  assert.equal(order.total, it.total.amount);
  assert.deepEqual(order.customer, { email: person.email, first_name: 'Jane Ann', last_name: 'Doe', phone: null });
  assert.equal(order.line_items[0].quantity, 3);
  assert.deepEqual((await shop.get('/apps/api/orders?number=HB-1999-000001')).is(200).json.data, []);
});

test('a status goes along the life cycle, and nowhere else', async () => {
  const it = await book();
  assert.equal((await put(`orders/${it.id}`, { status: 'fulfilled' })).problem(422).code, 'too_early');
  assert.equal((await put(`orders/${it.id}`, { status: 'rejected' })).problem(422).code, 'bad_transition');
  const canceled = (await put(`orders/${it.id}`, { status: 'canceled', note: 'By phone' })).is(200).json;
  assert.equal(canceled.status, 'cancelled');
  assert.equal(canceled.fulfillment_status, 'canceled');
  assert.equal((await put(`orders/${it.id}`, { status: 'canceled' })).is(200).json.status, 'cancelled');
  assert.equal((await put(`orders/${it.id}`, { status: 'confirmed' })).is(200).json.status, 'confirmed');
  assert.equal((await put(`orders/${it.id}`, { status: 'lost' })).problem(400).errors[0].pointer, '/status');
  (await put('orders/bkg_nothing', { status: 'canceled' })).problem(404);
});

test('inventory is set or moved, and never below what is sold', async () => {
  const set = async (json) => (await put('inventory/add_harbor_picnic', json)).is(200).json.quantity;
  assert.equal(await set({ quantity: 10 }), 10);
  assert.equal(await set({ adjustment: -4 }), 6);
  const slot = await departures.next();
  const addOns = [{ id: 'add_harbor_picnic', quantity: 3 }];
  (await guest(server).post('/api/bookings', booking(slot, { addOns }), { key: key() })).is(201);
  assert.equal((await put('inventory/add_harbor_picnic', { quantity: 2 })).problem(422).code, 'below_sold');
  assert.equal(await set({ quantity: 6 }), 6);
  assert.equal((await put('inventory/add_harbor_picnic', { adjustment: -7 })).problem(400).errors[0].pointer, '/adjustment');
  (await put('inventory/add_harbor_picnic', {})).problem(400);
  (await put('inventory/add_nothing', { quantity: 1 })).problem(404);
});

test('a discount makes orders cheaper wherever a price is told, within its limits', async () => {
  const make = async (json) => (await shop.post('/apps/api/discounts', json, { key: key() })).is(201).json;
  const slot = await departures.next();
  const priced = (coupon, more = {}) => guest(server).post('/api/quotes', { tourId: SUNSET, instanceStartsAt: slot.startsAt, party: { adult: 2 }, ...(coupon ? { coupon } : {}), ...more });
  const full = (await priced()).is(200).json.quote.total;

  const tenth = await make({ code: 'TIDE12', type: 'percentage', value: 12.5, usage_limit: 1 });
  assert.match(tenth.id, /^cpn_/);
  assert.deepEqual([tenth.type, tenth.value, tenth.usage_limit, tenth.product_ids], ['percentage', 12.5, 1, []]);
  assert.equal((await priced('tide12')).is(200).json.quote.total, full - full / 8);
  const bought = await book({ coupon: 'TIDE12' });
  const [order] = (await shop.get(`/apps/api/orders?number=${bought.number}`)).is(200).json.data;
  assert.equal(order.total, full - full / 8);
  assert.equal((await guest(server).post('/api/bookings', booking(await departures.next(), { coupon: 'TIDE12' }))).problem(422).code, 'coupon_used_up');

  await make({ code: 'FIVER', type: 'fixed_amount', value: 500, product_ids: [SUNSET] });
  assert.equal((await priced('FIVER')).is(200).json.quote.total, full - 500);
  await make({ code: 'ELSEWHERE', type: 'fixed_amount', value: 500, product_ids: ['room_harbor_lighthouse'] });
  assert.equal((await priced('ELSEWHERE')).problem(422).code, 'coupon_not_for_this');
  await make({ code: 'BIG', type: 'fixed_amount', value: 500, minimum_amount: full + 1 });
  assert.equal((await priced('BIG')).problem(422).code, 'coupon_below_minimum');
  await make({ code: 'LATER', type: 'percentage', value: 10, starts_at: '2099-01-01T00:00:00Z', ends_at: '2099-02-01T00:00:00Z' });
  assert.equal((await priced('LATER')).problem(422).code, 'coupon_not_yet');
});

test('a discount that cannot be is refused by its own field, and nothing is made', async () => {
  const count = () => server.d1('select count(*) as n from coupon')[0].n;
  const before = count();
  const good = { code: 'NEVER', type: 'percentage', value: 10 };
  for (const [more, pointer] of [
    [{ code: 'two words' }, '/code'], [{ type: 'gift' }, '/type'], [{ value: 101 }, '/value'], [{ value: -1 }, '/value'], [{ value: 1.234 }, '/value'],
    [{ type: 'fixed_amount', value: 1.5 }, '/value'], [{ type: 'fixed_amount', value: -5 }, '/value'], [{ minimum_amount: -1 }, '/minimum_amount'],
    [{ usage_limit: 0 }, '/usage_limit'], [{ starts_at: '2030-01-02T00:00:00Z', ends_at: '2030-01-01T00:00:00Z' }, '/ends_at'],
    [{ product_ids: [SUNSET, 'tour_nowhere'] }, '/product_ids/1'], [{ secret: 1 }, '/secret'],
  ]) {
    assert.equal((await shop.post('/apps/api/discounts', { ...good, ...more })).problem(400).errors[0].pointer, pointer, JSON.stringify(more));
  }
  (await shop.post('/apps/api/discounts', { ...good, code: 'tide12' })).problem(409, 'code_taken');
  assert.equal(count(), before);
});

/** The verifier of the source document, its header's name changed and nothing else. */
function verifyDaymarkWebhook(rawBody, signature, secret) {
  const hmac = crypto.createHmac('sha256', secret)
    .update(rawBody, 'utf8').digest('hex');
  const expected = `sha256=${hmac}`;
  return crypto.timingSafeEqual(
    Buffer.from(signature), Buffer.from(expected)
  );
}

test('what happens to a booking is told as a sale, signed as shops expect it and as the standard does', async () => {
  const receiver = await Receiver.start();
  try {
    const events = ['order.created', 'order.updated', 'order.canceled', 'customer.created'];
    const subscribed = (await shop.post('/apps/api/webhooks', { url: receiver.url, events }, { key: key() })).is(201).json;
    receiver.secrets = [subscribed.secret];
    assert.deepEqual((await shop.get('/apps/api/webhooks')).is(200).json.data.map((one) => [one.id, one.secret]), [[subscribed.id, undefined]]);
    const it = await book();
    (await guest(server).post(`/api/bookings/${it.id}/cancel?token=${tokenOf(it)}`, {}, { key: key() })).is(200);
    await receiver.until((r) => r.accepted.length === 4);
    assert.deepEqual(receiver.unsigned, []);
    for (const { body, headers } of receiver.accepted) {
      assert.ok(verifyDaymarkWebhook(body, headers['x-daymark-hmac-sha256'], subscribed.secret));
      assert.equal(headers['x-daymark-shop-domain'], 'harbor');
      assert.equal(headers['x-daymark-webhook-id'], subscribed.id);
    }
    const told = receiver.accepted.map(({ body }) => JSON.parse(body));
    assert.deepEqual(told.map(({ event }) => event).sort(), [...events].sort());
    const orders = told.filter(({ event }) => event.startsWith('order.'));
    assert.ok(orders.every(({ data }) => data.id === it.id && data.number === it.number));
    assert.equal(told.find(({ event }) => event === 'order.canceled').data.fulfillment_status, 'canceled');
    (await shop.delete(`/apps/api/webhooks/${subscribed.id}`)).is(204);
    (await shop.delete(`/apps/api/webhooks/${subscribed.id}`)).problem(404);
  } finally {
    await receiver.stop();
  }
});

test('only events of this surface can be asked for, and only with a token', async () => {
  const body = { url: 'https://hooks.example.com/1', events: ['order.created', 'booking.created'] };
  assert.equal((await shop.post('/apps/api/webhooks', body)).problem(400).errors[0].pointer, '/events/1');
  (await guest(server).get('/apps/api/me')).problem(401);
  (await (await owner(server)).get('/apps/api/me')).problem(403);
});

test('a customer keeps the names they were given, and null takes a field away', async () => {
  const email = customer().email;
  const made = (await shop.post('/apps/api/customers', { email, phone: '+49 30 1', note: 'Likes the bow' })).is(201).json;
  assert.deepEqual([made.first_name, made.last_name], [null, null], 'an address is no name');
  const named = (await put(`customers/${made.id}`, { first_name: 'Ludwig', last_name: 'van Beethoven' })).is(200).json;
  assert.deepEqual([named.first_name, named.last_name], ['Ludwig', 'van Beethoven']);
  const bare = (await put(`customers/${made.id}`, { last_name: null, phone: null, note: null })).is(200).json;
  assert.deepEqual([bare.first_name, bare.last_name, bare.phone, bare.note], ['Ludwig', null, null, undefined]);
  assert.equal((await put(`customers/${made.id}`, { email: null })).problem(400).errors[0].pointer, '/email');
  for (const field of ['phone', 'note']) {
    assert.equal((await put(`customers/${made.id}`, { [field]: 'a\u0000b' })).problem(400).errors[0].pointer, `/${field}`);
  }
});

test('an address that is known is refused with the id of whose it is', async () => {
  const email = customer().email;
  const made = (await shop.post('/apps/api/customers', { email })).is(201).json;
  const { existing, errors } = (await shop.post('/apps/api/customers', { email: email.toUpperCase() })).problem(409, 'customer_exists');
  assert.deepEqual([existing, errors[0].pointer], [made.id, '/email']);
});

test('lists lead on to their next page', async () => {
  await book();
  await book();
  for (const list of ['customers', 'orders']) {
    const page = async (query) => (await shop.get(`/apps/api/${list}?${query}`)).is(200).json;
    const all = await page('');
    const first = await page('limit=1');
    const second = await page(`limit=1&cursor=${first.next_cursor}`);
    assert.deepEqual([...first.data, ...second.data].map(({ id }) => id), all.data.slice(0, 2).map(({ id }) => id), list);
    assert.equal((await shop.get(`/apps/api/${list}?limit=0`)).problem(400).errors[0].pointer, '?limit');
  }
});

test('orders are found by the words that they are told in', async () => {
  const it = await book();
  const found = async (status) => (await shop.get(`/apps/api/orders?status=${status}`)).is(200).json.data;
  assert.ok((await found('open')).some(({ id }) => id === it.id));
  (await put(`orders/${it.id}`, { status: 'canceled' })).is(200);
  for (const status of ['canceled', 'cancelled', 'CANCELLED']) assert.ok((await found(status)).some(({ id }) => id === it.id), status);
  await found('fulfilled');
});

test('a note on an order is shown, and null takes it away', async () => {
  const it = await book();
  assert.equal((await put(`orders/${it.id}`, { note: 'Ring the bell' })).is(200).json.note, 'Ring the bell');
  assert.equal((await shop.get(`/apps/api/orders?number=${it.number}`)).json.data[0].note, 'Ring the bell');
  assert.equal((await put(`orders/${it.id}`, { note: null })).is(200).json.note, undefined);
  assert.equal((await put(`orders/${it.id}`, { status: null })).problem(400).errors[0].pointer, '/status');
});

test('an order is refunded once it is over and something was paid, or is told why not', async () => {
  const it = await book();
  assert.equal((await put(`orders/${it.id}`, { status: 'refunded' })).problem(422).code, 'bad_transition');
  const staff = await owner(server);
  (await staff.post(`/api/bookings/${it.id}/payments`, { amount: it.total.amount, method: 'CASH' }, { key: key() })).is(200);
  const evening = await letIn(server, await app(server, ['bookings:read', 'bookings:write']), OWNER, { now: it.items[0].endsAt });
  const order = async (status) => (await evening.send('PUT', `/apps/api/orders/${it.id}`, { json: { status } })).is(200).json.status;
  assert.equal(await order('fulfilled'), 'completed');
  assert.equal(await order('refunded'), 'refunded');
  const back = server.d1("select sum(amount) as n from ledger_entry where kind = 'REFUND' and booking_id = (select id from booking where public_id = ?)", it.id);
  assert.equal(back[0].n, it.total.amount);
  const unpaid = await book();
  (await put(`orders/${unpaid.id}`, { status: 'canceled' })).is(200);
  assert.equal((await put(`orders/${unpaid.id}`, { status: 'refunded' })).problem(422).code, 'nothing_to_refund');
});

test('an app’s list has what it subscribed to here, and nothing of another surface', async () => {
  const target = 'https://hooks.example.com/1';
  const here = (await shop.post('/apps/api/webhooks', { url: target, events: ['order.created'] })).is(201).json;
  const there = (await shop.post('/api/zapier/subscriptions', { event: 'booking.created', targetUrl: target })).is(201).json;
  const ids = (await shop.get('/apps/api/webhooks')).is(200).json.data.map(({ id }) => id);
  assert.ok(ids.includes(here.id) && !ids.includes(there.id));
  (await shop.delete(`/apps/api/webhooks/${there.id}`)).problem(404);
  (await shop.delete(`/api/zapier/subscriptions/${here.id}`)).problem(404);
  (await shop.delete(`/apps/api/webhooks/${here.id}`)).is(204);
});

test('a cart is told of after the time that the organization gives, once', async () => {
  const staff = await owner(server);
  const org = `/api/orgs/${staff.organizations[0].id}`;
  assert.equal((await staff.get(org)).is(200).json.cartMinutes, 0);
  assert.equal((await staff.patch(org, { cartMinutes: -1 })).status, 400);
  assert.equal((await staff.patch(org, { cartMinutes: 10_081 })).problem(400).errors[0].pointer, '/cartMinutes');
  assert.equal((await staff.patch(org, { cartMinutes: 30 })).is(200).json.cartMinutes, 30);
  const who = customer();
  const told = () => server.d1("select count(*) as n from event_log where kind = 'cart.abandoned' and payload like ?", `%${who.email}%`)[0].n;
  try {
    const early = guest(server).at(new Date(Date.now() - 3_600_000));
    (await early.post('/api/holds', { items: [{ offeringId: SUNSET, startsAt: (await departures.next()).startsAt, party: { adult: 2 } }], customer: who })).is(201);
    await server.cron();
    assert.equal(told(), 0, 'it ran out just now');
    server.database().prepare('update booking set cart_due_at = cart_due_at - 1800 where contact_email = ?').run(who.email);
    await server.cron();
    assert.equal(told(), 1);
    await server.cron();
    assert.equal(told(), 1);
  } finally {
    (await staff.patch(org, { cartMinutes: 0 })).is(200);
  }
});
