//! Node and the npm packages of `package-lock.json`, with a Node of its own where the machine's is too old.

use std::ffi::OsString;
use std::path::PathBuf;

use crate::build::stamp;
use crate::command::{Command, find_program};
use crate::failure::{Failure, Result};
use crate::{place, say};

use super::apt;

/// Folder of the installed packages, with everything that is on its search path.
#[derive(Debug, Clone)]
pub struct Node {
    modules: PathBuf,
}

impl Node {
    /// A command that finds the project's Node and tools first.
    pub fn command(&self, program: &str) -> Command {
        Command::new(self.program(program))
            .env("PATH", self.search_path())
            .env("WRANGLER_SEND_METRICS", "false")
            // wrangler would ask its maker's server where on earth this machine is.
            .env("CLOUDFLARE_CF_FETCH_ENABLED", "false")
    }

    pub fn search_path(&self) -> OsString {
        let mut path = OsString::from(self.modules.join(".bin"));
        if let Some(rest) = std::env::var_os("PATH") {
            path.push(":");
            path.push(rest);
        }
        path
    }

    /// The installed program, or the machine's own of that name.
    pub fn program(&self, name: &str) -> PathBuf {
        let installed = self.modules.join(".bin").join(name);
        if installed.exists() { installed } else { PathBuf::from(name) }
    }

    /// A file inside an installed package.
    pub fn package_file(&self, path: &str) -> PathBuf {
        self.modules.join(path)
    }

    /// esbuild's own program, not the script around it.
    pub fn esbuild(&self) -> Result<PathBuf> {
        let packages = self.modules.join("@esbuild");
        let native =
            std::fs::read_dir(&packages).into_iter().flatten().flatten().map(|entry| entry.path().join("bin/esbuild"));
        native.into_iter().find(|program| program.is_file()).ok_or_else(|| {
            Failure::new("esbuild has no program for this machine", format!("{} holds none", packages.display()))
                .advise("remove node_modules and run this again")
        })
    }
}

pub fn ready() -> Result<Node> {
    let root = place::root();
    let node = Node { modules: root.join("node_modules") };
    let wanted = stamp::of_files(&[root.join("package.json"), root.join("package-lock.json")])?;
    let installed = node.modules.join(".daymark-lock");
    if std::fs::read_to_string(&installed).is_ok_and(|found| found == wanted) {
        return Ok(node);
    }
    if find_program("npm").is_none() {
        apt::install(&["nodejs", "npm"], "npm, which brings wrangler")?;
    }
    say::step("installing the npm packages of package-lock.json", || {
        // No package needs its install script: programs come as packages for this very platform.
        Command::new("npm")
            .args(["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
            .in_dir(&root)
            .run_logged(&place::log("npm-ci"))
    })?;
    place::write(&installed, wanted)?;
    Ok(node)
}
