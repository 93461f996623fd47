// What the world is told: a closed list of types, each with its JSON Schema. Every type happens here as users make it happen,
// and every body that arrives, in each surface's words, fits the schema that is published for it; strangers' libraries, in two
// languages, accept every signature.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Ajv from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { guest, OWNER, owner } from '../support/actors.mjs';
import { after as later } from '../support/client.mjs';
import { booking, customer, dayFromNow, Departures, item, key, LESSON, LIGHTHOUSE, MARKET, ORG, slots, SUNSET, tokenOf } from '../support/harbor.mjs';
import { conforms } from '../support/json-schema.mjs';
import { member } from '../support/members.mjs';
import { app, letIn } from '../support/oauth.mjs';
import { hoursLater } from '../support/outbox.mjs';
import { runPython, skip } from '../support/python.mjs';
import { Receiver } from '../support/receiver.mjs';
import { startServer } from '../support/server.mjs';

const SHAPES = ['native', 'rooms', 'zapier', 'apps'];

let server;
let staff;
let types;
let ears;
before(async () => {
  server = await startServer();
  staff = await owner(server);
  types = (await guest(server).get('/api/meta/event-types')).is(200).json;
  ears = await listen();
  await everythingHappens();
  await hoursLater(server);
  await server.settled({ within: 60_000 });
  await hoursLater(server);
  await server.settled({ within: 60_000 });
});
after(async () => {
  for (const ear of Object.values(ears ?? {})) await ear.stop();
  await server?.stop();
});

/** A receiver for each surface's words. */
async function listen() {
  const listening = {};
  const subscribed = async (shape, subscribe) => {
    const receiver = await Receiver.start();
    receiver.secrets = await subscribe(receiver.url);
    listening[shape] = receiver;
  };
  await subscribed('native', async (url) => [(await staff.post(`/api/orgs/${ORG}/webhooks`, { url, events: ['*'] }, { key: key() })).is(201).json.secret]);
  await subscribed('rooms', async (url) => {
    const made = (await staff.post(`/api/orgs/${ORG}/webhooks`, { url, events: ['*'], shape: 'rooms' }, { key: key() })).is(201).json;
    return [made.secret];
  });
  const made = await app(server, ['bookings:read', 'bookings:write', 'catalog:read', 'webhooks:read', 'webhooks:write']);
  const business = await letIn(server, made, OWNER);
  const told = async (shape) => {
    const fits = await Promise.all(types.map(async ({ name }) => [name, (await guest(server).get(`/api/meta/event-types/${name}/schema?shape=${shape}`)).status === 200]));
    return fits.filter(([, is]) => is).map(([name]) => name);
  };
  await subscribed('zapier', async (targetUrl) => {
    const secrets = [];
    for (const event of await told('zapier')) {
      secrets.push((await business.post('/api/zapier/subscriptions', { event, targetUrl, scope: 'org' }, { key: key() })).is(201).json.secret);
    }
    return secrets;
  });
  const events = await told('apps');
  await subscribed('apps', async (url) => [(await business.post('/apps/api/webhooks', { url, events }, { key: key() })).is(201).json.secret]);
  return listening;
}

