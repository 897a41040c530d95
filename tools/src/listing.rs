//! Lists the public API that a spec gives: one line for each operation, parameter, type, field and
//! value, in the order of their names. It is read from the generated code, so that it can't say
//! anything else.

use std::collections::{BTreeMap, BTreeSet};

use quote::ToTokens;
use syn::{
    Attribute, Expr, Fields, FnArg, GenericArgument, GenericParam, Ident, ImplItem, ImplItemFn,
    Item, ItemImpl, ItemStruct, PathArguments, ReturnType, Signature, Type, TypeParamBound,
    Visibility, WherePredicate,
    visit::{self, Visit},
};

/// What there is, such as `Task.title`, and what is said of it, such as `Option<String>`.
pub type Listing = BTreeMap<String, String>;

/// Lists the API of generated code.
///
/// # Errors
///
/// It fails where the code isn't Rust.
pub fn list(code: &str) -> syn::Result<Listing> {
    let code = syn::parse_file(code)?;
    let mut lister = Lister::default();
    if let Some(rows) = module(&code.items, "operations") {
        lister.rows(rows);
    }
    lister.client(&code.items);
    if let Some(types) = module(&code.items, "types") {
        lister.types(types);
    }
    Ok(lister.listing)
}

/// Writes a listing as lines, which [`read`] reads.
pub fn write(listing: &Listing) -> String {
    let lines = listing.iter();
    lines
        .map(|(subject, detail)| format!("{subject}: {detail}\n"))
        .collect()
}

/// Reads the lines of a listing.
pub fn read(text: &str) -> Listing {
    let lines = text.lines().filter_map(|line| line.split_once(": "));
    lines
        .map(|(subject, detail)| (subject.to_owned(), detail.to_owned()))
        .collect()
}

#[derive(Default)]
struct Lister {
    listing: Listing,
    /// What is sent for the operations, by their ids.
    rows: BTreeMap<String, String>,
}

impl Lister {
    fn add(&mut self, subject: String, mut detail: String, attributes: &[Attribute]) {
        if is_deprecated(attributes) {
            detail += ", deprecated";
        }
        self.listing.insert(subject, detail);
    }

    /// Reads what is sent for each operation, and whether it may be sent again.
    fn rows(&mut self, items: &[Item]) {
        for item in items {
            let Item::Static(row) = item else { continue };
            let Expr::Struct(row) = &*row.expr else {
                continue;
            };
            let text = |name: &str| {
                let mut fields = row.fields.iter();
                let found = fields.find(|field| field.member.to_token_stream().to_string() == name);
                let text = found.map(|field| field.expr.to_token_stream().to_string());
                text.unwrap_or_default().replace([' ', '"'], "")
            };
            let last = |text: String| text.rsplit("::").next().unwrap_or_default().to_owned();
            let (method, path) = (last(text("method")), text("path"));
            let retry = last(text("retry")).to_lowercase();
            self.rows
                .insert(text("id"), format!("{method} {path}, {retry}"));
        }
    }

    /// Lists the operations: the methods of the client, and those of the builders they return.
    fn client(&mut self, items: &[Item]) {
        let builders = module(items, "builder").unwrap_or_default();
        for method in inherent_methods(items, "Client") {
            let Some(builder) = result(&method.sig).and_then(type_ident) else {
                continue;
            };
            let name = method.sig.ident.to_string();
            let id = name.strip_suffix("_multipart").unwrap_or(&name);
            let row = self.rows.get(&name).or_else(|| self.rows.get(id));
            let row = row.cloned().unwrap_or_default();
            let call = format!("client.{name}()");
            self.add(call.clone(), row, &method.attrs);
            self.builder(builders, builder, &call);
        }
    }

