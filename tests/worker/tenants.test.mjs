// Two businesses, one deployment: to each of them the other does not exist.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, loggedIn, OWNER, owner } from '../support/actors.mjs';
import { booking, customer, dayFromNow, Departures, key, MARKET, slots, SUNSET, tokenOf } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

const STRANGER = { email: 'owner@hilltop.example', password: OWNER.password };

let server;
let stranger;
let staff;
let org;
before(async () => {
  server = await startServer();
  foundHilltop(server.database());
  stranger = await loggedIn(server, STRANGER);
  staff = await owner(server);
  org = staff.organizations[0].id;
});
after(() => server.stop());

/** The demo's market, sold by the second business. */
function copyMarket(db) {
  const id = 'evt_hilltop_market';
  const columns = (table) => db.prepare('select name from pragma_table_info(?)').all(table).map((row) => row.name);
  const copied = (table, where, changes) => {
    const names = columns(table).filter((name) => name !== 'id' || changes.id !== undefined);
    const values = names.map((name) => (name in changes ? changes[name] : name));
    db.exec(`insert into ${table} (${names}) select ${values} from ${table} where ${where}`);
  };
  const org = `(select id from org where public_id = 'org_hilltop')`;
  const [was, is] = [MARKET, id].map((one) => `(select id from offering where public_id = '${one}')`);
  copied('offering', `public_id = '${MARKET}'`, { public_id: `'${id}'`, org_id: org, brand_id: 'null', category_id: 'null', group_id: 'null' });
  copied('party_type', `offering_id = ${was}`, { offering_id: is, org_id: org });
  copied('tariff', `offering_id = ${was}`, { offering_id: is, org_id: org });
  return id;
}

/** A second business with an owner of its own; it shares nothing with the demo's but the password. */
function foundHilltop(db) {
  const copy = (table, changes, where) => {
    const row = { ...db.prepare(`select * from ${table} where ${where}`).get(), id: null, ...changes };
    const names = Object.keys(row);
    const sql = `insert into ${table} (${names.map((n) => `"${n}"`)}) values (${names.map(() => '?')})`;
    return Number(db.prepare(sql).run(...Object.values(row)).lastInsertRowid);
  };
  const orgId = copy('org', { public_id: 'org_hilltop', slug: 'hilltop', name: 'Hilltop' }, `slug = 'harbor'`);
  const personId = copy('person', { public_id: 'usr_hilltop', email: STRANGER.email }, `email = '${OWNER.email}'`);
  copy('member', { org_id: orgId, person_id: personId, resource_id: null }, `role = 'OWNER'`);
}

test('the stranger is somebody, somewhere else', async () => {
  assert.deepEqual(stranger.organizations.map((o) => o.slug), ['hilltop']);
  (await stranger.get(`/api/orgs/${stranger.organizations[0].id}/webhooks`)).is(200);
});

test('a stranger\'s credentials do not open a booking, and do not change it', async () => {
  const made = (await guest(server).post('/api/bookings', booking(await new Departures(guest(server), SUNSET).next()), { key: key() })).is(201).json;
  (await stranger.get(`/api/bookings/${made.id}`)).problem(404, 'not_found');
  (await stranger.post(`/api/bookings/${made.id}/cancel`, {}, { key: key() })).problem(404, 'not_found');
  (await stranger.post(`/api/bookings/${made.id}/reschedule`, { startsAt: made.items[0].startsAt }, { key: key() })).problem(404, 'not_found');
  assert.equal((await guest(server).get(`/api/bookings/${made.id}?token=${tokenOf(made)}`)).is(200).json.status, 'CONFIRMED');
});

test('every staff route of another organization is not found, whatever is asked of it', async () => {
  const body = { url: 'https://hooks.example.com/daymark', events: ['booking.created'] };
  const { id } = (await staff.post(`/api/orgs/${org}/webhooks`, body, { key: key() })).is(201).json;
  const rows = () => server.database().prepare('select * from webhook_endpoint').all();
  const before = rows();
  const document = (await guest(server).get('/openapi.json')).is(200).json;
  let tried = 0;
  for (const [template, operations] of Object.entries(document.paths)) {
    if (!template.startsWith('/api/orgs/')) continue;
    const path = template.replace(/\{[^}]+\}/, org).replace(/\{[^}]+\}/, id).replace(/\{[^}]+\}/g, 'dlv_x');
    for (const method of Object.keys(operations)) {
      if (!['get', 'post', 'put', 'patch', 'delete'].includes(method)) continue;
      const answer = await stranger.send(method.toUpperCase(), path, ['get', 'delete'].includes(method) ? {} : { json: body, key: key() });
      assert.equal(answer.status, 404, `${method} ${path}: ${answer.status} ${answer.text.slice(0, 200)}`);
      tried += 1;
    }
  }
  assert.ok(tried >= 6, `only ${tried} staff routes are documented`);
  assert.deepEqual(rows(), before);
});

test('guests of two businesses may use the same Idempotency-Key', async () => {
  const market = copyMarket(server.database());
  const [ours, theirs] = await Promise.all([MARKET, market].map(async (id) => (await slots(guest(server), id, {
    kind: 'events', from: dayFromNow(1), to: dayFromNow(90),
  }))[0]));
  const once = key();
  const ask = (path, eventId, slot, more = {}) =>
    guest(server).post(path, { eventId, startsAt: slot.startsAt, party: { guest: 1 }, ...more }, { key: once });
  const who = customer();
  for (const [path, more] of [['/api/holds', {}], ['/api/bookings', { customer: who }]]) {
    const one = (await ask(path, MARKET, ours, more)).is(201);
    const two = (await ask(path, market, theirs, more)).is(201);
    assert.notEqual(one.text, two.text);
    assert.equal((await ask(path, MARKET, ours, more)).is(201).text, one.text);
    assert.equal((await ask(path, market, theirs, more)).is(201).text, two.text);
  }
  // A hold is booked under the key of its own business as well.
  const holds = [];
  for (const [id, slot] of [[MARKET, ours], [market, theirs]]) holds.push((await ask('/api/holds', id, slot)).is(201).json.holdToken);
  const twice = key();
  for (const holdToken of holds) (await guest(server).post('/api/bookings', { holdToken, customer: who }, { key: twice })).is(201);
  (await guest(server).post('/api/bookings', { holdToken: holds[0], customer: customer() }, { key: twice })).problem(422, 'idempotency_key_reused');
});

test('another organization\'s endpoint under one\'s own path is not found', async () => {
  const body = { url: 'https://hooks.example.com/daymark', events: ['booking.created'] };
  const { id } = (await staff.post(`/api/orgs/${org}/webhooks`, body, { key: key() })).is(201).json;
  const own = stranger.organizations[0].id;
  (await stranger.get(`/api/orgs/${own}/webhooks/${id}/deliveries`)).problem(404);
  (await stranger.delete(`/api/orgs/${own}/webhooks/${id}`)).problem(404);
  (await stranger.post(`/api/orgs/${own}/webhooks/${id}/rotate-secret`, {}, { key: key() })).problem(404);
  const mine = (await stranger.get(`/api/orgs/${own}/webhooks`)).is(200);
  assert.ok(!mine.text.includes(id));
});

test('an organization that does not exist looks the same as one that is somebody else\'s', async () => {
  const theirs = await stranger.get(`/api/orgs/${org}/webhooks`);
  const nobodys = await stranger.get('/api/orgs/org_nowhere/webhooks');
  assert.equal(theirs.status, 404);
  assert.equal(theirs.text, nobodys.text);
});
