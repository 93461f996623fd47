//! The frame of every page: head, the way around, and a policy that lets nothing else in.

use super::desk::Desk;
use super::icons::{Icon, icon};
use super::{assets, pieces};
use crate::access::permission::Permission;
use crate::access::secret;
use crate::colour::{self, Colour};
use crate::context::Context;
use crate::problem::Problem;
use axum::body::Body;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::response::IntoResponse;
use maud::{DOCTYPE, Markup, PreEscaped, html};

/// A page of an organization.
pub struct Page<'a> {
    /// Its heading, and the tab's.
    pub title: &'a str,
    /// Where it is on the way around.
    pub section: Section,
    /// What was just done, by its word in the address; see [`pieces::done`].
    pub done: Option<&'a str>,
    /// Buttons beside the heading.
    pub actions: Markup,
    /// The page.
    pub main: Markup,
    /// Rules of style for this page alone: places in a grid.
    pub rules: &'a str,
    /// Whether the widget runs on it.
    pub widget: bool,
}

impl<'a> Page<'a> {
    /// A page without anything special.
    pub fn new(section: Section, title: &'a str, main: Markup) -> Self {
        Self { title, section, done: None, actions: html! {}, main, rules: "", widget: false }
    }

    /// Tells what was just done.
    #[must_use]
    pub fn done(mut self, done: Option<&'a str>) -> Self {
        self.done = done;
        self
    }

    /// Buttons beside the heading.
    #[must_use]
    pub fn actions(mut self, actions: Markup) -> Self {
        self.actions = actions;
        self
    }
}

macro_rules! sections {
    ($($name:ident = $label:literal $path:literal $icon:ident $permission:ident),+ $(,)?) => {
        /// Where one can go.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Section { $(#[doc = $label] $name),+ }

        impl Section {
            const ALL: &[Self] = &[$(Self::$name),+];

            fn label(self) -> &'static str {
                match self { $(Self::$name => $label),+ }
            }

            fn path(self) -> &'static str {
                match self { $(Self::$name => $path),+ }
            }

            fn icon(self) -> Icon {
                match self { $(Self::$name => Icon::$icon),+ }
            }

            fn permission(self) -> Permission {
                match self { $(Self::$name => Permission::$permission),+ }
            }
        }
    };
}

sections! {
    Today = "Today" "/today" Today BookingsRead,
    Calendar = "Calendar" "/calendar" Calendar BookingsRead,
    Bookings = "Bookings" "/bookings" Bookings BookingsRead,
    Submissions = "Submissions" "/submissions" Inbox SubmissionsWrite,
    Customers = "Customers" "/customers" Customers BookingsRead,
    Waiting = "Waiting list" "/waiting" Waiting BookingsRead,
    Offerings = "Offerings" "/offerings" Offerings CatalogRead,
    Resources = "Resources" "/resources" Resources CatalogRead,
    Embed = "Calendars" "/embed" Embed CatalogRead,
    Links = "Other calendars" "/links" Calendar CatalogRead,
    Members = "Members" "/members" Members OrgWrite,
    Keys = "API keys" "/keys" Keys OrgWrite,
    Webhooks = "Webhooks" "/webhooks" Webhooks WebhooksRead,
    Payments = "Payments" "/payments" Payments BookingsRead,
    Settings = "Settings" "/settings" Settings OrgWrite,
    Audit = "Audit log" "/audit" Audit OrgWrite,
}

/// What a thumb reaches on a phone.
const TABS: [Section; 4] = [Section::Today, Section::Calendar, Section::Bookings, Section::Submissions];

impl Section {
    /// How many things wait there.
    fn waiting(self, desk: &Desk) -> u32 {
        match self {
            Self::Bookings => desk.overview.awaiting_approval,
            Self::Payments => desk.overview.payment_troubles,
            Self::Submissions if desk.may(Permission::SubmissionsModerate) => desk.overview.submitted,
            _ => 0,
        }
    }
}

impl Desk {
    /// Answers a page.
    pub fn page(&self, status: StatusCode, page: &Page<'_>) -> Response<Body> {
        let nonce = nonce(&self.context);
        let accent = self.settings.accent.as_deref().and_then(Colour::parse);
        let rules = format!("{}{}", accent.map(colour::properties).unwrap_or_default(), page.rules);
        let title = format!("{} · {}", page.title, self.overview.name);
        let body = html! {
            a.skip href="#main" { "Skip to the content" }
            header.top {
                (switch(self))
                @if self.may(Permission::BookingsWrite) {
                    a.button.primary.small href=(self.path("/bookings/new")) { (icon(Icon::Plus)) "New booking" }
                }
            }
            (around(self, page.section))
            main #main tabindex="-1" {
                header.head {
                    h1 { (page.title) }
                    @if !page.actions.0.is_empty() { div.actions { (page.actions) } }
                }
                (pieces::done(page.done))
                (page.main)
            }
            (tabs(self, page.section))
        };
        respond(status, &document(&title, &nonce, &rules, "desk", &body), &nonce, page.widget)
    }

    /// Answers a page that is as it should be.
    pub fn show(&self, page: &Page<'_>) -> Response<Body> {
        self.page(StatusCode::OK, page)
    }
}

