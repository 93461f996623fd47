//! The accent of a business, made readable: WCAG 2 asks for 4.5 : 1 between text and what is behind it.

/// Contrast that text needs.
const TEXT: f64 = 4.5;

/// Surface of the light and of the dark console, as in the stylesheet. The lighter of light and the darker of dark are not
/// the hard ones: tinted rows are, and these are they.
const LIGHT: Colour = Colour([0xf2, 0xf0, 0xec]);
const DARK: Colour = Colour([0x2a, 0x31, 0x36]);

/// Steps on the way to black or white.
const STEPS: u8 = 20;

/// sRGB.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Colour([u8; 3]);

impl Colour {
    /// Red, green, blue.
    pub const fn new(parts: [u8; 3]) -> Self {
        Self(parts)
    }

    /// `#rrggbb`.
    pub fn parse(text: &str) -> Option<Self> {
        let digits = text.strip_prefix('#').filter(|digits| digits.len() == 6 && digits.is_ascii())?;
        let part = |from: usize| u8::from_str_radix(digits.get(from..from.saturating_add(2))?, 16).ok();
        Some(Self([part(0)?, part(2)?, part(4)?]))
    }

    fn luminance(self) -> f64 {
        let [red, green, blue] = self.0.map(|part| {
            let part = f64::from(part) / 255.0;
            if part <= 0.040_45 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
        });
        red.mul_add(0.2126, green.mul_add(0.7152, blue * 0.0722))
    }

    fn contrast(self, other: Self) -> f64 {
        let (one, two) = (self.luminance(), other.luminance());
        (one.max(two) + 0.05) / (one.min(two) + 0.05)
    }

    /// So many steps on the way to another colour.
    fn towards(self, other: Self, step: u8) -> Self {
        let (from, to) = (self.0, other.0);
        let mix = |a: u8, b: u8| {
            let (a, b, step, steps) = (u32::from(a), u32::from(b), u32::from(step), u32::from(STEPS));
            let mixed = a.saturating_mul(steps.saturating_sub(step)).saturating_add(b.saturating_mul(step));
            u8::try_from(mixed.checked_div(steps).unwrap_or(0)).unwrap_or(u8::MAX)
        };
        let ([r, g, b], [x, y, z]) = (from, to);
        Self([mix(r, x), mix(g, y), mix(b, z)])
    }

    /// The nearest shade that can be read on a surface.
    fn readable_on(self, surface: Self) -> Self {
        let end = if surface.luminance() > 0.2 { Self([0; 3]) } else { Self([0xff; 3]) };
        let shades = (0..=STEPS).map(|step| self.towards(end, step));
        shades.into_iter().find(|shade| shade.contrast(surface) >= TEXT).unwrap_or(end)
    }

    fn text(self) -> String {
        let [red, green, blue] = self.0;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }
}

/// What an accent becomes so that everything in it can be read.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Shades {
    /// Behind something.
    pub fill: String,
    /// Written on that.
    pub on: String,
    /// Text by light.
    pub light: String,
    /// Text in the dark.
    pub dark: String,
}

/// The shades of an accent.
pub fn shades(accent: Colour) -> Shades {
    let (white, black) = (Colour([0xff; 3]), Colour([0x11; 3]));
    // A middling accent carries neither black nor white well: it gives way a little.
    let (fill, on) = match accent {
        dark if dark.contrast(white) >= TEXT => (dark, white),
        light if light.contrast(black) >= TEXT => (light, black),
        middling => (middling.readable_on(white), white),
    };
    let (light, dark) = (accent.readable_on(LIGHT).text(), accent.readable_on(DARK).text());
    Shades { fill: fill.text(), on: on.text(), light, dark }
}

/// The custom properties of an accent: itself, what is written on it, and its shades for text by light and in the dark.
pub fn properties(accent: Colour) -> String {
    let Shades { fill, on, light, dark } = shades(accent);
    format!(":root{{--accent:{fill};--on-accent:{on};--ink-light:{light};--ink-dark:{dark}}}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn every_accent_can_be_read_as_text_and_written_on() {
        for accent in ["#000000", "#ffffff", "#0b6e8f", "#ffd500", "#777777", "#e0457b", "#00ff00", "#7a7a7a"] {
            let accent = Colour::parse(accent).unwrap();
            assert!(accent.readable_on(LIGHT).contrast(LIGHT) >= TEXT, "{accent:?}");
            assert!(accent.readable_on(DARK).contrast(DARK) >= TEXT, "{accent:?}");
            let told = properties(accent);
            let colour = |name: &str| {
                let from = told.find(name).unwrap() + name.len();
                Colour::parse(told.get(from..from + 7).unwrap()).unwrap()
            };
            assert!(colour("--accent:").contrast(colour("--on-accent:")) >= TEXT, "{told}");
        }
    }

    #[test]
    fn black_and_white_are_as_far_apart_as_can_be() {
        assert!((Colour([0; 3]).contrast(Colour([0xff; 3])) - 21.0).abs() < 0.001);
        assert_eq!(Colour::parse("#12345"), None);
        assert_eq!(Colour::parse("red"), None);
        assert_eq!(Colour::parse("#00000ü"), None);
    }
}
