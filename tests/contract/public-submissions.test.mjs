// The public form: an event from somebody without an account is paid for with work or time, confirmed by mail, and only
// then in the queue; its author follows it on a page of their own.

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, test } from 'node:test';
import { guest } from '../support/actors.mjs';
import { after as later } from '../support/client.mjs';
import { CALENDAR, dayFromNow, key, ORG } from '../support/harbor.mjs';
import { mailsTo } from '../support/mail.mjs';
import { member } from '../support/members.mjs';
import { startServer } from '../support/server.mjs';

const submissions = `/api/orgs/${ORG}/submissions`;
const door = `/embed/${CALENDAR}`;

let server;
let staff;
before(async () => {
  server = await startServer();
  staff = member(server, 'STAFF');
  (await staff.patch(`/api/orgs/${ORG}/calendars/${CALENDAR}`, { submissions: true })).is(200);
});
after(() => server.stop());

let visitor;
beforeEach(() => {
  // An address of its own for each story.
  visitor = guest(server);
});

let people = 0;
function somebody() {
  people += 1;
  return { name: `Somebody ${people}`, email: `somebody-${people}@guests.example` };
}

function event(more = {}) {
  const date = dayFromNow(30 + people);
  return { title: `Reading ${people}`, text: 'Poems about *tides*.', when: [{ from: `${date}T19:00`, to: `${date}T21:00` }], ...more };
}

/** Does the work that a challenge asks for. */
function solve({ challenge, bits }) {
  for (let n = 0; ; n += 1) {
    const digest = createHash('sha256').update(`${challenge}:${n}`).digest();
    if (Math.clz32(digest.readUInt32BE(0)) >= bits) return { challenge, solution: String(n) };
  }
}

const work = async (who = visitor) => solve((await who.get(`${door}/challenge`)).is(200).json);
const waiting = async () => (await staff.get(`${submissions}?status=SUBMITTED&limit=100`)).is(200).json.data;
const known = () => server.d1('select count(*) as n from submission')[0].n;

/** The link in the newest mail to an address, as its reader sees it. */
async function linkTo(email) {
  const mail = (await mailsTo(server, email)).at(-1);
  assert.ok(mail, `no mail to ${email}`);
  const link = /\/s\/[A-Za-z0-9_-]{43}/.exec(mail.text)?.[0];
  assert.ok(link, mail.text);
  return link;
}

const own = () => visitor.with({ origin: server.url });

/** Hands in and follows the mail as far as the guest's page. */
async function handedIn(who = somebody(), more = {}) {
  (await visitor.post(`${door}/submissions`, { ...who, event: event(more), ...(await work()) })).is(202);
  return linkTo(who.email);
}

test('an event enters the queue when the link in the mail is confirmed, and not by opening it', async () => {
  const who = somebody();
  const wanted = event();
  const answer = (await visitor.post(`${door}/submissions`, { ...who, event: wanted, ...(await work()) }, { key: key() })).is(202).json;
  assert.equal(answer.status, 'CONFIRM_BY_MAIL');
  const link = await linkTo(who.email);
  assert.ok(!JSON.stringify(server.d1('select * from submission')).includes(link.slice(3)), 'the token is stored in clear');
  (await visitor.get(link)).is(200);
  assert.ok(!(await waiting()).some((one) => one.author.email === who.email));
  (await own().post(`${link}/submit`)).is(303);
  const [found] = (await waiting()).filter((one) => one.author.email === who.email);
  assert.deepEqual([found.title, found.author.name, found.author.guest, found.calendarId], [wanted.title, who.name, true, CALENDAR]);
  assert.match((await visitor.get(link)).is(200).text, /being looked at/);
  assert.equal((await own().post(`${link}/submit`)).status, 409);
});

test('its author is told by mail what staff decides, changes it on their page and takes it back', async () => {
  const who = somebody();
  const link = await handedIn(who);
  (await own().post(`${link}/submit`)).is(303);
  const [{ id }] = (await waiting()).filter((one) => one.author.email === who.email);
  const act = (action, body = {}) => staff.post(`${submissions}/${id}/${action}`, body, { key: key() });
  (await act('request-changes', { note: 'Where is it?' })).is(200);
  assert.equal(await linkTo(who.email), link);
  assert.match((await visitor.get(link)).text, /Where is it\?/);
  const form = (await visitor.get(`${link}/edit`)).is(200).text;
  assert.match(form, /Poems about \*tides\*\./);
  const date = dayFromNow(30 + people);
  const fields = new URLSearchParams({ title: 'Reading aloud', text: 'Poems.', where: 'Pier 3', from0: `${date}T19:00`, to0: `${date}T21:00`, price: '12,50' });
  const send = (path, body) => own().with({ 'content-type': 'application/x-www-form-urlencoded' }).send('POST', path, { body: body?.toString() });
  (await send(`${link}/edit`, fields)).is(303);
  (await send(`${link}/submit`)).is(303);
  const approved = (await act('approve')).is(200).json;
  assert.deepEqual([approved.where, approved.price.amount], ['Pier 3', 1250]);
  assert.match((await visitor.get(link)).text, /On the calendar/);
  (await send(`${link}/withdraw`)).is(303);
  assert.match((await visitor.get(link)).text, /Taken back/);
  assert.ok(!(await guest(server).get(door)).is(200).json.cards.some((card) => card.id === approved.eventId));
});

test('a link that was not followed in time leads nowhere, and name and address are forgotten', async () => {
  const who = somebody();
  const link = await handedIn(who);
  const threeDays = later(new Date().toISOString(), 3 * 24 * 60);
  (await visitor.at(threeDays).get(link)).is(404);
  assert.equal((await own().at(threeDays).post(`${link}/submit`)).status, 404);
  server.database().exec(`update submission set confirm_until = 1, version = version + 1 where state = 'DRAFT' and token_hash is not null`);
  await server.cron('17 * * * *');
  assert.equal(server.d1('select count(*) as n from submission where author_email = ?', who.email)[0].n, 0);
});

