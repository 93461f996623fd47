//! The widget: cargo → wasm-bindgen → wasm-opt → fingerprinted files, and the loader that knows their names.

use std::path::{Path, PathBuf};

use crate::failure::{Failure, Result};
use crate::setup::Toolbox;
use crate::{place, say};

use super::{edge, site, stamp};

/// Named one by one: with all features wasm-opt writes compact imports, which Chromium 156 refuses.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Browsers of the last years; the loader must not need more than the widget itself.
const SYNTAX: &str = "--target=es2022";

pub fn build(tools: &Toolbox) -> Result<bool> {
    let root = place::root();
    if !root.join("widget/loader/embed.js").is_file() {
        say::note("left out: the widget has no loader");
        site::put_headers()?;
        return Ok(false);
    }
    let wasm_changed = stamp::unless_fresh("widget-wasm", &wasm_inputs(tools)?, &[optimized()], || compile(tools))?;
    let site_inputs = stamp::of_files(&[
        optimized(),
        work().join("daymark.js"),
        root.join("widget/loader"),
        root.join("widget/styles"),
        root.join("widget/locales"),
        root.join("xtask/src/build"),
    ])?;
    let site_changed =
        stamp::unless_fresh("site", &site_inputs, &[place::site().join(site::LOADER)], || lay_out(tools))?;
    Ok(wasm_changed || site_changed)
}

fn work() -> PathBuf {
    place::root().join("target/xtask/widget")
}

fn optimized() -> PathBuf {
    work().join("daymark.wasm")
}

fn wasm_inputs(tools: &Toolbox) -> Result<String> {
    let root = place::root();
    let files = [
        "widget/src",
        "widget/styles",
        "widget/locales",
        "widget/Cargo.toml",
        "shared/src",
        "shared/Cargo.toml",
        "Cargo.toml",
        "Cargo.lock",
    ];
    let sources = stamp::of_files(&files.map(|path| root.join(path)))?;
    Ok(stamp::short(format!("{sources} {} {}", tools.rust.version(), tools.wasm_bindgen.display()).as_bytes()))
}

fn compile(tools: &Toolbox) -> Result<()> {
    let root = place::root();
    say::step("building the widget", || {
        tools
            .rust
            .command("cargo")
            .args([
                "build",
                "--package",
                "widget",
                "--lib",
                "--profile",
                "widget",
                "--target",
                "wasm32-unknown-unknown",
            ])
            .in_dir(&root)
            .run_logged(&place::log("widget"))?;
        let compiled = place::target().join("wasm32-unknown-unknown/widget/widget.wasm");
        if !compiled.is_file() {
            return Err(Failure::new(
                "the widget came out without WebAssembly",
                format!("{} is missing", compiled.display()),
            )
            .advise("widget/Cargo.toml needs `crate-type = [\"cdylib\", \"rlib\"]`"));
        }
        tools
            .node
            .command(&tools.wasm_bindgen.to_string_lossy())
            .args([
                "--target",
                "web",
                "--no-typescript",
                "--omit-default-module-path",
                "--out-name",
                "daymark",
                "--out-dir",
            ])
            .arg(work())
            .arg(&compiled)
            .run_logged(&place::log("widget-bindgen"))?;
        tools
            .node
            .command(&edge::wasm_opt(tools)?.to_string_lossy())
            .arg("-Oz")
            .args(WASM_FEATURES)
            .arg(work().join("daymark_bg.wasm"))
            .arg("-o")
            .arg(optimized())
            .run_logged(&place::log("widget-opt"))
    })
}

/// Writes `target/site`: what a guest's browser may ask for.
fn lay_out(tools: &Toolbox) -> Result<()> {
    let loader = place::root().join("widget/loader/embed.js");
    if !loader.is_file() {
        return Err(Failure::new("the widget has no loader", format!("{} is missing", loader.display())));
    }
    let site = place::site();
    place::remove_folder(&site)?;
    let glue = minify(tools, &work().join("daymark.js"), &[])?;
    let wasm = site::put_fingerprinted(&optimized(), "daymark", "wasm")?;
    let glue = site::put_fingerprinted(&glue, "daymark", "js")?;
    // The loader learns the names by these two constants.
    let names = [format!("--define:DAYMARK_GLUE=\"{glue}\""), format!("--define:DAYMARK_WASM=\"{wasm}\"")];
    let loader = minify(tools, &loader, &names)?;
    place::write(&site.join(site::LOADER), place::read(&loader)?)?;
    site::put_headers()
}

/// A smaller copy of a script, in the work folder.
fn minify(tools: &Toolbox, script: &Path, options: &[String]) -> Result<PathBuf> {
    let name = script.file_stem().unwrap_or_default().to_string_lossy();
    let output = work().join(format!("{name}.min.js"));
    // The glue is a module; the loader is a classic script, wrapped so that it leaves no names behind.
    let shape = if name == "embed" { ["--bundle", "--format=iife"] } else { ["--format=esm", "--legal-comments=none"] };
    tools
        .node
        .command(&tools.node.esbuild()?.to_string_lossy())
        .arg(script)
        .args(["--minify", "--charset=utf8", "--log-level=warning", "--loader:.css=text", SYNTAX])
        .args(shape)
        .args(options)
        .arg(format!("--outfile={}", output.display()))
        .run_logged(&place::log("minify"))?;
    Ok(output)
}
