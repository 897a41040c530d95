//! Finds the fields of progenitor's builders and pages, for the additions that refer to them.

use quote::format_ident;
use syn::{GenericArgument, Ident, PathArguments, Type};

use crate::codegen::{
    model::{OperationModel, PageModel},
    problem::Problem,
    tokens,
};

/// Returns the parameters of an operation as the fields of its builder.
pub fn parameters(operation: &OperationModel) -> Vec<Ident> {
    let parameters = operation.documented_parameters();
    let names = parameters.iter();
    names
        .map(|parameter| format_ident!("{}", parameter.rust_name))
        .collect()
}

/// Returns the field that holds the items of a page, and the type of one.
pub fn items(file: &mut syn::File, page: &PageModel) -> Result<(Ident, Type), Problem> {
    let type_name = format_ident!("{}", page.type_name);
    let (field, ty) = tokens::find_property(file, &type_name, &page.items)?;
    match element(&ty) {
        Some(element) => Ok((field, element)),
        None => Err(Problem::of_progenitor(format!(
            "`types::{type_name}.{field}` is not a `Vec`"
        ))),
    }
}

/// Returns the element type of a `Vec`.
fn element(ty: &Type) -> Option<Type> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    match &last.arguments {
        PathArguments::AngleBracketed(arguments) if last.ident == "Vec" => {
            match arguments.args.first()? {
                GenericArgument::Type(element) => Some(element.clone()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Returns the name of a type of the module `types`.
pub fn local_type(ty: &Type) -> Result<Ident, Problem> {
    match ty {
        Type::Path(path) => path.path.get_ident().cloned(),
        _ => None,
    }
    .ok_or_else(|| Problem::of_progenitor("the items of a page have no type in `types`"))
}
