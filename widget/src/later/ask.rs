//! What the edge is asked for from the choice of a start on.

use super::Edge;
use super::work;
use crate::json;
use crate::model::message::{Asked, Key, News};
use gloo_net::http::{Method, Request, Response};
use wasm_bindgen_futures::JsFuture;

/// Work that is given before an event is handed in.
struct Challenge {
    challenge: String,
    bits: u32,
}

json::structs! {
    Challenge { challenge bits }
}

/// Asks. The same idempotency key with the same body is the same request, however often it is sent.
pub async fn ask(edge: Edge, asked: Asked, about: Option<Key>, body: String, once: String) -> News {
    let Key { id, token } = about.unwrap_or(Key { id: String::new(), token: String::new() });
    let of_booking = |end: &str| ["/api/bookings/", &id, end].concat();
    let (method, path) = match asked {
        Asked::Quote => (Method::POST, "/api/quotes".to_owned()),
        Asked::Hold => (Method::POST, "/api/holds".to_owned()),
        Asked::Book => (Method::POST, "/api/bookings".to_owned()),
        Asked::Wait => (Method::POST, "/api/waiting-list".to_owned()),
        Asked::Look => (Method::GET, of_booking("")),
        Asked::Move => (Method::POST, of_booking("/reschedule")),
        Asked::Cancel => (Method::POST, of_booking("/cancel")),
        Asked::Submit => (Method::POST, ["/embed/", &id, "/submissions"].concat()),
    };
    let body = match asked {
        Asked::Submit => match with_work(&edge, &id, body).await {
            Ok(body) => body,
            Err(news) => return news,
        },
        _ => body,
    };
    let mut request = edge.request(method, &path);
    if !token.is_empty() {
        request = request.header("authorization", &["Bearer ", &token].concat());
    }
    let request = match asked {
        Asked::Look => request.build(),
        _ => request.header("idempotency-key", &once).header("content-type", "application/json").body(body),
    };
    let Some((good, text)) = answer(request).await else { return News::Unreachable(asked) };
    let news = match asked {
        _ if !good => read(&text).map(|problem| News::Refused(asked, problem)),
        Asked::Quote => read(&text).map(News::Quoted),
        Asked::Hold => read(&text).map(News::Held),
        Asked::Book => read(&text).map(News::Booked),
        Asked::Wait => read(&text).map(News::Waits),
        Asked::Look | Asked::Move | Asked::Cancel => read(&text).map(|booking| News::Looked(asked, booking)),
        Asked::Submit => Some(News::Submitted),
    };
    news.unwrap_or(News::Unreachable(asked))
}

/// The body with the work that the calendar asks for.
async fn with_work(edge: &Edge, calendar: &str, mut body: String) -> Result<String, News> {
    let path = ["/embed/", calendar, "/challenge"].concat();
    let given = answer(edge.request(Method::GET, &path).build()).await;
    let (good, text) = given.ok_or(News::Unreachable(Asked::Submit))?;
    if !good {
        return Err(match read(&text) {
            Some(problem) => News::Refused(Asked::Submit, problem),
            None => News::Unreachable(Asked::Submit),
        });
    }
    let given: Box<Challenge> = read(&text).ok_or(News::Unreachable(Asked::Submit))?;
    let mut from = 0_u32;
    let solution = loop {
        if let Some(solution) = work::solve(&given.challenge, given.bits, from) {
            break solution;
        }
        from = from.saturating_add(work::PIECE);
        rest().await;
    };
    let challenge = json::to_string(&given.challenge).unwrap_or_default();
    let _ = body.pop();
    Ok([&body, ",\"challenge\":", &challenge, ",\"solution\":\"", &solution.to_string(), "\"}"].concat())
}

/// Lets the page draw and answer before it goes on.
async fn rest() {
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.set_timeout_with_callback(&resolve);
        }
    });
    let _ = JsFuture::from(promise).await;
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
