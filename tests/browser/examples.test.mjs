// Every example of a page opens, works, and is accessible: plain and popup, two calendars and a strict policy (in
// booking.test.mjs), React, WordPress, a theme's section, and the page that shows how to make it look like one's own.

import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { Liquid } from 'liquidjs';
import { CALENDAR } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';
import { startSite } from '../support/site.mjs';
import { openStage } from './stage.mjs';
import { allWell, openBrowser, visit } from './visitor.mjs';

let server, site, stage, browser;

before(async () => {
  server = await startServer();
  site = await startSite({ product: server.url });
  stage = await openStage();
  browser = await openBrowser();
});

after(async () => {
  await browser?.close();
  await stage?.close();
  await site?.stop();
  await server?.stop();
});

const path = (name) => fileURLToPath(new URL(`../../examples/${name}`, import.meta.url));
const WHEN = 'Choose a date and time';

async function open(url, more) {
  const visitor = await visit(browser, url, more);
  visitor.page.setDefaultTimeout(15_000);
  return visitor;
}

test('popup: the author\'s link, our button, the corner and a link from anywhere', async () => {
  const visitor = await open(`${site.url}/popup/`);
  const { page } = visitor;
  const shut = async (calendar) => {
    assert.deepEqual(await visitor.violations(), []);
    await page.keyboard.press('Escape');
    await calendar.getByRole('dialog').waitFor({ state: 'hidden' });
  };
  const tour = visitor.calendar('#tour');
  await page.getByRole('link', { name: 'Come aboard' }).click();
  await visitor.at(WHEN, tour);
  await shut(tour);
  const kayak = visitor.calendar('#kayak');
  await kayak.getByRole('button', { name: 'Rent a kayak' }).click();
  await visitor.at(WHEN, kayak);
  await shut(kayak);
  await page.getByRole('link', { name: 'Show me the sunset tour' }).click();
  await tour.getByRole('dialog').waitFor();
  await visitor.at(WHEN, tour);
  await shut(tour);
  const corner = visitor.calendar('#corner');
  await corner.getByRole('button', { name: 'Book now' }).click();
  await visitor.at('What would you like to book?', corner);
  await shut(corner);
  allWell(visitor);
  await visitor.close();
});

test('a deep link opens the calendar that it means as the page opens', async () => {
  const visitor = await open(`${site.url}/popup/#daymark=pkg_harbor_kayak`);
  await visitor.at(WHEN, visitor.calendar('#kayak'));
  assert.equal(await visitor.page.locator('dialog[open]').count(), 1);
  await visitor.close();
});

test('React: the calendar comes and goes with its route, follows its props and tells what happened', async () => {
  const visitor = await open(`${site.url}/react/`);
  const { page } = visitor;
  const route = (name) => page.getByRole('button', { name, exact: true }).click();
  await visitor.at(WHEN);
  await route('About us');
  await visitor.calendar().waitFor({ state: 'detached' });
  await route('Kayaks');
  await visitor.at(WHEN);
  await visitor.calendar().getByRole('button', { name: '1 hour', exact: true }).waitFor();
  // Another offering is another attribute of the same element.
  await route('Sunset tour');
  await visitor.calendar().getByRole('button', { name: '1 hour', exact: true }).waitFor({ state: 'detached' });
  await visitor.at(WHEN);
  await page.evaluate(() => document.querySelector('daymark-calendar').dispatchEvent(new CustomEvent('daymark:complete', { detail: { number: 'HB-1' } })));
  await page.getByText('Your number is HB-1').waitFor();
  assert.deepEqual(await visitor.violations(), []);
  assert.equal(visitor.requests.filter(({ url }) => url.endsWith('/embed.js')).length, 1);
  allWell(visitor);
  await visitor.close();
});

test('WordPress: what the shortcode writes is a calendar and a button', async () => {
  const visitor = await open(`${site.url}/wordpress/`);
  const [inline, button] = ['daymark-calendar >> nth=0', 'daymark-calendar >> nth=1'].map((which) => visitor.page.locator(which));
  await visitor.at(WHEN, inline);
  await button.getByRole('button', { name: 'Rent a kayak' }).click();
  await visitor.at(WHEN, button);
  assert.deepEqual(await visitor.violations(), []);
  allWell(visitor);
  await visitor.close();
});

