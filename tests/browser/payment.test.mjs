// Paying, clicked through in Chromium: off to the provider's page from the calendar on somebody else's page, and back. And the
// attributes that have to do with the page around: `ref`, `utm-passthrough`, `return-url`, `test`.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest } from '../support/actors.mjs';
import { CALENDAR, customer, Departures, SUNSET } from '../support/harbor.mjs';
import { startPaid, state } from '../support/payments.mjs';
import { hindrances } from './everybody.mjs';
import { openStage } from './stage.mjs';
import { allWell, openBrowser, visit } from './visitor.mjs';

let product, server, stripe, stage, browser, departures;
before(async () => {
  product = await startPaid();
  ({ server, stripe } = product);
  stage = await openStage();
  browser = await openBrowser();
  departures = new Departures(guest(server), SUNSET);
});
after(async () => {
  await browser?.close();
  await stage?.close();
  await product?.stop();
});

const REVIEW = 'Check and confirm';
const script = () => `<script async src="${server.url}/embed.js"></script>`;
const tag = (attributes = '') => `<daymark-calendar calendar="${CALENDAR}" offering="${SUNSET}" ${attributes}></daymark-calendar>`;
const press = (calendar, name) => calendar.getByRole('button', { name, exact: true }).click();

/** Opens a page with a calendar, and goes to where all is read once more. */
async function atReview(url, { opened, ...more } = {}) {
  const visitor = await visit(browser, url, more);
  visitor.page.setDefaultTimeout(20_000);
  const calendar = visitor.calendar();
  await opened?.(visitor);
  await visitor.at('Choose a date and time');
  const slot = await departures.next();
  await visitor.choose(slot.localStartsAt.slice(0, 10));
  const hour = Number(slot.localStartsAt.slice(11, 13));
  await calendar.getByRole('button', { name: new RegExp(`^${hour % 12 || 12}:${slot.localStartsAt.slice(14, 16)}`) }).first().click();
  await press(calendar, 'More: Adult');
  await press(calendar, 'Continue');
  await visitor.at('Your details');
  const who = customer();
  await calendar.getByLabel('Full name').fill(who.name);
  await calendar.getByLabel('E-mail').fill(who.email);
  for (const field of await calendar.locator('.field [aria-required="true"][id^="answer-"]').all()) await field.check();
  await press(calendar, 'Continue');
  await visitor.at(REVIEW);
  return { visitor, calendar, page: visitor.page, who };
}

const booking = (who) => server.d1('select public_id as id, state, number, source from booking where contact_email = ? order by id desc', who.email)[0];
const checkout = (page) => page.getByRole('heading', { name: 'Checkout' }).waitFor();

test('a guest pays in the click, comes back to the page, and sees the booking confirmed', async () => {
  const url = stage.put(`<h1>Harbor</h1>${tag()}${script()}`);
  const { visitor, calendar, page, who } = await atReview(`${url}?p=1`);
  await press(calendar, 'Confirm and pay');
  await checkout(page);
  assert.equal(booking(who).state, 'PENDING');
  assert.equal(page.context().pages().length, 1, 'no other tab');
  await page.getByRole('button', { name: /^Pay/ }).click();
  await visitor.at('You are booked');
  assert.equal(page.url(), `${url}?p=1#daymark=${SUNSET},paid`);
  const made = booking(who);
  assert.equal(made.state, 'CONFIRMED');
  assert.equal(await calendar.locator('.number-text').textContent(), made.number);
  await calendar.getByText(`A confirmation is on its way to ${who.email}.`).waitFor();
  assert.deepEqual((await visitor.told('complete')).map(({ bookingId, number, status }) => [bookingId, number, status]), [[made.id, made.number, 'CONFIRMED']]);
  assert.deepEqual(await visitor.violations(), []);
  const token = /\/b\/([^/]+)\//.exec(await calendar.getByRole('link', { name: 'Calendar file' }).getAttribute('href'))[1];
  const seen = await page.evaluate(() => [location.href, document.referrer, ...performance.getEntriesByType('resource').map(({ name }) => name)]);
  assert.ok(!seen.some((address) => address.includes(token)), 'no address that the page sees holds the token');
  allWell(visitor);
  await visitor.close();
});

