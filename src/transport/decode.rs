//! From a buffered reply to its type.

use progenitor_client::ResponseValue;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::{carry::carry, reply::Reply};
use crate::{
    api,
    error::{Error, ErrorKind, excerpt},
};

/// Decodes a reply; generated code calls it for every one.
pub(crate) async fn decode<T: DeserializeOwned, E>(
    reply: Reply,
) -> Result<ResponseValue<T>, api::Error<E>> {
    let Reply {
        status,
        mut headers,
        body,
        call,
    } = reply;
    match serde_json::from_slice(&body) {
        Ok(value) => {
            if !status.is_success() {
                call.put_into(&mut headers);
            }
            Ok(ResponseValue::new(value, status, headers))
        }
        Err(_) => {
            let message = format!(
                "the reply doesn't decode: {}; it begins with: {}",
                why::<T>(&body),
                excerpt(&body)
            );
            let error = Error::answered(ErrorKind::Decode, status, headers, message);
            let error = error.of_call(call).with_body(body);
            Err(api::Error::CommunicationError(carry(error).await))
        }
    }
}

/// A reply without a type; a spec need not have one.
#[allow(dead_code)]
pub(crate) fn empty(reply: Reply) -> ResponseValue<()> {
    ResponseValue::new((), reply.status, reply.headers)
}

/// What stands in the way of decoding, and where. Finding the place costs more than decoding, so
/// that it is done only when decoding has failed.
fn why<T: DeserializeOwned>(bytes: &[u8]) -> String {
    let deserializer = &mut serde_json::Deserializer::from_slice(bytes);
    match serde_path_to_error::deserialize::<_, T>(deserializer) {
        Err(error) if error.path().iter().next().is_some() => {
            format!("{} at `{}`", error.inner(), error.path())
        }
        Err(error) => error.inner().to_string(),
        Ok(_) => "there is text after its end".to_owned(),
    }
}

/// The value of a property that goes by several names.
pub(crate) struct Named<T> {
    value: Option<T>,
    /// The value of the first name that was there but didn't decode.
    failure: Option<serde_json::Error>,
}

/// Chooses the property's own value, else the first alias whose value decodes.
///
/// Aliases that aren't needed are kept among the unknown fields, where the type has them.
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
                Err(error) => {
                    named.failure.get_or_insert(error);
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
    fn a_required_value_is_missed_by_name_or_with_what_is_wrong_with_it() {
        let missing = first_named(None::<u32>, [("b", None)], None);
        let error: serde_json::Error = missing.required("a").expect_err("nothing is there");
        assert_eq!(error.to_string(), "missing field `a`");
        let wrong = first_named(None::<u32>, [("b", Some(json!("x")))], None);
        let error: serde_json::Error = wrong.required("a").expect_err("a text is no number");
        assert!(
            error.to_string().contains("invalid type: string \"x\""),
            "{error}"
        );
    }
}
