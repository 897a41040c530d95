//! Adds open enums, which keep a value that the spec doesn't name instead of failing the reply.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::types;
use crate::codegen::{model::OpenEnum, problem::Problem, tokens};

/// What the documentation of each enum says of values that have no variant.
const UNKNOWN: &str = "

A value that this version of the crate doesn't know is kept verbatim in `Unknown`. A later version
may have a variant for it: compare with `as_str()` where that matters.";

/// Adds the enums to the module `types`.
pub fn add(file: &mut syn::File, enums: &[OpenEnum]) -> Result<(), Problem> {
    tokens::extend_module(file, "types", enums.iter().map(open_enum).collect())
}

fn open_enum(open_enum: &OpenEnum) -> TokenStream {
    let OpenEnum {
        of_type,
        values,
        terminal,
    } = open_enum;
    let name = &of_type.name;
    let ident = format_ident!("{name}");
    let attributes = types::attributes(of_type, "One of the values below.", UNKNOWN);
    // A value "unknown" needs no variant: `Unknown` already carries it through unchanged.
    let known: Vec<(&String, _)> = values
        .iter()
        .map(|value| (&value.text, format_ident!("{}", value.variant)))
        .filter(|(_, variant)| variant != "Unknown")
        .collect();
    let texts: Vec<_> = known.iter().map(|(value, _)| value.as_str()).collect();
    let variants: Vec<_> = known.iter().map(|(_, variant)| variant).collect();
    let variant_docs: Vec<_> = texts.iter().map(|text| format!("`{text}`")).collect();
    let known_doc = format!("The values of `{name}` that the spec names, in its order.");

    let is_terminal = terminal.as_ref().map(|terminal| {
        let ends: Vec<_> = known
            .iter()
            .filter(|(value, _)| terminal.contains(value))
            .map(|(_, variant)| variant)
            .collect();
        quote! {
            /// Whether no other value can follow this one. An unknown value is not terminal.
            pub fn is_terminal(&self) -> bool {
                match self {
                    #(Self::#ends => true,)*
                    _ => false,
                }
            }
        }
    });

    quote! {
        #attributes
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum #ident {
            #(#[doc = #variant_docs] #variants,)*
            /// A value that the spec doesn't name, verbatim.
            Unknown(::std::string::String),
        }

        impl #ident {
            #[doc = #known_doc]
            pub const KNOWN: &'static [Self] = &[#(Self::#variants),*];

            /// Returns the value as it is sent and received.
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #texts,)*
                    Self::Unknown(value) => value,
                }
            }

            #is_terminal
        }

        impl ::std::convert::From<&str> for #ident {
            fn from(value: &str) -> Self {
                match value {
                    #(#texts => Self::#variants,)*
                    other => Self::Unknown(other.to_owned()),
                }
            }
        }

        impl ::std::convert::From<::std::string::String> for #ident {
            fn from(value: ::std::string::String) -> Self {
                match Self::from(value.as_str()) {
                    Self::Unknown(_) => Self::Unknown(value),
                    known => known,
                }
            }
        }

        impl ::std::str::FromStr for #ident {
            type Err = ::std::convert::Infallible;

            fn from_str(value: &str) -> ::std::result::Result<Self, Self::Err> {
                Ok(Self::from(value))
            }
        }

        impl ::std::fmt::Display for #ident {
            fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl ::serde::Serialize for #ident {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> ::serde::Deserialize<'de> for #ident {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value = <::std::borrow::Cow<'de, str> as ::serde::Deserialize>::deserialize(deserializer)?;
                Ok(Self::from(value.as_ref()))
            }
        }

        impl ::schemars::JsonSchema for #ident {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                #name.into()
            }

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", #name).into()
            }

            fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                ::schemars::json_schema!({ "type": "string", "examples": [#(#texts),*] })
            }
        }
    }
}
