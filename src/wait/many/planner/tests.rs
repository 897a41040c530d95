use http::StatusCode;
use uuid::Uuid;

use super::*;
use crate::{
    api::types::TaskStatus,
    error::{ErrorKind, Phase},
    wait::many::step::Window,
};

const MINUTE: Duration = Duration::from_secs(60);

/// A planner whose clock the test sets, in seconds since the start.
struct TimedPlanner {
    planner: Planner,
    start: Instant,
}

fn seconds(seconds: u64) -> Duration {
    Duration::from_secs(seconds)
}

fn agent() -> AgentId {
    Uuid::from_u128(7).into()
}

fn id(number: usize) -> TaskId {
    Uuid::from_u128(1 + number as u128).into()
}

fn created_at(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000 + second, 0).expect("a time")
}

impl TimedPlanner {
    fn with(settings: ManySettings, tasks: usize) -> Self {
        let start = Instant::now();
        let planner = Planner::new(&settings, tasks, start);
        let mut stage = Self { planner, start };
        for number in 0..tasks {
            stage.add(number, 0);
        }
        stage
    }

    fn new(tasks: usize) -> Self {
        Self::with(ManySettings::default(), tasks)
    }

    fn at(&self, second: u64) -> Instant {
        self.start + seconds(second)
    }

    fn add(&mut self, number: usize, second: u64) {
        let task = TaskRef::from(id(number));
        self.planner.add(&task, self.at(second));
    }

    fn begin(&mut self, second: u64) -> Option<SweepStep> {
        self.planner.begin_sweep(self.at(second))
    }

    fn overdue(&mut self, second: u64) -> Option<DeadlineExceeded> {
        self.planner.take_overdue(self.at(second))
    }

    /// The list that is swept, and how many tasks are looked for there.
    fn begin_list(&mut self, second: u64) -> (ListPurpose, usize) {
        list(self.begin(second))
    }

    /// Ends the sweep without a likelihood, and without jitter.
    fn end(&mut self, second: u64) {
        let now = self.at(second);
        self.planner.end_sweep(now, 0.5, |_, _| None);
    }

    fn saw(&mut self, number: usize, status: TaskStatus, second: u64) -> Option<Seen> {
        let sighting = Sighting {
            task_id: id(number),
            agent_id: agent(),
            status,
            created_at: created_at(number as i64),
            updated_at: created_at(number as i64 + 10),
        };
        self.planner.saw(&sighting, self.at(second))
    }

    fn saw_running(&mut self, numbers: impl IntoIterator<Item = usize>, second: u64) {
        for number in numbers {
            self.saw(number, TaskStatus::Running, second);
        }
    }

    fn saw_completed(&mut self, numbers: impl IntoIterator<Item = usize>, second: u64) {
        for number in numbers {
            self.saw(number, TaskStatus::Completed, second);
        }
    }
}

fn refusal(status: StatusCode) -> Error {
    Error::new(ErrorKind::Status, Phase::Answered, "no").with_status(status)
}

fn list(step: Option<SweepStep>) -> (ListPurpose, usize) {
    match step {
        Some(SweepStep::Sweep(query)) => (query.purpose, query.wanted.len()),
        other => panic!("a list is to be swept, not {other:?}"),
    }
}

fn polled(step: Option<SweepStep>) -> Vec<TaskId> {
    match step {
        Some(SweepStep::Poll(mut tasks)) => {
            tasks.sort();
            tasks
        }
        other => panic!("tasks are to be polled, not {other:?}"),
    }
}

fn swept(purpose: ListPurpose, missing: impl IntoIterator<Item = usize>) -> StepDone {
    let sweep = ListSweep {
        missing: missing.into_iter().map(id).collect(),
        is_whole: true,
        ..ListSweep::default()
    };
    StepDone::Swept(purpose, sweep)
}

