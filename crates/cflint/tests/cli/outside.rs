//! Files outside of the project: read only if the user names them, and never written.

use std::fs;

use crate::project::{Project, Ran};

/// A distribution with a finding that `--fix` would fix.
const EDGE: &str = "AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Pages:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Origins: [{Id: site, DomainName: www.example.com, CustomOriginConfig: {OriginProtocolPolicy: https-only}}]
        DefaultCacheBehavior:
          TargetOriginId: site
          ViewerProtocolPolicy: allow-all
          CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
          CachePolicyId: 658327ea-f89d-4fab-a63d-7e88639e58f6
";
const SECRET: &str = "root:$6$hash:19000\n\tother: [\n";

fn stack(properties: &str) -> String {
    format!("Resources:\n  Inner: {{Type: 'AWS::CloudFormation::Stack', {properties}}}\n")
}

fn url(url: &str) -> String {
    stack(&format!("Properties: {{TemplateURL: '{url}'}}"))
}

fn links(to: &str) -> [String; 3] {
    let application = format!(
        "Resources:\n  A: {{Type: 'AWS::Serverless::Application', Properties: {{Location: '{to}'}}}}\n"
    );
    [url(to), stack(&format!("Metadata: {{'aws:asset:path': '{to}'}}")), application]
}

fn check(project: &Project, more: &[&str]) -> Ran {
    project.run(&[&["check", "--format", "concise"], more].concat())
}

/// A project with a template, and a file next to it that it names.
fn with_victim(template: &str) -> Project {
    Project::new(&[("project/t.yaml", template), ("other/victim.yaml", EDGE)])
}

#[test]
fn a_link_does_not_lead_out_of_the_project() {
    let said = "note: project/t.yaml: `../other/victim.yaml` is outside the project and was not read\n";
    for template in links("../other/victim.yaml") {
        let project = with_victim(&template);
        for more in [&[][..], &["--fix", "--unsafe-fixes"], &["--add-ignore"], &["--diff"]] {
            let options = if more == ["--diff"] { &["check"][..] } else { &["check", "--format", "concise"] };
            for path in ["project", "project/t.yaml"] {
                let ran = project.run(&[options, &[path], more].concat());
                assert_eq!(ran.code, Some(0), "{ran}");
                assert!(ran.stderr.starts_with(said) || more == ["--diff"], "{ran}");
            }
        }
        assert_eq!(project.read("other/victim.yaml"), EDGE);
    }
}

#[test]
fn an_absolute_path_is_no_way_out() {
    let project = with_victim("");
    let absolute = project.path("other/victim.yaml").canonicalize().unwrap();
    let absolute = absolute.to_str().unwrap();
    project.write("project/t.yaml", url(absolute).as_bytes());
    let ran = check(&project, &["project", "--fix", "--unsafe-fixes"]);
    assert!(ran.code == Some(0) && ran.stderr.contains("is outside the project and was not read"), "{ran}");
    assert_eq!(project.read("other/victim.yaml"), EDGE);
}

#[cfg(unix)]
#[test]
fn a_symbolic_link_is_no_way_out() {
    use std::os::unix::fs::symlink;
    let project = with_victim("");
    symlink(project.path("other/victim.yaml"), project.path("project/file.tpl")).unwrap();
    symlink("../other", project.path("project/folder")).unwrap();
    for link in ["file.tpl", "folder/victim.yaml"] {
        project.write("project/t.yaml", url(link).as_bytes());
        let ran = check(&project, &["project", "--fix", "--unsafe-fixes"]);
        assert!(ran.code == Some(0) && ran.stderr.contains(&format!("`{link}` is outside")), "{ran}");
    }
    assert_eq!(project.read("other/victim.yaml"), EDGE);
}

#[test]
fn many_links_out_are_one_line() {
    let project = with_victim("");
    let mut template = "Resources:\n".to_owned();
    for name in ["a", "b", "c"] {
        let url = format!("../other/{name}.yaml");
        project.write(&url[3..], EDGE.as_bytes());
        template += &format!(
            "  {name}: {{Type: 'AWS::CloudFormation::Stack', Properties: {{TemplateURL: '{url}'}}}}\n"
        );
    }
    project.write("project/t.yaml", template.as_bytes());
    let said = "note: project/t.yaml: `../other/a.yaml` is outside the project and was not read, \
                nor were 2 other files that it names\n";
    let ran = check(&project, &["project"]);
    assert!(ran.stderr.starts_with(said) && ran.stderr.matches("outside").count() == 1, "{ran}");
}

#[test]
fn the_project_is_the_repository_or_has_the_configuration() {
    for mark in [".git/HEAD", "cflint.yaml", ".github/cflint.yaml"] {
        let project = with_victim(&url("../other/victim.yaml"));
        fs::create_dir_all(project.path(mark).parent().unwrap()).unwrap();
        project.write(mark, b"");
        let ran = check(&project, &["project"]);
        assert!(ran.code == Some(1) && ran.stdout.contains("other/victim.yaml:"), "{mark}: {ran}");
        // What another template names is not what the user named.
        let ran = check(&project, &["project", "--fix", "--unsafe-fixes"]);
        assert_eq!(project.read("other/victim.yaml"), EDGE, "{ran}");
        let ran = check(&project, &["project", "--add-ignore"]);
        assert!(ran.stderr.contains("the file is read only because other files use its values"), "{ran}");
        assert_eq!(project.read("other/victim.yaml"), EDGE);
        let ran = check(&project, &["project", "other", "--fix", "--unsafe-fixes"]);
        assert_ne!(project.read("other/victim.yaml"), EDGE, "{ran}");
    }
}

