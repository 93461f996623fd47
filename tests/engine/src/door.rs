//! The door for Node: text goes through the module's memory, first its length, then its bytes.

use crate::{Question, answer, repeat};
use std::sync::Mutex;

static TEXT: Mutex<Vec<u8>> = Mutex::new(Vec::new());
static PREPARED: Mutex<Option<Question>> = Mutex::new(None);

/// Makes room for a question of so many bytes and says where to put it.
#[unsafe(no_mangle)]
pub extern "C" fn room(bytes: usize) -> *const u8 {
    let Ok(mut text) = TEXT.lock() else { return std::ptr::null() };
    text.clear();
    text.resize(bytes, 0);
    text.as_ptr()
}

/// Answers the question; the answer lies where [`answer_at`] says. Returns its length in bytes.
#[unsafe(no_mangle)]
pub extern "C" fn answer_length() -> usize {
    let Ok(mut text) = TEXT.lock() else { return 0 };
    *text = answer(&String::from_utf8_lossy(&text)).into_bytes();
    text.len()
}

/// Where the answer lies.
#[unsafe(no_mangle)]
pub extern "C" fn answer_at() -> *const u8 {
    TEXT.lock().map_or(std::ptr::null(), |text| text.as_ptr())
}

/// Reads the question once and keeps it for [`run`]. Returns 1, or 0 when it is none.
#[unsafe(no_mangle)]
pub extern "C" fn prepare() -> u32 {
    let (Ok(text), Ok(mut prepared)) = (TEXT.lock(), PREPARED.lock()) else { return 0 };
    *prepared = serde_json::from_slice(&text).ok();
    u32::from(prepared.is_some())
}

/// Decides the prepared question so many times.
#[unsafe(no_mangle)]
pub extern "C" fn run(times: u32) -> usize {
    PREPARED.lock().ok().and_then(|prepared| prepared.as_ref().map(|question| repeat(question, times))).unwrap_or(0)
}
