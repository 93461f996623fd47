-- The rest of a booking's life: requests that run out, notes, payments on site, waiting lists, search, and forgetting a
-- person without forgetting what happened.

-- From the guest, and among the staff.
alter table booking add column note text;
alter table booking add column staff_note text;
-- A request runs out then.
alter table booking add column approve_until integer;
-- From the first start to the last end of its items, kept by the triggers below.
alter table booking add column starts_at integer;
alter table booking add column ends_at integer;
alter table ledger_entry add column method text check (method in ('CASH', 'CARD', 'TRANSFER', 'OTHER'));
alter table customer add column erased_at integer;

create index booking_by_start on booking (org_id, starts_at, id);
create index booking_by_email on booking (org_id, contact_email) where contact_email is not null;
create index booking_by_end on booking (ends_at) where state = 'CONFIRMED';
create index booking_by_decision on booking (approve_until) where state = 'AWAITING_APPROVAL';
create index customer_kept on customer (org_id, created_at) where erased_at is null;
create index customer_by_name on customer (org_id, name, id);
create index org_that_forgets on org (id) where settings ->> '$.retentionDays' is not null;
create index offering_by_threshold on offering (id) where rules ->> '$.threshold.minSeats' is not null;
create index delivery_by_subject on delivery (org_id, subject) where subject is not null;

create trigger booking_lasts_as_its_items after insert on booking_item
begin
  update booking
  set starts_at = min(coalesce(starts_at, new.starts_at), new.starts_at), ends_at = max(coalesce(ends_at, new.ends_at), new.ends_at)
  where id = new.booking_id;
end;
create trigger booking_moves_with_its_items after update of starts_at, ends_at on booking_item
begin
  update booking
  set (starts_at, ends_at) = (select min(starts_at), max(ends_at) from booking_item where booking_id = new.booking_id)
  where id = new.booking_id;
end;

