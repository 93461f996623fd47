//! The SQL of members and invitations. Statements that give or take a role ask in the same moment whether whoever acts
//! (`by`, a row of `person`) still has one of the roles (`allowed`, a JSON array) that it takes.

use crate::access::permission::Role;
use crate::database::{Database, Statement, StoreError, sql};
use serde::Deserialize;
use shared::zone::Instant;

/// A member.
#[derive(Debug, Deserialize)]
pub struct Member {
    /// Row.
    pub id: i64,
    /// Row of the person.
    pub person_id: i64,
    /// `usr_…`.
    pub public_id: String,
    /// Name.
    pub name: String,
    /// Address.
    pub email: String,
    /// What they are.
    pub role: String,
    /// Since when.
    pub created_at: i64,
}

const LIST: &str = "
select member.id, member.person_id, person.public_id, person.name, person.email, member.role, member.created_at
from member
join person on person.id = member.person_id
where member.org_id = ?1 and member.id > ?2
order by member.id
limit ?3";
const FIND: &str = "
select member.id, member.person_id, person.public_id, person.name, person.email, member.role, member.created_at
from person
join member on member.person_id = person.id and member.org_id = ?1
where person.public_id = ?2";

/// Members of an organization after row `after`.
pub async fn list(database: &Database, org: i64, after: i64, limit: i64) -> Result<Vec<Member>, StoreError> {
    database.run(sql(LIST).bind(org).bind(after).bind(limit)).await?.all()
}

/// A member, by the public id of the person.
pub async fn find(database: &Database, org: i64, person: &str) -> Result<Option<Member>, StoreError> {
    database.run(sql(FIND).bind(org).bind(person)).await?.first()
}

const CHANGE_ROLE: &str = "
update member set role = ?4
where org_id = ?1 and person_id = ?2 and role = ?3
  and exists (
      select 1 from member as actor
      where actor.org_id = ?1 and actor.person_id = ?5 and actor.role in (select value from json_each(?6)))";

/// Gives a member another role; it has to change a row.
pub fn change_role(org: i64, person: i64, roles: (Role, Role), by: i64, allowed: &str) -> Statement {
    let (from, to) = roles;
    sql(CHANGE_ROLE).bind(org).bind(person).bind(from.as_str()).bind(to.as_str()).bind(by).bind(allowed)
}

const REMOVE: &str = "
delete from member
where org_id = ?1 and person_id = ?2
  and exists (
      select 1 from member as actor
      where actor.org_id = ?1 and actor.person_id = ?3 and actor.role in (select value from json_each(?4)))";
const WITHDRAW_KEYS: &str = "
delete from api_key_org
where org_id = ?1 and api_key_id in (select id from api_key where member_person_id = ?2)";
const END_GRANTS: &str = "
update oauth_grant set revoked_at = ?3 where person_id = ?2 and org_id = ?1 and revoked_at is null";

/// Takes a member out of the organization; the statement has to change a row.
pub fn remove(org: i64, person: i64, by: i64, allowed: &str) -> Statement {
    sql(REMOVE).bind(org).bind(person).bind(by).bind(allowed)
}

/// What goes with a member: their keys and apps do nothing here any more, also if they come back; nobody comes on their word.
pub fn take_along(org: i64, person: i64, now: Instant) -> [Statement; 3] {
    [
        sql(WITHDRAW_KEYS).bind(org).bind(person),
        sql(END_GRANTS).bind(org).bind(person).bind(now),
        withdraw_invitations(org, person, now),
    ]
}

const WITHDRAW_INVITATIONS: &str = "
update invitation set revoked_at = ?3
where org_id = ?1 and invited_by = ?2 and accepted_at is null and revoked_at is null";

/// Withdraws what somebody asked others to come to: they may no longer be one to ask.
pub fn withdraw_invitations(org: i64, person: i64, now: Instant) -> Statement {
    sql(WITHDRAW_INVITATIONS).bind(org).bind(person).bind(now)
}

/// An invitation.
#[derive(Debug, Deserialize)]
pub struct Invitation {
    /// Row.
    pub id: i64,
    /// `inv_…`.
    pub public_id: String,
    /// Address.
    pub email: String,
    /// What they would be.
    pub role: String,
    /// BCP 47.
    pub language: String,
    /// Name of whoever asked.
    pub invited_by: String,
    /// When it was mailed last.
    pub sent_at: i64,
    /// Until when it can be accepted.
    pub expires_at: i64,
}

const INVITATIONS: &str = "
select invitation.id, invitation.public_id, invitation.email, invitation.role, invitation.language,
       person.name as invited_by, invitation.sent_at, invitation.expires_at
from invitation
join person on person.id = invitation.invited_by
where invitation.org_id = ?1 and invitation.id > ?2 and invitation.accepted_at is null and invitation.revoked_at is null
order by invitation.id
limit ?3";
const INVITATION: &str = "
select invitation.id, invitation.public_id, invitation.email, invitation.role, invitation.language,
       person.name as invited_by, invitation.sent_at, invitation.expires_at
from invitation
join person on person.id = invitation.invited_by
where invitation.public_id = ?2 and invitation.org_id = ?1
  and invitation.accepted_at is null and invitation.revoked_at is null";

/// Open invitations of an organization after row `after`, those that have run out included.
pub async fn invitations(database: &Database, org: i64, after: i64, limit: i64) -> Result<Vec<Invitation>, StoreError> {
    database.run(sql(INVITATIONS).bind(org).bind(after).bind(limit)).await?.all()
}

