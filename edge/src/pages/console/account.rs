//! What people do for themselves before anybody is at a desk: sign up, get a new password, confirm an address, accept an
//! invitation. The links of mails lead here.

use super::desk::{Refused, Shown};
use super::form::{Fields, Line, Sheet};
use super::{frame, pieces};
use crate::access::caller::Caller;
use crate::access::sign_in::SignedIn;
use crate::access::store::Person;
use crate::access::{limit, session};
use crate::context::Context;
use crate::domain::account::sign_up::{Coming, sign_up};
use crate::domain::account::{address, recover};
use crate::domain::member::join::{self, Newcomer};
use crate::domain::org::found::Founding;
use crate::problem::{Code, Problem};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use maud::{Markup, html};
use serde::Deserialize;

/// The token of a mailed link.
#[derive(Default, Deserialize)]
pub struct Link {
    #[serde(default)]
    token: String,
}

const NEW_PASSWORD: Line<'_> = Line {
    label: "Password",
    name: "password",
    kind: "password",
    hint: "At least 10 characters.",
    required: true,
    auto: "new-password",
    longest: Some(256),
    within: (None, None),
};

/// A form of another site could make somebody another person than they think.
fn from_here(context: &Context, method: &Method, headers: &HeaderMap) -> Result<(), Problem> {
    if session::is_same_origin(method, headers, &context.origin()) {
        return Ok(());
    }
    Err(Problem::new(Code::Forbidden).because("cross_origin").detail("This form came from another site."))
}

/// Who is signed in, if anybody is.
fn signed_in(caller: Result<Caller, Problem>) -> Result<Option<Person>, Problem> {
    match caller {
        Ok(caller) => caller.person().cloned().map(Some),
        Err(problem) if problem.code() == Code::Unauthenticated => Ok(None),
        Err(problem) => Err(problem),
    }
}

fn into_the_house(signed_in: SignedIn) -> Response {
    ([(header::SET_COOKIE, signed_in.cookie)], Redirect::to("/console")).into_response()
}

/// What was typed as it was typed: spaces of a password count.
fn typed(fields: &Fields, name: &str) -> String {
    fields.all(name).first().cloned().unwrap_or_default()
}

fn page(context: &Context, title: &str, problem: Option<&Problem>, form: &Markup) -> Response {
    let main = html! { h1 { (title) } (pieces::problem(problem)) (form) };
    frame::plain(context, pieces::status(problem), title, &main)
}

/// A page that only tells something.
fn told(context: &Context, title: &str, text: &str, way: (&str, &str)) -> Response {
    let main = html! { h1 { (title) } p { (text) } p { a.button href=(way.0) { (way.1) } } };
    frame::plain(context, StatusCode::OK, title, &main)
}

/// `GET /console/sign-up`.
pub async fn ask_sign_up(State(context): State<Context>) -> Response {
    sign_up_form(&context, Sheet { fields: &Fields::default(), problem: None })
}

/// `POST /console/sign-up`.
pub async fn submit_sign_up(
    State(context): State<Context>,
    method: Method,
    headers: HeaderMap,
    fields: Fields,
) -> Shown {
    from_here(&context, &method, &headers)?;
    let coming = Coming {
        email: fields.get("email").to_owned(),
        password: typed(&fields, "password"),
        name: fields.get("name").to_owned(),
        organization: Founding {
            name: fields.get("organization/name").to_owned(),
            slug: None,
            timezone: fields.get("organization/timezone").to_owned(),
            currency: fields.get("organization/currency").to_uppercase(),
            locale: fields.some("organization/locale").map(str::to_owned),
        },
    };
    Ok(match sign_up(&context, &headers, coming).await {
        Ok(signed_in) => into_the_house(signed_in),
        Err(problem) => sign_up_form(&context, Sheet { fields: &fields, problem: Some(&problem) }),
    })
}

