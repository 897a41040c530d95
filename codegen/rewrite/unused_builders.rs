//! Removes the builders of types that are only received, which are a third of the code.

use std::collections::BTreeSet;

use syn::{Fields, Ident, ImplItem, Item};

use super::count::Count;
use crate::codegen::{model::Api, problem::Problem, tokens};

pub fn rewrite(file: &mut syn::File, api: &Api) -> Result<Vec<Count>, Problem> {
    let is_sent = |name: &Ident| api.sent.contains(&name.to_string());
    let items = tokens::module_items(file, "types")?;
    let structs = items.iter().filter_map(struct_name);
    let received = structs.filter(|name| !is_sent(name)).count();
    let (mut builders, mut methods) = (BTreeSet::new(), 0);
    for item in items.iter_mut() {
        match item {
            Item::Mod(module) if module.ident == "builder" => {
                let Some((_, items)) = &mut module.content else {
                    continue;
                };
                items.retain(|item| {
                    let name = match item {
                        Item::Struct(item) => Some(&item.ident),
                        Item::Impl(item) => tokens::type_ident(&item.self_ty),
                        _ => None,
                    };
                    let is_kept = name.is_none_or(is_sent);
                    if !is_kept {
                        builders.extend(struct_name(item).cloned());
                    }
                    is_kept
                });
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let Some(name) = tokens::type_ident(&item.self_ty) else {
                    continue;
                };
                if !is_sent(name) {
                    let before = item.items.len();
                    item.items.retain(|member| {
                        !matches!(member, ImplItem::Fn(method) if method.sig.ident == "builder")
                    });
                    methods += before - item.items.len();
                }
            }
            _ => (),
        }
    }
    items.retain(
        |item| !matches!(item, Item::Impl(item) if item.trait_.is_none() && item.items.is_empty()),
    );
    Ok(vec![
        Count::new("builders of received types", received, builders.len()),
        Count::new("methods that return them", received, methods),
    ])
}

/// Returns the name of a struct with fields, the only kind that has a builder.
fn struct_name(item: &Item) -> Option<&Ident> {
    match item {
        Item::Struct(item) if matches!(item.fields, Fields::Named(_)) => Some(&item.ident),
        _ => None,
    }
}
