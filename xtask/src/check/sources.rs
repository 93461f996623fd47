//! What may stand where: rules on the text of the sources, as a table.

use std::path::Path;

use crate::command::Command;
use crate::failure::{Failure, Result};
use crate::place;
use crate::setup::Toolbox;

struct Rule {
    because: &'static str,
    applies: fn(&str) -> bool,
    forbidden: &'static [&'static str],
}

const RULES: [Rule; 8] = [
    Rule {
        because: "SQL stands in store.rs files only, or in a folder of that name",
        applies: |path| {
            path.starts_with("edge/src/")
                && path.ends_with(".rs")
                && !path.ends_with("store.rs")
                && !path.contains("/store/")
                && !path.ends_with("src/database.rs")
        },
        forbidden: &["\"select ", "\"insert into ", "\"insert or ", "\"delete from ", "\"update ", ".prepare("],
    },
    Rule {
        because: "a surface never touches D1 itself",
        applies: |path| path.starts_with("edge/src/api/"),
        forbidden: &["D1Database", "worker::d1", "D1PreparedStatement"],
    },
    Rule {
        because: "the domain knows no surface",
        applies: |path| path.starts_with("edge/src/domain/"),
        forbidden: &["crate::api"],
    },
    Rule {
        because: "only edge/src/context.rs reads the clock",
        applies: |path| is_product_rust(path) && path != "edge/src/context.rs" && !path.starts_with("widget/"),
        forbidden: &["Date::now(", "Utc::now(", "Local::now(", "SystemTime::now(", "Instant::now("],
    },
    Rule {
        because: "the engine does no I/O",
        applies: |path| path.starts_with("shared/src/"),
        forbidden: &["std::fs", "std::net", "std::env::", "println!", "eprintln!"],
    },
    Rule {
        because: "nothing is left half done or half debugged",
        applies: |path| is_text(path) && !is_this_file(path),
        forbidden: &["dbg!(", "todo!(", "unimplemented!(", "TODO", "FIXME"],
    },
    Rule {
        because: "no path of somebody's machine",
        applies: |path| is_text(path) && !is_this_file(path),
        forbidden: &["/root/", "/home/", "/work/"],
    },
    Rule {
        because: "a lock file names no mirror",
        applies: |path| path == "package-lock.json",
        forbidden: &["\"resolved\""],
    },
];

pub fn check(_: &Toolbox) -> Result<()> {
    let mut broken = Vec::new();
    for path in project_files()? {
        // What is no text has no rules.
        let Ok(text) = std::fs::read_to_string(place::root().join(&path)) else { continue };
        broken.extend(offences(&path, &text));
    }
    broken.extend(misnumbered(&migrations()?));
    match broken.is_empty() {
        true => Ok(()),
        false => Err(Failure::new("a source breaks a rule of the house", broken.join("\n"))),
    }
}

fn offences(path: &str, text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for rule in RULES.iter().filter(|rule| (rule.applies)(path)) {
        for (number, line) in (1..).zip(text.lines()) {
            if let Some(word) = rule.forbidden.iter().find(|word| line.contains(**word)) {
                found.push(format!("{path}:{number}: `{word}`: {}", rule.because));
            }
        }
    }
    if path == "Cargo.lock" {
        let foreign = text.lines().filter(|line| {
            line.starts_with("source = ") && !line.contains("registry+https://github.com/rust-lang/crates.io-index")
        });
        found.extend(foreign.map(|line| format!("{path}: {line}: crates come from crates.io")));
    }
    if path.ends_with(".rs") && !text.starts_with("//!") {
        found.push(format!("{path}: a file opens with `//!` and what it is for"));
    }
    found
}

/// Migrations are numbered from 0001 without a gap: `0001_words.sql`.
fn misnumbered(names: &[String]) -> Vec<String> {
    let numbered = (1..).zip(names);
    let wrong =
        numbered.filter(|(number, name)| !name.starts_with(&format!("{number:04}_")) || !name.ends_with(".sql"));
    wrong.map(|(number, name)| format!("edge/migrations/{name}: expected {number:04}_….sql")).collect()
}

fn migrations() -> Result<Vec<String>> {
    let files = place::files_below(&place::root().join("edge/migrations"))?;
    Ok(files.iter().filter_map(|file| file.file_name()).map(|name| name.to_string_lossy().into_owned()).collect())
}

/// What git knows, and what it would take in.
fn project_files() -> Result<Vec<String>> {
    let list = Command::new("git")
        .args(["ls-files", "--cached", "--others", "--exclude-standard"])
        .in_dir(&place::root())
        .output()?;
    Ok(list.lines().filter(|path| place::root().join(path).is_file()).map(str::to_owned).collect())
}

fn is_product_rust(path: &str) -> bool {
    ["shared/src/", "edge/src/", "widget/src/"].iter().any(|folder| path.starts_with(folder)) && path.ends_with(".rs")
}

fn is_text(path: &str) -> bool {
    let kinds = ["rs", "mjs", "js", "css", "html", "sql", "toml", "md", "json"];
    let is_lock = path.ends_with("lock.json") || path.ends_with(".lock");
    !is_lock && Path::new(path).extension().is_some_and(|kind| kinds.iter().any(|known| kind == *known))
}

/// This file spells out what it forbids.
fn is_this_file(path: &str) -> bool {
    path == "xtask/src/check/sources.rs"
}

#[cfg(test)]
mod tests {
    use super::{misnumbered, offences};

    #[test]
    fn sql_outside_a_store_is_found_and_inside_is_not() {
        let line = "//! x\nconst FIND: &str = \"select id from booking\";\n";
        assert_eq!(offences("edge/src/domain/booking/rules.rs", line).len(), 1);
        assert_eq!(offences("edge/src/domain/booking/store.rs", line), Vec::<String>::new());
        assert_eq!(offences("edge/src/domain/payment/store/refund.rs", line), Vec::<String>::new());
    }

    #[test]
    fn the_clock_is_read_in_one_place() {
        let line = "//! x\nlet now = worker::Date::now();\n";
        assert_eq!(offences("edge/src/jobs/expire.rs", line).len(), 1);
        assert_eq!(offences("edge/src/context.rs", line), Vec::<String>::new());
    }

    #[test]
    fn a_gap_between_migrations_is_found() {
        let names = ["0001_first.sql".to_owned(), "0003_third.sql".to_owned()];
        assert_eq!(misnumbered(&names).len(), 1);
        assert_eq!(misnumbered(names.get(..1).unwrap_or_default()), Vec::<String>::new());
    }
}
