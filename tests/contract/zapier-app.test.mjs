// The example app for Zapier: its own tests, on Zapier's own platform library, against the product as it is.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { startServer } from '../support/server.mjs';

const APP = fileURLToPath(new URL('../../examples/zapier-app', import.meta.url));
const PATIENCE_MS = 120_000;

test('the example app for Zapier passes its own tests against this product', async () => {
  const server = await startServer();
  try {
    const program = spawn(process.execPath, ['--test', '--test-reporter=spec', 'test/app.test.js'], {
      cwd: APP, env: { ...process.env, DAYMARK_URL: server.url, NODE_TEST_CONTEXT: undefined },
    });
    let output = '';
    for (const stream of [program.stdout, program.stderr]) stream.on('data', (chunk) => (output += chunk));
    const timer = setTimeout(() => program.kill('SIGKILL'), PATIENCE_MS);
    const code = await new Promise((resolve) => program.on('close', resolve));
    clearTimeout(timer);
    assert.equal(code, 0, output.slice(-20_000));
    assert.match(output, /pass 1\d/);
  } finally {
    await server.stop();
  }
});
