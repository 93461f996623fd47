//! `cargo xtask bench`: the engine's benchmarks with their ratios, and what it takes to tell the world.

use crate::command::Command;
use crate::failure::Result;
use crate::setup::Toolbox;
use crate::{build, database, place, say, setup};

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
    comparison.in_dir(&place::root()).run()?;
    say::heading("10,000 events on their way out");
    deliveries(&tools)
}

/// On a server of its own, with a copy of the demo.
fn deliveries(tools: &Toolbox) -> Result<()> {
    build::all(tools, build::Speed::asked())?;
    let template = database::template(&tools.node)?;
    tools
        .node
        .command("node")
        .arg("tests/load/deliveries.mjs")
        .env("DAYMARK_TEST_DATABASE", template)
        .in_dir(&place::root())
        .run()
}
