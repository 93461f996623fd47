// Many events at once, sent away: how long it takes and what it costs. For the test of the cost and for the benchmark.

import { setTimeout as pause } from 'node:timers/promises';
import { key, ORG } from './harbor.mjs';

const BETWEEN_LOOKS_MS = 50;
const MOST_LOOKS = 200;
/** The Worker's own account of each batch of the queue, on a developer's machine. */
const SPENT = /outbox: (\d+) tried, (\d+) round trips, (\d+) rows read, (\d+) rows written, (\d+) bytes of memory/g;

/** As if the queue had lost so many events, each about another customer, and hands them to it again until all are delivered. */
export async function drain(server, staff, receiver, events, { within = 60_000 } = {}) {
  const hooks = `/api/orgs/${ORG}/webhooks`;
  const endpoint = (await staff.post(hooks, { url: receiver.url, events: ['customer.created'] }, { key: key() })).is(201).json;
  receiver.secrets.push(endpoint.secret);
  lose(server, events);
  const before = server.output.length;
  const started = performance.now();
  const left = () => server.d1(`select count(*) as n from delivery where state = 'PENDING'`)[0].n;
  while (left() > 0) {
    if (performance.now() - started > within) throw new Error(`${left()} of ${events} are still under way`);
    await server.cron();
    await pause(BETWEEN_LOOKS_MS);
  }
  const seconds = (performance.now() - started) / 1000;
  let sum = spent(server.output.slice(before));
  // The last account comes after the last delivery.
  for (let looks = 0; sum.tried < events && looks < MOST_LOOKS; looks += 1) {
    await pause(BETWEEN_LOOKS_MS);
    sum = spent(server.output.slice(before));
  }
  await staff.delete(`${hooks}/${endpoint.id}`);
  const each = (figure) => figure / sum.tried;
  return { seconds, tried: sum.tried, roundTrips: each(sum.roundTrips), rowsRead: each(sum.rowsRead), rowsWritten: each(sum.rowsWritten), memory: sum.memory };
}

function spent(output) {
  const sum = { tried: 0, roundTrips: 0, rowsRead: 0, rowsWritten: 0, memory: 0 };
  for (const [, ...figures] of output.matchAll(SPENT)) {
    const [tried, roundTrips, rowsRead, rowsWritten, memory] = figures.map(Number);
    Object.entries({ tried, roundTrips, rowsRead, rowsWritten }).forEach(([name, figure]) => (sum[name] += figure));
    sum.memory = Math.max(sum.memory, memory);
  }
  return sum;
}

let lost = 0;
function lose(server, events) {
  const db = server.database();
  const now = Math.floor(Date.now() / 1000);
  lost += 1;
  db.exec('begin');
  const insert = db.prepare(`insert into event_log (public_id, org_id, kind, subject, payload, happened_at)
    select ?, id, 'customer.created', ?, ?, ? from org where public_id = '${ORG}'`);
  for (let n = 0; n < events; n += 1) {
    const id = `cus_lost_${lost}_${n}`;
    insert.run(`evt_lost_${lost}_${n}`, id, JSON.stringify({ id, name: `Guest ${n}`, email: `${id}@guests.example`, phone: null }), now);
  }
  db.exec(`update delivery set queued_until = 0 where state = 'PENDING'`);
  db.exec('commit');
}
