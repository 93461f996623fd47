// For everybody: every mode under axe, text twice as large, narrow windows, colours that the visitor chose, no motion.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CALENDAR, dayFromNow, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';
import { openStage } from './stage.mjs';
import { allWell, openBrowser, visit } from './visitor.mjs';

let server, stage, browser;

before(async () => {
  server = await startServer();
  stage = await openStage();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await stage?.close();
  await server?.stop();
});

const WHEN = 'Choose a date and time';

async function open(more, options) {
  const tag = `<daymark-calendar calendar="${CALENDAR}" offering="${SUNSET}" ${more}></daymark-calendar>`;
  const visitor = await visit(browser, stage.put(`<main><h1>A page</h1>${tag}</main><script async src="${server.url}/embed.js"></script>`), options);
  visitor.page.setDefaultTimeout(15_000);
  return visitor;
}

test('axe finds nothing in any mode, closed and open, in light and in dark', async () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const mode of ['inline', 'button', 'floating']) {
      const visitor = await open(`mode="${mode}"`, { colorScheme });
      const fine = async (state) => assert.deepEqual(await visitor.violations(), [], `${mode}, ${state}, ${colorScheme}`);
      if (mode !== 'inline') {
        const button = visitor.calendar().getByRole('button', { name: 'Book now' });
        await button.waitFor();
        await fine('closed');
        await button.click();
      }
      await visitor.at(WHEN);
      await fine('open');
      await visitor.close();
    }
  }
});

test('our button can be read whatever the accent', async () => {
  for (const accent of ['#ffd500', '#0f5cc0', '#7f7f7f', '#e5e5e5', '#111111', '#d4380d', '#1aa35b']) {
    const visitor = await open(`mode="button" style="--daymark-accent: ${accent}"`);
    await visitor.calendar().getByRole('button', { name: 'Book now' }).waitFor();
    assert.deepEqual(await visitor.violations(), [], accent);
    await visitor.close();
  }
});

test('enlarged to twice the size, and down to 320 and 280 pixels, nothing is cut off or has to be scrolled sideways', async () => {
  const screens = [
    // 200 % of a window of 1280 by 1024, and the reflow of WCAG 1.4.10.
    { viewport: { width: 640, height: 512 }, deviceScaleFactor: 2 },
    { viewport: { width: 320, height: 256 }, deviceScaleFactor: 4 },
    { viewport: { width: 280, height: 653 } },
  ];
  for (const screen of screens) {
    for (const mode of ['inline', 'button']) {
      const visitor = await open(`mode="${mode}" date="${dayFromNow(40)}"`, screen);
      const calendar = visitor.calendar();
      const name = `${mode} at ${screen.viewport.width}`;
      if (mode === 'button') await calendar.getByRole('button', { name: 'Book now' }).click();
      const step = async (state) => {
        assert.deepEqual(await visitor.tooWide(), [], `${name}, ${state}`);
        const sideways = await visitor.page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
        assert.equal(sideways, false, `${name}, ${state}: the page scrolls sideways`);
      };
      await visitor.at(WHEN);
      await step('when');
      await calendar.locator('.slot:not(.grey)').first().click();
      await calendar.locator('.summary .total').waitFor();
      await step('party');
      await calendar.locator('.main').click();
      await visitor.at('Your details');
      await step('details');
      allWell(visitor);
      await visitor.close();
    }
  }
});

test('in colours that the visitor chose, what is chosen and what can be pressed is still told apart', async () => {
  const visitor = await open(`date="${dayFromNow(40)}"`, { forcedColors: 'active' });
  await visitor.at(WHEN);
  const calendar = visitor.calendar();
  const look = (selector, ...names) => calendar.locator(selector).first().evaluate((element, names) => names.map((name) => getComputedStyle(element)[name]), names);
  const chosen = await look('.day[aria-selected]', 'backgroundColor', 'color');
  assert.notDeepEqual(chosen, await look('.day.free:not([aria-selected])', 'backgroundColor', 'color'));
  assert.notEqual(chosen[0], chosen[1]);
  for (const selector of ['.slot:not(.grey)', '.day.free:not([aria-selected])']) {
    const [width, line] = await look(selector, 'borderTopWidth', 'borderTopStyle');
    assert.ok(parseFloat(width) >= 1 && line !== 'none', `${selector} has an edge`);
  }
  await calendar.locator('.slot:not(.grey)').first().focus();
  await visitor.page.keyboard.press('Shift+Tab');
  await visitor.page.keyboard.press('Tab');
  const [outline] = await look('.slot:focus', 'outlineStyle');
  assert.equal(outline, 'solid', 'the focus is seen');
  assert.deepEqual(await visitor.violations(), []);
  await visitor.close();
  const button = await open('mode="button"', { forcedColors: 'active' });
  const opener = button.calendar().getByRole('button', { name: 'Book now' });
  await opener.waitFor();
  assert.notEqual(await opener.evaluate((element) => getComputedStyle(element).borderTopStyle), 'none');
  await button.close();
});

test('who wants no motion sees none', async () => {
  for (const [reducedMotion, moves] of [['reduce', false], ['no-preference', true]]) {
    const visitor = await open('mode="button"', { reducedMotion });
    const calendar = visitor.calendar();
    const button = calendar.getByRole('button', { name: 'Book now' });
    await button.waitFor();
    const running = await calendar.evaluate((host) => {
      host.open();
      return host.shadowRoot.getAnimations().length > 0;
    });
    assert.equal(running, moves, reducedMotion);
    await visitor.at(WHEN);
    const durations = await calendar.locator('.dm *').evaluateAll((all) => all.map((element) => getComputedStyle(element).transitionDuration));
    assert.equal(durations.some((duration) => parseFloat(duration) > 0), moves, reducedMotion);
    await visitor.close();
  }
});
