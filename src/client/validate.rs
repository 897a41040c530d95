//! The checks of a client's settings: key, base URL, user agent.

use std::time::Duration;

use http::HeaderValue;
use secrecy::{ExposeSecret, SecretString};
use url::{Host, Url};

use crate::{defaults::BASE_URL, error::Error};

/// Returns the header that carries the key, marked as sensitive to keep it out of logs.
pub(super) fn authorization(key: Option<&SecretString>) -> Result<HeaderValue, Error> {
    let refuse = |why: &str| Err(Error::configuration(format!("the API key {why}")));
    let key = key.map_or("", |key| key.expose_secret());
    if key.is_empty() {
        return refuse("is missing; set it with `api_key`, or NANONETS_API_KEY with `from_env`");
    }
    if key.starts_with("Bearer ") {
        return refuse("is given with `Bearer`; give the key alone");
    }
    if !key.bytes().all(|byte| byte.is_ascii_graphic()) {
        return refuse("holds a space, a line break or a character beyond ASCII; copy it again");
    }
    match HeaderValue::try_from(format!("Bearer {key}")) {
        Ok(mut value) => {
            value.set_sensitive(true);
            Ok(value)
        }
        Err(_) => refuse("can't be sent in a header"),
    }
}

/// Returns the URL that paths are appended to. Its own path doesn't end in a slash, unless it is
/// only that.
pub(super) fn base_url(text: &str, allow_http: bool) -> Result<Url, Error> {
    let refuse = |why: String| Err(Error::configuration(format!("the base URL {why}")));
    let shown = shown(text);
    let mut url = match Url::parse(text) {
        Ok(url) => url,
        Err(error) => {
            return refuse(format!(
                "{shown:?} is not a URL ({error}); write one such as {BASE_URL}"
            ));
        }
    };
    if url.host().is_none() {
        return refuse(format!(
            "{shown:?} has no host; write one such as {BASE_URL}"
        ));
    }
    match url.scheme() {
        "https" => (),
        "http" if is_loopback(&url) || allow_http => (),
        "http" => {
            return refuse(format!(
                "{shown:?} would send the API key unprotected; use https, or `allow_http(true)` to insist"
            ));
        }
        other => return refuse(format!("{shown:?} has the scheme {other}; use https")),
    }
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("holds a user name or password; remove it".to_owned());
    }
    if url.query().is_some() || url.fragment().is_some() {
        return refuse(format!(
            "{shown:?} has a query or fragment after it; remove that"
        ));
    }
    let path = url.path().trim_end_matches('/').to_owned();
    if path.ends_with("/api/v1") {
        return refuse(format!(
            "{shown:?} ends in /api/v1, which the client adds; remove it"
        ));
    }
    url.set_path(&path);
    Ok(url)
}

/// Returns what may be shown of a base URL that wasn't checked: what holds no user name, password
/// or query.
pub(super) fn shown(text: &str) -> &str {
    let behind_user = text.rsplit('@').next().unwrap_or_default();
    behind_user.split(['?', '#']).next().unwrap_or_default()
}

/// Whether the URL leads to this machine, so that the key stays on it.
pub(super) fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(Host::Ipv4(address)) => address.is_loopback(),
        Some(Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

/// Refuses `https` where the crate was built without TLS.
pub(super) fn tls(base_url: &Url) -> Result<(), Error> {
    let has_tls = cfg!(any(feature = "rustls", feature = "native-tls"));
    if base_url.scheme() == "https" && !has_tls {
        return Err(Error::configuration(
            "the crate was built without TLS, which https needs; switch on its feature `rustls` or \
             `native-tls`, or give an HTTP client of your own",
        ));
    }
    Ok(())
}

pub(super) fn user_agent(text: &str) -> Result<HeaderValue, Error> {
    HeaderValue::try_from(text)
        .map_err(|_| Error::configuration(format!("{text:?} can't be a user agent")))
}

pub(super) fn connect_timeout(timeout: Duration) -> Result<(), Error> {
    if timeout.is_zero() {
        return Err(Error::configuration(
            "`connect_timeout` must be more than zero",
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_base_url_is_normalised() {
        for (given, expected) in [
            (
                "https://agents.nanonets.com",
                "https://agents.nanonets.com/",
            ),
            (
                "https://agents.nanonets.com/",
                "https://agents.nanonets.com/",
            ),
            (
                "https://proxy.example/nanonets//",
                "https://proxy.example/nanonets",
            ),
            ("http://127.0.0.1:8080", "http://127.0.0.1:8080/"),
            ("http://[::1]:8080/", "http://[::1]:8080/"),
            ("http://localhost", "http://localhost/"),
        ] {
            assert_eq!(base_url(given, false).expect(given).as_str(), expected);
        }
        assert!(base_url("http://example.com", true).is_ok());
    }

    #[test]
    fn a_base_url_that_cannot_work_is_refused() {
        for (given, expected) in [
            ("", "is not a URL"),
            ("agents.nanonets.com", "is not a URL"),
            ("https://", "is not a URL"),
            ("file:///tmp", "has no host"),
            ("unix:/run/socket", "has no host"),
            ("ftp://example.com", "use https"),
            ("http://example.com", "unprotected"),
            ("http://127.0.0.1.example.com", "unprotected"),
            ("https://example.com/?a=b", "query"),
            ("https://example.com/#a", "fragment"),
            ("https://agents.nanonets.com/api/v1/", "/api/v1"),
        ] {
            let error = base_url(given, false).expect_err(given).to_string();
            assert!(error.contains(expected), "{given}: {error}");
        }
        let error = base_url("https://me:secret@example.com", false).expect_err("a password");
        assert!(!error.to_string().contains("secret"), "{error}");
        let error = base_url("http://me:secret@example.com", false).expect_err("a password");
        assert!(!error.to_string().contains("secret"), "{error}");
    }
}
