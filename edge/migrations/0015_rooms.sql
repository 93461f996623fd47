-- Who asked to be told in the words of the rooms surface is told of rooms: of what happens to a booking without one, or to the
-- money for it, there is nothing to say in them.
create trigger rooms_are_told_of_rooms after insert on delivery
when (select shape from webhook_endpoint where id = new.endpoint_id) = 'rooms'
  and exists (select 1 from booking where public_id = new.subject)
  and not exists (
    select 1
    from booking
    join booking_item as item on item.booking_id = booking.id
    join offering on offering.id = item.offering_id
    where booking.public_id = new.subject and offering.kind = 'ROOM')
begin
  delete from delivery where id = new.id;
end;
