//! JSON text as a tree, and how a value is taken out of one.
//!
//! Nothing in here returns early: what is wrong is remembered, a stand-in is given, and whoever asked for the whole
//! looks once at the end. That leaves out all the paths on which half a snapshot would have to be taken apart again.

use super::Unreadable;
use std::cell::Cell;

/// How deep lists and objects may lie in one another.
const MAX_DEPTH: u32 = 64;

/// A JSON value. The wire has no fractions, so a number with one is not read.
pub enum Tree {
    /// `null`, or not there.
    Nothing,
    /// `true` or `false`.
    Truth(bool),
    /// A whole number.
    Integer(i64),
    /// A string.
    Text(String),
    /// A list.
    List(Vec<Tree>),
    /// An object, in the order of its text.
    Map(Vec<(String, Tree)>),
}

/// Remembers whether something was wrong.
#[derive(Default)]
pub struct Doubt(Cell<bool>);

impl Doubt {
    /// Something is wrong; here is a stand-in.
    pub fn instead<T>(&self, stand_in: T) -> T {
        self.0.set(true);
        stand_in
    }
}

/// What can be taken out of a tree. What is not there counts as zero, empty or none.
pub trait Shape {
    /// Takes it.
    fn take(tree: &Tree, doubt: &Doubt) -> Self;
}

/// Reads a value.
pub fn from_str<T: Shape>(text: &str) -> Result<T, Unreadable> {
    read(text, T::take)
}

/// Reads what a function takes.
pub(crate) fn read<T>(text: &str, take: fn(&Tree, &Doubt) -> T) -> Result<T, Unreadable> {
    let tree = parse(text).ok_or(Unreadable)?;
    let doubt = Doubt::default();
    let value = take(&tree, &doubt);
    if doubt.0.get() { Err(Unreadable) } else { Ok(value) }
}

impl Tree {
    /// A member by the name of its Rust field: `starts_at` finds `startsAt`.
    #[inline(never)]
    pub fn get(&self, field: &str) -> &Self {
        let Self::Map(members) = self else { return &Self::Nothing };
        members.iter().find(|(key, _)| same(key, field)).map_or(&Self::Nothing, |(_, value)| value)
    }

    /// A member by its place in a list.
    #[inline(never)]
    pub fn nth(&self, place: usize) -> &Self {
        let Self::List(members) = self else { return &Self::Nothing };
        members.get(place).unwrap_or(&Self::Nothing)
    }

    /// `"name"`, or `{"name": value}`.
    #[inline(never)]
    pub fn variant(&self) -> (&str, &Self) {
        match self {
            Self::Text(name) => (name, &Self::Nothing),
            Self::Map(members) => members.first().map_or(("", &Self::Nothing), |(name, value)| (name, value)),
            _ => ("", &Self::Nothing),
        }
    }
}

/// Whether a key in camel case is the name of a field in snake case.
fn same(key: &str, field: &str) -> bool {
    let plain = |text: &str, place: &mut usize| {
        let mut byte = text.as_bytes().get(*place).copied();
        if byte == Some(b'_') {
            *place = place.saturating_add(1);
            byte = text.as_bytes().get(*place).map(u8::to_ascii_uppercase);
        }
        *place = place.saturating_add(1);
        byte
    };
    let (mut a, mut b) = (0, 0);
    loop {
        match (key.as_bytes().get(a).copied(), plain(field, &mut b)) {
            (None, None) => return true,
            (one, other) if one == other => a = a.saturating_add(1),
            _ => return false,
        }
    }
}

macro_rules! integers {
    ($($kind:ty)+) => {$(
        impl Shape for $kind {
            fn take(tree: &Tree, doubt: &Doubt) -> Self {
                Self::try_from(i64::take(tree, doubt)).unwrap_or_else(|_| doubt.instead(0))
            }
        }
    )+};
}

integers! { i8 i32 u8 u16 u32 usize }

impl Shape for i64 {
    #[inline(never)]
    fn take(tree: &Tree, doubt: &Doubt) -> Self {
        match tree {
            Tree::Integer(value) => *value,
            Tree::Nothing => 0,
            _ => doubt.instead(0),
        }
    }
}

impl Shape for bool {
    #[inline(never)]
    fn take(tree: &Tree, doubt: &Doubt) -> Self {
        match tree {
            Tree::Truth(value) => *value,
            Tree::Nothing => false,
            _ => doubt.instead(false),
        }
    }
}

impl Shape for String {
    #[inline(never)]
    fn take(tree: &Tree, doubt: &Doubt) -> Self {
        match tree {
            Tree::Text(text) => text.clone(),
            Tree::Nothing => Self::new(),
            _ => doubt.instead(Self::new()),
        }
    }
}

impl<T: Shape> Shape for Option<T> {
    fn take(tree: &Tree, doubt: &Doubt) -> Self {
        if let Tree::Nothing = tree { None } else { Some(T::take(tree, doubt)) }
    }
}

impl<T: Shape, E: Shape> Shape for Result<T, E> {
    fn take(tree: &Tree, doubt: &Doubt) -> Self {
        match tree.variant() {
            ("Ok", value) => Ok(T::take(value, doubt)),
            ("Err", error) => Err(E::take(error, doubt)),
            (_, other) => Err(doubt.instead(E::take(other, doubt))),
        }
    }
}

