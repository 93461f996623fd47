// Money and calendars elsewhere at the console, in Chromium: an account is connected and stopped, what needs a hand is seen to, and a
// calendar is linked, read, in trouble and unlinked. By keyboard, without scripts, by light and in the dark.

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { guest } from '../support/actors.mjs';
import { booking, Departures, key, ORG, SUNSET } from '../support/harbor.mjs';
import { asked, paid, refused, session, startPaid, state } from '../support/payments.mjs';
import { runPython, skip, startPython } from '../support/python.mjs';
import { KEY } from '../support/stripe/server.mjs';
import { desksAt, looksWell } from './desk.mjs';
import { openBrowser } from './visitor.mjs';

let stage, server, stripe, staff, browser, atTheDesk, departures;
before(async () => {
  stage = await startPaid();
  ({ server, stripe, staff } = stage);
  browser = await openBrowser();
  atTheDesk = desksAt(server, browser);
  departures = new Departures(guest(server), SUNSET);
});
after(async () => {
  await browser?.close();
  await stage?.stop();
});

const accounts = () => server.d1('select mode, key_ends, closed_at from payment_account where key_sealed is not null');

for (const javaScriptEnabled of [true, false]) {
  test(`an account is connected, a wrong key is told at its field, and stopping asks first${javaScriptEnabled ? ', by keyboard' : ', without scripts'}`, async () => {
    await staff.send('DELETE', `/api/orgs/${ORG}/payments`);
    const desk = await atTheDesk('ADMIN', { javaScriptEnabled });
    const { page } = desk;
    await desk.go('/payments');
    await page.getByRole('heading', { name: 'On arrival' }).waitFor();
    const field = page.getByLabel('Secret or restricted key');
    for (const [wrong, said] of [['pk_test_thatispublic', /sk_test_…/], ['sk_test_ofsomebodyelse', /does not take this key/]]) {
      await field.fill(wrong);
      await page.getByRole('button', { name: 'Connect' }).click();
      await page.getByText(said).waitFor();
      assert.equal(await field.getAttribute('aria-invalid'), 'true');
      assert.match(await page.locator(`#${(await field.getAttribute('aria-describedby')).split(' ').at(-1)}`).textContent(), said);
      assert.equal(await field.inputValue(), '', 'a key is not written back');
      assert.deepEqual(accounts(), []);
    }
    await field.fill(KEY);
    await page.getByRole('button', { name: 'Connect' }).click();
    await desk.says('Saved');
    await page.getByRole('heading', { name: 'Stripe, test mode' }).waitFor();
    assert.ok(!(await page.content()).includes(KEY));
    assert.deepEqual(accounts().map((row) => [row.mode, row.key_ends]), [['test', KEY.slice(-4)]]);

    if (javaScriptEnabled) {
      await desk.tabTo(/^Stop$/);
      await page.keyboard.press('Enter');
      await page.getByText('From then on guests pay on arrival').waitFor();
      assert.equal(accounts().length, 1, 'it asks');
      await desk.tabTo(/^Yes, stop$/);
      await page.keyboard.press('Enter');
    } else {
      await page.getByText('Stop', { exact: true }).click();
      await page.getByRole('button', { name: 'Yes, stop' }).click();
    }
    await desk.says('Guests pay on arrival from now on');
    await page.getByRole('heading', { name: 'On arrival' }).waitFor();
    assert.deepEqual(accounts(), [], 'nothing was paid through it: its keys are gone');
    await desk.done();
  });
}

/** What they are called at the desk. */
const nameOf = (made) => server.d1('select contact_name as name from booking where public_id = ?', made.id)[0].name;

