//! The engine for anyone to try: `cargo run -p shared --example engine -- slots|quote|transition < input.json`.
//!
//! Takes an input as described in `shared/README.md`, or one of the worked examples beside this file, of which it takes the
//! part that the command names. Writes the answer to standard output.
#![allow(missing_docs)]

mod support;

use std::io::{Read, Write};
use std::process::ExitCode;

fn main() -> ExitCode {
    let command = std::env::args().nth(1).unwrap_or_default();
    let mut input = String::new();
    if let Err(error) = std::io::stdin().read_to_string(&mut input) {
        eprintln!("cannot read the input: {error}");
        return ExitCode::FAILURE;
    }
    match support::answer(&command, &input) {
        Ok(output) => match writeln!(std::io::stdout(), "{output}") {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        },
        Err(message) => {
            eprintln!("{message}");
            ExitCode::FAILURE
        }
    }
}
