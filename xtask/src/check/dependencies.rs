//! Who may depend on whom: the crates' layers, as a table.

use crate::command::Command;
use crate::failure::{Failure, Result};
use crate::place;
use crate::setup::Toolbox;

struct Layer {
    package: &'static str,
    /// Never in its tree, however deep.
    never: &'static [&'static str],
    because: &'static str,
}

const LAYERS: [Layer; 3] = [
    Layer {
        package: "shared",
        never: &["worker", "js-sys", "web-sys", "wasm-bindgen", "chrono-tz", "getrandom", "rand", "tokio", "regex"],
        because: "the engine is pure: no host, no clock, no randomness, no zone tables",
    },
    Layer {
        package: "widget",
        never: &["worker", "edge", "chrono-tz", "reqwest"],
        because: "every byte is downloaded by a guest; offsets come with the snapshot",
    },
    Layer {
        package: "edge",
        never: &["widget", "leptos", "mio", "hyper", "regex"],
        because: "the back end neither draws nor brings a runtime of its own",
    },
];

pub fn check(_: &Toolbox) -> Result<()> {
    let mut broken = Vec::new();
    for layer in &LAYERS {
        let tree = tree(layer.package)?;
        let found = layer.never.iter().filter(|name| tree.iter().any(|package| package == *name));
        broken.extend(found.map(|name| {
            format!(
                "{} depends on {name} ({}): cargo tree -p {} -i {name}",
                layer.package, layer.because, layer.package
            )
        }));
    }
    match broken.is_empty() {
        true => Ok(()),
        false => Err(Failure::new("a crate reaches where it must not", broken.join("\n"))),
    }
}

/// The names of all packages that end up in the package's own build for WebAssembly.
fn tree(package: &str) -> Result<Vec<String>> {
    let text = Command::new("cargo")
        .args(["tree", "--package", package, "--edges", "normal,no-proc-macro", "--target", "wasm32-unknown-unknown"])
        .args(["--prefix", "none", "--format", "{p}"])
        .in_dir(&place::root())
        .output()?;
    Ok(text.lines().filter_map(|line| line.split(' ').next()).map(str::to_owned).collect())
}
