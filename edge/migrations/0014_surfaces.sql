-- What the surfaces for apps add to the outbox: who subscribed, for which bookings, and a booking seen as a sale.

-- The app's grant through which an endpoint was made, and the person for whom. With `own` only what that person is assigned
-- to is told.
alter table webhook_endpoint add column grant_id integer references oauth_grant (id);
alter table webhook_endpoint add column person_id integer references person (id);
alter table webhook_endpoint add column own integer not null default 0 check (own in (0, 1));
create index webhook_endpoint_by_grant on webhook_endpoint (grant_id) where grant_id is not null;

-- A booking is also a sale: what happens to the one is told of the other as an event of its own.
create table event_echo (
  kind text not null,
  echo text not null,
  -- Told once for a booking, however often its cause comes.
  once integer not null default 0 check (once in (0, 1)),
  primary key (kind, echo)
) strict, without rowid;
insert into event_echo (kind, echo, once) values
  ('booking.created', 'order.created', 1),
  ('booking.updated', 'order.updated', 0),
  ('booking.rescheduled', 'order.updated', 0),
  ('booking.approved', 'order.updated', 0),
  ('booking.rejected', 'order.updated', 0),
  ('booking.no_show', 'order.updated', 0),
  ('booking.completed', 'order.updated', 0),
  ('booking.cancelled', 'order.updated', 0),
  ('booking.cancelled', 'order.canceled', 0),
  ('booking.completed', 'order.fulfilled', 1);

alter table event_log add column echo_of text;
create index event_log_by_subject on event_log (subject, kind);
create index event_log_by_echo on event_log (echo_of) where echo_of is not null;

create trigger event_log_echoes after insert on event_log when new.echo_of is null
begin
  insert into event_log (public_id, org_id, kind, subject, payload, happened_at, echo_of)
  select new.public_id || '_' || replace(echo, '.', '_'), new.org_id, echo, new.subject, new.payload, new.happened_at,
         new.public_id
  from event_echo
  where kind = new.kind
    and not (once and exists (
      select 1 from event_log as earlier where earlier.subject = new.subject and earlier.kind = event_echo.echo));
end;

-- Whoever checks in has got what they paid for.
create trigger check_in_fulfils after update of checked_in_at on booking
when new.checked_in_at is not null and old.checked_in_at is null
begin
  insert into event_log (public_id, org_id, kind, subject, payload, happened_at, echo_of)
  select 'evt_' || lower(hex(randomblob(16))), new.org_id, 'order.fulfilled', new.public_id, told.payload, new.updated_at,
         told.public_id
  from event_log as told
  where told.subject = new.public_id and told.kind like 'booking.%'
    and not exists (
      select 1 from event_log as earlier where earlier.subject = new.public_id and earlier.kind = 'order.fulfilled')
  order by told.id desc
  limit 1;
end;

-- Whose a booking is: that of the members whose calendars it claims, now or before it moved away, and of the owners.
create view booking_of_member as
select booking.org_id, member.person_id, booking.public_id as booking, booking.id as booking_id
from booking
join booking_item as item on item.booking_id = booking.id
join claim on claim.booking_item_id = item.id
join member on member.org_id = booking.org_id and member.resource_id = claim.resource_id
union all
select booking.org_id, member.person_id, booking.public_id, booking.id
from booking
join member on member.org_id = booking.org_id and member.role = 'OWNER';

drop trigger event_log_is_delivered;
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
    and exists (select 1 from json_each(endpoint.events) where json_each.value in (new.kind, '*'))
    and (endpoint.own = 0 or exists (
      select 1 from booking_of_member as mine
      where mine.org_id = new.org_id and mine.person_id = endpoint.person_id and mine.booking = new.subject));
end;

-- An app that was shown the door, or whose person left, is told nothing any more.
create trigger revoked_grant_is_told_nothing after update of revoked_at on oauth_grant when new.revoked_at is not null
begin
  update webhook_endpoint set deleted_at = new.revoked_at, updated_at = new.revoked_at
  where grant_id = new.id and deleted_at is null;
end;
create trigger former_member_grants_nothing after delete on member
begin
  update oauth_grant set revoked_at = unixepoch()
  where org_id = old.org_id and person_id = old.person_id and revoked_at is null;
end;
create trigger deleted_endpoint_waits_for_nothing after update of deleted_at on webhook_endpoint
when new.deleted_at is not null
begin
  update delivery set state = 'FAILED', queued_until = 0 where endpoint_id = new.id and state = 'PENDING';
  delete from webhook_secret where org_id = new.org_id and endpoint_id = new.id;
end;
