// Customers: found, changed, handed out, and forgotten so that nothing in the whole database still names them.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { booking, Departures, key, LESSON, ORG, SUNSET, tokenOf } from '../support/harbor.mjs';
import { hoursLater } from '../support/outbox.mjs';
import { Receiver } from '../support/receiver.mjs';
import { startServer } from '../support/server.mjs';

const PATH = `/api/orgs/${ORG}/customers`;

let server;
let staff;
let departures;
before(async () => {
  server = await startServer();
  staff = await owner(server);
  departures = new Departures(guest(server), SUNSET);
});
after(() => server.stop());

async function booked(who, more = {}) {
  return (await guest(server).post('/api/bookings', booking(await departures.next(), { customer: who, ...more }), { key: key() })).is(201).json;
}

const find = async (q) => (await staff.get(`${PATH}?q=${encodeURIComponent(q)}`)).is(200).json.data;

/** Everything that the database holds, also what a search index keeps, as one text. */
function dump() {
  const tables = server.d1(`select name from sqlite_master where type = 'table'`).map(({ name }) => name);
  const text = (value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value));
  return tables.flatMap((table) => server.d1(`select * from "${table}"`).map((row) => `${table}: ${Object.values(row).map(text).join(' | ')}`));
}

const naming = (...words) => dump().filter((line) => words.some((word) => line.toLowerCase().includes(word)));

describe('customers', () => {
  test('are found by the beginning of any word, and only one\'s own', async () => {
    const who = { name: 'Étienne Baroque', email: 'etienne.b@guests.example', phone: '+49 (170) 555-12' };
    await booked(who);
    server.database().exec(`insert or ignore into org (id, public_id, slug, name, timezone, currency, number_prefix, created_at, updated_at)
      values (77, 'org_other', 'other', 'Other', 'UTC', 'EUR', 'OT', 1, 1)`);
    server.database().exec(`insert into customer (public_id, org_id, email, name, created_at, updated_at) values ('cus_other', 77, 'x@y.example', 'Etienne Other', 1, 1)`);
    for (const q of ['etien', 'BAROQ', 'etienne baro', '4917055512', 'etienne.b@guests']) {
      assert.deepEqual((await find(q)).map(({ name }) => name), [who.name], q);
    }
    for (const q of ['" OR org:"o77', 'other*', '-', 'NEAR(']) assert.ok((await staff.get(`${PATH}?q=${encodeURIComponent(q)}`)).is(200).json.data.every(({ id }) => id !== 'cus_other'));
  });

  test('come with what they booked, and are changed by staff', async () => {
    const made = await booked({ name: 'Ida Quay', email: 'ida@guests.example' });
    const [{ id }] = await find('ida@guests');
    const dossier = (await staff.get(`${PATH}/${id}`)).is(200).json;
    assert.deepEqual(dossier.bookings.map((one) => one.id), [made.id]);
    const changed = (await staff.patch(`${PATH}/${id}`, { name: 'Ida Harbor', note: 'Window seat', phone: null })).is(200).json;
    assert.deepEqual([changed.name, changed.note, changed.email], ['Ida Harbor', 'Window seat', 'ida@guests.example']);
    (await staff.patch(`${PATH}/${id}`, { email: 'guest1@harbor.example' })).problem(409, 'email_taken');
    assert.equal((await staff.patch(`${PATH}/${id}`, { email: 'nothing' })).problem(400).errors[0].pointer, '/email');
    (await staff.get(`${PATH}/cus_none`)).problem(404);
    const audit = server.d1(`select detail from audit where subject = ? and action = 'customer.changed'`, id);
    assert.ok(audit.length === 1 && !audit[0].detail.includes('Ida'));
  });

  test('are handed out whole', async () => {
    await booked({ name: 'Olga Tide', email: 'olga@guests.example' });
    const [{ id }] = await find('olga');
    const all = (await staff.post(`${PATH}/${id}/export`, {})).is(200).json;
    assert.equal(all.customer.email, 'olga@guests.example');
    assert.equal(all.bookings.length, 1);
    assert.deepEqual(all.ledger.map((entry) => entry.kind), ['CHARGE']);
    assert.ok(all.events.some((event) => event.type === 'booking.created') && all.events.some((event) => event.type === 'customer.created'));
    (await guest(server).post(`${PATH}/${id}/export`, {})).problem(401);
  });
});

