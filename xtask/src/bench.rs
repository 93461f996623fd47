//! `cargo xtask bench`: the engine's benchmarks with their ratios, what it takes to tell the world, and what guests feel.

use crate::command::Command;
use crate::failure::Result;
use crate::setup::Toolbox;
use crate::{build, database, place, say, setup};

/// Everything; with `widget` only what a guest's browser feels. Other arguments are for the engine's benchmarks.
pub fn run(arguments: &[String]) -> Result<()> {
    let tools = setup::toolbox()?;
    if arguments == ["widget"] {
        return loading(&tools);
    }
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
    against_product(&tools, &["tests/load/deliveries.mjs"])?;
    loading(&tools)
}

/// In Chromium, on a slow phone; the widget's limits in bytes are `cargo xtask check`'s.
fn loading(tools: &Toolbox) -> Result<()> {
    say::heading("until a slot can be chosen, what a click takes, and what the page feels of it");
    against_product(tools, &["tests/bench/first-slot.mjs", "tests/bench/frames.mjs", "tests/bench/lighthouse.mjs"])
}

/// Each on a server of its own, with a copy of the demo.
fn against_product(tools: &Toolbox, programs: &[&str]) -> Result<()> {
    build::all(tools, build::Speed::asked())?;
    let template = database::template(&tools.node)?;
    let browser = setup::browser()?;
    programs.iter().try_for_each(|program| {
        tools
            .node
            .command("node")
            .arg(program)
            .env("DAYMARK_TEST_DATABASE", &template)
            .env("DAYMARK_CHROMIUM", &browser)
            .in_dir(&place::root())
            .run()
    })
}
