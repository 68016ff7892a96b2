//! `cflint man` and `cflint completions`.

use insta::assert_snapshot;

use crate::project::Project;

const COMMANDS: [&str; 9] =
    ["check", "trace", "map", "explain", "rules", "config", "init", "completions", "man"];

/// The text of a page, without the marks of roff.
fn page(project: &Project, args: &[&str]) -> String {
    let ran = project.run(&[&["man"], args].concat());
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{ran}");
    ran.stdout.replace("\\fB", "").replace("\\fI", "").replace("\\fR", "").replace("\\-", "-")
}

/// The options that a help names.
fn options(help: &str) -> Vec<&str> {
    let words =
        help.lines().filter(|line| line.trim_start().starts_with('-')).flat_map(str::split_whitespace);
    words.map(|word| word.trim_end_matches(',')).filter(|word| word.starts_with('-')).collect()
}

#[test]
fn every_option_of_the_help_is_in_the_page() {
    let project = Project::new(&[]);
    for command in [None].into_iter().chain(COMMANDS.map(Some)) {
        let words: Vec<&str> = command.into_iter().collect();
        let help = project.run(&[&words[..], &["--help"]].concat()).stdout;
        let page = page(&project, &words);
        let options = options(&help);
        assert!(options.len() >= 3, "{command:?}: {help}");
        for option in options {
            let name = option.split(['=', '[']).next().unwrap();
            let is_there = page.lines().any(|line| line.split([' ', ',', '[', '=']).any(|word| word == name));
            assert!(is_there, "{command:?}: {name} is missing in\n{page}");
        }
    }
}

#[test]
fn the_main_page_leads_to_those_of_all_commands() {
    let project = Project::new(&[]);
    let page = page(&project, &[]);
    let help = project.run(&["--help"]).stdout;
    for command in COMMANDS {
        assert!(page.contains(&format!("\ncflint-{command}(1)\n")), "{command}: {page}");
        assert!(help.contains(&format!("\n  {command} ")), "{command}: {help}");
    }
}

#[test]
fn a_page_reads_well() {
    let page = page(&Project::new(&[]), &["init"]);
    assert_snapshot!(page.replace(env!("CARGO_PKG_VERSION"), "VERSION"));
}

#[test]
fn an_unknown_command_or_shell_is_refused_with_what_was_meant() {
    let project = Project::new(&[]);
    assert_snapshot!(project.run(&["man", "chek"]));
    assert_snapshot!(project.run(&["man", "x"]));
    assert_eq!(project.run(&["completions", "tcsh"]).code, Some(2));
    assert_eq!(project.run(&["completions"]).code, Some(2));
}

#[test]
fn each_shell_gets_a_script_with_the_rules() {
    let project = Project::new(&[]);
    for shell in ["bash", "elvish", "fish", "powershell", "zsh"] {
        let ran = project.run(&["completions", shell]);
        assert_eq!((ran.code, ran.stderr.as_str()), (Some(0), ""), "{shell}");
        assert!(ran.stdout.contains("no-config"), "{shell}");
        // The others complete no values.
        if ["bash", "fish", "zsh"].contains(&shell) {
            assert!(ran.stdout.contains("host-header-forwarded"), "{shell}");
        }
    }
}

#[test]
fn what_is_no_rule_is_refused_as_before() {
    let ran = Project::new(&[]).run(&["check", "--select", "host-haeder-forwarded"]);
    assert!(ran.code == Some(2) && ran.stderr.contains("did you mean `host-header-forwarded`?"), "{ran}");
    let help = Project::new(&[]).run(&["explain", "--help"]).stdout;
    assert!(!help.contains("host-header-forwarded"), "{help}");
}
