//! A call on its way from a generated builder to the transport.

use std::collections::BTreeMap;

use futures_util::future::BoxFuture;
use http::{HeaderName, HeaderValue, header};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use serde::{Serialize, de::DeserializeOwned};
use serde_json::Value;
use url::Url;

use super::{
    argument::Argument,
    decode,
    encode::{add_to_object, add_to_pairs, pairs_of, text_of_json},
    form::Form,
    path::{self, Unfit},
    response::Response,
    values::{ListStyle, Plain, text_of},
};
use crate::{
    error::Error,
    transport::{
        self, Answer, Download, KeyPlace, Operation, Reading, RequestSource, Transport, Upload,
    },
};

/// The bytes that are encoded in a cookie, which can't hold them.
const COOKIE: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b',')
    .add(b';')
    .add(b'\\')
    .add(b'%');

/// The bytes to reserve for an id in a path, which is longer than its placeholder.
const ROOM_FOR_ID: usize = 36;

/// A request that is being built.
///
/// The first argument that is wrong is kept, and fails the call when it is sent.
pub(crate) struct Request<'a> {
    transport: &'a Transport,
    operation: &'static Operation,
    /// The path so far: parameters that were given have replaced their placeholders.
    path: String,
    /// The request without its path.
    request: reqwest::Request,
    form: Option<transport::Form>,
    upload: Option<Upload>,
    failure: Option<Error>,
}

impl<'a> Request<'a> {
    pub(crate) fn new(transport: &'a Transport, operation: &'static Operation) -> Self {
        let url = transport.base_url().clone();
        let mut request = reqwest::Request::new(operation.method.clone(), url);
        let accept = HeaderValue::from_static(operation.accept);
        request.headers_mut().insert(header::ACCEPT, accept);
        let mut path = String::with_capacity(operation.path.len() + ROOM_FOR_ID);
        path.push_str(operation.path);
        Self {
            transport,
            operation,
            path,
            request,
            form: None,
            upload: None,
            failure: None,
        }
    }

    /// Puts a parameter into the path, as one segment whatever it holds.
    pub(crate) fn path(mut self, name: &str, value: Argument<impl Serialize>) -> Self {
        let Some(value) = self.given(value) else {
            return self;
        };
        let why = match path::put(&mut self.path, name, &Plain(&value)) {
            Ok(()) => return self,
            Err(Unfit::Empty) => "it is empty",
            Err(Unfit::Dots) => "it would lead to another path",
            Err(Unfit::Unwritable) => "it has no text",
        };
        self.fail(format!("`{name}` can't be a part of the path: {why}"));
        self
    }

    /// Adds a parameter to the query; `None` leaves it out.
    pub(crate) fn query(mut self, name: &str, value: Argument<impl Serialize>) -> Self {
        if let Some(value) = self.given(value) {
            let url = self.request.url_mut();
            let mut pairs = url.query_pairs_mut();
            let encoder = serde_urlencoded::Serializer::new(&mut pairs);
            let written = [(name, value)].serialize(encoder).map(drop);
            drop(pairs);
            if url.query() == Some("") {
                url.set_query(None);
            }
            if let Err(error) = written {
                self.fail(format!("`{name}` can't be put in a query: {error}"));
            }
        }
        self
    }

    /// Adds a parameter that takes several values to the query; `None` leaves it out.
    pub(crate) fn query_list(
        mut self,
        name: &str,
        style: ListStyle,
        values: Argument<Option<Vec<String>>>,
    ) -> Self {
        if let Some(values) = self.given(values).flatten() {
            let mut pairs = self.request.url_mut().query_pairs_mut();
            match style {
                ListStyle::Repeated => {
                    pairs.extend_pairs(values.iter().map(|value| (name, value)));
                }
                ListStyle::Joined(delimiter) => {
                    pairs.append_pair(name, &values.join(delimiter.encode_utf8(&mut [0; 4])));
                }
            }
        }
        self
    }

    /// Adds a header; `None` leaves it out.
    pub(crate) fn header(
        mut self,
        name: &'static str,
        value: Argument<Option<impl Serialize>>,
    ) -> Self {
        if let Some(value) = self.given(value).flatten() {
            let is_sendable = |byte: u8| byte == b'\t' || byte == b' ' || byte.is_ascii_graphic();
            let value = text_of(&value)
                .filter(|value| value.bytes().all(is_sendable))
                .and_then(|value| HeaderValue::try_from(value).ok());
            match (HeaderName::try_from(name), value) {
                (Ok(name), Some(value)) => {
                    self.request.headers_mut().append(name, value);
                }
                _ => self.fail(format!(
                    "`{name}` holds a line break or another character that no header can hold"
                )),
            }
        }
        self
    }

