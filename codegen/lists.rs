//! Lists: those that are asked for page by page, and those that stand comma-joined in a query.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::{Value, json};
use syn::{Ident, ImplItem, Item, ItemImpl, Type, parse_quote};

use super::{
    names,
    operations::Operation,
    patch,
    spec::{self, Endpoint},
};

/// `x-paginated` of an operation.
pub struct Pagination {
    page: String,
    /// The property that holds the items, and its other names.
    items: Vec<String>,
    /// How to get from page to page; `None` where the list comes whole.
    paging: Option<Paging>,
    has_more: bool,
    limit: Option<Limit>,
    pub range: Option<Range>,
}

struct Paging {
    next: String,
    cursor: String,
}

struct Limit {
    parameter: String,
    maximum: u32,
}

/// What it takes to divide a list by time.
pub struct Range {
    pub after: String,
    pub before: String,
    /// The property by which the list is sorted.
    time: String,
}

/// A parameter of the query that takes several values.
pub struct ListParameter {
    name: String,
    /// The enum that the values are of; text without one.
    item: Option<String>,
}

pub fn pagination(spec: &Value, endpoint: &Endpoint) -> Option<Pagination> {
    let pagination = endpoint.operation.get("x-paginated")?;
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let page = endpoint.success_schema(spec)?;
    let limit = text(&pagination["limit"]).map(|parameter| Limit {
        maximum: endpoint
            .parameters(spec)
            .iter()
            .find(|it| it["name"] == parameter.as_str())
            .and_then(|it| it["schema"]["maximum"].as_u64())
            .and_then(|it| u32::try_from(it).ok())
            .unwrap_or(100),
        parameter,
    });
    let properties = &spec::resolve(spec, page)["properties"];
    let items = text(&pagination["items"])?;
    let aliases = spec::strings(&properties[&items]["x-aliases"]);
    let range = pagination.get("range").and_then(|range| {
        Some(Range {
            after: text(&range["after"])?,
            before: text(&range["before"])?,
            time: text(&range["time"])?,
        })
    });
    Some(Pagination {
        page: spec::schema_name(page)?.to_owned(),
        items: std::iter::once(items).chain(aliases).collect(),
        paging: text(&pagination["next"])
            .zip(text(&pagination["cursor"]))
            .map(|(next, cursor)| Paging { next, cursor }),
        has_more: properties["has_more"]["type"] == "boolean",
        limit,
        range,
    })
}

pub fn parameters(spec: &Value, endpoint: &Endpoint) -> Vec<ListParameter> {
    let parameters = endpoint.parameters(spec).into_iter();
    parameters
        .filter_map(|parameter| {
            let schema = spec::resolve(spec, &parameter["schema"]);
            let item = &schema["items"];
            (schema["type"] == "array").then(|| ListParameter {
                name: parameter["name"].as_str().unwrap_or_default().to_owned(),
                item: spec::schema_name(item)
                    .filter(|_| spec::resolve(spec, item).get("enum").is_some())
                    .map(str::to_owned),
            })
        })
        .collect()
}

/// progenitor would repeat the key for each value: to it, such a parameter is text.
pub fn join_in_query(parameter: &mut Value, is_list: impl Fn(&Value) -> bool) {
    if is_list(&parameter["schema"])
        && let Some(parameter) = parameter.as_object_mut()
    {
        parameter.retain(|key, _| !["style", "explode", "example"].contains(&key.as_str()));
        parameter.insert("schema".to_owned(), json!({"type": "string"}));
    }
}

/// Gives the setters of such parameters the type of their values.
pub fn type_setters(item: &mut ItemImpl, operation: &Operation) {
    for member in &mut item.items {
        let ImplItem::Fn(setter) = member else {
            continue;
        };
        let lists = &operation.lists;
        let Some(list) = lists
            .iter()
            .find(|it| setter.sig.ident == names::snake(&it.name))
        else {
            continue;
        };
        let (id, name, field) = (&operation.id, &list.name, &setter.sig.ident);
        let value: Type = match &list.item {
            Some(item) => {
                let item = format_ident!("{item}");
                parse_quote!(types::#item)
            }
            None => parse_quote!(::std::string::String),
        };
        *member = parse_quote! {
            pub fn #field<V>(mut self, values: V) -> Self
            where
                V: ::std::iter::IntoIterator<Item = #value>,
            {
                self.#field = crate::transport::comma_joined(#id, #name, values).map(Some);
                self
            }
        };
    }
}

/// Adds what makes streams of the paged lists, to where the private fields can be seen.
pub fn add(file: &mut syn::File, operations: &[Operation]) {
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
        let builder = format_ident!("{}", operation.builder());
        let fields = fields_of(file, &builder);
        pagers.push(pager(operation, pagination, &builder, &fields));
        if let Some(range) = &pagination.range {
            pagers.push(ranged(file, pagination, range, &builder, &fields));
        }
    }
    patch::extend_module(file, "types", bodies);
    patch::extend_module(file, "builder", pagers);
}

/// The parameters of a builder, as its fields.
fn fields_of(file: &mut syn::File, builder: &Ident) -> Vec<Ident> {
    let fields = patch::module_items(file, "builder")
        .iter()
        .find_map(|item| match item {
            Item::Struct(item) if item.ident == *builder => Some(&item.fields),
            _ => None,
        });
    let names = fields
        .into_iter()
        .flatten()
        .filter_map(|it| it.ident.clone());
    names.filter(|it| it != "client").collect()
}