    fn builder(&mut self, items: &[Item], builder: &Ident, call: &str) {
        let methods = inherent_methods(items, &builder.to_string());
        let new = methods.iter().find(|method| method.sig.ident == "new");
        let mut required = new.map(|new| unset_fields(new)).unwrap_or_default();
        let send = methods.iter().find(|method| method.sig.ident == "send");
        required.extend(send.into_iter().flat_map(|send| required_parts(send)));
        for method in methods {
            let (name, signature) = (&method.sig.ident, &method.sig);
            if signature.asyncness.is_some() {
                let reply = reply(signature).unwrap_or_else(|| "()".to_owned());
                self.add(
                    format!("{call}.{name}()"),
                    format!("-> {reply}"),
                    &method.attrs,
                );
            } else if let Some(mut argument) = argument(signature) {
                if required.contains(&name.to_string()) {
                    argument += ", required";
                }
                self.add(format!("{call}.{name}"), argument, &method.attrs);
            }
        }
        for item in items {
            let Item::Impl(item) = item else { continue };
            let path = item.trait_.as_ref().map(|(path, _)| path);
            let implemented = path.and_then(|path| path.segments.last());
            if type_ident(&item.self_ty) == Some(builder)
                && let Some(implemented) = implemented
            {
                if implemented.ident == "Paged" {
                    self.add(format!("{call}.items()"), "a stream".to_owned(), &[]);
                } else if implemented.ident == "Ranged" {
                    self.add(format!("{call}.export()"), "a stream".to_owned(), &[]);
                }
            }
        }
    }

    fn types(&mut self, items: &[Item]) {
        let builders = module(items, "builder").unwrap_or_default();
        for item in items {
            match item {
                Item::Struct(item) => self.fields(item, builders),
                Item::Enum(item) if matches!(item.vis, Visibility::Public(_)) => {
                    let name = &item.ident;
                    self.add(name.to_string(), "an enum".to_owned(), &item.attrs);
                    for variant in &item.variants {
                        let fields = variant.fields.iter().map(|field| short(&field.ty));
                        let fields = fields.collect::<Vec<_>>().join(", ");
                        let subject = format!("{name}::{}", variant.ident);
                        self.add(subject, fields, &variant.attrs);
                    }
                }
                _ => (),
            }
        }
        for (name, method) in public_methods(items) {
            let mut arms = Arms::default();
            arms.visit_impl_item_fn(method);
            for (variant, value) in arms.0 {
                let Some(detail) = self.listing.get_mut(&format!("{name}::{variant}")) else {
                    continue;
                };
                if method.sig.ident == "as_str" && value.starts_with('"') {
                    *detail = format!("{value}{detail}");
                } else if method.sig.ident == "is_terminal" && value == "true" {
                    *detail += ", terminal";
                }
            }
        }
    }

    fn fields(&mut self, item: &ItemStruct, builders: &[Item]) {
        let name = &item.ident;
        let kind = match &item.fields {
            Fields::Unnamed(fields) => {
                let inner = fields.unnamed.first().map(|field| short(&field.ty));
                format!("a struct of {}", inner.unwrap_or_default())
            }
            _ => "a struct".to_owned(),
        };
        self.add(name.to_string(), kind, &item.attrs);
        let mut impls = builders.iter().filter_map(|item| match item {
            Item::Impl(item) if type_ident(&item.self_ty) == Some(name) => Some(item),
            _ => None,
        });
        // Only a type that is sent has a builder, which demands what is required.
        let default = impls.find_map(|item| method_of(item, "default"));
        let required = default.map(unset_fields).unwrap_or_default();
        for field in &item.fields {
            if let Some(field_name) = &field.ident {
                let mut ty = short(&field.ty);
                if required.contains(&field_name.to_string()) {
                    ty += ", required";
                }
                self.add(format!("{name}.{field_name}"), ty, &field.attrs);
            }
        }
    }
}

/// Returns the name of a type without its path and arguments.
fn type_ident(ty: &Type) -> Option<&Ident> {
    match ty {
        Type::Path(path) => path.path.segments.last().map(|segment| &segment.ident),
        _ => None,
    }
}

/// Returns the items of a module.
fn module<'a>(items: &'a [Item], name: &str) -> Option<&'a [Item]> {
    items.iter().find_map(|item| match item {
        Item::Mod(module) if module.ident == name => {
            module.content.as_ref().map(|(_, items)| items.as_slice())
        }
        _ => None,
    })
}

fn public_methods(items: &[Item]) -> impl Iterator<Item = (&Ident, &ImplItemFn)> {
    let impls = items.iter().filter_map(|item| match item {
        Item::Impl(item) if item.trait_.is_none() => Some((type_ident(&item.self_ty)?, item)),
        _ => None,
    });
    impls.flat_map(|(name, item)| {
        item.items.iter().filter_map(move |member| match member {
            ImplItem::Fn(method) if matches!(method.vis, Visibility::Public(_)) => {
                Some((name, method))
            }
            _ => None,
        })
    })
}

