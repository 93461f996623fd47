// Community events: every step of the table and no other, approval that takes its room or says what is in the way, edits
// that wait while the old version stays public, and authors who are trusted.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { guest } from '../support/actors.mjs';
import { booking, CALENDAR, dayFromNow, key, LIGHTHOUSE, ORG, slots } from '../support/harbor.mjs';
import { member, organization } from '../support/members.mjs';
import { startServer } from '../support/server.mjs';

const submissions = `/api/orgs/${ORG}/submissions`;
const ROOM = 'res_harbor_lighthouse';

let server;
let staff;
let contributor;
let trusted;
let rules;
before(async () => {
  server = await startServer();
  staff = member(server, 'STAFF');
  contributor = member(server, 'CONTRIBUTOR');
  trusted = member(server, 'TRUSTED_CONTRIBUTOR');
  rules = (await guest(server).get('/api/meta/submission-states')).is(200).json.rules;
});
after(() => server.stop());

let day = 30;
/** An event on a day that no other has. */
function event(more = {}) {
  day += 1;
  const date = dayFromNow(day);
  return { title: `Shanties ${day}`, text: 'An evening of **songs**.', when: [{ from: `${date}T06:00`, to: `${date}T07:00` }], where: 'Pier 3', ...more };
}

const make = async (who, body = event(), status = 'SUBMITTED') => (await who.post(submissions, { ...body, status }, { key: key() })).is(201).json;
const act = (who, id, action, body = {}) => who.post(`${submissions}/${id}/${action}`, body, { key: key() });
const read = async (who, id) => (await who.get(`${submissions}/${id}`)).is(200).json;
const onCalendar = async (eventId, calendar = CALENDAR) =>
  (await guest(server).get(`/embed/${calendar}`)).is(200).json.cards.find((card) => card.id === eventId);
const players = { party: { player: 2 } };
/** Hours at which the room can be booked, from that day on. */
const freeHours = async (firstDay) =>
  (await slots(guest(server), LIGHTHOUSE, { kind: 'rooms', from: dayFromNow(firstDay), to: dayFromNow(firstDay + 20), ...players }))
    .filter((slot) => ['OPEN', 'PRIVATE_ONLY'].includes(slot.status));
const book = (slot) => guest(server).post('/api/bookings', booking(slot, { tourId: LIGHTHOUSE, ...players }), { key: key() });
const standing = (submission) => `${submission.status}${submission.live ? ' live' : ''}`;

describe('the table', () => {
  /** A submission of the contributor in each standing that there is. */
  const reach = {
    DRAFT: () => make(contributor, event(), 'DRAFT'),
    SUBMITTED: () => make(contributor),
    'PUBLISHED live': async () => (await act(staff, (await reach.SUBMITTED()).id, 'approve')).is(200).json,
    'SUBMITTED live': async () => (await contributor.patch(`${submissions}/${(await reach['PUBLISHED live']()).id}`, { title: 'Louder' })).is(200).json,
    REJECTED: async () => (await act(staff, (await reach.SUBMITTED()).id, 'reject', { reason: 'No' })).is(200).json,
    CHANGES_REQUESTED: async () => (await act(staff, (await reach.SUBMITTED()).id, 'request-changes', { note: 'When?' })).is(200).json,
    'CHANGES_REQUESTED live': async () => (await act(staff, (await reach['SUBMITTED live']()).id, 'request-changes', { note: 'When?' })).is(200).json,
    WITHDRAWN: async () => (await act(contributor, (await reach.SUBMITTED()).id, 'withdraw')).is(200).json,
  };
  const actions = {
    EDIT: (id) => contributor.patch(`${submissions}/${id}`, { title: 'Another' }),
    SUBMIT: (id) => act(contributor, id, 'submit'),
    WITHDRAW: (id) => act(contributor, id, 'withdraw'),
    APPROVE: (id) => act(staff, id, 'approve'),
    REJECT: (id) => act(staff, id, 'reject', { reason: 'No' }),
    REQUEST_CHANGES: (id) => act(staff, id, 'request-changes', { note: 'When?' }),
    REVERT: (id) => act(staff, id, 'revert'),
  };
  for (const [from, prepare] of Object.entries(reach)) {
    test(`from ${from} every action leads where the table says, or nowhere`, async () => {
      for (const [action, take] of Object.entries(actions)) {
        const submission = await prepare();
        assert.equal(standing(submission), from);
        const rule = rules.find((one) => one.action === action && `${one.from}${one.fromLive ? ' live' : ''}` === from);
        const answer = await take(submission.id);
        if (rule) {
          assert.equal(standing(answer.is(200).json), `${rule.to}${rule.toLive ? ' live' : ''}`, `${from} ${action}`);
        } else if (from === 'DRAFT' && !['EDIT', 'SUBMIT', 'WITHDRAW'].includes(action)) {
          answer.problem(404);
        } else {
          answer.problem(409, 'bad_transition');
          assert.equal(standing(await read(contributor, submission.id)), from, `${from} ${action}`);
        }
      }
    });
  }

  test('the database refuses a step that is not in it, whoever writes', async () => {
    const { id } = await make(contributor, event(), 'DRAFT');
    assert.throws(() => server.d1(`update submission set state = 'REJECTED', version = version + 1 where public_id = ?`, id), /bad_transition/);
    assert.throws(() => server.d1(`update submission set note = 'x' where public_id = ?`, id), /stale_submission/);
  });
});

