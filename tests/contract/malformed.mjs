// Requests that nobody should send, and what each is told: status, `code`, and the pointer of the field at fault.
//
// A row starts from a body that would succeed (`to` says which request) and breaks one thing:
// `set` a value at a pointer, `drop` the field at a pointer, or send `raw` text instead. `headers` add to the request.

const long = (length) => 'x'.repeat(length);
const many = (count, value) => Array.from({ length: count }, () => value);

/** `POST /api/bookings`, the source's one-item form. */
const booking = [
  // Not JSON at all.
  { name: 'nothing', raw: '', status: 400, code: 'malformed_json', pointer: '' },
  { name: 'half an object', raw: '{"tourId":', status: 400, code: 'malformed_json', pointer: '' },
  { name: 'two documents', raw: '{} {}', status: 400, code: 'malformed_json' },
  { name: 'a bare word', raw: 'tour', status: 400, code: 'malformed_json', pointer: '' },
  { name: 'not UTF-8', raw: Buffer.from([0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d]), status: 400, code: 'malformed_json' },
  { name: 'nested a thousand deep', raw: '['.repeat(1000) + ']'.repeat(1000), status: 400 },
  { name: 'more than 64 KB', raw: JSON.stringify({ tourId: long(70_000) }), status: 413, code: 'too_large' },
  { name: 'a form', raw: 'tourId=tour_harbor_sunset', headers: { 'content-type': 'application/x-www-form-urlencoded' }, status: 415, code: 'unsupported_media_type' },
  { name: 'plain text', raw: '{}', headers: { 'content-type': 'text/plain' }, status: 415, code: 'unsupported_media_type' },
  // JSON of another shape.
  { name: 'null', raw: 'null', status: 400, pointer: '' },
  { name: 'a list', raw: '[]', status: 400, pointer: '' },
  { name: 'a number', raw: '42', status: 400, pointer: '' },
  { name: 'an empty object', raw: '{}', status: 400, pointer: '/customer' },
  // The instant.
  { name: 'no instant', drop: '/instanceStartsAt', status: 400, pointer: '/instanceStartsAt' },
  { name: 'a number for the instant', set: ['/instanceStartsAt', 1_790_000_000], status: 400, pointer: '/instanceStartsAt' },
  { name: 'an instant without an offset', set: ['/instanceStartsAt', '2027-05-01T15:00:00'], status: 400, pointer: '/instanceStartsAt' },
  { name: 'a date for the instant', set: ['/instanceStartsAt', '2027-05-01'], status: 400, pointer: '/instanceStartsAt' },
  { name: 'the thirtieth of February', set: ['/instanceStartsAt', '2027-02-30T15:00:00Z'], status: 400, pointer: '/instanceStartsAt' },
  { name: 'the 25th hour', set: ['/instanceStartsAt', '2027-05-01T25:00:00Z'], status: 400, pointer: '/instanceStartsAt' },
  { name: 'words for the instant', set: ['/instanceStartsAt', 'tomorrow at five'], status: 400, pointer: '/instanceStartsAt' },
  { name: 'an instant when nothing departs', set: ['/instanceStartsAt', '2027-05-01T03:17:00Z'], status: 422, code: 'not_offered', pointer: '/instanceStartsAt' },
  { name: 'an instant long ago', set: ['/instanceStartsAt', '1999-05-01T15:00:00Z'], status: 422, pointer: '/instanceStartsAt' },
  { name: 'an instant in a thousand years', set: ['/instanceStartsAt', '3026-05-01T15:00:00Z'], status: 422, pointer: '/instanceStartsAt' },
  { name: 'an instant five digits of year away', set: ['/instanceStartsAt', '99999-05-01T15:00:00Z'], status: 400, pointer: '/instanceStartsAt' },
  // The offering.
  { name: 'no tour', drop: '/tourId', status: 400, pointer: '/tourId' },
  { name: 'an unknown tour', set: ['/tourId', 'tour_nowhere'], status: 404, code: 'not_found' },
  { name: 'a number for the tour', set: ['/tourId', 7], status: 400, pointer: '/tourId' },
  { name: 'SQL for the tour', set: ['/tourId', "x' or '1'='1"], status: 400, code: 'invalid_field', pointer: '/tourId' },
  { name: 'an empty tour', set: ['/tourId', ''], status: 400, code: 'invalid_field', pointer: '/tourId' },
  { name: 'a tour of a thousand letters', set: ['/tourId', long(1000)], status: 400, code: 'invalid_field', pointer: '/tourId' },
  // The party.
  { name: 'no party', drop: '/party', status: 400, pointer: '/party' },
  { name: 'an empty party', set: ['/party', {}], status: 400, code: 'invalid_field', pointer: '/party' },
  { name: 'a party of nobody', set: ['/party', { adult: 0 }], status: 400, code: 'invalid_field', pointer: '/party' },
  { name: 'minus one guest', set: ['/party/adult', -1], status: 400, pointer: '/party/adult' },
  { name: 'half a guest', set: ['/party/adult', 1.5], status: 400, pointer: '/party/adult' },
  { name: 'a guest in words', set: ['/party/adult', 'two'], status: 400, pointer: '/party/adult' },
  { name: 'a guest as text', set: ['/party/adult', '2'], status: 400, pointer: '/party/adult' },
  { name: 'more guests than a u32 holds', set: ['/party/adult', 4_294_967_296], status: 400, pointer: '/party/adult' },
  { name: 'as many guests as a u32 holds', set: ['/party/adult', 4_294_967_295], status: 400, code: 'invalid_field', pointer: '/party' },
  { name: 'more guests than the boat has seats', set: ['/party/adult', 13], status: 422, code: 'party_too_large', pointer: '/party' },
  { name: 'guests without end', raw: (body) => JSON.stringify(body).replace('"adult":2', '"adult":1e400'), status: 400 },
  { name: 'a list for the party', set: ['/party', [2]], status: 400, pointer: '/party' },
  { name: 'a party type that is not sold', set: ['/party', { dragon: 1 }], status: 422, code: 'not_offered' },
  { name: 'a party type that is sold beside one that is not', set: ['/party/dragon', 1], status: 422, code: 'not_offered' },
  // The customer.
  { name: 'no customer', drop: '/customer', status: 400, pointer: '/customer' },
  { name: 'null for the customer', set: ['/customer', null], status: 400, pointer: '/customer' },
  { name: 'a list for the customer', set: ['/customer', ['Ada', 'ada@guests.example']], status: 400, pointer: '/customer' },
  { name: 'a customer without a name', drop: '/customer/name', status: 400, pointer: '/customer/name' },
  { name: 'a customer with an empty name', set: ['/customer/name', ''], status: 400, code: 'invalid_field', pointer: '/customer/name' },
  { name: 'a customer with a name of spaces', set: ['/customer/name', '   '], status: 400, code: 'invalid_field', pointer: '/customer/name' },
  { name: 'a name of 201 letters', set: ['/customer/name', long(201)], status: 400, code: 'invalid_field', pointer: '/customer/name' },
  { name: 'a name with a line break', set: ['/customer/name', 'Ada\r\nBcc: all@guests.example'], status: 400, code: 'invalid_field', pointer: '/customer/name' },
  { name: 'a customer without an e-mail', drop: '/customer/email', status: 400, pointer: '/customer/email' },
  { name: 'an e-mail without an @', set: ['/customer/email', 'ada.guests.example'], status: 400, code: 'invalid_field', pointer: '/customer/email' },
  { name: 'an e-mail without a host', set: ['/customer/email', 'ada@'], status: 400, code: 'invalid_field', pointer: '/customer/email' },
  { name: 'an e-mail with a space', set: ['/customer/email', 'ada b@guests.example'], status: 400, code: 'invalid_field', pointer: '/customer/email' },
  { name: 'two e-mails in one', set: ['/customer/email', 'ada@guests.example,bob@guests.example'], status: 400, code: 'invalid_field', pointer: '/customer/email' },
  { name: 'an e-mail that adds a header', set: ['/customer/email', 'ada@guests.example\r\nBcc: all@guests.example'], status: 400, code: 'invalid_field', pointer: '/customer/email' },
  { name: 'an e-mail of 255 letters', set: ['/customer/email', `${long(240)}@guests.example`], status: 400, code: 'invalid_field', pointer: '/customer/email' },
  { name: 'a phone number without end', set: ['/customer/phone', long(500)], status: 400, code: 'invalid_field', pointer: '/customer/phone' },
  { name: 'a number for the phone number', set: ['/customer/phone', 4930123], status: 400, pointer: '/customer/phone' },
  // Add-ons, coupon, answers, locale.
  { name: 'an add-on that does not exist', set: ['/addOns', [{ id: 'add_nothing', quantity: 1 }]], status: 422, code: 'not_priced', pointer: '/addOns/0/id' },
  { name: 'an add-on of another offering', set: ['/addOns', [{ id: 'add_harbor_drybag', quantity: 1 }]], status: 422, code: 'not_priced', pointer: '/addOns/0/id' },
  { name: 'none of an add-on', set: ['/addOns', [{ id: 'add_harbor_picnic', quantity: 0 }]], status: 400, code: 'invalid_field', pointer: '/addOns/0/quantity' },
  { name: 'more baskets than there are', set: ['/addOns', [{ id: 'add_harbor_picnic', quantity: 7 }]], status: 409, code: 'add_on_sold_out', pointer: '/addOns/0/quantity' },
  { name: 'an add-on without a quantity', set: ['/addOns', [{ id: 'add_harbor_picnic' }]], status: 400, pointer: '/addOns/0/quantity' },
  { name: 'minus one add-on', set: ['/addOns', [{ id: 'add_harbor_picnic', quantity: -1 }]], status: 400, pointer: '/addOns/0/quantity' },
  { name: 'an object for the add-ons', set: ['/addOns', { id: 'add_harbor_picnic' }], status: 400, pointer: '/addOns' },
  { name: 'a coupon that does not exist', set: ['/coupon', 'NOSUCHCODE'], status: 422, code: 'coupon_unknown', pointer: '/coupon' },
  { name: 'a number for the coupon', set: ['/coupon', 10], status: 400, pointer: '/coupon' },
  { name: 'a coupon of a thousand letters', set: ['/coupon', long(1000)], status: 400, code: 'invalid_field', pointer: '/coupon' },
  { name: 'a list for the answers', set: ['/answers', ['yes']], status: 400, pointer: '/answers' },
  { name: 'an answer nobody asked for', set: ['/answers', { no_such_question: 'yes' }], status: 400, code: 'invalid_field', pointer: '/answers/no_such_question' },
  { name: 'an answer of 100,000 letters', raw: (body) => JSON.stringify({ ...body, answers: { a: long(60_000) } }), status: 400 },
  { name: 'text for private', set: ['/private', 'yes'], status: 400, pointer: '/private' },
  { name: 'a locale that is none', set: ['/locale', 'not a locale!'], status: 400, code: 'invalid_field', pointer: '/locale' },
  { name: 'a country that is none', set: ['/country', 'Germany'], status: 400, code: 'invalid_field', pointer: '/country' },
  { name: 'a quote hash of another price', set: ['/quoteHash', '0'.repeat(32)], status: 409, code: 'price_changed' },
  { name: 'a field that does not exist', set: ['/discount', 100], status: 400, pointer: '/discount' },
  { name: 'a price of one\'s own', set: ['/total', { amount: 1, currency: 'EUR' }], status: 400, pointer: '/total' },
  { name: 'a hold that does not exist', set: ['/holdToken', 'no_such_hold'], status: 404, code: 'not_found' },
  // Headers.
  { name: 'an idempotency key of 300 letters', headers: { 'idempotency-key': long(300) }, status: 400 },
  { name: 'an empty idempotency key', headers: { 'idempotency-key': '' }, status: 400 },
].map((row) => ({ to: 'booking', ...row }));

