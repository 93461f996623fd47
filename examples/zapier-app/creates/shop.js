// What a shop's back end does.

const { BASE } = require('../authentication');

/** Fields that were left empty are not sent: there they would mean something. */
const given = (fields) => Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined && value !== ''));

const send = async (z, method, path, body) => (await z.request({ url: `${BASE}/apps/api/${path}`, method, body: given(body) })).data;

module.exports = [
  {
    key: 'create_customer',
    noun: 'Customer',
    display: { label: 'Create Customer', description: 'Makes a customer.' },
    operation: {
      inputFields: [
        { key: 'email', label: 'Email', required: true },
        { key: 'first_name', label: 'First Name' },
        { key: 'last_name', label: 'Last Name' },
        { key: 'phone', label: 'Phone' },
        { key: 'note', label: 'Note', type: 'text', helpText: 'Only staff see it.' },
      ],
      perform: (z, { inputData: { email, first_name, last_name, phone, note } }) => send(z, 'POST', 'customers', { email, first_name, last_name, phone, note }),
      sample: { id: 'cus_example', email: 'jane@example.com', first_name: 'Jane', last_name: 'Doe', phone: null },
    },
  },
  {
    key: 'update_order',
    noun: 'Order',
    display: { label: 'Update Order', description: 'Changes the status or the note of an order.' },
    operation: {
      inputFields: [
        { key: 'id', label: 'Order', required: true, dynamic: 'order_created.id.number', search: 'find_order.id' },
        { key: 'status', label: 'Status', choices: ['confirmed', 'rejected', 'canceled', 'fulfilled'], helpText: 'What the order’s life cycle allows from where it is.' },
        { key: 'note', label: 'Note', type: 'text' },
      ],
      perform: (z, { inputData: { id, status, note } }) => send(z, 'PUT', `orders/${encodeURIComponent(id)}`, { status, note }),
      sample: { id: 'bkg_example', number: 'HB-2026-000123', status: 'confirmed', fulfillment_status: 'open', total: 9700, currency: 'EUR' },
    },
  },
  {
    key: 'adjust_inventory',
    noun: 'Inventory',
    display: { label: 'Adjust Inventory', description: 'Sets or moves the stock of an add-on; never below what is sold.' },
    operation: {
      inputFields: [
        { key: 'variant_id', label: 'Variant ID', required: true, helpText: 'Such as add_…' },
        { key: 'quantity', label: 'Set To', type: 'integer' },
        { key: 'adjustment', label: 'Move By', type: 'integer', helpText: 'Such as -2. Either this or the field above.' },
      ],
      perform: (z, { inputData: { variant_id, quantity, adjustment } }) =>
        send(z, 'PUT', `inventory/${encodeURIComponent(variant_id)}`, { quantity, adjustment }),
      sample: { variant_id: 'add_picnic', quantity: 8 },
    },
  },
  {
    key: 'create_discount',
    noun: 'Discount',
    display: { label: 'Create Discount', description: 'Makes a code that makes orders cheaper.' },
    operation: {
      inputFields: [
        { key: 'code', label: 'Code', required: true },
        { key: 'type', label: 'Type', required: true, choices: { percentage: 'Percentage', fixed_amount: 'Fixed amount' } },
        { key: 'value', label: 'Value', required: true, type: 'number', helpText: 'Per cent, or minor units of your currency (500 is 5.00).' },
        { key: 'starts_at', label: 'From', type: 'datetime' },
        { key: 'ends_at', label: 'Until', type: 'datetime' },
        { key: 'usage_limit', label: 'How Often in All', type: 'integer' },
        { key: 'minimum_amount', label: 'Smallest Order', type: 'integer', helpText: 'Minor units.' },
        { key: 'product_ids', label: 'Only for These Products', list: true },
      ],
      perform: (z, { inputData: { code, type, value, starts_at, ends_at, usage_limit, minimum_amount, product_ids } }) => {
        const utc = (time) => (time ? new Date(time).toISOString().replace(/\.\d{3}Z$/, 'Z') : undefined);
        const only = product_ids?.length ? product_ids : undefined;
        return send(z, 'POST', 'discounts', {
          code, type, value, starts_at: utc(starts_at), ends_at: utc(ends_at), usage_limit, minimum_amount, product_ids: only,
        });
      },
      sample: { id: 'cpn_example', code: 'SUMMER10', type: 'percentage', value: 10 },
    },
  },
];
