//! The business's accent colour, made readable: whatever it is, text on it and text in it keep WCAG's 4.5 to 1.

/// The contrast that text needs (WCAG 2.2, 1.4.3).
pub const READABLE: f32 = 4.5;
/// The same with room for a background that is tinted with the accent itself.
const READABLE_ON_TINT: f32 = 5.4;

/// Red, green and blue, 0 to 255.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rgb(pub [u8; 3]);

/// Behind text in light theme.
pub const LIGHT: Rgb = Rgb([255, 255, 255]);
/// Behind text in dark theme.
pub const DARK: Rgb = Rgb([28, 31, 38]);

impl Rgb {
    /// Reads `#rrggbb`, or the `rgb(r, g, b)` that browsers compute.
    pub fn parse(text: &str) -> Option<Self> {
        if let Some(hex) = text.strip_prefix('#') {
            let value = u32::from_str_radix(hex, 16).ok().filter(|_| hex.len() == 6)?;
            let [_, red, green, blue] = value.to_be_bytes();
            return Some(Self([red, green, blue]));
        }
        let mut parts = text.strip_prefix("rgb")?.trim_start_matches(['a', '(']).split([',', ' ', ')']);
        let mut next = || parts.by_ref().find(|part| !part.is_empty())?.parse::<u8>().ok();
        Some(Self([next()?, next()?, next()?]))
    }

    /// As `#rrggbb`.
    pub fn hex(self) -> String {
        let mut text = String::from("#");
        for part in self.0 {
            text.extend(char::from_digit(u32::from(part >> 4), 16));
            text.extend(char::from_digit(u32::from(part & 15), 16));
        }
        text
    }

    /// Relative luminance, 0 to 1. The polynomial stays within 0.003 of sRGB's curve.
    fn luminance(self) -> f32 {
        let [red, green, blue] = self.0.map(|part| {
            let c = f32::from(part) / 255.0;
            c * (c * (c * 0.305_306 + 0.682_171_1) + 0.012_522_9)
        });
        0.2126 * red + 0.7152 * green + 0.0722 * blue
    }

    /// Contrast between two colours, 1 to 21.
    pub fn contrast(self, other: Self) -> f32 {
        let (a, b) = (self.luminance(), other.luminance());
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    /// Black or white, whichever reads better on this.
    pub fn text_on(self) -> Self {
        let (black, white) = (Self([0, 0, 0]), Self([255, 255, 255]));
        // White is what people expect on a colour; it gives way only when it cannot be read.
        if self.contrast(white) >= READABLE || self.contrast(white) >= self.contrast(black) { white } else { black }
    }

    /// This colour, moved away from a background just until text in it can be read there.
    pub fn readable_on(self, background: Self) -> Self {
        let toward: u16 = if background.luminance() > 0.18 { 0 } else { 255 };
        let mut color = self;
        for _ in 0..32 {
            if color.contrast(background) >= READABLE_ON_TINT {
                break;
            }
            color = Self(color.0.map(|part| {
                let mixed = u16::from(part).saturating_mul(15).saturating_add(toward).saturating_add(toward / 32) / 16;
                u8::try_from(mixed).unwrap_or(255)
            }));
        }
        color
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::arithmetic_side_effects)]
mod tests {
    use super::*;

    /// Nine hundredths of the ink, as `--tint` in the styles.
    fn tint(ink: Rgb, background: Rgb) -> Rgb {
        let mut mixed = background;
        for (part, own) in mixed.0.iter_mut().zip(ink.0) {
            *part = u8::try_from((u32::from(*part) * 91 + u32::from(own) * 9) / 100).unwrap();
        }
        mixed
    }

    #[test]
    fn any_accent_can_be_read_on_and_under_text() {
        for red in (0..=255).step_by(15) {
            for green in (0..=255).step_by(15) {
                for blue in (0..=255).step_by(15) {
                    let accent = Rgb([red, green, blue]);
                    assert!(accent.contrast(accent.text_on()) >= 4.5, "{accent:?}");
                    for background in [LIGHT, DARK] {
                        let ink = accent.readable_on(background);
                        assert!(ink.contrast(background) >= 4.5, "{accent:?} on {background:?}");
                        assert!(ink.contrast(tint(ink, background)) >= 4.5, "{accent:?} on its tint of {background:?}");
                    }
                }
            }
        }
    }

    #[test]
    fn a_colour_that_can_be_read_stays_as_it_is() {
        let navy = Rgb::parse("#0b3d91").unwrap();
        assert_eq!(navy.readable_on(LIGHT), navy);
        assert_eq!(navy.hex(), "#0b3d91");
    }

    #[test]
    fn hex_and_computed_colours_are_read_and_nothing_else() {
        assert_eq!(Rgb::parse("rgb(11, 61, 145)"), Rgb::parse("#0b3d91"));
        assert_eq!(Rgb::parse("rgba(11, 61, 145, 0.5)"), Rgb::parse("#0b3d91"));
        for text in ["", "#fff", "red", "rgb(1,2)", "rgb(300, 0, 0)", "#12345g"] {
            assert_eq!(Rgb::parse(text), None, "{text}");
        }
    }
}
