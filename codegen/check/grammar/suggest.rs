//! Finds what a misspelt name was meant to be.

use std::cmp::Reverse;

/// Returns the known name that is so like another one that it was probably meant.
pub fn closest<'a>(name: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let lower = name.to_lowercase();
    known
        .into_iter()
        .filter(|candidate| *candidate != name)
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&lower, &candidate.to_lowercase());
            (distance, candidate)
        })
        // Two letters of six may be wrong, and one of three.
        .filter(|(distance, candidate)| {
            let length = lower.chars().count().min(candidate.chars().count());
            *distance <= length.div_ceil(3).min(3)
        })
        .min_by_key(|(distance, candidate)| (*distance, Reverse(common_start(name, candidate))))
        .map(|(_, candidate)| candidate)
}

fn common_start(one: &str, other: &str) -> usize {
    let pairs = one.chars().zip(other.chars());
    pairs.take_while(|(one, other)| one == other).count()
}

/// Returns the question about what was meant, after a semicolon, or the other advice.
pub fn did_you_mean<'a>(
    name: &str,
    known: impl IntoIterator<Item = &'a str>,
    otherwise: impl Into<String>,
) -> String {
    match closest(name, known) {
        Some(meant) => format!("did you mean `{meant}`?"),
        None => otherwise.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_likely_name_is_found() {
        let known = ["get", "put", "properties", "description", "2XX", "uuid"];
        for (name, meant) in [
            ("gte", Some("get")),
            ("propertys", Some("properties")),
            ("descripton", Some("description")),
            ("2xx", Some("2XX")),
            ("uiud", Some("uuid")),
            ("colour", None),
            ("id", None),
        ] {
            assert_eq!(closest(name, known), meant, "{name}");
        }
    }
}
