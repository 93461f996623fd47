//! `/api/oauth/…`: where apps exchange a person's yes for tokens, and `/.well-known/oauth-authorization-server`.
//!
//! Errors are as RFC 6749, 5.2 writes them; apps' libraries read `error`.

use crate::access::caller::{Caller, Who};
use crate::access::limit;
use crate::access::oauth::grant::{self, ACCESS_SECONDS, Failure, Tokens};
use crate::access::oauth::parameters::Parameters;
use crate::access::oauth::rules::{self, Refusal};
use crate::access::oauth::store::{self, AppRow};
use crate::access::permission::Permission;
use crate::access::secret;
use crate::api::body::at_most;
use crate::context::Context;
use crate::problem::{Code, Problem, ProblemOut};
use axum::Json;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use serde_json::{Value, json};
use subtle::ConstantTimeEq as _;
use utoipa::ToSchema;

/// No cache keeps what has a token in it (RFC 6749, 5.1), not even one of HTTP/1.0.
const UNKEPT: [(header::HeaderName, &str); 2] = [(header::CACHE_CONTROL, "no-store"), (header::PRAGMA, "no-cache")];

/// No form of these routes is longer.
const LONGEST: usize = 16 * 1024;

/// What an app sends for tokens, `application/x-www-form-urlencoded`. A confidential app proves itself by
/// `client_secret_basic` or `client_secret_post`.
#[derive(ToSchema)]
#[schema(as = TokenExchangeIn)]
#[allow(dead_code, reason = "only its description is used")]
pub struct TokenIn {
    /// `authorization_code` or `refresh_token`.
    grant_type: String,
    /// With `authorization_code`.
    code: Option<String>,
    /// With `authorization_code`: where the code was sent.
    redirect_uri: Option<String>,
    /// With `authorization_code`, if the request had a challenge.
    code_verifier: Option<String>,
    /// With `refresh_token`.
    refresh_token: Option<String>,
    /// Unless it is in the `Authorization` header.
    client_id: Option<String>,
    /// Unless it is in the `Authorization` header, or the app has none.
    client_secret: Option<String>,
}

/// Tokens.
#[derive(Serialize, ToSchema)]
pub struct TokenOut {
    /// Goes into `Authorization: Bearer`.
    access_token: String,
    /// Always `Bearer`.
    #[schema(value_type = String, example = "Bearer")]
    token_type: &'static str,
    /// Seconds.
    #[schema(example = 3600)]
    expires_in: i64,
    /// Gets the next pair, once; then it is worth nothing. 90 days.
    refresh_token: String,
    /// What was granted, separated by spaces.
    #[schema(example = "bookings:read")]
    scope: String,
}

/// What went wrong.
#[derive(Serialize, ToSchema)]
pub struct OAuthErrorOut {
    /// RFC 6749, 5.2.
    #[schema(value_type = String, example = "invalid_grant")]
    error: &'static str,
    /// For the app's developer.
    #[schema(value_type = String)]
    error_description: &'static str,
}

/// What an app revokes, `application/x-www-form-urlencoded`.
#[derive(ToSchema)]
#[allow(dead_code, reason = "only its description is used")]
pub struct RevokeIn {
    /// An access token, or a refresh token: then everything granted with it ends.
    token: String,
    /// Ignored: a token tells its kind itself.
    token_type_hint: Option<String>,
    /// Unless it is in the `Authorization` header.
    client_id: Option<String>,
    /// Unless it is in the `Authorization` header, or the app has none.
    client_secret: Option<String>,
}

/// Whom a token stands for.
#[derive(Serialize, ToSchema)]
pub struct UserInfoOut {
    /// Public id of the person.
    #[schema(example = "usr_harbor_owner")]
    sub: String,
    /// Name.
    name: String,
    /// Address.
    email: String,
    /// The organization in which the app acts.
    organization: UserOrganizationOut,
    /// What was granted, separated by spaces.
    scope: String,
}

/// An organization.
#[derive(Serialize, ToSchema)]
pub struct UserOrganizationOut {
    /// Public id.
    id: String,
    /// URL name.
    slug: String,
    /// Name.
    name: String,
    /// IANA zone.
    timezone: String,
    /// The person's role.
    role: &'static str,
}

