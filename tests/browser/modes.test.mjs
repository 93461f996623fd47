// The ways onto a page: inline, popup, button, floating; as a tag, a script or a `div`; and what a page can tell the calendar.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { CALENDAR, dayFromNow, KAYAK, SUNSET } from '../support/harbor.mjs';
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

/** Opens a page with this body; `policy` is its Content Security Policy. */
async function page(body, { policy, hash = '', ...more } = {}) {
  const headers = policy ? { 'content-security-policy': policy } : {};
  const visitor = await visit(browser, stage.put(body, { headers }) + hash, more);
  visitor.page.setDefaultTimeout(15_000);
  return visitor;
}

const loader = () => `<script async src="${server.url}/embed.js"></script>`;
const tag = (more, inside = '') => `<daymark-calendar calendar="${CALENDAR}" ${more}>${inside}</daymark-calendar>`;

test('a button opens a dialog that holds the focus, and gives it back', async () => {
  const visitor = await page(`<a href="#x">Before</a>${tag(`mode="button" offering="${SUNSET}"`)}${loader()}`);
  const calendar = visitor.calendar();
  const button = calendar.getByRole('button', { name: 'Book now' });
  await button.focus();
  await visitor.page.keyboard.press('Enter');
  await visitor.at('Choose a date and time');
  const dialog = calendar.getByRole('dialog', { name: 'Booking calendar' });
  assert.ok(await dialog.isVisible());
  for (let steps = 0; steps < 4; steps += 1) {
    await visitor.page.keyboard.press('Tab');
    assert.equal(await dialog.evaluate((element) => element.contains(element.getRootNode().activeElement)), true);
  }
  const { name } = await visitor.focus();
  // Nothing behind it can be reached while it is open.
  await visitor.page.evaluate(() => document.querySelector('a').focus());
  assert.equal((await visitor.focus()).name, name);
  await visitor.page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'hidden' });
  assert.equal((await visitor.focus()).name, 'Book now');
  await visitor.page.waitForFunction(() => window.told.some(({ name }) => name === 'close'));
  allWell(visitor);
  await visitor.close();
});

test('what was chosen is still there when the dialog is opened again, and the backdrop closes it', async () => {
  const visitor = await page(`${tag(`mode="button" offering="${SUNSET}"`)}${loader()}`);
  const calendar = visitor.calendar();
  const button = calendar.getByRole('button', { name: 'Book now' });
  await button.click();
  await visitor.at('Choose a date and time');
  await calendar.locator('.slot:not(.grey)').first().click();
  await visitor.at('Party and extras');
  await visitor.page.mouse.click(6, 450);
  await calendar.getByRole('dialog').waitFor({ state: 'hidden' });
  await button.click();
  await visitor.at('Party and extras');
  await calendar.getByRole('button', { name: 'Close' }).click();
  await calendar.getByRole('dialog').waitFor({ state: 'hidden' });
  await visitor.page.waitForFunction(() => window.told.filter(({ name }) => name === 'close').length === 2);
  allWell(visitor);
  await visitor.close();
});

test('inside a dialog the mouse does what it does elsewhere: a field gets the focus, a form is sent', async () => {
  const visitor = await page(`${tag(`mode="button" offering="${SUNSET}"`)}${loader()}`);
  const calendar = visitor.calendar();
  await calendar.getByRole('button', { name: 'Book now' }).click();
  await visitor.at('Choose a date and time');
  await calendar.locator('.slot:not(.grey)').first().click();
  await calendar.getByRole('button', { name: 'Continue' }).click();
  await calendar.getByLabel('Phone').click();
  assert.equal((await visitor.focus()).id, 'phone');
  await calendar.getByRole('button', { name: 'Continue' }).click();
  await calendar.locator('#name[aria-invalid="true"]').waitFor();
  assert.equal((await visitor.focus()).id, 'name', 'what is missing is pointed at');
  await visitor.close();
});

