// Where a webhook may lead: to public hosts over https and nowhere else, whichever surface it is asked for through; and a name
// that leads inside is found out when it is saved and again before anything is sent.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, describe, test } from 'node:test';
import { guest, OWNER, owner } from '../support/actors.mjs';
import { booking, Departures, key, ORG, SUNSET } from '../support/harbor.mjs';
import { app, letIn } from '../support/oauth.mjs';
import { Receiver } from '../support/receiver.mjs';
import { startServer } from '../support/server.mjs';

const HOOKS = `/api/orgs/${ORG}/webhooks`;
const A = 1;
const CNAME = 5;
const AAAA = 28;

/** What the resolver says of each name; a test may change it. */
const zone = {
  'public.example': [[A, '93.184.215.14'], [AAAA, '2606:2800:21f:cb07:6820:80da:af6b:8b2c']],
  'inside.example': [[A, '10.0.0.7']],
  'half.example': [[A, '93.184.215.14'], [A, '127.0.0.1']],
  'six.example': [[A, '93.184.215.14'], [AAAA, 'fd00::1']],
  'alias.example': [[CNAME, 'metadata.example.'], [A, '169.254.169.254']],
  'mapped.example': [[AAAA, '::ffff:10.0.0.1']],
  'turncoat.example': [[A, '93.184.215.14']],
};
const SILENT = 'silent.example';
const NOBODY = 'nobody.example';

let resolver;
let server;
let staff;
let business;
const asked = [];
before(async () => {
  resolver = createServer((request, response) => {
    const query = new URL(request.url, 'http://resolver').searchParams;
    const [name, type] = [query.get('name'), query.get('type')];
    asked.push(`${name} ${type} ${request.headers.accept}`);
    if (name === SILENT) return response.writeHead(500).end();
    const records = (zone[name] ?? []).filter(([kind]) => kind === (type === 'A' ? A : AAAA) || kind === CNAME);
    const answer = records.map(([kind, data]) => ({ name, type: kind, TTL: 60, data }));
    response.writeHead(200, { 'content-type': 'application/dns-json' }).end(JSON.stringify({ Status: zone[name] ? 0 : 3, Answer: answer }));
  });
  await new Promise((resolve) => resolver.listen(0, '127.0.0.1', resolve));
  server = await startServer({ vars: { DNS_OVER_HTTPS: `http://127.0.0.1:${resolver.address().port}/dns-query` } });
  staff = await owner(server);
  business = await letIn(server, await app(server, ['bookings:read', 'webhooks:write']), OWNER);
});
after(async () => {
  await server?.stop();
  resolver?.closeAllConnections();
  resolver?.close();
});

const REFUSED = [
  ['http://public.example/', 'not_https'], ['ftp://public.example/', 'not_https'], ['hooks.example/x', 'not_a_url'], [`https://public.example/${'x'.repeat(2_048)}`, 'not_a_url'],
  ['https://user:pass@public.example/', 'credentials_in_url'], ['https://user@public.example/', 'credentials_in_url'],
  ['https://public.example:22/', 'port_not_allowed'], ['https://public.example:80/', 'port_not_allowed'], ['https://public.example:6379/', 'port_not_allowed'],
  ['https://10.0.0.1/', 'private_address'], ['https://169.254.169.254/latest/meta-data/', 'private_address'],
  ['https://[::ffff:10.0.0.1]/', 'private_address'], ['https://metadata.google.internal/', 'private_address'], ['https://router/', 'private_address'],
  ['https://inside.example/', 'private_address'], ['https://half.example/', 'private_address'], ['https://six.example/', 'private_address'],
  ['https://alias.example/', 'private_address'], ['https://mapped.example/', 'private_address'], [`https://${NOBODY}/`, 'no_such_host'],
];

