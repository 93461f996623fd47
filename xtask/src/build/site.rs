//! The folder of static files and the headers they are served with.

use std::path::Path;

use crate::failure::{Explain, Result};
use crate::place;

use super::stamp;

/// The one address that is written into other people's pages. Its name never changes, so it is cached for minutes only.
pub const LOADER: &str = "embed.js";

const ASSETS: &str = "assets";

/// Any site may load these files, and only the fingerprinted ones may be kept for ever.
const HEADERS: &str = "\
/embed.js
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
  X-Content-Type-Options: nosniff
  Cache-Control: public, max-age=300, stale-while-revalidate=86400
/assets/*
  Access-Control-Allow-Origin: *
  Cross-Origin-Resource-Policy: cross-origin
  X-Content-Type-Options: nosniff
  Cache-Control: public, max-age=31536000, immutable
";

/// Copies a file under a name that changes with its content; the answer is its address below the site.
pub fn put_fingerprinted(file: &Path, name: &str, kind: &str) -> Result<String> {
    let bytes = std::fs::read(file).explain(|| format!("cannot read {}", file.display()))?;
    let address = format!("{ASSETS}/{name}-{}.{kind}", stamp::short(&bytes));
    place::write(&place::site().join(&address), bytes)?;
    Ok(address)
}

pub fn put_headers() -> Result<()> {
    place::write(&place::site().join("_headers"), HEADERS)
}
