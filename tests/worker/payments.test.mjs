// Money through a payment provider: asked for, taken, given back, each once, whatever is told how often and in which order. The other
// side is a stand-in that checks what we send by Stripe's own schema and signs with Stripe's own library (support/stripe).

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest } from '../support/actors.mjs';
import { iso } from '../support/client.mjs';
import { booking, CALENDAR, Departures, key, ORG, slots, SUNSET } from '../support/harbor.mjs';
import { asked, even, ledger, paid, session, startPaid, state, told } from '../support/payments.mjs';
import { KEY } from '../support/stripe/server.mjs';

let stage, server, stripe, staff, departures;
before(async () => {
  stage = await startPaid();
  ({ server, stripe, staff } = stage);
  departures = new Departures(guest(server), SUNSET);
});
after(() => stage?.stop());

const detail = async (made) => (await guest(server).get(`/api/bookings/${made.id}?token=${made.token}`)).is(200).json;

test('keys are tried before they are kept, kept sealed, and never shown', async () => {
  const path = `/api/orgs/${ORG}/payments`;
  const wrong = (await staff.send('PUT', path, { json: { secretKey: 'pk_test_thatispublic' } })).problem(400, 'invalid_field');
  assert.equal(wrong.errors[0].pointer, '/secretKey');
  (await staff.send('PUT', path, { json: { secretKey: 'sk_test_ofsomebodyelse' } })).problem(400, 'invalid_field');
  const shown = (await staff.get(path)).is(200);
  assert.deepEqual([shown.json.provider, shown.json.mode, shown.json.keyEnds], ['stripe', 'test', KEY.slice(-4)]);
  for (const secret of [KEY, stripe.endpoint.secret]) {
    assert.ok(!shown.text.includes(secret));
    assert.ok(!server.output.includes(secret), 'not in a log');
    for (const row of server.d1('select * from payment_account')) assert.ok(!JSON.stringify(row).includes(secret), 'not in the database');
  }
  assert.equal(shown.json.webhookUrl, stripe.endpoint.url);
  const snapshot = (await guest(server).get(`/embed/${CALENDAR}`)).is(200).json;
  assert.equal(snapshot.org.payments, 'test');
});

test('what is due is paid before it counts: held, paid at the provider, told, confirmed', async () => {
  const slot = await departures.next();
  const made = await asked(server, slot, { party: { adult: 2 } });
  assert.equal(made.number, '');
  assert.equal(state(server, made.id), 'PENDING');
  const page = await session(stripe, made);
  assert.equal(page.amount_total, made.dueNow.amount);
  assert.equal((await session(stripe, made)).id, page.id, 'asked twice, made once');
  const pending = (await guest(server).get(`/b/${made.token}`)).is(200).text;
  assert.match(pending, /Test mode/);
  assert.match(pending, new RegExp(`/b/${made.token}/pay`));

  stripe.pay(page.id);
  assert.deepEqual(await stripe.tell(), [204]);
  const now = await detail(made);
  assert.equal(now.status, 'CONFIRMED');
  assert.match(now.number, /^HB-\d{4}-\d{6}$/);
  assert.equal(now.paid.amount, made.dueNow.amount);
  assert.equal(now.balance.amount, made.total.amount - made.dueNow.amount);
  assert.deepEqual(ledger(server, made.id), [`PAYMENT ${made.dueNow.amount}`, `CHARGE ${made.total.amount}`]);
  assert.ok(ledger(server, made.id, { all: true }).some((line) => line.startsWith('FEE ')), 'what the provider kept is on record');
  for (const kind of ['booking.created', 'payment.succeeded']) assert.equal(told(server, made.id, kind), 1, kind);
  const event = JSON.parse(server.d1('select payload from event_log where subject = ? and kind = ?', made.id, 'payment.succeeded')[0].payload);
  assert.equal(event.number, now.number);
  const left = (await slots(guest(server), SUNSET, { from: slot.localStartsAt.slice(0, 10), to: slot.localStartsAt.slice(0, 10) })).find((one) => one.startsAt === slot.startsAt);
  assert.equal(left.remaining, slot.remaining - 2);
});

