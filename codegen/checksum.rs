//! Tells whether a copy of generated code was made from a spec.

/// Returns the checksum of a spec (FNV-1a), which keeps a stale copy from being compiled.
pub fn of(spec: &str) -> String {
    let hash = spec.bytes().fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3)
    });
    format!("{hash:016x}")
}

/// Returns the first line of a copy that was made from a spec.
pub fn line(spec: &str) -> String {
    format!("// Generated from a spec with the checksum {}.\n", of(spec))
}
