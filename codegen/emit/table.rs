//! Adds the operation table.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::codegen::{
    model::{IntegerRange, Location, OperationModel},
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
    let replies = operation.replies;
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
    let parameters = operation
        .parameters
        .iter()
        .filter(|parameter| parameter.location == Location::Path)
        .map(|parameter| &parameter.name);
    quote! {
        pub(crate) static #name: crate::binding::Operation = crate::binding::Operation {
            id: #id,
            method: ::http::Method::#method,
            path: #path,
            span: crate::binding::call_span!(#id #(, #parameters)*),
            retry: crate::binding::RetryClass::#retry,
            bounds: &[#(#bounds),*],
            range: #range,
            replies: #replies,
        };
    }
}
