// The whole app: who connects, what happens, what can be done, what can be found.

const { version } = require('./package.json');
const { version: platformVersion } = require('zapier-platform-core');
const { authentication, withToken, saidPlainly } = require('./authentication');

const byKey = (actions) => Object.fromEntries(actions.map((action) => [action.key, action]));

module.exports = {
  version,
  platformVersion,
  authentication,
  beforeRequest: [withToken],
  afterResponse: [saidPlainly],
  triggers: byKey([...require('./triggers/bookings'), ...require('./triggers/shop'), require('./triggers/pick')]),
  creates: byKey([...require('./creates/bookings'), ...require('./creates/shop')]),
  searches: byKey(require('./searches')),
};
