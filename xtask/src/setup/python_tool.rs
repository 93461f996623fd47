//! Programs and libraries from PyPI, in virtual environments in the cache, each named after what is in it.

use std::path::{Path, PathBuf};

use crate::build::stamp;
use crate::command::{Command, find_program};
use crate::failure::Result;
use crate::{place, say};

use super::apt;

/// Asks a live server everything that its `OpenAPI` document describes. In an environment of its own: what caldav brings
/// along replaces the HTTP client that it needs.
const SCHEMATHESIS: [&str; 1] = ["schemathesis==4.32.5"];

/// What plays the other side in tests, in one environment. Each version is one that was tried.
const COUNTERPARTS: [&str; 9] = [
    // a payment provider, and that provider's own client
    "localstripe==1.15.10",
    "stripe==16.1.0",
    // a server that takes mail
    "aiosmtpd==1.4.6",
    // what reads calendars, also those that repeat
    "icalendar==7.3.0",
    "recurring-ical-events==3.8.2",
    // a calendar server, and a client for it
    "radicale==3.9.0",
    "caldav==3.6.0",
    // an app that asks for access, and one that checks signed webhooks
    "authlib==1.9.8",
    "standardwebhooks==1.1.0",
];

pub fn schemathesis() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("DAYMARK_SCHEMATHESIS") {
        return Ok(PathBuf::from(chosen));
    }
    let environment = environment("schemathesis", &SCHEMATHESIS)?;
    Ok(environment.join("bin/schemathesis"))
}

/// The Python that finds the counterparts. Also linked to from `target/xtask/python-tools`, for a test file that is run by itself.
pub fn counterparts() -> Result<PathBuf> {
    if let Some(chosen) = std::env::var_os("DAYMARK_PYTHON") {
        return Ok(PathBuf::from(chosen));
    }
    let environment = environment("python-tools", &COUNTERPARTS)?;
    let link = place::root().join("target/xtask/python-tools");
    place::link(&environment, &link)?;
    Ok(environment.join("bin/python"))
}

/// The environment with exactly these packages; made when it is not there yet.
fn environment(name: &str, packages: &[&str]) -> Result<PathBuf> {
    let folder = place::cache()?.join(format!("{name}-{}", stamp::short(packages.join(" ").as_bytes())));
    let complete = folder.join("complete");
    if complete.is_file() {
        return Ok(folder);
    }
    let able = |python: &PathBuf| Command::new(python).args(["-c", "import venv, ensurepip"]).answer().is_some();
    if !find_program("python3").as_ref().is_some_and(able) {
        apt::install(&["python3", "python3-venv"], "a Python for the tests")?;
    }
    let turn = place::turn(&folder)?;
    if complete.is_file() {
        return Ok(folder);
    }
    place::remove_folder(&folder)?;
    say::step(&format!("installing {} from PyPI (once per machine)", packages.join(", ")), || {
        install(&folder, packages, &place::log(name))
    })?;
    place::write(&complete, "")?;
    drop(turn);
    Ok(folder)
}

fn install(folder: &Path, packages: &[&str], log: &Path) -> Result<()> {
    Command::new("python3").args(["-m", "venv"]).arg(folder).run_logged(log)?;
    let pip = folder.join("bin/pip");
    let quietly = ["install", "--quiet", "--disable-pip-version-check"];
    Command::new(pip).args(quietly).args(packages).run_logged(log)
}
