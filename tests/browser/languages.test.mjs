// Ten languages: complete, with the plurals that each of them has, and with room for words that are longer than English ones.

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { CALENDAR, dayFromNow, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';
import { WORDS } from '../../widget/loader/words.js';
import { everywhere, prepare, tag } from './everywhere.mjs';
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
  prepare(server);
  stage = await openStage();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await stage?.close();
  await server?.stop();
});

async function open(more, { viewport = { width: 280, height: 800 } } = {}) {
  const visitor = await visit(browser, 'about:blank', { viewport });
  visitor.page.setDefaultTimeout(15_000);
  const element = `<daymark-calendar calendar="${CALENDAR}" offering="${SUNSET}" ${more}></daymark-calendar>`;
  await visitor.page.goto(stage.put(`${element}<script async src="${server.url}/embed.js"></script>`));
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

/** Words of the business, of the guest, of the loader, and those that Intl writes in the language of the calendar. */
async function givenWords(visitor, language) {
  const snapshot = await (await fetch(`${server.url}/embed/${CALENDAR}`)).text();
  const written = [...Array(400).keys()].flatMap((day) => {
    const date = new Date(Date.now() + day * 86_400_000);
    const styles = [{ dateStyle: 'full' }, { weekday: 'short', month: 'short', day: 'numeric' }, { month: 'long', year: 'numeric' }, { weekday: 'long' }, { weekday: 'narrow' }];
    return styles.map((style) => date.toLocaleDateString(language, style));
  });
  const clock = [8, 20].map((hour) => new Date(2026, 1, 1, hour).toLocaleTimeString(language, { timeStyle: 'short' }));
  const money = (1).toLocaleString(language, { style: 'currency', currency: 'EUR' });
  const zone = await visitor.page.evaluate(() => Intl.DateTimeFormat().resolvedOptions().timeZone);
  // `HB` begins the business's booking numbers.
  const typed = ['HB', 'Ada', 'guest', 'guests', 'example', 'Europe/Berlin', zone, ...WORDS[language]];
  return new Set([snapshot, ...written, ...clock, money, ...typed].flatMap((text) => text.split(/[^\p{L}]+/u)).filter(Boolean));
}

// German is read from the left; Arabic from the right, with six forms of a plural.
for (const language of ['de', 'ar']) {
  test(`no text is written into the code, and words half as long again fit 280 and 390 pixels, in every state, read as ${language}`, async () => {
    const english = textsOf('en');
    const texts = Object.fromEntries(Object.keys(textsOf(language)).map((key) => [key, pseudo(english[key] ?? english[`${taken(key).stem}.other`])]));
    const visitor = await visit(browser, 'about:blank', { viewport: { width: 280, height: 800 } });
    const { page } = visitor;
    page.setDefaultTimeout(20_000);
    await page.clock.install();
    const answer = { contentType: 'application/json', headers: { 'access-control-allow-origin': '*' }, body: JSON.stringify(texts) };
    await page.route(`**/assets/locales-*/${language}.json`, (route) => route.fulfill(answer));
    await page.goto(stage.put(tag(server, `lang="${language}"`)));
    const given = await givenWords(visitor, language);
    const wrong = {};
    const look = async (state) => {
      const own = (await words(visitor)).map((text) => text.replace(/⟦.*?⟧/gsu, ' '));
      const strange = own.filter((text) => text.split(/[^\p{L}]+/u).some((word) => word && !given.has(word)));
      const found = strange.map((text) => `in no language's file: ${text}`);
      for (const width of [390, 280]) {
        await page.setViewportSize({ width, height: 800 });
        found.push(...(await visitor.tooWide()).map((what) => `${width}: ${what}`));
        if (await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth)) found.push(`${width}: the page scrolls sideways`);
      }
      if (found.length > 0) wrong[state] = found;
    };
    await everywhere(visitor, server, look, { firstDay: language === 'de' ? 30 : 60 });
    assert.deepEqual(wrong, {});
    await visitor.close();
  });
}

test('what the loader says itself is in the language too: buttons, the name of the dialog, the link of the last resort', async () => {
  const visitor = await visit(browser, 'about:blank', { viewport: { width: 280, height: 800 } });
  const { page } = visitor;
  const tags = languages.map((language) => `<daymark-calendar calendar="${CALENDAR}" mode="button" lang="${language}"></daymark-calendar>`);
  await page.goto(stage.put(`${tags.join('')}<script async src="${server.url}/embed.js"></script>`));
  for (const language of languages) {
    const [button, dialog, close] = WORDS[language];
    const calendar = visitor.calendar(`daymark-calendar[lang="${language}"]`);
    await calendar.getByRole('button', { name: button, exact: true }).click();
    await calendar.getByRole('dialog', { name: dialog, exact: true }).waitFor();
    assert.deepEqual(await visitor.tooWide(calendar), [], language);
    await calendar.getByRole('button', { name: close, exact: true }).click();
  }
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth), false);
  await visitor.close();
  const last = await visit(browser, 'about:blank');
  await last.page.route(/\/(assets|embed)\//, (route) => route.abort());
  await last.page.route(/\/c\//, (route) => route.abort());
  await last.page.goto(stage.put(`<daymark-calendar calendar="${CALENDAR}" lang="ar"></daymark-calendar><script async src="${server.url}/embed.js"></script>`));
  await last.page.getByRole('link', { name: WORDS.ar[3] }).waitFor();
  await last.close();
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
