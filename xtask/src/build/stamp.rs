//! Stamps: the fingerprint of a step's inputs, kept beside its output, so that an unchanged step is skipped.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::failure::{Explain, Result};
use crate::place;

/// Characters of a fingerprint in a file's name: 64 bits.
const SHORT: usize = 16;

/// Fingerprint of the contents and names of files and folders.
pub fn of_files(paths: &[PathBuf]) -> Result<String> {
    let root = place::root();
    let mut hash = Sha256::new();
    for path in paths {
        for file in place::files_below(path)? {
            let bytes = std::fs::read(&file).explain(|| format!("cannot read {}", file.display()))?;
            let name = file.strip_prefix(&root).unwrap_or(&file);
            hash.update(name.to_string_lossy().as_bytes());
            hash.update((bytes.len() as u64).to_le_bytes());
            hash.update(&bytes);
        }
    }
    Ok(hex(&hash.finalize()))
}

/// Fingerprint of some bytes, short enough for a file's name.
pub fn short(bytes: &[u8]) -> String {
    let mut text = hex(&Sha256::digest(bytes));
    text.truncate(SHORT);
    text
}

/// Does the work unless its inputs are those of the last time and its output is still there. Says whether it did.
pub fn unless_fresh(name: &str, inputs: &str, outputs: &[PathBuf], work: impl FnOnce() -> Result<()>) -> Result<bool> {
    let file = place::root().join("target/xtask/stamp").join(name);
    let is_fresh = std::fs::read_to_string(&file).is_ok_and(|stamp| stamp == inputs);
    if is_fresh && outputs.iter().all(|output| output.exists()) {
        return Ok(false);
    }
    forget(&file);
    work()?;
    place::write(&file, inputs)?;
    Ok(true)
}

/// A step that fails half way must not look fresh the next time.
fn forget(file: &Path) {
    let _ = std::fs::remove_file(file);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[cfg(test)]
mod tests {
    use super::{short, unless_fresh};

    #[test]
    fn a_short_fingerprint_is_the_beginning_of_sha_256() {
        assert_eq!(short(b"abc"), "ba7816bf8f01cfea");
    }

    #[test]
    fn a_step_that_failed_is_done_again() {
        let name = format!("test-{}", std::process::id());
        let failed = unless_fresh(&name, "same", &[], || Err(crate::failure::Failure::new("no", "")));
        assert!(failed.is_err());
        assert!(matches!(unless_fresh(&name, "same", &[], || Ok(())), Ok(true)));
        assert!(matches!(unless_fresh(&name, "same", &[], || Ok(())), Ok(false)));
        let _ = std::fs::remove_file(crate::place::root().join("target/xtask/stamp").join(name));
    }
}
