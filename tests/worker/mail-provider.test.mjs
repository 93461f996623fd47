// A mail provider over HTTP: every mail once, however often it has to be asked; and left alone for a while when it is down.

import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { guest } from '../support/actors.mjs';
import { booking, customer, Departures, key, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

const KEY = 're_secret';

/** Takes what Resend takes: a bearer, JSON, and the same mail once under the same `Idempotency-Key`. */
class Provider {
  taken = new Map();
  asked = 0;
  status = 200;

  async open() {
    this.server = createServer(async (request, response) => {
      this.asked += 1;
      const pieces = [];
      for await (const piece of request) pieces.push(piece);
      const fine = request.headers.authorization === `Bearer ${KEY}` && request.headers['content-type'] === 'application/json';
      const status = fine ? this.status : 401;
      if (status === 200) this.taken.set(request.headers['idempotency-key'], JSON.parse(Buffer.concat(pieces)));
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(status === 200 ? { id: 'x' } : { message: 'no' }));
    });
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${this.server.address().port}/emails`;
  }

  to(address) {
    return [...this.taken.values()].filter((mail) => mail.to.includes(address));
  }
}

const provider = new Provider();
let server;
let departures;
before(async () => {
  server = await startServer({ vars: { MAIL_API_URL: await provider.open(), MAIL_API_KEY: KEY, MAIL_FROM: 'no-reply@book.example' } });
  departures = new Departures(guest(server), SUNSET);
});
after(async () => {
  await server.stop();
  await new Promise((resolve) => provider.server.close(resolve));
});

async function booked(who) {
  const body = booking(await departures.next(), { party: { adult: 2 }, customer: who });
  return (await guest(server).post('/api/bookings', body, { key: key() })).is(201).json;
}
const row = (made) => server.d1('select state, attempts, failure from mail where booking_id = (select id from booking where public_id = ?)', made.id)[0];
async function until(made, done) {
  for (let look = 0; look < 400 && !done(row(made)); look += 1) await pause(25);
  return { ...row(made) };
}
const due = () => server.database().exec(`update mail set next_attempt_at = 0, lease_until = 0 where state = 'QUEUED'`);
const circuits = async () => (await guest(server).get('/healthz')).is(200).json.circuits;

test('it gets a mail once, with both forms and the entry for the calendar', async () => {
  const who = customer();
  const made = await booked(who);
  assert.equal((await until(made, ({ state }) => state === 'SENT')).state, 'SENT');
  await server.cron();
  const [mail, ...more] = provider.to(who.email);
  assert.deepEqual(more, []);
  assert.equal(mail.from, '"Harbor Tours" <no-reply@book.example>');
  assert.equal(mail.reply_to, 'hello@harbor.example');
  assert.ok(mail.text.includes(made.number) && mail.html.includes(made.number));
  const [file] = mail.attachments;
  assert.deepEqual([file.filename, file.content_type], ['booking.ics', 'text/calendar; charset=utf-8; method=REQUEST']);
  assert.match(Buffer.from(file.content, 'base64').toString(), /^BEGIN:VCALENDAR\r\n/);
});

test('while it is down it is left alone after some tries, `/healthz` says so, and nothing is lost', async () => {
  provider.status = 503;
  const who = customer();
  const made = await booked(who);
  await until(made, ({ failure }) => failure !== null);
  const open = async () => (await circuits()).some((one) => one.open);
  for (let tries = 0; tries < 10 && !(await open()); tries += 1) {
    due();
    await server.cron();
  }
  const [circuit] = await circuits();
  assert.deepEqual([circuit.name, circuit.open, circuit.failures], ['mail.provider', true, 5]);
  // However long this test takes, it is not over yet.
  server.database().exec('update circuit set open_until = open_until + 3600');
  const asked = provider.asked;
  due();
  await server.cron();
  assert.equal(provider.asked, asked, 'it was asked all the same');

  // Its time is over and it is well again: asked once, then for everything.
  provider.status = 200;
  server.database().exec('update circuit set open_until = 0');
  due();
  await server.cron();
  assert.equal((await until(made, ({ state }) => state === 'SENT')).state, 'SENT');
  assert.equal(provider.to(who.email).length, 1);
  assert.deepEqual(await circuits(), []);
});

test('what it refuses for good is given up; a wrong key is not the mail’s fault', async () => {
  provider.status = 422;
  assert.equal((await until(await booked(customer()), ({ state }) => state !== 'QUEUED')).state, 'FAILED');
  provider.status = 403;
  const waiting = await until(await booked(customer()), ({ failure }) => failure !== null);
  assert.deepEqual([waiting.state, waiting.failure.slice(0, 3)], ['QUEUED', '403']);
  assert.deepEqual(await circuits(), []);
});
