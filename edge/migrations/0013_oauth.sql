-- OAuth 2.0: apps, what people granted them, and the codes and tokens of a grant. All secrets are stored hashed.

create table oauth_app (
  id integer primary key,
  -- Its client_id.
  public_id text not null unique,
  -- Who registered it; anybody may grant it something.
  org_id integer not null references org (id),
  name text not null check (length(name) between 1 and 100),
  -- None: a public client, which cannot keep one and proves itself by PKCE.
  secret_hash text,
  redirect_uris text not null check (json_valid(redirect_uris) and json_array_length(redirect_uris) between 1 and 10),
  scopes text not null check (json_valid(scopes) and json_array_length(scopes) >= 1),
  created_at integer not null,
  revoked_at integer,
  unique (org_id, id)
) strict;

create index oauth_app_by_org on oauth_app (org_id, id) where revoked_at is null;

-- A person lets an app act for them in one organization. Revoking it ends every token at once.
create table oauth_grant (
  id integer primary key,
  public_id text not null unique,
  app_id integer not null references oauth_app (id),
  person_id integer not null references person (id) on delete cascade,
  org_id integer not null references org (id),
  scopes text not null check (json_valid(scopes)),
  created_at integer not null,
  revoked_at integer
) strict;
create index oauth_grant_by_person on oauth_grant (person_id) where revoked_at is null;
create index oauth_grant_by_app on oauth_grant (app_id) where revoked_at is null;

create table oauth_code (
  code_hash text primary key,
  grant_id integer not null references oauth_grant (id) on delete cascade,
  redirect_uri text not null,
  -- PKCE, S256.
  challenge text,
  expires_at integer not null,
  used_at integer
) strict, without rowid;
create index oauth_code_by_expiry on oauth_code (expires_at);

create table oauth_token (
  token_hash text primary key,
  grant_id integer not null references oauth_grant (id) on delete cascade,
  kind text not null check (kind in ('ACCESS', 'REFRESH')),
  expires_at integer not null,
  -- A refresh token is used once: whoever brings it again is not who it was given to.
  used_at integer,
  check (kind = 'REFRESH' or used_at is null)
) strict, without rowid;
create index oauth_token_by_grant on oauth_token (grant_id);
create index oauth_token_by_expiry on oauth_token (expires_at);
