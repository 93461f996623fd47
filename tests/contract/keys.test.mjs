// Keys of programs: made by a member, shown once, and never more than that member is.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, inside, newcomer, partner } from '../support/actors.mjs';
import { after as later, iso } from '../support/client.mjs';
import { key } from '../support/harbor.mjs';
import { lastMailTo, tokenIn } from '../support/mail.mjs';
import { startServer } from '../support/server.mjs';

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

const READ = { name: 'Reader', permissions: ['org:read'] };
const pathOf = (org) => `/api/orgs/${org}/api-keys`;
const make = (caller, body, org = caller.org) => caller.post(pathOf(org), { ...READ, ...body }, { key: key() });
const made = async (...args) => (await make(...args)).is(201).json;

/** Somebody who was invited by `host` and works in `host.org` with that role. */
async function colleague(host, role) {
  const email = `keeper-${Math.random().toString(36).slice(2)}@people.example`;
  (await host.post(`/api/orgs/${host.org}/members`, { email, role }, { key: key() })).is(201);
  const token = tokenIn(await lastMailTo(server, email, 'account.invitation'));
  const came = await guest(server).post(`/api/invitations/${token}/accept`, { name: 'Keeper', password: 'a boat in the fog' });
  const caller = inside(server, came.is(200));
  return Object.assign(caller, { org: host.org, id: caller.user.id });
}

test('a key is shown once, kept as a hash, and tells live from test by how it begins', async () => {
  const host = await newcomer(server);
  const again = key();
  const first = (await host.post(pathOf(host.org), READ, { key: again })).is(201).json;
  assert.match(first.key, /^dmk_live_[\w-]{43}$/);
  assert.equal(first.prefix, first.key.slice(0, 13));
  assert.equal((await host.post(pathOf(host.org), READ, { key: again })).is(201).json.key, first.key);
  const trial = await made(host, { mode: 'test' });
  assert.match(trial.key, /^dmk_test_/);
  const { data } = (await host.get(pathOf(host.org))).is(200).json;
  assert.deepEqual(data.map((one) => [one.mode, one.role, one.key]), [['live', 'OWNER', undefined], ['test', 'OWNER', undefined]]);
  const stored = JSON.stringify([server.d1('select * from api_key'), server.d1('select * from idempotency'), server.d1('select * from audit')]);
  assert.ok(!stored.includes(first.key) && !stored.includes(trial.key), 'a key is stored in clear');
  (await partner(server, first.key).get(`/api/orgs/${host.org}`)).is(200);
});

test('a key is never given more than its maker has', async () => {
  const host = await newcomer(server);
  const admin = await colleague(host, 'ADMIN');
  assert.equal((await make(admin, { permissions: ['org:read', 'org:own'] })).problem(403, 'exceeds_maker').errors[0].pointer, '/permissions/1');
  (await make(admin, { role: 'OWNER' })).problem(403, 'above_own_role');
  (await make(host, { permissions: ['org:write'], role: 'STAFF' })).problem(403, 'exceeds_maker');
  for (const [body, pointer] of [
    [{ permissions: [] }, '/permissions'],
    [{ permissions: ['everything'] }, '/permissions/0'],
    [{ name: '' }, '/name'],
    [{ mode: 'beta' }, '/mode'],
    [{ role: 'EMPEROR' }, '/role'],
    [{ organizations: [] }, '/organizations'],
    [{ expiresAt: '2020-01-01T00:00:00Z' }, '/expiresAt'],
  ]) {
    assert.equal((await make(host, body)).problem(400).errors[0].pointer, pointer);
  }
  assert.equal((await host.get(pathOf(host.org))).json.data.length, 0);
});

test('a key never exceeds its maker, also after the maker was demoted or removed', async () => {
  const host = await newcomer(server);
  const admin = await colleague(host, 'ADMIN');
  const { key: text, id } = await made(admin, { permissions: ['org:read', 'org:write', 'webhooks:read'] });
  const program = partner(server, text);
  (await program.get(`/api/orgs/${host.org}/members`)).is(200);
  (await host.patch(`/api/orgs/${host.org}/members/${admin.id}`, { role: 'STAFF' })).is(200);
  (await program.get(`/api/orgs/${host.org}/members`)).problem(403);
  (await program.get(`/api/orgs/${host.org}/webhooks`)).problem(403);
  (await program.get(`/api/orgs/${host.org}`)).is(200);
  (await host.delete(`/api/orgs/${host.org}/members/${admin.id}`)).is(204);
  (await program.get(`/api/orgs/${host.org}`)).problem(404);
  (await host.get(`${pathOf(host.org)}/${id}`)).problem(404);
});

test('a key made by a key has no more than that one, lasts no longer and ends with it', async () => {
  const host = await newcomer(server);
  const end = later(new Date(), 60);
  const parent = await made(host, { permissions: ['org:read', 'org:write'], role: 'ADMIN', expiresAt: end });
  const program = Object.assign(partner(server, parent.key), { org: host.org });
  (await make(program, { permissions: ['bookings:read'] })).problem(403, 'exceeds_maker');
  (await make(program, { role: 'OWNER' })).problem(403, 'above_own_role');
  (await make(program, { expiresAt: later(end, 1) })).problem(403, 'exceeds_maker');
  const child = await made(program, {});
  assert.deepEqual([child.role, child.expiresAt, child.madeBy], ['ADMIN', end, host.user.id]);
  (await partner(server, child.key).get(`/api/orgs/${host.org}`)).is(200);
  (await host.delete(`${pathOf(host.org)}/${parent.id}`)).is(204);
  for (const text of [parent.key, child.key]) (await partner(server, text).get('/api/auth/me')).problem(401);
});

