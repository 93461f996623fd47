//! The console's drawings: strokes on a grid of 24, in the colour of the text beside them. They only decorate.

use maud::{Markup, PreEscaped, html};

macro_rules! icons {
    ($($(#[$doc:meta])* $name:ident = $paths:literal),+ $(,)?) => {
        /// A drawing.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Icon { $($(#[$doc])* $name),+ }

        impl Icon {
            fn paths(self) -> &'static str {
                match self { $(Self::$name => $paths),+ }
            }
        }
    };
}

icons! {
    /// A sun over the horizon.
    Today = r#"<circle cx="12" cy="13" r="4"/><path d="M12 3v2.5M4.2 6.2 6 8M19.8 6.2 18 8M3 17h18M7 21h10"/>"#,
    /// A sheet of a calendar.
    Calendar = r#"<rect x="3.5" y="5" width="17" height="15.5" rx="2.5"/><path d="M3.5 10h17M8 2.8v4M16 2.8v4"/>"#,
    /// A ticket.
    Bookings = r#"<path d="M4 6.5h16v3.8a1.8 1.8 0 0 0 0 3.4v3.8H4v-3.8a1.8 1.8 0 0 0 0-3.4zM14 6.5v11" />"#,
    /// A tray.
    Inbox = r#"<path d="M3.5 13.5 6.6 5h10.8l3.1 8.5V19h-17zM3.5 13.5h5a3.5 3.5 0 0 0 7 0h5"/>"#,
    /// A compass.
    Offerings = r#"<circle cx="12" cy="12" r="8.7"/><path d="m15.6 8.4-2.1 5.1-5.1 2.1 2.1-5.1z"/>"#,
    /// Things upon each other.
    Resources = r#"<path d="m12 3.5 8.5 4.6-8.5 4.6-8.5-4.6zM3.5 12.3l8.5 4.6 8.5-4.6M3.5 16.4 12 21l8.5-4.6"/>"#,
    /// Somebody.
    Customers = r#"<circle cx="12" cy="8" r="4"/><path d="M4.5 20.5c.8-4 3.8-6 7.5-6s6.7 2 7.5 6"/>"#,
    /// A clock.
    Waiting = r#"<circle cx="12" cy="12" r="8.7"/><path d="M12 7v5.2l3.4 2"/>"#,
    /// Several people.
    Members = r#"<circle cx="9" cy="8.5" r="3.5"/><path d="M2.8 19.5c.6-3.6 3-5.3 6.2-5.3s5.6 1.7 6.2 5.3M15.5 5.3a3.5 3.5 0 0 1 0 6.4M18 14.7c1.7.8 2.8 2.3 3.2 4.8"/>"#,
    /// A bank card.
    Payments = r#"<rect x="3" y="5.5" width="18" height="13" rx="2.5"/><path d="M3 10h18M7 14.8h4"/>"#,
    /// A key.
    Keys = r#"<circle cx="8" cy="15.5" r="4.3"/><path d="m11.2 12.4 8.3-8.3M16 7.6l3 3M13.5 10.1l1.8 1.8"/>"#,
    /// A signal.
    Webhooks = r#"<path d="M5 12a7 7 0 0 1 7-7M5 17.5A12.5 12.5 0 0 1 17.5 5"/><circle cx="17" cy="17" r="2.2"/><path d="M10 12a2 2 0 0 1 2-2M8 20h5"/>"#,
    /// Angle brackets.
    Embed = r#"<path d="m8 7-5 5 5 5M16 7l5 5-5 5M13.8 4.5l-3.6 15"/>"#,
    /// Sliders.
    Settings = r#"<path d="M4 7h9M17 7h3M4 17h3M11 17h9"/><circle cx="15" cy="7" r="2.2"/><circle cx="9" cy="17" r="2.2"/>"#,
    /// A page of notes.
    Audit = r#"<path d="M6 3.5h9l4 4v13H6zM14.5 3.5V8H19M9.5 12h6M9.5 16h6"/>"#,
    /// One more.
    Plus = r#"<path d="M12 5v14M5 12h14"/>"#,
    /// A list of everything.
    Menu = r#"<path d="M4 7h16M4 12h16M4 17h16"/>"#,
    /// Away.
    Close = r#"<path d="m6 6 12 12M18 6 6 18"/>"#,
    /// Done.
    Check = r#"<path d="m5 12.5 4.6 4.6L19.2 7.3"/>"#,
    /// Out of the door.
    Leave = r#"<path d="M14 4H6v16h8M10.5 12H21M17.5 8.5 21 12l-3.5 3.5"/>"#,
    /// Earlier.
    Earlier = r#"<path d="m14.5 6-6 6 6 6"/>"#,
    /// Later.
    Later = r#"<path d="m9.5 6 6 6-6 6"/>"#,
}

/// Draws it.
pub fn icon(icon: Icon) -> Markup {
    html! {
        svg.icon viewBox="0 0 24 24" aria-hidden="true" focusable="false" { (PreEscaped(icon.paths())) }
    }
}
