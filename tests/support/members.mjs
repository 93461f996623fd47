// People of a business, put there past the product: a person, what they are, and a session of theirs.

import { createHash, randomBytes } from 'node:crypto';
import { guest } from './actors.mjs';

let people = 0;

/** Somebody with that role in an organization, signed in. */
export function member(server, role, { org = 'harbor' } = {}) {
  people += 1;
  const db = server.database();
  const id = `usr_${org}_${role.toLowerCase()}_${people}`;
  const person = db
    .prepare('insert into person (public_id, email, name, created_at) values (?, ?, ?, 0)')
    .run(id, `${id}@${org}.example`, `${role} ${people}`).lastInsertRowid;
  db.prepare('insert into member (org_id, person_id, role, created_at) select id, ?, ?, 0 from org where slug = ?').run(person, role, org);
  const token = randomBytes(32).toString('base64url');
  const now = Math.floor(Date.now() / 1000);
  db.prepare('insert into session (token_hash, person_id, created_at, last_used_at, expires_at) values (?, ?, ?, ?, ?)')
    .run(createHash('sha256').update(token).digest('hex'), person, now, now, now + 86_400 * 365);
  return Object.assign(guest(server).with({ cookie: `daymark=${token}`, origin: server.url }), { user: { id } });
}

/** Another organization, with nothing but a calendar of its own. */
export function organization(server, slug) {
  const db = server.database();
  db.prepare(
    `insert into org (public_id, slug, name, timezone, currency, number_prefix, created_at, updated_at)
     values (?, ?, ?, 'Europe/Berlin', 'EUR', 'OT', 1, 1)`,
  ).run(`org_${slug}`, slug, slug);
  db.prepare('insert into calendar (public_id, org_id, name, created_at) select ?, id, ?, 1 from org where slug = ?').run(`cal_${slug}`, slug, slug);
  return { id: `org_${slug}`, calendar: `cal_${slug}` };
}
