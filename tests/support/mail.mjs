// What the product mailed, as a developer's machine shows it.

import assert from 'node:assert/strict';
import { guest } from './actors.mjs';

/** Mails to an address, the oldest first: `{id, kind, state, text}`. */
export async function mailsTo(server, address) {
  const rows = server.d1('select public_id as id, kind, language, state from mail where recipient = ? order by id', address);
  return Promise.all(rows.map(async (row) => ({ ...row, text: (await guest(server).get(`/dev/mail/${row.id}/text`)).is(200).text })));
}

/** The newest mail of a kind to an address. */
export async function lastMailTo(server, address, kind) {
  const mail = (await mailsTo(server, address)).findLast((one) => one.kind === kind);
  assert.ok(mail, `no ${kind} was mailed to ${address}`);
  return mail;
}

/** The token in the link of a mail. */
export function tokenIn(mail) {
  const token = /[?&]token=([\w-]+)/.exec(mail.text)?.[1];
  assert.ok(token, `no link with a token in: ${mail.text}`);
  return token;
}
