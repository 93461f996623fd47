// The app against a live Daymark with the demo's business: DAYMARK_URL=http://127.0.0.1:8787 npm test

const assert = require('node:assert/strict');
const { after, before, describe, test } = require('node:test');
const { PEOPLE, REDIRECT, book, call, catcher, consent, day, departure, register, signIn } = require('./stage');
const zapier = require('zapier-platform-core');
const { prepareApp, validateApp } = require('zapier-platform-core/src/tools/schema');
const App = require('../index');
const { SCOPES } = require('../authentication');

const ask = zapier.createAppTester(App);

let person;
let zap;
before(async () => {
  person = await signIn();
  await register(person, SCOPES);
  zap = await catcher();
});
after(() => zap?.stop());

const CODE_VERIFIER = 'a-verifier-that-nobody-guesses-0123456789-0123456789';
const CODE_CHALLENGE = require('node:crypto').createHash('sha256').update(CODE_VERIFIER).digest('base64url');

/** Connects somebody the way Zapier does. */
async function connect(somebody) {
  const inputData = { redirect_uri: REDIRECT, state: 'a b' };
  const url = new URL(await ask(App.authentication.oauth2Config.authorizeUrl, { inputData }));
  // Zapier adds these two itself where an app enables PKCE.
  url.searchParams.set('code_challenge', CODE_CHALLENGE);
  url.searchParams.set('code_challenge_method', 'S256');
  const back = await consent(somebody, url);
  assert.equal(back.get('state'), 'a b');
  return ask(App.authentication.oauth2Config.getAccessToken, { inputData: { ...inputData, code: back.get('code'), code_verifier: CODE_VERIFIER } });
}

let authData;
/** The owner's connection. */
async function connected() {
  authData ??= await connect(person);
  return authData;
}

const trigger = (key) => App.triggers[key].operation;
const act = async (key, inputData, as) => ask(App.creates[key].operation.perform, { authData: as ?? (await connected()), inputData });
const find = async (key, inputData) => ask(App.searches[key].operation.perform, { authData: await connected(), inputData });

test('the definition is what Zapier wants', () => {
  assert.deepEqual(validateApp(prepareApp(App)).map(({ stack }) => stack), []);
  assert.equal(Object.values(App.triggers).filter(({ display }) => !display.hidden).length, 10);
  assert.deepEqual([Object.keys(App.creates).length, Object.keys(App.searches).length], [7, 2]);
});

describe('a connection', () => {
  test('is made with consent, knows who it acts for, and is renewed', async () => {
    const first = await connected();
    const me = await ask(App.authentication.test, { authData: first });
    assert.equal(me.email, 'owner@harbor.example');
    authData = await ask(App.authentication.oauth2Config.refreshAccessToken, { authData: first });
    assert.notEqual(authData.access_token, first.access_token);
    assert.equal((await ask(App.authentication.test, { authData })).email, me.email);
  });

  test('that is refused says so', async () => {
    await assert.rejects(ask(App.authentication.test, { authData: { access_token: 'nonsense' } }));
  });
});

describe('every trigger', () => {
  test('shows samples with the fields that a hook has', async () => {
    for (const [key, { operation }] of Object.entries(App.triggers)) {
      const list = await ask(operation.performList ?? operation.perform, { authData: await connected(), inputData: {} });
      assert.ok(Array.isArray(list), key);
      for (const one of list.slice(0, 3)) assert.ok(one.id, `${key}: ${JSON.stringify(one)}`);
    }
  });

  test('is told of what happens, believes nobody else, and stops when it is switched off', async () => {
    const auth = await connected();
    const hooks = Object.entries(App.triggers).filter(([, { operation }]) => operation.type === 'hook');
    const subscribed = {};
    for (const [key, { operation }] of hooks) {
      const bundle = { authData: auth, inputData: { scope: 'org' }, targetUrl: `${zap.url}/${key}` };
      subscribed[key] = await ask(operation.performSubscribe, bundle);
    }

    const moved = await book();
    await call('POST', `/api/bookings/${moved.id}/reschedule?token=${moved.token}`, { json: { startsAt: await departure() } });
    const cancelled = await book();
    await call('POST', `/api/bookings/${cancelled.id}/cancel?token=${cancelled.token}`, { json: {} });
    await person.staff('POST', `/api/bookings/${moved.id}/check-in`, {});
    await person.staff('POST', `/api/orgs/${person.org}/add-ons`, { name: 'Blanket', method: 'FLAT', price: 300 });
    await person.staff('PATCH', `/api/orgs/${person.org}/tours/tour_harbor_sunset`, { summary: 'Two hours, one sunset' });

    for (const [key, { operation }] of hooks) {
      const { rawRequest, cleanedRequest } = await zap.at(`/${key}`);
      const bundle = { authData: auth, subscribeData: subscribed[key], rawRequest, cleanedRequest };
      const [told] = await ask(operation.perform, bundle);
      assert.ok(told.id, key);
      // A product says only what changed; everything else says all that its sample shows.
      if (!key.startsWith('product_')) assert.deepEqual(Object.keys(told).sort(), Object.keys(operation.sample).sort(), key);
      await assert.rejects(ask(operation.perform, { ...bundle, rawRequest: { ...rawRequest, content: `${rawRequest.content} ` } }), /not sent by Daymark/);
      await ask(operation.performUnsubscribe, { authData: auth, subscribeData: subscribed[key] });
    }
    const { data } = await call('GET', '/apps/api/webhooks', { headers: { authorization: `Bearer ${auth.access_token}` } });
    assert.deepEqual(data, []);
  });
});

