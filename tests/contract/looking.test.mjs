// What anybody may look at: the calendar's snapshot, free slots, prices. With the headers that make looking cheap.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { iso } from '../support/client.mjs';
import { booking, CALENDAR, dayFromNow, Departures, item, KAYAK, key, MARKET, ORG, slots, SUNSET, wallTime, ZONE } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

const SITE = 'https://shop.guests.example';

let server;
let departures;
before(async () => {
  server = await startServer();
  departures = new Departures(guest(server), SUNSET);
});
after(() => server.stop());

test('the deployment says that it is well, and that no service elsewhere is left alone', async () => {
  assert.deepEqual((await guest(server).get('/healthz')).is(200).json, { database: true, snapshots: true, queue: true, circuits: [] });
});

describe('the snapshot', () => {
  const read = (headers) => guest(server).get(`/embed/${CALENDAR}`, { headers });

  test('holds everything a browser needs', async () => {
    const snapshot = (await read()).is(200).json;
    for (const field of ['version', 'org', 'calendar', 'venue', 'offerings', 'cards', 'book']) assert.ok(snapshot[field], field);
    assert.equal(snapshot.calendar.id, CALENDAR);
    assert.equal(snapshot.org.slug, 'harbor');
    assert.equal(snapshot.venue.zone.name, ZONE);
    assert.deepEqual(snapshot.offerings.map((o) => o.id), snapshot.cards.map((c) => c.id));
    assert.ok(snapshot.offerings.some((offering) => offering.id === SUNSET));
    assert.ok(new Set(snapshot.offerings.map((o) => o.kind)).size >= 4, 'the demo shows fewer kinds than promised');
  });

  test('tells nothing about customers or about why somebody is away', async () => {
    const slot = await departures.next();
    const body = booking(slot);
    const made = (await guest(server).post('/api/bookings', body, { key: key() })).is(201).json;
    const { text } = (await read()).is(200);
    for (const secret of [body.customer.email, body.customer.name, made.id, made.number, 'reason', 'email_hash', '@harbor.example"}']) {
      if (secret === 'reason') assert.ok(!/"reason"\s*:/.test(text), 'a reason');
      else assert.ok(!text.includes(secret), secret);
    }
  });

  test('is not sent again to whoever has it', async () => {
    const first = (await read()).is(200);
    const etag = first.header('etag');
    assert.match(etag, /^(W\/)?".+"$/);
    const again = (await read({ 'if-none-match': etag })).is(304);
    assert.equal(again.text, '');
    assert.equal(again.header('etag'), etag);
    (await read({ 'if-none-match': '"another"' })).is(200);
    (await read({ 'if-none-match': `"another", ${etag}` })).is(304);
  });

  test('is another after a booking', async () => {
    const etag = (await read()).is(200).header('etag');
    (await guest(server).post('/api/bookings', booking(await departures.next()), { key: key() })).is(201);
    const next = (await read({ 'if-none-match': etag })).is(200);
    assert.notEqual(next.header('etag'), etag);
  });

  test('may be read by every site, and the preflight says what may be sent', async () => {
    const answer = (await read({ origin: SITE })).is(200);
    assert.ok(['*', SITE].includes(answer.header('access-control-allow-origin')));
    assert.equal(answer.header('access-control-allow-credentials'), null);
    assert.match(answer.header('access-control-expose-headers') ?? '', /etag/i);
    for (const path of ['/api/bookings', '/api/holds', '/api/quotes', `/embed/${CALENDAR}`, `/api/tours/${SUNSET}/availability`]) {
      const preflight = await guest(server).send('OPTIONS', path, {
        headers: {
          origin: SITE,
          'access-control-request-method': path.startsWith('/api/tours') || path.startsWith('/embed') ? 'GET' : 'POST',
          'access-control-request-headers': 'content-type, idempotency-key, if-none-match',
        },
      });
      preflight.is(200, 204);
      assert.ok(['*', SITE].includes(preflight.header('access-control-allow-origin')), path);
      const allowed = preflight.header('access-control-allow-headers')?.toLowerCase() ?? '';
      for (const name of ['content-type', 'idempotency-key', 'if-none-match']) assert.ok(allowed === '*' || allowed.includes(name), `${path}: ${name}`);
    }
  });

  test('staff routes may not be read by other sites', async () => {
    const answer = await guest(server).get('/api/auth/me', { headers: { origin: SITE } });
    assert.equal(answer.header('access-control-allow-origin'), null);
  });

  test('problems may be read by every site too', async () => {
    const answer = await guest(server).post('/api/bookings', {}, { headers: { origin: SITE } });
    answer.problem(400);
    assert.ok(['*', SITE].includes(answer.header('access-control-allow-origin')));
  });
});

