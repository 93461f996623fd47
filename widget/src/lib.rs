//! The booking calendar that guests see.