describe('approval', () => {
  test('puts the event on the calendar it was meant for, with what its author wrote, and takes its room', async () => {
    const wanted = event({ resourceIds: [ROOM], capacity: 40, price: { amount: 1200 } });
    const approved = (await act(staff, (await make(contributor, wanted)).id, 'approve')).is(200).json;
    assert.equal(standing(approved), 'PUBLISHED live');
    assert.equal(approved.unreviewed, false);
    const card = await onCalendar(approved.eventId);
    assert.equal(card.name, wanted.title);
    assert.match(card.summary, /Pier 3 · EUR 12\.00 on site/);
    const date = wanted.when[0].from.slice(0, 10);
    const { slots } = (await guest(server).get(`/api/events/${approved.eventId}/availability?from=${date}&to=${date}`)).is(200).json;
    assert.deepEqual(slots.map(({ localStartsAt, remaining }) => [localStartsAt.slice(0, 16), remaining]), [[wanted.when[0].from, 40]]);
    const blocks = server.d1(`select block.* from block join submission s on s.id = block.submission_id where s.public_id = ?`, approved.id);
    assert.equal(blocks.length, 1);
  });

  test('says what is in the way by number, and changes nothing', async () => {
    const [slot] = await freeHours(5);
    const made = (await book(slot)).is(201).json;
    const at = slot.localStartsAt.slice(0, 16);
    const { id } = await make(contributor, event({ resourceIds: [ROOM], when: [{ from: at, to: `${at.slice(0, 10)}T23:30` }] }));
    const problem = (await act(staff, id, 'approve')).problem(409, 'in_the_way');
    assert.ok(problem.detail.includes(made.number), problem.detail);
    assert.deepEqual([problem.errors[0].pointer, problem.errors[0].code], ['/resourceIds/0', 'booked']);
    assert.equal((await read(staff, id)).status, 'SUBMITTED');
    assert.equal(server.d1(`select count(*) as n from offering where name = (select content ->> 'title' from submission where public_id = ?)`, id)[0].n, 0);
  });

  test('a closed day and another event are in the way, too', async () => {
    const first = event({ resourceIds: [ROOM] });
    (await act(staff, (await make(contributor, first)).id, 'approve')).is(200);
    const problem = (await act(staff, (await make(contributor, event({ resourceIds: [ROOM], when: first.when }))).id, 'approve')).problem(409, 'in_the_way');
    assert.equal(problem.errors[0].code, 'blocked');
    const shut = event();
    const date = shut.when[0].from.slice(0, 10);
    server.d1(`insert into block (public_id, org_id, from_date, to_date, reason, created_at) select 'blk_shut', id, ?, ?, 'Storm', 1 from org where slug = 'harbor'`, date, date);
    assert.match((await act(staff, (await make(contributor, shut)).id, 'approve')).problem(409, 'in_the_way').detail, /blk_shut \(Storm\)/);
  });

  test('of two at once, one wins and the other is told', async () => {
    const { id } = await make(contributor);
    const others = [staff, member(server, 'ADMIN'), member(server, 'STAFF')];
    const answers = await Promise.all(others.map((who) => act(who, id, 'approve')));
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 409, 409]);
    assert.equal(server.d1(`select count(*) as n from audit where subject = ? and action = 'submission.approved'`, id)[0].n, 1);
  });

  test('is of what was read: a text that changed meanwhile is not published', async () => {
    const seen = await make(contributor);
    (await contributor.patch(`${submissions}/${seen.id}`, { text: 'Something else' })).is(200);
    (await act(staff, seen.id, 'approve', { version: seen.version })).problem(409, 'stale');
    (await act(staff, seen.id, 'approve', { version: seen.version + 1 })).is(200);
  });

  test('staff may name the room', async () => {
    const { id } = await make(contributor);
    assert.deepEqual((await act(staff, id, 'approve', { resourceIds: [ROOM] })).is(200).json.resourceIds, [ROOM]);
    assert.equal((await act(staff, (await make(contributor)).id, 'approve', { resourceIds: ['res_nobody'] })).problem(400).errors[0].pointer, '/resourceIds/0');
  });
});

