// The README's curl lines work as pasted: the blocks under its "quick start" heading run in one shell against a fresh demo.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { startServer } from '../support/server.mjs';

const README = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');
const DEFAULT_ADDRESS = /http:\/\/(localhost|127\.0\.0\.1):8787/g;

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

/** Shell blocks between the quick start's heading and the next heading of its level. */
function quickStart() {
  const [, level, section] = /^(#{2,3}) [^\n]*quick start[^\n]*\n([\s\S]*)/im.exec(README) ?? [];
  assert.ok(section, 'the README has no quick start');
  const end = section.search(new RegExp(`^#{1,${level.length}} `, 'm'));
  const blocks = [...section.slice(0, end < 0 ? undefined : end).matchAll(/^```sh\n([\s\S]*?)^```/gm)];
  return blocks.map((block) => block[1]).filter((text) => text.includes('curl'));
}

test('every command of the quick start succeeds', async () => {
  const blocks = quickStart();
  assert.ok(blocks.length > 0, 'the quick start has no curl');
  const script = blocks.join('\n').replace(DEFAULT_ADDRESS, server.url);
  assert.ok(script.includes(server.url));
  // `curl` answers 0 for a refusal unless told otherwise.
  const shell = spawn('bash', ['-euo', 'pipefail'], { stdio: ['pipe', 'pipe', 'pipe'] });
  let output = '';
  for (const stream of [shell.stdout, shell.stderr]) stream.on('data', (chunk) => (output += chunk));
  shell.stdin.end(`curl() { command curl --fail-with-body "$@"; }\n${script}`);
  const code = await new Promise((resolve) => shell.on('close', resolve));
  assert.equal(code, 0, output);
  assert.match(output, /"number":\s*"HB-\d{4}-\d{6}"/, 'nothing was booked');
});
