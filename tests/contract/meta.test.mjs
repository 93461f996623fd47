// What the product says about itself: its life cycle, its events, its permissions.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest } from '../support/actors.mjs';
import { startServer } from '../support/server.mjs';

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

test('the life cycle that is published is the one that the database keeps', async () => {
  const { states, rules } = (await guest(server).get('/api/meta/booking-states')).is(200).json;
  for (const { from, to } of rules) assert.ok(states.includes(from) && states.includes(to), `${from} → ${to}`);
  // What stays in its state, such as a booking that is rescheduled, is no step that the database has to keep.
  const published = new Set(rules.filter(({ from, to }) => from !== to).map(({ from, to }) => `${from} → ${to}`));
  const kept = server.d1('select from_state, to_state from booking_transition').map((row) => `${row.from_state} → ${row.to_state}`);
  assert.deepEqual([...published].sort(), kept.sort());
});

test('the events that are published are those of the contract', async () => {
  const types = (await guest(server).get('/api/meta/event-types')).is(200).json;
  const promised = [
    'booking.created', 'booking.updated', 'booking.rescheduled', 'booking.cancelled', 'booking.approved', 'booking.rejected',
    'booking.no_show', 'booking.completed', 'payment.succeeded', 'payment.refunded', 'order.created', 'order.updated', 'order.fulfilled',
    'order.canceled', 'product.created', 'product.updated', 'customer.created', 'cart.abandoned', 'submission.submitted',
    'submission.approved', 'submission.rejected', 'staff.assigned', 'lead.created',
  ];
  assert.deepEqual(types.map((type) => type.name).sort(), promised.sort());
  const cancelled = types.find((type) => type.name === 'booking.cancelled');
  assert.ok(cancelled.aliases.includes('booking.canceled'));
});

test('every role is published with what it may do, and more may do no less', async () => {
  const { permissions } = (await guest(server).get('/api/meta/permissions')).is(200).json;
  const ranks = ['OWNER', 'ADMIN', 'STAFF', 'TRUSTED_CONTRIBUTOR', 'CONTRIBUTOR'];
  assert.ok(permissions.length > 0);
  for (const { name, roles } of permissions) {
    assert.match(name, /^[a-z]+:[a-z]+$/);
    assert.deepEqual(roles, ranks.slice(0, roles.length), `${name} is for ${roles}`);
  }
});
