// Coming in and going out: login, session, logout, and what a stranger learns on the way (nothing).

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { guest, OWNER, owner, partner } from '../support/actors.mjs';
import { startServer } from '../support/server.mjs';

let server;
let staff;
let org;
before(async () => {
  server = await startServer();
  // One login for all: whoever logs in more than ten times a minute is told to wait.
  staff = await owner(server);
  org = staff.organizations[0].id;
});
after(() => server.stop());

test('login answers who and where, and sets a cookie that scripts and other sites cannot use', async () => {
  const answer = (await guest(server).post('/api/auth/login', OWNER)).is(200);
  assert.equal(answer.json.user.email, OWNER.email);
  const harbor = answer.json.organizations.find((org) => org.slug === 'harbor');
  for (const field of ['id', 'slug', 'name', 'role', 'timezone', 'currency']) assert.equal(typeof harbor[field], 'string', field);
  assert.equal(harbor.role, 'OWNER');
  const [cookie, ...others] = answer.headers.getSetCookie();
  assert.deepEqual(others, []);
  assert.match(cookie, /; *HttpOnly/i);
  assert.match(cookie, /; *SameSite=Lax/i);
  assert.match(cookie, /; *Path=\//i);
  const value = /^[^=]+=([^;]+)/.exec(cookie)[1];
  assert.ok(value.length >= 43, 'fewer than 256 bits');
  const held = server.database().prepare('select * from session').all();
  assert.ok(held.length > 0 && !JSON.stringify(held).includes(value), 'the session is stored in clear');
  assert.ok(!answer.text.includes('password'));
});

test('a second login has another session', async () => {
  const cookieOf = async () => (await guest(server).post('/api/auth/login', OWNER)).is(200).headers.getSetCookie()[0];
  assert.notEqual((await cookieOf()).split(';')[0], (await cookieOf()).split(';')[0]);
});

test('me answers the same person; after logout nobody', async () => {
  const leaving = await owner(server);
  assert.equal((await leaving.get('/api/auth/me')).is(200).json.user.email, OWNER.email);
  (await leaving.post('/api/auth/logout')).is(200, 204);
  (await leaving.get('/api/auth/me')).problem(401, 'unauthenticated');
  (await staff.get('/api/auth/me')).is(200);
});

test('an unknown account and a wrong password are told the same', async () => {
  const unknown = await guest(server).post('/api/auth/login', { ...OWNER, email: 'nobody@harbor.example' });
  const wrong = await guest(server).post('/api/auth/login', { ...OWNER, password: 'wrong' });
  unknown.problem(401, 'unauthenticated');
  wrong.problem(401, 'unauthenticated');
  assert.equal(unknown.text, wrong.text);
});

test('without a session, or with one made up, nobody comes in', async () => {
  for (const caller of [guest(server), guest(server).with({ cookie: `session=${'x'.repeat(43)}`, origin: server.url }), guest(server).with({ authorization: 'Bearer dmk_live_nothing' })]) {
    (await caller.get('/api/auth/me')).problem(401);
    (await caller.get(`/api/orgs/${org}/webhooks`)).problem(401);
  }
});

test('a write with the cookie from another site is refused', async () => {
  const path = `/api/orgs/${org}/webhooks`;
  const body = { url: 'https://hooks.example.com/daymark', events: ['booking.created'] };
  const count = () => server.database().prepare('select count(*) as n from webhook_endpoint').get().n;
  const before = count();
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }, { origin: undefined, 'sec-fetch-site': 'cross-site' }]) {
    const { origin: _, ...others } = staff.headers;
    const sent = Object.fromEntries(Object.entries({ ...others, ...headers }).filter(([, value]) => value !== undefined));
    const forged = guest(server).with(sent);
    (await forged.post(path, body)).problem(403);
  }
  assert.equal(count(), before);
});

/** A key of the demo's owner, as the database keeps one. */
function keyOfTheOwner({ permissions = ['webhooks:read'], role_ceiling = 'OWNER', expires_at = null, revoked_at = null } = {}) {
  const text = `dmk_test_${randomBytes(32).toString('base64url')}`;
  const db = server.database();
  const hash = createHash('sha256').update(text).digest('hex');
  const person = db.prepare('select id from person where email = ?').get(OWNER.email).id;
  const { lastInsertRowid } = db
    .prepare(
      `insert into api_key (public_id, member_person_id, name, prefix, key_hash, role_ceiling, permissions, created_at, expires_at, revoked_at)
       values (?, ?, 'Test', ?, ?, ?, ?, 0, ?, ?)`,
    )
    .run(`key_${hash.slice(0, 12)}`, person, text.slice(0, 13), hash, role_ceiling, JSON.stringify(permissions), expires_at, revoked_at);
  db.prepare(`insert into api_key_org (api_key_id, org_id) select ?, id from org where slug = 'harbor'`).run(lastInsertRowid);
  return text;
}

test('a key opens the same doors as a session, as far as its permissions and its ceiling reach', async () => {
  const path = `/api/orgs/${org}/webhooks`;
  const body = { url: 'https://hooks.example.com/daymark', events: ['booking.created'] };

  const reader = partner(server, keyOfTheOwner());
  (await reader.get(path)).is(200);
  (await reader.post(path, body)).problem(403, 'forbidden');

  const writer = partner(server, keyOfTheOwner({ permissions: ['webhooks:read', 'webhooks:write'] }));
  (await writer.post(path, body)).is(201);

  const capped = partner(server, keyOfTheOwner({ permissions: ['webhooks:read', 'webhooks:write'], role_ceiling: 'STAFF' }));
  (await capped.get(path)).problem(403, 'forbidden');
});

test('a key that was revoked or has run out opens nothing', async () => {
  for (const over of [{ revoked_at: 1 }, { expires_at: 1 }]) {
    (await partner(server, keyOfTheOwner(over)).get(`/api/orgs/${org}/webhooks`)).problem(401, 'unauthenticated');
  }
});