test('a customer who is forgotten leaves no trace', async (t) => {
  // It answers with what it was told, so that the log of attempts names them too.
  const receiver = await Receiver.start({ answer: () => ({ status: 200, text: 'thanks, zebulon@quartz.example' }) });
  t.after(() => receiver.stop());
  const hook = (await staff.post(`/api/orgs/${ORG}/webhooks`, { url: receiver.url, events: ['*'] }, { key: key() })).is(201).json;
  receiver.secrets.push(hook.secret);
  const who = { name: 'Zebulon Quartz', email: 'zebulon@quartz.example', phone: '+49 40 987' };
  const once = key();
  const slot = await departures.next();
  const made = (await guest(server).post('/api/bookings', booking(slot, { customer: who, answers: { occasion: 'Zebulon turns 50' } }), { key: once })).is(201).json;
  const path = `/api/bookings/${made.id}`;
  (await staff.patch(path, { staffNote: 'Zebulon rang', note: 'Ask for Quartz' })).is(200);
  (await staff.post(`${path}/payments`, { amount: 100, method: 'CASH', note: 'From Zebulon' }, { key: key() })).is(200);
  (await guest(server).post('/api/holds', { ...booking(slot, { customer: who }) }, { key: key() })).is(201);
  server.database().exec(`insert into waiting_entry (public_id, org_id, offering_id, starts_at, party, name, email, created_at, updated_at)
    values ('wait_zebulon', 1, 1, 1900000000, '{"adult":1}', 'Zebulon Quartz', 'zebulon@quartz.example', 1, 1)`);
  server.database().exec(`insert into mail (public_id, org_id, recipient, kind, language, state, next_attempt_at, created_at)
    values ('mail_zebulon', 1, 'zebulon@quartz.example', 'test', 'en', 'SENT', 1, 1)`);
  await hoursLater(server);
  await server.settled();
  const [{ id }] = await find('quartz');
  (await staff.patch(`${PATH}/${id}`, { note: 'A friend of Zebulon' })).is(200);

  const refused = (await staff.post(`${PATH}/${id}/erase`, {}, { key: key() })).problem(409, 'bookings_ahead');
  assert.ok(refused.detail.includes(made.id));
  (await staff.post(`${path}/cancel`, { reason: 'Zebulon is ill' }, { key: key() })).is(200);
  server.database().exec(`update booking set held_until = 1 where contact_email = 'zebulon@quartz.example' and state = 'PENDING'`);
  await server.cron();
  await hoursLater(server);
  await server.settled();
  const places = new Set(naming('zebulon', 'quartz').map((line) => line.split(':')[0]));
  for (const table of ['customer', 'booking', 'event_log', 'delivery', 'attempt', 'audit', 'ledger_entry', 'waiting_entry', 'mail', 'idempotency', 'booking_search_content', 'customer_search_content']) {
    assert.ok(places.has(table), `the test proves nothing for ${table}: ${[...places]}`);
  }

  const erased = (await staff.post(`${PATH}/${id}/erase`, {}, { key: key() })).is(200).json;
  assert.deepEqual(erased, { id, erased: true });
  const traces = naming('zebulon', 'quartz', '40 987', '4940987').filter((line) => !/wait_zebulon|mail_zebulon/.test(line));
  assert.deepEqual(traces, []);

  // What happened is still there, without them.
  const story = (await staff.get(`/api/orgs/${ORG}/bookings/${made.id}/history`)).is(200).json.data;
  assert.ok(story.some((one) => one.what === 'booking.cancelled') && story.some((one) => one.what === 'PAYMENT'));
  (await guest(server).get(`${path}?token=${tokenOf(made)}`)).problem(404);
  (await staff.post(`${PATH}/${id}/erase`, {}, { key: key() })).problem(404);
  assert.deepEqual(await find('erased'), []);
  // Who comes again is somebody new.
  await booked(who);
  assert.notEqual((await find('quartz'))[0].id, id);
});