/** The general form: `items`. */
const items = [
  { name: 'no items at all', set: ['/items', []], status: 400, pointer: '/items' },
  { name: 'twenty-one items', raw: (body) => JSON.stringify({ ...body, items: many(21, body.items[0]) }), status: 400, code: 'invalid_field', pointer: '/items' },
  { name: 'an item that is null', set: ['/items/0', null], status: 400, pointer: '/items/0' },
  { name: 'an item without an offering', drop: '/items/0/offeringId', status: 400, pointer: '/items/0/offeringId' },
  { name: 'an item with a malformed id', set: ['/items/0/offeringId', 'Tour 7'], status: 400, code: 'invalid_field', pointer: '/items/0/offeringId' },
  { name: 'an item without a start', drop: '/items/0/startsAt', status: 400, pointer: '/items/0/startsAt' },
  { name: 'an item without a party', drop: '/items/0/party', status: 400, pointer: '/items/0/party' },
  { name: 'a length that is not sold', set: ['/items/0/length', 7], status: 422, code: 'not_offered' },
  { name: 'a negative length', set: ['/items/0/length', -60], status: 400, pointer: '/items/0/length' },
  { name: 'items and a tour at once', set: ['/tourId', 'tour_harbor_sunset'], status: 400 },
].map((row) => ({ to: 'items', ...row }));

