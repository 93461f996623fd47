// OAuth 2.0 with PKCE: a person signs in to Daymark, chooses the business, and lets Zapier in. Register the app once
// (`POST /api/orgs/:orgId/oauth-apps`) with the redirect URI that Zapier shows; see the README.

/** Where Daymark answers. */
const BASE = process.env.DAYMARK_URL ?? 'https://book.example.com';

const SCOPES = ['org:read', 'bookings:read', 'bookings:write', 'catalog:read', 'catalog:write'];

/** The token endpoint takes forms, whatever this app otherwise sends. */
async function token(z, fields) {
  const client = { client_id: process.env.CLIENT_ID, client_secret: process.env.CLIENT_SECRET };
  const response = await z.request({
    url: `${BASE}/api/oauth/token`,
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ ...fields, ...client }).toString(),
  });
  const { access_token, refresh_token } = response.data;
  return { access_token, refresh_token };
}

const authentication = {
  type: 'oauth2',
  oauth2Config: {
    enablePkce: true,
    authorizeUrl: {
      url: `${BASE}/api/oauth/authorize`,
      params: {
        client_id: '{{process.env.CLIENT_ID}}',
        redirect_uri: '{{bundle.inputData.redirect_uri}}',
        response_type: 'code',
        state: '{{bundle.inputData.state}}',
        scope: SCOPES.join(' '),
      },
    },
    getAccessToken: (z, bundle) => token(z, {
      grant_type: 'authorization_code',
      code: bundle.inputData.code,
      redirect_uri: bundle.inputData.redirect_uri,
      ...(bundle.inputData.code_verifier ? { code_verifier: bundle.inputData.code_verifier } : {}),
    }),
    refreshAccessToken: (z, bundle) => token(z, { grant_type: 'refresh_token', refresh_token: bundle.authData.refresh_token }),
    autoRefresh: true,
  },
  test: async (z) => (await z.request({ url: `${BASE}/api/oauth/userinfo` })).data,
  connectionLabel: '{{bundle.inputData.email}}',
};

/** Every request but the one for a token says who asks. */
function withToken(request, z, bundle) {
  if (bundle.authData.access_token && !request.url.endsWith('/api/oauth/token')) {
    request.headers.authorization = `Bearer ${bundle.authData.access_token}`;
  }
  return request;
}

/** A refusal is shown in the words of its problem, with the field that is wrong. An expired token is renewed by Zapier. */
function saidPlainly(response, z) {
  if (response.status < 400 || response.status === 401 || response.status === 429) return response;
  let problem = {};
  try {
    problem = JSON.parse(response.content);
  } catch {
    // Not from Daymark: the status has to do.
  }
  const fields = (problem.errors ?? []).map(({ pointer, message }) => `${pointer} ${message}`);
  const words = [problem.detail ?? problem.title ?? problem.error_description ?? `Status ${response.status}`, ...fields];
  throw new z.errors.Error(words.join(' '), problem.code ?? problem.error ?? 'refused', response.status);
}

module.exports = { authentication, withToken, saidPlainly, BASE, SCOPES };
