-- The demo: a harbour in Hamburg with one offering of each kind. Public ids are fixed, schedules have no end, and it can
-- be run again without harm.

insert or ignore into org (id, public_id, slug, name, timezone, currency, locale, number_prefix, settings, price_rules, created_at, updated_at) values
  (1, 'org_harbor', 'harbor', 'Harbor Tours', 'Europe/Berlin', 'EUR', 'en', 'HB',
   '{"email":"hello@harbor.example","phone":"+49401234567","accent":"#0b6e8f","cancelUntil":1440,"rescheduleUntil":1440}',
   '{"tax":{"rates":[{"name":"VAT","basisPoints":1900}],"home":"DE"}}',
   1767222000, 1767222000);

insert or ignore into person (id, public_id, email, name, password_hash, confirmed_at, created_at) values
  (1, 'per_harbor_owner', 'owner@harbor.example', 'Harbor owner',
   '$argon2id$v=19$m=19456,t=2,p=1$ZGF5bWFyay1kZW1vLTAwMQ$iieuR1FQ1kszYpdgtUYwTrabfSfZlqDn0Ngqav3NVXM', 1767222000, 1767222000);
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

-- An instructor with a login of their own: staff, with the calendar of the Jib.
insert or ignore into person (id, public_id, email, name, password_hash, created_at) values
  (2, 'per_harbor_instructor', 'instructor@harbor.example', 'Harbor instructor',
   '$argon2id$v=19$m=19456,t=2,p=1$ZGF5bWFyay1kZW1vLTAwMQ$iieuR1FQ1kszYpdgtUYwTrabfSfZlqDn0Ngqav3NVXM', 1767222000);
insert or ignore into member (id, org_id, person_id, role, resource_id, created_at) values (2, 1, 2, 'STAFF', 6, 1767222000);

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

-- Some bookings, as the product itself wrote them.
insert or ignore into customer (id, public_id, org_id, email, name, created_at, updated_at) values
  (1, 'cus_harbor_1', 1, 'guest1@harbor.example', 'Demo guest 1', 1769814000, 1769814000),
  (2, 'cus_harbor_2', 1, 'guest2@harbor.example', 'Demo guest 2', 1769814000, 1769814000),
  (3, 'cus_harbor_3', 1, 'guest3@harbor.example', 'Demo guest 3', 1769814000, 1769814000),
  (4, 'cus_harbor_4', 1, 'guest4@harbor.example', 'Demo guest 4', 1769814000, 1769814000),
  (5, 'cus_harbor_5', 1, 'guest5@harbor.example', 'Demo guest 5', 1769814000, 1769814000),
  (6, 'cus_harbor_6', 1, 'guest6@harbor.example', 'Demo guest 6', 1769814000, 1769814000);
