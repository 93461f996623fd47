// What a guest of somebody else's page can do, told in Chromium against the real product.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest } from '../support/actors.mjs';
import { CALENDAR, customer, dayFromNow, key, SUNSET, tokenOf } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';
import { startSite } from '../support/site.mjs';
import { allWell, openBrowser, visit } from './visitor.mjs';

let server, site, browser;

before(async () => {
  server = await startServer();
  site = await startSite({ product: server.url });
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await site?.stop();
  await server?.stop();
});

const more = (calendar, name) => calendar.getByRole('button', { name: `More: ${name}` });

/** Fills in what the form asks for, whatever the business asks beside name and address. */
async function fillIn(calendar, { name, email }) {
  await calendar.getByLabel('Full name').fill(name);
  await calendar.getByLabel('E-mail').fill(email);
  for (const field of await calendar.locator('.field [aria-required="true"][id^="answer-"]').all()) {
    const kind = await field.evaluate((element) => element.type || element.tagName);
    if (kind === 'checkbox') await field.check();
    else if (kind.startsWith('select')) await field.selectOption({ index: 1 });
    else await field.fill('Yes');
  }
}

test('a guest books on a page with hostile styles of its own, and the booking is there', async () => {
  const visitor = await visit(browser, `${site.url}/plain-html/`);
  const calendar = visitor.calendar();
  await calendar.getByRole('button', { name: /Sunset harbor tour/ }).click();
  await visitor.at('Choose a date and time');
  await visitor.choose(dayFromNow(40));
  await calendar.getByRole('button', { name: /^5:00/ }).click();
  await visitor.at('Party and extras');
  await more(calendar, 'Adult').click();
  await calendar.getByRole('button', { name: 'Continue' }).click();
  const who = customer();
  await visitor.at('Your details');
  await fillIn(calendar, who);
  const shown = await calendar.locator('.summary .total dd').textContent();
  await calendar.getByRole('button', { name: 'Continue' }).click();
  await visitor.at('Check and confirm');
  await calendar.getByRole('timer').waitFor();
  await calendar.locator('.main').click();
  await calendar.locator('.seal').waitFor();

  const [complete] = await visitor.told('complete');
  const file = await calendar.getByRole('link', { name: 'Calendar file' }).getAttribute('href');
  const manage = file.replace('/calendar.ics', '');
  const caller = guest(server).with({ authorization: `Bearer ${tokenOf({ manageUrl: manage })}` });
  const booking = (await caller.get(`/api/bookings/${complete.bookingId}`)).is(200).json;
  assert.equal(booking.number, await calendar.locator('.number-text').textContent());
  assert.equal(booking.total.amount, Math.round(Number(shown.replace(/[^0-9.]/g, '')) * 100), 'the price shown is the price');
  assert.equal(booking.items[0].localStartsAt.slice(0, 16), `${dayFromNow(40)}T17:00`);
  assert.doesNotMatch(JSON.stringify(await visitor.page.evaluate(() => window.told)), /@|Guest \d/, 'no personal data in events');
  allWell(visitor);
  await visitor.close();
});

test('a strict content security policy with trusted types lets the calendar work', async () => {
  const visitor = await visit(browser, `${site.url}/strict-csp/`);
  await visitor.at('Choose a date and time');
  assert.deepEqual(await visitor.told('ready'), [{ calendar: CALENDAR, level: 'wasm' }]);
  const radius = await visitor.calendar().locator('.frame').evaluate((frame) => getComputedStyle(frame).borderTopLeftRadius);
  assert.equal(radius, '20px', 'the styles are there');
  allWell(visitor);
  await visitor.close();
});

test('looking through months and parties asks the server nothing', async () => {
  const visitor = await visit(browser, `${site.url}/strict-csp/`);
  const calendar = visitor.calendar();
  await visitor.at('Choose a date and time');
  // The rest of the journey comes once the calendar is there; this is about what is asked afterwards.
  await calendar.locator('.slot:not(.grey)').first().click();
  await calendar.locator('.summary .total').waitFor();
  await calendar.getByRole('button', { name: 'Back' }).click();
  const before = visitor.requests.length;
  for (let months = 0; months < 6; months += 1) await calendar.getByRole('button', { name: 'Next month' }).click();
  await calendar.locator('.day.free').first().click();
  await calendar.locator('.slot:not(.grey)').first().click();
  const total = calendar.locator('.summary .total dd');
  const one = await total.textContent();
  await more(calendar, 'Adult').click();
  await more(calendar, 'Child').click();
  assert.notEqual(await total.textContent(), one);
  assert.deepEqual(visitor.requests.slice(before), []);
  await visitor.close();
});

