// Every statement of the product finds its rows by an index: what a request costs grows with what it asks for, never
// with what has happened before. The statements are read from the sources, their plans are SQLite's own.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { emptyDatabase } from '../support/schema.mjs';

const SOURCES = new URL('../../edge/src/', import.meta.url);

/** Tables that stay small by their nature, whatever the business does. */
const SMALL = new Set(['json_each', 'booking_transition']);

const VERB = /^\s*(select|insert|update|delete|with)\b/;

/** SQL constants by file and name. */
function statements() {
  const found = [];
  const files = readdirSync(SOURCES, { recursive: true }).filter((name) => name.endsWith('store.rs'));
  for (const file of files) {
    const text = readFileSync(new URL(file, SOURCES), 'utf8');
    for (const [, name, raw, plain] of text.matchAll(/const (\w+): &(?:'static )?str =\s*(?:r#"([\s\S]*?)"#|"((?:[^"\\]|\\[\s\S])*)");?/g)) {
      const sql = raw ?? plain.replace(/\\\n\s*/g, '').replaceAll('\\"', '"').replaceAll('\\\\', '\\').replaceAll('\\n', '\n');
      if (VERB.test(sql)) found.push({ where: `${file} ${name}`, sql });
    }
  }
  return found;
}

/** Names that a statement gives to its tables and its own results. */
function tablesBehind(sql) {
  const names = new Map();
  for (const [, table, alias] of sql.matchAll(/\b(?:from|join|into|update)\s+(\w+)(?:\s*\([^()]*\))?(?:\s+(?:as\s+)?(\w+))?/g)) {
    names.set(table, table);
    if (alias && !['where', 'on', 'set', 'join', 'left', 'order', 'group', 'limit', 'values', 'select', 'inner'].includes(alias)) names.set(alias, table);
  }
  return names;
}

test('no statement reads a table from one end to the other', () => {
  const db = emptyDatabase();
  const stored = new Set(db.prepare(`select name from sqlite_master where type = 'table'`).all().map((row) => row.name));
  // An index over some rows only, such as what is still to be sent, may be read from one end to the other.
  const partial = new Set(db.prepare(`select name from sqlite_master where type = 'index' and replace(sql, char(10), ' ') like '% where %'`).all().map((row) => row.name));
  const all = statements();
  assert.ok(all.length >= 10, `only ${all.length} statements were found in the sources`);
  const faults = [];
  for (const { where, sql } of all) {
    let plan;
    // Adding a row that others refer to looks at them only while a broken reference is still open, which never is.
    db.exec(`pragma foreign_keys = ${/^\s*insert\b/.test(sql) ? 'off' : 'on'}`);
    try {
      plan = db.prepare(`explain query plan ${sql}`).all().map((row) => row.detail);
    } catch (error) {
      faults.push(`${where}: ${error.message}`);
      continue;
    }
    const names = tablesBehind(sql);
    // What a subquery has found already may be read from one end to the other.
    for (const [, alias] of sql.matchAll(/\)\s+as\s+(\w+)/g)) names.set(alias, 'a subquery');
    for (const step of plan) {
      // A search for words is a look into an index of words.
      if (/VIRTUAL TABLE INDEX \d+:\w/.test(step)) continue;
      const [, scanned, index] = /^SCAN (\w+)\b(?:.* INDEX (\w+))?/.exec(step) ?? [];
      const table = names.get(scanned) ?? scanned;
      if (scanned && stored.has(table) && !SMALL.has(table) && !partial.has(index)) faults.push(`${where}: ${step}`);
    }
  }
  assert.deepEqual(faults, []);
});

test('the minute reads of reminders only whose moment has come, however many organizations and bookings there are', () => {
  const db = emptyDatabase();
  const { sql } = statements().find(({ where }) => where === 'domain/notice/store.rs DUE');
  const [first] = db.prepare(`explain query plan ${sql}`).all().map((row) => row.detail);
  assert.match(first, /^SEARCH booking USING INDEX booking_to_remind \(remind_at<\?\)$/);
});
