//! Running other programs: a thin layer over `std::process` that says in plain words what went wrong.

use std::ffi::OsStr;
use std::fs::File;
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::{Command as StdCommand, Stdio};
use std::time::{Duration, Instant};

use crate::failure::{Explain, Failure, Result};

/// How long a quiet program may run before the reader hears that it is still at work.
const SIGN_OF_LIFE: Duration = Duration::from_secs(10);
const TAIL_LINES: usize = 25;

pub struct Command {
    inner: StdCommand,
    name: String,
}

impl Command {
    pub fn new(program: impl AsRef<OsStr>) -> Self {
        let program = program.as_ref();
        let name = Path::new(program).file_name().unwrap_or(program).to_string_lossy().into_owned();
        Self { inner: StdCommand::new(program), name }
    }

    pub fn arg(mut self, arg: impl AsRef<OsStr>) -> Self {
        self.inner.arg(arg);
        self
    }

    pub fn args<S: AsRef<OsStr>>(mut self, args: impl IntoIterator<Item = S>) -> Self {
        self.inner.args(args);
        self
    }

    pub fn env(mut self, key: &str, value: impl AsRef<OsStr>) -> Self {
        self.inner.env(key, value);
        self
    }

    pub fn without_env(mut self, key: &str) -> Self {
        self.inner.env_remove(key);
        self
    }

    pub fn in_dir(mut self, dir: &Path) -> Self {
        self.inner.current_dir(dir);
        self
    }

    /// The words of the command, for messages.
    pub fn line(&self) -> String {
        let args = self.inner.get_args().map(|arg| arg.to_string_lossy().into_owned());
        std::iter::once(self.name.clone()).chain(args).collect::<Vec<_>>().join(" ")
    }

    /// For a program that keeps running: the caller looks after the child.
    pub fn into_inner(self) -> StdCommand {
        self.inner
    }

    /// Runs with the terminal's own input and output.
    pub fn run(mut self) -> Result<()> {
        let status = self.inner.status().map_err(|error| self.did_not_start(&error))?;
        match status.success() {
            true => Ok(()),
            false => Err(Failure::new(format!("`{}` failed", self.line()), format!("it ended with {status}"))),
        }
    }

    /// Runs with the terminal's output and tells only whether it went well.
    pub fn passes(mut self) -> Result<bool> {
        let status = self.inner.status().map_err(|error| self.did_not_start(&error))?;
        Ok(status.success())
    }

    /// Runs in silence; `None` where the program is missing or fails.
    pub fn answer(mut self) -> Option<String> {
        let output = self.inner.stdin(Stdio::null()).stderr(Stdio::null()).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// Runs in silence and hands over what was printed.
    pub fn output(mut self) -> Result<String> {
        let output = self.inner.stdin(Stdio::null()).output().map_err(|error| self.did_not_start(&error))?;
        match output.status.success() {
            true => Ok(String::from_utf8_lossy(&output.stdout).into_owned()),
            false => {
                let said = [output.stdout, output.stderr].concat();
                Err(Failure::new(format!("`{}` failed", self.line()), tail(&String::from_utf8_lossy(&said))))
            }
        }
    }

    /// Runs with its output in a log file, gives a sign of life now and then, and shows the log's end when it fails.
    pub fn run_logged(mut self, log: &Path) -> Result<()> {
        let parent = log.parent().map_or_else(PathBuf::new, Path::to_owned);
        std::fs::create_dir_all(&parent).explain(|| format!("cannot make the folder {}", parent.display()))?;
        let file = File::create(log).explain(|| format!("cannot write {}", log.display()))?;
        let errors = file.try_clone().explain(|| format!("cannot write {}", log.display()))?;
        let mut child = self
            .inner
            .stdin(Stdio::null())
            .stdout(file)
            .stderr(errors)
            .spawn()
            .map_err(|error| self.did_not_start(&error))?;
        let started = Instant::now();
        let mut next_sign = SIGN_OF_LIFE;
        let status = loop {
            if let Some(status) = child.try_wait().explain(|| format!("lost `{}`", self.name))? {
                break status;
            }
            if started.elapsed() > next_sign {
                next_sign += SIGN_OF_LIFE;
                sign_of_life(started.elapsed(), log);
            }
            std::thread::sleep(Duration::from_millis(50));
        };
        if status.success() {
            return Ok(());
        }
        let said = std::fs::read_to_string(log).unwrap_or_default();
        Err(Failure::new(format!("`{}` failed", self.line()), tail(&said))
            .advise(format!("the whole output is in {}", log.display())))
    }

    fn did_not_start(&self, error: &std::io::Error) -> Failure {
        Failure::new(format!("`{}` could not be started", self.name), error.to_string())
    }
}

/// The program's place on the search path.
pub fn find_program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}

fn sign_of_life(elapsed: Duration, log: &Path) {
    let said = std::fs::read_to_string(log).unwrap_or_default();
    // What a compiler draws under a warning tells nothing.
    let tells = |line: &&str| line.trim().starts_with(|first: char| first.is_alphanumeric() || first == '[');
    let last = said.lines().rev().find(tells).unwrap_or_default();
    let last: String = last.trim().chars().take(70).collect();
    if std::io::stdout().is_terminal() {
        print!("\r\x1b[K    {} s: {last}\r", elapsed.as_secs());
        let _ = std::io::stdout().flush();
    } else {
        println!("    {} s: {last}", elapsed.as_secs());
    }
}

fn tail(text: &str) -> String {
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    lines.get(lines.len().saturating_sub(TAIL_LINES)..).unwrap_or_default().join("\n")
}