const hold = [
  { name: 'a hold of nothing', raw: '{}', status: 400, pointer: '/items' },
  { name: 'a hold for a customer without an e-mail', set: ['/customer', { name: 'Ada' }], status: 400, pointer: '/customer/email' },
  { name: 'a hold of minus one guest', set: ['/items/0/party/adult', -1], status: 400, pointer: '/items/0/party/adult' },
  { name: 'a hold of an unknown tour', set: ['/items/0/offeringId', 'tour_nowhere'], status: 404, code: 'not_found' },
].map((row) => ({ to: 'hold', ...row }));

const quote = [
  { name: 'a quote for nothing', raw: '{}', status: 400, pointer: '/items' },
  { name: 'a quote in words', set: ['/items', 'two adults'], status: 400, pointer: '/items' },
  { name: 'a quote for an unknown tour', set: ['/items/0/offeringId', 'tour_nowhere'], status: 404, code: 'not_found' },
].map((row) => ({ to: 'quote', ...row }));

/** `GET …/availability`: `query` replaces the whole query. */
const availability = [
  { name: 'no dates', query: '', status: 400 },
  { name: 'no end', query: 'from=2027-05-01', status: 400, pointer: '?to' },
  { name: 'a date that is none', query: 'from=2027-02-30&to=2027-03-01', status: 400, pointer: '?from' },
  { name: 'an instant for a date', query: 'from=2027-05-01T00:00:00Z&to=2027-05-02', status: 400, pointer: '?from' },
  { name: 'the end before the start', query: 'from=2027-05-02&to=2027-05-01', status: 400, pointer: '?to' },
  { name: 'two years', query: 'from=2027-01-01&to=2028-12-31', status: 400, pointer: '?to' },
  { name: 'a party in prose', query: 'from=2027-05-01&to=2027-05-02&party=two', status: 400, pointer: '?party' },
  { name: 'a party of minus one', query: 'from=2027-05-01&to=2027-05-02&party=adult:-1', status: 400, pointer: '?party' },
].map((row) => ({ to: 'availability', ...row }));

