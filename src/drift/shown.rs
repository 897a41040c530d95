//! What may be shown of the words of a reply: names of fields, values of enums and media types, as
//! far as they look like what they are taken for. All else may be data.

use uuid::Uuid;

/// The longest name of a field or a media type.
const LONGEST_NAME: usize = 64;

/// The longest value of an enum.
const LONGEST_VALUE: usize = 40;

/// The most digits of an enum's value, which keeps out tokens and telephone numbers.
const MOST_DIGITS: usize = 4;

/// Returns whether this may be the name of a field: one of letters, digits, `_` and `-` that begins
/// with none of the digits. A key of a map may be anything.
pub(super) fn is_name(name: &str) -> bool {
    let plain = name.strip_prefix(['@', '$']).unwrap_or(name);
    is_identifier(plain) && name.len() <= LONGEST_NAME
}

/// Returns whether this may be the value of an enum.
pub(super) fn is_value(value: &str) -> bool {
    let digits = value.chars().filter(char::is_ascii_digit).count();
    is_identifier(value) && value.len() <= LONGEST_VALUE && digits <= MOST_DIGITS
}

/// Returns whether this may be a media type, in lower case and without parameters.
pub(super) fn is_media_type(text: &str) -> bool {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || "!#$&-^_.+".contains(char);
    let is_token = |part: &str| !part.is_empty() && part.chars().all(is_plain);
    text.len() <= LONGEST_NAME
        && text
            .split_once('/')
            .is_some_and(|(group, name)| is_token(group) && is_token(name))
}

fn is_identifier(text: &str) -> bool {
    let is_plain = |char: char| char.is_ascii_alphanumeric() || char == '_' || char == '-';
    text.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_')
        && text.chars().all(is_plain)
        && Uuid::try_parse(text).is_err()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_looks_like_a_name_is_one() {
        for name in [
            "status",
            "x-trace",
            "@id",
            "$ref",
            "_links",
            "created_at2",
            "sha256",
        ] {
            assert!(is_name(name), "{name}");
        }
        for data in [
            "",
            "3d",
            "ann@example.com",
            "Ann Smith",
            "a.b",
            "f3f2b8c1-7d44-4a55-9a0e-5f2f0c6d7e81",
            "+4912345",
            "prénom",
            &"a".repeat(65),
        ] {
            assert!(!is_name(data), "{data}");
        }
    }

    #[test]
    fn only_what_looks_like_a_value_of_an_enum_is_one() {
        for value in ["unheard_of", "Waiting-For_Input", "http_2", "utf8"] {
            assert!(is_value(value), "{value}");
        }
        for data in ["tok_4f9a27b1d", "$5", "two words", "", &"a".repeat(41)] {
            assert!(!is_value(data), "{data}");
        }
    }

    #[test]
    fn a_media_type_has_two_parts() {
        assert!(is_media_type("application/vnd.api+json"));
        for text in ["text", "text/", "text/html; charset=utf-8", "text/a b"] {
            assert!(!is_media_type(text), "{text}");
        }
    }
}
