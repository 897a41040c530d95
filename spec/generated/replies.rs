// Generated from a spec with the checksum 4b4ee6d53a45ecbe.
/// The named schemas of the spec.
#[allow(
    dead_code,
    unused_imports,
    reason = "some schemas are only sent, and a spec need not have every construct"
)]
mod schemas {
    use super::{Discriminator, JsonKind, Property, Schema, schemas};
    pub(crate) static AGENT: Schema = Schema {
        name: Some("Agent"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "agent_group_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "config",
                aliases: &[],
                schema: &schemas::AGENT_CONFIG,
            },
            Property {
                name: "created_at",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("date-time"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "is_active",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::Boolean],
                    ..Schema::ANY
                },
            },
            Property {
                name: "name",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    ..Schema::ANY
                },
            },
            Property {
                name: "status",
                aliases: &[],
                schema: &schemas::AGENT_STATUS,
            },
            Property {
                name: "updated_at",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("date-time"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "version_number",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::Integer],
                    format: Some("int64"),
                    ..Schema::ANY
                },
            },
        ],
        required: &[
            "id",
            "agent_group_id",
            "version_number",
            "status",
            "name",
            "config",
            "is_active",
            "created_at",
            "updated_at",
        ],
        ..Schema::ANY
    };
    pub(crate) static AGENT_CONFIG: Schema = Schema {
        name: Some("AgentConfig"),
        kinds: &[JsonKind::Object],
        ..Schema::ANY
    };
    pub(crate) static AGENT_PAGE: Schema = Schema {
        name: Some("AgentPage"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "data",
                aliases: &["agents"],
                schema: &Schema {
                    kinds: &[JsonKind::Array],
                    items: Some(&schemas::AGENT_VERSION),
                    ..Schema::ANY
                },
            },
            Property {
                name: "has_more",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::Boolean],
                    ..Schema::ANY
                },
            },
            Property {
                name: "next_cursor",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    ..Schema::ANY
                },
            },
        ],
        required: &["data"],
        ..Schema::ANY
    };
    pub(crate) static AGENT_STATUS: Schema = Schema {
        name: Some("AgentStatus"),
        kinds: &[JsonKind::String],
        values: &["draft", "published", "archived"],
        ..Schema::ANY
    };
    pub(crate) static AGENT_VERSION: Schema = Schema {
        name: Some("AgentVersion"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "agent_group_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "created_at",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("date-time"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "is_active",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::Boolean],
                    ..Schema::ANY
                },
            },
            Property {
                name: "name",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    ..Schema::ANY
                },
            },
            Property {
                name: "status",
                aliases: &[],
                schema: &schemas::AGENT_STATUS,
            },
            Property {
                name: "updated_at",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("date-time"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "version_number",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::Integer],
                    format: Some("int64"),
                    ..Schema::ANY
                },
            },
        ],
        required: &[
            "id",
            "agent_group_id",
            "version_number",
            "status",
            "name",
            "is_active",
            "created_at",
            "updated_at",
        ],
        ..Schema::ANY
    };
    pub(crate) static AGENT_VERSION_PAGE: Schema = Schema {
        name: Some("AgentVersionPage"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "data",
                aliases: &["versions"],
                schema: &Schema {
                    kinds: &[JsonKind::Array],
                    items: Some(&schemas::AGENT_VERSION),
                    ..Schema::ANY
                },
            },
            Property {
                name: "has_more",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::Boolean],
                    ..Schema::ANY
                },
            },
            Property {
                name: "next_cursor",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    ..Schema::ANY
                },
            },
        ],
        required: &["data"],
        ..Schema::ANY
    };
    pub(crate) static CREATE_AGENT_REQUEST: Schema = Schema {
        name: Some("CreateAgentRequest"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "config",
                aliases: &[],
                schema: &Schema {
                    parts: &[&schemas::AGENT_CONFIG],
                    ..Schema::ANY
                },
            },
            Property {
                name: "name",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    ..Schema::ANY
                },
            },
            Property {
                name: "system_prompt",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    ..Schema::ANY
                },
            },
        ],
        ..Schema::ANY
    };
    pub(crate) static ERROR_BODY: Schema = Schema {
        name: Some("ErrorBody"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "error",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    ..Schema::ANY
                },
            },
        ],
        required: &["error"],
        ..Schema::ANY
    };
    pub(crate) static MESSAGE_ROLE: Schema = Schema {
        name: Some("MessageRole"),
        kinds: &[JsonKind::String],
        values: &["user", "assistant"],
        ..Schema::ANY
    };
    pub(crate) static RUN_AGENT_FORM: Schema = Schema {
        name: Some("RunAgentForm"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "files",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::Array],
                    items: Some(
                        &Schema {
                            kinds: &[JsonKind::String],
                            format: Some("binary"),
                            ..Schema::ANY
                        },
                    ),
                    ..Schema::ANY
                },
            },
            Property {
                name: "output_config",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    ..Schema::ANY
                },
            },
            Property {
                name: "query",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    ..Schema::ANY
                },
            },
        ],
        ..Schema::ANY
    };
    pub(crate) static RUN_AGENT_REQUEST: Schema = Schema {
        name: Some("RunAgentRequest"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "output_config",
                aliases: &[],
                schema: &schemas::TASK_OUTPUT_CONFIG,
            },
            Property {
                name: "query",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    ..Schema::ANY
                },
            },
        ],
        required: &["query"],
        ..Schema::ANY
    };
    pub(crate) static RUN_AGENT_RESPONSE: Schema = Schema {
        name: Some("RunAgentResponse"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "agent_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "created_at",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    format: Some("date-time"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "message",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    ..Schema::ANY
                },
            },
            Property {
                name: "status",
                aliases: &[],
                schema: &schemas::TASK_STATUS,
            },
            Property {
                name: "task_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
        ],
        required: &["task_id", "agent_id", "status"],
        ..Schema::ANY
    };
    pub(crate) static SEND_MESSAGE_REQUEST: Schema = Schema {
        name: Some("SendMessageRequest"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "message",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    ..Schema::ANY
                },
            },
        ],
        required: &["message"],
        ..Schema::ANY
    };
    pub(crate) static SEND_MESSAGE_RESPONSE: Schema = Schema {
        name: Some("SendMessageResponse"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "message",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    ..Schema::ANY
                },
            },
            Property {
                name: "message_id",
                aliases: &["id"],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "status",
                aliases: &[],
                schema: &Schema {
                    parts: &[&schemas::TASK_STATUS],
                    ..Schema::ANY
                },
            },
            Property {
                name: "task_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
        ],
        ..Schema::ANY
    };
    pub(crate) static TASK: Schema = Schema {
        name: Some("Task"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "agent_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "created_at",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("date-time"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "status",
                aliases: &[],
                schema: &schemas::TASK_STATUS,
            },
            Property {
                name: "task_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "title",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    ..Schema::ANY
                },
            },
            Property {
                name: "updated_at",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("date-time"),
                    ..Schema::ANY
                },
            },
        ],
        required: &["task_id", "agent_id", "status", "created_at", "updated_at"],
        ..Schema::ANY
    };
    pub(crate) static TASK_LIST_ITEM: Schema = Schema {
        name: Some("TaskListItem"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "agent_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "agent_name",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    ..Schema::ANY
                },
            },
            Property {
                name: "created_at",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("date-time"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "status",
                aliases: &[],
                schema: &schemas::TASK_STATUS,
            },
            Property {
                name: "task_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "title",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    ..Schema::ANY
                },
            },
            Property {
                name: "updated_at",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("date-time"),
                    ..Schema::ANY
                },
            },
        ],
        required: &["task_id", "agent_id", "status", "created_at", "updated_at"],
        ..Schema::ANY
    };
    pub(crate) static TASK_MESSAGE: Schema = Schema {
        name: Some("TaskMessage"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "agent_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "content",
                aliases: &[],
                schema: &Schema::ANY,
            },
            Property {
                name: "created_at",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("date-time"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "parent_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "role",
                aliases: &["type", "author", "sender"],
                schema: &Schema {
                    parts: &[&schemas::MESSAGE_ROLE],
                    ..Schema::ANY
                },
            },
            Property {
                name: "task_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "user_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
        ],
        required: &["id", "created_at"],
        ..Schema::ANY
    };
    pub(crate) static TASK_MESSAGE_LIST: Schema = Schema {
        name: Some("TaskMessageList"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "data",
                aliases: &["messages"],
                schema: &Schema {
                    kinds: &[JsonKind::Array],
                    items: Some(&schemas::TASK_MESSAGE),
                    ..Schema::ANY
                },
            },
        ],
        required: &["data"],
        ..Schema::ANY
    };
    pub(crate) static TASK_OUTPUT_CONFIG: Schema = Schema {
        name: Some("TaskOutputConfig"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "instructions",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    ..Schema::ANY
                },
            },
            Property {
                name: "output_schema",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    ..Schema::ANY
                },
            },
        ],
        ..Schema::ANY
    };
    pub(crate) static TASK_PAGE: Schema = Schema {
        name: Some("TaskPage"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "data",
                aliases: &["tasks"],
                schema: &Schema {
                    kinds: &[JsonKind::Array],
                    items: Some(&schemas::TASK_LIST_ITEM),
                    ..Schema::ANY
                },
            },
            Property {
                name: "has_more",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::Boolean],
                    ..Schema::ANY
                },
            },
            Property {
                name: "next_cursor",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    ..Schema::ANY
                },
            },
        ],
        required: &["data"],
        ..Schema::ANY
    };
    pub(crate) static TASK_RESULT: Schema = Schema {
        name: Some("TaskResult"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "agent_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "created_at",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    format: Some("date-time"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "feed",
                aliases: &["data", "result"],
                schema: &Schema {
                    kinds: &[JsonKind::Array],
                    items: Some(&Schema::ANY),
                    ..Schema::ANY
                },
            },
            Property {
                name: "status",
                aliases: &[],
                schema: &Schema {
                    parts: &[&schemas::TASK_STATUS],
                    ..Schema::ANY
                },
            },
            Property {
                name: "task_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "title",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    ..Schema::ANY
                },
            },
            Property {
                name: "updated_at",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    format: Some("date-time"),
                    ..Schema::ANY
                },
            },
        ],
        ..Schema::ANY
    };
    pub(crate) static TASK_STATUS: Schema = Schema {
        name: Some("TaskStatus"),
        kinds: &[JsonKind::String],
        values: &[
            "pending",
            "queued",
            "running",
            "waiting_for_input",
            "awaiting_review",
            "completed",
            "failed",
            "stopped",
        ],
        ..Schema::ANY
    };
    pub(crate) static TASK_SUMMARY: Schema = Schema {
        name: Some("TaskSummary"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "agent_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "created_at",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    format: Some("date-time"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "extracted_data",
                aliases: &[],
                schema: &Schema::ANY,
            },
            Property {
                name: "result",
                aliases: &[],
                schema: &Schema::ANY,
            },
            Property {
                name: "status",
                aliases: &[],
                schema: &Schema {
                    parts: &[&schemas::TASK_STATUS],
                    ..Schema::ANY
                },
            },
            Property {
                name: "task_id",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    format: Some("uuid"),
                    ..Schema::ANY
                },
            },
            Property {
                name: "title",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    ..Schema::ANY
                },
            },
            Property {
                name: "updated_at",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    is_nullable: true,
                    format: Some("date-time"),
                    ..Schema::ANY
                },
            },
        ],
        ..Schema::ANY
    };
    pub(crate) static UPDATE_AGENT_REQUEST: Schema = Schema {
        name: Some("UpdateAgentRequest"),
        kinds: &[JsonKind::Object],
        properties: &[
            Property {
                name: "config",
                aliases: &[],
                schema: &Schema {
                    parts: &[&schemas::AGENT_CONFIG],
                    ..Schema::ANY
                },
            },
            Property {
                name: "is_active",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::Boolean],
                    ..Schema::ANY
                },
            },
            Property {
                name: "name",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    ..Schema::ANY
                },
            },
            Property {
                name: "system_prompt",
                aliases: &[],
                schema: &Schema {
                    kinds: &[JsonKind::String],
                    ..Schema::ANY
                },
            },
        ],
        ..Schema::ANY
    };
}
/// What the spec says of the replies of each operation.
pub(super) static OPERATIONS: &[OperationReplies] = &[
    OperationReplies {
        id: "list_agents",
        replies: &[
            Reply {
                status: "2XX",
                media_types: &["application/json"],
                schema: Some(&schemas::AGENT_PAGE),
            },
            Reply {
                status: "400",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "401",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "403",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "404",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "409",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "429",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "4XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "500",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "503",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "5XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
        ],
    },
    OperationReplies {
        id: "create_agent",
        replies: &[
            Reply {
                status: "2XX",
                media_types: &["application/json"],
                schema: Some(&schemas::AGENT),
            },
            Reply {
                status: "400",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "401",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "403",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "404",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "409",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "429",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "4XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "500",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "503",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "5XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
        ],
    },
    OperationReplies {
        id: "get_agent",
        replies: &[
            Reply {
                status: "2XX",
                media_types: &["application/json"],
                schema: Some(&schemas::AGENT),
            },
            Reply {
                status: "400",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "401",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "403",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "404",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "409",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "429",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "4XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "500",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "503",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "5XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
        ],
    },
    OperationReplies {
        id: "update_agent",
        replies: &[
            Reply {
                status: "2XX",
                media_types: &["application/json"],
                schema: Some(&schemas::AGENT),
            },
            Reply {
                status: "400",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "401",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "403",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "404",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "409",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "429",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "4XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "500",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "503",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "5XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
        ],
    },
    OperationReplies {
        id: "run_agent",
        replies: &[
            Reply {
                status: "2XX",
                media_types: &["application/json"],
                schema: Some(&schemas::RUN_AGENT_RESPONSE),
            },
            Reply {
                status: "400",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "401",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "403",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "404",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "409",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "429",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "4XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "500",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "503",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "5XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
        ],
    },
    OperationReplies {
        id: "list_agent_versions",
        replies: &[
            Reply {
                status: "2XX",
                media_types: &["application/json"],
                schema: Some(&schemas::AGENT_VERSION_PAGE),
            },
            Reply {
                status: "400",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "401",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "403",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "404",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "409",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "429",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "4XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "500",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "503",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "5XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
        ],
    },
    OperationReplies {
        id: "publish_agent_version",
        replies: &[
            Reply {
                status: "2XX",
                media_types: &["application/json"],
                schema: Some(&schemas::AGENT_VERSION),
            },
            Reply {
                status: "400",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "401",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "403",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "404",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "409",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "429",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "4XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "500",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "503",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "5XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
        ],
    },
    OperationReplies {
        id: "list_tasks",
        replies: &[
            Reply {
                status: "2XX",
                media_types: &["application/json"],
                schema: Some(&schemas::TASK_PAGE),
            },
            Reply {
                status: "400",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "401",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "403",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "404",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "409",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "429",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "4XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "500",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "503",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "5XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
        ],
    },
    OperationReplies {
        id: "get_task",
        replies: &[
            Reply {
                status: "2XX",
                media_types: &["application/json"],
                schema: Some(&schemas::TASK),
            },
            Reply {
                status: "400",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "401",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "403",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "404",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "409",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "429",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "4XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "500",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "503",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "5XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
        ],
    },
    OperationReplies {
        id: "cancel_task",
        replies: &[
            Reply {
                status: "200",
                media_types: &["application/json"],
                schema: Some(&schemas::TASK),
            },
            Reply {
                status: "2XX",
                media_types: &["application/json"],
                schema: Some(&schemas::TASK),
            },
            Reply {
                status: "400",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "401",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "403",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "404",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "409",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "429",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "4XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "500",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "503",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "5XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
        ],
    },
    OperationReplies {
        id: "send_task_message",
        replies: &[
            Reply {
                status: "2XX",
                media_types: &["application/json"],
                schema: Some(&schemas::SEND_MESSAGE_RESPONSE),
            },
            Reply {
                status: "400",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "401",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "403",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "404",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "409",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "429",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "4XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "500",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "503",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "5XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
        ],
    },
    OperationReplies {
        id: "list_task_messages",
        replies: &[
            Reply {
                status: "2XX",
                media_types: &["application/json"],
                schema: Some(&schemas::TASK_MESSAGE_LIST),
            },
            Reply {
                status: "400",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "401",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "403",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "404",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "409",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "429",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "4XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "500",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "503",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "5XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
        ],
    },
    OperationReplies {
        id: "get_task_result",
        replies: &[
            Reply {
                status: "2XX",
                media_types: &["application/json"],
                schema: Some(&schemas::TASK_RESULT),
            },
            Reply {
                status: "400",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "401",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "403",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "404",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "409",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "429",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "4XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "500",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "503",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "5XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
        ],
    },
    OperationReplies {
        id: "get_task_summary",
        replies: &[
            Reply {
                status: "2XX",
                media_types: &["application/json"],
                schema: Some(&schemas::TASK_SUMMARY),
            },
            Reply {
                status: "400",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "401",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "403",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "404",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "409",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "429",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "4XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "500",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "503",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
            Reply {
                status: "5XX",
                media_types: &["application/json"],
                schema: Some(&schemas::ERROR_BODY),
            },
        ],
    },
];
