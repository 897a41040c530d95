//! progenitor joins the base URL and the path as text, to be parsed at every call; the crate's is
//! parsed already.

use syn::{
    Expr, parse_quote,
    visit_mut::{self, VisitMut},
};

use super::{
    count::Count,
    progenitor::{self, Url},
};
use crate::codegen::{
    model::{Api, Location},
    problem::Problem,
    tokens,
};

pub fn rewrite(file: &mut syn::File, api: &Api) -> Result<Vec<Count>, Problem> {
    let mut urls = Urls::default();
    for item in tokens::module_items(file, "builder")? {
        urls.visit_item_mut(item);
    }
    let in_paths = api
        .generated()
        .flat_map(|operation| &operation.parameters)
        .filter(|parameter| parameter.location == Location::Path);
    Ok(vec![
        Count::new("URLs", api.generated().count(), urls.urls),
        Count::new("parameters in paths", in_paths.count(), urls.parameters),
    ])
}

#[derive(Default)]
struct Urls {
    urls: usize,
    parameters: usize,
}

impl Urls {
    /// Encodes a value without a copy.
    fn encoded(&mut self, argument: Expr) -> Expr {
        match progenitor::encoded(&argument) {
            Some(value) => {
                self.parameters += 1;
                parse_quote!(crate::binding::path_segment(&#value))
            }
            None => argument,
        }
    }
}

impl VisitMut for Urls {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let Some(url) = progenitor::url(expression) else {
            return;
        };
        let Url {
            client,
            path,
            arguments,
        } = url;
        let arguments: Vec<_> = arguments
            .into_iter()
            .map(|argument| self.encoded(argument))
            .collect();
        *expression = parse_quote! {
            crate::binding::url(#client, &format!(#path, #(#arguments),*))
        };
        self.urls += 1;
    }
}
