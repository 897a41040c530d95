//! Adds open enums, which keep a value that the spec doesn't name instead of failing the reply.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::{integer_enums, types};
use crate::codegen::{model::OpenEnum, problem::Problem, tokens};

/// Adds the enums to the module `types`.
pub fn add(file: &mut syn::File, enums: &[OpenEnum]) -> Result<(), Problem> {
    let enums = enums.iter().map(|open_enum| {
        let known = Known::of(open_enum);
        let impls = if open_enum.is_integer {
            integer_enums::impls(&known)
        } else {
            impls(&known)
        };
        let definition = definition(open_enum, &known);
        quote! { #definition #impls }
    });
    tokens::extend_module(file, "types", enums.collect())
}

/// The values that have a variant.
pub struct Known<'a> {
    pub ident: Ident,
    pub texts: Vec<&'a str>,
    pub variants: Vec<Ident>,
}

impl<'a> Known<'a> {
    fn of(open_enum: &'a OpenEnum) -> Self {
        // A value "unknown" needs no variant: `Unknown` already carries it through unchanged.
        let values = open_enum.values.iter();
        let known = values.filter(|value| value.variant != "Unknown");
        Self {
            ident: format_ident!("{}", open_enum.of_type.name),
            texts: known.clone().map(|value| value.text.as_str()).collect(),
            variants: known
                .map(|value| format_ident!("{}", value.variant))
                .collect(),
        }
    }
}

fn definition(open_enum: &OpenEnum, known: &Known) -> TokenStream {
    let Known {
        ident,
        texts,
        variants,
    } = known;
    let (getter, unknown) = if open_enum.is_integer {
        ("as_i64", quote! { i64 })
    } else {
        ("as_str", quote! { ::std::string::String })
    };
    let addition = format!(
        "\n\nA value that this version of the crate doesn't know is kept verbatim in `Unknown`. A \
         later version\nmay have a variant for it: compare with `{getter}()` where that matters."
    );
    let attributes = types::attributes(&open_enum.of_type, "One of the values below.", &addition);
    let variant_docs = texts.iter().map(|text| format!("`{text}`"));
    let known_doc = format!("The values of `{ident}` that the spec names, in its order.");
    let is_terminal = open_enum.terminal.as_ref().map(|terminal| {
        let ends = texts
            .iter()
            .zip(variants)
            .filter(|(text, _)| terminal.iter().any(|end| end == *text))
            .map(|(_, variant)| variant);
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
            Unknown(#unknown),
        }

        impl #ident {
            #[doc = #known_doc]
            pub const KNOWN: &'static [Self] = &[#(Self::#variants),*];

            #is_terminal
        }
    }
}

/// Returns the impls of an enum of strings.
fn impls(known: &Known) -> TokenStream {
    let Known {
        ident,
        texts,
        variants,
    } = known;
    let name = ident.to_string();
    quote! {
        impl #ident {
            /// Returns the value as it is sent and received.
            pub fn as_str(&self) -> &str {
                match self {
                    #(Self::#variants => #texts,)*
                    Self::Unknown(value) => value,
                }
            }
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

            fn from_str(value: &str) -> ::std::result::Result<Self, ::std::convert::Infallible> {
                Ok(Self::from(value))
            }
        }

        impl ::std::cmp::PartialEq<str> for #ident {
            fn eq(&self, other: &str) -> bool {
                self.as_str() == other
            }
        }

        impl ::std::cmp::PartialEq<&str> for #ident {
            fn eq(&self, other: &&str) -> bool {
                self.as_str() == *other
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
