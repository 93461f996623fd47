-- Sold: customers, bookings, what they claim and what they owe.

create table customer (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  email text not null collate nocase check (length(email) between 3 and 254),
  name text not null check (length(name) between 1 and 200),
  phone text,
  note text,
  created_at integer not null,
  updated_at integer not null,
  unique (org_id, email),
  unique (org_id, id)
) strict;

-- Every step of the life cycle that exists. The engine decides by the same table; a test compares the two.
create table booking_transition (
  from_state text not null,
  to_state text not null,
  primary key (from_state, to_state)
) strict, without rowid;
insert into booking_transition (from_state, to_state) values
  ('PROPOSAL_OPEN', 'PROPOSAL_RESERVED'), ('PROPOSAL_OPEN', 'PROPOSAL_REVIEW'), ('PROPOSAL_OPEN', 'CONFIRMED'),
  ('PROPOSAL_OPEN', 'CANCELLED'), ('PROPOSAL_OPEN', 'EXPIRED'),
  ('PROPOSAL_RESERVED', 'PROPOSAL_OPEN'), ('PROPOSAL_RESERVED', 'PROPOSAL_REVIEW'), ('PROPOSAL_RESERVED', 'CONFIRMED'),
  ('PROPOSAL_RESERVED', 'CANCELLED'), ('PROPOSAL_RESERVED', 'EXPIRED'),
  ('PROPOSAL_REVIEW', 'PROPOSAL_RESERVED'), ('PROPOSAL_REVIEW', 'CONFIRMED'), ('PROPOSAL_REVIEW', 'CANCELLED'),
  ('PROPOSAL_REVIEW', 'EXPIRED'),
  ('PENDING', 'AWAITING_APPROVAL'), ('PENDING', 'CONFIRMED'), ('PENDING', 'EXPIRED'), ('PENDING', 'CANCELLED'),
  ('AWAITING_APPROVAL', 'CONFIRMED'), ('AWAITING_APPROVAL', 'REJECTED'), ('AWAITING_APPROVAL', 'EXPIRED'),
  ('AWAITING_APPROVAL', 'CANCELLED'),
  ('CONFIRMED', 'CANCELLED'), ('CONFIRMED', 'COMPLETED'),
  ('EXPIRED', 'AWAITING_APPROVAL'), ('EXPIRED', 'CONFIRMED'),
  ('REJECTED', 'CONFIRMED'), ('REJECTED', 'REFUNDED'),
  ('CANCELLED', 'CONFIRMED'), ('CANCELLED', 'REFUNDED'),
  ('COMPLETED', 'REFUNDED');

create table booking (
  id integer primary key,
  public_id text not null unique,
  org_id integer not null references org (id),
  brand_id integer,
  -- Drawn when it is no longer a hold: HB-2026-000123.
  number text,
  state text not null check (state in ('PROPOSAL_OPEN', 'PROPOSAL_RESERVED', 'PROPOSAL_REVIEW', 'PENDING',
    'AWAITING_APPROVAL', 'CONFIRMED', 'EXPIRED', 'REJECTED', 'CANCELLED', 'REFUNDED', 'COMPLETED')),
  channel text not null default 'widget',
  calendar_id integer,
  customer_id integer,
  -- As given with this booking; the customer's own record may change later.
  contact_name text,
  contact_email text collate nocase,
  contact_phone text,
  locale text,
  country text,
  currency text not null check (length(currency) = 3),
  total integer not null check (total >= 0),
  due_now integer not null check (due_now >= 0),
  due_later integer not null check (due_later >= 0),
  refunded integer not null default 0 check (refunded >= 0),
  -- The price as it was agreed, line by line.
  quote text not null check (json_valid(quote)),
  coupon_code text collate nocase,
  answers text not null default '{}' check (json_valid(answers)),
  -- The customer's own page: its token hashed to find it by, and sealed to write it into a later e-mail.
  token_hash text unique,
  token_sealed text,
  hold_token_hash text unique,
  -- A hold, or a proposal, counts until then.
  held_until integer,
  -- A cart whose hold ran out was told of at this moment.
  abandoned_at integer,
  rescheduled_at integer,
  rescheduled_from integer,
  checked_in_at integer,
  no_show_at integer,
  cancelled_at integer,
  cancelled_by text,
  cancel_reason text,
  created_at integer not null,
  updated_at integer not null,
  -- Raised by one with every change, so that a decision made on an older reading is refused.
  version integer not null default 1,
  unique (org_id, id),
  unique (org_id, number),
  check (total = due_now + due_later),
  check (state <> 'PENDING' or held_until is not null),
  foreign key (org_id, brand_id) references brand (org_id, id),
  foreign key (org_id, calendar_id) references calendar (org_id, id),
  foreign key (org_id, customer_id) references customer (org_id, id)
) strict;
create index booking_by_org on booking (org_id, state, created_at);
create index booking_by_customer on booking (customer_id) where customer_id is not null;
create index booking_by_expiry on booking (held_until) where state = 'PENDING';

