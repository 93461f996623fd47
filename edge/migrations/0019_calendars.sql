-- Calendars elsewhere: secret addresses that others subscribe to, busy times that are read from theirs, and bookings that
-- are written into them.

-- An address of its own for a subscribed calendar. Only the hash of its 256 random bits is here. It shows what its maker
-- may see, for as long as they may.
create table feed (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  person_id integer not null references person (id),
  scope text not null check (scope in ('PERSON', 'RESOURCE', 'ORGANIZATION')),
  resource_id integer,
  token_hash text not null unique,
  created_at integer not null,
  rotated_at integer,
  check ((scope = 'RESOURCE') = (resource_id is not null)),
  foreign key (org_id, resource_id) references resource (org_id, id)
) strict;
create index feed_by_org on feed (org_id, id);

-- Somebody's calendar on another server, for one resource.
create table calendar_link (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  person_id integer not null references person (id),
  resource_id integer not null,
  -- CALDAV: both ways, with an account. ICS: an address that is only read.
  kind text not null check (kind in ('CALDAV', 'ICS')),
  name text not null check (length(name) between 1 and 200),
  -- Where it is, for people.
  host text not null,
  -- Address, user and password: JSON, sealed for this row.
  sealed text not null,
  -- Bookings are written there; busy times are read from there.
  push integer not null default 0 check (push in (0, 1)),
  busy integer not null default 1 check (busy in (0, 1)),
  -- What was read last: a sync token or an ETag, and a date that only a server can read.
  cursor text,
  modified text,
  read_at integer,
  -- When all of it was read, since what repeats is known only so far ahead.
  read_whole_at integer,
  -- Entries that could not be read.
  unreadable integer not null default 0,
  next_read_at integer not null,
  lease_until integer not null default 0,
  failures integer not null default 0,
  failing_since integer,
  failure text,
  created_at integer not null,
  updated_at integer not null,
  unique (org_id, id),
  check (kind = 'CALDAV' or push = 0),
  foreign key (org_id, resource_id) references resource (org_id, id)
) strict;
create index calendar_link_by_org on calendar_link (org_id, id);
create index calendar_link_by_resource on calendar_link (resource_id) where push = 1;
create index calendar_link_due on calendar_link (next_read_at) where busy = 1;

-- A time off that was read from there, and from which of its entries.
alter table block add column link_id integer references calendar_link (id) on delete cascade;
alter table block add column link_object text;
create index block_by_link on block (link_id, link_object) where link_id is not null;
create index block_by_end on block (org_id, resource_id, ends_at);

-- A booking's item as an event in a linked calendar: the queue of what is to be looked at, and what was written.
create table calendar_event (
  id integer primary key,
  org_id integer not null,
  link_id integer not null references calendar_link (id) on delete cascade,
  booking_item_id integer not null,
  -- DONE: the calendar shows what is booked. CONFLICT: somebody changed it there, and their words stand.
  state text not null default 'DUE' check (state in ('DUE', 'DONE', 'CONFLICT', 'FAILED')),
  -- Raised by every change, so that one that comes in the middle of a writing is not taken for written.
  changes integer not null default 1,
  -- Where it is and which version of it we know; none while it is not there.
  address text,
  etag text,
  -- What we wrote: times, and hashes of the words, since words name people.
  written text check (written is null or json_valid(written)),
  attempts integer not null default 0,
  next_attempt_at integer not null default 0,
  lease_until integer not null default 0,
  failure text,
  written_at integer,
  unique (link_id, booking_item_id),
  foreign key (org_id, link_id) references calendar_link (org_id, id) on delete cascade,
  foreign key (org_id, booking_item_id) references booking_item (org_id, id)
) strict;
create index calendar_event_due on calendar_event (next_attempt_at) where state = 'DUE';
create index calendar_event_by_item on calendar_event (booking_item_id);

-- Whatever claims a linked resource is to be written there, and every change of its booking.
create trigger claim_is_written_elsewhere after insert on claim when new.resource_id is not null
begin
  insert into calendar_event (org_id, link_id, booking_item_id)
  select new.org_id, link.id, new.booking_item_id
  from calendar_link as link
  where link.resource_id = new.resource_id and link.org_id = new.org_id and link.push = 1
  on conflict (link_id, booking_item_id)
  do update set state = 'DUE', changes = changes + 1, attempts = 0, next_attempt_at = 0;
end;
create trigger booking_is_written_elsewhere after update of version on booking when new.version is not old.version
begin
  update calendar_event set state = 'DUE', changes = changes + 1, attempts = 0, next_attempt_at = 0
  where booking_item_id in (select id from booking_item where booking_id = new.id);
end;

-- Whoever leaves takes their addresses and their own calendars along.
create trigger former_member_reads_nothing after delete on member
begin
  delete from feed where org_id = old.org_id and person_id = old.person_id;
  delete from calendar_link where org_id = old.org_id and person_id = old.person_id and kind = 'CALDAV';
end;
-- What is put away is not busy elsewhere.
create trigger archived_resource_is_not_linked after update of archived_at on resource when new.archived_at is not null
begin
  delete from feed where org_id = new.org_id and resource_id = new.id;
  delete from calendar_link where org_id = new.org_id and resource_id = new.id;
end;
-- Nor is an organization that closed.
create trigger closed_org_is_not_linked after update of closed_at on org when new.closed_at is not null
begin
  delete from feed where org_id = new.id;
  delete from calendar_link where org_id = new.id;
end;
