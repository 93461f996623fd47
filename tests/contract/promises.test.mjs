// Promises that hold on every route, tried with what nobody should send: each is refused with its reason, and changes nothing.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { booking, CALENDAR, Departures, ORG, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

const HOME = `/api/orgs/${ORG}`;

let server;
let staff;
before(async () => {
  server = await startServer();
  staff = await owner(server);
});
after(() => server.stop());

const pointers = (problem) => problem.errors.map(({ pointer }) => pointer);

test('a name in the path that is no text names nothing, on every route and for everybody', async () => {
  const { paths } = (await guest(server).get('/openapi.json')).is(200).json;
  for (const [path, operations] of Object.entries(paths).filter(([path]) => path.includes('{'))) {
    const address = path.replace(/\{\w+\}/g, '%ff');
    for (const method of Object.keys(operations)) {
      for (const caller of [guest(server), staff]) (await caller.send(method.toUpperCase(), address)).problem(404, 'not_found');
    }
  }
  for (const page of ['/b/%ff', '/c/%ff', '/s/%ff', '/console/%ff/today']) (await staff.get(page)).is(404);
});

test('a body of ten megabytes is read to its end and refused', async () => {
  const body = JSON.stringify({ email: 'x'.repeat(10 * 1024 * 1024) });
  const headers = { 'content-type': 'application/json' };
  for (const path of ['/api/auth/login', '/api/bookings', '/api/quotes', '/api/waiting-list']) {
    (await guest(server).send('POST', path, { body, headers })).problem(413, 'too_large');
  }
});

test('U+0000 is no text, in no field of no body', async () => {
  const before = server.d1('select (select count(*) from add_on) + (select count(*) from resource) + (select count(*) from offering) as n')[0].n;
  const name = 'Dry\u0000bag';
  const addOn = { name, method: 'FLAT', price: 100, offerings: [] };
  for (const [path, body, pointer] of [['add-ons', addOn, '/name'], ['resources', { name, kind: 'ROOM' }, '/name'], ['tours', { name }, '/name']]) {
    assert.deepEqual(pointers((await staff.post(`${HOME}/${path}`, body)).problem(400, 'malformed_request')), [pointer]);
  }
  const slot = await new Departures(guest(server), SUNSET).next();
  const body = booking(slot, { customer: { name: 'Ada', email: 'ada@guests.example', phone: '0\u00001' } });
  assert.deepEqual(pointers((await guest(server).post('/api/bookings', body)).problem(400, 'malformed_request')), ['/customer/phone']);
  assert.equal(server.d1('select (select count(*) from add_on) + (select count(*) from resource) + (select count(*) from offering) as n')[0].n, before);
});

test('a name is one line', async () => {
  for (const [path, body] of [['resources', { kind: 'ROOM' }], ['add-ons', { method: 'FLAT', price: 100, offerings: [] }], ['calendars', {}]]) {
    const name = 'Dry\u0007bag';
    assert.deepEqual(pointers((await staff.post(`${HOME}/${path}`, { ...body, name })).problem(400, 'invalid_field')), ['/name']);
  }
});

test('an e-mail address is one, whoever gives it', async () => {
  const slot = await new Departures(guest(server), SUNSET).next();
  for (const email of ['https://user:word@example.com/', 'ada@example.com/', 'ada@[10.0.0.1]']) {
    const body = booking(slot, { customer: { name: 'Ada', email } });
    assert.deepEqual(pointers((await guest(server).post('/api/bookings', body)).problem(400, 'invalid_field')), ['/customer/email']);
    assert.deepEqual(pointers((await staff.post(`${HOME}/resources`, { name: 'Crew', kind: 'GUIDE', email })).problem(400, 'invalid_field')), ['/email']);
    assert.deepEqual(pointers((await staff.post(`${HOME}/members`, { email, role: 'STAFF' })).problem(400, 'invalid_field')), ['/email']);
  }
});