test('the same notice twice at once and again later, and notices nobody signed, change nothing more', async () => {
  const made = await asked(server, await departures.next());
  stripe.pay((await session(stripe, made)).id);
  const [event] = stripe.events.splice(0);
  const statuses = await Promise.all([1, 2, 3, 4].map(() => stripe.notify(event)));
  assert.ok(statuses.includes(204));
  assert.equal(await stripe.notify(event), 204);
  const before = stripe.asked.length;
  assert.equal(await stripe.notify(event), 204);
  assert.equal(stripe.asked.length, before, 'what is done with is not looked at again');
  assert.equal(ledger(server, made.id).filter((line) => line.startsWith('PAYMENT')).length, 1);
  assert.equal(told(server, made.id, 'payment.succeeded'), 1);
  assert.equal(told(server, made.id, 'booking.created'), 1);

  const other = await asked(server, await departures.next());
  stripe.pay((await session(stripe, other)).id);
  const [unheard] = stripe.events.splice(0);
  assert.equal(await stripe.notify(unheard, { secret: 'whsec_somebodyelse' }), 400);
  assert.equal(await stripe.notify(unheard, { at: stripe.now() - 400 }), 400, 'repeated by somebody who listened');
  assert.equal(await stripe.notify(unheard, { headers: { 'stripe-signature': '' } }), 400);
  assert.equal(state(server, other.id), 'PENDING');
  assert.equal(await stripe.notify(unheard), 204);
  assert.equal(state(server, other.id), 'CONFIRMED');
});

test('whoever comes back from paying sees it confirmed although no notice came', async () => {
  const made = await asked(server, await departures.next());
  const page = await session(stripe, made);
  stripe.pay(page.id);
  stripe.events.length = 0;
  const shown = (await guest(server).get(new URL(page.success_url).pathname + new URL(page.success_url).search)).is(200).text;
  assert.match(shown, /your payment has arrived/);
  assert.equal(state(server, made.id), 'CONFIRMED');
});

test('a cancellation gives back by the policy, through the provider, and is REFUNDED only when that says so', async () => {
  const made = await paid(stage, await departures.next());
  stripe.refundsAre = 'pending';
  const answer = (await made.caller.post(`/api/bookings/${made.id}/cancel?token=${made.token}`, {}, { key: key() })).is(200).json;
  assert.deepEqual([answer.status, answer.refundPending.amount, answer.refundedAmount.amount], ['CANCELLED', made.dueNow.amount, 0]);
  await server.cron();
  const [refund] = server.d1(`select * from refund where booking_id = (select id from booking where public_id = ?)`, made.id);
  assert.deepEqual([refund.state, refund.amount], ['SENT', made.dueNow.amount]);
  assert.equal(state(server, made.id), 'CANCELLED');
  assert.equal(told(server, made.id, 'payment.refunded'), 0);
  stripe.settleRefund(refund.reference, 'succeeded');
  stripe.refundsAre = 'succeeded';
  assert.ok((await stripe.tell()).every((status) => status === 204));
  assert.equal(state(server, made.id), 'REFUNDED');
  assert.equal(told(server, made.id, 'payment.refunded'), 1);
  const { captured, refunded, paidIn, wentBack, owed } = even(stage, made.id);
  assert.deepEqual([captured, refunded, owed], [paidIn, wentBack, 0]);
  assert.equal(captured, refunded);
});

test('when the hold ends first, the page is closed by call; who paid in that moment gets the seats if they are free', async () => {
  const made = await asked(server, await departures.next());
  const page = await session(stripe, made);
  assert.ok(page.expires_at >= stripe.now() + 30 * 60 - 5, 'no page lives less than half an hour');
  const over = iso(new Date(Date.parse(made.payUntil) + 1_000));
  await cronAt(over);
  assert.equal(state(server, made.id), 'EXPIRED');
  assert.equal(stripe.sessions.get(page.id).status, 'expired');
  assert.ok(stripe.asked.some(({ path }) => path === `/v1/checkout/sessions/${page.id}/expire`));
  await stripe.tell();
  assert.deepEqual(ledger(server, made.id), []);
  assert.match((await guest(server).get(`/b/${made.token}`)).is(200).text, /Expired|run out/i);

  const late = await asked(server, await departures.next());
  const open = await session(stripe, late);
  server.database().prepare(`update booking set state = 'EXPIRED', version = version + 1, held_until = null where public_id = ?`).run(late.id);
  stripe.pay(open.id);
  assert.deepEqual(await stripe.tell(), [204]);
  assert.equal(state(server, late.id), 'CONFIRMED', 'they were still free');
  assert.equal(server.d1(`select count(*) as n from claim join booking_item on booking_item.id = booking_item_id
    where released_at is null and held_until is null and booking_id = (select id from booking where public_id = ?)`, late.id)[0].n > 0, true);
});

