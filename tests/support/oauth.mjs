// An app and a person who lets it in: what the tests of every surface for apps begin with.

import { loggedIn, owner, partner } from './actors.mjs';

/** The demo's instructor: staff, with a calendar of their own. */
export const INSTRUCTOR = { email: 'instructor@harbor.example', password: 'demo-harbor' };

const CALLBACK = 'http://127.0.0.1:9/callback';

/** Registers an app as the owner. */
export async function app(server, scopes, { name = 'Tide Tables' } = {}) {
  const staff = await owner(server);
  const org = staff.organizations[0].id;
  return (await staff.post(`/api/orgs/${org}/oauth-apps`, { name, redirectUris: [CALLBACK], scopes })).is(201).json;
}

/** Lets an app in as somebody, at some time; answers the app as a caller. */
export async function letIn(server, made, credentials, { now } = {}) {
  const person = await loggedIn(server, credentials);
  const { organizations } = person;
  const there = now ? person.at(now) : person;
  const body = new URLSearchParams({
    response_type: 'code', client_id: made.clientId, redirect_uri: CALLBACK, organization: organizations[0].id, decision: 'allow',
  });
  const headers = { 'content-type': 'application/x-www-form-urlencoded' };
  const back = new URL((await there.send('POST', '/api/oauth/authorize', { body, headers })).is(303).header('location'));
  const exchange = new URLSearchParams({
    grant_type: 'authorization_code', code: back.searchParams.get('code'), redirect_uri: CALLBACK,
    client_id: made.clientId, client_secret: made.clientSecret,
  });
  const tokens = (await there.send('POST', '/api/oauth/token', { body: exchange, headers })).is(200).json;
  const caller = partner(server, tokens.access_token);
  return Object.assign(now ? caller.at(now) : caller, { tokens });
}
