-- Who sells, as an invoice says it; keys that are kept for what was paid through them; what staff see to by hand; and guards of
-- money that held by the order of our statements only.

-- An organization may have had several accounts: one is in use, the others are kept for what was paid through them.
create table payment_account_again (
  id integer primary key,
  org_id integer not null references org (id),
  provider text not null,
  mode text not null check (mode in ('live', 'test')),
  -- Sealed for `payments:` and the organization's public id. Null once they are forgotten for good.
  key_sealed text,
  webhook_secret_sealed text,
  -- The last signs of the key, for people to tell keys apart.
  key_ends text not null check (length(key_ends) = 4),
  connected_at integer not null,
  -- Since then nobody is asked to pay through it.
  closed_at integer,
  unique (org_id, id),
  check (closed_at is not null or key_sealed is not null),
  check (key_sealed is not null or webhook_secret_sealed is null)
) strict;
insert into payment_account_again (org_id, provider, mode, key_sealed, webhook_secret_sealed, key_ends, connected_at, closed_at)
select account.org_id, account.provider, account.mode, account.key_sealed, account.webhook_secret_sealed, account.key_ends,
  account.connected_at, org.closed_at
from payment_account as account join org on org.id = account.org_id;
drop table payment_account;
alter table payment_account_again rename to payment_account;
create unique index payment_account_in_use on payment_account (org_id) where closed_at is null;
create index payment_account_kept on payment_account (closed_at) where closed_at is not null and key_sealed is not null;
create trigger payments_on_revise after insert on payment_account
begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger payments_changed_revise after update of mode, closed_at on payment_account
begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger payments_off_revise after delete on payment_account
begin update org set revision = revision + 1 where id = old.org_id; end;
create trigger closed_org_takes_no_payments after update of closed_at on org when new.closed_at is not null
begin update payment_account set closed_at = new.closed_at where org_id = new.id and closed_at is null; end;

-- Whoever took the money gives it back.
alter table payment add column account_id integer references payment_account (id);
update payment set account_id = (select account.id from payment_account as account where account.org_id = payment.org_id);
create index payment_by_account on payment (account_id);
create trigger payment_is_asked_through_the_account_in_use before insert on payment
when not exists (select 1 from payment_account as account
  where account.id = new.account_id and account.org_id = new.org_id and account.closed_at is null)
begin
  select raise(abort, 'no_account');
end;
create trigger payment_stays_with_its_account before update of account_id on payment
when new.account_id is not old.account_id
begin
  select raise(abort, 'append_only');
end;
create trigger account_has_its_keys_while_money_is_under_way before update of key_sealed on payment_account
when new.key_sealed is null and old.key_sealed is not null and (
  exists (select 1 from payment where payment.account_id = new.id and payment.state in ('NEW', 'OPEN'))
  or exists (select 1 from payment join refund on refund.payment_id = payment.id
    where payment.account_id = new.id and refund.state in ('WAITING', 'SENT')))
begin
  select raise(abort, 'payments_under_way');
end;

-- No more comes than was asked for, and the ledger says what a provider said.
create trigger payment_is_no_more_than_asked before update of captured on payment
when new.captured > new.amount
begin
  select raise(abort, 'captured_too_much');
end;
create trigger ledger_says_what_was_captured before insert on ledger_entry
when new.kind = 'PAYMENT' and new.method = 'ONLINE'
  and not exists (select 1 from payment where payment.org_id = new.org_id and payment.intent = new.reference
    and payment.booking_id = new.booking_id and payment.captured = new.amount)
begin
  select raise(abort, 'not_captured');
end;
create trigger ledger_says_what_went_back before insert on ledger_entry
when new.kind = 'REFUND' and new.method = 'ONLINE'
  and not exists (select 1 from refund where refund.org_id = new.org_id and refund.reference = new.reference
    and refund.booking_id = new.booking_id and refund.amount = new.amount and refund.state = 'DONE')
begin
  select raise(abort, 'not_given_back');
end;
create trigger refund_stays_covered after update of amount, payment_id on refund
begin
  select raise(abort, 'refund_too_large')
  from payment
  where payment.id = new.payment_id
    and payment.captured < (select sum(amount) from refund where payment_id = new.payment_id and state <> 'FAILED');
end;

-- A refund that the provider refused is seen to once: sent again, or given back in another way.
alter table refund add column handled_at integer;
update refund set handled_at = updated_at where state = 'FAILED' and failure = 'Given back at the payment provider';
create trigger refund_is_handled_once before update of handled_at on refund
when new.handled_at is not old.handled_at and (old.handled_at is not null or new.state <> 'FAILED')
begin
  select raise(abort, 'refund_handled');
end;
create index refund_refused on refund (org_id) where state = 'FAILED' and handled_at is null;
create index refund_by_age on refund (org_id, created_at);
create index payment_disputed on payment (org_id) where dispute is not null;

-- What an invoice says stands in the invoice, whatever is set later; and its number follows another one of its day.
create trigger invoice_names_its_seller before insert on invoice
when coalesce(trim(new.body ->> '$.seller.name'), '') = '' or new.body ->> '$.buyer' is null
begin
  select raise(abort, 'invoice_without_seller');
end;
create trigger invoice_follows_the_one_before before insert on invoice
when cast(substr(new.number, 10) as integer) < 1
  or (cast(substr(new.number, 10) as integer) > 1 and not exists (select 1 from invoice as one
    where one.org_id = new.org_id
      and one.number = printf('%s-%02d', substr(new.number, 1, 8), cast(substr(new.number, 10) as integer) - 1)))
begin
  select raise(abort, 'number_gap');
end;
