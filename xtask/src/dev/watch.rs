//! Notices changed sources by their time of change. Never looks at build output.

use std::path::PathBuf;
use std::time::SystemTime;

use crate::place;

const SOURCES: [&str; 9] = [
    "shared/src",
    "shared/Cargo.toml",
    "edge/src",
    "edge/locales",
    "edge/Cargo.toml",
    "widget",
    "examples",
    "Cargo.toml",
    "Cargo.lock",
];

pub struct Watch {
    seen: Vec<(PathBuf, Option<SystemTime>)>,
}

impl Watch {
    pub fn start() -> Self {
        Self { seen: look() }
    }

    /// Whether anything was written, made or removed since the last call.
    pub fn has_changed(&mut self) -> bool {
        let now = look();
        let changed = now != self.seen;
        self.seen = now;
        changed
    }
}

fn look() -> Vec<(PathBuf, Option<SystemTime>)> {
    let root = place::root();
    let files = SOURCES.iter().flat_map(|path| place::files_below(&root.join(path)).unwrap_or_default());
    files
        .map(|file| {
            let time = std::fs::metadata(&file).and_then(|meta| meta.modified()).ok();
            (file, time)
        })
        .collect()
}