test('the keyboard alone is enough', async () => {
  const visitor = await visit(browser, `${site.url}/strict-csp/`);
  const { page } = visitor;
  await visitor.at('Choose a date and time');
  const press = (name) => page.keyboard.press(name);
  /** Tabs on until the focus is on something by this name. */
  const tabTo = async (name) => {
    for (let steps = 0; steps < 60; steps += 1) {
      await press('Tab');
      if (name.test((await visitor.focus()).name)) return;
    }
    assert.fail(`no Tab leads to ${name}`);
  };
  await tabTo(/times? left|No times|Sold out/);
  const first = (await visitor.focus()).name;
  await press('PageDown');
  await press('PageDown');
  await press('Home');
  await press('ArrowRight');
  assert.notEqual((await visitor.focus()).name, first);
  assert.equal((await visitor.focus()).tag, 'td', 'the focus stays in the grid');
  await press('Enter');
  assert.equal((await visitor.focus()).tag, 'td');
  await tabTo(/^5:00/);
  await press('Enter');
  await visitor.at('Party and extras');
  assert.equal((await visitor.focus()).name, 'Party and extras', 'a new step starts at its heading');
  await visitor.calendar().locator('.summary .total').waitFor();
  await tabTo(/^More: Adult/);
  await press('Enter');
  await tabTo(/^Continue$/);
  await press('Enter');
  await visitor.at('Your details');
  await tabTo(/^Full name/);
  const who = customer();
  await page.keyboard.type(who.name);
  await press('Tab');
  await page.keyboard.type('no address');
  await press('Enter');
  assert.equal((await visitor.focus()).id, 'email', 'the first mistake gets the focus');
  await page.keyboard.press('Control+A');
  await page.keyboard.type(who.email);
  await press('Enter');
  await visitor.at('Check and confirm');
  await tabTo(/^Confirm/);
  await press('Enter');
  await visitor.calendar().locator('.seal').waitFor();
  allWell(visitor);
  await visitor.close();
});

test('two calendars on one page know nothing of each other', async () => {
  const visitor = await visit(browser, `${site.url}/two-calendars/`);
  const tour = visitor.calendar('#tour');
  const kayak = visitor.calendar('#kayak daymark-calendar');
  await visitor.at('Choose a date and time', tour);
  await visitor.at('Tag und Zeit wählen', kayak);
  await tour.locator('.slot:not(.grey)').first().click();
  await visitor.at('Party and extras', tour);
  await visitor.at('Tag und Zeit wählen', kayak);
  assert.equal(await tour.locator('.count').first().textContent(), '2');
  const accent = (calendar) => calendar.locator('.dm').evaluate((frame) => frame.style.getPropertyValue('--accent'));
  assert.notEqual(await accent(tour), await accent(kayak));
  await kayak.getByRole('button', { name: '2 Stunden' }).click();
  assert.equal(await kayak.getByRole('button', { name: '2 Stunden' }).getAttribute('aria-pressed'), 'true');
  // Modules are fetched once, however many calendars there are.
  await tour.locator('.summary .total').waitFor();
  const wasm = visitor.requests.map(({ url }) => url).filter((url) => url.endsWith('.wasm'));
  assert.equal(wasm.length, 2);
  assert.match(wasm[0], /daymark-/, 'the calendar first');
  assert.match(wasm[1], /later-/, 'then the rest of the journey');
  allWell(visitor);
  await visitor.close();
});

test('a calendar that the page moves keeps what was chosen, and one that it removes leaves nothing behind', async () => {
  const visitor = await visit(browser, `${site.url}/two-calendars/`);
  const tour = visitor.calendar('#tour');
  await tour.locator('.slot:not(.grey)').first().click();
  await visitor.at('Party and extras', tour);
  await visitor.page.evaluate(() => document.body.append(document.querySelector('#tour')));
  await visitor.at('Party and extras', tour);
  const left = await visitor.page.evaluate(async () => {
    const element = document.querySelector('#tour');
    element.remove();
    await new Promise((resolve) => queueMicrotask(() => queueMicrotask(resolve)));
    return element.shadowRoot.childElementCount;
  });
  assert.equal(left, 0);
  allWell(visitor);
  await visitor.close();
});

test('axe finds nothing wrong at any step, in light and in dark', async () => {
  for (const colorScheme of ['light', 'dark']) {
    const visitor = await visit(browser, `${site.url}/plain-html/`, { colorScheme, bypassCSP: true });
    const calendar = visitor.calendar();
    const fine = async (step) => assert.deepEqual(await visitor.violations(), [], `${step}, ${colorScheme}`);
    await calendar.getByRole('button', { name: /Sunset harbor tour/ }).waitFor();
    await fine('offers');
    await calendar.getByRole('button', { name: /Sunset harbor tour/ }).click();
    await visitor.choose(dayFromNow(41));
    await fine('dates');
    await calendar.locator('.slot:not(.grey)').first().click();
    await calendar.getByRole('button', { name: 'I have a coupon' }).click();
    await fine('party');
    await calendar.getByRole('button', { name: 'Continue' }).click();
    await calendar.getByRole('button', { name: 'Continue' }).click();
    await fine('details, with mistakes');
    await fillIn(calendar, customer());
    await calendar.getByRole('button', { name: 'Continue' }).click();
    await visitor.at('Check and confirm');
    await fine('review');
    await calendar.locator('.main').click();
    await calendar.locator('.seal').waitFor();
    await fine('done');
    await visitor.close();
  }
});

