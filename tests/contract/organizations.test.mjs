// An organization sets itself up, is known by one name, and closes without leaving anybody at the pier.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { guest, newcomer, owner, partner } from '../support/actors.mjs';
import { booking, CALENDAR, Departures, key, ORG, SUNSET } from '../support/harbor.mjs';
import { startServer } from '../support/server.mjs';

let server;
before(async () => (server = await startServer()));
after(() => server.stop());

test('a person founds as many organizations as they have, each of them apart', async () => {
  const ada = await newcomer(server);
  const again = key();
  const body = { name: 'Café Ödipus', timezone: 'Europe/Vienna', currency: 'EUR', locale: 'de-at' };
  const made = (await ada.post('/api/orgs', body, { key: again })).is(201).json;
  assert.equal((await ada.post('/api/orgs', body, { key: again })).is(201).json.id, made.id);
  assert.deepEqual([made.slug, made.locale, made.holdSeconds], ['cafe-oedipus', 'de-AT', 900]);
  assert.deepEqual((await ada.get(`/api/orgs/${made.id}`)).is(200).json, made);
  const { organizations } = (await ada.get('/api/auth/me')).is(200).json;
  assert.deepEqual(organizations.map((org) => org.role), ['OWNER', 'OWNER']);
  const twin = (await ada.post('/api/orgs', body, { key: key() })).is(201).json;
  assert.match((await ada.get(`/api/orgs/${twin.id}`)).json.slug, /^cafe-oedipus-\w{6}$/);
  (await ada.post('/api/orgs', { ...body, slug: 'harbor' }, { key: key() })).problem(409, 'slug_taken');
  assert.equal((await ada.post('/api/orgs', { ...body, currency: 'XXX' }, { key: key() })).problem(400).errors[0].pointer, '/currency');
});

test('what is set stays set, null clears it, and the record says which fields', async () => {
  const ada = await newcomer(server);
  const path = `/api/orgs/${ada.org}`;
  const before = (await ada.get(path)).is(200).json;
  const changed = (await ada.patch(path, {
    name: 'Pier One', timezone: 'America/New_York', currency: 'USD', locale: 'en-us', holdSeconds: 600, retentionDays: 730,
    branding: { accent: '#0b6e8f', font: 'Inter, sans-serif', radius: 8, logo: 'https://pier.example/logo.svg' },
    contact: { email: 'hello@pier.example', phone: '+1 555 0100', website: 'https://pier.example', address: 'Pier 1\nNew York' },
    seller: { name: 'Pier One Inc.', address: 'Pier 1\nNew York', taxNumber: '12-3456789', footer: 'Bank of the Sea' },
    cancellationPolicy: { cancelUntilMinutes: 2880, rescheduleUntilMinutes: null, text: 'Two days before, for free.' },
    tax: { added: true, home: 'US', rates: [{ name: 'Sales tax', basisPoints: 887 }] },
    allowedOrigins: ['https://www.pier.example/'],
  })).is(200).json;
  assert.deepEqual([changed.name, changed.timezone, changed.currency, changed.locale, changed.holdSeconds, changed.retentionDays],
    ['Pier One', 'America/New_York', 'USD', 'en-US', 600, 730]);
  assert.deepEqual(changed.cancellationPolicy, { cancelUntilMinutes: 2880, rescheduleUntilMinutes: null, text: 'Two days before, for free.' });
  assert.deepEqual(changed.allowedOrigins, ['https://www.pier.example']);
  assert.deepEqual(changed.tax.rates, [{ name: 'Sales tax', basisPoints: 887, compound: false, countries: [] }]);
  assert.deepEqual(changed.seller, { name: 'Pier One Inc.', address: 'Pier 1\nNew York', taxNumber: '12-3456789', footer: 'Bank of the Sea' });
  const cleared = (await ada.patch(path, { contact: { phone: null }, retentionDays: null, tax: { home: null } })).is(200).json;
  assert.deepEqual(cleared, { ...changed, retentionDays: null, contact: { ...changed.contact, phone: null }, tax: { ...changed.tax, home: null } });
  assert.notDeepEqual(before, changed);
  const { data } = (await ada.get(`${path}/audit?subject=${ada.org}`)).is(200).json;
  assert.deepEqual(data.map((entry) => entry.action), ['organization.changed', 'organization.changed', 'organization.created']);
  assert.deepEqual(data[0].detail.fields, ['retentionDays', 'contact', 'tax']);
});

