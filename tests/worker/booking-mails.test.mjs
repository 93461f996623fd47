// What customers are told of their bookings by mail: the right person, in their language, once, with an entry for their calendar;
// read from a real mail server over STARTTLS, and its calendars by two parsers that nobody here wrote.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import ICAL from 'ical.js';
import { guest, owner } from '../support/actors.mjs';
import { booking, customer, Departures, key, MARKET, ORG, SUNSET, tokenOf, ZONE } from '../support/harbor.mjs';
import { certificate, openPostbox, part } from '../support/postbox.mjs';
import { skip } from '../support/python.mjs';
import { startServer } from '../support/server.mjs';

const SENDER = 'no-reply@book.example';

let postbox;
let server;
let staff;
let departures;
let market;
before(async () => {
  if (skip) return;
  const trusted = certificate();
  process.env.NODE_EXTRA_CA_CERTS = trusted.chain;
  postbox = await openPostbox(trusted);
  const vars = { SMTP_HOST: 'localhost', SMTP_PORT: String(postbox.port), SMTP_USER: 'daymark', SMTP_PASSWORD: 'secret', MAIL_FROM: SENDER };
  server = await startServer({ vars });
  staff = await owner(server);
  departures = new Departures(guest(server), SUNSET);
  market = new Departures(guest(server), MARKET, { kind: 'events', firstDay: 10, days: 300, party: { guest: 1 } });
});
after(() => Promise.all([server?.stop(), postbox?.stop()]));

const story = (name, tell) => test(name, { skip }, tell);
const book = async (slot, more = {}, caller = guest(server)) =>
  (await caller.post('/api/bookings', booking(slot, { party: { adult: 2 }, ...more }), { key: key() })).is(201).json;
const act = async (made, action, body = {}, caller = staff) => (await caller.post(`/api/bookings/${made.id}/${action}`, body, { key: key() })).is(200).json;
const kinds = (made) =>
  server.d1('select kind from mail where booking_id = (select id from booking where public_id = ?) order by id', made.id).map(({ kind }) => kind);
const sent = async (made) => {
  const all = () => server.d1(`select state from mail where booking_id = (select id from booking where public_id = ?)`, made.id).every(({ state }) => state === 'SENT');
  for (let look = 0; look < 400 && !all(); look += 1) await pause(25);
};
const entry = (mail) => part(mail, 'text/calendar').entries[0];

/** The same entry by another parser: times by the zone that the file brings along. */
function otherwise(mail) {
  const calendar = new ICAL.Component(ICAL.parse(part(mail, 'text/calendar').text));
  const zone = new ICAL.Timezone(calendar.getFirstSubcomponent('vtimezone'));
  const event = new ICAL.Event(calendar.getFirstSubcomponent('vevent'));
  const instant = (time) => {
    const utc = Object.assign(time.clone(), { zone }).convertToZone(ICAL.Timezone.utcTimezone);
    return utc.toString();
  };
  return { method: calendar.getFirstPropertyValue('method'), uid: event.uid, sequence: event.sequence, starts: instant(event.startDate) };
}

