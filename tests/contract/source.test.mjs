// Where a booking came from: the page's own mark, the campaign, the page. It stays with the booking wherever it is shown, and it
// never says who somebody is.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { booking, CALENDAR, customer, Departures, dayFromNow, item, key, ORG, SUNSET, tokenOf } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

const SOURCE = {
  ref: 'spring-newsletter',
  utm: { source: 'newsletter', medium: 'email', campaign: 'spring, "early"', term: 'boat', content: 'top' },
  page: 'https://shop.example/tours',
};

let server, staff, departures;
before(async () => {
  server = await startServer();
  staff = await owner(server);
  departures = new Departures(guest(server), SUNSET);
});
after(() => server.stop());

const book = async (more) => (await guest(server).post('/api/bookings', booking(await departures.next(), more), { key: key() })).is(201).json;
const detail = async (made, caller = staff) => (await caller.get(`/api/bookings/${made.id}`)).is(200).json;
const told = (id) => JSON.parse(server.d1(`select payload from event_log where subject = ? and kind = 'booking.created'`, id)[0].payload);

test('where a booking came from is in the answer to staff, the list, its filter, the file, the event and the console', async () => {
  const made = await book({ source: SOURCE });
  assert.deepEqual((await detail(made)).source, SOURCE);
  assert.equal('source' in (await detail(made, guest(server).with({ authorization: `Bearer ${tokenOf(made)}` }))), false, 'not for the guest');
  assert.deepEqual(told(made.id).source, SOURCE);

  const path = `/api/orgs/${ORG}/bookings?ref=${SOURCE.ref}`;
  const listed = (await staff.get(path)).is(200).json.data;
  assert.deepEqual(listed.map(({ id, source }) => [id, source]), [[made.id, SOURCE]]);
  const [head, line] = (await staff.get(`${path}&format=csv`)).is(200).text.split('\r\n');
  assert.match(head, /,ref,utm source,utm medium,utm campaign,utm term,utm content,page$/);
  assert.ok(line.endsWith(`,spring-newsletter,newsletter,email,"spring, ""early""",boat,top,https://shop.example/tours`), line);

  const page = (await staff.get(`/console/${ORG}/bookings/${made.id}`)).is(200).text;
  for (const part of [SOURCE.ref, SOURCE.utm.medium, SOURCE.page]) assert.ok(page.includes(part), part);
});

test('what a hold said stays when it is booked, unless the booking says otherwise', async () => {
  const hold = async () => {
    const body = { items: [item(SUNSET, await departures.next())], source: { ref: 'first' } };
    return (await guest(server).post('/api/holds', body, { key: key() })).is(201).json.holdToken;
  };
  const booked = async (more) => {
    const made = await guest(server).post('/api/bookings', { holdToken: await hold(), customer: customer(), ...more }, { key: key() });
    return made.is(201).json;
  };
  const kept = await booked({});
  assert.deepEqual((await detail(kept)).source, { ref: 'first' });
  assert.deepEqual(told(kept.id).source, { ref: 'first' });
  const other = await booked({ source: { ref: 'second' } });
  assert.deepEqual((await detail(other)).source, { ref: 'second' });
  assert.deepEqual(told(other.id).source, { ref: 'second' });
});

test('a source that is too long, or says who somebody is, is refused by its pointer and books nothing', async () => {
  const slot = await departures.next();
  const bookings = () => server.d1('select count(*) as n from booking')[0].n;
  const before = bookings();
  const wrong = [
    [{ ref: 'x'.repeat(65) }, '/source/ref', 'too_long'],
    [{ ref: 'two\nlines' }, '/source/ref', 'invalid_value'],
    [{ utm: { content: 'ada@example.com' } }, '/source/utm/content', 'personal'],
    [{ utm: { term: 'x'.repeat(101) } }, '/source/utm/term', 'too_long'],
    [{ page: 'https://shop.example/?email=ada' }, '/source/page', 'invalid_value'],
    [{ page: 'https://shop.example/ada%40example.com' }, '/source/page', 'personal'],
    [{ page: 'javascript:alert(1)' }, '/source/page', 'invalid_value'],
  ];
  for (const [source, pointer, rule] of wrong) {
    for (const path of ['/api/bookings', '/api/holds']) {
      const problem = (await guest(server).post(path, booking(slot, { source }), { key: key() })).problem(400, 'invalid_field');
      assert.deepEqual(problem.errors.map(({ pointer, code }) => [pointer, code]), [[pointer, rule]]);
    }
  }
  (await guest(server).post('/api/bookings', booking(slot, { source: { who: 'Ada' } }), { key: key() })).is(400);
  assert.equal(bookings(), before);
  const empty = await book({ source: { ref: ' ', utm: {} } });
  assert.equal('source' in (await detail(empty)), false, 'nothing said is nothing kept');
});

