// The laws that the database itself keeps, for every writer: tried in SQL on the real migrations, without the product.
// Each law of capacity has its twin: with its triggers dropped, the same writes oversell.

import assert from 'node:assert/strict';
import { beforeEach, describe, test } from 'node:test';
import { oversold } from '../support/audit.mjs';
import { dropTriggers, emptyDatabase } from '../support/schema.mjs';

const NOW = 1_800_000_000;
const HOUR = 3_600;
const SAIL = NOW + 24 * HOUR;

let db;
let ids;
beforeEach(() => {
  db = emptyDatabase();
  ids = {};
  ids.org = add('org', { public_id: 'org_a', slug: 'aa', name: 'A', timezone: 'Europe/Berlin', currency: 'EUR', number_prefix: 'A', ...stamps });
  ids.otherOrg = add('org', { public_id: 'org_b', slug: 'bb', name: 'B', timezone: 'Europe/Berlin', currency: 'EUR', number_prefix: 'B', ...stamps });
  ids.tour = offering('tour_a', { capacity_kind: 'seats', capacity_units: 10 });
  ids.rental = offering('pkg_a', { capacity_kind: 'unlimited', capacity_units: null });
  ids.kayaks = resource('res_kayaks', { units: 2 });
  ids.boat = resource('res_boat', { units: 1 });
  ids.item = item(booking());
});

const stamps = { created_at: NOW, updated_at: NOW };

function add(table, row) {
  const names = Object.keys(row);
  const sql = `insert into ${table} (${names}) values (${names.map(() => '?')})`;
  return Number(db.prepare(sql).run(...Object.values(row)).lastInsertRowid);
}

function offering(public_id, more = {}) {
  return add('offering', { public_id, org_id: ids.org, kind: 'TOUR', name: public_id, length: '{"minutes":60}', ...stamps, ...more });
}

function resource(public_id, more = {}) {
  return add('resource', { public_id, org_id: ids.org, kind: 'EQUIPMENT', name: public_id, ...stamps, ...more });
}

let made = 0;
function booking(more = {}) {
  made += 1;
  return add('booking', {
    public_id: `bkg_${made}`, org_id: ids.org, state: 'CONFIRMED', currency: 'EUR', total: 0, due_now: 0, due_later: 0, quote: '{}',
    ...stamps, ...more,
  });
}

function item(booking_id, more = {}) {
  return add('booking_item', {
    org_id: ids.org, booking_id, position: 0, offering_id: ids.tour, name: 'Tour', starts_at: SAIL, ends_at: SAIL + HOUR, party: '{}', total: 0,
    ...more,
  });
}

/** Claims seats of the tour's departure. */
function seats(units, more = {}) {
  return add('claim', {
    org_id: ids.org, booking_item_id: ids.item, offering_id: ids.tour, departure_at: SAIL, starts_at: SAIL, ends_at: SAIL + HOUR, units,
    checked_at: NOW, ...more,
  });
}

/** Claims units of a resource from one hour to another, counted from the departure. */
function uses(resource_id, from, to, units = 1, more = {}) {
  return add('claim', {
    org_id: ids.org, booking_item_id: ids.item, resource_id, starts_at: SAIL + from * HOUR, ends_at: SAIL + to * HOUR, units,
    checked_at: NOW, ...more,
  });
}

const dateOf = (at) => new Date(at * 1000).toISOString().slice(0, 10);

/** Writes down when the date of an instant begins and ends, as whoever claims does; here in UTC. */
function venueDay(at) {
  const starts_at = Date.parse(dateOf(at)) / 1000;
  add('venue_day', { org_id: ids.org, date: dateOf(at), starts_at, ends_at: starts_at + 24 * HOUR });
}

const sharedBy = (at) => ({ share_offering_id: ids.tour, share_departure_at: at });
const refused = (word, write) => assert.throws(write, new RegExp(`^Error: ${word}$`), `not refused as ${word}`);