test('who pays when the hold is over and the seats are taken gets everything back, and is told so', async () => {
  const slot = await departures.next();
  const made = await asked(server, slot, { party: { adult: 2 } });
  const page = await session(stripe, made);
  server.database().prepare(`update booking set state = 'EXPIRED', version = version + 1, held_until = null where public_id = ?`).run(made.id);
  (await staff.post(`/api/orgs/${ORG}/bookings`, { booking: booking(slot, { party: { adult: slot.remaining } }) }, { key: key() })).is(201);
  const intent = stripe.pay(page.id);
  await stripe.tell();
  await server.cron();
  await stripe.tell();
  assert.equal(state(server, made.id), 'EXPIRED');
  assert.deepEqual(ledger(server, made.id), [`PAYMENT ${made.dueNow.amount}`, `REFUND ${made.dueNow.amount}`]);
  assert.ok([...stripe.refundsById.values()].some((one) => one.payment_intent === intent && one.amount === made.dueNow.amount));
  assert.equal(told(server, made.id, 'payment.succeeded'), 1);
  assert.equal(told(server, made.id, 'payment.refunded'), 1);
  assert.match((await guest(server).get(`/b/${made.token}?done=paid`)).is(200).text, /came too late/);
});

test('a refund is sent once although the answer is lost, waits while the provider is down, and comes back to staff when it is refused', async () => {
  const made = await paid(stage, await departures.next());
  stripe.trouble = ({ method, path }) => (method === 'POST' && path === '/v1/refunds' ? 'lost' : undefined);
  (await staff.post(`/api/bookings/${made.id}/cancel`, {}, { key: key() })).is(200);
  const mine = () => server.d1('select * from refund where booking_id = (select id from booking where public_id = ?)', made.id);
  await until(() => mine()[0].failure !== null, 'the answer was lost');
  assert.equal(mine()[0].state, 'WAITING');
  stripe.trouble = () => undefined;
  await cronAt(iso(new Date(Date.now() + 120_000)));
  assert.deepEqual(mine().map(({ state, attempts }) => [state, attempts]), [['DONE', 2]]);
  assert.equal([...stripe.refundsById.values()].filter((one) => one.payment_intent === made.intent).length, 1);
  assert.equal(state(server, made.id), 'REFUNDED');
  stripe.events.length = 0;

  const refused = await paid(stage, await departures.next());
  stripe.dispute(refused.intent);
  assert.deepEqual(await stripe.tell(), [204]);
  assert.equal(server.d1('select dispute from payment where intent = ?', refused.intent)[0].dispute, 'needs_response');
  assert.ok(ledger(server, refused.id, { all: true }).includes(`ADJUSTMENT -${refused.dueNow.amount}`));
  (await staff.post(`/api/bookings/${refused.id}/cancel`, {}, { key: key() })).is(200);
  await until(() => server.d1('select state from refund where booking_id = (select id from booking where public_id = ?)', refused.id)[0]?.state === 'FAILED', 'refused for good');
  const now = (await staff.get(`/api/bookings/${refused.id}`)).is(200).json;
  assert.deepEqual([now.status, now.refundPending.amount, now.balance.amount], ['CANCELLED', 0, -refused.dueNow.amount]);
  const audit = server.d1(`select detail from audit where action = 'refund.failed' and subject = ?`, refused.id);
  assert.equal(audit.length, 1);
});

