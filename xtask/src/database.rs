//! A local D1 database in a folder: migrated and, when new, seeded with the demo.

use std::path::{Path, PathBuf};

use crate::build::stamp;
use crate::failure::{Failure, Result};
use crate::setup::Node;
use crate::{place, say};

const NAME: &str = "daymark";

/// Brings the database in `folder` to the newest migration; a new one gets the demo's rows.
pub fn prepare(node: &Node, folder: &Path) -> Result<()> {
    let applied = Applied::read(folder);
    let wanted = Applied::of_sources()?;
    if applied.as_ref() == Some(&wanted) {
        return Ok(());
    }
    if let Some(changed) = applied.as_ref().and_then(|applied| applied.rewritten_in(&wanted)) {
        return Err(Failure::new(
            "the local database is of an older make",
            format!("{changed} has changed since it was applied"),
        )
        .advise("start with an empty database: cargo xtask dev --fresh"));
    }
    let is_new = applied.is_none();
    say::step("bringing the local database up to date", || {
        d1(node, folder, &["migrations", "apply", NAME, "--local"], "migrate")
    })?;
    if is_new && seed().is_file() {
        let file = seed();
        say::step("filling in the demo", || {
            d1(node, folder, &["execute", NAME, "--local", "--yes", "--file", &file.to_string_lossy()], "seed")
        })?;
    }
    wanted.write(folder)
}

/// A migrated and seeded database that test servers copy; made anew when a migration or the seed changes.
pub fn template(node: &Node) -> Result<PathBuf> {
    let folder = place::root().join("target/xtask/test-database");
    let inputs = stamp::of_files(&[migrations(), seed()])?;
    stamp::unless_fresh("test-database", &inputs, std::slice::from_ref(&folder), || {
        place::remove_folder(&folder)?;
        prepare(node, &folder)
    })?;
    Ok(folder)
}

fn migrations() -> PathBuf {
    place::root().join("edge/migrations")
}

fn seed() -> PathBuf {
    place::root().join("edge/seed/demo.sql")
}

fn d1(node: &Node, folder: &Path, arguments: &[&str], log: &str) -> Result<()> {
    node.command("wrangler")
        .arg("d1")
        .args(arguments)
        .arg("--persist-to")
        .arg(folder)
        .env("CI", "1") // no questions
        .in_dir(&place::root())
        .run_logged(&place::log(log))
}

/// The migrations that a database has seen: a line `fingerprint name` each.
#[derive(Debug, PartialEq, Eq)]
struct Applied(Vec<String>);

impl Applied {
    fn read(folder: &Path) -> Option<Self> {
        let text = std::fs::read_to_string(Self::file(folder)).ok()?;
        Some(Self(text.lines().map(str::to_owned).collect()))
    }

    fn write(&self, folder: &Path) -> Result<()> {
        place::write(&Self::file(folder), self.0.join("\n"))
    }

    fn file(folder: &Path) -> PathBuf {
        folder.join("migrations-applied")
    }

    fn of_sources() -> Result<Self> {
        let mut lines = Vec::new();
        for file in place::files_below(&migrations())? {
            let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
            lines.push(format!("{} {name}", stamp::short(place::read(&file)?.as_bytes())));
        }
        Ok(Self(lines))
    }

    /// The first line of this database that its sources no longer hold.
    fn rewritten_in(&self, sources: &Self) -> Option<&str> {
        let gone = self.0.iter().find(|line| !sources.0.contains(line))?;
        gone.split_once(' ').map(|(_, name)| name)
    }
}

#[cfg(test)]
mod tests {
    use super::Applied;

    fn applied(lines: &[&str]) -> Applied {
        Applied(lines.iter().map(|&line| line.to_owned()).collect())
    }

    #[test]
    fn a_new_migration_is_fine_and_a_rewritten_one_is_not() {
        let seen = applied(&["aa 0001_first.sql"]);
        assert_eq!(seen.rewritten_in(&applied(&["aa 0001_first.sql", "bb 0002_second.sql"])), None);
        assert_eq!(seen.rewritten_in(&applied(&["cc 0001_first.sql"])), Some("0001_first.sql"));
    }
}