/// An open invitation.
pub async fn invitation(database: &Database, org: i64, id: &str) -> Result<Option<Invitation>, StoreError> {
    database.run(sql(INVITATION).bind(org).bind(id)).await?.first()
}

#[derive(Deserialize)]
struct Count {
    count: i64,
}

const IS_MEMBER: &str = "
select count(*) as count
from person
join member on member.person_id = person.id and member.org_id = ?1
where person.email = ?2 and person.confirmed_at is not null";

/// Whether the owner of an address works there already.
pub async fn is_member(database: &Database, org: i64, email: &str) -> Result<bool, StoreError> {
    let row: Option<Count> = database.run(sql(IS_MEMBER).bind(org).bind(email)).await?.first()?;
    Ok(row.is_some_and(|row| row.count > 0))
}

/// An invitation to be written.
pub struct NewInvitation<'a> {
    /// `inv_…`.
    pub public_id: &'a str,
    /// Checked.
    pub email: &'a str,
    /// What they would be.
    pub role: Role,
    /// BCP 47.
    pub language: &'a str,
    /// Of the link's token.
    pub token_hash: &'a str,
    /// Row of whoever asks.
    pub by: i64,
    /// Until when it can be accepted.
    pub until: Instant,
}

const REPLACE: &str = "
update invitation set revoked_at = ?3
where org_id = ?1 and email = ?2 and accepted_at is null and revoked_at is null";
const INVITE: &str = "
insert into invitation (public_id, org_id, email, role, language, token_hash, invited_by, sent_at, expires_at, created_at)
select ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?9, ?8, ?9
where exists (
        select 1 from member as actor
        where actor.org_id = ?2 and actor.person_id = ?7 and actor.role in (select value from json_each(?10)))
  and (select count(*) from invitation
       where org_id = ?2 and accepted_at is null and revoked_at is null) < ?11";

/// Asks somebody to come; an open invitation to the same address is withdrawn. The second statement has to change a row.
pub fn invite(org: i64, new: &NewInvitation<'_>, allowed: &str, most: i64, now: Instant) -> (Statement, Statement) {
    let write = sql(INVITE)
        .bind(new.public_id)
        .bind(org)
        .bind(new.email)
        .bind(new.role.as_str())
        .bind(new.language)
        .bind(new.token_hash)
        .bind(new.by)
        .bind(new.until)
        .bind(now)
        .bind(allowed)
        .bind(most);
    (sql(REPLACE).bind(org).bind(new.email).bind(now), write)
}

const RESEND: &str = "
update invitation set token_hash = ?3, sent_at = ?4, expires_at = ?5
where org_id = ?1 and public_id = ?2 and accepted_at is null and revoked_at is null";

/// Gives an open invitation a new token; the one before works no more.
pub fn resend(org: i64, id: &str, token_hash: &str, until: Instant, now: Instant) -> Statement {
    sql(RESEND).bind(org).bind(id).bind(token_hash).bind(now).bind(until)
}

const WITHDRAW: &str = "
update invitation set revoked_at = ?3
where org_id = ?1 and public_id = ?2 and accepted_at is null and revoked_at is null";

/// Takes an open invitation back.
pub fn withdraw(org: i64, id: &str, now: Instant) -> Statement {
    sql(WITHDRAW).bind(org).bind(id).bind(now)
}

/// An invitation, as its reader sees it.
#[derive(Debug, Deserialize)]
pub struct Received {
    /// `inv_…`.
    pub public_id: String,
    /// Row of the organization.
    pub org_id: i64,
    /// Its name.
    pub organization: String,
    /// Who asked.
    pub invited_by: String,
    /// To whom it was sent.
    pub email: String,
    /// What they would be.
    pub role: String,
    /// BCP 47.
    pub language: String,
    /// Until when it can be accepted.
    pub expires_at: i64,
}

const RECEIVED: &str = "
select invitation.public_id, invitation.org_id, org.name as organization, person.name as invited_by,
       invitation.email, invitation.role, invitation.language, invitation.expires_at
from invitation
join org on org.id = invitation.org_id
join person on person.id = invitation.invited_by
where invitation.token_hash = ?1 and invitation.accepted_at is null and invitation.revoked_at is null
  and invitation.expires_at > ?2 and org.closed_at is null";

/// The invitation that a token opens.
pub async fn received(database: &Database, token_hash: &str, now: Instant) -> Result<Option<Received>, StoreError> {
    database.run(sql(RECEIVED).bind(token_hash).bind(now)).await?.first()
}

const ACCEPT: &str = "
update invitation set accepted_at = ?2
where token_hash = ?1 and accepted_at is null and revoked_at is null and expires_at > ?2";
const JOIN: &str = "
insert into member (org_id, person_id, role, created_at)
select invitation.org_id, person.id, invitation.role, ?3
from invitation, person
where invitation.token_hash = ?1 and person.public_id = ?2
on conflict (org_id, person_id) do nothing";

/// Uses an invitation up: it has to change a row.
pub fn accept(token_hash: &str, now: Instant) -> Statement {
    sql(ACCEPT).bind(token_hash).bind(now)
}

/// Whoever accepted it is a member; one who is already stays what they are.
pub fn join(token_hash: &str, person: &str, now: Instant) -> Statement {
    sql(JOIN).bind(token_hash).bind(person).bind(now)
}