/** Every type, as people and the clock cause it. */
async function everythingHappens() {
  const anybody = guest(server);
  const tours = new Departures(anybody, SUNSET);
  const book = async (body) => (await anybody.post('/api/bookings', body, { key: key() })).is(201).json;
  const act = async (made, action, body = {}, who = staff) => (await who.post(`/api/bookings/${made.id}/${action}`, body, { key: key() })).is(200).json;

  const paid = await book(booking(await tours.next(), { addOns: [{ id: 'add_harbor_picnic', quantity: 1 }], customer: customer({ phone: '+49 40 123456' }) }));
  await act(paid, 'payments', { amount: 5000, method: 'CASH' });
  await act(paid, 'refund', { amount: 1000, reason: 'The sun did not set' });
  await act(paid, 'party', { party: { adult: 3 } });
  await act(paid, 'reschedule', { startsAt: (await tours.next()).startsAt });
  await act(paid, 'check-in');
  await act(paid, 'no-show', {}, staff.at(later(server.d1('select starts_at from booking where public_id = ?', paid.id)[0].starts_at * 1000, 5)));
  server.database().prepare(`update booking_item set starts_at = 1700000000, ends_at = 1700003600
    where booking_id = (select id from booking where public_id = ?)`).run(paid.id);
  const cancelled = await book(booking(await tours.next()));
  (await anybody.post(`/api/bookings/${cancelled.id}/cancel?token=${tokenOf(cancelled)}`, {}, { key: key() })).is(200);

  const stays = (await slots(anybody, LIGHTHOUSE, { kind: 'rooms', from: dayFromNow(20), to: dayFromNow(60) })).filter(({ status }) => status === 'PRIVATE_ONLY');
  const stay = () => book(booking(stays.shift(), { tourId: LIGHTHOUSE, party: { player: 2 } }));
  const room = await stay();
  await act(room, 'payments', { amount: 5000, method: 'CASH' });
  await act(room, 'party', { party: { player: 4 } });
  await act(room, 'reschedule', { startsAt: stays.shift().startsAt, keepPrice: true });
  await act(room, 'no-show', {}, staff.at(later(server.d1('select starts_at from booking where public_id = ?', room.id)[0].starts_at * 1000, 5)));
  server.database().prepare(`update booking_item set starts_at = 1700010000, ends_at = 1700013600
    where booking_id = (select id from booking where public_id = ?)`).run(room.id);
  await act(await stay(), 'cancel');
  server.database().exec(`update offering set approval = 1 where public_id = '${LIGHTHOUSE}'`);
  await act(await stay(), 'approve');
  await act(await stay(), 'reject', { reason: 'The lamp is being cleaned.' });

  server.database().exec(`update offering set approval = 1 where public_id = '${MARKET}'`);
  const market = await new Departures(anybody, MARKET, { kind: 'events', firstDay: 10, days: 300, party: { guest: 2 } }).next();
  const asked = () => book(booking(market, { tourId: MARKET, party: { guest: 2 } }));
  await act(await asked(), 'approve');
  await act(await asked(), 'reject', { reason: 'The pier is closed.' });

  const lesson = (await slots(anybody, LESSON, { kind: 'appointments', from: dayFromNow(7), to: dayFromNow(60) }))
    .find((slot) => slot.status === 'OPEN' && [3, 5].includes(new Date(slot.localStartsAt.slice(0, 10)).getUTCDay()));
  await book(booking(lesson, { tourId: LESSON, party: { guest: 1 }, answers: { experience: 'Never' } }));

  const anHourAgo = anybody.at(new Date(Date.now() - 3_600_000));
  (await anHourAgo.post('/api/holds', { items: [item(SUNSET, await tours.next())], customer: customer() }, { key: key() })).is(201);
  await server.cron();

  const full = await tours.next();
  for (const adult of [8, 2, 2]) await book(booking(full, { party: { adult } }));
  (await anybody.post('/api/waiting-list', { offeringId: SUNSET, startsAt: full.startsAt, party: { adult: 2 }, customer: customer() }, { key: key() })).is(201);

  const addOns = `/api/orgs/${ORG}/add-ons`;
  const extra = (await staff.post(addOns, { name: 'Blanket', method: 'FLAT', price: 300 }, { key: key() })).is(201).json;
  (await staff.delete(`${addOns}/${extra.id}`)).is(204);
  (await staff.patch(`/api/orgs/${ORG}/tours/${SUNSET}`, { summary: 'Two hours, one sunset' })).is(200);
  const departure = (await tours.next()).startsAt;
  (await staff.send('PUT', `/api/orgs/${ORG}/tours/${SUNSET}/departures/${departure}`, { json: { cancelled: true } })).is(200);

  const contributor = member(server, 'CONTRIBUTOR');
  const submissions = `/api/orgs/${ORG}/submissions`;
  const hand = async (title, day) => (await contributor.post(submissions, {
    title, text: 'An evening of **songs**.', when: [{ from: `${dayFromNow(day)}T06:00`, to: `${dayFromNow(day)}T07:00` }], where: 'Pier 3', status: 'SUBMITTED',
  }, { key: key() })).is(201).json;
  (await staff.post(`${submissions}/${(await hand('Shanties', 31)).id}/approve`, {}, { key: key() })).is(200);
  (await staff.post(`${submissions}/${(await hand('Sirens', 32)).id}/reject`, { reason: 'Too loud' }, { key: key() })).is(200);
}

const published = async (type, shape) => {
  const answer = await guest(server).get(`/api/meta/event-types/${type}/schema?shape=${shape}`);
  if (answer.status === 404) return undefined;
  assert.match(answer.is(200).header('content-type'), /^application\/schema\+json/);
  return answer.json;
};

