//! Thousands of dialogues in an unkind world: two processes, people, chatter, replicas that lag,
//! answers that are late.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use nanonets_agents::{
    TaskId, TaskRef,
    prelude::*,
    simulator::{AgentSpec, Fault, Script, Simulator},
    types::TaskMessage,
    wait::{Question, Reply, WaitMany},
};
use support::stage::{seconds, seed, start_many};
use tokio::time::sleep;

use super::many::{count_completed, ends};

const TASKS: usize = 2_000;
/// How far the messages lag behind. What happened within this time can't be shown.
const LAG: Duration = Duration::from_secs(3);
const PERSON: &str = "by hand";

fn questions_of(number: usize) -> usize {
    number % 5 + 1
}

/// Talks before its questions, while it waits, and after the answers.
fn script(number: usize) -> Script {
    let mut script = Script::empty();
    for question in 0..questions_of(number) {
        script = script
            .running(seconds(5))
            .say("I have found something")
            .ask(format!("Question {question}?"))
            .answer_delay(seconds((number % 7) as u32))
            .running(seconds(2))
            .say("Thanks, I am at it");
    }
    script.running(seconds(10))
}

fn simulator(seed: u64) -> Simulator {
    let agent = AgentSpec::new("Asking").script_for(|run| {
        let number = run.text().and_then(|text| text.parse().ok());
        script(number.unwrap_or_default())
    });
    let builder = Simulator::builder().agent(agent).seed(seed);
    builder.keep_requests(0).build()
}

fn make_unkind(simulator: &Simulator) {
    for fault in [
        Fault::reset_after().on("send_task_message"),
        Fault::status_after(500).on("send_task_message"),
        Fault::cut_body(3).on("send_task_message"),
        Fault::reset_before().on("send_task_message"),
        Fault::status_before(502).on("list_tasks"),
        Fault::reset_after().on("list_task_messages"),
        Fault::status_before(500).on("get_task"),
    ] {
        simulator.inject(fault.chance(0.05));
    }
    simulator.inject(Fault::stale_list(seconds(10)));
    simulator.inject(Fault::stale_messages(LAG));
    simulator.inject(Fault::stale_task(seconds(2)));
}

/// A person answers as well, whom only the messages show.
fn add_a_person(simulator: &Simulator) {
    let person = Fault::answered_by_another(PERSON);
    simulator.inject(person.on("list_task_messages").chance(0.04));
}

/// Answers are delivered late, which one process alone can allow for, and all replies take time.
fn make_late(simulator: &Simulator) {
    for late in [
        Fault::late_after_reset(seconds(8)),
        Fault::late_after_status(502, seconds(12)),
        Fault::late_after_status(504, seconds(40)),
    ] {
        simulator.inject(late.on("send_task_message").chance(0.05));
    }
    simulator.inject(Fault::latency(seconds(0.5)));
}

/// How often each question of a task was asked by a process.
type Asked = Arc<Mutex<HashMap<(TaskId, String), usize>>>;

/// Waits as a process whose handlers take no time, or up to 20 minutes.
fn process(client: &Client, tasks: &[TaskRef], seed: u64) -> (WaitMany, Asked) {
    let asked = Asked::default();
    let log = asked.clone();
    let random = Mutex::new(fastrand::Rng::with_seed(seed));
    let wait = client.wait_many(tasks).deadline(seconds(7 * 86_400));
    let wait = wait
        .requests_per_second(500.0)
        .on_input(move |question: Question| {
            let key = (question.task_ref().task_id(), question.to_string());
            *log.lock().expect("no panic").entry(key).or_default() += 1;
            let mut random = random.lock().expect("no panic");
            let is_instant = random.u8(..10) == 0;
            let time = if is_instant {
                0.0
            } else {
                1200.0 * random.f64()
            };
            async move {
                sleep(seconds(time)).await;
                Reply::text(format!("to {question}"))
            }
        });
    (wait, asked)
}

/// What became of all questions.
#[derive(Debug, Default)]
struct Verdict {
    answered: usize,
    by_hand: usize,
    /// Answers within the lag of another one: no message could show that it was there.
    unseen: usize,
    twice: Vec<String>,
    wrong: Vec<String>,
}

impl Verdict {
    async fn of(simulator: &Simulator, client: &Client, tasks: &[TaskRef]) -> Self {
        simulator.clear_faults();
        let mut verdict = Self::default();
        for task in tasks {
            let messages = client.task(task).fetch_messages().await.expect("messages");
            let line = |message: &TaskMessage| {
                let text = message.text().unwrap_or_default();
                (message.is_from_user(), text, message.created_at)
            };
            verdict.judge(&messages.iter().map(line).collect::<Vec<_>>());
        }
        verdict
    }

