// A visitor with a browser: opens a page with a calendar on it and does what people do.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { chromium } from 'playwright-core';

const CHROMIUM = process.env.DAYMARK_CHROMIUM ?? '/usr/bin/chromium';
const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const QUIET = ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];

/** Starts a browser; `close()` ends it. */
export function openBrowser(more = []) {
  return chromium.launch({ executablePath: CHROMIUM, args: [...QUIET, ...more] });
}

/** Opens a page. The visitor lives in the harbor's zone and reads English unless told otherwise. */
export async function visit(browser, url, { zone = 'Europe/Berlin', locale = 'en-US', ...more } = {}) {
  const context = await browser.newContext({ timezoneId: zone, locale, viewport: { width: 1100, height: 900 }, ...more });
  const page = await context.newPage();
  const visitor = new Visitor(page, context);
  await page.addInitScript(() => {
    window.told = [];
    for (const name of ['ready', 'error', 'close', 'date-select', 'slot-select', 'party-change', 'quote', 'hold', 'hold-expired', 'checkout-start', 'complete']) {
      addEventListener(`daymark:${name}`, (event) => window.told.push({ name, detail: event.detail }));
    }
  });
  page.on('pageerror', (error) => visitor.errors.push(error.message));
  page.on('console', (message) => {
    // That a page has no icon is its own affair; that a hold came too late is not a mistake of the script.
    const expected = /favicon\.ico|\/api\//.test(message.location().url);
    if (message.type() === 'error' && !expected) visitor.errors.push(message.text());
  });
  page.on('request', (request) => visitor.requests.push({ method: request.method(), url: request.url() }));
  await page.goto(url);
  return visitor;
}

export class Visitor {
  errors = [];
  requests = [];

  constructor(page, context) {
    this.page = page;
    this.context = context;
  }

  /** The calendar, or the one with this id where a page has several. */
  calendar(selector = 'daymark-calendar') {
    return this.page.locator(selector).first();
  }

  /** Waits until a step's heading is shown. */
  async at(step, calendar = this.calendar()) {
    await calendar.getByRole('heading', { name: step, exact: true }).waitFor();
  }

  /** Goes to a date through the grid's own buttons and chooses it. */
  async choose(date, calendar = this.calendar()) {
    const name = new Intl.DateTimeFormat('en-US', { dateStyle: 'full', timeZone: 'UTC' }).format(new Date(date));
    const cell = calendar.getByRole('gridcell', { name });
    // What is pressed before the engine has come is done when it comes.
    const waits = calendar.locator('.frame[aria-busy]');
    for (let months = 0; months < 24 && (await cell.count()) === 0; months += 1) {
      await calendar.getByRole('button', { name: 'Next month' }).click();
      await waits.waitFor({ state: 'detached' });
    }
    await cell.click();
  }

  /** The free times of the date chosen, as they are written. */
  async times(calendar = this.calendar()) {
    return (await calendar.locator('.slot:not(.grey) .clock').allTextContents()).map((text) => text.replace(/\u202f/g, ' '));
  }

  /** The events that the page has heard. */
  told(name) {
    return this.page.evaluate((name) => window.told.filter((one) => one.name === name).map((one) => one.detail), name);
  }

  /** Waits for what fades or slides in: its colours are not yet those that people read. */
  still() {
    return this.page.evaluate(() => {
      const roots = [...document.querySelectorAll('daymark-calendar')].map((host) => host.shadowRoot).filter(Boolean);
      const moving = [document, ...roots].flatMap((root) => root.getAnimations());
      const ends = moving.filter((one) => Number.isFinite(one.effect?.getComputedTiming().endTime));
      return Promise.allSettled(ends.map((one) => one.finished)).then(() => {});
    });
  }

  /** What axe finds wrong with the page as it is. */
  async violations() {
    await this.page.evaluate(AXE);
    await this.still();
    const { violations } = await this.page.evaluate(() =>
      window.axe.run('daymark-calendar', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
    );
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 160)} (${node.failureSummary})`).join('; ')}`);
  }

  /** What sticks out of the calendar, or out of a box that cuts it off. */
  tooWide(calendar = this.calendar()) {
    return calendar.evaluate((host) => {
      const whole = host.shadowRoot.querySelector('dialog[open]') ?? host;
      const room = whole.getBoundingClientRect();
      const wrong = [];
      for (const element of host.shadowRoot.querySelectorAll('*')) {
        const box = element.getBoundingClientRect();
        // What is typed moves along in its field.
        if (!box.width || element === whole || element.tagName === 'INPUT' || element.closest('svg, .quiet, .over, .opener')) continue;
        const name = `${element.tagName} ${element.className} "${element.textContent.slice(0, 40)}"`;
        if (box.left < room.left - 1 || box.right > room.right + 1) wrong.push(`outside: ${name}`);
        else if (getComputedStyle(element).display !== 'inline' && element.clientWidth && element.scrollWidth > element.clientWidth + 1) wrong.push(`too narrow: ${name}`);
      }
      return wrong;
    });
  }

  /** Where the focus is: role or tag, and name. */
  focus() {
    return this.page.evaluate(() => {
      let element = document.activeElement;
      while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
      const name = element?.getAttribute('aria-label') || element?.labels?.[0]?.textContent || element?.textContent || '';
      return { tag: element?.tagName.toLowerCase(), id: element?.id, name: name.trim() };
    });
  }

  async close() {
    await this.context.close();
  }
}

/** Asserts that nothing went wrong on the page. */
export function allWell(visitor) {
  assert.deepEqual(visitor.errors, []);
}
