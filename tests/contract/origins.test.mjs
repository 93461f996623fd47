// Which sites may do what through a guest's browser: all of them where no calendar is named, those that the calendar
// allows where one is. Nobody with the visitor's cookies.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { booking, CALENDAR, Departures, item, key, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

const SITE = 'https://harbor-tours.example';
const OTHER = 'https://elsewhere.example';

let server;
let departures;
before(async () => {
  server = await startServer();
  server.database().prepare('update calendar set origins = ? where public_id = ?').run(JSON.stringify([SITE]), CALENDAR);
  departures = new Departures(guest(server), SUNSET);
});
after(() => server.stop());

const from = (origin) => guest(server).with({ origin });
const reader = (answer) => answer.header('access-control-allow-origin');
const asks = (origin, path, method) =>
  from(origin).send('OPTIONS', path, { headers: { 'access-control-request-method': method, 'access-control-request-headers': 'content-type' } });

test('a calendar with sites of its own is read by those, asked or asked before', async () => {
  const answer = (await from(SITE).get(`/embed/${CALENDAR}`)).is(200);
  assert.equal(reader(answer), SITE);
  assert.match(answer.header('vary'), /origin/i);
  assert.equal(reader((await asks(SITE, `/embed/${CALENDAR}`, 'GET')).is(204)), SITE);
  assert.equal(reader((await from(SITE).get(`/embed/${CALENDAR}`, { headers: { 'if-none-match': answer.header('etag') } })).is(304)), SITE);
});

test('and by no other, whose preflight fails as well; a sandboxed page is another', async () => {
  for (const origin of [OTHER, 'null', `${SITE}.evil.example`, SITE.replace('https', 'http')]) {
    const answer = (await from(origin).get(`/embed/${CALENDAR}`)).is(200);
    assert.equal(reader(answer), null, origin);
    assert.match(answer.header('vary'), /origin/i);
    assert.equal(reader(await asks(origin, `/embed/${CALENDAR}`, 'GET')), null, origin);
    assert.equal(reader(await asks(origin, `/embed/${CALENDAR}/anything`, 'POST')), null, origin);
  }
});

test('Daymark\'s own pages are no other site', async () => {
  assert.equal(reader(await from(server.url).get(`/embed/${CALENDAR}`)), server.url);
});

test('a write under the calendar from another site is refused before anything reads it', async () => {
  (await from(OTHER).post(`/embed/${CALENDAR}/anything`, {})).problem(403, 'origin_not_allowed');
  (await from(SITE).post(`/embed/${CALENDAR}/anything`, {})).problem(404);
});

test('nobody books in the calendar\'s name but from its sites, and programs, which have none', async () => {
  const slot = await departures.next();
  const named = (more) => booking(slot, { party: { adult: 1 }, calendar: CALENDAR, ...more });
  const bookings = () => server.d1('select count(*) as n from booking')[0].n;
  const before = bookings();
  const refused = await from(OTHER).post('/api/bookings', named(), { key: key() });
  refused.problem(403, 'origin_not_allowed');
  assert.equal(bookings(), before);
  for (const caller of [from(SITE), from(server.url), guest(server)]) (await caller.post('/api/bookings', named(), { key: key() })).is(201);
});

test('what names no calendar is open to every site, without credentials', async () => {
  const slot = await departures.next();
  const reads = [
    await from(OTHER).get(`/api/tours/${SUNSET}/availability?from=2027-06-01&to=2027-06-02`),
    await from(OTHER).post('/api/quotes', { items: [item(SUNSET, slot)] }),
    await from(OTHER).post('/api/bookings', booking(slot), { key: key() }),
    await asks(OTHER, '/api/bookings', 'POST'),
    await from(OTHER).get('/embed/cal_nowhere'),
  ];
  for (const answer of reads) {
    assert.equal(reader(answer), '*', answer.request);
    assert.equal(answer.header('access-control-allow-credentials'), null, answer.request);
  }
});

test('the visitor\'s own session is of no use to another site', async () => {
  const staff = await owner(server);
  const ridden = staff.with({ origin: OTHER });
  const path = `/api/orgs/${staff.organizations[0].id}/webhooks`;
  assert.equal(reader(await ridden.get(path)), null);
  assert.equal(reader(await asks(OTHER, path, 'POST')), null);
  (await ridden.post(path, { url: 'https://hooks.example.com/', events: ['*'] }, { key: key() })).problem(403);
});
