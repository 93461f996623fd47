// `/api/orgs/:orgId/resources` and `/blocks`: what can be busy, as staff make it, change it and take it away.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { booking, dayFromNow, Departures, key, ORG, slots, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

let server;
let staff;
const root = `/api/orgs/${ORG}`;
before(async () => {
  server = await startServer();
  staff = await owner(server);
});
after(() => server.stop());

const make = async (more = {}) =>
  (await staff.post(`${root}/resources`, { name: 'Ferry', kind: 'VEHICLE', ...more }, { key: key() })).is(201).json;

test('a resource is made, read, listed, changed and taken away', async () => {
  const sent = {
    name: 'Ferry', kind: 'VEHICLE', units: 2, public: true, email: 'crew@harbor.example',
    weekly: [{ weekday: 1, from: '09:00', to: '12:00' }, { weekday: 1, from: '22:00', to: '02:00' }],
    overrides: [{ date: '2027-12-24', windows: [] }, { date: '2027-12-31', windows: [{ from: '10:00', to: '12:00' }], units: 1 }],
  };
  const made = await make(sent);
  const { id, createdAt, updatedAt, ...rest } = made;
  assert.match(id, /^res_/);
  assert.deepEqual(rest, sent);
  assert.deepEqual((await staff.get(`${root}/resources/${id}`)).is(200).json, made);
  assert.ok((await staff.get(`${root}/resources?kind=VEHICLE&limit=100`)).is(200).json.data.some((one) => one.id === id));
  assert.ok(!(await staff.get(`${root}/resources?kind=GUIDE&limit=100`)).is(200).json.data.some((one) => one.id === id));

  const changed = (await staff.patch(`${root}/resources/${id}`, { units: 3, email: null })).is(200).json;
  assert.deepEqual([changed.units, changed.email, changed.name, changed.weekly], [3, null, 'Ferry', sent.weekly]);

  (await staff.delete(`${root}/resources/${id}`)).is(204);
  (await staff.get(`${root}/resources/${id}`)).problem(404, 'not_found');
  (await staff.delete(`${root}/resources/${id}`)).problem(404, 'not_found');
  (await staff.patch(`${root}/resources/${id}`, { units: 1 })).problem(404, 'not_found');
});

test('every fault of a resource is named by field and rule', async () => {
  const refused = async (more, pointer, code) => {
    const problem = (await staff.post(`${root}/resources`, { name: 'Ferry', kind: 'VEHICLE', ...more })).is(400).json;
    assert.deepEqual([problem.errors[0].pointer, problem.errors[0].code], [pointer, code], JSON.stringify(problem));
  };
  const before = server.d1('select count(*) as n from resource')[0].n;
  await refused({ name: ' ' }, '/name', 'required');
  await refused({ name: 'n'.repeat(201) }, '/name', 'too_long');
  await refused({ kind: 'STOCK' }, '/kind', 'invalid_value');
  await refused({ units: 100_001 }, '/units', 'out_of_range');
  await refused({ email: 'crew' }, '/email', 'invalid_email');
  await refused({ weekly: [{ weekday: 8, from: '09:00', to: '10:00' }] }, '/weekly/0/weekday', 'out_of_range');
  await refused({ weekly: [{ weekday: 1, from: '9', to: '10:00' }] }, '/weekly/0/from', 'invalid_value');
  await refused({ overrides: [{ date: '2027-02-30', windows: [] }] }, '/overrides/0/date', 'invalid_value');
  await refused({ overrides: [{ date: '2027-02-03', windows: [], units: 2 }] }, '/overrides/0/units', 'out_of_range');
  await refused({ colour: 'red' }, '/colour', 'unknown_field');
  assert.equal(server.d1('select count(*) as n from resource')[0].n, before);
});

test('weekly hours are set by a bare list, dates beside them stay', async () => {
  const { id } = await make();
  const path = `${root}/resources/${id}/availability`;
  const weekly = [{ weekday: 1, from: '09:00', to: '17:00' }, { weekday: 7, from: '20:00', to: '02:00' }];
  const overrides = [{ date: '2027-12-24', windows: [{ from: '09:00', to: '12:00' }] }];
  (await staff.send('PUT', path, { json: { overrides } })).is(200);
  const posted = (await staff.post(path, weekly, { key: key() })).is(200).json;
  assert.deepEqual(posted, { weekly, overrides, zone: 'Europe/Berlin' });
  assert.deepEqual((await staff.get(path)).is(200).json, posted);
  assert.deepEqual((await staff.send('PUT', path, { json: { weekly: [] } })).is(200).json.weekly, []);
  const problem = (await staff.send('PUT', path, { json: [{ weekday: 0, from: '09:00', to: '17:00' }] })).is(400).json;
  assert.equal(problem.errors[0].pointer, '/0/weekday');
  (await staff.get(`${root}/resources/res_nothing/availability`)).problem(404, 'not_found');
  (await staff.post(`${root}/resources/res_nothing/availability`, weekly, { key: key() })).problem(404, 'not_found');
});

