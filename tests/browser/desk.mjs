// Somebody of the harbor at the console: signed in, in a browser of their own.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { member } from '../support/members.mjs';

const AXE = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const HOME = '/console/org_harbor';

/** Opens desks at a server: signed in unless `role` is none. Whatever the browser complains of fails the test. */
export function desksAt(server, browser) {
  return async function atTheDesk(role = 'OWNER', options = {}) {
    const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', viewport: { width: 1280, height: 900 }, ...options });
    if (role) {
      const [name, value] = member(server, role).headers.cookie.split('=');
      await context.addCookies([{ name, value, url: server.url }]);
    }
    const page = await context.newPage();
    const errors = [];
    page.on('pageerror', (error) => errors.push(error.message));
    page.on('console', (message) => message.type() === 'error' && !/status of 4\d\d/.test(message.text()) && errors.push(message.text()));
    return {
      page,
      go: (path) => page.goto(server.url + HOME + path),
      says: (text) => page.getByRole('status').filter({ hasText: text }).waitFor(),
      /** Tabs on until what is named like that has the focus. */
      async tabTo(name) {
        const focus = () => page.evaluate(() => (document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim());
        for (let steps = 0; steps < 80; steps += 1) {
          await page.keyboard.press('Tab');
          if (name.test(await focus())) return;
        }
        assert.fail(`no Tab leads to ${name}`);
      },
      async done() {
        assert.deepEqual(errors, []);
        await context.close();
      },
    };
  };
}

/** Opens pages by light on a phone and in the dark at a desk: axe finds nothing, and none is wider than its screen. */
export async function looksWell(atTheDesk, paths) {
  for (const [colorScheme, width] of [['light', 390], ['dark', 1280]]) {
    const desk = await atTheDesk('OWNER', { colorScheme, viewport: { width, height: 900 }, bypassCSP: true });
    for (const path of paths) {
      assert.equal((await desk.go(path)).status(), 200, path);
      await desk.page.evaluate(AXE);
      const { violations } = await desk.page.evaluate(() =>
        window.axe.run({ exclude: ['daymark-calendar'] }, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] }),
      );
      const told = violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => `${node.html.slice(0, 160)} (${node.failureSummary})`).join('; ')}`);
      assert.deepEqual(told, [], `${path}, ${colorScheme}`);
      const outside = await desk.page.evaluate(() => {
        if (document.documentElement.scrollWidth <= window.innerWidth) return [];
        return [...document.querySelectorAll('main *')].filter((one) => one.getBoundingClientRect().right > window.innerWidth + 1).map((one) => one.outerHTML.slice(0, 120));
      });
      assert.deepEqual(outside, [], `${path} at ${width} px is wider than its screen`);
    }
    await desk.done();
  }
}
