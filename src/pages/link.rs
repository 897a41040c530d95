//! The `Link` headers of replies (RFC 8288), as far as they lead to the next page.

use http::{HeaderMap, header};
use url::Url;

/// Returns the URL of the link whose relation is `next`.
pub(super) fn to_next(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(header::LINK).into_iter();
    // A title may hold any bytes, and doesn't hide the links beside it.
    let mut values = values.map(|value| String::from_utf8_lossy(value.as_bytes()));
    values.find_map(|value| next_in(&value))
}

fn next_in(mut rest: &str) -> Option<String> {
    while let Some((_, after)) = rest.split_once('<') {
        let (target, after) = after.split_once('>')?;
        let end = after.find(separator(',')).unwrap_or(after.len());
        let (parameters, after) = after.split_at(end);
        if is_next(parameters) {
            return Some(target.to_owned());
        }
        rest = after;
    }
    None
}

/// Returns a function that finds a separator outside of quotes, if it is given each character in
/// turn.
fn separator(separator: char) -> impl FnMut(char) -> bool {
    let (mut is_quoted, mut is_escaped) = (false, false);
    move |char| {
        let is_separator = char == separator && !is_quoted;
        is_quoted ^= char == '"' && !is_escaped;
        is_escaped = char == '\\' && is_quoted && !is_escaped;
        is_separator
    }
}

/// Whether the relations of a link hold `next`. A second `rel` doesn't count (RFC 8288, section
/// 3.3).
fn is_next(parameters: &str) -> bool {
    let mut parameters = parameters.split(separator(';'));
    let relations = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_relation = name.trim().eq_ignore_ascii_case("rel");
        is_relation.then(|| value.trim().trim_matches('"'))
    });
    let mut relations = relations.unwrap_or_default().split_ascii_whitespace();
    relations.any(|relation| relation.eq_ignore_ascii_case("next"))
}

/// Returns the value of a parameter in the query of a URL, which may be relative.
///
/// # Errors
///
/// Why there is none.
pub(super) fn parameter(url: &str, name: &str) -> Result<String, String> {
    let base = Url::parse("https://localhost/").ok();
    let parsed = Url::options().base_url(base.as_ref()).parse(url);
    let parsed = parsed.map_err(|_| "the link to the next page is no URL".to_owned())?;
    let mut pairs = parsed.query_pairs();
    let found = pairs.find(|(given, value)| given == name && !value.is_empty());
    found
        .map(|(_, value)| value.into_owned())
        .ok_or_else(|| format!("the link to the next page has no `{name}` in its query"))
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;

    use super::*;

    #[test]
    fn the_link_to_the_next_page_is_found_among_others() {
        for (links, expected) in [
            (
                &[r#"<https://a.example/x?page=2>; rel="next""#][..],
                Some("https://a.example/x?page=2"),
            ),
            (
                &[
                    r#"<https://a.example/x?page=1>; rel="prev first", </x?page=3&q=a,b>; title="a, b"; REL="last next""#,
                ],
                Some("/x?page=3&q=a,b"),
            ),
            (
                &["</x?page=1>; rel=prev", "</x?page=3>; rel=next"],
                Some("/x?page=3"),
            ),
            (&[r#"</x?page=9>; rel="last""#], None),
            (&[r#"</x?page=9>; title="rel=next""#], None),
            (&[r#"</x?page=9>; title="a; rel=next""#], None),
            (&[r#"</x?page=9>; title="\"; rel=next; \"""#], None),
            (&["</x?page=9>; rel=prev; rel=next"], None),
            (
                &[
                    r#"</x?page=1>; rel=prev; title="größe, \"", </x?page=3>; title="größe"; rel=next"#,
                ],
                Some("/x?page=3"),
            ),
            (&["nonsense"], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for link in links {
                let link = HeaderValue::from_bytes(link.as_bytes());
                headers.append(header::LINK, link.expect("a value"));
            }
            assert_eq!(to_next(&headers).as_deref(), expected, "{links:?}");
        }
    }

    #[test]
    fn the_parameter_is_read_from_the_query() {
        assert_eq!(
            parameter("https://a.example/x?a=1&page=2%2B", "page"),
            Ok("2+".into())
        );
        assert_eq!(parameter("/x?page=2", "page"), Ok("2".into()));
        assert!(parameter("/x?page=", "page").is_err());
        assert!(parameter("/x?other=2", "page").is_err());
    }
}
