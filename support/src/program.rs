//! Programs that run beside a test or a bench, in processes of their own.

use std::{
    env, fs,
    io::{BufRead, BufReader, Write, stdout},
    path::{Path, PathBuf},
    process::{Child, ChildStdout, Command, Stdio},
};

/// A program that is killed when it is dropped.
#[derive(Debug)]
pub struct Program {
    pub child: Child,
    lines: BufReader<ChildStdout>,
}

/// Builds an example and returns where it is.
///
/// # Panics
///
/// If it doesn't build.
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

/// Prints a line for the process that started this one with [`Program::again`].
///
/// # Panics
///
/// If that process doesn't read any more.
pub fn announce(line: &str) {
    println!("{line}");
    stdout().flush().expect("the other process reads it");
}

impl Program {
    /// Starts a program.
    ///
    /// # Panics
    ///
    /// If it doesn't start.
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

    /// Starts the running program once more, with other arguments.
    ///
    /// # Panics
    ///
    /// If it doesn't start.
    pub fn again(arguments: &[&str]) -> Self {
        let this = env::current_exe().expect("this program");
        Self::start(&this, arguments, &[])
    }

    /// Waits for the next line that the program prints.
    ///
    /// # Panics
    ///
    /// If the program ends before.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.lines.read_line(&mut line).expect("text");
        assert!(read > 0, "the program ended");
        line.trim().to_owned()
    }

    /// Waits for the next line that begins with the word, and returns it without the word.
    ///
    /// # Panics
    ///
    /// If the program ends before.
    pub fn value(&mut self, word: &str) -> String {
        loop {
            if let Some(value) = self.line().strip_prefix(word) {
                return value.trim().to_owned();
            }
        }
    }

    /// Returns the most memory that the program has held so far, in MiB.
    ///
    /// # Panics
    ///
    /// If the program has ended, or on anything but Linux.
    pub fn peak_mib(&self) -> f64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.child.id()));
        let status = status.expect("the program is running");
        let peak = status
            .lines()
            .find_map(|line| line.strip_prefix("VmHWM:"))
            .expect("a peak");
        let peak = peak.trim().trim_end_matches(" kB");
        peak.parse::<f64>().expect("a number") / 1024.0
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
