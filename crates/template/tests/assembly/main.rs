//! The assemblies in `fixtures/_cdk`, as several versions of the CDK wrote them.

#![expect(clippy::disallowed_methods, reason = "a test knows what it reads")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use cflint_template::assembly::{Assembly, Stack, read};
use insta::assert_snapshot;
use serde_json::Value;

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/_cdk")
}

/// Reads an assembly and the names of the files that were asked for.
fn assembly(name: &str) -> (Assembly, Vec<String>) {
    let folder = fixtures().join(name);
    let mut asked = Vec::new();
    let assembly = read(&mut |path| {
        asked.push(path.to_owned());
        fs::read(folder.join(path)).map_err(|error| error.to_string())
    });
    (assembly, asked)
}

/// All assemblies of an app, by version.
fn versions(app: &str) -> Vec<String> {
    let entries = fs::read_dir(fixtures().join(app)).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<_> = names.filter(|name| name.starts_with("cdk.out-")).collect();
    names.sort();
    names.into_iter().map(|name| format!("{app}/{name}")).collect()
}

/// The type and the construct path of each resource, as the template has them.
fn resources(stack: &Stack) -> BTreeMap<String, (String, Option<String>)> {
    let template: Value = serde_json::from_slice(&stack.bytes).unwrap();
    let resources = template["Resources"].as_object().unwrap().iter();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    resources
        .map(|(id, resource)| {
            let of_type = text(&resource["Type"]).unwrap();
            (id.clone(), (of_type, text(&resource["Metadata"]["aws:cdk:path"])))
        })
        .collect()
}

fn described(assembly: &Assembly) -> String {
    let mut lines = String::new();
    for stack in &assembly.stacks {
        let facts = &stack.facts;
        let place = [&facts.account, &facts.region].map(|part| part.as_deref().unwrap_or("?")).join("/");
        let nested = if stack.is_nested { ", nested" } else { "" };
        let _ = writeln!(lines, "{}: {} in {place}{nested}", stack.template, facts.name);
        for (id, (of_type, written)) in resources(stack) {
            if of_type.ends_with("::Distribution") || of_type.ends_with("::RestApi") {
                let construct = facts.construct(&id, written.as_deref()).unwrap_or("?");
                let made = facts.made_at(construct);
                let made = made.map(|at| format!("{}:{}:{}", at.path, at.line, at.column));
                let _ = writeln!(lines, "  {id}: {construct} at {}", made.as_deref().unwrap_or("?"));
            }
        }
    }
    lines
}

#[test]
fn every_version_of_a_stack_is_read() {
    let mut lines = String::new();
    for version in versions("edge") {
        let (assembly, _) = assembly(&version);
        assert_eq!((assembly.errors.as_slice(), assembly.notices.as_slice()), (&[][..], &[][..]));
        let _ = writeln!(lines, "# {version}\n{}", described(&assembly));
    }
    assert_snapshot!(lines);
}

#[test]
fn every_version_of_a_project_is_read() {
    let mut lines = String::new();
    for version in versions("project") {
        let (assembly, _) = assembly(&version);
        assert_eq!((assembly.errors.as_slice(), assembly.notices.as_slice()), (&[][..], &[][..]));
        let _ = writeln!(lines, "# {version}\n{}", described(&assembly));
    }
    assert_snapshot!(lines);
}

#[test]
fn the_metadata_names_the_same_constructs_as_the_templates() {
    let mut compared = 0;
    for version in versions("edge").into_iter().chain(versions("project")) {
        for stack in assembly(&version).0.stacks {
            for (id, (_, written)) in resources(&stack) {
                let Some(written) = written else { continue };
                assert_eq!(stack.facts.construct(&id, None), Some(written.as_str()), "{version}: {id}");
                compared += 1;
            }
        }
    }
    assert!(compared > 100, "{compared}");
}

#[test]
fn paths_in_the_template_make_no_difference() {
    for (with, without) in [
        ("edge/cdk.out-2.276.0", "edge/cdk.out-2.276.0-no-path"),
        ("project/cdk.out-2.100.0", "project/cdk.out-2.100.0-no-path"),
        ("project/cdk.out-2.276.0", "project/cdk.out-2.276.0-no-path"),
    ] {
        let templates =
            |name| assembly(name).0.stacks.into_iter().map(|stack| stack.template).collect::<Vec<_>>();
        assert_eq!(templates(with), templates(without));
        assert_eq!(described(&assembly(with).0), described(&assembly(without).0));
    }
}

#[test]
fn no_file_is_read_twice_and_none_without_need() {
    for version in versions("edge").into_iter().chain(versions("project")) {
        let (_, mut asked) = assembly(&version);
        asked.sort();
        let count = asked.len();
        asked.dedup();
        assert_eq!(asked.len(), count, "{version}");
        let assets = asked.iter().any(|path| path.ends_with(".assets.json"));
        assert_eq!(assets, version.starts_with("project") && version.ends_with("-no-path"), "{version}");
    }
}
