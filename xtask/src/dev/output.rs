//! What a server prints: kept back while it starts, shown if the start fails, and passed on from then.

use std::io::{BufRead, BufReader, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

#[derive(Clone, Default)]
pub struct Output(Arc<Mutex<Held>>);

#[derive(Default)]
struct Held {
    lines: Vec<String>,
    passes: bool,
}

impl Output {
    /// Follows a stream in the background until it ends.
    pub fn follow(&self, stream: impl Read + Send + 'static) {
        let output = self.clone();
        std::thread::spawn(move || {
            for line in BufReader::new(stream).lines().map_while(Result::ok) {
                output.take(line);
            }
        });
    }

    fn take(&self, line: String) {
        let mut held = self.lock();
        if held.passes { println!("{line}") } else { held.lines.push(line) }
    }

    /// Forgets what was said so far; the rest is passed on.
    pub fn pass_on(&self) {
        let mut held = self.lock();
        held.passes = true;
        held.lines.clear();
    }

    /// What was said so far.
    pub fn so_far(&self) -> String {
        self.lock().lines.join("\n")
    }

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