insert or ignore into booking (id, public_id, org_id, number, state, channel, calendar_id, customer_id, contact_name, contact_email, currency, total, due_now, due_later, refunded, quote, coupon_code, answers, created_at, updated_at, version) values
  (1, 'bkg_harbor_1', 1, 'HB-2026-000001', 'CONFIRMED', 'widget', 1, 1, 'Demo guest 1', 'guest1@harbor.example', 'EUR', 12100, 3630, 8470, 0, '{"currency":"EUR","lines":[{"kind":"party","item":0,"label":"adult","quantity":2,"unitPrice":3900,"amount":7800,"taxes":[0]},{"kind":"party","item":0,"label":"child","quantity":1,"unitPrice":1900,"amount":1900,"taxes":[0]},{"kind":"addOn","item":0,"label":"add_harbor_picnic","quantity":1,"unitPrice":2400,"amount":2400,"taxes":[0]}],"subtotal":12100,"taxes":[{"name":"VAT","basisPoints":1900,"net":10169,"amount":1931,"included":true}],"invoice":[{"kind":"party","item":0,"label":"adult","quantity":2,"net":6555,"tax":1245,"gross":7800},{"kind":"party","item":0,"label":"child","quantity":1,"net":1597,"tax":303,"gross":1900},{"kind":"addOn","item":0,"label":"add_harbor_picnic","quantity":1,"net":2017,"tax":383,"gross":2400}],"total":12100,"itemTotals":[12100],"dueNow":3630,"dueLater":8470,"dueLaterBy":1812639600,"refundIfCancelledNow":3630,"reverseCharge":false,"hash":"6f914d0106c987be0ab8886fdd4cf55a"}', null, '{}', 1769814000, 1769814000, 1),
  (2, 'bkg_harbor_2', 1, 'HB-2026-000002', 'CONFIRMED', 'widget', 1, 2, 'Demo guest 2', 'guest2@harbor.example', 'EUR', 12636, 3791, 8845, 0, '{"currency":"EUR","lines":[{"kind":"party","item":0,"label":"adult","quantity":4,"unitPrice":3900,"amount":15600,"taxes":[0]},{"kind":"groupDiscount","item":0,"label":"Group of four or more","quantity":1,"unitPrice":-1560,"amount":-1560,"taxes":[0]},{"kind":"coupon","item":0,"label":"HARBOR10","quantity":1,"unitPrice":-1404,"amount":-1404,"taxes":[0]}],"subtotal":12636,"taxes":[{"name":"VAT","basisPoints":1900,"net":10618,"amount":2018,"included":true}],"invoice":[{"kind":"party","item":0,"label":"adult","quantity":4,"net":10618,"tax":2018,"gross":12636}],"total":12636,"itemTotals":[12636],"dueNow":3791,"dueLater":8845,"dueLaterBy":1812639600,"refundIfCancelledNow":3791,"reverseCharge":false,"hash":"0114147959e17fcc5d8ba2cb5ad5d9c6"}', 'HARBOR10', '{}', 1769814000, 1769814000, 1),
  (3, 'bkg_harbor_3', 1, 'HB-2026-000003', 'CONFIRMED', 'widget', 1, 3, 'Demo guest 3', 'guest3@harbor.example', 'EUR', 3000, 3000, 0, 0, '{"currency":"EUR","lines":[{"kind":"party","item":0,"label":"kayak","quantity":1,"unitPrice":500,"amount":500,"taxes":[0]},{"kind":"base","item":0,"quantity":1,"unitPrice":1500,"amount":1500,"taxes":[0]},{"kind":"extraLength","item":0,"quantity":1,"unitPrice":1000,"amount":1000,"taxes":[0]}],"subtotal":3000,"taxes":[{"name":"VAT","basisPoints":1900,"net":2521,"amount":479,"included":true}],"invoice":[{"kind":"party","item":0,"label":"kayak","quantity":1,"net":420,"tax":80,"gross":500},{"kind":"base","item":0,"quantity":1,"net":2101,"tax":399,"gross":2500}],"total":3000,"itemTotals":[3000],"dueNow":3000,"dueLater":0,"refundIfCancelledNow":3000,"reverseCharge":false,"hash":"d7ff04e3ee170e0a4320303a65538767"}', null, '{}', 1769814000, 1769814000, 1),
  (4, 'bkg_harbor_4', 1, 'HB-2026-000004', 'CONFIRMED', 'widget', 1, 4, 'Demo guest 4', 'guest4@harbor.example', 'EUR', 6500, 6500, 0, 0, '{"currency":"EUR","lines":[{"kind":"party","item":0,"label":"guest","quantity":1,"unitPrice":6500,"amount":6500,"taxes":[0]}],"subtotal":6500,"taxes":[{"name":"VAT","basisPoints":1900,"net":5462,"amount":1038,"included":true}],"invoice":[{"kind":"party","item":0,"label":"guest","quantity":1,"net":5462,"tax":1038,"gross":6500}],"total":6500,"itemTotals":[6500],"dueNow":6500,"dueLater":0,"refundIfCancelledNow":6500,"reverseCharge":false,"hash":"9e994da5086445aeca8bee8a5abe2174"}', null, '{"experience":"Never"}', 1769814000, 1769814000, 1),
  (5, 'bkg_harbor_5', 1, 'HB-2026-000005', 'CONFIRMED', 'widget', 1, 5, 'Demo guest 5', 'guest5@harbor.example', 'EUR', 11440, 11440, 0, 0, '{"currency":"EUR","lines":[{"kind":"party","item":0,"quantity":4,"unitPrice":2600,"amount":10400,"taxes":[0]},{"kind":"adjustment","item":0,"label":"Weekend","quantity":1,"unitPrice":1040,"amount":1040,"taxes":[0]}],"subtotal":11440,"taxes":[{"name":"VAT","basisPoints":1900,"net":9613,"amount":1827,"included":true}],"invoice":[{"kind":"party","item":0,"quantity":4,"net":9613,"tax":1827,"gross":11440}],"total":11440,"itemTotals":[11440],"dueNow":11440,"dueLater":0,"refundIfCancelledNow":11440,"reverseCharge":false,"hash":"45b5f9eea70aaafc860f6ec87b117324"}', null, '{}', 1769814000, 1769814000, 1),
  (6, 'bkg_harbor_6', 1, 'HB-2026-000006', 'CONFIRMED', 'widget', 1, 6, 'Demo guest 6', 'guest6@harbor.example', 'EUR', 0, 0, 0, 0, '{"currency":"EUR","lines":[{"kind":"party","item":0,"label":"guest","quantity":3,"unitPrice":0,"amount":0,"taxes":[0]}],"subtotal":0,"taxes":[{"name":"VAT","basisPoints":1900,"net":0,"amount":0,"included":true}],"invoice":[{"kind":"party","item":0,"label":"guest","quantity":3,"net":0,"tax":0,"gross":0}],"total":0,"itemTotals":[0],"dueNow":0,"dueLater":0,"refundIfCancelledNow":0,"reverseCharge":false,"hash":"7ac1bf2b38a23fd37146118a13a331db"}', null, '{}', 1769814000, 1769814000, 1);
