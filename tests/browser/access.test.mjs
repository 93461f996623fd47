// For everybody: every mode under axe, text twice as large, narrow windows, colours that the visitor chose, no motion.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest } from '../support/actors.mjs';
import { booking, CALENDAR, customer, dayFromNow, Departures, key, SUNSET, tokenOf } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';
import { hindrances } from './everybody.mjs';
import { everywhere, prepare, tag, takeAll } from './everywhere.mjs';
import { openStage } from './stage.mjs';
import { allWell, openBrowser, visit } from './visitor.mjs';

let server, stage, browser;

before(async () => {
  server = await startServer();
  prepare(server);
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
  const element = `<daymark-calendar calendar="${CALENDAR}" offering="${SUNSET}" ${more}></daymark-calendar>`;
  const visitor = await visit(browser, stage.put(`<main><h1>A page</h1>${element}</main><script async src="${server.url}/embed.js"></script>`), options);
  visitor.page.setDefaultTimeout(15_000);
  return visitor;
}

test('nothing is in anybody\'s way in any mode, closed and open, in light and in dark', async () => {
  for (const colorScheme of ['light', 'dark']) {
    for (const mode of ['inline', 'button', 'floating']) {
      const visitor = await open(`mode="${mode}"`, { colorScheme });
      const fine = async (state) => {
        const found = colorScheme === 'light' ? await hindrances(visitor) : [];
        assert.deepEqual([...(await visitor.violations()), ...found], [], `${mode}, ${state}, ${colorScheme}`);
      };
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

/** The other states are looked at where their stories are told, in journey and booking. */
const REST = [
  'waiting list, with mistakes', 'party, with a coupon refused', 'private', 'another time', 'agree, to another price', 'moved', 'cancelled',
  'review of a request', 'requested', 'suggest, with mistakes', 'somebody was faster', 'no answer', 'a link that leads nowhere', 'hold expired',
];

test('in every state axe finds nothing, chosen colours hide nothing, nothing moves or is cut off for who wants it so', async () => {
  const visitor = await visit(browser, 'about:blank');
  const { page } = visitor;
  page.setDefaultTimeout(20_000);
  await page.clock.install();
  await page.goto(stage.put(tag(server)));
  const wrong = {};
  await everywhere(visitor, server, async (state) => {
    const found = await hindrances(visitor);
    if (found.length > 0) wrong[state] = found;
    for (const colorScheme of REST.includes(state) ? ['light', 'dark'] : []) {
      await page.emulateMedia({ colorScheme });
      const found = await visitor.violations();
      if (found.length > 0) wrong[`${state}, ${colorScheme}`] = found;
    }
  });
  assert.deepEqual(wrong, {});
  await visitor.close();
});

test('the keyboard alone moves a booking, calls it off, waits for a place and suggests an event', async () => {
  const departures = new Departures(guest(server), SUNSET, { firstDay: 70, party: { adult: 1 } });
  const [mine, full] = [await departures.next(), await departures.next()];
  const made = (await guest(server).post('/api/bookings', booking(mine), { key: key() })).is(201).json;
  await takeAll(server, full);
  const visitor = await open('');
  const { page } = visitor;
  const calendar = visitor.calendar();
  const press = (name) => page.keyboard.press(name);
  const type = (text) => page.keyboard.type(text);
  const tabTo = async (name) => {
    for (let steps = 0; steps < 60; steps += 1) {
      await press('Tab');
      if (name.test((await visitor.focus()).name)) return;
    }
    assert.fail(`no Tab leads to ${name}; the focus is on ${JSON.stringify(await visitor.focus())}`);
  };
  const go = async (name) => {
    await tabTo(name);
    await press('Enter');
  };
  await visitor.at(WHEN);
  await page.evaluate(([id, token]) => (location.hash = `#daymark=manage,${id},${token}`), [made.id, tokenOf(made)]);
  await calendar.locator('.badge').waitFor();
  await go(/^Choose another time$/);
  await visitor.at('Choose another time');
  await tabTo(/times? left/);
  // A month on: who is about to begin cannot call off any more.
  await press('PageDown');
  await press('ArrowRight');
  await press('Enter');
  await go(/^[257]:00/);
  await visitor.at('Move your booking?');
  await go(/^Move my booking$/);
  await Promise.race([calendar.locator('.badge').waitFor(), calendar.locator('#notice').waitFor()]);
  if ((await calendar.locator('.badge').count()) === 0) await go(/^Agree to the price/);
  await calendar.locator('.badge').waitFor();
  await go(/^Cancel booking$/);
  assert.equal((await visitor.focus()).id, 'sure', 'the question gets the focus');
  await go(/^Yes, cancel it$/);
  await calendar.getByText('Cancelled', { exact: true }).waitFor();
  assert.equal(server.d1('select state from booking where public_id = ?', made.id)[0].state, 'CANCELLED');

  await calendar.evaluate((host, place) => host.goto(place), { offering: SUNSET, date: full.localStartsAt.slice(0, 10) });
  await visitor.at(WHEN);
  await go(/Sold out$/);
  await go(/^Join the waiting list$/);
  await visitor.at('Join the waiting list');
  const who = customer();
  const introduce = async () => {
    for (const [label, text] of [[/^Full name/, who.name], [/^E-mail/, who.email]]) {
      await tabTo(label);
      await press('Control+A');
      await type(text);
    }
  };
  await introduce();
  await press('Enter');
  await visitor.at('You are on the waiting list');

  await go(/^Make another booking$/);
  await go(/^Suggest an event$/);
  await visitor.at('Suggest an event');
  for (const [label, text] of [[/^Name of the event/, 'Shanties'], [/^What is it about/, 'Songs']]) {
    await tabTo(label);
    await type(text);
  }
  const year = new Date().getUTCFullYear() + 1;
  for (const [label, hour] of [[/^Starts/, '0700PM'], [/^Ends/, '0900PM']]) {
    await tabTo(label);
    // Month, day and year, then on to the time: the field goes along by itself but for the year.
    await type(`0601${year}`);
    await press('ArrowRight');
    await type(hour);
  }
  await introduce();
  await go(/^Preview$/);
  await visitor.at('This is how it will look');
  await go(/^Send it in$/);
  await visitor.at('Nearly there');
  allWell(visitor);
  await visitor.close();
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