create table booking_item (
  id integer primary key,
  org_id integer not null references org (id),
  booking_id integer not null,
  position integer not null,
  offering_id integer not null,
  -- Its name when it was booked.
  name text not null,
  starts_at integer not null,
  ends_at integer not null check (ends_at > starts_at),
  party text not null check (json_valid(party)),
  add_ons text not null default '[]' check (json_valid(add_ons)),
  private integer not null default 0 check (private in (0, 1)),
  length integer,
  total integer not null check (total >= 0),
  -- What comes back on cancelling, as it was agreed.
  refund_tiers text not null default '[]' check (json_valid(refund_tiers)),
  unique (booking_id, position),
  unique (org_id, id),
  foreign key (org_id, booking_id) references booking (org_id, id),
  foreign key (org_id, offering_id) references offering (org_id, id)
) strict;
create index booking_item_by_start on booking_item (org_id, starts_at);
create index booking_item_by_offering on booking_item (offering_id, starts_at);

-- The invoice's lines: net + tax = gross, and the gross adds up to the total but for the rounding.
create table booking_line (
  id integer primary key,
  org_id integer not null references org (id),
  booking_id integer not null,
  position integer not null,
  item_position integer,
  kind text not null,
  label text not null,
  quantity integer not null,
  net integer not null,
  tax integer not null,
  gross integer not null,
  unique (booking_id, position),
  check (net + tax = gross),
  foreign key (org_id, booking_id) references booking (org_id, id)
) strict;

-- Units of a pool, sold or held, from one instant to another. The pool is the seats of a departure or a resource.
-- Released claims stay as history. The triggers in 0006 keep the sum within what there is, for every writer.
create table claim (
  id integer primary key,
  org_id integer not null references org (id),
  booking_item_id integer not null,
  offering_id integer,
  departure_at integer,
  resource_id integer,
  starts_at integer not null,
  ends_at integer not null,
  units integer not null check (units between 0 and 100000),
  -- A hold: does not count from then on.
  held_until integer,
  released_at integer,
  -- The departure whose bookings share it: they count once, by their largest.
  share_offering_id integer,
  share_departure_at integer,
  -- Seats that were taken when this was decided, where the decision depends on it.
  seats_before integer,
  -- When it was decided; holds that ended before do not count against it.
  checked_at integer not null,
  -- A bounded length bounds every search for what overlaps.
  check (ends_at > starts_at and ends_at - starts_at <= 2678400),
  check ((offering_id is null) = (departure_at is null)),
  check ((offering_id is null) <> (resource_id is null)),
  check ((share_offering_id is null) = (share_departure_at is null)),
  foreign key (org_id, booking_item_id) references booking_item (org_id, id),
  foreign key (org_id, offering_id) references offering (org_id, id),
  foreign key (org_id, resource_id) references resource (org_id, id),
  foreign key (org_id, share_offering_id) references offering (org_id, id)
) strict;
create index claim_by_departure on claim (offering_id, departure_at) where released_at is null;
create index claim_by_resource on claim (resource_id, starts_at) where released_at is null;
create index claim_by_item on claim (booking_item_id);

-- A departure that differs from its schedule. The others are computed and never stored.
create table departure_override (
  org_id integer not null references org (id),
  offering_id integer not null,
  departure_at integer not null,
  cancelled integer not null default 0 check (cancelled in (0, 1)),
  capacity integer check (capacity between 0 and 100000),
  confirmed integer not null default 0 check (confirmed in (0, 1)),
  updated_at integer not null,
  primary key (offering_id, departure_at),
  foreign key (org_id, offering_id) references offering (org_id, id) on delete cascade
) strict, without rowid;

create table coupon_use (
  id integer primary key,
  org_id integer not null references org (id),
  coupon_id integer not null,
  booking_id integer not null unique,
  email text collate nocase,
  held_until integer,
  released_at integer,
  used_at integer not null,
  foreign key (org_id, coupon_id) references coupon (org_id, id),
  foreign key (org_id, booking_id) references booking (org_id, id)
) strict;
create index coupon_use_by_coupon on coupon_use (coupon_id) where released_at is null;

-- What is owed and what was paid. Append-only: a mistake is corrected by another entry.
create table ledger_entry (
  id integer primary key,
  org_id integer not null references org (id),
  booking_id integer not null,
  kind text not null check (kind in ('CHARGE', 'CREDIT', 'PAYMENT', 'REFUND')),
  amount integer not null check (amount >= 0),
  currency text not null check (length(currency) = 3),
  note text not null default '',
  at integer not null,
  foreign key (org_id, booking_id) references booking (org_id, id)
) strict;
create index ledger_entry_by_booking on ledger_entry (booking_id);
