// The laws of money that the database itself keeps, for every writer: a table. Each is broken in SQL on the real migrations and
// refused; and each has its twin: with that one protection taken off, the same write goes through, so that the row proves something.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { emptyDatabase } from '../support/schema.mjs';

const NOW = 1_800_000_000;
const stamps = { created_at: NOW, updated_at: NOW };

const db = emptyDatabase();

/** Fresh books of an organization with an account; what was done to those before, also to their laws, is undone. */
function books() {
  if (db.isTransaction) db.exec('rollback');
  db.exec('begin');
  const add = (table, row) => {
    const names = Object.keys(row);
    return Number(db.prepare(`insert into ${table} (${names}) values (${names.map(() => '?')})`).run(...Object.values(row)).lastInsertRowid);
  };
  const run = (sql, ...values) => db.prepare(sql).run(...values);
  const org = add('org', { public_id: 'org_a', slug: 'aa', name: 'A', timezone: 'Europe/Berlin', currency: 'EUR', number_prefix: 'A', ...stamps });
  const account = add('payment_account', { org_id: org, provider: 'stripe', mode: 'test', key_sealed: 'x', key_ends: 'abcd', connected_at: NOW });
  let made = 0;
  const booking = () => add('booking', { public_id: `bkg_${(made += 1)}`, org_id: org, state: 'CONFIRMED', currency: 'EUR', total: 100, due_now: 100, due_later: 0, quote: '{}', ...stamps });
  const asked = (more = {}) => add('payment', { public_id: `pay_${(made += 1)}`, org_id: org, booking_id: booking(), account_id: account, purpose: 'FULL', amount: 100, currency: 'EUR', mode: 'test', until: NOW + 900, ...stamps, ...more });
  const open = (more = {}) => asked({ state: 'OPEN', session: `cs_${(made += 1)}`, url: 'https://pay.example', ...more });
  const capture = (payment, captured = 100, intent = `pi_${payment}`) => run(`update payment set state = 'PAID', captured = ?, intent = ? where id = ?`, captured, intent, payment);
  const of = (payment) => db.prepare('select * from payment where id = ?').get(payment);
  const paid = () => {
    const payment = open();
    capture(payment);
    return of(payment);
  };
  const refund = (payment, amount, more = {}) => add('refund', { public_id: `ref_${(made += 1)}`, org_id: org, booking_id: payment.booking_id, payment_id: payment.id, amount, ...stamps, ...more });
  const enter = (booking_id, kind, amount, more = {}) => add('ledger_entry', { org_id: org, booking_id, kind, amount, currency: 'EUR', at: NOW, ...more });
  const online = (payment, kind, amount, reference) => enter(payment.booking_id, kind, amount, { method: 'ONLINE', reference });
  const body = JSON.stringify({ seller: { name: 'A' }, buyer: { name: 'B' } });
  const invoice = (number, more = {}) => add('invoice', { public_id: `inv_${(made += 1)}`, org_id: org, booking_id: booking(), number, kind: 'INVOICE', amount: 100, currency: 'EUR', body, issued_at: NOW, ...more });
  return { db, add, run, org, account, booking, asked, open, capture, of, paid, refund, enter, online, invoice };
}

const failed = (on, payment) => on.refund(payment, 40, { state: 'FAILED', failure: 'expired_or_canceled_card' });

