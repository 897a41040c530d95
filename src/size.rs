//! Sizes in the words of messages.

/// Returns a number of bytes as `64 MiB` where it is a whole number of them, and as `4097 bytes`
/// otherwise.
pub(crate) fn shown(bytes: usize) -> String {
    const UNITS: [(usize, &str); 3] = [(1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")];
    let whole = |(unit, _): &&(usize, &str)| bytes > 0 && bytes.is_multiple_of(*unit);
    match UNITS.iter().find(whole) {
        Some((unit, name)) => format!("{} {name}", bytes / unit),
        None => format!("{bytes} bytes"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_units_are_named() {
        for (bytes, expected) in [
            (64 << 20, "64 MiB"),
            (1 << 30, "1 GiB"),
            (4096, "4 KiB"),
            (4097, "4097 bytes"),
            (0, "0 bytes"),
        ] {
            assert_eq!(shown(bytes), expected);
        }
    }
}
