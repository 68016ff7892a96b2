//! CDK assemblies on disk.

use std::fs;
use std::path::Path;

use cflint_linter::{Input, InputError, Notice, Role, StackOf};
use cflint_template::assembly;

use super::found::Found;
use crate::files::read;

/// Manifests and metadata are not held, but a manifest can name a file as often as it likes.
const NO_ROOM: &str = "not checked: together, the files of the run are larger than 64 MiB";

/// Whether a folder is a CDK assembly. The file `cdk.out` distinguishes it from other folders with a manifest.
pub(crate) fn is_in(folder: &Path) -> bool {
    folder.join("cdk.out").is_file() && folder.join("manifest.json").is_file()
}

/// The error if nothing is found at a path where `cdk synth` writes by default.
pub(crate) fn remedy(path: &Path) -> Option<&'static str> {
    path.ends_with("cdk.out").then_some("there is no CDK assembly; `cdk synth` writes it")
}

/// Adds the stacks of an assembly. `name` is how the folder is shown.
pub(crate) fn collect(folder: &Path, name: &str, found: &mut Found) {
    let shown = |path: &str| format!("{}/{path}", name.trim_end_matches('/'));
    let real = fs::canonicalize(folder).ok();
    let mut room = Some(found.room());
    let mut file = |path: &str| {
        let path = folder.join(path);
        // A link could lead out where the name does not.
        if fs::canonicalize(&path).is_ok_and(|path| !real.as_ref().is_some_and(|real| path.starts_with(real)))
        {
            return Err("is outside the assembly".to_owned());
        }
        // Once there was no room for a file, no other one is read to see whether it is smaller.
        let free = room.take().ok_or(NO_ROOM)?;
        let bytes = read::file(&path).map_err(|error| error.to_string());
        room = free.checked_sub(bytes.as_ref().map_or(0, Vec::len));
        if room.is_none() { Err(NO_ROOM.to_owned()) } else { bytes }
    };
    let assembly = assembly::read(&mut file);
    for stack in assembly.stacks {
        let of = StackOf { facts: stack.facts, is_nested: stack.is_nested };
        found.add(Input {
            role: Role::Found,
            stack: Some(of),
            ..Input::new(shown(&stack.template), stack.bytes)
        });
    }
    for (path, message) in assembly.errors {
        found.errors.push(InputError { path: shown(&path), message, span: None });
    }
    for message in assembly.notices {
        found.notices.push(Notice { path: shown("manifest.json"), message });
    }
}
