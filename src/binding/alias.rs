//! Properties that have several names.

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::leniency;

/// The value of a property, under whichever of its names it came.
pub(crate) struct Named<T> {
    value: Option<T>,
    /// What is wrong with the first value that didn't decode, and where.
    failure: Option<String>,
}

/// Chooses the property's own value, else the first alias whose value decodes.
///
/// The other aliases are kept among the unknown fields, where the type has them.
pub(crate) fn first_named<T: DeserializeOwned, const N: usize>(
    own: Option<T>,
    aliases: [(&'static str, Option<Value>); N],
    mut unused: Option<&mut Map<String, Value>>,
) -> Named<T> {
    let mut named = Named {
        value: own,
        failure: None,
    };
    for (name, value) in aliases {
        let Some(value) = value else { continue };
        if named.value.is_none() {
            match T::deserialize(&value) {
                Ok(decoded) => {
                    named.value = Some(decoded);
                    continue;
                }
                Err(_) => {
                    named
                        .failure
                        .get_or_insert_with(|| leniency::failure::<T>(name, &value));
                }
            }
        }
        if let Some(unused) = unused.as_deref_mut() {
            unused.insert(name.to_owned(), value);
        }
    }
    named
}

impl<T> Named<T> {
    pub(crate) fn optional(self) -> Option<T> {
        self.value
    }

    /// Returns the value, which may be left out but must decode where it is.
    pub(crate) fn valid<E: serde::de::Error>(self) -> Result<Option<T>, E> {
        match (self.value, self.failure) {
            (None, Some(error)) => Err(E::custom(error)),
            (value, _) => Ok(value),
        }
    }

    /// Returns the value, else null where the property's own name has it.
    pub(crate) fn optional_or_null(self, is_null: bool) -> Option<Option<T>> {
        self.value.map(Some).or(is_null.then_some(None))
    }

    pub(crate) fn required<E: serde::de::Error>(self, name: &'static str) -> Result<T, E> {
        self.value.ok_or_else(|| match self.failure {
            Some(error) => E::custom(error),
            None => E::missing_field(name),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn the_own_name_wins_and_the_alias_is_kept() {
        let mut unused = Map::new();
        let named = first_named(Some(1), [("b", Some(json!(2)))], Some(&mut unused));
        assert_eq!(named.optional(), Some(1));
        assert_eq!(unused["b"], 2);
    }

    #[test]
    fn the_first_alias_that_decodes_stands_in() {
        let aliases = [("a", None), ("b", Some(json!("x"))), ("c", Some(json!(3)))];
        let mut unused = Map::new();
        let named = first_named(None::<u32>, aliases, Some(&mut unused));
        assert_eq!(named.optional(), Some(3));
        assert_eq!(
            unused,
            json!({"b": "x"}).as_object().cloned().unwrap_or_default()
        );
    }

    #[test]
    fn null_stands_where_no_name_has_a_value() {
        for (own, alias, is_null, expected) in [
            (None, None, false, None),
            (None, None, true, Some(None)),
            (None, Some(json!(2)), true, Some(Some(2))),
            (Some(1), Some(json!(2)), false, Some(Some(1))),
        ] {
            let named = first_named(own, [("b", alias)], None);
            assert_eq!(named.optional_or_null(is_null), expected);
        }
    }

    #[test]
    fn a_required_value_is_missed_by_name_or_with_what_is_wrong_with_it() {
        let missing = first_named(None::<u32>, [("b", None)], None);
        let error: serde_json::Error = missing.required("a").expect_err("nothing is there");
        assert_eq!(error.to_string(), "missing field `a`");
        let wrong = first_named(None::<u32>, [("b", Some(json!("x")))], None);
        let error: serde_json::Error = wrong.required("a").expect_err("a text is no number");
        assert_eq!(
            error.to_string(),
            "invalid type: string \"x\", expected u32 at `b`"
        );
        let wrong = first_named(None::<Vec<u32>>, [("b", Some(json!([1, "x"])))], None);
        let error: serde_json::Error = wrong.required("a").expect_err("one is a text");
        assert!(error.to_string().ends_with("at `b[1]`"), "{error}");
    }
}
