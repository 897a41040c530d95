//! What calls send beyond the documentation: headers, parameters of the query, fields of the body.

use std::{collections::BTreeMap, fmt};

use http::{HeaderMap, HeaderName, HeaderValue};
use serde::Serialize;
use serde_json::Value;

use super::operation::Operation;
use crate::{error::Error, excerpt::excerpt};

/// The extras of calls, by their names.
///
/// A name or value that can't be sent is left out, and the first such failure is kept.
#[derive(Clone, Default)]
pub(crate) struct Extras {
    headers: HeaderMap,
    query: BTreeMap<String, String>,
    fields: BTreeMap<String, Value>,
    failure: Option<String>,
}

impl Extras {
    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        let shown = excerpt(name);
        let Ok(parsed) = HeaderName::try_from(name) else {
            return self.fail(format!("{shown:?} can't be the name of an extra header"));
        };
        if let Some(why) = why_reserved(&parsed) {
            return self.fail(format!("`{parsed}` can't be an extra header: {why}"));
        }
        let is_sendable = |byte: u8| byte == b'\t' || byte == b' ' || byte.is_ascii_graphic();
        let sent = value.bytes().all(is_sendable).then_some(value);
        let Some(Ok(mut sent)) = sent.map(HeaderValue::try_from) else {
            return self.fail(format!(
                "the value of the extra header `{shown}` holds a line break or another character \
                 that no header can hold; encode it"
            ));
        };
        // Logs of HTTP libraries leave such a value out.
        sent.set_sensitive(true);
        if self.headers.try_insert(parsed, sent).is_err() {
            self.fail(format!("`{shown}` is one extra header too many"));
        }
    }

    pub(crate) fn set_query(&mut self, name: String, value: String) {
        if name.is_empty() {
            return self.fail("an extra parameter of the query has an empty name".to_owned());
        }
        self.query.insert(name, value);
    }

    pub(crate) fn set_field(&mut self, name: String, value: impl Serialize) {
        if name.is_empty() {
            return self.fail("an extra field of the body has an empty name".to_owned());
        }
        match serde_json::to_value(value) {
            Ok(value) => _ = self.fields.insert(name, value),
            // The reason is the value's own text, which may repeat the value.
            Err(_) => {
                let shown = excerpt(&name);
                self.fail(format!(
                    "the value of the extra field `{shown}` can't be written as JSON"
                ));
            }
        }
    }

    fn fail(&mut self, failure: String) {
        self.failure.get_or_insert(failure);
    }

    /// Refuses extras that can't be sent.
    pub(super) fn check(&self) -> Result<(), Error> {
        match &self.failure {
            Some(failure) => Err(Error::configuration(failure)),
            None => Ok(()),
        }
    }

    /// Returns the headers, whose values are marked as sensitive.
    pub(crate) fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// Returns the parameters of the query, none of which the operation documents.
    pub(crate) fn query_of(
        &self,
        operation: &Operation,
    ) -> Result<&BTreeMap<String, String>, Error> {
        refuse_documented(self.query.keys(), operation.query, "parameter", operation)?;
        Ok(&self.query)
    }

    /// Returns the fields of the body, none of which the operation documents.
    pub(crate) fn fields_of(
        &self,
        operation: &Operation,
    ) -> Result<&BTreeMap<String, Value>, Error> {
        refuse_documented(self.fields.keys(), operation.fields, "field", operation)?;
        Ok(&self.fields)
    }

    pub(crate) fn query(&self) -> &BTreeMap<String, String> {
        &self.query
    }

    pub(crate) fn fields(&self) -> &BTreeMap<String, Value> {
        &self.fields
    }
}

/// Two values for one name would leave it to the server which of them counts.
fn refuse_documented<'a>(
    mut names: impl Iterator<Item = &'a String>,
    documented: &[&str],
    kind: &str,
    operation: &Operation,
) -> Result<(), Error> {
    match names.find(|name| documented.contains(&name.as_str())) {
        Some(name) => Err(Error::invalid_request(format!(
            "`{name}` is a documented {kind} of `{}`: set it on the call",
            operation.id
        ))
        .with_operation(operation.id)),
        None => Ok(()),
    }
}