-- What staff look for: number, name, address, phone (also without its spaces), notes. `org` is a word of its own, so that
-- nobody's bookings are found among somebody else's. Words are really deleted, not only marked.
create virtual table booking_search using fts5(org, words, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');
insert into booking_search (booking_search, rank) values ('secure-delete', 1);

create view booking_words as
select id, 'o' || org_id as org,
  concat_ws(' ', number, contact_name, contact_email, contact_phone,
    replace(replace(replace(replace(contact_phone, ' ', ''), '-', ''), '(', ''), ')', ''), note, staff_note) as words
from booking;
create trigger booking_can_be_found after insert on booking
when new.number is not null or new.contact_email is not null
begin
  insert into booking_search (rowid, org, words) select id, org, words from booking_words where id = new.id;
end;
create trigger booking_is_found_as_it_is
after update of number, contact_name, contact_email, contact_phone, note, staff_note on booking
when new.number is not old.number or new.contact_name is not old.contact_name or new.contact_email is not old.contact_email
  or new.contact_phone is not old.contact_phone or new.note is not old.note or new.staff_note is not old.staff_note
begin
  delete from booking_search where rowid = new.id;
  insert into booking_search (rowid, org, words) select id, org, words from booking_words where id = new.id;
end;

-- Who would come if seats came free. The first who fits is offered them: a hold of their own, and a link.
create table waiting_entry (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  offering_id integer not null,
  starts_at integer not null,
  party text not null check (json_valid(party)),
  length integer,
  private integer not null default 0 check (private in (0, 1)),
  name text not null,
  email text not null collate nocase,
  phone text,
  locale text,
  state text not null default 'WAITING' check (state in ('WAITING', 'OFFERED', 'ACCEPTED', 'DECLINED', 'LAPSED', 'REMOVED')),
  -- The hold that was made for them.
  booking_id integer,
  token_hash text unique,
  token_sealed text,
  offered_at integer,
  offer_until integer,
  -- When it was last seen whether they fit.
  looked_at integer not null default 0,
  created_at integer not null,
  updated_at integer not null,
  unique (org_id, id),
  check (state <> 'OFFERED' or (booking_id is not null and token_hash is not null and offer_until is not null)),
  foreign key (org_id, offering_id) references offering (org_id, id),
  foreign key (org_id, booking_id) references booking (org_id, id)
) strict;
create index waiting_entry_by_departure on waiting_entry (offering_id, starts_at, id) where state = 'WAITING';
create index waiting_entry_by_look on waiting_entry (looked_at, id) where state = 'WAITING';
create index waiting_entry_by_offer on waiting_entry (offer_until) where state = 'OFFERED';
create index waiting_entry_by_org on waiting_entry (org_id, id);
create index waiting_entry_by_email on waiting_entry (org_id, email);
-- One place in the queue for one person.
create unique index waiting_entry_once on waiting_entry (offering_id, starts_at, email) where state in ('WAITING', 'OFFERED');

create trigger waiting_entry_moves_along before update of state on waiting_entry
when new.state <> old.state and not (
  (old.state = 'WAITING' and new.state in ('OFFERED', 'LAPSED', 'REMOVED'))
  or (old.state = 'OFFERED' and new.state in ('ACCEPTED', 'DECLINED', 'LAPSED', 'REMOVED')))
begin
  select raise(abort, 'stale_entry');
end;

-- Whoever asked to be forgotten: the person and their bookings, by public id. Only what names a person may be changed in the
-- records that are otherwise only ever added to, and only for these.
create table erasure (
  org_id integer not null references org (id),
  subject text not null,
  at integer not null,
  primary key (org_id, subject)
) strict, without rowid;

drop trigger event_log_is_append_only_update;
create trigger event_log_is_append_only_update before update on event_log
when new.id is not old.id or new.public_id is not old.public_id or new.org_id is not old.org_id or new.kind is not old.kind
  or new.subject is not old.subject or new.happened_at is not old.happened_at
  or not exists (select 1 from erasure where erasure.org_id = old.org_id and erasure.subject = old.subject)
begin
  select raise(abort, 'append_only');
end;

drop trigger delivery_body_is_frozen;
create trigger delivery_body_is_frozen before update of body on delivery
when old.body is not null and new.body is not old.body
  and not exists (select 1 from erasure where erasure.org_id = old.org_id and erasure.subject = old.subject)
begin
  select raise(abort, 'frozen_body');
end;

drop trigger audit_is_not_changed;
create trigger audit_is_not_changed before update on audit
when new.id is not old.id or new.org_id is not old.org_id or new.actor is not old.actor or new.action is not old.action
  or new.subject is not old.subject or new.at is not old.at
  or not exists (select 1 from erasure where erasure.org_id = old.org_id and erasure.subject = old.subject)
begin
  select raise(abort, 'append_only');
end;

drop trigger ledger_is_not_changed;
create trigger ledger_is_not_changed before update on ledger_entry
when new.id is not old.id or new.org_id is not old.org_id or new.booking_id is not old.booking_id or new.kind is not old.kind
  or new.amount is not old.amount or new.currency is not old.currency or new.method is not old.method or new.at is not old.at
  or not exists (select 1 from erasure join booking on booking.public_id = erasure.subject
    where erasure.org_id = old.org_id and booking.id = old.booking_id)
begin
  select raise(abort, 'append_only');
end;

create trigger erasure_is_not_changed before update on erasure begin select raise(abort, 'append_only'); end;
create trigger erasure_is_not_taken_back before delete on erasure begin select raise(abort, 'append_only'); end;

-- What becomes of the hold becomes of the offer.
create index waiting_entry_by_booking on waiting_entry (booking_id) where booking_id is not null;
create trigger waiting_entry_follows_its_hold after update of state on booking
when old.state = 'PENDING' and new.state <> 'PENDING'
begin
  update waiting_entry
  set state = case new.state when 'EXPIRED' then 'LAPSED' when 'CANCELLED' then 'DECLINED' else 'ACCEPTED' end,
      updated_at = new.updated_at
  where booking_id = new.id and state = 'OFFERED';
end;

-- Customers are found in the same way.
create virtual table customer_search using fts5(org, words, prefix = '2 3', tokenize = 'unicode61 remove_diacritics 2');
insert into customer_search (customer_search, rank) values ('secure-delete', 1);
create view customer_words as
select id, 'o' || org_id as org,
  concat_ws(' ', name, email, phone,
    replace(replace(replace(replace(phone, ' ', ''), '-', ''), '(', ''), ')', ''), note) as words
from customer;
insert into customer_search (rowid, org, words) select id, org, words from customer_words;
insert into booking_search (rowid, org, words) select id, org, words from booking_words;
create trigger customer_can_be_found after insert on customer
begin
  insert into customer_search (rowid, org, words) select id, org, words from customer_words where id = new.id;
end;
create trigger customer_is_found_as_they_are after update of name, email, phone, note on customer
begin
  delete from customer_search where rowid = new.id;
  insert into customer_search (rowid, org, words) select id, org, words from customer_words where id = new.id;
end;
create index mail_by_recipient on mail (org_id, recipient);
