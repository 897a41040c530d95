//! Makes builders keep arguments in the crate's type, and send their requests through `binding`.
//!
//! progenitor's `send` returns errors of its own type, which can't tell what the crate's errors do.

use proc_macro2::TokenStream;
use syn::{Field, Fields, Ident, ImplItem, Item, Type, parse_quote};

use super::{
    count::Count,
    progenitor::{self, BodyField},
};
use crate::codegen::{
    model::Api,
    names,
    problem::Problem,
    send::{self, Body},
    spec::JSON,
    tokens,
};

pub fn rewrite(file: &mut syn::File, api: &Api) -> Result<Vec<Count>, Problem> {
    let (mut arguments, mut sends, mut expected) = (0, 0, 0);
    for operation in api.generated() {
        let builder = names::builder(&operation.id);
        let Fields::Named(fields) = &mut tokens::find_struct(file, "builder", &builder)?.fields
        else {
            continue;
        };
        let (mut client, mut names, mut body) = (None, Vec::new(), Body::None);
        for field in &mut fields.named {
            let Some(name) = field.ident.clone() else {
                continue;
            };
            if matches!(field.ty, Type::Reference(_)) {
                client = Some(name);
                continue;
            }
            if let Some(media_type) = &operation.body
                && name == "body"
            {
                body = body_of(media_type, field);
            }
            arguments += usize::from(keep_argument(field));
            names.push(name);
        }
        expected += operation.parameters.len() + usize::from(operation.body.is_some());
        let Some(client) = client else { continue };
        sends += replace_send(file, &builder, |success| {
            send::method(operation, &client, &names, &body, success)
        })?;
    }
    Ok(vec![
        Count::new("arguments of builders", expected, arguments),
        Count::new("methods `send`", api.generated().count(), sends),
    ])
}

/// Changes the type of a field to the crate's, and returns whether it was progenitor's.
fn keep_argument(field: &mut Field) -> bool {
    match progenitor::argument(&field.ty) {
        Some(value) => {
            field.ty = parse_quote!(crate::binding::Argument<#value>);
            true
        }
        None => false,
    }
}

fn body_of(media_type: &str, field: &Field) -> Body {
    let method = match media_type {
        JSON => "json",
        "application/x-www-form-urlencoded" => "form_urlencoded",
        _ => {
            return Body::Raw {
                media_type: media_type.to_owned(),
            };
        }
    };
    let built = match progenitor::body_field(&field.ty) {
        BodyField::Builder(name) => Some(name),
        BodyField::Value => None,
    };
    Body::Encoded { method, built }
}

fn replace_send(
    file: &mut syn::File,
    builder: &Ident,
    method: impl Fn(&Type) -> TokenStream,
) -> Result<usize, Problem> {
    let mut replaced = 0;
    for item in tokens::module_items(file, "builder")? {
        let Item::Impl(item) = item else { continue };
        if !tokens::is_inherent_impl_of(item, &builder.to_string()) {
            continue;
        }
        for member in &mut item.items {
            if let ImplItem::Fn(send) = member
                && send.sig.ident == "send"
                && let Some(success) = progenitor::success(send)
            {
                let method = method(success);
                *member = parse_quote!(#method);
                replaced += 1;
            }
        }
    }
    Ok(replaced)
}
