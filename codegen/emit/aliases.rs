//! Adds the decoding of types whose properties go by more than one name (`x-aliases`), or may have
//! a value of another kind.
//!
//! serde's own `alias` refuses a body that holds two of the names at once. Here the property's own
//! name wins, then the aliases in their order, and an alias that isn't needed stays among the
//! unknown fields.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::{Field, Item, ItemStruct, parse_quote, punctuated::Punctuated};

use crate::codegen::{model::Alias, problem::Problem, tokens};

/// Replaces the derived `Deserialize` of each type that has aliases.
pub fn add(file: &mut syn::File, aliases: &[Alias]) -> Result<(), Problem> {
    for alias in aliases {
        let type_name = format_ident!("{}", alias.type_name);
        tokens::find_property(file, &type_name, &alias.property)?;
    }
    let mut decoders = Vec::new();
    for item in tokens::module_items(file, "types")? {
        let Item::Struct(item) = item else { continue };
        let own: Vec<_> = aliases
            .iter()
            .filter(|alias| item.ident == alias.type_name)
            .collect();
        if !own.is_empty() {
            decoders.push(decoder(item, &own));
            drop_derived_deserialize(item)?;
        }
    }
    tokens::extend_module(file, "types", decoders)
}

/// Returns a `Deserialize` that decodes into a private twin, which has one more field for each
/// alias, and chooses from it.
fn decoder(item: &ItemStruct, aliases: &[&Alias]) -> TokenStream {
    let type_name = &item.ident;
    let has_extra = item
        .fields
        .iter()
        .any(|field| tokens::is_property(field, "extra"));
    let unused = if has_extra {
        quote! { Some(&mut wire.extra) }
    } else {
        quote! { None }
    };

    let mut wire_fields = Vec::new();
    let mut choices = Vec::new();
    for (number, field) in item.fields.iter().enumerate() {
        let name = &field.ident;
        let Some(alias) = aliases
            .iter()
            .find(|alias| tokens::is_property(field, &alias.property))
        else {
            wire_fields.push(wire_field(field));
            continue;
        };
        let (requirement, property, ty) = (requirement(field), &alias.property, &field.ty);
        // A value that may be left out isn't worth failing a reply for, where it can be kept.
        let is_lenient = has_extra && requirement != Requirement::Required;
        let mut names: Vec<&String> = alias.names.iter().collect();
        let own = if is_lenient {
            names.insert(0, property);
            quote! { None }
        } else {
            let ty = match requirement {
                Requirement::Optional => quote! { #ty },
                _ => quote! { ::std::option::Option<#ty> },
            };
            wire_fields.push(quote! { #[serde(rename = #property)] #name: #ty });
            quote! { wire.#name }
        };
        let mut candidates = Vec::new();
        for (index, wire_name) in names.into_iter().enumerate() {
            let slot = format_ident!("alias_{number}_{index}");
            wire_fields.push(quote! {
                #[serde(rename = #wire_name)]
                #slot: ::std::option::Option<::serde_json::Value>
            });
            candidates.push(quote! { (#wire_name, wire.#slot) });
        }
        let finish = match requirement {
            Requirement::Required => quote! { .required(#property)? },
            Requirement::Defaulted => quote! { .optional().unwrap_or_default() },
            Requirement::Optional => quote! { .optional() },
        };
        choices.push(quote! {
            let #name = crate::binding::first_named(#own, [#(#candidates),*], #unused) #finish;
        });
    }

    let values = item.fields.iter().map(|field| {
        let name = &field.ident;
        if aliases
            .iter()
            .any(|alias| tokens::is_property(field, &alias.property))
        {
            quote! { #name }
        } else {
            quote! { #name: wire.#name }
        }
    });
    quote! {
        impl<'de> ::serde::Deserialize<'de> for #type_name {
            fn deserialize<D: ::serde::Deserializer<'de>>(
                deserializer: D,
            ) -> ::std::result::Result<Self, D::Error> {
                #[derive(::serde::Deserialize)]
                struct Wire {
                    #(#wire_fields,)*
                }
                #[allow(unused_mut)]
                let mut wire = <Wire as ::serde::Deserialize>::deserialize(deserializer)?;
                #(#choices)*
                Ok(Self { #(#values,)* })
            }
        }
    }
}

/// Returns the field of the twin, which is the type's without its documentation.
fn wire_field(field: &Field) -> TokenStream {
    let (name, ty) = (&field.ident, &field.ty);
    let attributes = field
        .attrs
        .iter()
        .filter(|attribute| !attribute.path().is_ident("doc"));
    quote! { #(#attributes)* #name: #ty }
}

#[derive(PartialEq)]
enum Requirement {
    Required,
    Defaulted,
    Optional,
}

fn requirement(field: &Field) -> Requirement {
    let is_option = tokens::type_ident(&field.ty).is_some_and(|name| name == "Option");
    match (is_option, tokens::has_serde_option(field, "default")) {
        (true, _) => Requirement::Optional,
        (false, true) => Requirement::Defaulted,
        (false, false) => Requirement::Required,
    }
}

fn drop_derived_deserialize(item: &mut ItemStruct) -> Result<(), Problem> {
    let mut dropped = 0;
    for attribute in &mut item.attrs {
        if !attribute.path().is_ident("derive") {
            continue;
        }
        let Ok(derives) =
            attribute.parse_args_with(Punctuated::<syn::Path, syn::Token![,]>::parse_terminated)
        else {
            continue;
        };
        let is_deserialize = |path: &&syn::Path| {
            let last = path.segments.last();
            last.is_some_and(|segment| segment.ident == "Deserialize")
        };
        dropped += derives.iter().filter(is_deserialize).count();
        let kept = derives.iter().filter(|path| !is_deserialize(path));
        *attribute = parse_quote!(#[derive(#(#kept),*)]);
    }
    if dropped == 1 {
        Ok(())
    } else {
        let name = &item.ident;
        Err(Problem::of_progenitor(format!(
            "`types::{name}` derives `Deserialize` {dropped} times instead of once"
        )))
    }
}
