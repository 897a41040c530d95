//! From the spec as it is written to one that progenitor takes, and what is left for us to generate.

use std::collections::BTreeSet;

use heck::ToPascalCase;
use serde_json::{Map, Value, json};

use super::{
    aliases::Alias,
    enums::OpenEnum,
    multipart::MultipartOperation,
    operations::{self, Operation},
    spec::{self, Endpoint, JSON, MULTIPART},
};

/// A spec that progenitor takes, and what it doesn't say any more.
pub struct Lowered {
    pub document: Value,
    pub enums: Vec<OpenEnum>,
    pub aliases: Vec<Alias>,
    pub multipart: Vec<MultipartOperation>,
    pub operations: Vec<Operation>,
    /// The schemas that requests consist of.
    pub sent: BTreeSet<String>,
}

/// Takes a spec that `check` has passed.
pub fn lower(mut document: Value) -> Lowered {
    name_inline_schemas(&mut document);
    let operations = operations::read(&document);
    let multipart = split_multipart(&mut document);
    collapse_responses(&mut document);
    widen_integers(&mut document);
    Lowered {
        enums: open_enums(&document),
        aliases: aliases(&document),
        sent: sent_schemas(&document),
        document,
        multipart,
        operations,
    }
}

/// Gives inline enums and inline replies a name, so that their types can be replaced and referred to.
fn name_inline_schemas(document: &mut Value) {
    let mut named = Map::new();
    for_each_operation(document, |operation, id| {
        let parameters = operation
            .get_mut("parameters")
            .and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            let suffix = parameter["name"].as_str().unwrap_or_default();
            let name = format!("{id}_{suffix}").to_pascal_case();
            if let Some(schema) = parameter.get_mut("schema") {
                name_enums(schema, &name, &mut named);
            }
        }
        for body in [JSON, MULTIPART] {
            if let Some(schema) = operation
                .pointer_mut(&format!(
                    "/requestBody/content/{}/schema",
                    body.replace('/', "~1")
                ))
                .filter(|it| it.get("$ref").is_none())
            {
                move_to(schema, format!("{id}_body").to_pascal_case(), &mut named);
            }
        }
        for (code, response) in members(operation.get_mut("responses")) {
            if let Some(schema) = response
                .pointer_mut("/content/application~1json/schema")
                .filter(|it| code.starts_with('2') && it.get("$ref").is_none())
            {
                move_to(
                    schema,
                    format!("{id}_response").to_pascal_case(),
                    &mut named,
                );
            }
        }
    });
    add_schemas(document, named);
    let mut inner = Map::new();
    for (name, schema) in members(document.pointer_mut("/components/schemas")) {
        for (property, child) in members(schema.get_mut("properties")) {
            name_enums(
                child,
                &format!("{name}_{property}").to_pascal_case(),
                &mut inner,
            );
        }
    }
    add_schemas(document, inner);
}

fn add_schemas(document: &mut Value, schemas: Map<String, Value>) {
    // Indexing creates what is missing on the way.
    for (name, schema) in schemas {
        document["components"]["schemas"][name] = schema;
    }
}

fn name_enums(schema: &mut Value, name: &str, named: &mut Map<String, Value>) {
    if schema.get("enum").is_some() {
        // Extensions on the property stay there; only what describes the enum moves.
        let stays = schema.get("x-aliases").cloned();
        move_to(schema, name.to_owned(), named);
        if let Some(aliases) = stays {
            *schema = json!({"allOf": [schema.take()], "x-aliases": aliases});
        }
    } else if let Some(items) = schema.get_mut("items") {
        name_enums(items, &format!("{name}Item"), named);
    }
}

fn move_to(schema: &mut Value, name: String, named: &mut Map<String, Value>) {
    let reference = json!({"$ref": format!("#/components/schemas/{name}")});
    named.insert(name, std::mem::replace(schema, reference));
}

/// Takes the multipart bodies out, and with them the operations and schemas that serve nothing else.
fn split_multipart(document: &mut Value) -> Vec<MultipartOperation> {
    let found: Vec<_> = spec::endpoints(document)
        .iter()
        .filter_map(|endpoint| MultipartOperation::read(document, endpoint))
        .collect();
    let forms: BTreeSet<String> = spec::endpoints(document)
        .iter()
        .flat_map(|it: &Endpoint| it.request_media_types(document))
        .filter(|(media_type, _)| *media_type == MULTIPART)
        .filter_map(|(_, body)| spec::schema_name(&body["schema"]).map(str::to_owned))
        .collect();

    for (_, item) in members(document.get_mut("paths")) {
        let Some(item) = item.as_object_mut() else {
            continue;
        };
        item.retain(|_, operation| {
            let Some(content) = operation
                .pointer_mut("/requestBody/content")
                .and_then(Value::as_object_mut)
            else {
                return true;
            };
            content.remove(MULTIPART);
            !content.is_empty()
        });
    }
    for form in forms {
        if !refers_to(document, &format!("#/components/schemas/{form}"))
            && let Some(Value::Object(schemas)) = document.pointer_mut("/components/schemas")
        {
            schemas.remove(&form);
        }
    }
    found
}

