// The pages that guests see without a script: in the language that they ask for, and no word of ours in another.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, owner } from '../support/actors.mjs';
import { booking, CALENDAR, customer, dayFromNow, Departures, KAYAK, key, ORG, SUNSET, tokenOf } from '../support/harbor.mjs';
import { mailsTo } from '../support/mail.mjs';
import { app } from '../support/oauth.mjs';
import { startServer } from '../support/server.mjs';

const LANGUAGES = ['ar', 'de', 'en', 'es', 'fr', 'it', 'ja', 'nl', 'pt', 'zh'];
/** Names, which no language translates. */
const NAMES = 'Daymark Markdown Google Calendar Outlook com Microsoft API OAuth Webhook EUR Berlin https';

let server;
let staff;
let given;
before(async () => {
  server = await startServer();
  staff = await owner(server);
  (await staff.patch(`/api/orgs/${ORG}/calendars/${CALENDAR}`, { submissions: true })).is(200);
  const told = [NAMES, (await guest(server).get(`/embed/${CALENDAR}`)).text, ...server.d1('select description as text from offering').map(({ text }) => text ?? '')];
  given = new Set(told.flatMap((text) => text.match(/[A-Za-z]{2,}/g) ?? []));
});
after(() => server.stop());

const form = (fields) => ({ body: new URLSearchParams(fields).toString(), headers: { 'content-type': 'application/x-www-form-urlencoded' } });
const own = () => guest(server).with({ origin: server.url });

/** What a page shows or has read aloud. */
function said(html) {
  const body = html.replace(/<(script|style)\b[\s\S]*?<\/\1>/g, '');
  const attributes = [...body.matchAll(/ (?:aria-label|title|placeholder|alt)="([^"]*)"/g)].map(([, text]) => text);
  const texts = body.replace(/<[^>]*>/g, '\n').split('\n');
  const plain = (text) => text.replace(/&[a-z]+;|\S+@\S+/g, ' ').trim();
  return [...texts, ...attributes].map(plain).filter(Boolean);
}

/** Asserts that a page is in Japanese: Latin letters are only in names. */
function inJapanese(answer, ...more) {
  const html = answer.text;
  assert.match(html, /<html lang="ja" dir="ltr">/, `${answer.request}: ${html.slice(0, 200)}`);
  const known = new Set(more.flatMap((text) => text.match(/[A-Za-z]{2,}/g) ?? []));
  const strange = said(html).filter((text) => (text.match(/[A-Za-z]{2,}/g) ?? []).some((word) => !given.has(word) && !known.has(word)));
  assert.deepEqual(strange, [], `${answer.request}: texts that are in no language's file`);
  assert.match(html, /[\u3040-\u30ff]/, `${answer.request}: no Japanese at all`);
  // Links of the page stay in the language: nobody has to ask twice.
  for (const [, path] of html.matchAll(/(?:href|method="post" action)="(\/[cbsw]\/[^"]+)"/g)) assert.match(path, /[?&](amp;)?lang=ja/, `${answer.request}: ${path}`);
  return html;
}

test('the address chooses the language, then the browser, then the house', async () => {
  const page = async (query, accept) => (await guest(server).with(accept ? { 'accept-language': accept } : {}).get(`/c/${CALENDAR}/submit${query}`)).is(200);
  const speaks = async (...asked) => /<html lang="([^"]+)" dir="([^"]+)">/.exec((await page(...asked)).text).slice(1).join(' ');
  for (const language of LANGUAGES) assert.equal(await speaks(`?lang=${language}`, 'en'), language === 'en' ? 'en ltr' : `${language} ${language === 'ar' ? 'rtl' : 'ltr'}`);
  assert.equal(await speaks('', 'tlh, pt-BR;q=0.9, de;q=0.8'), 'pt-BR ltr');
  assert.equal(await speaks('?lang=de', 'fr, de-AT;q=0.5'), 'de-AT ltr');
  assert.equal(await speaks('?lang=tlh', ''), 'en ltr');
  server.database().prepare('update org set locale = ? where public_id = ?').run('nl', ORG);
  assert.equal(/<html lang="([^"]+)"/.exec((await guest(server).at(new Date()).with({ 'accept-language': 'tlh' }).get(`/c/${CALENDAR}`)).text)[1], 'nl');
  server.database().prepare('update org set locale = ? where public_id = ?').run('en', ORG);
  assert.equal((await page('')).header('vary'), 'accept-language');
});

