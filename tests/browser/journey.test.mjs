// The rest of the guest's way, in Chromium against the real product: other views, the waiting list, moving and cancelling in
// place, suggesting an event, a reload, a network that goes away. Each state is looked at by axe, in light and in dark.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest } from '../support/actors.mjs';
import { CALENDAR, customer, dayFromNow, Departures, key, ORG, SUNSET } from '../support/harbor.mjs';
import { member } from '../support/members.mjs';
import { mailsTo } from '../support/mail.mjs';
import { startServer } from '../support/server.mjs';
import { startSite } from '../support/site.mjs';
import { allWell, openBrowser, visit } from './visitor.mjs';

let server, site, browser;

before(async () => {
  server = await startServer();
  (await member(server, 'STAFF').patch(`/api/orgs/${ORG}/calendars/${CALENDAR}`, { submissions: true })).is(200);
  site = await startSite({ product: server.url });
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await site?.stop();
  await server?.stop();
});

const EVENTS = ['view', 'waitlist', 'reschedule', 'cancel', 'hold', 'complete', 'error'];
const WHEN = 'Choose a date and time';

/** Opens the tour's calendar. */
async function open(more = {}, url = `${site.url}/strict-csp/`) {
  const visitor = await visit(browser, 'about:blank', { bypassCSP: true, ...more });
  visitor.page.setDefaultTimeout(15_000);
  await visitor.page.addInitScript((names) => {
    window.heard = [];
    for (const name of names) addEventListener(`daymark:${name}`, ({ detail }) => window.heard.push({ name, detail }));
  }, EVENTS);
  await visitor.page.goto(url);
  await visitor.at(WHEN);
  return visitor;
}

const heard = (visitor, name) => visitor.page.evaluate((name) => window.heard.filter((one) => one.name === name).map((one) => one.detail), name);

/** Nothing for axe to find, in light and in dark. */
async function fine(visitor, state) {
  for (const colorScheme of ['light', 'dark']) {
    await visitor.page.emulateMedia({ colorScheme });
    assert.deepEqual(await visitor.violations(), [], `${state}, ${colorScheme}`);
  }
  await visitor.page.emulateMedia({ colorScheme: 'light' });
}

const press = (calendar, name) => calendar.getByRole('button', { name, exact: true }).click();

async function details(calendar, { name, email }) {
  await calendar.getByLabel('Full name').fill(name);
  await calendar.getByLabel('E-mail').fill(email);
  for (const field of await calendar.locator('.field [aria-required="true"][id^="answer-"]').all()) {
    const kind = await field.evaluate((element) => element.type || element.tagName);
    if (kind === 'checkbox') await field.check();
    else if (kind.startsWith('select')) await field.selectOption({ index: 1 });
    else await field.fill('Yes');
  }
}

/** From the calendar to a booking. */
async function book(visitor, date, who) {
  const calendar = visitor.calendar();
  await visitor.choose(date);
  await calendar.locator('.slot:not(.grey)').first().click();
  await press(calendar, 'Continue');
  await details(calendar, who);
  await press(calendar, 'Continue');
  await visitor.at('Check and confirm');
  await calendar.locator('.main').click();
  await calendar.locator('.seal').waitFor();
}

test('week and list show the same free times, and no request is made for them', async () => {
  const visitor = await open();
  const calendar = visitor.calendar();
  await visitor.choose(dayFromNow(33));
  const times = await visitor.times();
  const before = visitor.requests.length;
  await press(calendar, 'Week');
  await calendar.locator('.week').waitFor();
  assert.equal(await calendar.locator('.column').count(), 7);
  await press(calendar, 'Next week');
  assert.ok((await visitor.times()).length > 0);
  await fine(visitor, 'week');
  await press(calendar, 'List');
  await calendar.locator('.agenda').waitFor();
  await fine(visitor, 'list');
  const name = new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(dayFromNow(33)));
  const entry = calendar.locator('.entry', { hasText: name });
  const more = calendar.getByRole('button', { name: 'More dates' });
  for (let pages = 0; pages < 10 && (await entry.count()) === 0; pages += 1) {
    await ((await more.count()) > 0 ? more.click() : press(calendar, 'Next month'));
  }
  assert.deepEqual((await entry.locator('.clock').allTextContents()).map((text) => text.replace(/\u202f/g, ' ')), times);
  assert.deepEqual(await heard(visitor, 'view'), [{ view: 'week' }, { view: 'list' }]);
  assert.deepEqual(visitor.requests.slice(before), []);
  await entry.locator('.slot').first().click();
  await visitor.at('Party and extras');
  allWell(visitor);
  await visitor.close();
});

