// OAuth 2.0: a client library that nobody here wrote gets in by the front door, and every known side door is shut.

import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import * as oauth from 'oauth4webapi';
import { guest, owner, partner } from '../support/actors.mjs';
import { iso } from '../support/client.mjs';
import { member } from '../support/members.mjs';
import { startServer } from '../support/server.mjs';

const CALLBACK = 'http://127.0.0.1:9/callback';
const INSECURE = { [oauth.allowInsecureRequests]: true };

let server;
let staff;
let org;
let as;
let web;
let native;
before(async () => {
  server = await startServer();
  staff = await owner(server);
  org = staff.organizations[0].id;
  const issuer = new URL(server.url);
  const discovered = await oauth.discoveryRequest(issuer, { algorithm: 'oauth2', ...INSECURE });
  as = await oauth.processDiscoveryResponse(issuer, discovered);
  const apps = `/api/orgs/${org}/oauth-apps`;
  const app = { name: 'Tide Tables', redirectUris: [CALLBACK], scopes: ['bookings:read', 'org:read'] };
  web = (await staff.post(apps, app)).is(201).json;
  native = (await staff.post(apps, { ...app, name: 'Tide Tables for phones', confidential: false })).is(201).json;
});
after(() => server.stop());

/** A request for the consent page. */
function request(app, more = {}) {
  const asked = { response_type: 'code', client_id: app.clientId, redirect_uri: CALLBACK, scope: 'bookings:read', state: 'a b&c', ...more };
  return new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== undefined));
}

function pkce() {
  const verifier = randomBytes(32).toString('base64url');
  return { verifier, code_challenge: createHash('sha256').update(verifier).digest('base64url'), code_challenge_method: 'S256' };
}

