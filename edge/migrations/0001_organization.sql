-- Who: organizations, brands, people and what they may do.
-- Everywhere: integer keys inside, prefixed public ids outside, instants as UTC seconds, money as minor units.
-- Every row of a tenant carries its org_id, and a reference within a tenant goes through (org_id, id), so that no row
-- can point into another organization.

create table org (
  id integer primary key,
  public_id text not null unique,
  slug text not null collate nocase unique check (length(slug) between 2 and 63),
  name text not null check (length(name) between 1 and 200),
  timezone text not null,
  currency text not null check (length(currency) = 3),
  locale text not null default 'en',
  number_prefix text not null check (length(number_prefix) between 1 and 8),
  hold_seconds integer not null default 900 check (hold_seconds between 60 and 86400),
  -- Contact, accent colour, policies: what is only shown.
  settings text not null default '{}' check (json_valid(settings)),
  -- Prices that are not of one offering: fees, tax, automatic discounts (the engine's price book without its tariffs).
  price_rules text not null default '{}' check (json_valid(price_rules)),
  -- Grows with every change that a snapshot shows.
  revision integer not null default 1,
  created_at integer not null,
  updated_at integer not null
) strict;

create table brand (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  name text not null,
  domain text collate nocase unique,
  theme text not null default '{}' check (json_valid(theme)),
  created_at integer not null,
  unique (org_id, id)
) strict;

create table person (
  id integer primary key,
  public_id text not null unique,
  email text not null collate nocase unique,
  name text not null,
  -- Argon2id, PHC string; none for people who only sign in elsewhere.
  password_hash text,
  created_at integer not null
) strict;

create table member (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  person_id integer not null references person (id),
  role text not null check (role in ('OWNER', 'ADMIN', 'STAFF', 'TRUSTED_CONTRIBUTOR', 'CONTRIBUTOR')),
  -- The calendar of somebody who is booked.
  resource_id integer,
  created_at integer not null,
  unique (org_id, person_id),
  unique (org_id, id),
  foreign key (org_id, resource_id) references resource (org_id, id)
) strict;
create index member_by_person on member (person_id);

create table session (
  token_hash text primary key,
  person_id integer not null references person (id) on delete cascade,
  created_at integer not null,
  last_used_at integer not null,
  expires_at integer not null
) strict, without rowid;
create index session_by_person on session (person_id);
create index session_by_expiry on session (expires_at);

create table api_key (
  id integer primary key,
  public_id text not null unique,
  member_person_id integer not null references person (id),
  name text not null,
  key_hash text not null unique,
  -- The part that is shown again, so that people can tell keys apart.
  prefix text not null,
  role_ceiling text not null check (role_ceiling in ('OWNER', 'ADMIN', 'STAFF', 'TRUSTED_CONTRIBUTOR', 'CONTRIBUTOR')),
  permissions text not null default '[]' check (json_valid(permissions)),
  live integer not null check (live in (0, 1)),
  created_at integer not null,
  expires_at integer,
  last_used_at integer,
  revoked_at integer
) strict;

-- One key may cover several organizations of its member.
create table api_key_org (
  api_key_id integer not null references api_key (id) on delete cascade,
  org_id integer not null references org (id),
  primary key (api_key_id, org_id)
) strict, without rowid;
create index api_key_org_by_org on api_key_org (org_id);

-- Who did what. Append-only.
create table audit (
  id integer primary key,
  org_id integer references org (id),
  actor text not null,
  action text not null,
  subject text not null,
  detail text not null default '{}' check (json_valid(detail)),
  at integer not null
) strict;
create index audit_by_org on audit (org_id, id);

-- Human numbers without gaps: they are drawn in the batch that uses them.
create table number_series (
  org_id integer not null references org (id),
  name text not null,
  year integer not null,
  last integer not null check (last >= 1),
  primary key (org_id, name, year)
) strict, without rowid;

-- One row for each key: written first in the batch of the change, so the change happens once.
create table idempotency (
  scope text not null,
  key text not null check (length(key) between 1 and 255),
  request_hash text not null,
  status integer not null,
  body text not null check (json_valid(body)),
  -- The booking that the answer is about; its link is added when the answer is given again.
  booking_public_id text,
  created_at integer not null,
  primary key (scope, key)
) strict, without rowid;
create index idempotency_by_age on idempotency (created_at);

create table job_run (
  id integer primary key,
  job text not null,
  started_at integer not null,
  finished_at integer,
  outcome text not null default '{}' check (json_valid(outcome))
) strict;
create index job_run_by_job on job_run (job, id);
create index job_run_by_age on job_run (started_at);
