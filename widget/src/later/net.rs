//! The few requests that the widget makes. No cookies, no third party.

use crate::json;
use gloo_net::http::{Method, RequestBuilder};
use shared::embed::Snapshot;
use web_sys::{RequestCache, RequestCredentials};

/// Where the edge is.
#[derive(Clone)]
pub struct Edge {
    /// Scheme, host and port.
    pub origin: String,
}

impl Edge {
    pub(crate) fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = [self.origin.as_str(), path].concat();
        RequestBuilder::new(&url).method(method).credentials(RequestCredentials::Omit).cache(RequestCache::NoStore)
    }

    /// The snapshot and its ETag, if it changed.
    pub async fn snapshot(&self, calendar: &str, etag: &str) -> Option<(Snapshot, String)> {
        let request = self.request(Method::GET, &["/embed/", calendar].concat()).header("if-none-match", etag);
        let response = request.send().await.ok()?;
        if response.status() != 200 {
            return None;
        }
        let text = response.text().await.ok()?;
        let etag = response.headers().get("etag").unwrap_or_default();
        Some((json::from_str(&text).ok()?, etag))
    }

    /// Gives up a hold; if nobody hears it, it runs out by itself.
    pub async fn release(&self, token: &str) {
        if token.is_empty() {
            return;
        }
        let _ = self.request(Method::DELETE, &["/api/holds/", token].concat()).send().await;
    }
}
