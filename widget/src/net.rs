//! The few requests that the widget makes. No cookies, no third party.

use crate::json;
use crate::model::message::{Asked, News};
use leptos::prelude::window;
use shared::embed::Snapshot;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Headers, RequestCache, RequestCredentials, RequestInit, Response};

/// Where the edge is.
#[derive(Clone)]
pub struct Edge {
    /// Scheme, host and port.
    pub origin: String,
}

struct Answer {
    status: u16,
    text: String,
    etag: String,
}

impl Edge {
    async fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: Option<&str>) -> Option<Answer> {
        let init = RequestInit::new();
        init.set_method(method);
        init.set_credentials(RequestCredentials::Omit);
        init.set_cache(RequestCache::NoStore);
        let all = Headers::new().ok()?;
        for (name, value) in headers {
            all.set(name, value).ok()?;
        }
        if let Some(body) = body {
            all.set("content-type", "application/json").ok()?;
            init.set_body(&JsValue::from_str(body));
        }
        init.set_headers(&all);
        let url = [self.origin.as_str(), path].concat();
        let response = JsFuture::from(window().fetch_with_str_and_init(&url, &init)).await.ok()?;
        let response: Response = response.dyn_into().ok()?;
        let text = JsFuture::from(response.text().ok()?).await.ok()?.as_string()?;
        let etag = response.headers().get("etag").ok().flatten().unwrap_or_default();
        Some(Answer { status: response.status(), text, etag })
    }

    /// The snapshot, its text and its ETag, if it changed.
    pub async fn snapshot(&self, calendar: &str, etag: &str) -> Option<(Snapshot, String, String)> {
        let path = ["/embed/", calendar].concat();
        let answer = self.send("GET", &path, &[("if-none-match", etag)], None).await?;
        if answer.status != 200 {
            return None;
        }
        Some((json::from_str(&answer.text).ok()?, answer.text, answer.etag))
    }

    /// Asks for a price, a hold or a booking. The same key with the same body is the same request, however often it
    /// is sent.
    pub async fn ask(&self, asked: Asked, body: &str, key: &str) -> News {
        let path = match asked {
            Asked::Quote => "/api/quotes",
            Asked::Hold => "/api/holds",
            Asked::Book => "/api/bookings",
        };
        let Some(answer) = self.send("POST", path, &[("idempotency-key", key)], Some(body)).await else {
            return News::Unreachable(asked);
        };
        let good = matches!(answer.status, 200..300);
        let news = match asked {
            _ if !good => read(&answer.text).map(|problem| News::Refused(asked, problem)),
            Asked::Quote => read(&answer.text).map(News::Quoted),
            Asked::Hold => read(&answer.text).map(News::Held),
            Asked::Book => read(&answer.text).map(News::Booked),
        };
        news.unwrap_or(News::Unreachable(asked))
    }

    /// Gives up a hold; if nobody hears it, it runs out by itself.
    pub async fn release(&self, token: &str) {
        let _ = self.send("DELETE", &["/api/holds/", token].concat(), &[], None).await;
    }
}

fn read<T: json::Shape>(text: &str) -> Option<Box<T>> {
    json::from_str(text).ok().map(Box::new)
}
