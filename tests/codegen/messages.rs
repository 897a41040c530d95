//! What a maintainer is told about each mistake: files that hold a mistake and its messages.
//!
//! A file in `mistakes/` has a title, the lines of `base.yaml` that are replaced (`-`) and those in
//! their place (`+`), where `@` stands between two edits, and all that the build says then.

use std::{env, fs, path::PathBuf};

use crate::codegen;

const MISTAKES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/codegen/mistakes");

struct Mistake {
    file: PathBuf,
    title: String,
    edits: String,
    messages: String,
}

impl Mistake {
    fn read(file: PathBuf) -> Self {
        let text = fs::read_to_string(&file).expect("it is text");
        let mut parts = text.splitn(3, "\n\n").map(|part| part.trim().to_owned());
        let mut part = || parts.next().unwrap_or_default();
        Self {
            title: part(),
            edits: part(),
            messages: part(),
            file,
        }
    }

    fn apply(&self, base: &str) -> String {
        let mut spec = base.to_owned();
        for edit in self.edits.split("\n@\n") {
            let lines = |sign: char| {
                let lines = edit.lines().filter_map(|line| line.strip_prefix(sign));
                lines.map(|line| format!("{line}\n")).collect::<String>()
            };
            let (old, new) = (lines('-'), lines('+'));
            let file = self.file.display();
            assert_eq!(base.matches(&old).count(), 1, "{file} replaces\n{old}");
            spec = spec.replacen(&old, &new, 1);
        }
        spec
    }
}

#[test]
fn each_mistake_is_told_with_its_line_and_what_to_write() {
    let base = fs::read_to_string(format!("{MISTAKES}/base.yaml")).expect("it is there");
    let problems = codegen::generate(&base, &[]).err().unwrap_or_default();
    assert!(problems.is_empty(), "base.yaml has mistakes: {problems:?}");
    let files = fs::read_dir(MISTAKES).expect("it is there");
    let mut files: Vec<PathBuf> = files.map(|file| file.expect("a file").path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "txt"));
    assert!(files.len() >= 50, "{} mistakes", files.len());
    let renew = env::var_os("GOLDEN").is_some_and(|value| value == "renew");
    let mut differing = Vec::new();
    for mistake in files.into_iter().map(Mistake::read) {
        let problems = codegen::generate(&mistake.apply(&base), &[]).err();
        let said: Vec<_> = problems.iter().flatten().map(ToString::to_string).collect();
        let said = said.join("\n");
        if said == mistake.messages && !said.is_empty() {
            continue;
        }
        let Mistake {
            file, title, edits, ..
        } = &mistake;
        if renew {
            let text = format!("{title}\n\n{edits}\n\n{said}\n");
            fs::write(file, text).expect("it can be written");
        }
        differing.push(format!("{}\n{said}\n", file.display()));
    }
    if !renew {
        assert!(
            differing.is_empty(),
            "other messages than expected (if they are meant, renew them and read the diff: \
             GOLDEN=renew cargo test --test codegen messages):\n{}",
            differing.join("\n")
        );
    }
}
