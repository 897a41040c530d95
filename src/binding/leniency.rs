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
