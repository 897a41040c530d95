//! Removes progenitor's client and what belongs to it: the crate writes its own.

use syn::{Item, parse_quote};

use super::count::Count;
use crate::codegen::{model::Api, problem::Problem};

pub fn rewrite(file: &mut syn::File, _: &Api) -> Result<Vec<Count>, Problem> {
    file.items
        .retain(|item| matches!(item, Item::Mod(module) if module.ident == "types"));
    // What a spec leaves undocumented must not fail the build of a maintainer who changed it.
    for item in &mut file.items {
        if let Item::Mod(module) = item {
            module
                .attrs
                .push(parse_quote!(#[allow(missing_docs, deprecated)]));
        }
    }
    Ok(vec![Count::new("modules of types", 1, file.items.len())])
}
