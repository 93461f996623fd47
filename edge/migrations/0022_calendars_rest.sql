-- Calendars and mail, the rest: what the clock reads of reminders, who was told that they are on a booking, and which clashes
-- staff know of.

-- When a booking is to be reminded of next; none where it is not. The minute's look starts from here.
alter table booking add column remind_at integer;
create index booking_to_remind on booking (remind_at) where remind_at is not null;
drop index org_open;

-- The first moment of an organization's lead times that lies after the booking was made or moved.
create trigger booking_is_reminded_of after update of state, starts_at, rescheduled_at, contact_email on booking
when (new.state, new.starts_at, new.rescheduled_at, new.contact_email)
  is not (old.state, old.starts_at, old.rescheduled_at, old.contact_email)
  and (new.state = 'CONFIRMED' or new.remind_at is not null)
begin
  update booking
  set remind_at = case when new.state = 'CONFIRMED' and new.contact_email is not null then (
    select min(new.starts_at - lead.value * 3600)
    from org, json_each(coalesce(org.settings -> '$.reminderHours', '[24]')) as lead
    where org.id = new.org_id
      and new.starts_at - lead.value * 3600 > max(new.created_at, coalesce(new.rescheduled_at, 0))) end
  where id = new.id;
end;
create trigger reminders_follow_their_organization after update of settings on org
when new.settings -> '$.reminderHours' is not old.settings -> '$.reminderHours'
begin
  update booking
  set remind_at = (
    select min(booking.starts_at - lead.value * 3600)
    from json_each(coalesce(new.settings -> '$.reminderHours', '[24]')) as lead
    where booking.starts_at - lead.value * 3600 > max(booking.created_at, coalesce(booking.rescheduled_at, 0)))
  where org_id = new.id and state = 'CONFIRMED' and contact_email is not null;
end;
update booking
set remind_at = (
  select min(booking.starts_at - lead.value * 3600)
  from org, json_each(coalesce(org.settings -> '$.reminderHours', '[24]')) as lead
  where org.id = booking.org_id
    and booking.starts_at - lead.value * 3600 > max(booking.created_at, coalesce(booking.rescheduled_at, 0)))
where state = 'CONFIRMED' and contact_email is not null;

-- Who is on a booking and was told so. Whoever is taken off it and put on it again is told again.
create table assignment (
  org_id integer not null,
  booking_id integer not null,
  person_id integer not null references person (id),
  primary key (booking_id, person_id),
  foreign key (org_id, booking_id) references booking (org_id, id)
) strict, without rowid;

-- Whoever's calendar a confirmed booking takes, once for each claim on it. Read from the booking, not from all that a calendar
-- has: `cross join` keeps the order.
create view assigned as
select booking.id as booking_id, booking.public_id as booking, booking.org_id, member.id as member_id, person.id as person_id,
       person.public_id as person, person.name as name, resource.public_id as resource
from booking
cross join booking_item as item on item.booking_id = booking.id
cross join claim on claim.booking_item_id = item.id and claim.released_at is null
cross join member on member.org_id = booking.org_id and member.resource_id = claim.resource_id
join person on person.id = member.person_id
join resource on resource.id = member.resource_id
where booking.state = 'CONFIRMED';

insert into assignment (org_id, booking_id, person_id)
select distinct org_id, booking_id, person_id from assigned
where exists (
  select 1 from event_log as told
  where told.subject = assigned.booking and told.kind = 'staff.assigned'
    and told.payload ->> '$.assignee.id' = assigned.person);

-- Told by the change that puts somebody on it: one event for each change and person.
drop trigger event_log_tells_whom_it_assigns;
create trigger event_log_tells_whom_it_assigns after insert on event_log
when new.echo_of is null
  and new.kind in ('booking.created', 'booking.approved', 'booking.rescheduled', 'booking.updated', 'booking.cancelled',
    'booking.rejected')
begin
  delete from assignment
  where booking_id = (select id from booking where public_id = new.subject)
    and person_id not in (select person_id from assigned where booking = new.subject);
  insert into event_log (public_id, org_id, kind, subject, payload, happened_at, echo_of)
  select new.public_id || '_staff_' || assigned.member_id, new.org_id, 'staff.assigned', new.subject,
         json_set(new.payload, '$.assignee',
                  json_object('id', assigned.person, 'name', assigned.name, 'resourceId', assigned.resource)),
         new.happened_at, new.public_id
  from assigned
  where assigned.booking = new.subject
    and not exists (
      select 1 from assignment as known
      where known.booking_id = assigned.booking_id and known.person_id = assigned.person_id)
  group by assigned.member_id;
  insert into assignment (org_id, booking_id, person_id)
  select org_id, booking_id, person_id from assigned where assigned.booking = new.subject
  on conflict (booking_id, person_id) do nothing;
end;

-- Clashes that the maker of a link was written to about, by the start that they were about.
create table clash_told (
  org_id integer not null,
  link_id integer not null references calendar_link (id) on delete cascade,
  booking_item_id integer not null,
  starts_at integer not null,
  at integer not null,
  primary key (link_id, booking_item_id, starts_at),
  foreign key (org_id, booking_item_id) references booking_item (org_id, id)
) strict, without rowid;
create index clash_told_by_start on clash_told (starts_at);

-- A change is written at once, with the first attempt of its own. That an earlier one may have arrived without our hearing
-- of it is not forgotten: whoever takes an event away then looks first.
drop trigger claim_is_written_elsewhere;
create trigger claim_is_written_elsewhere after insert on claim when new.resource_id is not null
begin
  insert into calendar_event (org_id, link_id, booking_item_id)
  select new.org_id, link.id, new.booking_item_id
  from calendar_link as link
  where link.resource_id = new.resource_id and link.org_id = new.org_id and link.push = 1
  on conflict (link_id, booking_item_id)
  do update set state = 'DUE', changes = changes + 1, attempts = min(attempts, 1), next_attempt_at = 0;
end;
drop trigger booking_is_written_elsewhere;
create trigger booking_is_written_elsewhere after update of version on booking when new.version is not old.version
begin
  update calendar_event set state = 'DUE', changes = changes + 1, attempts = min(attempts, 1), next_attempt_at = 0
  where booking_item_id in (select id from booking_item where booking_id = new.id);
end;
