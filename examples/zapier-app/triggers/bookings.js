// Bookings of the person who connects, or of the whole business.

const { BASE } = require('../authentication');
const { verify } = require('../signature');

const SAMPLE = {
  id: 'bkg_example', event: 'booking.created', inviteeName: 'Jane Doe', inviteeEmail: 'jane@example.com',
  startTime: '2026-08-01T15:00:00.000Z', endTime: '2026-08-01T16:00:00.000Z', status: 'confirmed',
  guestAddress: '123 Main St, Dallas, TX', eventType: { name: 'AC Tune-Up', duration: 60 },
};

const FIELDS = [
  { key: 'id', label: 'Booking ID' },
  { key: 'event', label: 'Event' },
  { key: 'inviteeName', label: 'Guest Name' },
  { key: 'inviteeEmail', label: 'Guest Email' },
  { key: 'startTime', label: 'Starts', type: 'datetime' },
  { key: 'endTime', label: 'Ends', type: 'datetime' },
  { key: 'status', label: 'Status' },
  { key: 'guestAddress', label: 'Guest Address' },
  { key: 'eventType__name', label: 'What Was Booked' },
  { key: 'eventType__duration', label: 'Minutes', type: 'integer' },
];

const scope = {
  key: 'scope', label: 'Whose Bookings', choices: { self: 'Mine', org: 'Everybody’s' }, default: 'self',
  helpText: 'Everybody’s bookings take the role of staff or higher.',
};

function trigger(key, event, label, description) {
  return {
    key,
    noun: 'Booking',
    display: { label, description },
    operation: {
      type: 'hook',
      inputFields: [scope],
      performSubscribe: async (z, bundle) => {
        const body = { event, targetUrl: bundle.targetUrl, scope: bundle.inputData.scope || 'self' };
        return (await z.request({ url: `${BASE}/api/zapier/subscriptions`, method: 'POST', body })).data;
      },
      performUnsubscribe: async (z, bundle) => {
        await z.request({ url: `${BASE}/api/zapier/subscriptions/${bundle.subscribeData.id}`, method: 'DELETE' });
        return {};
      },
      perform: (z, bundle) => {
        verify(z, bundle.rawRequest, bundle.subscribeData.secret);
        return [bundle.cleanedRequest];
      },
      performList: async (z) => (await z.request({ url: `${BASE}/api/zapier/triggers/${event}/sample` })).data,
      sample: { ...SAMPLE, event },
      outputFields: FIELDS,
    },
  };
}

module.exports = [
  trigger('booking_created', 'booking.created', 'New Booking', 'Triggers when somebody books.'),
  trigger('booking_cancelled', 'booking.cancelled', 'Booking Cancelled', 'Triggers when a booking is called off.'),
  trigger('booking_rescheduled', 'booking.rescheduled', 'Booking Rescheduled', 'Triggers when a booking moves to another time.'),
];
