// The promise on which the whole product stands: what the browser shows is what the server decides.
import assert from "node:assert/strict";
import { test } from "node:test";
import { answers, wasm } from "./door.mjs";
import { random } from "./random.mjs";

const SORTS = { slots: 4_000, place: 2_500, quote: 2_500, transition: 1_000 };

/** How many of a sort's answers say more than "no": a test on refusals alone would prove little. */
const TELLING = {
  slots: [0.4, (answer) => answer.some((slot) => slot.status !== "CLOSED")],
  place: [0.1, (answer) => "Ok" in answer],
  quote: [0.4, (answer) => "Ok" in answer],
  transition: [0.05, (answer) => "Ok" in answer],
};

test("10,000 random questions get the same bytes from the native engine and from WebAssembly", async () => {
  const questions = Object.entries(SORTS).flatMap(([sort, count], place) => {
    const make = random(20_261_121 + place);
    return Array.from({ length: count }, () => make[sort]());
  });
  assert.equal(questions.length, 10_000);
  const [natively, inWasm] = [await answers(questions), await wasm()];
  assert.equal(natively.length, questions.length);
  const telling = { slots: 0, place: 0, quote: 0, transition: 0 };
  for (const [place, question] of questions.entries()) {
    const [sort] = Object.keys(question);
    const answer = inWasm.answer(question);
    if (answer !== natively[place]) assert.equal(answer, natively[place], JSON.stringify(question));
    const read = JSON.parse(answer);
    assert.doesNotMatch(String(read.Err), / at line \d+ column/, "every question is one that the engine can read");
    if (TELLING[sort][1](read)) telling[sort] += 1;
  }
  for (const [sort, [share]] of Object.entries(TELLING)) {
    assert.ok(telling[sort] >= share * SORTS[sort], `only ${telling[sort]} of ${SORTS[sort]} answers to ${sort} say more than no`);
  }
});
