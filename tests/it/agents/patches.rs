//! What a patch sends: what it names and nothing else, with the texts that the server gave.

use nanonets_agents::{ErrorKind, Phase, agents::AgentPatch, types::Agent};
use serde_json::json;
use support::documented::AGENT;

use super::stage::{Script, agent_with};

/// What the newcomer lost, and texts that don't survive as values: numbers beyond 2^53 and 2^64,
/// digits beyond a double's, a null, an order of keys, an escape.
const CONFIG: &str = r#"{"system_prompt": "Read.", "tools": [{"z": 1, "a": 9007199254740993}], "limit": 123456789012345678901234567890, "rate": 0.10000000000000000000001, "x": null, "note": "\u0041", "model": "m-1"}"#;

/// Returns what is sent for a patch of this agent, `None` where nothing is.
async fn body_of(patch: AgentPatch) -> Option<String> {
    let read = (200, agent_with(CONFIG));
    let script = Script::new([read, (200, AGENT.to_owned())]);
    script.agent().update(patch).await.expect("an agent");
    let sent = script.sent();
    assert_eq!(sent[0], "GET ");
    sent.get(1).map(|line| line.replace("PATCH ", ""))
}

#[tokio::test(start_paused = true)]
async fn a_key_that_changes_takes_all_others_along_byte_for_byte() {
    let body = body_of(AgentPatch::default().set("model", "m-2")).await;
    let expected = r#"{"config":{"limit":123456789012345678901234567890,"model":"m-2","note":"\u0041","rate":0.10000000000000000000001,"system_prompt":"Read.","tools":[{"z": 1, "a": 9007199254740993}],"x":null}}"#;
    assert_eq!(body.as_deref(), Some(expected));

    let patch = AgentPatch::default().remove("model").remove("limit");
    let patch = patch.remove("rate").remove("note").remove("tools");
    let body = body_of(patch.set("y", json!([true]))).await;
    let expected = r#"{"config":{"system_prompt":"Read.","x":null,"y":[true]}}"#;
    assert_eq!(body.as_deref(), Some(expected));
}

