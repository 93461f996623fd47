//! How a calendar looks: the custom properties of the widget, by name, and whether people can read the result. Pure.

use crate::problem::Problem;
use serde::{Deserialize, Serialize};

/// Behind text where the theme names no surface, light and dark, as in the widget's own styles.
const SURFACES: [Rgb; 2] = [Rgb([255, 255, 255]), Rgb([28, 31, 38])];
/// Text where the theme names none, in light theme.
const TEXT: Rgb = Rgb([27, 31, 39]);
/// What text needs (WCAG 2.2, 1.4.3), in hundredths.
const READABLE: u32 = 450;
/// Roundest corners, in pixels.
const MOST_RADIUS: u32 = 40;
/// Narrowest and widest, in pixels.
const WIDTHS: core::ops::RangeInclusive<u32> = 280..=2_000;
/// Characters of a list of fonts.
const LONGEST_FONT: usize = 200;

/// What a calendar sets; what is not set is the widget's own.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Theme {
    /// `--daymark-accent`, `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accent: Option<String>,
    /// `--daymark-surface`, `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub surface: Option<String>,
    /// `--daymark-text`, `#rrggbb`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// `--daymark-radius`, pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub radius: Option<u32>,
    /// `--daymark-font`, a list as in CSS.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub font: Option<String>,
    /// `--daymark-max-width`, pixels.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub max_width: Option<u32>,
}

/// Something that people may not be able to read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Warning {
    /// Which property.
    pub property: &'static str,
    /// Contrast in hundredths: 450 is 4.5 to 1.
    pub contrast: u32,
    /// In words.
    pub message: &'static str,
}

impl Theme {
    /// Reads what is kept; what cannot be read sets nothing.
    pub fn read(json: &str) -> Self {
        serde_json::from_str(json).unwrap_or_default()
    }

    /// Checks every value, so that none of them can leave its property.
    pub fn checked(self) -> Result<Self, Problem> {
        for (name, colour) in [("accent", &self.accent), ("surface", &self.surface), ("text", &self.text)] {
            if colour.as_deref().is_some_and(|colour| Rgb::parse(colour).is_none()) {
                return Err(Problem::field(format!("/theme/{name}"), "invalid_value", "A colour such as #0b6e8f."));
            }
        }
        if self.radius.is_some_and(|radius| radius > MOST_RADIUS) {
            return Err(Problem::field("/theme/radius", "out_of_range", "0 to 40 pixels."));
        }
        if self.max_width.is_some_and(|width| !WIDTHS.contains(&width)) {
            return Err(Problem::field("/theme/maxWidth", "out_of_range", "280 to 2000 pixels."));
        }
        let plain = |sign: char| sign.is_alphanumeric() || matches!(sign, ' ' | ',' | '-' | '_' | '\'' | '"');
        if self.font.as_deref().is_some_and(|font| {
            let quotes = |quote| font.matches(quote).count().is_multiple_of(2);
            font.trim().is_empty()
                || font.chars().count() > LONGEST_FONT
                || !font.chars().all(plain)
                || !quotes('"')
                || !quotes('\'')
        }) {
            let rule = "Names of fonts with commas between them, at most 200 characters.";
            return Err(Problem::field("/theme/font", "invalid_value", rule));
        }
        Ok(self)
    }

    /// Declarations of CSS custom properties, such as `--daymark-accent:#0b6e8f;`.
    pub fn declarations(&self) -> String {
        let mut css = String::new();
        let mut set = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                css.push_str(&format!("--daymark-{name}:{value};"));
            }
        };
        let pixels = |value: Option<u32>| value.map(|value| format!("{value}px"));
        set("accent", self.accent.clone());
        set("surface", self.surface.clone());
        set("text", self.text.clone());
        set("radius", pixels(self.radius));
        set("font", self.font.clone());
        set("max-width", pixels(self.max_width));
        css
    }

    /// What may be hard to read. The widget moves an accent until it can be read, so that is told, not refused.
    pub fn warnings(&self) -> Vec<Warning> {
        let colour = |text: &Option<String>| text.as_deref().and_then(Rgb::parse);
        let surfaces: Vec<Rgb> = colour(&self.surface).map_or(SURFACES.to_vec(), |surface| vec![surface]);
        let worst = |ink: Rgb| surfaces.iter().map(|surface| ink.contrast(*surface)).min().unwrap_or(0);
        let mut warnings = Vec::new();
        let mut warn = |property, ink: Option<Rgb>, message| {
            if let Some(contrast) = ink.map(worst).filter(|contrast| *contrast < READABLE) {
                warnings.push(Warning { property, contrast, message });
            }
        };
        let darker =
            "Text in this accent falls short of 4.5 to 1 somewhere; there the widget shows another shade of it.";
        warn("accent", colour(&self.accent), darker);
        // A text without a surface stands on both of the widget's own; a surface without a text carries the widget's own.
        let text = colour(&self.text).or_else(|| self.surface.is_some().then_some(TEXT));
        warn("text", text, "Text on its surface falls short of 4.5 to 1. Set text and surface together.");
        warnings
    }
}

/// Red, green and blue.
#[derive(Clone, Copy)]
struct Rgb([u8; 3]);

impl Rgb {
    /// Reads `#rrggbb`.
    fn parse(text: &str) -> Option<Self> {
        let hex = text.strip_prefix('#').filter(|hex| hex.len() == 6 && hex.bytes().all(|b| b.is_ascii_hexdigit()))?;
        let [_, red, green, blue] = u32::from_str_radix(hex, 16).ok()?.to_be_bytes();
        Some(Self([red, green, blue]))
    }

    /// Relative luminance of WCAG, 0 to 1.
    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let share = f64::from(part) / 255.0;
            if share <= 0.040_45 { share / 12.92 } else { ((share + 0.055) / 1.055).powf(2.4) }
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Contrast with another colour in hundredths, 100 to 2,100.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 100 and 2,100")]
    fn contrast(self, other: Self) -> u32 {
        let (one, two) = (self.luminance(), other.luminance());
        ((one.max(two) + 0.05) / (one.min(two) + 0.05) * 100.0).floor() as u32
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_value_can_leave_its_property() {
        let font = |text: &str| Theme { font: Some(text.to_owned()), ..Theme::default() }.checked().is_ok();
        assert!(font("\"Source Sans 3\", 'Noto Sans', sans-serif"));
        for wrong in ["", "a;color:red", "a}*{", "</style>", "url(x)", "\"Open", "a\\", &"a".repeat(201)] {
            assert!(!font(wrong), "{wrong}");
        }
        let accent = |text: &str| Theme { accent: Some(text.to_owned()), ..Theme::default() }.checked().is_ok();
        assert!(accent("#0B6E8f"));
        for wrong in ["red", "#fff", "#0b6e8g", "#000;}*"] {
            assert!(!accent(wrong), "{wrong}");
        }
    }

    #[test]
    fn what_cannot_be_read_is_told() {
        let told = |theme: Theme| theme.warnings().into_iter().map(|one| one.property).collect::<Vec<_>>();
        let set = |text: &str| Some(text.to_owned());
        assert_eq!(told(Theme::default()), [""; 0]);
        assert_eq!(told(Theme { accent: set("#ffe000"), ..Theme::default() }), ["accent"]);
        assert_eq!(told(Theme { surface: set("#111111"), ..Theme::default() }), ["text"]);
        assert_eq!(told(Theme { surface: set("#111111"), text: set("#eeeeee"), ..Theme::default() }), [""; 0]);
        assert_eq!(Rgb([0, 0, 0]).contrast(Rgb([255, 255, 255])), 2_100);
    }
}