/// Answers a page outside of any organization.
pub fn plain(context: &Context, status: StatusCode, title: &str, main: &Markup) -> Response<Body> {
    let nonce = nonce(context);
    respond(status, &document(&format!("{title} · Daymark"), &nonce, "", "door", &door(main)), &nonce, false)
}

/// A problem as a page of its own.
pub fn refusal(problem: &Problem) -> Response<Body> {
    let title = problem.code().title();
    let main = html! {
        h1 { (title) }
        @if let Some(detail) = problem.detail_text() { p { (detail) } }
        @for error in problem.fields() { p { (error.message) } }
        p { a.button href="/console" { "To the console" } }
    };
    let status = super::super::frame::status(problem);
    respond(status, &document(title, "", "", "door", &door(&main)), "", false)
}

fn door(main: &Markup) -> Markup {
    html! {
        header.brand { span.mark aria-hidden="true" {} p { "Daymark" } }
        main #main { (main) }
    }
}

fn document(title: &str, nonce: &str, rules: &str, class: &str, body: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                meta name="color-scheme" content="light dark";
                meta name="robots" content="noindex";
                title { (title) }
                link rel="stylesheet" href=(assets::style());
                link rel="icon" href="data:,";
                @if !rules.is_empty() { style nonce=(nonce) { (PreEscaped(rules)) } }
                script type="module" src=(assets::script()) {}
            }
            body class=(class) { (body) }
        }
    }
}

fn nonce(context: &Context) -> String {
    secret::token(context.random_key().unwrap_or_default())
}

fn respond(status: StatusCode, document: &Markup, nonce: &str, widget: bool) -> Response<Body> {
    let mut response = (status, document.0.clone()).into_response();
    let headers = response.headers_mut();
    let fixed = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CACHE_CONTROL, "no-store"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::X_FRAME_OPTIONS, "DENY"),
        (header::REFERRER_POLICY, "same-origin"),
        (header::HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    ];
    for (name, value) in fixed {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if let Ok(policy) = HeaderValue::from_str(&policy(nonce, widget)) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}

/// Nothing but our own files, and one style that the server itself has just written.
fn policy(nonce: &str, widget: bool) -> String {
    let style = if nonce.is_empty() { String::new() } else { format!(" 'nonce-{nonce}'") };
    let script = if widget { " 'wasm-unsafe-eval'" } else { "" };
    let frame = if widget { "; frame-src 'self'" } else { "" };
    format!(
        "default-src 'none'; script-src 'self'{script}; style-src 'self'{style}; img-src 'self' data:; \
         connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'{frame}"
    )
}

/// Whose desk it is, and the way to others.
fn switch(desk: &Desk) -> Markup {
    html! {
        div.whose {
            span.mark aria-hidden="true" {}
            @if desk.others.len() > 1 {
                details.switch {
                    summary { (desk.overview.name) }
                    ul {
                        @for other in &desk.others {
                            @let here = other.org_id == desk.org_id();
                            li {
                                a href={ "/console/" (other.public_id) } aria-current=[here.then_some("true")] {
                                    (other.name)
                                }
                            }
                        }
                    }
                }
            } @else {
                p { (desk.overview.name) }
            }
        }
    }
}

fn around(desk: &Desk, current: Section) -> Markup {
    html! {
        nav #around aria-label="Console" tabindex="-1" {
            a.close href="#main" { (icon(Icon::Close)) "Close" }
            ul {
                @for section in Section::ALL.iter().copied().filter(|section| desk.may(section.permission())) {
                    li { (link(desk, section, current)) }
                }
            }
            div.me {
                p { strong { (desk.person) } " " span.quiet { (role(desk.role().as_str())) } }
                form method="post" action="/console/sign-out" {
                    button.plain { (icon(Icon::Leave)) "Sign out" }
                }
            }
        }
    }
}

fn tabs(desk: &Desk, current: Section) -> Markup {
    html! {
        nav.tabs aria-label="Shortcuts" {
            @for section in TABS.into_iter().filter(|section| desk.may(section.permission())) {
                (link(desk, section, current))
            }
            a href="#around" { (icon(Icon::Menu)) span { "Menu" } }
        }
    }
}

fn link(desk: &Desk, section: Section, current: Section) -> Markup {
    let waiting = section.waiting(desk);
    html! {
        a href=(desk.path(section.path())) aria-current=[(section == current).then_some("page")] {
            (icon(section.icon()))
            span { (section.label()) }
            @if waiting > 0 { span.count { (waiting) span.hidden { " waiting" } } }
        }
    }
}

/// `TRUSTED_CONTRIBUTOR` as people say it.
pub fn role(role: &str) -> &'static str {
    match role {
        "OWNER" => "Owner",
        "ADMIN" => "Admin",
        "STAFF" => "Staff",
        "TRUSTED_CONTRIBUTOR" => "Trusted contributor",
        _ => "Contributor",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_loads_nothing_from_elsewhere_and_is_framed_by_nobody() {
        for widget in [false, true] {
            let policy = policy("abc", widget);
            assert!(policy.starts_with("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{policy}");
            assert!(
                !policy.contains("unsafe-inline") && !policy.contains("https:") && !policy.contains('*'),
                "{policy}"
            );
        }
    }
}
