// What can be found: nothing found is an empty list, which Zapier shows as such.

const { BASE } = require('./authentication');

const find = async (z, path, params) => (await z.request({ url: `${BASE}/apps/api/${path}`, params })).data.data;

module.exports = [
  {
    key: 'find_customer',
    noun: 'Customer',
    display: { label: 'Find Customer', description: 'Finds a customer by email.' },
    operation: {
      inputFields: [{ key: 'email', label: 'Email', required: true }],
      perform: (z, { inputData: { email } }) => find(z, 'customers', { email }),
      sample: { id: 'cus_example', email: 'jane@example.com', first_name: 'Jane', last_name: 'Doe', phone: null },
    },
  },
  {
    key: 'find_order',
    noun: 'Order',
    display: { label: 'Find Order', description: 'Finds an order by its number.' },
    operation: {
      inputFields: [{ key: 'number', label: 'Number', required: true, helpText: 'Such as HB-2026-000123.' }],
      perform: (z, { inputData: { number } }) => find(z, 'orders', { number }),
      sample: { id: 'bkg_example', number: 'HB-2026-000123', status: 'confirmed', fulfillment_status: 'open', total: 9700, currency: 'EUR' },
    },
  },
];
