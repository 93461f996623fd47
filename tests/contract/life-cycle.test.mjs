// What may happen to a booking, and what may not: every action of the published table from every state that a booking can
// be in, over HTTP. What the table allows succeeds; everything else is a conflict and changes nothing.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { oversold } from '../support/audit.mjs';
import { after as later } from '../support/client.mjs';
import { booking, Departures, item, key, LIGHTHOUSE, MARKET, ORG, slots, SUNSET, tokenOf } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

let server;
let staff;
let tours;
let market;
before(async () => {
  server = await startServer();
  staff = await owner(server);
  tours = new Departures(guest(server), SUNSET);
  // The market's bookings wait for approval here.
  server.database().exec(`update offering set approval = 1 where public_id = '${MARKET}'`);
  market = await new Departures(guest(server), MARKET, { kind: 'events', firstDay: 10, days: 300, party: { guest: 2 } }).next();
});
after(() => server.stop());

const row = (id) => server.d1('select * from booking where public_id = ?', id)[0];
const ledger = (id) =>
  server.d1(`select kind, amount, method from ledger_entry where booking_id = (select id from booking where public_id = ?) order by id`, id)
    .map(({ kind, amount, method }) => (method ? `${kind} ${amount} ${method}` : `${kind} ${amount}`));
const events = (id) => server.d1('select kind from event_log where subject = ? order by id', id).map(({ kind }) => kind);
const claimed = (id) =>
  server.d1(`select coalesce(sum(claim.units), 0) as n from claim join booking_item as item on item.id = claim.booking_item_id
             join booking on booking.id = item.booking_id
             where booking.public_id = ? and claim.offering_id is not null and claim.released_at is null`, id)[0].n;
const post = (caller, made, action, body = {}) => caller.post(`/api/bookings/${made.id}/${action}`, body, { key: key() });
const asGuest = (made, action, body = {}, caller = guest(server)) => post(caller, { id: made.id }, `${action}?token=${tokenOf(made)}`, body);

async function booked(more = {}, slot = undefined) {
  const made = (await guest(server).post('/api/bookings', booking(slot ?? (await tours.next()), more), { key: key() })).is(201).json;
  return made;
}

async function requested() {
  const made = (await guest(server).post('/api/bookings', booking(market, { tourId: MARKET, party: { guest: 2 } }), { key: key() })).is(201).json;
  assert.equal(made.status, 'AWAITING_APPROVAL');
  return made;
}

const paid = async (made, amount = 5000) => (await post(staff, made, 'payments', { amount, method: 'CASH' })).is(200).json;
const did = async (made, action, body, caller = staff) => (await post(caller, made, action, body)).is(200).json;

/** As if its time were over: the clock of a cron trigger cannot be set. */
function endedLongAgo(id) {
  server.database().prepare(`update booking_item set starts_at = 1700000000, ends_at = 1700003600
    where booking_id = (select id from booking where public_id = ?)`).run(id);
}

/** How a booking gets into each state by what users and the clock do; paid for where money matters later. */
const reach = {
  async PENDING() {
    const slot = await tours.next();
    (await guest(server).post('/api/holds', { items: [item(SUNSET, slot)] }, { key: key() })).is(201);
    return { id: server.d1('select public_id from booking order by id desc limit 1')[0].public_id };
  },
  AWAITING_APPROVAL: requested,
  async CONFIRMED() {
    const made = await booked();
    await paid(made);
    return made;
  },
  async EXPIRED() {
    const made = await requested();
    server.database().prepare('update booking set approve_until = 1 where public_id = ?').run(made.id);
    await server.cron();
    return made;
  },
  async REJECTED() {
    const made = await requested();
    await paid(made);
    await did(made, 'reject', { reason: 'The pier is closed.' });
    // Everything went back, so it is refunded; a part is paid again to stand here with money.
    server.database().exec('drop trigger booking_moves_along_the_table');
    server.database().prepare(`update booking set state = 'REJECTED' where public_id = ?`).run(made.id);
    restoreTheTable();
    return made;
  },
  async CANCELLED() {
    const made = await booked();
    await did(made, 'cancel', {});
    return made;
  },
  async REFUNDED() {
    const made = await booked();
    await paid(made);
    await did(made, 'cancel', { refund: 5000, override: true, reason: 'Storm' });
    return made;
  },
  async COMPLETED() {
    const made = await booked();
    await paid(made);
    endedLongAgo(made.id);
    await server.cron();
    return made;
  },
};

