// The examples that partners start from do what they say, against the demo.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { guest, owner } from '../support/actors.mjs';
import { booking, Departures, key, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

const example = (path) => fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

/** A port nobody listens on at this moment. */
async function freePort() {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

test('the partner\'s client books, reads and cancels', async () => {
  const program = spawn(process.execPath, [example('partner-client/book.mjs'), server.url]);
  let output = '';
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => program.on('close', resolve));
  assert.equal(code, 0, output);
  assert.match(output, /^booked +HB-\d{4}-\d{6}: CONFIRMED/m);
  assert.match(output, /^cancelled +bkg_\w+ is CANCELLED$/m);
});

test('the receiver takes what we sign', async () => {
  const port = await freePort();
  const staff = await owner(server);
  const body = { url: `http://127.0.0.1:${port}/`, events: ['booking.created'] };
  const hooks = `/api/orgs/${staff.organizations[0].id}/webhooks`;
  const { secret } = (await staff.post(hooks, body, { key: key() })).is(201).json;
  const program = spawn(process.execPath, [example('webhook-receiver/receiver.mjs')], {
    env: { ...process.env, PORT: String(port), WEBHOOK_SECRET: secret },
  });
  try {
    const says = (pattern) =>
      new Promise((resolve, reject) => {
        let output = '';
        const timer = setTimeout(() => reject(new Error(`never said ${pattern}: ${output}`)), 20_000);
        for (const stream of [program.stdout, program.stderr]) {
          stream.on('data', (chunk) => {
            output += chunk;
            if (!pattern.test(output)) return;
            clearTimeout(timer);
            resolve(output);
          });
        }
      });
    await says(/listening/);
    const told = says(/booking\.created|refused/);
    const made = (await guest(server).post('/api/bookings', booking(await new Departures(guest(server), SUNSET).next()), { key: key() })).is(201).json;
    const output = await told;
    assert.match(output, /booking\.created/);
    assert.ok(output.includes(made.id));
  } finally {
    program.kill();
  }
});

/** Runs an example to its end; what it said. */
async function run(path) {
  const program = spawn(process.execPath, [example(path), server.url]);
  let output = '';
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (chunk) => (output += chunk));
  const code = await new Promise((resolve) => program.on('close', resolve));
  assert.equal(code, 0, output);
  return output;
}

test('the first pattern shows the tours\' slots', async () => {
  const output = await run('patterns/display-slots.mjs');
  assert.match(output, /^Sunset harbor tour \(tour_harbor_sunset\)$/m);
  assert.match(output, /^ {2}\d{4}-\d{2}-\d{2} {2}.*\d\d:\d\d \d+ left/m);
});

test('the second accepts a booking and watches it', async () => {
  assert.match(await run('patterns/accept-booking.mjs'), /^status +bkg_\w+ is CONFIRMED$/m);
});

test('the third sets up a resource', async () => {
  const output = await run('patterns/manage-resources.mjs');
  assert.match(output, /^created +res_\w+ Shuttle bus$/m);
  assert.match(output, /^hours +5 windows/m);
  assert.match(output, /^blocked +blk_\w+$/m);
  assert.match(output, /^assigned res_\w+ to tour_\w+$/m);
});