test('what a receiver answers about somebody who was forgotten meanwhile is not kept, nor is what it was told', async (t) => {
  const arrived = Promise.withResolvers();
  const erased = Promise.withResolvers();
  const answer = () => {
    arrived.resolve();
    return { status: 200, text: 'thanks, xenia@quill.example', once: erased.promise };
  };
  const receiver = await Receiver.start({ answer });
  t.after(() => receiver.stop());
  const made = await booked({ name: 'Xenia Quill', email: 'xenia@quill.example' });
  const hook = (await staff.post(`/api/orgs/${ORG}/webhooks`, { url: receiver.url, events: ['booking.cancelled'] }, { key: key() })).is(201).json;
  receiver.secrets.push(hook.secret);
  (await staff.post(`/api/bookings/${made.id}/cancel`, { reason: 'Xenia is ill' }, { key: key() })).is(200);
  await arrived.promise;
  const [{ id }] = await find('quill');
  (await staff.post(`${PATH}/${id}/erase`, {}, { key: key() })).is(200);
  erased.resolve();
  await server.settled();
  assert.deepEqual(naming('xenia', 'quill'), []);
  const attempts = server.d1(`select attempt.status, attempt.answer from webhook_endpoint join delivery on delivery.endpoint_id = webhook_endpoint.id
    join attempt on attempt.delivery_id = delivery.id where webhook_endpoint.public_id = ?`, hook.id);
  assert.deepEqual(attempts.map((row) => ({ ...row })), [{ status: 200, answer: null }]);
});

test('the records that are only added to stay so for everybody else', async () => {
  const made = await booked({ name: 'Nora Keel', email: 'nora@guests.example' });
  const db = server.database();
  const never = (sql) => assert.throws(() => db.prepare(sql).run(made.id), /append_only|frozen_body/, sql);
  never(`update event_log set payload = '{}' where subject = ?`);
  never(`update event_log set happened_at = 0 where subject = ?`);
  never(`update ledger_entry set note = 'x' where booking_id = (select id from booking where public_id = ?)`);
  const forgotten = server.d1(`select subject from erasure where subject like 'bkg_%' limit 1`)[0].subject;
  assert.throws(() => db.prepare(`update event_log set kind = 'a.b' where subject = ?`).run(forgotten), /append_only/);
  assert.throws(() => db.prepare(`update ledger_entry set amount = 0 where booking_id = (select id from booking where public_id = ?)`).run(forgotten), /append_only/);
  assert.throws(() => db.prepare(`delete from erasure where subject = ?`).run(forgotten), /append_only/);
});

test('a business that says for how long forgets by itself, and only whose time is over', async () => {
  const lessons = new Departures(guest(server), LESSON, { kind: 'appointments', party: { guest: 1 } });
  const lesson = async (who) => (await guest(server).post('/api/bookings', booking(await lessons.next(), { tourId: LESSON, party: { guest: 1 }, customer: who, answers: { experience: 'Never' } }), { key: key() })).is(201).json;
  const [old, recent] = [await lesson({ name: 'Old Salt', email: 'salt@guests.example' }), await lesson({ name: 'New Pepper', email: 'fresh@guests.example' })];
  const db = server.database();
  const now = Math.floor(Date.now() / 1000);
  const ended = (made, daysAgo) => {
    db.prepare(`update booking_item set starts_at = ?1 - 3600, ends_at = ?1 where booking_id = (select id from booking where public_id = ?2)`).run(now - daysAgo * 86_400, made.id);
    db.prepare(`update customer set created_at = ?1 where id = (select customer_id from booking where public_id = ?2)`).run(now - 400 * 86_400, made.id);
  };
  ended(old, 40);
  ended(recent, 20);
  await server.cron('23 3 * * *');
  assert.equal((await find('salt@guests')).length, 1, 'nobody said for how long');
  db.exec(`update org set settings = json_set(settings, '$.retentionDays', 30) where public_id = '${ORG}'`);
  await server.cron('23 3 * * *');
  await server.cron('23 3 * * *');
  assert.deepEqual([await find('salt@guests'), (await find('fresh@guests')).length], [[], 1]);
  assert.equal(server.d1(`select contact_name from booking where public_id = ?`, old.id)[0].contact_name, 'Erased');
});
