//! The linker of the widget's WebAssembly, which leaves out exports that nobody calls.
//!
//! Leptos brings `wasm-streams` for its server functions, of which the widget has none. What a crate exports to JavaScript is
//! kept whether anybody calls it or not; left out of the linker's arguments it goes, and with it 4 KB that only it needs.

use std::path::PathBuf;

use crate::failure::Result;
use crate::place;
use crate::setup::WasmRust;

/// What is left out, by a part of its name.
const UNCALLED: &str = "intounderlying";

/// Arguments for rustc that have it link so; `None` where its linker is not where rustup puts it.
pub fn arguments(rust: &WasmRust) -> Result<Option<[String; 2]>> {
    let Some(linker) = linker(rust) else { return Ok(None) };
    let script = place::root().join("target/xtask/bin/wasm-linker");
    let text = format!(
        "#!/bin/sh
left=$#
while [ $left -gt 0 ]; do
  left=$((left - 1))
  case \"$1 $2\" in
    \"--export \"*{UNCALLED}*) shift 2; left=$((left - 1)) ;;
    *) set -- \"$@\" \"$1\"; shift ;;
  esac
done
exec '{}' \"$@\"
",
        linker.display()
    );
    place::write_program(&script, &text)?;
    Ok(Some([format!("-Clinker={}", script.display()), "-Clinker-flavor=wasm-lld".to_owned()]))
}

fn linker(rust: &WasmRust) -> Option<PathBuf> {
    let ask = |args: &[&str]| rust.command("rustc").args(args).in_dir(&place::root()).answer();
    let version = ask(&["-vV"])?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "))?;
    let sysroot = ask(&["--print", "sysroot"])?;
    let linker = PathBuf::from(sysroot.trim()).join("lib/rustlib").join(host).join("bin/rust-lld");
    linker.is_file().then_some(linker)
}