    /// Adds a cookie; `None` leaves it out.
    pub(crate) fn cookie(mut self, name: &str, value: Argument<Option<impl Serialize>>) -> Self {
        if let Some(value) = self.given(value).flatten() {
            let Some(value) = text_of(&value) else {
                self.fail(format!("`{name}` can't be sent in a cookie"));
                return self;
            };
            let value = utf8_percent_encode(&value, COOKIE);
            let headers = self.request.headers_mut();
            let before = headers
                .get(header::COOKIE)
                .and_then(|all| all.to_str().ok());
            let cookies = match before {
                Some(before) => format!("{before}; {name}={value}"),
                None => format!("{name}={value}"),
            };
            match HeaderValue::try_from(cookies) {
                Ok(mut cookies) => {
                    // Sessions are kept in cookies.
                    cookies.set_sensitive(true);
                    headers.insert(header::COOKIE, cookies);
                }
                Err(_) => self.fail(format!("`{name}` can't be sent in a cookie")),
            }
        }
        self
    }

    /// Sets a body of JSON; `None` leaves it out, unless there are extra fields to send.
    pub(crate) fn json(
        mut self,
        media_type: &'static str,
        body: Argument<Option<impl Serialize>>,
    ) -> Self {
        let Some(body) = self.given(body) else {
            return self;
        };
        let fields = self.extra_fields();
        let bytes = match &body {
            Some(body) => serde_json::to_vec(body),
            None if fields.is_some() => Ok(b"{}".to_vec()),
            None => return self,
        };
        match bytes {
            Ok(mut bytes) => {
                if let Some(fields) = fields {
                    add_to_object(&mut bytes, fields);
                }
                self.set_body(media_type, bytes.into());
            }
            Err(error) => self.fail(format!("`body` can't be written as JSON: {error}")),
        }
        self
    }

    /// Sets a body of encoded pairs; `None` leaves it out, unless there are extra fields to send.
    pub(crate) fn form_urlencoded(
        mut self,
        media_type: &'static str,
        body: Argument<Option<impl Serialize>>,
    ) -> Self {
        let Some(body) = self.given(body) else {
            return self;
        };
        let fields = self.extra_fields();
        let text = match &body {
            Some(body) => pairs_of(body),
            None if fields.is_some() => Ok(String::new()),
            None => return self,
        };
        match text {
            Ok(mut text) => {
                if let Some(fields) = fields {
                    add_to_pairs(&mut text, fields);
                }
                self.set_body(media_type, text.into());
            }
            Err(error) => self.fail(format!("`body` can't be written as a form: {error}")),
        }
        self
    }

    /// Sets a body of text; `None` leaves it out.
    pub(crate) fn text(mut self, media_type: &'static str, body: Argument<Option<String>>) -> Self {
        if let Some(body) = self.given(body).flatten() {
            self.set_body(media_type, body.into());
        }
        self
    }

    /// Sets a body of bytes, which may be a file's or come from a stream; `None` leaves it out.
    pub(crate) fn upload(
        mut self,
        media_type: &'static str,
        body: Argument<Option<Upload>>,
    ) -> Self {
        if let Some(body) = self.given(body).flatten() {
            self.set_content_type(media_type);
            self.upload = Some(body);
        }
        self
    }

    /// Sets the form as the body. The parts that are required, by the names that are sent and those
    /// of their setters, must be in it.
    pub(crate) fn form(mut self, mut form: Form, required: &[(&str, &str)]) -> Self {
        for (name, value) in self.extra_fields().into_iter().flatten() {
            if !form.has(name) {
                form.text(name, text_of_json(value));
            }
        }
        let mut required = required.iter();
        let missing = required.find(|(name, _)| !form.has(name));
        // A part that is wrong is missing, too.
        self.form = self.given(form.into_parts());
        if let Some((_, method)) = missing {
            self.fail(format!("`{method}` is required and was not given"));
        }
        self
    }

    /// Sets the form as the body, unless it has no parts and there are no extra fields.
    pub(crate) fn form_or_nothing(mut self, form: Form, required: &[(&str, &str)]) -> Self {
        if form.is_empty() && self.extra_fields().is_none() {
            self
        } else {
            self.form(form, required)
        }
    }

