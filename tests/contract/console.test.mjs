// The console over HTTP: who is let in, what a page may load, and that no other site can press its buttons.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, OWNER } from '../support/actors.mjs';
import { member, organization } from '../support/members.mjs';
import { startServer } from '../support/server.mjs';

const HOME = '/console/org_harbor';

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

const form = (caller, path, fields, headers = {}) =>
  caller.send('POST', path, {
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
  });

test('whoever is not signed in goes to the door, and from there to where they were going', async () => {
  const stranger = guest(server).with({ origin: server.url });
  const turned = (await stranger.get(`${HOME}/bookings`)).is(303);
  assert.equal(turned.header('location'), '/console/sign-in?next=%2Fconsole%2Forg_harbor%2Fbookings');
  const wrong = (await form(stranger, '/console/sign-in', { ...OWNER, password: 'wrong', next: `${HOME}/bookings` })).is(401);
  assert.match(wrong.text, /role="alert"/);
  assert.match(wrong.text, new RegExp(`value="${OWNER.email}"`), 'what was entered stays');
  assert.doesNotMatch(wrong.text, /value="wrong"/, 'but for the password');
  const inside = (await form(stranger, '/console/sign-in', { ...OWNER, next: `${HOME}/bookings` })).is(303);
  assert.equal(inside.header('location'), `${HOME}/bookings`);
  assert.match(inside.header('set-cookie'), /HttpOnly; SameSite=Lax/);
  const elsewhere = (await form(stranger, '/console/sign-in', { ...OWNER, next: 'https://evil.example/console/' })).is(303);
  assert.equal(elsewhere.header('location'), '/console', 'and nowhere else');
});

test('a page loads nothing from elsewhere, runs nothing inline, is framed by nobody and kept nowhere', async () => {
  const staff = member(server, 'OWNER');
  for (const path of ['/today', '/embed/cal_harbor', '/settings']) {
    const page = (await staff.get(HOME + path)).is(200);
    const policy = page.header('content-security-policy');
    for (const part of ["default-src 'none'", "frame-ancestors 'none'", "form-action 'self'", "base-uri 'none'"]) assert.ok(policy.includes(part), `${path}: ${part}`);
    assert.doesNotMatch(policy, /unsafe-inline|'unsafe-eval'|https?:|\*/, path);
    assert.equal(page.header('x-frame-options'), 'DENY');
    assert.equal(page.header('cache-control'), 'no-store');
    assert.doesNotMatch(page.text, / style="| on[a-z]+="/, `${path}: no inline style or handler`);
    const loaded = [...page.text.matchAll(/<(?:script|link|img|iframe)[^>]+(?:src|href)="([^"]+)"/g)].map(([, address]) => address);
    assert.deepEqual(loaded.filter((address) => !/^(\/(?!\/)|data:,)/.test(address)), [], `${path}: third parties`);
  }
});

test('style and script have the name of their content and are kept for a year', async () => {
  const page = await member(server, 'OWNER').get(`${HOME}/today`);
  const assets = [...page.text.matchAll(/"(\/console\/assets\/console\.[0-9a-f]{12}\.(?:css|js))"/g)].map(([, path]) => path);
  assert.equal(assets.length, 2);
  for (const path of assets) {
    const asset = (await guest(server).get(path)).is(200);
    assert.match(asset.header('cache-control'), /max-age=31536000, immutable/);
    (await guest(server).get(path.replace(/\.[0-9a-f]{12}\./, '.000000000000.'))).is(404);
  }
});

test('another site can press no button of the console', async () => {
  const staff = member(server, 'OWNER');
  const blocks = () => server.d1('select count(*) as n from block')[0].n;
  const before = blocks();
  for (const headers of [{ origin: 'https://evil.example' }, { origin: 'null' }]) {
    (await form(staff, `${HOME}/resources/res_harbor_boat/off`, { from: '2027-05-01' }, headers)).is(403);
    (await form(staff, '/console/sign-out', {}, headers)).is(403);
    (await form(guest(server), '/console/sign-in', OWNER, headers)).is(403);
  }
  assert.equal(blocks(), before);
  (await staff.get(`${HOME}/today`)).is(200);
  (await form(staff, `${HOME}/resources/res_harbor_boat/off`, { from: '2027-05-01' })).is(303);
  assert.equal(blocks(), before + 1, 'its own page can');
});

test("another organization's pages look as if they were not there", async () => {
  const other = organization(server, 'strangers');
  const staff = member(server, 'OWNER', { org: 'strangers' });
  (await staff.get(`/console/${other.id}/today`)).is(200);
  for (const path of ['/today', '/bookings', '/bookings/bkg_harbor_1', '/settings', '/members', '/nowhere-at-all']) {
    (await staff.get(HOME + path)).is(404);
  }
  for (const path of ['/bookings/bkg_harbor_1', '/resources/res_harbor_boat', '/embed/cal_harbor', '/offerings/tour_harbor_sunset']) {
    (await staff.get(`/console/${other.id}${path}`)).is(404);
  }
  (await form(staff, `/console/${other.id}/bookings/bkg_harbor_1/do`, { do: 'check-in' })).is(404);
  (await form(staff, `/console/${other.id}/resources/res_harbor_boat/off`, { from: '2027-05-01' })).is(404);
});

test('each role finds on its pages what it may, and the rest is refused by the server', async () => {
  const pages = {
    OWNER: ['/today', '/bookings', '/resources', '/submissions', '/members', '/keys', '/webhooks', '/settings', '/audit'],
    STAFF: ['/today', '/bookings', '/resources', '/submissions'],
    CONTRIBUTOR: ['/submissions'],
  };
  for (const [role, allowed] of Object.entries(pages)) {
    const caller = member(server, role);
    const home = (await caller.get(HOME)).is(303).header('location');
    const links = (await caller.get(home)).is(200).text;
    for (const path of pages.OWNER) {
      const may = allowed.includes(path);
      (await caller.get(HOME + path)).is(may ? 200 : 403);
      assert.equal(links.includes(`href="${HOME}${path}"`), may, `${role} ${path}`);
    }
  }
  (await form(member(server, 'CONTRIBUTOR'), `${HOME}/bookings/bkg_harbor_1/do`, { do: 'check-in' })).is(403);
});

test('what is wrong stands beside its field, and what was entered stays', async () => {
  const staff = member(server, 'OWNER');
  const fields = { name: '<b>Launch</b>', kind: 'VEHICLE', units: 'many', email: 'nobody' };
  const answer = (await form(staff, `${HOME}/resources/new`, fields)).is(400);
  assert.match(answer.text, /aria-invalid="true" aria-describedby="[^"]*f-units-wrong"/);
  assert.match(answer.text, /value="&lt;b&gt;Launch&lt;\/b&gt;"/);
  assert.equal(server.d1("select count(*) as n from resource where name like '%<b>%'")[0].n, 0);
});
