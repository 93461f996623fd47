// The integrations surface: an app sees and changes what its person is assigned to, and is told of it in flat JSON.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, OWNER, owner } from '../support/actors.mjs';
import { booking, customer, dayFromNow, key, LESSON, slots, tokenOf, wallTime } from '../support/harbor.mjs';
import { app, INSTRUCTOR, letIn } from '../support/oauth.mjs';
import { hoursLater } from '../support/outbox.mjs';
import { Receiver } from '../support/receiver.mjs';
import { startServer } from '../support/server.mjs';

let server;
let made;
let instructor;
let business;
let lessons;
before(async () => {
  server = await startServer();
  made = await app(server, ['bookings:read', 'bookings:write']);
  instructor = await letIn(server, made, INSTRUCTOR);
  business = await letIn(server, made, OWNER);
  // On Wednesdays and Fridays nobody but this instructor works.
  const all = await slots(guest(server), LESSON, { kind: 'appointments', from: dayFromNow(7), to: dayFromNow(60) });
  const weekday = (slot) => new Date(slot.localStartsAt.slice(0, 10)).getUTCDay();
  const apart = (slot) => slot.localStartsAt.slice(14, 16) === '00' && Number(slot.localStartsAt.slice(11, 13)) % 2 === 0;
  const open = all.filter((slot) => slot.status === 'OPEN' && apart(slot));
  lessons = { own: open.filter((slot) => [3, 5].includes(weekday(slot))), others: open.filter((slot) => weekday(slot) === 1) };
});
after(() => server.stop());

async function book(slot, more = {}) {
  const body = booking(slot, { tourId: LESSON, party: { guest: 1 }, answers: { experience: 'Never' }, ...more });
  return (await guest(server).post('/api/bookings', body, { key: key() })).is(201).json;
}

const cancel = async (it) => (await guest(server).post(`/api/bookings/${it.id}/cancel?token=${tokenOf(it)}`, {}, { key: key() })).is(200);

async function listening(caller, event, scope, work) {
  const receiver = await Receiver.start();
  try {
    const subscribed = (await caller.post('/api/zapier/subscriptions', { event, targetUrl: receiver.url, ...(scope ? { scope } : {}) }, { key: key() })).is(201).json;
    receiver.secrets = [subscribed.secret];
    await work(receiver, subscribed);
    await caller.delete(`/api/zapier/subscriptions/${subscribed.id}`);
  } finally {
    await receiver.stop();
  }
}

test('a sample is a real booking in the delivery’s shape, or one marked example', async () => {
  const [example, ...more] = (await instructor.get('/api/zapier/triggers/booking.rescheduled/sample')).is(200).json;
  assert.deepEqual(more, []);
  assert.match(example.inviteeName, /example/i);
  (await instructor.get('/api/zapier/triggers/booking.exploded/sample')).problem(400);

  const slot = lessons.own.shift();
  const it = await book(slot);
  const [sample] = (await instructor.get('/api/zapier/triggers/booking.created/sample')).is(200).json;
  assert.equal(sample.id, it.id);
  assert.equal(sample.startTime, slot.startsAt.replace('Z', '.000Z'));
  assert.deepEqual(sample.eventType, { name: 'Sailing lesson, one to one', duration: 60 });
});

test('who subscribed for themselves is told of their own bookings only, flat and signed', async () => {
  await listening(instructor, 'booking.created', undefined, async (receiver) => {
    await book(lessons.others.shift());
    const person = customer({ name: 'Jane Doe' });
    const slot = lessons.own.shift();
    const mine = await book(slot, { customer: person });
    await receiver.until((r) => r.accepted.length === 1);
    await hoursLater(server);
    assert.equal(receiver.received.length, 1, 'somebody else’s booking was told');
    assert.deepEqual(receiver.unsigned, []);
    const told = JSON.parse(receiver.accepted[0].body);
    assert.deepEqual(told, {
      id: mine.id, event: 'booking.created', inviteeName: 'Jane Doe', inviteeEmail: person.email,
      startTime: slot.startsAt.replace('Z', '.000Z'), endTime: slot.endsAt.replace('Z', '.000Z'), status: 'confirmed',
      guestAddress: null, eventType: { name: 'Sailing lesson, one to one', duration: 60 },
    });
  });
});

