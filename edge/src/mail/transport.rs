//! Where mails leave. Each way is a file of its own that takes an [`Outgoing`] and says what became of it: [`super::smtp`],
//! [`super::provider`] (HTTP), [`super::cloudflare`] (a binding). On a developer's machine they stay, for `/dev/mail`.

use super::cloudflare::Binding;
use super::message::Outgoing;
use super::provider::Provider;
use super::smtp::Server;
use crate::context::Context;

/// Where mails leave.
#[derive(Debug)]
pub enum Transport {
    /// They stay here, to be read at `/dev/mail`.
    Kept,
    /// A mail server takes them.
    Smtp(Server),
    /// Somebody takes them over HTTP.
    Provider(Provider),
    /// Cloudflare takes them.
    Cloudflare(Binding),
    /// Nobody told where, or not well enough; they wait.
    Missing(&'static str),
}

/// Why a mail did not leave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Nobody answered: neither this mail nor another has a chance now.
    Down(String),
    /// It may work later.
    ForNow(String),
    /// It never will.
    ForGood(String),
}

impl Transport {
    /// The one that is configured: `SMTP_HOST`, else `MAIL_API_URL`, else the binding `EMAIL`.
    pub fn of(context: &Context) -> Self {
        let way = match (Server::of(context), Provider::of(context), Binding::of(context)) {
            (Some(Ok(server)), ..) => Self::Smtp(server),
            (None, Some(Ok(provider)), _) => Self::Provider(provider),
            (Some(Err(fault)), ..) | (None, Some(Err(fault)), _) => return Self::Missing(fault),
            (None, None, Some(binding)) => Self::Cloudflare(binding),
            (None, None, None) if context.development() => return Self::Kept,
            (None, None, None) => return Self::Missing("no way for mail is configured: SMTP_HOST is not set"),
        };
        if sender(context).is_none() { Self::Missing("MAIL_FROM must be an address") } else { way }
    }

    /// Names its circuit; none where nobody is asked.
    pub const fn circuit(&self) -> Option<&'static str> {
        match self {
            Self::Kept | Self::Missing(_) => None,
            Self::Smtp(_) => Some("mail.smtp"),
            Self::Provider(_) => Some("mail.provider"),
            Self::Cloudflare(_) => Some("mail.cloudflare"),
        }
    }

    /// Hands a mail over.
    pub async fn send(&self, mail: &Outgoing) -> Result<(), Failure> {
        match self {
            Self::Kept => Ok(()),
            Self::Smtp(server) => server.send(mail).await,
            Self::Provider(provider) => provider.send(mail).await,
            Self::Cloudflare(binding) => binding.send(mail).await,
            Self::Missing(fault) => Err(Failure::ForNow((*fault).to_owned())),
        }
    }
}

/// The address that writes: `MAIL_FROM`.
pub fn sender(context: &Context) -> Option<String> {
    context.setting("MAIL_FROM").map(|from| from.trim().to_owned()).filter(|from| from.contains('@'))
}
