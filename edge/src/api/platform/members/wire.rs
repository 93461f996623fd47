//! What the wire says of members and invitations.

use crate::domain::member::store;
use serde::{Deserialize, Serialize};
use shared::embed::Timestamp;
use shared::zone::Instant;
use utoipa::ToSchema;

/// A member.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct MemberOut {
    /// Public id of the person.
    #[schema(example = "usr_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    pub id: String,
    /// Name.
    #[schema(example = "Ada Lovelace")]
    pub name: String,
    /// Address.
    pub email: String,
    /// OWNER, ADMIN, STAFF, TRUSTED_CONTRIBUTOR or CONTRIBUTOR.
    #[schema(example = "STAFF")]
    pub role: String,
    /// Since when.
    #[schema(value_type = String, format = DateTime)]
    pub joined_at: Timestamp,
}

/// Somebody to be asked.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct InviteIn {
    /// Where the invitation is mailed.
    #[schema(example = "grace@harbor.example")]
    pub email: String,
    /// What they will be: OWNER, ADMIN, STAFF, TRUSTED_CONTRIBUTOR or CONTRIBUTOR; none above one's own role.
    #[schema(example = "STAFF")]
    pub role: String,
    /// BCP 47, of the mail; English where it is left out.
    #[schema(example = "en")]
    pub language: Option<String>,
}

/// An open invitation.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct InvitationOut {
    /// Public id.
    #[schema(example = "inv_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    pub id: String,
    /// To whom.
    pub email: String,
    /// What they will be.
    #[schema(example = "STAFF")]
    pub role: String,
    /// BCP 47.
    pub language: String,
    /// Name of whoever asked.
    pub invited_by: String,
    /// When it was mailed last.
    #[schema(value_type = String, format = DateTime)]
    pub sent_at: Timestamp,
    /// Until when it can be accepted.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// What is to change about a member.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MemberPatch {
    /// OWNER, ADMIN, STAFF, TRUSTED_CONTRIBUTOR or CONTRIBUTOR; none above one's own role.
    #[schema(example = "ADMIN")]
    pub role: String,
}

/// Who is to be the owner.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TransferIn {
    /// Public id of a member.
    #[schema(example = "usr_0199c7a2e5b07c1d8f3a6b4e2d1c0f9a")]
    pub member_id: String,
}

/// An invitation, as its reader sees it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ReceivedOut {
    /// Name of the organization.
    pub organization: String,
    /// Name of whoever asks.
    pub invited_by: String,
    /// To whom it was sent.
    pub email: String,
    /// What they will be.
    pub role: String,
    /// Whether there is an account with that address, to sign in to before accepting.
    pub has_account: bool,
    /// Until when it can be accepted.
    #[schema(value_type = String, format = DateTime)]
    pub expires_at: Timestamp,
}

/// Who accepts; empty for somebody who is signed in.
#[derive(Default, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct AcceptIn {
    /// Of somebody without an account.
    #[schema(example = "Grace Hopper")]
    pub name: Option<String>,
    /// Of somebody without an account: 10 to 256 characters.
    #[schema(example = "a boat in the fog")]
    pub password: Option<String>,
}

/// As the wire shows it.
pub fn shown(member: store::Member) -> MemberOut {
    MemberOut {
        id: member.public_id,
        name: member.name,
        email: member.email,
        role: member.role,
        joined_at: Timestamp(Instant(member.created_at)),
    }
}

/// As the wire shows it.
pub fn shown_invitation(invitation: store::Invitation) -> InvitationOut {
    InvitationOut {
        id: invitation.public_id,
        email: invitation.email,
        role: invitation.role,
        language: invitation.language,
        invited_by: invitation.invited_by,
        sent_at: Timestamp(Instant(invitation.sent_at)),
        expires_at: Timestamp(Instant(invitation.expires_at)),
    }
}