/** [the law, what holds it (triggers or an index), the word it is refused with, what breaks it; what comes before stands in a function that answers that]. */
const LAWS = [
  ['the ledger is not changed', ['ledger_is_not_changed'], 'append_only', (on) => {
    const line = on.enter(on.booking(), 'CHARGE', 100);
    return () => on.run('update ledger_entry set amount = 1 where id = ?', line);
  }],
  ['the ledger is not erased', ['ledger_is_not_erased'], 'append_only', (on) => {
    on.enter(on.booking(), 'CHARGE', 100);
    return () => on.run('delete from ledger_entry');
  }],
  ['what a provider says is written down once', ['ledger_entry_says_it_once'], /UNIQUE/, (on) => {
    const payment = on.paid();
    on.online(payment, 'PAYMENT', 100, payment.intent);
    return () => on.online(payment, 'PAYMENT', 100, payment.intent);
  }],
  ['nothing is written down as paid that was not captured', ['ledger_says_what_was_captured'], 'not_captured', (on) => {
    const payment = on.of(on.open());
    return () => on.online(payment, 'PAYMENT', 100, 'pi_invented');
  }],
  ['no other amount is written down than was captured', ['ledger_says_what_was_captured'], 'not_captured', (on) => {
    const payment = on.paid();
    return () => on.online(payment, 'PAYMENT', 101, payment.intent);
  }],
  ['nothing is written down as gone back that did not go', ['ledger_says_what_went_back'], 'not_given_back', (on) => {
    const payment = on.paid();
    on.refund(payment, 40, { state: 'SENT', reference: 're_1' });
    return () => on.online(payment, 'REFUND', 40, 're_1');
  }],
  ['no more is captured than was asked for', ['payment_is_no_more_than_asked'], 'captured_too_much', (on) => {
    const payment = on.open();
    return () => on.capture(payment, 101);
  }],
  ['what was paid is paid once', ['payment_is_paid_once'], 'payment_over', (on) => {
    const payment = on.paid();
    return () => on.run('update payment set captured = 50 where id = ?', payment.id);
  }],
  ['a payment that is over is not opened again', ['payment_is_paid_once'], 'payment_over', (on) => {
    const payment = on.open({ state: 'ENDED' });
    return () => on.run(`update payment set state = 'OPEN' where id = ?`, payment);
  }],
  ['nobody is asked twice at once', ['payment_asked_for_once'], /UNIQUE/, (on) => {
    const { booking_id } = on.of(on.open());
    return () => on.asked({ booking_id, purpose: 'REST' });
  }],
  ['no more goes back than came', ['refund_is_covered'], 'refund_too_large', (on) => {
    const payment = on.paid();
    on.refund(payment, 60);
    return () => on.refund(payment, 41);
  }],
  ['nothing goes back of what was never paid', ['refund_is_covered'], 'refund_too_large', (on) => {
    const payment = on.of(on.open());
    return () => on.refund(payment, 1);
  }],
  ['a refund does not grow beyond what came', ['refund_stays_covered'], 'refund_too_large', (on) => {
    const refund = on.refund(on.paid(), 60);
    return () => on.run('update refund set amount = 101 where id = ?', refund);
  }],
  ['the last word on a refund is the last', ['refund_ends_once'], 'refund_over', (on) => {
    const refund = on.refund(on.paid(), 60, { state: 'DONE', reference: 're_1' });
    return () => on.run(`update refund set state = 'WAITING' where id = ?`, refund);
  }],
  ['a refund that was refused is seen to once', ['refund_is_handled_once'], 'refund_handled', (on) => {
    const refund = failed(on, on.paid());
    on.run('update refund set handled_at = ? where id = ?', NOW, refund);
    return () => on.run('update refund set handled_at = ? where id = ?', NOW + 1, refund);
  }],
  ['a refund on its way needs nobody', ['refund_is_handled_once'], 'refund_handled', (on) => {
    const refund = on.refund(on.paid(), 60);
    return () => on.run('update refund set handled_at = ? where id = ?', NOW, refund);
  }],
  ['an organization has one account in use', ['payment_account_in_use'], /UNIQUE/, (on) => () =>
    on.add('payment_account', { org_id: on.org, provider: 'stripe', mode: 'test', key_sealed: 'y', key_ends: 'efgh', connected_at: NOW })],
  ['nobody is asked to pay through an account that is not in use', ['payment_is_asked_through_the_account_in_use'], 'no_account', (on) => {
    on.run('update payment_account set closed_at = ?', NOW);
    return () => on.asked();
  }],
  ['nobody is asked to pay without an account', ['payment_is_asked_through_the_account_in_use'], 'no_account', (on) => () => on.asked({ account_id: null })],
  ['what was paid through an account stays with it', ['payment_stays_with_its_account'], 'append_only', (on) => {
    on.paid();
    return () => on.run('update payment set account_id = null');
  }],
  ['keys are not forgotten while somebody pays', ['account_has_its_keys_while_money_is_under_way'], 'payments_under_way', (on) => {
    on.open();
    on.run('update payment_account set closed_at = ?', NOW);
    return () => on.run('update payment_account set key_sealed = null');
  }],
  ['keys are not forgotten while money goes back', ['account_has_its_keys_while_money_is_under_way'], 'payments_under_way', (on) => {
    on.refund(on.paid(), 60);
    on.run('update payment_account set closed_at = ?', NOW);
    return () => on.run('update payment_account set key_sealed = null');
  }],
  ['an invoice is not changed', ['invoice_is_not_changed'], 'append_only', (on) => {
    on.invoice('20270115-01');
    return () => on.run(`update invoice set body = json_set(body, '$.seller.name', 'Somebody else')`);
  }],
  ['an invoice is not erased', ['invoice_is_not_erased'], 'append_only', (on) => {
    on.invoice('20270115-01');
    return () => on.run('delete from invoice');
  }],
  ['invoices of a day begin with the first', ['invoice_follows_the_one_before'], 'number_gap', (on) => () => on.invoice('20270115-02')],
  ['numbers of invoices have no gaps', ['invoice_follows_the_one_before'], 'number_gap', (on) => {
    on.invoice('20270115-01');
    on.invoice('20270115-02');
    return () => on.invoice('20270115-04');
  }],
  ['an invoice says who sells, in itself', ['invoice_names_its_seller'], 'invoice_without_seller', (on) => () =>
    on.invoice('20270115-01', { body: JSON.stringify({ seller: {}, buyer: { name: 'B' } }) })],
];

