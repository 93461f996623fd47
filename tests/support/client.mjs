// HTTP as a caller sees it: one `Caller` for each person or program that talks to the product.
//
// An answer keeps its exact bytes (`text`), because promises such as "the same answer again" are about bytes.

import assert from 'node:assert/strict';

let addresses = 0;

/** A public address of its own for every caller, so that one test's requests never count against another's limit. */
function nextAddress() {
  addresses += 1;
  const start = (process.pid * 251 + addresses) % 0xffffff;
  return `100.${64 + ((start >> 16) & 63)}.${(start >> 8) & 255}.${start & 255}`;
}

/** What came back. */
export class Answer {
  constructor(request, response, text) {
    this.request = request;
    this.status = response.status;
    this.headers = response.headers;
    this.text = text;
  }

  /** The body as JSON; fails with the body shown when it is none. */
  get json() {
    try {
      return JSON.parse(this.text);
    } catch {
      assert.fail(`${this.request} answered ${this.status} with something else than JSON: ${this.text.slice(0, 400)}`);
    }
  }

  header(name) {
    return this.headers.get(name);
  }

  /** Asserts the status, showing the body when it is another; returns the answer. */
  is(...statuses) {
    assert.ok(
      statuses.includes(this.status),
      `${this.request} answered ${this.status}, not ${statuses.join(' or ')}: ${this.text.slice(0, 1200)}`,
    );
    return this;
  }

  /** Asserts an RFC 9457 problem with this status and code; returns the problem. */
  problem(status, code) {
    this.is(status);
    assert.match(this.header('content-type') ?? '', /^application\/problem\+json/, `${this.request}: content type`);
    const problem = this.json;
    assert.equal(problem.status, status, `${this.request}: the problem's own status`);
    for (const field of ['type', 'title', 'code']) {
      assert.equal(typeof problem[field], 'string', `${this.request}: \`${field}\` of ${this.text}`);
    }
    if (code !== undefined) assert.equal(problem.code, code, `${this.request}: ${this.text.slice(0, 1200)}`);
    return problem;
  }
}

/** Somebody who sends requests: an address, and whatever proves who they are. */
export class Caller {
  constructor(base, { headers = {}, now } = {}) {
    this.base = base;
    this.address = nextAddress();
    this.headers = headers;
    this.now = now;
  }

  /** The same caller at another time, as a development server is told by `X-Daymark-Now`. */
  at(now) {
    const other = new Caller(this.base, { headers: this.headers, now: now instanceof Date ? iso(now) : now });
    other.address = this.address;
    return other;
  }

  /** The same caller with more headers. */
  with(headers) {
    const other = new Caller(this.base, { headers: { ...this.headers, ...headers }, now: this.now });
    other.address = this.address;
    return other;
  }

  async send(method, path, { json, body, headers = {}, key } = {}) {
    const sent = {
      'cf-connecting-ip': this.address,
      'x-forwarded-for': this.address,
      ...this.headers,
      ...(this.now ? { 'x-daymark-now': this.now } : {}),
      ...(json !== undefined ? { 'content-type': 'application/json' } : {}),
      ...(key !== undefined ? { 'idempotency-key': key } : {}),
      ...headers,
    };
    const url = path.startsWith('http') ? path : this.base + path;
    const response = await fetch(url, {
      method,
      headers: sent,
      body: json !== undefined ? JSON.stringify(json) : body,
      redirect: 'manual',
    });
    return new Answer(`${method} ${url.slice(this.base.length)}`, response, await response.text());
  }

  get(path, options) {
    return this.send('GET', path, options);
  }

  post(path, json, options) {
    return this.send('POST', path, { json, ...options });
  }

  patch(path, json, options) {
    return this.send('PATCH', path, { json, ...options });
  }

  delete(path, options) {
    return this.send('DELETE', path, options);
  }
}

/** ISO 8601 UTC without fractions, as the wire writes it. */
export function iso(date) {
  return date.toISOString().replace(/\.\d{3}Z$/, 'Z');
}

/** A time that many minutes after another. */
export function after(time, minutes) {
  return iso(new Date(new Date(time).getTime() + minutes * 60_000));
}
