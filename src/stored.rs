//! The versions of stored forms.

/// Refuses a stored form of another version than this one, which would be misread.
///
/// # Errors
///
/// What was stored, and what to do.
pub(crate) fn check(what: &str, version: u32, known: u32) -> Result<(), String> {
    if version == known {
        return Ok(());
    }
    Err(format!(
        "the {what} was stored in version {version}, which this version of the crate can't read; \
         update the crate"
    ))
}