test('behind an open dialog the page neither scrolls nor moves', async () => {
  const long = '<p style="height:4000px">A long page</p><p id="end">its end</p>';
  const visitor = await page(`${tag(`mode="button" offering="${SUNSET}"`)}<main>${long}</main>${loader()}`);
  const left = () => visitor.page.evaluate(() => document.querySelector('main').getBoundingClientRect().width);
  const before = await left();
  await visitor.calendar().getByRole('button', { name: 'Book now' }).click();
  await visitor.at('Choose a date and time');
  assert.equal(await left(), before, 'as wide as with its scroll bar');
  await visitor.page.mouse.move(5, 5);
  await visitor.page.mouse.wheel(0, 600);
  assert.equal(await visitor.page.evaluate(() => scrollY), 0);
  await visitor.page.keyboard.press('Escape');
  await visitor.page.evaluate(() => scrollTo(0, 600));
  assert.equal(await visitor.page.evaluate(() => scrollY), 600);
  assert.equal(await visitor.page.evaluate(() => document.documentElement.getAttribute('style') || ''), '');
  await visitor.close();
});

test('a popup makes the author\'s own link open it, and without scripts the link is a link', async () => {
  const own = `<a href="${server.url}/c/${CALENDAR}">Come aboard</a>`;
  const visitor = await page(`<p>${tag(`mode="popup" offering="${SUNSET}"`, own)}</p>${loader()}`);
  await visitor.page.getByRole('link', { name: 'Come aboard' }).click();
  await visitor.at('Choose a date and time');
  assert.match(visitor.page.url(), /page-\d+$/);
  await visitor.page.keyboard.press('Escape');
  assert.equal((await visitor.focus()).name, 'Come aboard');
  allWell(visitor);
  await visitor.close();
  const plain = await page(`<p>${tag('mode="popup"', own)}</p>${loader()}`, { javaScriptEnabled: false });
  await plain.page.getByRole('link', { name: 'Come aboard' }).click();
  assert.match(plain.page.url(), new RegExp(`/c/${CALENDAR}$`));
  await plain.close();
});

test('floating stays in the corner, in the page\'s language', async () => {
  const visitor = await page(`<div style="height:3000px">Text</div>${tag('mode="floating" lang="de"')}${loader()}`);
  const button = visitor.calendar().getByRole('button', { name: 'Jetzt buchen' });
  await button.waitFor();
  await visitor.page.mouse.wheel(0, 900);
  const { x, y, width, height } = await button.boundingBox();
  assert.deepEqual([Math.round(1100 - x - width), Math.round(900 - y - height)].map((gap) => gap >= 16 && gap < 40), [true, true]);
  assert.ok(height >= 44);
  await button.click();
  await visitor.at('Was möchten Sie buchen?');
  allWell(visitor);
  await visitor.close();
});

test('a script tag can be a button too, and a div of a page builder takes its link with it', async () => {
  const script = `<script async src="${server.url}/embed.js" data-calendar="${CALENDAR}" data-mode="button"></script>`;
  const div = `<div data-daymark-calendar="${CALENDAR}" data-offering="${KAYAK}"><a href="/x">Book a kayak</a></div>`;
  const visitor = await page(script + div);
  await visitor.calendar('daymark-calendar[mode=button]').getByRole('button', { name: 'Book now' }).waitFor();
  await visitor.at('Choose a date and time', visitor.calendar('div daymark-calendar'));
  assert.equal(await visitor.page.getByRole('link', { name: 'Book a kayak' }).isVisible(), false);
  // Added later, as single-page applications do; taken away and put back by them, too.
  await visitor.page.evaluate((id) => {
    const later = Object.assign(document.createElement('div'), { id: 'later' });
    later.dataset.daymarkCalendar = id;
    document.body.append(later);
  }, CALENDAR);
  const later = visitor.calendar('#later daymark-calendar');
  await visitor.at('What would you like to book?', later);
  await visitor.page.evaluate(() => document.querySelector('#later').replaceChildren());
  await visitor.page.evaluate(() => document.body.append('changed'));
  await visitor.at('What would you like to book?', later);
  await visitor.page.evaluate(() => Daymark.destroy('#later daymark-calendar'));
  await visitor.page.evaluate(() => document.body.append('changed again'));
  await visitor.page.waitForFunction(() => document.querySelector('#later').childElementCount === 0);
  allWell(visitor);
  await visitor.close();
});