impl<T: Shape> Shape for Vec<T> {
    fn take(tree: &Tree, doubt: &Doubt) -> Self {
        match tree {
            Tree::List(members) => {
                let mut values = Self::with_capacity(members.len());
                for member in members {
                    values.push(T::take(member, doubt));
                }
                values
            }
            Tree::Nothing => Self::new(),
            _ => doubt.instead(Self::new()),
        }
    }
}

impl<A: Shape, B: Shape> Shape for (A, B) {
    fn take(tree: &Tree, doubt: &Doubt) -> Self {
        (A::take(tree.nth(0), doubt), B::take(tree.nth(1), doubt))
    }
}

/// Reads an object whose values are all strings, in the order of its text.
pub fn text_map(text: &str) -> Option<Vec<(String, String)>> {
    let Some(Tree::Map(members)) = parse(text) else { return None };
    let mut map = Vec::with_capacity(members.len());
    for (key, value) in members {
        let Tree::Text(value) = value else { return None };
        map.push((key, value));
    }
    Some(map)
}

fn parse(text: &str) -> Option<Tree> {
    let mut reader = Reader { text, at: 0 };
    let tree = reader.value(MAX_DEPTH)?;
    (reader.peek() == 0).then_some(tree)
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn byte(&self) -> u8 {
        self.text.as_bytes().get(self.at).copied().unwrap_or(0)
    }

    fn step(&mut self) {
        self.at = self.at.saturating_add(1);
    }

    /// The next byte that is not white space, 0 at the end.
    #[inline(never)]
    fn peek(&mut self) -> u8 {
        while matches!(self.byte(), b' ' | b'\n' | b'\r' | b'\t') {
            self.step();
        }
        self.byte()
    }

    /// Takes this byte, after any white space.
    #[inline(never)]
    fn take(&mut self, byte: u8) -> Option<()> {
        (self.peek() == byte).then(|| self.step())
    }

    fn word(&mut self, word: &str, tree: Tree) -> Option<Tree> {
        self.text.get(self.at..)?.starts_with(word).then(|| {
            self.at = self.at.saturating_add(word.len());
            tree
        })
    }

    fn value(&mut self, depth: u32) -> Option<Tree> {
        let depth = depth.checked_sub(1)?;
        match self.peek() {
            b'{' => self.members(depth, b'}'),
            b'[' => self.members(depth, b']'),
            b'"' => self.string().map(Tree::Text),
            b't' => self.word("true", Tree::Truth(true)),
            b'f' => self.word("false", Tree::Truth(false)),
            b'n' => self.word("null", Tree::Nothing),
            _ => self.integer(),
        }
    }

    fn members(&mut self, depth: u32, close: u8) -> Option<Tree> {
        let (mut list, mut map) = (Vec::new(), Vec::new());
        self.step();
        let mut first = true;
        while self.peek() != close {
            if !first {
                self.take(b',')?;
            }
            first = false;
            if close == b'}' {
                self.peek();
                let key = self.string()?;
                self.take(b':')?;
                map.push((key, self.value(depth)?));
            } else {
                list.push(self.value(depth)?);
            }
        }
        self.step();
        Some(if close == b'}' { Tree::Map(map) } else { Tree::List(list) })
    }

    fn integer(&mut self) -> Option<Tree> {
        let start = self.at;
        if self.byte() == b'-' {
            self.step();
        }
        while self.byte().is_ascii_digit() {
            self.step();
        }
        let digits = self.text.get(start..self.at)?;
        let whole = !matches!(self.byte(), b'.' | b'e' | b'E');
        digits.parse().ok().filter(|_| whole).map(Tree::Integer)
    }

    fn string(&mut self) -> Option<String> {
        self.take(b'"')?;
        let mut string = String::new();
        let mut start = self.at;
        loop {
            let byte = self.byte();
            if byte == b'"' || byte == b'\\' {
                string.push_str(self.text.get(start..self.at)?);
            } else if self.at >= self.text.len() {
                return None;
            }
            self.step();
            match byte {
                b'"' => return Some(string),
                b'\\' => {
                    string.push(self.escape()?);
                    start = self.at;
                }
                _ => {}
            }
        }
    }

    fn escape(&mut self) -> Option<char> {
        let sign = self.byte();
        self.step();
        Some(match sign {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'"' | b'\\' | b'/' => char::from(sign),
            b'u' => {
                let high = self.four()?;
                if !(0xD800..0xDC00).contains(&high) {
                    return char::from_u32(high);
                }
                self.word("\\u", Tree::Nothing)?;
                let low = self.four()?.wrapping_sub(0xDC00);
                if low >= 0x400 {
                    return None;
                }
                let pair = high.wrapping_sub(0xD800).wrapping_shl(10) | low;
                return char::from_u32(pair.wrapping_add(0x1_0000));
            }
            _ => return None,
        })
    }

    fn four(&mut self) -> Option<u32> {
        let end = self.at.saturating_add(4);
        let digits = self.text.get(self.at..end)?;
        self.at = end;
        u32::from_str_radix(digits, 16).ok()
    }
}