/** The person says yes (or no); where the browser is sent then. */
async function decide(asked, { by = staff, decision = 'allow', organization = org } = {}) {
  const body = new URLSearchParams(asked);
  body.set('organization', organization);
  body.set('decision', decision);
  return by.send('POST', '/api/oauth/authorize', { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
}

const landing = async (asked, options) => new URL((await decide(asked, options)).is(303).header('location'));

/** A code for that app. */
async function code(app, more) {
  return (await landing(request(app, more))).searchParams.get('code');
}

/** A token request without any library in between. */
function exchange(fields, { at, ...headers } = {}) {
  const caller = at ? guest(server).at(at) : guest(server);
  const body = new URLSearchParams(fields);
  return caller.send('POST', '/api/oauth/token', { body, headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers } });
}

const secretOf = (app) => ({ client_id: app.clientId, ...(app.clientSecret ? { client_secret: app.clientSecret } : {}) });
const redeem = (app, given, more = {}, options) =>
  exchange({ grant_type: 'authorization_code', code: given, redirect_uri: CALLBACK, ...secretOf(app), ...more }, options);

function refused(answer, error, status = 400) {
  answer.is(status);
  assert.equal(answer.json.error, error, answer.text);
  assert.match(answer.header('cache-control'), /no-store/);
}

for (const kind of ['a confidential', 'a public']) {
  test(`${kind} client gets in with PKCE, finds out who it acts for, refreshes and leaves`, async () => {
    const app = kind === 'a public' ? native : web;
    const client = { client_id: app.clientId };
    const proof = app.clientSecret ? oauth.ClientSecretBasic(app.clientSecret) : oauth.None();
    const verifier = oauth.generateRandomCodeVerifier();
    const challenge = { code_challenge: await oauth.calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' };
    const state = oauth.generateRandomState();

    const back = oauth.validateAuthResponse(as, client, await landing(request(app, { state, ...challenge })), state);
    const answer = await oauth.authorizationCodeGrantRequest(as, client, proof, back, CALLBACK, verifier, INSECURE);
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, answer);
    assert.equal(tokens.scope, 'bookings:read');
    assert.equal(tokens.expires_in, 3600);

    const info = await oauth.userInfoRequest(as, client, tokens.access_token, INSECURE);
    const me = await oauth.processUserInfoResponse(as, client, oauth.skipSubjectCheck, info);
    assert.equal(me.email, 'owner@harbor.example');
    assert.equal(me.organization.id, org);

    const bearer = partner(server, tokens.access_token);
    (await bearer.get(`/api/orgs/${org}/bookings`)).is(200);
    (await bearer.get(`/api/orgs/${org}/webhooks`)).problem(403, 'forbidden');

    const again = await oauth.refreshTokenGrantRequest(as, client, proof, tokens.refresh_token, INSECURE);
    const next = await oauth.processRefreshTokenResponse(as, client, again);
    assert.notEqual(next.refresh_token, tokens.refresh_token);

    const revoked = await oauth.revocationRequest(as, client, proof, next.refresh_token, INSECURE);
    assert.equal(await oauth.processRevocationResponse(revoked), undefined);
    const ended = (await partner(server, next.access_token).get('/api/oauth/userinfo'));
    ended.problem(401, 'unauthenticated');
    assert.match(ended.header('www-authenticate'), /^Bearer/);
  });
}

test('the consent page names app, person, organization and scopes, cannot be framed and runs nothing', async () => {
  const page = (await staff.get(`/api/oauth/authorize?${request(web)}`)).is(200);
  for (const text of ['Tide Tables', 'owner@harbor.example', 'See bookings and customers.', '127.0.0.1:9']) assert.ok(page.text.includes(text), text);
  const policy = page.header('content-security-policy');
  assert.match(policy, /frame-ancestors 'none'/);
  assert.doesNotMatch(policy, /script-src/);
  assert.match(policy, /form-action 'self' http:\/\/127\.0\.0\.1:9;/);
  assert.match(page.header('cache-control'), /no-store/);
});

test('who is not signed in is asked to sign in first and comes back to the same question', async () => {
  const answer = (await guest(server).get(`/api/oauth/authorize?${request(web)}`)).is(303);
  const next = new URL(answer.header('location'), server.url).searchParams.get('next');
  assert.equal(next, `/api/oauth/authorize?${request(web)}`);
});

test('a no goes back to the app, with its state and the issuer', async () => {
  const back = await landing(request(web), { decision: 'deny' });
  assert.equal(back.searchParams.get('error'), 'access_denied');
  assert.equal(back.searchParams.get('state'), 'a b&c');
  assert.equal(back.searchParams.get('iss'), server.url);
  assert.equal(back.searchParams.get('code'), null);
});

test('an address that is not registered to the letter is never redirected to', async () => {
  const wrong = [
    undefined, '', `${CALLBACK}/`, `${CALLBACK}/more`, `${CALLBACK}?x=1`, CALLBACK.slice(0, -1), CALLBACK.replace(':9/', ':10/'), CALLBACK.replace('http:', 'https:'),
    CALLBACK.replace('127.0.0.1', 'localhost'), `https://evil.example/?${CALLBACK}`, `${CALLBACK}@evil.example`, CALLBACK.toUpperCase(), '//evil.example',
  ];
  for (const redirect_uri of wrong) {
    for (const answer of [await staff.get(`/api/oauth/authorize?${request(web, { redirect_uri })}`), await decide(request(web, { redirect_uri }))]) {
      answer.is(400);
      assert.equal(answer.header('location'), null, redirect_uri);
    }
  }
});

test('a public client without S256, and a scope that was not registered, are sent back with an error', async () => {
  const back = async (app, more) => (await landing(request(app, more))).searchParams.get('error');
  assert.equal(await back(native), 'invalid_request');
  assert.equal(await back(native, { ...pkce(), code_challenge_method: 'plain' }), 'invalid_request');
  assert.equal(await back(native, { ...pkce(), code_challenge_method: undefined }), 'invalid_request');
  assert.equal(await back(web, { scope: 'bookings:write' }), 'invalid_scope');
  assert.equal(await back(web, { response_type: 'token' }), 'unsupported_response_type');
});

test('a code is good once; brought again it ends what the first one got', async () => {
  const given = await code(web);
  const tokens = redeemed(await redeem(web, given));
  (await partner(server, tokens.access_token).get('/api/oauth/userinfo')).is(200);
  refused(await redeem(web, given), 'invalid_grant');
  (await partner(server, tokens.access_token).get('/api/oauth/userinfo')).problem(401);
  refused(await exchange({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token, ...secretOf(web) }), 'invalid_grant');
});

function redeemed(answer) {
  assert.match(answer.is(200).header('cache-control'), /no-store/);
  return answer.json;
}

test('of twenty who bring one code at once, at most one gets tokens', async () => {
  const given = await code(web);
  const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(web, given)));
  assert.ok(answers.filter((answer) => answer.status === 200).length <= 1);
  assert.ok(answers.every((answer) => answer.status === 200 || answer.json.error === 'invalid_grant'));
});

test('a code is bound to its client, its address, its verifier and a minute', async () => {
  const { verifier, ...challenge } = pkce();
  refused(await redeem(native, await code(web, challenge), { code_verifier: verifier }), 'invalid_grant');
  refused(await redeem(web, await code(web), { redirect_uri: `${CALLBACK}/` }), 'invalid_grant');
  refused(await redeem(native, await code(native, challenge)), 'invalid_grant');
  refused(await redeem(native, await code(native, challenge), { code_verifier: pkce().verifier }), 'invalid_grant');
  refused(await redeem(web, await code(web), { code_verifier: verifier }), 'invalid_grant');
  const late = iso(new Date(Date.now() + 62_000));
  refused(await redeem(web, await code(web), {}, { at: late }), 'invalid_grant');
});