describe('a race for the same room', () => {
  test('has one winner', async () => {
    for (const slot of (await freeHours(60)).slice(0, 8)) {
      const at = slot.localStartsAt.slice(0, 16);
      const when = [{ from: at, to: `${at.slice(0, 13)}:45` }];
      const events = await Promise.all(Array.from({ length: 4 }, () => make(contributor, event({ resourceIds: [ROOM], when }))));
      const answers = await Promise.all(events.flatMap(({ id }) => [act(staff, id, 'approve'), book(slot)]));
      assert.deepEqual(answers.map((answer) => answer.is(200, 201, 409).status).filter((status) => status < 300).length, 1);
    }
  });

  // The window between one's reading and the other's writing is too small to be met by chance, so the later writing is done
  // here by hand: exactly what a booking, or an approval, writes that looked before the other one was there.
  const lateBooking = (at) =>
    server.d1(
      `insert into claim (org_id, booking_item_id, resource_id, starts_at, ends_at, units, checked_at)
       select r.org_id, (select id from booking_item where org_id = r.org_id limit 1), r.id, ?1, ?1 + 900, 1, 1 from resource r where r.public_id = ?2`,
      at, ROOM,
    );
  const lateApproval = (at, submission) =>
    server.d1(
      `insert into block (public_id, org_id, resource_id, starts_at, ends_at, created_at, submission_id)
       select 'blk_late_' || s.id, s.org_id, r.id, ?1, ?1 + 900, 1, s.id from resource r join submission s on s.public_id = ?3 where r.public_id = ?2`,
      at, ROOM, submission,
    );

  test('is decided by the database: who looked too early is refused; with the triggers gone, both have the room', async () => {
    const approved = (await act(staff, (await make(contributor, event({ resourceIds: [ROOM] }))).id, 'approve')).is(200).json;
    const [hour] = await freeHours(85);
    (await book(hour)).is(201);
    const [eventAt, bookedAt] = [approved.when[0].startsAt, hour.startsAt].map((time) => Date.parse(time) / 1000);
    const waiting = await make(contributor);
    assert.throws(() => lateBooking(eventAt), /resource_busy/);
    assert.throws(() => lateApproval(bookedAt, waiting.id), /resource_busy/);
    assert.throws(() => lateApproval(eventAt, waiting.id), /resource_blocked/);
    const db = server.database();
    const laws = db.prepare(`select name, sql from sqlite_master where name in ('event_takes_what_is_free', 'claim_keeps_off_events')`).all();
    assert.equal(laws.length, 2);
    for (const { name } of laws) db.exec(`drop trigger ${name}`);
    try {
      lateBooking(eventAt);
      lateApproval(bookedAt, waiting.id);
    } finally {
      for (const { sql } of laws) db.exec(sql);
    }
  });
});

