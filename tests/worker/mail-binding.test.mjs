// Mail by Cloudflare's own binding, as its local stand-in takes it: one that parses what it gets and refuses what is no mail.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { guest } from '../support/actors.mjs';
import { booking, customer, Departures, key, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

let server;
before(async () => {
  server = await startServer({ vars: { MAIL_FROM: 'no-reply@book.example' }, bindings: '[[send_email]]\nname = "EMAIL"' });
});
after(() => server.stop());

test('a mail leaves by the binding, with its entry for the calendar', async () => {
  const who = customer();
  const slot = await new Departures(guest(server), SUNSET).next();
  const made = (await guest(server).post('/api/bookings', booking(slot, { party: { adult: 2 }, customer: who }), { key: key() })).is(201).json;
  const row = () => server.d1('select state, failure from mail where booking_id = (select id from booking where public_id = ?)', made.id)[0];
  for (let look = 0; look < 400 && row().state === 'QUEUED' && !row().failure; look += 1) await pause(25);
  assert.deepEqual({ ...row() }, { state: 'SENT', failure: null });
  const file = () => /\S+\.eml/.exec(server.output)?.[0];
  for (let look = 0; look < 200 && !file(); look += 1) await pause(25);
  const mail = readFileSync(file(), 'utf8');
  for (const part of [`To: <${who.email}>`, 'From: "Harbor Tours" <no-reply@book.example>', 'method="REQUEST"', 'filename="booking.ics"']) {
    assert.ok(mail.includes(part), `${part} in ${mail.slice(0, 2_000)}`);
  }
});