fn sign_up_form(context: &Context, sheet: Sheet<'_>) -> Response {
    let zone = Line {
        label: "Time zone",
        name: "organization/timezone",
        hint: "Such as Europe/Berlin.",
        required: true,
        longest: Some(64),
        ..Line::default()
    };
    let currency = Line {
        label: "Currency",
        name: "organization/currency",
        hint: "Such as EUR.",
        required: true,
        longest: Some(3),
        ..Line::default()
    };
    let form = html! {
        form method="post" action="/console/sign-up" {
            (sheet.line(Line { label: "Your name", name: "name", required: true, auto: "name", longest: Some(200), ..Line::default() }))
            (sheet.line(Line { label: "E-mail", name: "email", kind: "email", required: true, auto: "username", longest: Some(254), ..Line::default() }))
            (sheet.line(NEW_PASSWORD))
            (sheet.line(Line { label: "Your business", name: "organization/name", required: true, auto: "organization", longest: Some(200), ..Line::default() }))
            (sheet.line(zone))
            (sheet.line(currency))
            (sheet.line(Line { label: "Language", name: "organization/locale", hint: "Such as en or de-AT.", longest: Some(35), ..Line::default() }))
            button.primary.wide { "Sign up" }
        }
        p { a href="/console/sign-in" { "Sign in instead" } }
    };
    page(context, "Sign up", sheet.problem, &form)
}

/// `GET /console/forgot`.
pub async fn ask_forgot(State(context): State<Context>) -> Response {
    forgot_form(&context, Sheet { fields: &Fields::default(), problem: None })
}

/// `POST /console/forgot`.
pub async fn submit_forgot(
    State(context): State<Context>,
    method: Method,
    headers: HeaderMap,
    fields: Fields,
) -> Shown {
    from_here(&context, &method, &headers)?;
    Ok(match recover::ask(&context, &headers, fields.get("email")).await {
        Ok(()) => {
            let text = "If there is an account with that address, a link to a new password is on its way. It works for an hour.";
            told(&context, "Look into your mail", text, ("/console/sign-in", "To the sign-in"))
        }
        Err(problem) => forgot_form(&context, Sheet { fields: &fields, problem: Some(&problem) }),
    })
}

fn forgot_form(context: &Context, sheet: Sheet<'_>) -> Response {
    let form = html! {
        form method="post" action="/console/forgot" {
            (sheet.line(Line { label: "E-mail", name: "email", kind: "email", required: true, auto: "username", longest: Some(254), ..Line::default() }))
            button.primary.wide { "Mail me a link" }
        }
    };
    page(context, "A new password", sheet.problem, &form)
}

/// `GET /console/reset?token=`.
pub async fn ask_reset(State(context): State<Context>, Query(link): Query<Link>) -> Response {
    reset_form(&context, Sheet { fields: &Fields::of([("token", link.token)]), problem: None })
}

/// `POST /console/reset`.
pub async fn submit_reset(State(context): State<Context>, method: Method, headers: HeaderMap, fields: Fields) -> Shown {
    from_here(&context, &method, &headers)?;
    let chosen = typed(&fields, "password");
    Ok(match recover::choose(&context, &headers, fields.get("token"), &chosen).await {
        Ok(()) => {
            let text = "Whoever was signed in is signed out. Come in with the new one.";
            told(&context, "Your password is the new one", text, ("/console/sign-in", "Sign in"))
        }
        Err(problem) => reset_form(&context, Sheet { fields: &fields, problem: Some(&problem) }),
    })
}

fn reset_form(context: &Context, sheet: Sheet<'_>) -> Response {
    let form = html! {
        form method="post" action="/console/reset" {
            input type="hidden" name="token" value=(sheet.fields.get("token"));
            @if !sheet.wrong("token").is_empty() {
                p.wrong { "This link does not work any more." }
                p { a href="/console/forgot" { "Mail me another one" } }
            }
            (sheet.line(NEW_PASSWORD))
            button.primary.wide { "Set it" }
        }
    };
    page(context, "Choose a new password", sheet.problem, &form)
}

