-- Told: what happened, who wants to know, and how telling them went.

-- Written in the same batch as the change. Append-only.
create table event_log (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  kind text not null,
  -- Public id of what it is about, such as the booking.
  subject text not null,
  payload text not null check (json_valid(payload)),
  happened_at integer not null
) strict;
create index event_log_by_org on event_log (org_id, id);
create index event_log_by_subject on event_log (subject, id);

create table webhook_endpoint (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  url text not null check (length(url) between 8 and 2048),
  description text not null default '',
  -- Which shape its payloads have: one for each surface.
  shape text not null default 'native' check (shape in ('native', 'integrations', 'apps', 'rooms')),
  -- Canonical event types.
  events text not null check (json_valid(events)),
  secret_sealed text not null,
  -- Signs beside the new one until then.
  old_secret_sealed text,
  old_secret_until integer,
  disabled_at integer,
  disabled_reason text,
  failing_since integer,
  created_at integer not null,
  updated_at integer not null,
  unique (org_id, id)
) strict;
create index webhook_endpoint_by_org on webhook_endpoint (org_id) where disabled_at is null;

create table delivery (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  event_id integer not null references event_log (id),
  endpoint_id integer not null,
  state text not null default 'PENDING' check (state in ('PENDING', 'DELIVERED', 'FAILED', 'CANCELLED')),
  -- The bytes that are signed and sent, frozen at the first attempt.
  body text,
  attempts integer not null default 0,
  next_attempt_at integer,
  lease_until integer,
  delivered_at integer,
  created_at integer not null,
  foreign key (org_id, endpoint_id) references webhook_endpoint (org_id, id) on delete cascade
) strict;
create index delivery_due on delivery (next_attempt_at) where state = 'PENDING';
create index delivery_by_endpoint on delivery (endpoint_id, id);
create index delivery_by_event on delivery (event_id);

create table attempt (
  id integer primary key,
  delivery_id integer not null references delivery (id) on delete cascade,
  number integer not null,
  at integer not null,
  status integer,
  error text,
  latency_ms integer not null,
  answer text,
  unique (delivery_id, number)
) strict;
