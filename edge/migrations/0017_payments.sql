-- Money that comes and goes through a payment provider: whose account it is, what was asked for, what goes back, what it said.

-- The ledger learns two kinds and what a provider calls things. A column's check cannot change, so the table is made again.
drop trigger ledger_is_not_changed;
drop trigger ledger_is_not_erased;
create table ledger_entry_again (
  id integer primary key,
  org_id integer not null references org (id),
  booking_id integer not null,
  -- CHARGE and CREDIT: what is owed. PAYMENT and REFUND: what came and went. FEE: what the provider kept of it, which the
  -- customer does not see. ADJUSTMENT: what a bank took back of a disputed payment (below zero) or returned (above).
  kind text not null check (kind in ('CHARGE', 'CREDIT', 'PAYMENT', 'REFUND', 'FEE', 'ADJUSTMENT')),
  amount integer not null check (amount >= 0 or kind = 'ADJUSTMENT'),
  currency text not null check (length(currency) = 3),
  note text not null default '',
  at integer not null,
  method text check (method in ('CASH', 'CARD', 'TRANSFER', 'OTHER', 'ONLINE')),
  -- The provider's own id of what this line is about.
  reference text,
  check (method is not 'ONLINE' or reference is not null),
  foreign key (org_id, booking_id) references booking (org_id, id)
) strict;
insert into ledger_entry_again (id, org_id, booking_id, kind, amount, currency, note, at, method)
select id, org_id, booking_id, kind, amount, currency, note, at, method from ledger_entry;
drop table ledger_entry;
alter table ledger_entry_again rename to ledger_entry;
create index ledger_entry_by_booking on ledger_entry (booking_id);
-- What a provider says once is written down once, however often and through whomever it says so.
create unique index ledger_entry_says_it_once on ledger_entry (org_id, kind, reference) where reference is not null;
create trigger ledger_is_not_changed before update on ledger_entry
when new.id is not old.id or new.org_id is not old.org_id or new.booking_id is not old.booking_id or new.kind is not old.kind
  or new.amount is not old.amount or new.currency is not old.currency or new.method is not old.method or new.at is not old.at
  or new.reference is not old.reference
  or not exists (select 1 from erasure join booking on booking.public_id = erasure.subject
    where erasure.org_id = old.org_id and booking.id = old.booking_id)
begin
  select raise(abort, 'append_only');
end;
create trigger ledger_is_not_erased before delete on ledger_entry begin select raise(abort, 'append_only'); end;

-- An organization's account at a payment provider. Without one its guests pay on arrival.
create table payment_account (
  org_id integer primary key references org (id),
  provider text not null,
  mode text not null check (mode in ('live', 'test')),
  -- Sealed for `payments:` and the organization's public id.
  key_sealed text not null,
  webhook_secret_sealed text,
  -- The last signs of the key, for people to tell keys apart.
  key_ends text not null check (length(key_ends) = 4),
  connected_at integer not null
) strict;
create trigger payments_on_revise after insert on payment_account
begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger payments_changed_revise after update on payment_account
begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger payments_off_revise after delete on payment_account
begin update org set revision = revision + 1 where id = old.org_id; end;

-- Money that was asked for. NEW: the provider was not reached yet. OPEN: it can be paid. PAID: it was. ENDED: it cannot be
-- paid any more, and was not.
create table payment (
  id integer primary key,
  -- Also the key under which the provider makes it once.
  public_id text not null unique,
  org_id integer not null references org (id),
  booking_id integer not null,
  purpose text not null check (purpose in ('FULL', 'DEPOSIT', 'REST', 'DIFFERENCE')),
  amount integer not null check (amount > 0),
  currency text not null check (length(currency) = 3),
  mode text not null check (mode in ('live', 'test')),
  state text not null default 'NEW' check (state in ('NEW', 'OPEN', 'PAID', 'ENDED')),
  -- The provider's ids: of the page where it is paid, and of the money.
  session text,
  intent text,
  url text,
  -- It can be paid until then.
  until integer not null,
  captured integer not null default 0 check (captured >= 0),
  -- As the provider calls the state of a dispute; null where nobody disputes it.
  dispute text,
  -- When we look at the provider's side again by ourselves; null when there is nothing to wait for.
  look_at integer,
  looks integer not null default 0,
  created_at integer not null,
  updated_at integer not null,
  unique (org_id, id),
  unique (org_id, session),
  unique (org_id, intent),
  check ((state = 'PAID') = (captured > 0)),
  check (state in ('NEW', 'ENDED') or session is not null),
  foreign key (org_id, booking_id) references booking (org_id, id)
) strict;
create index payment_by_booking on payment (booking_id);
create index payment_to_look_at on payment (look_at) where look_at is not null;
-- Nobody is asked twice for the same at once.
create unique index payment_asked_for_once on payment (booking_id) where state in ('NEW', 'OPEN');
create trigger payment_is_paid_once before update of captured, state on payment
when old.state in ('PAID', 'ENDED') and (new.state is not old.state or new.captured is not old.captured)
  and not (old.state = 'ENDED' and new.state = 'PAID')
