//! Reading of values that are null, or of one of several kinds.

use serde::{Deserialize, Deserializer, de::DeserializeOwned};
use serde_json::Value;

/// Reads a value that may be null but not absent, which serde's own `Option` may be.
pub(crate) fn nullable<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer)
}

/// Reads a value that is there, and may be null.
pub(crate) fn some_nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// Reads null as what stands for absent.
pub(crate) fn null_as_default<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de> + Default,
{
    null_as(deserializer, T::default)
}

/// Reads null as the value that the spec names for absent.
pub(crate) fn null_as<'de, D, T>(deserializer: D, default: fn() -> T) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    let value = Option::deserialize(deserializer)?;
    Ok(value.unwrap_or_else(default))
}

/// Returns a value as this member of a union, if it fits.
pub(crate) fn member<T: DeserializeOwned>(value: &Value) -> Option<T> {
    T::deserialize(value).ok()
}

/// Reads the member of a union whose kind the value itself has told.
pub(crate) fn told_member<T: DeserializeOwned, E: serde::de::Error>(
    value: &Value,
    kind: &'static str,
) -> Result<T, E> {
    T::deserialize(value).map_err(|_| E::custom(failure::<T>(kind, value)))
}

/// Returns why a value doesn't decode, and where.
///
/// Finding the place costs more than decoding; therefore it is looked for only after a failure.
pub(super) fn failure<T: DeserializeOwned>(name: &str, value: &Value) -> String {
    match serde_path_to_error::deserialize::<_, T>(value) {
        Ok(_) => String::new(),
        Err(error) => {
            let path = error.path().to_string();
            let separator = if path.starts_with('[') { "" } else { "." };
            let inner = error.inner();
            if path == "." {
                format!("{inner} at `{name}`")
            } else {
                format!("{inner} at `{name}{separator}{path}`")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn null_is_what_absent_is() {
        assert_eq!(
            null_as_default::<_, Vec<u32>>(json!(null)).ok(),
            Some(Vec::new())
        );
        assert_eq!(null_as(json!(null), || 7).ok(), Some(7));
        assert_eq!(null_as(json!(8), || 7).ok(), Some(8));
        assert!(null_as(json!("x"), || 7).is_err());
        assert_eq!(nullable::<_, u32>(json!(null)).ok(), Some(None));
    }

    #[test]
    fn a_member_that_is_told_but_wrong_says_where() {
        let told = told_member::<Vec<u32>, serde_json::Error>(&json!([1, null]), "list");
        let error = told.expect_err("null is no number").to_string();
        assert!(error.ends_with("at `list[1]`"), "{error}");
    }
}
