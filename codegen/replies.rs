//! Writes the table of what the spec says of replies, which the feature `drift` compares them with.
//!
//! It is made from the spec as it is written, and not from its normal form: a difference is told by
//! its place there.

use std::collections::BTreeMap;

use proc_macro2::TokenStream;
use quote::quote;
use serde_json::Value;

use super::{
    media_types::{essence, is_json},
    names,
    spec::{self, Endpoint},
};

/// How deep a schema may lie in others without a name, which ends a circle of odd references.
const DEEPEST: u8 = 32;

/// Returns the table as Rust: a static for each named schema, and one for all operations.
pub fn table(spec: &Value) -> syn::File {
    let table = Table { spec };
    let schemas = spec::entries(&spec["components"]["schemas"]).map(|(name, schema)| {
        let constant = names::constant(name);
        let literal = table.literal(schema, Some(name), DEEPEST);
        quote! { pub(crate) static #constant: Schema = #literal; }
    });
    let endpoints = spec::endpoints(spec);
    let operations = endpoints.iter().map(|endpoint| table.operation(endpoint));
    syn::parse_quote! {
        /// The named schemas of the spec.
        #[allow(
            dead_code,
            unused_imports,
            reason = "some schemas are only sent, and a spec need not have every construct"
        )]
        mod schemas {
            use super::{Discriminator, JsonKind, Property, Schema, schemas};
            #(#schemas)*
        }
        /// What the spec says of the replies of each operation.
        pub(super) static OPERATIONS: &[OperationReplies] = &[#(#operations),*];
    }
}

struct Table<'a> {
    spec: &'a Value,
}

