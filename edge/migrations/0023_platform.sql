-- Whoever checks in has got what they paid for: told with the event that tells of checking in. An echo of an event that was
-- told before is announced to nobody, and what comes after it would wait until somebody looks for what got lost.
drop trigger check_in_fulfils;
create trigger event_log_fulfils after insert on event_log
when new.echo_of is null
  and new.kind = 'booking.updated'
begin
  insert into event_log (public_id, org_id, kind, subject, payload, happened_at, echo_of)
  select new.public_id || '_order_fulfilled', new.org_id, 'order.fulfilled', new.subject, new.payload, new.happened_at,
         new.public_id
  from booking
  where booking.public_id = new.subject
    and booking.checked_in_at is not null
    and not exists (
      select 1 from event_log as earlier where earlier.subject = new.subject and earlier.kind = 'order.fulfilled');
end;