test('a hold that runs out leaves everything typed in its place', async () => {
  const visitor = await visit(browser, 'about:blank');
  await visitor.page.clock.install();
  await visitor.page.goto(`${site.url}/strict-csp/`);
  const calendar = visitor.calendar();
  await visitor.at('Choose a date and time');
  await visitor.choose(dayFromNow(42));
  await calendar.locator('.slot:not(.grey)').first().click();
  await calendar.getByRole('button', { name: 'Continue' }).click();
  const who = customer();
  await fillIn(calendar, who);
  await calendar.getByRole('button', { name: 'Continue' }).click();
  await visitor.at('Check and confirm');
  await visitor.page.clock.fastForward('30:00');
  await calendar.getByText('The time to confirm has run out', { exact: true }).waitFor();
  assert.equal((await visitor.told('hold-expired')).length, 1);
  // The keyboard finds the way on at once, and the focus stays in the calendar when it is gone.
  await visitor.page.keyboard.press('Tab');
  assert.match((await visitor.focus()).name, /^Hold my places again$/);
  await visitor.page.keyboard.press('Enter');
  await calendar.getByRole('timer').waitFor();
  assert.deepEqual(await visitor.focus(), { tag: 'h2', id: 'heading', name: 'Check and confirm' });
  await visitor.page.clock.fastForward('30:00');
  await calendar.getByRole('button', { name: 'Hold my places again' }).waitFor();
  await calendar.getByRole('button', { name: 'Change details' }).click();
  assert.equal(await calendar.getByLabel('Full name').inputValue(), who.name);
  assert.equal(await calendar.getByLabel('E-mail').inputValue(), who.email);
  await visitor.close();
});

test('who is too late is told, and finds other times', async () => {
  const visitor = await visit(browser, `${site.url}/strict-csp/`);
  const calendar = visitor.calendar();
  const date = dayFromNow(43);
  await visitor.at('Choose a date and time');
  await visitor.choose(date);
  await calendar.getByRole('button', { name: /^7:00/ }).click();
  await calendar.getByRole('button', { name: 'Continue' }).click();
  await fillIn(calendar, customer());
  // Meanwhile somebody takes the whole boat.
  const asked = `/api/tours/${SUNSET}/availability?from=${date}&to=${date}`;
  const slots = (await guest(server).get(asked)).is(200).json.slots;
  const seven = slots.find((slot) => slot.localStartsAt.includes('T19:00'));
  const body = { items: [{ offeringId: SUNSET, startsAt: seven.startsAt, party: { adult: seven.remaining } }], customer: customer() };
  (await guest(server).post('/api/bookings', body, { key: key() })).is(201);
  await calendar.getByRole('button', { name: 'Continue' }).click();
  await calendar.getByText('This time is gone', { exact: true }).waitFor();
  await calendar.locator('.notice .chip').first().click();
  await visitor.at('Check and confirm');
  await visitor.close();
});

test('the clock on the wall is right on both sides of both changes', async () => {
  /** The last Sunday of a month, when clocks change in Europe. */
  const change = (year, month) => {
    const last = new Date(Date.UTC(year, month, 0));
    return new Date(last - last.getUTCDay() * 86_400_000);
  };
  const now = new Date();
  const year = now.getUTCFullYear();
  const soon = [change(year, 3), change(year, 10), change(year + 1, 3), change(year + 1, 10)];
  const changes = soon.filter((day) => day - now > 2 * 86_400_000 && day - now < 355 * 86_400_000).slice(0, 2);
  const visitor = await visit(browser, `${site.url}/strict-csp/`, { zone: 'America/New_York' });
  const calendar = visitor.calendar();
  await visitor.at('Choose a date and time');
  for (const sunday of changes) {
    for (const day of [sunday - 86_400_000, +sunday]) {
      const date = new Date(day).toISOString().slice(0, 10);
      await visitor.choose(date);
      const times = await visitor.times();
      for (const time of ['2:00 PM', '5:00 PM', '7:00 PM']) assert.ok(times.includes(time), `${date}: ${times}`);
      // And what the visitor's own clock shows then, by their browser's zone data.
      const slots = (await guest(server).get(`/api/tours/${SUNSET}/availability?from=${date}&to=${date}`)).is(200).json.slots;
      const five = slots.find((slot) => slot.localStartsAt.includes('T17:00'));
      const theirs = new Intl.DateTimeFormat('en-US', { timeStyle: 'short', timeZone: 'America/New_York' }).format(new Date(five.startsAt));
      const label = (await calendar.getByRole('button', { name: /^5:00/ }).textContent()).replace(/\u202f/g, ' ');
      assert.ok(label.includes(`${theirs.replace(/\u202f/g, ' ')} your time`), `${date}: ${label}`);
    }
  }
  await visitor.close();
});