describe('seats of a departure', () => {
  test('are sold up to the last, and not one more', () => {
    seats(9);
    refused('overbooked', () => seats(2));
    seats(1);
    refused('overbooked', () => seats(1));
    assert.deepEqual(oversold(db, NOW), []);
  });

  test('oversell with the law taken off', () => {
    dropTriggers(db, 'claim');
    seats(9);
    seats(2);
    assert.equal(oversold(db, NOW).length, 1);
  });

  test('of another departure are another matter', () => {
    seats(10);
    seats(10, { departure_at: SAIL + HOUR });
  });

  test('held count until the hold runs out, and then no longer', () => {
    seats(10, { held_until: NOW + 900 });
    refused('overbooked', () => seats(1, { checked_at: NOW + 899 }));
    seats(10, { checked_at: NOW + 900 });
  });

  test('held too long cannot be confirmed once others have them', () => {
    const hold = seats(10, { held_until: NOW + 900 });
    seats(1, { checked_at: NOW + 1000 });
    const confirm = db.prepare('update claim set held_until = null, checked_at = ? where id = ?');
    refused('overbooked', () => confirm.run(NOW + 1000, hold));
    refused('overbooked', () => db.prepare('update claim set held_until = ?, checked_at = ? where id = ?').run(NOW + 2000, NOW + 1000, hold));
  });

  test('given back are free; taking them back again needs them to be free', () => {
    const first = seats(10);
    db.prepare('update claim set released_at = ? where id = ?').run(NOW, first);
    seats(4);
    refused('overbooked', () => db.prepare('update claim set released_at = null where id = ?').run(first));
  });

  test('grow and move only where there is room', () => {
    const mine = seats(5);
    seats(5);
    refused('overbooked', () => db.prepare('update claim set units = 6 where id = ?').run(mine));
    seats(6, { departure_at: SAIL + HOUR });
    refused('overbooked', () => db.prepare('update claim set departure_at = ? where id = ?').run(SAIL + HOUR, mine));
    db.prepare('update claim set units = 4 where id = ?').run(mine);
    db.prepare('update claim set departure_at = ? where id = ?').run(SAIL + HOUR, mine);
  });

  test('of a departure with its own capacity count against that', () => {
    add('departure_override', { org_id: ids.org, offering_id: ids.tour, departure_at: SAIL, capacity: 3, updated_at: NOW });
    refused('overbooked', () => seats(4));
    seats(3);
  });

  test('of a cancelled departure are not sold', () => {
    add('departure_override', { org_id: ids.org, offering_id: ids.tour, departure_at: SAIL, cancelled: 1, updated_at: NOW });
    refused('overbooked', () => seats(1));
  });

  test('decided on a count that is no longer true are decided again', () => {
    seats(3, { seats_before: 0 });
    refused('stale_departure', () => seats(2, { seats_before: 0 }));
    seats(2, { seats_before: 3 });
  });
});

