//! The widget: cargo → wasm-bindgen → wasm-opt → fingerprinted files, and the loader that knows their names.

use std::path::{Path, PathBuf};

use crate::command::Command;
use crate::failure::{Failure, Result};
use crate::setup::{TARGET, Toolbox};
use crate::{place, say};

use super::{edge, names, site, stamp};

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

/// A package, the profile it is built with, and what its files are called. What is not needed before the first slot can
/// be chosen comes second.
pub struct Module {
    package: &'static str,
    pub profile: &'static str,
    name: &'static str,
}

pub const MAIN: Module = Module { package: "widget", profile: "widget", name: "daymark" };
pub const PRICE: Module = Module { package: "widget-price", profile: "price", name: "price" };
const MODULES: [Module; 2] = [MAIN, PRICE];

impl Module {
    /// Runs cargo, for each module by itself since their profiles differ.
    fn compile(&self, cargo: Command) -> Result<()> {
        let args = ["build", "--lib", "--package", self.package, "--profile", self.profile, "--target", TARGET];
        cargo.args(args).in_dir(&place::root()).run_logged(&place::log(self.package))
    }

    /// As cargo leaves it.
    fn compiled(&self) -> PathBuf {
        place::target().join(TARGET).join(self.profile).join(format!("{}.wasm", self.package.replace('-', "_")))
    }

    /// wasm-bindgen's output: functions still have their names.
    fn named(&self) -> PathBuf {
        work().join(format!("{}_bg.wasm", self.name))
    }

    fn optimized(&self) -> PathBuf {
        work().join(format!("{}.wasm", self.name))
    }

    fn glue(&self) -> PathBuf {
        work().join(format!("{}.js", self.name))
    }
}

/// Browsers of the last years; the loader must not need more than the widget itself.
const SYNTAX: &str = "--target=es2022";

/// The modules and what is laid out around them; `keeps_wasm` where modules that are there are good enough.
pub fn build(tools: &Toolbox, keeps_wasm: bool) -> Result<bool> {
    let root = place::root();
    let modules = MODULES.map(|module| module.optimized());
    let wasm_changed = !(keeps_wasm && modules.iter().all(|module| module.is_file()))
        && stamp::unless_fresh("widget-wasm", &wasm_inputs(tools)?, &modules, || compile(tools))?;
    let site_inputs = stamp::of_files(&[
        MAIN.optimized(),
        MAIN.glue(),
        PRICE.optimized(),
        PRICE.glue(),
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

/// The main module while its functions still have names.
pub fn named() -> PathBuf {
    MAIN.named()
}

fn wasm_inputs(tools: &Toolbox) -> Result<String> {
    let root = place::root();
    let files = [
        "widget/src",
        "widget/styles",
        "widget/locales",
        "widget/Cargo.toml",
        "widget/json",
        "widget/price",
        "shared/src",
        "shared/Cargo.toml",
        "Cargo.toml",
        "Cargo.lock",
        "xtask/src/build/widget.rs",
        "xtask/src/build/names.rs",
        "xtask/src/setup/wasm_rust.rs",
    ];
    let sources = stamp::of_files(&files.map(|path| root.join(path)))?;
    Ok(stamp::short(format!("{sources} {} {}", tools.rust.version(), tools.wasm_bindgen.display()).as_bytes()))
}

fn compile(tools: &Toolbox) -> Result<()> {
    say::step("building the widget", || {
        MODULES.iter().try_for_each(|module| {
            let small = tools.rust.command_with_small_std("cargo").map(|cargo| module.compile(cargo));
            if small.is_none_or(|built| built.is_err()) {
                say::note("built with the usual standard library: the widget is a tenth larger than it could be");
                module.compile(tools.rust.command("cargo"))?;
            }
            finish(tools, module)
        })
    })
}

/// From cargo's output to what is sent.
fn finish(tools: &Toolbox, module: &Module) -> Result<()> {
    let compiled = module.compiled();
    if !compiled.is_file() {
        return Err(Failure::new(
            format!("{} came out without WebAssembly", module.package),
            format!("{} is missing", compiled.display()),
        )
        .advise("its Cargo.toml needs `crate-type = [\"cdylib\", \"rlib\"]`"));
    }
    tools
        .node
        .command(&tools.wasm_bindgen.to_string_lossy())
        .args(["--target", "web", "--no-typescript", "--omit-default-module-path", "--out-name", module.name])
        .arg("--out-dir")
        .arg(work())
        .arg(&compiled)
        .run_logged(&place::log("widget-bindgen"))?;
    let wasm_opt = || Ok(tools.node.command(&edge::wasm_opt(tools)?.to_string_lossy()).args(WASM_FEATURES));
    wasm_opt()?
        .args(SMALLEST)
        .arg(module.named())
        .arg("-o")
        .arg(module.optimized())
        .run_logged(&place::log("widget-opt"))?;
    let renamed = wasm_opt()?
        .args([names::SHORTEN, "--strip-producers", "--strip-target-features"])
        .arg(module.optimized())
        .arg("-o")
        .arg(module.optimized())
        .output()?;
    place::write(&module.glue(), names::follow(&place::read(&module.glue())?, &renamed)?)
}

/// Writes `target/site`: what a guest's browser may ask for.
fn lay_out(tools: &Toolbox) -> Result<()> {
    let [glue, wasm] = put_module(tools, &MAIN)?;
    let [price_glue, price_wasm] = put_module(tools, &PRICE)?;
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
            &format!("--define:DAYMARK_PRICE_GLUE=\"{price_glue}\""),
            &format!("--define:DAYMARK_PRICE_WASM=\"{price_wasm}\""),
            &format!("--define:DAYMARK_LOCALES=\"{locales}\""),
        ],
    )?;
    place::write(&place::site().join(site::LOADER), place::read(&loader)?)?;
    site::put_headers()?;
    site::remove_all_but(&[&glue, &wasm, &price_glue, &price_wasm, &locales])
}

/// The addresses of a module's script and of its WebAssembly.
fn put_module(tools: &Toolbox, module: &Module) -> Result<[String; 2]> {
    let glue = minify(tools, &module.glue(), &["--format=esm"])?;
    Ok([
        site::put_fingerprinted(&glue, module.name, "js")?,
        site::put_fingerprinted(&module.optimized(), module.name, "wasm")?,
    ])
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
