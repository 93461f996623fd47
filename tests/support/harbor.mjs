// The demo's business as the tests know it (edge/seed/demo.sql), and the bodies that its guests send.

import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';

export const ORG = 'org_harbor';
export const CALENDAR = 'cal_harbor';
export const ZONE = 'Europe/Berlin';
/** A boat tour: twelve seats, a shared boat and a guide; adults, children, infants. */
export const SUNSET = 'tour_harbor_sunset';
/** Two kayaks for one, two or three hours, from any half hour. */
export const KAYAK = 'pkg_harbor_kayak';
export const KAYAK_LENGTHS = [60, 120, 180];
/** An hour with one of two instructors. */
export const LESSON = 'apt_harbor_lesson';
/** A room for one group. */
export const LIGHTHOUSE = 'room_harbor_lighthouse';
/** Free, 250 places. */
export const MARKET = 'evt_harbor_market';

const DAY = 86_400_000;

/** The venue date that many days from now. */
export function dayFromNow(days) {
  return new Date(Date.now() + days * DAY).toISOString().slice(0, 10);
}

/** Slots of an offering as the public API tells them. */
export async function slots(caller, offering, { kind = 'tours', from, to, party, ...query } = {}) {
  const asked = new URLSearchParams({ from, to, ...(party ? { party: partyText(party) } : {}), ...query });
  return (await caller.get(`/api/${kind}/${offering}/availability?${asked}`)).is(200).json.slots;
}

function partyText(party) {
  return Object.entries(party).map(([code, count]) => `${code}:${count}`).join(',');
}

/** Hands out departures that nobody else in this test process uses and nobody has booked yet. */
export class Departures {
  constructor(caller, offering, { kind = 'tours', firstDay = 20, days = 60, party, ...query } = {}) {
    this.asked = { kind, from: dayFromNow(firstDay), to: dayFromNow(firstDay + days), party, ...query };
    this.caller = caller;
    this.offering = offering;
  }

  async next() {
    this.queue ??= slots(this.caller, this.offering, this.asked).then((all) => {
      this.most = Math.max(...all.map((slot) => slot.remaining));
      return all;
    });
    const queue = await this.queue;
    for (let slot = queue.shift(); slot; slot = queue.shift()) {
      if (await this.#untouched(slot)) return slot;
    }
    return assert.fail(`no untouched departure of ${this.offering} is left between ${this.asked.from} and ${this.asked.to}`);
  }

  /** Somebody may have taken an alternative since the list was read. */
  async #untouched(slot) {
    if (slot.status !== 'OPEN' || slot.remaining !== this.most) return false;
    const date = slot.localStartsAt.slice(0, 10);
    const now = await slots(this.caller, this.offering, { ...this.asked, from: date, to: date });
    return now.find((other) => other.startsAt === slot.startsAt)?.remaining === this.most;
  }
}

let guests = 0;

/** A customer nobody else is. */
export function customer(more = {}) {
  guests += 1;
  return { name: `Guest ${guests}`, email: `guest-${process.pid}-${guests}@guests.example`, ...more };
}

/** The one-item form of `POST /api/bookings`, as the source document has it. */
export function booking(slot, { tourId = SUNSET, party = { adult: 2 }, ...more } = {}) {
  return { tourId, instanceStartsAt: slot.startsAt, party, customer: customer(), ...more };
}

/** One item of the general form. */
export function item(offeringId, slot, { party = { adult: 2 }, ...more } = {}) {
  return { offeringId, startsAt: slot.startsAt, party, ...more };
}

/** A fresh Idempotency-Key. */
export const key = () => randomUUID();

/** The access token inside a booking's manage link. */
export function tokenOf(answer) {
  const token = /\/b\/([^/?#]+)$/.exec(answer.manageUrl ?? '')?.[1];
  assert.ok(token, `no manage link in ${JSON.stringify(answer)}`);
  return token;
}

/** Wall time with offset at the venue, worked out by Node's own zone data. */
export function wallTime(instant, zone = ZONE) {
  const parts = Object.fromEntries(
    new Intl.DateTimeFormat('en-GB', {
      timeZone: zone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit',
      hour: '2-digit', minute: '2-digit', second: '2-digit', timeZoneName: 'longOffset',
    }).formatToParts(new Date(instant)).map(({ type, value }) => [type, value]),
  );
  const offset = parts.timeZoneName === 'GMT' ? '+00:00' : parts.timeZoneName.slice(3);
  return `${parts.year}-${parts.month}-${parts.day}T${parts.hour}:${parts.minute}:${parts.second}${offset}`;
}
