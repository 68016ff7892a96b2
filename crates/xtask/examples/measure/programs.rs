//! The programs that are measured, and how many instructions they take.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, fs};

use super::inputs::Measured;

/// cflint, and the program that only starts and takes its files apart.
pub(crate) struct Programs {
    pub(crate) cflint: PathBuf,
    pub(crate) bare: PathBuf,
}

/// Builds both for the release profile.
pub(crate) fn build() -> Result<Programs, String> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    for what in [["cflint", "--bin", "cflint"], ["cflint-template", "--example", "bare"]] {
        let status = Command::new(&cargo)
            .args(["build", "--quiet", "--release", "--locked", "--package"])
            .args(what)
            .status()
            .map_err(|error| format!("cannot run cargo: {error}"))?;
        if !status.success() {
            return Err("the release profile does not build".to_owned());
        }
    }
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(
        || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target"),
        |target| Path::new(&target).to_owned(),
    );
    let release = target.join("release");
    Ok(Programs { cflint: release.join("cflint"), bare: release.join("examples/bare") })
}

impl Programs {
    /// Checks the input, with one format for all and nothing from around it.
    pub(crate) fn check(&self, input: &Measured) -> Command {
        let mut command = Command::new(&self.cflint);
        command.args(["check", "--no-config"]).args(input.options).arg(&input.argument);
        command
    }

    pub(crate) fn parse(&self, input: &Measured) -> Command {
        let mut command = Command::new(&self.bare);
        command.args(&input.files);
        command
    }
}

/// How many instructions a command takes, as callgrind counts them.
pub(crate) fn instructions(command: &Command, scratch: &Path) -> Result<u64, String> {
    let out = scratch.join("callgrind.out");
    let status = Command::new("valgrind")
        .args(["--quiet", "--tool=callgrind"])
        .arg(format!("--callgrind-out-file={}", out.display()))
        .arg(command.get_program())
        .args(command.get_args())
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .map_err(|error| format!("cannot run valgrind: {error}"))?;
    let text =
        fs::read_to_string(&out).map_err(|error| format!("valgrind wrote nothing ({status}): {error}"))?;
    let total = |line: &str| {
        let rest = line.strip_prefix("summary:").or_else(|| line.strip_prefix("totals:"))?;
        rest.trim().parse().ok()
    };
    text.lines().find_map(total).ok_or_else(|| format!("valgrind counted nothing ({status})"))
}
