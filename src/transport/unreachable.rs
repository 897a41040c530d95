//! Why no connection came about.

use std::{error::Error as StdError, iter};

use crate::{
    error::{Error, ErrorKind, Phase},
    excerpt::excerpt,
};

/// Returns the error of a request that wasn't sent, since there was no connection to send it on.
///
/// The libraries below tell their reasons by texts alone. What only another setting can mend isn't
/// tried again: a proxy may lock an account after some wrong passwords.
pub(super) fn not_connected(error: reqwest::Error) -> Error {
    let first: Option<&(dyn StdError + 'static)> = Some(&error);
    let cause = iter::successors(first, |&error| error.source()).last();
    let cause = cause.map_or_else(String::new, |cause| excerpt(&cause.to_string()));
    let advice = advice(&cause.to_ascii_lowercase());
    let told = match advice {
        Some(advice) => Error::configuration(format!("no connection: {cause}; {advice}")),
        None => Error::new(
            ErrorKind::Connect,
            Phase::NotSent,
            format!("no connection: {cause}"),
        ),
    };
    told.with_source(error)
}

fn advice(cause: &str) -> Option<&'static str> {
    if cause.contains("proxy authorization required") {
        return Some(
            "give the proxy's user name and password in its URL, `http://name:password@host:port`, \
             with other characters than letters and digits percent-encoded",
        );
    }
    if cause.contains("unknownissuer") || cause.contains("unable to get local issuer") {
        return Some("trust its issuer, such as your company's proxy, by `root_certificate`");
    }
    cause.contains("certificate").then_some(
        "the server has shown a certificate that isn't valid for the base URL; check the URL, and \
         `root_certificate`",
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
                Some("trust its issuer"),
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