test('the rest is paid on the same address, and what becomes due by moving it', async () => {
  const made = await paid(stage, await departures.next());
  const rest = await session(stripe, made);
  assert.equal(rest.amount_total, made.total.amount - made.dueNow.amount);
  assert.notEqual(rest.id, made.page.id);
  stripe.pay(rest.id);
  await stripe.tell();
  assert.equal((await detail(made)).balance.amount, 0);
  assert.equal((await guest(server).get(`/b/${made.token}/pay`)).is(303).header('location'), `/b/${made.token}`, 'nothing is due');
  const purposes = server.d1('select purpose from payment where booking_id = (select id from booking where public_id = ?) order by id', made.id);
  assert.deepEqual(purposes.map(({ purpose }) => purpose), ['DEPOSIT', 'REST']);

  (await staff.post(`/api/bookings/${made.id}/party`, { party: { adult: 4 } }, { key: key() })).is(200);
  const more = (await detail(made)).balance.amount;
  assert.ok(more > 0);
  const difference = await session(stripe, made);
  assert.equal(difference.amount_total, more);
  // Cash meanwhile: the page is closed, nobody pays twice.
  (await staff.post(`/api/bookings/${made.id}/payments`, { amount: more, method: 'CASH' }, { key: key() })).is(200);
  await server.cron();
  assert.equal((await guest(server).get(`/b/${made.token}/pay`)).is(303).header('location'), `/b/${made.token}`);
});

test('a payment and a cancellation at the same moment end even, whoever is first', async () => {
  for (let round = 0; round < 3; round += 1) {
    const made = await asked(server, await departures.next());
    stripe.pay((await session(stripe, made)).id);
    const [event] = stripe.events.splice(0);
    await Promise.all([
      stripe.notify(event),
      made.caller.post(`/api/bookings/${made.id}/cancel?token=${made.token}`, {}, { key: key() }),
      stripe.notify(event),
    ]);
    await settle(made);
    const sums = even(stage, made.id);
    assert.equal(sums.captured, sums.paidIn);
    assert.equal(sums.refunded, sums.wentBack);
    const alive = state(server, made.id) === 'CONFIRMED';
    assert.equal(sums.captured, (alive ? made.dueNow.amount : sums.owed) + sums.refunded, JSON.stringify({ ...sums, state: state(server, made.id) }));
  }
});

test('all permutations that matter, end to end: told in any order, doubled, late, refunded at the provider, disputed', async () => {
  const orders = [(events) => events, (events) => events.toReversed(), (events) => [...events, ...events], (events) => events.slice(-1), () => []];
  for (const order of orders) {
    for (const called of ['before', 'after', 'never']) {
      const made = await asked(server, await departures.next());
      const page = await session(stripe, made);
      if (called === 'before') (await made.caller.post(`/api/bookings/${made.id}/cancel?token=${made.token}`, {}, { key: key() })).is(200);
      const intent = stripe.pay(page.id);
      if (called !== 'never') stripe.refundByHand(intent, 500);
      if (called === 'after') stripe.dispute(intent, 'warning_needs_response');
      await stripe.tell(order);
      if (called === 'after') await made.caller.post(`/api/bookings/${made.id}/cancel?token=${made.token}`, {}, { key: key() });
      stripe.disputes.length = 0;
      await settle(made);
      const sums = even(stage, made.id);
      const story = JSON.stringify({ ...sums, called, order: String(order), state: state(server, made.id) });
      assert.equal(sums.captured, sums.paidIn, story);
      assert.equal(sums.refunded, sums.wentBack, story);
      const rest = state(server, made.id) === 'CONFIRMED' ? made.total.amount - made.dueNow.amount : 0;
      assert.equal(sums.captured, sums.owed - rest + sums.refunded, story);
    }
  }
});

test('a provider that is down is left alone after a while, which healthz shows, and asked again later', async () => {
  const circuits = async () => (await guest(server).get('/healthz')).is(200).json.circuits;
  const made = await asked(server, await departures.next());
  stripe.trouble = () => ({ status: 503 });
  for (let times = 0; times < 5; times += 1) (await made.caller.get(`/b/${made.token}/pay`)).is(503);
  assert.deepEqual((await circuits()).map(({ name, open }) => [name, open]), [['stripe', true]]);
  const before = stripe.asked.length;
  (await made.caller.get(`/b/${made.token}/pay`)).is(503);
  assert.equal(stripe.asked.length, before, 'not asked');
  stripe.trouble = () => undefined;
  const soon = guest(server).at(iso(new Date(Date.now() + 60_000)));
  assert.ok((await soon.get(`/b/${made.token}/pay`)).is(303).header('location').startsWith(stripe.url));
  assert.deepEqual(await circuits(), []);
});

