//! Parameters in the path of a URL.

use std::fmt::{self, Display, Write};

use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::Url;

/// The characters that are encoded in a segment of a path.
const SEGMENT: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'#')
    .add(b'<')
    .add(b'>')
    .add(b'?')
    .add(b'`')
    .add(b'{')
    .add(b'}')
    .add(b'/')
    // A URL takes it for a slash.
    .add(b'\\')
    .add(b'%');

/// Why a value can't be a part of a path.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Unfit {
    Empty,
    /// `.` or `..`, which lead to another path even where they are encoded.
    Dots,
    /// It has no text.
    Unwritable,
}

/// Replaces the placeholder of a parameter.
///
/// Written in place: with a text for each step, this would cost more than the rest of the request.
pub(super) fn put(path: &mut String, name: &str, value: &impl Display) -> Result<(), Unfit> {
    let is_placeholder = |start: &usize| {
        let rest = path[start + 1..].strip_prefix(name);
        rest.is_some_and(|rest| rest.starts_with('}'))
    };
    let mut braces = path.match_indices('{').map(|(start, _)| start);
    // No encoded value holds a brace.
    let Some(start) = braces.find(is_placeholder) else {
        return Ok(());
    };
    let rest = path.split_off(start + name.len() + 2);
    path.truncate(start);
    let written = write!(Segment(path), "{value}");
    let unfit = match &path[start..] {
        _ if written.is_err() => Some(Unfit::Unwritable),
        "" => Some(Unfit::Empty),
        "." | ".." => Some(Unfit::Dots),
        _ => None,
    };
    path.push_str(&rest);
    unfit.map_or(Ok(()), Err)
}

/// Encodes what is written to it.
struct Segment<'a>(&'a mut String);

impl Write for Segment<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.0.extend(utf8_percent_encode(text, SEGMENT));
        Ok(())
    }
}

pub(super) fn append(url: &mut Url, path: &str) {
    match url.path() {
        "/" => url.set_path(path),
        prefix => {
            let path = format!("{prefix}{path}");
            url.set_path(&path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parameters_become_segments_whatever_they_hold() {
        let mut path = "/things/{id}/parts/{id_of_part}".to_owned();
        assert_eq!(put(&mut path, "id_of_part", &"a/{id}?b c"), Ok(()));
        assert_eq!(put(&mut path, "id", &7), Ok(()));
        assert_eq!(put(&mut path, "id", &8), Ok(()));
        assert_eq!(path, "/things/7/parts/a%2F%7Bid%7D%3Fb%20c");
    }

    #[test]
    fn no_value_leaves_its_segment() {
        let url = |value: &str| {
            let mut path = "/files/{name}/raw".to_owned();
            put(&mut path, "name", &value).map(|()| {
                let mut url = Url::parse("https://example.com/api").expect("a URL");
                append(&mut url, &path);
                url.path().to_owned()
            })
        };
        for (value, segment) in [
            (r"a\b", "a%5Cb"),
            (r"..\x", "..%5Cx"),
            ("../x", "..%2Fx"),
            ("%2e%2e", "%252e%252e"),
            ("...", "..."),
            ("a\tb\n", "a%09b%0A"),
            ("größe", "gr%C3%B6%C3%9Fe"),
        ] {
            assert_eq!(
                url(value),
                Ok(format!("/api/files/{segment}/raw")),
                "{value}"
            );
        }
        assert_eq!(url(""), Err(Unfit::Empty));
        assert_eq!(url("."), Err(Unfit::Dots));
        assert_eq!(url(".."), Err(Unfit::Dots));
    }
}