describe('units of a resource', () => {
  test('count by the most at one time, not by the sum', () => {
    uses(ids.kayaks, 0, 1);
    uses(ids.kayaks, 1, 2);
    uses(ids.kayaks, 2, 3);
    uses(ids.kayaks, 0, 3);
    refused('resource_busy', () => uses(ids.kayaks, 1, 2));
    assert.deepEqual(oversold(db, NOW), []);
  });

  test('oversell with the law taken off', () => {
    dropTriggers(db, 'claim');
    for (let n = 0; n < 3; n += 1) uses(ids.kayaks, 0, 1);
    assert.equal(oversold(db, NOW).length, 1);
  });

  test('end to end is not at the same time', () => {
    uses(ids.boat, 0, 1);
    uses(ids.boat, 1, 2);
    refused('resource_busy', () => uses(ids.boat, 0.5, 1.5));
  });

  test('are found busy by a claim that starts earlier and ends later', () => {
    uses(ids.boat, 5, 6);
    refused('resource_busy', () => uses(ids.boat, 0, 24));
    refused('resource_busy', () => uses(ids.boat, 5.25, 5.5));
  });

  test('are found busy by the longest claim that there may be', () => {
    uses(ids.boat, 0, 31 * 24);
    refused('resource_busy', () => uses(ids.boat, 31 * 24 - 1, 31 * 24 + 1));
    assert.throws(() => uses(ids.kayaks, 0, 31 * 24 + 1), /CHECK constraint failed/);
  });

  test('shared by the bookings of one departure count once, by the largest', () => {
    uses(ids.boat, 0, 1, 1, sharedBy(SAIL));
    uses(ids.boat, 0, 1, 1, sharedBy(SAIL));
    refused('resource_busy', () => uses(ids.boat, 0, 1, 1, sharedBy(SAIL + HOUR)));
    refused('resource_busy', () => uses(ids.boat, 0, 1));
    refused('resource_busy', () => uses(ids.boat, 0, 1, 2, sharedBy(SAIL)));
  });

  test('follow a claim that moves', () => {
    const mine = uses(ids.boat, 0, 1);
    uses(ids.boat, 2, 3);
    refused('resource_busy', () => db.prepare('update claim set starts_at = ?, ends_at = ? where id = ?').run(SAIL + 2 * HOUR, SAIL + 3 * HOUR, mine));
    db.prepare('update claim set starts_at = ?, ends_at = ? where id = ?').run(SAIL + HOUR, SAIL + 2 * HOUR, mine);
  });

  test('are refused exactly when they would be too many: a thousand random claims against plain counting', () => {
    const random = generator(20_261_121);
    const pick = (count) => Math.floor(random() * count);
    let accepted = 0;
    let turnedAway = 0;
    const three = resource('res_three', { units: 3 });
    for (let n = 0; n < 1_000; n += 1) {
      const from = pick(60);
      const row = {
        org_id: ids.org, booking_item_id: ids.item, resource_id: three, units: 1 + pick(2), checked_at: NOW + n,
        starts_at: SAIL + from * HOUR, ends_at: SAIL + (from + 1 + pick(6)) * HOUR,
        held_until: pick(3) === 0 ? NOW + n + pick(80) : null,
        ...(pick(3) === 0 ? sharedBy(SAIL + pick(60) * HOUR) : { share_offering_id: null, share_departure_at: null }),
      };
      const fits = wouldFit(row, NOW + n, 3);
      if (fits) {
        add('claim', row);
        accepted += 1;
      } else {
        refused('resource_busy', () => add('claim', row));
        turnedAway += 1;
      }
      if (pick(4) === 0) db.prepare('update claim set released_at = ? where id = ?').run(NOW + n, 1 + pick(accepted));
      assert.deepEqual(oversold(db, NOW + n), []);
    }
    assert.ok(accepted > 100 && turnedAway > 100, `${accepted} accepted, ${turnedAway} refused: too one-sided to prove anything`);
  });

  /** Plain counting, hour by hour. */
  function wouldFit(row, now, units) {
    const live = db.prepare('select * from claim where resource_id = ? and released_at is null and (held_until is null or held_until > ?)').all(row.resource_id, now);
    for (let at = row.starts_at; at < row.ends_at; at += HOUR) {
      const over = [...live, row].filter((claim) => claim.starts_at <= at && claim.ends_at > at);
      const alone = over.filter((claim) => claim.share_departure_at === null).reduce((sum, claim) => sum + claim.units, 0);
      const shared = Map.groupBy(over.filter((claim) => claim.share_departure_at !== null), (claim) => claim.share_departure_at);
      const together = [...shared.values()].reduce((sum, group) => sum + Math.max(...group.map((claim) => claim.units)), 0);
      if (alone + together > units) return false;
    }
    return true;
  }
});

