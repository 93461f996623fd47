// Mail reaches a real mail server once, is tried again while that one is busy, and given up when it says no for good.

import assert from 'node:assert/strict';
import { after, before, beforeEach, test } from 'node:test';
import { SMTPServer } from 'smtp-server';
import { newcomer } from '../support/actors.mjs';
import { key } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

const ACCOUNT = { user: 'daymark', pass: 'let me send' };
const SENDER = 'no-reply@book.example';

/** A mail server that takes what it is told to, and remembers it. */
class Post {
  mails = [];
  refusal = null;

  async open(options) {
    this.server = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      disableReverseLookup: true,
      ...options,
      onAuth: ({ username, password }, _, done) =>
        username === ACCOUNT.user && password === ACCOUNT.pass ? done(null, { user: username }) : done(new Error('Not you')),
      onRcptTo: (_, session, done) =>
        done(this.refusal ? Object.assign(new Error('No'), { responseCode: this.refusal }) : session.user ? null : new Error('Sign in')),
      onData: (stream, session, done) => {
        const pieces = [];
        stream.on('data', (piece) => pieces.push(piece));
        stream.on('end', () => {
          this.mails.push({ envelope: session.envelope, secure: session.secure, text: Buffer.concat(pieces).toString() });
          done();
        });
      },
    });
    this.server.on('error', () => {});
    await new Promise((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this.server.server.address().port;
  }
}

const post = new Post();
const guarded = new Post();
let server;
let strict;
before(async () => {
  const vars = { SMTP_HOST: '127.0.0.1', SMTP_USER: ACCOUNT.user, SMTP_PASSWORD: ACCOUNT.pass, MAIL_FROM: SENDER };
  server = await startServer({ vars: { ...vars, SMTP_PORT: String(await post.open({ hideSTARTTLS: true })), SMTP_SECURITY: 'none' } });
  strict = await startServer({ vars: { ...vars, SMTP_PORT: String(await guarded.open({})) } });
});
beforeEach(() => (post.refusal = null));
after(async () => {
  await Promise.all([server.stop(), strict.stop()]);
  for (const one of [post, guarded]) await new Promise((resolve) => one.server.close(resolve));
});

const stateOf = (where, address) =>
  where.d1('select state, attempts, failure, letter_sealed is null as forgotten from mail where recipient = ? order by id desc limit 1', address)[0];

/** Waits until a mail was tried that often. */
async function tried(where, address, attempts) {
  for (let look = 0; look < 400; look += 1) {
    const row = stateOf(where, address);
    if (row?.attempts === attempts && (row.state !== 'QUEUED' || row.failure)) return { ...row };
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  return assert.fail(`the mail to ${address} is ${JSON.stringify(stateOf(where, address))}`);
}

const invite = (host, email) => host.post(`/api/orgs/${host.org}/members`, { email, role: 'STAFF' }, { key: key() });
const due = (where, address) => where.d1(`update mail set next_attempt_at = 0 where recipient = ? and state = 'QUEUED'`, address);
const to = (address) => post.mails.filter((mail) => mail.envelope.rcptTo.some((one) => one.address === address));

test('a mail leaves at once and once, signed in, as text and as HTML', async () => {
  const host = await newcomer(server, { name: 'Zoë Grün' });
  const email = 'grace@people.example';
  (await invite(host, email)).is(201);
  assert.equal((await tried(server, email, 1)).state, 'SENT');
  await Promise.all([server.cron(), server.cron()]);
  const [mail, ...more] = to(email);
  assert.deepEqual(more, []);
  assert.equal(mail.envelope.mailFrom.address, SENDER);
  for (const line of [/^From: "Venture \d+" <no-reply@book\.example>/m, /^To: <?grace@people\.example>?/m, /^Message-ID: <mail_\w+@book\.example>/m, /^Auto-Submitted: auto-generated/m, /text\/plain/, /text\/html/]) {
    assert.match(mail.text, line);
  }
  const plain = mail.text.replace(/=\r?\n/g, '').replace(/=3D/g, '=');
  assert.match(plain, /\/console\/invitation\?token=[\w-]{43}/);
});

test('while the mail server is busy it is tried again later, and arrives once', async () => {
  const host = await newcomer(server);
  const email = 'busy@people.example';
  post.refusal = 450;
  (await invite(host, email)).is(201);
  const first = await tried(server, email, 1);
  assert.deepEqual([first.state, first.failure.slice(0, 3)], ['QUEUED', '450']);
  await server.cron();
  assert.equal(stateOf(server, email).attempts, 1, 'tried before its time');
  post.refusal = null;
  due(server, email);
  await server.cron();
  assert.equal((await tried(server, email, 2)).state, 'SENT');
  assert.equal(to(email).length, 1);
});

test('a mail that is refused for good is given up, and those who run the organization see why', async () => {
  const host = await newcomer(server);
  const email = 'gone@people.example';
  post.refusal = 550;
  (await invite(host, email)).is(201);
  assert.equal((await tried(server, email, 1)).state, 'FAILED');
  const { data } = (await host.get(`/api/orgs/${host.org}/mails`)).is(200).json;
  assert.deepEqual(data.map((mail) => [mail.recipient, mail.kind, mail.status, mail.failure.slice(0, 3)]), [[email, 'account.invitation', 'FAILED', '550']]);
  assert.equal(to(email).length, 0);
  (await (await newcomer(server)).get(`/api/orgs/${host.org}/mails`)).problem(404);
});

test('nothing is said in the clear, or to a server that cannot prove who it is', async () => {
  const host = await newcomer(strict);
  const email = 'careful@people.example';
  (await invite(host, email)).is(201);
  const row = await tried(strict, email, 1);
  assert.equal(row.state, 'QUEUED');
  assert.deepEqual(guarded.mails, []);
});
