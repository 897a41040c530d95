//! Bindings for bodies of `multipart/form-data`, which progenitor doesn't have.
//!
//! They look and behave like progenitor's builders:
//! `client.run_agent_multipart().agent_id(id).query("…") .files(upload).send()`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;

use super::{
    names, patch,
    spec::{self, Endpoint, JSON, MULTIPART},
};

/// An operation that takes a form.
pub struct MultipartOperation {
    operation_id: String,
    /// The method of the client: the operation's id, with a suffix where JSON has that name.
    name: String,
    method: String,
    path: String,
    docs: String,
    parameters: Vec<Parameter>,
    parts: Vec<Part>,
    success: Option<String>,
    failure: Option<String>,
}

struct Parameter {
    name: String,
    in_path: bool,
    required: bool,
    is_uuid: bool,
    description: String,
}

impl Parameter {
    /// Parameters are kept as the text that goes into the URL.
    fn stored_type(&self) -> TokenStream {
        if self.required {
            quote! { ::std::string::String }
        } else {
            quote! { ::std::option::Option<::std::string::String> }
        }
    }
}

struct Part {
    name: String,
    kind: PartKind,
    description: String,
}

enum PartKind {
    Text,
    File,
    Json,
}

impl MultipartOperation {
    /// Reads an operation; `None` where it takes no form.
    pub fn read(spec: &Value, endpoint: &Endpoint) -> Option<Self> {
        let media_types = endpoint.request_media_types(spec);
        let (_, body) = media_types.iter().find(|(it, _)| *it == MULTIPART)?;
        let operation_id = endpoint.operation_id()?.to_owned();
        let has_json = media_types.iter().any(|(it, _)| *it == JSON);
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        let schema = spec::resolve(spec, &body["schema"]);
        let failure = endpoint
            .responses(spec)
            .find(|(code, _)| !code.starts_with('2'))
            .and_then(|(_, it)| spec::schema_name(&it["content"][JSON]["schema"]));
        Some(Self {
            name: if has_json {
                format!("{operation_id}_multipart")
            } else {
                operation_id.clone()
            },
            method: endpoint.method.to_uppercase(),
            path: endpoint.path.to_owned(),
            docs: format!(
                "{}, as a form.\n\n{}",
                text(&endpoint.operation["summary"]).trim_end_matches('.'),
                text(&endpoint.operation["description"]),
            ),
            parameters: endpoint
                .parameters(spec)
                .iter()
                .map(|it| Parameter {
                    name: text(&it["name"]),
                    in_path: it["in"] == "path",
                    required: it["required"] == true,
                    is_uuid: spec::resolve(spec, &it["schema"])["format"] == "uuid",
                    description: text(&it["description"]),
                })
                .collect(),
            parts: spec::entries(&schema["properties"])
                .map(|(name, it)| Part {
                    name: name.to_owned(),
                    kind: part_kind(spec, it),
                    description: text(&it["description"]),
                })
                .collect(),
            success: endpoint
                .success_schema(spec)
                .and_then(spec::schema_name)
                .map(str::to_owned),
            failure: failure.map(str::to_owned),
            operation_id,
        })
    }
}

fn part_kind(spec: &Value, schema: &Value) -> PartKind {
    let schema = match spec::list(&schema["allOf"]) {
        [only] => spec::resolve(spec, only),
        _ => spec::resolve(spec, schema),
    };
    let element = if schema["type"] == "array" {
        spec::resolve(spec, &schema["items"])
    } else {
        schema
    };
    match (element["format"].as_str(), schema["type"].as_str()) {
        (Some("binary"), _) => PartKind::File,
        (_, Some("string" | "integer" | "number" | "boolean")) => PartKind::Text,
        _ => PartKind::Json,
    }
}

/// Adds a builder for each operation, and the client's method that returns it.
pub fn add(file: &mut syn::File, operations: &[MultipartOperation]) {
    patch::extend_module(file, "builder", operations.iter().map(builder).collect());
    let methods = operations.iter().map(|it| {
        let (name, docs) = (names::snake(&it.name), &it.docs);
        let builder = format_ident!("{}", names::type_name(&it.name));
        quote! {
            #[doc = #docs]
            pub fn #name(&self) -> builder::#builder<'_> {
                builder::#builder::new(self)
            }
        }
    });
    file.items.push(syn::parse_quote! {
        impl Client {
            #(#methods)*
        }
    });
}

