//! Descriptors: a process has only so many files and sockets.

use std::{error::Error as StdError, io};

/// The codes by which the system says that this process, or the machine, has no descriptor left.
#[cfg(unix)]
const RAN_OUT: [i32; 2] = [23, 24];
#[cfg(not(unix))]
const RAN_OUT: [i32; 2] = [4, 10_024];

/// Whether a failure is that there was no descriptor left for a file or a socket.
pub(super) fn ran_out(error: &(dyn StdError + 'static)) -> bool {
    let code = error
        .downcast_ref::<io::Error>()
        .and_then(io::Error::raw_os_error);
    code.is_some_and(|code| RAN_OUT.contains(&code)) || error.source().is_some_and(ran_out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Error;

    #[test]
    fn the_cause_is_found_beneath_others() {
        let wrapped = |code| {
            Error::invalid_request("can't read the file")
                .with_source(io::Error::from_raw_os_error(code))
        };
        assert!(ran_out(&wrapped(RAN_OUT[1])));
        assert!(!ran_out(&wrapped(2)));
        assert!(!ran_out(&Error::invalid_request("no file")));
    }
}
