//! Makes the client hold the crate's state and nothing else, since the crate's builder creates it.
//!
//! progenitor's client has a base URL to join with paths, an HTTP client and hooks around calls. In
//! this crate, these are the transport's.

use syn::{Fields, Item, parse_quote};

use super::{count::Count, progenitor};
use crate::codegen::{model::Api, problem::Problem, tokens};

pub fn rewrite(file: &mut syn::File, _: &Api) -> Result<Vec<Count>, Problem> {
    let before = file.items.len();
    file.items.retain(|item| !progenitor::is_constructors(item));
    let constructors = before - file.items.len();
    let before = file.items.len();
    file.items.retain(|item| !progenitor::is_client_trait(item));
    let traits = before - file.items.len();
    let imports = remove_imports(&mut file.items) + {
        let items = tokens::module_items(file, "builder")?;
        remove_imports(items)
    };
    let mut fields = 0;
    for item in &mut file.items {
        if let Item::Struct(item) = item
            && item.ident == "Client"
            && let Fields::Named(named) = &mut item.fields
        {
            fields += named.named.len();
            item.fields = Fields::Named(parse_quote!({ pub(crate) inner: crate::client::Shared }));
        }
    }
    Ok(vec![
        Count::new("blocks of constructors", 1, constructors),
        Count::new("traits of the client", 2, traits),
        Count::new("imports from progenitor's library", 3, imports),
        Count::new("fields of the client", 3, fields),
    ])
}

fn remove_imports(items: &mut Vec<Item>) -> usize {
    let before = items.len();
    items.retain(|item| !progenitor::is_import(item));
    before - items.len()
}
