//! Adds what the streams of pages need to know of an operation and of its replies.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::{operations, outline, ranges};
use crate::codegen::{
    model::{OperationModel, PageModel, Pagination},
    names,
    problem::Problem,
    tokens,
};

/// Adds the impls to the modules that see the private fields of builders and pages.
pub fn add(file: &mut syn::File, operations: &[OperationModel]) -> Result<(), Problem> {
    let mut pages: Vec<&PageModel> = Vec::new();
    let mut pagers = Vec::new();
    for operation in operations {
        let Some(pagination) = &operation.pagination else {
            continue;
        };
        // Two operations may share the type of their pages.
        if !pages.contains(&&pagination.page) {
            pages.push(&pagination.page);
        }
        let builder = names::builder(&operation.id);
        let fields = outline::parameters(operation);
        pagers.push(pager(operation, pagination, &builder, &fields));
        if let Some(range) = &pagination.range {
            pagers.push(ranges::ranged(
                file, operation, pagination, range, &builder,
            )?);
        }
    }
    let mut bodies = Vec::new();
    for page in pages {
        bodies.push(page_body(file, page)?);
    }
    tokens::extend_module(file, "types", bodies)?;
    tokens::extend_module(file, "builder", pagers)
}

fn page_body(file: &mut syn::File, page: &PageModel) -> Result<TokenStream, Problem> {
    let type_name = format_ident!("{}", page.type_name);
    let names = std::iter::once(&page.items).chain(&page.items_aliases);
    let (items, item) = outline::items(file, page)?;
    let next = match &page.next {
        Some(next) => {
            let (next, _) = tokens::find_property(file, &type_name, next)?;
            quote! { ::std::option::Option::from(self.#next) }
        }
        None => quote! { ::std::option::Option::None },
    };
    let has_more = if page.has_more {
        quote! { ::std::option::Option::from(self.has_more) }
    } else {
        quote! { ::std::option::Option::None }
    };
    Ok(quote! {
        impl crate::binding::Sealed for #type_name {}

        impl crate::binding::PageBody for #type_name {
            type Item = #item;
            const ITEMS: &'static [&'static str] = &[#(#names),*];

            fn into_parts(self) -> crate::binding::PageParts<Self::Item> {
                crate::binding::PageParts {
                    items: self.#items,
                    next: #next,
                    has_more: #has_more,
                }
            }
        }
    })
}

fn pager(
    operation: &OperationModel,
    pagination: &Pagination,
    builder: &Ident,
    fields: &[Ident],
) -> TokenStream {
    let page = format_ident!("{}", pagination.page.type_name);
    let (client, ask) = (
        operations::client(operation),
        operations::free("ask", operation),
    );
    let id = &operation.id;
    let at_cursor = match &pagination.cursor {
        Some(cursor) => {
            let cursor = names::snake(cursor);
            quote! {
                if let Some(cursor) = #ask.cursor {
                    list = list.#cursor(cursor);
                }
            }
        }
        None => quote! {
            if let Some(cursor) = #ask.cursor {
                return Err(crate::binding::comes_whole(#id, &cursor));
            }
        },
    };
    let largest = match &pagination.limit {
        Some(limit) => {
            let maximum = limit.maximum;
            quote! { ::std::option::Option::Some(#maximum) }
        }
        None => quote! { ::std::option::Option::None },
    };
    let page_size = pagination.limit.as_ref().map(|limit| {
        let limit = names::snake(&limit.parameter);
        quote! {
            if let (Ok(None), Some(size)) = (&list.#limit, #ask.page_size) {
                list = list.#limit(size);
            }
        }
    });
    let until = pagination.range.as_ref().map(|range| {
        let before = names::snake(&range.before);
        quote! {
            if let Some(time) = #ask.until {
                list = list.#before(time);
            }
        }
    });
    quote! {
        impl crate::binding::Sealed for #builder<'_> {}

        impl<'a> crate::binding::Paged for #builder<'a> {
            type Body = types::#page;

            fn into_source(self) -> crate::binding::Source<Self::Body> {
                let Self { #client, #(#fields),* } = self;
                let #client = #client.clone();
                crate::binding::Source::new(#id, #largest, move |#ask| {
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
