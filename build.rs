//! Turns `spec/openapi.yaml` into the module `api`, by way of `codegen/`.
//!
//! Without the feature `generate`, the checked copies under `spec/generated/` are taken, and
//! nothing of the generator is compiled.

use std::{
    env,
    error::Error,
    fs,
    path::{Path, PathBuf},
};

#[cfg(not(feature = "generate"))]
#[path = "codegen/checksum.rs"]
mod checksum;
#[cfg(feature = "generate")]
#[path = "codegen/mod.rs"]
mod codegen;

const SPEC: &str = "spec/openapi.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    for input in ["build.rs", "codegen", SPEC, "spec/generated"] {
        println!("cargo::rerun-if-changed={input}");
    }
    let root = env::var_os("CARGO_MANIFEST_DIR").ok_or("cargo sets CARGO_MANIFEST_DIR")?;
    let root = PathBuf::from(root);
    let out_dir = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let mut names = vec!["api.rs"];
    if env::var_os("CARGO_FEATURE_DRIFT").is_some() {
        names.push("replies.rs");
    }
    let spec = fs::read_to_string(root.join(SPEC))?;
    for name in names {
        match generated(&root, &spec, name) {
            Ok(code) => fs::write(Path::new(&out_dir).join(name), code)?,
            Err(problems) => {
                for problem in problems {
                    // Only the first line of a message is shown.
                    println!("cargo::error={SPEC}:{}", problem.replace('\n', " "));
                }
                return Ok(());
            }
        }
    }
    Ok(())
}

#[cfg(feature = "generate")]
fn generated(_: &Path, spec: &str, name: &str) -> Result<String, Vec<String>> {
    let code = match name {
        "api.rs" => codegen::generate(spec, codegen::needs::NEEDS),
        _ => codegen::replies(spec),
    };
    code.map_err(|problems| problems.iter().map(ToString::to_string).collect())
}

#[cfg(not(feature = "generate"))]
fn generated(root: &Path, spec: &str, name: &str) -> Result<String, Vec<String>> {
    let copy = root.join("spec/generated").join(name);
    let code = fs::read_to_string(copy).map_err(|error| vec![format!(" {name}: {error}")])?;
    if code.starts_with(&checksum::line(spec)) {
        Ok(code)
    } else {
        let advice = " has changed since its code was generated; build with the feature `generate`";
        Err(vec![advice.to_owned()])
    }
}
