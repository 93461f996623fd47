// Nothing of the page moves when the calendar comes, however late its script is: on every example, as the README writes it,
// and at the widths of a phone, a tablet and a desktop. The browser itself counts what moves.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CALENDAR, LESSON, ORG, SUNSET } from '../support/harbor.mjs';
import { member } from '../support/members.mjs';
import { startServer } from '../support/server.mjs';
import { startSite } from '../support/site.mjs';
import { readFileSync } from 'node:fs';
import { openStage } from './stage.mjs';
import { openBrowser, visit } from './visitor.mjs';

let server, site, stage, browser;

before(async () => {
  server = await startServer();
  // The way to suggest an event is part of what must have its place.
  (await member(server, 'STAFF').patch(`/api/orgs/${ORG}/calendars/${CALENDAR}`, { submissions: true })).is(200);
  site = await startSite({ product: server.url });
  stage = await openStage();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await stage?.close();
  await site?.stop();
  await server?.stop();
});

const SIZES = [{ width: 390, height: 2000 }, { width: 820, height: 1600 }, { width: 1280, height: 1600 }];
/** What the README says to paste. */
const [SCRIPT, ELEMENT] = [/<script async[^>]*data-calendar[^>]*><\/script>/, /<script async[^>]*><\/script>\s*<daymark-calendar[\s\S]*?<\/daymark-calendar>/].map(
  (snippet) => readFileSync(new URL('../../README.md', import.meta.url), 'utf8').match(snippet)[0],
);

/** Opens a page whose scripts of ours come only when all else has been painted; answers what moved, by what the browser saw. */
async function moved(url, viewport) {
  const visitor = await visit(browser, 'about:blank', { viewport });
  const { page } = visitor;
  await page.addInitScript(() => {
    window.moves = [];
    const tell = ({ sources }) => sources.map(({ node }) => node?.outerHTML?.slice(0, 120) ?? node?.textContent ?? 'something that is gone');
    new PerformanceObserver((list) => window.moves.push(...list.getEntries().flatMap(tell))).observe({ type: 'layout-shift', buffered: true });
  });
  // What is there is painted before the next of ours comes: the loader, then everything that it asks for.
  const painted = () => page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
  await page.route(/\/embed(\.js|\/)|\/assets\//, async (route) => {
    await page.waitForFunction(() => performance.getEntriesByName('first-contentful-paint').length > 0);
    await painted();
    await route.continue();
  });
  await page.goto(url, { waitUntil: 'commit' });
  await page.waitForFunction(() => {
    const all = [...document.querySelectorAll('daymark-calendar')];
    return all.length > 0 && all.every(({ shadowRoot }) => shadowRoot?.querySelector('.frame:not(.bones), .opener, .sheet'));
  });
  // The rest of the journey has come too.
  await page.waitForLoadState('networkidle');
  await painted();
  const moves = await page.evaluate(() => window.moves);
  await visitor.close();
  return moves;
}

for (const example of ['plain-html', 'popup', 'two-calendars', 'strict-csp', 'react', 'wordpress', 'theme']) {
  test(`${example}: nothing moves`, async () => {
    for (const size of SIZES) assert.deepEqual(await moved(`${site.url}/${example}/`, size), [], `at ${size.width}`);
  });
}

test('our own page for a calendar: nothing moves', async () => {
  for (const size of SIZES) {
    for (const more of ['', `?offering=${SUNSET}`]) assert.deepEqual(await moved(`${server.url}/c/${CALENDAR}${more}`, size), [], `${more} at ${size.width}`);
  }
});

const below = '<p>What stands below the calendar</p>'.repeat(3);
const ours = (markup) => markup.replaceAll('http://localhost:8787', server.url);

test('what the README says to paste keeps its place: above other things, with the script there or at the end of the page', async () => {
  const [script, element] = ours(ELEMENT).match(/^(.*?<\/script>)\s*([\s\S]*)$/).slice(1);
  const pages = {
    'the script is the calendar': `<h1>A page</h1>${ours(SCRIPT)}${below}`,
    'script and element': `<h1>A page</h1>${script}${element}${below}`,
    'the script at the end': `<h1>A page</h1>${element}${below}${script}`,
    'one offering': `<h1>A page</h1>${ours(SCRIPT).replace('async', `async data-offering="${SUNSET}"`)}${below}`,
    'in a narrow column of a wide page': `<div style="display:flex;gap:20px"><div style="width:360px">${element}${below}</div><p>Beside it</p></div>${script}`,
    ...Object.fromEntries(
      // Half an hour after the other: the longest days that the demo has.
      ['month', 'week', 'list'].map((view) => [view, `${element.replace('calendar=', `view="${view}" offering="${LESSON}" calendar=`)}${below}${script}`]),
    ),
  };
  for (const [name, body] of Object.entries(pages)) {
    for (const size of SIZES) assert.deepEqual(await moved(stage.put(body), size), [], `${name} at ${size.width}`);
  }
});

test('who comes near a long day sees all of it, by mouse and by keyboard', async () => {
  const body = `<a href="#">Before it</a>${ours(ELEMENT).replace('calendar=', `offering="${LESSON}" calendar=`)}${below}`;
  for (const near of [(page) => page.locator('daymark-calendar').hover(), (page) => page.keyboard.press('Tab').then(() => page.keyboard.press('Tab'))]) {
    const visitor = await visit(browser, stage.put(body), { viewport: SIZES[0] });
    const frame = visitor.calendar().locator('.frame');
    await visitor.at('Choose a date and time');
    assert.equal((await frame.boundingBox()).height, 940);
    await near(visitor.page);
    await visitor.calendar().locator('.dm:not([data-kept])').waitFor();
    assert.ok((await frame.boundingBox()).height > 1000);
    await visitor.close();
  }
});

test('without its place everything below it does move, and that is seen here', async () => {
  const bare = `<daymark-calendar calendar="${CALENDAR}"></daymark-calendar>${below}<script async src="${server.url}/embed.js"></script>`;
  assert.notDeepEqual(await moved(stage.put(bare), SIZES[0]), []);
});
