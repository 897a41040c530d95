//! A change of the spec is all it takes: a copy of the crate gets a new paged list that can be
//! exported and filtered, an enum value, terminal status, field and form, and a program uses all of
//! it, with no source of the crate edited.

use crate::copy::{Copy, text};

const NEW_PATHS: &str = "paths:
  /api/v1/projects:
    get:
      operationId: list_projects
      x-paginated:
        items: data
        next: next_cursor
        cursor: cursor
        limit: limit
        range: {after: begun_after, before: begun_before, time: begun_at}
      parameters:
        - $ref: '#/components/parameters/Cursor'
        - $ref: '#/components/parameters/Limit'
        - {name: begun_after, in: query, schema: {type: string, format: date-time}}
        - {name: begun_before, in: query, schema: {type: string, format: date-time}}
        - name: status
          in: query
          explode: false
          schema: {type: array, items: {$ref: '#/components/schemas/TaskStatus'}}
      responses:
        2XX:
          description: One page of projects.
          content: {application/json: {schema: {$ref: '#/components/schemas/ProjectPage'}}}
        4XX: { $ref: '#/components/responses/ClientError' }
        5XX: { $ref: '#/components/responses/ServerError' }
  /api/v1/projects/{project_id}/documents:
    post:
      operationId: upload_document
      x-retry: never
      parameters:
        - {name: project_id, in: path, required: true, schema: {type: string, format: uuid}}
      requestBody:
        required: true
        content:
          multipart/form-data:
            schema:
              type: object
              properties:
                title: {type: string}
                document: {type: string, format: binary}
      responses:
        2XX:
          description: The document.
          content: {application/json: {schema: {$ref: '#/components/schemas/Document'}}}
        4XX: { $ref: '#/components/responses/ClientError' }
        5XX: { $ref: '#/components/responses/ServerError' }
";

const NEW_SCHEMAS: &str = "  schemas:
    ProjectPage:
      type: object
      required: [data]
      properties:
        data: {type: array, items: {$ref: '#/components/schemas/Project'}}
        next_cursor: {type: string, nullable: true}
    Project:
      type: object
      required: [name, begun_at]
      properties:
        name: {type: string}
        begun_at: {type: string, format: date-time}
    Document:
      type: object
      required: [pages]
      properties:
        pages: {type: integer}
";

const NEW_STATUSES: &str = "        - stopped
        - paused
        - expired
      x-terminal: [completed, failed, stopped, expired]
";

const NEW_FIELD: &str = "    Task:
      type: object
      description: The state of a task.
      required: [task_id, agent_id, status, created_at, updated_at]
      properties:
        priority: {type: integer, format: int64}
";

/// Uses everything that is new, against literal replies.
const PROGRAM: &str = r##"
use futures_util::{TryStreamExt, future::{BoxFuture, FutureExt}};
use nanonets_agents::{
    Client, Error, InProcess, InProcessReply, prelude::*, types::{Project, TaskStatus},
};

struct Replies;

impl InProcess for Replies {
    fn call(&self, request: http::Request<reqwest::Body>) -> BoxFuture<'static, InProcessReply> {
        let (path, query) = (request.uri().path().to_owned(), request.uri().query().unwrap_or_default().to_owned());
        async move {
            let body = match (path.as_str(), query.as_str()) {
                ("/api/v1/projects", "limit=100") => r#"{"data": [{"name": "a", "begun_at": "2026-05-12T10:15:42Z"}], "next_cursor": "next"}"#,
                ("/api/v1/projects", "cursor=next&limit=100") => {
                    r#"{"data": [{"name": "b", "begun_at": "2026-05-12T10:15:41Z"}]}"#
                }
                ("/api/v1/projects", "limit=100&status=paused%2Cfailed") => r#"{"data": []}"#,
                ("/api/v1/projects/00000000-0000-0000-0000-000000000000/documents", "") => {
                    let form = String::from_utf8(http_body_util::BodyExt::collect(request.into_body()).await?.to_bytes().to_vec())?;
                    assert!(form.contains("name=\"title\"") && form.contains("Contract"), "{form}");
                    assert!(form.contains("name=\"document\"; filename=\"a.txt\"") && form.contains("text/plain"), "{form}");
                    r#"{"pages": 3}"#
                }
                (path, _) if path.starts_with("/api/v1/tasks/") => {
                    r#"{"task_id": "00000000-0000-0000-0000-000000000000", "agent_id": "00000000-0000-0000-0000-000000000000",
                        "status": "expired", "created_at": "2026-05-12T10:15:42Z", "updated_at": "2026-05-12T10:15:42Z",
                        "priority": 7}"#
                }
                other => panic!("{other:?}"),
            };
            Ok(http::Response::new(body.into()))
        }
        .boxed()
    }
}

