//! `/api/oauth/authorize`: a person reads in plain words what an app wants to do for them, and says yes or no.
//!
//! Until client and redirect URI are known to be right, a refusal stays here; after that it goes back to the app
//! (RFC 6749, 4.1.2.1). The page cannot be framed, and only its own form can say yes.

use super::frame;
use super::layout::{Page, Policy};
use super::voice::Voice;
use crate::access::Caller;
use crate::access::caller::Who;
use crate::access::oauth::grant::{self, Consent};
use crate::access::oauth::parameters::Parameters;
use crate::access::oauth::rules::{self, Asked, Refusal};
use crate::access::oauth::store::{self, AppRow};
use crate::access::permission::Permission;
use crate::access::store::{Membership, Person};
use crate::api::body::at_most;
use crate::context::Context;
use crate::problem::{Code, Problem};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderValue, Response, StatusCode, Uri, header};
use axum::response::IntoResponse;
use maud::{Markup, html};

/// Where people sign in; it leads back by `next`.
const SIGN_IN: &str = "/console/sign-in";

/// How a browser sends a form.
const FORM: &str = "application/x-www-form-urlencoded";

/// No form of this page is longer.
const LONGEST: usize = 16 * 1024;

/// What an app asks for.
#[derive(Debug)]
struct Wanted {
    response_type: Option<String>,
    client_id: Option<String>,
    redirect_uri: Option<String>,
    scope: Option<String>,
    state: Option<String>,
    code_challenge: Option<String>,
    code_challenge_method: Option<String>,
}

impl Wanted {
    fn of(read: &Parameters) -> Self {
        Self {
            response_type: read.owned("response_type"),
            client_id: read.owned("client_id"),
            redirect_uri: read.owned("redirect_uri"),
            scope: read.owned("scope"),
            state: read.owned("state"),
            code_challenge: read.owned("code_challenge"),
            code_challenge_method: read.owned("code_challenge_method"),
        }
    }
}

/// A request of an app that is known, to be answered where the app said.
struct Known {
    app: AppRow,
    redirect_uri: String,
}

async fn known(context: &Context, request: &Wanted) -> Result<Known, Problem> {
    let stranger = |detail: &str| Problem::new(Code::InvalidField).detail(detail);
    let client_id = request.client_id.as_deref().ok_or_else(|| stranger("The link names no app (client_id)."))?;
    let app = store::app(context.database(), client_id).await?;
    let app = app.ok_or_else(|| stranger("This app is not known here (any more)."))?;
    let redirect_uri = request.redirect_uri.clone().unwrap_or_default();
    if !app.terms().redirect_uris.contains(&redirect_uri) {
        return Err(stranger("The link leads back to an address that the app has not registered (redirect_uri)."));
    }
    Ok(Known { app, redirect_uri })
}

fn asked(request: &Wanted) -> Asked<'_> {
    Asked {
        response_type: request.response_type.as_deref(),
        scope: request.scope.as_deref(),
        challenge: request.code_challenge.as_deref(),
        method: request.code_challenge_method.as_deref(),
    }
}

/// `GET /api/oauth/authorize`.
pub async fn ask(State(context): State<Context>, uri: Uri, caller: Result<Caller, Problem>) -> Response<Body> {
    let read = Parameters::read(uri.query().unwrap_or_default().as_bytes());
    let request = Wanted::of(&read);
    let known = match known(&context, &request).await {
        Ok(known) => known,
        Err(problem) => return frame::problem(&context, &problem),
    };
    let scopes = match read.once().and_then(|()| rules::judge(&known.app.terms(), &asked(&request))) {
        Ok(scopes) => scopes,
        Err(refusal) => return refuse(&context, &known, &request, refusal),
    };
    match caller {
        Ok(caller) => match caller.who() {
            Who::Person(person) => page(&context, &known, &request, &scopes, person, caller.memberships()),
            _ => frame::problem(&context, &Problem::new(Code::Forbidden).detail("Only a person can let an app in.")),
        },
        Err(problem) if problem.code() == Code::Unauthenticated => {
            let here = uri.path_and_query().map_or("/", |here| here.as_str());
            let next = rules::back("https://here.invalid/", &[("next", here)]).unwrap_or_default();
            let query = next.split_once('?').map_or("", |(_, query)| query);
            redirect(&format!("{SIGN_IN}?{query}"))
        }
        Err(problem) => frame::problem(&context, &problem),
    }
}