test('routes of a single-page application come and go, and every visit starts afresh', async () => {
  const visitor = await page(`<main></main>${loader()}`);
  for (let visits = 0; visits < 3; visits += 1) {
    await visitor.page.evaluate((html) => document.querySelector('main').insertAdjacentHTML('beforeend', html), tag(`offering="${SUNSET}"`));
    await visitor.at('Choose a date and time');
    await visitor.page.evaluate(() => document.querySelector('main').replaceChildren());
  }
  // The script itself may be run again as well.
  await visitor.page.addScriptTag({ url: `${server.url}/embed.js` });
  const names = await visitor.page.evaluate(() => Object.keys(window).filter((name) => /daymark/i.test(name)));
  assert.deepEqual(names, ['Daymark']);
  assert.equal((await visitor.told('ready')).length, 3);
  allWell(visitor);
  await visitor.close();
});

test('attributes that change one after the other restart the calendar once', async () => {
  const visitor = await page(`${tag(`offering="${SUNSET}"`)}${loader()}`);
  await visitor.at('Choose a date and time');
  await visitor.page.evaluate(() => {
    const calendar = document.querySelector('daymark-calendar');
    for (const [name, value] of [['lang', 'de'], ['theme', 'dark'], ['party', 'adult:3']]) calendar.setAttribute(name, value);
  });
  await visitor.at('Tag und Zeit wählen');
  assert.equal((await visitor.told('ready')).length, 2);
  assert.equal(await visitor.calendar().locator('.dm').getAttribute('data-theme'), 'dark');
  await visitor.close();
});

test('without WebAssembly the frame shows what the tag asks for, as high as it is, and tells the page', async () => {
  // The policy of the page refuses it; in the hosted page's frame it may run.
  const policy = `script-src ${server.url}; connect-src ${server.url}; frame-src ${server.url}`;
  const visitor = await page(tag(`offering="${SUNSET}" lang="de" return-url="/thanks?a=1"`, '<a href="/x">Book</a>') + loader(), { policy });
  const frame = visitor.calendar().locator('iframe');
  await frame.contentFrame().getByRole('heading', { name: 'Tag und Zeit wählen' }).waitFor();
  assert.deepEqual(await visitor.told('ready'), [{ calendar: CALENDAR, level: 'iframe' }]);
  const next = new URL(await frame.getAttribute('src')).searchParams.get('return-url');
  assert.equal(next, new URL('/thanks?a=1', visitor.page.url()).href, "an address of the page's, not of the frame's");
  const inner = () => frame.contentFrame().locator('html').evaluate((html) => Math.ceil(html.getBoundingClientRect().height));
  const settled = async () => Math.abs((await frame.boundingBox()).height - (await inner())) < 2;
  await visitor.page.waitForFunction(() => document.querySelector('daymark-calendar').shadowRoot.querySelector('iframe').style.height);
  for (let looks = 0; looks < 50 && !(await settled()); looks += 1) await visitor.page.waitForTimeout(20);
  assert.ok(await settled(), 'no second scroll bar');
  await frame.contentFrame().locator('.slot:not(.grey)').first().click();
  await visitor.page.waitForFunction(() => window.told.some(({ name }) => name === 'slot-select'));
  await visitor.close();
});

test('where frames are refused too the author\'s link is there, and ours where there is none', async () => {
  const policy = `script-src ${server.url}; connect-src ${server.url}; frame-src 'none'`;
  for (const [inside, name] of [['<a href="/x">Book by phone</a>', 'Book by phone'], ['', 'Open the booking calendar']]) {
    const visitor = await page(tag('', inside) + loader(), { policy });
    await visitor.page.waitForFunction(() => window.told.some(({ name }) => name === 'ready'));
    assert.deepEqual(await visitor.told('ready'), [{ calendar: CALENDAR, level: 'link' }]);
    assert.ok(await visitor.page.getByRole('link', { name }).isVisible());
    await visitor.close();
  }
});

test('a calendar that does not exist is a link at once, not a frame around an error', async () => {
  const visitor = await page(`<daymark-calendar calendar="cal_nowhere"><a href="/x">Call us</a></daymark-calendar>${loader()}`);
  await visitor.page.waitForFunction(() => window.told.some(({ name }) => name === 'ready'));
  assert.equal((await visitor.told('ready'))[0].level, 'link');
  assert.ok(await visitor.page.getByRole('link', { name: 'Call us' }).isVisible());
  await visitor.close();
});

