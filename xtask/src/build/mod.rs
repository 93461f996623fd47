//! `cargo xtask build`: the widget into `target/site`, the back end into `edge/build`. Steps with unchanged inputs are skipped.

mod edge;
pub mod engine;
mod linker;
mod names;
pub mod site;
pub mod stamp;
mod widget;

use crate::failure::Result;
use crate::setup::Toolbox;

pub use edge::Speed;

/// Builds what changed. Says whether anything did.
pub fn all(tools: &Toolbox, speed: Speed) -> Result<bool> {
    // Whoever tries a change of the back end or of the loader does not wait for the widget's WebAssembly.
    let keeps_wasm = Speed::asked() == Speed::Quick && site::is_there();
    let widget_changed = widget::build(tools, keeps_wasm)?;
    let edge_changed = edge::build(tools, speed)?;
    Ok(widget_changed || edge_changed)
}

/// The widget's module with the names of its functions, as it was before wasm-opt.
pub fn named_widget() -> std::path::PathBuf {
    widget::named()
}