test('a page whose router lives in the hash is come back to at its route, with the calendar open that was left', async () => {
  // Drawn late, as such pages do; an inline calendar belongs to its route, one behind a button stands on all of them.
  const app = (mode) => `<main></main><script>
    const draw = () => {
      sessionStorage.routes = (sessionStorage.routes || '') + location.hash + ' ';
      document.querySelector('main').innerHTML = location.hash === '#/tours' ? '<h1>Tours</h1>${mode ? '' : tag()}' : '<h1>Nothing here</h1>';
    };
    addEventListener('hashchange', draw);
    setTimeout(draw);
  </script>${mode ? tag(mode) : ''}${script()}`;
  for (const mode of ['', 'mode="button"']) {
    const url = stage.put(app(mode));
    const opened = async ({ page }) => {
      if (!mode) return;
      await page.getByRole('button', { name: 'Book now' }).click();
      await page.evaluate(() => (location.hash = '#/tours'));
    };
    const { visitor, calendar, page, who } = await atReview(url + (mode ? '#/' : '#/tours'), { opened });
    await press(calendar, 'Confirm and pay');
    await checkout(page);
    await page.getByRole('link', { name: 'Back' }).click();
    await visitor.at('Held for you');
    await page.getByRole('heading', { name: 'Tours', includeHidden: true }).waitFor();
    assert.equal(page.url(), `${url}#/tours`);
    await press(calendar, 'Back');
    await visitor.at(REVIEW);
    await press(calendar, 'Confirm and pay');
    await checkout(page);
    await page.getByRole('button', { name: /^Pay/ }).click();
    await visitor.at('You are booked');
    assert.equal(page.url(), `${url}#/tours`);
    assert.equal(booking(who).state, 'CONFIRMED');
    const routes = (await page.evaluate(() => sessionStorage.routes)).trim().split(' ');
    assert.deepEqual(routes, [...(mode ? ['#/'] : []), '#/tours', '#/tours', '#/tours'], 'the router never saw another route');
    assert.equal((await visitor.told('complete')).length, 1);
    assert.equal(await page.evaluate(() => Object.keys(sessionStorage).some((name) => name.startsWith('daymark-draft'))), false, 'nothing is left of it');
    // So it is not opened once more, and the page hears of it once.
    await page.reload();
    if (mode) await opened({ page });
    await visitor.at('Choose a date and time');
    assert.deepEqual(await visitor.told('complete'), []);
    allWell(visitor);
    await visitor.close();
  }
});

test('who turns back at the provider finds the places still held and nothing typed lost', async () => {
  const url = stage.put(`${tag('mode="button"')}${script()}`);
  const opened = ({ page }) => page.getByRole('button', { name: 'Book now' }).click();
  const { visitor, calendar, page, who } = await atReview(url, { opened });
  await press(calendar, 'Confirm and pay');
  await checkout(page);
  await page.getByRole('link', { name: 'Back' }).click();
  // The dialog is open again.
  await visitor.at('Held for you');
  assert.match(await calendar.getByRole('timer').textContent(), /1[0-5]:\d\d/);
  assert.deepEqual([...(await visitor.violations()), ...(await hindrances(visitor))], []);
  await press(calendar, 'Back');
  await visitor.at(REVIEW);
  await calendar.getByRole('timer').waitFor();
  for (const typed of [who.name, who.email]) await calendar.getByText(typed, { exact: true }).waitFor();
  assert.equal(booking(who).state, 'PENDING');
  const before = stripe.sessions.size;
  await press(calendar, 'Confirm and pay');
  await checkout(page);
  assert.equal(stripe.sessions.size, before, 'the same page at the provider');
  await page.getByRole('button', { name: /^Pay/ }).click();
  await visitor.at('You are booked');
  assert.equal(booking(who).state, 'CONFIRMED');
  assert.equal(server.d1('select count(*) as n from booking where contact_email = ?', who.email)[0].n, 1);
  await visitor.close();
});

test('who paid is led on to return-url, and only to the web', async () => {
  const thanks = stage.put('<h1>Thank you</h1>');
  const { page, visitor, calendar } = await atReview(stage.put(`${tag(`return-url="${thanks}"`)}${script()}`));
  await press(calendar, 'Confirm and pay');
  await checkout(page);
  await page.getByRole('button', { name: /^Pay/ }).click();
  await page.getByRole('heading', { name: 'Thank you' }).waitFor();
  assert.equal(page.url(), thanks);
  await visitor.close();

  const other = await atReview(stage.put(`${tag('return-url="javascript:document.title=1"')}${script()}`));
  await press(other.calendar, 'Confirm and pay');
  await checkout(other.page);
  await other.page.getByRole('button', { name: /^Pay/ }).click();
  await other.visitor.at('You are booked');
  assert.equal(await other.calendar.getByRole('link', { name: /Continue to/ }).count(), 0);
  await other.visitor.close();
});