test('staff see what needs a hand, why, and what to do next; keys kept for what was paid are forgotten in a step of its own', async () => {
  (await staff.send('PUT', `/api/orgs/${ORG}/payments`, { json: { secretKey: KEY } })).is(200);
  const poor = await refused(stage, await departures.next(), 'insufficient_funds');
  const gone = await refused(stage, await departures.next(), 'expired_or_canceled_card');
  const disputed = await paid(stage, await departures.next());
  stripe.dispute(disputed.intent);
  await stripe.tell();
  const slot = await departures.next();
  const late = await asked(server, slot);
  const open = await session(stripe, late);
  server.database().prepare(`update booking set state = 'EXPIRED', version = version + 1, held_until = null where public_id = ?`).run(late.id);
  (await staff.post(`/api/orgs/${ORG}/bookings`, { booking: booking(slot, { party: { adult: slot.remaining } }) }, { key: key() })).is(201);
  stripe.pay(open.id);
  await stripe.tell();
  await server.cron();
  await stripe.tell();

  const desk = await atTheDesk('STAFF');
  const { page } = desk;
  await desk.go('/today');
  await page.locator('nav#around').getByRole('link', { name: 'Payments 3 waiting' }).click();
  const needs = page.getByRole('region', { name: 'Needs a hand' });
  const row = (text) => needs.getByRole('listitem').filter({ hasText: text });
  await row('Top it up there, then send it again').getByRole('link', { name: new RegExp(nameOf(poor)) }).waitFor();
  await row('Answer before the provider’s deadline').getByRole('link', { name: 'Answer at the provider' }).waitFor();
  await row('came too late').getByText('It went back').waitFor();
  assert.equal(await page.getByLabel('Secret or restricted key').count(), 0, 'keys are not for staff');
  await looksWell(atTheDesk, ['/payments', `/bookings/${poor.id}`, `/bookings/${disputed.id}`, `/bookings/${late.id}`]);

  await row('Top it up there').getByRole('button', { name: /^Send again/ }).click();
  await desk.says('The money goes back');
  await server.cron();
  await stripe.tell();
  assert.equal(state(server, poor.id), 'REFUNDED');

  await desk.go(`/bookings/${gone.id}`);
  const own = page.getByRole('region', { name: 'Needs a hand' });
  await own.getByText('Their card is no longer good').waitFor();
  await own.getByText(/^Given back in another way/).click();
  await own.getByLabel('How').selectOption('CASH');
  await own.getByRole('button', { name: 'They have it: write it down' }).click();
  await desk.says('Written down');
  assert.equal(state(server, gone.id), 'REFUNDED');
  assert.equal(await page.getByRole('region', { name: 'Needs a hand' }).count(), 0);

  await desk.go(`/bookings/${disputed.id}`);
  const money = page.getByRole('region', { name: 'Money' });
  await money.getByRole('row', { name: /Taken by the bank: disputed/ }).waitFor();
  await money.getByRole('row', { name: /Kept by the provider/ }).waitFor();
  const owed = (await guest(server).get(`/api/bookings/${disputed.id}?token=${disputed.token}`)).json.balance.amount;
  await money.getByRole('row', { name: new RegExp(`Still to be paid.*${owed / 100}`) }).waitFor();
  await desk.done();

  const admin = await atTheDesk('ADMIN');
  await admin.go('/payments');
  await admin.page.getByText('Stop', { exact: true }).click();
  await admin.page.getByRole('button', { name: 'Yes, stop' }).click();
  await admin.says('What was paid can still be given back');
  const kept = admin.page.getByRole('region', { name: 'Kept for what was paid before' });
  await kept.getByText('2 payments can still be given back').waitFor();
  await looksWell(atTheDesk, ['/payments']);
  await kept.getByText('Forget these keys for good').click();
  await kept.getByRole('button', { name: 'Yes, forget them' }).click();
  await admin.says('The keys are forgotten');
  assert.deepEqual(accounts(), []);
  await admin.done();
});

test('what invoices say of the seller is set, and a wrong tax number is told at its field', async () => {
  const desk = await atTheDesk('ADMIN');
  const { page } = desk;
  await desk.go('/settings');
  await page.getByLabel('Legal name').fill('Harbor Tours GmbH');
  await page.getByLabel('Postal address').fill('Pier 4\n20457 Hamburg');
  await page.getByLabel('VAT or tax number').fill('none');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByText('A VAT or tax number of 4 to 30 letters and digits').waitFor();
  assert.equal(await page.getByLabel('VAT or tax number').getAttribute('aria-invalid'), 'true');
  assert.equal(await page.getByLabel('Legal name').inputValue(), 'Harbor Tours GmbH', 'what was entered stays');
  await page.getByLabel('VAT or tax number').fill('DE123456789');
  await page.getByRole('button', { name: 'Save' }).click();
  await desk.says('Saved');
  const { seller } = (await staff.get(`/api/orgs/${ORG}`)).is(200).json;
  assert.deepEqual(seller, { name: 'Harbor Tours GmbH', address: 'Pier 4\n20457 Hamburg', taxNumber: 'DE123456789', footer: null });
  await desk.done();
});

/** A file of busy times; its status can change. */
async function busyFile() {
  const file = { status: 200 };
  const http = createServer((_, response) => {
    response.writeHead(file.status, { 'content-type': 'text/calendar' });
    response.end('BEGIN:VCALENDAR\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n');
  });
  await new Promise((resolve) => http.listen(0, '127.0.0.1', resolve));
  return Object.assign(file, { url: `http://127.0.0.1:${http.address().port}/busy.ics`, close: () => (http.closeAllConnections(), http.close()) });
}

