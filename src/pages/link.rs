//! The `Link` headers of replies (RFC 8288), as far as they lead to the next page.

use http::{HeaderMap, header};
use url::Url;

/// Returns the URL of the link whose relation is `next`.
pub(super) fn to_next(headers: &HeaderMap) -> Option<String> {
    let values = headers.get_all(header::LINK).into_iter();
    let mut values = values.filter_map(|value| value.to_str().ok());
    values.find_map(next_in)
}

fn next_in(mut rest: &str) -> Option<String> {
    while let Some((_, after)) = rest.split_once('<') {
        let (target, after) = after.split_once('>')?;
        let end = end_of_parameters(after);
        let (parameters, after) = after.split_at(end);
        if is_next(parameters) {
            return Some(target.to_owned());
        }
        rest = after;
    }
    None
}

/// Returns where the parameters of a link end: at a comma outside of quotes.
fn end_of_parameters(text: &str) -> usize {
    let mut is_quoted = false;
    for (index, char) in text.char_indices() {
        match char {
            '"' => is_quoted = !is_quoted,
            ',' if !is_quoted => return index,
            _ => (),
        }
    }
    text.len()
}

fn is_next(parameters: &str) -> bool {
    let parameters = parameters.split(';');
    let mut relations = parameters.filter_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        let is_relation = name.trim().eq_ignore_ascii_case("rel");
        is_relation.then(|| value.trim().trim_matches('"'))
    });
    relations.any(|value| {
        let mut relations = value.split_ascii_whitespace();
        relations.any(|relation| relation.eq_ignore_ascii_case("next"))
    })
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
            (&["nonsense"], None),
            (&[], None),
        ] {
            let mut headers = HeaderMap::new();
            for link in links {
                headers.append(header::LINK, HeaderValue::from_static(link));
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
