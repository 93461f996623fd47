import assert from 'node:assert/strict';

/** Which of two requests is decided first is anybody's guess, so one rush may go well without its law. Not all of these. */
const RUSHES = 8;

/** Passes as soon as one rush did what the law, that was taken off, forbids. `rush` gets the number of the attempt. */
export async function goesWrong(rush) {
  for (let attempt = 0; attempt < RUSHES; attempt += 1) {
    if (await rush(attempt)) return;
  }
  assert.fail(`${RUSHES} rushes went well: no race to protect from`);
}
