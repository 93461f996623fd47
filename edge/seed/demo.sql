-- The demo: a harbour in Hamburg with one offering of each kind. Public ids are fixed, schedules have no end, and it can
-- be run again without harm.

insert or ignore into org (id, public_id, slug, name, timezone, currency, locale, number_prefix, settings, price_rules, created_at, updated_at) values
  (1, 'org_harbor', 'harbor', 'Harbor Tours', 'Europe/Berlin', 'EUR', 'en', 'HB',
   '{"email":"hello@harbor.example","phone":"+49401234567","accent":"#0b6e8f","cancelUntil":1440,"rescheduleUntil":1440}',
   '{"tax":{"rates":[{"name":"VAT","basisPoints":1900}],"home":"DE"}}',
   1767222000, 1767222000);

insert or ignore into person (id, public_id, email, name, password_hash, created_at) values
  (1, 'per_harbor_owner', 'owner@harbor.example', 'Harbor owner',
   '$argon2id$v=19$m=19456,t=2,p=1$ZGF5bWFyay1kZW1vLTAwMQ$iieuR1FQ1kszYpdgtUYwTrabfSfZlqDn0Ngqav3NVXM', 1767222000);
insert or ignore into member (id, org_id, person_id, role, created_at) values (1, 1, 1, 'OWNER', 1767222000);
-- The key `dmk_test_harbor_demo`: a program may do what staff may, and set up webhooks.
insert or ignore into api_key (id, public_id, member_person_id, name, prefix, key_hash, role_ceiling, permissions, created_at) values
  (1, 'key_harbor_demo', 1, 'Demo key', 'dmk_test_harbor',
   '380569f994132971096c39485dabfa8d37b9392532a88278c46f7540033c08d4', 'ADMIN',
   '["org:read","webhooks:read","webhooks:write","catalog:read","bookings:read","bookings:write"]', 1767222000);
insert or ignore into api_key_org (api_key_id, org_id) values (1, 1);

-- What can be busy.
insert or ignore into resource (id, public_id, org_id, kind, name, public, units, weekly, created_at, updated_at) values
  (1, 'res_harbor_boat', 1, 'VEHICLE', 'Motor launch', 0, 1, '[]', 1767222000, 1767222000),
  (2, 'res_harbor_guide_port', 1, 'GUIDE', 'Port guide', 0, 1, '[]', 1767222000, 1767222000),
  (3, 'res_harbor_guide_starboard', 1, 'GUIDE', 'Starboard guide', 0, 1, '[]', 1767222000, 1767222000),
  (4, 'res_harbor_picnic', 1, 'STOCK', 'Picnic baskets', 0, 6, '[]', 1767222000, 1767222000),
  (5, 'res_harbor_kayaks', 1, 'EQUIPMENT', 'Kayaks', 0, 2, '[]', 1767222000, 1767222000),
  (6, 'res_harbor_staff_jib', 1, 'STAFF', 'Instructor on the Jib', 1, 1,
   '[{"weekday":2,"hours":{"from":"10:00","to":"18:00"}},{"weekday":3,"hours":{"from":"10:00","to":"18:00"}},{"weekday":4,"hours":{"from":"10:00","to":"18:00"}},{"weekday":5,"hours":{"from":"10:00","to":"18:00"}},{"weekday":6,"hours":{"from":"09:00","to":"16:00"}}]',
   1767222000, 1767222000),
  (7, 'res_harbor_staff_genoa', 1, 'STAFF', 'Instructor on the Genoa', 1, 1,
   '[{"weekday":1,"hours":{"from":"12:00","to":"20:00"}},{"weekday":2,"hours":{"from":"12:00","to":"20:00"}},{"weekday":4,"hours":{"from":"12:00","to":"20:00"}},{"weekday":6,"hours":{"from":"09:00","to":"16:00"}},{"weekday":7,"hours":{"from":"10:00","to":"16:00"}}]',
   1767222000, 1767222000),
  (8, 'res_harbor_lighthouse', 1, 'ROOM', 'Old lighthouse', 0, 1, '[]', 1767222000, 1767222000);

insert or ignore into category (id, public_id, org_id, name, position) values
  (1, 'cat_harbor_water', 1, 'On the water', 0),
  (2, 'cat_harbor_land', 1, 'On land', 1);

