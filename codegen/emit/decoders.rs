//! Writes the decoding of types whose properties go by more than one name (`x-aliases`), or may
//! have a value of another kind.
//!
//! serde's own `alias` refuses a body that holds two of the names at once. Here the property's own
//! name wins, then the aliases in their order, and an alias that isn't needed stays among the
//! unknown fields.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{defaults, objects, types};
use crate::codegen::model::{ObjectModel, Presence, Property, Shape};

/// Returns a `Deserialize` that decodes into a private twin, which has one more field for each
/// alias, and chooses from it; `None` where serde's own does.
pub fn decoder(object: &ObjectModel) -> Option<TokenStream> {
    if !object.properties.iter().any(is_chosen) {
        return None;
    }
    let keeps_json = matches!(object.further, Some(Shape::Plain("::serde_json::Value")));
    let unused = if keeps_json {
        quote! { Some(&mut wire.extra) }
    } else {
        quote! { None }
    };
    let mut decoder = Decoder::default();
    for (number, property) in object.properties.iter().enumerate() {
        if is_chosen(property) {
            decoder.choose(object, property, number, &unused);
        } else {
            decoder.keep(object, property);
        }
    }
    let Decoder {
        mut wire,
        choices,
        mut values,
    } = decoder;
    if let Some(further) = &object.further {
        let ty = types::of_further(further, &quote! {});
        wire.push(quote! { #[serde(flatten)] extra: #ty });
        values.push(quote! { extra: wire.extra });
    }
    let name = format_ident!("{}", object.of_type.name);
    Some(quote! {
        impl<'de> ::serde::Deserialize<'de> for #name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                #[derive(::serde::Deserialize)]
                struct Wire {
                    #(#wire,)*
                }
                #[allow(unused_mut)]
                let mut wire = <Wire as ::serde::Deserialize>::deserialize(deserializer)?;
                #(#choices)*
                Ok(Self { #(#values,)* })
            }
        }
    })
}

/// Whether a property is chosen from several names, or from values of several kinds.
pub fn is_chosen(property: &Property) -> bool {
    !property.aliases.is_empty() || property.is_lenient
}

/// The parts of a decoder, which grow property by property.
#[derive(Default)]
struct Decoder {
    /// The fields of the twin.
    wire: Vec<TokenStream>,
    choices: Vec<TokenStream>,
    /// The fields of the type itself.
    values: Vec<TokenStream>,
}

impl Decoder {
    fn keep(&mut self, object: &ObjectModel, property: &Property) {
        let objects::Field {
            attributes,
            name,
            ty,
        } = objects::field(object, property);
        self.wire.push(quote! { #attributes #name: #ty });
        self.values.push(quote! { #name: wire.#name });
    }

    fn choose(
        &mut self,
        object: &ObjectModel,
        property: &Property,
        number: usize,
        unused: &TokenStream,
    ) {
        let (own_name, name) = (&property.name, format_ident!("{}", property.rust_name));
        let mut names: Vec<&String> = property.aliases.iter().collect();
        let may_be_null = matches!(property.presence, Presence::OptionalOrNull);
        // A value that may be left out isn't worth failing a reply for, where it can be kept.
        let own = if property.is_lenient {
            names.insert(0, own_name);
            quote! { None }
        } else {
            let ty = types::of_value(property, &quote! {});
            let option = quote! { ::std::option::Option };
            if may_be_null {
                self.wire.push(quote! {
                    #[serde(
                        rename = #own_name,
                        default,
                        deserialize_with = "crate::binding::some_nullable"
                    )]
                    #name: #option<#option<#ty>>
                });
                quote! { wire.#name.flatten() }
            } else {
                self.wire
                    .push(quote! { #[serde(rename = #own_name)] #name: #option<#ty> });
                quote! { wire.#name }
            }
        };
        let mut candidates = Vec::new();
        for (index, wire_name) in names.into_iter().enumerate() {
            let slot = format_ident!("alias_{number}_{index}");
            self.wire.push(quote! {
                #[serde(rename = #wire_name)]
                #slot: ::std::option::Option<::serde_json::Value>
            });
            candidates.push(quote! { (#wire_name, wire.#slot) });
        }
        let optional = if property.is_of_page {
            quote! { .valid()? }
        } else {
            quote! { .optional() }
        };
        let finish = match &property.presence {
            Presence::Required => quote! { .required(#own_name)? },
            Presence::Empty => quote! { #optional.unwrap_or_default() },
            Presence::Nullable | Presence::Optional => optional,
            Presence::OptionalOrNull => quote! { .optional_or_null(is_null) },
            Presence::Default(_) => {
                let default: TokenStream =
                    defaults::path(object, property).parse().unwrap_or_default();
                quote! { .optional().unwrap_or_else(#default) }
            }
        };
        let mut value = quote! {
            crate::binding::first_named(#own, [#(#candidates),*], #unused) #finish
        };
        if may_be_null {
            value = quote! {{
                let is_null = wire.#name == Some(None);
                #value
            }};
        }
        self.choices.push(quote! { let #name = #value; });
        self.values.push(quote! { #name });
    }
}
