//! From values to text: the small requests that the widget makes.

use super::Unreadable;
use core::fmt::{Display, Write};
use serde::ser::{
    Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    Serializer,
};

type Written = Result<(), Unreadable>;

/// The JSON of a value; none if its type is not one that the wire has.
pub fn to_string<T: Serialize>(value: &T) -> Option<String> {
    let mut writer = Writer(String::new());
    value.serialize(&mut writer).ok()?;
    Some(writer.0)
}

struct Writer(String);

impl Writer {
    #[inline(never)]
    fn integer(&mut self, value: i64) -> Written {
        write!(self.0, "{value}").map_err(|_| Unreadable)
    }

    #[inline(never)]
    fn string(&mut self, text: &str) {
        self.0.push('"');
        for sign in text.chars() {
            match sign {
                '"' | '\\' => {
                    self.0.push('\\');
                    self.0.push(sign);
                }
                '\u{0}'..='\u{1f}' => {
                    let code = u32::from(sign);
                    self.0.push_str("\\u00");
                    self.0.extend(char::from_digit(code.wrapping_shr(4), 16));
                    self.0.extend(char::from_digit(code & 15, 16));
                }
                _ => self.0.push(sign),
            }
        }
        self.0.push('"');
    }

    /// Once for all, since every type of the wire opens and closes something.
    #[inline(never)]
    fn sign(&mut self, sign: char) {
        self.0.push(sign);
    }

    /// A comma, unless this is the first member.
    #[inline(never)]
    fn member(&mut self) {
        if !self.0.ends_with(['[', '{', ':']) {
            self.sign(',');
        }
    }

    #[inline(never)]
    fn key(&mut self, key: &str) {
        self.member();
        self.string(key);
        self.sign(':');
    }
}

/// Where a list or an object ends.
struct Open<'a>(&'a mut Writer, char);

macro_rules! integers {
    ($($name:ident: $kind:ty),+) => {$(
        fn $name(self, value: $kind) -> Written {
            self.integer(i64::from(value))
        }
    )+};
}

impl<'a> Serializer for &'a mut Writer {
    type Ok = ();
    type Error = Unreadable;
    type SerializeSeq = Open<'a>;
    type SerializeTuple = Open<'a>;
    type SerializeTupleStruct = Impossible<(), Unreadable>;
    type SerializeTupleVariant = Impossible<(), Unreadable>;
    type SerializeMap = Open<'a>;
    type SerializeStruct = Open<'a>;
    type SerializeStructVariant = Open<'a>;

    integers! { serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
    serialize_u8: u8, serialize_u16: u16, serialize_u32: u32 }

    fn serialize_u64(self, value: u64) -> Written {
        self.integer(i64::try_from(value).map_err(|_| Unreadable)?)
    }

    fn serialize_bool(self, value: bool) -> Written {
        self.0.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Written {
        self.string(text);
        Ok(())
    }

    fn serialize_char(self, sign: char) -> Written {
        self.serialize_str(sign.encode_utf8(&mut [0; 4]))
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Written {
        self.sign('"');
        write!(self.0, "{value}").map_err(|_| Unreadable)?;
        self.sign('"');
        Ok(())
    }

    fn serialize_none(self) -> Written {
        self.0.push_str("null");
        Ok(())
    }

    fn serialize_unit(self) -> Written {
        self.serialize_none()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Written {
        value.serialize(self)
    }

    #[inline(never)]
    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'a>, Unreadable> {
        self.sign('[');
        Ok(Open(self, ']'))
    }

    fn serialize_tuple(self, _: usize) -> Result<Open<'a>, Unreadable> {
        self.serialize_seq(None)
    }

    #[inline(never)]
    fn serialize_map(self, _: Option<usize>) -> Result<Open<'a>, Unreadable> {
        self.sign('{');
        Ok(Open(self, '}'))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Open<'a>, Unreadable> {
        self.serialize_map(None)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Written {
        self.serialize_str(variant)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Written {
        self.sign('{');
        self.key(variant);
        value.serialize(&mut *self)?;
        self.sign('}');
        Ok(())
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'a>, Unreadable> {
        self.sign('{');
        self.key(variant);
        self.sign('{');
        Ok(Open(self, '}'))
    }

    // The wire has none of these.
    fn serialize_f32(self, _: f32) -> Written {
        Err(Unreadable)
    }
    fn serialize_f64(self, _: f64) -> Written {
        Err(Unreadable)
    }
    fn serialize_bytes(self, _: &[u8]) -> Written {
        Err(Unreadable)
    }
    fn serialize_unit_struct(self, _: &'static str) -> Written {
        Err(Unreadable)
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self::SerializeTupleStruct, Unreadable> {
        Err(Unreadable)
    }
    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        _: usize,
    ) -> Result<Self::SerializeTupleVariant, Unreadable> {
        Err(Unreadable)
    }
}

impl SerializeSeq for Open<'_> {
    type Ok = ();
    type Error = Unreadable;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.0.member();
        value.serialize(&mut *self.0)
    }
    fn end(self) -> Written {
        self.0.sign(self.1);
        Ok(())
    }
}

impl SerializeTuple for Open<'_> {
    type Ok = ();
    type Error = Unreadable;
    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        SerializeSeq::serialize_element(self, value)
    }
    fn end(self) -> Written {
        SerializeSeq::end(self)
    }
}

impl SerializeMap for Open<'_> {
    type Ok = ();
    type Error = Unreadable;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        self.0.member();
        key.serialize(&mut *self.0)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.0.sign(':');
        value.serialize(&mut *self.0)
    }
    fn end(self) -> Written {
        SerializeSeq::end(self)
    }
}

impl SerializeStruct for Open<'_> {
    type Ok = ();
    type Error = Unreadable;
    #[inline(never)]
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Written {
        self.0.key(key);
        value.serialize(&mut *self.0)
    }
    fn end(self) -> Written {
        SerializeSeq::end(self)
    }
}

impl SerializeStructVariant for Open<'_> {
    type Ok = ();
    type Error = Unreadable;
    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Written {
        SerializeStruct::serialize_field(self, key, value)
    }
    fn end(self) -> Written {
        self.0.sign('}');
        SerializeSeq::end(self)
    }
}
