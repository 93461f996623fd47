//! People who sign in: how they come, prove their address, and get a new password.
//!
//! Nobody learns from here whether an address is known. Signing up always makes a new person and answers the same: an
//! address belongs to whoever confirmed it, so that several people may carry it until one of them does. The mail tells the
//! reader of that address what happened, and nobody else.

pub mod address;
pub mod recover;
pub mod rules;
pub mod sign_up;
pub mod store;

use crate::context::Context;

/// How long a link to a new password works, in seconds.
pub const RESET_SECONDS: i64 = 3_600;

/// How long a link that confirms an address works, in seconds.
pub const CONFIRM_SECONDS: i64 = 7 * 86_400;

/// Where the pages behind mailed links are.
pub mod place {
    /// Signing in.
    pub const SIGN_IN: &str = "/console/sign-in";
    /// Asking for a new password.
    pub const FORGOT: &str = "/console/forgot";
    /// Choosing one: `?token=`.
    pub const RESET: &str = "/console/reset";
    /// Confirming an address: `?token=`.
    pub const CONFIRM: &str = "/console/confirm";
    /// Accepting an invitation: `?token=`.
    pub const INVITATION: &str = "/console/invitation";
}

/// A whole address for a mail. `PUBLIC_ORIGIN` goes first: a request's own host is what its sender says.
pub fn link(context: &Context, place: &str, token: Option<&str>) -> String {
    let origin = context.setting("PUBLIC_ORIGIN").filter(|origin| !origin.is_empty());
    let origin = origin.unwrap_or_else(|| context.origin());
    let origin = origin.trim_end_matches('/');
    token.map_or_else(|| format!("{origin}{place}"), |token| format!("{origin}{place}?token={token}"))
}
