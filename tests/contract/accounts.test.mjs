// People come by themselves: signing up, proving an address, forgetting a password. Nobody learns who else is here.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, inside, loggedIn, newcomer, OWNER } from '../support/actors.mjs';
import { after as later } from '../support/client.mjs';
import { lastMailTo, mailsTo, tokenIn } from '../support/mail.mjs';
import { startServer } from '../support/server.mjs';

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

const PASSWORD = 'a boat in the fog';
let count = 0;

/** What somebody sends who signs up. */
function coming(more = {}) {
  count += 1;
  const organization = { name: `Pier ${count}`, timezone: 'Europe/Berlin', currency: 'EUR', locale: 'de', ...more.organization };
  return { email: `pier-${count}@people.example`, password: PASSWORD, name: 'Ada', ...more, organization };
}

const signUp = (body) => guest(server).post('/api/auth/signup', body);
const forgot = (email, caller = guest(server)) => caller.post('/api/auth/password/forgot', { email });
const reset = (token, password = 'another boat there', caller = guest(server)) =>
  caller.post('/api/auth/password/reset', { token, password });

test('signing up makes a person and an organization that is theirs, and they are in', async () => {
  const body = coming();
  const answer = (await signUp(body)).is(201);
  const [org] = answer.json.organizations;
  assert.equal(org.role, 'OWNER');
  assert.equal(org.slug, 'pier-1');
  assert.deepEqual([answer.json.user.email, answer.json.user.confirmed, answer.json.user.language], [body.email, false, 'de']);
  const ada = inside(server, answer);
  (await ada.get(`/api/orgs/${org.id}`)).is(200);
  assert.equal((await loggedIn(server, { email: body.email, password: body.password })).organizations[0].id, org.id);
  const held = JSON.stringify(server.d1('select * from person'));
  assert.ok(!held.includes(PASSWORD) && held.includes('$argon2id$v=19$m=19456,t=2,p=1$'));
  assert.deepEqual(server.d1('select action from audit where subject = ?', org.id).map((row) => row.action), ['organization.created']);
});

test('signing up twice with the same words leads to one account, not to two', async () => {
  const body = coming();
  const [first, second] = [(await signUp(body)).is(201), (await signUp(body)).is(201)];
  assert.equal(first.json.user.id, second.json.user.id);
  assert.equal(second.json.organizations.length, 1);
});

test('a sign-up with a field that breaks its rule names it and writes nothing', async () => {
  const people = () => server.d1('select count(*) as n from person')[0].n;
  const before = people();
  for (const [more, pointer] of [
    [{ email: 'nobody' }, '/email'],
    [{ password: 'short' }, '/password'],
    [{ password: 'x'.repeat(257) }, '/password'],
    [{ password: 'password123' }, '/password'],
    [{ name: ' ' }, '/name'],
    [{ organization: { name: '' } }, '/organization/name'],
    [{ organization: { timezone: 'Europe/Atlantis' } }, '/organization/timezone'],
    [{ organization: { currency: 'XXX' } }, '/organization/currency'],
    [{ organization: { locale: 'en_US' } }, '/organization/locale'],
    [{ organization: { slug: 'Pier 1' } }, '/organization/slug'],
  ]) {
    const problem = (await signUp(coming(more))).problem(400);
    assert.equal(problem.errors[0].pointer, pointer, JSON.stringify(problem));
  }
  const named = coming({ password: 'PIER-company' });
  named.organization.name = 'pier-company';
  assert.equal((await signUp(named)).problem(400).errors[0].code, 'too_common');
  assert.equal(people(), before);
  const taken = coming({ organization: { slug: 'harbor' } });
  assert.equal((await signUp(taken)).problem(409, 'slug_taken').errors[0].pointer, '/organization/slug');
  assert.equal(people(), before);
});

test('neither signing up nor forgetting tells whether an address is known; only its reader is told', async () => {
  const strangers = coming();
  const known = (await signUp(coming({ email: OWNER.email }))).is(201);
  const unknown = (await signUp(strangers)).is(201);
  const shape = (answer) => [answer.status, Object.keys(answer.json), Object.keys(answer.json.user), answer.json.user.confirmed, answer.headers.getSetCookie().length];
  assert.deepEqual(shape(known), shape(unknown));
  const cost = (answer) => answer.header('server-timing').match(/\d+ round trips/)[0];
  assert.equal(cost(known), cost(unknown));
  await lastMailTo(server, OWNER.email, 'account.known_address');
  assert.equal((await mailsTo(server, OWNER.email)).filter((mail) => mail.kind === 'account.confirm_address').length, 0);
  await lastMailTo(server, strangers.email, 'account.confirm_address');

  const [asked, nobody] = [(await forgot(OWNER.email)).is(202), (await forgot('nobody@people.example')).is(202)];
  assert.equal(asked.text, nobody.text);
  assert.equal(cost(asked), cost(nobody));
  assert.deepEqual(await mailsTo(server, 'nobody@people.example'), []);
});

