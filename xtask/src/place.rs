//! Where things lie: the checkout, its build output, and the cache that all checkouts of this user share.

use std::path::{Path, PathBuf};

use crate::command::Command;
use crate::failure::{Explain, Failure, Result};

/// The checkout's folder.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map_or_else(|| PathBuf::from("."), Path::to_owned)
}

/// Build output: `target`, or where `CARGO_TARGET_DIR` points.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => root().join(dir),
        None => root().join("target"),
    }
}

/// What is served as files: the loader, the widget and its glue. `wrangler.toml` names the same folder.
pub fn site() -> PathBuf {
    root().join("target/site")
}

pub fn log(name: &str) -> PathBuf {
    root().join("target/xtask/log").join(format!("{name}.log"))
}

/// Tools, keyed by version, so that a fresh clone does not build them again.
pub fn cache() -> Result<PathBuf> {
    let variable = |name| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    variable("XDG_CACHE_HOME")
        .or_else(|| variable("HOME").map(|home| home.join(".cache")))
        .map(|base| base.join("daymark"))
        .ok_or_else(|| {
            Failure::new("there is no place for the tool cache", "neither XDG_CACHE_HOME nor HOME is set")
                .advise("set XDG_CACHE_HOME to a folder that you may write to")
        })
}

/// Every file below `path` (or `path` itself), sorted, without build output and hidden files.
pub fn files_below(path: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(path, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(path: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_file() {
        found.push(path.to_owned());
        return Ok(());
    }
    if !path.is_dir() {
        return Ok(());
    }
    for entry in std::fs::read_dir(path).explain(|| format!("cannot read {}", path.display()))? {
        let entry = entry.explain(|| format!("cannot read {}", path.display()))?;
        let name = entry.file_name();
        let name = name.to_string_lossy();
        let is_output =
            matches!(name.as_ref(), "target" | "node_modules") || path.join(name.as_ref()) == root().join("edge/build");
        if !name.starts_with('.') && !is_output {
            collect(&entry.path(), found)?;
        }
    }
    Ok(())
}

pub fn read(path: &Path) -> Result<String> {
    std::fs::read_to_string(path).explain(|| format!("cannot read {}", path.display()))
}

pub fn write(path: &Path, text: impl AsRef<[u8]>) -> Result<()> {
    if let Some(parent) = path.parent() {
        make_folder(parent)?;
    }
    std::fs::write(path, text).explain(|| format!("cannot write {}", path.display()))
}

/// Writes a script that can be called, unless it stands there already.
pub fn write_program(path: &Path, text: &str) -> Result<()> {
    if std::fs::read_to_string(path).is_ok_and(|found| found == text) {
        return Ok(());
    }
    write(path, text)?;
    Command::new("chmod").arg("+x").arg(path).output().map(drop)
}

pub fn make_folder(path: &Path) -> Result<()> {
    std::fs::create_dir_all(path).explain(|| format!("cannot make the folder {}", path.display()))
}

/// Waits until nobody else of this user fills that folder of the cache; theirs until the answer is dropped.
pub fn turn(folder: &Path) -> Result<std::fs::File> {
    let lock = folder.with_extension("lock");
    if let Some(parent) = lock.parent() {
        make_folder(parent)?;
    }
    let file = std::fs::File::create(&lock).explain(|| format!("cannot write {}", lock.display()))?;
    file.lock().explain(|| format!("cannot lock {}", lock.display()))?;
    Ok(file)
}

/// A symbolic link, in place of one that was there.
pub fn link(to: &Path, at: &Path) -> Result<()> {
    if let Some(parent) = at.parent() {
        make_folder(parent)?;
    }
    if at.is_symlink() {
        std::fs::remove_file(at).explain(|| format!("cannot replace {}", at.display()))?;
    }
    std::os::unix::fs::symlink(to, at).explain(|| format!("cannot make the link {}", at.display()))
}

/// Removes a folder and what is in it; one that is not there is fine.
pub fn remove_folder(path: &Path) -> Result<()> {
    match std::fs::remove_dir_all(path) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => {
            Err(error).explain(|| format!("cannot remove {}", path.display()))
        }
        _ => Ok(()),
    }
}