for (const [law, protections, word, story] of LAWS) {
  test(law, () => {
    const refusal = word instanceof RegExp ? word : new RegExp(`^Error: ${word}$`);
    assert.throws(story(books()), refusal);
    const bare = books();
    const breaking = story(bare);
    for (const name of protections) {
      const [{ type }] = bare.db.prepare('select type from sqlite_master where name = ?').all(name);
      bare.db.exec(`drop ${type} "${name}"`);
    }
    assert.doesNotThrow(breaking, 'with the protection taken off');
  });
}

test('every guard of money is in the table', () => {
  books();
  const guards = db.prepare(`select name from sqlite_master where type = 'trigger' and sql like '%raise(abort%'
    and tbl_name in ('ledger_entry', 'payment', 'payment_account', 'refund', 'invoice') order by name`).all().map(({ name }) => name);
  const tried = new Set(LAWS.flatMap(([, protections]) => protections));
  assert.deepEqual(guards.filter((name) => !tried.has(name)), []);
});

test('numbers that another invoice has, and a number twice, are refused; days and organizations have their own', () => {
  const on = books();
  on.invoice('20270115-01');
  assert.throws(() => on.invoice('20270115-01'), /UNIQUE/);
  on.invoice('20270116-01');
  for (let n = 2; n <= 101; n += 1) on.invoice(`20270115-${String(n).padStart(2, '0')}`);
  assert.throws(() => on.invoice('20270115-103'), /^Error: number_gap$/);
});

test('when an organization closes, nobody is asked to pay through its account, and its keys stay for what was paid', () => {
  const on = books();
  on.paid();
  on.run('update org set closed_at = ?, updated_at = ? where id = ?', NOW, NOW, on.org);
  const { closed_at, key_sealed } = on.db.prepare('select * from payment_account').get();
  assert.deepEqual([closed_at, key_sealed], [NOW, 'x']);
});