describe('an address that is not public', () => {
  const doors = {
    'a webhook': (url) => [staff.post(HOOKS, { url, events: ['*'] }, { key: key() }), '/url'],
    'a REST hook': (targetUrl) => [business.post('/api/zapier/subscriptions', { event: 'booking.created', targetUrl }, { key: key() }), '/targetUrl'],
    'an app’s webhook': (url) => [business.post('/apps/api/webhooks', { url, events: ['order.created'] }, { key: key() }), '/url'],
  };
  for (const [door, knock] of Object.entries(doors)) {
    test(`is refused for ${door}, with its field and rule, and nothing is made`, async () => {
      const count = () => server.d1('select count(*) as n from webhook_endpoint')[0].n;
      const before = count();
      for (const [url, code] of REFUSED) {
        const [answer, pointer] = knock(url);
        const [error] = (await answer).problem(400).errors;
        assert.deepEqual([error.pointer, error.code], [pointer, code], url.slice(0, 80));
      }
      assert.equal(count(), before);
    });
  }

  test('is refused for a webhook that stands, which stays as it was', async () => {
    const made = (await staff.post(HOOKS, { url: 'https://public.example/', events: ['*'] }, { key: key() })).is(201).json;
    assert.equal((await staff.patch(`${HOOKS}/${made.id}`, { url: 'https://inside.example/' })).problem(400).errors[0].code, 'private_address');
    assert.equal((await staff.get(`${HOOKS}/${made.id}`)).is(200).json.url, 'https://public.example/');
    await staff.delete(`${HOOKS}/${made.id}`);
  });
});

test('both kinds of addresses are asked for, in the resolver’s JSON form', async () => {
  asked.length = 0;
  const made = (await staff.post(HOOKS, { url: 'https://public.example/', events: ['*'] }, { key: key() })).is(201).json;
  assert.deepEqual(asked.toSorted(), ['public.example A application/dns-json', 'public.example AAAA application/dns-json']);
  await staff.delete(`${HOOKS}/${made.id}`);
});

describe('before anything is sent', () => {
  /** The one attempt at an event for an endpoint at that address. */
  async function attempt(url, meanwhile = () => {}) {
    const made = (await staff.post(HOOKS, { url, events: ['booking.created'] }, { key: key() })).is(201).json;
    meanwhile();
    const slot = await new Departures(guest(server), SUNSET).next();
    (await guest(server).post('/api/bookings', booking(slot), { key: key() })).is(201);
    await server.settled();
    const [delivery] = (await staff.get(`${HOOKS}/${made.id}/deliveries`)).is(200).json.data;
    await staff.delete(`${HOOKS}/${made.id}`);
    return { state: delivery.state, failure: delivery.attempts[0].failure, attempts: delivery.attempts.length };
  }

  test('a name that has come to lead inside is found out, and tried again later as any failure', async () => {
    const seen = await attempt('https://turncoat.example/', () => (zone['turncoat.example'] = [[A, '192.168.0.1']]));
    assert.deepEqual(seen, { state: 'PENDING', failure: 'private_address', attempts: 1 });
  });

  test('a name that nobody can look up is not trusted: silence lets it be saved, not be sent to', async () => {
    assert.deepEqual(await attempt(`https://${SILENT}/`), { state: 'PENDING', failure: 'unresolved', attempts: 1 });
  });

  test('a test of an endpoint is held to the same', async () => {
    zone['turncoat.example'] = [[A, '93.184.215.14']];
    const made = (await staff.post(HOOKS, { url: 'https://turncoat.example/', events: ['*'] }, { key: key() })).is(201).json;
    zone['turncoat.example'] = [[A, '127.0.0.1']];
    const tried = (await staff.post(`${HOOKS}/${made.id}/test`, {}, { key: key() })).is(200).json;
    assert.equal(tried.attempts[0].failure, 'private_address');
    await staff.delete(`${HOOKS}/${made.id}`);
  });

  test('a developer’s own receiver needs no name, and no resolver', async () => {
    const receiver = await Receiver.start();
    asked.length = 0;
    const made = (await staff.post(HOOKS, { url: receiver.url, events: ['*'] }, { key: key() })).is(201).json;
    assert.equal((await staff.post(`${HOOKS}/${made.id}/test`, {}, { key: key() })).is(200).json.state, 'DELIVERED');
    assert.deepEqual(asked, []);
    await staff.delete(`${HOOKS}/${made.id}`);
    await receiver.stop();
  });
});
