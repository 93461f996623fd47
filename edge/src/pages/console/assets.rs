//! The console's stylesheet and its script, each under a name that holds its hash: it is kept for a year, and a new one has
//! another name.

use crate::access::secret::hex;
use axum::extract::Path;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest as _, Sha256};
use std::sync::LazyLock;

/// Signs of the hash that are enough to tell two versions apart.
const HASH_SIGNS: usize = 12;

struct Asset {
    path: String,
    kind: &'static str,
    text: &'static str,
}

impl Asset {
    fn new(name: &str, ending: &str, kind: &'static str, text: &'static str) -> Self {
        let hash = hex(&Sha256::digest(text.as_bytes()));
        let hash = hash.get(..HASH_SIGNS).unwrap_or_default();
        Self { path: format!("/console/assets/{name}.{hash}.{ending}"), kind, text }
    }
}

static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("console", "css", "text/css; charset=utf-8", include_str!("console.css")));
static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("console", "js", "text/javascript; charset=utf-8", include_str!("console.js")));

/// Where the stylesheet is.
pub fn style() -> &'static str {
    &STYLE.path
}

/// Where the script is.
pub fn script() -> &'static str {
    &SCRIPT.path
}

/// `GET /console/assets/:name`.
pub async fn read(Path(name): Path<String>) -> Response {
    let wanted = [&*STYLE, &*SCRIPT].into_iter().find(|asset| asset.path.ends_with(&format!("/{name}")));
    let Some(asset) = wanted else { return StatusCode::NOT_FOUND.into_response() };
    let headers = [
        (header::CONTENT_TYPE, asset.kind),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    ];
    (headers, asset.text).into_response()
}