insert or ignore into booking_item (id, org_id, booking_id, position, offering_id, name, starts_at, ends_at, party, add_ons, private, length, total, refund_tiers) values
  (1, 1, 1, 0, 1, 'Sunset harbor tour', 1812812400, 1812817800, '{"adult":2,"child":1}', '[{"id":"add_harbor_picnic","quantity":1}]', 0, null, 12100, '[{"minutesBefore":2880,"percent":10000},{"minutesBefore":1440,"percent":5000}]'),
  (2, 1, 2, 0, 1, 'Sunset harbor tour', 1812812400, 1812817800, '{"adult":4}', '[]', 0, null, 12636, '[{"minutesBefore":2880,"percent":10000},{"minutesBefore":1440,"percent":5000}]'),
  (3, 1, 3, 0, 2, 'Kayak rental', 1812873600, 1812880800, '{"kayak":1}', '[]', 0, 120, 3000, '[{"minutesBefore":1440,"percent":10000}]'),
  (4, 1, 4, 0, 3, 'Sailing lesson, one to one', 1807005600, 1807009200, '{"guest":1}', '[]', 0, null, 6500, '[{"minutesBefore":1440,"percent":10000}]'),
  (5, 1, 5, 0, 4, 'Escape the lighthouse', 1812801600, 1812806100, '{"player":4}', '[]', 1, null, 11440, '[{"minutesBefore":2880,"percent":10000}]'),
  (6, 1, 6, 0, 5, 'Night market at the docks', 1812211200, 1812229200, '{"guest":3}', '[]', 0, null, 0, '[]');
