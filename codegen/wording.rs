//! What callers are told about arguments, in words that don't need knowledge of the generated code.

use syn::{Expr, Type, parse_quote};

use super::tokens;

/// Returns the expression of the error of a required parameter that wasn't given.
pub fn missing(parameter: &str) -> Expr {
    parse_quote!(crate::binding::ArgumentError::missing(#parameter))
}

/// Returns the expression of the error of a value that isn't of this kind.
pub fn invalid(parameter: &str, kind: &str) -> Expr {
    parse_quote!(crate::binding::ArgumentError::invalid(#parameter, #kind))
}

/// Returns the same for a value that says itself what is wrong with it.
pub fn invalid_because(parameter: &str, kind: &str, cause: &Expr) -> Expr {
    parse_quote!(crate::binding::ArgumentError::invalid_because(#parameter, #kind, #cause))
}

/// Names what a parameter of this type takes.
pub fn kind_of(ty: &Type) -> &'static str {
    let Some(name) = tokens::type_ident(ty) else {
        return "valid";
    };
    match name.to_string().as_str() {
        "Uuid" => "a UUID",
        "DateTime" => "a point in time",
        "u32" | "u64" => "a whole number from 0 up",
        "i32" | "i64" => "a whole number",
        "String" => "text",
        _ => "valid",
    }
}
