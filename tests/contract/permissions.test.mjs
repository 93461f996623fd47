// Who may do what, tried: every route of the document × every role, a key that lacks the permission, somebody of another
// organization, and nobody. The answers are compared with what the product publishes at /api/meta/permissions. A new route
// is walked without being named here; one that does not say whom it is for fails the first test.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, describe, test } from 'node:test';
import { guest, loggedIn, OWNER, partner } from '../support/actors.mjs';
import { CALENDAR, key, ORG, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

/** The lowest first: what an owner may do ends the stage. */
const ROLES = ['CONTRIBUTOR', 'TRUSTED_CONTRIBUTOR', 'STAFF', 'ADMIN', 'OWNER'];
const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
const AT_ONCE = 8;

/** After these somebody is no longer who they were. */
const LAST = ['closeOrganization', 'leaveOrganization', 'logout'];

/** Names that lead to the demo; any other parameter names nothing, so that whoever may change it changes nothing. */
const NAMED = { orgId: ORG, bookingId: 'bkg_harbor_1', calendarId: CALENDAR, tourId: SUNSET };

let server;
let operations;
let published;
before(async () => {
  server = await startServer();
  const document = (await guest(server).get('/openapi.json')).is(200).json;
  operations = Object.entries(document.paths).flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map((method) => ({ method: method.toUpperCase(), path, ...item[method] })));
  published = (await guest(server).get('/api/meta/permissions')).is(200).json;
});
after(() => server.stop());

const rolesOf = (name) => published.permissions.find((permission) => permission.name === name)?.roles ?? [];
const routeOf = ({ method, path }) => published.routes.find((route) => route.method === method && route.path === path);

/** The routes of an organization that take a permission, the farewells last. */
function guarded(by) {
  const found = published.routes.filter((route) => !route.open && route.by[by]?.length > 0 && route.path.startsWith('/api/'));
  return found.sort((one, other) => LAST.indexOf(one.operationId) - LAST.indexOf(other.operationId));
}

function ask(caller, { method, path }, org = ORG) {
  const names = { ...NAMED, orgId: org };
  const there = path.replace(/\{(\w+)\}/g, (_, name) => names[name] ?? 'id_nowhere');
  return caller.send(method, there, ['GET', 'DELETE'].includes(method) ? {} : { json: {}, key: key() });
}

/** Asks every route in turn; says what was not as expected. The caller asks in a new place each time: no limit by address. */
async function walk(caller, routes, expected) {
  const faults = [];
  const one = async (route) => {
    const answer = await ask(caller.with({ 'cf-connecting-ip': `100.127.${(walk.asked = (walk.asked ?? 0) + 1) >> 8}.${walk.asked & 255}` }), route);
    const fault = expected(answer, route);
    if (fault) faults.push(`${route.method} ${route.path} (${route.operationId}): ${fault}, answered ${answer.status} ${answer.text.slice(0, 160)}`);
  };
  const last = routes.filter((route) => LAST.includes(route.operationId));
  const others = routes.filter((route) => !last.includes(route));
  for (let n = 0; n < others.length; n += AT_ONCE) await Promise.all(others.slice(n, n + AT_ONCE).map(one));
  for (const route of last) await one(route);
  assert.deepEqual(faults, []);
}

const codeOf = (answer) => (/json/.test(answer.header('content-type') ?? '') ? answer.json.code : undefined);
const is = (status) => (answer) => (answer.status === status ? undefined : `expected ${status}`);
/** Let in: what the empty request is told then is another matter, but no fault of ours and no lack of permission. */
const letIn = (answer) =>
  answer.status === 401 || (answer.status === 403 && codeOf(answer) === 'forbidden') || answer.status >= 500 ? 'expected to be let in' : undefined;

/** Somebody with a role in an organization, or in none. */
async function member(name, role, org = ORG) {
  const db = server.database();
  const email = `${name}@walk.example`;
  db.prepare(`insert into person (public_id, email, name, password_hash, confirmed_at, created_at)
    select ?, ?, ?, password_hash, created_at, created_at from person where email = ?`).run(`usr_${name}`, email, name, OWNER.email);
  if (role) {
    db.prepare(`insert into member (org_id, person_id, role, created_at)
      select org.id, person.id, ?, org.created_at from org, person where org.public_id = ? and person.email = ?`).run(role, org, email);
  }
  return loggedIn(server, { email, password: OWNER.password });
}