function restoreTheTable() {
  server.database().exec(`create trigger booking_moves_along_the_table before update of state on booking when new.state <> old.state
    begin select raise(abort, 'bad_transition') where not exists (select 1 from booking_transition t where t.from_state = old.state and t.to_state = new.state); end`);
}

/** What staff send for an action of the table. */
const requests = {
  SETTLE: () => ['post', 'payments', { amount: 100, method: 'CARD', note: 'Receipt 7' }],
  APPROVE: () => ['post', 'approve', {}],
  REJECT: () => ['post', 'reject', { reason: 'No' }],
  CANCEL: () => ['post', 'cancel', {}],
  RESCHEDULE: async () => ['post', 'reschedule', { startsAt: (await tours.next()).startsAt, keepPrice: true }],
  CHANGE_PARTY: () => ['post', 'party', { party: { adult: 1 } }],
  REINSTATE: () => ['post', 'reinstate', {}],
  REFUND: () => ['post', 'refund', { amount: 100, override: true, reason: 'Goodwill' }],
  CHECK_IN: () => ['post', 'check-in', {}],
  NO_SHOW: () => ['post', 'no-show', {}],
  UNMARK: () => ['delete', 'check-in', undefined],
  COMPLETE: () => ['post', 'complete', {}],
};

/** What has to be so besides the state, as the table says in words. */
const when = {
  NO_SHOW: (made) => staff.at(later(startOf(made), 1)),
  COMPLETE: (made) => staff.at(later(startOf(made), 24 * 60)),
};
const startOf = (made) => new Date(server.d1('select starts_at from booking where public_id = ?', made.id)[0].starts_at * 1000).toISOString();

describe('the table, walked from every state', async () => {
  for (const state of Object.keys(reach)) {
    test(`from ${state}`, async () => {
      const { rules } = (await guest(server).get('/api/meta/booking-states')).is(200).json;
      for (const [action, request] of Object.entries(requests)) {
        const made = await reach[state]();
        assert.equal(row(made.id).state, state);
        const rows = rules.filter((rule) => rule.from === state && rule.action === action && rule.by.includes('STAFF'));
        const before = JSON.stringify([row(made.id), ledger(made.id), events(made.id), claimed(made.id)]);
        const [method, path, body] = await request();
        const caller = when[action]?.(made) ?? staff;
        const answer = await caller.send(method.toUpperCase(), `/api/bookings/${made.id}/${path}`, { json: body, key: key() });
        const where = `${state} ${action}: ${answer.status} ${answer.text.slice(0, 300)}`;
        const holdIsNoBooking = state === 'PENDING' && action === 'SETTLE';
        // All money went back already.
        const nothingLeft = state === 'REJECTED' && action === 'REFUND';
        const unpaid = state === 'CANCELLED' && action === 'REFUND';
        if (rows.length > 0 && !holdIsNoBooking && !nothingLeft && !unpaid) {
          assert.equal(answer.status, 200, where);
          const expected = rows.map((rule) => rule.to);
          // Money that came for what is over goes back at once, which is a row of its own.
          if (action === 'SETTLE' || action === 'CANCEL') expected.push('REFUNDED');
          assert.ok(expected.includes(answer.json.status), where);
          assert.equal(row(made.id).state, answer.json.status);
          assert.ok(server.d1('select 1 from audit where subject = ?', made.id).length > 0, `${where}: nothing in the audit log`);
        } else {
          assert.equal(answer.status, nothingLeft || unpaid ? 422 : 409, where);
          assert.equal(JSON.stringify([row(made.id), ledger(made.id), events(made.id), claimed(made.id)]), before, `${where} changed something`);
        }
      }
      assert.deepEqual(oversold(server.database(), Math.floor(Date.now() / 1000)), []);
    });
  }
});