#[tokio::test(start_paused = true)]
async fn the_configuration_is_left_out_where_a_field_says_it_all() {
    for (patch, expected) in [
        (
            AgentPatch::default().system_prompt("Read twice."),
            r#"{"system_prompt":"Read twice."}"#,
        ),
        // A key that stays as it is is no reason to send all.
        (
            AgentPatch::default()
                .set("system_prompt", "Read twice.")
                .set("model", "m-1"),
            r#"{"system_prompt":"Read twice."}"#,
        ),
        (
            AgentPatch::default().name("Letters").active(false),
            r#"{"is_active":false,"name":"Letters"}"#,
        ),
    ] {
        assert_eq!(
            body_of(patch.clone()).await.as_deref(),
            Some(expected),
            "{patch:?}"
        );
    }
    // Both at once are undefined, so the prompt is a key then.
    let both = AgentPatch::default()
        .system_prompt("New.")
        .set("model", "m-2");
    let body = body_of(both.name("Letters")).await.expect("it changes");
    assert!(body.contains(r#""system_prompt":"New.""#), "{body}");
    assert!(
        body.starts_with(r#"{"name":"Letters","config":{"#),
        "{body}"
    );
    assert_eq!(body.matches("system_prompt").count(), 1, "{body}");
}

#[tokio::test(start_paused = true)]
async fn nothing_is_sent_where_nothing_would_change() {
    for patch in [
        AgentPatch::default(),
        AgentPatch::default().name("Invoice extractor").active(true),
        AgentPatch::default()
            .system_prompt("Read.")
            .set("model", "m-1"),
        AgentPatch::default()
            .set("x", json!(null))
            .remove("milestones"),
    ] {
        assert_eq!(body_of(patch.clone()).await, None, "{patch:?}");
    }
    // A null is something else than an absent key.
    let body = body_of(AgentPatch::default().remove("x")).await;
    assert!(!body.expect("it changes").contains(r#""x""#));
    let body = body_of(AgentPatch::default().set("y", json!(null))).await;
    assert!(body.expect("it changes").contains(r#""y":null"#));
}

#[tokio::test(start_paused = true)]
async fn a_prompt_that_is_no_text_is_refused_before_anything_is_sent() {
    let script = Script::new([]);
    let patch = AgentPatch::default().set("system_prompt", 17);
    let error = script.agent().update(patch).await.expect_err("no text");
    assert_eq!(
        (error.kind(), error.phase()),
        (ErrorKind::InvalidRequest, Phase::NotSent)
    );
    assert_eq!(
        error.to_string(),
        "update_agent: `system_prompt` of an agent's configuration is text, and the patch sets it \
         to a number; give it a text, or remove it (nothing was sent)"
    );
    assert!(script.sent().is_empty());
}

#[test]
fn a_configuration_that_is_not_as_documented_is_kept() {
    let text = agent_with(r#"{"system_prompt": 7, "tools": "all", "model": {"name": "m"}}"#);
    let agent: Agent = serde_json::from_str(&text).expect("an agent");
    assert_eq!(agent.config.system_prompt(), None);
    assert_eq!(agent.config.tools(), Some(&json!("all")));
    assert_eq!(agent.config.model(), Some(&json!({"name": "m"})));
    assert_eq!(
        (agent.config.states(), agent.config.milestones()),
        (None, None)
    );
    let expected = json!({"system_prompt": 7, "tools": "all", "model": {"name": "m"}});
    assert_eq!(
        serde_json::to_value(&agent.config).expect("plain"),
        expected
    );
}

/// Another person's edit falls between the request and its repetition.
#[tokio::test(start_paused = true)]
async fn a_repetition_is_merged_anew() {
    for lost in [
        (0, "reset".to_owned()),
        (503, String::new()),
        (504, String::new()),
    ] {
        let script = Script::new([
            (200, agent_with(r#"{"model": "m-1", "tools": [1]}"#)),
            lost.clone(),
            (200, agent_with(r#"{"model": "m-1", "tools": [1, 2]}"#)),
            (200, AGENT.to_owned()),
        ]);
        let patch = AgentPatch::default().set("model", "m-2");
        script.agent().update(patch).await.expect("an agent");
        let expected = r#"PATCH {"config":{"model":"m-2","tools":[1, 2]}}"#;
        assert_eq!(script.sent()[3], expected, "{lost:?}");
    }
    // It was carried out, and only its reply is lost.
    for lost in [
        (0, "reset".to_owned()),
        (502, String::new()),
        (200, "<html>".to_owned()),
    ] {
        let script = Script::new([
            (200, agent_with(r#"{"model": "m-1"}"#)),
            lost.clone(),
            (200, agent_with(r#"{"model": "m-2", "tools": [1]}"#)),
        ]);
        let patch = AgentPatch::default().set("model", "m-2");
        let agent = script.agent().update(patch).await.expect("an agent");
        assert_eq!(agent.config.tools(), Some(&json!([1])), "{lost:?}");
        assert_eq!(script.sent().len(), 3, "{lost:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn an_update_ends_with_its_attempts_and_at_a_refusal() {
    let read = || (200, agent_with(r#"{"model": "m-1"}"#));
    let patch = || AgentPatch::default().set("model", "m-2");
    let failing = (0..20).flat_map(|_| [read(), (503, String::new())]);
    let script = Script::new(failing);
    let error = script.agent().update(patch()).await.expect_err("it fails");
    assert_eq!(error.status().map(|status| status.as_u16()), Some(503));
    assert_eq!(script.sent().len(), 10, "five attempts, each with a look");
    let script = Script::new([read(), (409, r#"{"error": "Taken"}"#.to_owned())]);
    let error = script
        .agent()
        .update(patch())
        .await
        .expect_err("it is refused");
    assert_eq!(
        (error.operation(), error.message()),
        (Some("update_agent"), "Taken")
    );
}

#[tokio::test(start_paused = true)]
async fn a_patch_for_an_older_state_is_refused() {
    let seen: Agent = serde_json::from_str(AGENT).expect("an agent");
    let patch = || {
        AgentPatch::default()
            .set("model", "m-2")
            .if_unchanged(&seen)
    };
    let newer = AGENT.replace("10:15:42", "10:15:43");
    let script = Script::new([(200, newer.clone())]);
    let error = script
        .agent()
        .update(patch())
        .await
        .expect_err("it was changed");
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert_eq!(
        error.message(),
        "the agent was changed at 2026-05-12 10:15:43 UTC, and the patch was made for its state of \
         2026-05-12 10:15:42 UTC; fetch it again, and decide on the patch anew"
    );
    assert_eq!(script.sent().len(), 1);
    // Its own change, whose reply was lost, is no other's.
    let script = Script::new([
        (200, AGENT.to_owned()),
        (0, "reset".to_owned()),
        (200, newer.replace("m-1", "m-2")),
    ]);
    script
        .agent()
        .update(patch())
        .await
        .expect("it is as wanted");
}
