//! A key never exceeds whoever makes it: not in role, not in permissions, not in time. Pure.

use crate::access::permission::{Permission, Role};
use crate::problem::{Code, Problem};
use shared::zone::Instant;

/// Signs of the random part that are shown with the prefix, so that people tell their keys apart.
const SHOWN_SIGNS: usize = 4;

/// Whoever makes a key.
#[derive(Debug)]
pub struct Maker<'a> {
    /// What they are in each organization that the key is to cover.
    pub roles: Vec<Role>,
    /// What they were given, where they are a key themselves.
    pub permissions: Option<&'a [Permission]>,
    /// When they end, where they are a key that does.
    pub expires_at: Option<Instant>,
}

impl Maker<'_> {
    /// The highest role that a key of theirs can count for.
    pub fn role(&self) -> Role {
        // Where they are less than elsewhere, the key is less, too: roles are counted by organization when it is used.
        self.roles.iter().copied().min().unwrap_or(Role::Contributor)
    }

    fn may(&self, permission: Permission, ceiling: Role) -> bool {
        let given = self.permissions.is_none_or(|given| given.contains(&permission));
        given && self.roles.iter().all(|role| role.capped_by(ceiling).may(permission))
    }
}

/// What a key is called by: live, or a test.
pub fn prefix(mode: &str, pointer: &str) -> Result<&'static str, Problem> {
    match mode {
        "live" => Ok("dmk_live_"),
        "test" => Ok("dmk_test_"),
        _ => Err(Problem::field(pointer, "invalid_value", "must be live or test")),
    }
}

/// What is stored and shown of a key, to tell it from others.
pub fn shown(key: &str, prefix: &str) -> String {
    key.chars().take(prefix.len().saturating_add(SHOWN_SIGNS)).collect()
}

/// The role that a key counts for at most: its maker's own, unless a lower one is asked for.
pub fn ceiling(asked: Option<&str>, maker: &Maker<'_>, pointer: &str) -> Result<Role, Problem> {
    let Some(asked) = asked else { return Ok(maker.role()) };
    let role = crate::domain::member::rules::role(asked, pointer)?;
    crate::domain::member::rules::may_give(maker.role(), role, pointer)?;
    Ok(role)
}

/// The permissions of a key, each once.
pub fn permissions(
    names: &[String],
    ceiling: Role,
    maker: &Maker<'_>,
    pointer: &str,
) -> Result<Vec<Permission>, Problem> {
    if names.is_empty() {
        return Err(Problem::field(pointer, "too_few", "must name at least one permission"));
    }
    let mut given = Vec::with_capacity(names.len());
    for (index, name) in names.iter().enumerate() {
        let at = format!("{pointer}/{index}");
        let permission = Permission::parse(name).ok_or_else(|| {
            Problem::field(&at, "unknown_permission", "must be a permission; GET /api/meta/permissions lists them")
        })?;
        if !maker.may(permission, ceiling) {
            let rule =
                "is more than you may yourself in every one of these organizations, or more than the key's role may";
            return Err(Problem::new(Code::Forbidden).because("exceeds_maker").and_field(at, "exceeds_maker", rule));
        }
        if !given.contains(&permission) {
            given.push(permission);
        }
    }
    Ok(given)
}

/// When a key ends.
pub fn expiry(
    asked: Option<Instant>,
    maker: &Maker<'_>,
    now: Instant,
    pointer: &str,
) -> Result<Option<Instant>, Problem> {
    if asked.is_some_and(|at| at <= now) {
        return Err(Problem::field(pointer, "out_of_range", "must lie in the future"));
    }
    match (asked, maker.expires_at) {
        (Some(at), Some(end)) if at > end => {
            let rule = "must not be later than the end of the key that makes it";
            Err(Problem::new(Code::Forbidden).because("exceeds_maker").and_field(pointer, "exceeds_maker", rule))
        }
        (asked, end) => Ok(asked.or(end)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn maker(roles: &[Role]) -> Maker<'static> {
        Maker { roles: roles.to_vec(), permissions: None, expires_at: None }
    }

    fn given(maker: &Maker<'_>, ceiling: Role, name: &str) -> bool {
        permissions(&[name.to_owned()], ceiling, maker, "/permissions").is_ok()
    }

    #[test]
    fn a_key_is_given_what_its_maker_may_in_every_organization_and_no_more() {
        let (owner, mixed) = (maker(&[Role::Owner]), maker(&[Role::Owner, Role::Staff]));
        assert!(given(&owner, Role::Owner, "org:own"));
        assert!(!given(&owner, Role::Staff, "org:write"));
        assert!(given(&mixed, Role::Owner, "bookings:write"));
        assert!(given(&mixed, Role::Staff, "bookings:write"));
        assert!(!given(&mixed, Role::Owner, "org:write"));
    }

    #[test]
    fn a_key_made_by_a_key_has_no_more_and_lasts_no_longer() {
        let parent = Maker {
            roles: vec![Role::Admin],
            permissions: Some(&[Permission::OrgWrite, Permission::OrgRead]),
            expires_at: Some(Instant(100)),
        };
        assert!(given(&parent, Role::Admin, "org:read"));
        assert!(!given(&parent, Role::Admin, "bookings:read"));
        assert_eq!(expiry(None, &parent, Instant(1), "/expiresAt").ok(), Some(Some(Instant(100))));
        assert!(expiry(Some(Instant(101)), &parent, Instant(1), "/expiresAt").is_err());
        assert!(expiry(Some(Instant(1)), &parent, Instant(1), "/expiresAt").is_err());
    }

    #[test]
    fn only_the_beginning_of_a_key_is_shown() {
        assert_eq!(shown("dmk_live_abcdefghijk", "dmk_live_"), "dmk_live_abcd");
    }
}
