//! What is explored: a few processes and chances each, and the defects that it must find.

use std::{collections::BTreeMap, time::Duration};

use uuid::Uuid;

use super::{
    explore::{Explored, explore},
    world::{Chances, Defect, Lock, Mark, Place, Process, World},
};
use crate::run::{policy::ReconcilePolicy, reconcile::Reconciler};

/// A policy whose waits take no time: in the model anything may happen at any step.
fn policy() -> ReconcilePolicy {
    let zero = Duration::ZERO;
    ReconcilePolicy::default()
        .with_first_probe(zero)
        .with_probe_interval(zero)
        .with_resend_after_interruption(zero)
        .with_resend_after_server_error(zero)
        .with_resend_after_timeout(zero)
        .with_probes_before_resend(1)
        .with_probes(2)
        .with_resends(1)
}

/// A process without a key, of the first client.
fn process(run: usize, mark: Mark) -> Process {
    Process {
        run,
        client: 0,
        key: None,
        mark,
        options: 0,
        sole_writer: false,
        reconciler: Reconciler::new(policy(), mark == Mark::Marker),
        holder: Uuid::nil(),
        holds: false,
        is_trusted: true,
        claimed_at: 0,
        requests: 0,
        claims: 3,
        lock: Lock::None,
        is_doubtful: false,
        own: None,
        place: Place::Claims,
    }
}

impl Process {
    fn sole_writer(mut self) -> Self {
        self.sole_writer = true;
        self.with_policy(policy().with_sole_writer(true))
    }

    /// A run that isn't sent again has fewer states.
    fn sent_once(self) -> Self {
        self.with_policy(policy().with_resends(0))
    }

    fn with_policy(mut self, policy: ReconcilePolicy) -> Self {
        self.reconciler = Reconciler::new(policy, self.mark == Mark::Marker);
        self
    }

    fn options(self, options: u8) -> Self {
        Self { options, ..self }
    }

    fn client(self, client: usize) -> Self {
        Self { client, ..self }
    }

    fn key(self, key: &'static str) -> Self {
        Self {
            key: Some(key),
            ..self
        }
    }
}

fn world(processes: impl IntoIterator<Item = Process>, chances: Chances) -> World {
    let mut processes: Vec<Process> = processes.into_iter().collect();
    for (number, process) in processes.iter_mut().enumerate() {
        process.holder = Uuid::from_u128(100 + number as u128);
    }
    World {
        defects: &[],
        broken: None,
        tasks: Vec::new(),
        late: Vec::new(),
        rows: BTreeMap::new(),
        seconds: 0,
        processes,
        chances,
        has_taken_over: false,
    }
}

fn chances() -> Chances {
    Chances::default()
}

/// One run of each kind, with late requests and failing probes.
fn one(mark: Mark) -> World {
    let chances = Chances {
        late: 2,
        failures: 1,
        strangers: u8::from(mark != Mark::Text),
        ..chances()
    };
    world([process(0, mark)], chances)
}

fn sole_writer(mark: Mark) -> World {
    let chances = Chances {
        late: 1,
        ..chances()
    };
    let second = usize::from(mark != Mark::Text);
    let both = [
        process(0, mark).sole_writer(),
        process(second, mark).sole_writer(),
    ];
    world(both, chances)
}

fn siblings(mark: Mark, options: u8) -> World {
    // Runs that send the same text and nothing else are as good as each other.
    let second = usize::from(mark != Mark::Text || options > 0);
    let both = [process(0, mark), process(second, mark).options(options)];
    world(
        both,
        Chances {
            late: 1,
            ..chances()
        },
    )
}

/// Two holders of one key, one of which freezes or dies.
fn holders(mark: Mark, chances: Chances) -> World {
    let first = process(0, mark).key("a");
    let second = process(0, mark).key("a").client(1);
    world([first, second], chances)
}

