//! The operation table, and the pagination of paged lists.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::{Item, Type};

use super::{
    names, patch,
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
    pagination: Option<Pagination>,
}

/// The range of an integer in the query.
struct Bound {
    parameter: String,
    minimum: i64,
    maximum: i64,
}

struct Pagination {
    page: String,
    items: String,
    next: String,
    has_more: bool,
    cursor: String,
    limit: Option<Limit>,
}

struct Limit {
    parameter: String,
    maximum: u32,
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
        pagination: pagination(spec, endpoint),
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

fn pagination(spec: &Value, endpoint: &Endpoint) -> Option<Pagination> {
    let pagination = endpoint.operation.get("x-paginated")?;
    let text = |key: &str| pagination[key].as_str().map(str::to_owned);
    let page = endpoint.success_schema(spec)?;
    let limit = text("limit").map(|parameter| Limit {
        maximum: endpoint
            .parameters(spec)
            .iter()
            .find(|it| it["name"] == parameter.as_str())
            .and_then(|it| it["schema"]["maximum"].as_u64())
            .and_then(|it| u32::try_from(it).ok())
            .unwrap_or(100),
        parameter,
    });
    Some(Pagination {
        page: spec::schema_name(page)?.to_owned(),
        items: text("items")?,
        next: text("next")?,
        has_more: spec::resolve(spec, page)["properties"]["has_more"]["type"] == "boolean",
        cursor: text("cursor")?,
        limit,
    })
}

/// Adds the table to the file, and the pagination impls to where the private fields can be seen.
pub fn add(file: &mut syn::File, operations: &[Operation]) {
    let rows = operations.iter().map(row);
    let table: Item = syn::parse_quote! {
        /// What the transport knows of each operation.
        pub(crate) static OPERATIONS: &[crate::transport::Operation] = &[#(#rows),*];
    };
    file.items.push(table);

    let mut bodies: Vec<TokenStream> = Vec::new();
    let mut pagers = Vec::new();
    for operation in operations {
        let Some(pagination) = &operation.pagination else {
            continue;
        };
        let body = page_body(file, pagination);
        // Two lists may share the type of their pages.
        if !bodies.iter().any(|it| it.to_string() == body.to_string()) {
            bodies.push(body);
        }
        pagers.push(pager(operation, pagination));
    }
    patch::extend_module(file, "types", bodies);
    patch::extend_module(file, "builder", pagers);
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
    quote! {
        crate::transport::Operation {
            id: #id,
            retry: crate::transport::RetryClass::#retry,
            bounds: &[#(#bounds),*],
            replies: #replies,
        }
    }
}

fn page_body(file: &mut syn::File, pagination: &Pagination) -> TokenStream {
    let page = format_ident!("{}", pagination.page);
    let mut field = |name: &str| {
        patch::module_items(file, "types")
            .iter()
            .find_map(|item| match item {
                Item::Struct(item) if item.ident == page => Some(item),
                _ => None,
            })
            .and_then(|item| item.fields.iter().find(|it| patch::is_property(it, name)))
            .map(|it| (it.ident.clone(), it.ty.clone()))
    };
    let (items, items_type) = field(&pagination.items).unzip();
    let (next, _) = field(&pagination.next).unzip();
    let item = items_type.and_then(element);
    let has_more = match pagination.has_more {
        true => quote! { ::std::option::Option::from(self.has_more) },
        false => quote! { ::std::option::Option::None },
    };
    quote! {
        impl crate::pages::PageBody for #page {
            type Item = #item;

            fn into_parts(self) -> crate::pages::PageParts<Self::Item> {
                crate::pages::PageParts {
                    items: self.#items,
                    next: ::std::option::Option::from(self.#next),
                    has_more: #has_more,
                }
            }
        }
    }
}

/// The element type of a `Vec`.
fn element(ty: Type) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    match &path.path.segments.last()?.arguments {
        syn::PathArguments::AngleBracketed(arguments) => match arguments.args.first()? {
            syn::GenericArgument::Type(element) => Some(element.clone()),
            _ => None,
        },
        _ => None,
    }
}

fn pager(operation: &Operation, pagination: &Pagination) -> TokenStream {
    let builder = format_ident!("{}", operation.builder());
    let page = format_ident!("{}", pagination.page);
    let id = &operation.id;
    let cursor = names::snake(&pagination.cursor);
    let (largest, page_size) = match &pagination.limit {
        Some(Limit { parameter, maximum }) => {
            let limit = names::snake(parameter);
            (
                quote! { ::std::option::Option::Some(#maximum) },
                quote! {
                    match self.#limit {
                        Ok(None) => self.#limit(size),
                        _ => self,
                    }
                },
            )
        }
        None => (
            quote! { ::std::option::Option::None },
            quote! { let _ = size; self },
        ),
    };
    quote! {
        impl<'a> crate::pages::Paged for #builder<'a> {
            type Body = types::#page;
            const OPERATION: &'static str = #id;
            const LARGEST_PAGE: ::std::option::Option<u32> = #largest;

            fn at_cursor(self, cursor: ::std::string::String) -> Self {
                self.#cursor(cursor)
            }

            fn with_page_size(self, size: u32) -> Self {
                #page_size
            }

            fn fetch<'f>(self) -> crate::pages::Fetch<'f, Self::Body> where Self: 'f {
                ::std::boxed::Box::pin(async move { Ok(self.send().await?) })
            }
        }
    }
}
