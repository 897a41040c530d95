//! The attempt loop: wait for a permit, send, judge the outcome, and perhaps repeat.

use std::{future::Future, time::Duration};

use http::StatusCode;
use tokio::time::{Instant, sleep};

use super::{
    Transport,
    attempt::{refusal, unrepeatable},
    budget::Loan,
    cooldown::{NoPermit, Patience, Permit, Place, Refusal},
    descriptors,
    exchange::{Elapsed, before, exchange},
    observe::{self, RetryEvent},
    operation::{Operation, Reading},
    options::Options,
    outcome::AttemptOutcome,
    outgoing::Outgoing,
    request_source::RequestSource,
    response::BufferedResponse,
};
use crate::{
    error::{Error, ErrorKind, Phase},
    failure::RetryReason,
};

type AttemptResult = Result<BufferedResponse, Error>;

/// A call that makes attempts until one is final.
pub(super) struct AttemptLoop<'a> {
    transport: &'a Transport,
    operation: &'static Operation,
    source: &'a mut RequestSource,
    reading: Reading,
    options: &'a Options,
    /// `None` of a call that has none, or one that no clock reaches.
    deadline: Option<Instant>,
    /// The place in the queue for permits, once there is one.
    place: Option<Place>,
    /// What the current retry has borrowed.
    loan: Option<Loan<'a>>,
    /// How often the request was sent, or tried to be.
    pub(super) attempts: u32,
    /// How many of the attempts the server refused with a 429.
    refusals: u32,
    /// The seconds in which it did, and the last of them.
    refused_seconds: u32,
    refused_at: Option<Instant>,
    /// Whether an earlier attempt may have reached the server.
    may_have_arrived: bool,
}

/// What follows an attempt.
enum Next {
    Return(AttemptResult),
    Repeat(AttemptResult),
}

/// A call whose request is refused in this many seconds for each attempt that it may make is given
/// up, though the server answers others.
const REFUSED_SECONDS: u32 = 4;

impl<'a> AttemptLoop<'a> {
    pub(super) fn new(
        transport: &'a Transport,
        operation: &'static Operation,
        source: &'a mut RequestSource,
        reading: Reading,
    ) -> Self {
        let options = transport.options();
        let deadline = options.deadline;
        Self {
            transport,
            operation,
            source,
            reading,
            options,
            deadline: deadline.and_then(|limit| Instant::now().checked_add(limit)),
            place: None,
            loan: None,
            attempts: 0,
            refusals: 0,
            refused_seconds: 0,
            refused_at: None,
            may_have_arrived: false,
        }
    }

    /// Makes the attempts, and returns the result of the last.
    ///
    /// Whatever most calls don't need is boxed, which keeps their futures small and cheap to
    /// allocate.
    pub(super) async fn run(&mut self) -> AttemptResult {
        self.operation.check(self.source.url())?;
        let mut last: Option<Box<AttemptResult>> = None;
        loop {
            let (permit, outgoing) = match self.prepare_at_once() {
                Some(prepared) => prepared,
                None => match Box::pin(self.prepare(&mut last)).await {
                    Ok(prepared) => prepared,
                    Err(error) => return self.result(Err(error)),
                },
            };
            self.attempts += 1;
            let transport = self.transport;
            transport.counts().sent(self.operation.id);
            let result = exchange(
                transport,
                self.operation,
                outgoing,
                self.reading,
                self.deadline,
            )
            .await;
            let (result, is_success) = judged(result);
            if is_success {
                permit.answered(true);
                if self.loan.take().is_none() {
                    transport.budget().succeeded();
                }
                return result;
            }
            match Box::pin(self.judge(permit, result)).await {
                Next::Return(result) => return self.result(result),
                Next::Repeat(result) => last = Some(Box::new(result)),
            }
        }
    }

    /// Returns the next request and its permit, where nothing has to be waited for.
    fn prepare_at_once(&mut self) -> Option<(Permit<'a>, Outgoing)> {
        if self.options.pre_send.is_some() {
            return None;
        }
        let outgoing = self.source.next_at_once()?;
        let permit = self.transport.cooldown().permit_at_once(&mut self.place)?;
        Some((permit, outgoing))
    }

