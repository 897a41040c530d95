//! Turns the names of a spec into names of Rust.

use heck::{ToPascalCase, ToShoutySnakeCase, ToSnakeCase};
use proc_macro2::Span;
use quote::format_ident;
use syn::Ident;

/// Returns the name of a type. A second application changes nothing, so that a name of a spec that
/// is one already stays as it is.
pub fn type_name(name: &str) -> String {
    let once = name.to_pascal_case();
    match once.to_pascal_case() {
        twice if twice == once => once,
        twice => type_name(&twice),
    }
}

/// Returns the name of a field, parameter or method.
pub fn snake(name: &str) -> Ident {
    identifier(&name.to_snake_case(), "_")
}

/// Returns the name of an operation's builder.
pub fn builder(method: &str) -> Ident {
    format_ident!("{}", type_name(method))
}

/// Returns the name of an operation's row in the table.
pub fn constant(id: &str) -> Ident {
    identifier(&id.to_shouty_snake_case(), "_")
}

/// Returns the name of an enum's variant.
pub fn variant(value: &str) -> Ident {
    identifier(&value.to_pascal_case(), "V")
}

/// Returns a valid identifier. A keyword gets an underscore at its end, and a name that begins with
/// a digit gets the prefix.
fn identifier(name: &str, prefix: &str) -> Ident {
    [
        name.to_owned(),
        format!("{name}_"),
        format!("{prefix}{name}"),
    ]
    .iter()
    .find_map(|candidate| syn::parse_str::<Ident>(candidate).ok())
    .unwrap_or_else(|| Ident::new("unnamed", Span::call_site()))
}

/// Whether a name has a character that an identifier can have.
pub fn is_expressible(name: &str) -> bool {
    name.chars().any(|char| char.is_ascii_alphanumeric())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_always_identifiers() {
        let names = ["type", "file-name", "X-Trace", "pageToken", "2nd"]
            .map(|name| snake(name).to_string());
        assert_eq!(
            names,
            ["type_", "file_name", "x_trace", "page_token", "_2nd"]
        );
        let names = ["in-progress", "2fa", "self", "a_b"].map(|name| variant(name).to_string());
        assert_eq!(names, ["InProgress", "V2fa", "Self_", "AB"]);
        assert_eq!(type_name("thing_TF"), type_name(&type_name("thing_TF")));
    }
}
