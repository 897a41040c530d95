//! Why no connection came about.

use std::{error::Error as StdError, iter};

use crate::error::{Error, ErrorKind, Phase};

/// Returns the error of a request that wasn't sent, since there was no connection to send it on.
///
/// The libraries below tell their reasons by texts alone. What only another setting can mend isn't
/// tried again: a proxy may lock an account after some wrong passwords.
pub(super) fn not_connected(error: reqwest::Error) -> Error {
    let first: Option<&(dyn StdError + 'static)> = Some(&error);
    let cause = iter::successors(first, |&error| error.source()).last();
    let cause = cause.map_or_else(String::new, ToString::to_string);
    // The cause itself is told by the sources of the error.
    let told = match advice(&cause.to_ascii_lowercase()) {
        Some(advice) => Error::configuration(format!("no connection: {advice}")),
        None => Error::new(ErrorKind::Connect, Phase::NotSent, "no connection"),
    };
    told.with_source(error)
}

fn advice(cause: &str) -> Option<&'static str> {
    if cause.contains("proxy authorization required") {
        return Some(
            "the proxy asks for a user name and a password, or for others; give them in its URL, \
             such as http://name:password@host:3128, and percent-encode what they have but letters \
             and digits",
        );
    }
    if cause.contains("unknownissuer") || cause.contains("unable to get local issuer") {
        return Some(
            "the issuer of the server's certificate isn't trusted; where it is your company, give \
             its certificate to `root_certificate`",
        );
    }
    cause.contains("certificate").then_some(
        "the server's certificate isn't valid for the base URL; check the URL, and the time of this \
         machine",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_cause_has_its_own_advice() {
        for (cause, expected) in [
            (
                "tunnel error: proxy authorization required",
                Some("password"),
            ),
            (
                "invalid peer certificate: unknownissuer",
                Some("isn't trusted"),
            ),
            (
                "invalid peer certificate: certificate not valid for name \"a.example\"",
                Some("isn't valid for the base url"),
            ),
            ("connection refused (os error 111)", None),
            ("failed to lookup address information", None),
        ] {
            let advice = advice(cause).map(str::to_lowercase);
            match (advice, expected) {
                (Some(advice), Some(expected)) => assert!(advice.contains(expected), "{advice}"),
                (advice, expected) => assert_eq!(advice.as_deref(), expected, "{cause}"),
            }
        }
    }
}