test('a departure that is called off gives everything back through the provider', async () => {
  const slot = await departures.next();
  const made = await paid(stage, slot, { party: { adult: 2 } });
  const minutes = Math.ceil((Date.parse(slot.startsAt) - Date.now()) / 60_000) + 60;
  const rule = (text) => server.database().exec(`update offering set rules = ${text} where public_id = '${SUNSET}'`);
  rule(`json_set(rules, '$.threshold', json('{"minSeats":9,"decideBefore":${minutes}}'))`);
  await server.cron();
  rule(`json_remove(rules, '$.threshold')`);
  assert.match(state(server, made.id), /CANCELLED|REFUNDED/);
  await cronAt(iso(new Date(Date.now() + 120_000)));
  assert.equal(state(server, made.id), 'REFUNDED');
  const sums = even(stage, made.id);
  assert.deepEqual([sums.captured, sums.owed], [sums.refunded, 0]);
});

test('an invoice is issued once, under numbers without gaps, and corrected by another document', async () => {
  const forms = () => guest(server).with({ origin: server.url, 'content-type': 'application/x-www-form-urlencoded' });
  const issue = (made) => forms().send('POST', `/b/${made.token}/invoice`, { body: '' });
  const [one, other] = [await paid(stage, await departures.next()), await paid(stage, await departures.next())];
  (await Promise.all([issue(one), issue(one), issue(other), issue(other)])).forEach((answer) => answer.is(303));
  const documents = (made) => server.d1('select number, kind, amount from invoice where booking_id = (select id from booking where public_id = ?) order by id', made.id);
  for (const made of [one, other]) assert.deepEqual(documents(made).map(({ kind, amount }) => [kind, amount]), [['INVOICE', made.total.amount]]);
  (await staff.post(`/api/bookings/${one.id}/cancel`, {}, { key: key() })).is(200);
  (await issue(one)).is(303);
  assert.deepEqual(documents(one).map(({ kind, amount }) => [kind, amount]), [['INVOICE', one.total.amount], ['CREDIT_NOTE', one.total.amount]]);
  const numbers = server.d1('select number from invoice order by id').map(({ number }) => number);
  const day = numbers[0].slice(0, 8);
  assert.deepEqual(numbers, numbers.map((_, index) => `${day}-${String(index + 1).padStart(2, '0')}`));
  const page = (await guest(server).get(`/b/${one.token}/invoice`)).is(200).text;
  for (const { number } of documents(one)) assert.ok(page.includes(number));
  assert.throws(() => server.database().exec('update invoice set amount = 1'), /append_only/);
});

test('an invoice says who sold as it was set when it was issued, whatever is set later', async () => {
  const org = `/api/orgs/${ORG}`;
  const set = async (seller) => (await staff.patch(org, { seller })).is(200).json.seller;
  const forms = guest(server).with({ origin: server.url, 'content-type': 'application/x-www-form-urlencoded' });
  const issue = async (made) => (await forms.send('POST', `/b/${made.token}/invoice`, { body: '' })).is(303);
  const page = async (made) => (await guest(server).get(`/b/${made.token}/invoice`)).is(200).text;
  const before = { name: 'Harbor Tours GmbH', address: 'Pier 4\n20457 Hamburg', taxNumber: 'DE123456789', footer: 'HRB 12345' };
  assert.deepEqual(await set(before), before);
  const made = await paid(stage, await departures.next());
  await issue(made);
  assert.deepEqual(await set({ name: 'Somebody Else AG', address: null, taxNumber: 'DE987654321', footer: null }), { name: 'Somebody Else AG', address: null, taxNumber: 'DE987654321', footer: null });
  const shown = await page(made);
  for (const text of ['Harbor Tours GmbH', 'Pier 4<br>20457 Hamburg', 'DE123456789', 'HRB 12345']) assert.ok(shown.includes(text), text);
  for (const text of ['Somebody Else AG', 'DE987654321']) assert.ok(!shown.includes(text), text);
  assert.throws(() => server.database().exec(`update invoice set body = json_set(body, '$.seller.name', 'Somebody Else AG')`), /append_only/);

  // What corrects it is issued now, by whoever sells now.
  (await staff.post(`/api/bookings/${made.id}/cancel`, {}, { key: key() })).is(200);
  await issue(made);
  const both = await page(made);
  assert.ok(both.includes('Harbor Tours GmbH') && both.includes('Somebody Else AG'));
  await set({ name: null, address: null, taxNumber: null, footer: null });
});