    /// Sends the request and decodes the answer.
    pub(crate) fn send<T: DeserializeOwned>(
        self,
    ) -> impl Future<Output = Result<Response<T>, Error>> + Send + use<'a, T> {
        // Boxed before the `async` block: capturing the request would make the future larger.
        let call = self.call();
        async move { decode::json(call?.await?) }
    }

    /// Sends the request, whose answer has no content that the spec knows.
    pub(crate) fn send_without_reply(
        self,
    ) -> impl Future<Output = Result<Response<()>, Error>> + Send + use<'a> {
        let call = self.call();
        async move { Ok(decode::nothing(call?.await?)) }
    }

    /// Sends the request and decodes the answer, which may carry nothing.
    pub(crate) fn send_for_option<T: DeserializeOwned>(
        self,
    ) -> impl Future<Output = Result<Response<Option<T>>, Error>> + Send + use<'a, T> {
        let call = self.call();
        async move { decode::json_or_nothing(call?.await?) }
    }

    /// Sends the request, whose answer is text.
    pub(crate) fn send_for_text(
        self,
    ) -> impl Future<Output = Result<Response<String>, Error>> + Send + use<'a> {
        let call = self.call();
        async move { decode::text(call?.await?) }
    }

    /// Sends the request, whose answer is read as it comes.
    pub(crate) fn send_for_download(
        self,
    ) -> impl Future<Output = Result<Response<Download>, Error>> + Send + use<'a> {
        let call = self.call_reading(Reading::AsItComes);
        async move { decode::download(call?.await?) }
    }

    fn call(self) -> Result<Call<'a>, Error> {
        self.call_reading(Reading::Whole)
    }

    fn call_reading(mut self, reading: Reading) -> Result<Call<'a>, Error> {
        self.add_headers_and_query();
        if let Some(failure) = self.failure {
            return Err(failure);
        }
        path::append(self.request.url_mut(), &self.path);
        let source = match (self.form, self.upload) {
            (Some(form), _) => RequestSource::form(self.request, form),
            (None, Some(upload)) => RequestSource::upload(self.request, upload),
            (None, None) => RequestSource::request(self.request),
        };
        Ok(self.transport.call(self.operation, source, reading))
    }

    /// Returns an argument; of a wrong one, keeps the error.
    fn given<T>(&mut self, argument: Argument<T>) -> Option<T> {
        match argument {
            Ok(value) => Some(value),
            Err(error) => {
                self.failure.get_or_insert_with(|| error.of(self.operation));
                None
            }
        }
    }

    /// Returns the fields that are added to the body, unless there are none; of a documented one,
    /// keeps the error.
    fn extra_fields(&mut self) -> Option<&'a BTreeMap<String, Value>> {
        let extras = self.transport.options().extras()?;
        let fields = self.kept(extras.fields_of(self.operation))?;
        (!fields.is_empty()).then_some(fields)
    }

    /// Adds what the documentation doesn't name to the headers and to the end of the query.
    fn add_headers_and_query(&mut self) {
        let Some(extras) = self.transport.options().extras() else {
            return;
        };
        let query = self.kept(extras.query_of(self.operation));
        if let Some(query) = query.filter(|query| !query.is_empty()) {
            self.request.url_mut().query_pairs_mut().extend_pairs(query);
        }
        for (name, value) in extras.headers() {
            let replaced = self
                .request
                .headers_mut()
                .insert(name.clone(), value.clone());
            let is_key = matches!(self.operation.key, KeyPlace::Header(key) if name == key);
            if is_key {
                self.fail(format!(
                    "`{name}` can't be an extra header: it carries the API key"
                ));
            }
            if replaced.is_some() {
                let id = self.operation.id;
                self.fail(format!(
                    "`{name}` is a documented header of `{id}`: set it on the call"
                ));
            }
        }
    }

    /// Returns a success; of a failure, keeps the error.
    fn kept<T>(&mut self, result: Result<T, Error>) -> Option<T> {
        result
            .map_err(|error| self.failure.get_or_insert(error))
            .ok()
    }

    fn fail(&mut self, message: String) {
        let id = self.operation.id;
        self.failure
            .get_or_insert_with(|| Error::invalid_request(message).with_operation(id));
    }

    fn set_body(&mut self, media_type: &'static str, body: reqwest::Body) {
        self.set_content_type(media_type);
        *self.request.body_mut() = Some(body);
    }

    fn set_content_type(&mut self, media_type: &'static str) {
        let media_type = HeaderValue::from_static(media_type);
        self.request
            .headers_mut()
            .insert(header::CONTENT_TYPE, media_type);
    }
}

type Call<'a> = BoxFuture<'a, Result<Answer, Error>>;