/// Two processes with a key each, whose runs look alike, and in one of them a run of the other's
/// key that waits.
fn rivals(waits: bool) -> World {
    let mut all = vec![
        process(0, Mark::Text).key("a"),
        process(1, Mark::Text)
            .key("b")
            .client(1)
            .options(1)
            .sent_once(),
    ];
    if waits {
        all[0] = all[0].clone().sent_once();
        all.push(process(1, Mark::Text).key("b").options(1).sent_once());
    }
    world(all, chances())
}

/// A run without a key, and a process with one that never probes, whose runs look alike. (If it
/// did, it could only take the other's task for its own: a run without a key and without a marker
/// is another writer to other processes.)
fn rival_of_a_key() -> World {
    let keyed = process(1, Mark::Text).key("b").client(1).options(1);
    let keyed = keyed.with_policy(ReconcilePolicy::off());
    world([process(0, Mark::Text), keyed], chances())
}

fn with(defects: &'static [Defect], mut world: World) -> Explored {
    world.defects = defects;
    explore(world)
}

fn freeze() -> Chances {
    Chances {
        freezes: 1,
        ..chances()
    }
}

fn kill() -> Chances {
    Chances {
        kills: 1,
        late: 1,
        ..chances()
    }
}

/// Explores a world in whole, and says how large it is.
#[track_caller]
fn holds(name: &str, world: World) {
    let is_marked = world.is_marked();
    let explored = explore(world);
    let Explored {
        states,
        ends,
        unknown,
        twins,
        breach,
    } = explored;
    println!("{name}: {states} states, {ends} ends, {unknown} unknown, {twins} twins named");
    assert_eq!(breach, None, "{name}");
    assert!(ends > 10 && states > 100, "{name}");
    assert!(twins > 0 || !is_marked, "{name}");
}

#[test]
fn one_run_is_not_doubled_in_silence() {
    holds("marked", one(Mark::Marker));
    holds("with a text", one(Mark::Text));
    holds("with files", one(Mark::File));
}

#[test]
fn runs_of_sole_writers_are_not_doubled_in_silence() {
    holds("with a text", sole_writer(Mark::Text));
    holds("with files", sole_writer(Mark::File));
}

#[test]
fn siblings_are_not_doubled_in_silence() {
    holds("with one text", siblings(Mark::Text, 0));
    holds("with one text and two schemas", siblings(Mark::Text, 1));
    holds("with files", siblings(Mark::File, 0));
}

#[test]
fn holders_of_a_key_do_not_double_its_run_in_silence() {
    holds("one frozen", holders(Mark::Marker, freeze()));
    holds("one killed", holders(Mark::Marker, kill()));
    holds("one killed, by text", holders(Mark::Text, kill()));
}

#[test]
fn rivals_do_not_take_each_others_tasks() {
    holds("two keys", rivals(false));
    holds("two keys, and a run that waits", rivals(true));
    holds("a key and a run without one", rival_of_a_key());
}

/// Each mending, taken out, is missed: the exploration can fail.
#[test]
fn every_defect_is_found_where_its_mending_is_taken_out() {
    for (defects, world) in [
        // Either mending alone is enough.
        (
            &[Defect::OwnTaskIsAnothers, Defect::LeaseIsTrusted][..],
            holders(Mark::Marker, freeze()),
        ),
        (&[Defect::UncertainTwinsAreDropped], one(Mark::File)),
        (&[Defect::NoLastLook], one(Mark::Marker)),
        (&[Defect::OptionsDoNotCount], siblings(Mark::Text, 1)),
        (&[Defect::KeysAreAskedEarly], rival_of_a_key()),
        (&[Defect::WaitingKeysAreOwn], rivals(true)),
        (&[Defect::CandidatesAreFree], siblings(Mark::Text, 1)),
        (
            &[Defect::RecordedBeforeSettled],
            holders(Mark::Marker, kill()),
        ),
        (&[Defect::WindowIsTooLate], holders(Mark::Marker, kill())),
        (&[Defect::TakeoverCountsOnce], holders(Mark::Marker, kill())),
    ] {
        let explored = with(defects, world);
        println!("{defects:?}: found after {} states", explored.states);
        assert!(explored.breach.is_some(), "{defects:?} isn't found");
    }
}
