"""An app written with authlib, as its documentation shows it: code with PKCE, a call, a refresh, a revocation.

Reads what it is and who says yes from its input, prints what it saw. The consent page is answered as a browser would, with
the person's cookie.
"""

import json
import sys

import requests
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session
from authlib.oauth2.rfc8414 import AuthorizationServerMetadata, get_well_known_url

told = json.load(sys.stdin)
issuer, callback = told["issuer"], told["callback"]
metadata = AuthorizationServerMetadata(requests.get(get_well_known_url(issuer, external=True), timeout=10).json())
if metadata["issuer"] != issuer:
    sys.exit("somebody else's metadata")

app = OAuth2Session(
    told["clientId"],
    told.get("clientSecret"),
    token_endpoint_auth_method=told["method"],
    revocation_endpoint_auth_method=told["method"],
    scope="bookings:read",
    redirect_uri=callback,
    code_challenge_method="S256",
)
verifier = generate_token(48)
url, state = app.create_authorization_url(metadata["authorization_endpoint"], code_verifier=verifier)

person = {"cookie": told["cookie"], "origin": issuer}
page = requests.get(url, headers=person, timeout=10)
page.raise_for_status()
asked = requests.compat.urlparse(url).query
answer = requests.post(
    metadata["authorization_endpoint"],
    data=f"{asked}&organization={told['organization']}&decision=allow",
    headers={**person, "content-type": "application/x-www-form-urlencoded"},
    allow_redirects=False,
    timeout=10,
)
back = answer.headers["location"]

token = app.fetch_token(metadata["token_endpoint"], authorization_response=back, state=state, code_verifier=verifier)
me = app.get(metadata["userinfo_endpoint"], timeout=10).json()
fresh = app.refresh_token(metadata["token_endpoint"], refresh_token=token["refresh_token"])
again = app.get(metadata["userinfo_endpoint"], timeout=10).status_code
revoked = app.revoke_token(metadata["revocation_endpoint"], token=fresh["refresh_token"], token_type_hint="refresh_token")
after = app.get(metadata["userinfo_endpoint"], timeout=10)

print(json.dumps({
    "page": page.status_code,
    "scope": token["scope"],
    "email": me["email"],
    "rotated": token["refresh_token"] != fresh["refresh_token"] and token["access_token"] != fresh["access_token"],
    "again": again,
    "revoked": revoked.status_code,
    "after": after.status_code,
}))