/// A property of a generated type, as its field.
fn property(file: &mut syn::File, ty: &Ident, name: &str) -> Option<(Ident, Type)> {
    patch::module_items(file, "types")
        .iter()
        .find_map(|item| match item {
            Item::Struct(item) if item.ident == *ty => Some(item),
            _ => None,
        })
        .and_then(|item| item.fields.iter().find(|it| patch::is_property(it, name)))
        .and_then(|it| Some((it.ident.clone()?, it.ty.clone())))
}

fn page_body(file: &mut syn::File, pagination: &Pagination) -> TokenStream {
    let page = format_ident!("{}", pagination.page);
    let names = &pagination.items;
    let (items, items_type) = property(file, &page, &names[0]).unzip();
    let item = items_type.and_then(element);
    let next = match &pagination.paging {
        Some(paging) => {
            let (next, _) = property(file, &page, &paging.next).unzip();
            quote! { ::std::option::Option::from(self.#next) }
        }
        None => quote! { ::std::option::Option::None },
    };
    let has_more = if pagination.has_more {
        quote! { ::std::option::Option::from(self.has_more) }
    } else {
        quote! { ::std::option::Option::None }
    };
    quote! {
        impl crate::pages::PageBody for #page {
            type Item = #item;
            const ITEMS: &'static [&'static str] = &[#(#names),*];

            fn into_parts(self) -> crate::pages::PageParts<Self::Item> {
                crate::pages::PageParts {
                    items: self.#items,
                    next: #next,
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

fn pager(
    operation: &Operation,
    pagination: &Pagination,
    builder: &Ident,
    fields: &[Ident],
) -> TokenStream {
    let page = format_ident!("{}", pagination.page);
    let id = &operation.id;
    let at_cursor = match &pagination.paging {
        Some(Paging { cursor, .. }) => {
            let cursor = names::snake(cursor);
            quote! {
                if let Some(cursor) = ask.cursor {
                    list = list.#cursor(cursor);
                }
            }
        }
        None => quote! {
            if let Some(cursor) = ask.cursor {
                return Err(crate::pages::comes_whole(#id, &cursor));
            }
        },
    };
    let largest = match &pagination.limit {
        Some(Limit { maximum, .. }) => quote! { ::std::option::Option::Some(#maximum) },
        None => quote! { ::std::option::Option::None },
    };
    let page_size = pagination.limit.as_ref().map(|it| {
        let limit = names::snake(&it.parameter);
        quote! {
            if let (Ok(None), Some(size)) = (&list.#limit, ask.page_size) {
                list = list.#limit(size);
            }
        }
    });
    let until = pagination.range.as_ref().map(|it| {
        let before = names::snake(&it.before);
        quote! {
            if let Some(time) = ask.until {
                list = list.#before(time);
            }
        }
    });
    quote! {
        impl<'a> crate::pages::Paged for #builder<'a> {
            type Body = types::#page;

            fn into_source(self) -> crate::pages::Source<Self::Body> {
                let Self { client, #(#fields),* } = self;
                let client = client.clone();
                crate::pages::Source::new(#id, #largest, move |ask| {
                    let client = client.clone();
                    #(let #fields = #fields.clone();)*
                    ::std::boxed::Box::pin(async move {
                        #[allow(unused_mut)]
                        let mut list = #builder { client: &client, #(#fields),* };
                        #at_cursor
                        #page_size
                        #until
                        Ok(list.send().await?)
                    })
                })
            }
        }
    }
}

fn ranged(
    file: &mut syn::File,
    pagination: &Pagination,
    range: &Range,
    builder: &Ident,
    fields: &[Ident],
) -> TokenStream {
    let after = names::snake(&range.after);
    let (_, items) = property(
        file,
        &format_ident!("{}", pagination.page),
        &pagination.items[0],
    )
    .unzip();
    let item = items.and_then(element);
    let time = match &item {
        Some(Type::Path(path)) => path.path.get_ident().cloned(),
        _ => None,
    }
    .and_then(|it| property(file, &it, &range.time))
    .map(|(field, _)| field);
    let item = item.map(|it| quote! { types::#it });
    let time_name = &range.time;
    // Where the list is to be read from and how much at once is not what it is of.
    let cursor = pagination
        .paging
        .as_ref()
        .map(|it| names::snake(&it.cursor));
    let limit = pagination
        .limit
        .as_ref()
        .map(|it| names::snake(&it.parameter));
    let filters = fields
        .iter()
        .filter(|it| Some(*it) != cursor.as_ref() && Some(*it) != limit.as_ref());
    let filters: Vec<TokenStream> = filters
        .map(|it| {
            let name = it.to_string();
            quote! { (#name, crate::pages::filter(&self.#it)) }
        })
        .collect();
    quote! {
        impl<'a> crate::pages::Ranged for #builder<'a> {
            fn since(&self) -> ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>> {
                self.#after.as_ref().ok().copied().flatten()
            }

            fn time(item: &#item) -> ::chrono::DateTime<::chrono::offset::Utc> {
                item.#time
            }

            fn time_of_json(
                item: &::serde_json::Value,
            ) -> ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>> {
                ::serde::Deserialize::deserialize(item.get(#time_name)?).ok()
            }

            fn filters(&self) -> crate::pages::Filters {
                crate::pages::Filters::new([#(#filters),*])
            }
        }
    }
}