#[tokio::main]
async fn main() -> Result<(), Error> {
    let client = Client::builder().api_key("key").in_process(Replies).build()?;

    let projects: Vec<Project> = client.list_projects().items().try_collect().await?;
    assert_eq!(projects.iter().map(|project| project.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);

    let all = client.list_projects().export().shards(1);
    assert!(all.try_collect::<Vec<_>>().await? == projects);
    let none = client.list_projects().status([TaskStatus::Paused, TaskStatus::Failed]);
    assert!(none.items().try_next().await?.is_none());

    let id = uuid::Uuid::nil();
    let document = client.upload_document().project_id(id).title("Contract")
        .document(Upload::bytes("a.txt", "abc")).send().await?;
    assert_eq!(document.pages, 3);

    let task = client.get_task().task_id(id).send().await?.into_inner();
    assert_eq!((task.priority, &task.status), (Some(7), &TaskStatus::Expired));
    assert!(task.status.is_terminal() && !TaskStatus::from("paused").is_terminal());
    assert_eq!(TaskStatus::from("paused"), TaskStatus::Paused);

    // Waiting knows the new end, too.
    let finished = client.task(id).wait().await.expect("an end");
    assert_eq!(finished.status(), &TaskStatus::Expired);
    println!("all of it works");
    Ok(())
}
"##;

#[test]
fn a_change_of_the_spec_needs_no_change_of_the_source() {
    let copy = Copy::make("spec-change", "0.0.0");
    copy.edit("spec/openapi.yaml", "\npaths:\n", &format!("\n{NEW_PATHS}"));
    copy.edit(
        "spec/openapi.yaml",
        "\n  schemas:\n",
        &format!("\n{NEW_SCHEMAS}"),
    );
    copy.edit(
        "spec/openapi.yaml",
        "        - stopped\n      x-terminal: [completed, failed, stopped]\n",
        NEW_STATUSES,
    );
    let task = NEW_FIELD
        .rsplit_once("        priority")
        .expect("it is there")
        .0;
    copy.edit("spec/openapi.yaml", task, NEW_FIELD);
    copy.write_example("new_spec", PROGRAM);

    let run = copy.cargo(&["run", "--example", "new_spec"]);
    assert!(run.status.success(), "{}", text(&run));
    assert!(text(&run).contains("all of it works"), "{}", text(&run));

    // Only the spec and the generator make the build generate again.
    let before = copy.generated();
    copy.edit("src/lib.rs", "\nmod client;\n", "\nmod client; // edited\n");
    assert_eq!(copy.generated(), before);
    copy.edit(
        "spec/openapi.yaml",
        "\nopenapi: 3.0.3\n",
        "\n# edited\nopenapi: 3.0.3\n",
    );
    assert!(copy.generated() > before);

    copy.edit(
        "spec/openapi.yaml",
        "      operationId: list_projects\n",
        "",
    );
    let build = copy.cargo(&["build"]);
    let said = text(&build);
    assert!(!build.status.success());
    let expected = "spec/openapi.yaml:51:5: paths./api/v1/projects.get: has no operation id; add `operationId:`";
    assert_eq!(said.matches(expected).count(), 1, "{said}");
    assert!(
        !said.contains("panicked") && !said.contains("backtrace"),
        "{said}"
    );
}