begin
  select raise(abort, 'payment_over');
end;
-- Whatever becomes of a booking, somebody looks whether it may still be paid.
create trigger payment_follows_its_booking after update of state on booking
when new.state <> old.state
begin
  update payment set look_at = new.updated_at where booking_id = new.id and state in ('NEW', 'OPEN');
end;
create trigger payment_waits_as_long_as_its_hold after update of held_until on booking
when new.state = 'PENDING' and new.held_until is not old.held_until
begin
  update payment set look_at = new.held_until where booking_id = new.id and state in ('NEW', 'OPEN');
end;

-- Money on its way back. WAITING: to be asked for. SENT: the provider has it in hand. DONE, FAILED: its last word.
create table refund (
  id integer primary key,
  -- Also the key under which the provider makes it once.
  public_id text not null unique,
  org_id integer not null references org (id),
  booking_id integer not null,
  payment_id integer not null,
  amount integer not null check (amount > 0),
  state text not null default 'WAITING' check (state in ('WAITING', 'SENT', 'DONE', 'FAILED')),
  -- The provider's id.
  reference text,
  attempts integer not null default 0,
  next_attempt_at integer,
  lease_until integer not null default 0,
  failure text,
  created_at integer not null,
  updated_at integer not null,
  unique (org_id, reference),
  check (state in ('WAITING', 'FAILED') or reference is not null),
  foreign key (org_id, booking_id) references booking (org_id, id),
  foreign key (org_id, payment_id) references payment (org_id, id)
) strict;
create index refund_by_payment on refund (payment_id);
create index refund_by_booking on refund (booking_id);
create index refund_to_send on refund (next_attempt_at) where state in ('WAITING', 'SENT');
-- No more goes back than came.
create trigger refund_is_covered after insert on refund
begin
  select raise(abort, 'refund_too_large')
  from payment
  where payment.id = new.payment_id
    and payment.captured < (select sum(amount) from refund where payment_id = new.payment_id and state <> 'FAILED');
end;
create trigger refund_ends_once before update of state on refund
when old.state in ('DONE', 'FAILED') and new.state is not old.state
begin
  select raise(abort, 'refund_over');
end;

-- What the provider told, each once. What is not done yet is looked at again.
create table payment_notice (
  org_id integer not null references org (id),
  -- The provider's id.
  event text not null,
  kind text not null,
  received_at integer not null,
  done_at integer,
  primary key (org_id, event)
) strict, without rowid;
create index payment_notice_by_age on payment_notice (received_at);

-- Invoices and what corrects them, as they were issued: numbers without gaps, drawn in the batch that issues. The law wants
-- them kept as they are, also when a customer is forgotten.
create table invoice (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  booking_id integer not null,
  number text not null,
  kind text not null check (kind in ('INVOICE', 'CREDIT_NOTE')),
  -- With tax; a credit note takes so much back.
  amount integer not null check (amount > 0),
  currency text not null check (length(currency) = 3),
  -- Who, whom, lines, taxes.
  body text not null check (json_valid(body)),
  issued_at integer not null,
  unique (org_id, number),
  foreign key (org_id, booking_id) references booking (org_id, id)
) strict;
create index invoice_by_booking on invoice (booking_id);
create trigger invoice_is_not_changed before update on invoice begin select raise(abort, 'append_only'); end;
create trigger invoice_is_not_erased before delete on invoice begin select raise(abort, 'append_only'); end;
