//! `cargo xtask dev`: from a fresh clone to a running product, and on with every change until Ctrl-C.

mod http;
mod output;
mod server;
mod ticker;
mod watch;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use crate::arguments::DevOptions;
use crate::failure::{Explain, Result};
use crate::setup::Toolbox;
use crate::{build, database, place, say, setup};

use server::Server;
use watch::Watch;

const PAUSE: Duration = Duration::from_millis(300);

pub fn run(options: &DevOptions) -> Result<()> {
    let started = Instant::now();
    let stop = stop_on_signal()?;
    let example_port = options.port + 1;
    server::require_free(options.port)?;
    server::require_free(example_port)?;

    let tools = setup::toolbox()?;
    // Noted before the build, so that what changes meanwhile is built again.
    let mut watch = options.watch.then(Watch::start);
    build::all(&tools, build::Speed::Quick)?;
    let state = state_folder();
    if options.fresh {
        place::remove_folder(&state)?;
    }
    database::prepare(&tools.node, &state)?;

    let mut product = Server::product(&tools.node, options.port, &state)?;
    let mut examples = Server::examples(&tools.node, example_port, options.port)?;
    product.wait_until_healthy(&stop)?;
    ticker::start(options.port);
    announce(options.port, example_port, started.elapsed());

    while !stop.load(Ordering::Relaxed) {
        product.require_running()?;
        examples.require_running()?;
        if watch.as_mut().is_some_and(Watch::has_changed) {
            rebuild(&tools);
        }
        std::thread::sleep(PAUSE);
    }
    println!("\nstopped; the database stays in {}", state.display());
    Ok(())
}

/// The local database and queues: in the checkout, out of git.
fn state_folder() -> PathBuf {
    place::root().join(".daymark")
}

fn stop_on_signal() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let flag = Arc::clone(&stop);
    ctrlc::set_handler(move || flag.store(true, Ordering::Relaxed))
        .explain(|| "cannot listen for Ctrl-C".to_owned())?;
    Ok(stop)
}

/// A mistake in a source is shown and waited out; the last good build goes on running.
fn rebuild(tools: &Toolbox) {
    match build::all(tools, build::Speed::Quick) {
        Ok(true) => say::note("running with the change"),
        Ok(false) => {}
        Err(failure) => eprintln!("✗ {failure}\n  the last good build goes on running"),
    }
}

fn announce(port: u16, example_port: u16, elapsed: Duration) {
    println!(
        "
Daymark is running ({:.1} s). Ctrl-C ends it.

  hosted calendar    http://localhost:{port}/c/cal_harbor
  API and its docs   http://localhost:{port}/docs
  what was mailed    http://localhost:{port}/dev/mail
  owner's login      owner@harbor.example / demo-harbor
  somebody's site    http://localhost:{example_port}/  (pages with the script tag on them)
",
        elapsed.as_secs_f32()
    );
}
