//! Adds the client, with a method for each operation, and the builders that these return.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::types;
use crate::codegen::{
    model::{Api, FormModel, OperationModel, Parameter},
    names,
};

pub mod arguments;
mod body;
mod example;
mod parts;
mod send;

/// Adds the client and the module of the builders to the file.
pub fn add(file: &mut syn::File, api: &Api) {
    let calls: Vec<Call> = api.operations.iter().flat_map(Call::of).collect();
    let methods = calls.iter().map(Call::method);
    let builders = calls.iter().map(|call| call.builder(api));
    let about = &api.about;
    let added: syn::File = syn::parse_quote! {
        #[doc = #about]
        #[derive(Clone, Debug)]
        pub struct Client {
            pub(crate) inner: crate::client::Shared,
        }

        impl Client {
            #(#methods)*
        }

        /// The builders of calls.
        // What a spec leaves undocumented must not fail the build of a maintainer who changed it.
        #[allow(clippy::all)]
        #[allow(missing_docs, deprecated)]
        pub mod builder {
            #[allow(unused_imports)]
            use super::types;

            #(#builders)*
        }
    };
    file.items.extend(added.items);
}

/// One way of calling an operation: without a form, or with one.
struct Call<'a> {
    operation: &'a OperationModel,
    form: Option<&'a FormModel>,
    name: &'a str,
}

/// The field of the client in a builder.
pub fn client(operation: &OperationModel) -> Ident {
    free("client", operation)
}

/// Returns a name that no parameter has.
pub fn free(name: &str, operation: &OperationModel) -> Ident {
    let is_taken = |parameter: &Parameter| parameter.rust_name == name;
    if operation.parameters.iter().any(is_taken) {
        // The names of parameters begin with a letter.
        format_ident!("_{name}")
    } else {
        format_ident!("{name}")
    }
}

impl<'a> Call<'a> {
    fn of(operation: &'a OperationModel) -> Vec<Self> {
        let has_form_only = operation.form.is_some() && operation.body.is_none();
        let plain = (!has_form_only).then_some(Self {
            operation,
            form: None,
            name: &operation.id,
        });
        let form = operation.form.as_ref().map(|form| Self {
            operation,
            form: Some(form),
            name: &form.name,
        });
        plain.into_iter().chain(form).collect()
    }

    /// Returns the method of the client.
    fn method(&self) -> TokenStream {
        let (name, builder) = (names::snake(self.name), names::builder(self.name));
        let docs = self.docs();
        let deprecated = types::deprecated(
            self.operation.is_deprecated,
            self.operation.description.as_deref(),
        );
        quote! {
            #[doc = #docs]
            #deprecated
            pub fn #name(&self) -> builder::#builder<'_> {
                builder::#builder::new(self)
            }
        }
    }

    fn docs(&self) -> String {
        let OperationModel { method, path, .. } = self.operation;
        let mut paragraphs = Vec::new();
        if let Some(summary) = &self.operation.summary {
            let summary = summary.trim_end_matches(['.', ',']);
            paragraphs.push(if self.name == self.operation.id {
                summary.to_owned()
            } else {
                format!("{summary}, as a form")
            });
        }
        paragraphs.extend(self.operation.description.clone());
        paragraphs.push(format!("Sends a `{method}` request to `{path}`"));
        let parameters = self.operation.documented_parameters();
        let arguments = parameters.iter().filter_map(|parameter| {
            let description = parameter.description.as_ref()?;
            Some(format!("- `{}`: {description}", parameter.rust_name))
        });
        let arguments: Vec<String> = arguments.collect();
        if !arguments.is_empty() {
            paragraphs.push(format!("Arguments:\n{}", arguments.join("\n")));
        }
        let docs = self.operation.docs.as_ref();
        paragraphs.extend(docs.map(|url| format!("Documented at <{url}>.")));
        paragraphs.push(example::of(self));
        paragraphs.join("\n\n")
    }

    fn builder(&self, api: &Api) -> TokenStream {
        let operation = self.operation;
        let name = names::builder(self.name);
        let method = names::snake(self.name);
        let docs = format!("Builder for [`Client::{method}`](super::Client::{method}).");
        let client = client(operation);
        let body = match self.form {
            Some(form) => body::of_form(operation, form),
            None => body::of(operation, api),
        };
        let mut fields: Vec<arguments::Field> = operation
            .documented_parameters()
            .into_iter()
            .map(arguments::field)
            .collect();
        let can_be_cloned = body.as_ref().is_none_or(|body| body.can_be_cloned);
        let add_body = body.as_ref().map(|body| body.add.clone());
        fields.extend(body.map(|body| body.field));
        let derive_clone = can_be_cloned.then(|| quote! { , Clone });
        let (names, types): (Vec<_>, Vec<_>) =
            fields.iter().map(|field| (&field.name, &field.ty)).unzip();
        let unset = fields.iter().map(|field| &field.unset);
        let setters = fields.iter().map(|field| &field.setters);
        let send = send::methods(operation, add_body);
        quote! {
            #[doc = #docs]
            #[derive(Debug #derive_clone)]
            pub struct #name<'a> {
                #client: &'a super::Client,
                #(#names: #types,)*
            }

            impl<'a> #name<'a> {
                /// Creates a request with nothing set.
                pub fn new(#client: &'a super::Client) -> Self {
                    Self { #client, #(#names: #unset,)* }
                }

                #(#setters)*

                #send
            }
        }
    }
}
