//! `cargo xtask new-rule`: what a rule consists of, for its author to fill in.

use std::fs;
use std::path::Path;

use crate::registry;

const RULE: &str = include_str!("new_rule/rule.txt");
const FAIL: &str = "# Must be reported. Add the mistake, and remove what it does not need.\n";
const PASS: &str = "# Must not be reported. Write something that looks like the mistake and is not.\n";
const FIXTURE: &str = include_str!("new_rule/fixture.txt");

/// The groups, as `cflint_linter::Group` calls them.
const GROUPS: [&str; 7] = ["routing", "headers", "security", "caching", "deploy", "dns", "input"];

/// Writes the rule and its fixtures, and registers it.
pub(crate) fn run(root: &Path, group: &str, id: &str) -> Result<(), String> {
    if !GROUPS.contains(&group) {
        return Err(format!("unknown group `{group}`; the groups are {}", GROUPS.join(", ")));
    }
    if !is_kebab_case(id) || GROUPS.contains(&id) {
        return Err(format!("`{id}` is not a valid id: name the bad thing, such as `host-header-forwarded`"));
    }
    let module = format!("{}.rs", id.replace('-', "_"));
    let file = root.join("rules/src").join(group).join(&module);
    let fixtures = root.join("fixtures").join(id);
    let elsewhere = GROUPS.iter().map(|group| root.join("rules/src").join(group).join(&module));
    if let Some(taken) = elsewhere.chain([fixtures.clone()]).find(|path| path.exists()) {
        return Err(format!("{} exists", taken.display()));
    }
    write(&file, &rule(group, id))?;
    write(&fixtures.join("fail.yaml"), &format!("{FAIL}{FIXTURE}"))?;
    write(&fixtures.join("pass.yaml"), &format!("{PASS}{FIXTURE}"))?;
    registry::refresh(&root.join("rules"), true).map_err(|error| format!("cannot register it: {error}"))?;
    eprintln!("wrote rules/src/{group}/{module} and fixtures/{id}/");
    eprintln!("next: `cargo test -p cflint-rules -- {id}::` lists what is missing");
    Ok(())
}

fn is_kebab_case(id: &str) -> bool {
    let is_word = |word: &str| word.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit());
    id.starts_with(|c: char| c.is_ascii_lowercase())
        && id.split('-').all(|word| !word.is_empty() && is_word(word))
}

fn rule(group: &str, id: &str) -> String {
    let name: String = id.split('-').map(capitalized).collect();
    RULE.replace("@Name@", &name).replace("@id@", id).replace("@Group@", &capitalized(group))
}

fn capitalized(word: &str) -> String {
    let mut rest = word.chars();
    rest.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(rest).collect()
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    let folder = path.parent().unwrap_or(path);
    let written = fs::create_dir_all(folder).and_then(|()| fs::write(path, text));
    written.map_err(|error| format!("cannot write {}: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use cflint_linter::{Group, Input, Options};

    use super::*;

    fn workspace() -> tempfile::TempDir {
        let root = tempfile::tempdir().unwrap();
        let library = fs::read_to_string(crate::root().join("rules/src/lib.rs")).unwrap();
        write(&root.path().join("rules/src/lib.rs"), &library).unwrap();
        root
    }

    #[test]
    fn groups_are_those_of_the_linter() {
        assert_eq!(GROUPS, Group::ALL.map(Group::as_str));
    }

    #[test]
    fn a_rule_is_written_and_registered() {
        let root = workspace();
        run(root.path(), "dns", "ipv6-record-missing").unwrap();
        let rule = fs::read_to_string(root.path().join("rules/src/dns/ipv6_record_missing.rs")).unwrap();
        assert!(rule.contains(
            "pub(crate) Ipv6RecordMissing {\n        id: \"ipv6-record-missing\",\n        group: Dns,"
        ));
        assert!(!rule.contains('@'));
        let library = fs::read_to_string(root.path().join("rules/src/lib.rs")).unwrap();
        assert!(library.contains("dns::ipv6_record_missing::RULE,"));
        for fixture in ["fail.yaml", "pass.yaml"] {
            let bytes = fs::read(root.path().join("fixtures/ipv6-record-missing").join(fixture)).unwrap();
            let input = Input::new(fixture, bytes);
            let report = cflint_linter::check(vec![input], cflint_rules::RULES, &Options::default());
            assert_eq!((report.templates, report.findings.len()), (1, 0));
        }
    }

    #[test]
    fn every_hook_is_offered() {
        let source = fs::read_to_string(crate::root().join("crates/linter/src/rule.rs")).unwrap();
        let declared = source.split_once("pub trait Rule:").unwrap().1.split_once("\n}").unwrap().0;
        let hooks: Vec<&str> = declared.lines().filter(|line| line.contains("fn ")).map(str::trim).collect();
        assert!(!hooks.is_empty());
        for hook in hooks {
            assert!(RULE.contains(&format!("//     {}", hook.trim_end_matches(" {"))), "{hook}");
        }
    }

    #[test]
    fn nothing_is_overwritten() {
        let root = workspace();
        run(root.path(), "dns", "record-missing").unwrap();
        assert!(run(root.path(), "routing", "record-missing").unwrap_err().ends_with(" exists"));
    }

    #[test]
    fn names_are_checked() {
        for (group, id) in [
            ("dsn", "a-rule"),
            ("dns", "A-rule"),
            ("dns", "a_rule"),
            ("dns", "a-"),
            ("dns", "6-a"),
            ("dns", "routing"),
        ] {
            assert!(run(Path::new("/nowhere"), group, id).is_err(), "{group} {id}");
        }
    }
}
