//! The HTTP client that is made from the settings: proxy, certificates, connect timeout.

use std::{fmt, time::Duration};

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::validate;
use crate::error::Error;

/// The settings of connections, which a client of the user's own has instead of these.
#[derive(Default)]
pub(super) struct Network {
    /// Where `None`, the environment names the proxy.
    pub(super) proxy: Option<Proxy>,
    pub(super) root_certificates: Vec<Vec<u8>>,
}

pub(super) enum Proxy {
    None,
    /// A URL, which may hold a user name and a password.
    At(SecretString),
}

impl Network {
    /// Whether nothing was set.
    pub(super) fn is_default(&self) -> bool {
        self.proxy.is_none() && self.root_certificates.is_empty()
    }

    /// Makes the HTTP client of these settings.
    pub(super) fn connect(
        &self,
        connect_timeout: Duration,
        base_url: &Url,
    ) -> Result<reqwest::Client, Error> {
        let builder = reqwest::Client::builder()
            .connect_timeout(connect_timeout)
            .redirect(reqwest::redirect::Policy::none())
            // The transport repeats, and counts what it repeats.
            .retry(reqwest::retry::never());
        let proxy = match &self.proxy {
            Some(Proxy::At(url)) => Some(proxy(url)?),
            Some(Proxy::None) | None => None,
        };
        // The key is sent unprotected to this machine, which a proxy would carry it away from.
        let is_direct = matches!(self.proxy, Some(Proxy::None)) || validate::is_loopback(base_url);
        let builder = match proxy {
            _ if is_direct => builder.no_proxy(),
            Some(proxy) => builder.proxy(proxy),
            None => builder,
        };
        let builder = self.trust(builder)?;
        builder.build().map_err(|error| {
            let message = if self.root_certificates.is_empty() {
                "the HTTP client can't be made"
            } else {
                "the HTTP client can't be made with these root certificates"
            };
            Error::configuration(message).with_source(error)
        })
    }

    #[cfg(any(feature = "rustls", feature = "native-tls"))]
    fn trust(&self, mut builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        for pem in &self.root_certificates {
            let certificates = reqwest::Certificate::from_pem_bundle(pem).map_err(|error| {
                Error::configuration("a root certificate can't be read").with_source(error)
            })?;
            if certificates.is_empty() {
                return Err(Error::configuration(
                    "a root certificate holds no block `BEGIN CERTIFICATE`; give the text of a file \
                     of the form PEM, and not its path",
                ));
            }
            builder = builder.tls_certs_merge(certificates);
        }
        Ok(builder)
    }

    #[cfg(not(any(feature = "rustls", feature = "native-tls")))]
    fn trust(&self, builder: reqwest::ClientBuilder) -> Result<reqwest::ClientBuilder, Error> {
        Ok(builder)
    }
}

/// Reads the URL of a proxy. An error doesn't repeat it, since it may hold a password.
fn proxy(url: &SecretString) -> Result<reqwest::Proxy, Error> {
    let text = url.expose_secret();
    let parsed = Url::parse(text).ok();
    let is_usable =
        parsed.is_some_and(|url| url.has_host() && matches!(url.scheme(), "http" | "https"));
    is_usable
        .then(|| reqwest::Proxy::all(text).ok())
        .flatten()
        .ok_or_else(|| {
            Error::configuration(
                "the URL of the proxy can't be used; write one such as http://proxy.internal:3128, and \
                 percent-encode what a user name or a password has but letters and digits",
            )
        })
}

impl fmt::Debug for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let proxy = match &self.proxy {
            None => "of the environment",
            Some(Proxy::None) => "none",
            Some(Proxy::At(_)) => "set",
        };
        f.debug_struct("Network")
            .field("proxy", &proxy)
            .field("root_certificates", &self.root_certificates.len())
            .finish()
    }
}
