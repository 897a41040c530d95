//! Adds what progenitor doesn't write.

use super::{model::Api, problem::Problem};

mod builders;
mod decoders;
mod defaults;
mod enums;
mod integer_enums;
mod objects;
mod operations;
mod outline;
mod pages;
mod ranges;
mod table;
mod types;
mod unions;

pub fn emit(file: &mut syn::File, api: &Api) -> Result<(), Problem> {
    objects::add(file, &api.objects)?;
    unions::add(file, &api.unions)?;
    types::deprecate(file, &api.deprecated)?;
    enums::add(file, &api.enums)?;
    operations::add(file, api);
    table::add(file, &api.operations);
    pages::add(file, api)
}
