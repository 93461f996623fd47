// Who works in an organization: invitations, roles, ownership. Nobody rises above who let them in.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, inside, newcomer, OWNER, owner } from '../support/actors.mjs';
import { after as later } from '../support/client.mjs';
import { key } from '../support/harbor.mjs';
import { lastMailTo, tokenIn } from '../support/mail.mjs';
import { dropTriggers } from '../support/schema.mjs';
import { startServer } from '../support/server.mjs';

const PASSWORD = 'a boat in the fog';

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

let count = 0;
const somebody = () => `guest-worker-${(count += 1)}@people.example`;
const invite = (caller, email, role = 'STAFF') => caller.post(`/api/orgs/${caller.org}/members`, { email, role }, { key: key() });
const tokenFor = async (email) => tokenIn(await lastMailTo(server, email, 'account.invitation'));
const accept = (token, json = { name: 'Grace', password: PASSWORD }, caller = guest(server)) =>
  caller.post(`/api/invitations/${token}/accept`, json);

/** Somebody who was invited by `host`, came, and works in `host.org` with that role. */
async function colleague(host, role = 'STAFF') {
  const email = somebody();
  (await invite(host, email, role)).is(201);
  const came = inside(server, (await accept(await tokenFor(email))).is(200));
  return Object.assign(came, { email, org: host.org, id: came.user.id });
}

const setRole = (caller, id, role) => caller.patch(`/api/orgs/${caller.org}/members/${id}`, { role });

test('an invitation brings somebody new in, once, with the role it names', async () => {
  const host = await newcomer(server);
  const email = somebody();
  const made = (await invite(host, email)).is(201).json;
  const token = await tokenFor(email);
  assert.ok(!JSON.stringify(server.d1('select * from invitation')).includes(token), 'the token is stored in clear');
  const shown = (await guest(server).get(`/api/invitations/${token}`)).is(200).json;
  assert.deepEqual([shown.email, shown.role, shown.hasAccount], [email, 'STAFF', false]);
  assert.equal((await accept(token, {})).problem(400).errors[0].pointer, '/name');
  const tried = await Promise.all([accept(token), accept(token)]);
  const came = tried.filter((answer) => answer.status === 200);
  assert.equal(came.length, 1);
  assert.ok(tried.every((answer) => [200, 404, 409].includes(answer.status)), tried.map((answer) => answer.text).join());
  assert.deepEqual([came[0].json.user.confirmed, came[0].json.organizations[0].role], [true, 'STAFF']);
  (await accept(token)).problem(404);
  const members = (await host.get(`/api/orgs/${host.org}/members`)).is(200).json.data;
  assert.deepEqual(members.map((member) => member.role), ['OWNER', 'STAFF']);
  assert.deepEqual((await host.get(`/api/orgs/${host.org}/invitations`)).is(200).json.data, []);
  const actions = server.d1('select action from audit where subject in (?, ?)', made.id, came[0].json.user.id).map((row) => row.action);
  assert.deepEqual(actions, ['member.invited', 'member.joined']);
});

test('an invitation ends after seven days, when it is withdrawn, and when another one replaces it', async () => {
  const host = await newcomer(server);
  const email = somebody();
  const first = (await invite(host, email)).is(201).json;
  const old = await tokenFor(email);
  (await accept(old, undefined, guest(server).at(later(new Date(), 7 * 24 * 60 + 1)))).problem(404);
  (await host.post(`/api/orgs/${host.org}/invitations/${first.id}/resend`, {}, { key: key() })).is(200);
  (await accept(old)).problem(404);
  const second = (await invite(host, email, 'CONTRIBUTOR')).is(201).json;
  const open = (await host.get(`/api/orgs/${host.org}/invitations`)).is(200).json.data;
  assert.deepEqual(open.map((one) => one.id), [second.id]);
  const token = await tokenFor(email);
  (await host.delete(`/api/orgs/${host.org}/invitations/${second.id}`)).is(204);
  (await host.delete(`/api/orgs/${host.org}/invitations/${second.id}`)).problem(404);
  (await accept(token)).problem(404);
});

test('whoever has an account comes with it, signed in, and with no other', async () => {
  const host = await newcomer(server);
  (await invite(host, OWNER.email)).is(201);
  const token = await tokenFor(OWNER.email);
  assert.equal((await guest(server).get(`/api/invitations/${token}`)).is(200).json.hasAccount, true);
  (await accept(token)).problem(409, 'sign_in_first');
  (await accept(token, {}, await newcomer(server))).problem(403, 'other_address');
  const harbor = await owner(server);
  const organizations = (await accept(token, {}, harbor)).is(200).json.organizations;
  assert.deepEqual(organizations.map((org) => org.role).sort(), ['OWNER', 'STAFF']);
  (await invite(host, OWNER.email)).problem(409, 'already_member');
});