describe('approvals', () => {
  test('a request keeps its seats, and a yes confirms it', async () => {
    const made = await requested();
    assert.equal(claimed(made.id), 2);
    assert.equal((await did(made, 'approve')).status, 'CONFIRMED');
    assert.deepEqual(events(made.id).slice(-2), ['booking.approved', 'order.updated']);
    assert.equal(claimed(made.id), 2);
  });

  test('a request that nobody decides on runs out, once, and frees its seats', async () => {
    const made = await reach.EXPIRED();
    await server.cron();
    assert.equal(row(made.id).state, 'EXPIRED');
    assert.equal(claimed(made.id), 0);
    assert.equal(events(made.id).filter((kind) => kind === 'booking.cancelled').length, 1);
    (await post(staff, made, 'approve')).problem(409, 'bad_transition');
  });

  test('a customer does not approve, and nobody else\'s staff see it', async () => {
    const made = await requested();
    (await asGuest(made, 'approve')).problem(403);
    (await asGuest(made, 'payments', { amount: 1, method: 'CASH' })).problem(403);
    (await asGuest(made, 'cancel', { refund: 1 })).problem(403);
    assert.equal(row(made.id).state, 'AWAITING_APPROVAL');
  });

  test('approved and called off at once: exactly one happens', async () => {
    for (let n = 0; n < 5; n += 1) {
      const made = await requested();
      const [yes, no] = await Promise.all([post(staff, made, 'approve'), post(staff, made, 'reject', { reason: 'No' })]);
      assert.deepEqual([yes.status, no.status].sort(), [200, 409], `${yes.text} ${no.text}`);
      assert.equal(row(made.id).state, yes.status === 200 ? 'CONFIRMED' : 'REJECTED');
      assert.equal(claimed(made.id), yes.status === 200 ? 2 : 0);
    }
  });

  test('the same key decides once and answers the same again', async () => {
    const made = await requested();
    const once = key();
    const [first, again] = [
      await staff.post(`/api/bookings/${made.id}/approve`, {}, { key: once }),
      await staff.post(`/api/bookings/${made.id}/approve`, {}, { key: once }),
    ];
    assert.equal(first.is(200).text, again.is(200).text);
    assert.equal(events(made.id).filter((kind) => kind === 'booking.approved').length, 1);
  });
});

describe('money', () => {
  test('what was paid on site is in the books, and the balance follows', async () => {
    const made = await booked();
    assert.equal(made.total.amount, 7800);
    const after = await paid(made, 3000);
    assert.deepEqual([after.paid.amount, after.balance.amount], [3000, 4800]);
    assert.deepEqual(ledger(made.id), ['CHARGE 7800', 'PAYMENT 3000 CASH']);
    assert.ok(events(made.id).includes('payment.succeeded'));
  });

  test('nothing paid, nothing to give back', async () => {
    const made = await booked();
    (await post(staff, made, 'refund', {})).problem(422, 'nothing_paid');
    (await post(staff, made, 'refund', { amount: 1, override: true, reason: 'x' })).problem(422, 'nothing_paid');
  });

  test('no more goes back than was paid, and more than the policy only by overriding it', async () => {
    const slot = await tours.next();
    const made = await booked({}, slot);
    await paid(made, 7800);
    // A day and a half before, the policy gives half.
    const late = staff.at(later(slot.startsAt, -36 * 60));
    (await post(late, made, 'refund', { amount: 3901 })).problem(422, 'beyond_policy');
    (await post(late, made, 'refund', { amount: 3901, override: true })).problem(400, 'invalid_field');
    (await post(late, made, 'refund', { amount: 7801, override: true, reason: 'x' })).problem(422, 'refund_too_large');
    const part = await did(made, 'refund', { amount: 900 }, late);
    assert.deepEqual([part.status, part.refundedAmount.amount], ['CONFIRMED', 900]);
    const rest = await did(made, 'refund', {}, late);
    assert.equal(rest.refundedAmount.amount, 3900, 'the policy\'s own');
    (await post(late, made, 'refund', {})).problem(422, 'nothing_to_refund');
    const entry = server.d1(`select detail from audit where subject = ? and action = 'booking.refunded' order by id`, made.id);
    assert.equal(JSON.parse(entry[0].detail).refund, 900);
  });

  test('called off late, a part is kept and the books come out even', async () => {
    const slot = await tours.next();
    const made = await booked({}, slot);
    await paid(made, 7800);
    const after = await did(made, 'cancel', { reason: 'Ill' }, staff.at(later(slot.startsAt, -36 * 60)));
    assert.deepEqual([after.status, after.refundedAmount.amount, after.balance.amount], ['CANCELLED', 3900, 0]);
    assert.deepEqual(ledger(made.id), ['CHARGE 7800', 'PAYMENT 7800 CASH', 'CREDIT 7800', 'CHARGE 3900', 'REFUND 3900']);
    const back = await did(made, 'reinstate');
    assert.deepEqual([back.status, back.balance.amount], ['CONFIRMED', 3900]);
    assert.equal(claimed(made.id), 2);
  });

  test('all of it back makes it refunded', async () => {
    const made = await booked();
    await paid(made, 100);
    const after = await did(made, 'cancel');
    assert.deepEqual([after.status, after.refundedAmount.amount, after.balance.amount], ['REFUNDED', 100, 0]);
    assert.deepEqual(events(made.id).slice(-4), ['booking.cancelled', 'order.canceled', 'order.updated', 'payment.refunded']);
  });
});

