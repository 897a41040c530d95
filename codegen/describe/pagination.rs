//! Reads how the pages of an operation are requested.

use std::collections::BTreeSet;

use serde_json::Value;

use super::shapes;
use crate::codegen::{
    model::{Advance, PageLimit, PageModel, Pagination, TimeRange},
    schema,
    spec::{self, Endpoint},
};

/// The size of a page where the spec doesn't say how large one may be.
const DEFAULT_MAXIMUM: u32 = 100;

/// What stands for the whole reply in the path of the items.
pub const WHOLE_REPLY: &str = ".";

/// Reads `x-paginated`, where the operation has it.
pub fn read(spec: &Value, endpoint: &Endpoint) -> Option<Pagination> {
    let pagination = endpoint.operation.get("x-paginated")?;
    let limit = spec::text(&pagination["limit"]).map(|parameter| PageLimit {
        maximum: maximum(spec, endpoint, &parameter).unwrap_or(DEFAULT_MAXIMUM),
        parameter,
    });
    Some(Pagination {
        page: page(spec, endpoint, pagination)?,
        advance: advance(pagination),
        limit,
        range: range(&pagination["range"]),
    })
}

/// Returns the properties that pages are read by, each with the name of its type before it.
pub fn read_by(spec: &Value) -> BTreeSet<(String, String)> {
    let mut properties = BTreeSet::new();
    for endpoint in spec::endpoints(spec) {
        let pagination = endpoint.operation.get("x-paginated");
        let page = pagination.and_then(|pagination| page(spec, &endpoint, pagination));
        let Some(page) = page else { continue };
        let paths = [Some(page.items), page.next, page.has_more, page.total];
        for path in paths.into_iter().flatten() {
            let mut schema = endpoint.success_schema(spec).unwrap_or(&Value::Null);
            for name in path {
                let of_type = shapes::reference(schema).unwrap_or_default().to_owned();
                schema = schema::property(spec, schema, &name);
                properties.insert((of_type, name));
            }
        }
    }
    properties
}

fn advance(pagination: &Value) -> Advance {
    let parameter = |key: &str| spec::text(&pagination[key]);
    let first = pagination["first"].as_u64();
    if let Some(parameter) = parameter("page") {
        let first = first.unwrap_or(1);
        return Advance::Number { parameter, first };
    }
    if let Some(parameter) = parameter("offset") {
        let first = first.unwrap_or(0);
        return Advance::Offset { parameter, first };
    }
    match parameter("cursor") {
        Some(parameter) if pagination["link"] == true => Advance::Link(parameter),
        Some(parameter) => Advance::Cursor(parameter),
        None => Advance::Whole,
    }
}

fn page(spec: &Value, endpoint: &Endpoint, pagination: &Value) -> Option<PageModel> {
    let schema = endpoint.success_schema(spec)?;
    let path = |key: &str| {
        let path = pagination[key].as_str()?;
        Some(schema::path_of(spec, schema, path))
    };
    let items = pagination["items"].as_str()?;
    let is_whole_reply = items == WHOLE_REPLY;
    let list = if is_whole_reply {
        schema
    } else {
        schema::at_path(spec, schema, items)
    };
    // Where the reply has this property, it need not be named.
    let has_more = spec::resolve_type(spec, schema::property(spec, schema, HAS_MORE));
    let has_more = (has_more["type"] == "boolean").then(|| vec![HAS_MORE.to_owned()]);
    Some(PageModel {
        shape: shapes::of(schema),
        is_named_list: is_whole_reply && shapes::reference(schema).is_some(),
        items: if is_whole_reply {
            Vec::new()
        } else {
            schema::path_of(spec, schema, items)
        },
        items_aliases: spec::strings(&list["x-aliases"]),
        item: shapes::of_element(&spec::resolve_type(spec, list)["items"]),
        next: path("next"),
        has_more: path(HAS_MORE).or(has_more),
        total: path("total"),
    })
}

const HAS_MORE: &str = "has_more";

fn maximum(spec: &Value, endpoint: &Endpoint, parameter: &str) -> Option<u32> {
    let parameters = endpoint.parameters(spec);
    let limit = parameters
        .iter()
        .find(|candidate| candidate["in"] == "query" && candidate["name"] == parameter)?;
    u32::try_from(schema::maximum(spec::resolve_type(spec, &limit["schema"]))?).ok()
}

fn range(range: &Value) -> Option<TimeRange> {
    Some(TimeRange {
        after: spec::text(&range["after"])?,
        before: spec::text(&range["before"])?,
        time: spec::text(&range["time"])?,
    })
}
