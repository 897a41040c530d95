//! What a 429 changes.
//!
//! The rate is lowered to what the server has answered, once for each overload: a request that was
//! sent before the last decrease says nothing about the rate now. Where the server answers nothing
//! at all, one request at a time tries whether it does again. And where it goes on refusing a share
//! of the requests however low the rate is, the rate isn't the reason, and is let alone.

use std::time::Duration;

use tokio::time::Instant;

use super::{Confidence, Grant, Pacing, Tally, Trial};
use crate::{
    defaults,
    time::{Moment, part},
    transport::{
        backoff,
        cooldown::limit::{Limit, SLOWEST},
    },
};

/// The longest `Retry-After` by which all requests are held back.
const LONGEST_HOLD: Duration = defaults::LONGEST_RETRY_AFTER;
/// The least rate after the first 429, when little is known; in requests a second.
const FIRST_GUESS: f64 = 5.0;
/// The recovery after the first 429: the first guess may be far too low.
const FIRST_RECOVERY: Duration = Duration::from_secs(2);
/// The time after a decrease in which the meter still shows the old rate.
const SETTLING: Duration = Duration::from_secs(1);
/// The seconds by which the answers after a hold seem to be more than they are: some were a burst
/// that had been saved up.
const SAVED_UP: f64 = 0.2;
/// The factor up to which a measured rate may be what is known, measured badly.
const SIMILAR: f64 = 1.15;
/// The part of the measured rate that counts where it is far above what is known.
const OVERSHOT: f64 = 0.9;
/// How much a measurement counts that is close to what is known.
const TRUST: f64 = 0.5;
/// The answers over which a rate is measured.
const FEWEST_ANSWERS: f64 = 20.0;
/// The replies from which their share of refusals says something.
const TELLING: u32 = 20;
/// The decreases in a row after which another would be in vain.
const VAIN: u32 = 3;
/// The refusals of an epoch after which the rate is halved, where they outnumber the answers.
const MANY: u32 = 5;
/// A 429 that holds requests back is met so seldom that this many times its hold pass between.
const HOLDS_APART: f64 = 30.0;
/// A 429 is met so seldom that this many requests are answered for each that is refused.
const ANSWERS_A_REFUSAL: f64 = 100.0;
/// What is left of the longest hold at each further 429.
const FADING: f64 = 0.9;
/// The longest recovery.
const LONGEST_RECOVERY: Duration = Duration::from_secs(60);
/// The first delay between trials where the server names none, and the factor of its growth.
const TRIAL_DELAY: Duration = Duration::from_millis(200);
const TRIAL_GROWTH: u32 = 3;
/// The longest delay between trials where the server names none.
const LONGEST_TRIAL_DELAY: Duration = Duration::from_secs(5);
/// The shortest time between two refusals that count as two.
const ROUND: Duration = Duration::from_secs(1);
/// The share of refusals below which a low pace is taken to work.
const QUIET: f64 = 0.1;

impl Pacing {
    /// Slows down after a 429. Returns when the refused request may be repeated; the `spread`, from
    /// 0 to 1, keeps those who are told the same delay from coming back together.
    pub(in crate::transport::cooldown) fn refused(
        &mut self,
        grant: Grant,
        retry_after: Option<Duration>,
        spread: f64,
        now: Instant,
    ) -> Instant {
        self.window.leave();
        self.end_trial(grant);
        let hold = retry_after.unwrap_or_default().min(LONGEST_HOLD);
        // What the server asked for once, it may ask for again.
        self.usual_hold = self.usual_hold.max(hold);
        let hold = backoff::spread(hold, spread);
        let back = now.later(hold);
        if grant.epoch != self.epoch {
            self.count_cost();
            self.hold(back, now);
            self.rest_until(self.held_until);
            return back;
        }
        self.tally.refused = self.tally.refused.saturating_add(1);
        self.in_a_row = self.in_a_row.saturating_add(1);
        let Some(limit) = self.limit.clone() else {
            // Not divided by a shorter time: most servers allow a burst of a second's worth.
            let guess = f64::from(self.meter.last_second(now)).max(FIRST_GUESS);
            self.hold(back, now);
            self.slow_down(guess, Confidence::Guessed, now);
            return back;
        };
        if self.noise > 0.0 {
            if !self.is_louder() {
                return back;
            }
            self.noise = 0.0;
            self.vain = 0;
        }
        let Tally { answered, refused } = self.tally;
        let is_settled = grant.at.saturating_duration_since(limit.since) >= SETTLING;
        self.hold(back, now);
        if answered == 0 {
            self.rest_until(self.held_until);
            self.count_cost();
            self.try_alone(grant, hold, now);
        } else if refused >= MANY && refused > answered {
            self.slow_down(limit.rate(now) / 2.0, Confidence::Guessed, now);
        } else if is_settled {
            self.lower(&limit, grant.at, now);
        } else {
            self.count_cost();
            if self.in_a_row >= MANY {
                self.try_alone(grant, hold, now);
            }
        }
        self.held_until.max(back)
    }

    /// Lets one request at a time try whether the server answers again. Of those that were in
    /// flight together, the first tells all.
    fn try_alone(&mut self, grant: Grant, hold: Duration, now: Instant) {
        if self.trial.is_some() && !grant.is_trial {
            return;
        }
        let refused = self.trial.map_or(0, |trial| trial.refused);
        let delay = TRIAL_DELAY.saturating_mul(TRIAL_GROWTH.saturating_pow(refused));
        self.trial = Some(Trial {
            refused: refused.saturating_add(1),
            sent_at: None,
        });
        self.count_round(now);
        if hold < TRIAL_DELAY {
            self.hold(now.later(delay.min(LONGEST_TRIAL_DELAY)), now);
        }
    }

