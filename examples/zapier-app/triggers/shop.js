// The business seen as a shop: a booking is an order, an offering a product.

const { BASE } = require('../authentication');
const { verify } = require('../signature');

const BUYER = { email: 'jane@example.com', first_name: 'Jane', last_name: 'Doe', phone: null };
const ORDER = {
  id: 'bkg_example', number: 'HB-2026-000123', status: 'confirmed', fulfillment_status: 'open', total: 9700, currency: 'EUR', customer: BUYER,
  line_items: [{ product_id: 'tour_sunset', name: 'Sunset Tour', quantity: 2, starts_at: '2026-08-01T18:00:00Z', ends_at: '2026-08-01T20:00:00Z' }],
  created_at: '2026-07-01T09:00:00Z',
};
const PRODUCT = { id: 'tour_sunset', kind: 'TOUR', name: 'Sunset Tour', summary: 'Two hours at dusk', status: 'PUBLISHED', visibility: 'PUBLIC', currency: 'EUR' };
const CUSTOMER = { id: 'cus_example', ...BUYER };

const orders = async (z) => (await z.request({ url: `${BASE}/apps/api/orders` })).data.data;
const customers = async (z) => (await z.request({ url: `${BASE}/apps/api/customers` })).data.data;
const products = async (z) => {
  const { organization } = (await z.request({ url: `${BASE}/api/oauth/userinfo` })).data;
  const { data } = (await z.request({ url: `${BASE}/api/orgs/${organization.id}/tours` })).data;
  return data.map(({ id, name, summary, status, visibility }) => ({ id, kind: 'TOUR', name, summary, status, visibility }));
};

function trigger(key, noun, event, label, description, { list, sample }) {
  return {
    key,
    noun,
    display: { label, description },
    operation: {
      type: 'hook',
      performSubscribe: async (z, bundle) =>
        (await z.request({ url: `${BASE}/apps/api/webhooks`, method: 'POST', body: { url: bundle.targetUrl, events: [event] } })).data,
      performUnsubscribe: async (z, bundle) => {
        await z.request({ url: `${BASE}/apps/api/webhooks/${bundle.subscribeData.id}`, method: 'DELETE' });
        return {};
      },
      perform: (z, bundle) => {
        verify(z, bundle.rawRequest, bundle.subscribeData.secret);
        return [bundle.cleanedRequest.data];
      },
      performList: list,
      sample,
    },
  };
}

const order = { list: orders, sample: ORDER };
const product = { list: products, sample: PRODUCT };

module.exports = [
  trigger('order_created', 'Order', 'order.created', 'New Order', 'Triggers when an order is placed.', order),
  trigger('order_updated', 'Order', 'order.updated', 'Order Updated', 'Triggers when the status of an order changes.', order),
  trigger('order_fulfilled', 'Order', 'order.fulfilled', 'Order Fulfilled', 'Triggers when a guest checked in or the booking took place.', order),
  trigger('order_canceled', 'Order', 'order.canceled', 'Order Canceled', 'Triggers when an order is called off.', order),
  trigger('product_created', 'Product', 'product.created', 'New Product', 'Triggers when an offering or an add-on is new.', product),
  trigger('product_updated', 'Product', 'product.updated', 'Product Updated', 'Triggers when an offering or an add-on changes.', product),
  trigger('customer_created', 'Customer', 'customer.created', 'New Customer', 'Triggers when somebody is new.', { list: customers, sample: CUSTOMER }),
];
