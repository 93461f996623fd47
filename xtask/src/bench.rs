//! `cargo xtask bench`: the engine's benchmarks with their ratios.

use crate::command::Command;
use crate::failure::Result;
use crate::{place, say, setup};

pub fn run(arguments: &[String]) -> Result<()> {
    // The comparison with other libraries runs in Node; its packages are part of the set-up.
    let node = setup::node()?;
    say::heading("the engine");
    Command::new("cargo")
        .args(["bench", "--package", "shared", "--"])
        .args(arguments)
        .env("PATH", node.search_path())
        .in_dir(&place::root())
        .run()
}
