// A stranger's client library in another language, authlib from PyPI, gets in by the front door, too.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { OWNER, owner } from '../support/actors.mjs';
import { runPython, skip } from '../support/python.mjs';
import { startServer } from '../support/server.mjs';

const CLIENT = fileURLToPath(new URL('oauth_app.py', import.meta.url));
const CALLBACK = 'http://127.0.0.1:9/callback';

let server;
let staff;
before(async () => {
  server = await startServer();
  staff = await owner(server);
});
after(() => server.stop());

for (const [kind, confidential, method] of [
  ['a confidential client that says its secret in the header', true, 'client_secret_basic'],
  ['a confidential client that says its secret in the body', true, 'client_secret_post'],
  ['a public client', false, 'none'],
]) {
  test(`${kind} gets in with PKCE, refreshes, and leaves for good`, { skip }, async () => {
    const organization = staff.organizations[0].id;
    const app = { name: `Tide Tables, ${method}`, redirectUris: [CALLBACK], scopes: ['bookings:read'], confidential };
    const { clientId, clientSecret } = (await staff.post(`/api/orgs/${organization}/oauth-apps`, app)).is(201).json;
    const input = { issuer: server.url, callback: CALLBACK, clientId, clientSecret, method, cookie: staff.headers.cookie, organization };
    const said = await runPython([CLIENT], { input: JSON.stringify(input), env: { OAUTHLIB_INSECURE_TRANSPORT: '1', AUTHLIB_INSECURE_TRANSPORT: '1' } });
    assert.deepEqual(JSON.parse(said), { page: 200, scope: 'bookings:read', email: OWNER.email, rotated: true, again: 200, revoked: 200, after: 401 });
  });
}
