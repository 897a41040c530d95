//! Writes the types of values, and what the documentation and attributes of generated types share.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::codegen::model::{Presence, Property, Shape, TypeModel};

/// Returns the type of a shape, for a module from which the path leads to the generated types.
pub fn of_shape(shape: &Shape, path: &TokenStream) -> TokenStream {
    match shape {
        Shape::Plain(name) => name.parse().unwrap_or_default(),
        Shape::Named(name) => {
            let name = format_ident!("{name}");
            quote! { #path #name }
        }
        Shape::List(element) => {
            let element = of_shape(element, path);
            quote! { ::std::vec::Vec<#element> }
        }
        Shape::Map(element) => {
            let element = of_shape(element, path);
            quote! { ::std::collections::BTreeMap<::std::string::String, #element> }
        }
        Shape::Nullable(value) => {
            let value = of_shape(value, path);
            quote! { ::std::option::Option<#value> }
        }
    }
}

/// Returns the type of a value that may contain the type that it is part of.
pub fn boxed(shape: &Shape, is_recursive: bool, path: &TokenStream) -> TokenStream {
    let ty = of_shape(shape, path);
    if is_recursive {
        quote! { ::std::boxed::Box<#ty> }
    } else {
        ty
    }
}

/// Returns the type of the values of a property, null aside.
pub fn of_value(property: &Property, path: &TokenStream) -> TokenStream {
    boxed(&property.shape, property.is_recursive, path)
}

/// Returns the type of the field of a property.
pub fn of_field(property: &Property, path: &TokenStream) -> TokenStream {
    let value = of_value(property, path);
    match property.presence {
        Presence::Nullable | Presence::Optional => quote! { ::std::option::Option<#value> },
        Presence::OptionalOrNull => {
            quote! { ::std::option::Option<::std::option::Option<#value>> }
        }
        Presence::Required | Presence::Empty | Presence::Default(_) => value,
    }
}

/// Returns the type of the field for all that a schema doesn't name.
pub fn of_further(further: &Shape, path: &TokenStream) -> TokenStream {
    match further {
        Shape::Plain("::serde_json::Value") => {
            quote! { ::serde_json::Map<::std::string::String, ::serde_json::Value> }
        }
        further => of_shape(&Shape::Map(Box::new(further.clone())), path),
    }
}

/// Returns the attributes of a type: its documentation, or the words that stand in for it, and that
/// it shouldn't be used any more.
pub fn attributes(of_type: &TypeModel, otherwise: &str, addition: &str) -> TokenStream {
    let docs = of_type.description.as_deref().unwrap_or(otherwise);
    let docs = format!("{docs}{addition}");
    let deprecated = deprecated(of_type.is_deprecated, of_type.description.as_deref());
    quote! { #[doc = #docs] #deprecated }
}

/// Returns the attribute of what shouldn't be used any more.
pub fn deprecated(is_deprecated: bool, description: Option<&str>) -> TokenStream {
    if !is_deprecated {
        return quote! {};
    }
    match description.and_then(first_sentence) {
        Some(note) => quote! { #[deprecated(note = #note)] },
        None => quote! { #[deprecated] },
    }
}

fn first_sentence(text: &str) -> Option<String> {
    let paragraph = text.trim().split("\n\n").next()?;
    let end = paragraph.find(". ").unwrap_or(paragraph.len());
    let sentence = paragraph.get(..end)?.trim_end_matches('.');
    let words: Vec<_> = sentence.split_whitespace().collect();
    (!words.is_empty()).then(|| words.join(" "))
}
