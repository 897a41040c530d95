//! The operation table.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::Item;

use super::{
    lists::{self, ListParameter, Pagination},
    names,
    spec::{self, Endpoint},
};

/// What the transport and the pages have to know of an operation.
pub struct Operation {
    pub id: String,
    pub docs: Option<String>,
    /// Names and descriptions of the parameters.
    pub parameters: Vec<(String, Option<String>)>,
    retry: String,
    bounds: Vec<Bound>,
    /// Whether a success carries JSON.
    replies: bool,
    pub lists: Vec<ListParameter>,
    pub pagination: Option<Pagination>,
}

/// The range of an integer in the query.
struct Bound {
    parameter: String,
    minimum: i64,
    maximum: i64,
}

impl Operation {
    /// The name of the operation's builder.
    pub fn builder(&self) -> String {
        names::type_name(&self.id)
    }
}

/// Reads the operations of a spec whose replies have names.
pub fn read(spec: &Value) -> Vec<Operation> {
    spec::endpoints(spec)
        .iter()
        .map(|endpoint| operation(spec, endpoint))
        .collect()
}

fn operation(spec: &Value, endpoint: &Endpoint) -> Operation {
    let operation = endpoint.operation;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let parameters = endpoint.parameters(spec);
    Operation {
        id: text(&operation["operationId"]).unwrap_or_default(),
        docs: text(&operation["externalDocs"]["url"]),
        parameters: parameters
            .iter()
            .map(|it| {
                (
                    text(&it["name"]).unwrap_or_default(),
                    text(&it["description"]),
                )
            })
            .collect(),
        retry: text(&operation["x-retry"]).unwrap_or_else(|| "safe".to_owned()),
        bounds: parameters.iter().filter_map(|it| bound(it)).collect(),
        replies: endpoint.success_schema(spec).is_some(),
        lists: lists::parameters(spec, endpoint),
        pagination: lists::pagination(spec, endpoint),
    }
}

fn bound(parameter: &Value) -> Option<Bound> {
    let schema = &parameter["schema"];
    if parameter["in"] != "query" || schema["type"] != "integer" {
        return None;
    }
    let (minimum, maximum) = (schema["minimum"].as_i64(), schema["maximum"].as_i64());
    (minimum.is_some() || maximum.is_some()).then(|| Bound {
        parameter: parameter["name"].as_str().unwrap_or_default().to_owned(),
        minimum: minimum.unwrap_or(i64::MIN),
        maximum: maximum.unwrap_or(i64::MAX),
    })
}

/// Adds the table to the file.
pub fn add(file: &mut syn::File, operations: &[Operation]) {
    let rows = operations.iter().map(row);
    let table: Item = syn::parse_quote! {
        /// What the transport knows of each operation.
        pub(crate) static OPERATIONS: &[crate::transport::Operation] = &[#(#rows),*];
    };
    file.items.push(table);
}

fn row(operation: &Operation) -> TokenStream {
    let id = &operation.id;
    let retry = format_ident!("{}", names::type_name(&operation.retry));
    let replies = operation.replies;
    let bounds = operation.bounds.iter().map(|it| {
        let Bound {
            parameter,
            minimum,
            maximum,
        } = it;
        quote! { crate::transport::Bound { parameter: #parameter, range: #minimum..=#maximum } }
    });
    let range = operation
        .pagination
        .as_ref()
        .and_then(|it| it.range.as_ref());
    let ordered = range.map(|it| {
        let (after, before) = (&it.after, &it.before);
        quote! { (#after, #before) }
    });
    let ordered = match ordered {
        Some(pair) => quote! { ::std::option::Option::Some(#pair) },
        None => quote! { ::std::option::Option::None },
    };
    quote! {
        crate::transport::Operation {
            id: #id,
            retry: crate::transport::RetryClass::#retry,
            bounds: &[#(#bounds),*],
            range: #ordered,
            replies: #replies,
        }
    }
}
