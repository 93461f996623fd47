// The document that describes the API: it names every route of this surface, answers are as it says, and it does not
// change unseen. After a change that is meant: `UPDATE_GOLDEN=1 node --test tests/contract/openapi.test.mjs`.

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { guest, OWNER, owner } from '../support/actors.mjs';
import { booking, CALENDAR, dayFromNow, Departures, item, KAYAK, key, SUNSET, tokenOf } from '../support/harbor.mjs';
import { conforms } from '../support/json-schema.mjs';
import { startServer } from '../support/server.mjs';

const GOLDEN = new URL('openapi.json', import.meta.url);

let server;
let document;
before(async () => {
  server = await startServer();
  document = (await guest(server).get('/openapi.json')).is(200).json;
});
after(() => server.stop());

test('the document is the golden one', () => {
  const now = `${JSON.stringify(document, null, 2)}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(GOLDEN, now);
  assert.deepEqual(document, JSON.parse(readFileSync(GOLDEN, 'utf8')));
});

test('every promised route is in it', () => {
  assert.match(document.openapi, /^3\.1/);
  const promised = [
    'get /healthz', 'get /embed/{}', 'get /api/tours/{}/availability', 'get /api/events/{}/availability',
    'get /api/appointments/{}/availability', 'get /api/rooms/{}/availability', 'post /api/quotes', 'post /api/holds',
    'delete /api/holds/{}', 'post /api/holds/{}/extend', 'post /api/bookings', 'get /api/bookings/{}',
    'post /api/bookings/{}/cancel', 'post /api/bookings/{}/reschedule',
    'patch /api/bookings/{}', 'post /api/bookings/{}/party', 'post /api/bookings/{}/approve', 'post /api/bookings/{}/reject',
    'post /api/bookings/{}/reinstate', 'post /api/bookings/{}/refund', 'post /api/bookings/{}/payments', 'post /api/bookings/{}/check-in',
    'delete /api/bookings/{}/check-in', 'post /api/bookings/{}/no-show', 'post /api/bookings/{}/complete', 'get /api/orgs/{}/bookings',
    'post /api/orgs/{}/bookings', 'get /api/orgs/{}/bookings/{}/history', 'post /api/waiting-list', 'get /api/orgs/{}/waiting-list',
    'delete /api/orgs/{}/waiting-list/{}', 'get /api/orgs/{}/customers', 'get /api/orgs/{}/customers/{}', 'patch /api/orgs/{}/customers/{}',
    'post /api/orgs/{}/customers/{}/export', 'post /api/orgs/{}/customers/{}/erase', 'post /api/auth/login', 'post /api/auth/logout',
    'get /api/auth/me', 'get /api/orgs/{}/submissions', 'post /api/orgs/{}/submissions', 'patch /api/orgs/{}/submissions/{}',
    'post /api/orgs/{}/submissions/{}/approve', 'post /api/orgs/{}/submissions/{}/reject', 'post /api/orgs/{}/submissions/{}/request-changes',
    'post /api/orgs/{}/submissions/{}/withdraw', 'get /api/orgs/{}/calendars', 'post /api/orgs/{}/calendars', 'patch /api/orgs/{}/calendars/{}',
    'delete /api/orgs/{}/calendars/{}', 'get /api/orgs/{}/webhooks', 'post /api/orgs/{}/webhooks', 'patch /api/orgs/{}/webhooks/{}',
    'delete /api/orgs/{}/webhooks/{}', 'post /api/orgs/{}/webhooks/{}/test', 'post /api/orgs/{}/webhooks/{}/rotate-secret',
    'get /api/orgs/{}/webhooks/{}/deliveries', 'post /api/orgs/{}/webhooks/{}/deliveries/{}/replay',
    'post /api/orgs/{}/webhooks/{}/recover', 'get /api/tours/{}', 'get /api/events/{}',
    'get /api/orgs/{}/tours', 'post /api/orgs/{}/tours', 'get /api/orgs/{}/tours/{}', 'patch /api/orgs/{}/tours/{}', 'delete /api/orgs/{}/tours/{}',
    'post /api/orgs/{}/tours/{}/publish', 'put /api/orgs/{}/tours/{}/departures/{}', 'post /api/orgs/{}/events', 'post /api/orgs/{}/appointments',
    'post /api/orgs/{}/rooms', 'post /api/orgs/{}/packages', 'post /api/orgs/{}/preview', 'post /api/orgs/{}/add-ons', 'post /api/orgs/{}/coupons',
    'get /api/v1/catalog', 'get /v1/bookings', 'get /v1/bookings/{}', 'post /v1/bookings', 'put /v1/bookings/{}', 'delete /v1/bookings/{}',
    'get /v1/rooms', 'get /v1/rooms/{}', 'post /v1/rooms', 'put /v1/rooms/{}', 'get /v1/schedules', 'post /v1/schedules/block',
    'delete /v1/schedules/block/{}', 'get /v1/customers', 'get /v1/customers/{}', 'post /apps/api/discounts',
    'get /api/orgs/{}/resources', 'post /api/orgs/{}/resources', 'patch /api/orgs/{}/resources/{}', 'delete /api/orgs/{}/resources/{}',
    'get /api/orgs/{}/resources/{}/availability', 'post /api/orgs/{}/resources/{}/availability', 'put /api/orgs/{}/resources/{}/availability',
    'get /api/orgs/{}/resources/{}/blocks', 'post /api/orgs/{}/resources/{}/blocks', 'delete /api/orgs/{}/resources/{}/blocks/{}',
    'get /api/orgs/{}/blocks', 'post /api/orgs/{}/blocks', 'delete /api/orgs/{}/blocks/{}', 'post /api/auth/signup', 'patch /api/auth/me', 'post /api/auth/password',
    'post /api/auth/password/forgot', 'post /api/auth/password/reset', 'post /api/auth/address/confirm', 'post /api/auth/address/resend',
    'post /api/orgs', 'get /api/orgs/{}', 'patch /api/orgs/{}', 'delete /api/orgs/{}', 'get /api/orgs/{}/audit', 'get /api/orgs/{}/mails',
    'get /api/orgs/{}/members', 'post /api/orgs/{}/members', 'get /api/orgs/{}/members/{}', 'patch /api/orgs/{}/members/{}',
    'delete /api/orgs/{}/members/{}', 'post /api/orgs/{}/leave', 'post /api/orgs/{}/transfer-ownership', 'get /api/orgs/{}/invitations',
    'post /api/orgs/{}/invitations/{}/resend', 'delete /api/orgs/{}/invitations/{}', 'get /api/invitations/{}',
    'post /api/invitations/{}/accept', 'get /api/orgs/{}/api-keys', 'post /api/orgs/{}/api-keys', 'get /api/orgs/{}/api-keys/{}',
    'delete /api/orgs/{}/api-keys/{}', 'post /api/orgs/{}/api-keys/{}/rotate', 'get /api/meta/booking-states', 'get /api/meta/event-types', 'get /api/meta/permissions',
  ];
  const named = new Set();
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const method of Object.keys(operations)) named.add(`${method} ${path.replace(/\{[^}]+\}/g, '{}')}`);
  }
  assert.deepEqual(promised.filter((route) => !named.has(route)), []);
});

test('every operation says what it is for, and which answers it gives', () => {
  const ids = [];
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      const where = `${method} ${path}`;
      assert.ok(operation.summary || operation.description, `${where} has no words`);
      assert.ok(Object.keys(operation.responses ?? {}).some((status) => /^[23]/.test(status)), `${where} never succeeds`);
      ids.push(operation.operationId);
      for (const [, name] of path.matchAll(/\{([^}]+)\}/g)) {
        assert.ok(operation.parameters?.some((p) => p.in === 'path' && p.name === name), `${where}: {${name}} is not described`);
      }
    }
  }
  assert.equal(new Set(ids).size, ids.length, 'two operations of one id');
});

test('the answers are as documented', async () => {
  const slot = await new Departures(guest(server), SUNSET).next();
  const staff = await owner(server);
  const org = staff.organizations[0].id;
  const anybody = guest(server);
  const check = (template, method, answer) => {
    const operation = document.paths[template]?.[method];
    assert.ok(operation, `${method} ${template} is not documented`);
    const response = operation.responses[answer.status];
    assert.ok(response, `${method} ${template} answered ${answer.status}, which is not documented: ${answer.text.slice(0, 300)}`);
    const [type] = (answer.header('content-type') ?? '').split(';');
    const schema = response.content?.[type]?.schema;
    if (answer.text === '') return answer;
    assert.ok(schema, `${method} ${template} ${answer.status}: ${type} is not documented`);
    assert.deepEqual(conforms(document, schema, answer.json), [], `${method} ${template}`);
    return answer;
  };
  const templateOf = (path) => Object.keys(document.paths).find((template) => new RegExp(`^${template.replace(/\{[^}]+\}/g, '[^/]+')}$`).test(path));
  const send = async (caller, method, path, options) =>
    check(templateOf(path.split('?')[0]), method.toLowerCase(), await caller.send(method, path, options));

  await send(anybody, 'GET', '/healthz');
  await send(anybody, 'GET', `/embed/${CALENDAR}`);
  // At noon the morning's starts are closed, and say why and what to try.
  const noon = anybody.at(`${dayFromNow(1)}T12:00:00Z`);
  const { first } = (await send(noon, 'GET', `/embed/${CALENDAR}?first=${KAYAK}`)).json;
  assert.ok(first.slots.some(({ reasons }) => reasons?.some((reason) => reason.try)));
  await send(anybody, 'GET', `/api/tours/${SUNSET}/availability?from=${dayFromNow(1)}&to=${dayFromNow(3)}`);
  for (const meta of ['booking-states', 'event-types', 'permissions']) await send(anybody, 'GET', `/api/meta/${meta}`);
  await send(anybody, 'POST', '/api/quotes', { json: { items: [item(SUNSET, slot)] } });
  const hold = await send(anybody, 'POST', '/api/holds', { json: { items: [item(SUNSET, slot)] }, key: key() });
  await send(anybody, 'POST', `/api/holds/${hold.json.holdToken}/extend`, { json: {}, key: key() });
  await send(anybody, 'DELETE', `/api/holds/${hold.json.holdToken}`);
  const made = (await send(anybody, 'POST', '/api/bookings', { json: booking(slot), key: key() })).is(201).json;
  await send(anybody, 'GET', `/api/bookings/${made.id}?token=${tokenOf(made)}`);
  await send(anybody, 'GET', `/api/bookings/${made.id}`);
  await send(anybody, 'POST', `/api/bookings/${made.id}/cancel?token=${tokenOf(made)}`, { json: {}, key: key() });
  await send(anybody, 'POST', '/api/bookings', { json: {} });
  await send(anybody, 'POST', '/api/auth/login', { json: OWNER });
  await send(staff, 'GET', '/api/auth/me');
  const hooks = `/api/orgs/${org}/webhooks`;
  const endpoint = (await send(staff, 'POST', hooks, { json: { url: 'https://hooks.example.com/x', events: ['booking.created'] }, key: key() })).is(201).json;
  await send(staff, 'GET', hooks);
  await send(staff, 'PATCH', `${hooks}/${endpoint.id}`, { json: { description: 'another' } });
  await send(staff, 'POST', `${hooks}/${endpoint.id}/rotate-secret`, { json: {}, key: key() });
  await send(staff, 'GET', `${hooks}/${endpoint.id}/deliveries`);
  await send(staff, 'DELETE', `${hooks}/${endpoint.id}`);
  await send(staff, 'POST', '/api/auth/logout', { json: {} });
});

test('the docs page shows it', async () => {
  const page = (await guest(server).get('/docs')).is(200);
  assert.match(page.header('content-type'), /^text\/html/);
});