#[test]
fn what_is_named_is_read_wherever_it_lies() {
    let project = with_victim(&url("../other/victim.yaml"));
    let ran = check(&project, &["project", "other/victim.yaml"]);
    assert!(ran.code == Some(1) && ran.stderr.is_empty(), "{ran}");
}

#[cfg(unix)]
#[test]
fn what_is_excluded_is_not_read_through_a_link() {
    let project = Project::new(&[("t.yaml", &url("link.tpl")), ("old/inner.yaml", EDGE)]);
    std::os::unix::fs::symlink("old/inner.yaml", project.path("link.tpl")).unwrap();
    assert_eq!(check(&project, &["t.yaml"]).code, Some(1));
    project.write("cflint.yaml", b"exclude: [old]\n");
    let ran = check(&project, &["t.yaml"]);
    assert_eq!((ran.code, ran.stdout.as_str()), (Some(0), "1 template: no findings\n"), "{ran}");
}

#[cfg(unix)]
#[test]
fn a_configuration_is_in_the_project() {
    use std::os::unix::fs::symlink;
    let project = Project::new(&[("secret", SECRET), ("project/t.yaml", EDGE)]);
    symlink("../secret", project.path("project/cflint.yaml")).unwrap();
    for args in [&["check", "project"][..], &["config", "project"], &["map", "project"]] {
        let ran = project.run(args);
        assert_eq!(
            (ran.code, ran.stderr.as_str()),
            (
                Some(2),
                "error: cannot read the configuration `project/cflint.yaml`: it is outside the project\n"
            )
        );
    }
}

#[test]
fn a_configuration_names_files_of_the_project() {
    let project = Project::new(&[("secret", SECRET), ("project/t.yaml", EDGE)]);
    let absolute = project.path("secret").to_str().unwrap().replace('\\', "/");
    for path in ["../secret", &absolute] {
        project.write("project/cflint.yaml", format!("parameters-file: '{path}'\n").as_bytes());
        for more in [&[][..], &["--config", "project/cflint.yaml"]] {
            let ran = check(&project, &[&["project"], more].concat());
            assert_eq!(ran.code, Some(2), "{ran}");
            assert!(!ran.stderr.contains("root") && !ran.stderr.contains("hash"), "{ran}");
            assert!(
                ran.stderr.starts_with("error: project/cflint.yaml:1:18: cannot read the parameters in"),
                "{ran}"
            );
            assert!(
                ran.stderr.contains("it is outside the project\nhelp: name it on the command line"),
                "{ran}"
            );
        }
    }
}

#[cfg(unix)]
#[test]
fn what_a_link_stands_for_is_not_quoted() {
    use std::os::unix::fs::symlink;
    let project = Project::new(&[("secret", SECRET), ("values", "A: [{}]\n"), ("project/t.yaml", EDGE)]);
    symlink("../secret", project.path("project/secret.yaml")).unwrap();
    symlink("../values", project.path("project/values.yaml")).unwrap();
    for option in ["--config", "--baseline", "--parameters-file"] {
        for file in ["project/secret.yaml", "project/values.yaml"] {
            let ran = check(&project, &["project/t.yaml", option, file]);
            assert_eq!(
                (ran.code, ran.stderr),
                (
                    Some(2),
                    format!(
                        "error: {file}: a link to a file outside the project, which has an error\n\
                     help: name the file itself to see why\n"
                    )
                ),
                "{option}"
            );
        }
    }
    let ran = check(&project, &["project/secret.yaml"]);
    assert_eq!(
        (ran.code, ran.stdout.as_str(), ran.stderr.as_str()),
        (
            Some(0),
            "no templates found\n",
            "note: project/secret.yaml: not a CloudFormation template, skipped\n"
        )
    );
}

#[cfg(unix)]
#[test]
fn nothing_is_written_through_a_link_that_leads_out() {
    use std::os::unix::fs::symlink;
    let project = Project::new(&[
        ("other/victim.yaml", EDGE),
        ("other/empty", ""),
        ("other/hooks.yaml", "repos: []\n"),
        ("project/t.yaml", EDGE),
        ("project/.git/HEAD", ""),
        ("outside/a", ""),
    ]);
    symlink("../other/victim.yaml", project.path("project/link.yaml")).unwrap();
    symlink("../other/empty", project.path("project/report")).unwrap();
    symlink("../other/hooks.yaml", project.path("project/.pre-commit-config.yaml")).unwrap();
    symlink("../outside", project.path("project/.github")).unwrap();
    for args in [
        &["check", "project/link.yaml", "--fix", "--unsafe-fixes", "--no-config"][..],
        &["check", "project/t.yaml", "-o", "project/report", "--no-config"],
        &["map", "project/t.yaml", "-o", "project/report", "--no-config"],
        &["check", "project/t.yaml", "--write-baseline", "project/report", "--no-config"],
    ] {
        let ran = project.run(args);
        assert!(
            ran.code == Some(2) && ran.stderr.contains("it is a link that leads outside the project"),
            "{ran}"
        );
    }
    for option in ["--pre-commit", "--github"] {
        let ran = project.command(&["init", option]).current_dir(project.path("project")).output().unwrap();
        assert_eq!(ran.status.code(), Some(2), "{option}: {}", String::from_utf8_lossy(&ran.stderr));
    }
    assert_eq!(project.read("other/victim.yaml"), EDGE);
    assert_eq!(
        (project.read("other/empty"), project.read("other/hooks.yaml")),
        (String::new(), "repos: []\n".to_owned())
    );
    assert_eq!(fs::read_dir(project.path("outside")).unwrap().count(), 1);
}