insert or ignore into booking_line (id, org_id, booking_id, position, item_position, kind, label, quantity, net, tax, gross) values
  (1, 1, 1, 0, 0, 'party', 'adult', 2, 6555, 1245, 7800),
  (2, 1, 1, 1, 0, 'party', 'child', 1, 1597, 303, 1900),
  (3, 1, 1, 2, 0, 'addOn', 'add_harbor_picnic', 1, 2017, 383, 2400),
  (4, 1, 2, 0, 0, 'party', 'adult', 4, 10618, 2018, 12636),
  (5, 1, 3, 0, 0, 'party', 'kayak', 1, 420, 80, 500),
  (6, 1, 3, 1, 0, 'base', '', 1, 2101, 399, 2500),
  (7, 1, 4, 0, 0, 'party', 'guest', 1, 5462, 1038, 6500),
  (8, 1, 5, 0, 0, 'party', '', 4, 9613, 1827, 11440),
  (9, 1, 6, 0, 0, 'party', 'guest', 3, 0, 0, 0);
insert or ignore into claim (id, org_id, booking_item_id, offering_id, departure_at, resource_id, starts_at, ends_at, units, share_offering_id, share_departure_at, checked_at) values
  (1, 1, 1, 1, 1812812400, null, 1812812400, 1812817800, 3, null, null, 1769814000),
  (2, 1, 1, null, null, 1, 1812811500, 1812818700, 1, 1, 1812812400, 1769814000),
  (3, 1, 1, null, null, 2, 1812811500, 1812818700, 1, 1, 1812812400, 1769814000),
  (4, 1, 1, null, null, 4, 1812812400, 1812817800, 1, null, null, 1769814000),
  (5, 1, 2, 1, 1812812400, null, 1812812400, 1812817800, 4, null, null, 1769814000),
  (6, 1, 2, null, null, 1, 1812811500, 1812818700, 1, 1, 1812812400, 1769814000),
  (7, 1, 2, null, null, 2, 1812811500, 1812818700, 1, 1, 1812812400, 1769814000),
  (8, 1, 3, 2, 1812873600, null, 1812873600, 1812880800, 1, null, null, 1769814000),
  (9, 1, 3, null, null, 5, 1812873600, 1812880800, 1, null, null, 1769814000),
  (10, 1, 4, 3, 1807005600, null, 1807005600, 1807009200, 1, null, null, 1769814000),
  (11, 1, 4, null, null, 7, 1807005600, 1807010100, 1, null, null, 1769814000),
  (12, 1, 5, 4, 1812801600, null, 1812801600, 1812806100, 1, null, null, 1769814000),
  (13, 1, 5, null, null, 8, 1812801600, 1812807900, 1, null, null, 1769814000),
  (14, 1, 6, 5, 1812211200, null, 1812211200, 1812229200, 3, null, null, 1769814000);
insert or ignore into coupon_use (id, org_id, coupon_id, booking_id, email, used_at) values
  (1, 1, 1, 2, 'guest2@harbor.example', 1769814000);
insert or ignore into ledger_entry (id, org_id, booking_id, kind, amount, currency, note, at) values
  (1, 1, 1, 'CHARGE', 12100, 'EUR', '', 1769814000),
  (2, 1, 2, 'CHARGE', 12636, 'EUR', '', 1769814000),
  (3, 1, 3, 'CHARGE', 3000, 'EUR', '', 1769814000),
  (4, 1, 4, 'CHARGE', 6500, 'EUR', '', 1769814000),
  (5, 1, 5, 'CHARGE', 11440, 'EUR', '', 1769814000),
  (6, 1, 6, 'CHARGE', 0, 'EUR', '', 1769814000);
insert or ignore into number_series (org_id, name, year, last) values (1, 'booking', 2026, 6);

