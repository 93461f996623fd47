//! From text to values, in one pass and without a tree in between.

use super::Unreadable;
use serde::de::{
    DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, MapAccess, SeqAccess, VariantAccess,
    Visitor,
};
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How deep lists and objects may lie in one another where nobody reads them.
const MAX_DEPTH: u32 = 64;

type Read<T> = Result<T, Unreadable>;

/// Reads one value; what follows it must be white space.
pub fn from_str<T: DeserializeOwned>(text: &str) -> Read<T> {
    let mut reader = Reader { text, at: 0 };
    let value = T::deserialize(&mut reader)?;
    if reader.peek() == 0 { Ok(value) } else { Err(Unreadable) }
}

/// Reads an object whose values are all strings.
pub fn text_map(text: &str) -> Option<BTreeMap<String, String>> {
    from_str(text).ok()
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
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
    fn take(&mut self, byte: u8) -> Read<()> {
        if self.peek() != byte {
            return Err(Unreadable);
        }
        self.step();
        Ok(())
    }

    /// Takes this word if it is next.
    #[inline(never)]
    fn word(&mut self, word: &str) -> bool {
        self.peek();
        let found = self.text.get(self.at..).is_some_and(|rest| rest.starts_with(word));
        if found {
            self.at = self.at.saturating_add(word.len());
        }
        found
    }

    /// Between two members: a comma, or nothing before the first and `close` after the last.
    #[inline(never)]
    fn more(&mut self, first: bool, close: u8) -> Read<bool> {
        if self.peek() == close {
            self.step();
            return Ok(false);
        }
        if !first {
            self.take(b',')?;
        }
        Ok(true)
    }

    #[inline(never)]
    fn integer(&mut self) -> Read<i64> {
        let negative = self.peek() == b'-';
        if negative {
            self.step();
        }
        let (start, mut value) = (self.at, 0_i64);
        while let digit @ b'0'..=b'9' = self.byte() {
            value = value
                .checked_mul(10)
                .and_then(|value| value.checked_add(i64::from(digit.saturating_sub(b'0'))))
                .ok_or(Unreadable)?;
            self.step();
        }
        if self.at == start || matches!(self.byte(), b'.' | b'e' | b'E') {
            return Err(Unreadable);
        }
        Ok(if negative { value.saturating_neg() } else { value })
    }

    #[inline(never)]
    fn string(&mut self) -> Read<Cow<'a, str>> {
        self.take(b'"')?;
        let mut owned = String::new();
        let mut start = self.at;
        loop {
            match self.byte() {
                0 if self.at >= self.text.len() => return Err(Unreadable),
                b'"' => {
                    let tail = self.text.get(start..self.at).ok_or(Unreadable)?;
                    self.step();
                    return Ok(if owned.is_empty() { Cow::Borrowed(tail) } else { Cow::Owned(owned + tail) });
                }
                b'\\' => {
                    owned.push_str(self.text.get(start..self.at).ok_or(Unreadable)?);
                    self.step();
                    owned.push(self.escape()?);
                    start = self.at;
                }
                _ => self.step(),
            }
        }
    }

    fn escape(&mut self) -> Read<char> {
        let sign = self.byte();
        self.step();
        Ok(match sign {
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'"' | b'\\' | b'/' => char::from(sign),
            b'u' => {
                let high = self.four()?;
                if !(0xD800..0xDC00).contains(&high) {
                    return char::from_u32(high).ok_or(Unreadable);
                }
                if !self.word("\\u") {
                    return Err(Unreadable);
                }
                let low = self.four()?.wrapping_sub(0xDC00);
                if low >= 0x400 {
                    return Err(Unreadable);
                }
                let pair = high.wrapping_sub(0xD800).wrapping_shl(10) | low;
                char::from_u32(pair.wrapping_add(0x1_0000)).ok_or(Unreadable)?
            }
            _ => return Err(Unreadable),
        })
    }

    fn four(&mut self) -> Read<u32> {
        let end = self.at.saturating_add(4);
        let digits = self.text.get(self.at..end).ok_or(Unreadable)?;
        self.at = end;
        u32::from_str_radix(digits, 16).map_err(|_| Unreadable)
    }

    /// Passes over one value.
    #[inline(never)]
    fn skip(&mut self, depth: u32) -> Read<()> {
        let depth = depth.checked_sub(1).ok_or(Unreadable)?;
        match self.peek() {
            b'"' => self.string().map(drop),
            open @ (b'{' | b'[') => {
                self.step();
                let close = if open == b'{' { b'}' } else { b']' };
                let mut first = true;
                while self.more(first, close)? {
                    first = false;
                    if open == b'{' {
                        self.string()?;
                        self.take(b':')?;
                    }
                    self.skip(depth)?;
                }
                Ok(())
            }
            _ => {
                let start = self.at;
                while matches!(self.byte(), b'-' | b'+' | b'.' | b'0'..=b'9' | b'a'..=b'z' | b'E') {
                    self.step();
                }
                if self.at == start { Err(Unreadable) } else { Ok(()) }
            }
        }
    }
}

