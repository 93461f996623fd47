// The stage of the tests: a Daymark with the demo's business (`cargo xtask dev`), its owner, and a receiver in Zapier's place.

const assert = require('node:assert/strict');
const { createServer } = require('node:http');

const BASE = (process.env.DAYMARK_URL ??= 'http://127.0.0.1:8787');
/** People of the demo: who owns it, and who teaches sailing and has a calendar of their own. */
const PEOPLE = {
  owner: { email: 'owner@harbor.example', password: 'demo-harbor' },
  instructor: { email: 'instructor@harbor.example', password: 'demo-harbor' },
};
const REDIRECT = 'https://zapier.com/dashboard/auth/oauth/return/App1CLIAPI/';

async function call(method, path, { json, form, headers = {}, redirect } = {}) {
  const body = json !== undefined ? JSON.stringify(json) : form?.toString();
  const type = json !== undefined ? 'application/json' : 'application/x-www-form-urlencoded';
  const response = await fetch(BASE + path, { method, body, headers: { ...(body === undefined ? {} : { 'content-type': type }), ...headers }, redirect: 'manual' });
  const text = await response.text();
  assert.ok(response.status < 400, `${method} ${path}: ${response.status} ${text}`);
  return redirect ? response : text === '' ? undefined : JSON.parse(text);
}

/** Somebody signed in as in a browser; `staff(method, path, json)` asks with the session. */
async function signIn(who = PEOPLE.owner) {
  const response = await fetch(`${BASE}/api/auth/login`, { method: 'POST', body: JSON.stringify(who), headers: { 'content-type': 'application/json' } });
  const cookie = response.headers.getSetCookie().map((line) => line.split(';', 1)[0]).join('; ');
  const { organizations } = await response.json();
  const headers = { cookie, origin: BASE };
  return { org: organizations[0].id, headers, staff: (method, path, json) => call(method, path, { json, headers }) };
}

/** Registers this app with the business, as its owner does once. */
async function register({ org, staff }, scopes) {
  const made = await staff('POST', `/api/orgs/${org}/oauth-apps`, { name: 'Zapier', redirectUris: [REDIRECT], scopes });
  Object.assign(process.env, { CLIENT_ID: made.clientId, CLIENT_SECRET: made.clientSecret });
}

/** The person reads the consent page at that address and says yes; answers the code. */
async function consent({ org, headers }, url) {
  const page = await fetch(url, { headers });
  assert.equal(page.status, 200);
  const form = new URLSearchParams(new URL(url).search);
  form.set('organization', org);
  form.set('decision', 'allow');
  const response = await call('POST', '/api/oauth/authorize', { form, headers, redirect: true });
  return new URL(response.headers.get('location')).searchParams;
}

/** What Zapier does with a hook: takes it, and hands it to the trigger. */
async function catcher() {
  const caught = [];
  const waiting = new Set();
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const content = Buffer.concat(chunks).toString('utf8');
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [`Http-${name}`, value]));
    caught.push({ path: request.url, rawRequest: { method: 'POST', headers, content }, cleanedRequest: JSON.parse(content) });
    response.writeHead(200).end('{}');
    for (const look of [...waiting]) look();
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** The first hook at a path, once it is there. */
    at: (path, within = 30_000) => new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`nothing came to ${path}; only to ${caught.map((hook) => hook.path)}`)), within);
      const look = () => {
        const hook = caught.find((one) => one.path === path);
        if (!hook) return;
        clearTimeout(timer);
        waiting.delete(look);
        resolve(hook);
      };
      waiting.add(look);
      look();
    }),
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(resolve));
    },
  };
}

const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

let departures;
/** A departure of the demo's tour that nobody has booked. */
async function departure() {
  departures ??= (await call('GET', `/api/tours/tour_harbor_sunset/availability?from=${day(20)}&to=${day(60)}`)).slots
    .filter(({ status, remaining }) => status === 'OPEN' && remaining === 12);
  return departures.shift().startsAt;
}

let guests = 0;
/** A guest books; answers the booking with the token of its page. */
async function book() {
  guests += 1;
  const customer = { name: `Zoe Zander ${guests}`, email: `zoe-${process.pid}-${guests}@guests.example` };
  const json = { tourId: 'tour_harbor_sunset', instanceStartsAt: await departure(), party: { adult: 2 }, customer };
  const made = await call('POST', '/api/bookings', { json });
  return { ...made, customer, token: made.manageUrl.split('/b/')[1] };
}

module.exports = { PEOPLE, REDIRECT, call, signIn, register, consent, catcher, departure, book, day };
