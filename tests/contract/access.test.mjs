// Coming in and going out: login, session, logout, and what a stranger learns on the way (nothing).

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, OWNER, owner } from '../support/actors.mjs';
import { startServer } from '../support/server.mjs';

let server;
before(async () => (server = await startServer()));
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
  const staff = await owner(server);
  assert.equal((await staff.get('/api/auth/me')).is(200).json.user.email, OWNER.email);
  (await staff.post('/api/auth/logout')).is(200, 204);
  (await staff.get('/api/auth/me')).problem(401, 'unauthenticated');
});

test('an unknown account and a wrong password are told the same', async () => {
  const unknown = await guest(server).post('/api/auth/login', { ...OWNER, email: 'nobody@harbor.example' });
  const wrong = await guest(server).post('/api/auth/login', { ...OWNER, password: 'wrong' });
  unknown.problem(401, 'unauthenticated');
  wrong.problem(401, 'unauthenticated');
  assert.equal(unknown.text, wrong.text);
});

test('without a session, or with one made up, nobody comes in', async () => {
  const org = (await owner(server)).organizations[0].id;
  for (const caller of [guest(server), guest(server).with({ cookie: `session=${'x'.repeat(43)}`, origin: server.url }), guest(server).with({ authorization: 'Bearer dmk_live_nothing' })]) {
    (await caller.get('/api/auth/me')).problem(401);
    (await caller.get(`/api/orgs/${org}/webhooks`)).problem(401);
  }
});

test('a write with the cookie from another site is refused', async () => {
  const staff = await owner(server);
  const path = `/api/orgs/${staff.organizations[0].id}/webhooks`;
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
