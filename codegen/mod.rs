//! From the spec to the client's raw bindings, at build time.
//!
//! The way of a spec: read → check → lower → progenitor → our additions → pretty-print. Everything
//! before progenitor works on the spec as JSON, because that is what a mistake has to be reported
//! in.

use std::panic::{AssertUnwindSafe, catch_unwind};

use progenitor_impl::{GenerationSettings, Generator, InterfaceStyle, TypeImpl};
use quote::quote;

mod aliases;
mod check;
mod enums;
mod lists;
mod lower;
mod multipart;
mod names;
mod operations;
mod patch;
mod spec;

pub use check::Problem;

/// Generates the module `api` from the text of a spec, or says what is wrong with the spec.
///
/// progenitor panics at what it can't express. `check` finds all such places that are known; the
/// rest is turned into a message here, so that a build never ends in a backtrace.
pub fn generate(yaml: &str) -> Result<String, Vec<Problem>> {
    let spec = read(yaml)?;
    check::check(&spec)?;

    let silent = std::panic::take_hook();
    std::panic::set_hook(Box::new(|_| ()));
    let generated = catch_unwind(AssertUnwindSafe(|| lower_and_generate(spec)));
    std::panic::set_hook(silent);
    generated.unwrap_or_else(|panic| {
        let why = panic
            .downcast_ref::<String>()
            .map(String::as_str)
            .or_else(|| panic.downcast_ref::<&str>().copied());
        Err(unsupported(why.unwrap_or("it panicked without a message")))
    })
}

fn lower_and_generate(spec: serde_json::Value) -> Result<String, Vec<Problem>> {
    let lowered = lower::lower(spec);
    let mut file = raw_bindings(&lowered)?;
    patch::patch(&mut file, &lowered.operations);
    patch::keep_builders_of(&mut file, &lowered.sent);
    aliases::add(&mut file, &lowered.aliases);
    enums::add(&mut file, &lowered.enums);
    multipart::add(&mut file, &lowered.multipart);
    operations::add(&mut file, &lowered.operations);
    lists::add(&mut file, &lowered.operations);
    Ok(prettyplease::unparse(&file))
}

fn unsupported(why: impl std::fmt::Display) -> Vec<Problem> {
    vec![Problem::new(
        "the spec",
        format!("can't be turned into a client: {why}"),
    )]
}

fn read(yaml: &str) -> Result<serde_json::Value, Vec<Problem>> {
    let mistake = |error: serde_norway::Error| {
        vec![Problem::new(
            "the file",
            format!("isn't valid YAML: {error}"),
        )]
    };
    let mut document: serde_norway::Value = serde_norway::from_str(yaml).map_err(mistake)?;
    document.apply_merge().map_err(mistake)?;
    serde_norway::from_value(document).map_err(mistake)
}

/// What progenitor makes of the lowered spec.
fn raw_bindings(lowered: &lower::Lowered) -> Result<syn::File, Vec<Problem>> {
    let document: openapiv3::OpenAPI =
        serde_json::from_value(lowered.document.clone()).map_err(unsupported)?;

    let mut settings = GenerationSettings::new();
    settings
        .with_interface(InterfaceStyle::Builder)
        .with_inner_type(quote! { crate::transport::Transport })
        .with_map_type("::std::collections::BTreeMap")
        .with_derive("PartialEq")
        .with_derive("::schemars::JsonSchema");
    for open_enum in &lowered.enums {
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