describe('a date with a limit of bookings', () => {
  const limit = (most) => db.prepare("update offering set rules = json_object('maxPerDay', cast(? as integer)) where id = ?").run(most, ids.tour);
  const begin = (at, more = {}) => seats(1, {
    booking_item_id: item(booking(), { starts_at: at, ends_at: at + HOUR }), departure_at: at, starts_at: at, ends_at: at + HOUR, ...more,
  });

  test('takes as many as it may, whatever their time, and not one more', () => {
    venueDay(SAIL);
    venueDay(SAIL + 24 * HOUR);
    limit(2);
    begin(SAIL);
    begin(SAIL + HOUR);
    refused('day_full', () => begin(SAIL + 2 * HOUR));
    begin(SAIL + 24 * HOUR);
  });

  test('oversells with the law taken off', () => {
    venueDay(SAIL);
    limit(1);
    dropTriggers(db, 'claim');
    begin(SAIL);
    begin(SAIL + HOUR);
  });

  test('counts holds until they run out, and asks again when one is confirmed late', () => {
    venueDay(SAIL);
    limit(1);
    const hold = begin(SAIL, { held_until: NOW + 900 });
    refused('day_full', () => begin(SAIL + HOUR));
    begin(SAIL + HOUR, { checked_at: NOW + 900 });
    refused('day_full', () => db.prepare('update claim set held_until = null, checked_at = ? where id = ?').run(NOW + 900, hold));
  });

  test('is refused while nobody has said when it begins and ends', () => {
    limit(2);
    refused('day_unknown', () => begin(SAIL));
  });

  test('is not limited to fewer than it has', () => {
    venueDay(SAIL);
    begin(SAIL);
    begin(SAIL + HOUR);
    refused('below_sold', () => limit(1));
    limit(2);
  });

  test('stays where it is: its zone is not changed while something is sold', () => {
    seats(1);
    const move = db.prepare('update org set timezone = ?, updated_at = ? where id = ?');
    refused('zone_in_use', () => move.run('Asia/Tokyo', NOW, ids.org));
    move.run('Europe/Berlin', NOW, ids.org);
    move.run('Asia/Tokyo', SAIL + 2 * HOUR, ids.org);
  });
});

describe('a date on which a resource has fewer units', () => {
  const dated = (...dates) => {
    const overrides = dates.map(([at, units]) => ({ date: dateOf(at), windows: [], units }));
    db.prepare('update resource set overrides = ?, updated_at = ? where id = ?').run(JSON.stringify(overrides), NOW, ids.kayaks);
  };

  test('sells those and no more, while the dates beside it sell all', () => {
    for (const day of [-1, 0, 1, 2]) venueDay(SAIL + day * 24 * HOUR);
    dated([SAIL + 24 * HOUR, 1]);
    uses(ids.kayaks, 24, 25);
    refused('resource_busy', () => uses(ids.kayaks, 24, 25));
    uses(ids.kayaks, 26, 27);
    uses(ids.kayaks, 0, 1, 2);
  });

  test('is found in the middle of a claim that begins on a better one', () => {
    for (const day of [-1, 0, 1, 2]) venueDay(SAIL + day * 24 * HOUR);
    dated([SAIL + 24 * HOUR, 1]);
    refused('resource_busy', () => uses(ids.kayaks, 0, 40, 2));
    uses(ids.kayaks, 0, 40, 1);
    refused('resource_busy', () => uses(ids.kayaks, 10, 30, 1));
    uses(ids.kayaks, 0, 10, 1);
  });

  test('oversells with the law taken off', () => {
    venueDay(SAIL);
    dated([SAIL, 1]);
    dropTriggers(db, 'claim');
    uses(ids.kayaks, 0, 1, 2);
  });

  test('is refused while nobody has said when it begins and ends', () => {
    dated([SAIL, 1]);
    refused('day_unknown', () => uses(ids.kayaks, 0, 1));
  });

  test('does not get fewer than are sold on it; another may', () => {
    for (const day of [-1, 0, 1, 2]) venueDay(SAIL + day * 24 * HOUR);
    uses(ids.kayaks, 0, 1, 2);
    refused('below_sold', () => dated([SAIL, 1]));
    dated([SAIL + 24 * HOUR, 0]);
    uses(ids.kayaks, 48, 49, 1);
    refused('below_sold', () => dated([SAIL + 24 * HOUR, 0], [SAIL + 48 * HOUR, 0]));
    refused('below_sold', () => db.prepare('update resource set units = 1 where id = ?').run(ids.kayaks));
    dated([SAIL + 24 * HOUR, 0], [SAIL + 48 * HOUR, 1]);
  });
});

