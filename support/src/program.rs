//! Programs of this crate, run by tests.

use std::{
    env, fs,
    io::{BufRead, BufReader},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

/// A program that is stopped when the test ends.
pub struct Program {
    pub child: Child,
    lines: BufReader<ChildStdout>,
}

/// Where the example is, after it was built.
pub fn built(example: &str) -> PathBuf {
    let this = env::current_exe().expect("this program");
    // Tests and benches are in `target/PROFILE/deps`.
    let target = this.ancestors().nth(3).expect("it is in the target folder");
    let build = Command::new(env!("CARGO"))
        .args(["build", "--quiet", "--offline", "--example", example])
        .env("CARGO_TARGET_DIR", target)
        .status();
    assert!(build.expect("cargo runs").success());
    target.join("debug/examples").join(example)
}

impl Program {
    pub fn start(program: &Path, arguments: &[&str], environment: &[(&str, &str)]) -> Self {
        let mut child = Command::new(program)
            .args(arguments)
            .envs(environment.iter().copied())
            .stdout(Stdio::piped())
            .spawn()
            .expect("it was built");
        let lines = BufReader::new(child.stdout.take().expect("it is piped"));
        Self { child, lines }
    }

    /// The next line that begins with the word, without the word.
    pub fn value(&mut self, word: &str) -> String {
        loop {
            let mut line = String::new();
            let read = self.lines.read_line(&mut line).expect("text");
            assert!(read > 0, "the program ended before it printed {word:?}");
            if let Some(value) = line.trim().strip_prefix(word) {
                return value.trim().to_owned();
            }
        }
    }

    pub fn peak_mib(&self) -> f64 {
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
