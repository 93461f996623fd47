// Bookings, as contracts/platform.md promises them: the source's one-item form, the general form, holds, and what a
// customer may do afterwards with nothing but the token of their manage link.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { after as later } from '../support/client.mjs';
import { booking, customer, Departures, item, key, slots, SUNSET, tokenOf, wallTime } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

let server;
let departures;
before(async () => {
  server = await startServer();
  departures = new Departures(guest(server), SUNSET);
});
after(() => server.stop());

/** Seats left on a departure, as everybody sees it. */
async function seatsLeft(slot, caller = guest(server)) {
  const date = slot.localStartsAt.slice(0, 10);
  const all = await slots(caller, SUNSET, { from: date, to: date });
  return all.find((other) => other.startsAt === slot.startsAt)?.remaining;
}

async function booked(body) {
  return (await guest(server).post('/api/bookings', body, { key: key() })).is(201).json;
}

describe('booking', () => {
  test('the one-item form of the source: tour, instant, party, customer', async () => {
    const slot = await departures.next();
    const answer = await booked(booking(slot, { party: { adult: 2, child: 1 } }));
    assert.match(answer.id, /^bkg_[a-z0-9]+$/);
    assert.match(answer.number, /^HB-\d{4}-\d{6}$/);
    assert.equal(answer.status, 'CONFIRMED');
    assert.equal(typeof answer.requiresPayment, 'boolean');
    assert.ok(answer.manageUrl.startsWith(`${server.url}/b/`), answer.manageUrl);
    for (const money of [answer.total, answer.dueNow]) {
      assert.ok(Number.isSafeInteger(money.amount));
      assert.match(money.currency, /^[A-Z]{3}$/);
    }
    assert.ok(answer.total.amount > 0 && answer.dueNow.amount <= answer.total.amount);
    const [only, ...rest] = answer.items;
    assert.deepEqual(rest, []);
    assert.equal(only.offeringId, SUNSET);
    assert.equal(only.startsAt, slot.startsAt);
    assert.equal(only.endsAt, slot.endsAt);
    assert.equal(only.localStartsAt, wallTime(slot.startsAt));
    assert.equal(await seatsLeft(slot), slot.remaining - 3);
  });

  test('the general form books several items together', async () => {
    const [one, two] = [await departures.next(), await departures.next()];
    const answer = await booked({ items: [item(SUNSET, one), item(SUNSET, two)], customer: customer() });
    assert.equal(answer.items.length, 2);
    assert.deepEqual([await seatsLeft(one), await seatsLeft(two)], [one.remaining - 2, two.remaining - 2]);
  });

  test('several items are booked together or not at all', async () => {
    const [free, full] = [await departures.next(), await departures.next()];
    for (let left = full.remaining; left > 0; left -= Math.min(8, left)) {
      await booked(booking(full, { party: { adult: Math.min(8, left) } }));
    }
    const body = { items: [item(SUNSET, free), item(SUNSET, full)], customer: customer() };
    (await guest(server).post('/api/bookings', body, { key: key() })).problem(409, 'sold_out');
    assert.equal(await seatsLeft(free), free.remaining);
  });

  test('numbers count up without gaps', async () => {
    const slot = await departures.next();
    const numbers = [];
    for (let n = 0; n < 3; n += 1) numbers.push(Number((await booked(booking(slot))).number.slice(-6)));
    assert.deepEqual(numbers, [numbers[0], numbers[0] + 1, numbers[0] + 2]);
  });

  test('the price seen is the price paid: a quote hash of another price is refused with the price now', async () => {
    const slot = await departures.next();
    const caller = guest(server);
    const { quote } = (await caller.post('/api/quotes', { items: [item(SUNSET, slot)] })).is(200).json;
    const dearer = (await caller.post('/api/quotes', { items: [item(SUNSET, slot, { party: { adult: 3 } })] })).is(200).json.quote;
    assert.notEqual(quote.hash, dearer.hash);
    const stale = await caller.post('/api/bookings', booking(slot, { quoteHash: dearer.hash }), { key: key() });
    assert.deepEqual(stale.problem(409, 'price_changed').quote, quote);
    assert.equal(await seatsLeft(slot), slot.remaining);
    const answer = (await caller.post('/api/bookings', booking(slot, { quoteHash: quote.hash }), { key: key() })).is(201).json;
    assert.equal(answer.total.amount, quote.total);
  });

  test('what is sold out is refused with other starts', async () => {
    const slot = await departures.next();
    for (let left = slot.remaining; left > 0; left -= Math.min(8, left)) {
      await booked(booking(slot, { party: { adult: Math.min(8, left) } }));
    }
    const problem = (await guest(server).post('/api/bookings', booking(slot), { key: key() })).problem(409, 'sold_out');
    assert.ok(problem.alternatives.length > 0);
    for (const other of problem.alternatives) {
      await booked(booking(other));
    }
  });
});

