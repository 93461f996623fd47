//! Whose mail it is: name, colours, and whom to ask.

use crate::colour::{Colour, Shades, shades};
use serde::Deserialize;

/// The product's own accent, where nobody chose one.
const ACCENT: Colour = Colour::new([0x0b, 0x6e, 0x8f]);

/// How an organization looks in its mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brand {
    /// Stands on top, and as the sender.
    pub name: String,
    /// Of its accent.
    pub shades: Shades,
    /// Where answers go.
    pub reply_to: Option<String>,
    /// Under the mail: where it is and how it is reached.
    pub lines: Vec<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Settings {
    accent: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    website: Option<String>,
    address: Option<String>,
}

impl Brand {
    /// Of an organization: its name and its settings as they are stored.
    pub fn of(name: &str, settings: &str) -> Self {
        let settings: Settings = serde_json::from_str(settings).unwrap_or_default();
        let accent = settings.accent.as_deref().and_then(Colour::parse).unwrap_or(ACCENT);
        let website = settings.website.map(|site| site.trim_start_matches("https://").trim_end_matches('/').to_owned());
        let address = settings.address.map(|address| address.lines().map(str::trim).collect::<Vec<_>>().join(", "));
        let reach =
            [settings.phone, settings.email.clone(), website].into_iter().flatten().collect::<Vec<_>>().join(" · ");
        let lines = [address, Some(reach)].into_iter().flatten().filter(|line| !line.is_empty()).collect();
        Self { name: name.to_owned(), shades: shades(accent), reply_to: settings.email, lines }
    }

    /// Of the product, for what is between a person and it.
    pub fn own() -> Self {
        Self { name: "Daymark".to_owned(), shades: shades(ACCENT), reply_to: None, lines: Vec::new() }
    }
}