describe('the first question', () => {
  const at = iso(new Date());
  const ask = (first, calendar = CALENDAR) =>
    guest(server).at(at).get(`/embed/${calendar}${first === undefined ? '' : `?first=${first}`}`).then((answer) => answer.is(200));
  const calendarOf = async (...offerings) => {
    const staff = await owner(server);
    return (await staff.post(`/api/orgs/${ORG}/calendars`, { name: 'Pier 7', offerings }, { key: key() })).is(201).json.id;
  };

  for (const [offering, kind] of [[SUNSET, 'tours'], [KAYAK, 'packages'], [MARKET, 'events']]) {
    test(`is answered for ${offering} as its availability is`, async () => {
      const { first } = (await ask(offering)).json;
      assert.equal(first.offering, offering);
      assert.equal(first.at, Date.parse(at) / 1000);
      const { from, to, party } = first;
      const told = await slots(guest(server).at(at), offering, { kind, from, to, party });
      const bookable = ({ status }) => ['OPEN', 'LIMITED', 'UNCONFIRMED', 'PRIVATE_ONLY'].includes(status);
      const starts = first.slots.filter(bookable).map((slot) => [slot.startsAt, slot.remaining]);
      assert.ok(starts.length > 0, 'nothing to book');
      assert.deepEqual(starts, told.filter(bookable).map((slot) => [Date.parse(slot.startsAt) / 1000, slot.remaining]));
      assert.deepEqual(first.slots.map((slot) => slot.startsAt), told.map((slot) => Date.parse(slot.startsAt) / 1000));
    });
  }

  test('is answered for the date and the people that are asked for, and what makes no sense counts as not asked', async () => {
    const date = dayFromNow(40);
    const { first } = (await ask(`${SUNSET}&date=${date}&party=adult:3,child:1`)).json;
    assert.deepEqual([first.date, first.wanted, first.party.adult, first.party.child], [date, { adult: 3, child: 1 }, 3, 1]);
    assert.ok(first.from <= date && date <= first.to);
    const told = await slots(guest(server).at(at), SUNSET, { from: first.from, to: first.to, party: { adult: 3, child: 1 } });
    assert.deepEqual(first.slots.map((slot) => [slot.startsAt, slot.remaining, slot.status]), told.map((slot) => [Date.parse(slot.startsAt) / 1000, slot.remaining, slot.status]));
    const { first: plain } = (await ask(SUNSET)).json;
    assert.deepEqual((await ask(`${SUNSET}&date=2026-02-30&party=adult:x`)).json.first, plain);
  });

  test('is answered behind all else, and only where it is asked of what is there', async () => {
    const { text } = await ask();
    assert.equal(JSON.parse(text).first, undefined);
    const asked = await ask(SUNSET);
    assert.equal(asked.text, `${text.slice(0, -1)},"first":${JSON.stringify(asked.json.first)}}`);
    for (const gone of ['tour_nowhere', '', '%00', '%22%7D', 'é'.repeat(300)]) assert.equal((await ask(gone)).text, text, gone);
    (await guest(server).get(`/embed/${CALENDAR}?first=&first=${SUNSET}`)).problem(400);
  });

  test('needs no name where a calendar has one offering', async () => {
    const one = await calendarOf(SUNSET);
    assert.equal((await ask('', one)).json.first.offering, SUNSET);
    assert.equal((await ask(KAYAK, one)).json.first, undefined);
    assert.equal((await ask('', await calendarOf(SUNSET, KAYAK))).json.first, undefined);
    assert.equal((await ask('', await calendarOf())).json.first, undefined);
  });

  test('is answered from the copy without the database, and changes nothing in it', async () => {
    const looker = guest(server);
    const path = `/embed/${await calendarOf(SUNSET)}`;
    const plain = (await looker.get(path)).is(200);
    const warm = (await looker.get(`${path}?first=${SUNSET}`)).is(200);
    assert.match(warm.header('server-timing'), /\b0 round trips/);
    assert.equal(warm.json.first.offering, SUNSET);
    assert.equal((await looker.get(path)).is(200).text, plain.text);
    assert.equal(warm.header('etag'), plain.header('etag'));
    (await looker.get(`${path}?first=${SUNSET}`, { headers: { 'if-none-match': warm.header('etag') } })).is(304);
  });
});

describe('the page without scripts', () => {
  const dates = (html) => [...html.matchAll(/<section class="card" aria-label="([^"]+)"/g)].map((found) => found[1]);
  const link = (html, rel) => /href="([^"]+)"/.exec(html.match(new RegExp(`<a[^>]*rel="${rel}"[^>]*>`))?.[0] ?? '')?.[1].replaceAll('&amp;', '&');

  test('shows the next dates of what is rare, however far they are', async () => {
    const { text } = (await guest(server).get(`/c/${CALENDAR}/${MARKET}`)).is(200);
    assert.ok(dates(text).length >= 11, `a year of monthly markets shows ${dates(text).length} dates`);
    assert.equal(link(text, 'next'), undefined);
  });

  test('shows fourteen dates of what is frequent, and leads on and back without losing one', async () => {
    const first = (await guest(server).get(`/c/${CALENDAR}/${SUNSET}`)).is(200).text;
    const second = (await guest(server).get(link(first, 'next'))).is(200).text;
    assert.equal(dates(first).length, 14);
    assert.equal(dates(second).length, 14);
    assert.equal(new Set([...dates(first), ...dates(second)]).size, 28);
    assert.equal(link(first, 'prev'), undefined);
    assert.deepEqual(dates((await guest(server).get(link(second, 'prev'))).is(200).text), dates(first));
  });
});

