//! The kinds of faults, by the phase of the request in which they act.
//!
//! No match on these types has a catch-all arm: a new variant doesn't compile until each place says
//! what the variant does there.

use std::time::Duration;

use http::{HeaderValue, StatusCode};

use crate::simulator::routes;

/// The kind of a fault, by its phase. The phases come in this order.
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Before(BeforeFault),
    Effect(EffectFault),
    List(ListFault),
    Reply(ReplyFault),
    Body(BodyFault),
}

/// Declares the faults of one phase, each with the value that [`Fault::all`](super::Fault::all)
/// shows it with: a fault without one doesn't compile, so that none can be missing there.
macro_rules! faults {
    ($(#[$docs:meta])* $phase:ident {
        $($(#[$fault_docs:meta])* $fault:ident $(($value:ty = $example:expr))?,)+
    }) => {
        $(#[$docs])*
        #[derive(Clone, Debug)]
        pub(crate) enum $phase {
            $($(#[$fault_docs])* $fault $(($value))?,)+
        }

        impl $phase {
            fn all() -> impl Iterator<Item = Self> {
                [$(Self::$fault $(($example))?),+].into_iter()
            }
        }
    };
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
    /// Acts while the operation is carried out.
    EffectFault {
        /// Lists tasks as they were up to this long ago.
        StaleList(Duration = Duration::from_secs(3)),
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

impl Kind {
    /// Whether the faults that were added after it can't hit the same request.
    pub(super) fn is_final(&self) -> bool {
        match self {
            Self::Before(_) => true,
            Self::Reply(ReplyFault::Status(_) | ReplyFault::Reset) => true,
            Self::Reply(ReplyFault::Delay(_)) => false,
            Self::Effect(_) | Self::List(_) | Self::Body(_) => false,
        }
    }

    /// Returns one of each kind.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        let before = BeforeFault::all().map(Self::Before);
        let effect = EffectFault::all().map(Self::Effect);
        let list = ListFault::all().map(Self::List);
        let reply = ReplyFault::all().map(Self::Reply);
        let body = BodyFault::all().map(Self::Body);
        before.chain(effect).chain(list).chain(reply).chain(body)
    }

    /// Refuses an operation that the fault can't hit, and says why.
    pub(super) fn check_operation(&self, operation: &str) -> Result<(), String> {
        match self {
            Self::Effect(EffectFault::StaleList(_)) if operation != "list_tasks" => Err(format!(
                "only list_tasks can be stale, and {operation} was given"
            )),
            Self::List(_) if !routes::is_list(operation) => {
                Err(format!("{operation} doesn't return a list"))
            }
            Self::Before(_) | Self::Effect(_) | Self::List(_) | Self::Reply(_) | Self::Body(_) => {
                Ok(())
            }
        }
    }

    /// Refuses a reply that can't be sent, and says why.
    pub(super) fn check(&self) -> Result<(), String> {
        match self {
            Self::Before(fault) => match fault.canned() {
                Some(canned) => canned.check(),
                None => Ok(()),
            },
            Self::Reply(ReplyFault::Status(status)) => check_status(*status),
            Self::Reply(ReplyFault::Reset | ReplyFault::Delay(_)) => Ok(()),
            Self::Effect(_) | Self::List(_) | Self::Body(_) => Ok(()),
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
