//! The default branch of the repository, from the files of git.

use std::path::Path;

use crate::files::read;
use crate::files::roots::Roots;

/// What GitHub calls it in a new repository.
const USUAL: &str = "main";

/// The default branch of the repository in a folder, ready for a list in YAML. Where git keeps its files elsewhere, as for a
/// worktree, it is the usual one.
pub(super) fn default(folder: &Path) -> String {
    let name = remote(folder).or_else(|| local(folder)).filter(|name| is_plain(name));
    let name = name.unwrap_or_else(|| USUAL.to_owned());
    // Such as a number, or `on`.
    let is_text = name.len() > 3 && name.starts_with(|c: char| c.is_ascii_alphabetic());
    if is_text && !["null", "true", "false"].contains(&name.to_lowercase().as_str()) {
        name
    } else {
        format!("'{name}'")
    }
}

/// The one that the remote repository says, which is known after a clone.
fn remote(folder: &Path) -> Option<String> {
    reference(folder, "refs/remotes/origin/HEAD", "refs/remotes/origin/")
}

/// A branch with a usual name, or else the one that is checked out.
fn local(folder: &Path) -> Option<String> {
    let packed = text(folder, "packed-refs").unwrap_or_default();
    let exists = |name: &&str| {
        let branch = format!("refs/heads/{name}");
        folder.join(".git").join(&branch).is_file()
            || packed.lines().any(|line| line.split(' ').nth(1) == Some(&branch))
    };
    let usual = [USUAL, "master"].into_iter().find(exists).map(str::to_owned);
    usual.or_else(|| reference(folder, "HEAD", "refs/heads/"))
}

fn reference(folder: &Path, file: &str, prefix: &str) -> Option<String> {
    let text = text(folder, file)?;
    Some(text.trim().strip_prefix("ref: ")?.strip_prefix(prefix)?.to_owned())
}

fn text(folder: &Path, file: &str) -> Option<String> {
    let bytes = read::inside(&folder.join(".git").join(file), &Roots::of([folder])).ok()?;
    String::from_utf8(bytes).ok()
}

/// Whether a name means only itself in YAML and in the patterns of a workflow.
fn is_plain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._/-".contains(&byte))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use tempfile::TempDir;

    use super::*;

    fn of(files: &[(&str, &str)]) -> String {
        let dir = TempDir::new().unwrap();
        for (name, text) in files {
            let path = dir.path().join(".git").join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        default(dir.path())
    }

    #[test]
    fn the_remote_repository_decides() {
        let head = ("HEAD", "ref: refs/heads/feature\n");
        let remote = ("refs/remotes/origin/HEAD", "ref: refs/remotes/origin/trunk\n");
        assert_eq!(of(&[head, remote, ("refs/heads/main", "")]), "trunk");
        assert_eq!(of(&[head, ("refs/heads/master", "")]), "master");
        assert_eq!(of(&[head, ("packed-refs", "# pack-refs\n0123 refs/heads/master\n")]), "master");
        assert_eq!(of(&[("HEAD", "ref: refs/heads/develop\n")]), "develop");
    }

    #[test]
    fn without_a_name_that_can_be_written_it_is_the_usual_one() {
        for head in ["", "0123456789abcdef\n", "ref: refs/heads/a, b\n", "ref: refs/heads/]\n", "ref: x\n"] {
            assert_eq!(of(&[("HEAD", head)]), "main", "{head}");
        }
        assert_eq!(of(&[]), "main");
    }

    #[test]
    fn a_name_that_yaml_reads_as_something_else_is_quoted() {
        assert_eq!(of(&[("HEAD", "ref: refs/heads/1.0\n")]), "'1.0'");
        assert_eq!(of(&[("HEAD", "ref: refs/heads/on\n")]), "'on'");
        assert_eq!(of(&[("HEAD", "ref: refs/heads/release/1.0\n")]), "release/1.0");
    }
}
