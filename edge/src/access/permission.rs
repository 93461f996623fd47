//! Who may do what: one table of roles and permissions, and nothing else decides.

use core::fmt;

/// What somebody is in an organization, the highest first.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Role {
    /// May everything.
    Owner,
    /// Runs it: settings, people, keys.
    Admin,
    /// Works with bookings and the catalogue.
    Staff,
    /// Publishes events without review.
    TrustedContributor,
    /// Hands in events.
    Contributor,
}

impl Role {
    /// Every role, the highest first.
    pub const ALL: [Self; 5] = [Self::Owner, Self::Admin, Self::Staff, Self::TrustedContributor, Self::Contributor];

    /// As it is written.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Owner => "OWNER",
            Self::Admin => "ADMIN",
            Self::Staff => "STAFF",
            Self::TrustedContributor => "TRUSTED_CONTRIBUTOR",
            Self::Contributor => "CONTRIBUTOR",
        }
    }

    /// Reads it.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.as_str() == text)
    }

    /// The lower of two: a key never exceeds the role of the member who made it.
    pub fn capped_by(self, ceiling: Self) -> Self {
        self.max(ceiling)
    }

    /// The table.
    pub fn may(self, permission: Permission) -> bool {
        self <= permission.least_role()
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

macro_rules! permissions {
    ($($(#[doc = $doc:literal])* $name:ident = $text:literal from $role:ident),+ $(,)?) => {
        /// Something that somebody may do. A key lists those it was given.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Permission { $($(#[doc = $doc])* $name),+ }

        impl Permission {
            /// Every permission.
            pub const ALL: &'static [Self] = &[$(Self::$name),+];

            /// As a key lists it.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),+ }
            }

            /// What it allows, in words.
            pub fn meaning(self) -> &'static str {
                match self { $(Self::$name => concat!($($doc),*).trim()),+ }
            }

            /// The lowest role that has it.
            pub const fn least_role(self) -> Role {
                match self { $(Self::$name => Role::$role),+ }
            }
        }
    };
}

permissions! {
    /// Delete the organization, hand it over, pay for it.
    OrgOwn = "org:own" from Owner,
    /// See the organization's settings.
    OrgRead = "org:read" from Contributor,
    /// Change settings, members, API keys and OAuth apps.
    OrgWrite = "org:write" from Admin,
    /// See webhook endpoints and their deliveries.
    WebhooksRead = "webhooks:read" from Admin,
    /// Create, change, test and replay webhooks.
    WebhooksWrite = "webhooks:write" from Admin,
    /// See tours, events, resources, prices and coupons, drafts included.
    CatalogRead = "catalog:read" from Staff,
    /// Change them.
    CatalogWrite = "catalog:write" from Staff,
    /// See bookings and customers.
    BookingsRead = "bookings:read" from Staff,
    /// Change bookings and customers, give money back.
    BookingsWrite = "bookings:write" from Staff,
    /// Approve or reject what contributors hand in.
    SubmissionsModerate = "submissions:moderate" from Staff,
    /// Publish own events without review.
    SubmissionsPublish = "submissions:publish" from TrustedContributor,
    /// Draft and hand in events, change own drafts.
    SubmissionsWrite = "submissions:write" from Contributor,
}

impl Permission {
    /// Reads it.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|permission| permission.as_str() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The table of the contract, written out.
    const TABLE: [(Permission, [bool; 5]); 7] = [
        (Permission::OrgOwn, [true, false, false, false, false]),
        (Permission::OrgWrite, [true, true, false, false, false]),
        (Permission::CatalogWrite, [true, true, true, false, false]),
        (Permission::BookingsWrite, [true, true, true, false, false]),
        (Permission::SubmissionsModerate, [true, true, true, false, false]),
        (Permission::SubmissionsPublish, [true, true, true, true, false]),
        (Permission::SubmissionsWrite, [true, true, true, true, true]),
    ];

    #[test]
    fn each_role_may_what_the_contract_says_and_no_more() {
        for (permission, row) in TABLE {
            for (role, may) in Role::ALL.into_iter().zip(row) {
                assert_eq!(role.may(permission), may, "{role} {permission:?}");
            }
        }
    }

    #[test]
    fn a_key_never_exceeds_the_role_of_its_maker() {
        assert_eq!(Role::Owner.capped_by(Role::Staff), Role::Staff);
        assert_eq!(Role::Contributor.capped_by(Role::Admin), Role::Contributor);
    }

    #[test]
    fn names_are_read_as_they_are_written() {
        assert!(Role::ALL.into_iter().all(|role| Role::parse(role.as_str()) == Some(role)));
        assert!(Permission::ALL.iter().all(|one| Permission::parse(one.as_str()) == Some(*one)));
        assert_eq!(Permission::parse("everything"), None);
        assert!(Permission::OrgOwn.meaning().starts_with("Delete"));
    }
}
