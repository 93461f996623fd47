// Who comes in the stories that the tests tell: a guest, the owner of the demo's business, a partner with a key.

import { Caller } from './client.mjs';

/** The demo's owner, as the README gives it. */
export const OWNER = { email: 'owner@harbor.example', password: 'demo-harbor' };

/** Somebody without credentials, on an address of their own. */
export function guest(server) {
  return new Caller(server.url);
}

/** Somebody who has logged in. The session cookie is sent with the page's own origin, as a browser would. */
export async function loggedIn(server, credentials) {
  const answer = (await guest(server).post('/api/auth/login', credentials)).is(200);
  const cookie = answer.headers.getSetCookie().map((line) => line.split(';', 1)[0]).join('; ');
  const caller = new Caller(server.url, { headers: { cookie, origin: server.url } });
  return Object.assign(caller, { organizations: answer.json.organizations, user: answer.json.user });
}

/** The owner of the demo's business. */
export function owner(server) {
  return loggedIn(server, OWNER);
}

/** A program with an API key. */
export function partner(server, key) {
  return new Caller(server.url, { headers: { authorization: `Bearer ${key}` } });
}