test('a client has to prove itself', async () => {
  const given = await code(web);
  refused(await redeem({ clientId: web.clientId }, given), 'invalid_client', 401);
  refused(await redeem({ ...web, clientSecret: 'dms_wrong' }, given), 'invalid_client', 401);
  refused(await redeem({ ...native, clientSecret: web.clientSecret }, given), 'invalid_client', 401);
  refused(await exchange({ grant_type: 'password', username: 'a', password: 'b', ...secretOf(web) }), 'unsupported_grant_type');
  const basic = Buffer.from(`${web.clientId}:nope`).toString('base64');
  const answer = await exchange({ grant_type: 'authorization_code', code: given, redirect_uri: CALLBACK }, { authorization: `Basic ${basic}` });
  refused(answer, 'invalid_client', 401);
  assert.match(answer.header('www-authenticate'), /^Basic/);
  redeemed(await redeem(web, given));
});

test('an old refresh token ends the whole family', async () => {
  const first = redeemed(await redeem(web, await code(web)));
  const refresh = (token) => exchange({ grant_type: 'refresh_token', refresh_token: token, ...secretOf(web) });
  const second = redeemed(await refresh(first.refresh_token));
  refused(await refresh(first.refresh_token), 'invalid_grant');
  refused(await refresh(second.refresh_token), 'invalid_grant');
  (await partner(server, second.access_token).get('/api/oauth/userinfo')).problem(401);
});

test('tokens end: an access token after an hour, a refresh token after 90 days', async () => {
  const tokens = redeemed(await redeem(web, await code(web)));
  const later = (seconds) => iso(new Date(Date.now() + seconds * 1000));
  (await partner(server, tokens.access_token).at(later(3_500)).get('/api/oauth/userinfo')).is(200);
  (await partner(server, tokens.access_token).at(later(3_700)).get('/api/oauth/userinfo')).problem(401);
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token, ...secretOf(web) };
  refused(await exchange(refresh, { at: later(90 * 86_400 + 60) }), 'invalid_grant');
});

test('another site cannot say yes for a person, and somebody else’s organization cannot be chosen', async () => {
  const evil = staff.with({ origin: 'https://evil.example' });
  const answer = await decide(request(web), { by: evil });
  answer.is(403);
  assert.equal(answer.header('location'), null);
  (await decide(request(web), { organization: 'org_somebody_else' })).is(400);
});

test('an app that was removed, or whose secret was changed, is out', async () => {
  const apps = `/api/orgs/${org}/oauth-apps`;
  const app = { name: 'Short-lived', redirectUris: [CALLBACK], scopes: ['bookings:read'] };
  const made = (await staff.post(apps, app)).is(201).json;
  const tokens = redeemed(await redeem(made, await code(made)));
  const { clientSecret } = (await staff.post(`${apps}/${made.clientId}/rotate-secret`)).is(200).json;
  const refresh = (secret) => exchange({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token, client_id: made.clientId, client_secret: secret });
  refused(await refresh(made.clientSecret), 'invalid_client', 401);
  (await staff.delete(`${apps}/${made.clientId}`)).is(204);
  (await partner(server, tokens.access_token).get('/api/oauth/userinfo')).problem(401);
  refused(await refresh(clientSecret), 'invalid_client', 401);
  (await staff.get(`${apps}/${made.clientId}`)).problem(404);
});

test('the token of a member who was removed is refused from that moment on, and is not refreshed', async () => {
  const leaver = member(server, 'STAFF');
  const given = (await landing(request(web), { by: leaver })).searchParams.get('code');
  const tokens = redeemed(await redeem(web, given));
  const late = (await landing(request(web), { by: leaver })).searchParams.get('code');
  const bearer = partner(server, tokens.access_token);
  (await bearer.get(`/api/orgs/${org}/bookings`)).is(200);
  (await bearer.get('/apps/api/orders')).is(200);

  (await staff.delete(`/api/orgs/${org}/members/${leaver.user.id}`)).is(204);
  for (const path of [`/api/orgs/${org}/bookings`, '/apps/api/orders', '/api/zapier/bookings', '/api/oauth/userinfo']) (await bearer.get(path)).problem(401, 'unauthenticated');
  refused(await exchange({ grant_type: 'refresh_token', refresh_token: tokens.refresh_token, ...secretOf(web) }), 'invalid_grant');
  refused(await redeem(web, late), 'invalid_grant');
});

test('nothing of a code, a token or a secret is stored in clear', async () => {
  const given = await code(web);
  const tokens = redeemed(await redeem(web, given));
  const database = server.database();
  for (const table of ['oauth_app', 'oauth_grant', 'oauth_code', 'oauth_token', 'idempotency', 'audit']) {
    const rows = JSON.stringify(database.prepare(`select * from ${table}`).all());
    for (const secret of [given, tokens.access_token, tokens.refresh_token, web.clientSecret]) assert.ok(!rows.includes(secret), table);
  }
});

