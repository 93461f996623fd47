//! The frame of every page: head, stylesheet, a policy that lets nothing else in.

use super::voice::Voice;
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// The one stylesheet, answered at [`STYLE_PATH`].
pub const STYLE: &str = include_str!("style.css");

/// Where it is.
pub const STYLE_PATH: &str = "/pages/style.css";

/// The one script, for pages that may be framed; answered at [`FRAME_PATH`].
const FRAME_SCRIPT: &str = include_str!("frame.js");

/// Where it is.
pub const FRAME_PATH: &str = "/pages/frame.js";

/// What a page is made of.
pub struct Page<'a> {
    /// For the tab and for those who share it.
    pub title: &'a str,
    /// Whose page it is.
    pub business: &'a str,
    /// Accent colour of the business, `#rrggbb`.
    pub accent: Option<&'a str>,
    /// How it speaks.
    pub voice: &'a Voice,
    /// More for the head.
    pub head: Markup,
    /// The page.
    pub main: Markup,
    /// Under it.
    pub foot: Markup,
    /// What it may load and who may frame it.
    pub policy: Policy<'a>,
    /// A class of the body.
    pub class: &'static str,
}

/// How open a page is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Policy<'a> {
    /// Runs no script, is framed by nobody and listed by no search engine: it belongs to one customer.
    Private,
    /// Private, and its form leads on to another site: where an app waits for an answer.
    Consent {
        /// Its origin.
        returns_to: &'a str,
    },
    /// Runs no script.
    Public,
    /// Runs the widget and may be framed, which is what the widget itself does where a page refuses WebAssembly.
    Widget {
        /// By these origins; none means by any.
        framed_by: &'a [String],
        /// Declarations of the widget's custom properties, checked when they were set.
        theme: &'a str,
    },
}

impl Policy<'_> {
    /// Whether the page is for one person only.
    fn is_private(self) -> bool {
        matches!(self, Self::Private | Self::Consent { .. })
    }

    fn header(self, nonce: &str) -> String {
        // Browsers hold a form to this list even when it is sent on.
        let form_leads_to = match self {
            Self::Consent { returns_to } => format!("'self' {returns_to}"),
            _ => "'self'".to_owned(),
        };
        let own = format!(
            "default-src 'none'; style-src 'self' 'nonce-{nonce}'; img-src 'self' https: data:; \
             form-action {form_leads_to}; base-uri 'none'"
        );
        match self {
            Self::Private | Self::Consent { .. } | Self::Public => format!("{own}; frame-ancestors 'none'"),
            Self::Widget { framed_by, .. } => {
                let sound = |origin: &&String| !origin.contains([' ', ';', ',']);
                let named: Vec<&str> = framed_by.iter().filter(sound).map(String::as_str).collect();
                let framed_by = if named.is_empty() {
                    String::new()
                } else {
                    format!("; frame-ancestors 'self' {}", named.join(" "))
                };
                format!("{own}; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; frame-src 'self'{framed_by}")
            }
        }
    }
}

/// Answers a page. `nonce` is fresh for every answer; it lets the accent colour in and no other style.
pub fn respond(status: StatusCode, page: &Page<'_>, nonce: &str) -> Response<Body> {
    let accent = page.accent.filter(|colour| is_colour(colour));
    let markup = html! {
        (DOCTYPE)
        html lang=(page.voice.locale) dir=(page.voice.direction()) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (page.title) }
                @if page.policy.is_private() { meta name="robots" content="noindex"; }
                link rel="stylesheet" href=(STYLE_PATH);
                link rel="icon" href="data:,";
                @if let Some(colour) = accent {
                    style nonce=(nonce) { (PreEscaped(format!(":root{{--accent:{colour};--on-accent:{}}}", on(colour)))) }
                }
                @if let Policy::Widget { theme, .. } = page.policy {
                    @if !theme.is_empty() { style nonce=(nonce) { (PreEscaped(format!("daymark-calendar{{{theme}}}"))) } }
                }
                (page.head)
            }
            body class=(page.class) {
                a.skip href="#main" { (page.voice.t("page.skip")) }
                header.top { span.mark aria-hidden="true" {} p { (page.business) } }
                main #main { (page.main) }
                footer.end { (page.foot) }
            }
        }
    };
    let mut response = (status, markup.into_string()).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"));
    headers.insert(header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    // The address of a customer's page is their key: it must not travel on. (`no-referrer` would also hide the origin of our
    // own forms from us.)
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("same-origin"));
    let kept = if page.policy.is_private() { "no-store" } else { "no-cache" };
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(kept));
    if let Ok(policy) = HeaderValue::from_str(&page.policy.header(nonce)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// `GET /pages/style.css`.
pub async fn style() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/css; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300, stale-while-revalidate=86400"),
    ];
    (headers, STYLE)
}

/// `GET /pages/frame.js`.
pub async fn frame_script() -> impl IntoResponse {
    let headers = [
        (header::CONTENT_TYPE, "text/javascript; charset=utf-8"),
        (header::CACHE_CONTROL, "public, max-age=300, stale-while-revalidate=86400"),
    ];
    (headers, FRAME_SCRIPT)
}

fn is_colour(text: &str) -> bool {
    text.len() == 7 && text.strip_prefix('#').is_some_and(|rest| rest.bytes().all(|sign| sign.is_ascii_hexdigit()))
}

/// Black or white, whichever reads better on a colour (WCAG 2 relative luminance, in whole thousandths).
fn on(colour: &str) -> &'static str {
    let part = |from: usize| {
        let hex = colour.get(from..from.saturating_add(2)).unwrap_or("00");
        let value = u32::from_str_radix(hex, 16).unwrap_or(0);
        // Close to the curve of sRGB, and whole numbers are enough for a choice of two.
        value.saturating_mul(value).saturating_mul(1_000) / 65_025
    };
    let weigh = |value: u32, weight: u32| value.saturating_mul(weight) / 1_000;
    let luminance = weigh(part(1), 213).saturating_add(weigh(part(3), 715)).saturating_add(weigh(part(5), 72));
    if luminance > 320 { "#111" } else { "#fff" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_colour_gets_into_the_style() {
        assert!(is_colour("#0b6e8f"));
        for wrong in ["red", "#fff", "#0b6e8g", "#000;}*{", "#0b6e8f;"] {
            assert!(!is_colour(wrong), "{wrong}");
        }
    }

    #[test]
    fn text_on_an_accent_can_be_read() {
        assert_eq!(on("#0b6e8f"), "#fff");
        assert_eq!(on("#ffd500"), "#111");
        assert_eq!(on("#000000"), "#fff");
        assert_eq!(on("#ffffff"), "#111");
    }

    #[test]
    fn a_customers_page_runs_nothing_and_is_framed_by_nobody() {
        let policy = Policy::Private.header("abc");
        assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
        assert!(!policy.contains("script-src"), "{policy}");
    }
}
