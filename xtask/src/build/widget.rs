//! The widget: cargo → wasm-bindgen → wasm-opt → fingerprinted files, and the loader that knows their names.

use std::path::{Path, PathBuf};

use crate::command::Command;
use crate::failure::{Failure, Result};
use crate::setup::{TARGET, Toolbox};
use crate::{place, say};

use super::{edge, linker, names, site, stamp};

/// Named one by one: with all features wasm-opt writes compact imports, which Chromium 156 refuses.
const WASM_FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-sign-ext",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-multivalue",
];

/// Nothing of ours lies in the first kilobyte, the far end of the stack: addresses may be folded into loads.
const SMALLEST: [&str; 3] = ["-Oz", "--converge", "--low-memory-unused"];

/// How the widget is compiled, and what measures it.
pub const PROFILE: &str = "widget";

/// The two parts of the widget's WebAssembly: what it takes to choose a start, and the rest, which comes once the calendar
/// stands. `#[wasm_split(later)]` in the widget says where the cut goes.
const MAIN: &str = "daymark";
const LATER: &str = "later";

/// Scripts of the loader's folder that come with the program: what the calendar is told of the page around it, and what is done
/// while it is on its way.
const AROUND: &str = "around.js";
const EARLY: &str = "early.js";
/// Browsers of the last years; the loader must not need more than the widget itself.
const SYNTAX: &str = "--target=es2022";