test('the list of types is closed: the product’s, the database’s and what happened here are the same', async () => {
  const names = types.map(({ name }) => name).sort();
  assert.deepEqual(server.d1('select name from event_type order by name').map(({ name }) => name), names);
  assert.deepEqual([...new Set(ears.native.received.map(({ type }) => type))].sort(), names);
  assert.throws(() => server.database().exec(`insert into event_log (public_id, org_id, kind, payload, happened_at) values ('evt_x', 1, 'booking.exploded', '{}', 0)`), /unknown_event/);
  const { webhooks } = (await guest(server).get('/openapi.json')).is(200).json;
  assert.deepEqual(Object.keys(webhooks).sort(), names);
});

for (const shape of SHAPES) {
  test(`every body told in the words of ${shape} fits the schema that is published for its type`, async () => {
    const fits = new Map();
    const ajv = addFormats(new Ajv({ strict: true, strictTypes: false, allErrors: true, formats: { int32: true, int64: true } }));
    for (const { name } of types) {
      const schema = await published(name, shape);
      if (schema) fits.set(name, { schema, valid: ajv.compile(schema) });
    }
    const told = new Map();
    for (const { id, body } of ears[shape].accepted) {
      const [{ kind }] = server.d1('select kind from event_log where public_id = ?', id);
      const { schema, valid } = fits.get(kind) ?? {};
      assert.ok(schema, `${kind} is told to ${shape}, and has no schema there`);
      assert.ok(valid(JSON.parse(body)), `${kind}: ${ajv.errorsText(valid.errors)}\n${body}`);
      assert.deepEqual(conforms(schema, schema, JSON.parse(body)), [], `${kind} says more than its schema: ${body}`);
      told.set(kind, (told.get(kind) ?? 0) + 1);
    }
    assert.deepEqual([...fits.keys()].filter((kind) => !told.has(kind)), [], 'has a schema, was never told');
    // A schema that lets everything through would prove nothing.
    for (const [kind, { valid }] of fits) assert.ok(!valid({ id: 7 }), `the schema of ${kind} takes anything`);
  });
}

test('an unknown type, and a type that a surface does not tell of, have no schema', async () => {
  (await guest(server).get('/api/meta/event-types/booking.exploded/schema')).problem(404);
  (await guest(server).get('/api/meta/event-types/lead.created/schema?shape=apps')).problem(404);
  (await guest(server).get('/api/meta/event-types/lead.created/schema?shape=fax')).problem(400);
  (await guest(server).get('/api/meta/event-types/booking.canceled/schema')).is(200);
});

test('whoever is to work on a booking is named, once', () => {
  const told = ears.native.accepted.filter(({ type }) => type === 'staff.assigned').map(({ body }) => JSON.parse(body).data);
  assert.equal(told.length, 1);
  assert.equal(told[0].items[0].offeringId, LESSON);
  const [{ public_id: person }] = server.d1(`select public_id from person where email = 'instructor@harbor.example'`);
  assert.equal(told[0].assignee.id, person);
});

test('the standard’s library from npm accepts every delivery of every surface', () => {
  for (const shape of SHAPES) {
    assert.ok(ears[shape].received.length > 0);
    assert.deepEqual(ears[shape].unsigned, [], shape);
  }
});

test('the standard’s library from PyPI accepts every delivery of every surface, and none that was changed', { skip }, async () => {
  const deliveries = SHAPES.flatMap((shape) => ears[shape].received.map(({ body, headers }) => ({ body, headers, secrets: ears[shape].secrets })));
  const told = await runPython(['-c', `
import json, sys
from standardwebhooks.webhooks import Webhook, WebhookVerificationError

def accepts(delivery, body):
    for secret in delivery["secrets"]:
        try:
            Webhook(secret).verify(body, delivery["headers"])
            return True
        except WebhookVerificationError:
            pass
    return False

deliveries = json.load(sys.stdin)
print(json.dumps({
    "accepted": sum(accepts(one, one["body"]) for one in deliveries),
    "changed": sum(accepts(one, one["body"].replace("1", "2", 1) + " ") for one in deliveries),
}))
`], { input: JSON.stringify(deliveries) });
  assert.deepEqual(JSON.parse(told), { accepted: deliveries.length, changed: 0 });
  assert.ok(deliveries.length >= 60, `${deliveries.length}`);
});
