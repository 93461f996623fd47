// `/api/orgs/:orgId/webhooks`: endpoints as their owner makes, changes and reads them. What is sent to them: tests/worker/delivery.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { booking, Departures, key, SUNSET } from '../support/harbor.mjs';
import { Receiver } from '../support/receiver.mjs';
import { startServer } from '../support/server.mjs';

let server;
let staff;
let hooks;
before(async () => {
  server = await startServer();
  staff = await owner(server);
  hooks = `/api/orgs/${staff.organizations[0].id}/webhooks`;
});
after(() => server.stop());

const body = (more = {}) => ({ url: 'https://hooks.example.com/daymark', events: ['booking.created'], ...more });
const make = async (more) => (await staff.post(hooks, body(more), { key: key() })).is(201).json;

test('an endpoint is made, read, changed, silenced and taken away', async () => {
  const made = await make({ description: 'The till' });
  assert.match(made.id, /^wh_[a-z0-9]+$/);
  assert.match(made.secret, /^whsec_/);
  assert.equal(made.enabled, true);

  const { secret, ...shown } = made;
  assert.deepEqual((await staff.get(`${hooks}/${made.id}`)).is(200).json, shown);

  const changed = (await staff.patch(`${hooks}/${made.id}`, { events: ['*'], enabled: false })).is(200).json;
  assert.deepEqual(changed.events, ['*']);
  assert.equal(changed.enabled, false);
  assert.equal(changed.disabledBecause, 'owner');
  assert.equal(changed.description, 'The till', 'what was not named has changed');
  assert.equal((await staff.patch(`${hooks}/${made.id}`, { enabled: true })).is(200).json.disabledAt, null);

  (await staff.delete(`${hooks}/${made.id}`)).is(204);
  (await staff.get(`${hooks}/${made.id}`)).problem(404, 'not_found');
  (await staff.delete(`${hooks}/${made.id}`)).problem(404, 'not_found');
});

test('events are kept in their canonical spelling, each once', async () => {
  const made = await make({ events: ['booking.canceled', 'booking.cancelled', 'booking.created'] });
  assert.deepEqual(made.events, ['booking.cancelled', 'booking.created']);
});

test('a long list comes in pages, every endpoint once', async () => {
  for (let n = 0; n < 5; n += 1) await make({ description: `page ${n}` });
  const seen = [];
  let cursor = '';
  do {
    const page = (await staff.get(`${hooks}?limit=2${cursor}`)).is(200).json;
    assert.ok(page.data.length <= 2);
    seen.push(...page.data.map((endpoint) => endpoint.id));
    cursor = page.nextCursor && `&cursor=${page.nextCursor}`;
  } while (cursor);
  assert.equal(new Set(seen).size, seen.length);
  assert.equal(seen.length, server.d1('select count(*) as n from webhook_endpoint where deleted_at is null')[0].n);
  for (const wrong of ['limit=0', 'limit=101', 'limit=ten', 'cursor=%25%25']) {
    const problem = (await staff.get(`${hooks}?${wrong}`)).problem(400, 'invalid_field');
    assert.equal(problem.errors[0].pointer, `?${wrong.split('=')[0]}`);
  }
});

test('what happened while nobody listened is sent again on request', async () => {
  const receiver = await Receiver.start();
  try {
    const since = new Date(Date.now() - 60_000).toISOString();
    const made = (await guest(server).post('/api/bookings', booking(await new Departures(guest(server), SUNSET).next()), { key: key() })).is(201).json;
    const endpoint = await make({ url: receiver.url });
    receiver.secrets = [endpoint.secret];
    const { recovered } = (await staff.post(`${hooks}/${endpoint.id}/recover`, { since }, { key: key() })).is(202).json;
    assert.ok(recovered >= 1);
    await receiver.until((r) => r.accepted.length === recovered);
    assert.ok(receiver.accepted.some((delivery) => JSON.parse(delivery.body).data.id === made.id));
    assert.deepEqual(receiver.unsigned, []);
    const tooLong = new Date(Date.now() - 40 * 86_400_000).toISOString();
    (await staff.post(`${hooks}/${endpoint.id}/recover`, { since: tooLong }, { key: key() })).problem(400, 'invalid_field');
  } finally {
    await receiver.stop();
  }
});

test('nobody has endpoints without end', async () => {
  const answers = [];
  for (let n = 0; n < 51; n += 1) answers.push(await staff.post(hooks, body(), { key: key() }));
  assert.ok(answers.some((answer) => answer.status === 409));
  assert.equal(server.d1('select count(*) as n from webhook_endpoint where deleted_at is null')[0].n, 50);
});
