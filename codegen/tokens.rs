//! Finding and adding items of a generated file.

use proc_macro2::TokenStream;
use syn::{
    Attribute, Field, Ident, Item, ItemStruct, Lit, Meta, Token, Type, parse_quote,
    punctuated::Punctuated,
};

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
        .ok_or_else(|| Problem::of_progenitor(format!("there is no module `{name}`")))
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

/// Returns a struct of a module.
pub fn find_struct<'a>(
    file: &'a mut syn::File,
    module: &str,
    name: &Ident,
) -> Result<&'a mut ItemStruct, Problem> {
    module_items(file, module)?
        .iter_mut()
        .find_map(|item| match item {
            Item::Struct(item) if item.ident == *name => Some(item),
            _ => None,
        })
        .ok_or_else(|| Problem::of_progenitor(format!("there is no struct `{module}::{name}`")))
}

/// Returns the field and the type of a property of a generated type.
pub fn find_property(
    file: &mut syn::File,
    type_name: &Ident,
    property: &str,
) -> Result<(Ident, Type), Problem> {
    find_struct(file, "types", type_name)?
        .fields
        .iter()
        .find(|field| is_property(field, property))
        .and_then(|field| Some((field.ident.clone()?, field.ty.clone())))
        .ok_or_else(|| {
            Problem::of_progenitor(format!(
                "`types::{type_name}` has no field for `{property}`"
            ))
        })
}

/// Returns whether a field of a generated type is a property of the spec, which it may have
/// renamed.
pub fn is_property(field: &Field, property: &str) -> bool {
    let renamed = serde_options(&field.attrs)
        .into_iter()
        .find_map(|option| match option {
            Meta::NameValue(pair) if pair.path.is_ident("rename") => string(&pair.value),
            _ => None,
        });
    match (renamed, &field.ident) {
        (Some(name), _) => name == property,
        (None, Some(ident)) => ident == property,
        (None, None) => false,
    }
}

fn serde_options(attributes: &[Attribute]) -> Vec<Meta> {
    attributes
        .iter()
        .filter(|attribute| attribute.path().is_ident("serde"))
        .filter_map(|attribute| {
            attribute
                .parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
                .ok()
        })
        .flatten()
        .collect()
}

/// Returns the value of a literal of text.
pub fn string(expression: &syn::Expr) -> Option<String> {
    match expression {
        syn::Expr::Lit(literal) => match &literal.lit {
            Lit::Str(text) => Some(text.value()),
            _ => None,
        },
        _ => None,
    }
}

/// Returns the name of a type without its path and arguments.
pub fn type_ident(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}
