//! Writes the builders of the objects that are sent.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::{objects::EXTRA, types};
use crate::codegen::model::{ObjectModel, Presence, Property, Shape};

/// Returns the module `builder`.
pub fn module(objects: &[ObjectModel]) -> TokenStream {
    let builders = objects.iter().filter(|object| object.is_sent).map(builder);
    quote! {
        /// Builders of the types that are sent.
        #[allow(missing_docs, unused_variables)]
        pub mod builder {
            #(#builders)*
        }
    }
}

/// A field of a builder.
struct Field {
    name: Ident,
    ty: TokenStream,
    /// What it is until it is set.
    unset: TokenStream,
    setter: TokenStream,
}

fn builder(object: &ObjectModel) -> TokenStream {
    let name = format_ident!("{}", object.of_type.name);
    let mut fields: Vec<Field> = object.properties.iter().map(property).collect();
    if let Some(further) = &object.further {
        let ty = types::of_further(further, &quote! { super:: });
        let extra = format_ident!("{EXTRA}");
        fields.push(Field {
            setter: setter(&extra, EXTRA, &ty, &quote! {}, &quote! {}),
            name: extra,
            ty,
            unset: quote! { Ok(::std::default::Default::default()) },
        });
    }
    let names: Vec<_> = fields.iter().map(|field| &field.name).collect();
    let types = fields.iter().map(|field| &field.ty);
    let unset = fields.iter().map(|field| &field.unset);
    let setters = fields.iter().map(|field| &field.setter);
    quote! {
        #[derive(Clone, Debug)]
        pub struct #name {
            #(#names: ::std::result::Result<#types, ::std::string::String>,)*
        }

        impl ::std::default::Default for #name {
            fn default() -> Self {
                Self { #(#names: #unset,)* }
            }
        }

        impl #name {
            #(#setters)*
        }

        impl ::std::convert::TryFrom<#name> for super::#name {
            type Error = super::error::ConversionError;

            fn try_from(
                value: #name,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self { #(#names: value.#names?,)* })
            }
        }

        impl ::std::convert::From<super::#name> for #name {
            fn from(value: super::#name) -> Self {
                Self { #(#names: Ok(value.#names),)* }
            }
        }
    }
}

fn property(property: &Property) -> Field {
    let name = format_ident!("{}", property.rust_name);
    let path = quote! { super:: };
    let is_required = matches!(property.presence, Presence::Required | Presence::Nullable);
    let unset = if is_required {
        let message = format!("no value supplied for {}", property.name);
        quote! { Err(#message.to_string()) }
    } else {
        quote! { Ok(::std::default::Default::default()) }
    };
    let (taken, convert) = conversion(property, &path);
    let docs = property.description.iter();
    let deprecated = types::deprecated(property.is_deprecated, property.description.as_deref());
    let attributes = quote! { #(#[doc = #docs])* #deprecated };
    let setter = if is_optional_text(property) {
        quote! {
            #attributes
            pub fn #name(mut self, value: impl crate::binding::OptionalText) -> Self {
                self.#name = Ok(value.into_text()) #convert;
                self
            }
        }
    } else {
        setter(&name, &property.name, &taken, &convert, &attributes)
    };
    Field {
        setter,
        name,
        ty: types::of_field(property, &path),
        unset,
    }
}

/// Whether the field holds a text that may be left out: it takes any text, which `Option<String>`
/// can't be made of.
fn is_optional_text(property: &Property) -> bool {
    let may_lack = matches!(
        property.presence,
        Presence::Optional | Presence::Nullable | Presence::OptionalOrNull
    );
    may_lack && property.shape == Shape::Plain("::std::string::String")
}

/// Returns what a setter takes, and how it becomes what the field holds: a caller needn't know
/// which values are in a box.
fn conversion(property: &Property, path: &TokenStream) -> (TokenStream, TokenStream) {
    let value = types::of_shape(&property.shape, path);
    let is_boxed = property.is_recursive;
    match property.presence {
        Presence::Optional | Presence::Nullable | Presence::OptionalOrNull => {
            let boxed = is_boxed.then(|| {
                quote! { .map(|value| value.map(::std::boxed::Box::new)) }
            });
            let given = (property.presence == Presence::OptionalOrNull).then(|| {
                quote! { .map(::std::option::Option::Some) }
            });
            (
                quote! { ::std::option::Option<#value> },
                quote! { #boxed #given },
            )
        }
        Presence::Required | Presence::Empty | Presence::Default(_) => {
            let boxed = is_boxed.then(|| quote! { .map(::std::boxed::Box::new) });
            (value, quote! { #boxed })
        }
    }
}

fn setter(
    name: &Ident,
    wire_name: &str,
    taken: &TokenStream,
    convert: &TokenStream,
    attributes: &TokenStream,
) -> TokenStream {
    let message = format!(
        "error converting supplied value for {}: {{e}}",
        wire_name.replace('{', "{{").replace('}', "}}")
    );
    quote! {
        #attributes
        pub fn #name<T>(mut self, value: T) -> Self
        where
            T: ::std::convert::TryInto<#taken>,
            T::Error: ::std::fmt::Display,
        {
            self.#name = value.try_into() #convert .map_err(|e| format!(#message));
            self
        }
    }
}