fn refers_to(value: &Value, reference: &str) -> bool {
    value["$ref"] == reference
        || spec::entries(value).any(|(_, it)| refers_to(it, reference))
        || spec::list(value).iter().any(|it| refers_to(it, reference))
}

/// All successes have one schema and all errors have one: a range says it with less generated code than the
/// codes one by one, and unlike them it covers the undocumented ones.
fn collapse_responses(document: &mut Value) {
    for_each_operation(document, |operation, _| {
        let Some(responses) = operation["responses"].as_object_mut() else {
            return;
        };
        for class in ['2', '4', '5'] {
            let range = format!("{class}XX");
            let codes: Vec<String> = responses
                .keys()
                .filter(|code| code.starts_with(class))
                .cloned()
                .collect();
            let Some(first) = codes.first().and_then(|code| responses.get(code)).cloned() else {
                continue;
            };
            responses.retain(|code, _| !codes.contains(code));
            responses.insert(range, first);
        }
    });
}

/// Bounded integers become plain ones, since progenitor would check only the lower bound and ask callers for
/// `NonZero` types. The operation table keeps the bounds, and the transport checks them.
fn widen_integers(value: &mut Value) {
    if value["type"] == "integer"
        && value["minimum"].as_i64() >= Some(0)
        && let Some(object) = value.as_object_mut()
    {
        object.remove("minimum");
        object.remove("maximum");
        let format = match object.get("format").and_then(Value::as_str) {
            Some("int64") => "uint64",
            _ => "uint32",
        };
        object.insert("format".to_owned(), json!(format));
    }
    match value {
        Value::Object(object) => object.values_mut().for_each(widen_integers),
        Value::Array(array) => array.iter_mut().for_each(widen_integers),
        _ => (),
    }
}

fn open_enums(document: &Value) -> Vec<OpenEnum> {
    spec::entries(&document["components"]["schemas"])
        .filter(|(_, schema)| schema.get("enum").is_some())
        .map(|(name, schema)| OpenEnum {
            name: name.to_owned(),
            description: schema["description"].as_str().map(str::to_owned),
            values: spec::strings(&schema["enum"]),
            terminal: schema.get("x-terminal").map(spec::strings),
        })
        .collect()
}

fn aliases(document: &Value) -> Vec<Alias> {
    spec::entries(&document["components"]["schemas"])
        .flat_map(|(name, schema)| {
            spec::entries(&schema["properties"]).filter_map(|(property, it)| {
                Some(Alias {
                    type_name: name.to_owned(),
                    property: property.to_owned(),
                    names: spec::strings(it.get("x-aliases")?),
                })
            })
        })
        .collect()
}

fn sent_schemas(document: &Value) -> BTreeSet<String> {
    let mut sent = BTreeSet::new();
    for endpoint in spec::endpoints(document) {
        for (_, body) in endpoint.request_media_types(document) {
            collect_schemas(document, &body["schema"], &mut sent);
        }
    }
    sent
}

/// The schemas that a value refers to, directly or through others.
fn collect_schemas(document: &Value, value: &Value, found: &mut BTreeSet<String>) {
    if let Some(name) = spec::schema_name(value)
        && found.insert(name.to_owned())
    {
        collect_schemas(document, spec::resolve(document, value), found);
    }
    for (_, child) in spec::entries(value) {
        collect_schemas(document, child, found);
    }
    for child in spec::list(value) {
        collect_schemas(document, child, found);
    }
}

fn for_each_operation(document: &mut Value, mut change: impl FnMut(&mut Value, &str)) {
    for (_, item) in members(document.get_mut("paths")) {
        for (_, operation) in members(Some(item)) {
            if let Some(id) = operation["operationId"].as_str().map(str::to_owned) {
                change(operation, &id);
            }
        }
    }
}

/// The members of an object; none of anything else.
fn members(value: Option<&mut Value>) -> impl Iterator<Item = (&String, &mut Value)> {
    value.and_then(Value::as_object_mut).into_iter().flatten()
}
