// What an event costs on its way out, counted by the database: it does not grow with how many wait.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { owner } from '../support/actors.mjs';
import { drain } from '../support/drain.mjs';
import { Receiver } from '../support/receiver.mjs';
import { startServer } from '../support/server.mjs';

let server;
let staff;
let receiver;
before(async () => {
  server = await startServer();
  staff = await owner(server);
  receiver = await Receiver.start();
});
after(async () => {
  await receiver?.stop();
  await server?.stop();
});

test('every lost event leaves once, at a cost and in a memory that do not grow with how many wait', async () => {
  const few = await drain(server, staff, receiver, 60);
  const many = await drain(server, staff, receiver, 500);
  for (const [events, cost] of [[60, few], [500, many]]) {
    assert.equal(cost.tried, events, 'some were sent more than once');
    assert.ok(cost.roundTrips <= 1.5, `${cost.roundTrips} round trips each`);
    assert.ok(cost.rowsWritten <= 15, `${cost.rowsWritten} rows written each`);
    assert.ok(cost.rowsRead <= 40, `${cost.rowsRead} rows read each`);
  }
  assert.ok(many.rowsRead < few.rowsRead * 1.5, `${few.rowsRead} rows read each of 60, ${many.rowsRead} of 500`);
  assert.ok(many.memory <= few.memory + 1_048_576, `${few.memory} bytes of memory for 60, ${many.memory} for 500`);
  assert.equal(new Set(receiver.received.map(({ id }) => id)).size, 560);
  assert.deepEqual(receiver.unsigned, []);
});
