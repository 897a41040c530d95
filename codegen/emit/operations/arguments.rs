//! Writes the fields of builders that hold parameters, and their setters.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use crate::codegen::{
    emit::types,
    model::{ListStyle, Parameter, Shape},
};

/// A field of a builder.
pub struct Field {
    pub name: Ident,
    pub ty: TokenStream,
    /// What it is until it is set.
    pub unset: TokenStream,
    pub setters: TokenStream,
}

/// Returns the field of a parameter.
pub fn field(parameter: &Parameter) -> Field {
    let name = format_ident!("{}", parameter.rust_name);
    let value = match parameter.list {
        Some(_) => quote! { ::std::vec::Vec<::std::string::String> },
        None => types::of_shape(&parameter.shape, &quote! { types:: }),
    };
    let (ty, unset) = argument(&parameter.rust_name, &value, parameter.is_required);
    let setter = match parameter.list {
        Some(style) => list_setter(parameter, style, &name),
        None => setter(&parameter.rust_name, &value, &parameter.shape, {
            optional(parameter.is_required)
        }),
    };
    let docs = parameter.description.clone();
    let docs = docs.unwrap_or_else(|| format!("Sets `{}`.", parameter.name));
    let deprecated = types::deprecated(parameter.is_deprecated, parameter.description.as_deref());
    Field {
        name,
        ty,
        unset,
        setters: quote! { #[doc = #docs] #deprecated #setter },
    }
}

/// Returns the type of the field of an argument, and what it is until it is set.
pub fn argument(name: &str, value: &TokenStream, is_required: bool) -> (TokenStream, TokenStream) {
    if is_required {
        (
            quote! { crate::binding::Argument<#value> },
            quote! { Err(crate::binding::ArgumentError::missing(#name)) },
        )
    } else {
        (
            quote! { crate::binding::Argument<::std::option::Option<#value>> },
            quote! { Ok(None) },
        )
    }
}

/// Returns how a value becomes one that may be left out, where it may.
pub fn optional(is_required: bool) -> TokenStream {
    if is_required {
        quote! {}
    } else {
        quote! { .map(Some) }
    }
}

fn setter(name: &str, value: &TokenStream, shape: &Shape, optional: TokenStream) -> TokenStream {
    let field = format_ident!("{name}");
    let kind = kind_of(shape);
    quote! {
        pub fn #field<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<#value>,
        {
            self.#field = value
                .try_into()
                #optional
                .map_err(|_| crate::binding::ArgumentError::invalid(#name, #kind));
            self
        }
    }
}

fn list_setter(parameter: &Parameter, style: ListStyle, field: &Ident) -> TokenStream {
    let name = &parameter.rust_name;
    let value = types::of_shape(&parameter.shape, &quote! { types:: });
    let style = list_style(style);
    let optional = optional(parameter.is_required);
    if parameter.shape == Shape::Plain("::serde_json::Value") {
        // A list is a value too.
        return quote! {
            pub fn #field<V>(mut self, values: V) -> Self
            where
                V: ::std::iter::IntoIterator,
                V::Item: ::std::convert::Into<#value>,
            {
                let values = values.into_iter().map(::std::convert::Into::<#value>::into);
                self.#field = crate::binding::list(#name, #style, values) #optional;
                self
            }
        };
    }
    quote! {
        pub fn #field<How>(
            mut self,
            values: impl crate::binding::OneOrMany<#value, How>,
        ) -> Self {
            self.#field = crate::binding::list(#name, #style, values.into_values()) #optional;
            self
        }
    }
}

/// Returns a style as `binding` has it.
pub fn list_style(style: ListStyle) -> TokenStream {
    match style {
        ListStyle::Repeated => quote! { crate::binding::ListStyle::Repeated },
        ListStyle::Joined(delimiter) => {
            quote! { crate::binding::ListStyle::Joined(#delimiter) }
        }
    }
}

/// Names what a parameter of this shape takes.
pub fn kind_of(shape: &Shape) -> &'static str {
    match shape {
        Shape::Plain("::uuid::Uuid") => "a UUID",
        Shape::Plain("::chrono::DateTime<::chrono::offset::Utc>") => "a point in time",
        Shape::Plain("::chrono::naive::NaiveDate") => "a date",
        Shape::Plain("u32" | "u64") => "a whole number from 0 up",
        Shape::Plain("i32" | "i64") => "a whole number",
        Shape::Plain("f32" | "f64") => "a number",
        Shape::Plain("::std::string::String") => "text",
        _ => "valid",
    }
}