describe('a party that changes', () => {
  test('fewer come: their seats are free at once and the policy gives back for their part', async () => {
    const slot = await tours.next();
    const made = await booked({ party: { adult: 3 } }, slot);
    await paid(made, 11700);
    const after = await did(made, 'party', { party: { adult: 1 } }, staff.at(later(slot.startsAt, -36 * 60)));
    assert.deepEqual(after.items[0].party, { adult: 1 });
    assert.deepEqual([after.total.amount, after.refundedAmount.amount, after.balance.amount], [3900, 3900, 0]);
    assert.equal(claimed(made.id), 1);
    assert.deepEqual(ledger(made.id).slice(2), ['CREDIT 7800', 'CHARGE 3900', 'REFUND 3900']);
    const lines = server.d1('select sum(gross) as n from booking_line where booking_id = (select id from booking where public_id = ?)', made.id);
    assert.equal(lines[0].n, 3900);
  });

  test('a part of it was paid: the part of those who stay counts on', async () => {
    const made = await booked({ party: { adult: 2 } });
    await paid(made, 3900);
    const after = await did(made, 'party', { party: { adult: 1 } });
    assert.deepEqual([after.total.amount, after.refundedAmount.amount, after.balance.amount], [3900, 1950, 1950]);
  });

  test('more come while there is room; the customer has to have seen the price', async () => {
    const slot = await tours.next();
    const made = await booked({ party: { adult: 1 } }, slot);
    const unseen = (await asGuest(made, 'party', { party: { adult: 2 } })).problem(409, 'price_changed');
    const after = (await asGuest(made, 'party', { party: { adult: 2 }, quoteHash: unseen.quote.hash })).is(200).json;
    assert.deepEqual([after.total.amount, claimed(made.id)], [7800, 2]);
    (await post(staff, made, 'party', { party: { adult: 13 } })).is(409, 422);
    (await post(staff, made, 'party', { party: {} })).problem(400, 'invalid_field');
    assert.equal(claimed(made.id), 2);
  });

  test('two who grow into the last seats at once: one of them does', async () => {
    const slot = await tours.next();
    const [one, two] = [await booked({ party: { adult: 5 } }, slot), await booked({ party: { adult: 5 } }, slot)];
    const answers = await Promise.all([one, two].map((made) => post(staff, made, 'party', { party: { adult: 7 } })));
    assert.deepEqual(answers.map((answer) => answer.status).sort(), [200, 409]);
    assert.deepEqual(oversold(server.database(), Math.floor(Date.now() / 1000)), []);
  });
});