test('a field that breaks its rule is named, and nothing is changed', async () => {
  const ada = await newcomer(server);
  const path = `/api/orgs/${ada.org}`;
  const before = (await ada.get(path)).json;
  for (const [body, pointer] of [
    [{ name: '' }, '/name'], [{ slug: 'A' }, '/slug'], [{ timezone: 'Mars/Base' }, '/timezone'], [{ currency: 'eur' }, '/currency'],
    [{ locale: 'english' }, '/locale'], [{ holdSeconds: 1 }, '/holdSeconds'], [{ branding: { accent: 'red' } }, '/branding/accent'],
    [{ branding: { font: 'x;}' } }, '/branding/font'], [{ branding: { logo: 'javascript:1' } }, '/branding/logo'],
    [{ contact: { email: 'x' } }, '/contact/email'], [{ seller: { taxNumber: 'none' } }, '/seller/taxNumber'], [{ seller: { name: '' } }, '/seller/name'],
    [{ seller: { address: 'x'.repeat(501) } }, '/seller/address'], [{ seller: { vat: 'DE1' } }, '/seller/vat'], [{ tax: { rates: [{ name: 'VAT', basisPoints: 20_000 }] } }, '/tax/rates/0/basisPoints'],
    [{ allowedOrigins: ['pier.example'] }, '/allowedOrigins/0'], [{ colour: 'red' }, '/colour'],
  ]) {
    assert.equal((await ada.patch(path, { name: 'Changed', ...body })).problem(400).errors[0].pointer, pointer, JSON.stringify(body));
  }
  (await ada.patch(path, { slug: 'harbor' })).problem(409, 'slug_taken');
  assert.deepEqual((await ada.get(path)).json, before);
});

test('the currency stays once something was sold in it', async () => {
  const staff = await owner(server);
  const problem = (await staff.patch(`/api/orgs/${ORG}`, { currency: 'USD', name: 'Changed' })).problem(409, 'currency_in_use');
  assert.equal(problem.errors[0].pointer, '/currency');
  const org = (await staff.get(`/api/orgs/${ORG}`)).json;
  assert.deepEqual([org.currency, org.name], ['EUR', 'Harbor Tours']);
  assert.equal((await staff.patch(`/api/orgs/${ORG}`, { currency: 'EUR' })).is(200).json.currency, 'EUR');
});

test('another name does not make prices new, another tax does, and the calendar shows both at once', async () => {
  const staff = await owner(server);
  const version = () => server.d1('select price_version as v from org where public_id = ?', ORG)[0].v;
  const before = version();
  (await staff.patch(`/api/orgs/${ORG}`, { contact: { phone: '+49 40 7654321' } })).is(200);
  assert.equal(version(), before);
  assert.ok((await guest(server).get(`/embed/${CALENDAR}`)).is(200).text.includes('+49 40 7654321'));
  (await staff.patch(`/api/orgs/${ORG}`, { tax: { rates: [{ name: 'VAT', basisPoints: 700 }] } })).is(200);
  assert.equal(version(), before + 1);
});

test('sites that an organization names may embed its calendars where a calendar names none', async () => {
  const staff = await owner(server);
  (await staff.patch(`/api/orgs/${ORG}`, { allowedOrigins: ['https://www.harbor.example'] })).is(200);
  const allowed = async (origin) => (await guest(server).get(`/embed/${CALENDAR}`, { headers: { origin } })).is(200).header('access-control-allow-origin');
  assert.equal(await allowed('https://www.harbor.example'), 'https://www.harbor.example');
  assert.notEqual(await allowed('https://elsewhere.example'), 'https://elsewhere.example');
  (await staff.patch(`/api/orgs/${ORG}`, { allowedOrigins: [] })).is(200);
  assert.equal(await allowed('https://elsewhere.example'), '*');
});

