//! What a guest's browser downloads before the first slot can be chosen, and how much of it is allowed.

use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::setup::Toolbox;
use crate::{build, place};

use super::weight;

const KB: usize = 1024;

/// Kept free for the snapshot of a calendar, which is data and differs between them.
const SNAPSHOT: usize = 6 * KB;

/// Brotli at its best, as the edge network sends files that never change.
const MEASURE: &str = "
const { brotliCompressSync, constants } = require('node:zlib');
const { readFileSync } = require('node:fs');
for (const file of process.argv.slice(1)) {
  const bytes = readFileSync(file);
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11, [constants.BROTLI_PARAM_LGWIN]: 24 };
  console.log(bytes.length, brotliCompressSync(bytes, { params }).length);
}";

struct Part {
    name: &'static str,
    limit: usize,
    belongs: fn(&str) -> bool,
}

const PARTS: [Part; 3] = [
    Part { name: "loader and styles", limit: 8 * KB, belongs: |name| name == "embed.js" },
    Part { name: "glue", limit: 6 * KB, belongs: |name| name.starts_with("assets/daymark-") && name.ends_with(".js") },
    Part {
        name: "WebAssembly",
        // Less than would be allowed: with it the first slot comes before FullCalendar's (`cargo xtask bench widget`).
        limit: 62 * KB,
        belongs: |name| name.starts_with("assets/daymark-") && name.ends_with(".wasm"),
    },
];

/// What comes once the calendar is there: outside the budget, but it must not grow unseen either.
const LATER: Part = Part {
    name: "after the first slot",
    limit: 88 * KB,
    belongs: |name| name.starts_with("assets/later-") && name.ends_with(".wasm"),
};

pub fn check(tools: &Toolbox) -> Result<()> {
    let site = place::site();
    let files = place::files_below(&site)?;
    let mut over = Vec::new();
    let (mut all_raw, mut all_sent) = (0, 0);
    println!("  {:20} {:>10} {:>10} {:>10}", "", "raw", "brotli", "limit");
    for part in &PARTS {
        let (raw, sent) = weigh(tools, &site, &files, part, &mut over)?;
        all_raw += raw;
        all_sent += sent;
    }
    let limit: usize = PARTS.iter().map(|part| part.limit).sum();
    println!("  {:20} {all_raw:>10} {all_sent:>10} {limit:>10}   (and {SNAPSHOT} for the snapshot)", "together");
    weigh(tools, &site, &files, &LATER, &mut over)?;
    over.extend(show_weight());
    match over.is_empty() {
        true => Ok(()),
        false => Err(Failure::new("the widget has grown too big", over.join("\n"))
            .advise("look for a new dependency, `format!`, `Debug` on a big type, or a table that Intl already knows")),
    }
}

/// A row of the table; what is over its limit is written down.
fn weigh(
    tools: &Toolbox,
    site: &Path,
    files: &[PathBuf],
    part: &Part,
    over: &mut Vec<String>,
) -> Result<(usize, usize)> {
    let mine = |file: &&PathBuf| file.strip_prefix(site).is_ok_and(|name| (part.belongs)(&name.to_string_lossy()));
    let mine: Vec<PathBuf> = files.iter().filter(mine).cloned().collect();
    if mine.is_empty() {
        return Err(Failure::new(
            format!("a part of the widget is missing: {}", part.name),
            format!("{} holds none", site.display()),
        ));
    }
    let (raw, sent) = measure(tools, &mine)?;
    println!("  {:20} {raw:>10} {sent:>10} {:>10}", part.name, part.limit);
    if sent > part.limit {
        over.push(format!("{}: {sent} bytes, {} more than allowed", part.name, sent - part.limit));
    }
    Ok((raw, sent))
}

/// In Leptos' dependency tree, but none of their code may end up in the module.
const UNWANTED: [&str; 4] = ["regex", "regex_automata", "serde_json", "chrono_tz"];

/// Shows the crates that take the most room, before wasm-opt and compression; the answer names the unwanted ones.
fn show_weight() -> Vec<String> {
    const SHOWN: usize = 10;
    let module = std::fs::read(build::named_widget()).unwrap_or_default();
    let weights = weight::by_crate(&module).unwrap_or_default();
    for (name, bytes) in weights.iter().take(SHOWN) {
        println!("    {name:18} {bytes:>10}");
    }
    let unwanted = weights.iter().filter(|(name, _)| UNWANTED.contains(&name.as_str()));
    unwanted
        .map(|(name, bytes)| format!("{name}: {bytes} bytes of a crate that has no business in a guest's browser"))
        .collect()
}

fn measure(tools: &Toolbox, files: &[PathBuf]) -> Result<(usize, usize)> {
    let said = tools.node.command("node").args(["--eval", MEASURE]).arg("--").args(files).output()?;
    let mut sums = (0, 0);
    for line in said.lines() {
        let mut numbers = line.split(' ').map(|number| number.parse().unwrap_or(0));
        sums.0 += numbers.next().unwrap_or(0);
        sums.1 += numbers.next().unwrap_or(0);
    }
    Ok(sums)
}
