-- What: the catalogue and what it needs. JSON columns hold the engine's own types, checked when they are written.

create table resource (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  kind text not null check (kind in ('VEHICLE', 'GUIDE', 'ROOM', 'EQUIPMENT', 'PARTNER', 'STAFF', 'STOCK')),
  name text not null check (length(name) between 1 and 200),
  -- Whether customers may know its name: the therapist, not the guide on leave.
  public integer not null default 0 check (public in (0, 1)),
  units integer not null check (units between 0 and 100000),
  weekly text not null default '[]' check (json_valid(weekly)),
  overrides text not null default '[]' check (json_valid(overrides)),
  email text,
  archived_at integer,
  created_at integer not null,
  updated_at integer not null,
  unique (org_id, id)
) strict;

create table block (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  -- None closes the whole venue.
  resource_id integer,
  starts_at integer,
  ends_at integer,
  from_date text,
  to_date text,
  reason text not null default '',
  created_at integer not null,
  foreign key (org_id, resource_id) references resource (org_id, id) on delete cascade,
  check ((starts_at is not null and ends_at > starts_at and from_date is null and to_date is null)
      or (starts_at is null and ends_at is null and from_date is not null and to_date >= from_date))
) strict;
create index block_by_resource on block (org_id, resource_id);

create table category (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  -- What it sorts: offerings, or one of the families of add-ons.
  family text not null default 'OFFERING' check (family in ('OFFERING', 'ADD_ON', 'BACKDROP', 'EXTRA')),
  name text not null,
  position integer not null default 0,
  unique (org_id, id)
) strict;
create index category_by_org on category (org_id, family, position);

create table offering_group (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  category_id integer,
  name text not null,
  position integer not null default 0,
  unique (org_id, id),
  foreign key (org_id, category_id) references category (org_id, id)
) strict;
create index offering_group_by_category on offering_group (org_id, category_id, position);

create table offering (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  brand_id integer,
  kind text not null check (kind in ('TOUR', 'EVENT', 'APPOINTMENT', 'ROOM', 'PACKAGE')),
  category_id integer,
  group_id integer,
  name text not null check (length(name) between 1 and 200),
  summary text,
  description text,
  image text,
  media text not null default '[]' check (json_valid(media)),
  languages text not null default '[]' check (json_valid(languages)),
  schedule text not null default '{}' check (json_valid(schedule)),
  length text not null check (json_valid(length)),
  capacity_kind text not null check (capacity_kind in ('seats', 'groups', 'perDay', 'unlimited')),
  capacity_units integer,
  rules text not null default '{}' check (json_valid(rules)),
  approval integer not null default 0 check (approval in (0, 1)),
  visibility text not null default 'PUBLIC' check (visibility in ('PUBLIC', 'UNLISTED', 'PRIVATE')),
  status text not null default 'DRAFT' check (status in ('DRAFT', 'PUBLISHED', 'ARCHIVED')),
  position integer not null default 0,
  created_at integer not null,
  updated_at integer not null,
  unique (org_id, id),
  check ((capacity_kind = 'unlimited') = (capacity_units is null)),
  check (capacity_units between 0 and 100000),
  foreign key (org_id, brand_id) references brand (org_id, id),
  foreign key (org_id, category_id) references category (org_id, id),
  foreign key (org_id, group_id) references offering_group (org_id, id)
) strict;
create index offering_by_org on offering (org_id, kind, status, position);
create index offering_by_group on offering (group_id) where group_id is not null;

create table party_type (
  id integer primary key,
  org_id integer not null references org (id),
  offering_id integer not null,
  code text not null,
  name text not null,
  note text,
  seats integer not null check (seats between 0 and 1000),
  min integer not null default 0,
  max integer,
  position integer not null default 0,
  unique (offering_id, code),
  foreign key (org_id, offering_id) references offering (org_id, id) on delete cascade
) strict;

create table tariff (
  offering_id integer primary key,
  org_id integer not null references org (id),
  -- The engine's tariff without its offering.
  body text not null check (json_valid(body)),
  foreign key (org_id, offering_id) references offering (org_id, id) on delete cascade
) strict;