describe('holds', () => {
  async function held(slot, more = {}) {
    const body = { items: [item(SUNSET, slot)], ...more };
    return (await guest(server).post('/api/holds', body, { key: key() })).is(201).json;
  }

  test('a hold takes the seats, tells its price and when it ends', async () => {
    const slot = await departures.next();
    const before = Date.now();
    const hold = await held(slot);
    assert.ok(hold.holdToken.length >= 32);
    const lasts = (Date.parse(hold.expiresAt) - before) / 60_000;
    assert.ok(lasts > 14 && lasts <= 15.1, `a hold of ${lasts} minutes`);
    assert.ok(hold.quote.total > 0);
    assert.equal(await seatsLeft(slot), slot.remaining - 2);
  });

  test('a booking by its hold keeps the seats and takes no more', async () => {
    const slot = await departures.next();
    const hold = await held(slot);
    const answer = await booked({ holdToken: hold.holdToken, quoteHash: hold.quote.hash, customer: customer() });
    assert.equal(answer.status, 'CONFIRMED');
    assert.equal(answer.total.amount, hold.quote.total);
    assert.equal(await seatsLeft(slot), slot.remaining - 2);
  });

  test('the source\'s form takes a hold too', async () => {
    const slot = await departures.next();
    const hold = await held(slot);
    const answer = await booked(booking(slot, { holdToken: hold.holdToken }));
    assert.equal(answer.items[0].startsAt, slot.startsAt);
    assert.equal(await seatsLeft(slot), slot.remaining - 2);
  });

  test('a hold books once', async () => {
    const slot = await departures.next();
    const { holdToken } = await held(slot);
    await booked({ holdToken, customer: customer() });
    (await guest(server).post('/api/bookings', { holdToken, customer: customer() }, { key: key() })).is(404, 409);
    assert.equal(await seatsLeft(slot), slot.remaining - 2);
  });

  test('releasing a hold frees its seats at once, and again is no error', async () => {
    const slot = await departures.next();
    const { holdToken } = await held(slot);
    (await guest(server).delete(`/api/holds/${holdToken}`)).is(204);
    assert.equal(await seatsLeft(slot), slot.remaining);
    (await guest(server).delete(`/api/holds/${holdToken}`)).is(204, 404);
    (await guest(server).post('/api/bookings', { holdToken, customer: customer() }, { key: key() })).is(404, 409);
  });

  test('an extension moves the end', async () => {
    const slot = await departures.next();
    const hold = await held(slot);
    const soon = guest(server).at(later(hold.expiresAt, -5));
    const longer = (await soon.post(`/api/holds/${hold.holdToken}/extend`, {}, { key: key() })).is(200).json;
    assert.ok(Date.parse(longer.expiresAt) > Date.parse(hold.expiresAt));
    assert.equal(await seatsLeft(slot, guest(server).at(later(hold.expiresAt, 1))), slot.remaining - 2);
  });

  test('a hold that ran out frees its seats by itself: no job has to run', async () => {
    const slot = await departures.next();
    const hold = await held(slot);
    assert.equal(await seatsLeft(slot, guest(server).at(later(hold.expiresAt, -1))), slot.remaining - 2);
    const late = guest(server).at(later(hold.expiresAt, 1));
    assert.equal(await seatsLeft(slot, late), slot.remaining);
    for (let left = slot.remaining; left > 0; left -= Math.min(8, left)) {
      (await late.post('/api/bookings', booking(slot, { party: { adult: Math.min(8, left) } }), { key: key() })).is(201);
    }
    const tooLate = await late.post('/api/bookings', { holdToken: hold.holdToken, customer: customer() }, { key: key() });
    tooLate.is(404, 409);
  });

  test('a token that names no hold is not found', async () => {
    const caller = guest(server);
    (await caller.post('/api/holds/nothing_of_the_kind/extend', {}, { key: key() })).problem(404);
    (await caller.post('/api/bookings', { holdToken: 'nothing_of_the_kind', customer: customer() }, { key: key() })).problem(404);
  });
});

