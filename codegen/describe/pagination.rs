//! Reads how the pages of an operation are requested.

use serde_json::Value;

use crate::codegen::{
    model::{PageLimit, PageModel, Pagination, TimeRange},
    schema,
    spec::{self, Endpoint},
};

/// The size of a page where the spec doesn't say how large one may be.
const DEFAULT_MAXIMUM: u32 = 100;

/// Reads `x-paginated`, where the operation has it.
pub fn read(spec: &Value, endpoint: &Endpoint) -> Option<Pagination> {
    let pagination = endpoint.operation.get("x-paginated")?;
    let limit = spec::text(&pagination["limit"]).map(|parameter| PageLimit {
        maximum: maximum(spec, endpoint, &parameter).unwrap_or(DEFAULT_MAXIMUM),
        parameter,
    });
    // Only together do they lead from page to page.
    let (next, cursor) = spec::text(&pagination["next"])
        .zip(spec::text(&pagination["cursor"]))
        .unzip();
    Some(Pagination {
        page: page(spec, endpoint, pagination, next)?,
        cursor,
        limit,
        range: range(&pagination["range"]),
    })
}

fn page(
    spec: &Value,
    endpoint: &Endpoint,
    pagination: &Value,
    next: Option<String>,
) -> Option<PageModel> {
    let schema = endpoint.success_schema(spec)?;
    let properties = &spec::resolve(spec, schema)["properties"];
    let items = spec::text(&pagination["items"])?;
    Some(PageModel {
        type_name: spec::schema_name(schema)?.to_owned(),
        items_aliases: spec::strings(&properties[&items]["x-aliases"]),
        items,
        next,
        has_more: properties["has_more"]["type"] == "boolean",
    })
}

fn maximum(spec: &Value, endpoint: &Endpoint, parameter: &str) -> Option<u32> {
    let parameters = endpoint.parameters(spec);
    let limit = parameters
        .iter()
        .find(|candidate| candidate["name"] == parameter)?;
    u32::try_from(schema::maximum(spec::resolve(spec, &limit["schema"]))?).ok()
}

fn range(range: &Value) -> Option<TimeRange> {
    Some(TimeRange {
        after: spec::text(&range["after"])?,
        before: spec::text(&range["before"])?,
        time: spec::text(&range["time"])?,
    })
}
