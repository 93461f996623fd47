//! The parameters of a request to the OAuth server, from a query or a form. One without a value counts as left out, and none may
//! come twice (RFC 6749, 3.1 and 3.2).

use super::rules::Refusal;
use std::collections::BTreeMap;

/// What was asked, by name.
#[derive(Debug, Default)]
pub struct Parameters {
    values: BTreeMap<String, String>,
    repeated: Vec<String>,
}

impl Parameters {
    /// Reads `application/x-www-form-urlencoded`.
    pub fn read(encoded: &[u8]) -> Self {
        let mut read = Self::default();
        for (name, value) in url::form_urlencoded::parse(encoded).filter(|(_, value)| !value.is_empty()) {
            if read.values.insert(name.clone().into_owned(), value.into_owned()).is_some() {
                read.repeated.push(name.into_owned());
            }
        }
        read
    }

    /// A value; of a repeated one none.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|_| !self.repeated.iter().any(|known| known == name))
    }

    /// The same, to keep.
    pub fn owned(&self, name: &str) -> Option<String> {
        self.get(name).map(str::to_owned)
    }

    /// A value that has to be there.
    pub fn need(&self, name: &str, missing: &'static str) -> Result<&str, Refusal> {
        self.get(name).ok_or(Refusal::InvalidRequest(missing))
    }

    /// Refuses what comes twice.
    pub fn once(&self) -> Result<(), Refusal> {
        if self.repeated.is_empty() { Ok(()) } else { Err(Refusal::InvalidRequest("a parameter is there twice")) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_without_a_value_is_left_out_and_one_that_comes_twice_is_neither() {
        let read = Parameters::read(b"a=1&b=&c=x&c=y&d=%20&b=");
        assert_eq!(read.get("a"), Some("1"));
        assert_eq!(read.get("b"), None);
        assert_eq!(read.get("c"), None);
        assert_eq!(read.get("d"), Some(" "));
        assert_eq!(read.once(), Err(Refusal::InvalidRequest("a parameter is there twice")));
        assert_eq!(Parameters::read(b"a=1&b=&b=").once(), Ok(()));
    }
}
