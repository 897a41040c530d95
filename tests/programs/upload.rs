//! The quickstart with a large file, against the simulator in another process: the file arrives
//! whole, and the process that sends it stays small.

use std::{fs::File, io::Write, path::Path};

use sha2::{Digest, Sha256};
use support::{
    folder::Folder,
    program::{Program, built},
};

const MIB: usize = 1024 * 1024;
const FILE_MIB: usize = 200;
const MAX_PEAK_MIB: f64 = 64.0;

/// Writes a file in which no two blocks are the same, and returns its hash.
fn write_large_file(path: &Path) -> String {
    let mut file = File::create(path).expect("a file");
    let mut hash = Sha256::new();
    let mut block = vec![0x5a; MIB];
    for number in 0..FILE_MIB {
        block[..8].copy_from_slice(&number.to_be_bytes());
        hash.update(&block);
        file.write_all(&block).expect("room on the disk");
    }
    let hash = hash.finalize();
    hash.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_file_of_200_mib_is_sent_from_less_than_64_mib_of_memory() {
    let folder = Folder::new("large-upload");
    let file = folder.file("large.bin");
    let hash = write_large_file(&file);
    let mut simulator = Program::start(&built("simulator"), &[], &[]);
    let (url, key) = (simulator.value("Base URL"), simulator.value("API key"));
    let agent_id = simulator.value("Agent id");
    let mut quickstart = Program::start(
        &built("quickstart"),
        &[file.to_str().expect("a plain path")],
        &[
            ("NANONETS_BASE_URL", &url),
            ("NANONETS_API_KEY", &key),
            ("NANONETS_AGENT_ID", &agent_id),
        ],
    );
    // The file is sent by now, and the program goes on for at least another poll.
    quickstart.value("Task");
    let peak = quickstart.peak_mib();
    println!("figure upload_200mib_peak_memory {peak:.1} MiB");

    assert_eq!(quickstart.value("\"sha256\":"), format!("\"{hash}\","));
    assert_eq!(quickstart.value("\"size\":"), (FILE_MIB * MIB).to_string());
    assert!(peak < MAX_PEAK_MIB, "{peak} MiB");
}