describe('an edit of a public event', () => {
  test('waits in the queue with its difference, while the old version stays public; approval replaces it', async () => {
    const first = (await act(staff, (await make(contributor, event({ resourceIds: [ROOM] }))).id, 'approve')).is(200).json;
    const later = { from: first.when[0].from.replace('T06', 'T07'), to: first.when[0].to.replace('T07', 'T09') };
    (await contributor.patch(`${submissions}/${first.id}`, { title: 'Louder', when: [later] })).is(200);
    const waiting = await read(staff, first.id);
    assert.deepEqual(waiting.diff.map((one) => one.field).sort(), ['title', 'when']);
    assert.deepEqual(waiting.diff.find((one) => one.field === 'title'), { field: 'title', before: first.title, after: 'Louder' });
    assert.equal((await onCalendar(first.eventId)).name, first.title);
    const queue = (await staff.get(`${submissions}?status=SUBMITTED&limit=100`)).is(200).json.data;
    assert.equal(queue.at(-1).id, first.id);
    const approved = (await act(staff, first.id, 'approve')).is(200).json;
    assert.equal(approved.eventId, first.eventId);
    assert.deepEqual(approved.diff, []);
    assert.equal((await onCalendar(first.eventId)).name, 'Louder');
    const blocks = server.d1(`select starts_at from block join submission s on s.id = block.submission_id where s.public_id = ?`, first.id);
    assert.deepEqual(blocks.map((block) => block.starts_at), [Date.parse(approved.when[0].startsAt) / 1000]);
  });

  test('that is declined leaves what is public, and stays in the audit log', async () => {
    const first = (await act(staff, (await make(contributor)).id, 'approve')).is(200).json;
    (await contributor.patch(`${submissions}/${first.id}`, { title: 'Rude' })).is(200);
    const declined = (await act(staff, first.id, 'reject', { reason: 'Rude' })).is(200).json;
    assert.deepEqual([declined.status, declined.title, declined.note], ['PUBLISHED', first.title, 'Rude']);
    assert.match(server.d1(`select detail from audit where subject = ? and action = 'submission.rejected'`, first.id)[0].detail, /"title":"Rude"/);
  });

  test('does not lose a date that somebody has booked, and names the booking', async () => {
    const first = (await act(staff, (await make(contributor, event({ capacity: 5 }))).id, 'approve')).is(200).json;
    const slot = { startsAt: first.when[0].startsAt };
    const made = (await guest(server).post('/api/bookings', booking(slot, { tourId: first.eventId, party: { guest: 2 } }), { key: key() })).is(201).json;
    (await contributor.patch(`${submissions}/${first.id}`, { when: event().when })).is(200);
    assert.ok((await act(staff, first.id, 'approve')).problem(409, 'sold').detail.includes(made.number));
    (await contributor.patch(`${submissions}/${first.id}`, { when: first.when.map(({ from, to }) => ({ from, to })), capacity: 1 })).is(200);
    (await act(staff, first.id, 'approve')).problem(409, 'below_sold');
    assert.ok((await act(staff, first.id, 'revert')).problem(409, 'sold').detail.includes(made.number));
    assert.throws(
      () => server.d1(`update submission set state = 'SUBMITTED', published = null, starts = '[]', version = version + 1, updated_at = 1 where public_id = ?`, first.id),
      /sold/,
    );
  });
});

