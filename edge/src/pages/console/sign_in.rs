//! In and out.

use super::desk::{Refused, Shown};
use super::form::{Fields, Line, Sheet};
use super::{frame, pieces};
use crate::access::caller::Caller;
use crate::access::{secret, session, sign_in, store};
use crate::context::Context;
use crate::problem::{Code, Problem};
use axum::extract::{Query, State};
use axum::http::{HeaderMap, Method, StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use maud::html;
use serde::Deserialize;

/// Where to go afterwards.
#[derive(Default, Deserialize)]
pub struct Wanted {
    next: Option<String>,
}

/// `GET /console`: to the first organization of whoever is signed in, else to the door.
pub async fn front_door(caller: Result<Caller, Problem>) -> Redirect {
    match caller.as_ref().map(|caller| caller.memberships().first()) {
        Ok(Some(org)) => Redirect::to(&format!("/console/{}", org.public_id)),
        _ => Redirect::to("/console/sign-in"),
    }
}

/// `GET /console/sign-in`.
pub async fn show(State(context): State<Context>, Query(wanted): Query<Wanted>) -> Shown {
    let fields = Fields::of(wanted.next.map(|next| ("next", next)));
    Ok(form(&context, StatusCode::OK, Sheet { fields: &fields, problem: None }))
}

/// `POST /console/sign-in`.
pub async fn submit(State(context): State<Context>, method: Method, headers: HeaderMap, fields: Fields) -> Shown {
    match check(&context, &method, &headers, &fields).await {
        Ok(cookie) => {
            let next = own_page(fields.get("next")).unwrap_or("/console");
            Ok(([(header::SET_COOKIE, cookie)], Redirect::to(next)).into_response())
        }
        Err(problem) if problem.code() == Code::Forbidden => Err(problem.into()),
        Err(problem) => {
            let status = crate::pages::frame::status(&problem);
            Ok(form(&context, status, Sheet { fields: &fields, problem: Some(&problem) }))
        }
    }
}

/// `POST /console/sign-out`.
pub async fn leave(State(context): State<Context>, method: Method, headers: HeaderMap) -> Shown {
    if !session::is_same_origin(&method, &headers, &context.origin()) {
        return Err(from_elsewhere().into());
    }
    let development = context.development();
    if let Some(token) = session::token_in(&headers, development) {
        context.database().run(store::end_session(secret::hashed(token))).await.map_err(Refused::from)?;
    }
    let cookie = [(header::SET_COOKIE, session::no_cookie(development))];
    Ok((cookie, Redirect::to("/console/sign-in")).into_response())
}

/// Checks the password; answers the cookie of a new session.
async fn check(context: &Context, method: &Method, headers: &HeaderMap, fields: &Fields) -> Result<String, Problem> {
    // A form of another site could sign somebody in as somebody else.
    if !session::is_same_origin(method, headers, &context.origin()) {
        return Err(from_elsewhere());
    }
    let (email, secret_word) = (fields.get("email"), fields.all("password").first().map_or("", String::as_str));
    let signed_in = sign_in::sign_in(context, headers, email, secret_word).await;
    let none = "There is no account with this address and this password.";
    let signed_in = signed_in.map_err(|problem| match problem.code() {
        Code::Unauthenticated => problem.detail(none),
        _ => problem,
    })?;
    Ok(signed_in.cookie)
}

fn from_elsewhere() -> Problem {
    Problem::new(Code::Forbidden).because("cross_origin").detail("This form came from another site.")
}

/// Where signing in may lead: the console, and the question of an app that wants to act for somebody.
const OWN_PAGES: [&str; 2] = ["/console/", "/api/oauth/authorize?"];

/// A page of our own, and nothing that leads elsewhere.
fn own_page(next: &str) -> Option<&str> {
    let plain = next.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/_-.~?=&%+:".contains(&byte));
    let own = OWN_PAGES.iter().any(|page| next.starts_with(page));
    (own && plain && !next.contains("//") && !next.contains("..")).then_some(next)
}

fn form(context: &Context, status: StatusCode, sheet: Sheet<'_>) -> axum::response::Response {
    let main = html! {
        h1 { "Sign in" }
        (pieces::problem(sheet.problem))
        form method="post" action="/console/sign-in" {
            input type="hidden" name="next" value=(sheet.fields.get("next"));
            (sheet.line(Line { label: "E-mail", name: "email", kind: "email", required: true, auto: "username", longest: Some(254), ..Line::default() }))
            (sheet.line(Line { label: "Password", name: "password", kind: "password", required: true, auto: "current-password", ..Line::default() }))
            button.primary.wide { "Sign in" }
        }
        p { a href="/console/forgot" { "Forgot your password?" } }
        p { "New here? " a href="/console/sign-up" { "Sign up" } }
    };
    frame::plain(context, status, "Sign in", &main)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signing_in_leads_to_our_own_pages_only() {
        assert_eq!(own_page("/console/org_harbor/bookings"), Some("/console/org_harbor/bookings"));
        for wrong in
            ["", "/", "//evil.example", "https://evil.example", "/console//evil", "/console/../x", "/console/\n"]
        {
            assert_eq!(own_page(wrong), None, "{wrong}");
        }
    }
}
