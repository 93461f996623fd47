// What has an end: the patience with a receiver, the patience with an endpoint, and how long the past is kept.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import { guest, OWNER, owner } from '../support/actors.mjs';
import { booking, Departures, key, SUNSET } from '../support/harbor.mjs';
import { hoursLater } from '../support/outbox.mjs';
import { mailsTo } from '../support/mail.mjs';
import { answers, Receiver } from '../support/receiver.mjs';
import { startServer } from '../support/server.mjs';

const DAY = 86_400;

let server;
let staff;
let hooks;
let departures;
before(async () => {
  server = await startServer({ vars: { WEBHOOK_TIMEOUT_MILLISECONDS: '700' } });
  staff = await owner(server);
  hooks = `/api/orgs/${staff.organizations[0].id}/webhooks`;
  departures = new Departures(guest(server), SUNSET);
});
after(() => server.stop());

const book = async () => (await guest(server).post('/api/bookings', booking(await departures.next()), { key: key() })).is(201);
const now = () => Math.floor(Date.now() / 1000);

describe('an endpoint', () => {
  let receiver;
  let endpoint;
  const subscribe = async (answer) => {
    receiver = await Receiver.start({ answer });
    endpoint = (await staff.post(hooks, { url: receiver.url, events: ['booking.created'] }, { key: key() })).is(201).json;
    receiver.secrets = [endpoint.secret];
  };
  const leave = async () => {
    await staff.delete(`${hooks}/${endpoint.id}`);
    await receiver.stop();
  };
  const read = async () => (await staff.get(`${hooks}/${endpoint.id}`)).is(200).json;
  /** As if it had begun to fail that long ago. */
  const failingFor = (seconds) =>
    server.database().prepare('update webhook_endpoint set failing_since = ? where public_id = ?').run(now() - seconds, endpoint.id);

  test('that has done nothing but fail for five days is disabled, an hour earlier not yet', async () => {
    await subscribe(answers.always(500));
    try {
      await book();
      await receiver.until((r) => r.received.length === 1);
      await server.settled();
      failingFor(5 * DAY - 3_600);
      await hoursLater(server);
      await receiver.until((r) => r.received.length === 2);
      await server.settled();
      assert.equal((await read()).disabledAt ?? null, null);
      failingFor(5 * DAY + 60);
      await hoursLater(server);
      await receiver.until((r) => r.received.length === 3);
      await server.settled();
      const seen = await read();
      assert.ok(seen.disabledAt, JSON.stringify(seen));
      const [row] = server.d1('select disabled_because from webhook_endpoint where public_id = ?', endpoint.id);
      assert.equal(row.disabled_because, 'failing');
      await book();
      await hoursLater(server);
      assert.equal(receiver.received.length, 3, 'it was bothered again');
    } finally {
      await leave();
    }
  });

  test('in trouble is told to its owner by mail: after a day, and when it is switched off, once each', async () => {
    const told = async () => (await mailsTo(server, OWNER.email)).filter(({ text }) => text.includes(receiver.url)).map(({ kind }) => kind);
    await subscribe(answers.always(500));
    try {
      await book();
      await receiver.until((r) => r.received.length === 1);
      await server.settled();
      failingFor(DAY - 3_600);
      await server.cron();
      assert.deepEqual(await told(), []);
      failingFor(DAY + 60);
      await server.cron();
      await server.cron();
      assert.deepEqual(await told(), ['webhook.failing']);
      failingFor(5 * DAY + 60);
      await hoursLater(server);
      await receiver.until((r) => r.received.length === 2);
      await server.settled();
      await server.cron();
      await server.cron();
      assert.deepEqual(await told(), ['webhook.failing', 'webhook.disabled']);
      (await staff.patch(`${hooks}/${endpoint.id}`, { enabled: true })).is(200);
      receiver.answer = answers.gone;
      await book();
      await receiver.until((r) => r.received.length === 3);
      await server.settled();
      await server.cron();
      const all = (await mailsTo(server, OWNER.email)).filter(({ text }) => text.includes(receiver.url));
      assert.deepEqual(all.map(({ kind }) => kind), ['webhook.failing', 'webhook.disabled', 'webhook.disabled']);
      assert.match(all[2].text, /410/);
      const link = new RegExp(`${server.url}(/console/[^/]+/webhooks/${endpoint.id})`).exec(all[2].text)[1];
      (await staff.get(link)).is(200);
    } finally {
      await leave();
    }
  });

  test('that works once begins its five days anew', async () => {
    let well = false;
    await subscribe(() => ({ status: well ? 204 : 500 }));
    try {
      await book();
      await receiver.until((r) => r.received.length === 1);
      await server.settled();
      failingFor(5 * DAY - 3_600);
      well = true;
      await hoursLater(server);
      await receiver.until((r) => r.accepted.length === 1);
      await server.settled();
      const [row] = server.d1('select failing_since, disabled_at from webhook_endpoint where public_id = ?', endpoint.id);
      assert.deepEqual({ ...row }, { failing_since: null, disabled_at: null });
    } finally {
      await leave();
    }
  });

  test('that never answers is given up when its time is over, and tried again later', async () => {
    await subscribe(() => ({ silent: true }));
    try {
      await book();
      await receiver.until((r) => r.received.length === 1);
      await server.settled();
      const [{ attempts, state }] = (await staff.get(`${hooks}/${endpoint.id}/deliveries`)).is(200).json.data;
      assert.equal(state, 'PENDING');
      assert.equal(attempts.length, 1);
      assert.equal(attempts[0].failure, 'timeout');
      assert.ok(attempts[0].latency >= 600 && attempts[0].latency < 10_000, `${attempts[0].latency} ms`);
      await hoursLater(server);
      await receiver.until((r) => r.received.length === 2);
    } finally {
      await leave();
    }
  });
});

describe('the nightly clearing', () => {
  const ROWS = {
    session: (at) => server.database()
      .prepare('insert into session (token_hash, person_id, created_at, last_used_at, expires_at) values (?, 1, 0, 0, ?)').run(`hash-${at}`, at),
    idempotency: (at) => server.database()
      .prepare(`insert into idempotency (scope, key, request_hash, status, body, created_at) values ('test', ?, '', 200, '{}', ?)`).run(`k${at}`, at - 25 * 3_600),
    job_run: (at) => server.database().prepare('insert into job_run (job, started_at) values (?, ?)').run('test', at - 31 * DAY),
  };
  const count = () => Object.fromEntries(Object.keys(ROWS).map((table) => [table, server.d1(`select count(*) as n from ${table}`)[0].n]));
  let kept;
  beforeEach(() => (kept = count()));

  test('forgets what has had its time, and nothing younger', async () => {
    for (const make of Object.values(ROWS)) {
      make(now() - 60);
      make(now() + 3 * DAY);
    }
    const attempt = server.database().prepare(`insert into attempt (org_id, delivery_id, started_at, latency_milliseconds, status)
      select org_id, id, ?, 1, 200 from delivery limit 1`);
    assert.equal(attempt.run((now() - 91 * DAY) * 1000).changes, 1, 'there was no delivery yet');
    const attempts = () => server.d1('select count(*) as n from attempt')[0].n;
    const before = attempts();
    await server.cron('23 3 * * *');
    assert.deepEqual(count(), Object.fromEntries(Object.entries(kept).map(([table, n]) => [table, n + 1])));
    assert.equal(attempts(), before - 1);
  });
});
