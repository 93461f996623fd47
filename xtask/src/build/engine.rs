//! The engine's door for tests and measurements: natively, and as the WebAssembly that guests get.

use std::path::PathBuf;

use crate::command::Command;
use crate::failure::Result;
use crate::setup::{TARGET, Toolbox};
use crate::{place, say};

use super::widget::PROFILE;

const PACKAGE: &str = "engine-answers";

/// Builds both. Their places, under the names by which `tests/engine/door.mjs` asks for them.
pub fn doors(tools: &Toolbox) -> Result<[(&'static str, PathBuf); 2]> {
    say::step("building the engine's doors for tests", || {
        Command::new("cargo")
            .args(["build", "--package", PACKAGE, "--release"])
            .in_dir(&place::root())
            .run_logged(&place::log("engine-native"))?;
        let args = ["build", "--package", PACKAGE, "--lib", "--profile", PROFILE, "--target", TARGET];
        tools.rust.command("cargo").args(args).in_dir(&place::root()).run_logged(&place::log("engine-wasm"))
    })?;
    let target = place::target();
    Ok([
        ("DAYMARK_ENGINE_NATIVE", target.join("release").join(format!("{PACKAGE}{}", std::env::consts::EXE_SUFFIX))),
        ("DAYMARK_ENGINE_WASM", target.join(TARGET).join(PROFILE).join("engine_answers.wasm")),
    ])
}
