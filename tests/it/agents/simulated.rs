//! Agents at the simulator: patches, versions, refusals, lost replies.

use futures_util::TryStreamExt;
use nanonets_agents::{
    Error, ErrorKind,
    agents::{AgentPatch, Published},
    prelude::*,
    simulator::{Fault, Simulator},
    types::{AgentConfig, CreateAgentRequest},
};
use support::stage::minute_simulator;
use uuid::Uuid;

fn stage() -> (Simulator, Client) {
    let simulator = minute_simulator();
    let client = simulator.in_process_client().expect("a client");
    (simulator, client)
}

fn status(error: &Error) -> Option<u16> {
    error.status().map(|status| status.as_u16())
}

/// The accident of a first look at the API: `{"model": "m1"}` alone replaces the whole config.
#[tokio::test(start_paused = true)]
async fn one_key_of_a_configuration_is_changed_without_the_others() {
    let (_simulator, client) = stage();
    let mut config = AgentConfig::default();
    config.insert("system_prompt", "Read invoices.");
    config.insert("tools", vec!["ocr"]);
    config.insert("unknown", 9_007_199_254_740_993_u64);
    let body = CreateAgentRequest::builder()
        .name("Invoices")
        .config(config.clone());
    let created = client
        .create_agent()
        .body(body)
        .send()
        .await
        .expect("an agent");
    let agent = client.agent(created.id);

    let updated = agent.update(AgentPatch::default().set("model", "m1")).await;
    config.insert("model", "m1");
    assert_eq!(updated.expect("an agent").config, config);
    assert_eq!(agent.fetch().await.expect("an agent").config, config);

    let updated = agent
        .update(AgentPatch::default().system_prompt("Read letters."))
        .await;
    config.insert("system_prompt", "Read letters.");
    assert_eq!(updated.expect("an agent").config, config);
}

/// Both read before either writes; the API can't tell them apart, but what each has changed is
/// merged into what the other left.
#[tokio::test(start_paused = true)]
async fn two_editors_one_after_the_other_lose_nothing() {
    let (simulator, client) = stage();
    let other = simulator.in_process_client().expect("a client");
    let id = simulator.agent_id();
    let shown = client.agent(id).fetch().await.expect("an agent");
    tokio::time::advance(std::time::Duration::from_secs(5)).await;
    let patch = AgentPatch::default().set("model", "m1");
    other.agent(id).update(patch).await.expect("an agent");

    let careful = AgentPatch::default()
        .set("states", "s")
        .if_unchanged(&shown);
    let error = client
        .agent(id)
        .update(careful)
        .await
        .expect_err("it was changed");
    assert!(error.to_string().contains("(nothing was sent)"), "{error}");

    let patch = AgentPatch::default().set("states", "s");
    let agent = client.agent(id).update(patch).await.expect("an agent");
    assert_eq!(agent.config["model"], "m1");
    assert_eq!(agent.config["states"], "s");
    assert_eq!(simulator.count("update_agent"), 2);
}

