//! Content lines: unfolded, split into name, parameters and value; and folded again.

use super::{Refused, Why};

/// `NAME;PARAM=VALUE:value`
pub(super) struct Line<'a> {
    /// In capitals.
    pub name: String,
    /// Names in capitals; values without their quotes.
    pub params: Vec<(String, &'a str)>,
    pub value: &'a str,
    pub whole: &'a str,
}

/// Joins folded lines (a line that begins with a space or tab goes on with the one before) and separates blocks at
/// empty lines.
pub(super) fn unfolded(text: &str) -> Vec<Vec<String>> {
    let mut blocks: Vec<Vec<String>> = vec![Vec::new()];
    for line in text.split('\n') {
        let line = line.strip_suffix('\r').unwrap_or(line);
        let folded = line.strip_prefix([' ', '\t']);
        let Some(block) = blocks.last_mut() else { continue };
        match (folded, block.last_mut()) {
            (Some(rest), Some(before)) => before.push_str(rest),
            _ if line.trim().is_empty() => blocks.push(Vec::new()),
            _ => block.push(line.trim().to_owned()),
        }
    }
    blocks.retain(|block| !block.is_empty());
    blocks
}

impl<'a> Line<'a> {
    /// Splits an unfolded line. A bare `FREQ=…` is taken for an `RRULE`.
    pub fn split(whole: &'a str) -> Result<Self, Refused> {
        if whole.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("FREQ=")) {
            return Ok(Self { name: "RRULE".to_owned(), params: Vec::new(), value: whole, whole });
        }
        let (head, value) = at_first(whole, b':').ok_or_else(|| Why::Malformed.of(whole))?;
        let (name, mut rest) = at_first(head, b';').map_or((head, None), |(name, rest)| (name, Some(rest)));
        let mut params = Vec::new();
        while let Some(text) = rest {
            let (param, after) = at_first(text, b';').map_or((text, None), |(param, rest)| (param, Some(rest)));
            let (key, value) = param.split_once('=').ok_or_else(|| Why::Malformed.of(whole))?;
            let bare = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
            params.push((key.trim().to_ascii_uppercase(), bare));
            rest = after;
        }
        Ok(Self { name: name.trim().to_ascii_uppercase(), params, value: value.trim(), whole })
    }
}

/// Splits at the first such sign outside quotes.
fn at_first(text: &str, sign: u8) -> Option<(&str, &str)> {
    let mut quoted = false;
    let at = text.bytes().position(|byte| {
        quoted ^= byte == b'"';
        byte == sign && !quoted
    })?;
    Some((text.get(..at)?, text.get(at.checked_add(1)?..)?))
}

/// Most bytes of one line, without its break (RFC 5545, 3.1).
const LINE_BYTES: usize = 75;

/// Appends a line, folded, with its CR LF.
pub(super) fn push_folded(out: &mut String, line: &str) {
    let mut width = 0_usize;
    for sign in line.chars() {
        if width.saturating_add(sign.len_utf8()) > LINE_BYTES {
            out.push_str("\r\n ");
            width = 1;
        }
        out.push(sign);
        width = width.saturating_add(sign.len_utf8());
    }
    out.push_str("\r\n");
}
