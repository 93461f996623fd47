//! A field of a change: left out, null, or a value.

use crate::problem::Problem;
use serde::{Deserialize, Deserializer};

/// Left out means "as it is", null means "none, or as it was at the beginning".
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Given<T> {
    /// Left out.
    #[default]
    Absent,
    /// Null.
    Null,
    /// Said.
    Value(T),
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Given<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Option::deserialize(deserializer)?.map_or(Self::Null, Self::Value))
    }
}

/// Reads a field that may be left out of a change but not be null: nothing could be meant by it.
pub fn not_null<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}

impl<T> Given<T> {
    /// Whether anything was said, null included.
    pub fn said(&self) -> bool {
        !matches!(self, Self::Absent)
    }

    /// The value, if there is one.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            _ => None,
        }
    }

    /// What stands afterwards: null is `otherwise`.
    pub fn over(self, standing: T, otherwise: T) -> T {
        match self {
            Self::Absent => standing,
            Self::Null => otherwise,
            Self::Value(value) => value,
        }
    }

    /// What stands afterwards, where there may be nothing.
    pub fn or(self, standing: Option<T>) -> Option<T> {
        match self {
            Self::Absent => standing,
            Self::Null => None,
            Self::Value(value) => Some(value),
        }
    }

    /// What was said, where null will not do.
    pub fn required(self, pointer: &str) -> Result<Option<T>, Problem> {
        match self {
            Self::Absent => Ok(None),
            Self::Null => Err(Problem::field(pointer, "required", "It cannot be null.")),
            Self::Value(value) => Ok(Some(value)),
        }
    }
}
