// Calendars for embedding: what a business sets is what its page and its snapshot show, at once.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { CALENDAR, key, LIGHTHOUSE, MARKET, ORG, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

const calendars = `/api/orgs/${ORG}/calendars`;

let server;
let staff;
before(async () => {
  server = await startServer();
  staff = await owner(server);
});
after(() => server.stop());

const make = async (body) => (await staff.post(calendars, { name: 'Pier 3', ...body }, { key: key() })).is(201).json;
const snapshot = async (id) => (await guest(server).get(`/embed/${id}`)).is(200).json;

test('a calendar shows its offerings in its own order, on its page and in its snapshot', async () => {
  const made = await make({ offerings: [MARKET, SUNSET], view: 'list', languages: ['de', 'en'] });
  assert.deepEqual(made.offerings, [MARKET, SUNSET]);
  const shown = await snapshot(made.id);
  assert.deepEqual(shown.offerings.map((offering) => offering.id), [MARKET, SUNSET]);
  assert.equal(shown.calendar.view, 'list');
  assert.deepEqual(shown.calendar.languages, ['de', 'en']);
  (await guest(server).get(new URL(made.url).pathname)).is(200);
  assert.deepEqual((await staff.get(`${calendars}/${made.id}`)).is(200).json, made);
  assert.ok((await staff.get(`${calendars}?limit=100`)).is(200).json.data.some((calendar) => calendar.id === made.id));
});

test('a change is seen at once, also where a copy was kept', async () => {
  const made = await make({ offerings: [SUNSET] });
  await snapshot(made.id);
  const changed = (
    await staff.patch(`${calendars}/${made.id}`, { name: 'Pier 4', offerings: [LIGHTHOUSE], theme: { accent: '#aa2200', font: 'Georgia, serif' } })
  ).is(200).json;
  assert.deepEqual([changed.name, changed.offerings], ['Pier 4', [LIGHTHOUSE]]);
  assert.equal(changed.view, made.view);
  const shown = await snapshot(made.id);
  assert.deepEqual(shown.offerings.map((offering) => offering.id), [LIGHTHOUSE]);
  assert.equal(shown.org.accent, '#aa2200');
  const page = (await guest(server).get(`/c/${made.id}`)).is(200).text;
  assert.match(page, /Pier 4/);
  assert.match(page, /daymark-calendar\{--daymark-accent:#aa2200;--daymark-font:Georgia, serif;\}/);
});

test('origins are kept as browsers spell them, and only they may read the snapshot', async () => {
  const made = await make({ origins: ['https://WWW.Harbor.example/'] });
  assert.deepEqual(made.origins, ['https://www.harbor.example']);
  const asked = await guest(server).with({ origin: 'https://elsewhere.example' }).get(`/embed/${made.id}`);
  assert.notEqual(asked.header('access-control-allow-origin'), '*');
  assert.notEqual(asked.header('access-control-allow-origin'), 'https://elsewhere.example');
  assert.match((await guest(server).get(`/c/${made.id}`)).header('content-security-policy'), /frame-ancestors 'self' https:\/\/www\.harbor\.example/);
});

test('a theme that is hard to read is kept, with a warning', async () => {
  const made = await make({ theme: { accent: '#ffe000' } });
  assert.deepEqual(made.warnings.map(({ pointer, code }) => [pointer, code]), [['/theme/accent', 'low_contrast']]);
  assert.ok(made.warnings[0].contrast < 450);
  assert.deepEqual((await make({ theme: { surface: '#111111', text: '#f4f4f4' } })).warnings, []);
});

test('what is wrong is named by field and rule, and changes nothing', async () => {
  const count = () => server.d1('select count(*) as n from calendar')[0].n;
  const before = count();
  for (const [body, pointer, code] of [
    [{ name: ' ' }, '/name', 'required'],
    [{ offerings: [SUNSET, 'tour_nobody'] }, '/offerings/1', 'unknown'],
    [{ offerings: [SUNSET, SUNSET] }, '/offerings/1', 'duplicate'],
    [{ origins: ['https://a.example/path'] }, '/origins/0', 'not_an_origin'],
    [{ origins: ['http://a.example'] }, '/origins/0', 'not_https'],
    [{ languages: [] }, '/languages', 'required'],
    [{ languages: ['english'] }, '/languages/0', 'invalid_value'],
    [{ theme: { font: 'a}*{color:red' } }, '/theme/font', 'invalid_value'],
    [{ theme: { accent: 'red' } }, '/theme/accent', 'invalid_value'],
    [{ theme: { radius: 41 } }, '/theme/radius', 'out_of_range'],
    [{ theme: { shadow: 1 } }, '/theme/shadow', 'unknown_field'],
    [{ view: 'year' }, '/view', 'invalid_value'],
  ]) {
    const problem = (await staff.post(calendars, { name: 'Wrong', ...body }, { key: key() })).problem(400);
    assert.deepEqual(problem.errors.map((error) => [error.pointer, error.code]), [[pointer, code]], JSON.stringify(body));
  }
  assert.equal(count(), before);
});

test('another business’s offerings and calendars look missing', async () => {
  const db = server.database();
  db.exec(`insert into org (public_id, slug, name, timezone, currency, number_prefix, created_at, updated_at)
           values ('org_other', 'other', 'Other', 'Europe/Berlin', 'EUR', 'OT', 1, 1);
           insert into offering (public_id, org_id, kind, name, length, capacity_kind, capacity_units, status, created_at, updated_at)
           select 'tour_other', id, 'TOUR', 'Other', '{"minutes":60}', 'seats', 5, 'PUBLISHED', 1, 1 from org where slug = 'other';
           insert into calendar (public_id, org_id, name, created_at) select 'cal_other', id, 'Other', 1 from org where slug = 'other'`);
  assert.equal((await staff.post(calendars, { name: 'Mixed', offerings: ['tour_other'] }, { key: key() })).problem(400).errors[0].code, 'unknown');
  (await staff.get(`${calendars}/cal_other`)).problem(404);
  (await staff.patch(`${calendars}/cal_other`, { name: 'Mine' })).problem(404);
  (await staff.delete(`${calendars}/cal_other`)).problem(404);
  (await staff.get('/api/orgs/org_other/calendars')).problem(404);
  assert.equal(server.d1(`select name from calendar where public_id = 'cal_other'`)[0].name, 'Other');
});

test('a calendar that was taken away is gone everywhere, and what was booked through it stays', async () => {
  const made = await make({ offerings: [SUNSET] });
  await snapshot(made.id);
  server.d1('update booking set calendar_id = (select id from calendar where public_id = ?) where id = 1', made.id);
  (await staff.delete(`${calendars}/${made.id}`)).is(204);
  (await guest(server).get(`/embed/${made.id}`)).problem(404);
  (await guest(server).get(`/c/${made.id}`)).is(404);
  (await staff.get(`${calendars}/${made.id}`)).problem(404);
  (await staff.delete(`${calendars}/${made.id}`)).problem(404);
  assert.equal(server.d1('select calendar_id from booking where id = 1')[0].calendar_id !== null, true);
  await snapshot(CALENDAR);
});

test('every change is in the audit log', async () => {
  const made = await make({});
  (await staff.patch(`${calendars}/${made.id}`, { submissions: true })).is(200);
  (await staff.delete(`${calendars}/${made.id}`)).is(204);
  const kept = server.d1('select actor, action from audit where subject = ? order by id', made.id);
  assert.deepEqual(kept.map((entry) => entry.action), ['calendar.created', 'calendar.changed', 'calendar.removed']);
  assert.ok(kept.every((entry) => entry.actor === staff.user.id));
});
