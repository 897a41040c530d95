//! progenitor adds a header that the API doesn't know.

use syn::{
    Block, Expr, Ident,
    visit_mut::{self, VisitMut},
};

use super::{count::Count, progenitor};
use crate::codegen::{
    model::{Api, Location, Operation},
    problem::Problem,
    tokens,
};

pub fn rewrite(file: &mut syn::File, api: &Api) -> Result<Vec<Count>, Problem> {
    let mut headers = NoVersion::default();
    for item in tokens::module_items(file, "builder")? {
        headers.visit_item_mut(item);
    }
    let has_headers = |operation: &&Operation| {
        let mut parameters = operation.parameters.iter();
        parameters.any(|parameter| parameter.location == Location::Header)
    };
    let operations = api.generated().count();
    let without_headers = operations - api.generated().filter(has_headers).count();
    Ok(vec![
        Count::new("version headers", operations, headers.versions),
        Count::new("empty maps of headers", without_headers, headers.maps),
        Count::new(
            "uses of an empty map of headers",
            without_headers,
            headers.uses,
        ),
    ])
}

#[derive(Default)]
struct NoVersion {
    versions: usize,
    maps: usize,
    uses: usize,
}

impl VisitMut for NoVersion {
    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        let before = block.stmts.len();
        block
            .stmts
            .retain(|statement| !progenitor::is_version_header(statement));
        let versions = before - block.stmts.len();
        self.versions += versions;
        if versions > 0 && is_map_empty(block) {
            let before = block.stmts.len();
            block
                .stmts
                .retain(|statement| !progenitor::is_header_map(statement));
            self.maps += before - block.stmts.len();
            let mut without_map = WithoutMap { uses: 0 };
            without_map.visit_block_mut(block);
            self.uses += without_map.uses;
        }
    }
}

/// Returns whether the map of headers is declared and used, and nothing more.
fn is_map_empty(block: &mut Block) -> bool {
    let mut mentions = Mentions { count: 0 };
    mentions.visit_block_mut(block);
    mentions.count == 2
}

struct Mentions {
    count: usize,
}

impl VisitMut for Mentions {
    fn visit_ident_mut(&mut self, ident: &mut Ident) {
        if ident == progenitor::HEADER_MAP {
            self.count += 1;
        }
    }
}

struct WithoutMap {
    uses: usize,
}

impl VisitMut for WithoutMap {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Some(request) = progenitor::with_headers(expression) {
            *expression = request.clone();
            self.uses += 1;
        }
    }
}
