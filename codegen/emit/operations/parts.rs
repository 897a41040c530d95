//! Writes the setters of the parts of a form.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use syn::Ident;

use super::arguments;
use crate::codegen::{
    emit::types,
    model::{FormModel, FormPart, PartKind, Shape},
};

/// Returns the setters of the parts, which change the field of this name.
pub fn setters(form: &FormModel, field: &Ident) -> TokenStream {
    let setters = form.parts.iter().map(|part| setter(part, field));
    quote! {
        #(#setters)*

        /// Adds a text part that the documentation doesn't name.
        pub fn extra_field(
            mut self,
            name: impl ::std::convert::Into<::std::string::String>,
            value: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.#field.text(name, value);
            self
        }
    }
}

fn setter(part: &FormPart, field: &Ident) -> TokenStream {
    let name = format_ident!("{}", part.rust_name);
    let description = part.description.as_deref();
    let docs = description.map_or_else(|| format!("Sets `{}`.", part.name), str::to_owned);
    let deprecated = types::deprecated(part.is_deprecated, description);
    let (note, setter) = match &part.kind {
        PartKind::File => file_setter(part, &name, field),
        PartKind::Text(shape) => (None, value_setter(part, shape, "text", &name, field)),
        PartKind::Json(shape) => {
            let note = "It is sent as JSON.";
            (Some(note), value_setter(part, shape, "json", &name, field))
        }
    };
    let docs = note.map_or(docs.clone(), |note| format!("{docs}\n\n{note}"));
    quote! { #[doc = #docs] #deprecated #setter }
}

fn media_type(part: &FormPart) -> TokenStream {
    match &part.media_type {
        Some(media_type) => quote! { ::std::option::Option::Some(#media_type) },
        None => quote! { ::std::option::Option::None },
    }
}

fn file_setter(
    part: &FormPart,
    name: &Ident,
    field: &Ident,
) -> (Option<&'static str>, TokenStream) {
    let (wire_name, media_type) = (&part.name, media_type(part));
    let (note, add) = if part.is_list {
        (Some("Each call adds one part."), format_ident!("add_file"))
    } else {
        (None, format_ident!("set_file"))
    };
    let setter = quote! {
        pub fn #name(mut self, upload: impl ::std::convert::Into<crate::binding::Upload>) -> Self {
            self.#field.#add(#wire_name, #media_type, upload.into());
            self
        }
    };
    (note, setter)
}

/// Returns the setter of a part that is sent as text or JSON.
fn value_setter(
    part: &FormPart,
    shape: &Shape,
    encoding: &str,
    name: &Ident,
    field: &Ident,
) -> TokenStream {
    let (wire_name, rust_name) = (&part.name, &part.rust_name);
    let media_type = media_type(part);
    let value = types::of_shape(shape, &quote! { types:: });
    let kind = arguments::kind_of(shape);
    if part.is_list {
        let set = format_ident!("set_{encoding}s");
        return quote! {
            pub fn #name<V>(mut self, values: V) -> Self
            where
                V: ::std::iter::IntoIterator,
                V::Item: ::std::convert::Into<#value>,
            {
                let values = values.into_iter().map(::std::convert::Into::<#value>::into);
                self.#field.#set(#wire_name, #media_type, values);
                self
            }
        };
    }
    let set = format_ident!("set_{encoding}");
    quote! {
        pub fn #name<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<#value>,
        {
            let value: crate::binding::Argument<#value> = value
                .try_into()
                .map_err(|_| crate::binding::ArgumentError::invalid(#rust_name, #kind));
            self.#field.#set(#wire_name, #media_type, value);
            self
        }
    }
}