test('who waits for what is full says where they came from: in the list and the console; never who they are', async () => {
  const slot = await departures.next();
  (await guest(server).post('/api/bookings', booking(slot, { party: { adult: slot.remaining } }), { key: key() })).is(201);
  const wish = (source) => ({ offeringId: SUNSET, startsAt: slot.startsAt, party: { adult: 1 }, customer: customer(), source });
  const join = (body) => guest(server).post('/api/waiting-list', body, { key: key() });
  const entries = async () => (await staff.get(`/api/orgs/${ORG}/waiting-list?offering=${SUNSET}&limit=100`)).is(200).json.data;
  const before = (await entries()).length;
  for (const [source, pointer, rule] of [
    [{ ref: 'x'.repeat(65) }, '/source/ref', 'too_long'],
    [{ utm: { term: 'ada@example.com' } }, '/source/utm/term', 'personal'],
    [{ page: 'https://shop.example/?email=ada' }, '/source/page', 'invalid_value'],
  ]) {
    const { errors } = (await join(wish(source))).problem(400, 'invalid_field');
    assert.deepEqual(errors.map(({ pointer, code }) => [pointer, code]), [[pointer, rule]]);
  }
  assert.equal((await entries()).length, before, 'and nobody waits by it');

  const wanted = wish(SOURCE);
  const known = (await join(wanted)).is(201).json.id;
  const silent = (await join(wish({ utm: {} }))).is(201).json.id;
  const found = new Map((await entries()).map((entry) => [entry.id, entry]));
  assert.deepEqual(found.get(known).source, SOURCE);
  assert.equal('source' in found.get(silent), false, 'nothing said is nothing kept');
  const page = (await staff.get(`/console/${ORG}/waiting`)).is(200).text;
  for (const part of [SOURCE.ref, SOURCE.utm.medium, SOURCE.page]) assert.ok(page.includes(part), part);
});

test('the hosted page takes ref and campaign from its address along to the booking, without a script', async () => {
  const visitor = guest(server).with({ origin: server.url });
  const campaign = 'ref=poster&utm_source=qr&utm_content=ada%40example.com';
  const first = (await visitor.get(`/c/${CALENDAR}?${campaign}`)).is(200).text;
  assert.match(first, /<daymark-calendar[^>]* ref="poster"[^>]* utm-passthrough=""/);
  const link = new RegExp(`href="(/c/${CALENDAR}/${SUNSET}\\?[^"]+)"`).exec(first)[1].replaceAll('&amp;', '&');
  const times = (await visitor.get(`${link}&from=${dayFromNow(30)}`)).is(200).text;
  const at = new RegExp(`href="(/c/${CALENDAR}/${SUNSET}/book\\?[^"]+)"`).exec(times)[1].replaceAll('&amp;', '&');
  const form = (await visitor.get(at)).is(200).text;
  const fields = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]);
  const who = customer();
  const said = new URLSearchParams([...fields, ['party.adult', '1'], ['name', who.name], ['email', who.email], ['step', 'book']]);
  const send = (more = {}) => {
    const body = new URLSearchParams({ ...Object.fromEntries(said), ...more }).toString();
    return visitor.send('POST', at.split('?')[0], { body, headers: { 'content-type': 'application/x-www-form-urlencoded' } });
  };
  const bookings = () => server.d1('select source from booking where contact_email = ?', who.email).map(({ source }) => JSON.parse(source));
  assert.match((await send({ test: '' })).is(200).text, /Test: nothing was booked/);
  assert.deepEqual(bookings(), []);
  (await send()).is(303);
  assert.deepEqual(bookings(), [{ ref: 'poster', utm: { source: 'qr' } }]);
});

test('a hosted page leads on to the sites that its calendar names, and to nowhere else', async () => {
  const path = `/api/orgs/${ORG}/calendars/${CALENDAR}`;
  const wanted = (to) => `/c/${CALENDAR}?return-url=${encodeURIComponent(to)}`;
  assert.doesNotMatch((await guest(server).get(wanted('https://shop.example/thanks'))).is(200).text, /return-url/);
  (await staff.patch(path, { origins: ['https://shop.example'] })).is(200);
  assert.match((await guest(server).get(wanted('https://shop.example/thanks'))).is(200).text, /return-url="https:\/\/shop\.example\/thanks"/);
  for (const elsewhere of ['https://evil.example/', 'javascript:alert(1)', '//shop.example/', 'https://shop.example.evil.example/']) {
    assert.doesNotMatch((await guest(server).get(wanted(elsewhere))).is(200).text, /return-url=/, elsewhere);
  }
});