/// A refusal on its way to an app.
pub struct Refused {
    refusal: Refusal,
    basic: bool,
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let body = OAuthErrorOut { error: self.refusal.code(), error_description: self.refusal.description() };
        let status = match self.refusal {
            Refusal::InvalidClient => StatusCode::UNAUTHORIZED,
            _ => StatusCode::BAD_REQUEST,
        };
        let mut response = (status, UNKEPT, Json(body)).into_response();
        if self.basic && status == StatusCode::UNAUTHORIZED {
            let challenge = HeaderValue::from_static("Basic realm=\"oauth\"");
            response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
        }
        response
    }
}

/// The parameters of a form.
async fn form(headers: &HeaderMap, request: Request) -> Result<Parameters, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let essence = kind.split(';').next().unwrap_or_default().trim();
    let body = at_most(request, LONGEST).await;
    if !essence.eq_ignore_ascii_case("application/x-www-form-urlencoded") {
        return Err(Refusal::InvalidRequest("the body must be application/x-www-form-urlencoded"));
    }
    let form = Parameters::read(&body.ok_or(Refusal::InvalidRequest("the body is too long"))?);
    form.once()?;
    Ok(form)
}

/// Client id and secret of `Authorization: Basic`, both form-encoded inside (RFC 6749, 2.3.1). None where that is not said.
fn basic(headers: &HeaderMap) -> Result<Option<(String, String)>, Refusal> {
    let said = headers.get(header::AUTHORIZATION).and_then(|value| value.to_str().ok()?.split_once(' '));
    let Some((_, encoded)) = said.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("basic")) else { return Ok(None) };
    let read = || {
        let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
        let (id, secret) = text.split_once(':')?;
        let decoded = |part: &str| {
            url::form_urlencoded::parse(format!("v={part}").as_bytes()).next().map(|(_, v)| v.into_owned())
        };
        Some((decoded(id)?, decoded(secret)?))
    };
    read().map(Some).ok_or(Refusal::InvalidClient)
}

/// The app that is asking, once it has proved to be it.
async fn client(context: &Context, headers: &HeaderMap, form: &Parameters) -> Result<AppRow, Failure> {
    let given = basic(headers)?;
    if given.is_some() && form.get("client_secret").is_some() {
        return Err(Refusal::InvalidRequest("client credentials are there twice").into());
    }
    let (id, secret) = match &given {
        Some((id, secret)) => (Some(id.as_str()), Some(secret.as_str())),
        None => (form.get("client_id"), form.get("client_secret")),
    };
    let id = id.ok_or(Refusal::InvalidClient)?;
    if form.get("client_id").is_some_and(|named| named != id) {
        return Err(Refusal::InvalidRequest("client_id is not that of the credentials").into());
    }
    let app = store::app(context.database(), id).await?.ok_or(Refusal::InvalidClient)?;
    let proved = match (&app.secret_hash, secret.filter(|secret| !secret.is_empty())) {
        (Some(hash), Some(secret)) => bool::from(secret::hashed(secret).as_bytes().ct_eq(hash.as_bytes())),
        (None, None) => true,
        _ => false,
    };
    if proved { Ok(app) } else { Err(Refusal::InvalidClient.into()) }
}

fn answer(failure: Failure, headers: &HeaderMap) -> Response {
    match failure {
        Failure::Refused(refusal) => {
            Refused { refusal, basic: headers.contains_key(header::AUTHORIZATION) }.into_response()
        }
        Failure::Ours(problem) => problem.into_response(),
    }
}

