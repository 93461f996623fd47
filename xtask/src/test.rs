//! `cargo xtask test`: everything, or what a filter names. Ends with the runners' own closing lines.

use std::path::PathBuf;

use crate::command::{Command, find_program};
use crate::failure::{Failure, Result};
use crate::setup::Toolbox;
use crate::{build, database, place, say, setup};

pub fn run(filter: Option<&str>) -> Result<()> {
    let tools = setup::toolbox()?;
    let browser = setup::browser()?;
    build::all(&tools, build::Speed::asked())?;
    let template = database::template(&tools.node)?;
    let stories = Stories::chosen(filter)?;

    // A filter that names a file of tests/ has nothing to look for in Rust.
    let mut engine = true;
    if !stories.named_by_file {
        say::heading("the engine's laws, and what can be tried without a server");
        engine = native(filter)?;
    }
    say::heading("the product from outside: the API in workerd, the widget in Chromium");
    let mut environment = vec![("DAYMARK_TEST_DATABASE", template), ("DAYMARK_CHROMIUM", browser)];
    if stories.ask_the_engine() {
        environment.extend(build::engine::doors(&tools)?);
    }
    let mut from_pypi = |name, found: Result<PathBuf>| match found {
        Ok(program) => environment.push((name, program)),
        // Where PyPI is out of reach everything else is still tested; the report shows what was skipped.
        Err(failure) => say::note(&failure.to_string()),
    };
    if stories.ask_every_route() {
        from_pypi("DAYMARK_SCHEMATHESIS", setup::schemathesis());
    }
    if stories.meet_counterparts()? {
        from_pypi("DAYMARK_PYTHON", setup::counterparts());
    }
    let outside = stories.run(&tools, &environment)?;

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

/// Which tests from outside to run.
struct Stories {
    files: Vec<String>,
    /// Only tests with this in their name.
    name: Option<String>,
    named_by_file: bool,
}

impl Stories {
    /// A filter that names a file or folder picks those; any other is looked for in the names of the tests.
    fn chosen(filter: Option<&str>) -> Result<Self> {
        let files = test_files()?;
        let Some(filter) = filter else {
            return Ok(Self { files, name: None, named_by_file: false });
        };
        let chosen: Vec<String> = files.iter().filter(|file| file.contains(filter)).cloned().collect();
        Ok(match chosen.is_empty() {
            true => Self { files, name: Some(filter.to_owned()), named_by_file: false },
            false => Self { files: chosen, name: None, named_by_file: true },
        })
    }

    fn ask_the_engine(&self) -> bool {
        self.files.iter().any(|file| file.starts_with("tests/engine/"))
    }

    fn ask_every_route(&self) -> bool {
        self.files.iter().any(|file| file == "tests/contract/schemathesis.test.mjs")
    }

    /// Whether a program or library from PyPI plays the other side in one of them.
    fn meet_counterparts(&self) -> Result<bool> {
        let read = |file: &String| place::read(&place::root().join(file));
        let texts = self.files.iter().map(read).collect::<Result<Vec<String>>>()?;
        Ok(texts.iter().any(|text| text.contains("/python.mjs")))
    }

    fn run(self, tools: &Toolbox, environment: &[(&str, PathBuf)]) -> Result<bool> {
        // Two files at a time: each has a server of its own, and much of a story is waiting.
        let mut command = tools.node.command("node").args(["--test", "--test-reporter=spec", "--test-concurrency=2"]);
        for (name, value) in environment {
            command = command.env(name, value);
        }
        let pattern = self.name.map(|name| format!("--test-name-pattern={name}"));
        command.args(pattern).args(self.files).in_dir(&place::root()).passes()
    }
}

/// `tests/**/*.test.mjs`, below the checkout and by name, so that the order is the same everywhere.
fn test_files() -> Result<Vec<String>> {
    let root = place::root();
    let files = place::files_below(&root.join("tests"))?;
    let names = files.iter().map(|file| file.strip_prefix(&root).unwrap_or(file).to_string_lossy().into_owned());
    Ok(names.filter(|name| name.ends_with(".test.mjs")).collect())
}