describe('trust', () => {
  test('a trusted contributor publishes at once, is listed as such, and staff can undo it', async () => {
    const made = await make(trusted, event({ resourceIds: [ROOM] }));
    assert.deepEqual([made.status, made.live, made.unreviewed], ['PUBLISHED', true, true]);
    assert.ok(await onCalendar(made.eventId));
    const listed = (await staff.get(`${submissions}?status=PUBLISHED&limit=100`)).is(200).json.data;
    assert.equal(listed.find((one) => one.id === made.id).unreviewed, true);
    const edited = (await trusted.patch(`${submissions}/${made.id}`, { title: 'Louder' })).is(200).json;
    assert.deepEqual([edited.status, (await onCalendar(made.eventId)).name], ['PUBLISHED', 'Louder']);
    const undone = (await act(staff, made.id, 'revert', { note: 'Not here' })).is(200).json;
    assert.equal(standing(undone), 'SUBMITTED');
    assert.equal(await onCalendar(made.eventId), undefined);
    assert.equal(server.d1(`select count(*) as n from block where submission_id = (select id from submission where public_id = ?)`, made.id)[0].n, 0);
    assert.equal((await act(staff, made.id, 'approve')).is(200).json.eventId, made.eventId);
  });

  test('nothing of it is kept when something is in the way', async () => {
    const first = event({ resourceIds: [ROOM] });
    await make(trusted, first);
    const count = () => server.d1('select count(*) as n from submission')[0].n;
    const before = count();
    (await trusted.post(submissions, { ...event({ resourceIds: [ROOM], when: first.when }), status: 'SUBMITTED' }, { key: key() })).problem(409, 'in_the_way');
    assert.equal(count(), before);
  });
});

describe('who sees and does what', () => {
  test('contributors see their own, staff sees what was handed in, drafts are their author’s', async () => {
    const other = member(server, 'CONTRIBUTOR');
    const draft = await make(other, event(), 'DRAFT');
    const handed = await make(other);
    const ids = async (who) => (await who.get(`${submissions}?limit=100`)).is(200).json.data.map((one) => one.id);
    assert.deepEqual(await ids(other), [draft.id, handed.id]);
    assert.ok(!(await ids(contributor)).includes(handed.id));
    const staffSees = (await staff.get(`${submissions}?status=SUBMITTED&limit=100`)).is(200).json.data.map((one) => one.id);
    assert.ok(staffSees.includes(handed.id));
    (await contributor.get(`${submissions}/${handed.id}`)).problem(404);
    (await staff.get(`${submissions}/${draft.id}`)).problem(404);
    (await act(contributor, handed.id, 'withdraw')).problem(404);
    (await staff.patch(`${submissions}/${handed.id}`, { title: 'Mine' })).problem(403, 'not_author');
    (await act(contributor, handed.id, 'approve')).problem(403);
    (await act(trusted, handed.id, 'approve')).problem(403);
    assert.deepEqual((await other.get(`${submissions}/summary`)).is(200).json.counts, { DRAFT: 1, SUBMITTED: 1, PUBLISHED: 0, REJECTED: 0, CHANGES_REQUESTED: 0, WITHDRAWN: 0 });
  });

  test('another business sees nothing of it', async () => {
    const { id: org, calendar } = organization(server, 'elsewhere');
    const stranger = member(server, 'OWNER', { org: 'elsewhere' });
    const { id } = await make(contributor);
    (await stranger.get(`${submissions}/${id}`)).problem(404);
    (await act(stranger, id, 'approve')).problem(404);
    (await stranger.get(`/api/orgs/${org}/submissions/${id}`)).problem(404);
    (await stranger.post(`/api/orgs/${org}/submissions/${id}/approve`, {}, { key: key() })).problem(404);
    const foreign = (await contributor.post(submissions, { ...event(), calendarId: calendar }, { key: key() })).problem(400);
    assert.deepEqual([foreign.errors[0].pointer, foreign.errors[0].code], ['/calendarId', 'unknown']);
    (await stranger.post(`/api/orgs/${org}/submissions`, { ...event(), resourceIds: [ROOM] }, { key: key() })).problem(400);
  });

  test('the queue comes in pages, what was handed in first comes first', async () => {
    const seen = [];
    let cursor = '';
    do {
      const page = (await staff.get(`${submissions}?status=SUBMITTED&limit=3${cursor}`)).is(200).json;
      seen.push(...page.data);
      cursor = page.nextCursor && `&cursor=${page.nextCursor}`;
    } while (cursor);
    assert.equal(seen.length, (await staff.get(`${submissions}/summary`)).is(200).json.counts.SUBMITTED);
    assert.equal(new Set(seen.map((one) => one.id)).size, seen.length);
    assert.deepEqual(seen.map((one) => one.submittedAt), seen.map((one) => one.submittedAt).sort());
  });
});

