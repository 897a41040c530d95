//! The quickstart with a large file, against the simulator in another process: the file arrives whole, and
//! the process that sends it stays small.
#![cfg(target_os = "linux")]

use std::{
    fs::{self, File},
    io::{BufRead, BufReader, Write},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

use sha2::{Digest, Sha256};

const MIB: usize = 1024 * 1024;
const FILE_MIB: usize = 200;
const MAX_PEAK_MIB: f64 = 64.0;

/// A program that is stopped when the test ends.
struct Program {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Program {
    fn start(example: &str, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .parent()
            .expect("it is in the target folder");
        let build = Command::new(env!("CARGO"))
            .args(["build", "--quiet", "--offline", "--example", example])
            .env("CARGO_TARGET_DIR", target)
            .status();
        assert!(build.expect("cargo runs").success());
        let mut child = Command::new(target.join("debug/examples").join(example))
            .args(arguments)
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it was built");
        let lines = BufReader::new(child.stdout.take().expect("it is piped"));
        Self { child, lines }
    }

    /// The next line that begins with the word, without the word.
    fn value(&mut self, word: &str) -> String {
        loop {
            let mut line = String::new();
            let read = self.lines.read_line(&mut line).expect("text");
            assert!(read > 0, "the program ended before it printed {word:?}");
            if let Some(value) = line.trim().strip_prefix(word) {
                return value.trim().to_owned();
            }
        }
    }

    fn peak_mib(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the program is running");
        let line = status
            .lines()
            .find_map(|it| it.strip_prefix("VmHWM:"))
            .expect("a peak");
        let kib: f64 = line
            .trim()
            .trim_end_matches(" kB")
            .parse()
            .expect("a number");
        kib / 1024.0
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

struct TemporaryFile(PathBuf);

impl Drop for TemporaryFile {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

/// A file in which no two blocks are the same, and its hash.
fn large_file() -> (TemporaryFile, String) {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("large-upload.bin");
    let mut file = File::create(&path).expect("a file");
    let mut hash = Sha256::new();
    let mut block = vec![0x5a; MIB];
    for number in 0..FILE_MIB {
        block[..8].copy_from_slice(&number.to_be_bytes());
        hash.update(&block);
        file.write_all(&block).expect("room on the disk");
    }
    let hash = hash
        .finalize()
        .iter()
        .map(|it| format!("{it:02x}"))
        .collect();
    (TemporaryFile(path), hash)
}

#[test]
fn a_file_of_200_mib_is_sent_from_less_than_64_mib_of_memory() {
    let (file, hash) = large_file();
    let mut simulator = Program::start("simulator", &[], &[]);
    let (url, key) = (simulator.value("Base URL"), simulator.value("API key"));
    let agent_id = simulator.value("Agent id");
    let mut quickstart = Program::start(
        "quickstart",
        &[file.0.to_str().expect("a plain path")],
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
