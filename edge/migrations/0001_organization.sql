-- Whose: organizations, their brands, numbers and the record of what was done.
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
  -- Grows with every change of a price; part of every quote's hash.
  price_version integer not null default 1,
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
  -- The token that the answer shows, sealed; the body is kept without it.
  token_sealed text,
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
