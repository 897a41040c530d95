//! Writes the example in the documentation of an operation.

use quote::quote;

use super::Call;
use crate::codegen::{
    emit::types,
    model::{BodyKind, ReplyKind, Shape},
    names,
};

/// The names of the example itself, which a parameter may have, too.
const TAKEN: [&str; 3] = ["client", "response", "body"];

/// Returns an example that compiles: it takes what the operation can't do without.
pub fn of(call: &Call) -> String {
    let operation = call.operation;
    let method = names::snake(call.name);
    let mut arguments = Vec::new();
    let mut setters = String::new();
    let required = operation.documented_parameters();
    for parameter in required.into_iter().filter(|one| one.is_required) {
        let name = &parameter.rust_name;
        let argument = if TAKEN.contains(&name.as_str()) {
            format!("the_{name}")
        } else {
            name.clone()
        };
        arguments.push(format!("{argument}: {}", ty(&parameter.shape)));
        setters.push_str(&format!(".{name}({argument})"));
    }
    let body = operation.body.as_ref().filter(|body| body.is_required);
    if let (Some(body), None) = (body, call.form) {
        let kind = match &body.kind {
            BodyKind::Json(shape) | BodyKind::UrlEncoded(shape) => ty(shape),
            BodyKind::Text => "String".to_owned(),
            BodyKind::Bytes => "nanonets_agents::Upload".to_owned(),
        };
        arguments.push(format!("body: {kind}"));
        setters.push_str(".body(body)");
    }
    let arguments: String = arguments.iter().map(|one| format!(", {one}")).collect();
    let value = match operation.reply.kind {
        ReplyKind::Nothing => "println!(\"{}\", response.metadata().status());",
        _ => "let value = response.into_inner();",
    };
    format!(
        "```no_run\n\
         use nanonets_agents::prelude::*;\n\n\
         # async fn example(client: Client{arguments}) -> Result<(), nanonets_agents::Error> {{\n\
         let response = client.{method}(){setters}.send().await?;\n\
         {value}\n\
         # Ok(())\n\
         # }}\n\
         ```"
    )
}

fn ty(shape: &Shape) -> String {
    let ty = types::of_shape(shape, &quote! { nanonets_agents::types:: });
    // As a person would write it.
    ty.to_string().replace(' ', "")
}
