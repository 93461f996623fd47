//! Where a delivery may go. Checked when an endpoint is saved and again before every attempt.
//! Where a name leads is asked in [`super::names`].

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use url::{Host, Url};

const PORTS: [u16; 2] = [443, 8443];
const LONGEST: usize = 2_048;

/// Names that never leave a house or a data centre (RFC 6761, RFC 6762, RFC 8375, and the clouds' metadata).
const LOCAL_SUFFIXES: [&str; 8] =
    ["localhost", "local", "internal", "home.arpa", "localdomain", "lan", "invalid", "onion"];

const OWN_MACHINE: &str = "localhost";

/// A URL that deliveries may be sent to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target(Url);

/// Why a URL is refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TargetRefusal {
    /// Not an absolute URL, or longer than 2,048 characters.
    NotAUrl,
    /// Anything but https (in development also http to the own machine).
    NotHttps,
    /// `user:password@`.
    Credentials,
    /// A port other than 443 and 8443.
    Port,
    /// A private, loopback, link-local, metadata or otherwise unroutable address, or a name without a dot.
    Private,
    /// A name that has no address.
    Unresolved,
}

impl TargetRefusal {
    /// Machine-readable code of a field error.
    pub const fn code(self) -> &'static str {
        match self {
            Self::NotAUrl => "not_a_url",
            Self::NotHttps => "not_https",
            Self::Credentials => "credentials_in_url",
            Self::Port => "port_not_allowed",
            Self::Private => "private_address",
            Self::Unresolved => "no_such_host",
        }
    }

    /// The rule in words.
    pub const fn message(self) -> &'static str {
        match self {
            Self::NotAUrl => "must be an absolute URL of at most 2048 characters",
            Self::NotHttps => "must start with https://",
            Self::Credentials => "must not hold a user name or password",
            Self::Port => "must use port 443 or 8443",
            Self::Private => "must lead to a public host",
            Self::Unresolved => "must name a host that exists",
        }
    }
}

impl Target {
    /// Checks a URL. `development` also allows http and any port on the own machine.
    pub fn parse(text: &str, development: bool) -> Result<Self, TargetRefusal> {
        if text.len() > LONGEST {
            return Err(TargetRefusal::NotAUrl);
        }
        let url = Url::parse(text).map_err(|_| TargetRefusal::NotAUrl)?;
        let host = url.host().ok_or(TargetRefusal::NotAUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetRefusal::Credentials);
        }
        if development && is_loopback(&host) && matches!(url.scheme(), "http" | "https") {
            return Ok(Self(url));
        }
        if url.scheme() != "https" {
            return Err(TargetRefusal::NotHttps);
        }
        if !is_public(&host) {
            return Err(TargetRefusal::Private);
        }
        if !url.port_or_known_default().is_some_and(|port| PORTS.contains(&port)) {
            return Err(TargetRefusal::Port);
        }
        Ok(Self(url))
    }

    /// The URL, normalised.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The name that has to be looked up; none for an address, or for the own machine.
    pub fn name(&self) -> Option<&str> {
        self.0.domain().filter(|name| *name != OWN_MACHINE)
    }
}

fn is_loopback(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => *name == OWN_MACHINE,
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.is_loopback(),
    }
}

fn is_public(host: &Host<&str>) -> bool {
    match host {
        Host::Domain(name) => is_public_name(name),
        Host::Ipv4(address) => is_public_v4(*address),
        Host::Ipv6(address) => is_public_v6(*address),
    }
}

fn is_public_name(name: &str) -> bool {
    let name = name.trim_end_matches('.');
    name.contains('.')
        && !LOCAL_SUFFIXES
            .iter()
            .any(|suffix| name.strip_suffix(suffix).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')))
}

/// Whether everybody can reach it.
pub fn is_public_address(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

/// Everything the IANA special-purpose registry calls globally reachable.
fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    !(a == 0
        || a >= 224
        || address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_documentation()
        || (a == 100 && (64..=127).contains(&b))
        || (a == 198 && (b == 18 || b == 19))
        || (a == 192 && b == 0 && c == 0)
        || (a == 192 && b == 88 && c == 99))
}

/// Global unicast only, and what embeds an IPv4 address must embed a public one.
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, third, fourth, ..] = address.segments();
    if let Some(embedded) = address.to_ipv4_mapped() {
        return is_public_v4(embedded);
    }
    let [.., high, low] = address.segments();
    match (first, second) {
        (0x64, 0xff9b) => third == 0 && fourth == 0 && is_public_v4(from_halves(high, low)),
        (0x2002, half) => is_public_v4(from_halves(half, third)),
        (0x2001, 0..=0x1ff | 0xdb8) => false,
        (0x3fff, _) => false,
        _ => (0x2000..=0x3fff).contains(&first),
    }
}

fn from_halves(high: u16, low: u16) -> Ipv4Addr {
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Ipv4Addr::new(a, b, c, d)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    fn live(url: &str) -> Result<Target, TargetRefusal> {
        Target::parse(url, false)
    }

    #[test]
    fn a_public_https_address_is_fine() {
        for url in [
            "https://hooks.example.com/daymark",
            "https://example.com:8443/a?b=c",
            "https://1.1.1.1/",
            "https://[2606:4700:4700::1111]/",
            "https://thelocal.se/hook",
        ] {
            assert!(live(url).is_ok(), "{url}");
        }
    }

    #[test]
    fn plain_http_and_other_schemes_are_refused() {
        for url in ["http://example.com/", "ftp://example.com/", "ws://example.com/", "http://127.0.0.1:9000/"] {
            assert_eq!(live(url), Err(TargetRefusal::NotHttps), "{url}");
        }
        for url in ["", "example.com/hook", "/hook", "mailto:a@example.com", "data:text/plain,hi"] {
            assert_eq!(live(url), Err(TargetRefusal::NotAUrl), "{url}");
        }
    }

    #[test]
    fn no_address_of_a_private_network_is_reached_however_it_is_written() {
        for host in [
            "localhost",
            "app.localhost",
            "printer.local",
            "metadata.google.internal",
            "metadata.google.internal.",
            "router",
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0x7f.0.0.1",
            "0177.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "198.18.0.1",
            "192.0.2.1",
            "224.0.0.1",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[fe80::1]",
            "[fd00:ec2::254]",
            "[::ffff:169.254.169.254]",
            "[64:ff9b::a9fe:a9fe]",
            "[2002:7f00:1::]",
            "[2001:db8::1]",
            "[ff02::1]",
        ] {
            assert_eq!(live(&format!("https://{host}/")), Err(TargetRefusal::Private), "{host}");
        }
    }

    #[test]
    fn credentials_and_odd_ports_are_refused() {
        assert_eq!(live("https://user@example.com/"), Err(TargetRefusal::Credentials));
        assert_eq!(live("https://user:pass@example.com/"), Err(TargetRefusal::Credentials));
        assert_eq!(live("https://example.com:22/"), Err(TargetRefusal::Port));
        assert_eq!(live("https://example.com:80/"), Err(TargetRefusal::Port));
    }

    #[test]
    fn development_opens_the_own_machine_and_nothing_else() {
        for url in ["http://127.0.0.1:9000/hook", "http://localhost:9000/", "http://[::1]:9000/"] {
            assert!(Target::parse(url, true).is_ok(), "{url}");
        }
        assert_eq!(Target::parse("http://192.168.1.1/", true), Err(TargetRefusal::NotHttps));
        assert_eq!(Target::parse("https://192.168.1.1/", true), Err(TargetRefusal::Private));
        assert_eq!(Target::parse("http://example.com/", true), Err(TargetRefusal::NotHttps));
    }
}
