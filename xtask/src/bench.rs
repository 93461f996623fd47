//! `cargo xtask bench`: the engine's benchmarks with their ratios.

use crate::command::Command;
use crate::failure::Result;
use crate::{build, place, say, setup};

pub fn run(arguments: &[String]) -> Result<()> {
    let tools = setup::toolbox()?;
    say::heading("the engine");
    Command::new("cargo")
        .args(["bench", "--package", "shared", "--"])
        .args(arguments)
        .env("PATH", tools.node.search_path())
        .in_dir(&place::root())
        .run()?;
    say::heading("beside what others use, and in WebAssembly");
    let mut comparison = tools.node.command("node").arg("tests/engine/compare.mjs");
    for (name, path) in build::engine::doors(&tools)? {
        comparison = comparison.env(name, path);
    }
    comparison.in_dir(&place::root()).run()
}