#[tokio::test(start_paused = true)]
async fn a_lost_reply_changes_an_agent_once() {
    for fault in [
        Fault::reset_after(),
        Fault::status_after(503),
        Fault::cut_body(9),
    ] {
        for patch in [
            AgentPatch::default().set("model", "m1"),
            AgentPatch::default().system_prompt("New").name("Letters"),
        ] {
            let (simulator, client) = stage();
            simulator.inject(fault.clone().on("update_agent").times(1));
            let agent = client.agent(simulator.agent_id());
            let updated = agent.update(patch.clone()).await.expect("an agent");
            assert_eq!(updated, agent.fetch().await.expect("an agent"), "{fault:?}");
            let again = agent.update(patch).await.expect("an agent");
            assert_eq!(again, updated, "nothing is left to change");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn refusals_name_their_operation() {
    let (simulator, client) = stage();
    let patch = || AgentPatch::default().active(false);
    let missing = client.agent(Uuid::nil());
    assert_eq!(
        status(&missing.update(patch()).await.expect_err("none")),
        Some(404)
    );
    assert_eq!(
        status(&missing.publish().await.expect_err("none")),
        Some(404)
    );
    let foreign = client.agent(simulator.add_workspace("other-key"));
    assert_eq!(
        status(&foreign.fetch().await.expect_err("foreign")),
        Some(403)
    );
    assert_eq!(
        status(&foreign.publish().await.expect_err("foreign")),
        Some(403)
    );
    let taken = CreateAgentRequest::builder().name("Letters");
    client
        .create_agent()
        .body(taken)
        .send()
        .await
        .expect("an agent");
    let named = client.agent(simulator.agent_id());
    let error = named.update(AgentPatch::default().name("Letters")).await;
    let error = error.expect_err("the name is taken");
    assert_eq!(
        (status(&error), error.operation()),
        (Some(409), Some("update_agent"))
    );

    let nameless = client.agent("invoices");
    for error in [
        nameless.agent_id().map(drop).expect_err("no id"),
        nameless.update(patch()).await.map(drop).expect_err("no id"),
        nameless.publish().await.map(drop).expect_err("no id"),
        nameless.versions().map(drop).expect_err("no id"),
    ] {
        assert_eq!(error.message(), r#"the agent id "invoices" is not a UUID"#);
    }
    let run = nameless.run().query("Hi").start().await.expect_err("no id");
    assert!(
        run.to_string().contains(r#"the agent id "invoices""#),
        "{run}"
    );
}

#[tokio::test(start_paused = true)]
async fn publishing_without_changes_is_no_error() {
    let (simulator, client) = stage();
    let agent = client.agent(simulator.agent_id());
    assert_eq!(
        agent.publish().await.expect("an outcome"),
        Published::Unchanged
    );
    let draft = simulator.edit_draft(simulator.agent_id()).expect("a draft");
    let Published::New(version) = agent.publish().await.expect("an outcome") else {
        panic!("the draft has changes")
    };
    assert_eq!((version.id, version.version_number), (draft, 2));
    assert_eq!(
        agent.publish().await.expect("an outcome"),
        Published::Unchanged
    );
    let versions: Vec<_> = agent
        .versions()
        .expect("an id")
        .try_collect()
        .await
        .expect("a list");
    let numbers: Vec<i64> = versions
        .iter()
        .map(|version| version.version_number)
        .collect();
    assert_eq!(numbers, [2, 1]);
}

#[tokio::test(start_paused = true)]
async fn a_version_whose_reply_was_lost_is_found_and_not_published_twice() {
    for fault in [
        Fault::reset_after(),
        Fault::status_after(500),
        Fault::cut_body(9),
    ] {
        let (simulator, client) = stage();
        simulator.edit_draft(simulator.agent_id()).expect("a draft");
        simulator.inject(fault.clone().on("publish_agent_version").times(1));
        let published = client.agent(simulator.agent_id()).publish().await;
        let Published::New(version) = published.expect("an outcome") else {
            panic!("{fault:?}")
        };
        assert_eq!(version.version_number, 2);
        assert_eq!(simulator.count("publish_agent_version"), 1);
    }
    // What wasn't carried out isn't taken for the version that was live before.
    for fault in [Fault::reset_before(), Fault::status_before(500)] {
        let (simulator, client) = stage();
        simulator.edit_draft(simulator.agent_id()).expect("a draft");
        simulator.inject(fault.on("publish_agent_version").times(1));
        let agent = client.agent(simulator.agent_id());
        agent.publish().await.expect_err("it isn't known");
        assert!(matches!(agent.publish().await, Ok(Published::New(_))));
    }
}

/// The id that a program has stored is that of a version, which a publication leaves behind.
#[tokio::test(start_paused = true)]
async fn a_version_that_is_archived_is_not_changed_in_vain() {
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    let old = client.agent(simulator.agent_id());
    simulator.edit_draft(simulator.agent_id());
    let Published::New(version) = old.publish().await.expect("a reply") else {
        panic!("the draft has changes");
    };
    let patch = || AgentPatch::default().set("model", "m2");
    let error = old.update(patch()).await.expect_err("it is archived");
    assert_eq!(error.kind(), ErrorKind::InvalidRequest);
    assert!(error.to_string().contains("is archived"), "{error}");
    assert_eq!(simulator.count("update_agent"), 0);
    let new = client.agent(version.id).update(patch()).await;
    assert_eq!(new.expect("it is live").config["model"], "m2");
}

#[tokio::test(start_paused = true)]
async fn what_is_no_key_of_the_configuration_is_refused_with_its_own_setter() {
    let simulator = Simulator::builder().build();
    let client = simulator.in_process_client().expect("a client");
    let agent = client.agent(simulator.agent_id());
    for (patch, setter) in [
        (AgentPatch::default().set("name", "B"), "`name()`"),
        (AgentPatch::default().set("is_active", false), "`active()`"),
        (AgentPatch::default().remove("name"), "`name()`"),
    ] {
        let error = agent.update(patch).await.expect_err("no key");
        assert_eq!(error.kind(), ErrorKind::InvalidRequest);
        assert!(error.to_string().contains(setter), "{error}");
    }
    assert_eq!(simulator.requests().len(), 0);
}