test('the record is read by page, by actor and by subject, by those who run the organization', async () => {
  const ada = await newcomer(server);
  const path = `/api/orgs/${ada.org}/audit`;
  for (const name of ['One', 'Two', 'Three']) (await ada.patch(`/api/orgs/${ada.org}`, { name })).is(200);
  const first = (await ada.get(`${path}?limit=3`)).is(200).json;
  assert.equal(first.data.length, 3);
  const rest = (await ada.get(`${path}?limit=3&cursor=${first.nextCursor}`)).is(200).json;
  assert.deepEqual([rest.data.length, rest.nextCursor, rest.data[0].action], [1, null, 'organization.created']);
  assert.deepEqual([first.data[0].actor, first.data[0].actorName], [ada.user.id, ada.user.name]);
  assert.equal((await ada.get(`${path}?actor=${ada.user.id}`)).json.data.length, 4);
  assert.equal((await ada.get(`${path}?actor=usr_nobody`)).json.data.length, 0);
  const made = (await ada.post(`/api/orgs/${ada.org}/api-keys`, { name: 'Low', permissions: ['org:read'] }, { key: key() })).is(201).json;
  (await partner(server, made.key).get(path)).problem(403);
  (await (await newcomer(server)).get(path)).problem(404);
});

test('an organization does not close while bookings are ahead, and names them', async () => {
  const staff = await owner(server);
  const made = (await guest(server).post('/api/bookings', booking(await new Departures(guest(server), SUNSET).next()), { key: key() })).is(201).json;
  const { name } = (await staff.get(`/api/orgs/${ORG}`)).json;
  assert.equal((await staff.delete(`/api/orgs/${ORG}`, { json: { confirm: 'harbor' } })).problem(400).errors[0].pointer, '/confirm');
  const problem = (await staff.delete(`/api/orgs/${ORG}`, { json: { confirm: name } })).problem(409, 'bookings_ahead');
  assert.ok(problem.errors.length > 0 && problem.errors.every((one) => one.code === 'booking_ahead'));
  assert.ok(JSON.stringify(problem.errors).includes('HB-'), JSON.stringify(problem.errors));
  (await guest(server).get(`/api/tours/${SUNSET}/availability?from=2027-01-01&to=2027-01-02`)).is(200);
  assert.ok(made.id);
});

test('a closed organization answers nothing, sells nothing, and leaves a record', async () => {
  const staff = await owner(server);
  const program = (await staff.post(`/api/orgs/${ORG}/api-keys`, { name: 'Till', permissions: ['org:read'] }, { key: key() })).is(201).json.key;
  const slot = await new Departures(guest(server), SUNSET).next();
  const db = server.database();
  db.exec(`update booking set state = 'CANCELLED', version = version + 1 where state in ('PENDING', 'AWAITING_APPROVAL', 'CONFIRMED')`);
  const { name } = (await staff.get(`/api/orgs/${ORG}`)).json;
  (await staff.delete(`/api/orgs/${ORG}`, { json: { confirm: name } })).is(204);
  for (const caller of [staff, partner(server, program)]) (await caller.get(`/api/orgs/${ORG}`)).problem(404);
  (await staff.delete(`/api/orgs/${ORG}`, { json: { confirm: name } })).problem(404);
  (await guest(server).get(`/embed/${CALENDAR}`)).problem(404);
  (await guest(server).get(`/api/tours/${SUNSET}/availability?from=2027-01-01&to=2027-01-02`)).problem(404);
  const refused = await guest(server).post('/api/bookings', booking(slot), { key: key() });
  assert.ok(refused.status >= 400 && refused.status < 500, refused.text);
  assert.equal(server.d1(`select count(*) as n from audit where action = 'organization.closed' and subject = ?`, ORG)[0].n, 1);
  assert.throws(() => db.exec(`insert into member (org_id, person_id, role, created_at) values (1, 1, 'OWNER', 0)`), /closed/);
});
