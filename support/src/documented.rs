//! Literal bodies of replies, as the documentation shows them.

/// The reply of `get_agent`.
pub const AGENT: &str = r#"{
    "id": "3f2b8c1e-7d44-4a55-9a0e-5f2f0c6d7e81",
    "agent_group_id": "9c1d2e3f-4a5b-4c6d-8e7f-101112131415",
    "version_number": 3,
    "status": "published",
    "name": "Invoice extractor",
    "config": {"system_prompt": "You extract invoices.", "tools": [{"name": "ocr"}], "model": "m-1", "x": null},
    "is_active": true,
    "created_at": "2026-05-01T08:00:00Z",
    "updated_at": "2026-05-12T10:15:42Z"
}"#;

/// An item of the lists of agents and versions.
pub const VERSION: &str = r#"{
    "id": "3f2b8c1e-7d44-4a55-9a0e-5f2f0c6d7e81",
    "agent_group_id": "9c1d2e3f-4a5b-4c6d-8e7f-101112131415",
    "version_number": 3,
    "status": "archived",
    "name": "Invoice extractor",
    "is_active": false,
    "created_at": "2026-05-01T08:00:00Z",
    "updated_at": "2026-05-12T10:15:42Z"
}"#;

/// The reply of `get_task`.
pub const TASK: &str = r#"{
    "task_id": "f1c2a3b4-5d6e-4f70-8192-a3b4c5d6e7f8",
    "agent_id": "3f2b8c1e-7d44-4a55-9a0e-5f2f0c6d7e81",
    "status": "waiting_for_input",
    "created_at": "2026-05-12T10:15:42Z",
    "updated_at": "2026-05-12T10:16:03Z",
    "title": "Extract the line items"
}"#;
