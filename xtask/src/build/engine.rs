//! The engine's door for tests and measurements: natively, and as the WebAssembly that guests get (the widget's profile).

use std::path::PathBuf;

use crate::command::Command;
use crate::failure::Result;
use crate::setup::Toolbox;
use crate::{place, say};

const PACKAGE: &str = "engine-answers";

/// Builds both. Their places, under the names by which `tests/engine/door.mjs` asks for them.
pub fn doors(tools: &Toolbox) -> Result<[(&'static str, PathBuf); 2]> {
    say::step("building the engine's door for tests", || {
        Command::new("cargo")
            .args(["build", "--package", PACKAGE, "--release"])
            .in_dir(&place::root())
            .run_logged(&place::log("engine-native"))?;
        tools
            .rust
            .command("cargo")
            .args(["build", "--package", PACKAGE, "--lib", "--profile", "widget", "--target", "wasm32-unknown-unknown"])
            .in_dir(&place::root())
            .run_logged(&place::log("engine-wasm"))
    })?;
    let target = place::target();
    Ok([
        ("DAYMARK_ENGINE_NATIVE", target.join("release").join(format!("{PACKAGE}{}", std::env::consts::EXE_SUFFIX))),
        ("DAYMARK_ENGINE_WASM", target.join("wasm32-unknown-unknown/widget/engine_answers.wasm")),
    ])
}
