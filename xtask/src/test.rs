//! `cargo xtask test`: everything, or what a filter names. Ends with the runners' own closing lines.

use std::path::PathBuf;

use crate::command::{Command, find_program};
use crate::failure::{Failure, Result};
use crate::setup::Toolbox;
use crate::{build, database, place, say, setup};

pub fn run(filter: Option<&str>) -> Result<()> {
    let tools = setup::toolbox()?;
    let browser = setup::browser()?;
    build::all(&tools)?;
    let mut places = build::engine::doors(&tools)?.to_vec();
    places.push(("DAYMARK_TEST_DATABASE", database::template(&tools.node)?));
    places.push(("DAYMARK_CHROMIUM", browser));

    say::heading("the engine's laws, and what can be tried without a server");
    let engine = native(filter)?;
    say::heading("the product from outside: the API in workerd, the widget in Chromium, the engine in WebAssembly");
    let outside = from_outside(&tools, filter, &places)?;

    match (engine, outside) {
        (true, true) => Ok(()),
        (false, true) => Err(Failure::new("tests without a server failed", "their report stands further up")),
        (_, false) => Err(Failure::new("tests failed", "the reports stand above")),
    }
}

fn native(filter: Option<&str>) -> Result<bool> {
    let runner = match find_program("cargo-nextest") {
        Some(_) => vec![
            "nextest",
            "run",
            "--workspace",
            "--no-fail-fast",
            "--no-tests=pass",
            "--status-level=fail",
            "--final-status-level=fail",
        ],
        None => vec!["test", "--workspace", "--no-fail-fast", "--quiet", "--all-targets"],
    };
    let tests = Command::new("cargo").args(runner).args(filter).in_dir(&place::root()).passes()?;
    // The examples in the documentation; nextest does not run them.
    let examples = Command::new("cargo")
        .args(["test", "--package", "shared", "--doc", "--quiet"])
        .args(filter)
        .in_dir(&place::root())
        .passes()?;
    Ok(tests && examples)
}

fn from_outside(tools: &Toolbox, filter: Option<&str>, environment: &[(&str, PathBuf)]) -> Result<bool> {
    let files = test_files()?;
    let mut command = tools.node.command("node").args(["--test", "--test-reporter=spec", "--test-concurrency=1"]);
    for (name, value) in environment {
        command = command.env(name, value);
    }
    // A filter that names a file or folder picks those; any other is looked for in the names of the tests.
    let chosen = filter.map(|filter| files.iter().filter(|file| file.contains(filter)).cloned().collect::<Vec<_>>());
    let files = match (filter, chosen) {
        (Some(_), Some(chosen)) if !chosen.is_empty() => chosen,
        (Some(filter), _) => {
            command = command.arg(format!("--test-name-pattern={filter}"));
            files
        }
        (None, _) => files,
    };
    command.args(files).in_dir(&place::root()).passes()
}

/// `tests/**/*.test.mjs`, below the checkout and by name, so that the order is the same everywhere.
fn test_files() -> Result<Vec<String>> {
    let root = place::root();
    let files = place::files_below(&root.join("tests"))?;
    let names = files.iter().map(|file| file.strip_prefix(&root).unwrap_or(file).to_string_lossy().into_owned());
    Ok(names.filter(|name| name.ends_with(".test.mjs")).collect())
}
