// A real mail server (PyPI's aiosmtpd) that reads every mail it takes with parsers that nobody here wrote.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { startPython } from './python.mjs';

const PROGRAM = fileURLToPath(new URL('postbox.py', import.meta.url));

/** A certificate for `localhost` that only they believe who are told to. */
export function certificate() {
  const dir = mkdtempSync(join(tmpdir(), 'daymark-postbox-'));
  const [key, chain] = [join(dir, 'key.pem'), join(dir, 'chain.pem')];
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2', '-subj', '/CN=localhost',
    '-addext', 'subjectAltName=DNS:localhost', '-keyout', key, '-out', chain];
  execFileSync('openssl', made, { stdio: 'ignore' });
  return { key, chain };
}

/** Starts one; with a certificate it insists on STARTTLS and on daymark:secret. */
export async function openPostbox(secure) {
  const program = await startPython((port) => [PROGRAM, String(port), ...(secure ? [secure.chain, secure.key] : [])]);
  return new Postbox(program);
}

class Postbox {
  constructor(program) {
    this.program = program;
    this.port = program.port;
  }

  /** Every mail so far, the oldest first. */
  get mails() {
    return this.program.output.split('\n').filter((line) => line.startsWith('{')).flatMap(whole);
  }

  to(address) {
    return this.mails.filter((mail) => mail.to.includes(address));
  }

  /** Waits until so many mails to an address are there, and answers them. */
  async received(address, count) {
    for (let look = 0; look < 400; look += 1) {
      const mails = this.to(address);
      if (mails.length >= count) {
        assert.equal(mails.length, count, `${mails.length} mails to ${address}`);
        return mails;
      }
      await pause(25);
    }
    return assert.fail(`${this.to(address).length} of ${count} mails to ${address}:\n${this.program.output.slice(-2_000)}`);
  }

  stop() {
    return this.program.stop();
  }
}

/** A line that has come to its end; one that has not is looked at again. */
function whole(line) {
  try {
    return [JSON.parse(line)];
  } catch {
    return [];
  }
}

/** A part of a mail by its type. */
export const part = (mail, type) => mail.parts.find((one) => one.type === type && !one.file);
