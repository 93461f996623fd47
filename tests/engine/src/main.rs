//! The same door for a shell: a question a line on standard input, an answer a line on standard output.
//!
//! `engine-answers measure <times>` reads one question and prints the nanoseconds that deciding it once takes, in the
//! fastest of many rounds of so many times: a busy machine makes rounds slower, never faster.

use engine_answers::{Question, answer, repeat};
use std::io::{self, BufRead, Write};
use std::time::Instant;

const ROUNDS: usize = 300;

fn main() -> io::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let mut out = io::BufWriter::new(io::stdout().lock());
    if arguments.next().as_deref() == Some("measure") {
        let times = arguments.next().and_then(|times| times.parse().ok()).unwrap_or(100);
        let question: Question = serde_json::from_str(&io::read_to_string(io::stdin())?)?;
        return writeln!(out, "{}", nanoseconds(&question, times));
    }
    for line in io::stdin().lock().lines() {
        writeln!(out, "{}", answer(&line?))?;
    }
    out.flush()
}

#[allow(clippy::disallowed_methods, reason = "a stopwatch needs a clock; no decision is made by it")]
fn nanoseconds(question: &Question, times: u32) -> u128 {
    let rounds = (0..ROUNDS).map(|_| {
        let begun = Instant::now();
        std::hint::black_box(repeat(question, times));
        begun.elapsed().as_nanos() / u128::from(times.max(1))
    });
    rounds.min().unwrap_or_default()
}
