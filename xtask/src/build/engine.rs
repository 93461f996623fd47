//! The engine's door for tests and measurements: natively, and as the WebAssembly that guests get, whose calendar and
//! whose prices are built with profiles of their own.

use std::path::PathBuf;

use crate::command::Command;
use crate::failure::Result;
use crate::setup::{TARGET, Toolbox};
use crate::{place, say};

use super::widget::{MAIN, Module, PRICE};

const PACKAGE: &str = "engine-answers";

/// Builds all three. Their places, under the names by which `tests/engine/door.mjs` asks for them.
pub fn doors(tools: &Toolbox) -> Result<[(&'static str, PathBuf); 3]> {
    say::step("building the engine's doors for tests", || {
        Command::new("cargo")
            .args(["build", "--package", PACKAGE, "--release"])
            .in_dir(&place::root())
            .run_logged(&place::log("engine-native"))?;
        [MAIN, PRICE].iter().try_for_each(|module| {
            let args = ["build", "--package", PACKAGE, "--lib", "--profile", module.profile, "--target", TARGET];
            let log = place::log(&format!("engine-{}", module.profile));
            tools.rust.command("cargo").args(args).in_dir(&place::root()).run_logged(&log)
        })
    })?;
    let target = place::target();
    let in_wasm = |module: Module| target.join(TARGET).join(module.profile).join("engine_answers.wasm");
    Ok([
        ("DAYMARK_ENGINE_NATIVE", target.join("release").join(format!("{PACKAGE}{}", std::env::consts::EXE_SUFFIX))),
        ("DAYMARK_ENGINE_WASM", in_wasm(MAIN)),
        ("DAYMARK_PRICE_WASM", in_wasm(PRICE)),
    ])
}