/// Exchanges a code, or a refresh token, for tokens.
#[utoipa::path(
    post, path = "/api/oauth/token", tag = "OAuth", operation_id = "token", security(()),
    request_body(content = TokenIn, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "Tokens", body = TokenOut),
        (status = 400, description = "Why not", body = OAuthErrorOut),
        (status = 401, description = "Not that client", body = OAuthErrorOut),
        (status = 429, description = "Too many requests", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn token(State(context): State<Context>, headers: HeaderMap, request: Request) -> Response {
    match exchange(&context, &headers, request).await {
        Ok(Tokens { access, refresh, scopes }) => {
            let out = TokenOut {
                access_token: access,
                token_type: "Bearer",
                expires_in: ACCESS_SECONDS,
                refresh_token: refresh,
                scope: rules::spelled(&scopes),
            };
            (UNKEPT, Json(out)).into_response()
        }
        Err(failure) => answer(failure, &headers),
    }
}

/// Counts who tries: secrets and codes are not to be guessed.
async fn count(context: &Context, headers: &HeaderMap) -> Result<(), Failure> {
    let address = limit::client_address(headers, context.development());
    limit::count(context, limit::GUEST, format!("oauth:{address}")).await.map_err(Failure::Ours)
}

async fn exchange(context: &Context, headers: &HeaderMap, request: Request) -> Result<Tokens, Failure> {
    let form = form(headers, request).await?;
    count(context, headers).await?;
    let app = client(context, headers, &form).await?;
    match form.need("grant_type", "grant_type is missing")? {
        "authorization_code" => {
            let code = form.need("code", "code is missing")?;
            let redirect_uri = form.need("redirect_uri", "redirect_uri is missing")?;
            grant::redeem(context, &app.public_id, code, redirect_uri, form.get("code_verifier")).await
        }
        "refresh_token" => {
            let token = form.need("refresh_token", "refresh_token is missing")?;
            grant::refresh(context, &app.public_id, token, form.get("scope")).await
        }
        _ => Err(Refusal::UnsupportedGrantType.into()),
    }
}

/// Ends a token (RFC 7009). An unknown one has ended already.
#[utoipa::path(
    post, path = "/api/oauth/revoke", tag = "OAuth", operation_id = "revokeToken", security(()),
    request_body(content = RevokeIn, content_type = "application/x-www-form-urlencoded"),
    responses(
        (status = 200, description = "It is worth nothing now"),
        (status = 400, description = "Why not", body = OAuthErrorOut),
        (status = 401, description = "Not that client", body = OAuthErrorOut),
        (status = 429, description = "Too many requests", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn revoke(State(context): State<Context>, headers: HeaderMap, request: Request) -> Response {
    let ended = async {
        let form = form(&headers, request).await?;
        count(&context, &headers).await?;
        let app = client(&context, &headers, &form).await?;
        let token = form.need("token", "token is missing")?;
        let batch = store::revoke_token(&secret::hashed(token), &app.public_id, context.now());
        context.database().batch(batch.into()).await?;
        Ok::<(), Failure>(())
    };
    match ended.await {
        Ok(()) => StatusCode::OK.into_response(),
        Err(failure) => answer(failure, &headers),
    }
}

/// Tells whom an access token stands for: the usual test of a connection.
#[utoipa::path(
    get, path = "/api/oauth/userinfo", tag = "OAuth", operation_id = "userInfo",
    security(("oauth" = [])),
    responses(
        (status = 200, description = "The person", body = UserInfoOut),
        (status = 401, description = "No access token, or one that has ended", body = ProblemOut, content_type = "application/problem+json"),
        (status = 403, description = "Credentials that stand for nobody in one organization", body = ProblemOut, content_type = "application/problem+json"),
    ),
)]
pub async fn userinfo(caller: Caller) -> Result<Json<UserInfoOut>, Problem> {
    let (Who::App { person, permissions, .. }, [membership]) = (caller.who(), caller.memberships()) else {
        return Err(Problem::new(Code::Forbidden).detail("This needs an access token of an OAuth app."));
    };
    Ok(Json(UserInfoOut {
        sub: person.public_id.clone(),
        name: person.name.clone(),
        email: person.email.clone(),
        organization: UserOrganizationOut {
            id: membership.public_id.clone(),
            slug: membership.slug.clone(),
            name: membership.name.clone(),
            timezone: membership.timezone.clone(),
            role: membership.role().as_str(),
        },
        scope: rules::spelled(permissions),
    }))
}

/// Describes the OAuth server (RFC 8414).
#[utoipa::path(
    get, path = "/.well-known/oauth-authorization-server", tag = "OAuth", operation_id = "oauthMetadata", security(()),
    responses((status = 200, description = "Where what is", body = Object)),
)]
pub async fn metadata(State(context): State<Context>) -> Json<Value> {
    let origin = context.origin();
    let at = |path: &str| format!("{origin}{path}");
    let methods = ["client_secret_basic", "client_secret_post", "none"];
    let scopes: Vec<&str> = Permission::ALL.iter().map(|permission| permission.as_str()).collect();
    Json(json!({
        "issuer": origin,
        "authorization_endpoint": at("/api/oauth/authorize"),
        "token_endpoint": at("/api/oauth/token"),
        "revocation_endpoint": at("/api/oauth/revoke"),
        "userinfo_endpoint": at("/api/oauth/userinfo"),
        "service_documentation": at("/docs"),
        "scopes_supported": scopes,
        "response_types_supported": ["code"],
        "response_modes_supported": ["query"],
        "grant_types_supported": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_methods_supported": methods,
        "revocation_endpoint_auth_methods_supported": methods,
        "code_challenge_methods_supported": ["S256"],
        "authorization_response_iss_parameter_supported": true,
    }))
}
