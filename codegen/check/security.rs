//! Checks credentials: that each operation takes the API key in a way that the client knows.

use serde_json::Value;

use super::{
    grammar::did_you_mean,
    mistakes::{Mistakes, join},
    parameters,
};
use crate::codegen::{
    describe::keys,
    spec::{self, Endpoint},
};

pub fn check(spec: &Value, endpoint: &Endpoint, mistakes: &mut Mistakes) {
    let Some(security) = endpoint.security(spec) else {
        return;
    };
    let place = match endpoint.operation.get("security") {
        Some(_) => join(&endpoint.place(), "security"),
        None => "security".to_owned(),
    };
    let schemes = &spec["components"]["securitySchemes"];
    let mut are_declared = true;
    let alternatives = spec::elements(security);
    for (index, alternative) in alternatives.iter().enumerate() {
        for (name, _) in spec::entries(alternative) {
            if schemes.get(name).is_none() {
                are_declared = false;
                mistakes.add_key(
                    format!("{place}.{index}.{name}"),
                    format!(
                        "there is no security scheme `{name}`; {}",
                        did_you_mean(
                            name,
                            spec::entries(schemes).map(|(known, _)| known),
                            "add it under `components.securitySchemes`, or correct the name"
                        )
                    ),
                );
            }
        }
    }
    let is_supported = |alternative: &Value| keys::supported(spec, alternative).is_some();
    if !are_declared || alternatives.is_empty() || alternatives.iter().any(is_supported) {
        return;
    }
    let reasons = alternatives
        .iter()
        .map(|alternative| why(spec, alternative));
    let reasons: Vec<String> = reasons.collect();
    mistakes.add(
        place,
        format!(
            "the client can't send its key in this way: {}; it sends a bearer token, or the key in \
             a header",
            reasons.join(", and ")
        ),
    );
}

/// Checks the schemes themselves.
pub fn check_schemes(spec: &Value, mistakes: &mut Mistakes) {
    for (name, scheme) in spec::entries(&spec["components"]["securitySchemes"]) {
        let scheme = spec::resolve(spec, scheme);
        let header = scheme["name"].as_str().unwrap_or_default();
        if scheme["type"] == "apiKey" && scheme["in"] == "header" && !parameters::is_token(header) {
            mistakes.add(
                format!("components.securitySchemes.{name}"),
                format!("{header:?} can't be the name of a header; correct `name:`"),
            );
        }
    }
}

/// Tells why an alternative isn't supported.
fn why(spec: &Value, alternative: &Value) -> String {
    let names: Vec<&str> = spec::entries(alternative).map(|(name, _)| name).collect();
    let [name] = names.as_slice() else {
        return format!("`{}` need more than one credential", names.join("` and `"));
    };
    let scheme = spec::resolve(spec, &spec["components"]["securitySchemes"][*name]);
    let kind = scheme["type"].as_str().unwrap_or_default();
    match (kind, scheme["in"].as_str(), scheme["scheme"].as_str()) {
        ("apiKey", Some(location), _) => format!("`{name}` is a key in the {location}"),
        (_, _, Some(scheme)) => format!("`{name}` is of the scheme `{scheme}`"),
        _ => format!("`{name}` is of no known type"),
    }
}