fn inherent_methods<'a>(items: &'a [Item], name: &str) -> Vec<&'a ImplItemFn> {
    let methods = public_methods(items).filter(|(of, _)| *of == name);
    methods.map(|(_, method)| method).collect()
}

fn method_of<'a>(item: &'a ItemImpl, name: &str) -> Option<&'a ImplItemFn> {
    item.items.iter().find_map(|member| match member {
        ImplItem::Fn(method) if method.sig.ident == name => Some(method),
        _ => None,
    })
}

fn result(signature: &Signature) -> Option<&Type> {
    match &signature.output {
        ReturnType::Type(_, ty) => Some(ty),
        ReturnType::Default => None,
    }
}

/// `Result<Response<T>, Error>`, as `T`.
fn reply(signature: &Signature) -> Option<String> {
    let response = arguments(result(signature)?).into_iter().next()?;
    arguments(&response).first().map(short)
}

/// Returns what a setter takes: the type that its argument is turned into.
fn argument(signature: &Signature) -> Option<String> {
    let FnArg::Typed(argument) = signature.inputs.iter().nth(1)? else {
        return None;
    };
    if let Type::ImplTrait(ty) = &*argument.ty {
        return ty.bounds.iter().find_map(converted);
    }
    let Some(name) = type_ident(&argument.ty) else {
        return Some(short(&argument.ty));
    };
    let generic = signature
        .generics
        .params
        .iter()
        .find_map(|parameter| match parameter {
            GenericParam::Type(parameter) if parameter.ident == *name => Some(parameter),
            _ => None,
        });
    let Some(generic) = generic else {
        return Some(short(&argument.ty));
    };
    let clauses = signature.generics.where_clause.iter();
    let clauses = clauses.flat_map(|clause| &clause.predicates);
    let of_clauses = clauses.filter_map(|predicate| match predicate {
        WherePredicate::Type(bound) if type_ident(&bound.bounded_ty) == Some(name) => {
            Some(&bound.bounds)
        }
        _ => None,
    });
    let mut bounds = generic.bounds.iter().chain(of_clauses.flatten());
    bounds
        .find_map(converted)
        .or_else(|| element(signature, name))
}

/// Returns what the elements of a list are turned into, as a list of it.
fn element(signature: &Signature, list: &Ident) -> Option<String> {
    let clauses = signature.generics.where_clause.iter();
    let mut clauses = clauses.flat_map(|clause| &clause.predicates);
    clauses.find_map(|predicate| match predicate {
        WherePredicate::Type(bound) if is_item_of(&bound.bounded_ty, list) => {
            let element = bound.bounds.iter().find_map(converted)?;
            Some(format!("[{element}]"))
        }
        _ => None,
    })
}

/// Whether a type is the item of a list, `V::Item`.
fn is_item_of(ty: &Type, list: &Ident) -> bool {
    let Type::Path(path) = ty else { return false };
    let mut segments = path.path.segments.iter();
    segments.next().is_some_and(|first| first.ident == *list)
        && segments.next().is_some_and(|second| second.ident == "Item")
}

/// Returns the type that a value of a bound is turned into.
fn converted(bound: &TypeParamBound) -> Option<String> {
    let TypeParamBound::Trait(bound) = bound else {
        return None;
    };
    let last = bound.path.segments.last()?;
    let argument = match &last.arguments {
        PathArguments::AngleBracketed(arguments) => {
            arguments.args.first().and_then(|argument| match argument {
                GenericArgument::Type(ty) => Some(short(ty)),
                GenericArgument::AssocType(associated) => {
                    Some(format!("[{}]", short(&associated.ty)))
                }
                _ => None,
            })
        }
        _ => None,
    };
    if last.ident == "OneOrMany" {
        return argument.map(|element| format!("[{element}]"));
    }
    argument.or_else(|| match last.ident.to_string().as_str() {
        "ToString" => Some("String".to_owned()),
        "Serialize" => Some("Serialize".to_owned()),
        "FnOnce" => Some("FnOnce".to_owned()),
        _ => None,
    })
}

/// Returns the generic arguments of a type.
fn arguments(ty: &Type) -> Vec<Type> {
    let Type::Path(path) = ty else {
        return Vec::new();
    };
    match path.path.segments.last().map(|segment| &segment.arguments) {
        Some(PathArguments::AngleBracketed(arguments)) => {
            let types = arguments.args.iter().filter_map(|argument| match argument {
                GenericArgument::Type(ty) => Some(ty.clone()),
                _ => None,
            });
            types.collect()
        }
        _ => Vec::new(),
    }
}