test('staff may subscribe for the whole organization, and a cancellation is told', async () => {
  await listening(business, 'booking.canceled', 'org', async (receiver) => {
    const it = await book(lessons.others.shift());
    await cancel(it);
    await receiver.until((r) => r.accepted.length === 1);
    const told = JSON.parse(receiver.accepted[0].body);
    assert.equal(told.id, it.id);
    assert.equal(told.event, 'booking.cancelled');
    assert.equal(told.status, 'cancelled');
  });
});

test('a subscription belongs to its person; somebody else’s looks missing', async () => {
  const body = { event: 'booking.created', targetUrl: 'https://hooks.example.com/1' };
  const mine = (await instructor.post('/api/zapier/subscriptions', body)).is(201).json;
  (await business.delete(`/api/zapier/subscriptions/${mine.id}`)).problem(404);
  (await instructor.delete(`/api/zapier/subscriptions/${mine.id}`)).is(204);
  (await instructor.delete(`/api/zapier/subscriptions/${mine.id}`)).problem(404);
});

test('an app that is let go is told nothing any more', async () => {
  const again = await letIn(server, made, INSTRUCTOR);
  const receiver = await Receiver.start();
  try {
    (await again.post('/api/zapier/subscriptions', { event: 'booking.created', targetUrl: receiver.url })).is(201);
    const form = new URLSearchParams({ token: again.tokens.refresh_token, client_id: made.clientId, client_secret: made.clientSecret });
    (await guest(server).send('POST', '/api/oauth/revoke', { body: form, headers: { 'content-type': 'application/x-www-form-urlencoded' } })).is(200);
    await book(lessons.own.shift());
    await hoursLater(server);
    assert.equal(receiver.received.length, 0);
  } finally {
    await receiver.stop();
  }
});

test('bookings to pick from are the person’s own, with a label that people can read', async () => {
  const slot = lessons.own.shift();
  const it = await book(slot, { customer: customer({ name: 'Jane Doe' }) });
  const stranger = await book(lessons.others.shift());
  const picks = (await instructor.get('/api/zapier/bookings')).is(200).json;
  assert.equal(picks[0].id, it.id);
  assert.ok(picks.every((pick) => pick.id !== stranger.id));
  const wall = wallTime(slot.startsAt);
  const when = new Date(`${wall.slice(0, 19)}Z`).toLocaleString('en-US', { timeZone: 'UTC', month: 'short', day: 'numeric', year: 'numeric' });
  assert.ok(picks[0].label.startsWith(`Jane Doe — Sailing lesson, one to one — ${when} `), picks[0].label);
});

test('a blocked day can be booked by nobody, and only the person’s own calendar is touched', async () => {
  const block = (body, caller = instructor) => caller.post('/api/zapier/actions/block-date', body, { key: key() });
  const [slot] = lessons.own;
  const date = slot.localStartsAt.slice(0, 10);
  const open = async (day) => {
    const all = await slots(guest(server), LESSON, { kind: 'appointments', from: day, to: day });
    return all.filter((each) => each.status === 'OPEN').length;
  };
  const before = await open(date);
  (await block({ date })).is(200);
  (await block({ date })).is(200);
  assert.equal(await open(date), 0);
  assert.deepEqual((await block({ date, isBlocked: false })).is(200).json, { date, isBlocked: false, startTime: null, endTime: null });
  assert.equal(await open(date), before);

  (await block({ date, startTime: '10:00', endTime: '12:00' })).is(200);
  const part = await open(date);
  assert.ok(part > 0 && part < before, `${part} of ${before}`);
  (await block({ date, isBlocked: false, startTime: '10:00', endTime: '12:00' })).is(200);

  const monday = lessons.others[0].localStartsAt.slice(0, 10);
  const others = await open(monday);
  (await block({ date: monday })).is(200);
  assert.equal(await open(monday), others, 'somebody else works then');

  assert.equal((await block({ date: '2026-7-4' })).problem(400).errors[0].pointer, '/date');
  assert.equal((await block({ date, startTime: '10:00' })).problem(400).errors[0].pointer, '/endTime');
  assert.equal((await block({ date, startTime: '12:00', endTime: '10:00' })).problem(400).errors[0].pointer, '/endTime');
  (await block({ date }, business)).problem(422, 'no_calendar');
});