describe('free slots', () => {
  const [from, to] = [dayFromNow(20), dayFromNow(27)];
  const path = `/api/tours/${SUNSET}/availability?from=${from}&to=${to}`;

  test('have the shape of the contract', async () => {
    const answer = (await guest(server).get(path)).is(200).json;
    assert.equal(answer.zone, ZONE);
    assert.ok(answer.version);
    assert.ok(answer.slots.length >= 5);
    for (const slot of answer.slots) {
      assert.match(slot.startsAt, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      assert.ok(Date.parse(slot.endsAt) > Date.parse(slot.startsAt));
      assert.equal(slot.localStartsAt, wallTime(slot.startsAt));
      assert.ok(Number.isInteger(slot.remaining) && slot.remaining >= 0);
      assert.ok(['OPEN', 'LIMITED', 'SOLD_OUT', 'CLOSED', 'PRIVATE_ONLY', 'UNCONFIRMED'].includes(slot.status), slot.status);
      assert.ok('from' in slot, 'the lowest price, or null');
      if (slot.from !== null) assert.ok(Number.isInteger(slot.from.amount) && slot.from.currency);
      assert.ok(slot.localStartsAt.slice(0, 10) >= from && slot.localStartsAt.slice(0, 10) <= to);
    }
    const starts = answer.slots.map((slot) => slot.startsAt);
    assert.deepEqual(starts, [...starts].sort());
  });

  test('are not sent again to whoever has them', async () => {
    const etag = (await guest(server).get(path)).is(200).header('etag');
    assert.ok(etag);
    (await guest(server).get(path, { headers: { 'if-none-match': etag } })).is(304);
  });

  test('depend on the party', async () => {
    const slot = await departures.next();
    const date = slot.localStartsAt.slice(0, 10);
    for (let left = slot.remaining - 2; left > 0; left -= Math.min(8, left)) {
      (await guest(server).post('/api/bookings', booking(slot, { party: { adult: Math.min(8, left) } }), { key: key() })).is(201);
    }
    const statusFor = async (party) =>
      (await slots(guest(server), SUNSET, { from: date, to: date, party })).find((s) => s.startsAt === slot.startsAt);
    assert.equal((await statusFor({ adult: 2 })).status, 'LIMITED');
    const three = await statusFor({ adult: 3 });
    assert.equal(three.status, 'SOLD_OUT');
    assert.ok(three.reason, 'why is not told');
  });

  test('of an unknown tour are not found', async () => {
    (await guest(server).get(`/api/tours/tour_nowhere/availability?from=${from}&to=${to}`)).problem(404, 'not_found');
  });

  test('of another kind live under that kind\'s name', async () => {
    const snapshot = (await guest(server).get(`/embed/${CALENDAR}`)).is(200).json;
    const folders = { TOUR: 'tours', EVENT: 'events', APPOINTMENT: 'appointments', ROOM: 'rooms' };
    for (const [kind, folder] of Object.entries(folders)) {
      const offering = snapshot.offerings.find((o) => o.kind === kind);
      assert.ok(offering, `the demo has no ${kind}`);
      const found = await slots(guest(server), offering.id, { kind: folder, from: dayFromNow(1), to: dayFromNow(60) });
      assert.ok(found.length > 0, `${offering.id} never happens`);
    }
  });
});

describe('prices', () => {
  test('are told line by line, add up, and change nothing', async () => {
    const slot = await departures.next();
    const body = { items: [item(SUNSET, slot, { party: { adult: 2, child: 1 } })] };
    const { quote } = (await guest(server).post('/api/quotes', body)).is(200).json;
    assert.ok(Number.isSafeInteger(quote.total) && quote.total > 0);
    assert.match(quote.currency, /^[A-Z]{3}$/);
    assert.ok(quote.hash.length >= 16);
    assert.equal(quote.dueNow + quote.dueLater, quote.total);
    const again = (await guest(server).post('/api/quotes', body)).is(200).json.quote;
    assert.deepEqual(again, quote);
  });

  test('of a bigger group get the group discount', async () => {
    const slot = await departures.next();
    const priceOf = async (adult) =>
      (await guest(server).post('/api/quotes', { items: [item(SUNSET, slot, { party: { adult } })] })).is(200).json.quote.total;
    assert.ok((await priceOf(8)) < 8 * (await priceOf(1)), 'eight pay as much as eight alone');
  });

  test('with the demo\'s coupon are lower, and the answer holds the coupon\'s rule', async () => {
    const slot = await departures.next();
    const body = { items: [item(SUNSET, slot)] };
    const full = (await guest(server).post('/api/quotes', body)).is(200).json;
    const cut = (await guest(server).post('/api/quotes', { ...body, coupon: 'HARBOR10' })).is(200).json;
    assert.ok(cut.quote.total < full.quote.total);
    assert.ok(cut.coupon);
    assert.equal(full.coupon, undefined);
  });
});
