// Who sent this hook? Standard Webhooks 1.0: the HMAC over id, time and body, with the secret that subscribing answered.

const { createHmac, timingSafeEqual } = require('node:crypto');

const TOLERANCE_SECONDS = 5 * 60;

/** Zapier writes a hook's headers as `Http-Webhook-Id`. */
function header(request, name) {
  const found = Object.entries(request.headers).find(([key]) => key.toLowerCase().replace(/^http-/, '') === name);
  return found?.[1] ?? '';
}

/** Throws unless Daymark sent this, not long ago. */
function verify(z, request, secret, now = Date.now()) {
  const timestamp = header(request, 'webhook-timestamp');
  const key = Buffer.from(secret.replace(/^whsec_/, ''), 'base64');
  const expected = createHmac('sha256', key).update(`${header(request, 'webhook-id')}.${timestamp}.${request.content}`).digest();
  const fresh = Math.abs(now / 1000 - Number(timestamp)) <= TOLERANCE_SECONDS;
  const signed = header(request, 'webhook-signature').split(' ').some((signature) => {
    const given = Buffer.from(signature.replace(/^v1,/, ''), 'base64');
    return given.length === expected.length && timingSafeEqual(given, expected);
  });
  if (!fresh || !signed) throw new z.errors.Error('This hook was not sent by Daymark.', 'bad_signature', 401);
}

module.exports = { verify };
