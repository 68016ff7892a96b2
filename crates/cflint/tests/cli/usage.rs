use insta::assert_snapshot;

use crate::project::Project;

fn run(args: &[&str]) -> String {
    Project::new(&[]).run(args).to_string()
}

#[test]
fn help() {
    assert_snapshot!(run(&["--help"]));
    assert_snapshot!(run(&["check", "--help"]));
    assert_snapshot!(run(&["trace", "--help"]));
    assert_snapshot!(run(&["map", "--help"]));
    assert_snapshot!(run(&["explain", "--help"]));
    assert_snapshot!(run(&["rules", "--help"]));
    assert_snapshot!(run(&["config", "--help"]));
    assert_snapshot!(run(&["init", "--help"]));
}

#[test]
fn version() {
    let ran = Project::new(&[]).run(&["--version"]);
    assert_eq!(ran.stdout, format!("cflint {}\n", env!("CARGO_PKG_VERSION")));
    assert_eq!(ran.code, Some(0));
}

#[test]
fn without_a_command_there_is_help() {
    let ran = Project::new(&[]).run(&[]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""));
    assert!(ran.stderr.contains("Usage: cflint"), "{ran}");
}

#[test]
fn a_path_in_place_of_a_command_is_understood() {
    assert_snapshot!(run(&["template.yaml", "--format", "json"]));
    let project = Project::new(&[("infra/a.yaml", "")]);
    let ran = project.run(&["infra"]);
    assert!(ran.stderr.contains("did you mean `cflint check infra`?"), "{ran}");
    assert_eq!(ran.code, Some(2));
}

#[test]
fn a_mistyped_command_is_understood() {
    for word in ["chekc", "lint"] {
        let ran = Project::new(&[]).run(&[word, "infra"]);
        let said = format!("error: `{word}` is not a command\nhelp: did you mean `cflint check infra`?\n");
        assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr), (Some(2), "", said));
    }
}

#[test]
fn help_is_a_command() {
    let project = Project::new(&[]);
    assert_eq!(project.run(&["help"]).stdout, project.run(&["--help"]).stdout);
    let ran = project.run(&["help", "check"]);
    assert_eq!((ran.code, ran.stdout), (Some(0), project.run(&["check", "--help"]).stdout));
    let ran = project.run(&["help", "nope"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("`nope` is not a command"), "{ran}");
}

#[test]
fn every_error_has_the_same_head() {
    let project = Project::new(&[("a.yaml", "A: [\n")]);
    // One color, which has two names.
    let heads = ["\u{1b}[1m\u{1b}[91merror:", "\u{1b}[1m\u{1b}[38;5;9merror["];
    for args in [&["check", "--nope"][..], &["lint"], &["check", "gone.yaml"], &["check", "a.yaml"]] {
        let ran = project.run(&[args, &["--color", "always"]].concat());
        let said = if ran.stdout.contains("error") { &ran.stdout } else { &ran.stderr };
        assert!(heads.iter().any(|head| said.contains(head)), "{ran}");
    }
}

#[test]
fn unknown_rules_and_groups_are_refused() {
    assert_snapshot!(run(&["check", "--select", "rooting"]));
    assert_snapshot!(run(&["check", "--ignore", "dns,compression-of-time"]));
    assert_snapshot!(run(&["explain", "compression-of-time"]));
    assert_snapshot!(run(&["explain", "routing"]));
}

#[test]
fn groups_are_names_for_selections() {
    for option in ["--select", "--ignore"] {
        let ran = Project::new(&[]).run(&["check", option, "routing,security", option, "dns"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran}");
    }
}

#[test]
fn malformed_parameters_are_refused() {
    for parameter in ["Stage", "=prod", ""] {
        let ran = Project::new(&[]).run(&["check", "--parameter", parameter]);
        assert!(ran.stderr.contains("expected NAME=VALUE"), "{ran}");
        assert_eq!(ran.code, Some(2));
    }
    let ran = Project::new(&[]).run(&["check", "--parameter", "Stage=", "--parameter", "Url=a=b"]);
    assert_eq!(ran.code, Some(0), "{ran}");
}

#[test]
fn a_name_for_standard_input_needs_standard_input() {
    assert_snapshot!(run(&["check", "--stdin-filename", "a.yaml"]));
}

#[test]
fn the_list_of_rules_is_a_table_or_json() {
    let project = Project::new(&[]);
    let table = project.run(&["rules"]);
    assert!(table.code == Some(0) && table.stdout.ends_with(" rules\n"), "{table}");
    let json = project.run(&["rules", "--format", "json"]).json();
    let count = json["rules"].as_array().unwrap().len();
    assert!(table.stdout.ends_with(&format!("{count} rules\n")), "{table}");
}

#[test]
fn every_listed_rule_is_explained() {
    let project = Project::new(&[]);
    let json = project.run(&["rules", "--format", "json"]).json();
    for rule in json["rules"].as_array().unwrap() {
        let id = rule["id"].as_str().unwrap();
        let ran = project.run(&["explain", id]);
        assert!(ran.code == Some(0) && ran.stdout.starts_with(&format!("# {id}\n")), "{ran}");
    }
}

#[test]
fn an_argument_is_no_command_to_a_log() {
    let ran = Project::new(&[]).run(&["check", "--\n::error::x ##[a]\u{1b}[2J"]);
    assert_eq!(ran.code, Some(2));
    assert!(
        !ran.stderr.contains("\n::") && !ran.stderr.contains("##[") && !ran.stderr.contains('\u{1b}'),
        "{ran}"
    );
    let help = Project::new(&[]).run(&["check", "--help"]);
    assert!(help.stdout.contains("AWS::Region") && help.stderr.is_empty(), "{help}");
}
