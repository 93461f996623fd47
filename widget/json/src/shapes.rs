//! How the lists of types are written: a line for each type. A field that is missing from its line does not compile; a key or variant
//! that is misspelt fails the tests that compare with `serde_json`.

use super::tree::{Doubt, Shape, Tree};

/// Types whose text has a form of its own; `stand_in` is what to give where it has another.
macro_rules! texts {
    ($($kind:ident: $stand_in:literal),+ $(,)?) => {$(
        impl Shape for $kind {
            #[inline(never)]
            fn take(tree: &Tree, doubt: &Doubt) -> Self {
                let parsed = if let Tree::Text(text) = tree { Self::parse(text) } else { None };
                match parsed.or_else(|| doubt.instead(Self::parse($stand_in))) {
                    Some(value) => value,
                    // The stand-in has the form.
                    None => std::process::abort(),
                }
            }
        }
    )+};
}

/// Structs, by the names of their fields.
#[macro_export]
macro_rules! structs {
    ($($kind:ident { $($field:ident)+ })+) => {$(
        impl $crate::Shape for $kind {
            #[inline(never)]
            fn take(tree: &$crate::Tree, doubt: &$crate::Doubt) -> Self {
                if !matches!(tree, $crate::Tree::Map(_) | $crate::Tree::Nothing) {
                    doubt.instead(());
                }
                Self { $($field: $crate::Shape::take(tree.get(stringify!($field)), doubt)),+ }
            }
        }
    )+};
}

/// Enums: each variant by its name on the wire, and what it holds. The first stands in for a name that is not known.
macro_rules! enums {
    ($($kind:ident { $first:literal => $stand_in:expr, $($name:literal => $value:expr),* $(,)? } ($v:ident, $d:ident))+) => {$(
        impl Shape for $kind {
            #[inline(never)]
            fn take(tree: &Tree, $d: &Doubt) -> Self {
                let (name, $v) = tree.variant();
                match name {
                    $first => $stand_in,
                    $($name => $value,)*
                    _ => $d.instead($stand_in),
                }
            }
        }
    )+};
}

pub(crate) use {enums, texts};

/// The value itself, or a field of it.
pub(crate) fn all<T: Shape>(tree: &Tree, doubt: &Doubt) -> T {
    T::take(tree, doubt)
}

pub(crate) fn of<T: Shape>(tree: &Tree, field: &str, doubt: &Doubt) -> T {
    T::take(tree.get(field), doubt)
}
