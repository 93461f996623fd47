-- The law: what must hold for every writer, whatever the code above believes.
-- Triggers have no clock, so a claim brings its own: holds that ended before its checked_at do not count against it.

-- The seats that a claim finds taken on its departure, its own included.
create view departure_load as
select new.id as claim_id, (
  select coalesce(sum(c.units), 0) from claim c
  where c.offering_id = new.offering_id and c.departure_at = new.departure_at and c.released_at is null
    and (c.id = new.id or c.held_until is null or c.held_until > new.checked_at)
) as taken
from claim new;

-- The claims that a claim meets on its resource, itself included.
create view claim_beside as
select new.id as claim_id, c.id, c.starts_at, c.ends_at, c.units, c.share_offering_id, c.share_departure_at
from claim new join claim c
  on c.resource_id = new.resource_id and c.starts_at > new.starts_at - 2678400
    and c.starts_at < new.ends_at and c.ends_at > new.starts_at and c.released_at is null
    and (c.id = new.id or c.held_until is null or c.held_until > new.checked_at);

-- When the load of a resource can become too high during a claim: it rises where a claim starts.
create view load_point as
select claim.id as claim_id, other.starts_at as at
from claim join claim_beside other on other.claim_id = claim.id
where other.id = claim.id or other.starts_at > claim.starts_at;

-- What is in use of a claim's resource at those moments. Claims that a departure's bookings share count once, by their
-- largest.
create view resource_load as
select point.claim_id, point.at, (
    select coalesce(sum(c.units), 0) from claim_beside c
    where c.claim_id = point.claim_id and c.share_offering_id is null and c.starts_at <= point.at and c.ends_at > point.at
  ) + (
    select coalesce(sum(most), 0) from (
      select max(c.units) as most from claim_beside c
      where c.claim_id = point.claim_id and c.share_offering_id is not null
        and c.starts_at <= point.at and c.ends_at > point.at
      group by c.share_offering_id, c.share_departure_at)
  ) as units
from load_point point;

-- A departure never holds more than its seats.
create view overbooked_claim as
select load.claim_id
from departure_load load
join claim c on c.id = load.claim_id
join offering o on o.id = c.offering_id
left join departure_override d on d.offering_id = o.id and d.departure_at = c.departure_at
where o.capacity_units is not null
  and (coalesce(d.cancelled, 0) = 1 or load.taken > coalesce(d.capacity, o.capacity_units));

create trigger claim_is_decided_on_what_is_true after insert on claim
when new.seats_before is not null and new.offering_id is not null and new.released_at is null
begin
  select raise(abort, 'stale_departure')
  from departure_load where claim_id = new.id and taken - new.units <> new.seats_before;
end;

create trigger claim_fits_its_departure after insert on claim
when new.offering_id is not null and new.released_at is null
begin
  select raise(abort, 'overbooked') from overbooked_claim where claim_id = new.id;
end;

-- A resource never has more in use at any instant than it has units.
create trigger claim_fits_its_resource after insert on claim
when new.resource_id is not null and new.released_at is null
begin
  select raise(abort, 'resource_busy')
  from resource r join resource_load load on load.claim_id = new.id
  where r.id = new.resource_id and load.units > r.units;
end;

-- The same when a claim changes: a hold that is confirmed or extended, a release that is taken back.
create trigger claim_still_fits_its_departure
after update of offering_id, departure_at, resource_id, starts_at, ends_at, units, held_until, released_at,
  share_offering_id, share_departure_at on claim
when new.offering_id is not null and new.released_at is null
begin
  select raise(abort, 'overbooked') from overbooked_claim where claim_id = new.id;
end;

create trigger claim_still_fits_its_resource
after update of offering_id, departure_at, resource_id, starts_at, ends_at, units, held_until, released_at,
  share_offering_id, share_departure_at on claim
when new.resource_id is not null and new.released_at is null
begin
  select raise(abort, 'resource_busy')
  from resource r join resource_load load on load.claim_id = new.id
  where r.id = new.resource_id and load.units > r.units;
end;

-- Nobody takes away what is sold: seats, a departure's seats, units of a resource.
create trigger offering_keeps_its_seats before update of capacity_units on offering
when new.capacity_units is not null and new.capacity_units < coalesce(old.capacity_units, 100000)
begin
  select raise(abort, 'below_sold')
  from claim c
  where c.offering_id = new.id and c.departure_at >= new.updated_at and c.released_at is null
    and (c.held_until is null or c.held_until > new.updated_at)
    and not exists (select 1 from departure_override d
      where d.offering_id = c.offering_id and d.departure_at = c.departure_at and d.capacity is not null)
  group by c.departure_at
  having sum(c.units) > new.capacity_units;
end;

