// The benchmark of deliveries: 10,000 events that the queue had lost, and how soon a booking is told of.
//
//   cargo xtask bench            or        DAYMARK_EVENTS=1000 node tests/load/deliveries.mjs

import { guest, owner } from '../support/actors.mjs';
import { drain } from '../support/drain.mjs';
import { booking, Departures, key, ORG, SUNSET } from '../support/harbor.mjs';
import { Receiver } from '../support/receiver.mjs';
import { startServer } from '../support/server.mjs';

const EVENTS = Number(process.env.DAYMARK_EVENTS ?? 10_000);
const BOOKINGS = 25;
const PATIENCE_MS = 900_000;

const megabytes = (bytes) => `${(bytes / 1_048_576).toFixed(1)} MB`;
const told = (what, figure) => console.log(`${what.padEnd(52)} ${figure}`);

const server = await startServer();
const receiver = await Receiver.start();
try {
  const staff = await owner(server);
  const warm = await drain(server, staff, receiver, 100);
  const cost = await drain(server, staff, receiver, EVENTS, { within: PATIENCE_MS });
  told(`${EVENTS.toLocaleString('en')} events to one receiver`, `${(cost.tried / cost.seconds).toFixed(0)} deliveries per second`);
  told('D1 round trips per delivery', cost.roundTrips.toFixed(2));
  told('D1 rows read per delivery', cost.rowsRead.toFixed(1));
  told('D1 rows written per delivery', cost.rowsWritten.toFixed(1));
  told('sent more than once', String(cost.tried - EVENTS));
  told('memory of the Worker after 100, after all', `${megabytes(warm.memory)}, ${megabytes(cost.memory)}`);
  const waits = await fromBookingToAttempt(staff);
  told(`from a booking's answer to the first attempt (${BOOKINGS})`, `${waits[waits.length >> 1]} ms median, ${waits.at(-2)} ms p95`);
} finally {
  await receiver.stop();
  await server.stop();
}

/** How long each receiver waits, sorted, in milliseconds: the queue gathers messages for up to a second. */
async function fromBookingToAttempt(staff) {
  const hooks = `/api/orgs/${ORG}/webhooks`;
  const endpoint = (await staff.post(hooks, { url: receiver.url, events: ['booking.created'] }, { key: key() })).is(201).json;
  const tours = new Departures(guest(server), SUNSET, { days: 90 });
  const waits = [];
  for (let n = 0; n < BOOKINGS; n += 1) {
    const { id } = (await guest(server).post('/api/bookings', booking(await tours.next()), { key: key() })).is(201).json;
    const answered = Date.now();
    const arrived = (delivery) => delivery.type === 'booking.created' && delivery.body.includes(id);
    await receiver.until((r) => r.received.some(arrived));
    waits.push(Math.max(0, receiver.received.find(arrived).at - answered));
  }
  await staff.delete(`${hooks}/${endpoint.id}`);
  return waits.sort((one, other) => one - other);
}