describe('actions and searches', () => {
  test('a day is blocked and given back', async () => {
    const date = day(90);
    const instructor = await connect(await signIn(PEOPLE.instructor));
    const block = (more) => act('block_date', { date, startTime: '09:00', endTime: '12:00', ...more }, instructor);
    assert.equal((await block({})).isBlocked, true);
    assert.equal((await block({ isBlocked: 'false' })).isBlocked, false);
    await assert.rejects(block({ endTime: '' }), /endTime/);
    await assert.rejects(act('block_date', { date }), /no calendar/);
  });

  test('a booking is picked from the list and cancelled; what is to come is no no-show', async () => {
    const { id, number } = await book();
    const list = await ask(trigger('booking_pick').perform, { authData: await connected(), inputData: {} });
    assert.ok(list.find((one) => one.id === id).label.startsWith('Zoe Zander'));
    await assert.rejects(act('no_show', { id }));
    assert.equal((await act('cancel_booking', { id })).status, 'cancelled');
    const [order] = await find('find_order', { number });
    assert.deepEqual([order.id, order.fulfillment_status], [id, 'canceled']);
    assert.deepEqual(await find('find_order', { number: 'HB-1999-000001' }), []);
  });

  test('a customer is made once and found', async () => {
    const email = `made-${process.pid}@guests.example`;
    const made = await act('create_customer', { email, first_name: 'Mara', last_name: 'Made', phone: '' });
    await assert.rejects(act('create_customer', { email }), /already/);
    const [found] = await find('find_customer', { email });
    assert.deepEqual([found.id, found.first_name], [made.id, 'Mara']);
    assert.deepEqual(await find('find_customer', { email: 'nobody@guests.example' }), []);
  });

  test('an order is changed as its life allows', async () => {
    const { id } = await book();
    assert.equal((await act('update_order', { id, status: 'canceled', note: 'By phone' })).fulfillment_status, 'canceled');
    await assert.rejects(act('update_order', { id, status: 'rejected' }));
  });

  test('stock is set and moved', async () => {
    assert.equal((await act('adjust_inventory', { variant_id: 'add_harbor_picnic', quantity: 20 })).quantity, 20);
    assert.equal((await act('adjust_inventory', { variant_id: 'add_harbor_picnic', adjustment: -3 })).quantity, 17);
    await assert.rejects(act('adjust_inventory', { variant_id: 'add_nothing', quantity: 1 }));
  });

  test('a discount is made, and orders are cheaper with it', async () => {
    const code = `ZAP${process.pid}`;
    const made = await act('create_discount', { code, type: 'percentage', value: 10, usage_limit: 5, starts_at: '2026-01-01T00:00:00.000Z' });
    assert.equal(made.code, code);
    const quote = async (coupon) => (await call('POST', '/api/quotes', {
      json: { tourId: 'tour_harbor_sunset', instanceStartsAt: await departure(), party: { adult: 2 }, ...(coupon ? { coupon } : {}) },
    })).quote;
    const { discounted, full } = { discounted: await quote(code), full: await quote() };
    assert.ok(discounted.total < full.total, `${discounted.total} of ${full.total}`);
  });
});
