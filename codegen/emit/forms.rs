//! Adds the bindings for bodies of `multipart/form-data`, which progenitor doesn't support.
//!
//! They look and behave like progenitor's builders:
//! `client.run_agent_multipart().agent_id(id).query("…").files(upload).send()`.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::parse_quote;

use crate::codegen::{
    model::{Api, FormModel, FormPart, OperationModel, Parameter, PartKind},
    names,
    problem::Problem,
    send::{self, Body},
    tokens, wording,
};

/// Adds a builder for each operation, and the client's method that returns it.
pub fn add(file: &mut syn::File, api: &Api) -> Result<(), Problem> {
    let builders = api.forms.iter().filter_map(|form| {
        let operation = api
            .operations
            .iter()
            .find(|operation| operation.id == form.operation_id)?;
        Some(builder(operation, form))
    });
    tokens::extend_module(file, "builder", builders.collect())?;
    let methods = api.forms.iter().map(|form| {
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

fn builder(operation: &OperationModel, form: &FormModel) -> TokenStream {
    let name = names::builder(&form.name);
    let docs = format!("Builder for [`Client::{}`](super::Client::{0}).", form.name);
    let success = match &form.success {
        Some(name) => {
            let name = format_ident!("{name}");
            parse_quote! { types::#name }
        }
        None => parse_quote! { () },
    };
    let fields = operation.parameters.iter().map(|parameter| {
        let (name, ty) = (names::snake(&parameter.name), stored_type(parameter));
        quote! { #name: crate::binding::Argument<#ty> }
    });
    let initial = operation.parameters.iter().map(|parameter| {
        let name = names::snake(&parameter.name);
        if parameter.is_required {
            let error = wording::missing(&parameter.name);
            quote! { #name: Err(#error) }
        } else {
            quote! { #name: Ok(None) }
        }
    });
    let setters = operation
        .parameters
        .iter()
        .map(parameter_setter)
        .chain(form.parts.iter().map(part_setter));
    let names = operation
        .parameters
        .iter()
        .map(|parameter| names::snake(&parameter.name))
        .chain([format_ident!("form")])
        .collect::<Vec<_>>();
    let send = send::method(
        operation,
        &format_ident!("client"),
        &names,
        &Body::Form,
        &success,
    );

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

            #send
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

fn parameter_setter(parameter: &Parameter) -> TokenStream {
    let name = names::snake(&parameter.name);
    let docs = parameter.description.as_deref().unwrap_or_default();
    let (ty, kind) = if parameter.is_uuid {
        (quote! { ::uuid::Uuid }, "a UUID")
    } else {
        (quote! { ::std::string::String }, "text")
    };
    let error = wording::invalid(&parameter.name, kind);
    let store = if parameter.is_required {
        quote! { |value: #ty| value.to_string() }
    } else {
        quote! { |value: #ty| Some(value.to_string()) }
    };
    quote! {
        #[doc = #docs]
        pub fn #name<V: ::std::convert::TryInto<#ty>>(mut self, value: V) -> Self {
            self.#name = value.try_into().map(#store).map_err(|_| #error);
            self
        }
    }
}

fn part_setter(part: &FormPart) -> TokenStream {
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
