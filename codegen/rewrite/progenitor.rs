//! What progenitor's output looks like: the only place that knows.
//!
//! Each function recognises one construct, quoted in its documentation, and returns its parts.

use syn::{
    Expr, ExprMethodCall, ExprPath, Field, FieldValue, FnArg, GenericArgument, GenericParam, Ident,
    ImplItemFn, Local, Member, Pat, Path, PathArguments, Stmt, Token, Type, TypeParamBound,
    WherePredicate, punctuated::Punctuated,
};

use crate::codegen::tokens;

/// The hooks around a call.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Hook {
    Pre,
    Post,
}

/// `client.pre(&mut request, &info).await?;` and `client.post(&result, &info).await?;`
pub fn hook(statement: &Stmt) -> Option<Hook> {
    let Stmt::Expr(Expr::Try(question), Some(_)) = statement else {
        return None;
    };
    let Expr::Await(awaited) = &*question.expr else {
        return None;
    };
    let Expr::MethodCall(call) = &*awaited.base else {
        return None;
    };
    with_info(call)?;
    if call.method == "pre" {
        Some(Hook::Pre)
    } else if call.method == "post" {
        Some(Hook::Post)
    } else {
        None
    }
}

/// `client.exec(request, &info)`, as the client and the request.
pub fn exec(expression: &Expr) -> Option<(&Expr, &Expr)> {
    let call = method_call(expression, "exec")?;
    let request = with_info(call)?;
    Some((&call.receiver, request))
}

/// The arguments `(…, &info)`, as the first.
fn with_info(call: &ExprMethodCall) -> Option<&Expr> {
    let mut arguments = call.args.iter();
    match (arguments.next()?, arguments.next()?, arguments.next()) {
        (first, Expr::Reference(info), None) if is_local(&info.expr, "info") => Some(first),
        _ => None,
    }
}

/// `Error::UnexpectedResponse(response)`, as the response.
pub fn unexpected_response(expression: &Expr) -> Option<&Expr> {
    call_of(expression, &["Error", "UnexpectedResponse"])
}

/// What turns a response into a value.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Decoder {
    Json,
    Nothing,
}

/// `ResponseValue::from_response` and `ResponseValue::empty`
pub fn decoder(path: &ExprPath) -> Option<Decoder> {
    if is_path(&path.path, &["ResponseValue", "from_response"]) {
        Some(Decoder::Json)
    } else if is_path(&path.path, &["ResponseValue", "empty"]) {
        Some(Decoder::Nothing)
    } else {
        None
    }
}

/// The name of the variable for a request's headers.
pub const HEADER_MAP: &str = "header_map";

/// `header_map.append(HeaderName::from_static("api-version"), …);`
pub fn is_version_header(statement: &Stmt) -> bool {
    let Stmt::Expr(expression, Some(_)) = statement else {
        return false;
    };
    let Some(call) = method_call(expression, "append") else {
        return false;
    };
    let Some(Expr::Call(name)) = call.args.first() else {
        return false;
    };
    is_local(&call.receiver, HEADER_MAP)
        && name
            .args
            .first()
            .and_then(tokens::string)
            .is_some_and(|name| name == "api-version")
}

/// `let mut header_map = …;`
pub fn is_header_map(statement: &Stmt) -> bool {
    matches!(statement, Stmt::Local(Local { pat: Pat::Ident(name), .. }) if name.ident == HEADER_MAP)
}

/// `request.headers(header_map)`, as the request.
pub fn with_headers(expression: &Expr) -> Option<&Expr> {
    let call = method_call(expression, "headers")?;
    let headers = call.args.first()?;
    is_local(headers, HEADER_MAP).then_some(&*call.receiver)
}

/// The URL of a request.
pub struct Url {
    pub client: Expr,
    /// A format string of the path.
    pub path: String,
    /// The values of its placeholders.
    pub arguments: Vec<Expr>,
}

/// `format!("{}/things/{}", client.baseurl, …)`
pub fn url(expression: &Expr) -> Option<Url> {
    let mut arguments = format_arguments(expression)?.into_iter();
    let path = tokens::string(&arguments.next()?)?;
    let Expr::Field(base) = arguments.next()? else {
        return None;
    };
    if !is_member(&base.member, "baseurl") {
        return None;
    }
    Some(Url {
        client: *base.base,
        path: path.strip_prefix("{}")?.to_owned(),
        arguments: arguments.collect(),
    })
}

/// `encode_path(&value.to_string())`, as the value.
pub fn encoded(expression: &Expr) -> Option<&Expr> {
    let Expr::Reference(text) = call_of(expression, &["encode_path"])? else {
        return None;
    };
    method_call(&text.expr, "to_string").map(|call| &*call.receiver)
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

/// What a setter does with a value that can't be converted.
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

/// The field for what a schema's properties don't name.
pub const EXTRA: &str = "extra";

/// `#[serde(flatten)] pub extra: …`
pub fn is_extra_field(field: &Field) -> bool {
    field.ident.as_ref().is_some_and(|name| name == EXTRA)
        && tokens::has_serde_option(field, "flatten")
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

fn is_local(expression: &Expr, name: &str) -> bool {
    matches!(expression, Expr::Path(path) if path.path.is_ident(name))
}

fn is_member(member: &Member, name: &str) -> bool {
    matches!(member, Member::Named(ident) if ident == name)
}
