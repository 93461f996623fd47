//! The back end: cargo, wasm-bindgen, wasm-opt and esbuild, called by worker-build, which writes `edge/build/index.js`.

use std::path::PathBuf;

use crate::failure::{Failure, Result};
use crate::setup::Toolbox;
use crate::{place, say};

use super::stamp;

/// How much work goes into the module.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Speed {
    /// As it is deployed: small and fast, minutes to build.
    Deployed,
    /// For trying a change: seconds to build again, larger and a little slower.
    Quick,
}

impl Speed {
    /// `DAYMARK_QUICK` asks for the quick build where the deployed one is usual.
    pub fn asked() -> Self {
        match std::env::var_os("DAYMARK_QUICK") {
            Some(_) => Self::Quick,
            None => Self::Deployed,
        }
    }

    /// worker-build's options.
    fn options(self) -> &'static [&'static str] {
        match self {
            Self::Deployed => &["--profile", "edge"],
            Self::Quick => &["--profile", "quick", "--no-opt"],
        }
    }
}

pub fn build(tools: &Toolbox, speed: Speed) -> Result<bool> {
    let root = place::root();
    let output = root.join("edge/build/index.js");
    stamp::unless_fresh("edge", &inputs(tools, speed)?, std::slice::from_ref(&output), || {
        say::step("building the back end", || {
            tools
                .rust
                .command(&tools.worker_build)
                .args(speed.options())
                .in_dir(&root.join("edge"))
                // worker-build would only warn of a missing program and try to download it: `existing` refuses first.
                .env("WASM_BINDGEN_BIN", existing(tools.wasm_bindgen.clone())?)
                .env("WASM_OPT_BIN", existing(wasm_opt(tools)?)?)
                .env("ESBUILD_BIN", existing(tools.node.esbuild()?)?)
                // A guest who closes the tab must not stop a booking half way.
                .env("RUN_TO_COMPLETION", "1")
                .env("CARGO_TERM_COLOR", "never")
                .run_logged(&place::log("edge"))
        })
    })
}

fn inputs(tools: &Toolbox, speed: Speed) -> Result<String> {
    let root = place::root();
    let files = [
        "edge/src",
        "edge/Cargo.toml",
        "edge/locales",
        "edge/openapi.json",
        "shared/src",
        "shared/Cargo.toml",
        "Cargo.toml",
        "Cargo.lock",
    ];
    let sources = stamp::of_files(&files.map(|path| root.join(path)))?;
    Ok(stamp::short(
        format!("{sources} {:?} {} {}", speed.options(), tools.rust.version(), tools.worker_build.display()).as_bytes(),
    ))
}

fn existing(program: PathBuf) -> Result<PathBuf> {
    match program.is_file() {
        true => Ok(program),
        false => Err(Failure::new("a tool of the build is missing", format!("{} is no file", program.display()))
            .advise("remove node_modules and run this again")),
    }
}

/// binaryen's wasm-opt from npm is a script that needs a deeper stack than Node gives by default.
pub fn wasm_opt(tools: &Toolbox) -> Result<PathBuf> {
    let script = place::root().join("target/xtask/bin/wasm-opt");
    let node = tools.node.program("node");
    let program = tools.node.package_file("binaryen/bin/wasm-opt");
    let text = format!("#!/bin/sh\nexec '{}' --stack-size=8000 '{}' \"$@\"\n", node.display(), program.display());
    place::write_program(&script, &text)?;
    Ok(script)
}