test('a proof of work opens the door once', async () => {
  const proof = await work();
  (await visitor.post(`${door}/submissions`, { ...somebody(), event: event(), ...proof })).is(202);
  const before = known();
  (await visitor.post(`${door}/submissions`, { ...somebody(), event: event(), ...proof })).problem(409, 'challenge_used');
  assert.equal(known(), before);
});

test('no work, somebody else’s work and old work open nothing', async () => {
  const before = known();
  const fresh = (await visitor.get(`${door}/challenge`)).is(200).json;
  const proof = solve(fresh);
  const sent = (over, who = visitor) => who.post(`${door}/submissions`, { ...somebody(), event: event(), ...proof, ...over });
  assert.equal((await sent({ solution: 'x' })).problem(400).errors[0].code, 'not_solved');
  assert.equal((await sent({ challenge: `${fresh.challenge}A` })).problem(400).errors[0].code, 'unknown_challenge');
  assert.equal((await sent({}, visitor.at(later(new Date().toISOString(), 11)))).problem(400).errors[0].code, 'challenge_expired');
  const other = (await staff.post(`/api/orgs/${ORG}/calendars`, { name: 'Other', submissions: true }, { key: key() })).is(201).json;
  assert.equal((await visitor.post(`/embed/${other.id}/submissions`, { ...somebody(), event: event(), ...proof })).problem(400).errors[0].code, 'unknown_challenge');
  assert.equal(known(), before);
});

test('who fills in the field that people do not see gets an answer, and nothing else', async () => {
  const before = known();
  const who = somebody();
  (await visitor.post(`${door}/submissions`, { ...who, event: event(), ...(await work()), website: 'https://spam.example' })).is(202);
  assert.equal(known(), before);
  assert.deepEqual(server.d1('select 1 from mail where recipient = ?', who.email), []);
});

test('many links, many hand-ins from one address and many mails to one are refused', async () => {
  const spam = await visitor.post(`${door}/submissions`, { ...somebody(), event: event({ text: 'https://a.example '.repeat(4) }), ...(await work()) });
  assert.deepEqual(spam.problem(400).errors.map((error) => [error.pointer, error.code]), [['/event/text', 'too_many_links']]);
  const who = somebody();
  for (let n = 0; n < 3; n += 1) {
    const one = guest(server);
    (await one.post(`${door}/submissions`, { ...who, event: event(), ...(await work(one)) })).is(202);
  }
  const another = guest(server);
  (await another.post(`${door}/submissions`, { ...who, event: event(), ...(await work(another)) })).problem(429, 'too_many_unconfirmed');
  const rushed = guest(server);
  const answers = [];
  for (let n = 0; n < 8; n += 1) answers.push((await rushed.post(`${door}/submissions`, { ...somebody(), event: event(), challenge: 'x', solution: 'x' })).status);
  assert.ok(answers.includes(429), answers.join());
});

test('a calendar that takes none takes none, and the public form takes no rooms', async () => {
  const closed = (await staff.post(`/api/orgs/${ORG}/calendars`, { name: 'Closed' }, { key: key() })).is(201).json;
  (await visitor.get(`/embed/${closed.id}/challenge`)).problem(403, 'submissions_closed');
  (await visitor.post(`/embed/${closed.id}/submissions`, { ...somebody(), event: event(), ...(await work()) })).problem(403, 'submissions_closed');
  (await visitor.get(`/c/${closed.id}/submit`)).is(403);
  (await visitor.get('/embed/cal_nobody/challenge')).problem(404);
  assert.ok(!(await visitor.get(`/c/${closed.id}`)).text.includes('Suggest an event'));
  const refused = await visitor.post(`${door}/submissions`, { ...somebody(), event: event({ resourceIds: ['res_harbor_boat'] }), ...(await work()) });
  assert.equal(refused.problem(400).errors[0].pointer, '/event/resourceIds');
});

test('without a script the form works for whoever takes their time', async () => {
  assert.match((await visitor.get(`/c/${CALENDAR}`)).is(200).text, /Suggest an event/);
  const page = (await visitor.get(`/c/${CALENDAR}/submit`)).is(200).text;
  assert.ok(!/<script(?![^>]*frame\.js)/.test(page), 'it needs a script');
  const opened = /name="opened" value="([^"]+)"/.exec(page)[1];
  const who = somebody();
  const date = dayFromNow(30);
  const fields = { ...who, opened, title: 'Evil <script>alert(1)</script>', text: '<img src=x onerror=alert(1)>', from0: `${date}T19:00`, to0: `${date}T21:00`, website: '' };
  const send = (over, at) => {
    const sender = own().with({ 'content-type': 'application/x-www-form-urlencoded' });
    return (at ? sender.at(at) : sender).send('POST', `/c/${CALENDAR}/submit`, { body: new URLSearchParams({ ...fields, ...over }).toString() });
  };
  assert.equal((await send({})).status, 429, 'a machine is faster than people');
  const soon = later(new Date().toISOString(), 1);
  const done = await send({}, soon);
  assert.match(done.is(202).text, /sent a mail/);
  const again = await send({}, soon);
  assert.equal(again.status, 409, 'one form, one event');
  const link = await linkTo(who.email);
  const shown = (await visitor.get(link)).is(200).text;
  assert.ok(!shown.includes('<script>alert') && !shown.includes('<img src=x'), 'what was written runs');
  (await visitor.with({ 'content-type': 'application/x-www-form-urlencoded', origin: 'https://evil.example' }).send('POST', `${link}/withdraw`)).is(403);
});
