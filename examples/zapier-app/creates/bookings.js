// What an assistant does for the person who connected.

const { BASE } = require('../authentication');

const post = async (z, path, body) => (await z.request({ url: `${BASE}/api/zapier/actions/${path}`, method: 'POST', body })).data;

/** A field that people fill in as `yes` or `no`; empty means yes. */
const yes = (value) => value === undefined || value === '' || value === true || value === 'true';

const booking = { key: 'id', label: 'Booking', required: true, dynamic: 'booking_pick.id.label' };

module.exports = [
  {
    key: 'block_date',
    noun: 'Date',
    display: { label: 'Block or Unblock a Date', description: 'Takes a day, or a part of it, off your calendar, or gives it back.' },
    operation: {
      inputFields: [
        { key: 'date', label: 'Date', required: true, helpText: 'YYYY-MM-DD, at your business.' },
        { key: 'isBlocked', label: 'Blocked', type: 'boolean', default: 'true' },
        { key: 'startTime', label: 'From', helpText: 'HH:MM. Without times it is the whole day.' },
        { key: 'endTime', label: 'Until', helpText: 'HH:MM' },
      ],
      perform: (z, { inputData: { date, isBlocked, startTime, endTime } }) =>
        post(z, 'block-date', { date, isBlocked: yes(isBlocked), ...(startTime ? { startTime } : {}), ...(endTime ? { endTime } : {}) }),
      sample: { date: '2026-07-04', isBlocked: true, startTime: null, endTime: null },
    },
  },
  {
    key: 'cancel_booking',
    noun: 'Booking',
    display: { label: 'Cancel Booking', description: 'Calls a booking off; its seats are free at once and the guest is told.' },
    operation: {
      inputFields: [booking],
      perform: (z, { inputData: { id } }) => post(z, `bookings/${encodeURIComponent(id)}/cancel`, {}),
      sample: { id: 'bkg_example', status: 'cancelled', noShow: false },
    },
  },
  {
    key: 'no_show',
    noun: 'Booking',
    display: { label: 'Mark No-Show', description: 'Flags that nobody came, or takes that back. The guest is not told.' },
    operation: {
      inputFields: [booking, { key: 'noShow', label: 'Nobody Came', type: 'boolean', default: 'true' }],
      perform: (z, { inputData: { id, noShow } }) => post(z, `bookings/${encodeURIComponent(id)}/no-show`, { noShow: yes(noShow) }),
      sample: { id: 'bkg_example', status: 'confirmed', noShow: true },
    },
  },
];