create trigger departure_starts_above_sold before insert on departure_override
when new.capacity is not null
begin
  select raise(abort, 'below_sold')
  where new.capacity < (select coalesce(sum(c.units), 0) from claim c
    where c.offering_id = new.offering_id and c.departure_at = new.departure_at and c.released_at is null
      and (c.held_until is null or c.held_until > new.updated_at));
end;

create trigger departure_stays_above_sold before update of capacity on departure_override
begin
  select raise(abort, 'below_sold')
  from offering o
  where o.id = new.offering_id
    and coalesce(new.capacity, o.capacity_units) < (select coalesce(sum(c.units), 0) from claim c
    where c.offering_id = new.offering_id and c.departure_at = new.departure_at and c.released_at is null
      and (c.held_until is null or c.held_until > new.updated_at));
end;

-- Without its override a departure has the offering's seats again, which may be fewer.
create trigger departure_returns_above_sold before delete on departure_override
begin
  select raise(abort, 'below_sold')
  from offering o
  where o.id = old.offering_id
    and o.capacity_units < (select coalesce(sum(c.units), 0) from claim c
    where c.offering_id = old.offering_id and c.departure_at = old.departure_at and c.released_at is null
      and (c.held_until is null or c.held_until > old.updated_at));
end;

create trigger resource_keeps_its_units before update of units on resource
when new.units < old.units
begin
  select raise(abort, 'below_sold')
  from (
    select distinct c.starts_at as at from claim c
    where c.resource_id = new.id and c.starts_at > new.updated_at - 2678400 and c.ends_at > new.updated_at
      and c.released_at is null and (c.held_until is null or c.held_until > new.updated_at)
  ) p
  where new.units < (
      select coalesce(sum(c.units), 0) from claim c
      where c.resource_id = new.id and c.starts_at > p.at - 2678400 and c.starts_at <= p.at and c.ends_at > p.at
        and c.share_offering_id is null and c.released_at is null
        and (c.held_until is null or c.held_until > new.updated_at)
    ) + (
      select coalesce(sum(units), 0) from (
        select max(c.units) as units from claim c
        where c.resource_id = new.id and c.starts_at > p.at - 2678400 and c.starts_at <= p.at and c.ends_at > p.at
          and c.share_offering_id is not null and c.released_at is null
          and (c.held_until is null or c.held_until > new.updated_at)
        group by c.share_offering_id, c.share_departure_at
      )
    );
end;

-- A coupon is not used more often than it may be.
create trigger coupon_use_is_allowed before insert on coupon_use
when new.released_at is null
begin
  select raise(abort, 'coupon_used_up')
  from coupon k where k.id = new.coupon_id
    and k.max_uses <= (select count(*) from coupon_use u
      where u.coupon_id = new.coupon_id and u.released_at is null and (u.held_until is null or u.held_until > new.used_at));
  select raise(abort, 'coupon_already_used')
  from coupon k where k.id = new.coupon_id and new.email is not null
    and k.max_uses_per_customer <= (select count(*) from coupon_use u
      where u.coupon_id = new.coupon_id and u.email = new.email and u.released_at is null
        and (u.held_until is null or u.held_until > new.used_at));
end;

-- States move only along the table.
create trigger booking_begins_at_the_beginning before insert on booking
when new.state not in ('PROPOSAL_OPEN', 'PROPOSAL_RESERVED', 'PROPOSAL_REVIEW', 'PENDING', 'AWAITING_APPROVAL', 'CONFIRMED')
begin
  select raise(abort, 'bad_transition');
end;

create trigger booking_moves_along_the_table before update of state on booking
when new.state <> old.state
begin
  select raise(abort, 'bad_transition')
  where not exists (select 1 from booking_transition t where t.from_state = old.state and t.to_state = new.state);
end;

-- Nobody decides on what somebody else has changed meanwhile.
create trigger booking_is_not_overwritten before update of version on booking
when new.version <> old.version + 1
begin
  select raise(abort, 'stale_booking');
end;

-- A booking that is over lets go of what it claimed, and of its coupon.
create trigger booking_lets_go after update of state on booking
when new.state in ('EXPIRED', 'REJECTED', 'CANCELLED') and old.state <> new.state
begin
  update claim set released_at = new.updated_at
  where released_at is null and booking_item_id in (select i.id from booking_item i where i.booking_id = new.id);
  update coupon_use set released_at = new.updated_at where booking_id = new.id and released_at is null;
end;

-- Only ever added to.
create trigger ledger_is_not_changed before update on ledger_entry begin select raise(abort, 'append_only'); end;
create trigger ledger_is_not_erased before delete on ledger_entry begin select raise(abort, 'append_only'); end;
create trigger audit_is_not_changed before update on audit begin select raise(abort, 'append_only'); end;
create trigger audit_is_not_erased before delete on audit begin select raise(abort, 'append_only'); end;