/// What ended while the wait wasn't polled has ended: a deadline counts once all tasks were looked
/// at.
#[test]
fn deadlines_that_passed_unnoticed_wait_for_a_sweep() {
    let settings = ManySettings {
        deadline: MINUTE,
        ..ManySettings::default()
    };
    let mut stage = TimedPlanner::with(settings, 3);
    stage.begin(0);
    // The consumer comes back after five minutes, when a sweep of then is still under way.
    assert!(stage.overdue(300).is_none());
    stage.saw_running([0, 1, 2], 300);
    stage.end(301);
    assert!(stage.overdue(301).is_none(), "it has begun before");
    assert!(stage.begin(301).is_some());
    stage.saw_completed([0], 302);
    assert!(stage.overdue(302).is_none());
    stage.end(302);
    assert!(stage.overdue(302).is_some());
    // However late the next is asked for.
    assert!(stage.overdue(400).is_some() && stage.planner.is_idle());

    // A server that doesn't answer holds the deadlines back for a while only.
    stage.add(3, 400);
    stage.begin(410);
    assert!(stage.overdue(500).is_none() && stage.overdue(559).is_none());
    assert!(stage.overdue(560).is_some());

    // Where the wait is polled all the time, a deadline is a deadline.
    stage.add(4, 600);
    assert!(stage.overdue(659).is_none() && stage.overdue(660).is_some());
}

#[test]
fn statuses_do_not_run_backwards() {
    let mut stage = TimedPlanner::new(1);
    let mut saw = |status: TaskStatus, updated_at: i64| {
        let sighting = Sighting {
            task_id: id(0),
            agent_id: agent(),
            status,
            created_at: created_at(0),
            updated_at: created_at(updated_at),
        };
        let seen = stage.planner.saw(&sighting, stage.start);
        seen.map(|seen| seen.has_changed)
    };
    assert_eq!(saw(TaskStatus::Running, 10), Some(true));
    assert_eq!(saw(TaskStatus::Pending, 5), None, "a replica lags behind");
    assert_eq!(saw(TaskStatus::Running, 10), Some(false));
    assert_eq!(saw(TaskStatus::WaitingForInput, 10), Some(true));
    assert_eq!(
        saw(TaskStatus::Completed, 9),
        Some(true),
        "an end is an end"
    );
}

/// One that can't be read, out of very many.
#[test]
fn a_task_that_cannot_be_read_does_not_change_how_the_others_are_looked_for() {
    let mut stage = TimedPlanner::new(100_000);
    stage.begin_list(0);
    stage.saw_running(1..100_000, 1);
    let error = refusal(StatusCode::INTERNAL_SERVER_ERROR);
    let lasting = stage.planner.failed(id(0), error, stage.at(1));
    assert!(lasting.is_none());
    stage.end(2);
    assert_eq!(stage.begin_list(20), (ListPurpose::FindEnded, 100_000));
}

#[test]
fn few_tasks_are_polled_and_many_are_listed() {
    assert_eq!(polled(TimedPlanner::new(1).begin(0)), [id(0)]);
    let (purpose, wanted) = TimedPlanner::new(50).begin_list(0);
    assert_eq!((purpose, wanted), (ListPurpose::FindLive, 50));
}

#[test]
fn a_list_is_asked_for_within_the_bounds_of_the_tasks() {
    let mut stage = TimedPlanner::new(50);
    let Some(SweepStep::Sweep(query)) = stage.begin(0) else {
        panic!("a list is swept");
    };
    assert_eq!(query.window, Window::default());
    stage.saw_running(0..50, 1);
    stage.end(1);
    let Some(SweepStep::Sweep(query)) = stage.begin(10) else {
        panic!("a list is swept");
    };
    assert_eq!(query.window.agent_id, Some(agent()));
    assert_eq!(query.window.created_after, Some(created_at(0)));
    // A second more than the newest, which a bound without fractions could miss.
    assert_eq!(query.window.created_before, Some(created_at(50)));
    // One task whose time isn't known opens the window.
    stage.end(10);
    stage.add(50, 11);
    let Some(SweepStep::Sweep(query)) = stage.begin(20) else {
        panic!("a list is swept");
    };
    assert_eq!(query.window, Window::default());
}

#[test]
fn what_is_missing_among_the_live_is_polled_or_looked_for_among_the_ended() {
    let mut stage = TimedPlanner::new(500);
    stage.begin_list(0);
    stage.saw_running(1..500, 1);
    let next = stage.planner.next_step(swept(ListPurpose::FindLive, [0]));
    assert_eq!(polled(next), [id(0)]);
    assert_eq!(stage.planner.next_step(StepDone::Polled), None);
    stage.end(2);

    stage.begin_list(20);
    let next = stage.planner.next_step(swept(ListPurpose::FindLive, 0..20));
    assert_eq!(list(next), (ListPurpose::ConfirmEnds, 20));
    // Absence alone is no end: what isn't found there either is polled.
    stage.saw_completed(2..20, 21);
    let confirmed = swept(ListPurpose::ConfirmEnds, 0..2);
    assert_eq!(polled(stage.planner.next_step(confirmed)), [id(0), id(1)]);
    assert_eq!(stage.planner.next_step(StepDone::Polled), None);
}