test('null is refused where nothing could be meant by it, and is not taken for silence', async () => {
  const endpoint = (await staff.post(`${HOME}/webhooks`, { url: 'https://hooks.example.com/daymark', events: ['booking.created'] })).is(201).json;
  const rows = [
    [HOME, ['name', 'slug', 'timezone', 'currency', 'locale', 'holdSeconds', 'reminderHours', 'branding', 'contact', 'tax', 'allowedOrigins']],
    [`${HOME}/resources/res_harbor_boat`, ['name', 'kind', 'units', 'public']],
    [`${HOME}/calendars/${CALENDAR}`, ['name', 'offerings', 'view', 'theme', 'languages', 'origins', 'submissions']],
    [`${HOME}/webhooks/${endpoint.id}`, ['url', 'events', 'description', 'enabled']],
  ];
  for (const [path, fields] of rows) {
    for (const field of fields) {
      const problem = (await staff.patch(path, { [field]: null })).problem(400, 'malformed_request');
      assert.deepEqual(problem.errors.map(({ pointer, code }) => [pointer, code]), [[`/${field}`, 'wrong_type']], `${path} ${field}`);
    }
  }
  // Where it does mean something it is taken.
  (await staff.patch(HOME, { retentionDays: null, contact: { phone: null } })).is(200);
  (await staff.patch(`${HOME}/resources/res_harbor_boat`, { email: null })).is(200);
});

test('what is none of a list of values is named, whatever it is', async () => {
  for (const kind of [null, 5, true, [], {}, ['ROOM'], { ROOM: null, VEHICLE: null }]) {
    const problem = (await staff.post(`${HOME}/resources`, { name: 'Pier', kind })).problem(400);
    if (kind === null || typeof kind !== 'object' || Array.isArray(kind)) {
      assert.deepEqual(problem.errors.map(({ pointer, code }) => [pointer, code]), [['/kind', 'wrong_type']]);
    }
  }
});

test('what is wrong is said in words, not in those of a programming language', async () => {
  const slot = await new Departures(guest(server), SUNSET).next();
  for (const party of [{ adult: -1 }, { adult: 'two' }, { adult: 1.5 }, []]) {
    const problem = (await guest(server).post('/api/bookings', booking(slot, { party }))).problem(400);
    for (const { message } of problem.errors) assert.doesNotMatch(message, /\b[ui](8|16|32|64)\b|struct|sequence/);
  }
});

test('nobody on the way keeps what was answered to somebody', async () => {
  const made = (await guest(server).post('/api/bookings', booking(await new Departures(guest(server), SUNSET).next()))).is(201);
  const read = (await staff.get(`/api/bookings/${made.json.id}`)).is(200);
  const list = (await staff.get(`${HOME}/customers`)).is(200);
  const nobody = (await guest(server).get(`${HOME}/customers`)).problem(401) && (await guest(server).get(`${HOME}/customers`));
  for (const answer of [made, read, list, nobody]) assert.equal(answer.header('cache-control'), 'no-store', answer.request);
  // What is open to all may be kept and asked about again.
  assert.equal((await guest(server).get(`/embed/${CALENDAR}`)).header('cache-control'), 'no-cache');
});

test('a fault is named by the field that was sent, also where a short form stands for a longer one', async () => {
  const rows = [
    [{ price: -1 }, '/price'],
    [{ resourceIds: ['res_harbor_boat', 'res_nowhere'] }, '/resourceIds/1'],
    [{ requirements: [{ anyOf: ['res_nowhere'], need: 'PER_BOOKING', amount: 1 }] }, '/requirements/0/anyOf/0'],
  ];
  for (const [body, pointer] of rows) {
    assert.deepEqual(pointers((await staff.post(`${HOME}/tours`, { name: 'Dunes', ...body })).problem(400)), [pointer]);
    assert.deepEqual(pointers((await staff.patch(`${HOME}/tours/${SUNSET}`, body)).problem(400)), [pointer]);
  }
});