test('who finds it sold out joins the waiting list and hears by mail', async () => {
  const caller = guest(server);
  const slot = await new Departures(caller, SUNSET, { firstDay: 45, party: { adult: 1 } }).next();
  for (let left = slot.remaining; left > 0; left -= Math.min(left, 6)) {
    const body = { tourId: SUNSET, instanceStartsAt: slot.startsAt, party: { adult: Math.min(left, 6) }, customer: customer() };
    (await caller.post('/api/bookings', body, { key: key() })).is(201);
  }
  const visitor = await open();
  const calendar = visitor.calendar();
  await visitor.choose(slot.localStartsAt.slice(0, 10));
  await calendar.locator('.slot.grey').first().click();
  await fine(visitor, 'why not');
  await press(calendar, 'Join the waiting list');
  await visitor.at('Join the waiting list');
  await fine(visitor, 'waiting list');
  const who = customer();
  await details(calendar, who);
  await calendar.locator('.main').click();
  await visitor.at('You are on the waiting list');
  await fine(visitor, 'waiting');
  assert.deepEqual(await heard(visitor, 'waitlist'), [{ startsAt: slot.startsAt }]);
  assert.equal(server.d1('select count(*) as n from waiting_entry where email = ?', who.email)[0].n, 1);
  allWell(visitor);
  await visitor.close();
});

test('a booking is moved and called off where it was made', async () => {
  const visitor = await open();
  const calendar = visitor.calendar();
  await book(visitor, dayFromNow(50), customer());
  await fine(visitor, 'booked');
  await press(calendar, 'Change or cancel');
  await visitor.at('Your booking');
  await calendar.locator('.badge').waitFor();
  await fine(visitor, 'manage');
  await press(calendar, 'Choose another time');
  await visitor.at('Choose another time');
  await visitor.choose(dayFromNow(52));
  await calendar.locator('.slot:not(.grey)').first().click();
  await visitor.at('Move your booking?');
  await fine(visitor, 'agree');
  await calendar.locator('.main').click();
  await Promise.race([calendar.locator('.badge').waitFor(), calendar.getByText('The price has changed', { exact: true }).waitFor()]);
  if ((await calendar.locator('.badge').count()) === 0) await calendar.locator('.main').click();
  await calendar.locator('.badge').waitFor();
  const [moved] = await heard(visitor, 'reschedule');
  const row = () => server.d1('select state from booking where public_id = ?', moved.bookingId)[0];
  assert.equal(moved.startsAt.slice(0, 10), dayFromNow(52));
  assert.equal(row().state, 'CONFIRMED');
  await press(calendar, 'Cancel booking');
  assert.equal((await visitor.focus()).id, 'sure');
  await fine(visitor, 'are you sure');
  await press(calendar, 'Yes, cancel it');
  await calendar.getByText('Cancelled', { exact: true }).waitFor();
  assert.equal((await heard(visitor, 'cancel')).length, 1);
  assert.equal(row().state, 'CANCELLED');
  allWell(visitor);
  await visitor.close();
});

