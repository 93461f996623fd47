// Ten languages: complete, with the plurals that each of them has, and with room for words that are longer than English ones.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CALENDAR, customer, dayFromNow, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';
import { WORDS } from '../../widget/loader/words.js';
import { openStage } from './stage.mjs';
import { allWell, openBrowser, visit } from './visitor.mjs';

const WIDGET = fileURLToPath(new URL('../../widget/', import.meta.url));
const PROMISED = ['ar', 'de', 'en', 'es', 'fr', 'it', 'ja', 'nl', 'pt', 'zh'];
const FORMS = ['zero', 'one', 'two', 'few', 'many', 'other'];

const textsOf = (language) => JSON.parse(readFileSync(join(WIDGET, `locales/${language}.json`), 'utf8'));
const languages = readdirSync(join(WIDGET, 'locales'), { withFileTypes: true })
  .filter((entry) => entry.name.endsWith('.json'))
  .map(({ name }) => name.slice(0, -'.json'.length));

/** `why-left.few` is the form `few` of `why-left`. */
function taken(key) {
  const form = FORMS.find((form) => key.endsWith(`.${form}`));
  return { stem: form ? key.slice(0, -form.length - 1) : key, form };
}

const places = (text) => [...text.matchAll(/\{\d\}/g)].map(String).sort();

test('every promised language is there, for the calendar and for the loader', () => {
  assert.deepEqual([...languages].sort(), PROMISED);
  assert.deepEqual(Object.keys(WORDS).sort(), PROMISED);
  for (const [language, words] of Object.entries(WORDS)) {
    assert.equal(words.length, WORDS.en.length, language);
    for (const word of words) assert.ok(word.trim(), language);
  }
});

test('no language misses a text, has one that nobody asks for, or fills it in differently', () => {
  const english = textsOf('en');
  const stems = (texts) => [...new Set(Object.keys(texts).map((key) => taken(key).stem))].sort();
  for (const language of languages) {
    const texts = textsOf(language);
    assert.deepEqual(stems(texts), stems(english), language);
    for (const [key, text] of Object.entries(texts)) {
      const { stem, form } = taken(key);
      assert.ok(text.trim(), `${language}: ${key} is empty`);
      const like = english[key] ?? english[`${stem}.other`];
      // Only a form that stands for one number may do without it: "two places".
      const needed = form && form !== 'other' && new Intl.PluralRules(language).resolvedOptions().pluralCategories.length > 2;
      if (!needed || places(text).length > 0) assert.deepEqual(places(text), places(like), `${language}: ${key}`);
      assert.ok(text === text.normalize('NFC'), `${language}: ${key} is not in its composed form`);
    }
  }
});

test('every language has the plural forms that its grammar asks for, and no others', () => {
  for (const language of languages) {
    const rules = new Intl.PluralRules(language);
    const needed = [...new Set([...Array(300).keys()].map((count) => rules.select(count)))].sort();
    const forms = new Map();
    for (const key of Object.keys(textsOf(language))) {
      const { stem, form } = taken(key);
      if (form) forms.set(stem, [...(forms.get(stem) ?? []), form]);
    }
    for (const [stem, has] of forms) assert.deepEqual(has.sort(), needed, `${language}: ${stem}`);
  }
});

/** English, longer by half and marked, so that a text that is not from the file can be told from one that is. */
function pseudo(text) {
  const signs = { a: 'á', c: 'ç', e: 'é', i: 'í', n: 'ñ', o: 'ö', s: 'š', u: 'ü', y: 'ý' };
  const odd = text.replace(/\{\d\}|[aceinosuy]/g, (sign) => signs[sign] ?? sign);
  const longer = odd.split(' ').map((word) => (/^\p{L}{4,}$/u.test(word) ? word + word.slice(0, word.length / 2) : word));
  return `⟦${longer.join(' ')}⟧`;
}

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

async function open(more, { viewport = { width: 280, height: 800 }, texts } = {}) {
  const visitor = await visit(browser, 'about:blank', { viewport });
  visitor.page.setDefaultTimeout(15_000);
  if (texts) {
    const answer = { contentType: 'application/json', headers: { 'access-control-allow-origin': '*' }, body: JSON.stringify(texts) };
    await visitor.page.route('**/assets/locales-*/de.json', (route) => route.fulfill(answer));
  }
  const tag = `<daymark-calendar calendar="${CALENDAR}" offering="${SUNSET}" ${more}></daymark-calendar>`;
  await visitor.page.goto(stage.put(`${tag}<script async src="${server.url}/embed.js"></script>`));
  await visitor.calendar().locator('.day.free').first().waitFor();
  return visitor;
}