#[test]
fn what_a_broken_sweep_did_not_show_is_polled() {
    let mut stage = TimedPlanner::new(500);
    stage.begin_list(0);
    let broken = ListSweep {
        missing: (0..20).map(id).collect(),
        ..ListSweep::default()
    };
    let next = StepDone::Swept(ListPurpose::FindLive, broken);
    assert_eq!(polled(stage.planner.next_step(next)).len(), 20);
}

#[test]
fn what_ended_meanwhile_is_not_asked_for_again() {
    let mut stage = TimedPlanner::new(500);
    stage.begin_list(0);
    stage.saw_completed([0], 1);
    let next = stage
        .planner
        .next_step(swept(ListPurpose::FindLive, [0, 1]));
    assert_eq!(polled(next), [id(1)]);
}

/// With 2,000 live tasks and 100 ended ones, the list of the ended is the shorter one. What is
/// missing there is still at work, as a rule: only every fifth time, five tasks are polled.
#[test]
fn the_list_of_the_ended_is_swept_where_it_is_shorter_and_now_and_then_the_other() {
    let mut stage = TimedPlanner::new(2_100);
    stage.begin_list(0);
    stage.saw_running(0..2_000, 1);
    stage.saw_completed(2_000..2_100, 1);
    stage.planner.next_step(swept(ListPurpose::FindLive, []));
    stage.end(1);
    for sweep in 1..=42u64 {
        let second = 20 * sweep;
        // The tasks at work are on 20 pages.
        let purpose = if sweep % 21 == 0 {
            ListPurpose::FindLive
        } else {
            ListPurpose::FindEnded
        };
        assert_eq!(stage.begin_list(second), (purpose, 2_000), "sweep {sweep}");
        let missing = if sweep % 21 == 0 { 0..0 } else { 0..2_000 };
        let next = stage.planner.next_step(swept(purpose, missing));
        assert_eq!(next, None, "sweep {sweep}");
        stage.end(second);
    }
}

#[test]
fn changes_are_only_in_the_list_of_the_live() {
    let settings = ManySettings {
        wants_changes: true,
        ..ManySettings::default()
    };
    let mut stage = TimedPlanner::with(settings, 2_100);
    stage.begin_list(0);
    stage.saw_running(0..2_000, 1);
    stage.saw_completed(2_000..2_100, 1);
    stage.planner.next_step(swept(ListPurpose::FindLive, []));
    stage.end(1);
    assert_eq!(stage.begin_list(20).0, ListPurpose::FindLive);
}

#[test]
fn polls_keep_to_the_rate_and_take_turns() {
    let settings = ManySettings {
        requests_per_second: 1.0,
        ..ManySettings::default()
    };
    // A list would be full of others' tasks.
    let mut stage = TimedPlanner::with(settings, 20);
    stage.planner.others_live = 10_000;
    stage.planner.others_ended = 10_000;
    // Nine polls are all that the rate allows in nine seconds.
    let first = polled(stage.begin(0));
    assert_eq!(first.len(), 9);
    let seen: Vec<usize> = (0..20)
        .filter(|number| first.contains(&id(*number)))
        .collect();
    stage.saw_running(seen, 5);
    stage.end(9);
    let second = polled(stage.begin(18));
    assert!(
        second.iter().all(|task| !first.contains(task)),
        "{second:?}"
    );
}

#[test]
fn sweeps_come_every_interval_and_one_at_a_time() {
    let mut stage = TimedPlanner::new(50);
    assert_eq!(stage.planner.wakes_at(), Some(stage.at(0)));
    assert!(stage.begin(0).is_some());
    assert_eq!(stage.begin(100), None);
    // While a sweep goes on, there are only deadlines.
    let deadline = stage.start + 30 * MINUTE;
    assert_eq!(stage.planner.wakes_at(), Some(deadline));
    stage.end(3);
    assert_eq!(stage.planner.wakes_at(), Some(stage.at(12)));
    assert_eq!(stage.begin(11), None);
    assert!(stage.begin(12).is_some());
}