test('the second page of a visit waits for no snapshot, and works while the network does not', async () => {
  const visitor = await page(`${tag(`offering="${SUNSET}"`)}${tag(`offering="${KAYAK}"`)}${tag(`offering="${SUNSET}"`)}${loader()}`);
  await visitor.at('Choose a date and time');
  await visitor.at('Choose a date and time', visitor.calendar('daymark-calendar >> nth=1'));
  const asked = visitor.requests.map(({ url }) => url).filter((url) => url.includes('/embed/'));
  assert.deepEqual(asked.map((url) => new URL(url).searchParams.get('first')).sort(), [KAYAK, SUNSET], 'calendars that show the same ask once');
  // It looks behind the first page's back whether anything changed, and does not mind that it cannot.
  const looked = visitor.page.waitForRequest(/\/embed\/cal_/);
  await visitor.page.route('**/embed/*', (route) => route.abort());
  await visitor.page.reload();
  await visitor.at('Choose a date and time');
  assert.equal((await visitor.told('ready'))[0].level, 'wasm');
  assert.equal(await (await looked).headerValue('if-none-match') !== null, true);
  await visitor.close();
});

test('a page goes to a date and a time, hears the price and lets the calendar look again', async () => {
  const visitor = await page(`${tag('')}${loader()}`);
  const { page: tab } = visitor;
  const calendar = visitor.calendar();
  const date = dayFromNow(45);
  await visitor.at('What would you like to book?');
  await tab.evaluate(([offering, date]) => Daymark.goto('daymark-calendar', { offering, date }), [SUNSET, date]);
  await visitor.at('Choose a date and time');
  const full = new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(date));
  await calendar.getByRole('heading', { name: full }).waitFor();
  await tab.evaluate(([offering, date]) => document.querySelector('daymark-calendar').goto({ offering, date, time: '17:00' }), [SUNSET, date]);
  await visitor.at('Party and extras');
  await calendar.locator('.summary .total').waitFor();
  const quote = await tab.evaluate(() => Daymark.quote());
  const shown = await calendar.locator('.summary .total dd').textContent();
  assert.equal(quote.total, Math.round(Number(shown.replace(/[^0-9.]/g, '')) * 100));
  const again = tab.waitForRequest(/\/embed\/cal_/);
  await tab.evaluate(() => Daymark.refresh());
  await again;
  await tab.evaluate(() => Daymark.destroy());
  assert.equal(await calendar.count(), 0);
  allWell(visitor);
  await visitor.close();
});

test('a link to a time leads there, when the page opens and when it is followed later', async () => {
  const date = dayFromNow(46);
  const visitor = await page(`${tag('')}<a href="#daymark=${KAYAK}">Kayaks</a>${loader()}`, { hash: `#daymark=${SUNSET},${date},19:00` });
  await visitor.at('Party and extras');
  await visitor.page.getByRole('link', { name: 'Kayaks' }).click();
  await visitor.at('Choose a date and time');
  await visitor.calendar().getByRole('button', { name: '2 hours' }).waitFor();
  // Whatever stands in an address, the page around it does not suffer.
  await visitor.page.evaluate(() => {
    location.hash = '#daymark=%';
  });
  await visitor.at('Choose a date and time');
  allWell(visitor);
  await visitor.close();
});

test('no policy for trusted types is asked for, so that even a page that allows none works', async () => {
  const policy = `require-trusted-types-for 'script'; trusted-types 'none'; script-src ${server.url} 'wasm-unsafe-eval'; connect-src ${server.url}; style-src 'none'`;
  const visitor = await page(tag(`mode="button" offering="${SUNSET}"`) + loader(), { policy });
  await visitor.calendar().getByRole('button', { name: 'Book now' }).click();
  await visitor.at('Choose a date and time');
  await visitor.calendar().locator('.slot:not(.grey)').first().click();
  await visitor.at('Party and extras');
  allWell(visitor);
  await visitor.close();
});
