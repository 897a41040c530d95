//! Adds the operation table.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::codegen::{
    model::{IntegerRange, Key, Location, OperationModel, ReplyKind},
    names,
};

/// Adds the table to the file.
pub fn add(file: &mut syn::File, operations: &[OperationModel]) {
    let rows = operations.iter().map(row);
    file.items.push(syn::parse_quote! {
        /// The rows of the operations.
        pub(crate) mod operations {
            #(#rows)*
        }
    });
}

fn row(operation: &OperationModel) -> TokenStream {
    let id = &operation.id;
    let retry = format_ident!("{}", names::type_name(&operation.retry));
    let (reply, accept) = (reply(&operation.reply.kind), &operation.reply.accept);
    let key = match &operation.key {
        Key::Bearer => quote! { crate::binding::KeyPlace::Bearer },
        Key::Header(name) => quote! { crate::binding::KeyPlace::Header(#name) },
        Key::None => quote! { crate::binding::KeyPlace::None },
    };
    let bounds = operation.bounds.iter().map(|bound| {
        let IntegerRange {
            parameter,
            minimum,
            maximum,
        } = bound;
        quote! { crate::binding::Bound { parameter: #parameter, range: #minimum..=#maximum } }
    });
    let pagination = operation.pagination.as_ref();
    let range = match pagination.and_then(|pagination| pagination.range.as_ref()) {
        Some(range) => {
            let (after, before) = (&range.after, &range.before);
            quote! { ::std::option::Option::Some((#after, #before)) }
        }
        None => quote! { ::std::option::Option::None },
    };
    let (name, path) = (names::constant(id), &operation.path);
    let method = format_ident!("{}", operation.method);
    let parameters = |location| {
        let parameters = operation.parameters.iter();
        let found = parameters.filter(move |parameter| parameter.location == location);
        found.map(|parameter| &parameter.name)
    };
    let (path_parameters, query) = (parameters(Location::Path), parameters(Location::Query));
    let fields = operation.body_properties.iter();
    quote! {
        pub(crate) static #name: crate::binding::Operation = crate::binding::Operation {
            id: #id,
            method: ::http::Method::#method,
            path: #path,
            span: crate::binding::call_span!(#id #(, #path_parameters)*),
            retry: crate::binding::RetryClass::#retry,
            query: &[#(#query),*],
            fields: &[#(#fields),*],
            bounds: &[#(#bounds),*],
            range: #range,
            reply: crate::binding::Reply::#reply,
            accept: #accept,
            key: #key,
        };
    }
}

fn reply(kind: &ReplyKind) -> Ident {
    format_ident!(
        "{}",
        match kind {
            ReplyKind::Nothing => "Nothing",
            ReplyKind::Json {
                is_optional: true, ..
            } => "JsonOrNothing",
            ReplyKind::Json {
                is_container: true, ..
            } => "Container",
            ReplyKind::Json { .. } => "Json",
            ReplyKind::Text => "Text",
            ReplyKind::Download => "Download",
        }
    )
}
