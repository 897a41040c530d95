//! Makes builders start without further fields, which progenitor requires to be set.

use syn::{
    FieldValue, Item, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::{count::Count, progenitor};
use crate::codegen::{model::Api, problem::Problem, tokens};

pub fn rewrite(file: &mut syn::File, api: &Api) -> Result<Vec<Count>, Problem> {
    let items = tokens::module_items(file, "types")?;
    let open: Vec<_> = items
        .iter()
        .filter_map(|item| match item {
            Item::Struct(item) if item.fields.iter().any(progenitor::is_extra_field) => {
                Some(item.ident.clone())
            }
            _ => None,
        })
        .collect();
    let mut defaults = NoneByDefault { rewritten: 0 };
    for item in items.iter_mut() {
        let Item::Mod(builders) = item else { continue };
        for item in builders.content.iter_mut().flat_map(|(_, items)| items) {
            if let Item::Impl(item) = item
                && tokens::type_ident(&item.self_ty).is_some_and(|name| open.contains(name))
            {
                defaults.visit_item_impl_mut(item);
            }
        }
    }
    Ok(vec![Count::new(
        "builders of types with further fields",
        open.len().max(api.open_objects),
        defaults.rewritten,
    )])
}

struct NoneByDefault {
    rewritten: usize,
}

impl VisitMut for NoneByDefault {
    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        visit_mut::visit_field_value_mut(self, field);
        if progenitor::unset_field(field).is_some_and(|name| name == progenitor::EXTRA) {
            field.expr = parse_quote!(Ok(Default::default()));
            self.rewritten += 1;
        }
    }
}
