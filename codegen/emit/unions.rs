//! Adds unions, which keep a value that fits no member instead of failing the reply.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::types;
use crate::codegen::{
    model::{Member, UnionModel},
    problem::Problem,
    tokens,
};

/// Adds the enums to the module `types`.
pub fn add(file: &mut syn::File, unions: &[UnionModel]) -> Result<(), Problem> {
    tokens::extend_module(file, "types", unions.iter().map(union).collect())
}

fn union(union: &UnionModel) -> TokenStream {
    let name = &union.of_type.name;
    let ident = format_ident!("{name}");
    let how = match &union.tag {
        Some(tag) => format!("The property `{tag}` tells which."),
        None => "The first that fits is taken.".to_owned(),
    };
    let addition = format!("\n\n{how} A value that is none of them is kept as JSON in `Unknown`.");
    let attributes = types::attributes(&union.of_type, "One of the types below.", &addition);
    let types: Vec<_> = union.members.iter().map(ty).collect();
    let variants: Vec<_> = union.members.iter().map(variant).collect();
    let docs = union
        .members
        .iter()
        .map(|member| format!("The member `{}`.", member.variant));
    let conversions = conversions(union);
    let decode = match &union.tag {
        Some(tag) => by_tag(union, tag),
        None => quote! {
            #(
                if let Some(member) = crate::binding::member(&value) {
                    return Ok(Self::#variants(member));
                }
            )*
            Ok(Self::Unknown(value))
        },
    };
    quote! {
        #attributes
        #[derive(Clone, Debug, PartialEq)]
        #[non_exhaustive]
        pub enum #ident {
            #(#[doc = #docs] #variants(#types),)*
            /// A value that the spec doesn't describe.
            Unknown(::serde_json::Value),
        }

        #(#conversions)*

        impl ::serde::Serialize for #ident {
            fn serialize<S: ::serde::Serializer>(
                &self,
                serializer: S,
            ) -> ::std::result::Result<S::Ok, S::Error> {
                match self {
                    #(Self::#variants(member) => ::serde::Serialize::serialize(member, serializer),)*
                    Self::Unknown(value) => ::serde::Serialize::serialize(value, serializer),
                }
            }
        }

        impl<'de> ::serde::Deserialize<'de> for #ident {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                let value = <::serde_json::Value as ::serde::Deserialize>::deserialize(deserializer)?;
                #decode
            }
        }

        impl ::schemars::JsonSchema for #ident {
            fn schema_name() -> ::std::borrow::Cow<'static, str> {
                #name.into()
            }

            fn schema_id() -> ::std::borrow::Cow<'static, str> {
                concat!(module_path!(), "::", #name).into()
            }

            fn json_schema(generator: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
                let members = [#(generator.subschema_for::<#types>()),*];
                ::schemars::json_schema!({ "anyOf": members })
            }
        }
    }
}

fn ty(member: &Member) -> TokenStream {
    types::boxed(&member.shape, member.is_recursive, &quote! {})
}

fn variant(member: &Member) -> syn::Ident {
    format_ident!("{}", member.variant)
}

/// A member whose kind is known must be right, as any other type must.
fn by_tag(union: &UnionModel, tag: &str) -> TokenStream {
    let told = union
        .members
        .iter()
        .filter(|member| !member.tags.is_empty());
    let arms = told.map(|member| {
        let (variant, tags, name) = (variant(member), &member.tags, &member.variant);
        quote! {
            Some(#(#tags)|*) => crate::binding::told_member(&value, #name).map(Self::#variant),
        }
    });
    quote! {
        match value.get(#tag).and_then(::serde_json::Value::as_str) {
            #(#arms)*
            _ => Ok(Self::Unknown(value)),
        }
    }
}

/// Returns the conversions from members, where the type says which one it is.
fn conversions(union: &UnionModel) -> Vec<TokenStream> {
    let ident = format_ident!("{}", union.of_type.name);
    let members = union.members.iter();
    let unique = members.filter(|member| {
        let same = union
            .members
            .iter()
            .filter(|other| other.shape == member.shape);
        same.count() == 1
    });
    let conversions = unique.map(|member| {
        let (variant, ty) = (variant(member), types::of_shape(&member.shape, &quote! {}));
        let value = if member.is_recursive {
            quote! { ::std::boxed::Box::new(member) }
        } else {
            quote! { member }
        };
        quote! {
            impl ::std::convert::From<#ty> for #ident {
                fn from(member: #ty) -> Self {
                    Self::#variant(#value)
                }
            }
        }
    });
    conversions.collect()
}
