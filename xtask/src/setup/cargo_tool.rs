//! Command-line tools from crates.io, each in a cache folder of its own named after its version.

use std::path::PathBuf;

use crate::command::Command;
use crate::failure::{Failure, Result};
use crate::{place, say};

/// Moves together with the `worker` crate in `edge/Cargo.toml`.
const WORKER_BUILD_VERSION: &str = "0.8.7";
/// Reads what the macros of `wasm_split_helpers` in `widget/Cargo.toml` leave in the module.
const WASM_SPLIT_VERSION: &str = "0.2.4";

/// wasm-bindgen's command must be of the very version that the crates were built with.
pub fn wasm_bindgen() -> Result<PathBuf> {
    let version = locked_version("wasm-bindgen")?;
    installed("wasm-bindgen", "wasm-bindgen-cli", &version, &[])
}

/// Cuts a module in two.
pub fn wasm_split() -> Result<PathBuf> {
    let features = ["--features", "build-binary"];
    installed("wasm-split-cli", "wasm_split_cli_support", WASM_SPLIT_VERSION, &features)
}

pub fn worker_build() -> Result<PathBuf> {
    installed("worker-build", "worker-build", WORKER_BUILD_VERSION, &[])
}

fn installed(binary: &str, package: &str, version: &str, features: &[&str]) -> Result<PathBuf> {
    let folder = place::cache()?.join(format!("{binary}-{version}"));
    let program = folder.join("bin").join(binary);
    if program.is_file() {
        return Ok(program);
    }
    say::step(&format!("building {package} {version} (once per machine, some minutes)"), || {
        let install = |locked: &[&str]| {
            Command::new("cargo")
                .args(["install", package, "--version", version, "--root"])
                .arg(&folder)
                .args(features)
                .args(locked)
                // Half the time to build, and fast enough for what it does.
                .env("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1")
                .env("CARGO_PROFILE_RELEASE_LTO", "off")
                .env("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16")
                .without_env("CARGO_TARGET_DIR")
                .run_logged(&place::log(binary))
        };
        // A registry's mirror may lag behind a version that the tool's own lock file names.
        install(&["--locked"]).or_else(|_| install(&[]))
    })?;
    match program.is_file() {
        true => Ok(program),
        false => Err(Failure::new(
            format!("{package} was installed without its program"),
            format!("{} is missing", program.display()),
        )),
    }
}

/// The version of a crate in the workspace's lock file.
fn locked_version(package: &str) -> Result<String> {
    let lock = place::read(&place::root().join("Cargo.lock"))?;
    version_in_lock(&lock, package).ok_or_else(|| {
        Failure::new(format!("Cargo.lock names no version of {package}"), "the widget and the edge depend on it")
            .advise("cargo generate-lockfile")
    })
}

fn version_in_lock(lock: &str, package: &str) -> Option<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    let version = lines.nth(1)?;
    Some(version.strip_prefix("version = \"")?.strip_suffix('"')?.to_owned())
}

#[cfg(test)]
mod tests {
    use super::version_in_lock;

    #[test]
    fn the_lock_file_tells_a_crates_version_and_no_other_crates() {
        let lock = "[[package]]\nname = \"wasm-bindgen-macro\"\nversion = \"9.9.9\"\n\n[[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.130\"\n";
        assert_eq!(version_in_lock(lock, "wasm-bindgen").as_deref(), Some("0.2.130"));
        assert_eq!(version_in_lock(lock, "wasm"), None);
    }
}
