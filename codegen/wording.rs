//! What callers are told about arguments, in words that don't need knowledge of the generated code.

use syn::Type;

use super::tokens;

/// Returns the message for a required parameter that wasn't given.
pub fn missing(operation_id: &str, parameter: &str) -> String {
    format!("{operation_id}: `{parameter}` is required and was not given")
}

/// Returns the message for a value that can't be the parameter.
pub fn invalid(operation_id: &str, parameter: &str, what: &str) -> String {
    format!("{operation_id}: `{parameter}` is not {what}")
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
