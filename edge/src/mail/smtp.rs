//! SMTP (RFC 5321) over the platform's sockets: one mail, one connection. Encrypted by STARTTLS (RFC 3207) or from the first
//! byte (RFC 8314); in the clear on a developer's machine only.

use super::message::{Outgoing, domain};
use super::transport::Failure;
use crate::context::Context;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use core::time::Duration;
use futures_util::future::{Either, select};
use std::pin::pin;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use worker::{Delay, SecureTransport, Socket};

/// A server that takes longer than this for a mail is not there.
const PATIENCE: Duration = Duration::from_secs(30);
/// Nothing that a server says is longer.
const LONGEST_REPLY: usize = 16 * 1024;
/// Mail submission (RFC 6409).
const SUBMISSION_PORT: u16 = 587;

/// When it is encrypted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Security {
    /// After the greeting.
    StartTls,
    /// From the first byte.
    Implicit,
    /// Never.
    None,
}

/// A server that takes mails.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    host: String,
    port: u16,
    security: Security,
    account: Option<(String, String)>,
}

impl Server {
    /// The one that is configured by `SMTP_HOST`, `SMTP_PORT`, `SMTP_SECURITY` (`starttls`, `tls`, in development also
    /// `none`), `SMTP_USER` and `SMTP_PASSWORD`. None without a host; a fault is told where it is incomplete.
    pub fn of(context: &Context) -> Option<Result<Self, &'static str>> {
        let set = |name: &str| context.setting(name).filter(|value| !value.trim().is_empty());
        let host = set("SMTP_HOST")?;
        let security = match set("SMTP_SECURITY").as_deref() {
            None | Some("starttls") => Security::StartTls,
            Some("tls") => Security::Implicit,
            Some("none") if context.development() => Security::None,
            Some(_) => return Some(Err("SMTP_SECURITY must be starttls or tls")),
        };
        let Ok(port) = set("SMTP_PORT").map_or(Ok(SUBMISSION_PORT), |port| port.parse()) else {
            return Some(Err("SMTP_PORT must be a number"));
        };
        Some(Ok(Self { host, port, security, account: set("SMTP_USER").zip(set("SMTP_PASSWORD")) }))
    }

    /// Hands a mail over.
    pub async fn send(&self, mail: &Outgoing) -> Result<(), Failure> {
        let message = mail.mime().map_err(Failure::ForGood)?;
        match select(pin!(self.deliver(mail, &message)), pin!(Delay::from(PATIENCE))).await {
            Either::Left((outcome, _)) => outcome,
            Either::Right(_) => Err(Failure::Down("the mail server did not answer in time".to_owned())),
        }
    }

    async fn deliver(&self, mail: &Outgoing, message: &str) -> Result<(), Failure> {
        let transport = match self.security {
            Security::StartTls => SecureTransport::StartTls,
            Security::Implicit => SecureTransport::On,
            Security::None => SecureTransport::Off,
        };
        let socket = Socket::builder().secure_transport(transport).connect(self.host.as_str(), self.port);
        let socket = socket.map_err(|error| Failure::Down(format!("no connection: {error:?}")))?;
        let mut line = Line { socket, received: Vec::new() };
        line.reply().await?.done()?;
        let mut abilities = line.greet(domain(&mail.sender)).await?;
        if self.security == Security::StartTls {
            line.say("STARTTLS").await?.done()?;
            line = Line { socket: line.socket.start_tls(), received: Vec::new() };
            abilities = line.greet(domain(&mail.sender)).await?;
        }
        if let Some((user, password)) = &self.account {
            line.sign_in(&abilities, user, password).await?;
        }
        line.say(&format!("MAIL FROM:<{}>", mail.sender)).await?.done()?;
        line.say(&format!("RCPT TO:<{}>", mail.to)).await?.taken()?;
        line.say("DATA").await?.done()?;
        line.say(&format!("{}\r\n.", stuffed(message))).await?.taken()?;
        // It has taken the mail; how it says goodbye is of no matter.
        let _ = line.say("QUIT").await;
        let _ = line.socket.close().await;
        Ok(())
    }
}

/// A connection, and what has come that was not read yet.
struct Line {
    socket: Socket,
    received: Vec<u8>,
}

/// What a server answered.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Reply {
    code: u16,
    text: String,
}

impl Reply {
    fn is_fine(&self) -> bool {
        (200..400).contains(&self.code)
    }

    fn told(&self) -> String {
        format!("{} {}", self.code, self.text.lines().next().unwrap_or_default())
    }

    /// A refusal may be over soon: it is not about this mail.
    fn done(self) -> Result<Self, Failure> {
        if self.is_fine() { Ok(self) } else { Err(Failure::ForNow(self.told())) }
    }

