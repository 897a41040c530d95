//! The kinds of faults, by the phase of the request in which they act.
//!
//! No match on these types has a catch-all arm: a new variant doesn't compile until each place says
//! what the variant does there.

use std::time::Duration;

use http::{HeaderValue, StatusCode};
use serde_json::Value;

use super::target::Target;

/// The kind of a fault, by its phase. The phases come in this order.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Others(OthersFault),
    Before(BeforeFault),
    Late(LateFault),
    Stale(StaleFault),
    List(ListFault),
    Message(MessageFault),
    Receipt(ReceiptFault),
    Reply(ReplyFault),
    Body(BodyFault),
    Transit(TransitFault),
}

/// Declares the faults of one phase, each with the value that [`Fault::all`](super::Fault::all)
/// shows it with: a fault without one doesn't compile, so that none can be missing there.
macro_rules! faults {
    ($(#[$docs:meta])* $phase:ident {
        $($(#[$fault_docs:meta])* $fault:ident $(($($value:ty = $example:expr),+))?,)+
    }) => {
        $(#[$docs])*
        #[derive(Clone, Debug)]
        pub(crate) enum $phase {
            $($(#[$fault_docs])* $fault $(($($value),+))?,)+
        }

        impl $phase {
            fn all() -> impl Iterator<Item = Self> {
                [$(Self::$fault $(($($example),+))?),+].into_iter()
            }
        }
    };
}

faults! {
    /// Is what another program or person does at the same time, whatever becomes of the request.
    OthersFault {
        Lookalike,
        LookalikeAfter,
        /// Holds the text of the answer.
        Answer(String = "An answer of another person".to_owned()),
        Cancel,
    }
}

faults! {
    /// Acts in place of the request, which has no effect.
    BeforeFault {
        Status(u16 = 500),
        /// Holds the value of `Retry-After`.
        TooManyRequests(Option<String> = Some("1".to_owned())),
        HtmlErrorPage,
        Reply(Canned = Canned::gateway_timeout()),
        Reset,
    }
}

faults! {
    /// Acts in place of the request, which has its effect later, after this long.
    LateFault {
        Reset(Duration = Duration::from_secs(10)),
        Silence(Duration = Duration::from_secs(10)),
        Status(u16 = 504, Duration = Duration::from_secs(10)),
    }
}

faults! {
    /// Acts while the operation is carried out: it shows what was there up to this long ago.
    StaleFault {
        List(Duration = Duration::from_secs(3)),
        Messages(Duration = Duration::from_secs(3)),
        Task(Duration = Duration::from_secs(3)),
    }
}

faults! {
    /// Acts on the body of a list.
    ListFault {
        RepeatedCursor,
        RepeatedPage,
        EmptyPage,
        GuideShape,
    }
}

faults! {
    /// Acts on the first message of the user, in a list of messages.
    MessageFault {
        /// Holds the number of characters that are left.
        Shortened(usize = 10),
        PrefixedWithFiles,
        Reformatted,
        WithoutRole,
        WithoutUser,
        Missing,
    }
}

faults! {
    /// Acts on the body of the reply to a run.
    ReceiptFault {
        Without(String = "created_at".to_owned()),
        With(String = "status".to_owned(), Value = "unheard_of".into()),
    }
}

faults! {
    /// Acts on the reply after the request had its effect.
    ReplyFault {
        Status(u16 = 503),
        Reset,
        Delay(Duration = Duration::from_secs(1)),
    }
}

faults! {
    /// Acts while the body of the reply is sent.
    BodyFault {
        /// Breaks off after this many bytes.
        Cut(usize = 7),
        /// Pauses in the middle.
        Slow(Duration = Duration::from_secs(1)),
    }
}

faults! {
    /// Acts on the way of any reply, refusals and the replies of other faults included.
    TransitFault {
        /// Takes up to this long.
        Latency(Duration = Duration::from_secs(3)),
        NoDate,
        /// Holds the number of seconds by which `Date` is ahead.
        DateOff(i64 = 3600),
    }
}

impl Kind {
    /// Returns the operations that the fault can hit.
    pub(super) fn target(&self) -> Target {
        match self {
            Self::Others(OthersFault::Lookalike | OthersFault::LookalikeAfter) => {
                Target::Only("run_agent")
            }
            Self::Others(OthersFault::Answer(_) | OthersFault::Cancel) => Target::OfTask,
            Self::Late(_) => Target::Changing,
            Self::Stale(StaleFault::List(_)) => Target::Only("list_tasks"),
            Self::Stale(StaleFault::Messages(_)) => Target::Only("list_task_messages"),
            Self::Stale(StaleFault::Task(_)) => Target::Only("get_task"),
            Self::List(_) => Target::List,
            Self::Message(_) => Target::Only("list_task_messages"),
            Self::Receipt(_) => Target::Only("run_agent"),
            Self::Before(_) | Self::Reply(_) | Self::Body(_) | Self::Transit(_) => Target::Any,
        }
    }

    /// Whether the fault decides that the operation's reply isn't sent. Faults that were added
    /// after it can't hit the same request, unless they are independent of the reply.
    pub(super) fn is_final(&self) -> bool {
        match self {
            Self::Before(_) | Self::Late(_) => true,
            Self::Reply(ReplyFault::Status(_) | ReplyFault::Reset) => true,
            Self::Reply(ReplyFault::Delay(_)) => false,
            Self::Stale(_) | Self::List(_) | Self::Message(_) | Self::Receipt(_) => false,
            Self::Body(_) | Self::Others(_) | Self::Transit(_) => false,
        }
    }

    /// Whether the fault hits a request whatever reply it gets, if any.
    pub(super) fn is_independent_of_reply(&self) -> bool {
        match self {
            Self::Others(_) | Self::Transit(_) => true,
            Self::Before(_) | Self::Late(_) | Self::Stale(_) | Self::List(_) => false,
            Self::Message(_) | Self::Receipt(_) | Self::Reply(_) | Self::Body(_) => false,
        }
    }

    /// Returns one of each kind.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let others = OthersFault::all().map(Self::Others);
        let before = BeforeFault::all().map(Self::Before);
        let late = LateFault::all().map(Self::Late);
        let stale = StaleFault::all().map(Self::Stale);
        let list = ListFault::all().map(Self::List);
        let message = MessageFault::all().map(Self::Message);
        let receipt = ReceiptFault::all().map(Self::Receipt);
        let reply = ReplyFault::all().map(Self::Reply);
        let body = BodyFault::all().map(Self::Body);
        let transit = TransitFault::all().map(Self::Transit);
        let in_place = others.chain(before).chain(late);
        let changed = stale.chain(list).chain(message).chain(receipt);
        in_place
            .chain(changed)
            .chain(reply)
            .chain(body)
            .chain(transit)
    }

    /// Refuses a fault that can't happen, and says why.
    pub(super) fn check(&self) -> Result<(), String> {
        match self {
            Self::Before(fault) => match fault.canned() {
                Some(canned) => canned.check(),
                None => Ok(()),
            },
            Self::Late(LateFault::Status(status, _)) => check_status(*status),
            Self::Late(LateFault::Reset(_) | LateFault::Silence(_)) => Ok(()),
            Self::Receipt(ReceiptFault::Without(field)) => check_receipt_field(field),
            Self::Receipt(ReceiptFault::With(..)) => Ok(()),
            Self::Reply(ReplyFault::Status(status)) => check_status(*status),
            Self::Reply(ReplyFault::Reset | ReplyFault::Delay(_)) => Ok(()),
            Self::Transit(TransitFault::DateOff(seconds)) => check_date_off(*seconds),
            Self::Transit(TransitFault::Latency(_) | TransitFault::NoDate) => Ok(()),
            Self::Others(_) | Self::Stale(_) | Self::List(_) | Self::Message(_) => Ok(()),
            Self::Body(_) => Ok(()),
        }
    }
}

impl LateFault {
    /// Returns how long after its arrival the request is carried out.
    pub(crate) fn delay(&self) -> Duration {
        match self {
            Self::Reset(delay) | Self::Silence(delay) | Self::Status(_, delay) => *delay,
        }
    }
}

impl BeforeFault {
    /// Returns the fault's reply; `None` where it closes the connection without one.
    pub(crate) fn canned(&self) -> Option<Canned> {
        match self {
            Self::Status(status) => Some(Canned::failure(*status)),
            Self::TooManyRequests(retry_after) => {
                Some(Canned::too_many_requests(retry_after.clone()))
            }
            Self::HtmlErrorPage => Some(Canned {
                status: 502,
                content_type: "text/html".to_owned(),
                retry_after: None,
                body: "<html>\n<body><h1>502 Bad Gateway</h1></body>\n</html>".into(),
            }),
            Self::Reply(canned) => Some(canned.clone()),
            Self::Reset => None,
        }
    }
}

/// A reply that no operation makes.
#[derive(Clone, Debug)]
pub(crate) struct Canned {
    pub(crate) status: u16,
    pub(crate) content_type: String,
    pub(crate) retry_after: Option<String>,
    pub(crate) body: Vec<u8>,
}

impl Canned {
    /// Creates a 429 with this value of `Retry-After`.
    pub(crate) fn too_many_requests(retry_after: Option<String>) -> Self {
        Self {
            retry_after,
            ..Self::error(429, "Rate limit exceeded")
        }
    }

    /// Creates the reply of a gateway whose server doesn't answer.
    fn gateway_timeout() -> Self {
        Self {
            status: 504,
            content_type: "text/plain".to_owned(),
            retry_after: None,
            body: "upstream request timeout".into(),
        }
    }

    /// Creates an error of this status, in the API's form.
    pub(crate) fn failure(status: u16) -> Self {
        Self::error(status, "Simulated failure")
    }

    fn error(status: u16, message: &str) -> Self {
        Self {
            status,
            content_type: "application/json".to_owned(),
            retry_after: None,
            body: serde_json::json!({ "error": message }).to_string().into(),
        }
    }

    fn check(&self) -> Result<(), String> {
        check_status(self.status)?;
        for (name, value) in [
            ("Content-Type", Some(&self.content_type)),
            ("Retry-After", self.retry_after.as_ref()),
        ] {
            if let Some(value) = value
                && HeaderValue::from_str(value).is_err()
            {
                return Err(format!("{value:?} can't be sent as a fault's {name}"));
            }
        }
        Ok(())
    }
}

fn check_status(status: u16) -> Result<(), String> {
    match StatusCode::from_u16(status) {
        Ok(status) if !status.is_informational() => Ok(()),
        _ => Err(format!(
            "a fault's status of {status} isn't from 200 to 999"
        )),
    }
}

/// The fields of the reply to a run.
const RECEIPT_FIELDS: [&str; 5] = ["task_id", "agent_id", "status", "message", "created_at"];

fn check_receipt_field(field: &str) -> Result<(), String> {
    if RECEIPT_FIELDS.contains(&field) {
        Ok(())
    } else {
        Err(format!(
            "the reply to a run has no field {field}; it has {}",
            RECEIPT_FIELDS.join(", ")
        ))
    }
}

/// Refuses seconds by which no `Date` can be off: the years of the header are those from 1970 on,
/// with four digits.
pub(crate) fn check_date_off(seconds: i64) -> Result<(), String> {
    const LARGEST: u64 = 1_000_000_000;
    if seconds.unsigned_abs() <= LARGEST {
        Ok(())
    } else {
        Err(format!(
            "a Date can be off by {LARGEST} seconds at most, and {seconds} were given"
        ))
    }
}
