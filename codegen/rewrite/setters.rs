//! Makes the setters of parameters with several values take an iterator of the values' type.

use quote::format_ident;
use syn::{ImplItem, Item, Type, parse_quote};

use super::count::Count;
use crate::codegen::{
    model::{Api, QueryList},
    names,
    problem::Problem,
    tokens,
};

pub fn rewrite(file: &mut syn::File, api: &Api) -> Result<Vec<Count>, Problem> {
    let mut rewritten = 0;
    for item in tokens::module_items(file, "builder")? {
        let Item::Impl(item) = item else { continue };
        for operation in api.generated() {
            let builder = names::builder(&operation.id).to_string();
            if !tokens::is_inherent_impl_of(item, &builder) {
                continue;
            }
            for list in &operation.query_lists {
                let field = names::snake(&list.name);
                for member in &mut item.items {
                    if matches!(member, ImplItem::Fn(setter) if setter.sig.ident == field) {
                        *member = setter(list);
                        rewritten += 1;
                    }
                }
            }
        }
    }
    let expected = api.generated().map(|operation| operation.query_lists.len());
    Ok(vec![Count::new(
        "setters of several values",
        expected.sum(),
        rewritten,
    )])
}

fn setter(list: &QueryList) -> ImplItem {
    let (name, field) = (&list.name, names::snake(&list.name));
    let value: Type = match &list.item {
        Some(item) => {
            let item = format_ident!("{item}");
            parse_quote!(types::#item)
        }
        None => parse_quote!(::std::string::String),
    };
    parse_quote! {
        pub fn #field<V>(mut self, values: V) -> Self
        where
            V: ::std::iter::IntoIterator<Item = #value>,
        {
            self.#field = crate::binding::comma_joined(#name, values).map(Some);
            self
        }
    }
}
