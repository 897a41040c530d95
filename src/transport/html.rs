//! The words of a page, which a gateway may answer with instead of the server.

use std::borrow::Cow;

/// The elements whose content isn't shown.
const UNSEEN: [&str; 3] = ["script", "style", "head"];

/// Returns the words of a text without the tags of HTML; any other text as it is.
pub(super) fn text_of(text: &str) -> Cow<'_, str> {
    let beginning: String = text.trim_start().chars().take(9).collect();
    let beginning = beginning.to_ascii_lowercase();
    if !(beginning.starts_with("<!doctype") || beginning.starts_with("<html")) {
        return Cow::Borrowed(text);
    }
    let mut words = String::new();
    let mut rest = text;
    while let Some((before, tag_on)) = rest.split_once('<') {
        words.push_str(before);
        words.push(' ');
        // What was cut off in a tag has no more words.
        let Some((tag, after)) = tag_on.split_once('>') else {
            rest = "";
            break;
        };
        let name = tag.split_ascii_whitespace().next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        rest = if UNSEEN.contains(&name.as_str()) {
            end_of(&name, after)
        } else {
            after
        };
    }
    words.push_str(rest);
    Cow::Owned(words)
}

/// Returns what follows the end of an element; nothing where it was cut off.
fn end_of<'a>(name: &str, text: &'a str) -> &'a str {
    // ASCII alone is changed, so that the places are the same.
    let lower = text.to_ascii_lowercase();
    let end = lower.find(&format!("</{name}"));
    // The end of a head may be left out.
    end.map_or(if name == "head" { text } else { "" }, |end| &text[end..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_of_a_page_are_left() {
        for (page, expected) in [
            (
                "<html><body><h1>502 Bad Gateway</h1></body></html>",
                "502 Bad Gateway",
            ),
            (
                "<!DOCTYPE html>\n<HTML><HEAD><title>Größe</title><style>a{}</style></HEAD><p>Too <b>large</b>",
                "Too large",
            ),
            ("<html><script>if (a < b) {}</script>x<br", "x"),
            ("<html><head><title>cut off", "cut off"),
            ("<html>\u{a0}größer</html>", "größer"),
            ("upstream <reset>", "upstream <reset>"),
            ("", ""),
            ("ü", "ü"),
        ] {
            let words = text_of(page);
            let words: Vec<&str> = words.split_whitespace().collect();
            assert_eq!(words.join(" "), expected);
        }
    }
}