test('whoever signs up with somebody else\'s address gets nothing of theirs, and takes nothing from them', async () => {
  const ada = await newcomer(server);
  const { email } = ada.credentials;
  const token = tokenIn(await lastMailTo(server, email, 'account.confirm_address'));
  (await ada.post('/api/auth/address/confirm', { token })).is(204);
  const impostor = inside(server, (await signUp(coming({ email, password: 'not hers at all' }))).is(201));
  assert.notEqual(impostor.user.id, ada.user.id);
  assert.ok(impostor.organizations.every((org) => org.id !== ada.org));
  (await impostor.get(`/api/orgs/${ada.org}`)).problem(404);
  assert.equal((await loggedIn(server, ada.credentials)).user.id, ada.user.id);
  assert.equal((await mailsTo(server, email)).filter((mail) => mail.kind === 'account.confirm_address').length, 1);
});

test('an address is confirmed once, by whoever is signed in to that account', async () => {
  const [ada, eve] = [await newcomer(server), await newcomer(server)];
  const token = tokenIn(await lastMailTo(server, ada.credentials.email, 'account.confirm_address'));
  (await guest(server).post('/api/auth/address/confirm', { token })).problem(401);
  (await eve.post('/api/auth/address/confirm', { token })).problem(400);
  (await ada.at(later(new Date(), 8 * 24 * 60)).post('/api/auth/address/confirm', { token })).problem(400);
  (await ada.post('/api/auth/address/confirm', { token })).is(204);
  assert.equal((await ada.get('/api/auth/me')).is(200).json.user.confirmed, true);
  (await ada.post('/api/auth/address/confirm', { token })).problem(400);
  (await ada.post('/api/auth/address/resend', {})).problem(409, 'confirmed');
});

test('a link to a new password works once, for an hour, and ends every session', async () => {
  const ada = await newcomer(server);
  const { email, password } = ada.credentials;
  (await forgot(email.toUpperCase())).is(202);
  const mail = await lastMailTo(server, email, 'account.reset_password');
  const token = tokenIn(mail);
  assert.ok(mail.text.includes(`${server.url}/console/reset?token=`), mail.text);
  const stored = JSON.stringify([server.d1('select * from mailed_token'), server.d1('select * from mail')]);
  assert.ok(!stored.includes(token), 'the token is stored in clear');

  const before = server.d1('select password_hash from person where email = ?', email);
  (await reset(token, 'another boat there', guest(server).at(later(new Date(), 61)))).problem(400);
  assert.equal((await reset(token, 'short')).problem(400).errors[0].pointer, '/password');
  assert.deepEqual(server.d1('select password_hash from person where email = ?', email), before);

  (await ada.get('/api/auth/me')).is(200);
  const tried = await Promise.all([reset(token), reset(token)]);
  assert.deepEqual(tried.map((answer) => answer.status).sort(), [204, 400]);
  (await reset(token, 'a third boat here')).problem(400);
  (await ada.get('/api/auth/me')).problem(401);
  (await guest(server).post('/api/auth/login', { email, password })).problem(401);
  (await loggedIn(server, { email, password: 'another boat there' }));
  await lastMailTo(server, email, 'account.password_changed');
});

test('nobody is flooded with links, and none of them says so', async () => {
  const ada = await newcomer(server);
  for (let sent = 0; sent < 7; sent += 1) (await forgot(ada.credentials.email)).is(202);
  const mails = await mailsTo(server, ada.credentials.email);
  assert.equal(mails.filter((mail) => mail.kind === 'account.reset_password').length, 5);
});

test('whoever knows the old password chooses a new one, stays in, and everybody else is out', async () => {
  const ada = await newcomer(server);
  const elsewhere = await loggedIn(server, ada.credentials);
  const change = (currentPassword, newPassword) => ada.post('/api/auth/password', { currentPassword, newPassword });
  assert.equal((await change('wrong', 'another boat there')).problem(400).errors[0].pointer, '/currentPassword');
  assert.equal((await change(ada.credentials.password, 'short')).problem(400).errors[0].pointer, '/newPassword');
  const now = inside(server, (await change(ada.credentials.password, 'another boat there')).is(200));
  (await now.get('/api/auth/me')).is(200);
  for (const old of [ada, elsewhere]) (await old.get('/api/auth/me')).problem(401);
  await loggedIn(server, { ...ada.credentials, password: 'another boat there' });
});

