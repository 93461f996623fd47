//! The session cookie: how it is written, read and believed.

use axum::http::{HeaderMap, Method, header};

/// `__Host-` ties it to this host, to `/` and to https. On a developer's machine there is no https to tie it to, and curl
/// keeps `Secure` cookies to itself there.
const SECURE_NAME: &str = "__Host-daymark";
const DEVELOPMENT_NAME: &str = "daymark";

/// The database ends a session; the cookie only has to outlive it. Browsers keep none for longer than 400 days.
const COOKIE_SECONDS: u32 = 400 * 86_400;

const fn name(development: bool) -> &'static str {
    if development { DEVELOPMENT_NAME } else { SECURE_NAME }
}

/// `Set-Cookie` of a new session.
pub fn cookie(token: &str, development: bool) -> String {
    let secure = if development { "" } else { "; Secure" };
    format!("{}={token}; Path=/; HttpOnly; SameSite=Lax; Max-Age={COOKIE_SECONDS}{secure}", name(development))
}

/// `Set-Cookie` that takes it away.
pub fn no_cookie(development: bool) -> String {
    let secure = if development { "" } else { "; Secure" };
    format!("{}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}", name(development))
}

/// The token that the browser came with.
pub fn token_in(headers: &HeaderMap, development: bool) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(key, token)| (key == name(development) && !token.is_empty()).then_some(token))
}

/// Whether a request that may change something comes from our own pages. Browsers say where a form or a script comes
/// from; a program that is not a browser says nothing, and nobody can make it send a cookie that it was not given.
pub fn is_same_origin(method: &Method, headers: &HeaderMap, own: &str) -> bool {
    let text = |name| headers.get(name).map(|value: &header::HeaderValue| value.to_str().unwrap_or("null"));
    if method.is_safe() {
        return true;
    }
    match (text("origin"), text("sec-fetch-site")) {
        (Some(origin), _) => origin == own,
        (None, Some(site)) => matches!(site, "same-origin" | "none"),
        (None, None) => true,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn a_live_cookie_is_bound_to_https_and_hidden_from_scripts() {
        let cookie = cookie("abc", false);
        assert!(cookie.starts_with("__Host-daymark=abc; Path=/; HttpOnly; SameSite=Lax;"), "{cookie}");
        assert!(cookie.ends_with("; Secure"), "{cookie}");
    }

    #[test]
    fn the_token_is_found_among_other_cookies() {
        let sent = headers(&[("cookie", "a=1; daymark=xyz; b=2")]);
        assert_eq!(token_in(&sent, true), Some("xyz"));
        assert_eq!(token_in(&sent, false), None);
        assert_eq!(token_in(&headers(&[("cookie", "daymark=")]), true), None);
        assert_eq!(token_in(&headers(&[("cookie", "xdaymark=1")]), true), None);
    }

    #[test]
    fn another_sites_form_cannot_write() {
        let own = "https://book.example";
        let write = |pairs: &[(&'static str, &str)]| is_same_origin(&Method::POST, &headers(pairs), own);
        assert!(write(&[("origin", own)]));
        assert!(write(&[]));
        assert!(write(&[("sec-fetch-site", "same-origin")]));
        assert!(!write(&[("origin", "https://evil.example")]));
        assert!(!write(&[("origin", "null")]));
        assert!(!write(&[("origin", "http://book.example")]));
        assert!(!write(&[("origin", "https://book.example.evil.example"), ("sec-fetch-site", "same-origin")]));
        assert!(!write(&[("sec-fetch-site", "cross-site")]));
        assert!(!write(&[("sec-fetch-site", "same-site")]));
        assert!(is_same_origin(&Method::GET, &headers(&[("origin", "https://evil.example")]), own));
    }
}
