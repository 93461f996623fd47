// Programs and libraries from PyPI that play the other side: a payment provider, a mail or calendar server, a client's library.
//
// `cargo xtask test` installs them (the list with its versions: xtask/src/setup/python_tool.rs) for every test file that imports this
// one, and names their Python in DAYMARK_PYTHON. Where PyPI cannot be reached, tests say `{ skip }` and are reported as skipped.
//
//   const radicale = await startPython((port) => ['-m', 'radicale', '--hosts', `127.0.0.1:${port}`]);
//   radicale.url, radicale.port, radicale.output; await radicale.stop()
//   const said = await runPython(['-c', 'import sys; print(sys.stdin.read())'], { input: 'text' });

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const LINKED = fileURLToPath(new URL('../../target/xtask/python-tools/bin/python', import.meta.url));
const PYTHON = process.env.DAYMARK_PYTHON ?? (existsSync(LINKED) ? LINKED : undefined);
const START_UP_MS = 20_000;
const PATIENCE_MS = 60_000;
const BETWEEN_LOOKS_MS = 20;

/** For `test(name, { skip }, …)`: false where Python and its packages are there. */
export const skip = PYTHON === undefined && 'the programs from PyPI are not installed';

/** Programs that a test file left behind must not outlive it. */
const running = new Set();
process.on('exit', () => running.forEach((child) => child.kill('SIGKILL')));

/**
 * Starts a program that listens on 127.0.0.1 and waits until it takes connections.
 * `words(port)` are Python's arguments: a module (`-m`), a text (`-c`) or the path of a file.
 */
export async function startPython(words, { env = {}, cwd, port } = {}) {
  port ??= await freePort();
  const child = begin(words(port), { env, cwd });
  const program = {
    port,
    url: `http://127.0.0.1:${port}`,
    get output() {
      return child.said.out + child.said.err;
    },
    async stop() {
      child.kill('SIGKILL');
      await child.ended;
    },
  };
  const deadline = Date.now() + START_UP_MS;
  while (!(await answers(port))) {
    const dead = child.exitCode !== null || child.signalCode !== null;
    if (dead || Date.now() > deadline) {
      await program.stop();
      throw new Error(`the program does not listen on port ${port}:\n${program.output}`);
    }
    await pause(BETWEEN_LOOKS_MS);
  }
  return program;
}

/** Runs a program to its end and answers what it printed; throws with all it said when it fails. */
export async function runPython(words, { input = '', env = {}, cwd } = {}) {
  const child = begin(words, { env, cwd });
  child.stdin.end(input);
  const insist = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MS);
  const code = await child.ended;
  clearTimeout(insist);
  if (code !== 0) throw new Error(`Python ended with ${code}:\n${child.said.out}${child.said.err}`);
  return child.said.out;
}

function begin(words, { env, cwd }) {
  if (PYTHON === undefined) throw new Error(skip);
  const child = spawn(PYTHON, words, { cwd, env: { ...process.env, PYTHONUNBUFFERED: '1', PYTHONDONTWRITEBYTECODE: '1', ...env } });
  running.add(child);
  child.said = { out: '', err: '' };
  child.stdout.on('data', (text) => (child.said.out += text));
  child.stderr.on('data', (text) => (child.said.err += text));
  // A program that ends before it has read everything says so by its exit code.
  child.stdin.on('error', () => {});
  child.ended = new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      running.delete(child);
      resolve(code);
    });
  });
  return child;
}

function answers(port) {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => socket.destroy() && resolve(true));
    socket.once('error', () => resolve(false));
  });
}

function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer().once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const { port } = probe.address();
      probe.close(() => resolve(port));
    });
  });
}
