//! The client is made by the crate's own builder; progenitor's `new` sets timeouts and unwraps.

use syn::{ImplItem, Item, parse_quote};

use super::count::Count;
use crate::codegen::{model::Api, problem::Problem, tokens};

pub fn rewrite(file: &mut syn::File, _: &Api) -> Result<Vec<Count>, Problem> {
    let (mut removed, mut hidden) = (0, 0);
    for item in &mut file.items {
        let Item::Impl(item) = item else { continue };
        if !tokens::is_inherent_impl_of(item, "Client") {
            continue;
        }
        let before = item.items.len();
        item.items
            .retain(|member| !matches!(member, ImplItem::Fn(method) if method.sig.ident == "new"));
        removed += before - item.items.len();
        for member in &mut item.items {
            if let ImplItem::Fn(method) = member
                && method.sig.ident == "new_with_client"
            {
                method.vis = parse_quote!(pub(crate));
                hidden += 1;
            }
        }
    }
    Ok(vec![
        Count::new("constructor `Client::new`", 1, removed),
        Count::new("constructor `Client::new_with_client`", 1, hidden),
    ])
}