test('a reload in the middle, even while places are held, loses nothing', async () => {
  const visitor = await open();
  const calendar = visitor.calendar();
  const who = customer();
  await visitor.choose(dayFromNow(54));
  await calendar.locator('.slot:not(.grey)').first().click();
  await press(calendar, 'Continue');
  await details(calendar, who);
  await visitor.page.reload();
  await visitor.at('Your details');
  assert.equal(await calendar.getByLabel('E-mail').inputValue(), who.email);
  await press(calendar, 'Continue');
  await visitor.at('Check and confirm');
  await visitor.page.reload();
  await visitor.at('Check and confirm');
  await calendar.getByRole('timer').waitFor();
  await calendar.locator('.main').click();
  await calendar.locator('.seal').waitFor();
  assert.equal(await visitor.page.evaluate(() => Object.keys(sessionStorage).filter((key) => key.startsWith('daymark-draft')).length), 0, 'what was typed is gone from the tab');
  allWell(visitor);
  await visitor.close();
});

test('without a network dates and prices are there, and it says that booking waits', async () => {
  const visitor = await open();
  const calendar = visitor.calendar();
  await calendar.locator('.slot:not(.grey)').first().click();
  await calendar.locator('.summary .total').waitFor();
  await press(calendar, 'Back');
  await visitor.context.setOffline(true);
  await calendar.getByText(/You are offline/).waitFor();
  await fine(visitor, 'offline');
  await press(calendar, 'Next month');
  await calendar.locator('.day.free').first().click();
  await calendar.locator('.slot:not(.grey)').first().click();
  await calendar.locator('.summary .total').waitFor();
  await press(calendar, 'Continue');
  await details(calendar, customer());
  await press(calendar, 'Continue');
  await calendar.getByText('No connection', { exact: true }).waitFor();
  await visitor.context.setOffline(false);
  await calendar.getByText(/You are offline/).waitFor({ state: 'detached' });
  await press(calendar, 'Try again');
  await visitor.at('Check and confirm');
  await visitor.close();
});

test('anybody suggests an event, sees it first, and confirms it by mail', async () => {
  const visitor = await open();
  const calendar = visitor.calendar();
  await press(calendar, 'Suggest an event');
  await visitor.at('Suggest an event');
  await press(calendar, 'Preview');
  assert.equal((await visitor.focus()).id, 'event-0', 'the first mistake gets the focus');
  await fine(visitor, 'suggest');
  const who = customer();
  const date = dayFromNow(40);
  await calendar.getByLabel('Name of the event').fill('Shanties at the pier');
  await calendar.getByLabel('What is it about?').fill('An evening of songs.');
  await calendar.getByLabel('Starts').fill(`${date}T19:00`);
  await calendar.getByLabel('Ends').fill(`${date}T21:00`);
  await calendar.getByLabel('Admission').fill('12.50');
  await details(calendar, who);
  await press(calendar, 'Preview');
  await visitor.at('This is how it will look');
  await fine(visitor, 'preview');
  assert.match(await calendar.locator('.card').innerText(), /Shanties at the pier[\s\S]*12\.50/);
  await press(calendar, 'Send it in');
  await visitor.at('Nearly there');
  await fine(visitor, 'suggested');
  assert.match((await mailsTo(server, who.email)).at(-1)?.text ?? '', /\/s\//);
  allWell(visitor);
  await visitor.close();
});

test('a link from a page opens a booking, and a time', async () => {
  const visitor = await open();
  const calendar = visitor.calendar();
  await book(visitor, dayFromNow(56), customer());
  const manage = await calendar.locator('.links a').first().getAttribute('href');
  const [{ bookingId }] = await heard(visitor, 'complete');
  const token = /\/b\/([^/]+)/.exec(manage)[1];
  await visitor.page.evaluate(([id, token]) => (location.hash = `#daymark=manage,${id},${token}`), [bookingId, token]);
  await visitor.at('Your booking');
  await calendar.locator('.badge').waitFor();
  await visitor.page.evaluate(([offering, date]) => document.querySelector('daymark-calendar').goto({ offering, date, time: '17:00' }), [SUNSET, dayFromNow(57)]);
  await visitor.at('Party and extras');
  const price = await visitor.page.evaluate(() => document.querySelector('daymark-calendar').quote());
  assert.equal(price.currency, 'EUR');
  allWell(visitor);
  await visitor.close();
});
