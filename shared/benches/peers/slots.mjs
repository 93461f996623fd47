// The same slots as `cargo bench -p shared --bench availability`, computed with luxon and rrule the way a careful
// JavaScript author would: rules expanded by rrule, busy spans merged once, a binary search for each candidate.
// Prints {"milliseconds" (median), "fastest", "slots", "hash"}; the hash is FNV-1a over the starts, so both sides can show that they agree.
import { readFileSync } from "node:fs";
import { DateTime } from "luxon";
import rrule from "rrule";

const { RRule, datetime } = rrule;
const scenario = JSON.parse(readFileSync(new URL("slots.json", import.meta.url), "utf8"));
const rounds = Number(process.argv[2] ?? 30);

const [year, month, day] = scenario.from.split("-").map(Number);
const first = datetime(year, month, day);
const last = new Date(first.getTime() + (scenario.days - 1) * 86_400_000);
const rules = [
  { byweekday: [RRule.MO, RRule.TU, RRule.WE, RRule.TH, RRule.FR], windows: scenario.windows.weekdays },
  { byweekday: [RRule.SA], windows: scenario.windows.saturday },
].map(({ byweekday, windows }) => ({ rule: new RRule({ freq: RRule.WEEKLY, byweekday, dtstart: first, until: last }), windows }));

function merged(spans) {
  const out = [];
  for (const [from, to] of [...spans].sort((a, b) => a[0] - b[0])) {
    const tail = out.at(-1);
    if (tail && from <= tail[1]) tail[1] = Math.max(tail[1], to);
    else out.push([from, to]);
  }
  return out;
}

function busyDuring(spans, from, to) {
  let low = 0;
  let high = spans.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (spans[middle][1] > from) high = middle;
    else low = middle + 1;
  }
  return low < spans.length && spans[low][0] < to;
}

function slots() {
  const busy = merged(scenario.busy);
  const found = [];
  for (const { rule, windows } of rules) {
    for (const date of rule.all()) {
      for (const [opens, closes] of windows) {
        const midnight = { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1, day: date.getUTCDate() };
        const at = (clock) => DateTime.fromObject({ ...midnight, hour: Number(clock.slice(0, 2)), minute: Number(clock.slice(3)) }, { zone: scenario.zone }).toSeconds();
        const end = at(closes);
        const length = scenario.minutes * 60;
        for (let start = at(opens); start + length <= end; start += scenario.step * 60) {
          if (!busyDuring(busy, start - scenario.bufferBefore * 60, start + length + scenario.bufferAfter * 60)) found.push(start);
        }
      }
    }
  }
  return found.sort((a, b) => a - b);
}

const times = [];
let found = slots();
for (let round = 0; round < rounds; round += 1) {
  const before = performance.now();
  found = slots();
  times.push(performance.now() - before);
}
let hash = 0xcbf29ce484222325n;
for (const start of found) for (const byte of String(start) + "\n") hash = ((hash ^ BigInt(byte.charCodeAt(0))) * 0x100000001b3n) & 0xffffffffffffffffn;
times.sort((a, b) => a - b);
console.log(JSON.stringify({ milliseconds: times[rounds >> 1], fastest: times[0], slots: found.length, hash: hash.toString(16) }));
