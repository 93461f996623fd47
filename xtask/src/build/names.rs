//! Short names between a WebAssembly module and its script.
//!
//! wasm-bindgen names what the two give each other after functions and fingerprints, `__wbg_focus_5cc3a2fd1d3b5ee0`, which no
//! compression makes small. wasm-opt can shorten them in the module and prints what it did; here the script follows.

use std::collections::BTreeMap;

use crate::failure::{Failure, Result};

/// For wasm-opt: renames what is imported and exported, and prints the old names with the new.
pub const SHORTEN: &str = "--minify-imports-and-exports-and-modules";

/// The script with which wasm-split brings what it cut off, as the module knows it.
pub const LINK: &str = "__wasm_split.js";

/// Under which the script gives the module what the link has: modules have one name only once they are short.
const GIVEN_LINK: &str = "        \"./__wasm_split.js\": import1,\n";
const FIRST_GIVEN: &str = "    const import0 = {\n        __proto__: null,\n";

/// wasm-bindgen's script and wasm-split's with the names that wasm-opt printed. The latter is also made quiet: a page's
/// console belongs to the page, and the widget says itself what could not be had.
pub fn follow(script: &str, link: &str, printed: &str) -> Result<[String; 2]> {
    let renamed = Renamed::read(printed);
    let loads = link.lines().filter_map(|line| line.strip_prefix("export const ")?.split(' ').next());
    let given: String = loads.map(|name| format!("        {name}: (...all) => import1.{name}(...all),\n")).collect();
    let script = script.replace(GIVEN_LINK, "").replace(FIRST_GIVEN, &format!("{FIRST_GIVEN}{given}"));
    let followed = follow_script(&script, &renamed)?;
    let mut link = link.replace("            console.error(e);\n", "");
    let start = link.find("const { ").zip(link.find("} = initSync")).filter(|(from, to)| from < to);
    let Some((from, to)) = start else {
        return Err(Failure::new("the link between the widget's parts is not as expected", link));
    };
    let shared = link.get(from..to).unwrap_or_default().trim_start_matches("const { ");
    let shared: String = shared
        .split(',')
        .map(str::trim)
        .filter(|name| !name.is_empty())
        .map(|name| format!("{}: {name}, ", renamed.exports.get(name).unwrap_or(&name)))
        .collect();
    link.replace_range(from..to, &format!("const {{ {shared}"));
    Ok([followed, link])
}

fn follow_script(script: &str, renamed: &Renamed) -> Result<String> {
    let missing = |name: &&&str| !script.contains(**name);
    if let Some(name) = renamed.imports.keys().find(missing) {
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
    for (module, short) in &renamed.modules {
        written = written.replace(&format!("\"{module}\":"), &format!("\"{short}\":"));
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
  ["./daymark_bg.js", "__wbg_focus_5cc3", "$"],
  ["./__wasm_split.js", "__wasm_split_load_later", "_"]
 ],
"exports": [
  ["memory", "b"],
  ["mount", "c"]
 ]
}"#;

    const LINK: &str = "        const { memory, other,  } = initSync(undefined, undefined);
            console.error(e);
export const __wasm_split_load_later = load();
";

    #[test]
    fn the_scripts_follow_where_they_speak_of_the_module_and_nowhere_else() {
        let script = r#"export function mount(host) { wasm.mount(host); }
const memory = () => wasm.memory.buffer;
    const import0 = {
        __proto__: null,
        __wbg_focus_5cc3: function(it) { it.focus(); },
    };
const all = {
        "./daymark_bg.js": import0,
        "./__wasm_split.js": import1,
};"#;
        let short = r#"export function mount(host) { wasm.c(host); }
const memory = () => wasm.b.buffer;
    const import0 = {
        __proto__: null,
        _: (...all) => import1.__wasm_split_load_later(...all),
        $: function(it) { it.focus(); },
    };
const all = {
        "a": import0,
};"#;
        let link = "        const { b: memory, other: other, } = initSync(undefined, undefined);
export const __wasm_split_load_later = load();
";
        assert_eq!(follow(script, LINK, PRINTED).ok(), Some([short.to_owned(), link.to_owned()]));
    }

    #[test]
    fn a_script_of_another_module_is_refused() {
        assert!(follow("const given = {};", LINK, PRINTED).is_err());
    }
}
