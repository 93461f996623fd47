-- The catalogue is changed while it is sold from: nobody takes away what is in use, and nobody books by rules that no
-- longer hold.

-- Grows with every change of an offering. A claim brings the version that it was decided by.
alter table offering add column version integer not null default 1;
alter table claim add column offering_version integer;
-- It was never booked and is gone for everybody.
alter table offering add column removed_at integer;

-- A booking that was decided before the offering changed is decided again.
create trigger claim_knows_its_offering before insert on claim
when new.offering_id is not null and new.offering_version is not null and new.released_at is null
begin
  select raise(abort, 'stale_departure')
  from offering o where o.id = new.offering_id and o.version <> new.offering_version;
end;

-- Where only resources limit an offering, its seats do not: the departure itself has to be there.
create trigger claim_finds_its_departure before insert on claim
when new.offering_id is not null and new.released_at is null
begin
  select raise(abort, 'stale_departure')
  from departure_override d
  join offering o on o.id = d.offering_id
  where d.offering_id = new.offering_id and d.departure_at = new.departure_at and d.cancelled = 1
    and o.capacity_units is null;
end;

create index add_on_by_stock on add_on (stock_resource_id) where stock_resource_id is not null;

-- What an offering, an add-on or a booking still needs does not go.
create trigger resource_in_use_stays before update of archived_at on resource
when old.archived_at is null and new.archived_at is not null
begin
  select raise(abort, 'resource_in_use')
  from requirement_resource p
  join requirement r on r.id = p.requirement_id
  join offering o on o.id = r.offering_id
  where p.resource_id = new.id and o.status <> 'ARCHIVED';
  select raise(abort, 'resource_in_use')
  from add_on a where a.stock_resource_id = new.id and a.status <> 'ARCHIVED';
  select raise(abort, 'resource_in_use')
  from claim c
  where c.resource_id = new.id and c.starts_at > new.archived_at - 2678400 and c.ends_at > new.archived_at
    and c.released_at is null and (c.held_until is null or c.held_until > new.archived_at);
end;

-- And what went is not needed anew.
create trigger requirement_names_what_is_there before insert on requirement_resource
when exists (select 1 from resource r where r.id = new.resource_id and r.archived_at is not null)
begin
  select raise(abort, 'resource_gone');
end;