test('one is called what one says, and mailed in one\'s language', async () => {
  const ada = await newcomer(server);
  (await ada.patch('/api/auth/me', { name: 'Ada L.', language: 'de' })).is(204);
  const { user } = (await ada.get('/api/auth/me')).is(200).json;
  assert.deepEqual([user.name, user.language], ['Ada L.', 'de']);
  (await forgot(ada.credentials.email)).is(202);
  assert.match((await lastMailTo(server, ada.credentials.email, 'account.reset_password')).text, /Passwort/);
  (await ada.patch('/api/auth/me', { language: 'klingon language' })).problem(400);
});

test('what was mailed is read on a developer\'s machine only, and its words are not in the database', async () => {
  const page = (await guest(server).get('/dev/mail')).is(200);
  assert.match(page.text, /Confirm your address/);
  const { id } = server.d1('select public_id as id from mail limit 1')[0];
  (await guest(server).get(`/dev/mail/${id}/html`)).is(200);
  (await guest(server).get('/dev/mail/mail_nothing')).problem(404);
  assert.ok(!JSON.stringify(server.d1('select * from mail')).includes('token='));
});

/** Sends a form as a browser would. */
const form = (caller, path, fields) =>
  caller.send('POST', path, {
    body: new URLSearchParams(fields).toString(),
    headers: { 'content-type': 'application/x-www-form-urlencoded', origin: server.url },
  });
const cookieOf = (answer) => answer.headers.getSetCookie()[0].split(';', 1)[0];

test('the links of mails lead to pages that do it without any script', async () => {
  const stranger = guest(server);
  const email = 'by-hand@people.example';
  const typed = { name: 'Ada', email, password: PASSWORD, 'organization/name': 'By hand', 'organization/timezone': 'Europe/Berlin', 'organization/currency': 'eur' };
  assert.match((await form(stranger, '/console/sign-up', { ...typed, 'organization/timezone': 'Berlin' })).text, /IANA time zone/);
  const ada = guest(server).with({ cookie: cookieOf((await form(stranger, '/console/sign-up', typed)).is(303)) });
  const linkOf = async (kind) => new URL(/https?:\S+token=\S+/.exec((await lastMailTo(server, email, kind)).text)[0]);

  const confirm = await linkOf('account.confirm_address');
  assert.match((await stranger.get(confirm.href)).is(200).text, /Sign in first/);
  assert.match((await ada.get(confirm.href)).is(200).text, /by-hand@people\.example/);
  assert.equal((await ada.get('/api/auth/me')).json.user.confirmed, false, 'looking at the link confirmed it');
  (await form(ada, '/console/confirm', { token: confirm.searchParams.get('token') })).is(200);
  assert.equal((await ada.get('/api/auth/me')).json.user.confirmed, true);

  assert.match((await form(stranger, '/console/forgot', { email })).is(200).text, /on its way/);
  const reset = await linkOf('account.reset_password');
  (await stranger.get(reset.href)).is(200);
  const token = reset.searchParams.get('token');
  assert.match((await form(stranger, '/console/reset', { token, password: 'short' })).is(400).text, /at least 10 characters/);
  (await form(stranger, '/console/reset', { token, password: 'another boat there' })).is(200);
  assert.match((await form(stranger, '/console/reset', { token, password: 'another boat there' })).is(400).text, /does not work any more/);
  const back = await loggedIn(server, { email, password: 'another boat there' });

  const org = back.organizations[0].id;
  (await back.post(`/api/orgs/${org}/members`, { email: 'mate@people.example', role: 'STAFF' })).is(201);
  const invited = new URL(/https?:\S+token=\S+/.exec((await lastMailTo(server, 'mate@people.example', 'account.invitation')).text)[0]);
  assert.match((await stranger.get(invited.href)).is(200).text, /By hand/);
  const mate = { token: invited.searchParams.get('token'), name: 'Mate', password: PASSWORD };
  (await form(stranger, '/console/invitation', mate)).is(303);
  (await stranger.get(invited.href)).is(404);
  const foreign = await stranger.send('POST', '/console/forgot', {
    body: `email=${email}`, headers: { 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' },
  });
  foreign.is(403);
});
