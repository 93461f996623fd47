// A webhook receiver on loopback that checks every signature with the standard's own library, and misbehaves when told to.

import { createServer } from 'node:http';
import { Webhook } from 'standardwebhooks';

/** Ways to answer. Each takes the how-manieth request of its event (1, 2, …) and of all. `once` is a promise to wait for. */
export const answers = {
  always: (status, headers = {}) => () => ({ status, headers }),
  /** Fails the first time for every event, takes it the second: half of all attempts fail, without luck. */
  everyOther: (status = 503) => (nth) => ({ status: nth % 2 === 1 ? status : 204 }),
  gone: () => ({ status: 410 }),
  reset: () => ({ reset: true }),
};

export class Receiver {
  /** Starts one. `secret` may be set later, when the product has told it. */
  static async start({ answer = answers.always(204), secret } = {}) {
    const receiver = new Receiver();
    receiver.answer = answer;
    receiver.secrets = secret ? [secret] : [];
    receiver.received = [];
    receiver.waiting = new Set();
    receiver.server = createServer((request, response) => receiver.#take(request, response));
    await new Promise((resolve) => receiver.server.listen(0, '127.0.0.1', resolve));
    receiver.url = `http://127.0.0.1:${receiver.server.address().port}/hook`;
    return receiver;
  }

  async stop() {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  /** As if its machine were off: nobody listens at its address. */
  async die() {
    this.port = this.server.address().port;
    await this.stop();
  }

  /** Back at the same address. */
  revive() {
    return new Promise((resolve) => this.server.listen(this.port, '127.0.0.1', resolve));
  }

  /** Whether one secret of ours signed it; a stranger's or a stale one throws inside the library. */
  verified(delivery, secret) {
    try {
      new Webhook(secret).verify(delivery.body, delivery.headers);
      return true;
    } catch {
      return false;
    }
  }

  /** Deliveries that were taken (2xx), first one per `webhook-id`: what a careful receiver acts upon. */
  get accepted() {
    const seen = new Map();
    for (const delivery of this.received) {
      if (delivery.status >= 200 && delivery.status < 300 && !seen.has(delivery.id)) seen.set(delivery.id, delivery);
    }
    return [...seen.values()];
  }

  /** Deliveries that no secret of ours signed. Must stay empty. */
  get unsigned() {
    return this.received.filter((delivery) => !this.secrets.some((secret) => this.verified(delivery, secret)));
  }

  /** Waits until the condition holds, looked at after every delivery; fails after the time limit. */
  until(condition, { within = 20_000, what = 'the expected deliveries' } = {}) {
    if (condition(this)) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const waiter = () => {
        if (!condition(this)) return;
        this.waiting.delete(waiter);
        clearTimeout(timer);
        resolve();
      };
      const timer = setTimeout(() => {
        this.waiting.delete(waiter);
        const seen = this.received.map((d) => `${d.status} ${d.type} ${d.id}`).join('\n');
        reject(new Error(`${what} did not come within ${within} ms; so far:\n${seen}`));
      }, within);
      this.waiting.add(waiter);
    });
  }

  async #take(request, response) {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks).toString('utf8');
    const id = request.headers['webhook-id'];
    const nth = this.received.filter((earlier) => earlier.id === id).length + 1;
    const { status = 204, headers = {}, delay = 0, reset = false, silent = false, text = '', once } = this.answer(nth, this.received.length + 1);
    let type;
    try {
      type = JSON.parse(body).type;
    } catch {
      type = undefined;
    }
    this.received.push({ id, type, body, headers: { ...request.headers }, status: reset || silent ? 0 : status, at: Date.now() });
    const finish = () => {
      if (reset) request.socket.resetAndDestroy();
      else if (!silent) response.writeHead(status, headers).end(text);
      for (const waiter of [...this.waiting]) waiter();
    };
    if (once) await once;
    if (delay > 0) setTimeout(finish, delay);
    else finish();
  }
}
