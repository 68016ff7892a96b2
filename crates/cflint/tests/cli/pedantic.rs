//! Findings that are pedantic although their rule is not.

use std::fs;
use std::path::Path;

use crate::project::Project;

#[test]
fn a_pedantic_finding_is_shown_only_on_request() {
    let fixture =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/route-unreachable/fail-pedantic.yaml");
    let project = Project::new(&[("edge.yaml", &fs::read_to_string(fixture).unwrap())]);
    let shows = |arguments: &[&str]| {
        let all = ["check", "edge.yaml", "--format", "concise"].iter().chain(arguments).copied();
        project.run(&all.collect::<Vec<_>>()).stdout.contains("route-unreachable")
    };
    assert!(!shows(&[]));
    assert!(!shows(&["--select", "routing"]));
    assert!(shows(&["--pedantic"]));
    assert!(shows(&["--select", "route-unreachable"]));
}
