// RFC 5545 text means the same dates to the engine and to rrule.js, which shares no code with it.
import assert from "node:assert/strict";
import { test } from "node:test";
import rrule from "rrule";
import { answers, zone } from "./door.mjs";
import { dice } from "./random.mjs";

const VENUE = "Europe/Berlin";
const [FROM, TO] = ["2026-01-02", "2029-12-30"];
const WEEKDAYS = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/** rrule.js keeps wall time in the UTC fields of its dates. */
const wall = (date) => date.toISOString().slice(0, 19);
const stamp = (date) => wall(date).replaceAll(/[-:]/g, "");

function question(d) {
  const start = new Date(Date.UTC(2026, d.int(0, 11), d.int(1, 31), d.int(4, 23), d.pick([0, 15, 30])));
  const later = () => new Date(start.getTime() + d.int(0, 900) * 86_400_000 + d.pick([-900, 0, 0, 900]) * 1_000);
  const frequency = d.pick(["DAILY", "WEEKLY", "WEEKLY", "MONTHLY", "MONTHLY"]);
  const parts = [`FREQ=${frequency}`];
  if (d.chance(50)) parts.push(`INTERVAL=${d.int(1, 5)}`);
  const every = parts.length > 1 ? Number(parts[1].slice(9)) : 1;
  if (frequency === "WEEKLY" && d.chance(80)) parts.push(`BYDAY=${d.many(1, 4, () => d.pick(WEEKDAYS))}`);
  if (frequency === "DAILY" && every === 1 && d.chance(50)) parts.push(`BYDAY=${d.many(1, 4, () => d.pick(WEEKDAYS))}`);
  if (frequency === "MONTHLY") {
    // Never both with and without an ordinal: rrule.js and dateutil then want both to hold, the RFC either.
    const ordinals = d.chance(30) ? [""] : [1, 2, 3, 4, 5, -1, -2, -5];
    const nth = () => `${d.pick(ordinals)}${d.pick(WEEKDAYS)}`;
    const day = () => d.pick([1, 2, 15, 28, 29, 30, 31, -1, -2, -31]);
    const by = d.pick([() => [], () => [`BYDAY=${d.many(1, 3, nth)}`], () => [`BYMONTHDAY=${d.many(1, 3, day)}`]]);
    parts.push(...by());
  }
  if (every === 1 && d.chance(30)) parts.push(`WKST=${d.pick(WEEKDAYS)}`);
  if (d.chance(30)) parts.push(`COUNT=${d.int(1, 60)}`);
  else if (d.chance(50)) parts.push(`UNTIL=${stamp(later())}`);

  const zoned = `;TZID=${VENUE}`;
  const lines = [`DTSTART${zoned}:${stamp(start)}`, `RRULE:${parts.join(";")}`];
  // Dates taken out are mostly dates that the rule gives.
  const given = d.chance(40) ? rrule.rrulestr(`DTSTART:${stamp(start)}\nRRULE:${parts.join(";")}`).all((_, count) => count < 30) : [];
  if (given.length > 0) lines.push(`EXDATE${zoned}:${d.many(1, 4, () => stamp(d.chance(80) ? d.pick(given) : later()))}`);
  if (d.chance(30)) lines.push(`RDATE${zoned}:${d.many(1, 3, () => stamp(later()))}`);
  return lines.join("\n");
}

function local(seconds) {
  const [, offset] = zone(VENUE).offsets.findLast(([from]) => from <= seconds);
  return wall(new Date((seconds + offset) * 1_000));
}

function byRrule(text) {
  const set = rrule.rrulestr(text.replaceAll(`;TZID=${VENUE}`, ""), { forceset: true });
  const dates = set.between(new Date(`${FROM}T00:00:00Z`), new Date(`${TO}T23:59:59Z`), true).map(wall);
  return [...new Set(dates)].sort();
}

test("3,000 random rules with exceptions give the dates that rrule.js gives, and again after writing and reading", async () => {
  const d = dice(5_545);
  const texts = Array.from({ length: 3_000 }, () => question(d));
  const asked = texts.map((text) => ({ rrule: { text, zone: zone(VENUE), from: FROM, to: TO } }));
  let dates = 0;
  for (const [place, answer] of (await answers(asked)).entries()) {
    const { Ok: read, Err: refused } = JSON.parse(answer);
    assert.ok(read, `${JSON.stringify(refused)}\n${texts[place]}`);
    const starts = read.starts.map(local);
    assert.deepEqual(starts, byRrule(texts[place]), texts[place]);
    assert.deepEqual(read.again, read.starts, `${texts[place]}\n${read.text}`);
    dates += starts.length;
  }
  assert.ok(dates > 100_000, `${dates} dates`);
});
