//! The command line: one table of commands, each with the few options it knows.

use crate::failure::{Failure, Result};

pub const USAGE: &str = "\
cargo xtask <command>

  dev [--port N] [--fresh] [--no-watch]   from a clone to a running product: set-up, build, migrate, seed, start
  test [filter]                           engine laws, the API in workerd, the widget in Chromium
  check                                   formatting, lints, layering, size budgets, licences, dry-run deployment
  bench [widget]                          benchmarks, with their ratios; `widget`: only what a guest's browser feels
  build                                   the widget into target/site, the back end into edge/build
  setup                                   check and install the tools only
";

#[derive(Debug, PartialEq, Eq)]
pub enum Task {
    Dev(DevOptions),
    Test { filter: Option<String> },
    Check,
    Bench { arguments: Vec<String> },
    Build,
    Setup,
    Help,
}

#[derive(Debug, PartialEq, Eq)]
pub struct DevOptions {
    pub port: u16,
    /// Start from an empty database.
    pub fresh: bool,
    /// Build again when a source changes.
    pub watch: bool,
}

impl Default for DevOptions {
    fn default() -> Self {
        Self { port: 8787, fresh: false, watch: true }
    }
}

pub fn parse(arguments: impl IntoIterator<Item = String>) -> Result<Task> {
    let mut arguments = arguments.into_iter();
    let Some(command) = arguments.next() else { return Ok(Task::Help) };
    let rest: Vec<String> = arguments.collect();
    match command.as_str() {
        "dev" => dev(rest).map(Task::Dev),
        "test" => match <[String; 1]>::try_from(rest) {
            Ok([filter]) => Ok(Task::Test { filter: Some(filter) }),
            Err(none) if none.is_empty() => Ok(Task::Test { filter: None }),
            Err(_) => Err(misuse("test takes one filter at most")),
        },
        "bench" => Ok(Task::Bench { arguments: rest }),
        "check" => nothing_more(&rest).map(|()| Task::Check),
        "build" => nothing_more(&rest).map(|()| Task::Build),
        "setup" => nothing_more(&rest).map(|()| Task::Setup),
        "help" | "-h" | "--help" => Ok(Task::Help),
        other => Err(misuse(&format!("there is no command `{other}`"))),
    }
}

fn dev(arguments: Vec<String>) -> Result<DevOptions> {
    let mut options = DevOptions::default();
    let mut arguments = arguments.into_iter();
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--fresh" => options.fresh = true,
            "--no-watch" => options.watch = false,
            "--port" => options.port = port(&arguments.next().unwrap_or_default())?,
            other => match other.strip_prefix("--port=") {
                Some(number) => options.port = port(number)?,
                None => return Err(misuse(&format!("dev does not know `{other}`"))),
            },
        }
    }
    Ok(options)
}

/// The example site takes the port after it, so the last one is out.
fn port(text: &str) -> Result<u16> {
    match text.parse() {
        Ok(port) if (1..u16::MAX).contains(&port) => Ok(port),
        _ => Err(misuse(&format!("`{text}` is no port: it is a number from 1 to {}", u16::MAX - 1))),
    }
}

fn nothing_more(rest: &[String]) -> Result<()> {
    match rest.first() {
        None => Ok(()),
        Some(argument) => Err(misuse(&format!("`{argument}` is not understood here"))),
    }
}

fn misuse(why: &str) -> Failure {
    Failure::new("that command line does not work", why).advise("cargo xtask help")
}

#[cfg(test)]
mod tests {
    use super::{DevOptions, Task, parse};

    fn parsed(line: &str) -> Option<Task> {
        parse(line.split_whitespace().map(str::to_owned)).ok()
    }

    #[test]
    fn dev_takes_its_options_in_any_order() {
        let expected = Task::Dev(DevOptions { port: 9000, fresh: true, watch: false });
        assert_eq!(parsed("dev --no-watch --port 9000 --fresh"), Some(expected));
        assert_eq!(parsed("dev --port=9000"), Some(Task::Dev(DevOptions { port: 9000, ..DevOptions::default() })));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        for line in ["dve", "dev --prot 1", "dev --port 0", "dev --port 65535", "dev --port", "test a b", "check now"] {
            assert_eq!(parsed(line), None, "{line}");
        }
    }
}