test('without WebAssembly there is the hosted page in a frame, and the page is told', async () => {
  const visitor = await visit(browser, 'about:blank');
  await visitor.page.addInitScript(() => {
    WebAssembly.instantiateStreaming = () => Promise.reject(new WebAssembly.CompileError('refused'));
    WebAssembly.instantiate = WebAssembly.instantiateStreaming;
  });
  await visitor.page.goto(`${site.url}/two-calendars/`);
  await visitor.page.waitForFunction(() => window.told.some(({ name }) => name === 'ready'), null, { timeout: 15_000 });
  const [ready] = await visitor.told('ready');
  assert.equal(ready.level, 'iframe');
  const way = visitor.calendar('#tour').locator('iframe');
  assert.match(await way.getAttribute('src'), new RegExp(`/c/${CALENDAR}(\\?|$)`));
  // Where the hosted page cannot run it either, it shows its list and no frame within the frame.
  await way.contentFrame().getByRole('link', { name: /See times/ }).first().waitFor();
  assert.equal(await way.contentFrame().locator('iframe').count(), 0);
  await visitor.close();
});

test('prices that cannot be fetched are told, and come when they are asked for again', async () => {
  const visitor = await visit(browser, 'about:blank');
  const prices = /\/assets\/later-[^/]*\.wasm/;
  await visitor.page.route(prices, (route) => route.abort());
  await visitor.page.goto(`${site.url}/strict-csp/`);
  const calendar = visitor.calendar();
  await visitor.at('Choose a date and time');
  await calendar.locator('.slot:not(.grey)').first().click();
  await calendar.getByText('No connection', { exact: true }).waitFor();
  await visitor.page.unroute(prices);
  await calendar.getByRole('button', { name: 'Try again' }).click();
  await calendar.locator('.summary .total').waitFor();
  await calendar.getByRole('button', { name: 'Continue' }).click();
  await visitor.at('Your details');
  await visitor.close();
});

test('dates and times are there before the engine is, and what takes the engine is done when it comes', async () => {
  const visitor = await visit(browser, 'about:blank');
  const { promise: wanted, resolve: send } = Promise.withResolvers();
  await visitor.page.route(/\/assets\/later-[^/]*\.wasm/, async (route) => {
    await wanted;
    await route.continue();
  });
  await visitor.page.goto(`${site.url}/strict-csp/`);
  const calendar = visitor.calendar();
  await calendar.locator('.slot:not(.grey)').first().waitFor();
  const month = calendar.locator('#month');
  const before = await month.textContent();
  await calendar.getByRole('button', { name: 'Next month' }).click();
  await calendar.locator('.frame[aria-busy=true]').waitFor();
  assert.equal(await month.textContent(), before);
  assert.deepEqual(await visitor.violations(), []);
  send();
  await calendar.locator('.frame:not([aria-busy])').waitFor();
  assert.notEqual(await month.textContent(), before);
  await calendar.locator('.day.free').first().waitFor();
  allWell(visitor);
  await visitor.close();
});

test('it fits 280 pixels, and nothing on the page moves when it arrives', async () => {
  const visitor = await visit(browser, 'about:blank', { viewport: { width: 280, height: 800 } });
  await visitor.page.addInitScript(() => {
    window.shift = 0;
    new PerformanceObserver((list) => list.getEntries().forEach((entry) => (window.shift += entry.value))).observe({ type: 'layout-shift', buffered: true });
  });
  await visitor.page.goto(`${site.url}/strict-csp/`);
  await visitor.at('Choose a date and time');
  const [wide, shift] = await visitor.page.evaluate(() => [document.querySelector('daymark-calendar').scrollWidth > document.querySelector('daymark-calendar').clientWidth, window.shift]);
  assert.equal(wide, false, 'it is wider than its place');
  assert.ok(shift < 0.1, `the page moved by ${shift}`);
  const small = await visitor.calendar().locator('button:visible').evaluateAll((buttons) =>
    buttons.filter((button) => button.getBoundingClientRect().height < 44).map((button) => button.textContent || button.ariaLabel),
  );
  assert.deepEqual(small, [], 'targets of 44 pixels');
  await visitor.close();
});
