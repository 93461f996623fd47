//! The widget: cargo → wasm-bindgen → wasm-opt → fingerprinted files, and the loader that knows their names.

use std::path::{Path, PathBuf};

use crate::command::Command;
use crate::failure::{Failure, Result};
use crate::setup::{TARGET, Toolbox};
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

/// wasm-bindgen's output: functions still have names.
pub fn named() -> PathBuf {
    work().join("daymark_bg.wasm")
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
        "xtask/src/build/widget.rs",
        "xtask/src/setup/wasm_rust.rs",
    ];
    let sources = stamp::of_files(&files.map(|path| root.join(path)))?;
    Ok(stamp::short(format!("{sources} {} {}", tools.rust.version(), tools.wasm_bindgen.display()).as_bytes()))
}

fn compile(tools: &Toolbox) -> Result<()> {
    let root = place::root();
    say::step("building the widget", || {
        let compile = |cargo: Command| {
            let args = ["build", "--package", "widget", "--lib", "--profile", "widget", "--target", TARGET];
            cargo.args(args).in_dir(&root).run_logged(&place::log("widget"))
        };
        let small = tools.rust.command_with_small_std("cargo").map(compile);
        if small.is_none_or(|built| built.is_err()) {
            say::note("built with the usual standard library: the widget is a tenth larger than it could be");
            compile(tools.rust.command("cargo"))?;
        }
        let compiled = place::target().join(TARGET).join("widget/widget.wasm");
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
            .arg(named())
            .arg("-o")
            .arg(optimized())
            .run_logged(&place::log("widget-opt"))
    })
}

/// Writes `target/site`: what a guest's browser may ask for.
fn lay_out(tools: &Toolbox) -> Result<()> {
    let glue = minify(tools, &work().join("daymark.js"), &["--format=esm"])?;
    let wasm = site::put_fingerprinted(&optimized(), "daymark", "wasm")?;
    let glue = site::put_fingerprinted(&glue, "daymark", "js")?;
    let locales = site::put_folder_fingerprinted(&place::root().join("widget/locales"), "locales")?;
    let loader = minify(
        tools,
        &loader_sources(tools)?,
        &[
            // A classic script, wrapped so that it leaves no names behind.
            "--bundle",
            "--format=iife",
            "--external:assets/*",
            "--loader:.css=text",
            // The addresses of the rest, relative to its own.
            &format!("--define:DAYMARK_GLUE=\"{glue}\""),
            &format!("--define:DAYMARK_WASM=\"{wasm}\""),
            &format!("--define:DAYMARK_LOCALES=\"{locales}\""),
        ],
    )?;
    place::write(&place::site().join(site::LOADER), place::read(&loader)?)?;
    site::put_headers()?;
    site::remove_all_but(&[&glue, &wasm, &locales])
}

/// A copy of the loader beside minified styles, since esbuild takes styles that are imported as text as they are.
fn loader_sources(tools: &Toolbox) -> Result<PathBuf> {
    let sources = place::root().join("widget");
    let copy = work().join("sources");
    for folder in ["loader", "styles"] {
        for file in place::files_below(&sources.join(folder))? {
            let to = copy.join(file.strip_prefix(&sources).unwrap_or(&file));
            let is_style = file.extension().is_some_and(|kind| kind == "css");
            let from = if is_style { minify(tools, &file, &[])? } else { file };
            place::write(&to, place::read(&from)?)?;
        }
    }
    Ok(copy.join("loader/embed.js"))
}

/// A smaller copy of a script or style, in the work folder.
fn minify(tools: &Toolbox, file: &Path, options: &[&str]) -> Result<PathBuf> {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    let output = work().join("minified").join(name.as_ref());
    tools
        .node
        .command(&tools.node.esbuild()?.to_string_lossy())
        .arg(file)
        .args(["--minify", "--charset=utf8", "--legal-comments=none", "--log-level=warning", SYNTAX])
        .args(options)
        .arg(format!("--outfile={}", output.display()))
        .run_logged(&place::log("minify"))?;
    Ok(output)
}