-- What an offering needs: each row from a pool of resources. Relational, so that "in use by" can be told.
create table requirement (
  id integer primary key,
  org_id integer not null references org (id),
  offering_id integer not null,
  position integer not null,
  need text not null check (need in ('perDeparture', 'perBooking', 'perSeats', 'perDepartureSeats')),
  amount integer not null check (amount between 1 and 100000),
  unique (offering_id, position),
  unique (org_id, id),
  foreign key (org_id, offering_id) references offering (org_id, id) on delete cascade
) strict;

create table requirement_resource (
  org_id integer not null references org (id),
  requirement_id integer not null,
  resource_id integer not null,
  position integer not null default 0,
  primary key (requirement_id, resource_id),
  foreign key (org_id, requirement_id) references requirement (org_id, id) on delete cascade,
  foreign key (org_id, resource_id) references resource (org_id, id)
) strict, without rowid;
create index requirement_resource_by_resource on requirement_resource (resource_id);

create table add_on (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  family text not null default 'ADD_ON' check (family in ('ADD_ON', 'BACKDROP', 'EXTRA')),
  category_id integer,
  name text not null check (length(name) between 1 and 200),
  -- What runs out, if it can.
  stock_resource_id integer,
  -- The engine's add-on without id, name, stock and offerings.
  body text not null check (json_valid(body)),
  status text not null default 'PUBLISHED' check (status in ('DRAFT', 'PUBLISHED', 'ARCHIVED')),
  position integer not null default 0,
  unique (org_id, id),
  foreign key (org_id, category_id) references category (org_id, id),
  foreign key (org_id, stock_resource_id) references resource (org_id, id)
) strict;
create index add_on_by_org on add_on (org_id, status, position);

create table add_on_offering (
  org_id integer not null references org (id),
  add_on_id integer not null,
  offering_id integer not null,
  free integer not null default 0 check (free in (0, 1)),
  primary key (add_on_id, offering_id),
  foreign key (org_id, add_on_id) references add_on (org_id, id) on delete cascade,
  foreign key (org_id, offering_id) references offering (org_id, id) on delete cascade
) strict, without rowid;
create index add_on_offering_by_offering on add_on_offering (offering_id);

create table coupon (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  code text not null collate nocase check (length(code) between 1 and 64),
  -- The engine's coupon without its code and without what depends on who asks.
  body text not null check (json_valid(body)),
  max_uses integer,
  max_uses_per_customer integer,
  archived_at integer,
  created_at integer not null,
  unique (org_id, code),
  unique (org_id, id)
) strict;

-- What the business asks: of everybody, or of those who book one offering.
create table question (
  id integer primary key,
  org_id integer not null references org (id),
  offering_id integer,
  column_name text not null check (length(column_name) between 1 and 64),
  label text not null,
  kind text not null check (kind in ('text', 'textarea', 'select', 'checkbox')),
  required integer not null default 0 check (required in (0, 1)),
  options text not null default '[]' check (json_valid(options)),
  position integer not null default 0,
  foreign key (org_id, offering_id) references offering (org_id, id) on delete cascade
) strict;
create index question_by_offering on question (org_id, offering_id, position);

create table calendar (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  name text not null,
  view text not null default 'month' check (view in ('month', 'week', 'list')),
  languages text not null default '["en"]' check (json_valid(languages)),
  -- Origins that may embed it; none means any.
  origins text not null default '[]' check (json_valid(origins)),
  theme text not null default '{}' check (json_valid(theme)),
  created_at integer not null,
  unique (org_id, id)
) strict;
create index calendar_by_org on calendar (org_id);

create table calendar_offering (
  org_id integer not null references org (id),
  calendar_id integer not null,
  offering_id integer not null,
  position integer not null default 0,
  primary key (calendar_id, offering_id),
  foreign key (org_id, calendar_id) references calendar (org_id, id) on delete cascade,
  foreign key (org_id, offering_id) references offering (org_id, id) on delete cascade
) strict, without rowid;
create index calendar_offering_by_offering on calendar_offering (offering_id);
