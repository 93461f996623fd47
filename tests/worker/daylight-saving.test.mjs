// Both changes of the venue's clocks: a tour at five in the evening is at five in the evening before and after, and
// every way of telling the time says so.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import ICAL from 'ical.js';
import { guest } from '../support/actors.mjs';
import { booking, dayFromNow, key, slots, SUNSET, wallTime, ZONE } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

const DAY = 86_400_000;

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

const offsetOf = (instant) => wallTime(instant).slice(19);

/** The venue's next two changes of clocks: the last midnight (UTC) before and the first after each. */
function nextChanges() {
  const changes = [];
  const start = Date.parse(`${dayFromNow(2)}T00:00:00Z`);
  for (let day = start; changes.length < 2; day += DAY) {
    if (offsetOf(day) !== offsetOf(day + DAY)) changes.push({ before: new Date(day), after: new Date(day + DAY) });
    assert.ok(day < start + 400 * DAY, `${ZONE} does not change its clocks`);
  }
  return changes;
}

/** Books the first bookable departure on or after a date, as somebody who lives three weeks before it. */
async function bookAround(date, from, to) {
  const caller = guest(server).at(new Date(date.getTime() - 21 * DAY));
  const found = (await slots(caller, SUNSET, { from, to })).find((slot) => slot.status === 'OPEN');
  assert.ok(found, `no departure from ${from} to ${to}`);
  const made = (await caller.post('/api/bookings', booking(found), { key: key() })).is(201).json;
  return { caller, slot: found, made };
}

const dateText = (time) => new Date(time).toISOString().slice(0, 10);

for (const [nth, name] of ['next', 'one after it'].entries()) {
  test(`bookings around the ${name} change of clocks show the venue's wall time`, async () => {
    const change = nextChanges()[nth];
    const eve = await bookAround(change.before, dateText(change.before - 6 * DAY), dateText(change.before - DAY));
    const morrow = await bookAround(change.after, dateText(change.after), dateText(change.after.getTime() + 6 * DAY));
    assert.notEqual(eve.slot.localStartsAt.slice(19), morrow.slot.localStartsAt.slice(19), 'the offset did not change');

    for (const { caller, slot, made } of [eve, morrow]) {
      const [booked] = made.items;
      assert.equal(booked.localStartsAt, wallTime(booked.startsAt));
      assert.equal(booked.localStartsAt, slot.localStartsAt);
      const clock = booked.localStartsAt.slice(11, 16);

      const page = (await caller.get(new URL(made.manageUrl).pathname)).is(200);
      assert.ok(page.text.includes(clock), `the manage page does not say ${clock}`);

      const [, link] = /href="([^"]+\.ics)"/.exec(page.text) ?? assert.fail('the manage page has no calendar file');
      const file = (await caller.get(new URL(link, made.manageUrl).href)).is(200);
      assert.match(file.header('content-type'), /^text\/calendar/);
      const calendar = new ICAL.Component(ICAL.parse(file.text));
      for (const zone of calendar.getAllSubcomponents('vtimezone')) ICAL.TimezoneService.register(new ICAL.Timezone(zone));
      const event = new ICAL.Event(calendar.getFirstSubcomponent('vevent'));
      assert.equal(event.startDate.toJSDate().getTime(), Date.parse(booked.startsAt), 'the .ics starts at another instant');
      assert.equal(event.endDate.toJSDate().getTime(), Date.parse(booked.endsAt), 'the .ics ends at another instant');
    }
  });
}

test('the day of the change has its departures at the same wall time as the week before', async () => {
  for (const change of nextChanges()) {
    const caller = guest(server).at(new Date(change.before.getTime() - 21 * DAY));
    const clocks = async (from, to) => new Set((await slots(caller, SUNSET, { from, to })).map((slot) => slot.localStartsAt.slice(11, 16)));
    const week = await clocks(dateText(change.before - 7 * DAY), dateText(change.before - DAY));
    const next = await clocks(dateText(change.after), dateText(change.after.getTime() + 6 * DAY));
    assert.deepEqual([...next].sort(), [...week].sort());
  }
});