-- A week that begins on the day the demo is made, so that there is something to see today. It is written as the product
-- writes it: claims within what there is, lines that add up, numbers without gaps. Hamburg's clocks are an hour ahead of
-- UTC, two from the last Sunday of March to the last of October.
create table demo_kind (name, offering, title, party, add_ons, private, length, minutes, units, refund_tiers, quote);
insert into demo_kind values
  ('two', 1, 'Sunset harbor tour', '{"adult":2}', '[]', 0, null, 90, 2, '[{"minutesBefore":2880,"percent":10000},{"minutesBefore":1440,"percent":5000}]',
   '{"currency":"EUR","lines":[{"kind":"party","item":0,"label":"adult","quantity":2,"unitPrice":3900,"amount":7800,"taxes":[0]}],"subtotal":7800,"taxes":[{"name":"VAT","basisPoints":1900,"net":6555,"amount":1245,"included":true}],"invoice":[{"kind":"party","item":0,"label":"adult","quantity":2,"net":6555,"tax":1245,"gross":7800}],"total":7800,"itemTotals":[7800],"dueNow":2340,"dueLater":5460,"refundIfCancelledNow":2340,"reverseCharge":false,"hash":"094f14c55bd2a700c4aba6bde2ff57b3"}'),
  ('six', 1, 'Sunset harbor tour', '{"adult":4,"child":2}', '[{"id":"add_harbor_prosecco","quantity":1}]', 0, null, 90, 6, '[{"minutesBefore":2880,"percent":10000},{"minutesBefore":1440,"percent":5000}]',
   '{"currency":"EUR","lines":[{"kind":"party","item":0,"label":"adult","quantity":4,"unitPrice":3900,"amount":15600,"taxes":[0]},{"kind":"party","item":0,"label":"child","quantity":2,"unitPrice":1900,"amount":3800,"taxes":[0]},{"kind":"groupDiscount","item":0,"label":"Group of four or more","quantity":1,"unitPrice":-1940,"amount":-1940,"taxes":[0]},{"kind":"addOn","item":0,"label":"add_harbor_prosecco","quantity":1,"unitPrice":2200,"amount":2200,"taxes":[0]}],"subtotal":19660,"taxes":[{"name":"VAT","basisPoints":1900,"net":16521,"amount":3139,"included":true}],"invoice":[{"kind":"party","item":0,"label":"adult","quantity":4,"net":11798,"tax":2242,"gross":14040},{"kind":"party","item":0,"label":"child","quantity":2,"net":2874,"tax":546,"gross":3420},{"kind":"addOn","item":0,"label":"add_harbor_prosecco","quantity":1,"net":1849,"tax":351,"gross":2200}],"total":19660,"itemTotals":[19660],"dueNow":5898,"dueLater":13762,"refundIfCancelledNow":5898,"reverseCharge":false,"hash":"f88721ab7dca4d6603a35e05571d11b7"}'),
  ('family', 1, 'Sunset harbor tour', '{"adult":1,"child":2}', '[{"id":"add_harbor_picnic","quantity":1}]', 0, null, 90, 3, '[{"minutesBefore":2880,"percent":10000},{"minutesBefore":1440,"percent":5000}]',
   '{"currency":"EUR","lines":[{"kind":"party","item":0,"label":"adult","quantity":1,"unitPrice":3900,"amount":3900,"taxes":[0]},{"kind":"party","item":0,"label":"child","quantity":2,"unitPrice":1900,"amount":3800,"taxes":[0]},{"kind":"addOn","item":0,"label":"add_harbor_picnic","quantity":1,"unitPrice":2400,"amount":2400,"taxes":[0]}],"subtotal":10100,"taxes":[{"name":"VAT","basisPoints":1900,"net":8487,"amount":1613,"included":true}],"invoice":[{"kind":"party","item":0,"label":"adult","quantity":1,"net":3277,"tax":623,"gross":3900},{"kind":"party","item":0,"label":"child","quantity":2,"net":3193,"tax":607,"gross":3800},{"kind":"addOn","item":0,"label":"add_harbor_picnic","quantity":1,"net":2017,"tax":383,"gross":2400}],"total":10100,"itemTotals":[10100],"dueNow":3030,"dueLater":7070,"refundIfCancelledNow":3030,"reverseCharge":false,"hash":"1987e2868132ad329bcc962eb87d410a"}'),
  ('kayaks', 2, 'Kayak rental', '{"kayak":2}', '[]', 0, 120, 120, 2, '[{"minutesBefore":1440,"percent":10000}]',
   '{"currency":"EUR","lines":[{"kind":"party","item":0,"label":"kayak","quantity":2,"unitPrice":500,"amount":1000,"taxes":[0]},{"kind":"base","item":0,"quantity":1,"unitPrice":1500,"amount":1500,"taxes":[0]},{"kind":"extraLength","item":0,"quantity":1,"unitPrice":1000,"amount":1000,"taxes":[0]}],"subtotal":3500,"taxes":[{"name":"VAT","basisPoints":1900,"net":2941,"amount":559,"included":true}],"invoice":[{"kind":"party","item":0,"label":"kayak","quantity":2,"net":840,"tax":160,"gross":1000},{"kind":"base","item":0,"quantity":1,"net":2101,"tax":399,"gross":2500}],"total":3500,"itemTotals":[3500],"dueNow":3500,"dueLater":0,"refundIfCancelledNow":3500,"reverseCharge":false,"hash":"574f715edb680dab2bd8c77cb15707e3"}'),
  ('lesson', 3, 'Sailing lesson, one to one', '{"guest":1}', '[]', 0, null, 60, 1, '[{"minutesBefore":1440,"percent":10000}]',
   '{"currency":"EUR","lines":[{"kind":"party","item":0,"label":"guest","quantity":1,"unitPrice":6500,"amount":6500,"taxes":[0]}],"subtotal":6500,"taxes":[{"name":"VAT","basisPoints":1900,"net":5462,"amount":1038,"included":true}],"invoice":[{"kind":"party","item":0,"label":"guest","quantity":1,"net":5462,"tax":1038,"gross":6500}],"total":6500,"itemTotals":[6500],"dueNow":6500,"dueLater":0,"refundIfCancelledNow":6500,"reverseCharge":false,"hash":"f874a4eceba003faca3a01e7cebffd5d"}'),
  ('room', 4, 'Escape the lighthouse', '{"player":4}', '[]', 1, null, 75, 1, '[{"minutesBefore":2880,"percent":10000}]',
   '{"currency":"EUR","lines":[{"kind":"party","item":0,"quantity":4,"unitPrice":2600,"amount":10400,"taxes":[0]}],"subtotal":10400,"taxes":[{"name":"VAT","basisPoints":1900,"net":8739,"amount":1661,"included":true}],"invoice":[{"kind":"party","item":0,"quantity":4,"net":8739,"tax":1661,"gross":10400}],"total":10400,"itemTotals":[10400],"dueNow":10400,"dueLater":0,"refundIfCancelledNow":10400,"reverseCharge":false,"hash":"2f6b6a0f5b0f4b6d9a3c1d7e5f9b8a47"}');
