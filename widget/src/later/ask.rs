//! What the edge is asked for on the way to a booking.

use crate::json;
use crate::model::message::{Asked, News};
use crate::net::Edge;
use gloo_net::http::{Method, Request, Response};

/// Asks for a price, a hold or a booking. The same key with the same body is the same request, however often it
/// is sent.
pub async fn ask(edge: Edge, asked: Asked, body: String, key: String) -> News {
    let path = match asked {
        Asked::Quote => "/api/quotes",
        Asked::Hold => "/api/holds",
        Asked::Book => "/api/bookings",
    };
    let request = edge
        .request(Method::POST, path)
        .header("idempotency-key", &key)
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

/// Whether the edge did what it was asked for, and what it said.
async fn answer(request: Result<Request, gloo_net::Error>) -> Option<(bool, String)> {
    let response: Response = request.ok()?.send().await.ok()?;
    let text = response.text().await.ok()?;
    Some((response.ok(), text))
}

fn read<T: json::Shape>(text: &str) -> Option<Box<T>> {
    json::from_str(text).ok().map(Box::new)
}
