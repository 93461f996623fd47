-- People who come by themselves, invite each other and leave; mail to them; organizations that close.

-- An address belongs to whoever proved that they read its mail. Until then anybody may have typed it, so that several
-- people may carry the same one: nobody can take an address by signing up with it first, and signing up tells nobody
-- whether it is known. (The table is made anew, since a column cannot be made less unique.)
pragma defer_foreign_keys = on;
create table person_before as select * from person;
drop table person;
create table person (
  id integer primary key,
  public_id text not null unique,
  email text not null collate nocase check (length(email) between 3 and 254),
  name text not null check (length(name) between 1 and 200),
  -- Argon2id as a PHC string.
  password_hash text,
  -- BCP 47: mails to them.
  language text not null default 'en',
  -- When the address was proved to be theirs.
  confirmed_at integer,
  created_at integer not null
) strict;
insert into person (id, public_id, email, name, password_hash, confirmed_at, created_at)
select id, public_id, email, name, password_hash, created_at, created_at from person_before;
drop table person_before;
create unique index person_by_address on person (email) where confirmed_at is not null;
create index person_by_email on person (email, id);

-- What a mailed link may do, once. Only the hash of its 256 random bits is here.
create table mailed_token (
  token_hash text primary key,
  person_id integer not null references person (id) on delete cascade,
  purpose text not null check (purpose in ('RESET', 'CONFIRM')),
  created_at integer not null,
  expires_at integer not null,
  used_at integer
) strict, without rowid;
create index mailed_token_by_person on mailed_token (person_id, purpose, created_at);
create index mailed_token_by_expiry on mailed_token (expires_at);
create trigger mailed_token_is_used_once before update of used_at on mailed_token
when old.used_at is not null
begin
  select raise(abort, 'token_used');
end;

create table invitation (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  email text not null collate nocase check (length(email) between 3 and 254),
  role text not null check (role in ('OWNER', 'ADMIN', 'STAFF', 'TRUSTED_CONTRIBUTOR', 'CONTRIBUTOR')),
  language text not null default 'en',
  token_hash text not null unique,
  invited_by integer not null references person (id),
  sent_at integer not null,
  expires_at integer not null,
  accepted_at integer,
  revoked_at integer,
  created_at integer not null,
  unique (org_id, id),
  check (accepted_at is null or revoked_at is null)
) strict;
create index invitation_open on invitation (org_id, id) where accepted_at is null and revoked_at is null;
create unique index invitation_by_address on invitation (org_id, email) where accepted_at is null and revoked_at is null;
create index invitation_by_host on invitation (invited_by);
create trigger invitation_is_used_once before update of accepted_at on invitation
when old.accepted_at is not null or old.revoked_at is not null
begin
  select raise(abort, 'invitation_used');
end;

-- A mail on its way, written in the batch of what it tells. Its words and links are sealed, since a link may be a key.
create table mail (
  id integer primary key,
  public_id text not null unique,
  -- Null when it is between a person and the product.
  org_id integer references org (id),
  recipient text not null collate nocase check (length(recipient) between 3 and 254),
  kind text not null,
  language text not null,
  -- Gone once it was sent, but on a developer's machine.
  letter_sealed text,
  state text not null default 'QUEUED' check (state in ('QUEUED', 'SENT', 'FAILED')),
  attempts integer not null default 0 check (attempts >= 0),
  next_attempt_at integer not null,
  -- A sender is at it until then.
  lease_until integer not null default 0,
  -- What went wrong last.
  failure text,
  sent_at integer,
  created_at integer not null
) strict;
create index mail_due on mail (next_attempt_at) where state = 'QUEUED';
create index mail_by_org on mail (org_id, id);
create index mail_by_age on mail (created_at);

-- An organization that is open has an owner, whoever is demoted, removed or leaves at the same time.
create trigger org_keeps_an_owner_in_office before update of role on member
when old.role = 'OWNER' and new.role <> 'OWNER'
begin
  select raise(abort, 'last_owner')
  where not exists (
    select 1 from member m where m.org_id = old.org_id and m.role = 'OWNER' and m.id <> old.id);
end;
create trigger org_keeps_an_owner before delete on member
when old.role = 'OWNER'
begin
  select raise(abort, 'last_owner')
  where not exists (
      select 1 from member m where m.org_id = old.org_id and m.role = 'OWNER' and m.id <> old.id)
    and exists (select 1 from org o where o.id = old.org_id and o.closed_at is null);
end;

-- A key that a key made ends with it; a key that replaced another says so.
alter table api_key add column made_by_key_id integer references api_key (id);
alter table api_key add column replaces_id integer references api_key (id);
create index api_key_by_maker on api_key (made_by_key_id) where made_by_key_id is not null;
create index api_key_by_replaced on api_key (replaces_id) where replaces_id is not null;

-- Closed: the audit log is append-only, so an organization ends by closing, and nothing is sold or answered from then on.
alter table org add column closed_at integer;
create trigger org_closes_once before update of closed_at on org
when old.closed_at is not null
begin
  select raise(abort, 'closed');
end;
create trigger org_closes_without_bookings_ahead before update of closed_at on org
when new.closed_at is not null and old.closed_at is null
begin
  select raise(abort, 'bookings_ahead')
  where exists (
    select 1
    from booking_item i
    join booking b on b.id = i.booking_id
    where i.org_id = new.id and i.ends_at > new.closed_at
      and (b.state in ('AWAITING_APPROVAL', 'CONFIRMED', 'PROPOSAL_RESERVED', 'PROPOSAL_REVIEW')
        or (b.state = 'PENDING' and b.held_until > new.closed_at)));
end;
create trigger org_closed_sells_nothing before insert on booking
when exists (select 1 from org o where o.id = new.org_id and o.closed_at is not null)
begin
  select raise(abort, 'closed');
end;
create trigger org_closed_takes_nobody before insert on member
when exists (select 1 from org o where o.id = new.org_id and o.closed_at is not null)
begin
  select raise(abort, 'closed');
end;

-- Prices of bookings are in the currency of their organization.
create trigger org_currency_is_fixed_by_bookings before update of currency on org
when new.currency <> old.currency
begin
  select raise(abort, 'currency_in_use') where exists (select 1 from booking b where b.org_id = new.id);
end;

create index audit_by_actor on audit (org_id, actor, id);
create index audit_by_subject on audit (org_id, subject, id);
