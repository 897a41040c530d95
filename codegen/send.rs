//! Writes the method `send` of a builder, since progenitor's has less than the crate needs.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Ident, Type};

use super::{
    model::{Location, OperationModel},
    names,
};

/// The documentation of the errors of `send`.
const ERRORS: &str = "\
# Errors

The [kind](crate::Error::kind) of the error tells what has failed: an argument
([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), the connection
([`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
[`Interrupted`](crate::ErrorKind::Interrupted)), the server
([`Status`](crate::ErrorKind::Status)) or the reply ([`Decode`](crate::ErrorKind::Decode),
[`TooLarge`](crate::ErrorKind::TooLarge)).";

/// The body of a request, by how it is added.
pub enum Body {
    None,
    /// The bytes of a field, of this media type.
    Raw {
        media_type: String,
    },
    /// The value of a field that is encoded by a method of the request.
    Encoded {
        method: &'static str,
        /// The type that is made from the field, where that is a builder.
        built: Option<Ident>,
    },
    Form,
}

/// Returns the method for a builder with these fields, and with a field for the client.
pub fn method(
    operation: &OperationModel,
    client: &Ident,
    fields: &[Ident],
    body: &Body,
    success: &Type,
) -> TokenStream {
    let row = names::constant(&operation.id);
    let parameters = operation.parameters.iter().map(|parameter| {
        let (name, field) = (&parameter.name, names::snake(&parameter.name));
        match parameter.location {
            Location::Path => quote! { .path(#name, #field) },
            Location::Query => quote! { .query(#name, #field) },
            Location::Header if parameter.is_required => {
                quote! { .header(#name, #field.map(::std::option::Option::Some)) }
            }
            Location::Header => quote! { .header(#name, #field) },
        }
    });
    let body = match body {
        Body::None => quote! {},
        Body::Form => quote! { .form(form) },
        Body::Raw { media_type } => quote! { .body(#media_type, body) },
        Body::Encoded { method, built } => {
            let method = quote::format_ident!("{method}");
            match built {
                Some(name) => quote! {
                    .#method(body.and_then(|body| {
                        types::#name::try_from(body).map_err(|error| {
                            crate::binding::ArgumentError::invalid_because("body", "valid", error)
                        })
                    }))
                },
                None => quote! { .#method(body) },
            }
        }
    };
    let send = if operation.replies {
        quote! { send }
    } else {
        quote! { send_without_reply }
    };
    let docs = format!(
        "Sends a `{}` request to `{}`.\n\n{ERRORS}",
        operation.method, operation.path
    );
    quote! {
        #[doc = #docs]
        pub async fn send(self) -> Result<crate::Response<#success>, crate::Error> {
            let Self { #client, #(#fields),* } = self;
            crate::binding::Request::new(#client.transport(), &super::operations::#row)
                #(#parameters)*
                #body
                .#send()
                .await
        }
    }
}
