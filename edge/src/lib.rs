//! The back end: Rust on Cloudflare Workers.
