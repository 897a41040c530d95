//! Adds the types of schemas that have a name and are neither objects with properties nor enums nor
//! unions: a list, a map, a text with a format. A name of its own keeps what the spec says of it.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::types;
use crate::codegen::{
    model::{Shape, WrapperModel},
    problem::Problem,
    tokens,
};

/// Adds the types to the module `types`.
pub fn add(file: &mut syn::File, wrappers: &[WrapperModel]) -> Result<(), Problem> {
    tokens::extend_module(file, "types", wrappers.iter().map(wrapper).collect())
}

fn wrapper(wrapper: &WrapperModel) -> TokenStream {
    let name = format_ident!("{}", wrapper.of_type.name);
    let inner = types::boxed(&wrapper.shape, wrapper.is_recursive, &quote! {});
    let attributes = types::attributes(&wrapper.of_type, &format!("The type `{name}`."), "");
    let default = has_default(&wrapper.shape).then(|| quote! { Default, });
    let order = is_ordered(&wrapper.shape).then(|| quote! { Eq, Hash, Ord, PartialOrd, });
    let text = is_text(&wrapper.shape).then(|| {
        quote! {
            impl ::std::fmt::Display for #name {
                fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                    ::std::fmt::Display::fmt(&self.0, f)
                }
            }

            impl ::std::str::FromStr for #name {
                type Err = <#inner as ::std::str::FromStr>::Err;

                fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
                    value.parse().map(Self)
                }
            }
        }
    });
    quote! {
        #attributes
        #[derive(
            ::schemars::JsonSchema,
            ::serde::Deserialize,
            ::serde::Serialize,
            Clone,
            Debug,
            #default
            #order
            PartialEq
        )]
        #[serde(transparent)]
        pub struct #name(pub #inner);

        impl ::std::ops::Deref for #name {
            type Target = #inner;

            fn deref(&self) -> &Self::Target {
                &self.0
            }
        }

        impl ::std::ops::DerefMut for #name {
            fn deref_mut(&mut self) -> &mut Self::Target {
                &mut self.0
            }
        }

        impl ::std::convert::From<#name> for #inner {
            fn from(value: #name) -> Self {
                value.0
            }
        }

        impl ::std::convert::From<#inner> for #name {
            fn from(value: #inner) -> Self {
                Self(value)
            }
        }

        #text
    }
}

fn has_default(shape: &Shape) -> bool {
    match shape {
        Shape::List(_) | Shape::Map(_) | Shape::Nullable(_) => true,
        Shape::Plain(name) => name.contains("Map<"),
        Shape::Named(_) => false,
    }
}

/// Whether values have an order, and a hash.
fn is_ordered(shape: &Shape) -> bool {
    is_text(shape) && !matches!(shape, Shape::Plain("f32" | "f64"))
}

/// Whether a value is written and read as text.
fn is_text(shape: &Shape) -> bool {
    match shape {
        Shape::Plain(name) => !name.starts_with("::serde_json::"),
        _ => false,
    }
}
