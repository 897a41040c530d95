// Generated from a spec with the checksum 4b4ee6d53a45ecbe.
/// The types of parameters, requests and replies.
#[allow(clippy::all)]
#[allow(missing_docs, deprecated)]
pub mod types {
    /// Why a value isn't one of these types.
    pub mod error {
        pub use crate::binding::ConversionError;
    }
    ///One version of an agent, with its configuration.
    #[derive(
        ::schemars::JsonSchema,
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        PartialEq
    )]
    #[non_exhaustive]
    pub struct Agent {
        ///Id shared by all versions of the agent.
        pub agent_group_id: ::uuid::Uuid,
        ///The property `config`.
        pub config: AgentConfig,
        ///When the version was created.
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Id of this version of the agent.
        pub id: ::uuid::Uuid,
        ///Whether the agent may run; an inactive one refuses runs with 403.
        pub is_active: bool,
        ///Display name, unique in the workspace.
        pub name: ::std::string::String,
        ///The property `status`.
        pub status: AgentStatus,
        ///When the version was last changed.
        pub updated_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///1, 2, 3 … within the group.
        pub version_number: i64,
    }
    ///One page of agents.
    #[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct AgentPage {
        ///The agents of this page, newest first.
        pub data: ::std::vec::Vec<AgentVersion>,
        ///Whether another page follows.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub has_more: ::std::option::Option<bool>,
        ///Where the next page starts.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    impl<'de> ::serde::Deserialize<'de> for AgentPage {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::std::result::Result<Self, D::Error> {
            #[derive(::serde::Deserialize)]
            struct Wire {
                #[serde(rename = "data")]
                data: ::std::option::Option<::std::vec::Vec<AgentVersion>>,
                #[serde(rename = "agents")]
                alias_0_0: ::std::option::Option<::serde_json::Value>,
                #[serde(skip_serializing_if = "::std::option::Option::is_none")]
                has_more: ::std::option::Option<bool>,
                #[serde(skip_serializing_if = "::std::option::Option::is_none")]
                next_cursor: ::std::option::Option<::std::string::String>,
            }
            #[allow(unused_mut)]
            let mut wire = <Wire as ::serde::Deserialize>::deserialize(deserializer)?;
            let data = crate::binding::first_named(
                    wire.data,
                    [("agents", wire.alias_0_0)],
                    None,
                )
                .required("data")?;
            Ok(Self {
                data,
                has_more: wire.has_more,
                next_cursor: wire.next_cursor,
            })
        }
    }
    ///One version of an agent, without its configuration.
    #[derive(
        ::schemars::JsonSchema,
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        PartialEq
    )]
    #[non_exhaustive]
    pub struct AgentVersion {
        ///Id shared by all versions of the agent.
        pub agent_group_id: ::uuid::Uuid,
        ///When the version was created.
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Id of this version of the agent.
        pub id: ::uuid::Uuid,
        ///Whether the agent may run.
        pub is_active: bool,
        ///Display name.
        pub name: ::std::string::String,
        ///The property `status`.
        pub status: AgentStatus,
        ///When the version was last changed.
        pub updated_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///1, 2, 3 … within the group.
        pub version_number: i64,
    }
    ///The versions of an agent.
    #[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct AgentVersionPage {
        ///The versions, newest first.
        pub data: ::std::vec::Vec<AgentVersion>,
        ///Whether another page follows.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub has_more: ::std::option::Option<bool>,
        ///Where the next page starts.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    impl<'de> ::serde::Deserialize<'de> for AgentVersionPage {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::std::result::Result<Self, D::Error> {
            #[derive(::serde::Deserialize)]
            struct Wire {
                #[serde(rename = "data")]
                data: ::std::option::Option<::std::vec::Vec<AgentVersion>>,
                #[serde(rename = "versions")]
                alias_0_0: ::std::option::Option<::serde_json::Value>,
                #[serde(skip_serializing_if = "::std::option::Option::is_none")]
                has_more: ::std::option::Option<bool>,
                #[serde(skip_serializing_if = "::std::option::Option::is_none")]
                next_cursor: ::std::option::Option<::std::string::String>,
            }
            #[allow(unused_mut)]
            let mut wire = <Wire as ::serde::Deserialize>::deserialize(deserializer)?;
            let data = crate::binding::first_named(
                    wire.data,
                    [("versions", wire.alias_0_0)],
                    None,
                )
                .required("data")?;
            Ok(Self {
                data,
                has_more: wire.has_more,
                next_cursor: wire.next_cursor,
            })
        }
    }
    ///What a new agent starts with; all of it optional.
    #[derive(
        ::schemars::JsonSchema,
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Default,
        PartialEq
    )]
    #[non_exhaustive]
    pub struct CreateAgentRequest {
        ///The whole configuration. By default the usual tools and an empty prompt.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub config: ::std::option::Option<AgentConfig>,
        ///Display name, unique in the workspace. `Untitled Agent N` by default.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub name: ::std::option::Option<::std::string::String>,
        ///Short form of `config.system_prompt`; ignored when `config` holds one too. Empty by default.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub system_prompt: ::std::option::Option<::std::string::String>,
    }
    impl CreateAgentRequest {
        ///Returns a builder of `CreateAgentRequest`.
        pub fn builder() -> builder::CreateAgentRequest {
            ::std::default::Default::default()
        }
    }
    ///The body of every reply that isn't a success.
    #[derive(
        ::schemars::JsonSchema,
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        PartialEq
    )]
    #[non_exhaustive]
    pub struct ErrorBody {
        ///A hint for people. Free-form and subject to change; branch on the status code.
        pub error: ::std::string::String,
    }
    ///A run without files.
    #[derive(
        ::schemars::JsonSchema,
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        PartialEq
    )]
    #[non_exhaustive]
    pub struct RunAgentRequest {
        ///The property `output_config`.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub output_config: ::std::option::Option<TaskOutputConfig>,
        ///The prompt.
        pub query: ::std::string::String,
        /// All other fields of the JSON object, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl RunAgentRequest {
        ///Returns a builder of `RunAgentRequest`.
        pub fn builder() -> builder::RunAgentRequest {
            ::std::default::Default::default()
        }
    }
    ///The task that a run created.
    #[derive(
        ::schemars::JsonSchema,
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        PartialEq
    )]
    #[non_exhaustive]
    pub struct RunAgentResponse {
        ///Id of the agent that runs it.
        pub agent_id: ::uuid::Uuid,
        ///When the task was created.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub created_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        ///A hint for people.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub message: ::std::option::Option<::std::string::String>,
        ///The property `status`.
        pub status: TaskStatus,
        ///Id of the new task.
        pub task_id: ::uuid::Uuid,
    }
    ///A message to the agent.
    #[derive(
        ::schemars::JsonSchema,
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        PartialEq
    )]
    #[non_exhaustive]
    pub struct SendMessageRequest {
        ///The text.
        pub message: ::std::string::String,
    }
    impl SendMessageRequest {
        ///Returns a builder of `SendMessageRequest`.
        pub fn builder() -> builder::SendMessageRequest {
            ::std::default::Default::default()
        }
    }
    ///The receipt for a message.
    #[derive(
        ::schemars::JsonSchema,
        ::serde::Serialize,
        Clone,
        Debug,
        Default,
        PartialEq
    )]
    #[non_exhaustive]
    pub struct SendMessageResponse {
        ///A hint for people.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub message: ::std::option::Option<::std::string::String>,
        ///Id of the new message.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub message_id: ::std::option::Option<::uuid::Uuid>,
        ///The state of the task.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub status: ::std::option::Option<TaskStatus>,
        ///Id of the task.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub task_id: ::std::option::Option<::uuid::Uuid>,
        /// All other fields of the JSON object, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl<'de> ::serde::Deserialize<'de> for SendMessageResponse {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::std::result::Result<Self, D::Error> {
            #[derive(::serde::Deserialize)]
            struct Wire {
                #[serde(rename = "message")]
                alias_0_0: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "message_id")]
                alias_1_0: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "id")]
                alias_1_1: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "status")]
                alias_2_0: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "task_id")]
                alias_3_0: ::std::option::Option<::serde_json::Value>,
                #[serde(flatten)]
                extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
            }
            #[allow(unused_mut)]
            let mut wire = <Wire as ::serde::Deserialize>::deserialize(deserializer)?;
            let message = crate::binding::first_named(
                    None,
                    [("message", wire.alias_0_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            let message_id = crate::binding::first_named(
                    None,
                    [("message_id", wire.alias_1_0), ("id", wire.alias_1_1)],
                    Some(&mut wire.extra),
                )
                .optional();
            let status = crate::binding::first_named(
                    None,
                    [("status", wire.alias_2_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            let task_id = crate::binding::first_named(
                    None,
                    [("task_id", wire.alias_3_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            Ok(Self {
                message,
                message_id,
                status,
                task_id,
                extra: wire.extra,
            })
        }
    }
    ///The state of a task.
    #[derive(
        ::schemars::JsonSchema,
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        PartialEq
    )]
    #[non_exhaustive]
    pub struct Task {
        ///Id of the agent that runs it.
        pub agent_id: ::uuid::Uuid,
        ///When the task was created.
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///The property `status`.
        pub status: TaskStatus,
        ///Id of the task.
        pub task_id: ::uuid::Uuid,
        ///Made from the first user message; absent until it is set.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub title: ::std::option::Option<::std::string::String>,
        ///When the task last changed.
        pub updated_at: ::chrono::DateTime<::chrono::offset::Utc>,
    }
    ///A task in a list.
    #[derive(
        ::schemars::JsonSchema,
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        PartialEq
    )]
    #[non_exhaustive]
    pub struct TaskListItem {
        ///Id of the agent that runs it.
        pub agent_id: ::uuid::Uuid,
        ///Name of the agent that runs it.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub agent_name: ::std::option::Option<::std::string::String>,
        ///When the task was created.
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///The property `status`.
        pub status: TaskStatus,
        ///Id of the task.
        pub task_id: ::uuid::Uuid,
        ///Made from the first user message; absent until it is set.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub title: ::std::option::Option<::std::string::String>,
        ///When the task last changed.
        pub updated_at: ::chrono::DateTime<::chrono::offset::Utc>,
    }
    ///A message of the conversation between the caller and the agent.
    #[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct TaskMessage {
        ///Id of the agent.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub agent_id: ::std::option::Option<::uuid::Uuid>,
        ///What it says.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub content: ::std::option::Option<::serde_json::Value>,
        ///When it was written.
        pub created_at: ::chrono::DateTime<::chrono::offset::Utc>,
        ///Id of the message.
        pub id: ::uuid::Uuid,
        ///The message that it answers.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub parent_id: ::std::option::Option<::uuid::Uuid>,
        ///Who wrote it.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub role: ::std::option::Option<MessageRole>,
        ///Id of the task.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub task_id: ::std::option::Option<::uuid::Uuid>,
        ///The user who wrote it; absent for the agent's messages (inferred).
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub user_id: ::std::option::Option<::uuid::Uuid>,
        /// All other fields of the JSON object, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl<'de> ::serde::Deserialize<'de> for TaskMessage {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::std::result::Result<Self, D::Error> {
            #[derive(::serde::Deserialize)]
            struct Wire {
                #[serde(rename = "agent_id")]
                alias_0_0: ::std::option::Option<::serde_json::Value>,
                #[serde(skip_serializing_if = "::std::option::Option::is_none")]
                content: ::std::option::Option<::serde_json::Value>,
                created_at: ::chrono::DateTime<::chrono::offset::Utc>,
                id: ::uuid::Uuid,
                #[serde(rename = "parent_id")]
                alias_4_0: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "role")]
                alias_5_0: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "type")]
                alias_5_1: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "author")]
                alias_5_2: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "sender")]
                alias_5_3: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "task_id")]
                alias_6_0: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "user_id")]
                alias_7_0: ::std::option::Option<::serde_json::Value>,
                #[serde(flatten)]
                extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
            }
            #[allow(unused_mut)]
            let mut wire = <Wire as ::serde::Deserialize>::deserialize(deserializer)?;
            let agent_id = crate::binding::first_named(
                    None,
                    [("agent_id", wire.alias_0_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            let parent_id = crate::binding::first_named(
                    None,
                    [("parent_id", wire.alias_4_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            let role = crate::binding::first_named(
                    None,
                    [
                        ("role", wire.alias_5_0),
                        ("type", wire.alias_5_1),
                        ("author", wire.alias_5_2),
                        ("sender", wire.alias_5_3),
                    ],
                    Some(&mut wire.extra),
                )
                .optional();
            let task_id = crate::binding::first_named(
                    None,
                    [("task_id", wire.alias_6_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            let user_id = crate::binding::first_named(
                    None,
                    [("user_id", wire.alias_7_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            Ok(Self {
                agent_id,
                content: wire.content,
                created_at: wire.created_at,
                id: wire.id,
                parent_id,
                role,
                task_id,
                user_id,
                extra: wire.extra,
            })
        }
    }
    ///The messages of a task.
    #[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct TaskMessageList {
        ///The messages, oldest first.
        pub data: ::std::vec::Vec<TaskMessage>,
    }
    impl<'de> ::serde::Deserialize<'de> for TaskMessageList {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::std::result::Result<Self, D::Error> {
            #[derive(::serde::Deserialize)]
            struct Wire {
                #[serde(rename = "data")]
                data: ::std::option::Option<::std::vec::Vec<TaskMessage>>,
                #[serde(rename = "messages")]
                alias_0_0: ::std::option::Option<::serde_json::Value>,
            }
            #[allow(unused_mut)]
            let mut wire = <Wire as ::serde::Deserialize>::deserialize(deserializer)?;
            let data = crate::binding::first_named(
                    wire.data,
                    [("messages", wire.alias_0_0)],
                    None,
                )
                .required("data")?;
            Ok(Self { data })
        }
    }
    ///Shapes the output of one task.
    #[derive(
        ::schemars::JsonSchema,
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Default,
        PartialEq
    )]
    #[non_exhaustive]
    pub struct TaskOutputConfig {
        ///Free text added to the instructions for the output format.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub instructions: ::std::option::Option<::std::string::String>,
        ///The wanted structure, as the text of a JSON schema or in plain words. It replaces the keys set up in the dashboard for this task.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub output_schema: ::std::option::Option<::std::string::String>,
    }
    impl TaskOutputConfig {
        ///Returns a builder of `TaskOutputConfig`.
        pub fn builder() -> builder::TaskOutputConfig {
            ::std::default::Default::default()
        }
    }
    ///One page of tasks.
    #[derive(::schemars::JsonSchema, ::serde::Serialize, Clone, Debug, PartialEq)]
    #[non_exhaustive]
    pub struct TaskPage {
        ///The tasks of this page, newest first.
        pub data: ::std::vec::Vec<TaskListItem>,
        ///Whether another page follows.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub has_more: ::std::option::Option<bool>,
        ///Where the next page starts.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub next_cursor: ::std::option::Option<::std::string::String>,
    }
    impl<'de> ::serde::Deserialize<'de> for TaskPage {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::std::result::Result<Self, D::Error> {
            #[derive(::serde::Deserialize)]
            struct Wire {
                #[serde(rename = "data")]
                data: ::std::option::Option<::std::vec::Vec<TaskListItem>>,
                #[serde(rename = "tasks")]
                alias_0_0: ::std::option::Option<::serde_json::Value>,
                #[serde(skip_serializing_if = "::std::option::Option::is_none")]
                has_more: ::std::option::Option<bool>,
                #[serde(skip_serializing_if = "::std::option::Option::is_none")]
                next_cursor: ::std::option::Option<::std::string::String>,
            }
            #[allow(unused_mut)]
            let mut wire = <Wire as ::serde::Deserialize>::deserialize(deserializer)?;
            let data = crate::binding::first_named(
                    wire.data,
                    [("tasks", wire.alias_0_0)],
                    None,
                )
                .required("data")?;
            Ok(Self {
                data,
                has_more: wire.has_more,
                next_cursor: wire.next_cursor,
            })
        }
    }
    ///A task with its feed.
    #[derive(
        ::schemars::JsonSchema,
        ::serde::Serialize,
        Clone,
        Debug,
        Default,
        PartialEq
    )]
    #[non_exhaustive]
    pub struct TaskResult {
        ///Id of the agent that ran it.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub agent_id: ::std::option::Option<::uuid::Uuid>,
        ///When the task was created.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub created_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        ///The steps of the task, oldest first, each as raw JSON.
        #[serde(
            default,
            deserialize_with = "crate::binding::null_as_default",
            skip_serializing_if = "::std::vec::Vec::is_empty"
        )]
        pub feed: ::std::vec::Vec<::serde_json::Value>,
        ///The state of the task.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub status: ::std::option::Option<TaskStatus>,
        ///Id of the task.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub task_id: ::std::option::Option<::uuid::Uuid>,
        ///Made from the first user message.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub title: ::std::option::Option<::std::string::String>,
        ///When the task last changed.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub updated_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        /// All other fields of the JSON object, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl<'de> ::serde::Deserialize<'de> for TaskResult {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::std::result::Result<Self, D::Error> {
            #[derive(::serde::Deserialize)]
            struct Wire {
                #[serde(rename = "agent_id")]
                alias_0_0: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "created_at")]
                alias_1_0: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "feed")]
                alias_2_0: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "data")]
                alias_2_1: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "result")]
                alias_2_2: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "status")]
                alias_3_0: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "task_id")]
                alias_4_0: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "title")]
                alias_5_0: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "updated_at")]
                alias_6_0: ::std::option::Option<::serde_json::Value>,
                #[serde(flatten)]
                extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
            }
            #[allow(unused_mut)]
            let mut wire = <Wire as ::serde::Deserialize>::deserialize(deserializer)?;
            let agent_id = crate::binding::first_named(
                    None,
                    [("agent_id", wire.alias_0_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            let created_at = crate::binding::first_named(
                    None,
                    [("created_at", wire.alias_1_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            let feed = crate::binding::first_named(
                    None,
                    [
                        ("feed", wire.alias_2_0),
                        ("data", wire.alias_2_1),
                        ("result", wire.alias_2_2),
                    ],
                    Some(&mut wire.extra),
                )
                .optional()
                .unwrap_or_default();
            let status = crate::binding::first_named(
                    None,
                    [("status", wire.alias_3_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            let task_id = crate::binding::first_named(
                    None,
                    [("task_id", wire.alias_4_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            let title = crate::binding::first_named(
                    None,
                    [("title", wire.alias_5_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            let updated_at = crate::binding::first_named(
                    None,
                    [("updated_at", wire.alias_6_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            Ok(Self {
                agent_id,
                created_at,
                feed,
                status,
                task_id,
                title,
                updated_at,
                extra: wire.extra,
            })
        }
    }
    ///The answer of a task.
    #[derive(
        ::schemars::JsonSchema,
        ::serde::Serialize,
        Clone,
        Debug,
        Default,
        PartialEq
    )]
    #[non_exhaustive]
    pub struct TaskSummary {
        ///Id of the agent that ran it.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub agent_id: ::std::option::Option<::uuid::Uuid>,
        ///When the task was created.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub created_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        ///The structured output, where the run asked for one.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub extracted_data: ::std::option::Option<::serde_json::Value>,
        ///The answer, in whatever form the agent gave it. Absent before there is one.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub result: ::std::option::Option<::serde_json::Value>,
        ///The state of the task.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub status: ::std::option::Option<TaskStatus>,
        ///Id of the task.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub task_id: ::std::option::Option<::uuid::Uuid>,
        ///Made from the first user message.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub title: ::std::option::Option<::std::string::String>,
        ///When the task last changed.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub updated_at: ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        /// All other fields of the JSON object, by name.
        #[serde(flatten)]
        pub extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    }
    impl<'de> ::serde::Deserialize<'de> for TaskSummary {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::std::result::Result<Self, D::Error> {
            #[derive(::serde::Deserialize)]
            struct Wire {
                #[serde(rename = "agent_id")]
                alias_0_0: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "created_at")]
                alias_1_0: ::std::option::Option<::serde_json::Value>,
                #[serde(skip_serializing_if = "::std::option::Option::is_none")]
                extracted_data: ::std::option::Option<::serde_json::Value>,
                #[serde(skip_serializing_if = "::std::option::Option::is_none")]
                result: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "status")]
                alias_4_0: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "task_id")]
                alias_5_0: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "title")]
                alias_6_0: ::std::option::Option<::serde_json::Value>,
                #[serde(rename = "updated_at")]
                alias_7_0: ::std::option::Option<::serde_json::Value>,
                #[serde(flatten)]
                extra: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
            }
            #[allow(unused_mut)]
            let mut wire = <Wire as ::serde::Deserialize>::deserialize(deserializer)?;
            let agent_id = crate::binding::first_named(
                    None,
                    [("agent_id", wire.alias_0_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            let created_at = crate::binding::first_named(
                    None,
                    [("created_at", wire.alias_1_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            let status = crate::binding::first_named(
                    None,
                    [("status", wire.alias_4_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            let task_id = crate::binding::first_named(
                    None,
                    [("task_id", wire.alias_5_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            let title = crate::binding::first_named(
                    None,
                    [("title", wire.alias_6_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            let updated_at = crate::binding::first_named(
                    None,
                    [("updated_at", wire.alias_7_0)],
                    Some(&mut wire.extra),
                )
                .optional();
            Ok(Self {
                agent_id,
                created_at,
                extracted_data: wire.extracted_data,
                result: wire.result,
                status,
                task_id,
                title,
                updated_at,
                extra: wire.extra,
            })
        }
    }
    ///What to change; a field left out stays as it is.
    #[derive(
        ::schemars::JsonSchema,
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Default,
        PartialEq
    )]
    #[non_exhaustive]
    pub struct UpdateAgentRequest {
        ///Replaces the whole configuration: what is left out is gone. For a change of the prompt use `system_prompt`; for any other, get the agent, change its `config` and send all of it.
        #[serde(
            rename = "config",
            skip_serializing_if = "::std::option::Option::is_none"
        )]
        pub whole_config: ::std::option::Option<AgentConfig>,
        ///Turns runs on or off.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub is_active: ::std::option::Option<bool>,
        ///New display name.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub name: ::std::option::Option<::std::string::String>,
        ///Overwrites `config.system_prompt` and leaves the other keys alone.
        #[serde(skip_serializing_if = "::std::option::Option::is_none")]
        pub system_prompt: ::std::option::Option<::std::string::String>,
    }
    impl UpdateAgentRequest {
        ///Returns a builder of `UpdateAgentRequest`.
        pub fn builder() -> builder::UpdateAgentRequest {
            ::std::default::Default::default()
        }
    }
    /// Builders of the types that are sent.
    #[allow(missing_docs, unused_variables)]
    pub mod builder {
        #[derive(Clone, Debug)]
        pub struct CreateAgentRequest {
            config: ::std::result::Result<
                ::std::option::Option<super::AgentConfig>,
                ::std::string::String,
            >,
            name: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            system_prompt: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for CreateAgentRequest {
            fn default() -> Self {
                Self {
                    config: Ok(::std::default::Default::default()),
                    name: Ok(::std::default::Default::default()),
                    system_prompt: Ok(::std::default::Default::default()),
                }
            }
        }
        impl CreateAgentRequest {
            ///The whole configuration. By default the usual tools and an empty prompt.
            pub fn config<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<super::AgentConfig>>,
                T::Error: ::std::fmt::Display,
            {
                self.config = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for config: {e}")
                    });
                self
            }
            ///Display name, unique in the workspace. `Untitled Agent N` by default.
            pub fn name(mut self, value: impl crate::binding::OptionalText) -> Self {
                self.name = Ok(value.into_text());
                self
            }
            ///Short form of `config.system_prompt`; ignored when `config` holds one too. Empty by default.
            pub fn system_prompt(
                mut self,
                value: impl crate::binding::OptionalText,
            ) -> Self {
                self.system_prompt = Ok(value.into_text());
                self
            }
        }
        impl ::std::convert::TryFrom<CreateAgentRequest> for super::CreateAgentRequest {
            type Error = super::error::ConversionError;
            fn try_from(
                value: CreateAgentRequest,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    config: value.config?,
                    name: value.name?,
                    system_prompt: value.system_prompt?,
                })
            }
        }
        impl ::std::convert::From<super::CreateAgentRequest> for CreateAgentRequest {
            fn from(value: super::CreateAgentRequest) -> Self {
                Self {
                    config: Ok(value.config),
                    name: Ok(value.name),
                    system_prompt: Ok(value.system_prompt),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct RunAgentRequest {
            output_config: ::std::result::Result<
                ::std::option::Option<super::TaskOutputConfig>,
                ::std::string::String,
            >,
            query: ::std::result::Result<::std::string::String, ::std::string::String>,
            extra: ::std::result::Result<
                ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for RunAgentRequest {
            fn default() -> Self {
                Self {
                    output_config: Ok(::std::default::Default::default()),
                    query: Err("no value supplied for query".to_string()),
                    extra: Ok(::std::default::Default::default()),
                }
            }
        }
        impl RunAgentRequest {
            pub fn output_config<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::std::option::Option<super::TaskOutputConfig>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.output_config = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for output_config: {e}")
                    });
                self
            }
            ///The prompt.
            pub fn query<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.query = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for query: {e}")
                    });
                self
            }
            pub fn extra<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<
                    ::serde_json::Map<::std::string::String, ::serde_json::Value>,
                >,
                T::Error: ::std::fmt::Display,
            {
                self.extra = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for extra: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<RunAgentRequest> for super::RunAgentRequest {
            type Error = super::error::ConversionError;
            fn try_from(
                value: RunAgentRequest,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    output_config: value.output_config?,
                    query: value.query?,
                    extra: value.extra?,
                })
            }
        }
        impl ::std::convert::From<super::RunAgentRequest> for RunAgentRequest {
            fn from(value: super::RunAgentRequest) -> Self {
                Self {
                    output_config: Ok(value.output_config),
                    query: Ok(value.query),
                    extra: Ok(value.extra),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct SendMessageRequest {
            message: ::std::result::Result<::std::string::String, ::std::string::String>,
        }
        impl ::std::default::Default for SendMessageRequest {
            fn default() -> Self {
                Self {
                    message: Err("no value supplied for message".to_string()),
                }
            }
        }
        impl SendMessageRequest {
            ///The text.
            pub fn message<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::string::String>,
                T::Error: ::std::fmt::Display,
            {
                self.message = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for message: {e}")
                    });
                self
            }
        }
        impl ::std::convert::TryFrom<SendMessageRequest> for super::SendMessageRequest {
            type Error = super::error::ConversionError;
            fn try_from(
                value: SendMessageRequest,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self { message: value.message? })
            }
        }
        impl ::std::convert::From<super::SendMessageRequest> for SendMessageRequest {
            fn from(value: super::SendMessageRequest) -> Self {
                Self { message: Ok(value.message) }
            }
        }
        #[derive(Clone, Debug)]
        pub struct TaskOutputConfig {
            instructions: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            output_schema: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for TaskOutputConfig {
            fn default() -> Self {
                Self {
                    instructions: Ok(::std::default::Default::default()),
                    output_schema: Ok(::std::default::Default::default()),
                }
            }
        }
        impl TaskOutputConfig {
            ///Free text added to the instructions for the output format.
            pub fn instructions(
                mut self,
                value: impl crate::binding::OptionalText,
            ) -> Self {
                self.instructions = Ok(value.into_text());
                self
            }
            ///The wanted structure, as the text of a JSON schema or in plain words. It replaces the keys set up in the dashboard for this task.
            pub fn output_schema(
                mut self,
                value: impl crate::binding::OptionalText,
            ) -> Self {
                self.output_schema = Ok(value.into_text());
                self
            }
        }
        impl ::std::convert::TryFrom<TaskOutputConfig> for super::TaskOutputConfig {
            type Error = super::error::ConversionError;
            fn try_from(
                value: TaskOutputConfig,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    instructions: value.instructions?,
                    output_schema: value.output_schema?,
                })
            }
        }
        impl ::std::convert::From<super::TaskOutputConfig> for TaskOutputConfig {
            fn from(value: super::TaskOutputConfig) -> Self {
                Self {
                    instructions: Ok(value.instructions),
                    output_schema: Ok(value.output_schema),
                }
            }
        }
        #[derive(Clone, Debug)]
        pub struct UpdateAgentRequest {
            whole_config: ::std::result::Result<
                ::std::option::Option<super::AgentConfig>,
                ::std::string::String,
            >,
            is_active: ::std::result::Result<
                ::std::option::Option<bool>,
                ::std::string::String,
            >,
            name: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
            system_prompt: ::std::result::Result<
                ::std::option::Option<::std::string::String>,
                ::std::string::String,
            >,
        }
        impl ::std::default::Default for UpdateAgentRequest {
            fn default() -> Self {
                Self {
                    whole_config: Ok(::std::default::Default::default()),
                    is_active: Ok(::std::default::Default::default()),
                    name: Ok(::std::default::Default::default()),
                    system_prompt: Ok(::std::default::Default::default()),
                }
            }
        }
        impl UpdateAgentRequest {
            ///Replaces the whole configuration: what is left out is gone. For a change of the prompt use `system_prompt`; for any other, get the agent, change its `config` and send all of it.
            pub fn whole_config<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<super::AgentConfig>>,
                T::Error: ::std::fmt::Display,
            {
                self.whole_config = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for config: {e}")
                    });
                self
            }
            ///Turns runs on or off.
            pub fn is_active<T>(mut self, value: T) -> Self
            where
                T: ::std::convert::TryInto<::std::option::Option<bool>>,
                T::Error: ::std::fmt::Display,
            {
                self.is_active = value
                    .try_into()
                    .map_err(|e| {
                        format!("error converting supplied value for is_active: {e}")
                    });
                self
            }
            ///New display name.
            pub fn name(mut self, value: impl crate::binding::OptionalText) -> Self {
                self.name = Ok(value.into_text());
                self
            }
            ///Overwrites `config.system_prompt` and leaves the other keys alone.
            pub fn system_prompt(
                mut self,
                value: impl crate::binding::OptionalText,
            ) -> Self {
                self.system_prompt = Ok(value.into_text());
                self
            }
        }
        impl ::std::convert::TryFrom<UpdateAgentRequest> for super::UpdateAgentRequest {
            type Error = super::error::ConversionError;
            fn try_from(
                value: UpdateAgentRequest,
            ) -> ::std::result::Result<Self, super::error::ConversionError> {
                Ok(Self {
                    whole_config: value.whole_config?,
                    is_active: value.is_active?,
                    name: value.name?,
                    system_prompt: value.system_prompt?,
                })
            }
        }
        impl ::std::convert::From<super::UpdateAgentRequest> for UpdateAgentRequest {
            fn from(value: super::UpdateAgentRequest) -> Self {
                Self {
                    whole_config: Ok(value.whole_config),
                    is_active: Ok(value.is_active),
                    name: Ok(value.name),
                    system_prompt: Ok(value.system_prompt),
                }
            }
        }
    }
    ///The configuration of an agent, free-form. Common keys are `system_prompt`, `tools`, `states`, `milestones` and `model`; all others are opaque.
    #[derive(
        ::schemars::JsonSchema,
        ::serde::Deserialize,
        ::serde::Serialize,
        Clone,
        Debug,
        Default,
        PartialEq
    )]
    #[serde(transparent)]
    pub struct AgentConfig(
        pub ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    );
    impl ::std::ops::Deref for AgentConfig {
        type Target = ::serde_json::Map<::std::string::String, ::serde_json::Value>;
        fn deref(&self) -> &Self::Target {
            &self.0
        }
    }
    impl ::std::ops::DerefMut for AgentConfig {
        fn deref_mut(&mut self) -> &mut Self::Target {
            &mut self.0
        }
    }
    impl ::std::convert::From<AgentConfig>
    for ::serde_json::Map<::std::string::String, ::serde_json::Value> {
        fn from(value: AgentConfig) -> Self {
            value.0
        }
    }
    impl ::std::convert::From<
        ::serde_json::Map<::std::string::String, ::serde_json::Value>,
    > for AgentConfig {
        fn from(
            value: ::serde_json::Map<::std::string::String, ::serde_json::Value>,
        ) -> Self {
            Self(value)
        }
    }
    /**Where a version of an agent stands.

- `draft`: in progress, not yet there to be run.
- `published`: live.
- `archived`: superseded by a newer version.

A value that this version of the crate doesn't know is kept verbatim in `Unknown`. A later version
may have a variant for it: compare with `as_str()` where that matters.*/
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[non_exhaustive]
    pub enum AgentStatus {
        ///`draft`
        Draft,
        ///`published`
        Published,
        ///`archived`
        Archived,
        /// A value that the spec doesn't name, verbatim.
        Unknown(::std::string::String),
    }
    impl AgentStatus {
        ///The values of `AgentStatus` that the spec names, in its order.
        pub const KNOWN: &'static [Self] = &[
            Self::Draft,
            Self::Published,
            Self::Archived,
        ];
    }
    impl AgentStatus {
        /// Returns the value as it is sent and received.
        pub fn as_str(&self) -> &str {
            match self {
                Self::Draft => "draft",
                Self::Published => "published",
                Self::Archived => "archived",
                Self::Unknown(value) => value,
            }
        }
    }
    impl ::std::convert::From<&str> for AgentStatus {
        fn from(value: &str) -> Self {
            match value {
                "draft" => Self::Draft,
                "published" => Self::Published,
                "archived" => Self::Archived,
                other => Self::Unknown(other.to_owned()),
            }
        }
    }
    impl ::std::convert::From<::std::string::String> for AgentStatus {
        fn from(value: ::std::string::String) -> Self {
            match Self::from(value.as_str()) {
                Self::Unknown(_) => Self::Unknown(value),
                known => known,
            }
        }
    }
    impl ::std::str::FromStr for AgentStatus {
        type Err = ::std::convert::Infallible;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, ::std::convert::Infallible> {
            Ok(Self::from(value))
        }
    }
    impl ::std::cmp::PartialEq<str> for AgentStatus {
        fn eq(&self, other: &str) -> bool {
            self.as_str() == other
        }
    }
    impl ::std::cmp::PartialEq<&str> for AgentStatus {
        fn eq(&self, other: &&str) -> bool {
            self.as_str() == *other
        }
    }
    impl ::std::fmt::Display for AgentStatus {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.pad(self.as_str())
        }
    }
    impl ::serde::Serialize for AgentStatus {
        fn serialize<S: ::serde::Serializer>(
            &self,
            serializer: S,
        ) -> ::std::result::Result<S::Ok, S::Error> {
            serializer.serialize_str(self.as_str())
        }
    }
    impl<'de> ::serde::Deserialize<'de> for AgentStatus {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::std::result::Result<Self, D::Error> {
            let value = <::std::borrow::Cow<
                'de,
                str,
            > as ::serde::Deserialize>::deserialize(deserializer)?;
            Ok(Self::from(value.as_ref()))
        }
    }
    impl ::schemars::JsonSchema for AgentStatus {
        fn schema_name() -> ::std::borrow::Cow<'static, str> {
            "AgentStatus".into()
        }
        fn schema_id() -> ::std::borrow::Cow<'static, str> {
            concat!(module_path!(), "::", "AgentStatus").into()
        }
        fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
            ::schemars::json_schema!(
                { "type" : "string", "examples" : ["draft", "published", "archived"] }
            )
        }
    }
    /**Who wrote a message.

A value that this version of the crate doesn't know is kept verbatim in `Unknown`. A later version
may have a variant for it: compare with `as_str()` where that matters.*/
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[non_exhaustive]
    pub enum MessageRole {
        ///`user`
        User,
        ///`assistant`
        Assistant,
        /// A value that the spec doesn't name, verbatim.
        Unknown(::std::string::String),
    }
    impl MessageRole {
        ///The values of `MessageRole` that the spec names, in its order.
        pub const KNOWN: &'static [Self] = &[Self::User, Self::Assistant];
    }
    impl MessageRole {
        /// Returns the value as it is sent and received.
        pub fn as_str(&self) -> &str {
            match self {
                Self::User => "user",
                Self::Assistant => "assistant",
                Self::Unknown(value) => value,
            }
        }
    }
    impl ::std::convert::From<&str> for MessageRole {
        fn from(value: &str) -> Self {
            match value {
                "user" => Self::User,
                "assistant" => Self::Assistant,
                other => Self::Unknown(other.to_owned()),
            }
        }
    }
    impl ::std::convert::From<::std::string::String> for MessageRole {
        fn from(value: ::std::string::String) -> Self {
            match Self::from(value.as_str()) {
                Self::Unknown(_) => Self::Unknown(value),
                known => known,
            }
        }
    }
    impl ::std::str::FromStr for MessageRole {
        type Err = ::std::convert::Infallible;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, ::std::convert::Infallible> {
            Ok(Self::from(value))
        }
    }
    impl ::std::cmp::PartialEq<str> for MessageRole {
        fn eq(&self, other: &str) -> bool {
            self.as_str() == other
        }
    }
    impl ::std::cmp::PartialEq<&str> for MessageRole {
        fn eq(&self, other: &&str) -> bool {
            self.as_str() == *other
        }
    }
    impl ::std::fmt::Display for MessageRole {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.pad(self.as_str())
        }
    }
    impl ::serde::Serialize for MessageRole {
        fn serialize<S: ::serde::Serializer>(
            &self,
            serializer: S,
        ) -> ::std::result::Result<S::Ok, S::Error> {
            serializer.serialize_str(self.as_str())
        }
    }
    impl<'de> ::serde::Deserialize<'de> for MessageRole {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::std::result::Result<Self, D::Error> {
            let value = <::std::borrow::Cow<
                'de,
                str,
            > as ::serde::Deserialize>::deserialize(deserializer)?;
            Ok(Self::from(value.as_ref()))
        }
    }
    impl ::schemars::JsonSchema for MessageRole {
        fn schema_name() -> ::std::borrow::Cow<'static, str> {
            "MessageRole".into()
        }
        fn schema_id() -> ::std::borrow::Cow<'static, str> {
            concat!(module_path!(), "::", "MessageRole").into()
        }
        fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
            ::schemars::json_schema!(
                { "type" : "string", "examples" : ["user", "assistant"] }
            )
        }
    }
    /**Where a task stands.

- `pending`: created, not yet picked up.
- `queued`: held back because the agent is at its limit of concurrent tasks.
- `running`: being processed.
- `waiting_for_input`: the agent asked a question; a message goes on with it.
- `awaiting_review`: a person must approve a step in the dashboard.
- `completed`: finished; the summary holds the answer.
- `failed`: ended with an error; the result shows how.
- `stopped`: cancelled by a user or by the system.

A value that this version of the crate doesn't know is kept verbatim in `Unknown`. A later version
may have a variant for it: compare with `as_str()` where that matters.*/
    #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
    #[non_exhaustive]
    pub enum TaskStatus {
        ///`pending`
        Pending,
        ///`queued`
        Queued,
        ///`running`
        Running,
        ///`waiting_for_input`
        WaitingForInput,
        ///`awaiting_review`
        AwaitingReview,
        ///`completed`
        Completed,
        ///`failed`
        Failed,
        ///`stopped`
        Stopped,
        /// A value that the spec doesn't name, verbatim.
        Unknown(::std::string::String),
    }
    impl TaskStatus {
        ///The values of `TaskStatus` that the spec names, in its order.
        pub const KNOWN: &'static [Self] = &[
            Self::Pending,
            Self::Queued,
            Self::Running,
            Self::WaitingForInput,
            Self::AwaitingReview,
            Self::Completed,
            Self::Failed,
            Self::Stopped,
        ];
        /// Whether no other value can follow this one. An unknown value is not terminal.
        pub fn is_terminal(&self) -> bool {
            match self {
                Self::Completed => true,
                Self::Failed => true,
                Self::Stopped => true,
                _ => false,
            }
        }
    }
    impl TaskStatus {
        /// Returns the value as it is sent and received.
        pub fn as_str(&self) -> &str {
            match self {
                Self::Pending => "pending",
                Self::Queued => "queued",
                Self::Running => "running",
                Self::WaitingForInput => "waiting_for_input",
                Self::AwaitingReview => "awaiting_review",
                Self::Completed => "completed",
                Self::Failed => "failed",
                Self::Stopped => "stopped",
                Self::Unknown(value) => value,
            }
        }
    }
    impl ::std::convert::From<&str> for TaskStatus {
        fn from(value: &str) -> Self {
            match value {
                "pending" => Self::Pending,
                "queued" => Self::Queued,
                "running" => Self::Running,
                "waiting_for_input" => Self::WaitingForInput,
                "awaiting_review" => Self::AwaitingReview,
                "completed" => Self::Completed,
                "failed" => Self::Failed,
                "stopped" => Self::Stopped,
                other => Self::Unknown(other.to_owned()),
            }
        }
    }
    impl ::std::convert::From<::std::string::String> for TaskStatus {
        fn from(value: ::std::string::String) -> Self {
            match Self::from(value.as_str()) {
                Self::Unknown(_) => Self::Unknown(value),
                known => known,
            }
        }
    }
    impl ::std::str::FromStr for TaskStatus {
        type Err = ::std::convert::Infallible;
        fn from_str(
            value: &str,
        ) -> ::std::result::Result<Self, ::std::convert::Infallible> {
            Ok(Self::from(value))
        }
    }
    impl ::std::cmp::PartialEq<str> for TaskStatus {
        fn eq(&self, other: &str) -> bool {
            self.as_str() == other
        }
    }
    impl ::std::cmp::PartialEq<&str> for TaskStatus {
        fn eq(&self, other: &&str) -> bool {
            self.as_str() == *other
        }
    }
    impl ::std::fmt::Display for TaskStatus {
        fn fmt(&self, f: &mut ::std::fmt::Formatter<'_>) -> ::std::fmt::Result {
            f.pad(self.as_str())
        }
    }
    impl ::serde::Serialize for TaskStatus {
        fn serialize<S: ::serde::Serializer>(
            &self,
            serializer: S,
        ) -> ::std::result::Result<S::Ok, S::Error> {
            serializer.serialize_str(self.as_str())
        }
    }
    impl<'de> ::serde::Deserialize<'de> for TaskStatus {
        fn deserialize<D: ::serde::Deserializer<'de>>(
            deserializer: D,
        ) -> ::std::result::Result<Self, D::Error> {
            let value = <::std::borrow::Cow<
                'de,
                str,
            > as ::serde::Deserialize>::deserialize(deserializer)?;
            Ok(Self::from(value.as_ref()))
        }
    }
    impl ::schemars::JsonSchema for TaskStatus {
        fn schema_name() -> ::std::borrow::Cow<'static, str> {
            "TaskStatus".into()
        }
        fn schema_id() -> ::std::borrow::Cow<'static, str> {
            concat!(module_path!(), "::", "TaskStatus").into()
        }
        fn json_schema(_: &mut ::schemars::SchemaGenerator) -> ::schemars::Schema {
            ::schemars::json_schema!(
                { "type" : "string", "examples" : ["pending", "queued", "running",
                "waiting_for_input", "awaiting_review", "completed", "failed", "stopped"]
                }
            )
        }
    }
    impl crate::binding::Sealed for AgentPage {}
    impl crate::binding::PageBody for AgentPage {
        type Item = AgentVersion;
        const ITEMS: &'static [&'static [&'static str]] = &[&["data", "agents"]];
        fn into_parts(self) -> crate::binding::PageParts<Self::Item> {
            crate::binding::PageParts {
                next: ::std::option::Option::Some(&self)
                    .and_then(|value| value.next_cursor.as_ref())
                    .and_then(crate::binding::text_of),
                has_more: ::std::option::Option::Some(&self)
                    .and_then(|value| value.has_more.as_ref())
                    .copied(),
                total: ::std::option::Option::None,
                items: self.data,
            }
        }
    }
    impl crate::binding::Sealed for AgentVersionPage {}
    impl crate::binding::PageBody for AgentVersionPage {
        type Item = AgentVersion;
        const ITEMS: &'static [&'static [&'static str]] = &[&["data", "versions"]];
        fn into_parts(self) -> crate::binding::PageParts<Self::Item> {
            crate::binding::PageParts {
                next: ::std::option::Option::Some(&self)
                    .and_then(|value| value.next_cursor.as_ref())
                    .and_then(crate::binding::text_of),
                has_more: ::std::option::Option::Some(&self)
                    .and_then(|value| value.has_more.as_ref())
                    .copied(),
                total: ::std::option::Option::None,
                items: self.data,
            }
        }
    }
    impl crate::binding::Sealed for TaskPage {}
    impl crate::binding::PageBody for TaskPage {
        type Item = TaskListItem;
        const ITEMS: &'static [&'static [&'static str]] = &[&["data", "tasks"]];
        fn into_parts(self) -> crate::binding::PageParts<Self::Item> {
            crate::binding::PageParts {
                next: ::std::option::Option::Some(&self)
                    .and_then(|value| value.next_cursor.as_ref())
                    .and_then(crate::binding::text_of),
                has_more: ::std::option::Option::Some(&self)
                    .and_then(|value| value.has_more.as_ref())
                    .copied(),
                total: ::std::option::Option::None,
                items: self.data,
            }
        }
    }
    impl crate::binding::Sealed for TaskMessageList {}
    impl crate::binding::PageBody for TaskMessageList {
        type Item = TaskMessage;
        const ITEMS: &'static [&'static [&'static str]] = &[&["data", "messages"]];
        fn into_parts(self) -> crate::binding::PageParts<Self::Item> {
            crate::binding::PageParts {
                next: ::std::option::Option::None,
                has_more: ::std::option::Option::None,
                total: ::std::option::Option::None,
                items: self.data,
            }
        }
    }
}
/**Client for Nanonets Agents API

Create agents, run them on text and files, follow the tasks that result, and read their answers.

Version: v1*/
#[derive(Clone, Debug)]
pub struct Client {
    pub(crate) inner: crate::client::Shared,
}
impl Client {
    /**List agents

Lists the agents of the workspace, newest first. Archived agents are hidden unless `status` asks for them.

Sends a `GET` request to `/api/v1/agents`

Arguments:
- `cursor`: The `next_cursor` of the previous page, unchanged. Left out on the first call.
- `limit`: Page size.
- `q`: Only agents whose name contains this text, ignoring case.
- `status`: Only agents in one of these states. By default all but the archived ones.

Documented at <https://agents.nanonets.com/docs/list-agents>.

```no_run
use nanonets_agents::prelude::*;

# async fn example(client: Client) -> Result<(), nanonets_agents::Error> {
let response = client.list_agents().send().await?;
let value = response.into_inner();
# Ok(())
# }
```*/
    pub fn list_agents(&self) -> builder::ListAgents<'_> {
        builder::ListAgents::new(self)
    }
    /**Create an agent

Creates an agent and publishes it as version 1, so that it can run at once. Every field is optional.

Sends a `POST` request to `/api/v1/agents`

Documented at <https://agents.nanonets.com/docs/create-agent>.

```no_run
use nanonets_agents::prelude::*;

# async fn example(client: Client, body: nanonets_agents::types::CreateAgentRequest) -> Result<(), nanonets_agents::Error> {
let response = client.create_agent().body(body).send().await?;
let value = response.into_inner();
# Ok(())
# }
```*/
    pub fn create_agent(&self) -> builder::CreateAgent<'_> {
        builder::CreateAgent::new(self)
    }
    /**Get an agent

Returns the agent with its whole configuration.

Sends a `GET` request to `/api/v1/agents/{agent_id}`

Arguments:
- `agent_id`: UUID of the agent. It addresses one version of it, the `id` of `Agent`.

Documented at <https://agents.nanonets.com/docs/get-agent>.

```no_run
use nanonets_agents::prelude::*;

# async fn example(client: Client, agent_id: ::uuid::Uuid) -> Result<(), nanonets_agents::Error> {
let response = client.get_agent().agent_id(agent_id).send().await?;
let value = response.into_inner();
# Ok(())
# }
```*/
    pub fn get_agent(&self) -> builder::GetAgent<'_> {
        builder::GetAgent::new(self)
    }
    /**Update an agent

Changes the given fields in place. The change is live on the next run and makes no new version.

Sends a `PATCH` request to `/api/v1/agents/{agent_id}`

Arguments:
- `agent_id`: UUID of the agent. It addresses one version of it, the `id` of `Agent`.

Documented at <https://agents.nanonets.com/docs/update-agent>.

```no_run
use nanonets_agents::prelude::*;

# async fn example(client: Client, agent_id: ::uuid::Uuid, body: nanonets_agents::types::UpdateAgentRequest) -> Result<(), nanonets_agents::Error> {
let response = client.update_agent().agent_id(agent_id).body(body).send().await?;
let value = response.into_inner();
# Ok(())
# }
```*/
    pub fn update_agent(&self) -> builder::UpdateAgent<'_> {
        builder::UpdateAgent::new(self)
    }
    /**Run an agent

Creates a task and returns its id at once; the work goes on in the background. Text goes as JSON, files as multipart. Either a query or at least one file is needed. There is no idempotency key: a repeated request starts a second task.

Sends a `POST` request to `/api/v1/agents/{agent_id}/run`

Arguments:
- `agent_id`: UUID of the agent. It addresses one version of it, the `id` of `Agent`.

Documented at <https://agents.nanonets.com/docs/run-agent>.

```no_run
use nanonets_agents::prelude::*;

# async fn example(client: Client, agent_id: ::uuid::Uuid, body: nanonets_agents::types::RunAgentRequest) -> Result<(), nanonets_agents::Error> {
let response = client.run_agent().agent_id(agent_id).body(body).send().await?;
let value = response.into_inner();
# Ok(())
# }
```*/
    pub fn run_agent(&self) -> builder::RunAgent<'_> {
        builder::RunAgent::new(self)
    }
    /**Run an agent, as a form

Creates a task and returns its id at once; the work goes on in the background. Text goes as JSON, files as multipart. Either a query or at least one file is needed. There is no idempotency key: a repeated request starts a second task.

Sends a `POST` request to `/api/v1/agents/{agent_id}/run`

Arguments:
- `agent_id`: UUID of the agent. It addresses one version of it, the `id` of `Agent`.

Documented at <https://agents.nanonets.com/docs/run-agent>.

```no_run
use nanonets_agents::prelude::*;

# async fn example(client: Client, agent_id: ::uuid::Uuid) -> Result<(), nanonets_agents::Error> {
let response = client.run_agent_multipart().agent_id(agent_id).send().await?;
let value = response.into_inner();
# Ok(())
# }
```*/
    pub fn run_agent_multipart(&self) -> builder::RunAgentMultipart<'_> {
        builder::RunAgentMultipart::new(self)
    }
    /**List the versions of an agent

Returns the version history of the agent, newest first.

Sends a `GET` request to `/api/v1/agents/{agent_id}/versions`

Arguments:
- `agent_id`: UUID of the agent. It addresses one version of it, the `id` of `Agent`.
- `cursor`: The `next_cursor` of the previous page, unchanged. Left out on the first call.
- `limit`: Page size.

Documented at <https://agents.nanonets.com/docs/list-agent-versions>.

```no_run
use nanonets_agents::prelude::*;

# async fn example(client: Client, agent_id: ::uuid::Uuid) -> Result<(), nanonets_agents::Error> {
let response = client.list_agent_versions().agent_id(agent_id).send().await?;
let value = response.into_inner();
# Ok(())
# }
```*/
    pub fn list_agent_versions(&self) -> builder::ListAgentVersions<'_> {
        builder::ListAgentVersions::new(self)
    }
    /**Publish the draft of an agent

Publishes the current draft as a new version. Drafts are made in the dashboard; without changes in the draft the answer is 409.

Sends a `POST` request to `/api/v1/agents/{agent_id}/versions/publish`

Arguments:
- `agent_id`: UUID of the agent. It addresses one version of it, the `id` of `Agent`.

Documented at <https://agents.nanonets.com/docs/publish-agent-version>.

```no_run
use nanonets_agents::prelude::*;

# async fn example(client: Client, agent_id: ::uuid::Uuid) -> Result<(), nanonets_agents::Error> {
let response = client.publish_agent_version().agent_id(agent_id).send().await?;
let value = response.into_inner();
# Ok(())
# }
```*/
    pub fn publish_agent_version(&self) -> builder::PublishAgentVersion<'_> {
        builder::PublishAgentVersion::new(self)
    }
    /**List tasks

Lists the tasks of the workspace, newest first.

Sends a `GET` request to `/api/v1/tasks`

Arguments:
- `agent_id`: Only tasks created from this agent.
- `created_after`: Only tasks created at or after this instant.
- `created_before`: Only tasks created at or before this instant.
- `cursor`: The `next_cursor` of the previous page, unchanged. Left out on the first call.
- `limit`: Page size.
- `q`: Only tasks whose title contains this text, ignoring case.
- `status`: Only tasks in one of these states.

Documented at <https://agents.nanonets.com/docs/list-tasks>.

```no_run
use nanonets_agents::prelude::*;

# async fn example(client: Client) -> Result<(), nanonets_agents::Error> {
let response = client.list_tasks().send().await?;
let value = response.into_inner();
# Ok(())
# }
```*/
    pub fn list_tasks(&self) -> builder::ListTasks<'_> {
        builder::ListTasks::new(self)
    }
    /**Get the status of a task

Returns the status and dates of the task without its feed. The cheapest call, meant for polling.

Sends a `GET` request to `/api/v1/tasks/{task_id}`

Arguments:
- `task_id`: UUID of the task.

Documented at <https://agents.nanonets.com/docs/get-task-status>.

```no_run
use nanonets_agents::prelude::*;

# async fn example(client: Client, task_id: ::uuid::Uuid) -> Result<(), nanonets_agents::Error> {
let response = client.get_task().task_id(task_id).send().await?;
let value = response.into_inner();
# Ok(())
# }
```*/
    pub fn get_task(&self) -> builder::GetTask<'_> {
        builder::GetTask::new(self)
    }
    /**Cancel a task

Marks the task `stopped`. A step that is already running is not interrupted; nothing further is scheduled. On a task that has ended it changes nothing and returns the current state.

Sends a `POST` request to `/api/v1/tasks/{task_id}/cancel`

Arguments:
- `task_id`: UUID of the task.

Documented at <https://agents.nanonets.com/docs/cancel-task>.

```no_run
use nanonets_agents::prelude::*;

# async fn example(client: Client, task_id: ::uuid::Uuid) -> Result<(), nanonets_agents::Error> {
let response = client.cancel_task().task_id(task_id).send().await?;
let value = response.into_inner();
# Ok(())
# }
```*/
    pub fn cancel_task(&self) -> builder::CancelTask<'_> {
        builder::CancelTask::new(self)
    }
    /**Send a message to a task

Queues a message for the agent: the answer to its question, or more input while it runs, which it reads on its next turn. The effect is asynchronous; a poll may show the old status for a moment.

Sends a `POST` request to `/api/v1/tasks/{task_id}/message`

Arguments:
- `task_id`: UUID of the task.

Documented at <https://agents.nanonets.com/docs/send-task-message>.

```no_run
use nanonets_agents::prelude::*;

# async fn example(client: Client, task_id: ::uuid::Uuid, body: nanonets_agents::types::SendMessageRequest) -> Result<(), nanonets_agents::Error> {
let response = client.send_task_message().task_id(task_id).body(body).send().await?;
let value = response.into_inner();
# Ok(())
# }
```*/
    pub fn send_task_message(&self) -> builder::SendTaskMessage<'_> {
        builder::SendTaskMessage::new(self)
    }
    /**List the messages of a task

Returns all messages of the task, oldest first: the caller's and the agent's. While the task waits for input, the newest message of the agent is its question.

Sends a `GET` request to `/api/v1/tasks/{task_id}/messages`

Arguments:
- `task_id`: UUID of the task.

Documented at <https://agents.nanonets.com/docs/list-task-messages>.

```no_run
use nanonets_agents::prelude::*;

# async fn example(client: Client, task_id: ::uuid::Uuid) -> Result<(), nanonets_agents::Error> {
let response = client.list_task_messages().task_id(task_id).send().await?;
let value = response.into_inner();
# Ok(())
# }
```*/
    pub fn list_task_messages(&self) -> builder::ListTaskMessages<'_> {
        builder::ListTaskMessages::new(self)
    }
    /**Get the feed of a task

Returns the task with its whole feed in order of time: tool calls, intermediate messages, the final answer. For debugging, audit and failed tasks; the summary is cheaper when only the answer is wanted.

Sends a `GET` request to `/api/v1/tasks/{task_id}/result`

Arguments:
- `task_id`: UUID of the task.

Documented at <https://agents.nanonets.com/docs/get-task-result>.

```no_run
use nanonets_agents::prelude::*;

# async fn example(client: Client, task_id: ::uuid::Uuid) -> Result<(), nanonets_agents::Error> {
let response = client.get_task_result().task_id(task_id).send().await?;
let value = response.into_inner();
# Ok(())
# }
```*/
    pub fn get_task_result(&self) -> builder::GetTaskResult<'_> {
        builder::GetTaskResult::new(self)
    }
    /**Get the answer of a task

Returns the final answer of the task without the steps that led to it.

Sends a `GET` request to `/api/v1/tasks/{task_id}/summary`

Arguments:
- `task_id`: UUID of the task.

Documented at <https://agents.nanonets.com/docs/get-task-summary>.

```no_run
use nanonets_agents::prelude::*;

# async fn example(client: Client, task_id: ::uuid::Uuid) -> Result<(), nanonets_agents::Error> {
let response = client.get_task_summary().task_id(task_id).send().await?;
let value = response.into_inner();
# Ok(())
# }
```*/
    pub fn get_task_summary(&self) -> builder::GetTaskSummary<'_> {
        builder::GetTaskSummary::new(self)
    }
}
/// The builders of calls.
#[allow(clippy::all)]
#[allow(missing_docs, deprecated)]
pub mod builder {
    #[allow(unused_imports)]
    use super::types;
    ///Builder for [`Client::list_agents`](super::Client::list_agents).
    #[derive(Debug, Clone)]
    pub struct ListAgents<'a> {
        client: &'a super::Client,
        cursor: crate::binding::Argument<::std::option::Option<::std::string::String>>,
        limit: crate::binding::Argument<::std::option::Option<u32>>,
        q: crate::binding::Argument<::std::option::Option<::std::string::String>>,
        status: crate::binding::Argument<
            ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        >,
    }
    impl<'a> ListAgents<'a> {
        /// Creates a request with nothing set.
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                cursor: Ok(None),
                limit: Ok(None),
                q: Ok(None),
                status: Ok(None),
            }
        }
        ///The `next_cursor` of the previous page, unchanged. Left out on the first call.
        pub fn cursor<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::std::string::String>,
        {
            self.cursor = value
                .try_into()
                .map(Some)
                .map_err(|_| crate::binding::ArgumentError::invalid("cursor", "text"));
            self
        }
        ///Page size.
        pub fn limit<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<u32>,
        {
            self.limit = value
                .try_into()
                .map(Some)
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "limit",
                    "a whole number from 0 up",
                ));
            self
        }
        ///Only agents whose name contains this text, ignoring case.
        pub fn q<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::std::string::String>,
        {
            self.q = value
                .try_into()
                .map(Some)
                .map_err(|_| crate::binding::ArgumentError::invalid("q", "text"));
            self
        }
        ///Only agents in one of these states. By default all but the archived ones.
        pub fn status<How>(
            mut self,
            values: impl crate::binding::OneOrMany<types::AgentStatus, How>,
        ) -> Self {
            self.status = crate::binding::list(
                    "status",
                    crate::binding::ListStyle::Joined(','),
                    values.into_values(),
                )
                .map(Some);
            self
        }
        /**Sends a `GET` request to `/api/v1/agents`.

# Errors

The [kind](crate::Error::kind) of the error tells what has failed: an argument
([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), the connection
([`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
[`Interrupted`](crate::ErrorKind::Interrupted)), the server
([`Status`](crate::ErrorKind::Status)) or the reply ([`Decode`](crate::ErrorKind::Decode),
[`TooLarge`](crate::ErrorKind::TooLarge)).*/
        pub async fn send(
            self,
        ) -> ::std::result::Result<crate::Response<types::AgentPage>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::LIST_AGENTS,
                )
                .query("cursor", self.cursor)
                .query("limit", self.limit)
                .query("q", self.q)
                .query_list(
                    "status",
                    crate::binding::ListStyle::Joined(','),
                    self.status,
                )
                .send()
                .await
        }
        /**Sends the same request as [`send`](Self::send), and returns the reply as it comes, without
decoding it: one that is larger than memory can be saved to a file.

# Errors

Those of [`send`](Self::send), but for [`Decode`](crate::ErrorKind::Decode). What fails after the
beginning of the reply is told by the [`Download`](crate::Download).*/
        pub async fn download(
            self,
        ) -> ::std::result::Result<crate::Response<crate::Download>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::LIST_AGENTS,
                )
                .query("cursor", self.cursor)
                .query("limit", self.limit)
                .query("q", self.q)
                .query_list(
                    "status",
                    crate::binding::ListStyle::Joined(','),
                    self.status,
                )
                .send_for_download()
                .await
        }
    }
    ///Builder for [`Client::create_agent`](super::Client::create_agent).
    #[derive(Debug, Clone)]
    pub struct CreateAgent<'a> {
        client: &'a super::Client,
        body: crate::binding::Argument<types::builder::CreateAgentRequest>,
    }
    impl<'a> CreateAgent<'a> {
        /// Creates a request with nothing set.
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                body: Ok(::std::default::Default::default()),
            }
        }
        /// Sets the whole body.
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::CreateAgentRequest>,
            V::Error: ::std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(::std::convert::From::from)
                .map_err(crate::binding::ArgumentError::of_body);
            self
        }
        /// Changes the body that was set so far.
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: ::std::ops::FnOnce(
                types::builder::CreateAgentRequest,
            ) -> types::builder::CreateAgentRequest,
        {
            self.body = self.body.map(f);
            self
        }
        /**Sends a `POST` request to `/api/v1/agents`.

# Errors

The [kind](crate::Error::kind) of the error tells what has failed: an argument
([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), the connection
([`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
[`Interrupted`](crate::ErrorKind::Interrupted)), the server
([`Status`](crate::ErrorKind::Status)) or the reply ([`Decode`](crate::ErrorKind::Decode),
[`TooLarge`](crate::ErrorKind::TooLarge)).*/
        pub async fn send(
            self,
        ) -> ::std::result::Result<crate::Response<types::Agent>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::CREATE_AGENT,
                )
                .json(
                    "application/json",
                    self
                        .body
                        .and_then(|body| {
                            types::CreateAgentRequest::try_from(body)
                                .map(Some)
                                .map_err(crate::binding::ArgumentError::of_body)
                        }),
                )
                .send()
                .await
        }
        /**Sends the same request as [`send`](Self::send), and returns the reply as it comes, without
decoding it: one that is larger than memory can be saved to a file.

# Errors

Those of [`send`](Self::send), but for [`Decode`](crate::ErrorKind::Decode). What fails after the
beginning of the reply is told by the [`Download`](crate::Download).*/
        pub async fn download(
            self,
        ) -> ::std::result::Result<crate::Response<crate::Download>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::CREATE_AGENT,
                )
                .json(
                    "application/json",
                    self
                        .body
                        .and_then(|body| {
                            types::CreateAgentRequest::try_from(body)
                                .map(Some)
                                .map_err(crate::binding::ArgumentError::of_body)
                        }),
                )
                .send_for_download()
                .await
        }
    }
    ///Builder for [`Client::get_agent`](super::Client::get_agent).
    #[derive(Debug, Clone)]
    pub struct GetAgent<'a> {
        client: &'a super::Client,
        agent_id: crate::binding::Argument<::uuid::Uuid>,
    }
    impl<'a> GetAgent<'a> {
        /// Creates a request with nothing set.
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                agent_id: Err(crate::binding::ArgumentError::missing("agent_id")),
            }
        }
        ///UUID of the agent. It addresses one version of it, the `id` of `Agent`.
        pub fn agent_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::uuid::Uuid>,
        {
            self.agent_id = value
                .try_into()
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "agent_id",
                    "a UUID",
                ));
            self
        }
        /**Sends a `GET` request to `/api/v1/agents/{agent_id}`.

# Errors

The [kind](crate::Error::kind) of the error tells what has failed: an argument
([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), the connection
([`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
[`Interrupted`](crate::ErrorKind::Interrupted)), the server
([`Status`](crate::ErrorKind::Status)) or the reply ([`Decode`](crate::ErrorKind::Decode),
[`TooLarge`](crate::ErrorKind::TooLarge)).*/
        pub async fn send(
            self,
        ) -> ::std::result::Result<crate::Response<types::Agent>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::GET_AGENT,
                )
                .path("agent_id", self.agent_id)
                .send()
                .await
        }
        /**Sends the same request as [`send`](Self::send), and returns the reply as it comes, without
decoding it: one that is larger than memory can be saved to a file.

# Errors

Those of [`send`](Self::send), but for [`Decode`](crate::ErrorKind::Decode). What fails after the
beginning of the reply is told by the [`Download`](crate::Download).*/
        pub async fn download(
            self,
        ) -> ::std::result::Result<crate::Response<crate::Download>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::GET_AGENT,
                )
                .path("agent_id", self.agent_id)
                .send_for_download()
                .await
        }
    }
    ///Builder for [`Client::update_agent`](super::Client::update_agent).
    #[derive(Debug, Clone)]
    pub struct UpdateAgent<'a> {
        client: &'a super::Client,
        agent_id: crate::binding::Argument<::uuid::Uuid>,
        body: crate::binding::Argument<types::builder::UpdateAgentRequest>,
    }
    impl<'a> UpdateAgent<'a> {
        /// Creates a request with nothing set.
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                agent_id: Err(crate::binding::ArgumentError::missing("agent_id")),
                body: Ok(::std::default::Default::default()),
            }
        }
        ///UUID of the agent. It addresses one version of it, the `id` of `Agent`.
        pub fn agent_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::uuid::Uuid>,
        {
            self.agent_id = value
                .try_into()
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "agent_id",
                    "a UUID",
                ));
            self
        }
        /// Sets the whole body.
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::UpdateAgentRequest>,
            V::Error: ::std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(::std::convert::From::from)
                .map_err(crate::binding::ArgumentError::of_body);
            self
        }
        /// Changes the body that was set so far.
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: ::std::ops::FnOnce(
                types::builder::UpdateAgentRequest,
            ) -> types::builder::UpdateAgentRequest,
        {
            self.body = self.body.map(f);
            self
        }
        /**Sends a `PATCH` request to `/api/v1/agents/{agent_id}`.

# Errors

The [kind](crate::Error::kind) of the error tells what has failed: an argument
([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), the connection
([`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
[`Interrupted`](crate::ErrorKind::Interrupted)), the server
([`Status`](crate::ErrorKind::Status)) or the reply ([`Decode`](crate::ErrorKind::Decode),
[`TooLarge`](crate::ErrorKind::TooLarge)).*/
        pub async fn send(
            self,
        ) -> ::std::result::Result<crate::Response<types::Agent>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::UPDATE_AGENT,
                )
                .path("agent_id", self.agent_id)
                .json(
                    "application/json",
                    self
                        .body
                        .and_then(|body| {
                            types::UpdateAgentRequest::try_from(body)
                                .map(Some)
                                .map_err(crate::binding::ArgumentError::of_body)
                        }),
                )
                .send()
                .await
        }
        /**Sends the same request as [`send`](Self::send), and returns the reply as it comes, without
decoding it: one that is larger than memory can be saved to a file.

# Errors

Those of [`send`](Self::send), but for [`Decode`](crate::ErrorKind::Decode). What fails after the
beginning of the reply is told by the [`Download`](crate::Download).*/
        pub async fn download(
            self,
        ) -> ::std::result::Result<crate::Response<crate::Download>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::UPDATE_AGENT,
                )
                .path("agent_id", self.agent_id)
                .json(
                    "application/json",
                    self
                        .body
                        .and_then(|body| {
                            types::UpdateAgentRequest::try_from(body)
                                .map(Some)
                                .map_err(crate::binding::ArgumentError::of_body)
                        }),
                )
                .send_for_download()
                .await
        }
    }
    ///Builder for [`Client::run_agent`](super::Client::run_agent).
    #[derive(Debug, Clone)]
    pub struct RunAgent<'a> {
        client: &'a super::Client,
        agent_id: crate::binding::Argument<::uuid::Uuid>,
        body: crate::binding::Argument<types::builder::RunAgentRequest>,
    }
    impl<'a> RunAgent<'a> {
        /// Creates a request with nothing set.
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                agent_id: Err(crate::binding::ArgumentError::missing("agent_id")),
                body: Ok(::std::default::Default::default()),
            }
        }
        ///UUID of the agent. It addresses one version of it, the `id` of `Agent`.
        pub fn agent_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::uuid::Uuid>,
        {
            self.agent_id = value
                .try_into()
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "agent_id",
                    "a UUID",
                ));
            self
        }
        /// Sets the whole body.
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::RunAgentRequest>,
            V::Error: ::std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(::std::convert::From::from)
                .map_err(crate::binding::ArgumentError::of_body);
            self
        }
        /// Changes the body that was set so far.
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: ::std::ops::FnOnce(
                types::builder::RunAgentRequest,
            ) -> types::builder::RunAgentRequest,
        {
            self.body = self.body.map(f);
            self
        }
        /**Sends a `POST` request to `/api/v1/agents/{agent_id}/run`.

# Errors

The [kind](crate::Error::kind) of the error tells what has failed: an argument
([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), the connection
([`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
[`Interrupted`](crate::ErrorKind::Interrupted)), the server
([`Status`](crate::ErrorKind::Status)) or the reply ([`Decode`](crate::ErrorKind::Decode),
[`TooLarge`](crate::ErrorKind::TooLarge)).*/
        pub async fn send(
            self,
        ) -> ::std::result::Result<
            crate::Response<types::RunAgentResponse>,
            crate::Error,
        > {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::RUN_AGENT,
                )
                .path("agent_id", self.agent_id)
                .json(
                    "application/json",
                    self
                        .body
                        .and_then(|body| {
                            types::RunAgentRequest::try_from(body)
                                .map(Some)
                                .map_err(crate::binding::ArgumentError::of_body)
                        }),
                )
                .send()
                .await
        }
        /**Sends the same request as [`send`](Self::send), and returns the reply as it comes, without
decoding it: one that is larger than memory can be saved to a file.

# Errors

Those of [`send`](Self::send), but for [`Decode`](crate::ErrorKind::Decode). What fails after the
beginning of the reply is told by the [`Download`](crate::Download).*/
        pub async fn download(
            self,
        ) -> ::std::result::Result<crate::Response<crate::Download>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::RUN_AGENT,
                )
                .path("agent_id", self.agent_id)
                .json(
                    "application/json",
                    self
                        .body
                        .and_then(|body| {
                            types::RunAgentRequest::try_from(body)
                                .map(Some)
                                .map_err(crate::binding::ArgumentError::of_body)
                        }),
                )
                .send_for_download()
                .await
        }
    }
    ///Builder for [`Client::run_agent_multipart`](super::Client::run_agent_multipart).
    #[derive(Debug)]
    pub struct RunAgentMultipart<'a> {
        client: &'a super::Client,
        agent_id: crate::binding::Argument<::uuid::Uuid>,
        form: crate::binding::Form,
    }
    impl<'a> RunAgentMultipart<'a> {
        /// Creates a request with nothing set.
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                agent_id: Err(crate::binding::ArgumentError::missing("agent_id")),
                form: ::std::default::Default::default(),
            }
        }
        ///UUID of the agent. It addresses one version of it, the `id` of `Agent`.
        pub fn agent_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::uuid::Uuid>,
        {
            self.agent_id = value
                .try_into()
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "agent_id",
                    "a UUID",
                ));
            self
        }
        /**The attachments, one part each.

Each call adds one part.*/
        pub fn files(
            mut self,
            upload: impl ::std::convert::Into<crate::binding::Upload>,
        ) -> Self {
            self.form.add_file("files", ::std::option::Option::None, upload.into());
            self
        }
        ///A `TaskOutputConfig`, as JSON text.
        pub fn output_config<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::std::string::String>,
        {
            let value: crate::binding::Argument<::std::string::String> = value
                .try_into()
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "output_config",
                    "text",
                ));
            self.form.set_text("output_config", ::std::option::Option::None, value);
            self
        }
        ///The prompt.
        pub fn query<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::std::string::String>,
        {
            let value: crate::binding::Argument<::std::string::String> = value
                .try_into()
                .map_err(|_| crate::binding::ArgumentError::invalid("query", "text"));
            self.form.set_text("query", ::std::option::Option::None, value);
            self
        }
        /// Adds a text part that the documentation doesn't name.
        pub fn extra_field(
            mut self,
            name: impl ::std::convert::Into<::std::string::String>,
            value: impl ::std::convert::Into<::std::string::String>,
        ) -> Self {
            self.form.text(name, value);
            self
        }
        /**Sends a `POST` request to `/api/v1/agents/{agent_id}/run`.

# Errors

The [kind](crate::Error::kind) of the error tells what has failed: an argument
([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), the connection
([`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
[`Interrupted`](crate::ErrorKind::Interrupted)), the server
([`Status`](crate::ErrorKind::Status)) or the reply ([`Decode`](crate::ErrorKind::Decode),
[`TooLarge`](crate::ErrorKind::TooLarge)).*/
        pub async fn send(
            self,
        ) -> ::std::result::Result<
            crate::Response<types::RunAgentResponse>,
            crate::Error,
        > {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::RUN_AGENT,
                )
                .path("agent_id", self.agent_id)
                .form(self.form, &[])
                .send()
                .await
        }
        /**Sends the same request as [`send`](Self::send), and returns the reply as it comes, without
decoding it: one that is larger than memory can be saved to a file.

# Errors

Those of [`send`](Self::send), but for [`Decode`](crate::ErrorKind::Decode). What fails after the
beginning of the reply is told by the [`Download`](crate::Download).*/
        pub async fn download(
            self,
        ) -> ::std::result::Result<crate::Response<crate::Download>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::RUN_AGENT,
                )
                .path("agent_id", self.agent_id)
                .form(self.form, &[])
                .send_for_download()
                .await
        }
    }
    ///Builder for [`Client::list_agent_versions`](super::Client::list_agent_versions).
    #[derive(Debug, Clone)]
    pub struct ListAgentVersions<'a> {
        client: &'a super::Client,
        agent_id: crate::binding::Argument<::uuid::Uuid>,
        cursor: crate::binding::Argument<::std::option::Option<::std::string::String>>,
        limit: crate::binding::Argument<::std::option::Option<u32>>,
    }
    impl<'a> ListAgentVersions<'a> {
        /// Creates a request with nothing set.
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                agent_id: Err(crate::binding::ArgumentError::missing("agent_id")),
                cursor: Ok(None),
                limit: Ok(None),
            }
        }
        ///UUID of the agent. It addresses one version of it, the `id` of `Agent`.
        pub fn agent_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::uuid::Uuid>,
        {
            self.agent_id = value
                .try_into()
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "agent_id",
                    "a UUID",
                ));
            self
        }
        ///The `next_cursor` of the previous page, unchanged. Left out on the first call.
        pub fn cursor<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::std::string::String>,
        {
            self.cursor = value
                .try_into()
                .map(Some)
                .map_err(|_| crate::binding::ArgumentError::invalid("cursor", "text"));
            self
        }
        ///Page size.
        pub fn limit<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<u32>,
        {
            self.limit = value
                .try_into()
                .map(Some)
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "limit",
                    "a whole number from 0 up",
                ));
            self
        }
        /**Sends a `GET` request to `/api/v1/agents/{agent_id}/versions`.

# Errors

The [kind](crate::Error::kind) of the error tells what has failed: an argument
([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), the connection
([`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
[`Interrupted`](crate::ErrorKind::Interrupted)), the server
([`Status`](crate::ErrorKind::Status)) or the reply ([`Decode`](crate::ErrorKind::Decode),
[`TooLarge`](crate::ErrorKind::TooLarge)).*/
        pub async fn send(
            self,
        ) -> ::std::result::Result<
            crate::Response<types::AgentVersionPage>,
            crate::Error,
        > {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::LIST_AGENT_VERSIONS,
                )
                .query("cursor", self.cursor)
                .query("limit", self.limit)
                .path("agent_id", self.agent_id)
                .send()
                .await
        }
        /**Sends the same request as [`send`](Self::send), and returns the reply as it comes, without
decoding it: one that is larger than memory can be saved to a file.

# Errors

Those of [`send`](Self::send), but for [`Decode`](crate::ErrorKind::Decode). What fails after the
beginning of the reply is told by the [`Download`](crate::Download).*/
        pub async fn download(
            self,
        ) -> ::std::result::Result<crate::Response<crate::Download>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::LIST_AGENT_VERSIONS,
                )
                .query("cursor", self.cursor)
                .query("limit", self.limit)
                .path("agent_id", self.agent_id)
                .send_for_download()
                .await
        }
    }
    ///Builder for [`Client::publish_agent_version`](super::Client::publish_agent_version).
    #[derive(Debug, Clone)]
    pub struct PublishAgentVersion<'a> {
        client: &'a super::Client,
        agent_id: crate::binding::Argument<::uuid::Uuid>,
    }
    impl<'a> PublishAgentVersion<'a> {
        /// Creates a request with nothing set.
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                agent_id: Err(crate::binding::ArgumentError::missing("agent_id")),
            }
        }
        ///UUID of the agent. It addresses one version of it, the `id` of `Agent`.
        pub fn agent_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::uuid::Uuid>,
        {
            self.agent_id = value
                .try_into()
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "agent_id",
                    "a UUID",
                ));
            self
        }
        /**Sends a `POST` request to `/api/v1/agents/{agent_id}/versions/publish`.

# Errors

The [kind](crate::Error::kind) of the error tells what has failed: an argument
([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), the connection
([`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
[`Interrupted`](crate::ErrorKind::Interrupted)), the server
([`Status`](crate::ErrorKind::Status)) or the reply ([`Decode`](crate::ErrorKind::Decode),
[`TooLarge`](crate::ErrorKind::TooLarge)).*/
        pub async fn send(
            self,
        ) -> ::std::result::Result<crate::Response<types::AgentVersion>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::PUBLISH_AGENT_VERSION,
                )
                .path("agent_id", self.agent_id)
                .send()
                .await
        }
        /**Sends the same request as [`send`](Self::send), and returns the reply as it comes, without
decoding it: one that is larger than memory can be saved to a file.

# Errors

Those of [`send`](Self::send), but for [`Decode`](crate::ErrorKind::Decode). What fails after the
beginning of the reply is told by the [`Download`](crate::Download).*/
        pub async fn download(
            self,
        ) -> ::std::result::Result<crate::Response<crate::Download>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::PUBLISH_AGENT_VERSION,
                )
                .path("agent_id", self.agent_id)
                .send_for_download()
                .await
        }
    }
    ///Builder for [`Client::list_tasks`](super::Client::list_tasks).
    #[derive(Debug, Clone)]
    pub struct ListTasks<'a> {
        client: &'a super::Client,
        agent_id: crate::binding::Argument<::std::option::Option<::uuid::Uuid>>,
        created_after: crate::binding::Argument<
            ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        >,
        created_before: crate::binding::Argument<
            ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>>,
        >,
        cursor: crate::binding::Argument<::std::option::Option<::std::string::String>>,
        limit: crate::binding::Argument<::std::option::Option<u32>>,
        q: crate::binding::Argument<::std::option::Option<::std::string::String>>,
        status: crate::binding::Argument<
            ::std::option::Option<::std::vec::Vec<::std::string::String>>,
        >,
    }
    impl<'a> ListTasks<'a> {
        /// Creates a request with nothing set.
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                agent_id: Ok(None),
                created_after: Ok(None),
                created_before: Ok(None),
                cursor: Ok(None),
                limit: Ok(None),
                q: Ok(None),
                status: Ok(None),
            }
        }
        ///Only tasks created from this agent.
        pub fn agent_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::uuid::Uuid>,
        {
            self.agent_id = value
                .try_into()
                .map(Some)
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "agent_id",
                    "a UUID",
                ));
            self
        }
        ///Only tasks created at or after this instant.
        pub fn created_after<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::chrono::DateTime<::chrono::offset::Utc>>,
        {
            self.created_after = value
                .try_into()
                .map(Some)
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "created_after",
                    "a point in time",
                ));
            self
        }
        ///Only tasks created at or before this instant.
        pub fn created_before<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::chrono::DateTime<::chrono::offset::Utc>>,
        {
            self.created_before = value
                .try_into()
                .map(Some)
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "created_before",
                    "a point in time",
                ));
            self
        }
        ///The `next_cursor` of the previous page, unchanged. Left out on the first call.
        pub fn cursor<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::std::string::String>,
        {
            self.cursor = value
                .try_into()
                .map(Some)
                .map_err(|_| crate::binding::ArgumentError::invalid("cursor", "text"));
            self
        }
        ///Page size.
        pub fn limit<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<u32>,
        {
            self.limit = value
                .try_into()
                .map(Some)
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "limit",
                    "a whole number from 0 up",
                ));
            self
        }
        ///Only tasks whose title contains this text, ignoring case.
        pub fn q<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::std::string::String>,
        {
            self.q = value
                .try_into()
                .map(Some)
                .map_err(|_| crate::binding::ArgumentError::invalid("q", "text"));
            self
        }
        ///Only tasks in one of these states.
        pub fn status<How>(
            mut self,
            values: impl crate::binding::OneOrMany<types::TaskStatus, How>,
        ) -> Self {
            self.status = crate::binding::list(
                    "status",
                    crate::binding::ListStyle::Joined(','),
                    values.into_values(),
                )
                .map(Some);
            self
        }
        /**Sends a `GET` request to `/api/v1/tasks`.

# Errors

The [kind](crate::Error::kind) of the error tells what has failed: an argument
([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), the connection
([`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
[`Interrupted`](crate::ErrorKind::Interrupted)), the server
([`Status`](crate::ErrorKind::Status)) or the reply ([`Decode`](crate::ErrorKind::Decode),
[`TooLarge`](crate::ErrorKind::TooLarge)).*/
        pub async fn send(
            self,
        ) -> ::std::result::Result<crate::Response<types::TaskPage>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::LIST_TASKS,
                )
                .query("cursor", self.cursor)
                .query("limit", self.limit)
                .query("agent_id", self.agent_id)
                .query_list(
                    "status",
                    crate::binding::ListStyle::Joined(','),
                    self.status,
                )
                .query("created_after", self.created_after)
                .query("created_before", self.created_before)
                .query("q", self.q)
                .send()
                .await
        }
        /**Sends the same request as [`send`](Self::send), and returns the reply as it comes, without
decoding it: one that is larger than memory can be saved to a file.

# Errors

Those of [`send`](Self::send), but for [`Decode`](crate::ErrorKind::Decode). What fails after the
beginning of the reply is told by the [`Download`](crate::Download).*/
        pub async fn download(
            self,
        ) -> ::std::result::Result<crate::Response<crate::Download>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::LIST_TASKS,
                )
                .query("cursor", self.cursor)
                .query("limit", self.limit)
                .query("agent_id", self.agent_id)
                .query_list(
                    "status",
                    crate::binding::ListStyle::Joined(','),
                    self.status,
                )
                .query("created_after", self.created_after)
                .query("created_before", self.created_before)
                .query("q", self.q)
                .send_for_download()
                .await
        }
    }
    ///Builder for [`Client::get_task`](super::Client::get_task).
    #[derive(Debug, Clone)]
    pub struct GetTask<'a> {
        client: &'a super::Client,
        task_id: crate::binding::Argument<::uuid::Uuid>,
    }
    impl<'a> GetTask<'a> {
        /// Creates a request with nothing set.
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                task_id: Err(crate::binding::ArgumentError::missing("task_id")),
            }
        }
        ///UUID of the task.
        pub fn task_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::uuid::Uuid>,
        {
            self.task_id = value
                .try_into()
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "task_id",
                    "a UUID",
                ));
            self
        }
        /**Sends a `GET` request to `/api/v1/tasks/{task_id}`.

# Errors

The [kind](crate::Error::kind) of the error tells what has failed: an argument
([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), the connection
([`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
[`Interrupted`](crate::ErrorKind::Interrupted)), the server
([`Status`](crate::ErrorKind::Status)) or the reply ([`Decode`](crate::ErrorKind::Decode),
[`TooLarge`](crate::ErrorKind::TooLarge)).*/
        pub async fn send(
            self,
        ) -> ::std::result::Result<crate::Response<types::Task>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::GET_TASK,
                )
                .path("task_id", self.task_id)
                .send()
                .await
        }
        /**Sends the same request as [`send`](Self::send), and returns the reply as it comes, without
decoding it: one that is larger than memory can be saved to a file.

# Errors

Those of [`send`](Self::send), but for [`Decode`](crate::ErrorKind::Decode). What fails after the
beginning of the reply is told by the [`Download`](crate::Download).*/
        pub async fn download(
            self,
        ) -> ::std::result::Result<crate::Response<crate::Download>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::GET_TASK,
                )
                .path("task_id", self.task_id)
                .send_for_download()
                .await
        }
    }
    ///Builder for [`Client::cancel_task`](super::Client::cancel_task).
    #[derive(Debug, Clone)]
    pub struct CancelTask<'a> {
        client: &'a super::Client,
        task_id: crate::binding::Argument<::uuid::Uuid>,
    }
    impl<'a> CancelTask<'a> {
        /// Creates a request with nothing set.
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                task_id: Err(crate::binding::ArgumentError::missing("task_id")),
            }
        }
        ///UUID of the task.
        pub fn task_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::uuid::Uuid>,
        {
            self.task_id = value
                .try_into()
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "task_id",
                    "a UUID",
                ));
            self
        }
        /**Sends a `POST` request to `/api/v1/tasks/{task_id}/cancel`.

# Errors

The [kind](crate::Error::kind) of the error tells what has failed: an argument
([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), the connection
([`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
[`Interrupted`](crate::ErrorKind::Interrupted)), the server
([`Status`](crate::ErrorKind::Status)) or the reply ([`Decode`](crate::ErrorKind::Decode),
[`TooLarge`](crate::ErrorKind::TooLarge)).*/
        pub async fn send(
            self,
        ) -> ::std::result::Result<crate::Response<types::Task>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::CANCEL_TASK,
                )
                .path("task_id", self.task_id)
                .send()
                .await
        }
        /**Sends the same request as [`send`](Self::send), and returns the reply as it comes, without
decoding it: one that is larger than memory can be saved to a file.

# Errors

Those of [`send`](Self::send), but for [`Decode`](crate::ErrorKind::Decode). What fails after the
beginning of the reply is told by the [`Download`](crate::Download).*/
        pub async fn download(
            self,
        ) -> ::std::result::Result<crate::Response<crate::Download>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::CANCEL_TASK,
                )
                .path("task_id", self.task_id)
                .send_for_download()
                .await
        }
    }
    ///Builder for [`Client::send_task_message`](super::Client::send_task_message).
    #[derive(Debug, Clone)]
    pub struct SendTaskMessage<'a> {
        client: &'a super::Client,
        task_id: crate::binding::Argument<::uuid::Uuid>,
        body: crate::binding::Argument<types::builder::SendMessageRequest>,
    }
    impl<'a> SendTaskMessage<'a> {
        /// Creates a request with nothing set.
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                task_id: Err(crate::binding::ArgumentError::missing("task_id")),
                body: Ok(::std::default::Default::default()),
            }
        }
        ///UUID of the task.
        pub fn task_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::uuid::Uuid>,
        {
            self.task_id = value
                .try_into()
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "task_id",
                    "a UUID",
                ));
            self
        }
        /// Sets the whole body.
        pub fn body<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<types::SendMessageRequest>,
            V::Error: ::std::fmt::Display,
        {
            self.body = value
                .try_into()
                .map(::std::convert::From::from)
                .map_err(crate::binding::ArgumentError::of_body);
            self
        }
        /// Changes the body that was set so far.
        pub fn body_map<F>(mut self, f: F) -> Self
        where
            F: ::std::ops::FnOnce(
                types::builder::SendMessageRequest,
            ) -> types::builder::SendMessageRequest,
        {
            self.body = self.body.map(f);
            self
        }
        /**Sends a `POST` request to `/api/v1/tasks/{task_id}/message`.

# Errors

The [kind](crate::Error::kind) of the error tells what has failed: an argument
([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), the connection
([`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
[`Interrupted`](crate::ErrorKind::Interrupted)), the server
([`Status`](crate::ErrorKind::Status)) or the reply ([`Decode`](crate::ErrorKind::Decode),
[`TooLarge`](crate::ErrorKind::TooLarge)).*/
        pub async fn send(
            self,
        ) -> ::std::result::Result<
            crate::Response<types::SendMessageResponse>,
            crate::Error,
        > {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::SEND_TASK_MESSAGE,
                )
                .path("task_id", self.task_id)
                .json(
                    "application/json",
                    self
                        .body
                        .and_then(|body| {
                            types::SendMessageRequest::try_from(body)
                                .map(Some)
                                .map_err(crate::binding::ArgumentError::of_body)
                        }),
                )
                .send()
                .await
        }
        /**Sends the same request as [`send`](Self::send), and returns the reply as it comes, without
decoding it: one that is larger than memory can be saved to a file.

# Errors

Those of [`send`](Self::send), but for [`Decode`](crate::ErrorKind::Decode). What fails after the
beginning of the reply is told by the [`Download`](crate::Download).*/
        pub async fn download(
            self,
        ) -> ::std::result::Result<crate::Response<crate::Download>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::SEND_TASK_MESSAGE,
                )
                .path("task_id", self.task_id)
                .json(
                    "application/json",
                    self
                        .body
                        .and_then(|body| {
                            types::SendMessageRequest::try_from(body)
                                .map(Some)
                                .map_err(crate::binding::ArgumentError::of_body)
                        }),
                )
                .send_for_download()
                .await
        }
    }
    ///Builder for [`Client::list_task_messages`](super::Client::list_task_messages).
    #[derive(Debug, Clone)]
    pub struct ListTaskMessages<'a> {
        client: &'a super::Client,
        task_id: crate::binding::Argument<::uuid::Uuid>,
    }
    impl<'a> ListTaskMessages<'a> {
        /// Creates a request with nothing set.
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                task_id: Err(crate::binding::ArgumentError::missing("task_id")),
            }
        }
        ///UUID of the task.
        pub fn task_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::uuid::Uuid>,
        {
            self.task_id = value
                .try_into()
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "task_id",
                    "a UUID",
                ));
            self
        }
        /**Sends a `GET` request to `/api/v1/tasks/{task_id}/messages`.

# Errors

The [kind](crate::Error::kind) of the error tells what has failed: an argument
([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), the connection
([`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
[`Interrupted`](crate::ErrorKind::Interrupted)), the server
([`Status`](crate::ErrorKind::Status)) or the reply ([`Decode`](crate::ErrorKind::Decode),
[`TooLarge`](crate::ErrorKind::TooLarge)).*/
        pub async fn send(
            self,
        ) -> ::std::result::Result<
            crate::Response<types::TaskMessageList>,
            crate::Error,
        > {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::LIST_TASK_MESSAGES,
                )
                .path("task_id", self.task_id)
                .send()
                .await
        }
        /**Sends the same request as [`send`](Self::send), and returns the reply as it comes, without
decoding it: one that is larger than memory can be saved to a file.

# Errors

Those of [`send`](Self::send), but for [`Decode`](crate::ErrorKind::Decode). What fails after the
beginning of the reply is told by the [`Download`](crate::Download).*/
        pub async fn download(
            self,
        ) -> ::std::result::Result<crate::Response<crate::Download>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::LIST_TASK_MESSAGES,
                )
                .path("task_id", self.task_id)
                .send_for_download()
                .await
        }
    }
    ///Builder for [`Client::get_task_result`](super::Client::get_task_result).
    #[derive(Debug, Clone)]
    pub struct GetTaskResult<'a> {
        client: &'a super::Client,
        task_id: crate::binding::Argument<::uuid::Uuid>,
    }
    impl<'a> GetTaskResult<'a> {
        /// Creates a request with nothing set.
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                task_id: Err(crate::binding::ArgumentError::missing("task_id")),
            }
        }
        ///UUID of the task.
        pub fn task_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::uuid::Uuid>,
        {
            self.task_id = value
                .try_into()
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "task_id",
                    "a UUID",
                ));
            self
        }
        /**Sends a `GET` request to `/api/v1/tasks/{task_id}/result`.

# Errors

The [kind](crate::Error::kind) of the error tells what has failed: an argument
([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), the connection
([`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
[`Interrupted`](crate::ErrorKind::Interrupted)), the server
([`Status`](crate::ErrorKind::Status)) or the reply ([`Decode`](crate::ErrorKind::Decode),
[`TooLarge`](crate::ErrorKind::TooLarge)).*/
        pub async fn send(
            self,
        ) -> ::std::result::Result<crate::Response<types::TaskResult>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::GET_TASK_RESULT,
                )
                .path("task_id", self.task_id)
                .send()
                .await
        }
        /**Sends the same request as [`send`](Self::send), and returns the reply as it comes, without
decoding it: one that is larger than memory can be saved to a file.

# Errors

Those of [`send`](Self::send), but for [`Decode`](crate::ErrorKind::Decode). What fails after the
beginning of the reply is told by the [`Download`](crate::Download).*/
        pub async fn download(
            self,
        ) -> ::std::result::Result<crate::Response<crate::Download>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::GET_TASK_RESULT,
                )
                .path("task_id", self.task_id)
                .send_for_download()
                .await
        }
    }
    ///Builder for [`Client::get_task_summary`](super::Client::get_task_summary).
    #[derive(Debug, Clone)]
    pub struct GetTaskSummary<'a> {
        client: &'a super::Client,
        task_id: crate::binding::Argument<::uuid::Uuid>,
    }
    impl<'a> GetTaskSummary<'a> {
        /// Creates a request with nothing set.
        pub fn new(client: &'a super::Client) -> Self {
            Self {
                client,
                task_id: Err(crate::binding::ArgumentError::missing("task_id")),
            }
        }
        ///UUID of the task.
        pub fn task_id<V>(mut self, value: V) -> Self
        where
            V: ::std::convert::TryInto<::uuid::Uuid>,
        {
            self.task_id = value
                .try_into()
                .map_err(|_| crate::binding::ArgumentError::invalid(
                    "task_id",
                    "a UUID",
                ));
            self
        }
        /**Sends a `GET` request to `/api/v1/tasks/{task_id}/summary`.

# Errors

The [kind](crate::Error::kind) of the error tells what has failed: an argument
([`InvalidRequest`](crate::ErrorKind::InvalidRequest); nothing was sent), the connection
([`Connect`](crate::ErrorKind::Connect), [`Timeout`](crate::ErrorKind::Timeout),
[`Interrupted`](crate::ErrorKind::Interrupted)), the server
([`Status`](crate::ErrorKind::Status)) or the reply ([`Decode`](crate::ErrorKind::Decode),
[`TooLarge`](crate::ErrorKind::TooLarge)).*/
        pub async fn send(
            self,
        ) -> ::std::result::Result<crate::Response<types::TaskSummary>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::GET_TASK_SUMMARY,
                )
                .path("task_id", self.task_id)
                .send()
                .await
        }
        /**Sends the same request as [`send`](Self::send), and returns the reply as it comes, without
decoding it: one that is larger than memory can be saved to a file.

# Errors

Those of [`send`](Self::send), but for [`Decode`](crate::ErrorKind::Decode). What fails after the
beginning of the reply is told by the [`Download`](crate::Download).*/
        pub async fn download(
            self,
        ) -> ::std::result::Result<crate::Response<crate::Download>, crate::Error> {
            crate::binding::Request::new(
                    self.client.transport(),
                    &super::operations::GET_TASK_SUMMARY,
                )
                .path("task_id", self.task_id)
                .send_for_download()
                .await
        }
    }
    impl crate::binding::Sealed for ListAgents<'_> {}
    impl<'a> crate::binding::Paged for ListAgents<'a> {
        type Body = types::AgentPage;
        fn into_source(self) -> crate::binding::Source<Self::Body> {
            let advance = crate::binding::Advance::Reply;
            let Self { client, cursor, limit, q, status } = self;
            let client = client.clone();
            crate::binding::Source::new(
                "list_agents",
                ::std::option::Option::Some(100u32),
                advance,
                move |ask| {
                    let client = client.clone();
                    let cursor = cursor.clone();
                    let limit = limit.clone();
                    let q = q.clone();
                    let status = status.clone();
                    ::std::boxed::Box::pin(async move {
                        #[allow(unused_mut)]
                        let mut list = ListAgents {
                            client: &client,
                            cursor,
                            limit,
                            q,
                            status,
                        };
                        if let Some(cursor) = ask.cursor {
                            list = list.cursor(cursor);
                        }
                        if let (Ok(None), Some(size)) = (&list.limit, ask.page_size) {
                            list = list.limit(size);
                        }
                        list.send().await
                    })
                },
            )
        }
    }
    impl crate::binding::Sealed for ListAgentVersions<'_> {}
    impl<'a> crate::binding::Paged for ListAgentVersions<'a> {
        type Body = types::AgentVersionPage;
        fn into_source(self) -> crate::binding::Source<Self::Body> {
            let advance = crate::binding::Advance::Reply;
            let Self { client, agent_id, cursor, limit } = self;
            let client = client.clone();
            crate::binding::Source::new(
                "list_agent_versions",
                ::std::option::Option::None,
                advance,
                move |ask| {
                    let client = client.clone();
                    let agent_id = agent_id.clone();
                    let cursor = cursor.clone();
                    let limit = limit.clone();
                    ::std::boxed::Box::pin(async move {
                        #[allow(unused_mut)]
                        let mut list = ListAgentVersions {
                            client: &client,
                            agent_id,
                            cursor,
                            limit,
                        };
                        if let Some(cursor) = ask.cursor {
                            list = list.cursor(cursor);
                        }
                        list.send().await
                    })
                },
            )
        }
    }
    impl crate::binding::Sealed for ListTasks<'_> {}
    impl<'a> crate::binding::Paged for ListTasks<'a> {
        type Body = types::TaskPage;
        fn into_source(self) -> crate::binding::Source<Self::Body> {
            let advance = crate::binding::Advance::Reply;
            let Self {
                client,
                agent_id,
                created_after,
                created_before,
                cursor,
                limit,
                q,
                status,
            } = self;
            let client = client.clone();
            crate::binding::Source::new(
                "list_tasks",
                ::std::option::Option::Some(100u32),
                advance,
                move |ask| {
                    let client = client.clone();
                    let agent_id = agent_id.clone();
                    let created_after = created_after.clone();
                    let created_before = created_before.clone();
                    let cursor = cursor.clone();
                    let limit = limit.clone();
                    let q = q.clone();
                    let status = status.clone();
                    ::std::boxed::Box::pin(async move {
                        #[allow(unused_mut)]
                        let mut list = ListTasks {
                            client: &client,
                            agent_id,
                            created_after,
                            created_before,
                            cursor,
                            limit,
                            q,
                            status,
                        };
                        if let Some(cursor) = ask.cursor {
                            list = list.cursor(cursor);
                        }
                        if let (Ok(None), Some(size)) = (&list.limit, ask.page_size) {
                            list = list.limit(size);
                        }
                        if let Some(time) = ask.until {
                            list = list.created_before(time);
                        }
                        list.send().await
                    })
                },
            )
        }
    }
    impl<'a> crate::binding::Ranged for ListTasks<'a> {
        fn since(
            &self,
        ) -> ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>> {
            self.created_after.as_ref().ok().copied().flatten()
        }
        fn time(
            item: &types::TaskListItem,
        ) -> ::chrono::DateTime<::chrono::offset::Utc> {
            item.created_at
        }
        fn time_of_json(
            item: &::serde_json::Value,
        ) -> ::std::option::Option<::chrono::DateTime<::chrono::offset::Utc>> {
            ::serde::Deserialize::deserialize(item.get("created_at")?).ok()
        }
        fn filters(&self) -> crate::binding::Filters {
            crate::binding::Filters::new(
                self.client.transport(),
                [
                    ("agent_id", crate::binding::filter(&self.agent_id)),
                    ("created_after", crate::binding::filter(&self.created_after)),
                    ("created_before", crate::binding::filter(&self.created_before)),
                    ("q", crate::binding::filter(&self.q)),
                    (
                        "status",
                        crate::binding::filter_of_list(
                            self
                                .status
                                .as_ref()
                                .ok()
                                .and_then(::std::option::Option::as_ref),
                        ),
                    ),
                ],
            )
        }
    }
    impl crate::binding::Sealed for ListTaskMessages<'_> {}
    impl<'a> crate::binding::Paged for ListTaskMessages<'a> {
        type Body = types::TaskMessageList;
        fn into_source(self) -> crate::binding::Source<Self::Body> {
            let advance = crate::binding::Advance::Reply;
            let Self { client, task_id } = self;
            let client = client.clone();
            crate::binding::Source::new(
                "list_task_messages",
                ::std::option::Option::None,
                advance,
                move |ask| {
                    let client = client.clone();
                    let task_id = task_id.clone();
                    ::std::boxed::Box::pin(async move {
                        #[allow(unused_mut)]
                        let mut list = ListTaskMessages {
                            client: &client,
                            task_id,
                        };
                        if let Some(cursor) = ask.cursor {
                            return Err(
                                crate::binding::comes_whole("list_task_messages", &cursor),
                            );
                        }
                        list.send().await
                    })
                },
            )
        }
    }
}
/// The rows of the operations.
pub(crate) mod operations {
    pub(crate) static LIST_AGENTS: crate::binding::Operation = crate::binding::Operation {
        id: "list_agents",
        method: ::http::Method::GET,
        path: "/api/v1/agents",
        span: crate::binding::call_span!("list_agents"),
        retry: crate::binding::RetryClass::Safe,
        query: &["cursor", "limit", "q", "status"],
        fields: &[],
        bounds: &[
            crate::binding::Bound {
                parameter: "limit",
                range: 1i64..=100i64,
            },
        ],
        range: ::std::option::Option::None,
        reply: crate::binding::Reply::Container,
        accept: "application/json",
        key: crate::binding::KeyPlace::Bearer,
    };
    pub(crate) static CREATE_AGENT: crate::binding::Operation = crate::binding::Operation {
        id: "create_agent",
        method: ::http::Method::POST,
        path: "/api/v1/agents",
        span: crate::binding::call_span!("create_agent"),
        retry: crate::binding::RetryClass::Never,
        query: &[],
        fields: &["config", "name", "system_prompt"],
        bounds: &[],
        range: ::std::option::Option::None,
        reply: crate::binding::Reply::Container,
        accept: "application/json",
        key: crate::binding::KeyPlace::Bearer,
    };
    pub(crate) static GET_AGENT: crate::binding::Operation = crate::binding::Operation {
        id: "get_agent",
        method: ::http::Method::GET,
        path: "/api/v1/agents/{agent_id}",
        span: crate::binding::call_span!("get_agent", "agent_id"),
        retry: crate::binding::RetryClass::Safe,
        query: &[],
        fields: &[],
        bounds: &[],
        range: ::std::option::Option::None,
        reply: crate::binding::Reply::Container,
        accept: "application/json",
        key: crate::binding::KeyPlace::Bearer,
    };
    pub(crate) static UPDATE_AGENT: crate::binding::Operation = crate::binding::Operation {
        id: "update_agent",
        method: ::http::Method::PATCH,
        path: "/api/v1/agents/{agent_id}",
        span: crate::binding::call_span!("update_agent", "agent_id"),
        retry: crate::binding::RetryClass::Safe,
        query: &[],
        fields: &["config", "is_active", "name", "system_prompt"],
        bounds: &[],
        range: ::std::option::Option::None,
        reply: crate::binding::Reply::Container,
        accept: "application/json",
        key: crate::binding::KeyPlace::Bearer,
    };
    pub(crate) static RUN_AGENT: crate::binding::Operation = crate::binding::Operation {
        id: "run_agent",
        method: ::http::Method::POST,
        path: "/api/v1/agents/{agent_id}/run",
        span: crate::binding::call_span!("run_agent", "agent_id"),
        retry: crate::binding::RetryClass::Reconcile,
        query: &[],
        fields: &["files", "output_config", "query"],
        bounds: &[],
        range: ::std::option::Option::None,
        reply: crate::binding::Reply::Container,
        accept: "application/json",
        key: crate::binding::KeyPlace::Bearer,
    };
    pub(crate) static LIST_AGENT_VERSIONS: crate::binding::Operation = crate::binding::Operation {
        id: "list_agent_versions",
        method: ::http::Method::GET,
        path: "/api/v1/agents/{agent_id}/versions",
        span: crate::binding::call_span!("list_agent_versions", "agent_id"),
        retry: crate::binding::RetryClass::Safe,
        query: &["cursor", "limit"],
        fields: &[],
        bounds: &[
            crate::binding::Bound {
                parameter: "limit",
                range: 1i64..=100i64,
            },
        ],
        range: ::std::option::Option::None,
        reply: crate::binding::Reply::Container,
        accept: "application/json",
        key: crate::binding::KeyPlace::Bearer,
    };
    pub(crate) static PUBLISH_AGENT_VERSION: crate::binding::Operation = crate::binding::Operation {
        id: "publish_agent_version",
        method: ::http::Method::POST,
        path: "/api/v1/agents/{agent_id}/versions/publish",
        span: crate::binding::call_span!("publish_agent_version", "agent_id"),
        retry: crate::binding::RetryClass::Never,
        query: &[],
        fields: &[],
        bounds: &[],
        range: ::std::option::Option::None,
        reply: crate::binding::Reply::Container,
        accept: "application/json",
        key: crate::binding::KeyPlace::Bearer,
    };
    pub(crate) static LIST_TASKS: crate::binding::Operation = crate::binding::Operation {
        id: "list_tasks",
        method: ::http::Method::GET,
        path: "/api/v1/tasks",
        span: crate::binding::call_span!("list_tasks"),
        retry: crate::binding::RetryClass::Safe,
        query: &[
            "cursor",
            "limit",
            "agent_id",
            "status",
            "created_after",
            "created_before",
            "q",
        ],
        fields: &[],
        bounds: &[
            crate::binding::Bound {
                parameter: "limit",
                range: 1i64..=100i64,
            },
        ],
        range: ::std::option::Option::Some(("created_after", "created_before")),
        reply: crate::binding::Reply::Container,
        accept: "application/json",
        key: crate::binding::KeyPlace::Bearer,
    };
    pub(crate) static GET_TASK: crate::binding::Operation = crate::binding::Operation {
        id: "get_task",
        method: ::http::Method::GET,
        path: "/api/v1/tasks/{task_id}",
        span: crate::binding::call_span!("get_task", "task_id"),
        retry: crate::binding::RetryClass::Safe,
        query: &[],
        fields: &[],
        bounds: &[],
        range: ::std::option::Option::None,
        reply: crate::binding::Reply::Container,
        accept: "application/json",
        key: crate::binding::KeyPlace::Bearer,
    };
    pub(crate) static CANCEL_TASK: crate::binding::Operation = crate::binding::Operation {
        id: "cancel_task",
        method: ::http::Method::POST,
        path: "/api/v1/tasks/{task_id}/cancel",
        span: crate::binding::call_span!("cancel_task", "task_id"),
        retry: crate::binding::RetryClass::Safe,
        query: &[],
        fields: &[],
        bounds: &[],
        range: ::std::option::Option::None,
        reply: crate::binding::Reply::Container,
        accept: "application/json",
        key: crate::binding::KeyPlace::Bearer,
    };
    pub(crate) static SEND_TASK_MESSAGE: crate::binding::Operation = crate::binding::Operation {
        id: "send_task_message",
        method: ::http::Method::POST,
        path: "/api/v1/tasks/{task_id}/message",
        span: crate::binding::call_span!("send_task_message", "task_id"),
        retry: crate::binding::RetryClass::Never,
        query: &[],
        fields: &["message"],
        bounds: &[],
        range: ::std::option::Option::None,
        reply: crate::binding::Reply::Container,
        accept: "application/json",
        key: crate::binding::KeyPlace::Bearer,
    };
    pub(crate) static LIST_TASK_MESSAGES: crate::binding::Operation = crate::binding::Operation {
        id: "list_task_messages",
        method: ::http::Method::GET,
        path: "/api/v1/tasks/{task_id}/messages",
        span: crate::binding::call_span!("list_task_messages", "task_id"),
        retry: crate::binding::RetryClass::Safe,
        query: &[],
        fields: &[],
        bounds: &[],
        range: ::std::option::Option::None,
        reply: crate::binding::Reply::Container,
        accept: "application/json",
        key: crate::binding::KeyPlace::Bearer,
    };
    pub(crate) static GET_TASK_RESULT: crate::binding::Operation = crate::binding::Operation {
        id: "get_task_result",
        method: ::http::Method::GET,
        path: "/api/v1/tasks/{task_id}/result",
        span: crate::binding::call_span!("get_task_result", "task_id"),
        retry: crate::binding::RetryClass::Safe,
        query: &[],
        fields: &[],
        bounds: &[],
        range: ::std::option::Option::None,
        reply: crate::binding::Reply::Container,
        accept: "application/json",
        key: crate::binding::KeyPlace::Bearer,
    };
    pub(crate) static GET_TASK_SUMMARY: crate::binding::Operation = crate::binding::Operation {
        id: "get_task_summary",
        method: ::http::Method::GET,
        path: "/api/v1/tasks/{task_id}/summary",
        span: crate::binding::call_span!("get_task_summary", "task_id"),
        retry: crate::binding::RetryClass::Safe,
        query: &[],
        fields: &[],
        bounds: &[],
        range: ::std::option::Option::None,
        reply: crate::binding::Reply::Container,
        accept: "application/json",
        key: crate::binding::KeyPlace::Bearer,
    };
}
