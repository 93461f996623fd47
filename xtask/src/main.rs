//! The commands of the project: `cargo xtask dev`, `test`, `check`, `bench`, `build`, `setup`.

mod arguments;
mod bench;
mod build;
mod check;
mod command;
mod database;
mod dev;
mod failure;
mod place;
mod say;
mod setup;
mod test;

use std::process::ExitCode;

use arguments::Task;
use failure::Result;

fn main() -> ExitCode {
    match arguments::parse(std::env::args().skip(1)).and_then(perform) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n✗ {failure}");
            ExitCode::FAILURE
        }
    }
}

fn perform(task: Task) -> Result<()> {
    match task {
        Task::Dev(options) => dev::run(&options),
        Task::Test { filter } => test::run(filter.as_deref()),
        Task::Check => check::run(),
        Task::Bench { arguments } => bench::run(&arguments),
        Task::Build => build::all(&setup::toolbox()?, build::Speed::asked()).map(drop),
        Task::Setup => setup::toolbox().map(|_| say::note("everything is there")),
        Task::Help => {
            print!("{}", arguments::USAGE);
            Ok(())
        }
    }
}
