-- The closed list of what may be told, who is told of an assignment, and when an endpoint's owners were told of trouble.

-- The same list as `EventType` of the outbox; each has its published schema.
create table event_type (name text primary key) strict, without rowid;
insert into event_type (name) values
  ('booking.created'), ('booking.updated'), ('booking.rescheduled'), ('booking.cancelled'), ('booking.approved'),
  ('booking.rejected'), ('booking.no_show'), ('booking.completed'), ('payment.succeeded'), ('payment.refunded'),
  ('order.created'), ('order.updated'), ('order.fulfilled'), ('order.canceled'), ('product.created'), ('product.updated'),
  ('customer.created'), ('cart.abandoned'), ('submission.submitted'), ('submission.approved'), ('submission.rejected'),
  ('staff.assigned'), ('lead.created');

create trigger event_is_of_a_known_type before insert on event_log
when not exists (select 1 from event_type where name = new.kind)
begin
  select raise(abort, 'unknown_event');
end;

-- Whoever's calendar a booking takes is to work on it: told once for each of them.
create trigger event_log_tells_whom_it_assigns after insert on event_log
when new.echo_of is null
  and new.kind in ('booking.created', 'booking.approved', 'booking.rescheduled', 'booking.updated')
begin
  insert into event_log (public_id, org_id, kind, subject, payload, happened_at, echo_of)
  select new.public_id || '_staff_' || member.id, new.org_id, 'staff.assigned', new.subject,
         json_set(new.payload, '$.assignee',
                  json_object('id', person.public_id, 'name', person.name, 'resourceId', resource.public_id)),
         new.happened_at, new.public_id
  from booking
  join booking_item as item on item.booking_id = booking.id
  join claim on claim.booking_item_id = item.id and claim.released_at is null
  join member on member.org_id = booking.org_id and member.resource_id = claim.resource_id
  join person on person.id = member.person_id
  join resource on resource.id = member.resource_id
  where booking.public_id = new.subject
    and booking.state = 'CONFIRMED'
    and not exists (
      select 1 from event_log as earlier
      where earlier.subject = new.subject and earlier.kind = 'staff.assigned'
        and earlier.payload ->> '$.assignee.id' = person.public_id)
  group by member.id;
end;

-- Which trouble the owners were told of: that it only fails, or that nothing is sent any more.
alter table webhook_endpoint add column trouble_told text check (trouble_told in ('failing', 'disabled'));
create index webhook_endpoint_in_trouble on webhook_endpoint (id)
where failing_since is not null or disabled_because in ('gone', 'failing');

create trigger endpoint_that_works_again after update of failing_since, disabled_at on webhook_endpoint
when new.failing_since is null and new.disabled_at is null and new.trouble_told is not null
begin
  update webhook_endpoint set trouble_told = null where id = new.id;
end;
