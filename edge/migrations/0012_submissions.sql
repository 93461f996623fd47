-- What a calendar says of itself, and the events that the community brings, on their way to it.

-- Whether anybody may hand in an event for it, through its public form.
alter table calendar add column submissions integer not null default 0 check (submissions in (0, 1));
alter table calendar add column updated_at integer not null default 0;
-- Taken away: its page and its snapshot are gone, the bookings that came through it still name it.
alter table calendar add column archived_at integer;

-- Every step that a submission can take. `live`: a version of it is public meanwhile. The code decides by the same table;
-- a test compares the two.
create table submission_transition (
  from_state text not null,
  from_live integer not null,
  to_state text not null,
  to_live integer not null,
  primary key (from_state, from_live, to_state, to_live)
) strict, without rowid;
insert into submission_transition (from_state, from_live, to_state, to_live) values
  ('DRAFT', 0, 'SUBMITTED', 0), ('DRAFT', 0, 'WITHDRAWN', 0),
  ('SUBMITTED', 0, 'PUBLISHED', 1), ('SUBMITTED', 0, 'REJECTED', 0), ('SUBMITTED', 0, 'CHANGES_REQUESTED', 0),
  ('SUBMITTED', 0, 'WITHDRAWN', 0),
  ('SUBMITTED', 1, 'PUBLISHED', 1), ('SUBMITTED', 1, 'CHANGES_REQUESTED', 1), ('SUBMITTED', 1, 'SUBMITTED', 0),
  ('CHANGES_REQUESTED', 0, 'SUBMITTED', 0), ('CHANGES_REQUESTED', 0, 'WITHDRAWN', 0),
  ('CHANGES_REQUESTED', 1, 'SUBMITTED', 1), ('CHANGES_REQUESTED', 1, 'PUBLISHED', 1),
  ('CHANGES_REQUESTED', 1, 'CHANGES_REQUESTED', 0),
  ('PUBLISHED', 1, 'SUBMITTED', 1), ('PUBLISHED', 1, 'SUBMITTED', 0), ('PUBLISHED', 1, 'WITHDRAWN', 0);

create table submission (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  -- Where it is to appear.
  calendar_id integer,
  state text not null check (state in ('DRAFT', 'SUBMITTED', 'PUBLISHED', 'REJECTED', 'CHANGES_REQUESTED', 'WITHDRAWN')),
  -- A member; somebody who came by the public form has a token in its place.
  author_person_id integer references person (id) on delete set null,
  author_name text not null check (length(author_name) between 1 and 200),
  author_email text not null collate nocase check (length(author_email) between 3 and 254),
  -- The guest's own page: hashed to find it by, sealed to write it into a later e-mail.
  token_hash text unique,
  token_sealed text,
  -- A guest's e-mail address has to be confirmed until then.
  confirm_until integer,
  -- The event as its author wants it, and as it is public.
  content text not null check (json_valid(content)),
  published text check (json_valid(published)),
  -- The public version's starts, as instants.
  starts text not null default '[]' check (json_valid(starts)),
  -- The event; it stays when it is not public any more, and is taken up again.
  offering_id integer unique,
  -- Published without anybody else having looked at it.
  unreviewed integer not null default 0 check (unreviewed in (0, 1)),
  -- What staff said last.
  note text check (length(note) <= 2000),
  -- Its place in the queue: drawn whenever it is handed in.
  queued integer,
  submitted_at integer,
  decided_at integer,
  decided_by text,
  created_at integer not null,
  updated_at integer not null,
  -- Raised by one with every change, so that nobody decides on what somebody else has changed meanwhile.
  version integer not null default 1,
  unique (org_id, id),
  unique (org_id, queued),
  check ((published is null) = (starts = '[]')),
  check (published is null or offering_id is not null),
  check (state <> 'PUBLISHED' or published is not null),
  check (published is null or state in ('PUBLISHED', 'SUBMITTED', 'CHANGES_REQUESTED')),
  check (state <> 'SUBMITTED' or queued is not null),
  foreign key (org_id, calendar_id) references calendar (org_id, id),
  foreign key (org_id, offering_id) references offering (org_id, id)
) strict;
create index submission_by_state on submission (org_id, state, queued);
create index submission_by_author on submission (author_person_id) where author_person_id is not null;
create index submission_by_guest on submission (org_id, author_email) where token_hash is not null;
create index submission_unconfirmed on submission (confirm_until) where state = 'DRAFT' and token_hash is not null;

