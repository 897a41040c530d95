//! Recognises progenitor's output. No other module knows its form.
//!
//! Each function recognises one construct, quoted in its documentation, and returns its parts.

use syn::{
    Expr, ExprMethodCall, FieldValue, FnArg, GenericArgument, GenericParam, Ident, ImplItem,
    ImplItemFn, Item, Member, Path, PathArguments, ReturnType, Token, Type, TypeParamBound,
    UseTree, WherePredicate, punctuated::Punctuated,
};

use crate::codegen::tokens;

/// `use progenitor_client::{…};` and `use super::{encode_path, …};`
pub fn is_import(item: &Item) -> bool {
    let Item::Use(import) = item else {
        return false;
    };
    let UseTree::Path(path) = &import.tree else {
        return false;
    };
    path.ident == "progenitor_client"
        || (path.ident == "super" && matches!(&*path.tree, UseTree::Group(_)))
}

/// `impl Client { pub fn new(…) … }`
pub fn is_constructors(item: &Item) -> bool {
    matches!(item, Item::Impl(item) if tokens::is_inherent_impl_of(item, "Client")
    && item.items.iter().any(|member| {
        matches!(member, ImplItem::Fn(method) if method.sig.ident == "new_with_client")
    }))
}

/// `impl ClientInfo<…> for Client` and `impl ClientHooks<…> for &Client`
pub fn is_client_trait(item: &Item) -> bool {
    let Item::Impl(item) = item else {
        return false;
    };
    let Some((path, _)) = &item.trait_ else {
        return false;
    };
    path.segments
        .last()
        .is_some_and(|segment| segment.ident == "ClientInfo" || segment.ident == "ClientHooks")
}

/// `Result<T, String>`, the type of a builder's field, as `T`.
pub fn argument(ty: &Type) -> Option<&Type> {
    let mut arguments = type_arguments(ty, "Result")?;
    match (arguments.next(), arguments.next(), arguments.next()) {
        (Some(value), Some(error), None) if tokens::type_ident(error)? == "String" => Some(value),
        _ => None,
    }
}

/// The content of the field of a body.
pub enum BodyField {
    /// The builder of this type.
    Builder(Ident),
    Value,
}

/// `Argument<types::builder::Thing>` or `Result<…>`, as what it holds.
pub fn body_field(ty: &Type) -> BodyField {
    let value = argument(ty);
    if let Some(Type::Path(path)) = value
        && let Some(last) = path.path.segments.last()
        && path
            .path
            .segments
            .iter()
            .any(|segment| segment.ident == "builder")
    {
        return BodyField::Builder(last.ident.clone());
    }
    BodyField::Value
}

/// `async fn send(self) -> Result<ResponseValue<T>, Error<E>>`, as `T`.
pub fn success(send: &ImplItemFn) -> Option<&Type> {
    let ReturnType::Type(_, output) = &send.sig.output else {
        return None;
    };
    let response = type_arguments(output, "Result")?.next()?;
    type_arguments(response, "ResponseValue")?.next()
}

/// The arguments of a generic type of this name.
fn type_arguments<'a>(ty: &'a Type, name: &str) -> Option<impl Iterator<Item = &'a Type>> {
    let Type::Path(path) = ty else { return None };
    let last = path.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    (last.ident == name).then(|| {
        arguments.args.iter().filter_map(|argument| match argument {
            GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
    })
}

/// `pub fn thing<V>(mut self, value: V) -> Self where V: TryInto<T>`, as `T`.
pub fn setter_type(method: &ImplItemFn) -> Option<&Type> {
    let signature = &method.sig;
    let (Some(FnArg::Receiver(_)), 2) = (signature.inputs.first(), signature.inputs.len()) else {
        return None;
    };
    let GenericParam::Type(parameter) = signature.generics.params.first()? else {
        return None;
    };
    let predicates = &signature.generics.where_clause.as_ref()?.predicates;
    let bound = predicates.iter().find_map(|predicate| match predicate {
        WherePredicate::Type(bound) => Some(bound),
        _ => None,
    })?;
    let is_value = tokens::type_ident(&bound.bounded_ty)? == &parameter.ident;
    let target = bound.bounds.iter().find_map(target_of_try_into);
    target.filter(|_| is_value)
}

fn target_of_try_into(bound: &TypeParamBound) -> Option<&Type> {
    let TypeParamBound::Trait(bound) = bound else {
        return None;
    };
    let last = bound.path.segments.last()?;
    let PathArguments::AngleBracketed(arguments) = &last.arguments else {
        return None;
    };
    match arguments.args.first()? {
        GenericArgument::Type(ty) if last.ident == "TryInto" => Some(ty),
        _ => None,
    }
}

/// The error of a setter whose value can't be converted.
pub struct FailedConversion<'a> {
    /// The expression of the message.
    pub message: &'a mut Expr,
    /// The error that the message ends with.
    pub cause: Option<Expr>,
}

/// `value.map_err(|_| "…".to_string())` and `value.map_err(|s| format!("…: {}", s))`
pub fn failed_conversion(expression: &mut Expr) -> Option<FailedConversion<'_>> {
    let Expr::MethodCall(call) = expression else {
        return None;
    };
    let Some(Expr::Closure(closure)) = call.args.first_mut() else {
        return None;
    };
    if call.method != "map_err" {
        return None;
    }
    let message = &mut *closure.body;
    let cause = if is_owned_text(message) {
        None
    } else {
        let mut arguments = format_arguments(message)?.into_iter();
        tokens::string(&arguments.next()?)?;
        Some(arguments.next()?)
    };
    Some(FailedConversion { message, cause })
}

/// `name: Err("…".to_string())`, the start of a field that has to be set, as its name.
pub fn unset_field(field: &FieldValue) -> Option<&Ident> {
    let Member::Named(name) = &field.member else {
        return None;
    };
    is_owned_text(call_of(&field.expr, &["Err"])?).then_some(name)
}

/// Returns where the example begins in the documentation of a method, which ends with it.
pub fn example(docs: &str) -> Option<usize> {
    docs.rfind("```ignore\n")
}

/// `"…".to_string()`
fn is_owned_text(expression: &Expr) -> bool {
    method_call(expression, "to_string")
        .is_some_and(|call| tokens::string(&call.receiver).is_some())
}

/// The arguments of `format!(…)`, which are tokens to `syn`.
fn format_arguments(expression: &Expr) -> Option<Punctuated<Expr, Token![,]>> {
    match expression {
        Expr::Macro(call) if call.mac.path.is_ident("format") => {
            call.mac.parse_body_with(Punctuated::parse_terminated).ok()
        }
        _ => None,
    }
}

/// A call of a method of this name.
fn method_call<'a>(expression: &'a Expr, method: &str) -> Option<&'a ExprMethodCall> {
    match expression {
        Expr::MethodCall(call) if call.method == method => Some(call),
        _ => None,
    }
}

/// A call of this function with one argument, as the argument.
fn call_of<'a>(expression: &'a Expr, function: &[&str]) -> Option<&'a Expr> {
    match expression {
        Expr::Call(call) if call.args.len() == 1 => match &*call.func {
            Expr::Path(path) if is_path(&path.path, function) => call.args.first(),
            _ => None,
        },
        _ => None,
    }
}

fn is_path(path: &Path, segments: &[&str]) -> bool {
    path.leading_colon.is_none()
        && path.segments.len() == segments.len()
        && path
            .segments
            .iter()
            .zip(segments)
            .all(|(segment, name)| segment.ident == *name)
}
