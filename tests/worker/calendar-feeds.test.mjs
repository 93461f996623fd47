// What is booked in other people's calendars: files and secret addresses, as two independent readers of iCalendar understand them.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import ICAL from 'ical.js';
import { guest, owner } from '../support/actors.mjs';
import { booking, Departures, key, LESSON, ORG, SUNSET, tokenOf, wallTime } from '../support/harbor.mjs';
import { runPython, skip } from '../support/python.mjs';
import { startServer } from '../support/server.mjs';

const feeds = `/api/orgs/${ORG}/feeds`;

let server;
let staff;
let departures;
before(async () => {
  server = await startServer();
  staff = await owner(server);
  departures = new Departures(guest(server), SUNSET);
});
after(() => server.stop());

const book = async (more) => (await guest(server).post('/api/bookings', booking(await departures.next(), more), { key: key() })).is(201).json;
const read = (url, headers = {}) => guest(server).with(headers).get(new URL(url).pathname);
const feed = async (body, who = staff) => (await who.post(feeds, body, { key: key() })).is(201).json;

/** Events as npm's ical.js reads them, by the zones that the file itself describes. */
function byIcalJs(text) {
  const calendar = new ICAL.Component(ICAL.parse(text));
  const zones = calendar.getAllSubcomponents('vtimezone').map((zone) => new ICAL.Timezone(zone));
  return calendar.getAllSubcomponents('vevent').map((component) => {
    const at = (name) => {
      const time = component.getFirstPropertyValue(name);
      const zone = zones.find((one) => one.tzid === component.getFirstProperty(name).getParameter('tzid'));
      time.zone = zone ?? time.zone;
      return new Date(time.toUnixTime() * 1000).toISOString();
    };
    const value = (name) => component.getFirstPropertyValue(name)?.toString();
    return { uid: value('uid'), summary: value('summary'), status: value('status'), sequence: Number(value('sequence')), start: at('dtstart'), end: at('dtend') };
  });
}

const PYTHON = `
import json, sys
from datetime import timezone
from icalendar import Calendar
def utc(at): return at.astimezone(timezone.utc).strftime('%Y-%m-%dT%H:%M:%S.000Z')
calendar = Calendar.from_ical(sys.stdin.read())
assert not calendar.errors, calendar.errors
print(json.dumps([{ 'uid': str(e['UID']), 'summary': str(e['SUMMARY']), 'status': str(e['STATUS']), 'sequence': int(e['SEQUENCE']),
  'start': utc(e.start), 'end': utc(e.end) } for e in calendar.walk('VEVENT')]))`;
const byPython = async (text) => JSON.parse(await runPython(['-c', PYTHON], { input: text }));

/** The same under a name that no zone database knows, so that readers have to go by the description in the file. */
const anonymous = (text) => text.replaceAll('Europe/Berlin', 'Zone of the file');

const seconds = (text) => text.replace('Z', '.000Z');

test('two readers that know nothing of each other find the booking at its time, also where only the file describes the zone', { skip }, async () => {
  const made = await book();
  const text = (await read(`${server.url}/b/${tokenOf(made)}/calendar.ics`)).is(200).text;
  assert.ok(text.split('\r\n').every((line) => Buffer.byteLength(line) <= 75));
  const { starts_at: from, ends_at: to } = server.d1('select starts_at, ends_at from booking where public_id = ?', made.id)[0];
  const iso = (at) => new Date(at * 1000).toISOString();
  for (const version of [text, anonymous(text)]) {
    for (const events of [byIcalJs(version), await byPython(version)]) {
      assert.deepEqual(events.map((event) => [event.start, event.end, event.status]), [[iso(from), iso(to), 'CONFIRMED']]);
    }
  }
});

test('summer and winter keep the wall time that the venue shows', { skip }, async () => {
  const made = [await book(), await book()];
  // Half a year apart, at the same time on the wall.
  const noon = (day) => Math.floor(new Date(`${day}T12:00:00Z`).getTime() / 1000);
  for (const [index, day, offset] of [[0, '2027-01-13', 3_600], [1, '2027-07-14', 7_200]]) {
    const start = noon(day) - offset;
    server.database().prepare('update booking_item set starts_at = ?, ends_at = ? where booking_id = (select id from booking where public_id = ?)')
      .run(start, start + 3_600, made[index].id);
  }
  const url = (await feed({ of: 'ORGANIZATION' })).url;
  const text = anonymous((await read(url)).is(200).text);
  for (const events of [byIcalJs(text), await byPython(text)]) {
    const starts = made.map(({ id }) => events.find((event) => event.uid.startsWith(id)).start);
    assert.deepEqual(starts.map((start) => wallTime(start).slice(0, 16)), ['2027-01-13T12:00', '2027-07-14T12:00']);
  }
});

test('a change keeps the name and raises the number; what is called off says so, and leaves the feed', async () => {
  const made = await book();
  const { url } = await feed({ of: 'ORGANIZATION' });
  const file = async () => byIcalJs((await read(`${server.url}/b/${tokenOf(made)}/calendar.ics`)).is(200).text)[0];
  const listed = async () => byIcalJs((await read(url)).is(200).text).find((event) => event.uid.startsWith(made.id));
  const before = await file();
  assert.equal((await listed()).start, before.start);
  const other = await departures.next();
  const moved = await guest(server).post(`/api/bookings/${made.id}/reschedule?token=${tokenOf(made)}`, { startsAt: other.startsAt }, { key: key() });
  if (moved.status === 409) {
    (await guest(server).post(`/api/bookings/${made.id}/reschedule?token=${tokenOf(made)}`, { startsAt: other.startsAt, quoteHash: moved.json.quote.hash }, { key: key() })).is(200);
  } else moved.is(200);
  const between = await file();
  assert.deepEqual([between.uid, between.start], [before.uid, seconds(other.startsAt)]);
  assert.ok(between.sequence > before.sequence);
  assert.equal((await listed()).start, between.start);
  (await guest(server).post(`/api/bookings/${made.id}/cancel?token=${tokenOf(made)}`, {}, { key: key() })).is(200);
  const end = await file();
  assert.deepEqual([end.uid, end.status], [before.uid, 'CANCELLED']);
  assert.ok(end.sequence > between.sequence);
  assert.equal(await listed(), undefined);
});

