// Every state of the guest's way, one after the other on one page, in any language: whoever wants to look at all of them passes
// a `look`. Nothing here knows a word of the calendar; buttons are found by what they are.

import { guest } from '../support/actors.mjs';
import { CALENDAR, customer, dayFromNow, Departures, key, MARKET, SUNSET } from '../support/harbor.mjs';

/** Before the first calendar is read: bookings of the market wait for approval, and anybody may suggest an event. */
export function prepare(server) {
  server.database().exec(`update offering set approval = 1 where public_id = '${MARKET}'`);
  server.database().exec(`update calendar set submissions = 1 where public_id = '${CALENDAR}'`);
}

/** Takes all that is left of a departure. */
export async function takeAll(server, slot) {
  for (let left = slot.remaining; left > 0; left -= Math.min(left, 6)) {
    const body = { tourId: SUNSET, instanceStartsAt: slot.startsAt, party: { adult: Math.min(left, 6) }, customer: customer() };
    (await guest(server).post('/api/bookings', body, { key: key() })).is(201);
  }
}

/** The tag that the walk begins with. */
export const tag = (server, more = '') =>
  `<main><h1>A page</h1><daymark-calendar calendar="${CALENDAR}" ${more}></daymark-calendar></main><script async src="${server.url}/embed.js"></script>`;

/**
 * Walks through all of it. The visitor's clock has to be a pretended one (`page.clock.install`), so that a hold can run out.
 * `firstDay` keeps walks of one test file from each other's departures.
 */
export async function everywhere(visitor, server, look, { firstDay = 30 } = {}) {
  const { page } = visitor;
  const calendar = visitor.calendar();
  const departures = new Departures(guest(server), SUNSET, { firstDay, days: 14, party: { adult: 1 } });
  const [full, race] = [await departures.next(), await departures.next()];
  const who = customer({ name: 'Ada' });
  const main = () => calendar.locator('.main').first().click();
  const goto = (place) => calendar.evaluate((host, place) => host.goto(place), place);
  const at = (step) => calendar.locator(step).first().waitFor();
  const fill = async () => {
    await calendar.locator('#name').fill(who.name);
    await calendar.locator('#email').fill(who.email);
    for (const field of await calendar.locator('.field [aria-required="true"][id^="answer-"]').all()) {
      const kind = await field.evaluate((element) => element.type || element.tagName);
      if (kind === 'checkbox') await field.check();
      else if (kind.startsWith('select')) await field.selectOption({ index: 1 });
      else await field.fill('12');
    }
  };
  const slotOf = (date, time = '') => goto({ offering: SUNSET, date, time });
  const free = calendar.locator('.slot:not(.grey)').first();
  const details = async (date) => {
    await slotOf(date);
    await free.click();
    await at('.summary .total');
    await main();
    await at('.form #name');
  };
  const review = async () => {
    await main();
    await at('[role=timer]');
  };

  await calendar.locator('button').first().waitFor();
  await look('offers');
  await slotOf(dayFromNow(firstDay + 1));
  await at('.day.free');
  await look('month');
  for (const view of ['week', 'list']) {
    await calendar.locator('.bar .option').nth(view === 'week' ? 1 : 2).click();
    await at(view === 'week' ? '.week' : '.agenda');
    await look(view);
  }
  await calendar.locator('.bar .option').nth(0).click();
  await at('.grid');

  await takeAll(server, full);
  await calendar.evaluate((host) => host.refresh());
  await slotOf(full.localStartsAt.slice(0, 10));
  await calendar.locator('.slot.grey').first().click();
  await look('why not');
  await calendar.locator('.why .chip').last().click();
  await at('.form #name');
  await look('waiting list');
  await main();
  await look('waiting list, with mistakes');
  await fill();
  await main();
  await at('.seal');
  await look('waiting');

  await slotOf(dayFromNow(firstDay + 16));
  await free.click();
  await at('.summary .total');
  await calendar.locator('.coupon .link').click();
  await calendar.locator('#coupon').fill('NONE');
  await calendar.locator('.coupon .second').click();
  await calendar.locator('#coupon[aria-invalid="true"]').waitFor();
  await look('party, with a coupon refused');
  const alone = calendar.locator('.switch');
  if ((await alone.count()) > 0) {
    await alone.check();
    await look('private');
    await alone.uncheck();
  }
  await main();
  await at('.form #name');
  await calendar.locator('#name').fill('');
  await main();
  await look('details, with mistakes');
  await fill();
  await review();
  await look('review');
  await main();
  await at('.seal');
  await look('booked');

  await calendar.locator('.chips .link').first().click();
  await at('.badge');
  await look('manage');
  await calendar.locator('.links .second').first().click();
  await at('.grid');
  await look('another time');
  // A month on: what is about to begin cannot be called off any more.
  await calendar.locator('.bar .round').nth(1).click();
  await calendar.locator('.day.free:not([aria-selected])').nth(1).click();
  await free.click();
  await at('.struck');
  await look('agree');
  await main();
  await Promise.race([at('.badge'), at('#notice')]);
  if ((await calendar.locator('.badge').count()) === 0) {
    await look('agree, to another price');
    await main();
    await at('.badge');
  }
  await look('moved');
  await calendar.locator('.links .second').nth(1).click();
  await at('#sure');
  await look('are you sure');
  await calendar.locator('#sure .second').first().click();
  await at('.links .link');
  await look('cancelled');

  await goto({ offering: MARKET, date: dayFromNow(firstDay + 1) });
  if ((await free.count()) === 0) await calendar.locator('.day.free').first().click();
  await free.click();
  await at('.summary .total');
  await main();
  await at('.form #name');
  await fill();
  await review();
  await look('review of a request');
  await main();
  await at('.seal');
  await look('requested');

  await slotOf(dayFromNow(firstDay + 1));
  await calendar.locator('.foot .link').click();
  await at('#event-0');
  await main();
  await look('suggest, with mistakes');
  const date = dayFromNow(40);
  for (const [place, text] of ['Ada', 'Ada', `${date}T19:00`, `${date}T21:00`, 'Ada', '12.50'].entries()) await calendar.locator(`#event-${place}`).fill(text);
  await fill();
  await main();
  await at('.card');
  await look('preview');
  await main();
  await at('.seal');
  await look('suggested');

  await details(race.localStartsAt.slice(0, 10));
  await fill();
  await takeAll(server, race);
  const taken = { url: '**/api/**', answer: (route) => route.abort() };
  await main();
  await Promise.race([at('#notice'), at('[role=timer]')]);
  await look('somebody was faster');
  await page.route(taken.url, taken.answer);
  await details(dayFromNow(firstDay + 17));
  await main();
  await at('#notice');
  await look('no answer');
  await page.unroute(taken.url, taken.answer);
  await visitor.context.setOffline(true);
  await at('.offline');
  await look('offline');
  await visitor.context.setOffline(false);
  await calendar.locator('.offline').waitFor({ state: 'detached' });
  await page.evaluate(() => (location.hash = '#daymark=manage,bkg_nobody,nobody'));
  await at('#notice');
  await look('a link that leads nowhere');

  await details(dayFromNow(firstDay + 18));
  await review();
  await page.clock.fastForward('30:00');
  await at('#notice');
  await look('hold expired');
}
