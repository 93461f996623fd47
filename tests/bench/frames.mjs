// What a month, a view and a guest more take in the browser: a calendar with 50 offerings and a year of departures, each
// change from the click to the finished layout, beside one frame at 60 Hz. No server but for the files: no change asks it.

import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import { chromium } from 'playwright-core';
import { longestTask } from './tasks.mjs';

const SITE = new URL('../../target/site/', import.meta.url);
const FRAME = 1000 / 60;
/** What the browser calls a long task. */
const LONG = 50;
const OFFERINGS = 50;
const TIMES = 40;
const KINDS = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.json': 'application/json' };

/** The harbor's calendar with its tour fifty times, six departures every day of the year, and a boat that all share. */
async function snapshot() {
  const harbor = JSON.parse(await readFile(new URL('../../widget/tests/support/harbor.json', import.meta.url)));
  const [offering] = harbor.offerings;
  const [card] = harbor.cards;
  const from = new Date().toISOString().slice(0, 10);
  const times = { at: ['08:00', '10:00', '12:00', '14:00', '16:00', '18:00'] };
  const ids = Array.from({ length: OFFERINGS }, (_, place) => `tour_bench_${place}`);
  const schedule = { rules: [{ repeats: { daily: { every: 1 } }, times, from }] };
  harbor.venue.now = Math.floor(Date.now() / 1000);
  harbor.offerings = ids.map((id) => ({ ...offering, id, schedule, rules: { ...offering.rules, horizon_days: 366, horizonDays: 366 } }));
  const tariff = harbor.book.tariffs.find((one) => one.offering === offering.id);
  harbor.book.tariffs = ids.map((id) => ({ ...tariff, offering: id }));
  harbor.cards = ids.map((id, place) => ({ ...card, id, name: `${card.name} ${place + 1}` }));
  return JSON.stringify(harbor);
}

const body = await snapshot();
const requests = [];
const server = createServer(async (request, response) => {
  const path = request.url.split('?')[0];
  requests.push(path);
  const send = (type, text) => response.writeHead(200, { 'content-type': type, etag: '"1"' }).end(text);
  if (path === '/') return send('text/html', '<!doctype html><html lang="en"><title>Frames</title><daymark-calendar calendar="cal_harbor" offering="tour_bench_0"></daymark-calendar><script async src="/embed.js"></script></html>');
  if (path.startsWith('/embed/')) return send('application/json', body);
  const file = await readFile(new URL(`.${path}`, SITE)).catch(() => null);
  return file ? send(KINDS[extname(path)] ?? 'text/plain', file) : response.writeHead(404).end();
});
await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
const browser = await chromium.launch({ executablePath: process.env.DAYMARK_CHROMIUM ?? '/usr/bin/chromium', args: ['--no-sandbox', '--disable-gpu'] });
const page = await browser.newPage({ viewport: { width: 1100, height: 900 } });
const calendar = page.locator('daymark-calendar');
const loading = await longestTask(browser, page, async () => {
  await page.goto(`http://127.0.0.1:${server.address().port}/`);
  await calendar.locator('.day.free').first().waitFor();
  await page.waitForLoadState('networkidle');
});
await calendar.locator('.slot:not(.grey)').first().click();
await calendar.locator('.summary .total').waitFor();
await calendar.getByRole('button', { name: 'Back' }).click();

/** From the click to the finished layout, in milliseconds, again and again. */
const measure = (names, times = TIMES) =>
  page.evaluate(
    async ([names, times]) => {
      const root = document.querySelector('daymark-calendar').shadowRoot;
      const button = (name) => [...root.querySelectorAll('button')].find((one) => [one.ariaLabel, one.textContent].includes(name));
      // The calendar draws when the click is over, before anything else happens.
      const drawn = () => new Promise((resolve) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = resolve;
        port2.postMessage(null);
      });
      const all = [];
      for (let turn = 0; turn < times; turn += 1) {
        const one = button(names[turn % names.length]);
        const begun = performance.now();
        one.click();
        await drawn();
        root.querySelector('.frame').getBoundingClientRect();
        all.push(performance.now() - begun);
      }
      return all;
    },
    [names, times],
  );

const tasks = [loading];

/** A busy machine makes a change slower, never faster: what it takes is the fastest, how it felt in this run the rest. */
const row = async (name, buttons) => {
  let all;
  const task = await longestTask(browser, page, async () => (all = await measure(buttons)));
  tasks.push(task);
  const sorted = [...all].sort((a, b) => a - b);
  const [fastest, median, worst] = [0, 0.5, 0.95].map((share) => sorted[Math.floor(sorted.length * share)]);
  const columns = [fastest, median, worst].map((value) => `${value.toFixed(1).padStart(8)} ms`).join(' ');
  console.log(`${name.padEnd(40)} ${columns} ${task.toFixed(1).padStart(8)} ms   aim < ${FRAME.toFixed(1)} ms${median < FRAME ? '' : '   MISSED'}`);
};

console.log(`${`${OFFERINGS} offerings, a year of departures`.padEnd(40)} ${['fastest', 'median', '95 %', 'task'].map((name) => name.padStart(11)).join(' ')}`);
console.log(`${'  the first view'.padEnd(40)} ${`${loading.toFixed(1)} ms`.padStart(47)}`);
const before = requests.length;
await row('  another month', ['Next month', 'Next month', 'Previous month', 'Previous month']);
await row('  another view', ['Week', 'List', 'Month']);
await measure(['Week'], 1);
await row('  another week', ['Next week', 'Previous week']);
await measure(['List'], 1);
await row('  another month of the list', ['Next month', 'Previous month']);
await measure(['Month'], 1);
await calendar.locator('.slot:not(.grey)').first().click();
await calendar.locator('.summary .total').waitFor();
await row('  a guest more, and the price', ['More: Adult', 'Fewer: Adult']);
if (requests.length > before) throw new Error(`asked the server: ${requests.slice(before).join(' ')}`);
const longest = Math.max(...tasks);
console.log(`  the longest task of the main thread, in its own processor time: ${longest.toFixed(1)} ms   aim < ${LONG} ms${longest < LONG ? '' : '   MISSED'}`);
await browser.close();
server.close();
process.exitCode = longest < LONG ? 0 : 1;
