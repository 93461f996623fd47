// The desk's list: narrowed down, searched, paged in either order, and taken along as a file that a spreadsheet can open
// without doing what a guest wrote into it.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { booking, Departures, KAYAK, key, ORG, SUNSET, wallTime } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

const PATH = `/api/orgs/${ORG}/bookings`;

let server;
let staff;
let slot;
let kayaks;
const made = {};
before(async () => {
  server = await startServer();
  staff = await owner(server);
  slot = await new Departures(guest(server), SUNSET).next();
  kayaks = await new Departures(guest(server), KAYAK, { kind: 'packages', firstDay: 30, party: { kayak: 1 } }).next();
  const book = async (name, who, more = {}) => {
    const body = booking(slot, { customer: who, ...more });
    made[name] = (await guest(server).post('/api/bookings', body, { key: key() })).is(201).json;
  };
  await book('evil', { name: '=HYPERLINK("http://evil.example","click")', email: 'evil@guests.example', phone: '+49 170 1' });
  await book('comma', { name: 'Lovelace, "Ada"', email: 'ada@guests.example' }, { party: { adult: 1, child: 1 } });
  await book('kayak', { name: 'Kaya Paddle', email: 'kaya@guests.example' }, { tourId: KAYAK, instanceStartsAt: kayaks.startsAt, party: { kayak: 1 }, length: 60 });
  (await staff.patch(`/api/bookings/${made.comma.id}`, { staffNote: 'Brings the analytical engine' })).is(200);
  (await staff.post(`/api/bookings/${made.kayak.id}/cancel`, {}, { key: key() })).is(200);
});
after(() => server.stop());

const ids = async (query) => (await staff.get(`${PATH}?${new URLSearchParams({ limit: 100, ...query })}`)).is(200).json.data.map(({ id }) => id);
const named = (...names) => names.map((name) => made[name].id);

test('a search finds number, name, address, phone and notes, in any order of words', async () => {
  for (const q of ['lovelace', 'LOVE ada', 'ada@guests.example', 'engine', 'analyt lovel', made.comma.number]) assert.deepEqual(await ids({ q }), named('comma'), q);
  assert.deepEqual(await ids({ q: '49170' }), named('evil'));
  for (const q of ['nobody', '"', '* OR *', '%']) assert.deepEqual(await ids({ q }), [], q);
  (await staff.get(`${PATH}?q=${'x'.repeat(201)}`)).problem(400);
});

test('filters narrow it down, alone and together', async () => {
  const date = slot.localStartsAt.slice(0, 10);
  assert.deepEqual(await ids({ status: 'CANCELLED' }), named('kayak'));
  assert.deepEqual((await ids({ status: 'CANCELLED,CONFIRMED', offering: KAYAK })).slice(0, 1), named('kayak'));
  assert.deepEqual(await ids({ from: date, to: date, offering: SUNSET }), named('comma', 'evil'));
  assert.deepEqual(await ids({ customer: 'ada@guests.example' }), named('comma'));
  assert.ok((await ids({ resource: 'res_harbor_boat' })).includes(made.evil.id));
  assert.deepEqual((await ids({ resource: 'res_harbor_kayaks' })).includes(made.evil.id), false);
  (await staff.get(`${PATH}?status=SOLD`)).problem(400);
  (await staff.get(`${PATH}?sort=price`)).problem(400);
});

test('either order is paged without a gap', async () => {
  for (const sort of ['created', 'start']) {
    const whole = await ids({ sort });
    const paged = [];
    let cursor;
    do {
      const page = (await staff.get(`${PATH}?${new URLSearchParams({ sort, limit: 2, ...(cursor ? { cursor } : {}) })}`)).is(200).json;
      paged.push(...page.data.map(({ id }) => id));
      cursor = page.nextCursor;
    } while (cursor);
    assert.deepEqual(paged, whole, sort);
    assert.ok(whole.length >= 9);
  }
  const starts = (await staff.get(`${PATH}?sort=start&limit=100`)).json.data.map((one) => one.items.map((item) => item.startsAt).sort()[0]);
  assert.deepEqual(starts, starts.toSorted());
});

/** Fields of RFC 4180, read plainly. */
function parse(text) {
  const rows = [[]];
  for (const [, quoted, plain, end] of text.matchAll(/(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n|$)/g)) {
    rows.at(-1).push(quoted === undefined ? plain : quoted.replaceAll('""', '"'));
    if (end === '\r\n') rows.push([]);
    if (end === '') break;
  }
  return rows.filter((row) => row.length > 1);
}

test('the file has every booking, in UTC and local time, and no formula', async () => {
  const answer = (await staff.get(PATH, { headers: { accept: 'text/csv' } })).is(200);
  assert.match(answer.header('content-type'), /^text\/csv/);
  assert.match(answer.header('content-disposition'), /attachment/);
  assert.equal((await staff.get(`${PATH}?format=csv`)).is(200).text, answer.text);
  const [head, ...rows] = parse(answer.text);
  const of = (row) => Object.fromEntries(head.map((name, index) => [name, row[index]]));
  assert.equal(rows.length, server.d1('select count(*) as n from booking_item join booking on booking.id = booking_id where number is not null')[0].n);
  const evil = of(rows.find((row) => row.includes(made.evil.number)));
  assert.equal(evil.name, `'=HYPERLINK("http://evil.example","click")`);
  assert.equal(evil.phone, `'+49 170 1`);
  assert.deepEqual([evil.starts, evil['starts local']], [slot.startsAt, wallTime(slot.startsAt)]);
  const comma = of(rows.find((row) => row.includes(made.comma.number)));
  assert.deepEqual([comma.name, comma.guests, comma.party, comma.total], ['Lovelace, "Ada"', '2', '1 adult, 1 child', '5800']);
  for (const cell of rows.flat()) assert.ok(!/^\s*[=+\-@\t\r]/.test(cell), cell);
  assert.equal(parse((await staff.get(`${PATH}?format=csv&q=lovelace`)).text).length, 2);
  (await guest(server).get(`${PATH}?format=csv`)).problem(401);
});