story('a confirmation reaches whoever booked, once, in their language, with the look of the business', async () => {
  const slot = await departures.next();
  const who = customer({ name: 'Änne "Ä" O’Neill' });
  const made = await book(slot, { customer: who, locale: 'de-AT' });
  const [mail] = await postbox.received(who.email, 1);
  await Promise.all([server.cron(), server.cron()]);
  await postbox.received(who.email, 1);
  assert.deepEqual([mail.from, mail.to, mail.secure, mail.defects], [SENDER, [who.email], true, []]);
  assert.match(mail.headers.from, /^Harbor Tours <no-reply@book\.example>$/);
  assert.equal(mail.headers['reply-to'], 'hello@harbor.example');
  assert.match(mail.headers.subject, /^Bestätigt: /);
  assert.equal(mail.headers['list-unsubscribe'], undefined, 'what one ordered is not to be ended');
  const [text, html] = [part(mail, 'text/plain').text, part(mail, 'text/html').text];
  for (const said of [made.number, `/b/${tokenOf(made)}`, 'Guten Tag Änne', '78,00']) {
    assert.ok(text.replaceAll('\u00a0', ' ').includes(said), `${said} in ${text}`);
    assert.ok(html.replaceAll('&quot;', '"').replaceAll('\u00a0', ' ').includes(said), `${said} in the HTML`);
  }
  assert.match(html, /<html lang="de" dir="ltr">/);
  for (const loaded of [/<img/i, /<script/i, /url\(/, /src=/]) assert.doesNotMatch(html, loaded, 'nobody learns when it is opened');
});

story('an entry for the calendar keeps its name and counts its changes, until it is taken out', async () => {
  const [first, second] = [await departures.next(), await departures.next()];
  const who = customer();
  const made = await book(first, { customer: who });
  await act(made, 'reschedule', { startsAt: second.startsAt, keepPrice: true });
  await act(made, 'cancel', { reason: 'The boat is broken.' });
  const mails = await postbox.received(who.email, 3);
  assert.deepEqual(kinds(made), ['booking.confirmed', 'booking.moved', 'booking.called_off']);
  const seen = mails.map(entry).sort((one, other) => one.sequence - other.sequence);
  assert.deepEqual(seen.map(({ method, status }) => [method, status]), [['REQUEST', 'CONFIRMED'], ['REQUEST', 'CONFIRMED'], ['CANCEL', 'CANCELLED']]);
  assert.equal(new Set(seen.map(({ uid }) => uid)).size, 1);
  assert.equal(new Set(seen.map(({ sequence }) => sequence)).size, 3, 'each change has a number of its own');
  const starts = [first, second, second].map((slot) => Date.parse(slot.startsAt));
  assert.deepEqual(seen.map((one) => Date.parse(one.starts)), starts);
  for (const one of seen) {
    assert.deepEqual([one.tzid, one.zones, one.organizer, one.attendee], [ZONE, [ZONE], 'mailto:hello@harbor.example', `mailto:${who.email}`]);
  }
  for (const mail of mails) {
    const { method, uid, sequence, starts: at } = otherwise(mail);
    const same = seen.find((one) => one.sequence === sequence);
    assert.deepEqual([method, uid, Date.parse(at)], [same.method, same.uid, Date.parse(same.starts)]);
    assert.equal(mail.parts.find((one) => one.file === 'booking.ics')?.method, method, 'as a file, too');
  }
  const last = mails.find((mail) => entry(mail).method === 'CANCEL');
  assert.match(part(last, 'text/plain').text, /The boat is broken\./);
});

story('a request is told when it arrives and when staff decide; a calendar hears of it when it is sure', async () => {
  server.database().exec(`update offering set approval = 1 where public_id = '${MARKET}'`);
  const [yes, no] = [customer(), customer()];
  const wish = { tourId: MARKET, party: { guest: 1 } };
  const slots = [await market.next(), await market.next()];
  const asked = [await book(slots[0], { ...wish, customer: yes }), await book(slots[1], { ...wish, customer: no })];
  await act(asked[0], 'approve');
  await act(asked[1], 'reject', { reason: 'Everything is full.' });
  const [requested, approved] = (await postbox.received(yes.email, 2)).sort((one) => (part(one, 'text/calendar') ? 1 : -1));
  assert.match(requested.headers.subject, /^Your request/);
  assert.equal(part(requested, 'text/calendar'), undefined);
  assert.deepEqual([approved.headers.subject.split(':')[0], entry(approved).method], ['Approved', 'REQUEST']);
  const declined = (await postbox.received(no.email, 2)).find((mail) => mail.headers.subject.startsWith('Declined'));
  assert.match(part(declined, 'text/plain').text, /Everything is full\./);
  assert.equal(part(declined, 'text/calendar'), undefined, 'there is nothing to take out');
});

story('staff who say that nobody is to be written to are heeded; guests have no say in it', async () => {
  const [one, two] = [await departures.next(), await departures.next()];
  const made = await book(one);
  const told = kinds(made);
  await act(made, 'reschedule', { startsAt: two.startsAt, keepPrice: true, notify: false });
  await act(made, 'party', { party: { adult: 1 }, keepPrice: true, notify: false });
  await act(made, 'payments', { amount: 1000, method: 'CASH', notify: false });
  (await staff.patch(`/api/bookings/${made.id}`, { customer: customer(), notify: false })).is(200);
  await act(made, 'cancel', { refund: 0, notify: false });
  await act(made, 'reinstate', { notify: false });
  const silent = await (await staff.post(`/api/orgs/${ORG}/bookings`, { booking: booking(two), notify: false }, { key: key() })).is(201).json;
  assert.deepEqual([kinds(made), kinds(silent)], [told, []]);
  const own = `/api/bookings/${made.id}/cancel?token=${tokenOf(made)}`;
  (await guest(server).post(own, { notify: false }, { key: key() })).problem(403);
});

story('money that comes and goes is told with its sum; what goes back with a cancellation is one mail with it', async () => {
  const who = customer();
  const made = await book(await departures.next(), { customer: who });
  await act(made, 'payments', { amount: 7800, method: 'CARD' });
  await act(made, 'refund', { amount: 1000, override: true, reason: 'VIP, among us' });
  await act(made, 'cancel', {});
  const mails = await postbox.received(who.email, 4);
  assert.deepEqual(kinds(made), ['booking.confirmed', 'booking.paid', 'booking.refunded', 'booking.called_off']);
  const text = (beginning) => part(mails.find((mail) => mail.headers.subject.startsWith(beginning)), 'text/plain').text;
  assert.match(text('Payment received'), /has received €78\.00/);
  assert.match(text('Refund'), /has given back €10\.00/);
  assert.match(text('Cancelled'), /Paid: €78\.00\r?\nGiven back: €78\.00/);
  for (const mail of mails) assert.ok(!JSON.stringify(mail).includes('VIP'), 'the books are nobody else’s');
});

story('whoever is to be reached elsewhere is told there, and only there', async () => {
  const [before, now] = [customer(), customer()];
  const made = await book(await departures.next(), { customer: before });
  await postbox.received(before.email, 1);
  (await staff.patch(`/api/bookings/${made.id}`, { customer: now })).is(200);
  const [mail] = await postbox.received(now.email, 1);
  assert.match(mail.headers.subject, /^Changed/);
  assert.equal(entry(mail).attendee, `mailto:${now.email}`);
  await postbox.received(before.email, 1);
});

story('a departure that is decided is told to everybody on it', async () => {
  const [few, enough] = [await departures.next(), await departures.next()];
  const made = [await book(few), await book(enough, { party: { adult: 4 } })];
  const minutes = Math.ceil((Date.parse(enough.startsAt) - Date.now()) / 60_000) + 60;
  const rule = JSON.stringify({ minSeats: 4, decideBefore: minutes });
  server.database().exec(`update offering set rules = json_set(rules, '$.threshold', json('${rule}')) where public_id = '${SUNSET}'`);
  await Promise.all([server.cron(), server.cron()]);
  server.database().exec(`update offering set rules = json_remove(rules, '$.threshold') where public_id = '${SUNSET}'`);
  assert.deepEqual(made.map((one) => kinds(one).at(-1)), ['booking.too_few', 'booking.enough']);
  await server.cron();
  assert.deepEqual(made.map((one) => kinds(one).length), [2, 2], 'once');
});

story('a reminder comes once, as long before as the business says, and one click ends them', async () => {
  const hours = (slot) => Math.ceil((Date.parse(slot.startsAt) - Date.now()) / 3_600_000);
  const slot = await departures.next();
  const who = customer({ name: 'Ada' });
  const early = guest(server).at(new Date(Date.now() - 6 * 3_600_000));
  const made = await book(slot, { customer: who, locale: 'ar' }, early);
  // A sender with that clock has it for a time that is over by the real one.
  await sent(made);
  const late = await book(slot);
  const remind = (list) => staff.patch(`/api/orgs/${ORG}`, { reminderHours: list });
  (await remind([0])).problem(400);
  (await remind([hours(slot)])).is(200);
  await Promise.all([server.cron(), server.cron(), server.cron()]);
  await server.cron();
  const mails = await postbox.received(who.email, 2);
  assert.deepEqual(kinds(made), ['booking.confirmed', 'booking.reminder']);
  assert.deepEqual(kinds(late), ['booking.confirmed'], 'who booked after that moment knows it');
  const mail = mails.find((one) => one.headers['list-unsubscribe']);
  assert.equal(mail.headers['list-unsubscribe-post'], 'List-Unsubscribe=One-Click');
  assert.match(part(mail, 'text/html').text, /<html lang="ar" dir="rtl">/);

  const link = /^<(.+)>$/.exec(mail.headers['list-unsubscribe'].replaceAll(/\s/g, ''))[1];
  const path = link.slice(server.url.length);
  assert.match((await guest(server).get(path)).is(200).text, /<form method="post">/, 'looking at it ends nothing');
  const refused = () => server.d1('select 1 from reminder_refusal where email = ?', who.email).length;
  assert.equal(refused(), 0);
  const clicked = await fetch(link, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ 'List-Unsubscribe': 'One-Click' }) });
  assert.deepEqual([clicked.status, refused()], [200, 1]);
  (await guest(server).get(path.replace(/.(?=\?)/, (sign) => (sign === 'A' ? 'B' : 'A')))).is(404);

  // The next booking is not reminded of any more, and confirmed all the same.
  const next = await departures.next();
  const again = await book(next, { customer: who }, early);
  await sent(again);
  (await remind([hours(next)])).is(200);
  await server.cron();
  assert.deepEqual(kinds(again), ['booking.confirmed']);
  (await remind([])).is(200);
});