/// Returns a type without the paths to its names.
fn short(ty: &Type) -> String {
    let text = ty.to_token_stream().to_string();
    let mut words: Vec<&str> = Vec::new();
    let mut tokens = text.split(' ').peekable();
    while let Some(token) = tokens.next() {
        let is_name = token.starts_with(|first: char| first.is_alphabetic() || first == '_');
        if is_name && tokens.peek() == Some(&"::") {
            tokens.next();
        } else if token != "::" {
            words.push(token);
        }
    }
    let text = words.concat().replace(',', ", ");
    text.replace("DateTime<Utc>", "DateTime")
}

/// Returns the setters of the parts that a form demands when it is sent: `.form(self.form, &[…])`.
fn required_parts(send: &ImplItemFn) -> Vec<String> {
    let text = send.block.to_token_stream().to_string();
    let list = text
        .split_once(". form (")
        .and_then(|(_, rest)| rest.split_once('['))
        .and_then(|(_, rest)| rest.split_once(']'));
    let words = list.map(|(list, _)| list.split('"').skip(1).step_by(2));
    // Each part has its name in the form and that of its setter.
    words.into_iter().flatten().map(str::to_owned).collect()
}

/// Returns the fields that a constructor leaves unset, as errors.
fn unset_fields(constructor: &ImplItemFn) -> BTreeSet<String> {
    let mut unset = Unset::default();
    unset.visit_impl_item_fn(constructor);
    unset.0
}

#[derive(Default)]
struct Unset(BTreeSet<String>);

impl Visit<'_> for Unset {
    fn visit_field_value(&mut self, field: &syn::FieldValue) {
        if let Expr::Call(call) = &field.expr
            && let Expr::Path(function) = &*call.func
            && function.path.is_ident("Err")
        {
            self.0.insert(field.member.to_token_stream().to_string());
        }
        visit::visit_field_value(self, field);
    }
}

/// The values of the variants of an enum, from `Self::Variant => value`.
#[derive(Default)]
struct Arms(Vec<(String, String)>);

impl Visit<'_> for Arms {
    fn visit_arm(&mut self, arm: &syn::Arm) {
        let value = arm.body.to_token_stream().to_string();
        self.0.push((variant(&arm.pat), value));
    }
}

fn variant(pattern: &syn::Pat) -> String {
    let text = pattern.to_token_stream().to_string();
    text.rsplit(' ').next().unwrap_or_default().to_owned()
}

fn is_deprecated(attributes: &[Attribute]) -> bool {
    attributes
        .iter()
        .any(|attribute| attribute.path().is_ident("deprecated"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::codegen;

    const SPEC: &str = "
openapi: 3.0.3
info: {title: Things, version: v1}
paths:
  /things/{id}:
    post:
      operationId: scan_thing
      x-retry: never
      deprecated: true
      parameters:
        - {name: id, in: path, required: true, schema: {type: string, format: uuid}}
        - {name: tags, in: query, schema: {type: array, items: {type: string}}}
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              required: [file]
              properties:
                file: {type: string, format: binary}
                note: {type: string}
      responses:
        2XX: {description: It., content: {application/json: {schema: {$ref: '#/components/schemas/Choice'}}}}
components:
  schemas:
    Choice: {oneOf: [{$ref: '#/components/schemas/Text'}, {type: integer}]}
    Text: {type: string}
";

    #[test]
    fn what_has_to_be_set_and_what_is_deprecated_is_listed() {
        let code = codegen::generate(SPEC, &[]).expect("it has no mistakes");
        let listing = list(&code).expect("it is Rust");
        assert_eq!(
            write(&listing),
            "\
Choice: an enum
Choice::Integer: i64
Choice::Text: Text
Choice::Unknown: Value
Text: a struct of String
client.scan_thing(): POST /things/{id}, never, deprecated
client.scan_thing().download(): -> Download
client.scan_thing().extra_field: String
client.scan_thing().file: Upload, required
client.scan_thing().id: Uuid, required
client.scan_thing().note: String
client.scan_thing().send(): -> Choice
client.scan_thing().tags: [String]
"
        );
        assert_eq!(read(&write(&listing)), listing);
    }
}
