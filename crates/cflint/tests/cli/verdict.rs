//! What `cflint trace` says at first glance, and that it is what `cflint check` says.

use std::path::{Path, PathBuf};

use crate::project::Project;

fn fixture(name: &str) -> (String, String) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures");
    let path: PathBuf = root.join(name);
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    (name, std::fs::read_to_string(path).unwrap())
}

/// A command as a browser copies it, with more headers than anyone wants to read.
const PASTED: &str = "curl 'https://www.example.com/cached/users?page=2' \\
  -H 'accept: */*' \\
  -H 'accept-language: en-US,en;q=0.9' \\
  -H 'authorization: Bearer eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJl' \\
  -b 'session=0123; theme=dark' \\
  -H 'priority: u=1, i' \\
  -H 'referer: https://www.example.com/' \\
  -H 'sec-fetch-dest: empty' \\
  -H 'sec-fetch-mode: cors' \\
  -H 'x-request-id: 42' \\
  -H 'user-agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko)'";

#[test]
fn the_verdict_comes_first_and_fits_the_terminal() {
    let mut output = String::new();
    for (name, arguments) in [
        ("_demo/edge.yaml", &["GET /api/users"][..]),
        ("_demo/edge.yaml", &["GET /"]),
        ("_trace/18-authorization-dropped.yaml", &[PASTED]),
        ("_trace/error-page.yaml", &["GET https://shop.example.org/hidden/users"]),
        ("_trace/error-page.yaml", &["GET https://www.example.com/hidden/nothing"]),
        ("_trace/distributions.yaml", &["GET https://nobody.example.net/users"]),
        ("_trace/function-at-the-edge.yaml", &["GET https://www.example.com/fixed/users"]),
        ("_trace/25-redirected.yaml", &["GET http://www.example.com/users"]),
        ("_trace/views.yaml", &["GET /users"]),
        ("_trace/33-origin-refused.json", &["GET https://www.example.com/users", "--parameter", "Fault=url"]),
        ("_trace/origin-group.yaml", &["GET https://www.example.com/users"]),
    ] {
        let (name, text) = fixture(name);
        let ran = Project::new(&[(&name, &text)]).run(&[&["trace", &name], arguments].concat());
        for line in ran.stdout.lines().filter(|line| !line.contains("http")) {
            assert!(line.chars().count() <= 80, "{line}\n{ran}");
        }
        output.push_str(&format!("$ cflint trace {name} {}\n{ran}\n", arguments.join(" ")));
    }
    insta::assert_snapshot!(output);
}

#[test]
fn the_help_is_that_of_the_finding_about_the_same_place() {
    const SIGNED: &str = "Authorization: AWS4-HMAC-SHA256 Credential=A/20260101/us-east-1/execute-api/aws4_request, \
                          SignedHeaders=host;x-amz-date, Signature=0123";
    for (name, arguments, rule) in [
        ("01-host-forwarded.yaml", &["GET /rest/users"][..], "host-header-forwarded"),
        ("01-host-forwarded.yaml", &["GET /http/users"], "host-header-forwarded"),
        ("02-stage-misspelt.yaml", &["GET /none/users"], "origin-path-misses-stage"),
        (
            "03-endpoint-disabled.yaml",
            &["/users", "--parameter", "Closed=true"],
            "execute-api-endpoint-disabled",
        ),
        ("04-api-key.yaml", &["GET /dropped/users", "-H", "x-api-key: abc"], "api-key-not-forwarded"),
        ("06-private-api.yaml", &["GET /private/users"], "private-api-origin"),
        (
            "07-custom-domain.yaml",
            &["GET https://api.example.com/target/users"],
            "regional-domain-without-host",
        ),
        ("12-root-object.yaml", &["GET /"], "default-root-object-hits-api"),
        ("14-signature-for-another-host.yaml", &["/users", "-H", SIGNED], "iam-auth-behind-distribution"),
        (
            "18-authorization-dropped.yaml",
            &["/legacy/users", "-H", "Authorization: a"],
            "authorization-not-forwarded",
        ),
        ("20-query-string-dropped.yaml", &["GET /dropped/search?q=shoes"], "query-string-not-forwarded"),
        ("23-tls-too-old.yaml", &["GET /old/users"], "origin-tls-outdated"),
        ("24-plain-http.yaml", &["GET /port/users"], "origin-not-https"),
        ("28-error-cached.yaml", &["GET /disabled/nothing"], "path-pattern-misses-stage"),
        ("33-origin-refused.json", &["/users", "--parameter", "Fault=target"], "unknown-target-origin"),
        ("34-certificate-in-another-region.yaml", &["GET /users"], "certificate-wrong-region"),
        ("35-alias-without-certificate.yaml", &["GET /users"], "alias-without-certificate"),
    ] {
        let (name, text) = fixture(&format!("_trace/{name}"));
        let project = Project::new(&[(&name, &text)]);
        let parameters: Vec<&str> =
            arguments.iter().skip_while(|argument| **argument != "--parameter").copied().collect();
        let traced = project.run(&[&["trace", &name, "--format", "json"], arguments].concat());
        let trace = traced.json();
        assert_eq!((traced.code, trace["rule"].as_str()), (Some(1), Some(rule)), "{name}\n{trace:#}");
        let checked =
            project.run(&[&["check", &name, "--select", rule, "--format", "json"], &parameters[..]].concat());
        let found = checked.json();
        let helps: Vec<_> = found["findings"].as_array().unwrap().iter().map(|it| &it["help"]).collect();
        assert!(helps.contains(&&trace["help"]), "{name}: {} is none of {helps:?}", trace["help"]);
        let told = project.run(&[&["trace", &name], arguments].concat());
        assert!(told.stdout.ends_with(&format!("\nsee:  cflint explain {rule}\n")), "{told}");
    }
}

