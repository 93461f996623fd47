// Waiting lists: who came first and fits gets the seats that come free, held for them alone; what they do not take goes to
// the next.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { oversold, unitsTaken } from '../support/audit.mjs';
import { booking, customer, Departures, key, ORG, SUNSET, tokenOf } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

let server;
let staff;
let departures;
before(async () => {
  server = await startServer();
  staff = await owner(server);
  departures = new Departures(guest(server), SUNSET);
});
after(() => server.stop());

const now = () => Math.floor(Date.now() / 1000);
const entry = (id) => server.d1('select * from waiting_entry where public_id = ?', id)[0];
const states = (...ids) => ids.map((id) => entry(id).state);

/** A departure with no seat left, and its bookings: of eight, two and two. */
async function full() {
  const slot = await departures.next();
  const made = [];
  for (const adult of [8, 2, 2]) {
    made.push((await guest(server).post('/api/bookings', booking(slot, { party: { adult } }), { key: key() })).is(201).json);
  }
  return { slot, made };
}

const wish = (slot, adult, who = customer()) => ({ offeringId: SUNSET, startsAt: slot.startsAt, party: { adult }, customer: who });
const waits = async (slot, adult, who) => (await guest(server).post('/api/waiting-list', wish(slot, adult, who), { key: key() })).is(201).json;
const leaves = async (made) => {
  (await guest(server).post(`/api/bookings/${made.id}/cancel?token=${tokenOf(made)}`, {}, { key: key() })).is(200);
  server.database().exec('update waiting_entry set looked_at = 0');
  await server.cron();
};

/** The link that was sent to somebody, as a developer's machine shows mails. */
async function linkOf(id) {
  const { email } = entry(id);
  const { public_id } = server.d1(`select public_id from mail where recipient = ? and kind = 'waiting.seats_free' order by id desc`, email)[0];
  const page = (await guest(server).get(`/dev/mail/${public_id}`)).is(200).text;
  return /\/w\/[A-Za-z0-9_-]{43}/.exec(page)[0];
}

/** As if the offer's time were over, and it were not the same second as the look before. */
async function runsOut(id) {
  server.database().exec('update waiting_entry set looked_at = 0');
  server.database().exec(`update booking set held_until = 1 where id = ${entry(id).booking_id}`);
  server.database().exec(`update claim set held_until = 1 where booking_item_id in (select id from booking_item where booking_id = ${entry(id).booking_id})`);
  await server.cron();
}

test('one waits only for what is full, once, and is told the place in the queue', async () => {
  const open = await departures.next();
  (await guest(server).post('/api/waiting-list', wish(open, 2), { key: key() })).problem(409, 'bookable');
  const { slot } = await full();
  const who = customer();
  const first = await waits(slot, 2, who);
  assert.deepEqual([first.position, first.status], [1, 'WAITING']);
  (await guest(server).post('/api/waiting-list', wish(slot, 1, who), { key: key() })).problem(409, 'already_waiting');
  assert.equal((await waits(slot, 1)).position, 2);
  (await guest(server).post('/api/waiting-list', wish(slot, 0), { key: key() })).problem(400, 'invalid_field');
  (await guest(server).post('/api/waiting-list', { ...wish(slot, 1), startsAt: '2027-05-01T15:01:00Z' }, { key: key() })).problem(422);
});

test('the first who fits gets the seats; what runs out or is declined goes to the next', async () => {
  const { slot, made } = await full();
  const [four, two, one, other] = [await waits(slot, 4), await waits(slot, 2), await waits(slot, 1), await waits(slot, 2)];
  await leaves(made[1]);
  assert.deepEqual(states(four.id, two.id, one.id, other.id), ['WAITING', 'OFFERED', 'WAITING', 'WAITING']);
  assert.equal(unitsTaken(server.database(), SUNSET, Date.parse(slot.startsAt) / 1000, now()), 12, 'the seats are held');
  (await guest(server).post('/api/bookings', booking(slot, { party: { adult: 1 } }), { key: key() })).problem(409);

  await runsOut(two.id);
  assert.deepEqual(states(four.id, two.id, one.id, other.id), ['WAITING', 'LAPSED', 'OFFERED', 'WAITING']);
  const link = await linkOf(one.id);
  (await guest(server).get(link)).is(200);
  (await guest(server).send('POST', `${link}/decline`, { headers: { origin: 'https://evil.example' } })).is(403);
  (await guest(server).send('POST', `${link}/decline`, { headers: { origin: server.url } })).is(303);
  server.database().exec('update waiting_entry set looked_at = 0');
  await server.cron();
  assert.deepEqual(states(four.id, two.id, one.id, other.id), ['WAITING', 'LAPSED', 'DECLINED', 'OFFERED']);
  assert.deepEqual(oversold(server.database(), now()), []);
});

test('taking an offer books it, and where who waited came from stays with the booking', async () => {
  const { slot, made } = await full();
  const source = { ref: 'spring-newsletter', utm: { source: 'newsletter' }, page: 'https://shop.example/tours' };
  const waiting = (await guest(server).post('/api/waiting-list', { ...wish(slot, 2), source }, { key: key() })).is(201).json;
  await leaves(made[2]);
  const link = await linkOf(waiting.id);
  const page = (await guest(server).get(link)).is(200);
  assert.match(page.text, /Take the seats/);
  const form = new URLSearchParams({ name: entry(waiting.id).name, email: entry(waiting.id).email, phone: '' });
  const headers = { origin: server.url, 'content-type': 'application/x-www-form-urlencoded' };
  const answer = (await guest(server).send('POST', link, { body: form.toString(), headers })).is(303);
  assert.match(answer.header('location'), /^\/b\/[A-Za-z0-9_-]{43}\?done=booked$/);
  const { state, booking_id } = entry(waiting.id);
  assert.equal(state, 'ACCEPTED');
  const row = server.d1('select state, number, channel from booking where id = ?', booking_id)[0];
  assert.deepEqual([row.state, row.channel], ['CONFIRMED', 'waiting-list']);
  assert.ok(row.number);
  assert.match((await guest(server).get(link)).is(200).text, /You have booked these seats/);
  const { id } = server.d1('select public_id as id from booking where id = ?', booking_id)[0];
  assert.deepEqual((await staff.get(`/api/bookings/${id}`)).is(200).json.source, source);
});

test('staff see who waits and take somebody off the list', async () => {
  const { slot, made } = await full();
  const [one, two] = [await waits(slot, 2), await waits(slot, 2)];
  await leaves(made[1]);
  const path = `/api/orgs/${ORG}/waiting-list`;
  const { data } = (await staff.get(`${path}?offering=${SUNSET}&limit=100`)).is(200).json;
  assert.deepEqual(data.filter(({ id }) => [one.id, two.id].includes(id)).map(({ status }) => status), ['OFFERED', 'WAITING']);
  (await staff.delete(`${path}/${one.id}`)).is(204);
  await server.cron();
  assert.deepEqual(states(one.id, two.id), ['REMOVED', 'OFFERED']);
  (await staff.delete(`${path}/${one.id}`)).problem(404);
  (await guest(server).get(path)).problem(401);
});
