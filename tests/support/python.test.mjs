// The stage itself: a program from PyPI starts, is asked, and ends.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runPython, skip, startPython } from './python.mjs';

test('a program that listens is asked and stopped', { skip }, async () => {
  const radicale = await startPython((port) => ['-m', 'radicale', '--server-hosts', `127.0.0.1:${port}`, '--auth-type', 'none']);
  assert.ok((await fetch(radicale.url)).status < 500);
  await radicale.stop();
  await assert.rejects(fetch(radicale.url));
});

test('a program that runs to its end answers what it printed, or fails with what it said', { skip }, async () => {
  const told = await runPython(['-c', 'import sys, stripe, icalendar, caldav, authlib, aiosmtpd; print(sys.stdin.read().upper())'], { input: 'heard' });
  assert.equal(told.trim(), 'HEARD');
  await assert.rejects(runPython(['-c', 'raise SystemExit("no")']), /no/);
});