test('a person cancels and flags their own bookings through the app, and no others', async () => {
  const act = (it, action, body = {}, caller = instructor) => caller.post(`/api/zapier/actions/bookings/${it.id}/${action}`, body, { key: key() });
  const slot = lessons.own.shift();
  const mine = await book(slot);
  const stranger = await book(lessons.others.shift());
  (await act(stranger, 'cancel')).problem(404);
  (await act(stranger, 'no-show')).problem(404);
  (await act(mine, 'no-show')).is(409, 422);
  const later = await letIn(server, made, INSTRUCTOR, { now: slot.endsAt });
  assert.equal((await act(mine, 'no-show', {}, later)).is(200).json.noShow, true);
  assert.equal((await act(mine, 'no-show', {}, later)).is(200).json.noShow, true);
  assert.equal((await act(mine, 'no-show', { noShow: false }, later)).is(200).json.noShow, false);
  const other = await book(lessons.own.shift());
  assert.equal((await act(other, 'cancel')).is(200).json.status, 'cancelled');
  (await act(other, 'cancel')).problem(409, 'already_cancelled');
});

test('bad input is named, a stranger is refused, and a session is no token', async () => {
  const post = (body, caller = instructor) => caller.post('/api/zapier/subscriptions', body);
  const good = { event: 'booking.created', targetUrl: 'https://hooks.example.com/1' };
  assert.equal((await post({ ...good, event: 'order.created' })).problem(400).errors[0].pointer, '/event');
  assert.equal((await post({ ...good, targetUrl: 'http://hooks.example.com/' })).problem(400).errors[0].pointer, '/targetUrl');
  assert.equal((await post({ ...good, targetUrl: 'https://169.254.169.254/' })).problem(400).errors[0].pointer, '/targetUrl');
  assert.equal((await post({ ...good, scope: 'everybody' })).problem(400).errors[0].pointer, '/scope');
  const refused = await post(good, guest(server).with({ authorization: 'Bearer dmo_made_up' }));
  refused.problem(401);
  assert.match(refused.header('www-authenticate'), /^Bearer/);
  (await post(good, await owner(server))).problem(403);
});

test('a part of what is blocked is free again when it is asked for, and the rest stays blocked', async () => {
  const block = async (body) => (await instructor.post('/api/zapier/actions/block-date', body, { key: key() })).is(200);
  const date = lessons.own.shift().localStartsAt.slice(0, 10);
  const times = async () => (await slots(guest(server), LESSON, { kind: 'appointments', from: date, to: date }))
    .filter(({ status }) => status === 'OPEN').map(({ localStartsAt }) => localStartsAt.slice(11, 16));
  const all = await times();
  const blocks = () => server.d1('select count(*) as n from block')[0].n;
  const before = blocks();
  await block({ date });
  await block({ date, isBlocked: false, startTime: '12:00', endTime: '15:00' });
  const noon = await times();
  assert.ok(noon.length > 0 && noon.every((time) => time >= '12:00' && time < '15:00'), noon.join());
  await block({ date, startTime: '12:30', endTime: '13:30' });
  await block({ date, isBlocked: false });
  assert.deepEqual(await times(), all);
  assert.equal(blocks(), before);
});