insert or ignore into offering (id, public_id, org_id, kind, category_id, name, summary, description, schedule, length, capacity_kind, capacity_units, rules, status, position, created_at, updated_at) values
  (1, 'tour_harbor_sunset', 1, 'TOUR', 1, 'Sunset harbor tour',
   'Ninety minutes through the old docks by boat, with a guide, while the sun goes down.',
   'We leave from pier 3 and come back to it. Blankets are on board; dogs are welcome.',
   '{"rules":[{"repeats":{"daily":{"every":1}},"times":{"at":["17:00","19:00"]},"from":"2026-01-01"},{"repeats":{"weekly":{"every":1,"weekdays":[6,7]}},"times":{"at":["14:00"]},"from":"2026-01-01"}]}',
   '{"minutes":90}', 'seats', 12,
   '{"bufferBefore":15,"bufferAfter":15,"notice":60,"horizonDays":366,"maxParty":12,"privacy":"onRequest"}',
   'PUBLISHED', 0, 1767222000, 1767222000),
  (2, 'pkg_harbor_kayak', 1, 'PACKAGE', 1, 'Kayak rental',
   'Two single kayaks, for one, two or three hours. Vests and a short briefing are included.', null,
   '{"rules":[{"repeats":{"daily":{"every":1}},"times":{"open":{"windows":[{"from":"09:00","to":"19:00"}],"step":30}},"from":"2026-01-01"}]}',
   '{"choice":[60,120,180]}', 'unlimited', null,
   '{"notice":30,"horizonDays":366,"maxParty":2}',
   'PUBLISHED', 1, 1767222000, 1767222000),
  (3, 'apt_harbor_lesson', 1, 'APPOINTMENT', 1, 'Sailing lesson, one to one',
   'An hour on a dinghy with an instructor of your own.', null,
   '{"rules":[{"repeats":{"daily":{"every":1}},"times":{"open":{"windows":[{"from":"09:00","to":"20:00"}],"step":30}},"from":"2026-01-01"}]}',
   '{"minutes":60}', 'unlimited', null,
   '{"bufferAfter":15,"notice":720,"horizonDays":180,"maxParty":1}',
   'PUBLISHED', 2, 1767222000, 1767222000),
  (4, 'room_harbor_lighthouse', 1, 'ROOM', 2, 'Escape the lighthouse',
   'Seventy-five minutes to get the lamp burning again. For two to six.', null,
   '{"rules":[{"repeats":{"weekly":{"every":1,"weekdays":[3,4,5,6,7]}},"times":{"at":["10:00","12:00","14:00","16:00","18:00","20:00"]},"from":"2026-01-01"}]}',
   '{"minutes":75}', 'groups', 1,
   '{"bufferAfter":30,"notice":120,"horizonDays":366,"minParty":2,"maxParty":6,"privacy":"always"}',
   'PUBLISHED', 3, 1767222000, 1767222000),
  (5, 'evt_harbor_market', 1, 'EVENT', 2, 'Night market at the docks',
   'Stalls, music and boats with lights, on the first Saturday of the month. Free; please book a place.', null,
   '{"rules":[{"repeats":{"monthlyWeekday":{"every":1,"nth":1,"weekday":6}},"times":{"at":["18:00"]},"from":"2026-01-01"}]}',
   '{"minutes":300}', 'seats', 250,
   '{"horizonDays":366,"maxParty":8}',
   'PUBLISHED', 4, 1767222000, 1767222000);

insert or ignore into party_type (id, org_id, offering_id, code, name, note, seats, min, max, position) values
  (1, 1, 1, 'adult', 'Adult', null, 1, 0, null, 0),
  (2, 1, 1, 'child', 'Child', '4 to 12 years', 1, 0, null, 1),
  (3, 1, 1, 'infant', 'Infant', 'under 4, on a lap', 0, 0, 2, 2),
  (4, 1, 2, 'kayak', 'Kayak', 'for one person', 1, 1, 2, 0),
  (5, 1, 3, 'guest', 'Guest', null, 1, 1, 1, 0),
  (6, 1, 4, 'player', 'Player', 'from 10 years', 1, 2, 6, 0),
  (7, 1, 5, 'guest', 'Guest', null, 1, 1, 8, 0);

