-- What happened and who is told. An event is written in the same batch as the change it tells of; the trigger below
-- writes one delivery for each endpoint that wants it, so that nobody who should hear of it can be forgotten.

create table event_log (
    id integer primary key,
    -- Also the receiver's idempotency key: `webhook-id`.
    public_id text not null unique,
    org_id integer not null references org (id),
    kind text not null check (kind glob '[a-z]*.[a-z]*'),
    -- What it is about, such as a booking's public id. Deliveries about one subject keep their order.
    subject text,
    payload text not null check (json_valid(payload)),
    happened_at integer not null,
    unique (org_id, id)
) strict;

create index event_log_by_time on event_log (org_id, happened_at);

create trigger event_log_is_append_only_update before update on event_log
begin
    select raise(abort, 'append_only');
end;

create trigger event_log_is_append_only_delete before delete on event_log
begin
    select raise(abort, 'append_only');
end;

create table webhook_endpoint (
    id integer primary key,
    public_id text not null unique,
    org_id integer not null references org (id),
    url text not null check (length(url) between 8 and 2048),
    description text not null default '' check (length(description) <= 200),
    -- Canonical event types, or '*'.
    events text not null check (json_valid(events) and json_type(events) = 'array' and json_array_length(events) > 0),
    shape text not null default 'native' check (shape in ('native', 'zapier', 'apps', 'rooms')),
    -- Since when it has done nothing but fail; null after a success.
    failing_since integer,
    disabled_at integer,
    disabled_because text check (disabled_because in ('owner', 'gone', 'failing')),
    created_at integer not null,
    updated_at integer not null,
    deleted_at integer,
    unique (org_id, id),
    check ((disabled_at is null) = (disabled_because is null))
) strict;

create index webhook_endpoint_live on webhook_endpoint (org_id, id) where deleted_at is null;

-- Sealed with the deployment's key. Several are live while one is rotated.
create table webhook_secret (
    id integer primary key,
    org_id integer not null,
    endpoint_id integer not null,
    sealed text not null,
    created_at integer not null,
    expires_at integer,
    foreign key (org_id, endpoint_id) references webhook_endpoint (org_id, id)
) strict;

create index webhook_secret_by_endpoint on webhook_secret (org_id, endpoint_id);

create table delivery (
    id integer primary key,
    public_id text not null unique,
    org_id integer not null,
    endpoint_id integer not null,
    -- Null for a test.
    event_id integer,
    message_id text not null,
    kind text not null,
    subject text,
    -- Rendered at the first attempt, the same bytes ever after.
    body text,
    state text not null default 'PENDING' check (state in ('PENDING', 'DELIVERED', 'FAILED')),
    -- Of the present round; a replay starts another one. Every attempt has its row in `attempt`.
    attempts integer not null default 0 check (attempts >= 0),
    next_attempt_at integer not null,
    -- A sender is at it until then.
    lease_until integer not null default 0,
    -- The queue has been told and is trusted until then.
    queued_until integer not null default 0,
    delivered_at integer,
    created_at integer not null,
    unique (endpoint_id, event_id),
    unique (org_id, id),
    foreign key (org_id, endpoint_id) references webhook_endpoint (org_id, id),
    foreign key (org_id, event_id) references event_log (org_id, id)
) strict;

create index delivery_due on delivery (next_attempt_at) where state = 'PENDING';
create index delivery_by_endpoint on delivery (endpoint_id, id);
create index delivery_by_event on delivery (event_id);
create index delivery_waiting on delivery (endpoint_id, subject, id) where state = 'PENDING';

create trigger delivery_body_is_frozen before update of body on delivery
when old.body is not null and new.body is not old.body
begin
    select raise(abort, 'frozen_body');
end;

create trigger event_log_is_delivered after insert on event_log
begin
    insert into delivery (public_id, org_id, endpoint_id, event_id, message_id, kind, subject, next_attempt_at,
                          queued_until, created_at)
    select 'dlv_' || lower(hex(randomblob(16))), new.org_id, endpoint.id, new.id, new.public_id, new.kind, new.subject,
           new.happened_at, new.happened_at + 30, new.happened_at
    from webhook_endpoint as endpoint
    where endpoint.org_id = new.org_id
      and endpoint.deleted_at is null
      and endpoint.disabled_at is null
      and exists (select 1 from json_each(endpoint.events) where json_each.value in (new.kind, '*'));
end;

create table attempt (
    id integer primary key,
    org_id integer not null,
    delivery_id integer not null,
    -- Milliseconds, UTC.
    started_at integer not null,
    latency_milliseconds integer not null check (latency_milliseconds >= 0),
    -- Null when no answer came.
    status integer,
    -- Why no answer came: timeout, unreachable, refused_target, no_secret.
    failure text,
    -- The first 2 KB of the answer.
    answer text,
    check ((status is null) <> (failure is null)),
    foreign key (org_id, delivery_id) references delivery (org_id, id)
) strict;

create index attempt_by_delivery on attempt (delivery_id, id);
