//! What a run holds in memory is bounded, however many files there are.

use std::fmt::Write as _;

use crate::project::Project;

const MIB: usize = 1024 * 1024;

/// A template of this size with hardly any nodes.
fn template(size: usize) -> Vec<u8> {
    let head = "Resources:\n  Topic:\n    Type: AWS::SNS::Topic\n# ";
    [head.as_bytes(), &vec![b'x'; size - head.len()]].concat()
}

#[test]
fn templates_for_which_there_is_no_room_are_named() {
    let project = Project::new(&[("small.yaml", "Resources: {A: {Type: 'AWS::SNS::Topic'}}\n")]);
    for name in ["a.yaml", "b.yaml", "c.yaml"] {
        project.write(name, &template(25 * MIB));
    }
    let ran = project.run(&["check"]);
    let said = "error: c.yaml: not checked: together, the templates are larger than 64 MiB\n";
    assert_eq!((ran.code, ran.stderr.as_str()), (Some(2), said));
    assert!(ran.stdout.contains("3 templates: no findings"), "{}", ran.stdout);
    let ran = project.run(&["check", "--hook", "small.yaml"]);
    assert!(ran.code == Some(2) && ran.stderr.contains(said), "{ran}");
}

/// A template of a few kilobytes whose aliases stand for a million nodes.
fn bomb() -> String {
    let mut text = String::from("x-a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for level in 1..5 {
        let before = format!("*a{}", level - 1);
        let _ = writeln!(text, "x-a{level}: &a{level} [{}]", [before.as_str(); 10].join(", "));
    }
    let all = ["*a4"; 8].join(", ");
    format!("{text}Metadata: [{all}]\nResources: {{A: {{Type: 'AWS::SNS::Topic'}}}}\n")
}

#[test]
fn the_aliases_of_all_files_have_one_bound() {
    let project = Project::new(&[("z.yaml", "Resources: {A: {Type: 'AWS::SNS::Topic'}}\n")]);
    for number in 0..6 {
        project.write(&format!("{number}.yaml"), bomb().as_bytes());
    }
    for args in [&["check", "--format", "concise"][..], &["check", "--format", "concise", "--hook", "z.yaml"]]
    {
        let ran = project.run(args);
        assert_eq!(ran.code, Some(2), "{ran}");
        let said = format!("{}{}", ran.stdout, ran.stderr);
        let has =
            |name: &str| said.contains(name) && said.contains("the aliases of all files expand to more");
        assert!(!has("2.yaml") && has("4.yaml") && has("5.yaml") && !has("z.yaml"), "{ran}");
    }
    let ran = project.run(&["check", "--format", "concise", "5.yaml", "z.yaml"]);
    assert!(ran.code == Some(0) && !ran.stderr.contains("aliases"), "{ran}");
}

#[test]
fn what_a_template_names_and_is_none_is_dropped() {
    let project = Project::new(&[]);
    let mut outer = "Resources:\n".to_owned();
    for index in 0..3 {
        project.write(&format!("{index}.txt"), &vec![b'x'; 25 * MIB]);
        let _ = writeln!(
            outer,
            "  S{index}: {{Type: 'AWS::CloudFormation::Stack', Properties: {{TemplateURL: {index}.txt}}}}"
        );
    }
    project.write("outer.yaml", outer.as_bytes());
    let ran = project.run(&["check"]);
    assert!(ran.code == Some(0) && !ran.stderr.contains("not checked"), "{ran}");
}

#[test]
fn an_assembly_names_one_template_as_often_as_it_likes() {
    let project = Project::new(&[("cdk.out/cdk.out", "{}")]);
    project.write("cdk.out/big.template.json", &template(25 * MIB));
    let stack = |index| {
        let properties = format!(r#"{{"templateFile": "big.template.json", "stackName": "S{index}"}}"#);
        format!(r#""S{index}": {{"type": "aws:cloudformation:stack", "properties": {properties}}}"#)
    };
    let stacks: Vec<String> = (0..20).map(stack).collect();
    let manifest = format!(r#"{{"version": "36.0.0", "artifacts": {{{}}}}}"#, stacks.join(","));
    project.write("cdk.out/manifest.json", manifest.as_bytes());
    let ran = project.run(&["check"]);
    assert_eq!(ran.code, Some(2), "{ran}");
    assert!(ran.stderr.contains("big.template.json: not checked: together"), "{ran}");
}
