//! What progenitor writes that has to read differently in this crate.

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::TokenStream;
use quote::quote;
use syn::{
    Block, Expr, ExprLit, ExprPath, Field, FieldValue, ImplItem, Item, ItemImpl, Lit, LitStr, Meta,
    Stmt, Token, Type, parse_quote,
    punctuated::Punctuated,
    visit_mut::{self, VisitMut},
};

use super::{lists, operations::Operation};

/// Rewrites the raw bindings: one decoder, one way to construct the client, messages and docs for
/// people.
pub fn patch(file: &mut syn::File, operations: &[Operation]) {
    OurTransport.visit_file_mut(file);
    NoExtraByDefault.visit_file_mut(file);
    NoVersionHeader.visit_file_mut(file);
    ParsedBaseUrl.visit_file_mut(file);
    for item in &mut file.items {
        if let Item::Impl(item) = item {
            keep_one_constructor(item);
        }
    }
    let by_builder: BTreeMap<String, &Operation> =
        operations.iter().map(|it| (it.builder(), it)).collect();
    document_methods(file, operations);
    for item in module_items(file, "builder") {
        match item {
            Item::Struct(item) => {
                if let Some(operation) = by_builder.get(&item.ident.to_string()) {
                    let docs = format!(
                        "Builder of [`Client::{}`](super::Client::{0}).",
                        operation.id
                    );
                    item.attrs.push(parse_quote!(#[doc = #docs]));
                }
            }
            Item::Impl(item) => {
                if let Some(operation) = by_builder.get(&self_type(item)) {
                    if item.trait_.is_none() {
                        lists::type_setters(item, operation);
                    }
                    Messages { operation }.visit_item_impl_mut(item);
                    document_setters(item, operation);
                }
            }
            _ => (),
        }
    }
    document_types(file);
    // What a spec leaves undocumented must not fail the build of those who changed it.
    for item in &mut file.items {
        if let Item::Mod(module) = item {
            module.attrs.push(parse_quote!(#[allow(missing_docs)]));
        }
    }
}

/// Removes the builders of types that are only received: nobody builds them, and they are a third
/// of the code.
pub fn keep_builders_of(file: &mut syn::File, sent: &BTreeSet<String>) {
    let is_sent = |name: String| sent.contains(&name);
    let items = module_items(file, "types");
    for item in items.iter_mut() {
        match item {
            Item::Mod(module) if module.ident == "builder" => {
                let items = module.content.as_mut().map(|(_, items)| items);
                items.into_iter().for_each(|items| {
                    items.retain(|item| match item {
                        Item::Struct(item) => is_sent(item.ident.to_string()),
                        Item::Impl(item) => is_sent(self_type(item)),
                        _ => true,
                    });
                });
            }
            Item::Impl(item) if item.trait_.is_none() && !is_sent(self_type(item)) => {
                item.items
                    .retain(|it| !matches!(it, ImplItem::Fn(it) if it.sig.ident == "builder"));
            }
            _ => (),
        }
    }
    items.retain(|it| !matches!(it, Item::Impl(it) if it.trait_.is_none() && it.items.is_empty()));
}

/// The message for a required parameter that wasn't given.
pub fn missing(operation_id: &str, parameter: &str) -> String {
    format!("{operation_id}: `{parameter}` is required and was not given")
}

/// The message for a value that can't be the parameter.
pub fn invalid(operation_id: &str, parameter: &str, what: &str) -> String {
    format!("{operation_id}: `{parameter}` is not {what}")
}

/// Adds items to a module of the generated file.
pub fn extend_module(file: &mut syn::File, name: &str, tokens: Vec<TokenStream>) {
    let added: syn::File = parse_quote! { #(#tokens)* };
    module_items(file, name).extend(added.items);
}

/// The items of a module of the generated file.
pub fn module_items<'a>(file: &'a mut syn::File, name: &str) -> &'a mut Vec<Item> {
    file.items
        .iter_mut()
        .find_map(|item| match item {
            Item::Mod(module) if module.ident == name => {
                module.content.as_mut().map(|(_, items)| items)
            }
            _ => None,
        })
        .unwrap_or_else(|| panic!("progenitor writes a module `{name}`"))
}

/// Whether a field of a generated type is a property of the spec, which it may have renamed.
pub fn is_property(field: &Field, property: &str) -> bool {
    let renamed = field.attrs.iter().find_map(|it| match &it.meta {
        Meta::List(list) if list.path.is_ident("serde") => {
            let tokens = list.tokens.to_string();
            let (_, value) = tokens.split_once("rename = \"")?;
            Some(value.split('"').next()?.to_owned())
        }
        _ => None,
    });
    match (renamed, &field.ident) {
        (Some(name), _) => name == property,
        (None, Some(ident)) => ident == property,
        (None, None) => false,
    }
}

/// Sends every request through the crate's transport and every reply through its decoder, which
/// knows the call that the reply belongs to. progenitor's hooks could do the former, but they have
/// to return a `reqwest::Response`, which has no room for that and costs more to make than the rest
/// of a call.
struct OurTransport;

impl VisitMut for OurTransport {
    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        block.stmts.retain(|statement| {
            let text = quote!(#statement).to_string();
            !text.starts_with("client . pre (") && !text.starts_with("client . post (")
        });
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        match expression {
            Expr::MethodCall(call) if call.method == "exec" => {
                let (client, request) = (&call.receiver, call.args.first());
                *expression =
                    parse_quote!(crate::transport::send(#client, #request, info.operation_id));
            }
            Expr::Call(call) => {
                let function = &call.func;
                let text = quote!(#function).to_string();
                if text == "Error :: UnexpectedResponse" {
                    *expression = parse_quote!(Error::UnexpectedResponse(response.into_response()));
                }
            }
            _ => (),
        }
    }

    fn visit_expr_path_mut(&mut self, path: &mut ExprPath) {
        match quote!(#path).to_string().as_str() {
            "ResponseValue :: from_response" => *path = parse_quote!(crate::transport::decode),
            "ResponseValue :: empty" => *path = parse_quote!(crate::transport::empty),
            _ => (),
        }
    }
}

/// A builder needn't be told that there are no further fields.
struct NoExtraByDefault;

impl VisitMut for NoExtraByDefault {
    fn visit_field_value_mut(&mut self, field: &mut FieldValue) {
        visit_mut::visit_field_value_mut(self, field);
        let value = &field.expr;
        if quote!(#value)
            .to_string()
            .contains("\"no value supplied for extra\"")
        {
            field.expr = parse_quote!(Ok(Default::default()));
        }
    }
}

/// progenitor adds a header that the API doesn't know.
struct NoVersionHeader;

impl VisitMut for NoVersionHeader {
    fn visit_block_mut(&mut self, block: &mut Block) {
        visit_mut::visit_block_mut(self, block);
        block.stmts.retain(|statement| match statement {
            Stmt::Expr(Expr::MethodCall(call), _) => {
                !quote!(#call).to_string().contains("\"api-version\"")
            }
            _ => true,
        });
        // Mostly, the map that it stood in held nothing else. It is declared, and handed over with
        // `headers`.
        let statements = &block.stmts;
        if quote!(#(#statements)*)
            .to_string()
            .matches("header_map")
            .count()
            == 2
        {
            block.stmts.retain(|it| {
                !matches!(it, Stmt::Local(it) if quote!(#it).to_string().contains("let mut header_map"))
            });
            NoHeaders.visit_block_mut(block);
        }
    }
}

/// Removes the handing over of an empty map.
struct NoHeaders;

impl VisitMut for NoHeaders {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        if let Expr::MethodCall(call) = expression
            && call.method == "headers"
        {
            *expression = (*call.receiver).clone();
        }
    }
}

/// progenitor joins the base URL and the path as text, to be parsed at every call; ours is parsed
/// already.
struct ParsedBaseUrl;

impl VisitMut for ParsedBaseUrl {
    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        let Some(arguments) = format_arguments(expression) else {
            return;
        };
        let mut arguments = arguments.into_iter();
        let (Some(format), Some(base)) = (arguments.next(), arguments.next()) else {
            return;
        };
        if let Expr::Lit(ExprLit {
            lit: Lit::Str(format),
            ..
        }) = format
            && let Some(path) = format.value().strip_prefix("{}")
            && quote!(#base).to_string() == "client . baseurl"
        {
            let arguments = arguments.map(without_copy);
            *expression = parse_quote! {
                crate::transport::url(client, &format!(#path, #(#arguments),*))
            };
        }
    }
}

/// `encode_path(&it.to_string())` as `path_segment(&it)`.
fn without_copy(argument: Expr) -> Expr {
    if let Expr::Call(call) = &argument
        && let Some(Expr::Reference(text)) = call.args.first()
        && let Expr::MethodCall(text) = &*text.expr
        && text.method == "to_string"
    {
        let value = &text.receiver;
        return parse_quote!(crate::transport::path_segment(&#value));
    }
    argument
}

/// The client is made by the crate's own builder; progenitor's `new` sets timeouts and unwraps.
fn keep_one_constructor(item: &mut ItemImpl) {
    if self_type(item) != "Client" || item.trait_.is_some() {
        return;
    }
    item.items
        .retain(|it| !matches!(it, ImplItem::Fn(it) if it.sig.ident == "new"));
    for it in &mut item.items {
        if let ImplItem::Fn(it) = it
            && it.sig.ident == "new_with_client"
        {
            it.vis = parse_quote!(pub(crate));
        }
    }
}

/// Says what is wrong with an argument, in words that don't need knowledge of the generated code.
struct Messages<'a> {
    operation: &'a Operation,
}

impl VisitMut for Messages<'_> {
    fn visit_lit_str_mut(&mut self, literal: &mut LitStr) {
        let text = literal.value();
        let id = &self.operation.id;
        let message = if let Some(parameter) = text.strip_suffix(" was not initialized") {
            missing(id, parameter)
        } else if let Some((ty, rest)) = text
            .strip_prefix("conversion to `")
            .and_then(|it| it.split_once("` for "))
        {
            let (parameter, cause) = rest.split_once(" failed").unwrap_or((rest, ""));
            format!("{}{cause}", invalid(id, parameter, kind_of(ty)))
        } else {
            return;
        };
        *literal = LitStr::new(&message, literal.span());
    }

    fn visit_expr_mut(&mut self, expression: &mut Expr) {
        visit_mut::visit_expr_mut(self, expression);
        // `format!` hides its literals from the visitor.
        if let Some(mut arguments) = format_arguments(expression)
            && let Expr::Macro(it) = expression
        {
            for argument in &mut arguments {
                self.visit_expr_mut(argument);
            }
            it.mac.tokens = quote! { #arguments };
        }
    }
}

/// The arguments of a call of `format!`, which are tokens to the visitors.
fn format_arguments(expression: &Expr) -> Option<Punctuated<Expr, Token![,]>> {
    match expression {
        Expr::Macro(it) if it.mac.path.is_ident("format") => {
            it.mac.parse_body_with(Punctuated::parse_terminated).ok()
        }
        _ => None,
    }
}

fn kind_of(ty: &str) -> &'static str {
    match ty.replace(' ', "") {
        it if it.ends_with("Uuid") => "a UUID",
        it if it.contains("DateTime") => "a point in time",
        it if it.ends_with("u32") || it.ends_with("u64") => "a whole number from 0 up",
        it if it.ends_with("i32") || it.ends_with("i64") => "a whole number",
        it if it.ends_with("String") => "text",
        _ => "valid",
    }
}

/// progenitor's example of each method can't be compiled; the page it comes from helps more.
fn document_methods(file: &mut syn::File, operations: &[Operation]) {
    for item in &mut file.items {
        let Item::Impl(item) = item else { continue };
        for member in &mut item.items {
            let ImplItem::Fn(method) = member else {
                continue;
            };
            let Some(operation) = operations.iter().find(|it| method.sig.ident == it.id) else {
                continue;
            };
            for attribute in &mut method.attrs {
                if let Meta::NameValue(it) = &attribute.meta
                    && let Expr::Lit(syn::ExprLit {
                        lit: syn::Lit::Str(docs),
                        ..
                    }) = &it.value
                    && it.path.is_ident("doc")
                {
                    let docs = docs.value();
                    let docs = docs.split("```").next().unwrap_or_default().trim_end();
                    let source = operation
                        .docs
                        .as_ref()
                        .map(|url| format!("\n\nDocumented at <{url}>."))
                        .unwrap_or_default();
                    let docs = format!("{docs}{source}");
                    *attribute = parse_quote!(#[doc = #docs]);
                }
            }
        }
    }
}

fn document_setters(item: &mut ItemImpl, operation: &Operation) {
    for member in &mut item.items {
        let ImplItem::Fn(method) = member else {
            continue;
        };
        if method.attrs.iter().any(|it| it.path().is_ident("doc")) {
            continue;
        }
        let name = method.sig.ident.to_string();
        let described = operation
            .parameters
            .iter()
            .find(|(parameter, _)| *parameter == name)
            .and_then(|(_, description)| description.clone());
        let docs = described.unwrap_or_else(|| match name.as_str() {
            "new" => "A request with nothing set yet.".to_owned(),
            "body" => "The whole body.".to_owned(),
            "body_map" => "Changes the body that was set so far.".to_owned(),
            _ => format!("Sets `{name}`."),
        });
        method.attrs.push(parse_quote!(#[doc = #docs]));
    }
}

/// Types without a description in the spec, and the builders that come with each type.
fn document_types(file: &mut syn::File) {
    for item in module_items(file, "types") {
        match item {
            Item::Mod(module) if module.ident == "builder" => {
                module
                    .attrs
                    .push(parse_quote!(#[doc = "Builders of the types beside."]));
                module.attrs.push(parse_quote!(#[allow(missing_docs)]));
            }
            Item::Struct(item) => {
                for field in &mut item.fields {
                    let docs = match &field.ident {
                        Some(name) if name == "extra" => {
                            "Whatever else the reply or request holds, by name.".to_owned()
                        }
                        Some(name) => format!("`{name}`, see its type."),
                        None => continue,
                    };
                    if !field.attrs.iter().any(|it| it.path().is_ident("doc")) {
                        field.attrs.insert(0, parse_quote!(#[doc = #docs]));
                    }
                }
            }
            Item::Impl(item) if item.trait_.is_none() => {
                let docs = format!("A builder of `{}`.", self_type(item));
                for member in &mut item.items {
                    if let ImplItem::Fn(method) = member
                        && method.sig.ident == "builder"
                    {
                        method.attrs.push(parse_quote!(#[doc = #docs]));
                    }
                }
            }
            _ => (),
        }
    }
}

/// The name of the type that an impl is for.
fn self_type(item: &ItemImpl) -> String {
    match &*item.self_ty {
        Type::Path(path) => path
            .path
            .segments
            .last()
            .map(|it| it.ident.to_string())
            .unwrap_or_default(),
        _ => String::new(),
    }
}