fn builder(operation: &MultipartOperation) -> TokenStream {
    let name = format_ident!("{}", names::type_name(&operation.name));
    let docs = format!(
        "Builder of [`Client::{}`](super::Client::{0}).",
        operation.name
    );
    let reply = |schema: &Option<String>| match schema {
        Some(it) => {
            let it = format_ident!("{it}");
            quote! { types::#it }
        }
        None => quote! { () },
    };
    let (success, failure) = (reply(&operation.success), reply(&operation.failure));
    let decode = |schema: &Option<String>| match schema {
        Some(_) => quote! { crate::transport::decode(response).await? },
        None => quote! { crate::transport::empty(response) },
    };
    let (decode_success, decode_failure) = (decode(&operation.success), decode(&operation.failure));
    let fields = operation.parameters.iter().map(|it| {
        let (name, ty) = (names::snake(&it.name), it.stored_type());
        quote! { #name: Result<#ty, ::std::string::String> }
    });
    let initial = operation.parameters.iter().map(|it| {
        let name = names::snake(&it.name);
        if it.required {
            let message = patch::missing(&operation.operation_id, &it.name);
            quote! { #name: Err(#message.to_owned()) }
        } else {
            quote! { #name: Ok(None) }
        }
    });
    let setters = operation
        .parameters
        .iter()
        .map(|it| parameter_setter(&operation.operation_id, it))
        .chain(operation.parts.iter().map(part_setter));
    let resolved = operation.parameters.iter().map(|it| {
        let name = names::snake(&it.name);
        quote! { let #name = self.#name.map_err(Error::InvalidRequest)?; }
    });
    let url = url(operation);
    let query = operation
        .parameters
        .iter()
        .filter(|it| !it.in_path)
        .map(|it| {
            let (name, ident) = (&it.name, names::snake(&it.name));
            if it.required {
                quote! { query.push((#name, #ident)); }
            } else {
                quote! { query.extend(#ident.map(|it| (#name, it))); }
            }
        });
    let (id, method) = (
        &operation.operation_id,
        format_ident!("{}", operation.method),
    );

    quote! {
        #[doc = #docs]
        #[derive(Debug)]
        pub struct #name<'a> {
            client: &'a super::Client,
            #(#fields,)*
            form: crate::transport::Form,
        }

        impl<'a> #name<'a> {
            /// A request with nothing set yet.
            pub fn new(client: &'a super::Client) -> Self {
                Self {
                    client,
                    #(#initial,)*
                    form: crate::transport::Form::default(),
                }
            }

            #(#setters)*

            /// Adds a text part that the documentation doesn't name.
            pub fn extra_field(
                mut self,
                name: impl ::std::convert::Into<::std::string::String>,
                value: impl ::std::convert::Into<::std::string::String>,
            ) -> Self {
                self.form.text(name, value);
                self
            }

            /// Sends the form.
            pub async fn send(self) -> Result<ResponseValue<#success>, Error<#failure>> {
                #(#resolved)*
                let url = #url;
                #[allow(unused_mut)]
                let mut query: ::std::vec::Vec<(&'static str, ::std::string::String)> = ::std::vec::Vec::new();
                #(#query)*
                let response = crate::transport::send_form(
                    self.client,
                    #id,
                    ::reqwest::Method::#method,
                    url,
                    query,
                    self.form,
                )
                .await?;
                match response.status().as_u16() {
                    200..=299 => Ok(#decode_success),
                    400..=599 => Err(Error::ErrorResponse(#decode_failure)),
                    _ => Err(Error::UnexpectedResponse(response.into_response())),
                }
            }
        }
    }
}

fn parameter_setter(operation_id: &str, parameter: &Parameter) -> TokenStream {
    let name = names::snake(&parameter.name);
    let docs = &parameter.description;
    let (ty, what) = if parameter.is_uuid {
        (quote! { ::uuid::Uuid }, "a UUID")
    } else {
        (quote! { ::std::string::String }, "text")
    };
    let message = patch::invalid(operation_id, &parameter.name, what);
    let store = if parameter.required {
        quote! { |it: #ty| it.to_string() }
    } else {
        quote! { |it: #ty| Some(it.to_string()) }
    };
    quote! {
        #[doc = #docs]
        pub fn #name<V: ::std::convert::TryInto<#ty>>(mut self, value: V) -> Self {
            self.#name = value.try_into().map(#store).map_err(|_| #message.to_owned());
            self
        }
    }
}

fn part_setter(part: &Part) -> TokenStream {
    let (wire_name, name, docs) = (&part.name, names::snake(&part.name), &part.description);
    match part.kind {
        PartKind::Text => quote! {
            #[doc = #docs]
            pub fn #name(mut self, value: impl ::std::string::ToString) -> Self {
                self.form.text(#wire_name, value.to_string());
                self
            }
        },
        PartKind::File => quote! {
            #[doc = #docs]
            ///
            /// Each call adds one part.
            pub fn #name(mut self, upload: impl ::std::convert::Into<crate::transport::Upload>) -> Self {
                self.form.file(#wire_name, upload.into());
                self
            }
        },
        PartKind::Json => quote! {
            #[doc = #docs]
            ///
            /// It is sent as JSON text.
            pub fn #name(mut self, value: impl ::serde::Serialize) -> Self {
                self.form.json(#wire_name, &value);
                self
            }
        },
    }
}

/// The expression of the URL, with the path parameters percent-encoded.
fn url(operation: &MultipartOperation) -> TokenStream {
    let mut format = String::new();
    let mut arguments = Vec::new();
    for piece in operation.path.split_inclusive('}') {
        let (literal, name) = match piece.strip_suffix('}').and_then(|it| it.split_once('{')) {
            Some((literal, name)) => (literal, Some(name)),
            None => (piece, None),
        };
        format.push_str(literal);
        if let Some(name) = name {
            let name = names::snake(name);
            format.push_str("{}");
            arguments.push(quote! { crate::transport::path_segment(&#name) });
        }
    }
    quote! { crate::transport::url(self.client, &format!(#format, #(#arguments),*)) }
}
