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
  return inside(server, (await guest(server).post('/api/auth/login', credentials)).is(200));
}

let newcomers = 0;

/** Somebody nobody else is, who has just signed up with an organization of their own. */
export async function newcomer(server, more = {}) {
  newcomers += 1;
  const credentials = { email: `newcomer-${process.pid}-${newcomers}@people.example`, password: 'a boat in the fog' };
  const organization = { name: `Venture ${newcomers}`, timezone: 'Europe/Berlin', currency: 'EUR' };
  const body = { ...credentials, name: `Newcomer ${newcomers}`, organization, ...more };
  const caller = inside(server, (await guest(server).post('/api/auth/signup', body)).is(201));
  return Object.assign(caller, { credentials: { email: body.email, password: body.password }, org: caller.organizations[0].id });
}

/** Whoever an answer with a session cookie is for. */
export function inside(server, answer) {
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