/// `GET /console/confirm?token=`: asks, since a program that looks at links in mails should confirm nothing.
pub async fn ask_confirm(
    caller: Result<Caller, Problem>,
    State(context): State<Context>,
    Query(link): Query<Link>,
) -> Shown {
    Ok(match signed_in(caller)? {
        Some(person) => confirm_form(&context, &person, &link.token, None),
        None => {
            let text = "To confirm an address, sign in to its account; then open the link of the mail once more.";
            told(&context, "Sign in first", text, ("/console/sign-in", "Sign in"))
        }
    })
}

/// `POST /console/confirm`.
pub async fn submit_confirm(caller: Caller, State(context): State<Context>, fields: Fields) -> Shown {
    let person = caller.person().map_err(Refused::from)?;
    let token = fields.get("token");
    Ok(match address::confirm(&context, person, token).await {
        Ok(()) => told(&context, "Thank you", "The address is yours.", ("/console", "To the console")),
        Err(problem) => confirm_form(&context, person, token, Some(&problem)),
    })
}

fn confirm_form(context: &Context, person: &Person, token: &str, problem: Option<&Problem>) -> Response {
    let form = html! {
        @if problem.is_some() { p.wrong { "This link does not work, or not any more." } }
        p { "Is " strong { (person.email) } " yours?" }
        form method="post" action="/console/confirm" {
            input type="hidden" name="token" value=(token);
            button.primary.wide { "Yes, confirm it" }
        }
    };
    page(context, "Confirm your address", problem, &form)
}

/// `GET /console/invitation?token=`.
pub async fn ask_invitation(
    caller: Result<Caller, Problem>,
    State(context): State<Context>,
    headers: HeaderMap,
    Query(link): Query<Link>,
) -> Shown {
    let person = signed_in(caller)?;
    limit::guest(&context, &headers).await?;
    let fields = Fields::of([("token", link.token)]);
    invitation_form(&context, person.as_ref(), Sheet { fields: &fields, problem: None }).await
}

/// `POST /console/invitation`.
pub async fn submit_invitation(
    caller: Result<Caller, Problem>,
    State(context): State<Context>,
    method: Method,
    headers: HeaderMap,
    fields: Fields,
) -> Shown {
    from_here(&context, &method, &headers)?;
    let person = signed_in(caller)?;
    let wanted = Newcomer { name: fields.some("name").map(str::to_owned), password: Some(typed(&fields, "password")) };
    match join::accept(&context, &headers, person.clone(), fields.get("token"), wanted).await {
        Ok(signed_in) => Ok(into_the_house(signed_in)),
        Err(problem) if problem.code() == Code::NotFound => Err(problem.into()),
        Err(problem) => {
            invitation_form(&context, person.as_ref(), Sheet { fields: &fields, problem: Some(&problem) }).await
        }
    }
}

async fn invitation_form(context: &Context, person: Option<&Person>, sheet: Sheet<'_>) -> Shown {
    let (received, has_account) = join::opened(context, sheet.fields.get("token")).await?;
    let is_theirs = person.is_some_and(|person| person.email.eq_ignore_ascii_case(&received.email));
    let form = html! {
        p { (received.invited_by) " asks you to work with " strong { (received.organization) } "." }
        @if is_theirs || (person.is_none() && !has_account) {
            form method="post" action="/console/invitation" {
                input type="hidden" name="token" value=(sheet.fields.get("token"));
                @if person.is_none() {
                    p { "You will sign in as " strong { (received.email) } "." }
                    (sheet.line(Line { label: "Your name", name: "name", required: true, auto: "name", longest: Some(200), ..Line::default() }))
                    (sheet.line(NEW_PASSWORD))
                }
                button.primary.wide { "Accept" }
            }
        } @else {
            p { "Sign in as " strong { (received.email) } ", then open the link of the mail once more." }
            p { a.button href="/console/sign-in" { "Sign in" } }
        }
    };
    Ok(page(context, &format!("Join {}", received.organization), sheet.problem, &form))
}