-- Whatever a snapshot shows raises the organization's revision, whoever writes it.
create trigger org_is_revised after update of slug, name, timezone, currency, locale, hold_seconds, settings, price_rules on org
begin
  update org set revision = revision + 1 where id = new.id;
end;
create trigger resource_added_revises after insert on resource begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger resource_changed_revises after update on resource begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger resource_removed_revises after delete on resource begin update org set revision = revision + 1 where id = old.org_id; end;
create trigger block_added_revises after insert on block begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger block_changed_revises after update on block begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger block_removed_revises after delete on block begin update org set revision = revision + 1 where id = old.org_id; end;
create trigger offering_added_revises after insert on offering begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger offering_changed_revises after update on offering begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger offering_removed_revises after delete on offering begin update org set revision = revision + 1 where id = old.org_id; end;
create trigger party_type_added_revises after insert on party_type begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger party_type_changed_revises after update on party_type begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger party_type_removed_revises after delete on party_type begin update org set revision = revision + 1 where id = old.org_id; end;
create trigger tariff_added_revises after insert on tariff begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger tariff_changed_revises after update on tariff begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger tariff_removed_revises after delete on tariff begin update org set revision = revision + 1 where id = old.org_id; end;
create trigger requirement_added_revises after insert on requirement begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger requirement_changed_revises after update on requirement begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger requirement_removed_revises after delete on requirement begin update org set revision = revision + 1 where id = old.org_id; end;
create trigger requirement_resource_added_revises after insert on requirement_resource begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger requirement_resource_removed_revises after delete on requirement_resource begin update org set revision = revision + 1 where id = old.org_id; end;
create trigger add_on_added_revises after insert on add_on begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger add_on_changed_revises after update on add_on begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger add_on_removed_revises after delete on add_on begin update org set revision = revision + 1 where id = old.org_id; end;
create trigger add_on_offering_added_revises after insert on add_on_offering begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger add_on_offering_changed_revises after update on add_on_offering begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger add_on_offering_removed_revises after delete on add_on_offering begin update org set revision = revision + 1 where id = old.org_id; end;
create trigger question_added_revises after insert on question begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger question_changed_revises after update on question begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger question_removed_revises after delete on question begin update org set revision = revision + 1 where id = old.org_id; end;
create trigger calendar_added_revises after insert on calendar begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger calendar_changed_revises after update on calendar begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger calendar_removed_revises after delete on calendar begin update org set revision = revision + 1 where id = old.org_id; end;
create trigger calendar_offering_added_revises after insert on calendar_offering begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger calendar_offering_changed_revises after update on calendar_offering begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger calendar_offering_removed_revises after delete on calendar_offering begin update org set revision = revision + 1 where id = old.org_id; end;
create trigger departure_override_added_revises after insert on departure_override begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger departure_override_changed_revises after update on departure_override begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger departure_override_removed_revises after delete on departure_override begin update org set revision = revision + 1 where id = old.org_id; end;
create trigger claim_added_revises after insert on claim begin update org set revision = revision + 1 where id = new.org_id; end;
create trigger claim_changed_revises after update on claim begin update org set revision = revision + 1 where id = new.org_id; end;

-- Whatever decides a price raises the version that quotes are hashed with.
create trigger org_price_rules_reprice after update of currency, price_rules on org
begin
  update org set price_version = price_version + 1 where id = new.id;
end;
create trigger tariff_added_reprices after insert on tariff begin update org set price_version = price_version + 1 where id = new.org_id; end;
create trigger tariff_changed_reprices after update on tariff begin update org set price_version = price_version + 1 where id = new.org_id; end;
create trigger tariff_removed_reprices after delete on tariff begin update org set price_version = price_version + 1 where id = old.org_id; end;
create trigger add_on_added_reprices after insert on add_on begin update org set price_version = price_version + 1 where id = new.org_id; end;
create trigger add_on_changed_reprices after update on add_on begin update org set price_version = price_version + 1 where id = new.org_id; end;
create trigger add_on_removed_reprices after delete on add_on begin update org set price_version = price_version + 1 where id = old.org_id; end;
create trigger add_on_offering_added_reprices after insert on add_on_offering begin update org set price_version = price_version + 1 where id = new.org_id; end;
create trigger add_on_offering_changed_reprices after update on add_on_offering begin update org set price_version = price_version + 1 where id = new.org_id; end;
create trigger add_on_offering_removed_reprices after delete on add_on_offering begin update org set price_version = price_version + 1 where id = old.org_id; end;
