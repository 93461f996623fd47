// What a developer's machine may do and a deployment may not: set the clock, send webhooks to itself, show what was mailed.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, OWNER, owner } from '../support/actors.mjs';
import { after as later, iso } from '../support/client.mjs';
import { Departures, item, key, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

let server;
before(async () => (server = await startServer({ vars: { ENVIRONMENT: 'production' } })));
after(() => server.stop());

test('nobody outside sets the clock', async () => {
  const slot = await new Departures(guest(server), SUNSET).next();
  const nextYear = guest(server).at(later(iso(new Date()), 365 * 24 * 60));
  const hold = (await nextYear.post('/api/holds', { items: [item(SUNSET, slot)] }, { key: key() })).is(201).json;
  assert.ok(Date.parse(hold.expiresAt) < Date.now() + 3_600_000, `a hold until ${hold.expiresAt}`);
});

test('no webhook goes to the machine itself', async () => {
  const staff = await owner(server);
  const hooks = `/api/orgs/${staff.organizations[0].id}/webhooks`;
  for (const url of ['http://127.0.0.1:9000/', 'https://127.0.0.1/', 'https://localhost/', 'https://[::1]/', 'https://127.1/']) {
    const problem = (await staff.post(hooks, { url, events: ['booking.created'] }, { key: key() })).problem(400, 'invalid_field');
    assert.deepEqual(problem.errors.map((error) => error.pointer), ['/url']);
  }
});

test('the session\'s cookie travels encrypted only', async () => {
  const [cookie] = (await guest(server).post('/api/auth/login', OWNER)).is(200).headers.getSetCookie();
  assert.match(cookie, /; *Secure/i);
});

test('nobody outside reads what was mailed, and what waits for a mail server says so', async () => {
  (await guest(server).post('/api/auth/password/forgot', { email: OWNER.email })).is(202);
  await server.cron();
  const mails = () => server.d1('select public_id as id, state, failure, letter_sealed from mail');
  const [mail] = mails();
  assert.deepEqual([mail.state, mail.failure], ['QUEUED', 'no way for mail is configured: SMTP_HOST is not set']);
  for (const path of ['/dev/mail', `/dev/mail/${mail.id}`, `/dev/mail/${mail.id}/text`, `/dev/mail/${mail.id}/html`]) {
    (await guest(server).get(path)).problem(404, 'not_found');
  }
});