insert or ignore into requirement (id, org_id, offering_id, position, need, amount) values
  (1, 1, 1, 0, 'perDeparture', 1),
  (2, 1, 1, 1, 'perDeparture', 1),
  (3, 1, 2, 0, 'perSeats', 1),
  (4, 1, 3, 0, 'perBooking', 1),
  (5, 1, 4, 0, 'perBooking', 1);
insert or ignore into requirement_resource (org_id, requirement_id, resource_id, position) values
  (1, 1, 1, 0), (1, 2, 2, 0), (1, 2, 3, 1), (1, 3, 5, 0), (1, 4, 6, 0), (1, 4, 7, 1), (1, 5, 8, 0);

insert or ignore into tariff (offering_id, org_id, body) values
  (1, 1, '{"base":[{"perParty":[{"code":"adult","price":3900},{"code":"child","price":1900},{"code":"infant","price":0}]}],"groupDiscounts":{"rules":[{"name":"Group of four or more","from":4,"benefit":{"percent":1000}}],"combine":"bestOf"},"privateSurcharge":{"atLeast":39000},"deposit":{"amount":{"percent":3000},"fullWithinDays":2},"refundTiers":[{"minutesBefore":2880,"percent":10000},{"minutesBefore":1440,"percent":5000}]}'),
  (2, 1, '{"base":[{"perParty":[{"code":"kayak","price":500}]},{"package":{"price":1500,"unit":"minutes","included":60,"extra":{"per":60,"price":1000}}}],"refundTiers":[{"minutesBefore":1440,"percent":10000}]}'),
  (3, 1, '{"base":[{"perParty":[{"code":"guest","price":6500}]}],"refundTiers":[{"minutesBefore":1440,"percent":10000}]}'),
  (4, 1, '{"base":[{"unitRanges":[{"from":2,"to":3,"price":9000},{"from":4,"to":6,"price":2600,"each":true}]}],"adjustments":[{"name":"Weekend","when":{"weekdays":[6,7]},"effect":{"percent":1000}}],"refundTiers":[{"minutesBefore":2880,"percent":10000}]}'),
  (5, 1, '{"base":[{"perParty":[{"code":"guest","price":0}]}]}');

insert or ignore into add_on (id, public_id, org_id, name, stock_resource_id, body, position) values
  (1, 'add_harbor_picnic', 1, 'Picnic basket', 4, '{"method":"flat","price":2400,"maxQuantity":6}', 0),
  (2, 'add_harbor_prosecco', 1, 'Bottle of prosecco', null, '{"method":"flat","price":2200,"maxQuantity":12}', 1),
  (3, 'add_harbor_drybag', 1, 'Dry bag', null, '{"method":"perHour","price":100,"maxQuantity":2}', 2);
insert or ignore into add_on_offering (org_id, add_on_id, offering_id, free) values (1, 1, 1, 0), (1, 2, 1, 0), (1, 3, 2, 0);

insert or ignore into coupon (id, public_id, org_id, code, body, max_uses, created_at) values
  (1, 'cpn_harbor_10', 1, 'HARBOR10', '{"effect":{"percent":1000}}', null, 1767222000),
  (2, 'cpn_harbor_once', 1, 'WELCOME', '{"effect":{"subtract":1000},"minimum":3000}', 100, 1767222000);
update coupon set max_uses_per_customer = 1 where id = 2 and max_uses_per_customer is null;

insert or ignore into question (id, org_id, offering_id, column_name, label, kind, required, options, position) values
  (1, 1, 1, 'occasion', 'Is there something to celebrate?', 'text', 0, '[]', 0),
  (2, 1, 3, 'experience', 'How much have you sailed?', 'select', 1, '["Never","A few times","Often"]', 0);

insert or ignore into calendar (id, public_id, org_id, name, view, languages, created_at) values
  (1, 'cal_harbor', 1, 'Harbor Tours', 'month', '["en","de"]', 1767222000);
insert or ignore into calendar_offering (org_id, calendar_id, offering_id, position) values
  (1, 1, 1, 0), (1, 1, 2, 1), (1, 1, 3, 2), (1, 1, 4, 3), (1, 1, 5, 4);

-- The boat is in the yard for a week.
insert or ignore into block (id, public_id, org_id, resource_id, from_date, to_date, reason, created_at) values
  (1, 'blk_harbor_yard', 1, 1, '2027-02-08', '2027-02-14', 'Yard', 1767222000);
