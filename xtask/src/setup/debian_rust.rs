//! WebAssembly from Debian's packages, where rustup's server cannot be reached.
//!
//! Debian ships a recent compiler (`rustc-web`) and the sources of its standard library, but not the library built for
//! WebAssembly. It is built once (half a minute) into the user's cache, beside a small wrapper that shows the compiler this
//! folder as its system root, and rustup is told of it under the name `debian`. Nothing is written below `/usr`.

use std::path::{Path, PathBuf};

use crate::command::{Command, find_program};
use crate::failure::{Explain, Failure, Result};
use crate::{place, say};

use super::{apt, wasm_rust};

/// The name under which rustup knows the toolchain.
pub const TOOLCHAIN: &str = "debian";

const COMPILER: &str = "/usr/bin/rustc";
const SOURCES: &str = "/usr/src";
const HOST_LIBRARIES: &str = "/usr/lib/rustlib";

/// `$0` is resolved, so the folder may move.
const WRAPPER: &str =
    "#!/bin/sh\nexec /usr/bin/rustc --sysroot \"$(dirname \"$(dirname \"$(readlink -f \"$0\")\")\")\" \"$@\"\n";

pub fn install() -> Result<()> {
    apt::install(&["rustc-web", "libstd-rust-web-dev", "rust-web-src"], "a Rust compiler that knows WebAssembly")?;
    let compiler = Compiler::ask()?;
    let linker = format!("lld-{}", compiler.llvm);
    apt::install(&[&linker], "WebAssembly's linker")?;

    let toolchain = place::cache()?.join(format!("rust-debian-{}", compiler.release));
    if !toolchain.join("complete").is_file() {
        place::remove_folder(&toolchain)?;
        say::step("building Rust's standard library for WebAssembly (once per machine, half a minute)", || {
            build(&toolchain, &compiler, &linker)
        })?;
    }
    Command::new("rustup").args(["toolchain", "link", TOOLCHAIN]).arg(&toolchain).output().map(drop)
}

/// What Debian's compiler says about itself.
struct Compiler {
    release: String,
    host: String,
    /// LLVM's major version, which the linker's package carries in its name.
    llvm: String,
}

impl Compiler {
    fn ask() -> Result<Self> {
        let said = Command::new(COMPILER).arg("-vV").output()?;
        let field = |name: &str| {
            let value = said.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
            value
                .map(str::to_owned)
                .ok_or_else(|| Failure::new(format!("{COMPILER} does not tell its {name}"), said.clone()))
        };
        let llvm = field("LLVM version")?;
        let llvm = llvm.split('.').next().unwrap_or_default().to_owned();
        Ok(Self { release: field("release")?, host: field("host")?, llvm })
    }
}

fn build(toolchain: &Path, compiler: &Compiler, linker: &str) -> Result<()> {
    let sources = PathBuf::from(SOURCES).join(format!("rustc-{}/library", compiler.release));
    if !sources.is_dir() {
        return Err(Failure::new(
            "the sources of Rust's standard library are not where Debian puts them",
            format!("{} is no folder", sources.display()),
        )
        .advise("apt-get install --reinstall rust-web-src"));
    }
    lay_out(toolchain, compiler, linker)?;

    let work = toolchain.join("build");
    place::make_folder(&work)?;
    Command::new("cp").arg("-r").arg(&sources).arg(&work).output()?;
    let manifest = work.join("library/sysroot/Cargo.toml");
    Command::new(cargo()?)
        .args(["build", "--release", "--locked", "--target", wasm_rust::TARGET])
        .args(["--features", "panic-unwind,compiler-builtins-mem", "--manifest-path"])
        .arg(&manifest)
        .env("CARGO_TARGET_DIR", work.join("out"))
        .env("RUSTC", COMPILER)
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_PROFILE_RELEASE_PANIC", "abort")
        .env("RUSTFLAGS", "-Cembed-bitcode=yes -Zforce-unstable-if-unmarked")
        .in_dir(&work.join("library"))
        .run_logged(&place::log("wasm-std"))?;

    let built = work.join("out").join(wasm_rust::TARGET).join("release/deps");
    let library = toolchain.join("lib/rustlib").join(wasm_rust::TARGET).join("lib");
    place::make_folder(&library)?;
    for file in place::files_below(&built)?.iter().filter(|file| file.extension().is_some_and(|kind| kind == "rlib")) {
        let name = file.file_name().unwrap_or_default();
        std::fs::copy(file, library.join(name)).explain(|| format!("cannot copy {}", file.display()))?;
    }
    place::remove_folder(&work)?;
    place::write(&toolchain.join("complete"), "")
}

/// The folders of a toolchain: Debian's compiler and host libraries, rustup's cargo, the linker under the name rustc expects.
fn lay_out(toolchain: &Path, compiler: &Compiler, linker: &str) -> Result<()> {
    let host = toolchain.join("lib/rustlib").join(&compiler.host);
    place::make_folder(&host.join("bin"))?;
    place::link(&PathBuf::from(HOST_LIBRARIES).join(&compiler.host).join("lib"), &host.join("lib"))?;
    let sources = toolchain.join("lib/rustlib/src/rust");
    place::make_folder(&sources)?;
    place::link(&PathBuf::from(SOURCES).join(format!("rustc-{}/library", compiler.release)), &sources.join("library"))?;
    let linker = find_program(linker)
        .ok_or_else(|| Failure::new("WebAssembly's linker is missing", format!("{linker} is not on the PATH")))?;
    place::link(&linker, &host.join("bin/rust-lld"))?;
    place::make_folder(&toolchain.join("bin"))?;
    place::link(&cargo()?, &toolchain.join("bin/cargo"))?;
    place::write_program(&toolchain.join("bin/rustc"), WRAPPER)
}

/// The active toolchain's cargo itself, not rustup's front for it: the front would choose a compiler of its own.
fn cargo() -> Result<PathBuf> {
    Command::new("rustup").args(["which", "cargo"]).output().map(|path| PathBuf::from(path.trim()))
}
