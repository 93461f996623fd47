//! What an app may ask for, and whether what it brings fits together. Pure.

use crate::access::permission::Permission;
use crate::problem::Problem;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use url::{Host, Url};

/// How an authorization or token request fails, as RFC 6749 names it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Refusal {
    /// A parameter is missing, repeated or malformed.
    InvalidRequest(&'static str),
    /// Not that client, or not its secret.
    InvalidClient,
    /// The code or the refresh token is not good (any more), or belongs to another client.
    InvalidGrant(&'static str),
    /// Something was asked for that the app did not register.
    InvalidScope,
    /// Only codes are answered.
    UnsupportedResponseType,
    /// Only codes and refresh tokens are taken.
    UnsupportedGrantType,
    /// The person said no.
    AccessDenied,
}

impl Refusal {
    /// The `error` of the answer.
    pub const fn code(self) -> &'static str {
        match self {
            Self::InvalidRequest(_) => "invalid_request",
            Self::InvalidClient => "invalid_client",
            Self::InvalidGrant(_) => "invalid_grant",
            Self::InvalidScope => "invalid_scope",
            Self::UnsupportedResponseType => "unsupported_response_type",
            Self::UnsupportedGrantType => "unsupported_grant_type",
            Self::AccessDenied => "access_denied",
        }
    }

    /// The `error_description`: for the app's developer.
    pub const fn description(self) -> &'static str {
        match self {
            Self::InvalidRequest(why) | Self::InvalidGrant(why) => why,
            Self::InvalidClient => "unknown client or wrong secret",
            Self::InvalidScope => "a scope that the app did not register",
            Self::UnsupportedResponseType => "response_type must be code",
            Self::UnsupportedGrantType => "grant_type must be authorization_code or refresh_token",
            Self::AccessDenied => "the person said no",
        }
    }
}

/// An app, as far as its requests are judged by it.
#[derive(Clone, Debug)]
pub struct App {
    /// Whether it has a secret.
    pub confidential: bool,
    /// Where codes may be sent: compared sign by sign.
    pub redirect_uris: Vec<String>,
    /// What it may ask for.
    pub scopes: Vec<Permission>,
}

/// The parameters of an authorization request that are judged after client and redirect URI.
#[derive(Clone, Copy, Debug, Default)]
pub struct Asked<'a> {
    /// `response_type`.
    pub response_type: Option<&'a str>,
    /// `scope`.
    pub scope: Option<&'a str>,
    /// `code_challenge`.
    pub challenge: Option<&'a str>,
    /// `code_challenge_method`.
    pub method: Option<&'a str>,
}

/// What an app asks for, if it may: the scopes to be granted.
pub fn judge(app: &App, asked: &Asked<'_>) -> Result<Vec<Permission>, Refusal> {
    match asked.response_type {
        None => return Err(Refusal::InvalidRequest("response_type is missing")),
        Some("code") => {}
        Some(_) => return Err(Refusal::UnsupportedResponseType),
    }
    match (asked.challenge, asked.method) {
        (None, None) if app.confidential => {}
        (None, None) => return Err(Refusal::InvalidRequest("a public client needs code_challenge (S256)")),
        // Without a method it would be `plain`, which protects nothing.
        (Some(challenge), Some("S256")) if is_challenge(challenge) => {}
        (Some(_), Some("S256")) => return Err(Refusal::InvalidRequest("code_challenge must be 43 base64url signs")),
        _ => return Err(Refusal::InvalidRequest("code_challenge_method must be S256")),
    }
    scopes(asked.scope, &app.scopes)
}

/// The scopes of a `scope` parameter, each once; all that may be asked for when there is none.
pub fn scopes(asked: Option<&str>, most: &[Permission]) -> Result<Vec<Permission>, Refusal> {
    let mut wanted = Vec::new();
    for name in asked.unwrap_or_default().split(' ').filter(|name| !name.is_empty()) {
        let scope = Permission::parse(name).filter(|scope| most.contains(scope)).ok_or(Refusal::InvalidScope)?;
        if !wanted.contains(&scope) {
            wanted.push(scope);
        }
    }
    Ok(if wanted.is_empty() { most.to_vec() } else { wanted })
}

/// Scopes as the wire writes them.
pub fn spelled(scopes: &[Permission]) -> String {
    scopes.iter().map(|scope| scope.as_str()).collect::<Vec<_>>().join(" ")
}

fn is_challenge(text: &str) -> bool {
    text.len() == 43 && text.bytes().all(|sign| sign.is_ascii_alphanumeric() || matches!(sign, b'-' | b'_'))
}

