//! Writes the field of a builder that holds the body, and how it is added to the request.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use super::{
    arguments::{self, Field},
    free, parts,
};
use crate::codegen::{
    emit::types,
    model::{Api, BodyKind, BodyModel, FormModel, OperationModel, Shape},
};

/// A body.
pub struct Body {
    pub field: Field,
    /// The call by which it is added to the request.
    pub add: TokenStream,
    pub can_be_cloned: bool,
}

/// Returns the body of an operation that isn't a form.
pub fn of(operation: &OperationModel, api: &Api) -> Option<Body> {
    let body = operation.body.as_ref()?;
    let media_type = &body.media_type;
    let value = written_value(body);
    let (field, add) = match &body.kind {
        BodyKind::Json(shape) => {
            let (field, argument) = encoded(body, shape, api);
            (field, quote! { .json(#media_type, #argument) })
        }
        BodyKind::UrlEncoded(shape) => {
            let (field, argument) = encoded(body, shape, api);
            (field, quote! { .form_urlencoded(#media_type, #argument) })
        }
        BodyKind::Text => (
            plain(body, &Shape::Plain("::std::string::String")),
            quote! { .text(#media_type, #value) },
        ),
        BodyKind::Bytes => (bytes(body), quote! { .upload(#media_type, #value) }),
    };
    Some(Body {
        field,
        add,
        can_be_cloned: !matches!(body.kind, BodyKind::Bytes),
    })
}

/// Returns the form of an operation.
pub fn of_form(operation: &OperationModel, form: &FormModel) -> Option<Body> {
    let name = free("form", operation);
    let required = form.parts.iter().filter(|part| part.is_required);
    let required = required.map(|part| (&part.name, &part.rust_name));
    let required = required.map(|(name, method)| quote! { (#name, #method) });
    let add = if form.is_required {
        quote! { .form(self.#name, &[#(#required),*]) }
    } else {
        quote! { .form_or_nothing(self.#name, &[#(#required),*]) }
    };
    Some(Body {
        add,
        field: Field {
            setters: parts::setters(form, &name),
            ty: quote! { crate::binding::Form },
            unset: quote! { ::std::default::Default::default() },
            name,
        },
        can_be_cloned: false,
    })
}

/// Returns the body as one that may be left out, as requests take it.
fn written_value(body: &BodyModel) -> TokenStream {
    if body.is_required {
        quote! { self.body.map(Some) }
    } else {
        quote! { self.body }
    }
}

/// Returns the field of a body that is encoded, and its value.
fn encoded(body: &BodyModel, shape: &Shape, api: &Api) -> (Field, TokenStream) {
    let Some(name) = builder_of(shape, api) else {
        return (plain(body, shape), written_value(body));
    };
    let name = format_ident!("{name}");
    let builder = quote! { types::builder::#name };
    let optional = arguments::optional(body.is_required);
    let (ty, unset, map, value) = if body.is_required {
        (
            quote! { crate::binding::Argument<#builder> },
            quote! { Ok(::std::default::Default::default()) },
            quote! { f },
            quote! {
                self.body.and_then(|body| {
                    types::#name::try_from(body).map(Some).map_err(crate::binding::ArgumentError::of_body)
                })
            },
        )
    } else {
        (
            quote! { crate::binding::Argument<::std::option::Option<#builder>> },
            quote! { Ok(None) },
            quote! { |body| Some(f(body.unwrap_or_default())) },
            quote! {
                self.body.and_then(|body| {
                    body.map(types::#name::try_from)
                        .transpose()
                        .map_err(crate::binding::ArgumentError::of_body)
                })
            },
        )
    };
    let field = Field {
        name: format_ident!("body"),
        ty,
        unset,
        setters: quote! {
            /// Sets the whole body.
            pub fn body<V>(mut self, value: V) -> Self
            where
                V: ::std::convert::TryInto<types::#name>,
                V::Error: ::std::fmt::Display,
            {
                self.body = value
                    .try_into()
                    .map(::std::convert::From::from)
                    #optional
                    .map_err(crate::binding::ArgumentError::of_body);
                self
            }

            /// Changes the body that was set so far.
            pub fn body_map<F>(mut self, f: F) -> Self
            where
                F: ::std::ops::FnOnce(#builder) -> #builder,
            {
                self.body = self.body.map(#map);
                self
            }
        },
    };
    (field, value)
}

/// Returns the type of a body that has a builder.
fn builder_of<'a>(shape: &'a Shape, api: &Api) -> Option<&'a String> {
    let Shape::Named(name) = shape else {
        return None;
    };
    let mut objects = api.objects.iter();
    let has_builder = objects.any(|object| object.is_sent && object.of_type.name == *name);
    has_builder.then_some(name)
}

/// Returns the field of a body whose values are set whole.
fn plain(body: &BodyModel, shape: &Shape) -> Field {
    let value = types::of_shape(shape, &quote! { types:: });
    let (ty, unset) = arguments::argument("body", &value, body.is_required);
    let optional = arguments::optional(body.is_required);
    let kind = arguments::kind_of(shape);
    Field {
        name: format_ident!("body"),
        ty,
        unset,
        setters: quote! {
            /// Sets the whole body.
            pub fn body<V>(mut self, value: V) -> Self
            where
                V: ::std::convert::TryInto<#value>,
            {
                self.body = value
                    .try_into()
                    #optional
                    .map_err(|_| crate::binding::ArgumentError::invalid("body", #kind));
                self
            }
        },
    }
}

/// Returns the field of a body of any bytes.
fn bytes(body: &BodyModel) -> Field {
    let upload = quote! { crate::binding::Upload };
    let (ty, unset) = arguments::argument("body", &upload, body.is_required);
    let optional = arguments::optional(body.is_required);
    Field {
        name: format_ident!("body"),
        ty,
        unset,
        setters: quote! {
            /// Sets the body: bytes, or an [`Upload`](crate::Upload) of a file or stream, whose
            /// name and MIME type aren't sent.
            pub fn body(mut self, value: impl ::std::convert::Into<#upload>) -> Self {
                self.body = Ok(value.into()) #optional;
                self
            }
        },
    }
}