test('a key ends when it was said to', async () => {
  const host = await newcomer(server);
  const { key: text } = await made(host, { expiresAt: later(new Date(), 60) });
  const program = partner(server, text);
  (await program.get('/api/auth/me')).is(200);
  (await program.at(later(new Date(), 61)).get('/api/auth/me')).problem(401);
});

test('after a rotation both keys work, until the old one is revoked', async () => {
  const host = await newcomer(server);
  const old = await made(host, { permissions: ['org:read', 'org:write'] });
  const fresh = (await host.post(`${pathOf(host.org)}/${old.id}/rotate`, {}, { key: key() })).is(201).json;
  assert.notEqual(fresh.key, old.key);
  assert.deepEqual([fresh.name, fresh.permissions, fresh.role, fresh.replaces], [old.name, old.permissions, old.role, old.id]);
  for (const text of [old.key, fresh.key]) (await partner(server, text).get(`/api/orgs/${host.org}`)).is(200);
  (await host.delete(`${pathOf(host.org)}/${old.id}`)).is(204);
  (await partner(server, old.key).get('/api/auth/me')).problem(401);
  const program = partner(server, fresh.key);
  const next = (await program.post(`${pathOf(host.org)}/${fresh.id}/rotate`, {}, { key: key() })).is(201).json;
  (await partner(server, next.key).get(`/api/orgs/${host.org}`)).is(200);
});

test('only its maker rotates a key; another member ends it in their own organization', async () => {
  const host = await newcomer(server);
  const admin = await colleague(host, 'ADMIN');
  const second = (await admin.post('/api/orgs', { name: 'Second pier', timezone: 'UTC', currency: 'EUR' }, { key: key() })).is(201).json.id;
  const both = await made(admin, { organizations: [host.org, second] });
  const program = partner(server, both.key);
  for (const org of [host.org, second]) (await program.get(`/api/orgs/${org}`)).is(200);
  const seen = (await host.get(`${pathOf(host.org)}/${both.id}`)).is(200).json;
  assert.deepEqual(seen.organizations, [host.org], 'another organization was told of');
  (await host.post(`${pathOf(host.org)}/${both.id}/rotate`, {}, { key: key() })).problem(403, 'not_the_maker');
  (await host.delete(`${pathOf(host.org)}/${both.id}`)).is(204);
  (await program.get(`/api/orgs/${host.org}`)).problem(404);
  (await program.get(`/api/orgs/${second}`)).is(200);
});

test('a key reaches only organizations in which its maker makes keys', async () => {
  const [host, stranger] = [await newcomer(server), await newcomer(server)];
  (await make(host, { organizations: [host.org, stranger.org] })).problem(404);
  const own = await made(host, {});
  (await partner(server, own.key).get(`/api/orgs/${stranger.org}`)).problem(404);
  (await stranger.get(pathOf(host.org))).problem(404);
  for (const attempt of [stranger.get(`${pathOf(stranger.org)}/${own.id}`), stranger.delete(`${pathOf(stranger.org)}/${own.id}`), stranger.post(`${pathOf(stranger.org)}/${own.id}/rotate`, {}, { key: key() })]) {
    (await attempt).problem(404);
  }
  (await partner(server, own.key).get('/api/auth/me')).is(200);
});

test('use is written down, at most once an hour', async () => {
  const host = await newcomer(server);
  const { key: text, id } = await made(host, {});
  const used = async () => (await host.get(`${pathOf(host.org)}/${id}`)).is(200).json.lastUsedAt;
  assert.equal(await used(), null);
  const program = partner(server, text);
  const start = iso(new Date());
  for (const minutes of [0, 30]) (await program.at(later(start, minutes)).get('/api/auth/me')).is(200);
  assert.equal(await used(), start);
  (await program.at(later(start, 61)).get('/api/auth/me')).is(200);
  assert.equal(await used(), later(start, 61));
});

test('a reset by the reader of an address leaves nothing to whoever signed up with it', async () => {
  const impostor = await newcomer(server);
  const { email } = impostor.credentials;
  const made = (await impostor.post(`/api/orgs/${impostor.org}/api-keys`, { name: 'Back door', permissions: ['org:read'] })).is(201).json;
  const program = guest(server).with({ authorization: `Bearer ${made.key}` });
  (await program.get(`/api/orgs/${impostor.org}`)).is(200);
  (await guest(server).post('/api/auth/password/forgot', { email })).is(202);
  const token = tokenIn(await lastMailTo(server, email, 'account.reset_password'));
  (await guest(server).post('/api/auth/password/reset', { token, password: 'another boat there' })).is(204);
  (await program.get(`/api/orgs/${impostor.org}`)).problem(401);
  (await impostor.get('/api/auth/me')).problem(401);
});
