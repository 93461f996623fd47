// A day at the desk, told in Chromium: with scripts, without them, by keyboard alone, on a phone and in the dark.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, OWNER } from '../support/actors.mjs';
import { booking, Departures, dayFromNow, KAYAK, LIGHTHOUSE, slots, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';
import { desksAt, looksWell } from './desk.mjs';
import { openBrowser } from './visitor.mjs';

let server, browser, caller, departures, atTheDesk;
before(async () => {
  server = await startServer();
  browser = await openBrowser();
  atTheDesk = desksAt(server, browser);
  caller = guest(server);
  departures = new Departures(caller, SUNSET, { party: { adult: 2 } });
  // So that something waits for staff.
  server.database().exec(`update offering set approval = 1 where public_id = '${LIGHTHOUSE}'`);
});
after(async () => {
  await browser?.close();
  await server?.stop();
});

/** A booking that a guest made. */
async function booked(slot, more = {}) {
  const answer = (await caller.post('/api/bookings', booking(slot, more))).is(201).json;
  return { ...answer, ...server.d1('select contact_name as name, state from booking where public_id = ?', answer.id)[0] };
}

const state = (id) => server.d1('select state from booking where public_id = ?', id)[0].state;

for (const javaScriptEnabled of [true, false]) {
  const how = javaScriptEnabled ? '' : ' without scripts';

  test(`staff sign in, approve and check in${how}`, async () => {
    const [room] = (await slots(caller, LIGHTHOUSE, { kind: 'rooms', from: dayFromNow(javaScriptEnabled ? 30 : 40), to: dayFromNow(javaScriptEnabled ? 39 : 49), party: { player: 4 } })).filter((slot) => slot.remaining > 0);
    const request = await booked(room, { tourId: LIGHTHOUSE, party: { player: 4 } });
    assert.equal(request.state, 'AWAITING_APPROVAL');
    const desk = await atTheDesk(null, { javaScriptEnabled, extraHTTPHeaders: { 'x-forwarded-for': javaScriptEnabled ? '100.80.1.1' : '100.80.1.2' } });
    const { page } = desk;
    await desk.go(`/today?date=${room.localStartsAt.slice(0, 10)}`);
    await page.getByLabel('E-mail').fill(OWNER.email);
    await page.getByLabel('Password').fill(OWNER.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await desk.go(`/today?date=${room.localStartsAt.slice(0, 10)}`);
    await page.getByRole('button', { name: `Approve ${request.name}`, exact: true }).click();
    await desk.says('Approved');
    assert.equal(state(request.id), 'CONFIRMED');
    await page.getByRole('button', { name: `Check in ${request.name}`, exact: true }).click();
    await desk.says('Checked in');
    assert.notEqual(server.d1('select checked_in_at from booking where public_id = ?', request.id)[0].checked_in_at, null);
    await page.getByText('Here', { exact: true }).first().waitFor();
    await desk.done();
  });

  test(`staff cancel a booking and see first what goes back${how}`, async () => {
    const made = await booked(await departures.next());
    const desk = await atTheDesk('STAFF', { javaScriptEnabled });
    const { page } = desk;
    await desk.go(`/bookings/${made.id}`);
    await page.getByRole('link', { name: 'Cancel', exact: true }).click();
    await page.getByText('Goes back by the policy').waitFor();
    await page.getByLabel('Give back something else').fill('a lot');
    await page.getByRole('button', { name: 'Cancel the booking' }).click();
    await page.getByText('An amount such as 12.50.').waitFor();
    assert.equal(await page.getByLabel('Give back something else').inputValue(), 'a lot', 'what was entered stays');
    assert.equal(state(made.id), 'CONFIRMED');
    await page.getByLabel('Give back something else').fill('');
    await page.getByLabel('Reason').fill('The boat is ill');
    await page.getByRole('button', { name: 'Cancel the booking' }).click();
    await desk.says('Cancelled');
    assert.equal(state(made.id), 'CANCELLED');
    await page.getByText('The boat is ill').first().waitFor();
    await desk.done();
  });

  test(`staff book for somebody${how}`, async () => {
    const slot = await departures.next();
    const desk = await atTheDesk('STAFF', { javaScriptEnabled });
    const { page } = desk;
    const date = slot.localStartsAt.slice(0, 10);
    const name = `Somebody at the phone ${javaScriptEnabled}`;
    await desk.go('/today');
    await page.getByRole('link', { name: 'New booking' }).click();
    await page.getByRole('link', { name: /Sunset harbor tour/ }).click();
    await page.getByLabel('Adult').fill('2');
    await page.getByLabel('From').fill(date);
    await page.getByRole('button', { name: 'Show times' }).click();
    await page.locator('section.card').first().getByRole('link', { name: slot.localStartsAt.slice(11, 16) }).click();
    await page.getByLabel('Name', { exact: true }).fill(name);
    await page.getByLabel('E-mail', { exact: true }).fill('phone@guests.example');
    await page.getByLabel('Child').fill('1');
    await page.getByRole('button', { name: 'Update the price' }).click();
    assert.equal(await page.getByLabel('Name', { exact: true }).inputValue(), name, 'what was entered stays');
    await page.getByRole('row', { name: /Total.*97\.00/ }).waitFor();
    await page.getByRole('button', { name: 'Book', exact: true }).click();
    await desk.says('Booked');
    await page.getByRole('heading', { level: 1, name }).waitFor();
    const [row] = server.d1('select state, total, channel from booking where contact_name = ?', name);
    assert.equal(row.total, 9_700);
    assert.notEqual(row.channel, 'widget');
    await desk.done();
  });

  test(`staff take a boat off for a day, and nobody can book it then${how}`, async () => {
    const date = dayFromNow(javaScriptEnabled ? 100 : 101);
    const open = async () => (await slots(caller, SUNSET, { from: date, to: date, party: { adult: 2 } })).filter((slot) => slot.status !== 'CLOSED').length;
    assert.notEqual(await open(), 0);
    const desk = await atTheDesk('STAFF', { javaScriptEnabled });
    const { page } = desk;
    await desk.go('/resources');
    await page.getByRole('link', { name: 'Motor launch' }).click();
    await page.getByLabel('First day').fill(date);
    await page.getByLabel('Reason').fill('New paint');
    await page.getByRole('button', { name: 'Block it' }).click();
    await desk.says('It is off then');
    await page.getByText('Off: New paint').first().waitFor();
    assert.equal(await open(), 0);
    await page.getByRole('listitem').filter({ hasText: 'New paint' }).getByRole('button', { name: 'Take back' }).click();
    await desk.says('It works again');
    assert.notEqual(await open(), 0);
    await desk.done();
  });
}

test('the snippet is copied by one press, and the widget stands beside it', async () => {
  const desk = await atTheDesk('STAFF', { permissions: ['clipboard-read', 'clipboard-write'] });
  const { page } = desk;
  await desk.go('/embed');
  await page.getByRole('link', { name: 'Harbor Tours', exact: true }).click();
  await page.getByRole('button', { name: 'Copy' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.match(copied, /<script async src=".*\/embed\.js"><\/script>\n<daymark-calendar calendar="cal_harbor"\s+style="[^"]+"><\/daymark-calendar>/);
  await page.locator('daymark-calendar').getByRole('heading', { name: 'What would you like to book?' }).waitFor();
  await desk.done();
  const plain = await atTheDesk('STAFF', { javaScriptEnabled: false });
  await plain.go('/embed/cal_harbor');
  await plain.page.getByText('<daymark-calendar calendar="cal_harbor"').waitFor();
  assert.equal(await plain.page.getByRole('button', { name: 'Copy' }).count(), 0, 'no button that does nothing');
  await plain.done();
});

for (const javaScriptEnabled of [true, false]) {
  test(`the editor of an offering shows what the engine makes of it before anything is saved${javaScriptEnabled ? '' : ', without scripts by a button'}`, async () => {
    const desk = await atTheDesk('STAFF', { javaScriptEnabled });
    const { page } = desk;
    const schedule = () => server.d1('select schedule from offering where public_id = ?', SUNSET)[0].schedule;
    const before = schedule();
    await desk.go('/offerings');
    await page.getByRole('link', { name: 'Sunset harbor tour' }).click();
    const preview = page.getByRole('region', { name: 'What it comes to' });
    await preview.getByText('19:00').first().waitFor();
    await page.locator('[name="schedule/rules/0/times"]').fill('16:15');
    if (!javaScriptEnabled) await page.getByRole('button', { name: 'Preview' }).click();
    await preview.getByText('16:15').first().waitFor();
    assert.equal(schedule(), before);
    await page.getByLabel('Name', { exact: true }).fill('');
    await page.locator('[name="schedule/rules/0/times"]').fill('25:00');
    if (javaScriptEnabled) await preview.getByText('Times such as 09:30, 14:00.').waitFor();
    await desk.done();
  });
}

test('a contributor hands in an event, staff publish it with one click', async () => {
  const author = await atTheDesk('CONTRIBUTOR', { javaScriptEnabled: false });
  await author.go('');
  assert.deepEqual(await author.page.locator('nav#around li a').allTextContents(), ['Submissions'], 'nothing else is there');
  await author.page.getByRole('link', { name: 'Bring an event' }).first().click();
  await author.page.getByLabel('Title').fill('Shanties at the pier');
  await author.page.getByLabel('What is it about?').fill('Songs of the sea.');
  await author.page.getByLabel('Starts').first().fill(`${dayFromNow(60)}T19:00`);
  await author.page.getByLabel('Ends').first().fill(`${dayFromNow(60)}T18:00`);
  await author.page.getByRole('button', { name: 'Hand it in' }).click();
  await author.page.getByText('It has to end after it starts.').waitFor();
  await author.page.getByLabel('Ends').first().fill(`${dayFromNow(60)}T22:00`);
  await author.page.getByRole('button', { name: 'Hand it in' }).click();
  await author.page.getByText('Waiting', { exact: true }).waitFor();
  await author.done();
  const staff = await atTheDesk('STAFF');
  await staff.go('/submissions');
  await staff.page.getByRole('button', { name: 'Publish Shanties at the pier' }).click();
  await staff.says('Published');
  assert.equal(server.d1("select status from offering where name = 'Shanties at the pier'")[0].status, 'PUBLISHED');
  await staff.done();
});

test('the keyboard alone is enough to find a guest and check them in', async () => {
  const made = await booked(await departures.next());
  const desk = await atTheDesk('STAFF');
  const { page } = desk;
  await desk.go('/today');
  const { tabTo } = desk;
  await tabTo(/^Bookings/);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: 'Bookings' }).waitFor();
  await tabTo(/^Name, number/);
  await page.keyboard.type(made.number);
  await page.keyboard.press('Enter');
  await page.waitForURL(/q=HB/);
  await tabTo(new RegExp(`^${made.name}$`));
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { level: 1, name: made.name }).waitFor();
  await tabTo(/^Check in$/);
  await page.keyboard.press('Enter');
  await desk.says('Checked in');
  await desk.done();
});

test('axe finds nothing on any page, by light and in the dark, and no page is wider than its screen', async () => {
  const made = await booked(await departures.next());
  const pages = [
    '/today', '/upcoming', `/today?date=${dayFromNow(200)}`, '/calendar', '/calendar?view=month',
    '/bookings', '/bookings?q=nobody', `/bookings/${made.id}`, `/bookings/${made.id}/cancel`, `/bookings/${made.id}/move`, `/bookings/${made.id}/party`,
    '/bookings/new', `/bookings/new?offering=${SUNSET}`, `/bookings/new?offering=${KAYAK}`,
    '/offerings', '/offerings/new', '/offerings/new?kind=TOUR', `/offerings/${SUNSET}`, '/customers', '/customers/cus_harbor_1', '/waiting',
    '/submissions', '/submissions?list=all', '/submissions/new',
    '/resources', '/resources/new', '/resources/res_harbor_staff_jib', '/embed', '/embed/new', '/embed/cal_harbor',
    '/members', '/keys', '/webhooks', '/webhooks/new', '/settings', '/audit',
  ];
  await looksWell(atTheDesk, pages);
});