    /// A refusal of this mail for good (5xx) is for good.
    fn taken(self) -> Result<(), Failure> {
        match self.code {
            _ if self.is_fine() => Ok(()),
            500..600 => Err(Failure::ForGood(self.told())),
            _ => Err(Failure::ForNow(self.told())),
        }
    }
}

impl Line {
    async fn say(&mut self, text: &str) -> Result<Reply, Failure> {
        let broken = |error: std::io::Error| Failure::Down(format!("the connection broke: {error}"));
        self.socket.write_all(format!("{text}\r\n").as_bytes()).await.map_err(broken)?;
        self.reply().await
    }

    async fn greet(&mut self, name: &str) -> Result<Reply, Failure> {
        self.say(&format!("EHLO {name}")).await?.done()
    }

    async fn sign_in(&mut self, abilities: &Reply, user: &str, password: &str) -> Result<(), Failure> {
        if offers(abilities, "PLAIN") || !offers(abilities, "LOGIN") {
            let words = STANDARD.encode(format!("\0{user}\0{password}"));
            self.say(&format!("AUTH PLAIN {words}")).await?.done()?;
        } else {
            self.say("AUTH LOGIN").await?.done()?;
            self.say(&STANDARD.encode(user)).await?.done()?;
            self.say(&STANDARD.encode(password)).await?.done()?;
        }
        Ok(())
    }

    async fn reply(&mut self) -> Result<Reply, Failure> {
        let mut piece = [0; 1024];
        loop {
            if let Some((reply, length)) = read(&self.received) {
                self.received.drain(..length);
                return Ok(reply);
            }
            if self.received.len() > LONGEST_REPLY {
                return Err(Failure::Down("the mail server talks without end".to_owned()));
            }
            let got = self.socket.read(&mut piece).await;
            let got = got.map_err(|error| Failure::Down(format!("the connection broke: {error}")))?;
            if got == 0 {
                return Err(Failure::Down("the mail server hung up".to_owned()));
            }
            self.received.extend_from_slice(piece.get(..got).unwrap_or_default());
        }
    }
}

/// The first whole reply in what has come, and how long it is: lines `250-…` and a last one `250 …`.
fn read(received: &[u8]) -> Option<(Reply, usize)> {
    let (mut text, mut length) = (String::new(), 0_usize);
    for line in received.split_inclusive(|byte| *byte == b'\n') {
        if !line.ends_with(b"\n") {
            return None;
        }
        length = length.saturating_add(line.len());
        let line = String::from_utf8_lossy(line);
        let line = line.trim_end();
        text.push_str(line.get(4..).unwrap_or_default());
        text.push('\n');
        if line.as_bytes().get(3) != Some(&b'-') {
            let code = line.get(..3).and_then(|code| code.parse().ok()).unwrap_or(0);
            return Some((Reply { code, text }, length));
        }
    }
    None
}

/// Whether a server takes that way of signing in.
fn offers(abilities: &Reply, way: &str) -> bool {
    let ways = abilities.text.lines().filter_map(|line| line.strip_prefix("AUTH "));
    ways.flat_map(str::split_ascii_whitespace).any(|offered| offered.eq_ignore_ascii_case(way))
}

/// A line that is a dot alone ends the mail, so every line that begins with one gets another (RFC 5321, 4.5.2).
fn stuffed(message: &str) -> String {
    let message = message.trim_end_matches("\r\n").replace("\r\n.", "\r\n..");
    if message.starts_with('.') { format!(".{message}") } else { message }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;

    #[test]
    fn a_reply_is_read_when_its_last_line_has_come() {
        assert_eq!(read(b"250-mail.example\r\n250 AUTH PLA"), None);
        let (reply, length) = read(b"250-mail.example\r\n250 AUTH PLAIN LOGIN\r\n354 go").unwrap();
        assert_eq!((reply.code, length), (250, 40));
        assert!(offers(&reply, "login") && !offers(&reply, "XOAUTH2"));
    }

    #[test]
    fn only_a_refusal_of_the_mail_itself_is_for_good() {
        let reply = |code| Reply { code, text: "no".to_owned() };
        assert!(matches!(reply(550).taken(), Err(Failure::ForGood(_))));
        assert!(matches!(reply(450).taken(), Err(Failure::ForNow(_))));
        assert!(matches!(reply(535).done(), Err(Failure::ForNow(_))));
        assert!(reply(354).done().is_ok());
    }

    #[test]
    fn a_dot_alone_does_not_end_the_mail() {
        assert_eq!(stuffed("a\r\n.\r\nb\r\n"), "a\r\n..\r\nb");
        assert_eq!(stuffed(".a"), "..a");
    }
}