describe('the customer\'s own access', () => {
  test('the token of the manage link reads the booking, in the query or as a bearer', async () => {
    const made = await booked(booking(await departures.next()));
    const token = tokenOf(made);
    const byQuery = (await guest(server).get(`/api/bookings/${made.id}?token=${token}`)).is(200).json;
    const byBearer = (await guest(server).get(`/api/bookings/${made.id}`, { headers: { authorization: `Bearer ${token}` } })).is(200).json;
    assert.deepEqual(byQuery, byBearer);
    for (const field of ['id', 'number', 'status', 'total']) assert.deepEqual(byQuery[field], made[field], field);
    assert.partialDeepStrictEqual(byQuery.items, made.items);
  });

  test('staff read it with their session', async () => {
    const made = await booked(booking(await departures.next()));
    const seen = (await (await owner(server)).get(`/api/bookings/${made.id}`)).is(200).json;
    assert.equal(seen.number, made.number);
  });

  test('nobody reads it without, or with the token of another booking', async () => {
    const [mine, theirs] = [await booked(booking(await departures.next())), await booked(booking(await departures.next()))];
    (await guest(server).get(`/api/bookings/${mine.id}`)).problem(401);
    (await guest(server).get(`/api/bookings/${mine.id}?token=${tokenOf(theirs)}`)).is(401, 404);
    (await guest(server).get(`/api/bookings/${mine.id}?token=${'x'.repeat(43)}`)).is(401, 404);
    for (const action of ['cancel', 'reschedule']) {
      const answer = await guest(server).post(
        `/api/bookings/${mine.id}/${action}?token=${tokenOf(theirs)}`,
        action === 'reschedule' ? { startsAt: mine.items[0].startsAt } : {},
        { key: key() },
      );
      answer.is(401, 404);
    }
    assert.equal((await guest(server).get(`/api/bookings/${mine.id}?token=${tokenOf(mine)}`)).json.status, 'CONFIRMED');
  });

  test('cancelling frees the seats; a second time is a conflict', async () => {
    const slot = await departures.next();
    const made = await booked(booking(slot));
    const path = `/api/bookings/${made.id}/cancel?token=${tokenOf(made)}`;
    const answer = (await guest(server).post(path, {}, { key: key() })).is(200).json;
    assert.equal(answer.status, 'CANCELLED');
    assert.equal(await seatsLeft(slot), slot.remaining);
    (await guest(server).post(path, {}, { key: key() })).problem(409);
  });

  test('rescheduling moves the seats in one step', async () => {
    const [from, to] = [await departures.next(), await departures.next()];
    const made = await booked(booking(from));
    const path = `/api/bookings/${made.id}/reschedule?token=${tokenOf(made)}`;
    const answer = (await guest(server).post(path, { startsAt: to.startsAt }, { key: key() })).is(200).json;
    assert.equal(answer.status, 'CONFIRMED');
    assert.equal(answer.items[0].startsAt, to.startsAt);
    assert.deepEqual([await seatsLeft(from), await seatsLeft(to)], [from.remaining, to.remaining - 2]);
  });

  test('rescheduling to a full departure is refused and moves nothing', async () => {
    const [from, full] = [await departures.next(), await departures.next()];
    const made = await booked(booking(from));
    for (let left = full.remaining; left > 0; left -= Math.min(8, left)) {
      await booked(booking(full, { party: { adult: Math.min(8, left) } }));
    }
    const path = `/api/bookings/${made.id}/reschedule?token=${tokenOf(made)}`;
    (await guest(server).post(path, { startsAt: full.startsAt }, { key: key() })).problem(409, 'sold_out');
    assert.equal(await seatsLeft(from), from.remaining - 2);
    const seen = (await guest(server).get(`/api/bookings/${made.id}?token=${tokenOf(made)}`)).json;
    assert.equal(seen.items[0].startsAt, from.startsAt);
  });

  test('the manage page shows it, and what the customer may do', async () => {
    const made = await booked(booking(await departures.next()));
    const page = (await guest(server).get(new URL(made.manageUrl).pathname)).is(200);
    assert.match(page.header('content-type'), /^text\/html/);
    assert.ok(page.text.includes(made.number));
    assert.match(page.header('referrer-policy') ?? '', /no-referrer|same-origin|strict-origin$/, 'the token must not leak by Referer');
    (await guest(server).get(`/b/${'x'.repeat(43)}`)).is(404);
  });
});
