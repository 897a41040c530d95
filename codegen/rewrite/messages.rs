//! Replaces the errors of arguments by ones that don't need knowledge of the generated code.

use std::collections::BTreeMap;

use syn::{
    Expr, FieldValue, ImplItem, Item, Type, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::{count::Count, progenitor};
use crate::codegen::{
    model::{Api, Location, OperationModel},
    names,
    problem::Problem,
    tokens, wording,
};

pub fn rewrite(file: &mut syn::File, api: &Api) -> Result<Vec<Count>, Problem> {
    let by_builder: BTreeMap<_, &OperationModel> = api
        .generated()
        .map(|operation| (names::builder(&operation.id), operation))
        .collect();
    let (mut missing, mut invalid) = (0, 0);
    for item in tokens::module_items(file, "builder")? {
        let Item::Impl(item) = item else { continue };
        let Some(operation) =
            tokens::type_ident(&item.self_ty).and_then(|name| by_builder.get(name))
        else {
            continue;
        };
        for member in &mut item.items {
            let ImplItem::Fn(method) = member else {
                continue;
            };
            if method.sig.ident == "new" {
                let mut unset = Missing {
                    operation,
                    rewritten: 0,
                };
                unset.visit_impl_item_fn_mut(method);
                missing += unset.rewritten;
            } else if let Some(ty) = progenitor::setter_type(method) {
                let mut failed = Invalid {
                    parameter: method.sig.ident.to_string(),
                    ty: ty.clone(),
                    rewritten: 0,
                };
                failed.visit_block_mut(&mut method.block);
                invalid += failed.rewritten;
            }
        }
    }
    let parameters = || api.generated().flat_map(|operation| &operation.parameters);
    let bodies = api
        .generated()
        .filter(|operation| operation.body.is_some())
        .count();
    let required = parameters()
        .filter(|parameter| parameter.is_required || parameter.location == Location::Path);
    Ok(vec![
        Count::new("messages of missing parameters", required.count(), missing),
        Count::new(
            "messages of invalid values",
            parameters().count() + bodies,
            invalid,
        ),
    ])
}

struct Missing<'a> {
    operation: &'a OperationModel,
    rewritten: usize,
}

impl VisitMut for Missing<'_> {
    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        if let Some(name) = progenitor::unset_field(field) {
            let is_body = name == "body";
            let error = wording::missing(&name.to_string());
            field.expr = parse_quote!(Err(#error));
            // Whether a body starts as set depends on its type.
            if !(self.operation.body.is_some() && is_body) {
                self.rewritten += 1;
            }
        }
    }
}

struct Invalid {
    parameter: String,
    ty: Type,
    rewritten: usize,
}

impl VisitMut for Invalid {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let Some(failed) = progenitor::failed_conversion(expression) else {
            return;
        };
        let kind = wording::kind_of(&self.ty);
        *failed.message = match failed.cause {
            Some(cause) => wording::invalid_because(&self.parameter, kind, &cause),
            None => wording::invalid(&self.parameter, kind),
        };
        self.rewritten += 1;
    }
}
