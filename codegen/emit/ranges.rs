//! Adds what an export needs to divide the pages of an operation by time.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::{operations, outline};
use crate::codegen::{
    model::{OperationModel, Pagination, TimeRange},
    names,
    problem::Problem,
    tokens,
};

/// Returns the impl of `Ranged` for a builder.
pub fn ranged(
    file: &mut syn::File,
    operation: &OperationModel,
    pagination: &Pagination,
    range: &TimeRange,
    builder: &Ident,
) -> Result<TokenStream, Problem> {
    let client = operations::client(operation);
    let after = names::snake(&range.after);
    let (_, item) = outline::items(file, &pagination.page)?;
    let item = outline::local_type(&item)?;
    let (time, _) = tokens::find_property(file, &item, &range.time)?;
    let item = quote! { types::#item };
    let time_name = &range.time;
    // The cursor and the page size don't decide which items are listed.
    let cursor = pagination.cursor.as_ref();
    let limit = pagination.limit.as_ref().map(|limit| &limit.parameter);
    let place: Vec<Ident> = cursor
        .into_iter()
        .chain(limit)
        .map(|name| names::snake(name))
        .collect();
    let filters = operation.documented_parameters();
    let filters = filters.iter().map(|parameter| {
        let (name, field) = (
            &parameter.rust_name,
            format_ident!("{}", parameter.rust_name),
        );
        let value = match (&parameter.list, parameter.is_required) {
            (None, _) => quote! { crate::binding::filter(&self.#field) },
            (Some(_), true) => {
                quote! { crate::binding::filter_of_list(self.#field.as_ref().ok()) }
            }
            (Some(_), false) => {
                quote! {
                    crate::binding::filter_of_list(
                        self.#field.as_ref().ok().and_then(::std::option::Option::as_ref),
                    )
                }
            }
        };
        (field, quote! { (#name, #value) })
    });
    let filters = filters.filter(|(field, _)| !place.contains(field));
    let filters = filters.map(|(_, filter)| filter);
    Ok(quote! {
        impl<'a> crate::binding::Ranged for #builder<'a> {
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

            fn filters(&self) -> crate::binding::Filters {
                crate::binding::Filters::new(self.#client.transport(), [#(#filters),*])
            }
        }
    })
}
