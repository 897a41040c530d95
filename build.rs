//! Turns `spec/openapi.yaml` into the module `api`, by way of `codegen/`.

use std::{env, error::Error, fs, path::Path};

#[path = "codegen/mod.rs"]
mod codegen;

const SPEC: &str = "spec/openapi.yaml";

fn main() -> Result<(), Box<dyn Error>> {
    for input in ["build.rs", "codegen", SPEC] {
        println!("cargo::rerun-if-changed={input}");
    }
    match codegen::generate(&fs::read_to_string(SPEC)?, codegen::needs::NEEDS) {
        Ok(code) => {
            let out_dir = env::var_os("OUT_DIR").ok_or("cargo sets OUT_DIR")?;
            fs::write(Path::new(&out_dir).join("api.rs"), code)?;
        }
        Err(problems) => {
            for problem in problems {
                println!("cargo::error={SPEC}:{problem}");
            }
        }
    }
    Ok(())
}