    /// Lowers the rate to what the server answered.
    fn lower(&mut self, limit: &Limit, sent: Instant, now: Instant) {
        let rate = limit.rate(now);
        let is_early = limit.is_recovering(sent);
        let mut confidence = Confidence::Measured;
        // Few answers may mean few requests; therefore the rate is halved at the most.
        let known = if is_early {
            // The server refuses a rate that it took before: that was a burst which it had saved
            // up, or the limit is a lower one now. All its answers since then tell.
            let time = sent.saturating_duration_since(limit.since).as_secs_f64();
            let burst = if limit.is_after_hold { SAVED_UP } else { 0.0 };
            let answered = f64::from(self.tally.answered) / (time + burst);
            answered.clamp(rate / 2.0, rate)
        } else {
            // The server took what is known all the while, and refuses a higher rate.
            let time = Duration::try_from_secs_f64(FEWEST_ANSWERS / rate).unwrap_or(SETTLING);
            let answered = self.meter.rate(now, time).clamp(rate / 2.0, rate);
            if answered > limit.known * SIMILAR {
                // Growth that has come far overshoots, and will go on soon where it didn't.
                confidence = Confidence::Overshot;
                answered * OVERSHOT
            } else {
                limit.known + (answered - limit.known).max(0.0) * TRUST
            }
        };
        if self.is_in_vain(is_early, limit.known) {
            self.noise = self.trouble.share();
            self.slow_down(self.known_before, Confidence::Guessed, now);
            self.trouble = Tally::default();
            return;
        }
        self.slow_down(known, confidence, now);
    }

    /// Whether the server goes on refusing a share of the requests though the rate was lowered
    /// again and again. A limit refuses none where the rate is below it.
    fn is_in_vain(&mut self, is_early: bool, known: f64) -> bool {
        let share = self.tally.share();
        if !is_early || share < QUIET {
            self.vain = 0;
            return false;
        }
        if self.vain == 0 {
            self.known_before = known;
            self.trouble = Tally::default();
        }
        self.vain += 1;
        self.trouble.answered = self.trouble.answered.saturating_add(self.tally.answered);
        self.trouble.refused = self.trouble.refused.saturating_add(self.tally.refused);
        self.vain >= VAIN && self.trouble.total() >= TELLING && self.trouble.share() < 0.5
    }

    /// Returns the time in which the rate comes back to what is known. The more a 429 costs, in
    /// time or in refusals, the later the next one is risked, unless the limit isn't known well.
    fn recovery(&self, known: f64) -> Duration {
        match self.confidence {
            Confidence::Guessed => FIRST_RECOVERY,
            Confidence::Overshot => defaults::RATE_RECOVERY,
            Confidence::Measured => {
                let held = HOLDS_APART * self.usual_hold.as_secs_f64();
                let refused = ANSWERS_A_REFUSAL * f64::from(self.cost) / known;
                let recovery = Duration::try_from_secs_f64(held.max(refused));
                let recovery = recovery.unwrap_or(LONGEST_RECOVERY);
                recovery.clamp(defaults::RATE_RECOVERY, LONGEST_RECOVERY)
            }
        }
    }

    /// Counts a refusal that the last decrease came too late for.
    fn count_cost(&mut self) {
        self.cost = self.cost.saturating_add(1);
        let known = self.limit.as_ref().map_or(SLOWEST, |limit| limit.known);
        let recovery = self.recovery(known);
        if let Some(limit) = &mut self.limit {
            limit.recovery = recovery;
        }
    }

    fn slow_down(&mut self, known: f64, confidence: Confidence, now: Instant) {
        let since = self.held_until.max(now);
        let known = known.max(SLOWEST);
        self.confidence = confidence;
        self.cost = 1;
        let recovery = self.recovery(known);
        self.limit = Some(Limit::new(known, since, since > now, recovery));
        self.usual_hold = part(self.usual_hold, FADING);
        self.next = since;
        self.epoch += 1;
        self.count_round(now);
        self.tally = Tally::default();
        self.in_a_row = 0;
    }

    fn count_round(&mut self, now: Instant) {
        if now.saturating_duration_since(self.round_at) >= ROUND || self.rounds == 0 {
            self.rounds += 1;
            self.round_at = now;
        }
    }

    fn hold(&mut self, until: Instant, now: Instant) {
        let begin = self.held_until.max(now);
        if until > begin {
            if let Some(limit) = &mut self.limit
                && limit.since <= begin
            {
                // Half of it counts: a token bucket fills meanwhile, a window doesn't.
                limit.since = limit
                    .since
                    .later(until.saturating_duration_since(begin) / 2);
            }
            self.held_until = until;
        }
    }

    /// Lets the recovery begin when a hold that belongs to the last decrease ends.
    fn rest_until(&mut self, until: Instant) {
        if let Some(limit) = &mut self.limit
            && until > limit.since
        {
            limit.restart(until);
        }
    }

    /// Whether the server refuses clearly more than it does whatever the pace is.
    fn is_louder(&mut self) -> bool {
        if self.tally.total() < 2 * TELLING {
            return false;
        }
        let share = std::mem::take(&mut self.tally).share();
        if share < QUIET / 2.0 {
            self.noise = 0.0;
        }
        share > 1.5 * self.noise + 0.05
    }
}