test('in a frame the page around stays, a tab of its own is paid in, and the calendar notices', async () => {
  const inner = stage.put(`${tag()}${script()}`);
  const visitor = await visit(browser, stage.put(`<iframe src="${inner}" width="900" height="1400"></iframe>`));
  const calendar = visitor.page.frameLocator('iframe').locator('daymark-calendar');
  await calendar.locator('.slot:not(.grey)').first().click();
  await press(calendar, 'Continue');
  const who = customer();
  await calendar.getByLabel('Full name').fill(who.name);
  await calendar.getByLabel('E-mail').fill(who.email);
  for (const field of await calendar.locator('.field [aria-required="true"][id^="answer-"]').all()) await field.check();
  await press(calendar, 'Continue');
  await press(calendar, 'Confirm and pay');
  const [tab] = await Promise.all([visitor.context.waitForEvent('page'), calendar.getByRole('link', { name: 'Pay now' }).click()]);
  await tab.getByRole('button', { name: /^Pay/ }).click();
  await tab.getByText('your payment has arrived').waitFor();
  await calendar.getByRole('heading', { name: 'You are booked' }).waitFor();
  assert.equal(booking(who).state, 'CONFIRMED');
  await visitor.close();
});

test('ref and campaign go along with the booking, and nothing else of the address', async () => {
  const url = stage.put(`${tag('ref="partner-7" utm-passthrough return-url="/page-1"')}${script()}`);
  const { visitor, calendar, who, page } = await atReview(`${url}?utm_source=mail&utm_campaign=${'x'.repeat(120)}&utm_content=ada@example.com&gclid=1&email=ada@example.com`);
  const [hold] = server.d1('select source from booking where contact_email = ? and hold_token_hash is not null', who.email);
  const source = { ref: 'partner-7', utm: { source: 'mail', campaign: 'x'.repeat(100) }, page: url };
  assert.deepEqual(JSON.parse(hold.source), source);
  await press(calendar, 'Confirm and pay');
  await checkout(page);
  assert.deepEqual(JSON.parse(booking(who).source), source);
  await visitor.close();

  const plain = await atReview(`${stage.put(`${tag()}${script()}`)}?utm_source=mail`);
  assert.equal(booking(plain.who).source, null, 'not where the tag does not ask for it');
  await plain.visitor.close();

  // Where WebAssembly is refused, the hosted page stands in a frame.
  const policy = { 'content-security-policy': `script-src ${server.url}; connect-src ${server.url}; frame-src ${server.url}` };
  const framed = await visit(browser, `${stage.put(`${tag('ref="framed" utm-passthrough')}${script()}`, { headers: policy })}?utm_source=mail&id=1`);
  const inside = framed.calendar().locator('iframe').contentFrame().locator('daymark-calendar');
  await inside.getByRole('heading', { name: 'Choose a date and time' }).waitFor();
  assert.deepEqual(await inside.evaluate((tag) => [tag.getAttribute('ref'), tag.hasAttribute('utm-passthrough'), tag.ownerDocument.location.search]), ['framed', true, `?offering=${SUNSET}&ref=framed&utm_source=mail`]);
  await framed.close();

  const hosted = await atReview(`${server.url}/c/${CALENDAR}?offering=${SUNSET}&ref=poster&utm_source=qr`);
  assert.deepEqual(JSON.parse(booking(hosted.who).source), { ref: 'poster', utm: { source: 'qr' }, page: `${server.url}/c/${CALENDAR}` });
  await hosted.visitor.close();
});

test('a test goes the whole way, holds and books nothing, and says so', async () => {
  const bookings = () => server.d1('select count(*) as n from booking')[0].n;
  const before = bookings();
  const { visitor, calendar } = await atReview(stage.put(`${tag('test return-url="/page-1"')}${script()}`));
  await calendar.getByText('Test mode: nothing is booked or sent.', { exact: true }).waitFor();
  await press(calendar, 'Confirm and pay');
  await visitor.at('Test: nothing was booked');
  await calendar.getByRole('link', { name: /^Continue to localhost/ }).waitFor();
  const [complete] = await visitor.told('complete');
  assert.equal(complete.test, true);
  assert.equal(typeof complete.total, 'number');
  assert.equal(bookings(), before);
  assert.deepEqual(await visitor.violations(), []);
  allWell(visitor);
  await visitor.close();
});