    /// Waits for the permit of the next request, and then makes the request: uploads that wait have
    /// no files open.
    async fn prepare(
        &mut self,
        last: &mut Option<Box<AttemptResult>>,
    ) -> Result<(Permit<'a>, Outgoing), Error> {
        loop {
            let permit = match self.permit().await {
                Ok(permit) => permit,
                Err(reason) => return Err(no_permit(reason, last.take())),
            };
            let outgoing = match self.source.next_at_once() {
                Some(outgoing) => outgoing,
                None => {
                    let made = self.source.next(self.transport.http_client());
                    match in_time(self.deadline, made).await {
                        Ok(outgoing) => outgoing,
                        Err(error) if descriptors::ran_out(&error) && permit.crowded() => continue,
                        Err(error) => return Err(error),
                    }
                }
            };
            if let Some(check) = &self.options.pre_send {
                // Checked last: a lease may have expired during the waits above.
                in_time(self.deadline, check.pass()).await?;
            }
            return Ok((permit, outgoing));
        }
    }

    /// Waits for a permit.
    async fn permit(&mut self) -> Result<Permit<'a>, NoPermit> {
        let transport = self.transport;
        if let Some(permit) = transport.cooldown().permit_at_once(&mut self.place) {
            return Ok(permit);
        }
        observe::held_back(self.operation, &transport.pace());
        let attempts = self.options.retry.attempts();
        let patience = Patience {
            deadline: self.deadline,
            longest_hold: self.options.retry.longest_retry_after(),
            rounds: u64::from(attempts.max(crate::defaults::ATTEMPTS)),
        };
        transport.cooldown().permit(&mut self.place, patience).await
    }

    /// Judges the failure of an attempt, and waits for as long as the next one has to.
    async fn judge(&mut self, permit: Permit<'_>, result: AttemptResult) -> Next {
        let outcome = AttemptOutcome::of(&result);
        let policy = &self.options.retry;
        if let Err(error) = &result
            && descriptors::ran_out(error)
        {
            if permit.crowded() {
                self.attempts -= 1;
                self.transport.counts().not_sent(self.operation.id);
                return Next::Repeat(result);
            }
        } else if outcome.is_rate_limited() {
            let spread = self.transport.random();
            let place = self.place.unwrap_or_default();
            let refusal = permit.refused(place, outcome.retry_after, spread);
            return self.after_refusal(result, &outcome, refusal).await;
        } else if outcome.is_answered() {
            permit.answered(!outcome.is_server_error());
        } else {
            drop(permit);
        }
        self.may_have_arrived |= outcome.may_have_arrived();
        let tries = self.attempts - self.refusals;
        let reason = policy.reason(self.operation.retry, &outcome);
        let is_passing = outcome.is_passing();
        if let Some(loan) = self.loan.take()
            && is_passing
        {
            loan.spend();
        }
        let Some(reason) = reason.filter(|_| tries < policy.attempts()) else {
            return Next::Return(result);
        };
        if let Some(why) = self.source.why_spent() {
            return Next::Return(Err(unrepeatable(result, &why)));
        }
        let delay = policy.delay(tries, outcome.retry_after, self.transport.random());
        if !self.is_in_time(delay) {
            return Next::Return(result);
        }
        self.loan = self.transport.budget().take(outcome.is_timeout());
        if self.loan.is_none() {
            let why = "the retry budget is used up, since too many calls of this client have \
                       failed lately";
            return Next::Return(Err(unrepeatable(result, why)));
        }
        self.observe(reason, &result, delay, &outcome);
        sleep(delay).await;
        self.transport.counts().retried(reason);
        Next::Repeat(result)
    }

    /// Judges a 429. It costs no attempt, as long as the server answers other requests of this
    /// client, and nothing of the budget: the cooldown paces what follows.
    async fn after_refusal(
        &mut self,
        result: AttemptResult,
        outcome: &AttemptOutcome,
        refusal: Refusal,
    ) -> Next {
        self.refusals += 1;
        self.place = Some(refusal.place);
        let now = Instant::now();
        let second = Duration::from_secs(1);
        if self
            .refused_at
            .is_none_or(|at| now.saturating_duration_since(at) >= second)
        {
            self.refused_at = Some(now);
            self.refused_seconds += 1;
        }
        let policy = &self.options.retry;
        let attempts = policy.attempts();
        let Some(reason) = policy.reason(self.operation.retry, outcome) else {
            return Next::Return(result);
        };
        if attempts == 1
            || refusal.in_a_row >= u64::from(attempts)
            || self.refused_seconds >= attempts.saturating_mul(REFUSED_SECONDS)
        {
            return Next::Return(result);
        }
        if let Some(why) = self.source.why_spent() {
            return Next::Return(Err(unrepeatable(result, &why)));
        }
        let shared = refusal.back_at.saturating_duration_since(now);
        // The others are held back for a while at most, and this call for as long as it was told.
        let delay = outcome.retry_after.unwrap_or_default().max(shared);
        if !self.is_in_time(delay) {
            return Next::Return(result);
        }
        self.observe(reason, &result, delay, outcome);
        if refusal.waits_alone || delay > shared {
            sleep(delay).await;
        }
        self.transport.counts().retried(reason);
        Next::Repeat(result)
    }

    /// Whether a delay ends before the deadline.
    fn is_in_time(&self, delay: Duration) -> bool {
        let Some(deadline) = self.deadline else {
            return true;
        };
        let end = Instant::now().checked_add(delay);
        end.is_some_and(|end| end < deadline)
    }

    fn observe(
        &self,
        reason: RetryReason,
        result: &AttemptResult,
        delay: Duration,
        outcome: &AttemptOutcome,
    ) {
        let event = RetryEvent {
            operation: self.operation.id,
            attempts: self.attempts,
            reason,
            status: status(result),
            delay,
            server_asked: outcome.retry_after.is_some(),
        };
        observe::retrying(self.options.on_retry.as_ref(), &event);
    }

    /// Returns the result of the call, given that of its last attempt: what reached the server once
    /// may have had an effect, whatever came later.
    fn result(&self, last: AttemptResult) -> AttemptResult {
        match last {
            Err(error) if self.may_have_arrived && error.phase() == Phase::NotSent => {
                Err(error.with_phase(Phase::MaybeSent))
            }
            last => last,
        }
    }
}