/// `POST /api/oauth/authorize`. The session's own check keeps other sites' forms out.
pub async fn decide(
    caller: Result<Caller, Problem>,
    State(context): State<Context>,
    headers: HeaderMap,
    form: Request,
) -> Response<Body> {
    let unreadable = || Problem::new(Code::MalformedRequest).detail("This is not the form of this page.");
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let is_form = kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(FORM);
    let read = match at_most(form, LONGEST).await.filter(|_| is_form) {
        Some(body) => Parameters::read(&body),
        None => return frame::problem(&context, &unreadable()),
    };
    let (request, decision) = (Wanted::of(&read), read.get("decision"));
    let known = match known(&context, &request).await {
        Ok(known) => known,
        Err(problem) => return frame::problem(&context, &problem),
    };
    let caller = match caller {
        Ok(caller) => caller,
        Err(problem) => return frame::problem(&context, &problem),
    };
    let Who::Person(person) = caller.who() else {
        return frame::problem(&context, &Problem::new(Code::Forbidden).detail("Only a person can let an app in."));
    };
    let scopes = match read.once().and_then(|()| rules::judge(&known.app.terms(), &asked(&request))) {
        Ok(scopes) if decision == Some("allow") => scopes,
        Ok(_) => return refuse(&context, &known, &request, Refusal::AccessDenied),
        Err(refusal) => return refuse(&context, &known, &request, refusal),
    };
    let named = read.get("organization").unwrap_or_default();
    let Some(membership) = caller.memberships().iter().find(|one| one.public_id == named) else {
        return frame::problem(
            &context,
            &Problem::field("/organization", "required", "Choose one of your organizations."),
        );
    };
    let given = Consent {
        person: person.id,
        org: membership.org_id,
        scopes: &scopes,
        redirect_uri: &known.redirect_uri,
        challenge: request.code_challenge.as_deref(),
    };
    match grant::consent(&context, &known.app, &given).await {
        Ok(code) => leave(&context, &known, &request, &[("code", &code)]),
        Err(problem) => frame::problem(&context, &problem),
    }
}

/// Back to the app with what came out.
fn leave(context: &Context, known: &Known, request: &Wanted, outcome: &[(&str, &str)]) -> Response<Body> {
    let origin = context.origin();
    let mut parameters = outcome.to_vec();
    parameters.extend(request.state.as_deref().map(|state| ("state", state)));
    // RFC 9207: the app can tell which server answered.
    parameters.push(("iss", &origin));
    match rules::back(&known.redirect_uri, &parameters) {
        Some(address) => redirect(&address),
        None => frame::problem(context, &Problem::internal("a registered redirect URI is none")),
    }
}

fn refuse(context: &Context, known: &Known, request: &Wanted, refusal: Refusal) -> Response<Body> {
    leave(context, known, request, &[("error", refusal.code()), ("error_description", refusal.description())])
}

fn redirect(address: &str) -> Response<Body> {
    let Ok(address) = HeaderValue::from_str(address) else { return StatusCode::BAD_REQUEST.into_response() };
    let headers = [
        (header::LOCATION, address),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    ];
    (StatusCode::SEE_OTHER, headers).into_response()
}

fn page(
    context: &Context,
    known: &Known,
    request: &Wanted,
    scopes: &[Permission],
    person: &Person,
    memberships: &[Membership],
) -> Response<Body> {
    let Known { app, redirect_uri } = known;
    let voice = &Voice::of(context, &[]);
    let title = voice.say("consent.title", &[("app", &app.name)]);
    let returns_to = url::Url::parse(redirect_uri).map(|url| url.origin().ascii_serialization()).unwrap_or_default();
    let hidden = |name: &str, value: &Option<String>| -> Markup {
        html! { @if let Some(value) = value { input type="hidden" name=(name) value=(value); } }
    };
    let main = html! {
        h1 { (title) }
        p {
            (voice.mark("consent.asks", &[
                ("app", html! { strong { (app.name) } }),
                ("organization", html! { (app.org_name) }),
                ("name", html! { (person.name) }),
                ("email", html! { (person.email) }),
            ]))
        }
        form method="post" action=(voice.link("/api/oauth/authorize")) {
            (hidden("response_type", &request.response_type))
            (hidden("client_id", &request.client_id))
            (hidden("redirect_uri", &request.redirect_uri))
            (hidden("scope", &request.scope))
            (hidden("state", &request.state))
            (hidden("code_challenge", &request.code_challenge))
            (hidden("code_challenge_method", &request.code_challenge_method))
            section.card {
                @match memberships {
                    [] => p { (voice.t("consent.none")) },
                    [only] => {
                        p.when { (only.name) }
                        input type="hidden" name="organization" value=(only.public_id);
                    },
                    several => fieldset {
                        legend { (voice.t("consent.where")) }
                        @for (index, one) in several.iter().enumerate() {
                            label.choice {
                                input type="radio" name="organization" value=(one.public_id) checked[index == 0] required;
                                " " (one.name)
                            }
                        }
                    },
                }
                h2 { (voice.t("consent.able")) }
                ul { @for scope in scopes { li { (meaning(voice, *scope)) } } }
                p.quiet { (voice.t("consent.limits")) }
            }
            p.quiet { (voice.mark("consent.next", &[("site", html! { strong { (returns_to) } })])) }
            div.actions {
                @if !memberships.is_empty() { button.primary name="decision" value="allow" { (voice.t("consent.allow")) } }
                button name="decision" value="deny" { (voice.t("consent.deny")) }
            }
        }
    };
    let page = Page {
        title: &title,
        business: "Daymark",
        accent: None,
        voice,
        head: html! {},
        main,
        foot: html! {},
        policy: Policy::Consent { returns_to: &returns_to },
        class: "consent",
    };
    frame::respond(context, StatusCode::OK, &page)
}

/// What a permission lets an app do.
fn meaning(voice: &Voice, permission: Permission) -> &'static str {
    voice.find(&format!("scope.{}", permission.as_str())).unwrap_or(permission.meaning())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_permission_has_words() {
        for permission in Permission::ALL {
            assert!(Voice::english().find(&format!("scope.{}", permission.as_str())).is_some(), "{permission:?}");
        }
    }
}
