//! Turns `spec/openapi.yaml` into the module `api`, by way of `codegen/`.

use std::{env, error::Error, fs, path::Path};

#[path = "codegen/mod.rs"]
mod codegen;

const SPEC: &str = "spec/openapi.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    for input in ["build.rs", "codegen", SPEC] {
        println!("cargo::rerun-if-changed={input}");
    }
    let spec = fs::read_to_string(SPEC)?;
    let out_dir = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
    let generated = codegen::generate(&spec, codegen::needs::NEEDS).and_then(|api| {
        let mut files = vec![("api.rs", api)];
        if env::var_os("CARGO_FEATURE_DRIFT").is_some() {
            files.push(("replies.rs", codegen::replies(&spec)?));
        }
        Ok(files)
    });
    match generated {
        Ok(files) => {
            for (name, code) in files {
                fs::write(Path::new(&out_dir).join(name), code)?;
            }
        }
        Err(problems) => {
            for problem in problems {
                println!("cargo::error={SPEC}:{problem}");
            }
        }
    }
    Ok(())
}
