// The engine from Node: natively, a question a line; in WebAssembly, through the module's memory.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { IANAZone } from "luxon";

const built = (path) => fileURLToPath(new URL(`../../target/${path}`, import.meta.url));
const NATIVE = process.env.DAYMARK_ENGINE_NATIVE ?? built("release/engine-answers");
/** As guests get it. */
const WASM = process.env.DAYMARK_ENGINE_WASM ?? built("wasm32-unknown-unknown/widget/engine_answers.wasm");

/** Standard output of the native program. */
export function native(text, ...args) {
  return new Promise((resolve, reject) => {
    const child = spawn(NATIVE, args, { stdio: ["pipe", "pipe", "inherit"] });
    const chunks = [];
    child.stdout.on("data", (chunk) => chunks.push(chunk));
    child.on("error", (error) => reject(new Error(`${NATIVE} does not run; \`cargo xtask test\` builds it`, { cause: error })));
    child.on("close", (code) => (code === 0 ? resolve(Buffer.concat(chunks).toString()) : reject(new Error(`${NATIVE} ended with ${code}`))));
    child.stdin.end(text);
  });
}

/** Answers of the native engine, one for each question, as text. */
export async function answers(questions) {
  const out = await native(questions.map((question) => `${JSON.stringify(question)}\n`).join(""));
  return out.trimEnd().split("\n");
}

/** The engine in WebAssembly. */
export async function wasm() {
  const { instance } = await WebAssembly.instantiate(readFileSync(WASM), {});
  const door = instance.exports;
  const put = (question) => {
    const bytes = new TextEncoder().encode(JSON.stringify(question));
    const at = door.room(bytes.length);
    new Uint8Array(door.memory.buffer, at, bytes.length).set(bytes);
  };
  return {
    answer(question) {
      put(question);
      const length = door.answer_length();
      return new TextDecoder().decode(new Uint8Array(door.memory.buffer, door.answer_at(), length));
    },
    prepare(question) {
      put(question);
      if (door.prepare() !== 1) throw new Error("not a question");
    },
    run: (times) => door.run(times),
  };
}

const tables = new Map();

/** A zone's offsets from 2026 to 2030 as the engine takes them, by way of luxon. */
export function zone(name) {
  if (!tables.has(name)) tables.set(name, { name, offsets: offsets(IANAZone.create(name)) });
  return tables.get(name);
}

function offsets(zone) {
  const at = (seconds) => zone.offset(seconds * 1000) * 60;
  let from = Date.UTC(2026) / 1000;
  const table = [[from, at(from)]];
  for (const end = Date.UTC(2030) / 1000; from < end; from += 86_400) {
    let [low, high] = [from, from + 86_400];
    if (at(low) === at(high)) continue;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (at(middle) === at(low)) low = middle;
      else high = middle;
    }
    table.push([high, at(high)]);
  }
  return table;
}
