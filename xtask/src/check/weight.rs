//! What takes the bytes of a WebAssembly module: the code of each crate, and the data. Read before wasm-opt, which drops names.

use std::collections::BTreeMap;

const HEADER: usize = 8;
const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const CODE: u8 = 10;
const DATA: u8 = 11;
const FUNCTION_NAMES: u8 = 1;

/// Bytes by crate, the heaviest first; `None` where the module cannot be read.
pub fn by_crate(module: &[u8]) -> Option<Vec<(String, usize)>> {
    let mut imported = 0;
    let mut bodies = Vec::new();
    let mut names = BTreeMap::new();
    let mut weights: BTreeMap<String, usize> = BTreeMap::new();
    let mut reader = Reader(module.get(HEADER..)?);
    while !reader.0.is_empty() {
        let kind = reader.byte()?;
        let mut section = Reader(reader.sized()?);
        match kind {
            IMPORTS => imported = imported_functions(&mut section)?,
            CODE => bodies = function_sizes(&mut section)?,
            DATA => drop(weights.insert("(data)".to_owned(), section.0.len())),
            CUSTOM if section.text()? == "name" => names = function_names(&mut section)?,
            _ => {}
        }
    }
    for (index, size) in (imported..).zip(bodies) {
        let name = names.get(&index).map_or("(nameless)", |name| crate_of(name));
        *weights.entry(name.to_owned()).or_default() += size;
    }
    let mut weights: Vec<_> = weights.into_iter().collect();
    weights.sort_by_key(|(_, size)| std::cmp::Reverse(*size));
    Some(weights)
}

fn imported_functions(section: &mut Reader) -> Option<u32> {
    const FUNCTION: u8 = 0;
    let mut functions = 0;
    for _ in 0..section.number()? {
        section.text()?;
        section.text()?;
        // wasm-bindgen's output imports functions only; anything else would need its own way of skipping.
        if section.byte()? != FUNCTION {
            return None;
        }
        section.number()?;
        functions += 1;
    }
    Some(functions)
}

fn function_sizes(section: &mut Reader) -> Option<Vec<usize>> {
    (0..section.number()?).map(|_| section.sized().map(<[u8]>::len)).collect()
}

fn function_names<'a>(section: &mut Reader<'a>) -> Option<BTreeMap<u32, &'a str>> {
    while !section.0.is_empty() {
        let kind = section.byte()?;
        let mut part = Reader(section.sized()?);
        if kind == FUNCTION_NAMES {
            return (0..part.number()?).map(|_| Some((part.number()?, part.text()?))).collect();
        }
    }
    Some(BTreeMap::new())
}

/// `<alloc::vec::Vec<T> as core::fmt::Debug>::fmt` belongs to `alloc`; a generic function to the crate that wrote it.
fn crate_of(name: &str) -> &str {
    let start = name.trim_start_matches(['<', '&', '*', '(', '[', ' ']);
    let start = ["mut ", "dyn ", "const "].iter().fold(start, |rest, word| rest.strip_prefix(word).unwrap_or(rest));
    let end = start.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(start.len());
    let (first, rest) = start.split_at(end);
    // The compiler may put its fingerprint of the crate behind the name: `core[c5930c85]::fmt::write`.
    if rest.starts_with("::") || rest.starts_with('[') { first } else { "(other)" }
}

struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    /// LEB128, as WebAssembly writes every number.
    fn number(&mut self) -> Option<u32> {
        let mut value = 0_u32;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f).checked_shl(shift)?;
            if byte & 0x80 == 0 {
                return Some(value);
            }
        }
        None
    }

    fn sized(&mut self) -> Option<&'a [u8]> {
        let size = usize::try_from(self.number()?).ok()?;
        let (part, rest) = self.0.split_at_checked(size)?;
        self.0 = rest;
        Some(part)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.sized()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::{by_crate, crate_of};

    #[test]
    fn a_function_belongs_to_the_crate_of_its_path() {
        assert_eq!(crate_of("core::fmt::Formatter::pad::h0123"), "core");
        assert_eq!(crate_of("<&mut alloc::vec::Vec<T> as core::fmt::Debug>::fmt"), "alloc");
        assert_eq!(crate_of("<dlmalloc[e24a]::dlmalloc::Dlmalloc<dlmalloc[e24a]::sys::System>>::malloc"), "dlmalloc");
        assert_eq!(crate_of("memcpy"), "(other)");
    }

    #[test]
    fn a_module_is_weighed_by_its_names() {
        let module = [
            b"\0asm\x01\0\0\0".as_slice(),
            // one imported function, so that the first body is function 1
            b"\x02\x07\x01\x01a\x01b\0\0",
            // two bodies of 2 and 3 bytes
            b"\x0a\x08\x02\x02\0\x0b\x03\0\x01\x0b",
            // their names
            b"\0\x14\x04name\x01\x0d\x02\x01\x04ab::\x02\x04cd::",
        ]
        .concat();
        assert_eq!(by_crate(&module), Some(vec![("cd".to_owned(), 3), ("ab".to_owned(), 2)]));
        assert_eq!(by_crate(b"\0asm\x01\0\0\0\x0a"), None);
    }
}
