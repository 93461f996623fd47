-- Mails about bookings: which booking, which reminders went out, who does not want them; and which services outside are down.

-- A service outside that fails: so many times in a row, and nobody asks it before that moment.
create table circuit (
  name text primary key check (length(name) between 1 and 100),
  failures integer not null default 0 check (failures >= 0),
  open_until integer not null default 0,
  failure text,
  failed_at integer
) strict;
create index circuit_failing on circuit (name) where failures > 0;

alter table mail add column booking_id integer references booking (id);
create index mail_by_booking on mail (booking_id, id) where booking_id is not null;
create trigger mail_is_about_a_booking_of_its_organization before insert on mail
when new.booking_id is not null
  and not exists (select 1 from booking where booking.id = new.booking_id and booking.org_id = new.org_id)
begin
  select raise(abort, 'another_organization');
end;

-- A reminder goes out once for each start and lead time, however often the clock looks. Its row is in the mail's own batch.
create table reminder (
  org_id integer not null references org (id),
  booking_id integer not null,
  starts_at integer not null,
  hours integer not null check (hours between 1 and 720),
  at integer not null,
  primary key (booking_id, starts_at, hours),
  foreign key (org_id, booking_id) references booking (org_id, id)
) strict, without rowid;
create index reminder_by_start on reminder (starts_at);

-- Who wants no reminders of an organization any more.
create table reminder_refusal (
  org_id integer not null references org (id),
  email text not null collate nocase check (length(email) between 3 and 254),
  at integer not null,
  primary key (org_id, email)
) strict, without rowid;

-- Whoever is open may have somebody to remind.
create index org_open on org (id) where closed_at is null;