test('a subscriber that has it is sent nothing, at the cost of one round trip', async () => {
  const { url } = await feed({ of: 'ORGANIZATION' });
  const first = (await read(url)).is(200);
  assert.match(first.header('content-type'), /^text\/calendar/);
  const again = await read(url, { 'if-none-match': first.header('etag') });
  assert.equal(again.status, 304);
  assert.match(again.header('server-timing'), /1 round trips/);
  await book();
  assert.equal((await read(url, { 'if-none-match': first.header('etag') })).status, 200);
});

test('a feed of a resource tells what uses it and nothing else', async () => {
  const lessons = new Departures(guest(server), LESSON, { kind: 'appointments', length: 60 });
  const slot = await lessons.next();
  const both = [];
  for (let instructor = 0; instructor < 2; instructor += 1) {
    const body = booking(slot, { tourId: LESSON, party: { guest: 1 }, answers: { experience: 'Never' } });
    const answer = await guest(server).post('/api/bookings', body, { key: key() });
    both.push(answer.is(201).json.id);
  }
  const { url } = await feed({ of: 'RESOURCE', resourceId: 'res_harbor_staff_jib' });
  const events = byIcalJs((await read(url)).is(200).text);
  const uses = server.d1(
    `select booking.public_id || '-' || item.position || '@daymark' as uid from claim join booking_item item on item.id = claim.booking_item_id
     join booking on booking.id = item.booking_id join resource on resource.id = claim.resource_id
     where resource.public_id = 'res_harbor_staff_jib' and item.starts_at > ?
       and (claim.released_at is null and booking.state = 'CONFIRMED' or booking.state = 'COMPLETED')`,
    Date.now() / 1000 - 29 * 86_400,
  );
  assert.deepEqual(events.map((event) => event.uid).sort(), uses.map(({ uid }) => uid).sort());
  assert.equal(events.filter((event) => both.some((id) => event.uid.startsWith(id))).length, 1);
});

test('an address is shown once, works until it is changed or ended, and dies with its maker being there', async () => {
  const made = await feed({ of: 'PERSON' });
  (await read(made.url)).is(200);
  const listed = (await staff.get(`${feeds}?limit=100`)).is(200).json.data.find((one) => one.id === made.id);
  assert.equal(listed.url, undefined);
  assert.ok(!JSON.stringify(server.d1('select * from feed')).includes(/feeds\/(.+)\.ics/.exec(made.url)[1]));
  const rotated = (await staff.post(`${feeds}/${made.id}/rotate`, {}, { key: key() })).is(200).json;
  assert.equal((await read(made.url)).status, 404);
  (await read(rotated.url)).is(200);
  (await staff.delete(`${feeds}/${made.id}`)).is(204);
  assert.equal((await read(rotated.url)).status, 404);
  const kept = await feed({ of: 'ORGANIZATION' });
  server.database().exec(`update member set role = 'CONTRIBUTOR' where id = 2`);
  server.database().prepare('update feed set person_id = (select person_id from member where id = 2) where public_id = ?').run(kept.id);
  assert.equal((await read(kept.url)).status, 404, 'who may not see bookings reads none');
  server.database().exec(`delete from member where id = 2`);
  assert.equal(server.d1('select count(*) as n from feed where public_id = ?', kept.id)[0].n, 0);
});

test('what is asked for wrongly is named, and makes nothing', async () => {
  const before = server.d1('select count(*) as n from feed')[0].n;
  for (const [body, pointer] of [
    [{ of: 'RESOURCE' }, '/resourceId'], [{ of: 'RESOURCE', resourceId: 'res_nobody' }, '/resourceId'],
    [{ of: 'PERSON', resourceId: 'res_harbor_staff_jib' }, '/resourceId'], [{ of: 'EVERYTHING' }, '/of'],
  ]) {
    const problem = (await staff.post(feeds, body, { key: key() })).is(400).json;
    assert.equal(problem.errors[0].pointer, pointer, JSON.stringify(problem));
  }
  assert.equal(server.d1('select count(*) as n from feed')[0].n, before);
});

test('the console makes an address, shows it once, and lists what is linked', async () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };
  const answer = await fetch(`${server.url}/console/${ORG}/feeds`, { method: 'POST', body: 'of=ORGANIZATION', headers: { ...staff.headers, ...form } });
  const page = await answer.text();
  assert.equal(answer.status, 201, page);
  const [, token] = /\/feeds\/([A-Za-z0-9_-]{43})\.ics/.exec(page);
  (await read(`${server.url}/feeds/${token}.ics`)).is(200);
  const list = (await staff.get(`/console/${ORG}/links`)).is(200).text;
  assert.match(list, /Subscribe to what is booked/);
  assert.ok(!list.includes(token));
  const wrong = await fetch(`${server.url}/console/${ORG}/links`, { method: 'POST', body: 'kind=ICS&url=http%3A%2F%2F10.0.0.1%2F&resourceId=res_harbor_staff_jib', headers: { ...staff.headers, ...form } });
  assert.match(await wrong.text(), /must start with https/);
});