describe('staff', () => {
  test('mark who came and who did not, and take it back', async () => {
    const made = await booked();
    assert.deepEqual(await marks(await did(made, 'check-in')), [true, false]);
    assert.deepEqual(await marks(await did(made, 'no-show', {}, staff.at(later(made.items[0].startsAt, 5)))), [false, true]);
    assert.deepEqual(await marks((await staff.delete(`/api/bookings/${made.id}/no-show`)).is(200).json), [false, false]);
  });
  const marks = async (shown) => [shown.checkedIn, shown.noShow];

  test('keep the price of a booking that they move', async () => {
    const weekday = (await slots(guest(server), LIGHTHOUSE, { kind: 'rooms', from: '2027-03-10', to: '2027-03-10', party: { player: 4 } }))[0];
    const saturday = (await slots(guest(server), LIGHTHOUSE, { kind: 'rooms', from: '2027-03-13', to: '2027-03-13', party: { player: 4 } }))[0];
    const made = await booked({ tourId: LIGHTHOUSE, party: { player: 4 } }, weekday);
    const problem = (await post(staff, made, 'reschedule', { startsAt: saturday.startsAt })).problem(409, 'price_changed');
    assert.ok(problem.quote.total > made.total.amount);
    const moved = await did(made, 'reschedule', { startsAt: saturday.startsAt, keepPrice: true });
    assert.equal(moved.total.amount, made.total.amount);
    assert.equal(moved.rescheduledFrom, weekday.startsAt);
    (await asGuest(made, 'reschedule', { startsAt: weekday.startsAt, keepPrice: true })).problem(403);
  });

  test('write notes among themselves that the guest does not see', async () => {
    const made = await booked();
    const path = `/api/bookings/${made.id}`;
    const seen = (await staff.patch(path, { staffNote: 'Knows the captain', note: 'By train' })).is(200).json;
    assert.deepEqual([seen.staffNote, seen.note], ['Knows the captain', 'By train']);
    const theirs = (await guest(server).get(`${path}?token=${tokenOf(made)}`)).is(200);
    assert.ok(!theirs.text.includes('captain'));
    (await guest(server).patch(`${path}?token=${tokenOf(made)}`, { staffNote: 'x' })).problem(403);
    (await guest(server).patch(`${path}?token=${tokenOf(made)}`, { answers: { unasked: 'x' } })).problem(400, 'invalid_field');
    const mine = { name: 'Ada Lovelace', email: 'ADA@guests.example', phone: '+49 170 1' };
    const changed = (await guest(server).patch(`${path}?token=${tokenOf(made)}`, { customer: mine, note: null })).is(200).json;
    assert.deepEqual([changed.customer.name, changed.customer.email, changed.note], ['Ada Lovelace', 'ada@guests.example', null]);
  });

  test('book for somebody, beyond the business\'s own rules but never beyond the seats', async () => {
    const path = `/api/orgs/${ORG}/bookings`;
    const slot = await tours.next();
    const soon = staff.at(later(slot.startsAt, -30));
    const wish = booking(slot, { party: { adult: 2 } });
    (await soon.post(path, { booking: wish }, { key: key() })).problem(422, 'notice');
    (await soon.post(path, { booking: wish, override: true }, { key: key() })).problem(400, 'invalid_field');
    const made = (await soon.post(path, { booking: wish, override: true, reason: 'On the pier', staffNote: 'Walk-in', notify: false }, { key: key() })).is(201).json;
    assert.equal(row(made.id).channel, 'console');
    const audit = server.d1(`select actor, detail from audit where subject = ? and action = 'booking.created'`, made.id)[0];
    assert.deepEqual([JSON.parse(audit.detail).reason, audit.actor], ['On the pier', staff.user.id]);
    (await soon.post(path, { booking: booking(slot, { party: { adult: 11 } }), override: true, reason: 'x' }, { key: key() })).is(409, 422);
  });

  test('read the whole story of a booking', async () => {
    const made = await booked();
    await paid(made, 100);
    await did(made, 'cancel', { reason: 'Fog' });
    const { data } = (await staff.get(`/api/orgs/${ORG}/bookings/${made.id}/history`)).is(200).json;
    for (const [source, what] of [['EVENT', 'booking.created'], ['LEDGER', 'PAYMENT'], ['AUDIT', 'booking.paid'], ['AUDIT', 'booking.cancelled'], ['EVENT', 'payment.refunded']]) {
      assert.ok(data.some((one) => one.source === source && one.what === what), `${source} ${what}`);
    }
    assert.deepEqual(data.map((one) => one.at), data.map((one) => one.at).toSorted());
    assert.equal(data.find((one) => one.what === 'booking.cancelled' && one.source === 'AUDIT').detail.reason, 'Fog');
    (await staff.get(`/api/orgs/${ORG}/bookings/bkg_none/history`)).problem(404);
  });
});

test('what has ended is completed by the clock, once, and told', async () => {
  const made = await reach.COMPLETED();
  await server.cron();
  assert.equal(row(made.id).state, 'COMPLETED');
  assert.equal(events(made.id).filter((kind) => kind === 'booking.completed').length, 1);
});
