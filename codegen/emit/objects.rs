//! Adds the structs of objects with properties.
//!
//! Replies are read with tolerance: null is as good as absent for what may be left out, and fields
//! that the spec doesn't name fail nothing.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{builders, decoders, defaults, types};
use crate::codegen::{
    model::{ObjectModel, Presence, Property, Shape},
    problem::Problem,
    tokens,
};

/// The field for all that a schema's properties don't name.
pub const EXTRA: &str = "extra";

/// Adds the structs to the module `types`.
pub fn add(file: &mut syn::File, objects: &[ObjectModel]) -> Result<(), Problem> {
    let structs = objects.iter().map(object);
    let modules = [builders::module(objects), defaults::module(objects)];
    tokens::extend_module(file, "types", structs.chain(modules).collect())
}

fn object(object: &ObjectModel) -> TokenStream {
    let name = format_ident!("{}", object.of_type.name);
    let title = format!("The object `{name}`.");
    let attributes = types::attributes(&object.of_type, &title, "");
    let decoder = decoders::decoder(object);
    let derive_deserialize = decoder.is_none().then(|| quote! { ::serde::Deserialize, });
    let (derive_default, default) = defaults::of_object(object);
    let fields = object.properties.iter().map(|property| {
        let docs = property
            .description
            .clone()
            .unwrap_or_else(|| format!("The property `{}`.", property.name));
        let deprecated = types::deprecated(property.is_deprecated, property.description.as_deref());
        let field = field(object, property);
        let (attributes, name, ty) = (field.attributes, field.name, field.ty);
        quote! { #[doc = #docs] #deprecated #attributes pub #name: #ty }
    });
    let extra = object.further.as_ref().map(|further| {
        let ty = types::of_further(further, &quote! {});
        quote! {
            /// All other fields of the JSON object, by name.
            #[serde(flatten)]
            pub extra: #ty,
        }
    });
    let builder = object.is_sent.then(|| {
        let docs = format!("Returns a builder of `{name}`.");
        quote! {
            impl #name {
                #[doc = #docs]
                pub fn builder() -> builder::#name {
                    ::std::default::Default::default()
                }
            }
        }
    });
    quote! {
        #attributes
        #[derive(
            ::schemars::JsonSchema,
            #derive_deserialize
            ::serde::Serialize,
            Clone,
            Debug,
            #derive_default
            PartialEq
        )]
        #[non_exhaustive]
        pub struct #name {
            #(#fields,)*
            #extra
        }

        #default
        #builder
        #decoder
    }
}

/// A field of a struct, as both serde and the decoders of the crate need it.
pub struct Field {
    pub attributes: TokenStream,
    pub name: syn::Ident,
    pub ty: TokenStream,
}

/// Returns the field of a property.
pub fn field(object: &ObjectModel, property: &Property) -> Field {
    let mut options = Vec::new();
    if property.rust_name != property.name {
        let name = &property.name;
        options.push(quote! { rename = #name });
    }
    match &property.presence {
        Presence::Required => (),
        Presence::Nullable => {
            options.push(quote! { deserialize_with = "crate::binding::nullable" });
        }
        Presence::Optional => {
            options.push(quote! { skip_serializing_if = "::std::option::Option::is_none" });
        }
        Presence::OptionalOrNull => {
            options.push(quote! {
                default,
                deserialize_with = "crate::binding::some_nullable",
                skip_serializing_if = "::std::option::Option::is_none"
            });
        }
        Presence::Empty => {
            let is_empty = match property.shape {
                Shape::List(_) => "::std::vec::Vec::is_empty",
                Shape::Map(_) => "::std::collections::BTreeMap::is_empty",
                _ => "::serde_json::Map::is_empty",
            };
            options.push(quote! {
                default,
                deserialize_with = "crate::binding::null_as_default",
                skip_serializing_if = #is_empty
            });
        }
        Presence::Default(_) => {
            let default = defaults::path(object, property);
            let or_null = format!("{default}_or_null");
            options.push(quote! { default = #default, deserialize_with = #or_null });
        }
    }
    Field {
        attributes: if options.is_empty() {
            quote! {}
        } else {
            quote! { #[serde(#(#options),*)] }
        },
        name: format_ident!("{}", property.rust_name),
        ty: types::of_field(property, &quote! {}),
    }
}
