-- Who may come in: people, what they are in an organization, their sessions and their keys.

create table person (
    id integer primary key,
    public_id text not null unique,
    email text not null unique collate nocase check (length(email) between 3 and 254),
    name text not null check (length(name) between 1 and 200),
    -- Argon2id as a PHC string; null for those who were invited and have not chosen a password yet.
    password_hash text,
    created_at integer not null
) strict;

create table member (
    id integer primary key,
    org_id integer not null references org (id),
    person_id integer not null references person (id),
    role text not null check (role in ('OWNER', 'ADMIN', 'STAFF', 'TRUSTED_CONTRIBUTOR', 'CONTRIBUTOR')),
    -- The member's own calendar, where they have one.
    resource_id integer,
    created_at integer not null,
    unique (org_id, person_id),
    unique (org_id, id),
    foreign key (org_id, resource_id) references resource (org_id, id)
) strict;

create index member_by_person on member (person_id);

-- Only the hash of a session's 256 random bits is here: who reads this table cannot sign in with it.
create table session (
    token_hash text primary key,
    person_id integer not null references person (id) on delete cascade,
    created_at integer not null,
    last_used_at integer not null,
    expires_at integer not null
) strict, without rowid;

create index session_by_person on session (person_id);
create index session_by_expiry on session (expires_at);

-- A key acts for the member who made it and never beyond: role and permissions can only take away.
create table api_key (
    id integer primary key,
    public_id text not null unique,
    member_person_id integer not null references person (id),
    name text not null check (length(name) between 1 and 200),
    prefix text not null check (prefix glob 'dmk_live_*' or prefix glob 'dmk_test_*'),
    key_hash text not null unique,
    role_ceiling text not null
        check (role_ceiling in ('OWNER', 'ADMIN', 'STAFF', 'TRUSTED_CONTRIBUTOR', 'CONTRIBUTOR')),
    permissions text not null check (json_valid(permissions) and json_type(permissions) = 'array'),
    created_at integer not null,
    expires_at integer,
    last_used_at integer,
    revoked_at integer
) strict;

create index api_key_by_person on api_key (member_person_id);

create table api_key_org (
    api_key_id integer not null references api_key (id) on delete cascade,
    org_id integer not null references org (id),
    primary key (api_key_id, org_id)
) strict, without rowid;

create index api_key_org_by_org on api_key_org (org_id);