macro_rules! forward {
    ($to:ident: $($from:ident)+) => {$(
        #[inline]
        fn $from<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
            self.$to(visitor)
        }
    )+};
}

impl<'de> Deserializer<'de> for &mut Reader<'_> {
    type Error = Unreadable;

    /// The types of the wire say what they are, so nothing has to guess.
    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Read<V::Value> {
        Err(Unreadable)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        let value = self.word("true");
        if value || self.word("false") { visitor.visit_bool(value) } else { Err(Unreadable) }
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_i64(self.integer()?)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        visitor.visit_str(&self.string()?)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.word("null") { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.take(b'[')?;
        let mut members = Members { reader: self, first: true };
        let value = visitor.visit_seq(&mut members)?;
        // A list may be longer than its reader wants; a shorter one was refused by the reader itself.
        while members.reader.more(members.first, b']')? {
            members.first = false;
            members.reader.skip(MAX_DEPTH)?;
        }
        Ok(value)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.take(b'{')?;
        visitor.visit_map(Members { reader: self, first: true })
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, visitor: V) -> Read<V::Value> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        self.deserialize_map(visitor)
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Read<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        if self.word("null") { visitor.visit_unit() } else { Err(Unreadable) }
    }

    /// `"variant"`, or `{"variant": value}`.
    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Read<V::Value> {
        if self.peek() == b'"' {
            return visitor.visit_enum(Variant { reader: self, bare: true });
        }
        self.take(b'{')?;
        let value = visitor.visit_enum(Variant { reader: self, bare: false })?;
        self.take(b'}')?;
        Ok(value)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Read<V::Value> {
        self.skip(MAX_DEPTH)?;
        visitor.visit_unit()
    }

    forward! { deserialize_i64: deserialize_i8 deserialize_i16 deserialize_i32 deserialize_u8 deserialize_u16
    deserialize_u32 deserialize_u64 }
    forward! { deserialize_str: deserialize_string deserialize_char deserialize_identifier }
    forward! { deserialize_any: deserialize_f32 deserialize_f64 deserialize_bytes deserialize_byte_buf }
}

/// What is between the brackets.
struct Members<'r, 'a> {
    reader: &'r mut Reader<'a>,
    first: bool,
}

impl<'de> SeqAccess<'de> for &mut Members<'_, '_> {
    type Error = Unreadable;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<Option<T::Value>> {
        if self.reader.peek() == b']' {
            return Ok(None);
        }
        self.reader.more(self.first, b']')?;
        self.first = false;
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'de> MapAccess<'de> for Members<'_, '_> {
    type Error = Unreadable;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Read<Option<K::Value>> {
        if !self.reader.more(self.first, b'}')? {
            return Ok(None);
        }
        self.first = false;
        seed.deserialize(&mut *self.reader).map(Some)
    }

    fn next_value_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Read<T::Value> {
        self.reader.take(b':')?;
        seed.deserialize(&mut *self.reader)
    }
}

struct Variant<'r, 'a> {
    reader: &'r mut Reader<'a>,
    bare: bool,
}

impl<'de> EnumAccess<'de> for Variant<'_, '_> {
    type Error = Unreadable;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<(T::Value, Self)> {
        let name = self.reader.string()?;
        let value =
            seed.deserialize::<serde::de::value::StrDeserializer<'_, Unreadable>>((*name).into_deserializer())?;
        if !self.bare {
            self.reader.take(b':')?;
        }
        Ok((value, self))
    }
}

impl<'de> VariantAccess<'de> for Variant<'_, '_> {
    type Error = Unreadable;

    fn unit_variant(self) -> Read<()> {
        if self.bare || self.reader.word("null") { Ok(()) } else { Err(Unreadable) }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Read<T::Value> {
        if self.bare { Err(Unreadable) } else { seed.deserialize(self.reader) }
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Read<V::Value> {
        if self.bare { Err(Unreadable) } else { self.reader.deserialize_seq(visitor) }
    }

    fn struct_variant<V: Visitor<'de>>(self, _: &'static [&'static str], visitor: V) -> Read<V::Value> {
        if self.bare { Err(Unreadable) } else { self.reader.deserialize_map(visitor) }
    }
}