story('a mail and what it tells happen together or not at all', async () => {
  const slot = await departures.next();
  const count = () => server.d1('select count(*) as n from booking')[0].n;
  const bookings = count();
  server.database().exec(`create trigger no_mail before insert on mail begin select raise(abort, 'no_mail'); end`);
  const answer = await guest(server).post('/api/bookings', booking(slot), { key: key() });
  server.database().exec('drop trigger no_mail');
  assert.ok(answer.status >= 400, String(answer.status));
  assert.equal(count(), bookings);
});

story('staff see what was mailed and send it once more: to where the customer is now, unless it is no longer true', async () => {
  const [before, now] = [customer(), customer()];
  const made = await book(await departures.next(), { customer: before });
  await postbox.received(before.email, 1);
  const list = async () => (await staff.get(`/api/orgs/${ORG}/bookings/${made.id}/mails`)).is(200).json.data;
  await sent(made);
  const [first] = await list();
  assert.deepEqual([first.kind, first.status, first.recipient], ['booking.confirmed', 'SENT', before.email]);
  (await staff.patch(`/api/bookings/${made.id}`, { customer: now, notify: false })).is(200);
  const resend = (once) => staff.post(`/api/orgs/${ORG}/mails/${first.id}/resend`, {}, { key: once });
  const once = key();
  (await resend(once)).is(202);
  (await resend(once)).is(202);
  const [mail] = await postbox.received(now.email, 1);
  assert.match(mail.headers.subject, /^Confirmed/);
  assert.equal((await list()).length, 2);
  await act(made, 'cancel', { notify: false });
  (await resend(key())).problem(409, 'outdated');
  (await guest(server).post(`/api/orgs/${ORG}/mails/${first.id}/resend`, {}, { key: key() })).problem(401);
});

story('a server that says no for good is not asked again; one that is busy is', async () => {
  const [gone, busy] = [customer({ email: 'gone@people.example' }), customer({ email: 'busy@people.example' })];
  const made = [await book(await departures.next(), { customer: gone }), await book(await departures.next(), { customer: busy })];
  await server.cron();
  const state = (one) => server.d1('select state, failure from mail where booking_id = (select id from booking where public_id = ?)', one.id)[0];
  for (let look = 0; look < 200 && made.some((one) => !state(one).failure); look += 1) await pause(25);
  assert.deepEqual(made.map((one) => [state(one).state, state(one).failure.slice(0, 3)]), [['FAILED', '550'], ['QUEUED', '450']]);
  const health = (await guest(server).get('/healthz')).is(200).json;
  assert.deepEqual(health.circuits, [], 'whoever refuses a mail is there');
});
