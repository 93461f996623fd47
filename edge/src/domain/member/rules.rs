//! Nobody gives a role above their own, takes one away from somebody above them, or acts on them. Pure.

use crate::access::permission::Role;
use crate::problem::{Code, Problem};

/// The role named by a field.
pub fn role(text: &str, pointer: &str) -> Result<Role, Problem> {
    let rule = "must be OWNER, ADMIN, STAFF, TRUSTED_CONTRIBUTOR or CONTRIBUTOR";
    Role::parse(text).ok_or_else(|| Problem::field(pointer, "unknown_role", rule))
}

/// Whether somebody may give that role.
pub fn may_give(own: Role, given: Role, pointer: &str) -> Result<(), Problem> {
    if own <= given {
        return Ok(());
    }
    let rule = format!("is above your own role, {own}");
    Err(Problem::new(Code::Forbidden).because("above_own_role").and_field(pointer, "above_own_role", rule))
}

/// Whether somebody may act on one who has that role.
pub fn may_act_on(own: Role, theirs: Role) -> Result<(), Problem> {
    if own <= theirs {
        return Ok(());
    }
    let detail = format!("A member with the role {theirs} is above your own role, {own}.");
    Err(Problem::new(Code::Forbidden).because("above_own_role").detail(detail))
}

/// The roles that are at least as high, as a JSON array: what SQL asks of whoever acts, in the moment of the change.
pub fn at_least(role: Role) -> String {
    let names: Vec<&str> = Role::ALL.into_iter().filter(|other| *other <= role).map(Role::as_str).collect();
    serde_json::to_string(&names).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_gives_above_their_own_role() {
        for own in Role::ALL {
            for given in Role::ALL {
                assert_eq!(may_give(own, given, "/role").is_ok(), own <= given, "{own} gives {given}");
                assert_eq!(may_act_on(own, given).is_ok(), own <= given, "{own} acts on {given}");
            }
        }
    }

    #[test]
    fn those_at_least_as_high_are_listed() {
        assert_eq!(at_least(Role::Owner), r#"["OWNER"]"#);
        assert_eq!(at_least(Role::Staff), r#"["OWNER","ADMIN","STAFF"]"#);
    }
}
