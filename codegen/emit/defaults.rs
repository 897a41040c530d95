//! Writes the values of properties that a reply leaves out.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use serde_json::Value;
use syn::Ident;

use super::{decoders, types};
use crate::codegen::{
    model::{ObjectModel, Presence, Property, Shape},
    names,
};

/// Returns the module with a function for each default.
pub fn module(objects: &[ObjectModel]) -> TokenStream {
    let mut functions = Vec::new();
    for object in objects {
        for property in &object.properties {
            if let Presence::Default(value) = &property.presence {
                functions.push(pair(object, property, value));
            }
        }
    }
    if functions.is_empty() {
        return quote! {};
    }
    quote! {
        /// The defaults of properties.
        mod defaults {
            #(#functions)*
        }
    }
}

fn pair(object: &ObjectModel, property: &Property, value: &Value) -> TokenStream {
    let name = function(object, property);
    let ty = types::of_value(property, &quote! { super:: });
    let value = literal(&property.shape, value);
    // A decoder that chooses the value knows null by itself.
    let or_null = (!decoders::is_chosen(property)).then(|| {
        let or_null = format_ident!("{name}_or_null");
        quote! {
            pub(super) fn #or_null<'de, D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<#ty, D::Error> {
                crate::binding::null_as(deserializer, #name)
            }
        }
    });
    quote! {
        pub(super) fn #name() -> #ty {
            #value
        }

        #or_null
    }
}

/// Returns the path of the function that returns the default of a property.
pub fn path(object: &ObjectModel, property: &Property) -> String {
    format!("defaults::{}", function(object, property))
}

fn function(object: &ObjectModel, property: &Property) -> Ident {
    let object = names::snake(&object.of_type.name);
    format_ident!("{object}_{}", property.rust_name)
}

fn literal(shape: &Shape, value: &Value) -> TokenStream {
    match (shape, value) {
        (Shape::Named(name), Value::String(text)) => {
            let name = format_ident!("{name}");
            quote! { super::#name::from(#text) }
        }
        (Shape::Named(name), value) => {
            let (name, value) = (format_ident!("{name}"), value.to_string());
            let value: TokenStream = value.parse().unwrap_or_default();
            quote! { super::#name::from(#value) }
        }
        (_, Value::String(text)) => quote! { #text.to_owned() },
        (Shape::Plain("f32" | "f64"), Value::Number(number)) => {
            let number = format!("{:?}", number.as_f64().unwrap_or_default());
            number.parse().unwrap_or_default()
        }
        (_, value) => value.to_string().parse().unwrap_or_default(),
    }
}

/// Returns the derive of `Default` or the impl of it, where no property is required.
pub fn of_object(object: &ObjectModel) -> (Option<TokenStream>, Option<TokenStream>) {
    let mut presences = object.properties.iter().map(|property| &property.presence);
    if presences
        .clone()
        .any(|presence| matches!(presence, Presence::Required | Presence::Nullable))
    {
        return (None, None);
    }
    if !presences.any(|presence| matches!(presence, Presence::Default(_))) {
        return (Some(quote! { Default, }), None);
    }
    let name = format_ident!("{}", object.of_type.name);
    let values = object.properties.iter().map(|property| {
        let field = format_ident!("{}", property.rust_name);
        match property.presence {
            Presence::Default(_) => {
                let default = function(object, property);
                quote! { #field: defaults::#default() }
            }
            _ => quote! { #field: ::std::default::Default::default() },
        }
    });
    let extra = object
        .further
        .as_ref()
        .map(|_| quote! { extra: ::std::default::Default::default(), });
    let default = quote! {
        impl ::std::default::Default for #name {
            fn default() -> Self {
                Self {
                    #(#values,)*
                    #extra
                }
            }
        }
    };
    (None, Some(default))
}
