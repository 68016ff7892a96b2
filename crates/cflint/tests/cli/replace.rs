//! Files are replaced as a whole, or not at all.
#![cfg(unix)]

use std::fs::{self, Permissions};
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::time::{Duration, SystemTime};

use crate::project::{Project, Ran};

const EDGE: &str = "AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Topic: {Type: 'AWS::SNS::Topic', Properties: {TopicName: !Ref Nmae}}
";

fn ignored(project: &Project) -> Ran {
    project.run(&["check", "--add-ignore", "--format", "concise", "t.yaml"])
}

fn refused(project: &Project, why: &str) {
    let ran = ignored(project);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(ran.stderr.contains(&format!("t.yaml: the suppressions could not be written: {why}")), "{ran}");
    assert_eq!(project.read("t.yaml"), EDGE);
}

#[test]
fn a_file_with_several_names_is_not_torn_apart() {
    let project = Project::new(&[("t.yaml", EDGE)]);
    fs::hard_link(project.path("t.yaml"), project.path("other")).unwrap();
    refused(&project, "it has several hard links, and only one of them would get the new content");
    let ran = project.run(&["check", "t.yaml", "-o", "other"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("several hard links"), "{ran}");
    assert_eq!(project.read("other"), EDGE);
}

#[test]
fn a_file_with_the_rights_of_its_owner_is_left_alone() {
    for mode in [0o4755, 0o2755] {
        let project = Project::new(&[("t.yaml", EDGE)]);
        fs::set_permissions(project.path("t.yaml"), Permissions::from_mode(mode)).unwrap();
        refused(&project, "it has the setuid or setgid bit");
        assert_eq!(fs::metadata(project.path("t.yaml")).unwrap().mode() & 0o7777, mode);
    }
}

#[test]
fn the_mode_is_kept() {
    for mode in [0o600, 0o640, 0o777] {
        let project = Project::new(&[("t.yaml", EDGE), ("report", "")]);
        for file in ["t.yaml", "report"] {
            fs::set_permissions(project.path(file), Permissions::from_mode(mode)).unwrap();
        }
        let ran = ignored(&project);
        assert!(ran.code == Some(0) && project.read("t.yaml") != EDGE, "{ran}");
        project.run(&["check", "t.yaml", "-o", "report"]);
        for file in ["t.yaml", "report"] {
            assert_eq!(fs::metadata(project.path(file)).unwrap().mode() & 0o7777, mode);
        }
    }
}

#[test]
fn an_output_is_replaced_as_a_whole() {
    let project = Project::new(&[("t.yaml", EDGE), ("report", "old")]);
    let before = fs::metadata(project.path("report")).unwrap().ino();
    assert_eq!(project.run(&["check", "t.yaml", "-o", "report"]).code, Some(1));
    assert_ne!(fs::metadata(project.path("report")).unwrap().ino(), before);
    assert_eq!(fs::read_dir(project.path("")).unwrap().count(), 2);
    let ran = project.run(&["check", "t.yaml", "-o", "."]);
    assert!(ran.code == Some(2) && ran.stderr.contains("cannot write `.`: is a directory"), "{ran}");
}

#[test]
fn what_a_killed_run_left_behind_is_removed() {
    let names = [".cflint-aB3dE6.tmp", ".cflint-new000.tmp", ".cflint-notes.tmp", "t.tmp"];
    let mut files = vec![("t.yaml", EDGE)];
    files.extend(names.iter().map(|name| (*name, "")));
    let project = Project::new(&files);
    for name in names.iter().filter(|name| !name.contains("new")) {
        let file = fs::File::options().write(true).open(project.path(name)).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(2 * 60 * 60)).unwrap();
    }
    ignored(&project);
    assert_eq!(names.map(|name| project.path(name).exists()), [false, true, true, true]);
}
