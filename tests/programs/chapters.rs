//! The programs of the guide's chapters, run on the simulator.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use support::program::built;

/// The most lines of a chapter's program, which stands in the chapter.
const LINES: usize = 60;

/// What each program prints, by its chapter.
const CHAPTERS: [(&str, &[&str]); 15] = [
    (
        "agents",
        &["published version 2", "nothing to publish", "now stopped"],
    ),
    (
        "errors",
        &["fail: tell a person", "The file is no invoice."],
    ),
    ("files", &["order.txt arrived with 17 bytes", "stored "]),
    ("first_run", &["Status  completed", "invoice.pdf"]),
    (
        "limits",
        &["60 runs in", "100 % of the retry budget is left"],
    ),
    (
        "lists",
        &["all of them: {\"completed\": 4500, \"failed\": 500}"],
    ),
    ("many_tasks", &["90 completed, 10 failed"]),
    ("networks", &["\"query\": \"How many?", "completed"]),
    (
        "once",
        &[
            "is adopted",
            "is recorded",
            "1 task at the server",
            "finished: true",
        ],
    ),
    ("questions", &["asks: Which currency?", "3 messages"]),
    ("scaling", &["40 starts, 20 tasks", "20 finished, 0 left"]),
    ("spec", &["the task is \"paused\"", "completed after all"]),
    ("testing", &["of the simulator's time"]),
    ("typed_answers", &["Invoice 2026-001 of 22.50", "Stapler"]),
    (
        "watching",
        &["requests carried the context", "nanonets_retries_total"],
    ),
];

/// Returns the name of the program of a chapter.
fn example(chapter: &str) -> &str {
    match chapter {
        "first_run" => "quickstart",
        chapter => chapter,
    }
}

#[test]
fn each_chapter_has_a_short_program_that_works() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let guide = fs::read_to_string(root.join("src/guide/mod.rs")).expect("the guide");
    let modules = guide
        .lines()
        .filter_map(|line| line.strip_prefix("pub mod "));
    let modules: Vec<&str> = modules.map(|name| name.trim_end_matches(';')).collect();
    assert_eq!(modules, CHAPTERS.map(|(chapter, _)| chapter));
    for (chapter, printed) in CHAPTERS {
        let example = example(chapter);
        let source = root.join("examples").join(example).with_extension("rs");
        let source = fs::read_to_string(source).expect("the chapter's program");
        let lines = source.lines().count();
        assert!(lines <= LINES, "{example} has {lines} lines");
        let output = Command::new(built(example))
            .current_dir(root)
            .stdin(Stdio::null())
            .env_remove("NANONETS_API_KEY")
            .env_remove("NANONETS_AGENT_ID")
            .env_remove("NANONETS_BASE_URL")
            .output()
            .expect("it was built");
        let (text, talk) = (
            String::from_utf8_lossy(&output.stdout),
            String::from_utf8_lossy(&output.stderr),
        );
        assert!(output.status.success(), "{example}: {text}{talk}");
        for expected in printed {
            assert!(text.contains(expected), "{example}: {text}{talk}");
        }
    }
}
