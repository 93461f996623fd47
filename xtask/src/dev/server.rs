//! The programs that run while one develops: wrangler with the product, and a small site that embeds it.

use std::net::TcpListener;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;

use crate::command::Command;
use crate::failure::{Explain, Failure, Result};
use crate::place;
use crate::setup::Node;

use super::http;
use super::output::Output;

const START_UP: Duration = Duration::from_secs(60);
const FAREWELL: Duration = Duration::from_secs(4);
const PAUSE: Duration = Duration::from_millis(50);

/// A running program with its children. Dropping it ends them all.
pub struct Server {
    name: &'static str,
    port: u16,
    child: Child,
    output: Output,
}

impl Server {
    /// The product in workerd.
    pub fn product(node: &Node, port: u16, state: &Path) -> Result<Self> {
        let command = node
            .command("wrangler")
            .args(["dev", "--ip", "127.0.0.1", "--port", &port.to_string(), "--inspector-port", "0"])
            .args([
                "--show-interactive-dev-session=false",
                "--var",
                &format!("PUBLIC_ORIGIN:http://localhost:{port}"),
                "--persist-to",
            ])
            .arg(state);
        Self::start("wrangler dev", port, command)
    }

    /// Somebody else's site: the folders of `examples/` with the product's address filled in.
    pub fn examples(node: &Node, port: u16, product_port: u16) -> Result<Self> {
        let command = node.command("node").arg(place::root().join("tests/support/site.mjs")).args([
            "--port",
            &port.to_string(),
            "--product",
            &format!("http://localhost:{product_port}"),
        ]);
        Self::start("the example site", port, command)
    }

    /// In a process group of its own, so that Ctrl-C reaches it through us and takes its children along.
    fn start(name: &'static str, port: u16, command: Command) -> Result<Self> {
        let mut command = command.in_dir(&place::root()).into_inner();
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
        let mut child = command.spawn().explain(|| format!("cannot start {name}"))?;
        let output = Output::default();
        if let Some(stream) = child.stdout.take() {
            output.follow(stream);
        }
        if let Some(stream) = child.stderr.take() {
            output.follow(stream);
        }
        Ok(Self { name, port, child, output })
    }

    pub fn wait_until_healthy(&mut self, stop: &AtomicBool) -> Result<()> {
        let started = Instant::now();
        while started.elapsed() < START_UP && !stop.load(Ordering::Relaxed) {
            self.require_running()?;
            if http::get(self.port, "/healthz") == Some(200) {
                self.output.pass_on();
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
        if stop.load(Ordering::Relaxed) {
            return Ok(());
        }
        let why = format!(
            "http://localhost:{}/healthz did not answer 200 within a minute\n{}",
            self.port,
            self.output.so_far()
        );
        Err(Failure::new(format!("{} does not get healthy", self.name), why)
            .advise("start from an empty database with --fresh"))
    }

    pub fn require_running(&mut self) -> Result<()> {
        match self.child.try_wait().explain(|| format!("lost {}", self.name))? {
            None => Ok(()),
            Some(status) => Err(Failure::new(
                format!("{} ended by itself", self.name),
                format!("{status}\n{}", self.output.so_far()),
            )),
        }
    }

    fn signal(&self, signal: Signal) {
        if let Ok(id) = i32::try_from(self.child.id()) {
            // A group that is gone already is what we want.
            let _ = killpg(Pid::from_raw(id), signal);
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.signal(Signal::SIGTERM);
        let asked = Instant::now();
        while asked.elapsed() < FAREWELL && matches!(self.child.try_wait(), Ok(None)) {
            std::thread::sleep(PAUSE);
        }
        self.signal(Signal::SIGKILL);
        let _ = self.child.wait();
    }
}

/// Refuses early, with the sentence that wrangler would not say.
pub fn require_free(port: u16) -> Result<()> {
    match TcpListener::bind(("127.0.0.1", port)) {
        Ok(_) => Ok(()),
        Err(error) => Err(Failure::new(format!("port {port} is taken"), error.to_string())
            .advise("end the other program, or choose another port: cargo xtask dev --port 9000")),
    }
}