impl Table<'_> {
    fn operation(&self, endpoint: &Endpoint) -> TokenStream {
        let id = endpoint.operation_id().unwrap_or_default();
        let replies = endpoint
            .responses(self.spec)
            .map(|(status, response)| self.reply(status, response));
        quote! { OperationReplies { id: #id, replies: &[#(#replies),*] } }
    }

    fn reply(&self, status: &str, response: &Value) -> TokenStream {
        let status = match status {
            "default" => status.to_owned(),
            status => status.to_uppercase(),
        };
        let content = || spec::entries(&response["content"]);
        let media_types = content().map(|(media_type, _)| essence(media_type));
        let json = content().find(|(media_type, _)| is_json(media_type));
        let schema = json
            .and_then(|(_, body)| body.get("schema"))
            .map(|schema| self.reference(schema, DEEPEST));
        let schema = optional(schema);
        quote! { Reply { status: #status, media_types: &[#(#media_types),*], schema: #schema } }
    }

    /// Returns a reference to the static of a schema.
    fn reference(&self, schema: &Value, depth: u8) -> TokenStream {
        if let Some(name) = self.component(schema) {
            let constant = names::constant(name);
            return quote! { &schemas::#constant };
        }
        let Some(depth) = depth.checked_sub(1) else {
            return quote! { &Schema::ANY };
        };
        match schema.get("$ref") {
            Some(_) => self.reference(spec::resolve(self.spec, schema), depth),
            None => {
                let literal = self.literal(schema, None, depth);
                quote! { &#literal }
            }
        }
    }

    /// Returns the name of the component that a schema refers to.
    fn component<'a>(&self, schema: &'a Value) -> Option<&'a str> {
        let name = spec::schema_name(schema)?;
        self.spec["components"]["schemas"].get(name).map(|_| name)
    }

    fn literal(&self, schema: &Value, name: Option<&str>, depth: u8) -> TokenStream {
        if schema.get("$ref").is_some() {
            let part = self.reference(schema, depth);
            let name = optional(name.map(|name| quote! { #name }));
            return quote! { Schema { name: #name, parts: &[#part], ..Schema::ANY } };
        }
        let mut fields = Vec::new();
        if let Some(name) = name {
            fields.push(quote! { name: Some(#name) });
        }
        let kinds = kinds(schema);
        if !kinds.is_empty() {
            fields.push(quote! { kinds: &[#(JsonKind::#kinds),*] });
        }
        if schema["nullable"] == true || types(schema).contains(&"null".to_owned()) {
            fields.push(quote! { is_nullable: true });
        }
        if let Some(format) = schema["format"].as_str() {
            fields.push(quote! { format: Some(#format) });
        }
        let mut values = spec::strings(&schema["enum"]);
        values.extend(schema["const"].as_str().map(str::to_owned));
        if !values.is_empty() {
            fields.push(quote! { values: &[#(#values),*] });
        }
        fields.extend(self.object(schema, depth));
        if let Some(items) = schema.get("items") {
            let items = self.reference(items, depth);
            fields.push(quote! { items: Some(#items) });
        }
        fields.extend(self.composition(schema, depth));
        if fields.is_empty() {
            return quote! { Schema::ANY };
        }
        quote! { Schema { #(#fields,)* ..Schema::ANY } }
    }

    /// Returns what a schema says of an object's members.
    fn object(&self, schema: &Value, depth: u8) -> Vec<TokenStream> {
        let mut fields = Vec::new();
        let properties: Vec<_> = spec::entries(&schema["properties"])
            .map(|(name, property)| {
                let aliases = spec::strings(&property["x-aliases"]);
                let schema = self.reference(property, depth);
                quote! { Property { name: #name, aliases: &[#(#aliases),*], schema: #schema } }
            })
            .collect();
        if !properties.is_empty() {
            fields.push(quote! { properties: &[#(#properties),*] });
        }
        // What is only sent isn't missed in a reply.
        let mut required = spec::strings(&schema["required"]);
        required.retain(|name| schema["properties"][name]["writeOnly"] != true);
        if !required.is_empty() {
            fields.push(quote! { required: &[#(#required),*] });
        }
        // An empty schema keeps unknown fields, and says nothing of them.
        let further = &schema["additionalProperties"];
        if spec::entries(further).next().is_some() {
            let further = self.reference(further, depth);
            fields.push(quote! { further: Some(#further) });
        }
        fields
    }

    fn composition(&self, schema: &Value, depth: u8) -> Vec<TokenStream> {
        let mut fields = Vec::new();
        let references = |key: &str| {
            let members = spec::elements(&schema[key]).iter();
            let references = members.map(|member| self.reference(member, depth));
            references.collect::<Vec<_>>()
        };
        let parts = references("allOf");
        if !parts.is_empty() {
            fields.push(quote! { parts: &[#(#parts),*] });
        }
        let alternatives = [references("oneOf"), references("anyOf")].concat();
        if alternatives.is_empty() {
            return fields;
        }
        fields.push(quote! { alternatives: &[#(#alternatives),*] });
        if let Some(property) = schema["discriminator"]["propertyName"].as_str() {
            let mapping = self.mapping(schema);
            let mapping = mapping.iter().map(|(value, name)| {
                let constant = names::constant(name);
                quote! { (#value, &schemas::#constant) }
            });
            fields.push(quote! {
                discriminator: Some(&Discriminator { property: #property, mapping: &[#(#mapping),*] })
            });
        }
        fields
    }

    /// Returns the schema's name for each value of a discriminator: those that the spec maps, and
    /// the names of the schemas themselves.
    fn mapping(&self, schema: &Value) -> BTreeMap<String, String> {
        let members = ["oneOf", "anyOf"].map(|key| spec::elements(&schema[key]));
        let names = members.into_iter().flatten();
        let names = names.filter_map(|member| self.component(member));
        let mut mapping: BTreeMap<String, String> = names
            .map(|name| (name.to_owned(), name.to_owned()))
            .collect();
        for (value, target) in spec::entries(&schema["discriminator"]["mapping"]) {
            let name = target.as_str().and_then(|target| target.rsplit('/').next());
            let schemas = &self.spec["components"]["schemas"];
            if let Some(name) = name.filter(|name| schemas.get(*name).is_some()) {
                mapping.insert(value.to_owned(), name.to_owned());
            }
        }
        mapping
    }
}

/// Returns the kinds of JSON that a schema allows, as variants of `JsonKind`; none where it allows
/// any. A type that is left out is told by the keys that only it has.
fn kinds(schema: &Value) -> Vec<syn::Ident> {
    let mut types = types(schema);
    if types.is_empty() {
        let implied = [
            ("properties", "object"),
            ("additionalProperties", "object"),
            ("items", "array"),
        ];
        let implied = implied.iter().find(|(key, _)| schema.get(key).is_some());
        types.extend(implied.map(|(_, kind)| (*kind).to_owned()));
    }
    if types.len() > 1 {
        types.retain(|kind| kind != "null");
    }
    types.iter().map(|kind| names::variant(kind)).collect()
}

/// Returns the types of a schema; OpenAPI 3.1 allows several.
fn types(schema: &Value) -> Vec<String> {
    match &schema["type"] {
        Value::String(kind) => vec![kind.clone()],
        types => spec::strings(types),
    }
}

fn optional(tokens: Option<TokenStream>) -> TokenStream {
    match tokens {
        Some(tokens) => quote! { Some(#tokens) },
        None => quote! { None },
    }
}
