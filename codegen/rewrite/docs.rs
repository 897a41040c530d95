//! Completes the documentation: links to pages replace examples that can't be compiled, and what
//! the spec leaves undocumented gets words.

use syn::{Attribute, ImplItem, ImplItemFn, Item, Meta, parse_quote};

use super::{count::Count, progenitor};
use crate::codegen::{
    model::{Api, OperationModel},
    names,
    problem::Problem,
    tokens,
};

pub fn rewrite(file: &mut syn::File, api: &Api) -> Result<Vec<Count>, Problem> {
    let examples = document_methods(file, api);
    document_setters(file, api)?;
    // What a spec leaves undocumented must not fail the build of a maintainer who changed it.
    for item in &mut file.items {
        if let Item::Mod(module) = item {
            module
                .attrs
                .push(parse_quote!(#[allow(missing_docs, deprecated)]));
        }
    }
    let operations = api.generated().count();
    Ok(vec![Count::new(
        "examples of methods",
        operations,
        examples,
    )])
}

/// Replaces the example of each method, which can't be compiled, by the page it comes from.
fn document_methods(file: &mut syn::File, api: &Api) -> usize {
    let mut rewritten = 0;
    for item in &mut file.items {
        let Item::Impl(item) = item else { continue };
        for member in &mut item.items {
            let ImplItem::Fn(method) = member else {
                continue;
            };
            let mut operations = api.generated();
            let Some(operation) = operations.find(|operation| method.sig.ident == operation.id)
            else {
                continue;
            };
            for attribute in &mut method.attrs {
                if let Some(docs) = docs_of(attribute)
                    && let Some(end) = progenitor::example(&docs)
                {
                    let docs = docs[..end].trim_end();
                    let source = operation.docs.as_ref();
                    let source = source.map(|url| format!("\n\nDocumented at <{url}>."));
                    let docs = format!("{docs}{}", source.unwrap_or_default());
                    *attribute = parse_quote!(#[doc = #docs]);
                    rewritten += 1;
                }
            }
        }
    }
    rewritten
}

fn docs_of(attribute: &Attribute) -> Option<String> {
    match &attribute.meta {
        Meta::NameValue(pair) if pair.path.is_ident("doc") => tokens::string(&pair.value),
        _ => None,
    }
}

fn document_setters(file: &mut syn::File, api: &Api) -> Result<(), Problem> {
    for item in tokens::module_items(file, "builder")? {
        let Item::Impl(item) = item else { continue };
        let name = tokens::type_ident(&item.self_ty);
        let mut operations = api.generated();
        let Some(operation) =
            operations.find(|operation| name == Some(&names::builder(&operation.id)))
        else {
            continue;
        };
        for member in &mut item.items {
            if let ImplItem::Fn(method) = member {
                document_setter(method, operation);
            }
        }
    }
    Ok(())
}

fn document_setter(method: &mut ImplItemFn, operation: &OperationModel) {
    if tokens::is_documented(&method.attrs) {
        return;
    }
    let name = &method.sig.ident;
    let described = operation
        .parameters
        .iter()
        .find(|parameter| names::snake(&parameter.name) == *name)
        .and_then(|parameter| parameter.description.clone());
    let docs = described.unwrap_or_else(|| match name.to_string().as_str() {
        "new" => "Creates a request with nothing set.".to_owned(),
        "body" => "Sets the whole body.".to_owned(),
        "body_map" => "Changes the body that was set so far.".to_owned(),
        other => format!("Sets `{other}`."),
    });
    method.attrs.push(parse_quote!(#[doc = #docs]));
}
