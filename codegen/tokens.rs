//! Finding and adding items of a generated file.

use proc_macro2::TokenStream;
use syn::{Item, parse_quote};

use super::problem::Problem;

/// Returns the items of a module.
pub fn module_items<'a>(file: &'a mut syn::File, name: &str) -> Result<&'a mut Vec<Item>, Problem> {
    file.items
        .iter_mut()
        .find_map(|item| match item {
            Item::Mod(module) if module.ident == name => {
                module.content.as_mut().map(|(_, items)| items)
            }
            _ => None,
        })
        .ok_or_else(|| Problem::of_the_generator(format!("there is no module `{name}`")))
}

/// Adds items to a module.
pub fn extend_module(
    file: &mut syn::File,
    name: &str,
    tokens: Vec<TokenStream>,
) -> Result<(), Problem> {
    let added: syn::File = parse_quote! { #(#tokens)* };
    module_items(file, name)?.extend(added.items);
    Ok(())
}
