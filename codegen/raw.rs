//! Runs progenitor.

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use quote::quote;
use serde_json::Value;

use super::{model::OpenEnum, problem::Problem};

/// Generates the bindings of a lowered spec, except for the enums.
pub fn bindings(lowered: Value, enums: &[OpenEnum]) -> Result<syn::File, Problem> {
    let document: openapiv3::OpenAPI = serde_json::from_value(lowered).map_err(unsupported)?;

    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_inner_type(quote! { crate::client::Shared })
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq")
        .with_derive("::schemars::JsonSchema");
    for open_enum in enums {
        settings.with_replacement(
            &open_enum.name,
            format!("crate::api::types::{}", open_enum.name),
            [TypeImpl::Display, TypeImpl::FromStr].into_iter(),
        );
    }
    let tokens = Generator::new(&settings)
        .generate_tokens(&document)
        .map_err(unsupported)?;
    syn::parse2(tokens).map_err(unsupported)
}

/// Returns the problem of a spec that passed the checks and can't be generated.
pub fn unsupported(why: impl std::fmt::Display) -> Problem {
    Problem::of_the_whole(format!("can't be turned into a client: {why}"))
}