describe('what is sold is not taken away', () => {
  test('by fewer seats of the offering', () => {
    seats(6);
    const set = db.prepare('update offering set capacity_units = ?, updated_at = ? where id = ?');
    refused('below_sold', () => set.run(5, NOW, ids.tour));
    set.run(6, NOW, ids.tour);
    assert.deepEqual(oversold(db, NOW), []);
  });

  test('by fewer seats of the departure, however that comes about', () => {
    seats(6);
    const row = { org_id: ids.org, offering_id: ids.tour, departure_at: SAIL, updated_at: NOW };
    refused('below_sold', () => add('departure_override', { ...row, capacity: 5 }));
    add('departure_override', { ...row, capacity: 12 });
    seats(6);
    refused('below_sold', () => db.prepare('update departure_override set capacity = 11').run());
    refused('below_sold', () => db.prepare('update departure_override set capacity = null').run());
    refused('below_sold', () => db.prepare('delete from departure_override').run());
    assert.deepEqual(oversold(db, NOW), []);
  });

  test('by fewer units of the resource', () => {
    uses(ids.kayaks, 0, 2);
    uses(ids.kayaks, 1, 3);
    const set = db.prepare('update resource set units = ?, updated_at = ? where id = ?');
    refused('below_sold', () => set.run(1, NOW, ids.kayaks));
    set.run(5, NOW, ids.kayaks);
    set.run(2, NOW, ids.kayaks);
  });

  test('while what is over may be', () => {
    seats(10);
    uses(ids.boat, 0, 1);
    const later = SAIL + 2 * HOUR;
    db.prepare('update offering set capacity_units = 1, updated_at = ? where id = ?').run(later, ids.tour);
    db.prepare('update resource set units = 0, updated_at = ? where id = ?').run(later, ids.boat);
  });
});

describe('states', () => {
  const STATES = ['PROPOSAL_OPEN', 'PROPOSAL_RESERVED', 'PROPOSAL_REVIEW', 'PENDING', 'AWAITING_APPROVAL', 'CONFIRMED', 'EXPIRED', 'REJECTED', 'CANCELLED', 'REFUNDED', 'COMPLETED'];

  test('move only along the table of the contract', () => {
    const allowed = {
      PENDING: ['AWAITING_APPROVAL', 'CONFIRMED', 'EXPIRED', 'CANCELLED'],
      AWAITING_APPROVAL: ['CONFIRMED', 'EXPIRED', 'REJECTED', 'CANCELLED'],
      CONFIRMED: ['CANCELLED', 'COMPLETED'],
      CANCELLED: ['CONFIRMED', 'REFUNDED'],
      REJECTED: ['CONFIRMED', 'REFUNDED'],
      COMPLETED: ['REFUNDED'],
      // A payment that arrives late takes the seats again, if they are still free.
      EXPIRED: ['AWAITING_APPROVAL', 'CONFIRMED'],
      REFUNDED: [],
    };
    const triggers = triggersOf('booking');
    for (const [from, targets] of Object.entries(allowed)) {
      for (const to of STATES.filter((state) => state !== from && !state.startsWith('PROPOSAL'))) {
        const id = booking({ state: 'PENDING', held_until: NOW + 900 });
        withoutTriggers('booking', triggers, () => db.prepare('update booking set state = ? where id = ?').run(from, id));
        const move = () => db.prepare('update booking set state = ? where id = ?').run(to, id);
        if (targets.includes(to)) move();
        else assert.throws(move, /^Error: bad_transition$/, `${from} became ${to}`);
      }
    }
  });

  function triggersOf(table) {
    return db.prepare(`select name, sql from sqlite_master where type = 'trigger' and tbl_name = ?`).all(table);
  }

  function withoutTriggers(table, triggers, write) {
    dropTriggers(db, table);
    write();
    for (const { sql } of triggers) db.exec(sql);
  }

  test('do not begin at the end', () => {
    for (const state of ['EXPIRED', 'REJECTED', 'CANCELLED', 'REFUNDED', 'COMPLETED']) {
      refused('bad_transition', () => booking({ state }));
    }
  });

  test('that are over let go of the seats', () => {
    const id = booking();
    ids.item = item(id);
    seats(10);
    db.prepare(`update booking set state = 'CANCELLED', updated_at = ? where id = ?`).run(NOW + 5, id);
    assert.equal(db.prepare('select count(*) as n from claim where released_at is null').get().n, 0);
    seats(10, { checked_at: NOW + 5 });
  });
});