test('a file of busy times is linked, its trouble is shown, and unlinking asks first, by keyboard', async () => {
  const file = await busyFile();
  const desk = await atTheDesk('STAFF');
  const { page } = desk;
  try {
    await desk.go('/links');
    const fill = async (url) => {
      await page.getByLabel('Kind').selectOption('ICS');
      await page.getByLabel('For whom').selectOption({ label: 'Instructor on the Jib' });
      await page.getByLabel('Address', { exact: true }).fill(url);
      await page.getByLabel('Called here').fill('The club');
      await page.getByRole('button', { name: 'Link it' }).click();
    };
    await fill('https://10.0.0.1/club.ics');
    await page.getByText('must lead to a public host').waitFor();
    assert.equal(await page.getByLabel('Address', { exact: true }).getAttribute('aria-invalid'), 'true');
    await fill(file.url);
    await desk.says('Saved');
    const linked = page.getByRole('region', { name: 'Linked calendars' }).getByRole('listitem').filter({ hasText: 'The club' });
    await linked.getByText(/· read /).waitFor();
    file.status = 503;
    await linked.getByRole('button', { name: /^Read now/ }).click();
    await linked.getByText(/cannot be read .*what was read before counts/).waitFor();
    await looksWell(atTheDesk, ['/links']);
    await desk.go('/links');
    await desk.tabTo(/^Unlink The club$/);
    await page.keyboard.press('Enter');
    await linked.getByText('Its busy times no longer count here').waitFor();
    assert.equal(server.d1('select count(*) as n from calendar_link')[0].n, 1, 'it asks');
    await desk.tabTo(/^Yes, unlink it$/);
    await page.keyboard.press('Enter');
    await desk.says('Removed');
    assert.equal(server.d1('select count(*) as n from calendar_link')[0].n, 0);
    await desk.done();
  } finally {
    file.close();
  }
});

test('an account of calendars is linked and one of them chosen; a wrong password is told at its field', { skip }, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'daymark-radicale-'));
  writeFileSync(join(folder, 'users'), 'ada:sheet bend\n');
  const radicale = await startPython((port) => [
    '-m', 'radicale', '--config', '', '--server-hosts', `127.0.0.1:${port}`, '--auth-type', 'htpasswd', '--auth-htpasswd-filename',
    join(folder, 'users'), '--auth-htpasswd-encryption', 'plain', '--auth-delay', '0', '--storage-filesystem-folder', join(folder, 'collections'),
  ]);
  const desk = await atTheDesk('STAFF', { javaScriptEnabled: false });
  const { page } = desk;
  try {
    await runPython(['-c', `import caldav
principal = caldav.DAVClient('${radicale.url}', username='ada', password='sheet bend').principal()
for name in ('Lessons', 'Family'): principal.make_calendar(name=name, cal_id=name)`]);
    await desk.go('/links');
    const fill = async (password) => {
      await page.getByLabel('Kind').selectOption('CALDAV');
      await page.getByLabel('For whom').selectOption({ label: 'Instructor on the Jib' });
      await page.getByLabel('Address', { exact: true }).fill(radicale.url);
      await page.getByLabel('User', { exact: false }).fill('ada');
      await page.getByLabel('App password').fill(password);
      await page.getByRole('button', { name: 'Link it' }).click();
    };
    await fill('granny knot');
    await page.getByText('The server refused this user and password.').waitFor();
    assert.equal(await page.getByLabel('App password').getAttribute('aria-invalid'), 'true');
    await fill('sheet bend');
    await page.getByRole('heading', { name: /Which calendar of/ }).waitFor();
    await page.getByLabel('Lessons').check();
    await page.getByRole('button', { name: 'Use this calendar' }).click();
    await desk.says('Saved');
    const linked = page.getByRole('region', { name: 'Linked calendars' }).getByRole('listitem').filter({ hasText: 'Choose calendar' });
    await linked.getByText(/· read /).waitFor();
    const [{ public_id: id }] = server.d1('select public_id from calendar_link');
    await looksWell(atTheDesk, ['/links', `/links/${id}`]);
    await linked.getByText(/^Unlink/).click();
    await linked.getByRole('button', { name: 'Yes, unlink it' }).click();
    await desk.says('Removed');
    await desk.done();
  } finally {
    await radicale.stop();
    rmSync(folder, { recursive: true, force: true });
  }
});
