//! Adds what an export needs to divide the pages of an operation by time.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{operations, outline, pages, types};
use crate::codegen::{
    model::{Api, OperationModel, Pagination, Parameter, TimeRange},
    names,
    problem::Problem,
};

/// Returns the impl of `Ranged` for a builder.
pub fn ranged(
    api: &Api,
    operation: &OperationModel,
    pagination: &Pagination,
    range: &TimeRange,
) -> Result<TokenStream, Problem> {
    let builder = names::builder(&operation.id);
    let client = operations::client(operation);
    let item = types::of_shape(&pagination.page.item, &quote! { types:: });
    let time = outline::property(api, &pagination.page.item, &range.time)?;
    let time = format_ident!("{}", time.rust_name);
    let time_name = &range.time;
    let after = pages::parameter(operation, &range.after);
    let since = after.map(|after| {
        let field = format_ident!("{}", after.rust_name);
        let flatten = (!after.is_required).then(|| quote! { .flatten() });
        quote! { self.#field.as_ref().ok().copied() #flatten }
    });
    // The cursor and the page size don't decide which items are listed.
    let limit = pagination.limit.as_ref().map(|limit| &limit.parameter);
    let places: Vec<&String> = pagination
        .advance
        .parameter()
        .into_iter()
        .chain(limit)
        .collect();
    let filters = operation.documented_parameters().into_iter();
    let filters = filters.filter(|parameter| !places.contains(&&parameter.name));
    let filters = filters.map(filter);
    Ok(quote! {
        impl<'a> crate::binding::Ranged for #builder<'a> {
            fn since(&self) -> ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>> {
                #since
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

/// Returns a parameter's name and value as a filter.
fn filter(parameter: &Parameter) -> TokenStream {
    let (name, field) = (
        &parameter.rust_name,
        format_ident!("{}", parameter.rust_name),
    );
    let as_ref = quote! { ::std::option::Option::as_ref };
    match (parameter.list, parameter.is_required) {
        (None, _) => quote! { (#name, crate::binding::filter(&self.#field)) },
        (Some(_), true) => {
            quote! { (#name, crate::binding::filter_of_list(self.#field.as_ref().ok())) }
        }
        (Some(_), false) => quote! {
            (#name, crate::binding::filter_of_list(self.#field.as_ref().ok().and_then(#as_ref)))
        },
    }
}
