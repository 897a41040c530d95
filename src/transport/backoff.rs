//! How long to wait before the next attempt.

use std::time::Duration;

/// The guide's delays; after the last one they double.
const STEPS: [Duration; 4] = [
    Duration::from_secs(1),
    Duration::from_secs(2),
    Duration::from_secs(5),
    Duration::from_secs(10),
];

const CAP: Duration = Duration::from_secs(30);

/// The delay after a number of failed attempts, with full jitter: anything between nothing and the step.
///
/// What the server asked for is a floor, and the jitter comes on top, so that callers who were told the same
/// delay don't return together.
pub(crate) fn delay(attempts: u32, floor: Option<Duration>, random: f64) -> Duration {
    floor.unwrap_or_default() + step(attempts).mul_f64(random)
}

fn step(attempts: u32) -> Duration {
    let index = attempts.saturating_sub(1) as usize;
    match STEPS.get(index) {
        Some(step) => *step,
        None => {
            let doublings = u32::try_from(index - STEPS.len() + 1)
                .unwrap_or(u32::MAX)
                .min(8);
            (STEPS[STEPS.len() - 1] * 2u32.pow(doublings)).min(CAP)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_steps_are_the_guides_and_end_at_the_cap() {
        let steps: Vec<u64> = (1..=7).map(|it| step(it).as_secs()).collect();
        assert_eq!(steps, [1, 2, 5, 10, 20, 30, 30]);
        assert_eq!(step(u32::MAX), CAP);
    }

    #[test]
    fn jitter_is_full_and_a_floor_stays_a_floor() {
        let seconds = Duration::from_secs;
        assert_eq!(delay(2, None, 0.0), Duration::ZERO);
        assert_eq!(delay(2, None, 0.5), seconds(1));
        assert_eq!(delay(2, Some(seconds(7)), 0.0), seconds(7));
        assert_eq!(delay(2, Some(seconds(7)), 0.5), seconds(8));
    }
}