create table demo_plan (n, day, time, kind, state, paid);
insert into demo_plan values
  (1, 0, '10:00', 'kayaks', 'CONFIRMED', 1), (2, 0, '14:00', 'lesson', 'CONFIRMED', 1), (3, 0, '17:00', 'two', 'CONFIRMED', 1),
  (4, 0, '17:00', 'six', 'CONFIRMED', 1), (5, 0, '17:00', 'family', 'AWAITING_APPROVAL', 0), (6, 0, '18:00', 'room', 'CONFIRMED', 1),
  (7, 0, '19:00', 'two', 'CONFIRMED', 0), (8, 0, '19:00', 'six', 'CONFIRMED', 1), (9, 1, '17:00', 'six', 'CONFIRMED', 1),
  (10, 1, '19:00', 'family', 'CONFIRMED', 1), (11, 1, '14:00', 'lesson', 'CONFIRMED', 1), (12, 2, '17:00', 'two', 'CONFIRMED', 0),
  (13, 2, '17:00', 'two', 'AWAITING_APPROVAL', 0), (14, 2, '18:00', 'room', 'CONFIRMED', 1), (15, 3, '19:00', 'six', 'CONFIRMED', 1),
  (16, 3, '10:00', 'kayaks', 'CONFIRMED', 1), (17, 4, '17:00', 'family', 'CONFIRMED', 1), (18, 5, '19:00', 'two', 'CONFIRMED', 1),
  (19, 6, '17:00', 'six', 'CONFIRMED', 1);
