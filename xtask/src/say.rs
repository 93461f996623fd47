//! Progress in plain words: what is being done, and how long it took.

use std::io::IsTerminal;
use std::time::Instant;

use crate::failure::Result;

/// Says what is being done, does it, says how long it took.
pub fn step<T>(doing: &str, work: impl FnOnce() -> Result<T>) -> Result<T> {
    println!("• {doing}");
    let started = Instant::now();
    let done = work()?;
    let clear = if std::io::stdout().is_terminal() { "\r\x1b[K" } else { "" };
    println!("{clear}  done in {:.1} s: {doing}", started.elapsed().as_secs_f32());
    Ok(done)
}

pub fn note(text: &str) {
    println!("  {text}");
}

/// A heading between parts of a longer command.
pub fn heading(text: &str) {
    println!("\n── {text}");
}
