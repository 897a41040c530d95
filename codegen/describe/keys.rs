//! Reads where operations take the API key.

use serde_json::Value;

use crate::codegen::{
    model::Key,
    spec::{self, Endpoint},
};

/// Takes the first alternative of `security` that the client supports. A spec that says nothing of
/// it has the key in the usual place.
pub fn read(spec: &Value, endpoint: &Endpoint) -> Key {
    let Some(security) = endpoint.security(spec) else {
        return Key::Bearer;
    };
    let mut alternatives = spec::elements(security).iter();
    let supported = alternatives.find_map(|alternative| supported(spec, alternative));
    supported.unwrap_or(Key::None)
}

/// Returns how an alternative is met; `None` where it can't be.
pub fn supported(spec: &Value, alternative: &Value) -> Option<Key> {
    let mut names = spec::entries(alternative).map(|(name, _)| name);
    let name = match (names.next(), names.next()) {
        (None, _) => return Some(Key::None),
        (Some(name), None) => name,
        (Some(_), Some(_)) => return None,
    };
    let scheme = spec::resolve(spec, &spec["components"]["securitySchemes"][name]);
    let scheme_name = scheme["scheme"].as_str().unwrap_or_default();
    match (scheme["type"].as_str()?, scheme["in"].as_str()) {
        ("oauth2" | "openIdConnect", _) => Some(Key::Bearer),
        ("http", _) if scheme_name.eq_ignore_ascii_case("bearer") => Some(Key::Bearer),
        ("apiKey", Some("header")) => {
            let name = scheme["name"].as_str()?;
            Some(Key::Header(name.to_ascii_lowercase()))
        }
        _ => None,
    }
}
