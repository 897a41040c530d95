//! Random lists, read by random sequences of steps: pages, failures and resumptions come in any
//! order, and each item is handed out once, newest first.
//!
//! A sequence that fails prints its seed: `PLAN_SEED=… cargo test plan::property` runs it alone.

use fastrand::Rng;

mod model;

use model::{List, ModelExport};

const SEQUENCES: u64 = 2_000;

/// After so many steps nothing goes wrong any more, and the export must come to its end.
const RESTLESS_STEPS: u32 = 3_000;
const MOST_STEPS: u32 = 20_000;

fn run(seed: u64) {
    let random = &mut Rng::with_seed(seed);
    let list = &List::random(random);
    let mut export = ModelExport::new(list, shards(random));
    let mut saved = export.save();
    let (failures, resumptions) = (random.u8(..15), random.u8(..5));
    // The caller may be slower than the server, or faster.
    let most_handed_out = random.choice([1, 20]).expect("a number");
    for step in 0..=MOST_STEPS {
        assert!(step < MOST_STEPS, "it doesn't come to an end");
        let is_restless = step < RESTLESS_STEPS;
        let asked = export.any_asked(random);
        match (random.u8(..100), asked) {
            (chance, Some(id)) if is_restless && chance < failures => {
                export.fail(id, random.u8(..20) == 0);
            }
            (chance, Some(id)) if is_restless && chance < 15 => export.answer(id, 0),
            (chance, _) if is_restless && (15..15 + resumptions).contains(&chance) => {
                export.resume(saved.clone(), shards(random));
            }
            (..25, _) => saved = export.save(),
            (25..30, _) => _ = export.plan.divide_largest(),
            (30..50, _) => _ = export.ask(),
            (50..75, Some(id)) => {
                let is_short = random.u8(..10) == 0;
                let least = if is_short { 1 } else { list.page_size };
                export.answer(id, random.usize(least..=list.page_size));
            }
            _ => {
                for _ in 0..random.u8(1..=most_handed_out) {
                    export.hand_out();
                }
            }
        }
        export.check();
        if export.is_broken() {
            let handed_out = export.handed_out.len();
            assert_eq!(export.handed_out, list.expected()[..handed_out]);
            export.resume(saved.clone(), shards(random));
        }
        if export.plan.first().is_none() {
            break;
        }
        let is_still = export.plan.asked().next().is_none();
        if is_still && !export.ask() && !export.plan.divide_largest() && !export.hand_out() {
            panic!("nothing is on its way, and nothing can be asked for");
        }
    }
    assert_eq!(export.handed_out, list.expected());
}

fn shards(random: &mut Rng) -> usize {
    random.usize(1..7)
}

/// Says which sequence has failed.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if std::thread::panicking() {
            println!("PLAN_SEED={}", self.0);
        }
    }
}

#[test]
fn every_item_is_handed_out_once_and_newest_first_whatever_happens() {
    let seed = std::env::var("PLAN_SEED").ok();
    let seeds = match seed.and_then(|seed| seed.parse().ok()) {
        Some(seed) => seed..seed + 1,
        None => 0..SEQUENCES,
    };
    for seed in seeds {
        let _seed = Seed(seed);
        run(seed);
    }
}
