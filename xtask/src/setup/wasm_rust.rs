//! A Rust toolchain that can build WebAssembly: the active one, one already installed, rustup's download, Debian's packages.

use std::path::Path;

use crate::command::Command;
use crate::failure::Result;
use crate::place;

use super::debian_rust;

pub const TARGET: &str = "wasm32-unknown-unknown";

/// How to call cargo so that it finds WebAssembly's standard library.
#[derive(Debug, Clone)]
pub struct WasmRust {
    /// A toolchain by its rustup name; `None` is the active one.
    toolchain: Option<String>,
}

impl WasmRust {
    /// A command that builds with this toolchain, `cargo` or a program that calls cargo itself.
    pub fn command(&self, program: impl AsRef<std::ffi::OsStr>) -> Command {
        let command = Command::new(program).without_env("CARGO").without_env("RUSTC");
        match &self.toolchain {
            Some(name) => command.env("RUSTUP_TOOLCHAIN", name),
            None => command,
        }
    }

    /// What tells one compiler from another, for the stamps of the build.
    pub fn version(&self) -> String {
        self.command("rustc").arg("-vV").answer().unwrap_or_default()
    }
}

impl WasmRust {
    /// Has cargo build the standard library along with the program, for size and without the texts of panics, the places
    /// where they happen and what only `Debug` writes: a tenth less to download. That takes its sources and cargo's unstable flags, so it is worth trying and never needed:
    /// `None` where there are no sources.
    pub fn command_with_small_std(&self, program: impl AsRef<std::ffi::OsStr>) -> Option<Command> {
        if !self.has_sources() && self.toolchain.is_none() {
            let fetched = crate::say::step("adding the standard library's sources to the Rust toolchain", || {
                Command::new("rustup").args(["component", "add", "rust-src"]).run_logged(&place::log("rustup-src"))
            });
            fetched.ok()?;
        }
        self.has_sources().then(|| {
            self.command(program)
                .env("RUSTC_BOOTSTRAP", "1")
                .env("RUSTFLAGS", "-Zunstable-options -Cpanic=immediate-abort -Zlocation-detail=none -Zfmt-debug=none")
                .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort")
                .env("CARGO_UNSTABLE_BUILD_STD_FEATURES", "optimize_for_size,compiler-builtins-mem")
        })
    }

    fn has_sources(&self) -> bool {
        let root = self.command("rustc").args(["--print", "sysroot"]).in_dir(&place::root()).answer();
        root.is_some_and(|root| Path::new(root.trim()).join("lib/rustlib/src/rust/library/Cargo.lock").is_file())
    }
}

pub fn ready() -> Result<WasmRust> {
    let active = WasmRust { toolchain: None };
    if has_target(&active) {
        return Ok(active);
    }
    let linked = WasmRust { toolchain: Some(debian_rust::TOOLCHAIN.to_owned()) };
    if has_target(&linked) {
        return Ok(linked);
    }
    let added = crate::say::step("adding WebAssembly to the Rust toolchain", || {
        Command::new("rustup").args(["target", "add", TARGET]).run_logged(&place::log("rustup-target"))
    });
    if added.is_ok() && has_target(&active) {
        return Ok(active);
    }
    crate::say::note("rustup cannot fetch it from here; Debian's packages can");
    debian_rust::install()?;
    Ok(linked)
}

fn has_target(rust: &WasmRust) -> bool {
    let folder =
        rust.command("rustc").args(["--print", "target-libdir", "--target", TARGET]).in_dir(&place::root()).answer();
    folder.is_some_and(|folder| holds_std(Path::new(&folder)))
}

fn holds_std(folder: &Path) -> bool {
    let Ok(entries) = std::fs::read_dir(folder) else { return false };
    entries.flatten().any(|entry| {
        let name = entry.file_name();
        let name = name.to_string_lossy();
        name.starts_with("libstd") && !name.starts_with("libstd_detect") && name.ends_with(".rlib")
    })
}
