//! Set-up: every tool says what it needs, whether it is there, and how it comes.
//!
//! Safe to run twice; where nothing is missing it says nothing and takes a moment. Tools lie in the user's cache, keyed by
//! version; only Debian packages (as a last resort) touch the system.

mod apt;
mod browser;
mod cargo_tool;
mod debian_rust;
mod node;
mod python_tool;
mod wasm_rust;

use std::path::PathBuf;

pub use node::Node;
pub use wasm_rust::{TARGET, WasmRust};

use crate::failure::Result;

/// The tools that turn sources into a running product.
pub struct Toolbox {
    pub rust: WasmRust,
    pub wasm_bindgen: PathBuf,
    pub wasm_split: PathBuf,
    pub worker_build: PathBuf,
    pub node: Node,
}

/// Checks the tools and installs those that are missing.
pub fn toolbox() -> Result<Toolbox> {
    // npm waits for the network while the rest keeps the processor busy.
    std::thread::scope(|scope| {
        let node = scope.spawn(node::ready);
        let rust = wasm_rust::ready();
        let wasm_bindgen = cargo_tool::wasm_bindgen();
        let wasm_split = cargo_tool::wasm_split();
        let worker_build = cargo_tool::worker_build();
        let node = node.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok(Toolbox {
            rust: rust?,
            wasm_bindgen: wasm_bindgen?,
            wasm_split: wasm_split?,
            worker_build: worker_build?,
            node: node?,
        })
    })
}

/// A Chromium for the browser tests.
pub fn browser() -> Result<PathBuf> {
    browser::ready()
}

/// schemathesis, for the test that asks every route.
pub fn schemathesis() -> Result<PathBuf> {
    python_tool::schemathesis()
}

/// The Python whose packages play the other side in tests.
pub fn counterparts() -> Result<PathBuf> {
    python_tool::counterparts()
}
