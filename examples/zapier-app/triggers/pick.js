// Not for people to choose: the list that actions pick a booking from.

const { BASE } = require('../authentication');

module.exports = {
  key: 'booking_pick',
  noun: 'Booking',
  display: { label: 'Recent Bookings', description: 'Lists bookings to pick from.', hidden: true },
  operation: {
    type: 'polling',
    perform: async (z) => (await z.request({ url: `${BASE}/api/zapier/bookings` })).data,
    sample: { id: 'bkg_example', label: 'Jane Doe — AC Tune-Up — Aug 1, 2026 3:00 PM' },
    outputFields: [{ key: 'id' }, { key: 'label' }],
  },
};