/** A key of the demo's owner with these permissions. */
function keyed(permissions, org = ORG) {
  const token = `dmk_test_${randomBytes(32).toString('base64url')}`;
  const hash = createHash('sha256').update(token).digest('hex');
  const db = server.database();
  const id = db.prepare(`insert into api_key (public_id, member_person_id, name, prefix, key_hash, role_ceiling, permissions, created_at)
    select ?, id, 'walk', 'dmk_test_walk', ?, 'OWNER', ?, 0 from person where email = ?`)
    .run(`key_${hash.slice(0, 32)}`, hash, JSON.stringify(permissions), OWNER.email).lastInsertRowid;
  db.prepare('insert into api_key_org (api_key_id, org_id) select ?, id from org where public_id = ?').run(id, org);
  return partner(server, token);
}

test('every route says whom it is for, by a permission that there is, and the published table says the same', () => {
  assert.ok(operations.length > 60, `${operations.length} routes`);
  const names = new Set(published.permissions.map((permission) => permission.name));
  const faults = [];
  for (const operation of operations) {
    const where = `${operation.method} ${operation.path}`;
    const ways = operation.security;
    if (!ways?.length) faults.push(`${where} does not say`);
    const own = operation.path.includes('{orgId}');
    for (const [kind, scopes] of (ways ?? []).flatMap((way) => Object.entries(way))) {
      if (scopes.length === 0 && own) faults.push(`${where} takes a ${kind} without a permission`);
      for (const scope of scopes) if (!names.has(scope)) faults.push(`${where} takes ${scope}, which nobody has`);
    }
    if (own && (ways ?? []).some((way) => Object.keys(way).length === 0)) faults.push(`${where} is of an organization and open`);
    const route = routeOf(operation);
    assert.ok(route, `${where} is not in the table`);
    assert.equal(route.open, (ways ?? []).some((way) => Object.keys(way).length === 0), where);
    assert.deepEqual(route.by, Object.assign({}, ...(ways ?? [])), where);
  }
  assert.deepEqual(faults, []);
  assert.equal(published.routes.length, operations.length);
});

test('nobody is asked who they are wherever somebody is needed', async () => {
  const closed = published.routes.filter((route) => !route.open);
  await walk(guest(server), closed, is(401));
});

test('what is open lets everybody in, though not to what a link\'s secret opens', async () => {
  const open = published.routes.filter((route) => route.open);
  await walk(guest(server), open, (answer, route) => {
    const secret = Object.keys(route.by).length > 0 || /token|oauth|password|confirm|invitations|login/.test(route.path);
    if (answer.status >= 500 && route.path !== '/healthz') return 'no fault of ours';
    return !secret && [401, 403].includes(answer.status) ? 'expected to be let in' : undefined;
  });
});

test('somebody of another organization finds nothing, and neither does their key', async () => {
  const db = server.database();
  const columns = db.prepare(`select name from pragma_table_info('org') where name not in ('id', 'public_id', 'slug')`).all().map((row) => row.name);
  db.exec(`insert into org (public_id, slug, ${columns}) select 'org_walk', 'walk', ${columns} from org where public_id = '${ORG}'`);
  const stranger = await member('stranger', 'OWNER', 'org_walk');
  await walk(stranger, guarded('session'), is(404));
  db.exec(`insert into member (org_id, person_id, role, created_at) select org.id, person.id, 'OWNER', 0 from org, person
    where org.public_id = 'org_walk' and person.email = '${OWNER.email}'`);
  await walk(keyed(published.permissions.map((permission) => permission.name), 'org_walk'), guarded('key'), is(404));
});

describe('a key', () => {
  test('does what it was given, and nothing that it lacks, whatever its maker may', async () => {
    const names = published.permissions.map((permission) => permission.name);
    for (const name of names) {
      const routes = guarded('key').filter((route) => route.by.key.includes(name));
      await walk(keyed(names.filter((other) => other !== name)), routes, is(403));
    }
    for (const name of names) {
      const routes = guarded('key').filter((route) => route.by.key.every((needed) => needed === name) && !LAST.includes(route.operationId));
      await walk(keyed([name]), routes, letIn);
    }
  });

  test('opens nothing that is for people only', async () => {
    const routes = published.routes.filter((route) => !route.open && route.by.session && !route.by.key);
    await walk(keyed(published.permissions.map((permission) => permission.name)), routes, (answer) =>
      ([401, 403].includes(answer.status) ? undefined : 'expected 401 or 403'));
  });
});

describe('a session', () => {
  for (const role of ROLES) {
    test(`of ${role} opens what the table gives it, and nothing else`, async () => {
      const caller = await member(`walk-${role.toLowerCase().replace('_', '-')}`, role);
      await walk(caller, guarded('session'), (answer, route) => {
        const may = route.by.session.every((name) => rolesOf(name).includes(role));
        return may ? letIn(answer) : is(403)(answer);
      });
    });
  }
});
