//! The few requests that the widget makes. No cookies, no third party.

use crate::json;
use crate::model::message::{Asked, News};
use gloo_net::http::{Method, Request, RequestBuilder, Response};
use shared::embed::Snapshot;
use web_sys::{RequestCache, RequestCredentials};

/// Where the edge is.
#[derive(Clone)]
pub struct Edge {
    /// Scheme, host and port.
    pub origin: String,
}

impl Edge {
    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = [self.origin.as_str(), path].concat();
        RequestBuilder::new(&url).method(method).credentials(RequestCredentials::Omit).cache(RequestCache::NoStore)
    }

    /// The snapshot, its text and its ETag, if it changed.
    pub async fn snapshot(&self, calendar: &str, etag: &str) -> Option<(Snapshot, String, String)> {
        let request = self.request(Method::GET, &["/embed/", calendar].concat()).header("if-none-match", etag);
        let response = request.send().await.ok()?;
        if response.status() != 200 {
            return None;
        }
        let text = response.text().await.ok()?;
        let etag = response.headers().get("etag").unwrap_or_default();
        Some((json::from_str(&text).ok()?, text, etag))
    }

    /// Asks for a price, a hold or a booking. The same key with the same body is the same request, however often it
    /// is sent.
    pub async fn ask(&self, asked: Asked, body: &str, key: &str) -> News {
        let path = match asked {
            Asked::Quote => "/api/quotes",
            Asked::Hold => "/api/holds",
            Asked::Book => "/api/bookings",
        };
        let request = self
            .request(Method::POST, path)
            .header("idempotency-key", key)
            .header("content-type", "application/json")
            .body(body);
        let Some((good, text)) = answer(request).await else { return News::Unreachable(asked) };
        let news = match asked {
            _ if !good => read(&text).map(|problem| News::Refused(asked, problem)),
            Asked::Quote => read(&text).map(News::Quoted),
            Asked::Hold => read(&text).map(News::Held),
            Asked::Book => read(&text).map(News::Booked),
        };
        news.unwrap_or(News::Unreachable(asked))
    }

    /// Gives up a hold; if nobody hears it, it runs out by itself.
    pub async fn release(&self, token: &str) {
        let _ = self.request(Method::DELETE, &["/api/holds/", token].concat()).send().await;
    }
}

/// Whether the edge did what it was asked for, and what it said.
async fn answer(request: Result<Request, gloo_net::Error>) -> Option<(bool, String)> {
    let response: Response = request.ok()?.send().await.ok()?;
    let text = response.text().await.ok()?;
    Some((response.ok(), text))
}

fn read<T: json::Shape>(text: &str) -> Option<Box<T>> {
    json::from_str(text).ok().map(Box::new)
}