/// Whether a `code_verifier` fits the challenge of its code. A verifier where there was no challenge is refused, too: somebody
/// took the challenge out of the request (RFC 9700, 4.8.2).
pub fn proves(verifier: Option<&str>, challenge: Option<&str>) -> Result<(), Refusal> {
    match (verifier, challenge) {
        (None, None) => Ok(()),
        (Some(verifier), Some(challenge)) => {
            let made = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier.as_bytes()));
            let fits = (43..=128).contains(&verifier.len()) && bool::from(made.as_bytes().ct_eq(challenge.as_bytes()));
            if fits { Ok(()) } else { Err(Refusal::InvalidGrant("code_verifier does not fit the challenge")) }
        }
        (None, Some(_)) => Err(Refusal::InvalidGrant("code_verifier is missing")),
        (Some(_), None) => Err(Refusal::InvalidGrant("the code was asked for without a challenge")),
    }
}

/// A redirect URI that may be registered: https, or http to this very machine; no fragment, no credentials.
pub fn redirect_uri(text: &str, pointer: &str) -> Result<String, Problem> {
    let wrong = |rule: &str, message: &str| Err(Problem::field(pointer, rule, message));
    if text.len() > 2_000 {
        return wrong("too_long", "must have at most 2,000 signs");
    }
    // A URL's reader mends these; what is compared sign by sign has to be right as it is written.
    if text.chars().any(|sign| sign.is_whitespace() || sign.is_control() || sign == '*') {
        return wrong("invalid_value", "must have no spaces, no control signs and no *");
    }
    let Ok(url) = Url::parse(text) else { return wrong("invalid_value", "must be an absolute URL") };
    let loopback = match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match url.scheme() {
        "https" => {}
        "http" if loopback => {}
        _ => return wrong("invalid_value", "must be https, or http to the machine itself"),
    }
    if url.fragment().is_some() || !url.username().is_empty() || url.password().is_some() {
        return wrong("invalid_value", "must have neither fragment nor credentials");
    }
    Ok(text.to_owned())
}

/// Where the browser goes back to, with parameters added to what the URI has already.
pub fn back(redirect_uri: &str, parameters: &[(&str, &str)]) -> Option<String> {
    let mut url = Url::parse(redirect_uri).ok()?;
    url.query_pairs_mut().extend_pairs(parameters);
    Some(url.into())
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    // RFC 7636, appendix B.
    const VERIFIER: &str = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    const CHALLENGE: &str = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    fn app(confidential: bool) -> App {
        App { confidential, redirect_uris: Vec::new(), scopes: vec![Permission::BookingsRead, Permission::CatalogRead] }
    }

    fn asked<'a>() -> Asked<'a> {
        Asked { response_type: Some("code"), ..Asked::default() }
    }

    #[test]
    fn the_verifier_of_the_standard_fits_its_challenge_and_no_other_does() {
        assert_eq!(proves(Some(VERIFIER), Some(CHALLENGE)), Ok(()));
        let other = VERIFIER.replace('d', "e");
        for (verifier, challenge) in [
            (Some(other.as_str()), Some(CHALLENGE)),
            (None, Some(CHALLENGE)),
            (Some(VERIFIER), None),
            (Some("short"), Some(CHALLENGE)),
        ] {
            assert!(matches!(proves(verifier, challenge), Err(Refusal::InvalidGrant(_))), "{verifier:?}");
        }
    }

    #[test]
    fn a_public_client_cannot_go_without_s256() {
        let with = |challenge, method| judge(&app(false), &Asked { challenge, method, ..asked() });
        assert!(with(Some(CHALLENGE), Some("S256")).is_ok());
        for (challenge, method) in
            [(None, None), (Some(CHALLENGE), None), (Some(CHALLENGE), Some("plain")), (Some("x"), Some("S256"))]
        {
            assert!(matches!(with(challenge, method), Err(Refusal::InvalidRequest(_))), "{challenge:?} {method:?}");
        }
        assert!(judge(&app(true), &asked()).is_ok());
    }

    #[test]
    fn nothing_is_granted_that_the_app_did_not_register() {
        let with = |scope| judge(&app(true), &Asked { scope, ..asked() });
        assert_eq!(with(Some("bookings:read bookings:read")), Ok(vec![Permission::BookingsRead]));
        assert_eq!(with(None).map(|scopes| scopes.len()), Ok(2));
        assert_eq!(with(Some("bookings:read org:write")), Err(Refusal::InvalidScope));
        assert_eq!(with(Some("everything")), Err(Refusal::InvalidScope));
    }

    #[test]
    fn codes_are_sent_only_where_nobody_listens_in() {
        for good in
            ["https://app.example/cb", "https://app.example/cb?x=1", "http://127.0.0.1:8000/cb", "http://localhost/cb"]
        {
            assert!(redirect_uri(good, "").is_ok(), "{good}");
        }
        for bad in [
            "http://app.example/cb",
            "app://cb",
            "https://a:b@app.example/",
            "https://app.example/#x",
            "/cb",
            "javascript:alert(1)",
        ] {
            assert!(redirect_uri(bad, "").is_err(), "{bad}");
        }
        assert_eq!(
            back("https://app.example/cb?x=1", &[("code", "a b"), ("state", "&")]).unwrap(),
            "https://app.example/cb?x=1&code=a+b&state=%26"
        );
    }
}