create view demo_day as
with dated as (select plan.*, date('now', '+1 hour', '+' || day || ' days') as date from demo_plan as plan)
select dated.n, dated.date, dated.state, dated.paid, kind.*,
       cast(strftime('%Y', 'now', '+1 hour') as integer) as year,
       unixepoch('now', 'start of day', '-4 days') as booked_at,
       unixepoch(date || ' ' || time)
         - case when date >= date(strftime('%Y', date) || '-03-31', '-6 days', 'weekday 0')
                 and date < date(strftime('%Y', date) || '-10-31', '-6 days', 'weekday 0') then 7200 else 3600 end as starts_at
from dated join demo_kind as kind on kind.name = dated.kind
-- The lighthouse is closed on Mondays and Tuesdays and costs more at weekends.
where kind.name <> 'room' or strftime('%w', date) in ('3', '4', '5');

insert or ignore into customer (id, public_id, org_id, email, name, phone, created_at, updated_at)
select 6 + n, 'cus_harbor_' || (6 + n), 1, 'guest' || (6 + n) || '@harbor.example', 'Demo guest ' || (6 + n),
       '+49 40 123456' || (6 + n), booked_at, booked_at
from demo_day;
insert or ignore into booking (id, public_id, org_id, number, state, channel, calendar_id, customer_id, contact_name,
  contact_email, contact_phone, currency, total, due_now, due_later, quote, answers, created_at, updated_at)
select 6 + n, 'bkg_harbor_' || (6 + n), 1,
       printf('HB-%d-%06d', year, row_number() over (order by n) + coalesce((select last from number_series where org_id = 1
         and name = 'booking' and number_series.year = demo_day.year), 0)),
       state, 'widget', 1, 6 + n, 'Demo guest ' || (6 + n), 'guest' || (6 + n) || '@harbor.example', '+49 40 123456' || (6 + n),
       'EUR', quote ->> 'total', quote ->> 'dueNow', quote ->> 'dueLater', quote,
       case when name = 'six' then '{"occasion":"A birthday"}' when name = 'lesson' then '{"experience":"A few times"}'
            else '{}' end,
       booked_at + n * 3600, booked_at + n * 3600
from demo_day;
insert into number_series (org_id, name, year, last)
select 1, 'booking', year, max(cast(substr(booking.number, -6) as integer))
from (select distinct year from demo_day)
join booking on booking.org_id = 1 and booking.number like 'HB-' || year || '-%'
where true
group by year
on conflict (org_id, name, year) do update set last = max(last, excluded.last);
insert or ignore into booking_item (id, org_id, booking_id, position, offering_id, name, starts_at, ends_at, party, add_ons,
  private, length, total, refund_tiers)
select 6 + n, 1, 6 + n, 0, offering, title, starts_at, starts_at + minutes * 60, party, add_ons, private, length,
       quote ->> 'total', refund_tiers
from demo_day;
insert or ignore into booking_line (id, org_id, booking_id, position, item_position, kind, label, quantity, net, tax, gross)
select 100 * n + line.key, 1, 6 + n, line.key, 0, line.value ->> 'kind', coalesce(line.value ->> 'label', ''),
       line.value ->> 'quantity', line.value ->> 'net', line.value ->> 'tax', line.value ->> 'gross'
from demo_day, json_each(quote -> 'invoice') as line;
insert or ignore into claim (id, org_id, booking_item_id, offering_id, departure_at, resource_id, starts_at, ends_at, units,
  share_offering_id, share_departure_at, checked_at)
