//! Writes the methods of a builder that send: `send`, and `download` where a reply is decoded.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::arguments;
use crate::codegen::{
    emit::types,
    model::{Location, OperationModel, Parameter, ReplyKind},
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

/// The documentation of `download`.
const DOWNLOAD: &str = "\
Sends the same request as [`send`](Self::send), and returns the reply as it comes, without
decoding it: one that is larger than memory can be saved to a file.

# Errors

Those of [`send`](Self::send), but for [`Decode`](crate::ErrorKind::Decode). What fails after the
beginning of the reply is told by the [`Download`](crate::Download).";

/// Returns the methods for a builder whose body, if it has one, is added by this call.
pub fn methods(operation: &OperationModel, add_body: Option<TokenStream>) -> TokenStream {
    let (success, how) = match &operation.reply.kind {
        ReplyKind::Nothing => (quote! { () }, "send_without_reply"),
        ReplyKind::Json {
            shape, is_optional, ..
        } => {
            let shape = types::of_shape(shape, &quote! { types:: });
            if *is_optional {
                (quote! { ::std::option::Option<#shape> }, "send_for_option")
            } else {
                (shape, "send")
            }
        }
        ReplyKind::Text => (quote! { ::std::string::String }, "send_for_text"),
        ReplyKind::Download => (quote! { crate::Download }, "send_for_download"),
    };
    let docs = format!(
        "Sends a `{}` request to `{}`.\n\n{ERRORS}",
        operation.method, operation.path
    );
    let is_decoded = matches!(
        operation.reply.kind,
        ReplyKind::Json { .. } | ReplyKind::Text
    );
    let download = is_decoded.then(|| {
        let success = quote! { crate::Download };
        let method = Method {
            name: "download",
            docs: DOWNLOAD,
            success,
            how: "send_for_download",
        };
        method.write(operation, add_body.as_ref())
    });
    let send = Method {
        name: "send",
        docs: &docs,
        success,
        how,
    };
    let send = send.write(operation, add_body.as_ref());
    quote! { #send #download }
}

struct Method<'a> {
    name: &'a str,
    docs: &'a str,
    success: TokenStream,
    /// The method of `binding::Request`.
    how: &'a str,
}

impl Method<'_> {
    fn write(&self, operation: &OperationModel, add_body: Option<&TokenStream>) -> TokenStream {
        let Self { docs, success, .. } = self;
        let (name, how) = (
            format_ident!("{}", self.name),
            format_ident!("{}", self.how),
        );
        let row = names::constant(&operation.id);
        let client = super::client(operation);
        let parameters = operation.parameters.iter().map(add_parameter);
        quote! {
            #[doc = #docs]
            pub async fn #name(
                self,
            ) -> ::std::result::Result<crate::Response<#success>, crate::Error> {
                crate::binding::Request::new(self.#client.transport(), &super::operations::#row)
                    #(#parameters)*
                    #add_body
                    .#how()
                    .await
            }
        }
    }
}

fn add_parameter(parameter: &Parameter) -> TokenStream {
    let (name, field) = (&parameter.name, format_ident!("{}", parameter.rust_name));
    let optional = parameter.is_required.then(|| quote! { .map(Some) });
    if let Some(style) = parameter.list {
        let style = arguments::list_style(style);
        return quote! { .query_list(#name, #style, self.#field #optional) };
    }
    match parameter.location {
        Location::Path => quote! { .path(#name, self.#field) },
        Location::Query => quote! { .query(#name, self.#field) },
        Location::Header => quote! { .header(#name, self.#field #optional) },
        Location::Cookie => quote! { .cookie(#name, self.#field #optional) },
    }
}
