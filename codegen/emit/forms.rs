//! Bindings for bodies of `multipart/form-data`, which progenitor doesn't have.
//!
//! They look and behave like progenitor's builders:
//! `client.run_agent_multipart().agent_id(id).query("…").files(upload).send()`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::codegen::{
    model::{Form, Location, Parameter, Part, PartKind},
    names,
    problem::Problem,
    tokens, wording,
};

/// Adds a builder for each operation, and the client's method that returns it.
pub fn add(file: &mut syn::File, forms: &[Form]) -> Result<(), Problem> {
    tokens::extend_module(file, "builder", forms.iter().map(builder).collect())?;
    let methods = forms.iter().map(|form| {
        let (name, docs) = (names::snake(&form.name), &form.docs);
        let builder = names::builder(&form.name);
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
    Ok(())
}

fn builder(form: &Form) -> TokenStream {
    let name = names::builder(&form.name);
    let docs = format!("Builder for [`Client::{}`](super::Client::{0}).", form.name);
    let reply = |schema: &Option<String>| match schema {
        Some(name) => {
            let name = format_ident!("{name}");
            quote! { types::#name }
        }
        None => quote! { () },
    };
    let (success, failure) = (reply(&form.success), reply(&form.failure));
    let decode = |schema: &Option<String>| match schema {
        Some(_) => quote! { crate::binding::decode(response).await? },
        None => quote! { crate::binding::empty(response) },
    };
    let (decode_success, decode_failure) = (decode(&form.success), decode(&form.failure));
    let fields = form.parameters.iter().map(|parameter| {
        let (name, ty) = (names::snake(&parameter.name), stored_type(parameter));
        quote! { #name: Result<#ty, ::std::string::String> }
    });
    let initial = form.parameters.iter().map(|parameter| {
        let name = names::snake(&parameter.name);
        if parameter.is_required {
            let message = wording::missing(&form.operation_id, &parameter.name);
            quote! { #name: Err(#message.to_owned()) }
        } else {
            quote! { #name: Ok(None) }
        }
    });
    let setters = form
        .parameters
        .iter()
        .map(|parameter| parameter_setter(&form.operation_id, parameter))
        .chain(form.parts.iter().map(part_setter));
    let resolved = form.parameters.iter().map(|parameter| {
        let name = names::snake(&parameter.name);
        quote! { let #name = self.#name.map_err(Error::InvalidRequest)?; }
    });
    let url = url(form);
    let query = form
        .parameters
        .iter()
        .filter(|parameter| parameter.location != Location::Path)
        .map(|parameter| {
            let (name, ident) = (&parameter.name, names::snake(&parameter.name));
            if parameter.is_required {
                quote! { query.push((#name, #ident)); }
            } else {
                quote! { query.extend(#ident.map(|it| (#name, it))); }
            }
        });
    let (id, method) = (&form.operation_id, format_ident!("{}", form.method));

    quote! {
        #[doc = #docs]
        #[derive(Debug)]
        pub struct #name<'a> {
            client: &'a super::Client,
            #(#fields,)*
            form: crate::binding::Form,
        }

        impl<'a> #name<'a> {
            /// Creates a request with nothing set.
            pub fn new(client: &'a super::Client) -> Self {
                Self {
                    client,
                    #(#initial,)*
                    form: crate::binding::Form::default(),
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
                let response = crate::binding::send_form(
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

/// Returns the type of a parameter's field, which holds the text that goes into the URL.
fn stored_type(parameter: &Parameter) -> TokenStream {
    if parameter.is_required {
        quote! { ::std::string::String }
    } else {
        quote! { ::std::option::Option<::std::string::String> }
    }
}

fn parameter_setter(operation_id: &str, parameter: &Parameter) -> TokenStream {
    let name = names::snake(&parameter.name);
    let docs = parameter.description.as_deref().unwrap_or_default();
    let (ty, what) = if parameter.is_uuid {
        (quote! { ::uuid::Uuid }, "a UUID")
    } else {
        (quote! { ::std::string::String }, "text")
    };
    let message = wording::invalid(operation_id, &parameter.name, what);
    let store = if parameter.is_required {
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
            pub fn #name(mut self, upload: impl ::std::convert::Into<crate::binding::Upload>) -> Self {
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

/// Returns the expression of the URL, with the path parameters percent-encoded.
fn url(form: &Form) -> TokenStream {
    let mut format = String::new();
    let mut arguments = Vec::new();
    for piece in form.path.split_inclusive('}') {
        let (literal, name) = match piece
            .strip_suffix('}')
            .and_then(|piece| piece.split_once('{'))
        {
            Some((literal, name)) => (literal, Some(name)),
            None => (piece, None),
        };
        format.push_str(literal);
        if let Some(name) = name {
            let name = names::snake(name);
            format.push_str("{}");
            arguments.push(quote! { crate::binding::path_segment(&#name) });
        }
    }
    quote! { crate::binding::url(self.client, &format!(#format, #(#arguments),*)) }
}