create trigger submission_begins_at_the_beginning before insert on submission
when new.state not in ('DRAFT', 'SUBMITTED') or new.published is not null
begin
  select raise(abort, 'bad_transition');
end;

create trigger submission_moves_along_the_table before update of state, published on submission
when new.state <> old.state or (new.published is null) <> (old.published is null)
begin
  select raise(abort, 'bad_transition')
  where not exists (
    select 1 from submission_transition t
    where t.from_state = old.state and t.from_live = (old.published is not null)
      and t.to_state = new.state and t.to_live = (new.published is not null));
end;

create trigger submission_is_not_overwritten before update on submission
when new.version <> old.version + 1
begin
  select raise(abort, 'stale_submission');
end;

-- A public event does not lose a date that somebody has booked.
create trigger submission_keeps_what_is_sold before update of starts on submission
when old.starts <> new.starts and old.offering_id is not null
begin
  select raise(abort, 'sold') from claim c
  where c.offering_id = old.offering_id and c.ends_at > new.updated_at and c.released_at is null
    and (c.held_until is null or c.held_until > new.updated_at)
    and c.departure_at not in (select value from json_each(new.starts));
end;

-- And nobody books a date that it has lost meanwhile: a departure that does not run takes no claims, however many it seats.
create trigger claim_is_on_a_departure_that_runs before insert on claim
when new.offering_id is not null and new.released_at is null
begin
  select raise(abort, 'overbooked') from departure_override d
  where d.offering_id = new.offering_id and d.departure_at = new.departure_at and d.cancelled = 1;
end;

-- A published event takes its resources whole: a block for each date and resource, marked as the event's.
alter table block add column submission_id integer references submission (id);
create index block_by_submission on block (submission_id) where submission_id is not null;
create index block_of_event on block (resource_id, starts_at) where submission_id is not null;

-- Nothing else may be going on there then...
create trigger event_takes_what_is_free before insert on block
when new.submission_id is not null
begin
  select raise(abort, 'resource_busy') from claim c
  where c.resource_id = new.resource_id and c.starts_at > new.starts_at - 2678400
    and c.starts_at < new.ends_at and c.ends_at > new.starts_at
    and c.released_at is null and (c.held_until is null or c.held_until > new.created_at);
  select raise(abort, 'resource_blocked') from block b
  where b.org_id = new.org_id and b.resource_id = new.resource_id
    and b.starts_at < new.ends_at and b.ends_at > new.starts_at;
end;

-- ... and nothing else may begin there afterwards, however long ago somebody looked.
create trigger claim_keeps_off_events before insert on claim
when new.resource_id is not null and new.released_at is null
begin
  select raise(abort, 'resource_busy') from block b
  where b.resource_id = new.resource_id and b.submission_id is not null
    and b.starts_at < new.ends_at and b.ends_at > new.starts_at;
end;
create trigger claim_still_keeps_off_events
before update of resource_id, starts_at, ends_at, held_until, released_at on claim
when new.resource_id is not null and new.released_at is null
begin
  select raise(abort, 'resource_busy') from block b
  where b.resource_id = new.resource_id and b.submission_id is not null
    and b.starts_at < new.ends_at and b.ends_at > new.starts_at;
end;

-- Proofs of work and time traps that were used: each opens the public form once.
create table spent_challenge (
  hash text primary key,
  expires_at integer not null
) strict, without rowid;
create index spent_challenge_by_age on spent_challenge (expires_at);
