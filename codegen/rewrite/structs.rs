//! Removes the structs of objects and their builders, of which progenitor has seen no property.
//! Those that replace them are written by `emit`.

use std::collections::BTreeSet;

use syn::{Item, ItemMod};

use super::count::Count;
use crate::codegen::{model::Api, problem::Problem, tokens};

pub fn rewrite(file: &mut syn::File, api: &Api) -> Result<Vec<Count>, Problem> {
    let objects: BTreeSet<&str> = api
        .objects
        .iter()
        .map(|object| object.of_type.name.as_str())
        .collect();
    let (mut structs, mut builders) = (0, 0);
    tokens::module_items(file, "types")?.retain(|item| match item {
        Item::Struct(item) if objects.contains(item.ident.to_string().as_str()) => {
            structs += 1;
            false
        }
        Item::Impl(item) => tokens::type_ident(&item.self_ty)
            .is_none_or(|name| !objects.contains(name.to_string().as_str())),
        Item::Mod(module) if module.ident == "builder" => {
            builders += count_structs(module);
            false
        }
        _ => true,
    });
    Ok(vec![
        Count::new("structs of objects", objects.len(), structs),
        Count::new("builders of objects", objects.len(), builders),
    ])
}

fn count_structs(module: &ItemMod) -> usize {
    let items = module.content.iter().flat_map(|(_, items)| items);
    items.filter(|item| matches!(item, Item::Struct(_))).count()
}