/** Lets the clock, the queue and the provider do what is left to do, some time later. */
async function settle(made) {
  for (let times = 1; times <= 3; times += 1) {
    server.database().prepare(`update payment set look_at = 1 where booking_id = (select id from booking where public_id = ?) and state <> 'ENDED'`).run(made.id);
    await cronAt(iso(new Date(Date.now() + times * 200_000)));
    await stripe.tell();
  }
}

/** What a cron trigger does at some moment: by moving what waits, since a trigger has no header. */
async function cronAt(moment) {
  const ahead = Math.ceil((Date.parse(moment) - Date.now()) / 1000);
  const database = server.database();
  database.exec(`update booking set held_until = held_until - ${ahead} where state = 'PENDING'`);
  database.exec(`update refund set next_attempt_at = next_attempt_at - ${ahead}, lease_until = 0 where state in ('WAITING', 'SENT')`);
  database.exec(`update payment set look_at = look_at - ${ahead} where look_at is not null`);
  await server.cron();
}

async function until(condition, what) {
  for (let times = 0; times < 200; times += 1) {
    if (condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.fail(what);
}

test('who pays from a calendar comes back to its page, in their own browser only, and only where the calendar may stand', async () => {
  const calendar = `/api/orgs/${ORG}/calendars/${CALENDAR}`;
  const page = 'https://shop.example/tours?p=1#daymark=,paid';
  const next = 'https://shop.example/thanks';
  const way = (page, next) => `?${new URLSearchParams({ page, ...(next ? { next } : {}) })}`;
  const begun = async (query) => {
    const made = await asked(server, await departures.next(), { calendar: CALENDAR });
    const answer = (await guest(server).get(`/b/${made.token}/pay${query}`)).is(303);
    const cookies = answer.headers.getSetCookie();
    const { success_url: paid, cancel_url: unpaid, id } = stripe.sessions.get(/(cs_test_\w+)$/.exec(answer.header('location'))[1]);
    assert.ok(![paid, unpaid].some((url) => url.includes('shop.example')), 'the provider does not hear of it');
    const browser = guest(server).with({ cookie: cookies.map((line) => line.split(';', 1)[0]).join('; ') });
    const to = async (url) => (await browser.get(url.slice(server.url.length))).header('location');
    return { made, cookies, id, unpaid: () => to(unpaid), paid: () => to(paid), elsewhere: () => guest(server).get(paid.slice(server.url.length)) };
  };
  const one = await begun(way(page, next));
  assert.match(one.cookies[0], new RegExp(`; Path=/b/${one.made.token}; HttpOnly; SameSite=Lax; Max-Age=3600`));
  assert.equal(await one.unpaid(), page, 'not paid: back to the calendar');
  assert.equal(await one.paid(), page, 'not known to be paid: the calendar looks');
  stripe.pay(one.id);
  assert.match((await one.elsewhere()).is(200).text, /your payment has arrived/, 'another browser stays here');
  assert.equal(await one.paid(), next);

  (await staff.patch(calendar, { origins: ['https://shop.example'] })).is(200);
  const named = await begun(way(page, 'https://evil.example/'));
  stripe.pay(named.id);
  assert.equal(await named.paid(), page, 'to no site that the calendar does not name');
  for (const wrong of ['https://evil.example/', 'javascript:alert(1)', '//shop.example/', '/b/']) {
    assert.deepEqual((await begun(way(wrong))).cookies, [], wrong);
  }
  (await staff.patch(calendar, { origins: [] })).is(200);
});