/** PHP is not part of what this project needs; where it is there, the plugin itself is asked. */
const php = (() => {
  try {
    execFileSync('php', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
})();

test('WordPress: the plugin writes exactly that, and nothing of an author\'s words is taken for markup', { skip: !php && 'there is no php on this machine' }, () => {
  // The few functions of WordPress that the shortcode calls, as the handbook describes them.
  const program = `
    define('ABSPATH', '/');
    $GLOBALS['enqueued'] = array();
    function add_action() {}
    function add_shortcode() {}
    function get_option($name, $default) { return $default; }
    function untrailingslashit($text) { return rtrim($text, '/'); }
    function shortcode_atts($pairs, $given, $tag) { return array_merge($pairs, array_intersect_key((array) $given, $pairs)); }
    function esc_attr($text) { return htmlspecialchars($text, ENT_QUOTES); }
    function esc_html($text) { return htmlspecialchars($text, ENT_QUOTES); }
    function esc_url($text) { return preg_match('#^https?://#', $text) ? htmlspecialchars($text, ENT_QUOTES) : ''; }
    function __($text) { return $text; }
    function esc_html__($text) { return esc_html($text); }
    function wp_strip_all_tags($text) { return strip_tags($text); }
    function current_user_can() { return false; }
    function wp_enqueue_script($name) { $GLOBALS['enqueued'][] = $name; }
    require ${JSON.stringify(path('wordpress/daymark-booking/daymark-booking.php'))};
    echo json_encode(array(
      daymark_booking_shortcode(array('calendar' => 'cal_harbor', 'offering' => 'tour_harbor_sunset', 'party' => 'adult:2'), 'Book the sunset tour'),
      daymark_booking_shortcode(array('calendar' => 'cal_harbor', 'offering' => 'pkg_harbor_kayak', 'mode' => 'button'), 'Rent a kayak'),
      daymark_booking_shortcode(array('calendar' => '"><script>alert(1)</script>', 'ref' => '" onclick="x', 'onclick' => 'x'), '<b>Now</b> & "here"'),
      daymark_booking_shortcode('', null),
      $GLOBALS['enqueued'],
    ));`;
  const [first, second, hostile, empty, enqueued] = JSON.parse(execFileSync('php', ['-r', program], { encoding: 'utf8' }));
  const page = readFileSync(path('wordpress/index.html'), 'utf8');
  assert.deepEqual([...page.matchAll(/<!-- shortcode \d -->(.*)<!-- end -->/g)].map(([, html]) => html), [first, second]);
  assert.doesNotMatch(hostile, /<script|<b>| onclick="/);
  assert.match(hostile, />Now &amp; &quot;here&quot;<\/a>/);
  assert.equal(empty, '');
  assert.deepEqual(new Set(enqueued), new Set(['daymark-booking']));
});

/** A theme's engine, as far as the section needs it: Shopify's own tag `schema` shows nothing. */
function liquid() {
  const engine = new Liquid();
  engine.registerTag('schema', {
    parse(token, rest) {
      const stream = engine.parser.parseStream(rest);
      stream.on('tag:endschema', () => stream.stop()).start();
    },
    render: () => '',
  });
  return engine;
}

test('a theme\'s section: its settings become the calendar, and cannot break out of it', async () => {
  const source = readFileSync(path('shopify-section/daymark-booking.liquid'), 'utf8');
  const schema = JSON.parse(source.match(/{% schema %}([\s\S]*){% endschema %}/)[1]);
  const defaults = Object.fromEntries(schema.settings.map(({ id, default: value }) => [id, value ?? '']));
  const render = (settings) =>
    liquid().parseAndRender(source, { section: { id: 'one', settings: { ...defaults, ...settings } }, request: { locale: { iso_code: 'fr' }, design_mode: false } });
  const html = await render({ calendar: ` ${CALENDAR} `, offering: 'tour_harbor_sunset', host: `${server.url}/`, accent: '#9a3412', radius: 4 });
  const visitor = await open(stage.put(html));
  await visitor.at('Choisissez une date et une heure');
  const look = await visitor.calendar().locator('.dm').evaluate((frame) => [frame.style.getPropertyValue('--accent'), getComputedStyle(frame.querySelector('.slot')).borderTopLeftRadius]);
  assert.deepEqual(look, ['#9a3412', '4px']);
  assert.deepEqual(await visitor.violations(), []);
  allWell(visitor);
  await visitor.close();
  const hostile = '"><script>alert(1)</script>';
  const broken = await render({ calendar: hostile, heading: hostile, offering: hostile, link_text: hostile, accent: hostile, host: server.url });
  assert.equal(broken.match(/<script/g).length, 1, 'only ours');
  assert.doesNotMatch(await render({ calendar: '' }), /daymark-calendar/);
});

test('the page of looks: controls change the calendar, tell the contrast and what to copy', async () => {
  const visitor = await open(`${site.url}/theme/`);
  const { page } = visitor;
  await visitor.at(WHEN);
  const accent = () => visitor.calendar().locator('.dm').evaluate((frame) => frame.style.getPropertyValue('--accent'));
  await page.getByLabel('Accent').fill('#ffd500');
  await page.waitForFunction(() => document.querySelector('daymark-calendar').shadowRoot?.querySelector('.dm[style]')?.style.getPropertyValue('--accent') === '#ffd500');
  assert.equal(await accent(), '#ffd500');
  assert.match(await page.getByRole('row', { name: /Accent on the surface/ }).textContent(), /1\.4 : 1 \(needs 3\)/);
  assert.match(await page.locator('#code').textContent(), /--daymark-accent: #ffd500;/);
  // Whatever the accent: what the calendar shows can be read.
  assert.deepEqual(await visitor.violations(), []);
  await page.getByLabel('Language').selectOption('ar');
  await visitor.at('اختر التاريخ والوقت');
  await page.getByLabel('Colours').selectOption('dark');
  await page.waitForFunction(() => document.querySelector('daymark-calendar').shadowRoot?.querySelector('.dm')?.dataset.theme === 'dark');
  await visitor.at('اختر التاريخ والوقت');
  allWell(visitor);
  await visitor.close();
});
