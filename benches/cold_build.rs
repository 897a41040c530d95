//! Measures what generating the client costs a first build: this crate in a fresh target folder,
//! with and without the feature `generate`, beside a crate with the same runtime dependencies and
//! nothing else.
//!
//!     cargo bench --bench cold_build
//!
//! Wall-clock seconds depend on what else the machine does; CPU seconds less so.

use std::{
    error::Error,
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use support::figures::figure;

const RUNS: usize = 3;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

#[derive(Clone, Copy)]
struct Cost {
    wall: f64,
    cpu: f64,
}

fn main() -> Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let work = Path::new(env!("CARGO_TARGET_TMPDIR")).join("cold-build");
    let plain = without_generation(root, &work.join("plain"))?;
    let copied = ["--no-default-features", "--features", "rustls"];
    let (mut ours, mut ungenerated, mut theirs) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        ours.push(build(root, &work.join("target"), &[])?);
        ungenerated.push(build(root, &work.join("target"), &copied)?);
        theirs.push(build(&plain, &work.join("target"), &copied)?);
    }
    let (ours, ungenerated, theirs) = (median(ours), median(ungenerated), median(theirs));
    figure("cold_build_seconds", ours.wall, 1, "s");
    figure("cold_build_cpu_seconds", ours.cpu, 1, "s");
    figure("cold_build_plain_seconds", theirs.wall, 1, "s");
    figure("cold_build_plain_cpu_seconds", theirs.cpu, 1, "s");
    figure("cold_build_copied_cpu_seconds", ungenerated.cpu, 1, "s");
    figure("cold_build_cpu", ours.cpu / ungenerated.cpu, 2, "ratio");
    figure(
        "cold_build_dependencies_cpu",
        ours.cpu / theirs.cpu,
        2,
        "ratio",
    );
    fs::remove_dir_all(&work)?;
    Ok(())
}

/// Writes a crate with nothing but our dependencies, of which those of the build are optional.
fn without_generation(root: &Path, to: &Path) -> Result<PathBuf> {
    let manifest = fs::read_to_string(root.join("Cargo.toml"))?;
    let sections = manifest.split("\n[").filter(|section| {
        [
            "package]",
            "features]",
            "dependencies]",
            "build-dependencies]",
        ]
        .iter()
        .any(|start| section.starts_with(start))
            || section.starts_with("[package]")
    });
    let manifest = sections.collect::<Vec<_>>().join("\n[");
    fs::create_dir_all(to.join("src"))?;
    fs::write(
        to.join("Cargo.toml"),
        manifest.replace("\nreadme = \"README.md\"", ""),
    )?;
    fs::copy(root.join("Cargo.lock"), to.join("Cargo.lock"))?;
    fs::write(to.join("src/lib.rs"), "")?;
    Ok(to.to_owned())
}

fn build(package: &Path, target: &Path, features: &[&str]) -> Result<Cost> {
    if target.exists() {
        fs::remove_dir_all(target)?;
    }
    let (cpu, start) = (children_cpu_seconds()?, Instant::now());
    let output = Command::new(env!("CARGO"))
        .args(["build", "--lib", "--offline", "--target-dir"])
        .arg(target)
        .args(features)
        .current_dir(package)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    Ok(Cost {
        wall: start.elapsed().as_secs_f64(),
        cpu: children_cpu_seconds()? - cpu,
    })
}

/// Returns the user and system time of all children that have ended, from the kernel's accounting.
fn children_cpu_seconds() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name, in parentheses, may hold anything; the numbers begin after it.
    let numbers = stat.rsplit(')').next().ok_or("no numbers")?;
    let ticks: Vec<f64> = numbers
        .split_whitespace()
        .skip(13)
        .take(2)
        .map(str::parse)
        .collect::<std::result::Result<_, _>>()?;
    // The kernel counts in hundredths of a second on every platform that Linux supports today.
    Ok(ticks.iter().sum::<f64>() / 100.0)
}

fn median(mut costs: Vec<Cost>) -> Cost {
    costs.sort_by(|a, b| a.cpu.total_cmp(&b.cpu));
    costs[costs.len() / 2]
}
