//! Adds what the streams of pages need to know of an operation and of its replies.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::{
    operations::{self, arguments},
    outline, ranges, types,
};
use crate::codegen::{
    model::{Advance, Api, OperationModel, PageModel, Pagination, Parameter, Shape},
    names,
    problem::Problem,
    tokens,
};

/// Adds the impls to the modules that see the private fields of builders and pages.
pub fn add(file: &mut syn::File, api: &Api) -> Result<(), Problem> {
    let mut pages: Vec<&PageModel> = Vec::new();
    let mut pagers = Vec::new();
    for operation in &api.operations {
        let Some(pagination) = &operation.pagination else {
            continue;
        };
        // Two operations may share the type of their pages.
        if !pages.contains(&&pagination.page) {
            pages.push(&pagination.page);
        }
        pagers.push(pager(operation, pagination));
        if let Some(range) = &pagination.range {
            pagers.push(ranges::ranged(api, operation, pagination, range)?);
        }
    }
    let bodies = pages.into_iter().map(|page| page_body(api, page));
    let bodies = bodies.collect::<Result<_, _>>()?;
    tokens::extend_module(file, "types", bodies)?;
    tokens::extend_module(file, "builder", pagers)
}

fn page_body(api: &Api, page: &PageModel) -> Result<TokenStream, Problem> {
    let ty = types::of_shape(&page.shape, &quote! {});
    let item = types::of_shape(&page.item, &quote! {});
    let items = if page.is_named_list {
        quote! { self.0 }
    } else if page.items.is_empty() {
        quote! { self }
    } else {
        outline::list(api, &page.shape, &page.items)?
    };
    let last = page.items.len().saturating_sub(1);
    let path = page.items.iter().enumerate().map(|(index, name)| {
        let aliases = page.items_aliases.iter().filter(|_| index == last);
        let names = std::iter::once(name).chain(aliases);
        quote! { &[#(#names),*] }
    });
    let at = |path: &Option<Vec<String>>| {
        let path = path.as_ref();
        path.map(|path| outline::by_reference(api, &page.shape, path))
            .transpose()
    };
    let none = quote! { ::std::option::Option::None };
    let next = at(&page.next)?.map_or(none.clone(), |next| {
        quote! { #next.and_then(crate::binding::text_of) }
    });
    let has_more = at(&page.has_more)?.map_or(none.clone(), |has_more| {
        quote! { #has_more.copied() }
    });
    let total = at(&page.total)?.map_or(none, |total| {
        quote! { #total.and_then(|total| ::std::convert::TryFrom::try_from(*total).ok()) }
    });
    Ok(quote! {
        impl crate::binding::Sealed for #ty {}

        impl crate::binding::PageBody for #ty {
            type Item = #item;
            const ITEMS: &'static [&'static [&'static str]] = &[#(#path),*];

            fn into_parts(self) -> crate::binding::PageParts<Self::Item> {
                crate::binding::PageParts {
                    next: #next,
                    has_more: #has_more,
                    total: #total,
                    items: #items,
                }
            }
        }
    })
}

/// Returns the parameter of the query with this name.
pub fn parameter<'a>(operation: &'a OperationModel, name: &str) -> Option<&'a Parameter> {
    let mut parameters = operation.parameters.iter();
    parameters.find(|parameter| {
        parameter.location == crate::codegen::model::Location::Query && parameter.name == name
    })
}

fn pager(operation: &OperationModel, pagination: &Pagination) -> TokenStream {
    let builder = names::builder(&operation.id);
    let page = types::of_shape(&pagination.page.shape, &quote! { types:: });
    let (client, ask) = (
        operations::client(operation),
        operations::free("ask", operation),
    );
    let fields: Vec<Ident> = operation
        .documented_parameters()
        .iter()
        .map(|parameter| format_ident!("{}", parameter.rust_name))
        .chain(operation.body.iter().map(|_| format_ident!("body")))
        .collect();
    let id = &operation.id;
    let (advance, way) = (
        operations::free("advance", operation),
        advance(operation, &pagination.advance),
    );
    let at_cursor = at_cursor(operation, &pagination.advance, &ask);
    let largest = match &pagination.limit {
        Some(limit) => {
            let maximum = limit.maximum;
            quote! { ::std::option::Option::Some(#maximum) }
        }
        None => quote! { ::std::option::Option::None },
    };
    let limit = pagination.limit.as_ref();
    let limit = limit.and_then(|limit| parameter(operation, &limit.parameter));
    let page_size = limit.map(|limit| {
        let field = format_ident!("{}", limit.rust_name);
        if limit.is_required {
            quote! {
                if let (true, Some(size)) = (crate::binding::is_missing(&list.#field), #ask.page_size) {
                    list = list.#field(size);
                }
            }
        } else {
            quote! {
                if let (Ok(None), Some(size)) = (&list.#field, #ask.page_size) {
                    list = list.#field(size);
                }
            }
        }
    });
    let range = pagination.range.as_ref();
    let before = range.and_then(|range| parameter(operation, &range.before));
    let until = before.map(|before| {
        let before = format_ident!("{}", before.rust_name);
        quote! {
            if let Some(time) = #ask.until {
                list = list.#before(time);
            }
        }
    });
    quote! {
        impl crate::binding::Sealed for #builder<'_> {}

        impl<'a> crate::binding::Paged for #builder<'a> {
            type Body = #page;

            fn into_source(self) -> crate::binding::Source<Self::Body> {
                let #advance = #way;
                let Self { #client, #(#fields),* } = self;
                let #client = #client.clone();
                crate::binding::Source::new(#id, #largest, #advance, move |#ask| {
                    let #client = #client.clone();
                    #(let #fields = #fields.clone();)*
                    ::std::boxed::Box::pin(async move {
                        #[allow(unused_mut)]
                        let mut list = #builder { #client: &#client, #(#fields),* };
                        #at_cursor
                        #page_size
                        #until
                        list.send().await
                    })
                })
            }
        }
    }
}

/// Returns how the list leads to the next page, where the builder says at which page it begins.
fn advance(operation: &OperationModel, advance: &Advance) -> TokenStream {
    let given = |name: &str| {
        let parameter = parameter(operation, name)?;
        let field = format_ident!("{}", parameter.rust_name);
        let flatten = (!parameter.is_required).then(|| quote! { .flatten() });
        Some(quote! { self.#field.as_ref().ok().copied() #flatten })
    };
    match advance {
        Advance::Whole | Advance::Cursor(_) => quote! { crate::binding::Advance::Reply },
        Advance::Link(parameter) => quote! { crate::binding::Advance::Link(#parameter) },
        Advance::Number { parameter, first } => {
            let given = given(parameter);
            quote! { crate::binding::Advance::number(#given, #first) }
        }
        Advance::Offset { parameter, first } => {
            let given = given(parameter);
            quote! { crate::binding::Advance::offset(#given, #first) }
        }
    }
}

/// Returns the statement that makes the builder `list` ask for the page at the cursor.
fn at_cursor(operation: &OperationModel, advance: &Advance, ask: &Ident) -> TokenStream {
    let id = &operation.id;
    let cursor = advance.parameter();
    let Some(cursor) = cursor.and_then(|name| parameter(operation, name)) else {
        return quote! {
            if let Some(cursor) = #ask.cursor {
                return Err(crate::binding::comes_whole(#id, &cursor));
            }
        };
    };
    let (name, field) = (&cursor.rust_name, format_ident!("{}", cursor.rust_name));
    let set = if cursor.shape == Shape::Plain("::std::string::String") {
        quote! { list = list.#field(cursor); }
    } else {
        let kind = arguments::kind_of(&cursor.shape);
        let optional = arguments::optional(cursor.is_required);
        quote! {
            list.#field = cursor
                .parse()
                #optional
                .map_err(|_| crate::binding::ArgumentError::invalid(#name, #kind));
        }
    };
    let first = match advance {
        Advance::Number { first, .. } | Advance::Offset { first, .. } if cursor.is_required => {
            let first = proc_macro2::Literal::u64_unsuffixed(*first);
            Some(quote! {
                else if crate::binding::is_missing(&list.#field) {
                    list.#field = Ok(#first);
                }
            })
        }
        _ => None,
    };
    quote! {
        if let Some(cursor) = #ask.cursor {
            #set
        } #first
    }
}
