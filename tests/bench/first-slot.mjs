// How long a visitor waits until a slot can be chosen, on a slow phone: the calendar beside the same page with FullCalendar
// that draws the same month from JSON. Cold and warm, taking turns, in one run. Also what the page feels of it: whether
// anything moves, and whether its main thread is held up.
//
//   cargo xtask bench widget

import { build } from 'esbuild';
import { CALENDAR, SUNSET, dayFromNow } from '../support/harbor.mjs';
import { startNetwork } from '../support/network.mjs';
import { startServer } from '../support/server.mjs';
import { openBrowser } from '../browser/visitor.mjs';

const ROUNDS = Number(process.env.DAYMARK_BENCH_ROUNDS ?? 7);
/** Chromium's own "Fast 3G", and a processor four times slower than this one. */
const FAST_3G = { offline: false, latency: 150 * 3.75, downloadThroughput: (1.6e6 / 8) * 0.9, uploadThroughput: (750e3 / 8) * 0.9 };
const SLOWER = 4;

const html = (body) =>
  `<!doctype html><html lang="en"><head><title>A page</title><link rel="icon" href="data:,"><meta name="viewport" content="width=device-width, initial-scale=1"></head>` +
  `<body><h1>Trips</h1>${body}<p>Below the calendar</p></body></html>`;
/** As the README writes it: its place is kept while the script is on its way. */
const KEPT = 'style="display: block; height: 0; padding-bottom: clamp(622px, (680px - 100%) * 999, 940px)"';
const page = (body) => ({ kind: 'text/html; charset=utf-8', body: html(body) });

/** FullCalendar's month with the starts of the tour as events that can be clicked, bundled and minified as one would. */
async function fullCalendar() {
  const source = `
    import { Calendar } from '@fullcalendar/core';
    import dayGrid from '@fullcalendar/daygrid';
    import interaction from '@fullcalendar/interaction';
    const events = fetch('/month.json').then((answer) => answer.json());
    new Calendar(document.querySelector('#peer'), {
      plugins: [dayGrid, interaction],
      initialView: 'dayGridMonth',
      events: () => events,
      eventClick: ({ event }) => (document.title = event.startStr),
    }).render();`;
  const made = await build({ stdin: { contents: source, resolveDir: process.cwd() }, bundle: true, minify: true, write: false, format: 'iife', logLevel: 'silent' });
  return made.outputFiles[0].text;
}

const server = await startServer();
const asked = `/api/tours/${SUNSET}/availability?from=${dayFromNow(0)}&to=${dayFromNow(41)}&party=adult:1`;
const { slots } = await (await fetch(server.url + asked)).json();
const month = slots.map(({ startsAt, endsAt, remaining }) => ({ start: startsAt, end: endsAt, title: `${remaining} left` }));
const pages = new Map();
const network = await startNetwork(server.url, pages);
const week = 'public, max-age=604800';
pages.set('/peer.js', { kind: 'text/javascript', body: await fullCalendar(), cache: week });
pages.set('/month.json', { kind: 'application/json', body: JSON.stringify(month) });
// The same address for both, so that both pay for one connection.
pages.set('/peer', page('<div id="peer"></div><script async src="/peer.js"></script>'));
pages.set('/ours', page(`<daymark-calendar calendar="${CALENDAR}" offering="${SUNSET}" ${KEPT}></daymark-calendar><script async src="/embed.js"></script>`));
pages.set('/bare', page(''));
const browser = await openBrowser();

/** Looks before every frame for the first thing that can be chosen. */
function watch() {
  window.shift = 0;
  window.long = [];
  new PerformanceObserver((list) => list.getEntries().forEach(({ value }) => (window.shift += value))).observe({ type: 'layout-shift', buffered: true });
  new PerformanceObserver((list) => list.getEntries().forEach(({ duration }) => window.long.push(Math.round(duration)))).observe({ type: 'longtask', buffered: true });
  const look = () => {
    const ours = document.querySelector('daymark-calendar')?.shadowRoot?.querySelector('.slot:not(.grey)');
    if (ours || document.querySelector('.fc-event')) window.first = performance.now();
    else requestAnimationFrame(look);
  };
  look();
}

async function open(context, path, slow) {
  const tab = context.pages()[0] ?? (await context.newPage());
  const cdp = await context.newCDPSession(tab);
  await cdp.send('Network.enable');
  if (slow) {
    await cdp.send('Network.emulateNetworkConditions', FAST_3G);
    await cdp.send('Emulation.setCPUThrottlingRate', { rate: SLOWER });
  }
  let bytes = 0;
  cdp.on('Network.loadingFinished', ({ encodedDataLength }) => (bytes += encodedDataLength));
  await tab.goto(network.url + path);
  await tab.waitForFunction(() => window.first !== undefined, null, { polling: 50 });
  await tab.waitForTimeout(slow ? 1_500 : 600);
  const seen = await tab.evaluate(() => ({ first: window.first, shift: window.shift, long: window.long }));
  await cdp.detach();
  return { ...seen, bytes };
}

async function visit(path, { slow = true } = {}) {
  const context = await browser.newContext({ viewport: { width: 412, height: 823 } });
  await context.addInitScript(watch);
  const cold = await open(context, path, slow);
  const warm = await open(context, path, slow);
  await context.close();
  return { cold, warm };
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
let lost = false;
try {
  // The first visit of all pays for compression and for a Worker that has just started.
  for (const path of ['/ours', '/peer']) await visit(path);
  const rounds = { '/ours': [], '/peer': [] };
  for (let round = 0; round < ROUNDS; round += 1) for (const path of Object.keys(rounds)) rounds[path].push(await visit(path));
  console.log(`fast 3G, ${SLOWER}× slower processor, medians of ${ROUNDS}; ${month.length} starts of a month and a half`);
  console.log(`  ${''.padEnd(24)}${['cold', 'warm', 'KB cold', 'KB warm', 'moved by'].map((head) => head.padStart(10)).join('')}`);
  const firsts = {};
  for (const [path, visits] of Object.entries(rounds)) {
    const of = (when, what) => median(visits.map((visit) => visit[when][what]));
    firsts[path] = [of('cold', 'first'), of('warm', 'first')];
    const row = [...firsts[path].map((ms) => `${Math.round(ms)} ms`), ...['cold', 'warm'].map((when) => (of(when, 'bytes') / 1000).toFixed(1)), of('cold', 'shift').toFixed(3)];
    console.log(`  ${(path === '/ours' ? 'Daymark' : 'FullCalendar 6').padEnd(24)}${row.map((cell) => cell.padStart(10)).join('')}`);
  }
  lost = firsts['/ours'].some((ms, place) => ms >= firsts['/peer'][place]);
  const plain = [];
  for (let round = 0; round < 3; round += 1) plain.push(await visit('/ours', { slow: false }));
  const held = plain.flatMap(({ cold, warm }) => [...cold.long, ...warm.long]);
  const slowHeld = rounds['/ours'].map(({ cold }) => Math.max(0, ...cold.long));
  console.log(`  main thread held up for more than 50 ms: ${held.length ? held.join(', ') + ' ms' : 'never'} (slowed down ${SLOWER}×: longest ${median(slowHeld)} ms; FullCalendar ${median(rounds['/peer'].map(({ cold }) => Math.max(0, ...cold.long)))} ms)`);
  console.log(`  ${lost ? 'FullCalendar was first' : 'Daymark was first, cold and warm'}`);
} finally {
  await browser.close();
  await network.stop();
  await server.stop();
}
process.exitCode = lost ? 1 : 0;