test('nobody gives a role above their own, or touches somebody above them', async () => {
  const host = await newcomer(server);
  const [admin, staff, other] = [await colleague(host, 'ADMIN'), await colleague(host), await colleague(host)];
  (await invite(admin, somebody(), 'OWNER')).problem(403, 'above_own_role');
  (await setRole(admin, admin.id, 'OWNER')).problem(403, 'above_own_role');
  (await setRole(admin, staff.id, 'OWNER')).problem(403, 'above_own_role');
  (await setRole(admin, host.user.id, 'STAFF')).problem(403, 'above_own_role');
  (await admin.delete(`/api/orgs/${host.org}/members/${host.user.id}`)).problem(403, 'above_own_role');
  (await admin.post(`/api/orgs/${host.org}/transfer-ownership`, { memberId: admin.id }, { key: key() })).problem(403, 'forbidden');
  for (const attempt of [setRole(staff, staff.id, 'ADMIN'), invite(staff, somebody()), staff.delete(`/api/orgs/${host.org}/members/${other.id}`)]) {
    (await attempt).problem(403, 'forbidden');
  }
  assert.equal((await setRole(admin, staff.id, 'ADMIN')).is(200).json.role, 'ADMIN');
  assert.equal((await setRole(admin, staff.id, 'EMPEROR')).problem(400).errors[0].pointer, '/role');
});

test('whoever is demoted or removed has nobody come on their word any more', async () => {
  const host = await newcomer(server);
  const admin = await colleague(host, 'ADMIN');
  const email = somebody();
  (await invite(admin, email, 'ADMIN')).is(201);
  (await setRole(host, admin.id, 'STAFF')).is(200);
  (await accept(await tokenFor(email))).problem(404);
});

test('the last owner stays, by whatever way they would go', async () => {
  const host = await newcomer(server);
  const path = `/api/orgs/${host.org}`;
  (await setRole(host, host.user.id, 'ADMIN')).problem(409, 'last_owner');
  (await host.delete(`${path}/members/${host.user.id}`)).problem(409, 'last_owner');
  (await host.post(`${path}/leave`, {}, { key: key() })).problem(409, 'last_owner');
  const second = await colleague(host, 'OWNER');
  (await host.post(`${path}/leave`, {}, { key: key() })).is(200);
  (await host.get(path)).problem(404);
  (await second.get(path)).is(200);
});

/** Two owners step down in the same moment; how many owners are left. */
async function bothStepDown() {
  const host = await newcomer(server);
  const second = await colleague(host, 'OWNER');
  const answers = await Promise.all([setRole(host, host.user.id, 'STAFF'), setRole(second, second.id, 'STAFF')]);
  const owners = server.d1(
    `select count(*) as n from member join org on org.id = member.org_id where org.public_id = ? and role = 'OWNER'`, host.org)[0].n;
  return { answers, owners };
}

test('two owners who step down at once do not leave an organization without one', async () => {
  for (let round = 0; round < 3; round += 1) {
    const { answers, owners } = await bothStepDown();
    assert.equal(owners, 1);
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 409]);
    answers.find((answer) => answer.status === 409).problem(409, 'last_owner');
  }
});

test('ownership is handed over in one step', async () => {
  const host = await newcomer(server);
  const heir = await colleague(host, 'ADMIN');
  const path = `/api/orgs/${host.org}/transfer-ownership`;
  (await host.post(path, { memberId: 'usr_nobody' }, { key: key() })).problem(400);
  (await host.post(path, { memberId: host.user.id }, { key: key() })).problem(400);
  const again = key();
  (await host.post(path, { memberId: heir.id }, { key: again })).is(200);
  assert.equal((await host.get('/api/auth/me')).json.organizations[0].role, 'ADMIN');
  assert.equal((await heir.get('/api/auth/me')).json.organizations[0].role, 'OWNER');
  (await host.post(path, { memberId: heir.id }, { key: key() })).problem(403);
});

test('another organization\'s members and invitations do not exist', async () => {
  const [host, stranger] = [await newcomer(server), await newcomer(server)];
  const made = (await invite(host, somebody())).is(201).json;
  const own = `/api/orgs/${stranger.org}`;
  (await stranger.get(`/api/orgs/${host.org}/members`)).problem(404);
  (await stranger.get(`${own}/members/${host.user.id}`)).problem(404);
  (await stranger.patch(`${own}/members/${host.user.id}`, { role: 'STAFF' })).problem(404);
  (await stranger.delete(`${own}/members/${host.user.id}`)).problem(404);
  (await stranger.delete(`${own}/invitations/${made.id}`)).problem(404);
  (await stranger.post(`${own}/invitations/${made.id}/resend`, {}, { key: key() })).problem(404);
  assert.equal((await host.get(`/api/orgs/${host.org}/invitations`)).json.data.length, 1);
});

test('a removed member is out at once, and the record says who did it', async () => {
  const host = await newcomer(server);
  const gone = await colleague(host);
  (await gone.get(`/api/orgs/${host.org}`)).is(200);
  (await host.delete(`/api/orgs/${host.org}/members/${gone.id}`)).is(204);
  (await gone.get(`/api/orgs/${host.org}`)).problem(404);
  (await host.delete(`/api/orgs/${host.org}/members/${gone.id}`)).problem(404);
  const [entry] = server.d1(`select actor, subject from audit where action = 'member.removed' order by id desc limit 1`);
  assert.deepEqual({ ...entry }, { actor: host.user.id, subject: gone.id });
});

test('without its triggers the database would let the last owner go', async () => {
  dropTriggers(server.database(), 'member');
  const host = await newcomer(server);
  (await setRole(host, host.user.id, 'STAFF')).is(200);
});
