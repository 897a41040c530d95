//! What the hand-written code needs of the spec, and which file needs it: all of it, and nothing
//! else. A spec may have anything beside it.

/// A part of the spec that hand-written code names.
pub struct Need {
    pub part: Part,
    /// The files that name it.
    pub files: &'static [&'static str],
}

/// The kinds of parts. Types are written as `uuid`, `text`, `integer`, `any` or the name of a
/// schema, with `?` where they may be absent and in brackets where they are lists.
pub enum Part {
    Operation {
        id: &'static str,
        /// The parameters with their types.
        parameters: &'static [(&'static str, &'static str)],
        reply: &'static str,
    },
    /// The JSON body of an operation.
    Body {
        operation: &'static str,
        schema: &'static str,
    },
    /// The parts of an operation's form.
    Form {
        operation: &'static str,
        parts: &'static [(&'static str, &'static str)],
    },
    /// `x-paginated` of an operation.
    Pages {
        operation: &'static str,
        /// Whether they can be divided by time.
        have_range: bool,
    },
    /// Properties of a schema, with their types.
    Properties {
        schema: &'static str,
        properties: &'static [(&'static str, &'static str)],
    },
    /// A schema that keeps the fields that it doesn't name.
    Extra { schema: &'static str },
    /// Values of an enum.
    Values {
        schema: &'static str,
        values: &'static [&'static str],
    },
    /// `x-terminal` of an enum.
    Terminal { schema: &'static str },
}

pub const NEEDS: &[Need] = &[
    Need {
        part: Part::Operation {
            id: "run_agent",
            parameters: &[("agent_id", "uuid")],
            reply: "RunAgentResponse",
        },
        files: &["src/run/request.rs"],
    },
    Need {
        part: Part::Body {
            operation: "run_agent",
            schema: "RunAgentRequest",
        },
        files: &["src/run/request.rs"],
    },
    Need {
        part: Part::Form {
            operation: "run_agent",
            parts: &[
                ("query", "text?"),
                ("files", "[file]?"),
                ("output_config", "text?"),
            ],
        },
        files: &["src/run/request.rs"],
    },
    Need {
        part: Part::Properties {
            schema: "RunAgentRequest",
            properties: &[("query", "text"), ("output_config", "TaskOutputConfig?")],
        },
        files: &["src/run/request.rs"],
    },
    Need {
        part: Part::Extra {
            schema: "RunAgentRequest",
        },
        files: &["src/run/request.rs"],
    },
    Need {
        part: Part::Properties {
            schema: "TaskOutputConfig",
            properties: &[("output_schema", "text?")],
        },
        files: &["src/run/builder.rs"],
    },
    Need {
        part: Part::Properties {
            schema: "RunAgentResponse",
            properties: &[
                ("task_id", "uuid"),
                ("status", "TaskStatus"),
                ("created_at", "date-time?"),
            ],
        },
        files: &["src/run/request.rs"],
    },
    Need {
        part: Part::Operation {
            id: "get_task",
            parameters: &[("task_id", "uuid")],
            reply: "Task",
        },
        files: &["src/wait/handle.rs", "src/wait/many/sweep.rs"],
    },
    Need {
        part: Part::Operation {
            id: "cancel_task",
            parameters: &[("task_id", "uuid")],
            reply: "Task",
        },
        files: &["src/wait/handle.rs"],
    },
    Need {
        part: Part::Properties {
            schema: "Task",
            properties: &[
                ("task_id", "uuid"),
                ("agent_id", "uuid"),
                ("status", "TaskStatus"),
                ("created_at", "date-time"),
                ("updated_at", "date-time"),
            ],
        },
        files: &["src/wait/one.rs", "src/wait/many/sweep.rs"],
    },
    Need {
        part: Part::Operation {
            id: "get_task_summary",
            parameters: &[("task_id", "uuid")],
            reply: "TaskSummary",
        },
        files: &["src/wait/handle.rs"],
    },
    Need {
        part: Part::Properties {
            schema: "TaskSummary",
            properties: &[
                ("status", "TaskStatus?"),
                ("result", "any?"),
                ("extracted_data", "any?"),
            ],
        },
        files: &["src/output/mod.rs", "src/output/reason.rs"],
    },
    Need {
        part: Part::Operation {
            id: "get_task_result",
            parameters: &[("task_id", "uuid")],
            reply: "TaskResult",
        },
        files: &["src/wait/handle.rs"],
    },
    Need {
        part: Part::Properties {
            schema: "TaskResult",
            properties: &[("status", "TaskStatus?"), ("feed", "[any]?")],
        },
        files: &["src/output/reason.rs"],
    },
    Need {
        part: Part::Operation {
            id: "list_task_messages",
            parameters: &[("task_id", "uuid")],
            reply: "TaskMessageList",
        },
        files: &["src/wait/handle.rs", "src/run/probe.rs"],
    },
    Need {
        part: Part::Properties {
            schema: "TaskMessageList",
            properties: &[("data", "[TaskMessage]")],
        },
        files: &["src/wait/handle.rs", "src/run/probe.rs"],
    },
    Need {
        part: Part::Properties {
            schema: "TaskMessage",
            properties: &[
                ("id", "uuid"),
                ("role", "MessageRole?"),
                ("content", "any?"),
                ("created_at", "date-time"),
                ("user_id", "uuid?"),
            ],
        },
        files: &["src/wait/question.rs", "src/wait/transcript.rs"],
    },
    Need {
        part: Part::Values {
            schema: "MessageRole",
            values: &["user"],
        },
        files: &["src/wait/question.rs"],
    },
    Need {
        part: Part::Operation {
            id: "send_task_message",
            parameters: &[("task_id", "uuid")],
            reply: "SendMessageResponse",
        },
        files: &["src/wait/handle.rs"],
    },
    Need {
        part: Part::Body {
            operation: "send_task_message",
            schema: "SendMessageRequest",
        },
        files: &["src/wait/handle.rs"],
    },
    Need {
        part: Part::Properties {
            schema: "SendMessageRequest",
            properties: &[("message", "text")],
        },
        files: &["src/wait/handle.rs"],
    },
    Need {
        part: Part::Properties {
            schema: "SendMessageResponse",
            properties: &[("message_id", "uuid?")],
        },
        files: &["src/wait/dialogue.rs"],
    },
    Need {
        part: Part::Operation {
            id: "list_tasks",
            parameters: &[
                ("agent_id", "uuid?"),
                ("status", "[TaskStatus]?"),
                ("created_after", "date-time?"),
                ("created_before", "date-time?"),
                ("limit", "integer?"),
            ],
            reply: "TaskPage",
        },
        files: &[
            "src/run/probe.rs",
            "src/run/window.rs",
            "src/wait/many/sweep.rs",
        ],
    },
    Need {
        part: Part::Pages {
            operation: "list_tasks",
            have_range: false,
        },
        files: &["src/run/probe.rs", "src/wait/many/sweep.rs"],
    },
    Need {
        part: Part::Properties {
            schema: "TaskPage",
            properties: &[("data", "[TaskListItem]")],
        },
        files: &["src/run/probe.rs", "src/wait/many/sweep.rs"],
    },
    Need {
        part: Part::Properties {
            schema: "TaskListItem",
            properties: &[
                ("task_id", "uuid"),
                ("agent_id", "uuid"),
                ("status", "TaskStatus"),
                ("created_at", "date-time"),
                ("updated_at", "date-time"),
                ("title", "text?"),
            ],
        },
        files: &["src/run/probe.rs", "src/wait/many/sweep.rs"],
    },
    Need {
        part: Part::Values {
            schema: "TaskStatus",
            values: &[
                "pending",
                "queued",
                "running",
                "waiting_for_input",
                "completed",
                "failed",
                "stopped",
            ],
        },
        files: &[
            "src/wait/outcome.rs",
            "src/run/state.rs",
            "src/output/reason.rs",
        ],
    },
    Need {
        part: Part::Terminal {
            schema: "TaskStatus",
        },
        files: &["src/wait/outcome.rs"],
    },
    Need {
        part: Part::Operation {
            id: "get_agent",
            parameters: &[("agent_id", "uuid")],
            reply: "Agent",
        },
        files: &["src/agents/handle.rs", "src/agents/update.rs"],
    },
    Need {
        part: Part::Operation {
            id: "update_agent",
            parameters: &[("agent_id", "uuid")],
            reply: "Agent",
        },
        files: &["src/agents/update.rs"],
    },
    Need {
        part: Part::Body {
            operation: "update_agent",
            schema: "UpdateAgentRequest",
        },
        files: &["src/agents/update.rs"],
    },
    Need {
        part: Part::Properties {
            schema: "UpdateAgentRequest",
            properties: &[
                ("config", "AgentConfig?"),
                ("name", "text?"),
                ("system_prompt", "text?"),
                ("is_active", "boolean?"),
            ],
        },
        files: &["src/agents/patch.rs"],
    },
    Need {
        part: Part::Properties {
            schema: "Agent",
            properties: &[
                ("config", "AgentConfig"),
                ("name", "text"),
                ("is_active", "boolean"),
                ("updated_at", "date-time"),
                ("status", "AgentStatus"),
                ("version_number", "integer"),
            ],
        },
        files: &["src/agents/patch.rs"],
    },
    Need {
        part: Part::Operation {
            id: "list_agent_versions",
            parameters: &[("agent_id", "uuid")],
            reply: "AgentVersionPage",
        },
        files: &["src/agents/handle.rs", "src/agents/publish.rs"],
    },
    Need {
        part: Part::Pages {
            operation: "list_agent_versions",
            have_range: false,
        },
        files: &["src/agents/handle.rs", "src/agents/publish.rs"],
    },
    Need {
        part: Part::Properties {
            schema: "AgentVersionPage",
            properties: &[("data", "[AgentVersion]")],
        },
        files: &["src/agents/publish.rs"],
    },
    Need {
        part: Part::Operation {
            id: "publish_agent_version",
            parameters: &[("agent_id", "uuid")],
            reply: "AgentVersion",
        },
        files: &["src/agents/publish.rs"],
    },
    Need {
        part: Part::Properties {
            schema: "AgentVersion",
            properties: &[("version_number", "integer"), ("status", "AgentStatus")],
        },
        files: &["src/agents/publish.rs"],
    },
    Need {
        part: Part::Values {
            schema: "AgentStatus",
            values: &["published"],
        },
        files: &["src/agents/publish.rs"],
    },
];
