//! Runs progenitor.

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use quote::quote;
use serde_json::Value;

use super::{model::Api, problem::Problem};

/// Generates the bindings of a lowered spec, except for the enums and unions.
pub fn bindings(lowered: Value, api: &Api) -> Result<syn::File, Problem> {
    let document: openapiv3::OpenAPI = serde_json::from_value(lowered).map_err(unsupported)?;

    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_inner_type(quote! { crate::client::Shared })
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq")
        .with_derive("::schemars::JsonSchema");
    let mut replace = |name: &str, traits: &[TypeImpl]| {
        let path = format!("crate::api::types::{name}");
        settings.with_replacement(name, path, traits.iter().cloned());
    };
    for open_enum in &api.enums {
        replace(
            &open_enum.of_type.name,
            &[TypeImpl::Display, TypeImpl::FromStr],
        );
    }
    for union in &api.unions {
        replace(&union.of_type.name, &[]);
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