test('times off are dates or spans, of a resource or of the venue, and close what they are on', async () => {
  const boat = `${root}/resources/res_harbor_boat/blocks`;
  const date = dayFromNow(33);
  const whole = (await staff.post(boat, { from: date, reason: 'Yard' }, { key: key() })).is(201).json;
  assert.deepEqual([whole.from, whole.to, whole.allDay, whole.reason], [date, date, true, 'Yard']);
  const seen = async () => (await slots(guest(server), SUNSET, { from: date, to: date })).map((slot) => slot.status);
  assert.ok((await seen()).every((status) => status === 'CLOSED'));
  assert.ok((await staff.get(`${boat}?limit=100`)).is(200).json.data.some((block) => block.id === whole.id));
  (await staff.delete(`${boat}/${whole.id}`)).is(204);
  (await staff.delete(`${boat}/${whole.id}`)).problem(404, 'not_found');
  assert.ok((await seen()).every((status) => status === 'OPEN'));

  const venue = (await staff.post(`${root}/blocks`, { from: `${date}T18:00`, to: `${date}T23:00`, allDay: false }, { key: key() })).is(201).json;
  assert.match(venue.localFrom, new RegExp(`^${date}T18:00:00`));
  assert.deepEqual((await seen()).slice(-2), ['CLOSED', 'CLOSED'], 'the departures of 17:00 (until 18:30) and of 19:00');
  assert.ok((await staff.get(`${root}/blocks`)).is(200).json.data.some((block) => block.id === venue.id));
  (await staff.delete(`${boat}/${venue.id}`)).problem(404, 'not_found');
  (await staff.delete(`${root}/blocks/${venue.id}`)).is(204);

  for (const [body, pointer] of [
    [{ from: 'soon' }, '/from'], [{ from: '2027-05-02', to: '2027-05-01' }, '/to'], [{ from: '2027-05-01T10:00Z' }, '/from'],
    [{ from: '2027-05-01T10:00' }, '/to'], [{ from: '2027-05-01T10:00', to: '2027-05-01T10:00' }, '/to'],
    [{ from: '2027-05-01', to: '2047-05-01' }, '/to'], [{ from: '2027-05-01T10:00', allDay: true }, '/from'],
    [{ from: '2027-05-01', reason: 'r'.repeat(501) }, '/reason'],
  ]) {
    assert.equal((await staff.post(boat, body, { key: key() })).is(400).json.errors[0].pointer, pointer, JSON.stringify(body));
  }
  (await staff.post(`${root}/resources/res_nothing/blocks`, { from: date }, { key: key() })).problem(404, 'not_found');
  (await staff.get(`${root}/resources/res_nothing/blocks`)).problem(404, 'not_found');
});

test('what is in use does not go, and what uses it is named', async () => {
  const slot = await new Departures(guest(server), SUNSET).next();
  const made = (await guest(server).post('/api/bookings', booking(slot), { key: key() })).is(201).json;
  const problem = (await staff.delete(`${root}/resources/res_harbor_boat`)).problem(409, 'resource_in_use');
  assert.ok(problem.errors.some((error) => error.code === 'offering' && error.message.includes(SUNSET)), JSON.stringify(problem));
  assert.match(problem.detail, /Sunset harbor tour/);
  const named = problem.bookings.find((one) => one.id === made.id);
  assert.equal(named.startsAt, slot.startsAt);
  assert.equal(named.number, made.number);
  (await staff.delete(`${root}/resources/res_harbor_picnic`)).problem(409, 'resource_in_use');
  (await staff.get(`${root}/resources/res_harbor_boat`)).is(200);
});

test('units are not lowered below what is taken, and the bookings in the way are told', async () => {
  const slot = await new Departures(guest(server), SUNSET).next();
  const made = (await guest(server).post('/api/bookings', booking(slot), { key: key() })).is(201).json;
  const problem = (await staff.patch(`${root}/resources/res_harbor_boat`, { units: 0 })).problem(409, 'below_sold');
  assert.equal(problem.errors[0].pointer, '/units');
  assert.ok(problem.bookings.some((one) => one.id === made.id));
  assert.equal((await staff.get(`${root}/resources/res_harbor_boat`)).json.units, 1);
  assert.equal((await staff.patch(`${root}/resources/res_harbor_boat`, { units: 2 })).is(200).json.units, 2);
});

test('every change of a resource is in the audit log', () => {
  const said = server.d1(`select distinct action from audit where action like 'resource.%' or action like 'block.%' order by action`);
  assert.deepEqual(said.map((row) => row.action), [
    'block.created', 'block.removed', 'resource.changed', 'resource.created', 'resource.hours_set', 'resource.removed',
  ]);
});
