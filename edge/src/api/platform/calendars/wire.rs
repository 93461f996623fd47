//! What the wire says of calendars.

use crate::api::given::not_null;
use crate::domain::calendar::store::Row;
use crate::domain::calendar::theme::Theme;
use serde::{Deserialize, Serialize};
use shared::embed::{Timestamp, View};
use shared::zone::Instant;
use utoipa::ToSchema;

/// How a calendar looks: custom properties of the widget. What is left out is the widget's own.
#[derive(Clone, Debug, Default, Deserialize, Serialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ThemeIn {
    /// `--daymark-accent`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^#[0-9a-fA-F]{6}$", example = "#0b6e8f")]
    accent: Option<String>,
    /// `--daymark-surface`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^#[0-9a-fA-F]{6}$", example = "#ffffff")]
    surface: Option<String>,
    /// `--daymark-text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(pattern = "^#[0-9a-fA-F]{6}$", example = "#1b1f27")]
    text: Option<String>,
    /// `--daymark-radius`, pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 0, maximum = 40, example = 14)]
    radius: Option<u32>,
    /// `--daymark-font`: names of fonts with commas between them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(max_length = 200, example = "Georgia, serif")]
    font: Option<String>,
    /// `--daymark-max-width`, pixels.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(minimum = 280, maximum = 2000, example = 960)]
    max_width: Option<u32>,
}

impl From<ThemeIn> for Theme {
    fn from(theme: ThemeIn) -> Self {
        let ThemeIn { accent, surface, text, radius, font, max_width } = theme;
        Self { accent, surface, text, radius, font, max_width }
    }
}

impl From<Theme> for ThemeIn {
    fn from(theme: Theme) -> Self {
        let Theme { accent, surface, text, radius, font, max_width } = theme;
        Self { accent, surface, text, radius, font, max_width }
    }
}

/// A new calendar.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CalendarIn {
    /// For people, one line.
    #[schema(min_length = 1, max_length = 100, example = "Harbor Tours")]
    pub name: String,
    /// Public ids in the order shown; at most 200.
    #[serde(default)]
    #[schema(max_items = 200, example = json!(["tour_harbor_sunset", "evt_harbor_market"]))]
    pub offerings: Vec<String>,
    /// What is shown first: `month`, `week` or `list`.
    #[serde(default = "month")]
    #[schema(value_type = String, pattern = "^(month|week|list)$", example = "month")]
    pub view: View,
    /// How it looks.
    #[serde(default)]
    pub theme: ThemeIn,
    /// BCP 47; the first is the default. The organization's own language where none is named.
    #[schema(min_items = 1, max_items = 20, example = json!(["en", "de"]))]
    pub languages: Option<Vec<String>>,
    /// Sites that may embed it; none means any.
    #[serde(default)]
    #[schema(max_items = 20, example = json!(["https://www.harbor.example"]))]
    pub origins: Vec<String>,
    /// Whether anybody may hand in an event for it.
    #[serde(default)]
    pub submissions: bool,
}

fn month() -> View {
    View::Month
}

/// What is to change; what is left out stays.
#[derive(Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct CalendarPatch {
    /// For people, one line.
    #[schema(value_type = String, required = false, min_length = 1, max_length = 100)]
    #[serde(default, deserialize_with = "not_null")]
    pub name: Option<String>,
    /// Public ids in the order shown, in place of those that are on it.
    #[schema(value_type = Vec<String>, required = false, max_items = 200)]
    #[serde(default, deserialize_with = "not_null")]
    pub offerings: Option<Vec<String>>,
    /// What is shown first: `month`, `week` or `list`.
    #[schema(value_type = String, required = false, pattern = "^(month|week|list)$")]
    #[serde(default, deserialize_with = "not_null")]
    pub view: Option<View>,
    /// How it looks, in place of how it looked.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = ThemeIn, required = false)]
    pub theme: Option<ThemeIn>,
    /// BCP 47; the first is the default.
    #[schema(value_type = Vec<String>, required = false, min_items = 1, max_items = 20)]
    #[serde(default, deserialize_with = "not_null")]
    pub languages: Option<Vec<String>>,
    /// Sites that may embed it; none means any.
    #[schema(value_type = Vec<String>, required = false, max_items = 20)]
    #[serde(default, deserialize_with = "not_null")]
    pub origins: Option<Vec<String>>,
    /// Whether anybody may hand in an event for it.
    #[serde(default, deserialize_with = "not_null")]
    #[schema(value_type = bool, required = false)]
    pub submissions: Option<bool>,
}

/// A calendar.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct CalendarOut {
    /// Public id.
    #[schema(example = "cal_harbor")]
    pub id: String,
    /// For people.
    pub name: String,
    /// Public ids in the order shown.
    pub offerings: Vec<String>,
    /// What is shown first: `month`, `week` or `list`.
    #[schema(example = "month")]
    pub view: String,
    /// How it looks.
    pub theme: ThemeIn,
    /// What people may not be able to read; the theme is kept all the same.
    pub warnings: Vec<WarningOut>,
    /// BCP 47; the first is the default.
    pub languages: Vec<String>,
    /// Sites that may embed it; none means any.
    pub origins: Vec<String>,
    /// Whether anybody may hand in an event for it.
    pub submissions: bool,
    /// The same calendar as a page of its own.
    #[schema(example = "https://book.example/c/cal_harbor")]
    pub url: String,
    /// When it was made.
    #[schema(value_type = String, format = DateTime)]
    pub created_at: Timestamp,
}

/// Something that people may not be able to read.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct WarningOut {
    /// RFC 6901 pointer.
    #[schema(example = "/theme/accent")]
    pointer: String,
    /// `low_contrast`.
    #[schema(value_type = String, example = "low_contrast")]
    code: &'static str,
    /// Contrast in hundredths: 450 is 4.5 to 1.
    #[schema(example = 312)]
    contrast: u32,
    /// In words.
    #[schema(value_type = String)]
    message: &'static str,
}

/// As SQL and the wire spell it.
pub fn view_text(view: View) -> &'static str {
    match view {
        View::Month => "month",
        View::Week => "week",
        View::List => "list",
    }
}

/// As the wire shows it; `origin` is where this deployment answers.
pub fn shown(row: Row, origin: &str) -> CalendarOut {
    let theme = Theme::read(&row.theme);
    let warnings = theme.warnings().into_iter().map(|warning| WarningOut {
        pointer: format!("/theme/{}", warning.property),
        code: "low_contrast",
        contrast: warning.contrast,
        message: warning.message,
    });
    CalendarOut {
        url: format!("{origin}/c/{}", row.public_id),
        id: row.public_id,
        name: row.name,
        offerings: serde_json::from_str(&row.offerings).unwrap_or_default(),
        view: row.view,
        warnings: warnings.collect(),
        theme: theme.into(),
        languages: serde_json::from_str(&row.languages).unwrap_or_default(),
        origins: serde_json::from_str(&row.origins).unwrap_or_default(),
        submissions: row.submissions != 0,
        created_at: Timestamp(Instant(row.created_at)),
    }
}