test('an answer with a token in it is kept by no cache, not even an old one', async () => {
  const verified = await redeem(web, await code(web));
  const wrong = await exchange({ grant_type: 'refresh_token', refresh_token: 'x', ...secretOf(web) });
  for (const answer of [verified.is(200), wrong.is(400)]) {
    assert.deepEqual([answer.header('cache-control'), answer.header('pragma')], ['no-store', 'no-cache']);
  }
});

test('a parameter without a value is as if it were left out, and none may come twice', async () => {
  const empty = request(web, { scope: '', state: '', code_challenge: '', code_challenge_method: '' });
  const page = (await staff.get(`/api/oauth/authorize?${empty}`)).is(200);
  assert.ok(!page.text.includes('name="state"'), 'nothing is echoed that was not said');
  const sent = async (query) => (await staff.get(`/api/oauth/authorize?${query}`)).is(303).header('location');
  const error = async (query) => new URL(await sent(query)).searchParams.get('error');
  assert.equal(await error(request(web, { response_type: '' })), 'invalid_request');
  assert.equal(await error(`${request(web)}&state=again`), 'invalid_request');
  assert.equal(await error(`${request(web)}&scope=bookings%3Aread`), 'invalid_request');
  for (const twice of ['client_id', 'redirect_uri']) {
    const refusal = (await staff.get(`/api/oauth/authorize?${request(web)}&${twice}=https%3A%2F%2Fevil.example`)).is(400);
    assert.match(refusal.header('content-type'), /^text\/html/);
    assert.equal(refusal.header('location'), null);
  }
});

test('what is no form is refused where it was sent, as a page or as an OAuth error, however long it is', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const flood = 'x'.repeat(10_000_000);
  for (const path of ['/api/oauth/token', '/api/oauth/revoke']) {
    refused(await guest(server).send('POST', path, { body: flood, headers: form }), 'invalid_request');
    refused(await guest(server).post(path, { grant_type: 'refresh_token' }), 'invalid_request');
  }
  for (const sent of [{ body: flood, headers: form }, { json: Object.fromEntries(request(web)) }, { body: 'a=1&a=2', headers: form }]) {
    const answer = (await staff.send('POST', '/api/oauth/authorize', sent)).is(400);
    assert.match(answer.header('content-type'), /^text\/html/);
    assert.equal(answer.header('location'), null);
  }
});

test('credentials that cannot be read are no credentials', async () => {
  refused(await redeem(web, await code(web), {}, { authorization: 'Basic !!!' }), 'invalid_client', 401);
});

test('a refusal tells an app what its token lacks', async () => {
  const tokens = (await redeem(web, await code(web))).is(200).json;
  const challenge = async (caller, path) => (await caller.get(path)).header('www-authenticate');
  assert.match(await challenge(partner(server, tokens.access_token.slice(0, -1)), '/api/oauth/userinfo'), /^Bearer error="invalid_token"/);
  assert.equal(await challenge(guest(server), '/api/oauth/userinfo'), 'Bearer');
  const narrow = partner(server, tokens.access_token);
  const answer = await narrow.post('/api/zapier/actions/block-date', { date: '2027-07-04' });
  assert.equal(answer.problem(403).code, 'insufficient_scope');
  assert.match(answer.header('www-authenticate'), /^Bearer error="insufficient_scope"/);
});

test('an app that is a script on another site gets and ends its tokens', async () => {
  const site = guest(server).with({ origin: 'https://app.example' });
  for (const path of ['/api/oauth/token', '/api/oauth/revoke', '/api/oauth/userinfo', '/.well-known/oauth-authorization-server']) {
    const ask = { 'access-control-request-method': 'POST', 'access-control-request-headers': 'authorization' };
    (await site.send('OPTIONS', path, { headers: ask })).is(204);
  }
  assert.equal((await site.get('/.well-known/oauth-authorization-server')).is(200).header('access-control-allow-origin'), '*');
  assert.equal((await site.get('/api/oauth/authorize')).header('access-control-allow-origin'), null, 'saying yes is for our own page');
});

test('an app is registered under one line of text and addresses that mean one place', async () => {
  const apps = `/api/orgs/${org}/oauth-apps`;
  const good = { name: 'Tide Tables', redirectUris: [CALLBACK], scopes: ['bookings:read'] };
  for (const uri of ['https://*.example.com/back', 'https://app.example.com/go back', 'https://app.example.com/\nback']) {
    assert.equal((await staff.post(apps, { ...good, redirectUris: [uri] })).problem(400).errors[0].pointer, '/redirectUris/0', uri);
  }
  assert.equal((await staff.post(apps, { ...good, name: 'Tide\u0000Tables' })).problem(400).errors[0].pointer, '/name');
});