test('hours that the clocks leave out are named, and nothing is blocked', async () => {
  const rows = () => server.d1('select count(*) as n from block')[0].n;
  const before = rows();
  const gap = { date: '2027-03-28', startTime: '02:15', endTime: '02:45' };
  const refused = (await instructor.post('/api/zapier/actions/block-date', gap)).problem(400);
  assert.deepEqual([refused.errors[0].pointer, refused.errors[0].code], ['/startTime', 'no_such_time']);
  assert.equal(rows(), before);
});

test('a no-show without a body is one', async () => {
  const slot = lessons.own.shift();
  const it = await book(slot);
  const later = await letIn(server, made, INSTRUCTOR, { now: slot.endsAt });
  assert.equal((await later.send('POST', `/api/zapier/actions/bookings/${it.id}/no-show`)).is(200).json.noShow, true);
  (await later.send('POST', `/api/zapier/actions/bookings/${it.id}/no-show`, { body: 'no', headers: { 'content-type': 'text/plain' } })).problem(415);
});

test('a target that answers 410 is unsubscribed', async () => {
  await listening(business, 'booking.created', 'org', async (receiver, subscribed) => {
    receiver.answer = () => ({ status: 410 });
    await book(lessons.others.shift());
    await receiver.until((r) => r.received.length === 1);
    await server.settled();
    (await business.delete(`/api/zapier/subscriptions/${subscribed.id}`)).problem(404);
    await book(lessons.others.shift());
    await hoursLater(server);
    assert.equal(receiver.received.length, 1);
  });
});

test('whoever is staff no more is told of the whole organization no more', async () => {
  await listening(instructor, 'booking.created', 'org', async (receiver) => {
    const become = (role) => server.database().prepare('update member set role = ? where person_id = (select id from person where email = ?)').run(role, INSTRUCTOR.email);
    become('CONTRIBUTOR');
    try {
      await book(lessons.others.shift());
      await hoursLater(server);
      assert.equal(receiver.received.length, 0);
    } finally {
      become('STAFF');
    }
    await book(lessons.others.shift());
    await receiver.until((r) => r.accepted.length === 1);
  });
});

test('a word of another kind where one of a few is wanted is named by its field', async () => {
  const good = { event: 'booking.created', targetUrl: 'https://hooks.example.com/1' };
  for (const scope of [null, 1, true, [], {}]) {
    const { code, errors } = (await instructor.post('/api/zapier/subscriptions', { ...good, scope })).problem(400);
    assert.deepEqual([code, errors[0].pointer, errors[0].code], ['malformed_request', '/scope', 'wrong_type'], JSON.stringify(scope));
  }
});

test('a name that is no text, and a body of ten million signs, are told so', async () => {
  (await instructor.delete('/api/zapier/subscriptions/%ff')).problem(404);
  (await instructor.get('/api/zapier/triggers/%ff/sample')).problem(404);
  (await instructor.post('/api/zapier/subscriptions', { event: 'x'.repeat(10_000_000) })).problem(413, 'too_large');
});

test('a booking that was moved to somebody else is its former instructor’s no more', async () => {
  const it = await book(lessons.own.shift());
  const picked = async () => (await instructor.get('/api/zapier/bookings')).is(200).json.some(({ id }) => id === it.id);
  assert.ok(await picked());
  const to = lessons.others.shift();
  (await (await owner(server)).post(`/api/bookings/${it.id}/reschedule`, { startsAt: to.startsAt }, { key: key() })).is(200);
  assert.equal(await picked(), false);
  (await instructor.post(`/api/zapier/actions/bookings/${it.id}/cancel`, {}, { key: key() })).problem(404);
  (await business.post(`/api/zapier/actions/bookings/${it.id}/cancel`, {}, { key: key() })).is(200);
});
