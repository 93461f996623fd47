// Bad input, row by row from malformed.mjs: each request is told what is wrong with it, and changes nothing.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, OWNER, owner } from '../support/actors.mjs';
import { booking, customer, Departures, item, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';
import { malformed } from './malformed.mjs';

let server;
let requests;
before(async () => {
  server = await startServer();
  const slot = await new Departures(guest(server), SUNSET).next();
  const staff = await owner(server);
  const org = staff.organizations[0].id;
  requests = {
    booking: { path: '/api/bookings', body: () => booking(slot) },
    items: { path: '/api/bookings', body: () => ({ items: [item(SUNSET, slot)], customer: customer() }) },
    hold: { path: '/api/holds', body: () => ({ items: [item(SUNSET, slot)] }) },
    quote: { path: '/api/quotes', body: () => ({ items: [item(SUNSET, slot)] }) },
    login: { path: '/api/auth/login', body: () => ({ ...OWNER }) },
    webhook: {
      path: `/api/orgs/${org}/webhooks`,
      body: () => ({ url: 'https://hooks.example.com/daymark', events: ['booking.created'] }),
      caller: () => staff,
    },
    availability: { path: `/api/tours/${SUNSET}/availability` },
  };
});
after(() => server.stop());

/** Everything a refused request must leave alone. */
const TABLES = ['booking', 'booking_item', 'booking_line', 'claim', 'customer', 'event_log', 'idempotency', 'ledger_entry', 'webhook_endpoint', 'session'];

function rowCounts() {
  const db = server.database();
  return Object.fromEntries(TABLES.map((name) => [name, db.prepare(`select count(*) as n from "${name}"`).get().n]));
}

function parentOf(body, pointer) {
  const keys = pointer.slice(1).split('/');
  const last = keys.pop();
  return [keys.reduce((value, name) => value[name], body), last];
}

function broken(row, body) {
  if (row.raw !== undefined) return typeof row.raw === 'function' ? row.raw(body) : row.raw;
  if (row.set) {
    const [parent, last] = parentOf(body, row.set[0]);
    parent[last] = row.set[1];
  }
  if (row.drop) {
    const [parent, last] = parentOf(body, row.drop);
    delete parent[last];
  }
  return JSON.stringify(body);
}

function send(row) {
  const [method, path] = row.to.split(' ');
  if (path) return guest(server).send(method, path);
  const request = requests[row.to];
  if (row.query !== undefined) return guest(server).get(`${request.path}?${row.query}`);
  const caller = request.caller?.() ?? guest(server);
  return caller.send('POST', request.path, {
    body: broken(row, request.body()),
    headers: { 'content-type': 'application/json', ...row.headers },
  });
}

test('the table is as long as promised', () => {
  assert.ok(malformed.length >= 60, `${malformed.length} rows`);
  const names = malformed.map((row) => `${row.to}: ${row.name}`);
  assert.equal(new Set(names).size, names.length, 'two rows of one name');
});

test('the bodies the rows start from would succeed', async () => {
  for (const name of ['quote', 'hold', 'items', 'booking', 'login', 'webhook']) {
    const { path, body, caller } = requests[name];
    (await (caller?.() ?? guest(server)).post(path, body())).is(200, 201);
  }
});

for (const row of malformed) {
  test(`${row.to}: ${row.name} is told ${row.status}${row.code ? ` ${row.code}` : ''}`, async () => {
    const before = rowCounts();
    const problem = (await send(row)).problem(row.status, row.code);
    if (row.pointer !== undefined) {
      const pointers = (problem.errors ?? []).map((error) => error.pointer);
      assert.ok(pointers.includes(row.pointer), `${row.pointer} is not among ${JSON.stringify(problem.errors)}`);
      for (const error of problem.errors) {
        assert.match(error.code, /^[a-z][a-z0-9_]*$/);
        assert.ok(error.message.length > 0);
      }
    }
    assert.deepEqual(rowCounts(), before, 'a refused request changed something');
  });
}
