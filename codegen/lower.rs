//! From the spec as it is written to one that progenitor takes, and what is left for us to
//! generate.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::{
    aliases::Alias,
    enums::OpenEnum,
    lists,
    multipart::MultipartOperation,
    names::type_name,
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
    join_lists(&mut document);
    let multipart = split_multipart(&mut document);
    collapse_responses(&mut document);
    drop_text_constraints(&mut document);
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

/// Gives inline replies, objects and enums a name, so that their types can be found, referred to
/// and replaced.
fn name_inline_schemas(document: &mut Value) {
    let mut named = Map::new();
    for (path, item) in members(document.get_mut("paths")) {
        name_parameters(item, path, &mut named);
    }
    for_each_operation(document, |operation, id| {
        name_parameters(operation, id, &mut named);
        if let Some(schema) = body_schema(operation.get_mut("requestBody"), JSON) {
            name_schema(schema, &format!("{id}_body"), &mut named);
        }
        if let Some(schema) = body_schema(operation.get_mut("requestBody"), MULTIPART) {
            name_schema(schema, &format!("{id}_form"), &mut named);
        }
        for (code, response) in members(operation.get_mut("responses")) {
            if code.starts_with('2')
                && let Some(schema) = body_schema(Some(response), JSON)
            {
                name_schema(schema, &format!("{id}_response"), &mut named);
            }
        }
    });
    for (name, schema) in members(document.pointer_mut("/components/schemas")) {
        name_children(schema, name, &mut named);
    }
    // Indexing creates what is missing on the way.
    for (name, schema) in named {
        document["components"]["schemas"][name] = schema;
    }
}

/// progenitor can't join the values of a list.
fn join_lists(document: &mut Value) {
    let schemas = document["components"]["schemas"].clone();
    let is_list = |schema: &Value| match spec::schema_name(schema) {
        Some(name) => schemas[name]["type"] == "array",
        None => schema["type"] == "array",
    };
    let shared = document.pointer_mut("/components/parameters");
    for (_, parameter) in members(shared) {
        lists::join_in_query(parameter, is_list);
    }
    let join = |holder: &mut Value| {
        let parameters = holder.get_mut("parameters").and_then(Value::as_array_mut);
        for parameter in parameters.into_iter().flatten() {
            lists::join_in_query(parameter, is_list);
        }
    };
    for (_, item) in members(document.get_mut("paths")) {
        join(item);
    }
    for_each_operation(document, |operation, _| join(operation));
}

fn body_schema<'a>(holder: Option<&'a mut Value>, media_type: &str) -> Option<&'a mut Value> {
    holder?
        .get_mut("content")?
        .get_mut(media_type)?
        .get_mut("schema")
}

fn name_parameters(holder: &mut Value, prefix: &str, named: &mut Map<String, Value>) {
    let parameters = holder.get_mut("parameters").and_then(Value::as_array_mut);
    for parameter in parameters.into_iter().flatten() {
        let name = format!(
            "{prefix}_{}",
            parameter["name"].as_str().unwrap_or_default()
        );
        if let Some(schema) = parameter.get_mut("schema") {
            name_schema(schema, &name, named);
        }
    }
}

fn name_schema(schema: &mut Value, name: &str, named: &mut Map<String, Value>) {
    name_children(schema, name, named);
    if schema.get("enum").is_none() && schema.get("properties").is_none() {
        return;
    }
    let name = type_name(name);
    // Aliases belong to the property, and stay where it is.
    let aliases = schema.as_object_mut().and_then(|it| it.remove("x-aliases"));
    let reference = json!({"$ref": format!("#/components/schemas/{name}")});
    named.insert(name, std::mem::replace(schema, reference));
    if let Some(aliases) = aliases {
        *schema = json!({"allOf": [schema.take()], "x-aliases": aliases});
    }
}

fn name_children(schema: &mut Value, name: &str, named: &mut Map<String, Value>) {
    for (property, child) in members(schema.get_mut("properties")) {
        name_schema(child, &format!("{name}_{property}"), named);
    }
    for (key, suffix) in [("items", "item"), ("additionalProperties", "value")] {
        if let Some(child) = schema.get_mut(key) {
            name_schema(child, &format!("{name}_{suffix}"), named);
        }
    }
}

/// Takes the multipart bodies out, and with them the operations and schemas that serve nothing
/// else.
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

/// All successes have one schema and all errors have one: a range says it with less generated code
/// than the codes one by one, and unlike them it covers the undocumented ones.
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

/// Constraints on text are the server's to check; expressed in types, they would need another
/// library.
fn drop_text_constraints(value: &mut Value) {
    if value["type"] == "string"
        && let Some(object) = value.as_object_mut()
    {
        object.retain(|key, _| !["pattern", "minLength", "maxLength"].contains(&key.as_str()));
    }
    match value {
        Value::Object(object) => object.values_mut().for_each(drop_text_constraints),
        Value::Array(array) => array.iter_mut().for_each(drop_text_constraints),
        _ => (),
    }
}

/// Bounded integers become plain ones, since progenitor would check only the lower bound and ask
/// callers for `NonZero` types. The operation table keeps the bounds, and the transport checks
/// them.
fn widen_integers(value: &mut Value) {
    if value["type"] == "integer"
        && let Some(object) = value.as_object_mut()
        && (object.contains_key("minimum") || object.contains_key("maximum"))
    {
        let is_natural = object.remove("minimum").and_then(|it| it.as_i64()) >= Some(0);
        object.remove("maximum");
        let is_long = object.get("format").is_some_and(|it| it == "int64");
        let format = match (is_natural, is_long) {
            (true, true) => "uint64",
            (true, false) => "uint32",
            (false, true) => "int64",
            (false, false) => "int32",
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
