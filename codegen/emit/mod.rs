//! Writes the code.

use syn::parse_quote;

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
mod wrappers;

/// Returns the module `api`.
pub fn emit(api: &Api) -> Result<syn::File, Problem> {
    let mut file: syn::File = parse_quote! {
        /// The types of parameters, requests and replies.
        #[allow(clippy::all)]
        // What a spec leaves undocumented must not fail the build of a maintainer who changed it.
        #[allow(missing_docs, deprecated)]
        pub mod types {
            /// Why a value isn't one of these types.
            pub mod error {
                pub use crate::binding::ConversionError;
            }
        }
    };
    objects::add(&mut file, &api.objects)?;
    wrappers::add(&mut file, &api.wrappers)?;
    unions::add(&mut file, &api.unions)?;
    enums::add(&mut file, &api.enums)?;
    operations::add(&mut file, api);
    table::add(&mut file, &api.operations);
    pages::add(&mut file, api)?;
    Ok(file)
}
