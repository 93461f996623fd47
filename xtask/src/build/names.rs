//! Short names between a WebAssembly module and its script.
//!
//! wasm-bindgen names what the two give each other after functions and fingerprints, `__wbg_focus_5cc3a2fd1d3b5ee0`, which no
//! compression makes small. wasm-opt can shorten them in the module and prints what it did; here the script follows.

use std::collections::BTreeMap;

use crate::failure::{Failure, Result};

/// For wasm-opt: renames what is imported and exported, and prints the old names with the new.
pub const SHORTEN: &str = "--minify-imports-and-exports-and-modules";

/// wasm-bindgen's script with the names that wasm-opt printed.
pub fn follow(script: &str, printed: &str) -> Result<String> {
    let renamed = Renamed::read(printed);
    let missing = |name: &&&str| !script.contains(**name);
    if let Some(name) = renamed.imports.keys().chain(renamed.modules.keys()).find(missing) {
        return Err(Failure::new("module and script do not fit", format!("the script does not give {name}")));
    }
    let mut written = String::with_capacity(script.len());
    let mut rest = script;
    while let Some(start) = rest.find(is_part_of_name) {
        let (before, from) = rest.split_at(start);
        written.push_str(before);
        let (name, after) = from.split_at(from.find(|sign| !is_part_of_name(sign)).unwrap_or(from.len()));
        let exported = renamed.exports.get(name).filter(|_| written.ends_with("wasm."));
        let imported = renamed.imports.get(name).filter(|_| after.starts_with(':'));
        written.push_str(exported.or(imported).unwrap_or(&name));
        rest = after;
    }
    written.push_str(rest);
    for (module, short) in renamed.modules {
        written = written.replace(&format!("\"{module}\""), &format!("\"{short}\""));
    }
    Ok(written)
}

fn is_part_of_name(sign: char) -> bool {
    sign.is_alphanumeric() || sign == '_' || sign == '$'
}

/// Old names and new.
#[derive(Default)]
struct Renamed<'a> {
    modules: BTreeMap<&'a str, &'a str>,
    imports: BTreeMap<&'a str, &'a str>,
    exports: BTreeMap<&'a str, &'a str>,
}

impl<'a> Renamed<'a> {
    /// A line for each: `["module", "old", "new"]` of the imports, `["old", "new"]` of the exports. All modules become `a`.
    fn read(printed: &'a str) -> Self {
        let mut renamed = Self::default();
        for line in printed.lines().filter(|line| line.trim_start().starts_with("[\"")) {
            let names: Vec<&str> = line.split('"').skip(1).step_by(2).collect();
            match names[..] {
                [module, old, new] => {
                    renamed.modules.insert(module, "a");
                    renamed.imports.insert(old, new);
                }
                [old, new] => drop(renamed.exports.insert(old, new)),
                _ => {}
            }
        }
        renamed
    }
}

#[cfg(test)]
mod tests {
    use super::follow;

    const PRINTED: &str = r#"{
 "imports": [
  ["./daymark_bg.js", "__wbg_focus_5cc3", "$"]
 ],
"exports": [
  ["memory", "b"],
  ["mount", "c"]
 ]
}"#;

    #[test]
    fn the_script_follows_where_it_speaks_of_the_module_and_nowhere_else() {
        let script = r#"export function mount(host) { wasm.mount(host); }
const memory = () => wasm.memory.buffer;
const given = { __wbg_focus_5cc3: function(it) { it.focus(); } };
const all = { "./daymark_bg.js": given };"#;
        let short = r#"export function mount(host) { wasm.c(host); }
const memory = () => wasm.b.buffer;
const given = { $: function(it) { it.focus(); } };
const all = { "a": given };"#;
        assert_eq!(follow(script, PRINTED).ok().as_deref(), Some(short));
    }

    #[test]
    fn a_script_of_another_module_is_refused() {
        assert!(follow("const given = {};", PRINTED).is_err());
    }
}
