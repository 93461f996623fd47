//! A Chromium for the browser tests: the machine's own, or Debian's package.

use std::path::PathBuf;

use crate::command::find_program;
use crate::failure::{Failure, Result};

use super::apt;

const NAMES: [&str; 4] = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

pub fn ready() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("DAYMARK_CHROMIUM") {
        return Ok(PathBuf::from(chosen));
    }
    if let Some(found) = NAMES.into_iter().find_map(find_program) {
        return Ok(found);
    }
    apt::install(&["chromium", "fonts-dejavu-core"], "a browser for the tests")?;
    NAMES.into_iter().find_map(find_program).ok_or_else(|| {
        Failure::new("there is no Chromium for the browser tests", "none of its usual names is on the PATH")
            .advise("install Chromium, or name it in DAYMARK_CHROMIUM")
    })
}