select 100 * n, 1, 6 + n, offering, starts_at, null, starts_at, starts_at + minutes * 60, units, null, null, booked_at from demo_day;
insert or ignore into claim (id, org_id, booking_item_id, offering_id, departure_at, resource_id, starts_at, ends_at, units,
  share_offering_id, share_departure_at, checked_at)
select 100 * n + pool.value, 1, 6 + n, null, null, pool.value, starts_at - 900, starts_at + 6300, 1, 1, starts_at, booked_at
from demo_day, json_each('[1,2]') as pool where offering = 1;
insert or ignore into claim (id, org_id, booking_item_id, offering_id, departure_at, resource_id, starts_at, ends_at, units,
  share_offering_id, share_departure_at, checked_at)
select 100 * n + 4, 1, 6 + n, null, null, 4, starts_at, starts_at + 5400, 1, null, null, booked_at from demo_day where name = 'family';
insert or ignore into claim (id, org_id, booking_item_id, offering_id, departure_at, resource_id, starts_at, ends_at, units,
  share_offering_id, share_departure_at, checked_at)
select 100 * n + 5, 1, 6 + n, null, null, 5, starts_at, starts_at + 7200, 2, null, null, booked_at from demo_day where offering = 2;
insert or ignore into claim (id, org_id, booking_item_id, offering_id, departure_at, resource_id, starts_at, ends_at, units,
  share_offering_id, share_departure_at, checked_at)
select 100 * n + 6, 1, 6 + n, null, null, case when strftime('%w', date) in ('0', '1') then 7 else 6 end, starts_at,
       starts_at + 4500, 1, null, null, booked_at from demo_day where offering = 3;
insert or ignore into claim (id, org_id, booking_item_id, offering_id, departure_at, resource_id, starts_at, ends_at, units,
  share_offering_id, share_departure_at, checked_at)
select 100 * n + 8, 1, 6 + n, null, null, 8, starts_at, starts_at + 6300, 1, null, null, booked_at from demo_day where offering = 4;
insert or ignore into ledger_entry (id, org_id, booking_id, kind, amount, currency, note, at)
select 100 * n, 1, 6 + n, 'CHARGE', quote ->> 'total', 'EUR', '', booked_at + n * 3600 from demo_day
union all
select 100 * n + 1, 1, 6 + n, 'PAYMENT', quote ->> 'dueNow', 'EUR', 'Bank transfer', booked_at + n * 3600 + 60 from demo_day where paid;
drop view demo_day;
drop table demo_plan;
drop table demo_kind;

-- Anybody may suggest an event for the demo's calendar; two wait to be looked at.
update calendar set submissions = 1 where id = 1 and updated_at = 0;
insert or ignore into submission (id, public_id, org_id, calendar_id, state, author_name, author_email, content, queued, submitted_at, created_at, updated_at) values
  (1, 'sub_harbor_shanties', 1, 1, 'SUBMITTED', 'Demo guest 7', 'guest7@harbor.example',
   '{"title":"Shanties at pier 3","text":"An evening of **songs** from the harbor. Bring your voice.","when":[{"from":"2027-06-11T19:00","to":"2027-06-11T22:00"}],"where":"Pier 3","image":null,"price":null,"capacity":80,"ticketed":false,"link":null,"contact":"guest7@harbor.example","resourceIds":[]}',
   1, 1769814000, 1769814000, 1769814000),
  (2, 'sub_harbor_lamps', 1, 1, 'SUBMITTED', 'Demo guest 8', 'guest8@harbor.example',
   '{"title":"How a lighthouse works","text":"A talk in the **old lighthouse**, with the lamp lit.","when":[{"from":"2027-06-14T18:00","to":"2027-06-14T19:30"}],"where":"Old lighthouse","image":null,"price":1200,"capacity":20,"ticketed":false,"link":null,"contact":null,"resourceIds":["res_harbor_lighthouse"]}',
   2, 1769814000, 1769814000, 1769814000);
