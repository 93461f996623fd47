//! Markdown as safe HTML: the one place where a business's own text becomes markup.
//!
//! CommonMark with tables and strikethrough. Markup in the text is shown as text, pictures as their words, and a link leads
//! to http, https or mailto only.

use pulldown_cmark::{CowStr, Event, HeadingLevel, Options, Parser, Tag, TagEnd, html};
use url::Url;

/// What a link may begin with.
const SCHEMES: [&str; 3] = ["http", "https", "mailto"];

/// The HTML of a text. Headings are one level down: the page's own comes first.
pub fn to_html(text: &str) -> String {
    let mut open_links: Vec<bool> = Vec::new();
    let mut events = Vec::new();
    for event in Parser::new_ext(text, Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH) {
        match event {
            Event::Html(markup) | Event::InlineHtml(markup) => events.push(Event::Text(markup)),
            Event::Start(Tag::HtmlBlock) => events.push(Event::Start(Tag::Paragraph)),
            Event::End(TagEnd::HtmlBlock) => events.push(Event::End(TagEnd::Paragraph)),
            Event::Start(Tag::Link { dest_url, .. }) => {
                let href = href(&dest_url);
                open_links.push(href.is_some());
                events.extend(href.map(|href| {
                    let tag = format!("<a href=\"{}\" rel=\"nofollow noopener\">", escaped(&href));
                    Event::InlineHtml(CowStr::from(tag))
                }));
            }
            Event::End(TagEnd::Link) => {
                if open_links.pop() == Some(true) {
                    events.push(Event::InlineHtml(CowStr::Borrowed("</a>")));
                }
            }
            Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => {}
            Event::Start(Tag::Heading { level, .. }) => {
                let level = below(level);
                events.push(Event::Start(Tag::Heading { level, id: None, classes: Vec::new(), attrs: Vec::new() }));
            }
            Event::End(TagEnd::Heading(level)) => events.push(Event::End(TagEnd::Heading(below(level)))),
            other => events.push(other),
        }
    }
    let mut out = String::with_capacity(text.len());
    html::push_html(&mut out, events.into_iter());
    out
}

/// The address of a link that may be followed.
fn href(address: &str) -> Option<String> {
    let address = Url::parse(address).ok()?;
    SCHEMES.contains(&address.scheme()).then(|| address.to_string())
}

fn below(level: HeadingLevel) -> HeadingLevel {
    match level {
        HeadingLevel::H1 => HeadingLevel::H2,
        HeadingLevel::H2 => HeadingLevel::H3,
        HeadingLevel::H3 => HeadingLevel::H4,
        HeadingLevel::H4 => HeadingLevel::H5,
        HeadingLevel::H5 | HeadingLevel::H6 => HeadingLevel::H6,
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;").replace('>', "&gt;").replace('\'', "&#39;")
}

#[cfg(test)]
mod tests {
    use super::to_html;

    #[test]
    fn what_people_write_is_marked_up() {
        assert_eq!(
            to_html("# Bring\n\n- a *coat*\n- **shoes**\n"),
            "<h2>Bring</h2>\n<ul>\n<li>a <em>coat</em></li>\n<li><strong>shoes</strong></li>\n</ul>\n"
        );
        assert_eq!(
            to_html("[map](https://maps.example/?a=1&b=2)"),
            "<p><a href=\"https://maps.example/?a=1&amp;b=2\" rel=\"nofollow noopener\">map</a></p>\n"
        );
        assert_eq!(
            to_html("<ada@harbor.example>"),
            "<p>ada@harbor.example</p>\n".replace("ada", "<a>").replace("<a>", "ada")
        );
    }

    #[test]
    fn nothing_runs_and_nothing_is_fetched() {
        for text in [
            "<script>alert(1)</script>",
            "a <img src=x onerror=alert(1)> b",
            "<div onclick=\"x()\">\n\n# h\n</div>",
            "[a](javascript:alert(1))",
            "[a](JaVaScRiPt:alert(1))",
            "[a](data:text/html,<script>x</script>)",
            "[a](java\nscript:alert(1))",
            "![pixel](https://track.example/p.gif)",
            "[a](https://x.example/\"onmouseover=\"alert(1))",
            "<https://x.example/\"onmouseover=\"alert(1)>",
            "[a]\n\n[a]: javascript:alert(1)",
        ] {
            let html = to_html(text);
            // What stands between tags is text, whatever it looks like.
            let tags: String = html
                .split('<')
                .skip(1)
                .filter_map(|part| part.split('>').next())
                .map(|tag| format!("<{tag}>"))
                .collect();
            for wrong in ["<script", "<img", "<div", "href=\"javascript", "href=\"data", "\"onmouseover"] {
                assert!(!tags.to_lowercase().contains(wrong), "{text} became {html}");
            }
        }
    }
}