#[test]
fn without_a_finding_the_request_is_what_has_to_change() {
    for (name, arguments, help) in [
        ("11-refused-at-the-edge.yaml", &["GET http://www.example.com/users"][..], "HTTPS"),
        ("11-refused-at-the-edge.yaml", &["GET /users", "-d", "a"], "without a body"),
        ("18-authorization-dropped.yaml", &["GET /users"], "credentials"),
        ("12-no-such-route.yaml", &["GET /api/users"], "cflint map"),
        ("09-no-such-alias.yaml", &["GET https://shop.example.com/users"], "`Aliases`"),
    ] {
        let (name, text) = fixture(&format!("_trace/{name}"));
        let ran =
            Project::new(&[(&name, &text)]).run(&[&["trace", &name, "--format", "json"], arguments].concat());
        let trace = ran.json();
        assert!(trace["rule"].is_null(), "{trace:#}");
        assert!(trace["help"].as_str().unwrap().contains(help), "{trace:#}");
    }
}

#[test]
fn a_host_that_no_distribution_has_gets_no_error_page() {
    let (name, text) = fixture("_trace/error-page.yaml");
    let project = Project::new(&[(&name, &text)]);
    let status = |host: &str| {
        let request = format!("GET https://{host}/hidden/nothing");
        let trace = project.run(&["trace", &name, &request, "--format", "json"]).json();
        (trace["verdict"].as_str().unwrap().to_owned(), trace["status"].as_u64(), trace["reason"].to_string())
    };
    let (verdict, code, reason) = status("shop.example.org");
    assert_eq!((verdict.as_str(), code), ("rejected", Some(403)));
    assert!(reason.contains("no distribution here answers to `shop.example.org`"), "{reason}");
    for host in ["www.example.com", "d111111abcdef8.cloudfront.net"] {
        let (_, code, reason) = status(host);
        assert!(code != Some(403) && !reason.contains("no distribution"), "{host}: {code:?} {reason}");
    }
}

#[test]
fn marks_have_colors_only_if_they_are_asked_for() {
    let (name, text) = fixture("_demo/edge.yaml");
    let project = Project::new(&[(&name, &text)]);
    let plain = project.run(&["trace", &name, "GET /api/users"]).stdout;
    let colored = project.run(&["trace", &name, "GET /api/users", "--color", "always"]).stdout;
    assert!(
        colored.contains("\u{1b}[1;31m✗\u{1b}[0m") && colored.contains("\u{1b}[1;32m✓\u{1b}[0m"),
        "{colored:?}"
    );
    let mut without = String::new();
    for (index, part) in colored.split('\u{1b}').enumerate() {
        without.push_str(if index == 0 { part } else { part.split_once('m').unwrap().1 });
    }
    assert_eq!(without, plain);
}