describe('books', () => {
  test('are only ever added to', () => {
    add('ledger_entry', { org_id: ids.org, booking_id: booking(), kind: 'CHARGE', amount: 100, currency: 'EUR', at: NOW });
    for (const table of ['ledger_entry', 'event_log', 'audit']) {
      if (table !== 'ledger_entry') fill(table);
      refused('append_only', () => db.prepare(`update ${table} set org_id = org_id`).run());
      refused('append_only', () => db.prepare(`delete from ${table}`).run());
    }
  });

  /** One row with some value in each column that needs one. */
  function fill(table) {
    const columns = db.prepare(`select name, type from pragma_table_info(?) where "notnull" and dflt_value is null and not pk`).all(table);
    const row = Object.fromEntries(columns.map(({ name, type }) => [name, type === 'INTEGER' ? NOW : '{}']));
    const fitting = { org_id: ids.org, public_id: 'evt_1', type: 'booking.created', kind: 'booking.created' };
    for (const [name, value] of Object.entries(fitting)) if (name in row) row[name] = value;
    if (table === 'audit') row.org_id = ids.org;
    add(table, row);
  }

  test('of one organization hold nothing of another', () => {
    const theirs = { org_id: ids.otherOrg };
    const foreign = (write) => assert.throws(write, /FOREIGN KEY constraint failed/);
    foreign(() => item(booking(), theirs));
    foreign(() => seats(1, theirs));
    foreign(() => uses(ids.boat, 0, 1, 1, theirs));
    foreign(() => add('block', { public_id: 'blk_1', ...theirs, resource_id: ids.boat, from_date: '2027-01-01', to_date: '2027-01-01', created_at: NOW }));
    foreign(() => add('tariff', { ...theirs, offering_id: ids.tour, body: '{}' }));
    foreign(() => booking({ customer_id: add('customer', { public_id: 'cus_1', ...theirs, email: 'a@b.example', name: 'A', ...stamps }) }));
  });

  test('have no table without an organization but the few that belong to nobody', () => {
    const shared = new Set(['org', 'person', 'session', 'api_key', 'booking_transition', 'idempotency', 'job_run', 'expectation',
      'mailed_token', 'submission_transition', 'spent_challenge', 'oauth_code', 'oauth_token', 'event_echo', 'event_type', 'circuit']);
    const tables = db.prepare(`select name from sqlite_master where type = 'table' and name not like 'sqlite_%'`).all()
      // An index of words, in which the organization is a word.
      .map((row) => row.name).filter((name) => !/^(booking|customer)_search/.test(name));
    const without = tables.filter((table) => !db.prepare('select 1 from pragma_table_info(?) where name = \'org_id\'').get(table));
    assert.deepEqual(without.filter((table) => !shared.has(table)), []);
  });

  test('are all strict', () => {
    const loose = db.prepare(`select name from pragma_table_list where schema = 'main' and type = 'table' and not strict and name not like 'sqlite_%'`).all();
    assert.deepEqual(loose, []);
  });
});

describe('a coupon', () => {
  test('is not used more often than it may be, holds included until they run out', () => {
    const coupon_id = add('coupon', { public_id: 'cpn_1', org_id: ids.org, code: 'FEW', body: '{}', max_uses: 2, created_at: NOW });
    const use = (more = {}) => add('coupon_use', { org_id: ids.org, coupon_id, booking_id: booking(), used_at: NOW, ...more });
    use();
    use({ held_until: NOW + 900 });
    refused('coupon_used_up', () => use({ used_at: NOW + 899 }));
    use({ used_at: NOW + 900 });
    refused('coupon_used_up', () => use({ used_at: NOW + 900 }));
  });

  test('is free again when its booking is cancelled', () => {
    const coupon_id = add('coupon', { public_id: 'cpn_1', org_id: ids.org, code: 'ONE', body: '{}', max_uses: 1, created_at: NOW });
    const first = booking();
    const use = (booking_id) => add('coupon_use', { org_id: ids.org, coupon_id, booking_id, used_at: NOW });
    use(first);
    refused('coupon_used_up', () => use(booking()));
    db.prepare(`update booking set state = 'CANCELLED' where id = ?`).run(first);
    use(booking());
  });
});

