//! Finds the fields of generated types, for the additions that refer to them.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::codegen::{
    model::{Api, Presence, Property, Shape},
    problem::Problem,
};

/// Returns the property of a type.
pub fn property<'a>(api: &'a Api, shape: &Shape, name: &str) -> Result<&'a Property, Problem> {
    let object = match shape {
        Shape::Named(of_type) => {
            let mut objects = api.objects.iter();
            objects.find(|object| object.of_type.name == *of_type)
        }
        _ => None,
    };
    let mut properties = object.iter().flat_map(|object| &object.properties);
    properties
        .find(|property| property.name == name)
        .ok_or_else(|| {
            Problem::new(
                "the spec",
                format!(
                "a page can't be read: the type of its reply has no property `{name}`; write the \
                 reply as an object with `properties:`"
            ))
        })
}

/// Whether the field of a property is an `Option`.
fn is_option(property: &Property) -> bool {
    matches!(property.presence, Presence::Nullable | Presence::Optional)
}

/// Returns the expression of an optional reference to the property on a path, for a `self` of this
/// shape.
pub fn by_reference(api: &Api, shape: &Shape, path: &[String]) -> Result<TokenStream, Problem> {
    let mut expression = quote! { ::std::option::Option::Some(&self) };
    let mut shape = shape;
    for name in path {
        let property = property(api, shape, name)?;
        let field = format_ident!("{}", property.rust_name);
        expression = if is_option(property) {
            quote! { #expression.and_then(|value| value.#field.as_ref()) }
        } else {
            quote! { #expression.map(|value| &value.#field) }
        };
        shape = &property.shape;
    }
    Ok(expression)
}

/// Returns the expression of the list on a path, which may be left out and is then empty.
pub fn list(api: &Api, shape: &Shape, path: &[String]) -> Result<TokenStream, Problem> {
    if let [name] = path {
        let property = property(api, shape, name)?;
        let field = format_ident!("{}", property.rust_name);
        return Ok(if is_option(property) {
            quote! { self.#field.unwrap_or_default() }
        } else {
            quote! { self.#field }
        });
    }
    let mut expression = quote! { ::std::option::Option::Some(self) };
    let mut shape = shape;
    for name in path {
        let property = property(api, shape, name)?;
        let field = format_ident!("{}", property.rust_name);
        expression = if is_option(property) {
            quote! { #expression.and_then(|value| value.#field) }
        } else {
            quote! { #expression.map(|value| value.#field) }
        };
        shape = &property.shape;
    }
    Ok(quote! { #expression.unwrap_or_default() })
}