/// The modules and what is laid out around them; `keeps_wasm` where modules that are there are good enough.
pub fn build(tools: &Toolbox, keeps_wasm: bool) -> Result<bool> {
    let root = place::root();
    let made = [optimized(MAIN), optimized(LATER)];
    let wasm_changed = !(keeps_wasm && made.iter().all(|module| module.is_file()))
        && stamp::unless_fresh("widget-wasm", &wasm_inputs(tools)?, &made, || compile(tools))?;
    let site_inputs = stamp::of_files(&[
        optimized(MAIN),
        optimized(LATER),
        glue(),
        link(),
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

/// wasm-bindgen's output: functions still have their names.
pub fn named() -> PathBuf {
    work().join(format!("{MAIN}_bg.wasm"))
}

fn optimized(part: &str) -> PathBuf {
    work().join(format!("{part}.wasm"))
}

/// The script between the module and the browser, and the one that brings the later part.
fn glue() -> PathBuf {
    work().join(format!("{MAIN}.js"))
}

fn link() -> PathBuf {
    work().join(names::LINK)
}

fn wasm_inputs(tools: &Toolbox) -> Result<String> {
    let root = place::root();
    let files = [
        "widget/src",
        "widget/styles",
        "widget/locales",
        "widget/Cargo.toml",
        "widget/json",
        "shared/src",
        "shared/Cargo.toml",
        "Cargo.toml",
        "Cargo.lock",
        "xtask/src/build/widget.rs",
        "xtask/src/build/linker.rs",
        "xtask/src/build/names.rs",
        "xtask/src/setup/wasm_rust.rs",
    ];
    let sources = stamp::of_files(&files.map(|path| root.join(path)))?;
    Ok(stamp::short(format!("{sources} {} {}", tools.rust.version(), tools.wasm_split.display()).as_bytes()))
}

fn compile(tools: &Toolbox) -> Result<()> {
    say::step("building the widget", || {
        let linker = linker::arguments(&tools.rust)?;
        let small = tools.rust.command_with_small_std("cargo");
        let small = small.zip(linker).map(|(cargo, linker)| run_cargo(cargo, &linker));
        if small.is_none_or(|built| built.is_err()) {
            say::note(
                "built with the usual standard library and linker: the widget is a tenth larger than it could be",
            );
            run_cargo(tools.rust.command("cargo"), &[])?;
        }
        let split = split(tools)?;
        bind(tools, &split)?;
        optimize(tools, &named(), MAIN)?;
        optimize(tools, &split.join(format!("split_{LATER}.wasm")), LATER)?;
        shorten(tools, &split)
    })
}

/// The linker leaves behind what points where, which is how a module can be cut afterwards.
fn run_cargo(cargo: Command, linker: &[String]) -> Result<()> {
    let args = ["rustc", "--lib", "--package", "widget", "--profile", PROFILE, "--target", TARGET];
    let link = ["--crate-type", "cdylib", "--", "-Clink-arg=--emit-relocs"];
    cargo.args(args).args(link).args(linker).in_dir(&place::root()).run_logged(&place::log("widget"))
}

/// Cuts the module; the answer is the folder with the parts.
fn split(tools: &Toolbox) -> Result<PathBuf> {
    let compiled = place::target().join(TARGET).join(PROFILE).join("widget.wasm");
    let folder = work().join("split");
    place::remove_folder(&folder)?;
    Command::new(tools.wasm_split.to_string_lossy().as_ref())
        .arg(&compiled)
        .arg(&folder)
        .args(["--target", "web", "--out-name", MAIN])
        .run_logged(&place::log("widget-split"))?;
    match folder.join(format!("split_{LATER}.wasm")).is_file() {
        true => Ok(folder),
        false => {
            Err(Failure::new("the widget's WebAssembly was not cut in two", format!("{} is whole", compiled.display()))
                .advise("the widget's `later` module needs its function with `#[wasm_split(later, …)]`"))
        }
    }
}

fn bind(tools: &Toolbox, split: &Path) -> Result<()> {
    tools
        .node
        .command(&tools.wasm_bindgen.to_string_lossy())
        .args(["--target", "web", "--no-typescript", "--omit-default-module-path", "--keep-lld-exports"])
        .args(["--out-name", MAIN, "--out-dir"])
        .arg(work())
        .arg(split.join(format!("{MAIN}.wasm")))
        .run_logged(&place::log("widget-bindgen"))
}

fn wasm_opt(tools: &Toolbox) -> Result<Command> {
    Ok(tools.node.command(&edge::wasm_opt(tools)?.to_string_lossy()).args(WASM_FEATURES))
}

fn optimize(tools: &Toolbox, module: &Path, part: &str) -> Result<()> {
    let log = place::log("widget-opt");
    wasm_opt(tools)?.args(SMALLEST).arg(module).arg("-o").arg(optimized(part)).run_logged(&log)
}

/// Short names between the module and its scripts. The later part keeps its own: it has three.
fn shorten(tools: &Toolbox, split: &Path) -> Result<()> {
    let bare = ["--strip-debug", "--strip-producers", "--strip-target-features"];
    let (main, later) = (optimized(MAIN), optimized(LATER));
    let renamed = wasm_opt(tools)?.args(bare).arg(names::SHORTEN).arg(&main).arg("-o").arg(&main).output()?;
    wasm_opt(tools)?.args(bare).arg(&later).arg("-o").arg(&later).output()?;
    let scripts = [place::read(&glue())?, place::read(&split.join(names::LINK))?];
    let [script, link_script] = names::follow(&scripts[0], &scripts[1], &renamed)?;
    place::write(&glue(), script)?;
    place::write(&link(), link_script)
}

/// Writes `target/site`: what a guest's browser may ask for.
fn lay_out(tools: &Toolbox) -> Result<()> {
    let wasm = site::put_fingerprinted(&optimized(MAIN), MAIN, "wasm")?;
    let later = site::put_fingerprinted(&optimized(LATER), LATER, "wasm")?;
    let glue = site::put_fingerprinted(&bundle(tools, &later)?, MAIN, "js")?;
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
    site::remove_all_but(&[&glue, &wasm, &later, &locales])
}

/// The module's script and the one that brings the later part, as one script that knows its address and gives the loader
/// what it calls.
fn bundle(tools: &Toolbox, later: &str) -> Result<PathBuf> {
    let folder = work().join("script");
    let beside = later.rsplit('/').next().unwrap_or(later);
    place::write(&folder.join(format!("{MAIN}.js")), place::read(&glue())?)?;
    place::write(&folder.join(names::LINK), place::read(&link())?.replace(&format!("split_{LATER}.wasm"), beside))?;
    let door = folder.join("door.js");
    // What the loader can do without until the calendar is there.
    for script in [AROUND, EARLY] {
        place::write(&folder.join(script), place::read(&place::root().join("widget/loader").join(script))?)?;
    }
    let exports = [
        format!("export {{ default, mount }} from './{MAIN}.js';\n"),
        format!("export {{ around }} from './{AROUND}';\n"),
        format!("import './{EARLY}';\n"),
    ];
    place::write(&door, exports.concat())?;
    minify(tools, &door, &["--bundle", "--format=esm"])
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