describe('whoever is put on a booking', () => {
  let people;
  let mine;
  beforeEach(() => {
    people = ['ann', 'bea'].map((name) => {
      const resource_id = resource(`res_${name}`, { kind: 'STAFF', units: 1 });
      const person_id = add('person', { public_id: `usr_${name}`, email: `${name}@staff.example`, name, created_at: NOW });
      add('member', { org_id: ids.org, person_id, resource_id, role: 'STAFF', created_at: NOW });
      return { name, resource_id };
    });
    mine = db.prepare('select public_id, id from booking where id = (select booking_id from booking_item where id = ?)').get(ids.item);
  });
  let events = 0;
  const tell = (kind) => {
    events += 1;
    add('event_log', { public_id: `evt_${events}`, org_id: ids.org, kind, subject: mine.public_id, payload: '{}', happened_at: NOW });
  };
  const gives = ({ resource_id }) => {
    db.prepare('update claim set released_at = ? where booking_item_id = ? and resource_id is not null').run(NOW, ids.item);
    uses(resource_id, 0, 1);
  };
  const told = () => db.prepare(`select payload ->> '$.assignee.name' as name from event_log where kind = 'staff.assigned' order by id`).all().map(({ name }) => name);

  test('is told each time it happens, and not by what changes nothing about it', () => {
    const [ann, bea] = people;
    gives(ann);
    tell('booking.created');
    tell('booking.updated');
    gives(bea);
    tell('booking.rescheduled');
    gives(ann);
    tell('booking.rescheduled');
    tell('booking.rescheduled');
    assert.deepEqual(told(), ['ann', 'bea', 'ann']);
  });

  test('is told again when what was called off takes place after all', () => {
    gives(people[0]);
    tell('booking.created');
    db.prepare(`update booking set state = 'CANCELLED' where id = ?`).run(mine.id);
    tell('booking.cancelled');
    assert.deepEqual(told(), ['ann']);
    db.prepare(`update booking set state = 'CONFIRMED' where id = ?`).run(mine.id);
    gives(people[0]);
    tell('booking.updated');
    assert.deepEqual(told(), ['ann', 'ann']);
  });
});

describe('the moment of a reminder', () => {
  const remindAt = (id) => db.prepare('select (starts_at - remind_at) / 3600 as hours from booking where id = ?').get(id).hours;
  const leads = (list) => db.prepare(`update org set settings = json_set(settings, '$.reminderHours', json(?)) where id = ?`).run(JSON.stringify(list), ids.org);
  const sailsAt = (starts_at) => {
    const id = booking({ contact_email: 'ada@guests.example' });
    item(id, { starts_at, ends_at: starts_at + HOUR });
    return id;
  };

  test('is the first that lies after the booking was made, and follows what the business says', () => {
    const id = sailsAt(NOW + 40 * HOUR);
    assert.equal(remindAt(id), 24, 'a day before, where nothing is said');
    leads([48, 30, 2]);
    assert.equal(remindAt(id), 30);
    leads([]);
    assert.equal(remindAt(id), null);
  });

  test('moves with the booking, and is none once that is off or has nobody to write to', () => {
    leads([48, 2]);
    const id = sailsAt(NOW + 40 * HOUR);
    assert.equal(remindAt(id), 2);
    db.prepare('update booking_item set starts_at = ?, ends_at = ? where booking_id = ?').run(NOW + 90 * HOUR, NOW + 91 * HOUR, id);
    assert.equal(remindAt(id), 48);
    db.prepare(`update booking set contact_email = null where id = ?`).run(id);
    assert.equal(remindAt(id), null);
    const off = sailsAt(NOW + 90 * HOUR);
    db.prepare(`update booking set state = 'CANCELLED' where id = ?`).run(off);
    assert.equal(remindAt(off), null);
  });
});

/** Numbers from 0 to 1, the same ones for the same seed (mulberry32). */
function generator(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
