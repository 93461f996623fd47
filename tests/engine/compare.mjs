// The engine beside luxon + rrule, and natively beside WebAssembly, in one run on one machine. Fails when they disagree.
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { native, wasm, zone } from "./door.mjs";
import { random } from "./random.mjs";

const peers = new URL("../../shared/benches/peers/", import.meta.url);
const scenario = JSON.parse(readFileSync(new URL("slots.json", peers), "utf8"));
const ROUNDS = 300;

const rule = (weekdays, windows) => ({
  repeats: { weekly: { every: 1, weekdays } },
  times: { open: { windows: windows.map(([from, to]) => ({ from, to })), step: scenario.step } },
  from: scenario.from,
});
const ninetyDays = {
  bookable: {
    calendar: {
      zone: zone(scenario.zone),
      now: 1_800_000_000,
      resources: [{ id: "res_staff", units: 1 }],
      claims: scenario.busy.map(([startsAt, endsAt]) => ({ pool: { resource: "res_staff" }, span: { startsAt, endsAt }, units: 1 })),
    },
    offering: {
      id: "apt_meeting",
      kind: "APPOINTMENT",
      schedule: { rules: [rule([1, 2, 3, 4, 5], scenario.windows.weekdays), rule([6], scenario.windows.saturday)] },
      length: { minutes: scenario.minutes },
      capacity: "unlimited",
      partyTypes: [{ code: "adult", name: "Adult", seats: 1 }],
      rules: { bufferBefore: scenario.bufferBefore, bufferAfter: scenario.bufferAfter },
      requires: [{ anyOf: ["res_staff"], need: { perBooking: 1 } }],
    },
    from: scenario.from,
    to: new Date(Date.parse(scenario.from) + (scenario.days - 1) * 86_400_000).toISOString().slice(0, 10),
    ask: {},
  },
};

function hash(starts) {
  let sum = 0xcbf29ce484222325n;
  for (const start of starts) for (const byte of `${start}\n`) sum = ((sum ^ BigInt(byte.charCodeAt(0))) * 0x100000001b3n) & 0xffffffffffffffffn;
  return sum.toString(16);
}

const engine = await wasm();

async function nativeMicroseconds(question, times) {
  return Number(await native(JSON.stringify(question), "measure", String(times))) / 1_000;
}

/** The fastest of the rounds, as the native program measures: a busy machine makes rounds slower, never faster. */
function wasmMicroseconds(engine, question, times) {
  engine.prepare(question);
  engine.run(times * 100); // until V8 has optimised it
  const rounds = Array.from({ length: ROUNDS }, () => {
    const begun = performance.now();
    engine.run(times);
    return ((performance.now() - begun) * 1_000) / times;
  });
  return Math.min(...rounds);
}

const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(new URL("slots.mjs", peers))]);
const peer = JSON.parse(stdout);
const starts = JSON.parse(engine.answer(ninetyDays)).map((slot) => slot.startsAt);
if (starts.length !== peer.slots || hash(starts) !== peer.hash) {
  throw new Error(`the engine finds ${starts.length} slots (${hash(starts)}), luxon + rrule ${peer.slots} (${peer.hash})`);
}

const make = random(7);
let typical;
do typical = make.quote();
while (!("Ok" in JSON.parse(engine.answer(typical))));

const slotsNative = await nativeMicroseconds(ninetyDays, 10);
const quoteNative = await nativeMicroseconds(typical, 100);
const slotsWasm = wasmMicroseconds(engine, ninetyDays, 10);
const quoteWasm = wasmMicroseconds(engine, typical, 100);

const row = (name, value, aim, met) => console.log(`${name.padEnd(52)} ${value.padStart(12)}   aim ${aim}${met ? "" : "   MISSED"}`);
const micro = (value) => `${value.toFixed(1)} µs`;
const ratio = (value) => `${value.toFixed(1)} ×`;
console.log(`90 days × 1 resource × 500 busy spans × 15 minutes: ${starts.length} slots, hash ${peer.hash} from both sides`);
row("  luxon + rrule, merged spans, binary search", micro(peer.fastest * 1_000), "-", true);
row("  engine, native", micro(slotsNative), "< 60 µs", slotsNative < 60);
row("  faster than luxon + rrule by", ratio((peer.fastest * 1_000) / slotsNative), "≥ 100 ×", peer.fastest * 1_000 >= slotsNative * 100);
row("  engine, WebAssembly in Node", micro(slotsWasm), "-", true);
row("  WebAssembly over native", ratio(slotsWasm / slotsNative), "≤ 3 ×", slotsWasm <= slotsNative * 3);
console.log("a quote of several items with coupon, automatic discounts, fees and taxes");
row("  engine, native", micro(quoteNative), "< 5 µs", quoteNative < 5);
row("  WebAssembly over native", ratio(quoteWasm / quoteNative), "≤ 3 ×", quoteWasm <= quoteNative * 3);
