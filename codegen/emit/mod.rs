//! Adds what progenitor doesn't write.

use super::{model::Api, problem::Problem};

mod aliases;
mod enums;
mod forms;
mod outline;
mod pages;
mod ranges;
mod table;

pub fn emit(file: &mut syn::File, api: &Api) -> Result<(), Problem> {
    aliases::add(file, &api.aliases)?;
    enums::add(file, &api.enums)?;
    forms::add(file, api)?;
    table::add(file, &api.operations);
    pages::add(file, &api.operations)
}