    fn judge(&mut self, messages: &[(bool, String, DateTime<Utc>)]) {
        let mut question: Option<&str> = None;
        let mut answered_at: Option<DateTime<Utc>> = None;
        for (is_users, text, at) in messages.iter().skip(1) {
            if !is_users {
                if text.starts_with("Question") {
                    question = Some(text);
                    self.answered += 1;
                }
                continue;
            }
            let since = answered_at.map(|answered_at| *at - answered_at);
            let is_unseen = since.is_some_and(|since| since <= lag());
            let is_right = question.is_some_and(|question| *text == format!("to {question}"));
            match question.take() {
                _ if is_unseen => self.unseen += 1,
                None => self.twice.push(format!("{text} {since:?}")),
                Some(_) if text == PERSON => self.by_hand += 1,
                Some(_) if is_right => (),
                Some(other) => self.wrong.push(format!("{text} for {other}")),
            }
            answered_at = Some(*at);
        }
    }
}

fn lag() -> TimeDelta {
    TimeDelta::from_std(LAG).expect("some seconds") + TimeDelta::seconds(1)
}

/// Another seed is tried with `DIALOGUE_SEED`.
#[tokio::test(start_paused = true)]
async fn each_question_is_answered_once_and_rightly_in_an_unkind_world() {
    let seed = seed("DIALOGUE_SEED");
    let simulator = simulator(seed);
    let [first, second] = [1, 2].map(|_| simulator.in_process_client().expect("a client"));
    let tasks = start_many(&simulator, &first, TASKS).await;
    make_unkind(&simulator);
    add_a_person(&simulator);
    let (first_wait, first_asked) = process(&first, &tasks, seed);
    let (second_wait, second_asked) = process(&second, &tasks, seed + 1);
    let (first_ends, second_ends) =
        tokio::join!(ends(first_wait.stream()), ends(second_wait.stream()));
    for ends in [first_ends, second_ends] {
        let failed = ends.iter().find_map(|end| end.as_ref().err());
        assert_eq!(count_completed(&ends), TASKS, "{failed:?}");
    }
    let verdict = Verdict::of(&simulator, &first, &tasks).await;
    println!(
        "{verdict:?}, {} requests",
        simulator.count("send_task_message")
    );
    assert!(
        verdict.twice.is_empty() && verdict.wrong.is_empty(),
        "{verdict:?}"
    );
    let expected: usize = (0..TASKS).map(questions_of).sum();
    assert_eq!(verdict.answered, expected);
    // It was unkind enough to prove something, and not so unkind that nothing can be shown.
    assert!(verdict.by_hand > expected / 50, "{verdict:?}");
    assert!(verdict.unseen < expected / 20, "{verdict:?}");
    for asked in [first_asked, second_asked] {
        assert_asked_once(&asked);
    }
}

/// Alone, a process leaves nothing to chance: no answer is given twice, however late it arrives.
#[tokio::test(start_paused = true)]
async fn a_process_alone_answers_each_question_once_however_late_its_answers_arrive() {
    let seed = seed("DIALOGUE_SEED");
    let simulator = simulator(seed);
    let client = simulator.in_process_client().expect("a client");
    let tasks = start_many(&simulator, &client, 500).await;
    make_unkind(&simulator);
    make_late(&simulator);
    let (wait, asked) = process(&client, &tasks, seed);
    let ends = ends(wait.stream()).await;
    assert_eq!(count_completed(&ends), 500);
    let verdict = Verdict::of(&simulator, &client, &tasks).await;
    println!("{verdict:?}");
    assert!(
        verdict.twice.is_empty() && verdict.wrong.is_empty(),
        "{verdict:?}"
    );
    assert_eq!((verdict.unseen, verdict.by_hand), (0, 0), "{verdict:?}");
    assert_eq!(verdict.answered, (0..500).map(questions_of).sum::<usize>());
    assert_asked_once(&asked);
}

fn assert_asked_once(asked: &Asked) {
    let asked = asked.lock().expect("no panic");
    let is_question = |text: &str| text.starts_with("Question");
    let chatter = asked.keys().filter(|(_, text)| !is_question(text)).count();
    assert_eq!(chatter, 0, "what an agent says otherwise is no question");
    assert!(
        asked.values().all(|times| *times == 1),
        "each is asked once"
    );
}