/// Returns the result, and whether it is a success.
///
/// It is taken by value: one that is borrowed would be a part of every call's future.
fn judged(result: AttemptResult) -> (AttemptResult, bool) {
    let is_success = matches!(&result, Ok(response) if response.status.is_success());
    (result, is_success)
}

/// Waits for a step before sending, which must end before the deadline.
async fn in_time<T>(
    deadline: Option<Instant>,
    step: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    before(deadline, step).await.unwrap_or_else(|Elapsed| {
        let message = "the deadline came before the request was sent";
        Err(Error::new(ErrorKind::Timeout, Phase::NotSent, message))
    })
}

pub(super) fn status(result: &AttemptResult) -> Option<StatusCode> {
    match result {
        Ok(response) => Some(response.status),
        Err(error) => error.status(),
    }
}

/// Returns the error of a call that got no permit: the failure of its last attempt, where there was
/// one.
fn no_permit(reason: NoPermit, last: Option<Box<AttemptResult>>) -> Error {
    let (note, wait) = match reason {
        NoPermit::Deadline(wait) => (
            "the rate limit leaves no room for the request before its deadline",
            wait,
        ),
        NoPermit::Held(wait) => (
            "the server has asked this client for a longer delay than `longest_retry_after` allows",
            wait,
        ),
        NoPermit::Refused(wait) => ("the server refuses every request of this client", wait),
    };
    match (last.map(|last| *last), reason) {
        (Some(Ok(response)), _) => refusal(response, Some(note)),
        (Some(Err(error)), _) => error.with_note(note),
        (None, NoPermit::Deadline(_)) => {
            let error = Error::new(ErrorKind::Timeout, Phase::NotSent, note);
            error.with_retry_after((!wait.is_zero()).then_some(wait))
        }
        (None, _) => Error::new(ErrorKind::Status, Phase::NotSent, note)
            .with_status(StatusCode::TOO_MANY_REQUESTS)
            .with_retry_after(wait),
    }
}
