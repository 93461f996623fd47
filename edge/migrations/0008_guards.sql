-- Laws that speak of venue dates: a limit of bookings for each date, and dates on which a resource has fewer units.
-- SQLite knows no zones. Whoever claims writes down when the dates that it touches begin and end; what needs to know a date
-- refuses a claim (`day_unknown`) whose dates are not there.

create table venue_day (
  org_id integer not null references org (id),
  date text not null check (date glob '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9]'),
  starts_at integer not null,
  ends_at integer not null,
  primary key (org_id, date),
  -- 22 to 26 hours: clocks change by an hour or two.
  check (ends_at - starts_at between 79200 and 93600)
) strict, without rowid;
create index venue_day_by_start on venue_day (org_id, starts_at);

-- Dates mean other instants in another zone, so that what is sold for them would no longer be what was sold.
create trigger org_keeps_its_zone after update of timezone on org
when new.timezone <> old.timezone
begin
  select raise(abort, 'zone_in_use')
  from booking_item i join claim c on c.booking_item_id = i.id
  where i.org_id = new.id and i.starts_at > new.updated_at - 2678400 and c.ends_at > new.updated_at
    and c.released_at is null and (c.held_until is null or c.held_until > new.updated_at)
  limit 1;
  delete from venue_day where org_id = new.id;
end;

-- The dates on which a resource has units of its own.
create view dated_units as
select r.id as resource_id, day.starts_at, day.ends_at, own.value ->> 'units' as units
from resource r
join json_each(r.overrides) own on own.value ->> 'units' is not null
join venue_day day on day.org_id = r.org_id and day.date = own.value ->> 'date';

-- Besides where a claim starts, a load can become too high where a date with fewer units begins.
drop view load_point;
create view load_point as
select claim.id as claim_id, other.starts_at as at
from claim join claim_beside other on other.claim_id = claim.id
where other.id = claim.id or other.starts_at > claim.starts_at
union all
select claim.id, dated.starts_at
from claim join dated_units dated on dated.resource_id = claim.resource_id
where dated.starts_at > claim.starts_at and dated.starts_at < claim.ends_at;

-- Claims on more than their resource has on one of its dates.
create view claim_over_its_dates as
select load.claim_id
from resource_load load
join claim c on c.id = load.claim_id
join dated_units dated
  on dated.resource_id = c.resource_id and dated.starts_at <= load.at and dated.ends_at > load.at
where load.units > dated.units;

-- Claims whose dates would have to be known, and are not all.
create view claim_on_unknown_dates as
select c.id as claim_id
from claim c
where c.ends_at - c.starts_at > (
    select coalesce(sum(min(day.ends_at, c.ends_at) - max(day.starts_at, c.starts_at)), 0) from venue_day day
    where day.org_id = c.org_id and day.starts_at > c.starts_at - 93600 and day.starts_at < c.ends_at
      and day.ends_at > c.starts_at)
  and (exists (select 1 from offering o where o.id = c.offering_id and o.rules ->> 'maxPerDay' is not null)
    or exists (select 1 from resource r join json_each(r.overrides) own on own.value ->> 'units' is not null
      where r.id = c.resource_id));

-- Claims that begin a booking on a date which has more of them than its offering allows.
create view claim_on_full_day as
select new.id as claim_id
from claim new
join offering o on o.id = new.offering_id
join venue_day day
  on day.org_id = new.org_id and day.starts_at > new.departure_at - 93600 and day.starts_at <= new.departure_at
    and day.ends_at > new.departure_at
join booking_item i on i.id = new.booking_item_id and i.starts_at >= day.starts_at and i.starts_at < day.ends_at
where o.rules ->> 'maxPerDay' < (
  select count(*) from claim c
  where c.offering_id = new.offering_id and c.departure_at >= day.starts_at and c.departure_at < day.ends_at
    and c.released_at is null and (c.id = new.id or c.held_until is null or c.held_until > new.checked_at));

create trigger claim_fits_its_dates after insert on claim
when new.released_at is null
begin
  select raise(abort, 'day_unknown') from claim_on_unknown_dates where claim_id = new.id;
  select raise(abort, 'day_full') from claim_on_full_day where claim_id = new.id;
  select raise(abort, 'resource_busy') from claim_over_its_dates where claim_id = new.id;
end;

create trigger claim_still_fits_its_dates
after update of offering_id, departure_at, resource_id, starts_at, ends_at, units, held_until, released_at,
  share_offering_id, share_departure_at on claim
when new.released_at is null
begin
  select raise(abort, 'day_unknown') from claim_on_unknown_dates where claim_id = new.id;
  select raise(abort, 'day_full') from claim_on_full_day where claim_id = new.id;
  select raise(abort, 'resource_busy') from claim_over_its_dates where claim_id = new.id;
end;

-- Nobody takes away what is sold: bookings of a date.
create trigger offering_keeps_its_days after update of rules on offering
when new.rules ->> 'maxPerDay' is not null
  and (old.rules ->> 'maxPerDay' is null or new.rules ->> 'maxPerDay' < old.rules ->> 'maxPerDay')
begin
  select raise(abort, 'below_sold')
  from venue_day day
  where day.org_id = new.org_id and day.starts_at > new.updated_at - 93600 and day.ends_at > new.updated_at
    and new.rules ->> 'maxPerDay' < (
      select count(*) from claim c
      where c.offering_id = new.id and c.departure_at >= day.starts_at and c.departure_at < day.ends_at
        and c.released_at is null and (c.held_until is null or c.held_until > new.updated_at));
end;

-- Nobody takes away what is sold: units of a resource, altogether or on a date. A date that nobody has written down has
-- nothing sold.
drop trigger resource_keeps_its_units;
create trigger resource_keeps_its_units after update of units, overrides on resource
when new.units < old.units or new.overrides <> old.overrides
begin
  select raise(abort, 'below_sold')
  from (
    select p.at,
      min(new.units, coalesce((
        select min(dated.units) from dated_units dated
        where dated.resource_id = new.id and dated.starts_at <= p.at and dated.ends_at > p.at), new.units)) as after,
      min(old.units, coalesce((
        select min(own.value ->> 'units') from json_each(old.overrides) own
        join venue_day day on day.org_id = new.org_id and day.date = own.value ->> 'date'
        where own.value ->> 'units' is not null and day.starts_at <= p.at and day.ends_at > p.at), old.units)) as before
    from (
      select c.starts_at as at from claim c
      where c.resource_id = new.id and c.starts_at > new.updated_at - 2678400 and c.ends_at > new.updated_at
        and c.released_at is null and (c.held_until is null or c.held_until > new.updated_at)
      union
      select dated.starts_at from dated_units dated where dated.resource_id = new.id and dated.ends_at > new.updated_at
    ) p
  ) point
  where point.after < point.before and point.after < (
      select coalesce(sum(c.units), 0) from claim c
      where c.resource_id = new.id and c.starts_at > point.at - 2678400 and c.starts_at <= point.at
        and c.ends_at > point.at and c.share_offering_id is null and c.released_at is null
        and (c.held_until is null or c.held_until > new.updated_at)
    ) + (
      select coalesce(sum(units), 0) from (
        select max(c.units) as units from claim c
        where c.resource_id = new.id and c.starts_at > point.at - 2678400 and c.starts_at <= point.at
          and c.ends_at > point.at and c.share_offering_id is not null and c.released_at is null
          and (c.held_until is null or c.held_until > new.updated_at)
        group by c.share_offering_id, c.share_departure_at
      )
    );
end;

-- What the nightly clearing looks for.
create index attempt_by_age on attempt (started_at);