#[test]
fn the_interval_is_stretched_while_hardly_an_end_is_expected() {
    let next_sweep = |likelihood: f64, random: f64| {
        let mut stage = TimedPlanner::new(50);
        stage.begin(0);
        stage.saw_running(0..50, 0);
        let now = stage.at(0);
        stage
            .planner
            .end_sweep(now, random, |_, _| Some(likelihood));
        (stage.planner.next_sweep - now).as_secs_f64()
    };
    let close = |found: f64, expected: f64| assert!((found - expected).abs() < 1e-6, "{found}");
    close(next_sweep(0.0, 0.5), 18.0);
    close(next_sweep(1.0 / 75.0, 0.5), 13.5);
    close(next_sweep(1.0, 0.5), 9.0);
    close(next_sweep(1.0, 0.0), 8.55);
}

#[test]
fn a_first_task_is_looked_for_soon_and_another_waits_for_the_next_sweep() {
    let mut stage = TimedPlanner::new(0);
    assert_eq!(stage.begin(5), None);
    stage.add(0, 5);
    assert_eq!(stage.planner.wakes_at(), Some(stage.at(5)));
    stage.begin(5);
    stage.saw_completed([0], 6);
    stage.end(6);
    assert!(stage.planner.is_idle());
    // Not sooner than two seconds after the sweep before.
    stage.add(1, 6);
    assert_eq!(stage.planner.wakes_at(), Some(stage.at(7)));
    stage.begin(7);
    stage.end(7);
    stage.add(2, 8);
    assert_eq!(stage.planner.wakes_at(), Some(stage.at(16)));
}

#[test]
fn deadlines_pass_in_order_and_start_anew_for_a_task_that_is_added_again() {
    let settings = ManySettings {
        deadline: MINUTE,
        ..ManySettings::default()
    };
    let mut stage = TimedPlanner::with(settings, 0);
    for (number, second) in [(2, 0), (0, 10), (1, 20)] {
        stage.add(number, second);
    }
    // The same task again is the same wait; once it has ended, it is another.
    stage.add(2, 30);
    stage.saw_completed([0], 30);
    stage.add(0, 40);
    let mut overdue = |second: u64| {
        let exceeded = stage.planner.take_overdue(stage.start + seconds(second));
        exceeded.map(|exceeded| (exceeded.task_ref().task_id(), exceeded.elapsed().as_secs()))
    };
    assert_eq!(overdue(59), None);
    assert_eq!(overdue(60), Some((id(2), 60)));
    assert_eq!(overdue(80), Some((id(1), 60)));
    assert_eq!(overdue(80), None, "its first wait has ended");
    assert_eq!(overdue(100), Some((id(0), 60)));
    assert_eq!(overdue(1000), None);
    assert!(stage.planner.is_idle());
}

#[test]
fn a_deadline_tells_what_was_seen_last() {
    let mut stage = TimedPlanner::new(1);
    stage.saw_running([0], 5);
    let outage = refusal(StatusCode::SERVICE_UNAVAILABLE);
    let now = stage.at(10);
    assert!(stage.planner.failed(id(0), outage, now).is_none());
    let late = stage.at(1800);
    let exceeded = stage.planner.take_overdue(late).expect("it is due");
    assert_eq!(exceeded.last_status(), Some(&TaskStatus::Running));
    assert_eq!(exceeded.polls(), 2);
    assert!(exceeded.last_error().is_some());
}

#[test]
fn a_failure_that_lasts_ends_the_wait_for_its_task_alone() {
    let mut stage = TimedPlanner::new(2);
    let gone = refusal(StatusCode::NOT_FOUND);
    let now = stage.at(1);
    let error = stage.planner.failed(id(0), gone.clone(), now);
    assert!(matches!(error, Some(WaitError::Gone { .. })));
    assert!(stage.planner.failed(id(0), gone, now).is_none());
    assert_eq!(polled(stage.begin(1)), [id(1)]);
}

#[test]
fn a_change_is_told_once_and_an_end_is_forgotten() {
    let mut stage = TimedPlanner::new(1);
    let mut seen = |status: TaskStatus, second: u64| {
        let seen = stage.saw(0, status, second);
        seen.map(|seen| (seen.has_changed, seen.update.polls))
    };
    assert_eq!(seen(TaskStatus::Running, 1), Some((true, 1)));
    assert_eq!(seen(TaskStatus::Running, 2), Some((false, 2)));
    assert_eq!(seen(TaskStatus::Completed, 3), Some((true, 3)));
    assert_eq!(seen(TaskStatus::Completed, 4), None);
}
