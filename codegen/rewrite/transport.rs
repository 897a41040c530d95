//! Requests go through the crate's transport, and replies through its decoder.
//!
//! The decoder knows the call that a reply belongs to. progenitor's hooks could send requests, but
//! they have to return a `reqwest::Response`, which has no room for that and costs more to make
//! than the rest of a call.

use syn::{
    Block, Expr, ExprPath, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::{
    count::Count,
    progenitor::{self, Decoder, Hook},
};
use crate::codegen::{model::Api, problem::Problem, tokens};

pub fn rewrite(file: &mut syn::File, api: &Api) -> Result<Vec<Count>, Problem> {
    let mut calls = Calls::default();
    for item in tokens::module_items(file, "builder")? {
        calls.visit_item_mut(item);
    }
    let operations = api.generated().count();
    let replies = api
        .generated()
        .map(|operation| operation.reply_classes)
        .sum();
    Ok(vec![
        Count::new("`pre` hooks", operations, calls.pre),
        Count::new("`exec` calls", operations, calls.exec),
        Count::new("`post` hooks", operations, calls.post),
        Count::new("decoders of replies", replies, calls.decoders),
        Count::new("replies of unexpected status", operations, calls.unexpected),
    ])
}

#[derive(Default)]
struct Calls {
    pre: usize,
    exec: usize,
    post: usize,
    decoders: usize,
    unexpected: usize,
}

impl VisitMut for Calls {
    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        block.stmts.retain(|statement| {
            match progenitor::hook(statement) {
                Some(Hook::Pre) => self.pre += 1,
                Some(Hook::Post) => self.post += 1,
                None => return true,
            }
            false
        });
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Some((client, request)) = progenitor::exec(expression) {
            *expression = parse_quote!(crate::binding::send(#client, #request, info.operation_id));
            self.exec += 1;
        } else if let Some(response) = progenitor::unexpected_response(expression) {
            *expression = parse_quote!(Error::UnexpectedResponse(#response.into_response()));
            self.unexpected += 1;
        }
    }

    fn visit_expr_path_mut(&mut self, path: &mut ExprPath) {
        let Some(decoder) = progenitor::decoder(path) else {
            return;
        };
        *path = match decoder {
            Decoder::Json => parse_quote!(crate::binding::decode),
            Decoder::Nothing => parse_quote!(crate::binding::empty),
        };
        self.decoders += 1;
    }
}
