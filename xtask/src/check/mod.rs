//! `cargo xtask check`: everything that can be judged without running the product. Goes through to the end and names all that failed.

mod budget;
mod dependencies;
mod sources;
mod weight;

use crate::command::{Command, find_program};
use crate::failure::{Failure, Result};
use crate::setup::Toolbox;
use crate::{build, place, say, setup};

type Check = fn(&Toolbox) -> Result<()>;

const CHECKS: [(&str, Check); 8] = [
    ("formatting", formatting),
    ("lints", lints),
    ("lints for WebAssembly", wasm_lints),
    ("layering: who may depend on whom", dependencies::check),
    ("layering: what may stand where", sources::check),
    ("size of the widget", budget::check),
    ("licences and duplicates", licences),
    ("deployment (dry run)", deployment),
];

pub fn run() -> Result<()> {
    let tools = setup::toolbox()?;
    build::all(&tools, build::Speed::Deployed)?;
    let mut failed = Vec::new();
    for (name, check) in CHECKS {
        say::heading(name);
        match check(&tools) {
            Ok(()) => say::note("✓"),
            Err(failure) => {
                eprintln!("✗ {failure}");
                failed.push(name);
            }
        }
    }
    say::heading("result");
    if failed.is_empty() {
        say::note(&format!("all {} checks passed", CHECKS.len()));
        return Ok(());
    }
    Err(Failure::new(format!("{} of {} checks failed", failed.len(), CHECKS.len()), failed.join("\n")))
}

fn formatting(_: &Toolbox) -> Result<()> {
    let formatted = Command::new("cargo").args(["fmt", "--all", "--check"]).in_dir(&place::root()).run();
    formatted.map_err(|failure| failure.advise("cargo fmt --all"))
}

fn lints(_: &Toolbox) -> Result<()> {
    Command::new("cargo")
        .args(["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"])
        .in_dir(&place::root())
        .run()
}

/// What is compiled for WebAssembly only is seen by no other lint run.
fn wasm_lints(tools: &Toolbox) -> Result<()> {
    let packages = ["edge", "widget"].into_iter().flat_map(|package| ["--package", package]);
    let wasm: Vec<&str> =
        ["--quiet", "--lib", "--target", "wasm32-unknown-unknown"].into_iter().chain(packages).collect();
    let has_clippy = tools.rust.command("cargo-clippy").arg("--version").answer().is_some();
    if has_clippy {
        return tools
            .rust
            .command("cargo")
            .arg("clippy")
            .args(wasm)
            .args(["--", "--deny", "warnings"])
            .in_dir(&place::root())
            .run();
    }
    say::note("the toolchain for WebAssembly has no clippy, so the compiler alone looks");
    tools.rust.command("cargo").arg("check").args(wasm).in_dir(&place::root()).run()
}

fn licences(_: &Toolbox) -> Result<()> {
    if find_program("cargo-deny").is_none() {
        say::note("left out: cargo-deny is not installed (cargo install cargo-deny)");
        return Ok(());
    }
    Command::new("cargo")
        .args(["deny", "--offline", "check", "licenses", "bans", "sources"])
        .in_dir(&place::root())
        .run()
}

fn deployment(tools: &Toolbox) -> Result<()> {
    let output = place::root().join("target/xtask/deployment");
    tools
        .node
        .command("wrangler")
        .args(["deploy", "--dry-run", "--outdir"])
        .arg(output)
        .env("CI", "1")
        .in_dir(&place::root())
        .run_logged(&place::log("deployment"))
}
