//! A copy of the crate whose spec can be edited, and which is then built.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Output},
    time::SystemTime,
};

/// A copy of the crate that is removed afterwards.
pub struct Copy {
    folder: PathBuf,
    name: &'static str,
}

impl Copy {
    /// Makes a copy in a folder of this name. No two copies may have the same version.
    pub fn make(name: &'static str, version: &str) -> Self {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_dir_all(&folder);
        let root = Path::new(env!("CARGO_MANIFEST_DIR"));
        for name in [
            "Cargo.toml",
            "Cargo.lock",
            "build.rs",
            "README.md",
            "codegen",
            "benches",
            "docs",
            "spec",
            "src",
        ] {
            copy_all(&root.join(name), &folder.join(name));
        }
        let copy = Self { folder, name };
        // The programs need nothing of the workspace but the crate.
        for member in [
            "\nspec-tools = { path = \"tools\" }",
            "\nsupport = { path = \"support\" }",
            "\nmembers = [\"support\", \"tools\"]",
            "\ndefault-members = [\".\", \"tools\"]",
        ] {
            copy.edit("Cargo.toml", member, "");
        }
        // Packages of the same name and version have the same place in a target folder, whatever
        // their path. With another version the copy can share the dependencies and nothing else.
        copy.edit(
            "Cargo.toml",
            "\nversion = \"0.1.0\"\n",
            &format!("\nversion = \"{version}\"\n"),
        );
        copy.edit(
            "Cargo.lock",
            "name = \"nanonets-agents\"\nversion = \"0.1.0\"\n",
            &format!("name = \"nanonets-agents\"\nversion = \"{version}\"\n"),
        );
        copy
    }

    pub fn file(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Replaces a text that occurs once in a file.
    pub fn edit(&self, name: &str, find: &str, replace: &str) {
        let text = fs::read_to_string(self.file(name)).expect("it was copied");
        assert_eq!(text.matches(find).count(), 1, "{find}");
        fs::write(self.file(name), text.replacen(find, replace, 1)).expect("it can be written");
    }

    /// Writes a program that `cargo run --example` finds.
    pub fn write_example(&self, name: &str, program: &str) {
        fs::create_dir_all(self.file("examples")).expect("a folder");
        fs::write(self.file(&format!("examples/{name}.rs")), program).expect("a file");
    }

    pub fn cargo(&self, arguments: &[&str]) -> Output {
        let target = Path::new(env!("CARGO_TARGET_TMPDIR"))
            .parent()
            .expect("it is in the target folder");
        Command::new(env!("CARGO"))
            .args(arguments)
            .arg("--offline")
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", target)
            .output()
            .expect("cargo runs")
    }

    /// When the bindings were generated.
    pub fn generated(&self) -> SystemTime {
        let build = self.cargo(&[
            "build",
            "--message-format",
            "json",
            "--features",
            "simulator",
        ]);
        assert!(build.status.success(), "{}", text(&build));
        let out_dir = String::from_utf8_lossy(&build.stdout)
            .lines()
            .filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok())
            .filter(|message| message["reason"] == "build-script-executed")
            .find(|message| {
                message["package_id"]
                    .as_str()
                    .is_some_and(|id| id.contains(self.name))
            })
            .and_then(|message| message["out_dir"].as_str().map(PathBuf::from))
            .expect("the build script runs");
        let bindings = fs::metadata(out_dir.join("api.rs")).expect("it was generated");
        bindings.modified().expect("a time")
    }
}

impl Drop for Copy {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

fn copy_all(from: &Path, to: &Path) {
    if from.is_dir() {
        fs::create_dir_all(to).expect("a folder");
        for entry in fs::read_dir(from).expect("a folder") {
            let name = entry.expect("an entry").file_name();
            copy_all(&from.join(&name), &to.join(&name));
        }
    } else {
        fs::create_dir_all(to.parent().expect("it is in a folder")).expect("a folder");
        fs::copy(from, to).expect("a copy");
    }
}

/// Returns all that a command wrote.
pub fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr)
}
