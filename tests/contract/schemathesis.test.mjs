// schemathesis, a stranger's program, reads /openapi.json and asks every route what it describes, and what it does not.
// No fault of ours (5xx), no answer that the document does not describe. The same questions every time.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { guest, OWNER } from '../support/actors.mjs';
import { ORG } from '../support/harbor.mjs';
import { app, letIn } from '../support/oauth.mjs';
import { startServer } from '../support/server.mjs';

const PROGRAM = process.env.DAYMARK_SCHEMATHESIS;
const CONFIG = fileURLToPath(new URL('schemathesis.toml', import.meta.url));
const CHECKS = ['not_a_server_error', 'status_code_conformance', 'content_type_conformance', 'response_schema_conformance'];
/** A key does not open these. */
const FOR_APPS = '^/(api/zapier|apps/api|api/oauth/userinfo)';
/** Longer it may not take. */
const PATIENCE = 90_000;

let server;
/** Where the program keeps what it found; empty each time, so that no run asks what another one left. */
const notes = mkdtempSync(join(tmpdir(), 'daymark-schemathesis-'));
before(async () => (server = await startServer()));
after(async () => {
  await server?.stop();
  rmSync(notes, { recursive: true, force: true });
});

/** A key of the demo's owner that may everything. */
async function masterKey() {
  const { permissions } = (await guest(server).get('/api/meta/permissions')).is(200).json;
  const token = `dmk_test_${randomBytes(32).toString('base64url')}`;
  const hash = createHash('sha256').update(token).digest('hex');
  const db = server.database();
  const id = db.prepare(`insert into api_key (public_id, member_person_id, name, prefix, key_hash, role_ceiling, permissions, created_at)
    select 'key_schemathesis', id, 'schemathesis', 'dmk_test_sch', ?, 'OWNER', ?, 0 from person where email = ?`)
    .run(hash, JSON.stringify(permissions.map(({ name }) => name)), OWNER.email).lastInsertRowid;
  db.prepare('insert into api_key_org (api_key_id, org_id) select ?, id from org where public_id = ?').run(id, ORG);
  return token;
}

/** Lets the program ask, with this credential; says how many operations it asked. */
async function questioned(token, ...which) {
  const program = spawn(PROGRAM, [
    '--config-file', CONFIG, 'run', `${server.url}/openapi.json`, '--url', server.url, '--phases', 'examples,fuzzing',
    '--max-examples', '3', '--generation-deterministic', '--checks', CHECKS.join(), '--workers', '1', '--request-timeout', '10',
    '--suppress-health-check', 'all', '--continue-on-failure', '--no-color', '-H', `authorization: Bearer ${token}`, ...which,
  ], { cwd: notes });
  let output = '';
  for (const stream of [program.stdout, program.stderr]) stream.on('data', (chunk) => (output += chunk));
  const timer = setTimeout(() => program.kill('SIGKILL'), PATIENCE);
  const code = await new Promise((resolve) => program.on('close', resolve));
  clearTimeout(timer);
  assert.equal(code, 0, output.slice(-20_000));
  return Number(/Operations: +(\d+) selected/.exec(output)?.[1]);
}

const skip = PROGRAM ? false : 'schemathesis is not installed';

test('what an app may ask is answered as it is described', { skip }, async () => {
  const made = await app(server, ['bookings:read', 'bookings:write', 'catalog:read', 'catalog:write', 'webhooks:read', 'webhooks:write']);
  const { tokens } = await letIn(server, made, OWNER);
  assert.ok((await questioned(tokens.access_token, '--include-path-regex', FOR_APPS)) > 15);
});

test('every route answers as it is described', { skip }, async () => {
  assert.ok((await questioned(await masterKey(), '--exclude-path-regex', FOR_APPS)) > 150);
});
