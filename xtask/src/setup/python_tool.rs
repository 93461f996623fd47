//! Command-line tools from PyPI, each in a virtual environment of its own in the cache, named after its version.

use std::path::PathBuf;

use crate::command::{Command, find_program};
use crate::failure::{Failure, Result};
use crate::{place, say};

use super::apt;

const SCHEMATHESIS_VERSION: &str = "4.32.5";

/// Asks a live server everything that its OpenAPI document describes.
pub fn schemathesis() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("DAYMARK_SCHEMATHESIS") {
        return Ok(PathBuf::from(chosen));
    }
    installed("schemathesis", SCHEMATHESIS_VERSION)
}

fn installed(package: &str, version: &str) -> Result<PathBuf> {
    let folder = place::cache()?.join(format!("{package}-{version}"));
    let program = folder.join("bin").join(package);
    if program.is_file() {
        return Ok(program);
    }
    let able = |python: &PathBuf| Command::new(python).args(["-c", "import venv, ensurepip"]).answer().is_some();
    if !find_program("python3").as_ref().is_some_and(able) {
        apt::install(&["python3", "python3-venv"], "a Python for the tests of the API")?;
    }
    say::step(&format!("installing {package} {version} from PyPI (once per machine)"), || {
        let log = place::log(package);
        Command::new("python3").args(["-m", "venv"]).arg(&folder).run_logged(&log)?;
        let pip = folder.join("bin/pip");
        Command::new(pip).args(["install", "--quiet", &format!("{package}=={version}")]).run_logged(&log)
    })?;
    match program.is_file() {
        true => Ok(program),
        false => Err(Failure::new(
            format!("{package} was installed without its program"),
            format!("{} is missing", program.display()),
        )),
    }
}