test('choosing, booking, moving, cancelling and the invoice are in one language, mistakes included', async () => {
  const visitor = own();
  inJapanese(await visitor.get(`/c/${CALENDAR}?lang=ja`));
  inJapanese(await visitor.get(`/c/${CALENDAR}/${KAYAK}?lang=ja`));
  const times = inJapanese(await visitor.get(`/c/${CALENDAR}/${SUNSET}?lang=ja&from=${dayFromNow(25)}`));
  const at = /href="([^"]+\/book\?[^"]+)"/.exec(times)[1].replaceAll('&amp;', '&');
  const page = inJapanese(await visitor.get(at));
  const fields = Object.fromEntries(new URL(at, server.url).searchParams);
  const hidden = Object.fromEntries([...page.matchAll(/type="hidden" name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]));
  const post = (path, more) => visitor.send('POST', path, form(more));
  const to = `/c/${CALENDAR}/${SUNSET}/book?lang=ja`;
  inJapanese((await post(to, { ...fields, ...hidden, step: 'book', name: '', email: 'nobody' })).is(400));
  inJapanese((await post(to, { ...fields, ...hidden, step: 'price', coupon: 'NONE' })).is(422), 'NONE');
  const who = customer();
  const questions = Object.fromEntries([...page.matchAll(/(?:input|textarea|select) id="(answer\.[^"]+)"/g)].map(([, name]) => [name, '12']));
  const chosen = Object.fromEntries([...page.matchAll(/<select id="(answer\.[^"]+)"[\s\S]*?<option value="([^"]+)"/g)].map(([, name, value]) => [name, value]));
  const made = await post(to, { ...fields, ...hidden, ...questions, ...chosen, step: 'book', ...who });
  const path = made.is(303).header('location');
  assert.match(path, /lang=ja/);
  const shown = [who.name, (await visitor.get(path)).text.match(/[A-Z]+-\d{4}-\d+/)?.[0] ?? ''];
  inJapanese(await visitor.get(path), ...shown);
  assert.equal(server.d1('select locale from booking where contact_email = ?', who.email)[0].locale, 'ja', 'its mails are, too');
  const own_ = (rest) => path.replace(/\?.*/, `${rest}?lang=ja`);
  const moves = inJapanese(await visitor.get(own_('/move')), ...shown);
  inJapanese((await post(own_('/move'), { startsAt: '2020-01-01T10:00:00Z', item: '0' })).is(409, 422), ...shown);
  assert.match(moves, /<button name="startsAt"/);
  inJapanese(await visitor.get(own_('/invoice')), ...shown);
  (await post(own_('/invoice'), {})).is(303);
  inJapanese(await visitor.get(own_('/invoice')), ...shown, server.d1('select group_concat(number) as n from invoice')[0].n);
  inJapanese(await visitor.get(own_('/pay')), ...shown);
  inJapanese(await visitor.get(own_('/cancel')), ...shown);
  (await post(own_('/cancel'), {})).is(303);
  inJapanese(await visitor.get(own_('')), ...shown);
  inJapanese((await visitor.get(own_('/cancel'))).is(409), ...shown);
  inJapanese((await visitor.get('/b/nobody?lang=ja')).is(404));
});

test('suggesting an event and following it are in one language', async () => {
  const visitor = own();
  const page = inJapanese(await visitor.get(`/c/${CALENDAR}/submit?lang=ja`));
  const opened = /name="opened" value="([^"]+)"/.exec(page)[1];
  const who = customer();
  const event = { title: '詩', text: '海', from0: `${dayFromNow(40)}T19:00`, to0: `${dayFromNow(40)}T21:00`, website: '' };
  // Each from another address, since few are taken from one.
  const send = (more) => own().at(new Date(Date.now() + 60_000)).send('POST', `/c/${CALENDAR}/submit?lang=ja`, form({ opened, ...who, ...event, ...more }));
  for (const wrong of [{ title: '' }, { to0: event.from0 }, { price: 'x' }, { image: 'x' }, { from0: '' }, { email: 'x' }, { capacity: '0' }]) inJapanese((await send(wrong)).is(400));
  inJapanese((await send({})).is(202), who.email);
  const link = /\/s\/[A-Za-z0-9_-]{43}/.exec((await mailsTo(server, who.email)).at(-1).text)[0];
  inJapanese(await visitor.get(`${link}?lang=ja`), who.name);
  inJapanese(await visitor.get(`${link}/edit?lang=ja`), who.name);
  for (const step of ['submit', 'withdraw']) {
    (await visitor.send('POST', `${link}/${step}?lang=ja`, form({}))).is(303);
    inJapanese(await visitor.get(`${link}?lang=ja`), who.name);
  }
});

test('an offer to who waited, the end of reminders and an app that wants in are in one language', async () => {
  const departures = new Departures(guest(server), SUNSET, { firstDay: 60 });
  const slot = await departures.next();
  const made = [];
  for (const adult of [8, 4]) made.push((await guest(server).post('/api/bookings', booking(slot, { party: { adult } }), { key: key() })).is(201).json);
  const who = customer();
  const wish = { offeringId: SUNSET, startsAt: slot.startsAt, party: { adult: 2 }, customer: who };
  (await guest(server).post('/api/waiting-list', wish, { key: key() })).is(201);
  (await guest(server).post(`/api/bookings/${made[0].id}/cancel?token=${tokenOf(made[0])}`, {}, { key: key() })).is(200);
  server.database().exec('update waiting_entry set looked_at = 0');
  await server.cron();
  const mail = (await mailsTo(server, who.email)).at(-1).text;
  const link = /\/w\/[A-Za-z0-9_-]{43}/.exec(mail)[0];
  inJapanese(await own().get(`${link}?lang=ja`), who.name);
  const end = new URL(/https?:\/\/\S+\/u\/\S+/.exec(mail)[0]);
  inJapanese(await own().get(`${end.pathname}?lang=ja`));
  (await own().send('POST', `${link}/decline?lang=ja`, form({}))).is(303);
  inJapanese(await own().get(`${link}?lang=ja`), who.name);
  const let_in = await app(server, ['bookings:read', 'bookings:write', 'org:read']);
  const asked = new URLSearchParams({ response_type: 'code', client_id: let_in.clientId, redirect_uri: 'http://127.0.0.1:9/callback', state: 'x', lang: 'ja' });
  inJapanese((await staff.get(`/api/oauth/authorize?${asked}`)).is(200), 'Tide Tables', server.d1('select group_concat(name, char(32)) as n from person')[0].n, 'http');
  inJapanese((await staff.get('/api/oauth/authorize?lang=ja')).is(400));
});
