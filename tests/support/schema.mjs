// The product's schema in memory: the real migrations in SQLite, so that laws kept by the database can be tried in SQL.

import { readFileSync, readdirSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

const MIGRATIONS = new URL('../../edge/migrations/', import.meta.url);

/** A new, empty database with every migration applied, foreign keys on as in D1. */
export function emptyDatabase() {
  const db = new DatabaseSync(':memory:');
  db.exec('pragma foreign_keys = on');
  for (const file of readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql')).sort()) {
    db.exec(readFileSync(new URL(file, MIGRATIONS), 'utf8'));
  }
  return db;
}

/** Takes the laws off a table: drops its triggers, and says which. For the twins of the race tests. */
export function dropTriggers(db, table) {
  const names = db
    .prepare("select name from sqlite_master where type = 'trigger' and tbl_name = ? order by name")
    .all(table)
    .map((row) => row.name);
  for (const name of names) db.exec(`drop trigger "${name}"`);
  return names;
}
