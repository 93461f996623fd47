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

/// Whether the widget was built before.
pub fn is_there() -> bool {
    place::site().join(LOADER).is_file()
}

/// Copies a file under a name that changes with its content; the answer is its address below the site.
pub fn put_fingerprinted(file: &Path, name: &str, kind: &str) -> Result<String> {
    let bytes = std::fs::read(file).explain(|| format!("cannot read {}", file.display()))?;
    let address = format!("{ASSETS}/{name}-{}.{kind}", stamp::short(&bytes));
    place::write(&place::site().join(&address), bytes)?;
    Ok(address)
}

/// Copies the files of a folder below a name that changes with their contents; the answer is its address below the site.
pub fn put_folder_fingerprinted(folder: &Path, name: &str) -> Result<String> {
    let fingerprint = stamp::of_files(&[folder.to_owned()])?;
    let address = format!("{ASSETS}/{name}-{}", stamp::short(fingerprint.as_bytes()));
    for file in place::files_below(folder)? {
        let bytes = std::fs::read(&file).explain(|| format!("cannot read {}", file.display()))?;
        place::write(&place::site().join(&address).join(file.file_name().unwrap_or_default()), bytes)?;
    }
    Ok(address)
}

pub fn put_headers() -> Result<()> {
    place::write(&place::site().join("_headers"), HEADERS)
}

/// Removes the files of earlier builds. Afterwards, because a running server looks at this folder all the time.
pub fn remove_all_but(addresses: &[&str]) -> Result<()> {
    let site = place::site();
    for file in place::files_below(&site.join(ASSETS))? {
        let name = file.strip_prefix(&site).unwrap_or(&file).to_string_lossy().into_owned();
        if !addresses.iter().any(|address| name.starts_with(address)) {
            std::fs::remove_file(&file).explain(|| format!("cannot remove {}", file.display()))?;
        }
    }
    Ok(())
}
