// The product under test: `wrangler dev` on a free port, on its own copy of the migrated and seeded demo.
//
// `cargo xtask test` builds the product and makes the copy's original; a single file then runs by itself too:
// `node --test tests/worker/idempotency.test.mjs`.

import { execFileSync, spawn } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const ORIGINAL = process.env.DAYMARK_TEST_DATABASE ?? join(ROOT, 'target/xtask/test-database');
const D1_FILES = 'v3/d1/miniflare-D1DatabaseObject';
const START_UP_MS = 60_000;
const BETWEEN_LOOKS_MS = 25;

/** What the demo has booked for today is over: else it would end, and be told of, at one hour of the day and not at another. */
const DEMO_IS_OVER = `update booking set state = 'COMPLETED' where state = 'CONFIRMED'
  and id in (select booking_id from booking_item where ends_at < unixepoch() + 2 * 86400)`;

/** Servers that a test file left behind must not outlive it. */
const running = new Set();
process.on('exit', () => running.forEach((server) => server.end('SIGKILL')));
for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(name, () => process.exit(1));

/**
 * Starts the product; resolves when it answers. `vars` are set as the Worker's variables, besides those of `.dev.vars`; `bindings`
 * are tables that stand at the end of a copy of `wrangler.toml`.
 */
export async function startServer({ vars = {}, bindings } = {}) {
  if (!existsSync(ORIGINAL)) throw new Error('there is no seeded database to copy yet: run `cargo xtask test` once');
  const dir = mkdtempSync(join(tmpdir(), 'daymark-test-'));
  cpSync(ORIGINAL, dir, { recursive: true });
  const server = new Server(dir, await freePort(), vars, bindings && configuration(dir, bindings));
  server.database().exec(DEMO_IS_OVER);
  await server.start();
  return server;
}

/** A copy of `wrangler.toml` with more at its end, whose paths lead where they led. */
function configuration(dir, bindings) {
  const text = readFileSync(join(ROOT, 'wrangler.toml'), 'utf8');
  const there = text.replace(/^(main|directory|migrations_dir) = "(.+)"/gm, (_, name, path) => `${name} = "${join(ROOT, path)}"`);
  const file = join(dir, 'wrangler.toml');
  writeFileSync(file, `${there}\n${bindings}\n`);
  cpSync(join(ROOT, '.dev.vars'), join(dir, '.dev.vars'));
  return file;
}

class Server {
  #process;
  #output = '';
  #database;
  #vars;

  #config;

  constructor(dir, port, vars, config) {
    this.#config = config ? ['--config', config] : [];
    this.dir = dir;
    this.port = port;
    this.url = `http://127.0.0.1:${port}`;
    this.#vars = { PUBLIC_ORIGIN: this.url, ...vars };
  }

  async start() {
    const vars = Object.entries(this.#vars).flatMap(([name, value]) => ['--var', `${name}:${value}`]);
    const wrangler = join(ROOT, 'node_modules/wrangler/bin/wrangler.js');
    const fixed = ['dev', ...this.#config, '--ip', '127.0.0.1', '--inspector-port', '0', '--show-interactive-dev-session=false'];
    // In a process group of its own, so that all of it can be ended at once.
    this.#process = spawn(process.execPath, [wrangler, ...fixed, '--port', String(this.port), '--persist-to', this.dir, ...vars], {
      cwd: ROOT,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, WRANGLER_SEND_METRICS: 'false', CLOUDFLARE_CF_FETCH_ENABLED: 'false', NODE_TEST_CONTEXT: undefined },
    });
    running.add(this);
    const child = this.#process;
    child.ended = new Promise((resolve) => child.once('exit', resolve));
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (this.#output += text));
    await this.#healthy(child);
  }

  async #healthy(child) {
    const deadline = Date.now() + START_UP_MS;
    while (Date.now() < deadline && child.exitCode === null && child.signalCode === null) {
      const status = await fetch(`${this.url}/healthz`).then((answer) => answer.status, () => 0);
      if (status === 200) return;
      await pause(BETWEEN_LOOKS_MS);
    }
    this.end('SIGKILL');
    throw new Error(`the product does not get healthy:\n${this.output}`);
  }

  /** What wrangler and the Worker have printed so far. */
  get output() {
    return this.#output;
  }

  /** The local D1 file itself, past the product: for audits, and for setting a stage. */
  database() {
    if (this.#database === undefined) {
      const folder = join(this.dir, D1_FILES);
      const file = readdirSync(folder).find((name) => /^[0-9a-f]+\.sqlite$/.test(name));
      this.#database = new DatabaseSync(join(folder, file));
      this.#database.exec('pragma busy_timeout = 5000');
    }
    return this.#database;
  }

  /** Rows of a statement, run past the product. */
  d1(sql, ...values) {
    return this.database().prepare(sql).all(...values);
  }

  /** Runs what a cron trigger runs and waits for its end. */
  async cron(trigger = '* * * * *') {
    const answer = await fetch(`${this.url}/cdn-cgi/handler/scheduled?cron=${encodeURIComponent(trigger)}`);
    const text = await answer.text();
    if (!answer.ok) throw new Error(`the trigger ${trigger} failed: ${answer.status} ${text}`);
  }

  /** Waits until the outbox has nothing under way: every delivery that is due was tried. */
  async settled({ within = 20_000 } = {}) {
    const deadline = Date.now() + within;
    while (this.#underWay() > 0) {
      if (Date.now() > deadline) throw new Error(`the outbox did not settle within ${within} ms`);
      await pause(BETWEEN_LOOKS_MS);
    }
  }

  #underWay() {
    const now = Math.floor(Date.now() / 1000);
    return this.d1(`select count(*) as n from delivery where state = 'PENDING' and next_attempt_at <= ?`, now)[0].n;
  }

  /** SIGKILL to workerd and all around it, as a power cut would. */
  async kill() {
    for (const pid of this.#group()) {
      if (commandOf(pid) === 'workerd') signal(pid, 'SIGKILL');
    }
    this.end('SIGKILL');
    await this.#process.ended;
  }

  kill9() {
    return this.kill();
  }

  /** The same state, the same address. Ends what still runs. */
  async restart() {
    await this.#farewell();
    await this.start();
  }

  async stop() {
    this.#database?.close();
    this.#database = undefined;
    await this.#farewell();
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }

  async #farewell() {
    this.end('SIGTERM');
    const insist = setTimeout(() => this.end('SIGKILL'), 3_000);
    await this.#process.ended;
    clearTimeout(insist);
    this.end('SIGKILL');
  }

  end(name) {
    running.delete(this);
    signal(-this.#process.pid, name);
  }

  #group() {
    try {
      return execFileSync('ps', ['-o', 'pid=', '-g', String(this.#process.pid)], { encoding: 'utf8' }).trim().split(/\s+/).map(Number);
    } catch {
      return [];
    }
  }
}

function commandOf(pid) {
  try {
    return readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
  } catch {
    return '';
  }
}

/** To a process, or to a group by its negative number; one that is gone already is what we want. */
function signal(pid, name) {
  try {
    process.kill(pid, name);
  } catch (error) {
    if (error.code !== 'ESRCH') throw error;
  }
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