/** Everything that is shown or read aloud. */
const words = (visitor) =>
  visitor.calendar().evaluate((host) => {
    const all = [];
    const walk = document.createTreeWalker(host.shadowRoot, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) all.push(walk.currentNode.data);
    for (const element of host.shadowRoot.querySelectorAll('*')) {
      for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'abbr']) if (element.hasAttribute(name)) all.push(element.getAttribute(name));
    }
    return all.map((text) => text.trim()).filter(Boolean);
  });

/** Words of the business, and those that Intl writes in the language of the calendar. */
async function givenWords(visitor) {
  const snapshot = await (await fetch(`${server.url}/embed/${CALENDAR}`)).text();
  const months = [...Array(24).keys()].map((month) => new Date(Date.UTC(2026, month, 1 + month)));
  const written = months.flatMap((date) => [
    ...['long', 'short'].map((month) => date.toLocaleDateString('de', { month, weekday: month, year: 'numeric' })),
    date.toLocaleDateString('de', { dateStyle: 'full' }),
  ]);
  const days = [...Array(7).keys()].flatMap((day) => ['long', 'short'].map((weekday) => new Date(Date.UTC(2026, 0, day)).toLocaleDateString('de', { weekday })));
  const split = (text) => text.split(/[^\p{L}]+/u).filter(Boolean);
  return new Set([snapshot, ...written, ...days, 'Europe/Berlin Uhr'].flatMap(split).concat(split(await visitor.page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone))));
}

test('no text is written into the code, and words half as long again fit 280 pixels, at every step', async () => {
  const texts = Object.fromEntries(Object.entries(textsOf('en')).map(([key, text]) => [key, pseudo(text)]));
  const visitor = await open('lang="de"', { texts });
  const calendar = visitor.calendar();
  const given = await givenWords(visitor);
  const who = customer();
  for (const word of `${who.name} ${who.email}`.split(/[^\p{L}]+/u)) given.add(word);
  const step = async (name) => {
    assert.deepEqual(await visitor.tooWide(), [], name);
    const own = (await words(visitor)).map((text) => text.replace(/⟦.*⟧/gsu, ''));
    const strange = own.filter((text) => text.split(/[^\p{L}]+/u).some((word) => word && !given.has(word)));
    assert.deepEqual(strange, [], `${name}: texts that are in no language's file`);
  };
  await step('when');
  await calendar.getByRole('button', { name: pseudo('Next month') }).click();
  await calendar.getByRole('button', { name: pseudo('Next month') }).click();
  await calendar.locator('.day.free').first().click();
  await calendar.locator('.slot:not(.grey)').first().click();
  await calendar.locator('.summary .total').waitFor();
  await calendar.getByRole('button', { name: pseudo('I have a coupon') }).click();
  await step('party');
  await calendar.locator('.main').click();
  await calendar.getByLabel(pseudo('Full name')).waitFor();
  await calendar.locator('.main').click();
  await step('details with mistakes');
  await calendar.getByLabel(pseudo('Full name')).fill(who.name);
  await calendar.getByLabel(pseudo('E-mail')).fill(who.email);
  for (const field of await calendar.locator('.field [aria-required="true"][id^="answer-"]').all()) {
    const kind = await field.evaluate((element) => element.type || element.tagName);
    if (kind === 'checkbox') await field.check();
    else if (kind.startsWith('select')) await field.selectOption({ index: 1 });
    else await field.fill('12');
  }
  await calendar.locator('.main').click();
  await calendar.getByRole('timer').waitFor();
  await step('review');
  await calendar.locator('.main').click();
  await calendar.locator('.seal').waitFor();
  await visitor.close();
});

test('each language fits 280 pixels, says its own name to the browser and reads the right way', async () => {
  for (const language of languages) {
    const visitor = await open(`lang="${language}" date="${dayFromNow(40)}"`);
    const calendar = visitor.calendar();
    const heading = await calendar.getByRole('heading').first().textContent();
    assert.equal(heading.trim(), textsOf(language)['step-when']);
    const stage = calendar.locator('.dm');
    assert.match(await stage.getAttribute('lang'), new RegExp(`^${language}`));
    assert.equal(await stage.evaluate((element) => getComputedStyle(element).direction), language === 'ar' ? 'rtl' : 'ltr');
    assert.deepEqual(await visitor.tooWide(), [], `${language}: when`);
    await calendar.locator('.slot:not(.grey)').first().click();
    await calendar.locator('.summary .total').waitFor();
    assert.deepEqual(await visitor.tooWide(), [], `${language}: party`);
    await calendar.locator('.main').click();
    await calendar.locator('form').waitFor();
    assert.deepEqual(await visitor.tooWide(), [], `${language}: details`);
    allWell(visitor);
    await visitor.close();
  }
});
