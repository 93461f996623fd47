//! Debian packages: the last resort where a tool cannot come from its own registry.

use std::sync::Mutex;

use crate::command::{Command, find_program};
use crate::failure::{Failure, Result};
use crate::{place, say};

/// One at a time: the package database has one lock.
static TURN: Mutex<()> = Mutex::new(());

/// Installs the packages that are not there yet; `purpose` tells the reader what for.
pub fn install(packages: &[&str], purpose: &str) -> Result<()> {
    let _turn = TURN.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let missing: Vec<&str> = packages.iter().copied().filter(|package| !is_installed(package)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let list = missing.join(" ");
    if find_program("apt-get").is_none() {
        return Err(Failure::new(format!("{purpose} is missing"), "this machine has no apt-get to install it with")
            .advise(format!("install what Debian calls `{list}` by hand and run this again")));
    }
    say::step(&format!("installing Debian packages for {purpose}: {list}"), || {
        as_root(&["update", "-q"], "apt-update")?;
        let arguments: Vec<&str> =
            ["install", "-y", "-q", "--no-install-recommends"].into_iter().chain(missing.iter().copied()).collect();
        as_root(&arguments, "apt-install")
    })
}

fn is_installed(package: &str) -> bool {
    let state = Command::new("dpkg-query").args(["-W", "-f", "${Status}", package]).answer();
    state.is_some_and(|state| state == "install ok installed")
}

fn as_root(arguments: &[&str], log: &str) -> Result<()> {
    let is_root = Command::new("id").arg("-u").answer().is_some_and(|id| id == "0");
    if is_root {
        return Command::new("apt-get")
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .run_logged(&place::log(log));
    }
    if find_program("sudo").is_none() {
        return Err(Failure::new("Debian packages need the administrator", "you are not root and there is no sudo")
            .advise(format!("ask somebody who may to run: apt-get {}", arguments.join(" "))));
    }
    // With the terminal's input, so that sudo can ask for the password.
    Command::new("sudo").args(["DEBIAN_FRONTEND=noninteractive", "apt-get"]).args(arguments).run()
}