/// Returns why a header is the client's own; `None` where it isn't.
pub(super) fn why_reserved(name: &HeaderName) -> Option<&'static str> {
    match name.as_str() {
        "authorization" => Some("it carries the API key, which `ClientBuilder::api_key` sets"),
        "user-agent" => Some("`ClientBuilder::user_agent` sets it"),
        "host" => Some("it follows from the base URL"),
        "content-type" | "content-length" | "content-encoding" | "content-range" | "expect"
        | "trailer" | "transfer-encoding" => Some("it describes the body, which the client writes"),
        "accept" | "accept-encoding" | "te" => Some("it says which replies the client reads"),
        "connection"
        | "http2-settings"
        | "keep-alive"
        | "proxy-authorization"
        | "proxy-connection"
        | "upgrade" => Some("it belongs to the connection, which the HTTP client manages"),
        _ => None,
    }
}

/// Shows the names alone: a value may be a secret.
impl fmt::Debug for Extras {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Extras")
            .field("headers", &self.headers.keys().collect::<Vec<_>>())
            .field("query", &self.query.keys().collect::<Vec<_>>())
            .field("fields", &self.fields.keys().collect::<Vec<_>>())
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(set: impl FnOnce(&mut Extras)) -> String {
        let mut extras = Extras::default();
        set(&mut extras);
        let error = extras.check().expect_err("it can't be sent");
        assert_eq!(error.kind(), crate::ErrorKind::Configuration);
        assert!(!error.to_string().contains("secret"), "{error}");
        error.message().to_owned()
    }

    #[test]
    fn what_cannot_be_sent_is_refused_by_its_name() {
        for name in ["", "x trace", "x:trace", "x\ntrace", "größe", ":path"] {
            let message = refused(|extras| extras.set_header(name, "secret"));
            assert!(
                message.contains("the name of an extra header"),
                "{message:?}"
            );
        }
        for value in ["secret\n", "a\r\nx-other: secret", "secret\0", "secretß"] {
            let message = refused(|extras| extras.set_header("X-Trace", value));
            assert!(message.contains("`X-Trace` holds"), "{message:?}");
        }
        let message = refused(|extras| extras.set_query(String::new(), "secret".into()));
        assert!(message.contains("empty name"), "{message}");
        let message = refused(|extras| extras.set_field(String::new(), "secret"));
        assert!(message.contains("empty name"), "{message}");
        let no_json = BTreeMap::from([((1, 2), "secret")]);
        let message = refused(|extras| extras.set_field("source".into(), no_json));
        assert!(message.contains("`source` can't be written"), "{message}");
    }

    #[test]
    fn a_header_of_the_clients_own_is_refused_with_the_reason() {
        for (name, reason) in [
            ("Authorization", "API key"),
            ("user-agent", "`ClientBuilder::user_agent`"),
            ("Host", "base URL"),
            ("content-length", "body"),
            ("content-type", "body"),
            ("transfer-encoding", "body"),
            ("trailer", "body"),
            ("expect", "body"),
            ("accept", "replies"),
            ("accept-encoding", "replies"),
            ("te", "replies"),
            ("connection", "connection"),
            ("upgrade", "connection"),
        ] {
            let message = refused(|extras| extras.set_header(name, "secret"));
            assert!(message.contains(reason), "{message}");
            assert!(
                message.contains(&name.to_ascii_lowercase()),
                "{name}: {message}"
            );
        }
    }

    /// A map of headers has a largest size, and panics beyond it unless it is asked.
    #[test]
    fn too_many_headers_are_refused() {
        let message = refused(|extras| {
            for number in 0..40_000 {
                extras.set_header(&format!("x-{number}"), "1");
            }
        });
        assert!(message.contains("too many"), "{message}");
    }

    #[test]
    fn debug_shows_names_alone() {
        let mut extras = Extras::default();
        extras.set_header("X-Trace", "secret");
        extras.set_query("debug".into(), "secret".into());
        extras.set_field("source".into(), "secret");
        assert!(extras.check().is_ok());
        let shown = format!("{extras:?}");
        for name in ["x-trace", "debug", "source"] {
            assert!(shown.contains(name), "{shown}");
        }
        assert!(!shown.contains("secret"), "{shown}");
        assert!(extras.headers()["x-trace"].is_sensitive());
    }
}
