// Lighthouse on the plain example, with the calendar and without: what a site's owner will be told about it.
//
//   cargo xtask bench widget

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import lighthouse from 'lighthouse';
import { startNetwork } from '../support/network.mjs';
import { startServer } from '../support/server.mjs';
import { openBrowser } from '../browser/visitor.mjs';

const ROUNDS = 3;
const LEAST = { performance: 95, accessibility: 100, 'best-practices': 100 };
/** Points of performance that the calendar may cost a page. */
const COST = 3;

const example = (name) => readFileSync(fileURLToPath(new URL(`../../examples/plain-html/${name}`, import.meta.url)), 'utf8');
const PORT = 9_333;

const server = await startServer();
const product = await startNetwork(server.url);
const html = example('index.html').replaceAll('http://localhost:8787', product.url);
const page = (body) => ({ kind: 'text/html; charset=utf-8', body });
// The calendar comes from another origin, as on a real site. A site has an icon.
const site = await startNetwork(
  product.url,
  new Map([
    ['/with/', page(html)],
    ['/without/', page(html.replace(/<script async[\s\S]*?<\/script>/, ''))],
    ...['with', 'without'].map((path) => [`/${path}/site.css`, { kind: 'text/css', body: example('site.css'), cache: 'public, max-age=3600' }]),
    ['/favicon.ico', { kind: 'image/svg+xml', body: '<svg xmlns="http://www.w3.org/2000/svg"/>' }],
  ]),
);
const browser = await openBrowser([`--remote-debugging-port=${PORT}`]);

async function look(path) {
  const { lhr } = await lighthouse(`${site.url}${path}`, { port: PORT, output: 'json', logLevel: 'silent', onlyCategories: Object.keys(LEAST) });
  const scores = Object.fromEntries(Object.entries(lhr.categories).map(([name, { score }]) => [name, Math.round(score * 100)]));
  const missed = Object.values(lhr.categories).flatMap(({ id, auditRefs }) =>
    id === 'performance' ? [] : auditRefs.filter((one) => one.weight && lhr.audits[one.id].score !== null && lhr.audits[one.id].score < 1).map((one) => one.id),
  );
  const shown = ['first-contentful-paint', 'largest-contentful-paint', 'total-blocking-time', 'cumulative-layout-shift', 'speed-index'].map((id) => lhr.audits[id].displayValue);
  return { scores, missed, shown };
}

const middle = (runs) => runs.sort((a, b) => a.scores.performance - b.scores.performance)[Math.floor(runs.length / 2)];
let failed = false;
try {
  await look('/with/');
  const runs = { '/with/': [], '/without/': [] };
  for (let round = 0; round < ROUNDS; round += 1) for (const path of Object.keys(runs)) runs[path].push(await look(path));
  console.log(`Lighthouse ${(await import('lighthouse/package.json', { with: { type: 'json' } })).default.version}, its phone, the middle of ${ROUNDS} runs`);
  console.log('                        performance  accessibility  best practices   FCP, LCP, TBT, CLS, speed index');
  const [ours, bare] = Object.values(runs).map(middle);
  for (const [name, { scores, shown }] of [['with the calendar', ours], ['without', bare]]) {
    console.log(`  ${name.padEnd(22)}${Object.keys(LEAST).map((id) => String(scores[id]).padStart(13)).join('')}   ${shown.join(', ').replaceAll('\u00a0', ' ')}`);
  }
  const low = Object.entries(LEAST).filter(([id, least]) => ours.scores[id] < least).map(([id]) => `${id} below ${LEAST[id]}`);
  const cost = bare.scores.performance - ours.scores.performance;
  if (cost > COST) low.push(`it costs the page ${cost} points`);
  if (ours.missed.length) low.push(`missed: ${ours.missed.join(', ')}`);
  console.log(low.length ? `  ${low.join('; ')}` : `  as promised; it costs the page ${Math.max(0, cost)} points`);
  failed = low.length > 0;
} finally {
  await browser.close();
  await Promise.all([site.stop(), product.stop()]);
  await server.stop();
}
process.exitCode = failed ? 1 : 0;