const login = [
  { name: 'nothing to log in with', raw: '{}', status: 400, pointer: '/email' },
  { name: 'no password', drop: '/password', status: 400, pointer: '/password' },
  { name: 'a password of a megabyte', raw: JSON.stringify({ email: 'a@b.example', password: long(1_000_000) }), status: 413 },
  { name: 'the wrong password', set: ['/password', 'wrong'], status: 401, code: 'unauthenticated' },
  { name: 'an unknown account', set: ['/email', 'nobody@harbor.example'], status: 401, code: 'unauthenticated' },
].map((row) => ({ to: 'login', ...row }));

const webhook = [
  { name: 'no URL', drop: '/url', status: 400, pointer: '/url' },
  { name: 'no events', drop: '/events', status: 400, pointer: '/events' },
  { name: 'an event that does not exist', set: ['/events', ['booking.exploded']], status: 400, pointer: '/events/0' },
  { name: 'words for a URL', set: ['/url', 'my server'], status: 400, code: 'invalid_field', pointer: '/url' },
  { name: 'plain http', set: ['/url', 'http://hooks.example.com/'], status: 400, code: 'invalid_field', pointer: '/url' },
  { name: 'a password in the URL', set: ['/url', 'https://me:secret@hooks.example.com/'], status: 400, code: 'invalid_field', pointer: '/url' },
  { name: 'a private address', set: ['/url', 'https://10.0.0.1/'], status: 400, code: 'invalid_field', pointer: '/url' },
  { name: 'the cloud\'s metadata', set: ['/url', 'https://169.254.169.254/latest/meta-data/'], status: 400, code: 'invalid_field', pointer: '/url' },
  { name: 'a private address in hexadecimal', set: ['/url', 'https://0x0a000001/'], status: 400, code: 'invalid_field', pointer: '/url' },
  { name: 'a private address in IPv6 clothes', set: ['/url', 'https://[::ffff:10.0.0.1]/'], status: 400, code: 'invalid_field', pointer: '/url' },
  { name: 'a name inside a data centre', set: ['/url', 'https://metadata.google.internal/'], status: 400, code: 'invalid_field', pointer: '/url' },
  { name: 'a port of another service', set: ['/url', 'https://hooks.example.com:6379/'], status: 400, code: 'invalid_field', pointer: '/url' },
].map((row) => ({ to: 'webhook', ...row }));

/** Paths and methods that are not there. */
const routes = [
  { name: 'an unknown path', to: 'GET /api/nothing', status: 404, code: 'not_found' },
  { name: 'an unknown calendar', to: 'GET /embed/cal_nowhere', status: 404, code: 'not_found' },
  { name: 'an unknown booking', to: 'GET /api/bookings/bkg_nowhere', status: 401, code: 'unauthenticated' },
  { name: 'a booking that is replaced', to: 'PUT /api/bookings', status: 405, code: 'method_not_allowed' },
  { name: 'a quote that is read', to: 'GET /api/quotes', status: 405, code: 'method_not_allowed' },
  { name: 'a path that climbs', to: 'GET /embed/..%2f..%2fetc%2fpasswd', status: 404 },
  { name: 'a path with a zero byte', to: 'GET /embed/cal_%00', status: 404 },
];

export const malformed = [
  ...booking, ...items, ...hold, ...quote, ...availability, ...login, ...webhook, ...routes,
];