test('what is wrong is named by field and rule', async () => {
  for (const [body, pointer, code] of [
    [{ title: 'x'.repeat(201) }, '/title', 'too_long'],
    [{ title: '' }, '/title', 'required'],
    [{ text: '' }, '/text', 'required'],
    [{ when: [] }, '/when', 'required'],
    [{ when: [{ from: '2027-13-01T10:00', to: '2027-12-01T11:00' }] }, '/when/0/from', 'invalid_value'],
    [{ when: [{ from: '2027-12-01T11:00', to: '2027-12-01T10:00' }] }, '/when/0', 'ends_before_it_starts'],
    [{ when: [{ from: '2020-12-01T10:00', to: '2020-12-01T11:00' }] }, '/when', 'in_the_past'],
    [{ image: 'javascript:alert(1)' }, '/image', 'not_a_url'],
    [{ price: { amount: -1 } }, '/price/amount', 'out_of_range'],
    [{ price: { amount: 100, currency: 'USD' } }, '/price/currency', 'wrong_currency'],
    [{ capacity: 0 }, '/capacity', 'out_of_range'],
    [{ resourceIds: ['res_nobody'] }, '/resourceIds/0', 'unknown'],
    [{ colour: 'red' }, '/colour', 'unknown_field'],
  ]) {
    const problem = (await contributor.post(submissions, { ...event(), status: 'SUBMITTED', ...body }, { key: key() })).problem(400);
    assert.deepEqual(problem.errors.map((error) => [error.pointer, error.code]), [[pointer, code]], JSON.stringify(body));
  }
  (await staff.get(`${submissions}?status=LOST`)).problem(400);
});

test('every step is in the audit log and told outside, and null clears a field', async () => {
  const made = await make(contributor, event({ link: 'https://shanties.example' }), 'DRAFT');
  assert.equal((await contributor.patch(`${submissions}/${made.id}`, { link: null })).is(200).json.link, null);
  for (const [who, action, body] of [
    [contributor, 'submit'], [staff, 'request-changes', { note: 'When?' }], [contributor, 'submit'], [staff, 'approve'], [staff, 'revert'], [staff, 'reject', { reason: 'No' }],
  ]) (await act(who, made.id, action, body)).is(200);
  assert.deepEqual(
    server.d1('select action from audit where subject = ? order by id', made.id).map((entry) => entry.action.replace('submission.', '')),
    ['created', 'edited', 'submitted', 'changes_requested', 'submitted', 'approved', 'reverted', 'rejected'],
  );
  assert.deepEqual(
    server.d1('select kind from event_log where subject = ? order by id', made.id).map((entry) => entry.kind),
    ['submission.submitted', 'submission.submitted', 'submission.approved', 'submission.rejected'],
  );
});

test('what somebody writes runs nothing on the hosted page', async () => {
  const evil = `<img src=x onerror=alert(1)></script><script>alert(2)</script>`;
  const wanted = event({ title: `Evil ${evil}`, text: `**bold** ${evil} [click](javascript:alert(3))`, where: evil });
  const approved = (await act(staff, (await make(contributor, wanted)).id, 'approve')).is(200).json;
  for (const path of [`/c/${CALENDAR}`, `/c/${CALENDAR}/${approved.eventId}`]) {
    const page = (await guest(server).get(path)).is(200);
    assert.ok(!page.text.includes('<img src=x'), path);
    assert.ok(!page.text.includes('<script>alert'), path);
    assert.ok(!/href="javascript:/i.test(page.text), path);
    assert.match(page.text, /Evil &lt;img/);
  }
});
