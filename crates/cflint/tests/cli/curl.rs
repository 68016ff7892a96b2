//! Curl commands as requests of `cflint trace`.

use crate::project::{Project, Ran};

const TEMPLATE: &str = "AWSTemplateFormatVersion: '2010-09-09'
Resources:
  Pages:
    Type: AWS::CloudFront::Distribution
    Properties:
      DistributionConfig:
        Enabled: true
        Aliases: [www.example.com]
        ViewerCertificate: {IamCertificateId: a, SslSupportMethod: sni-only}
        Origins:
          - Id: backend
            DomainName: backend.example.com
            CustomOriginConfig: { OriginProtocolPolicy: https-only }
        DefaultCacheBehavior:
          TargetOriginId: backend
          AllowedMethods: [GET, HEAD, OPTIONS, PUT, POST, PATCH, DELETE]
          ViewerProtocolPolicy: https-only
          CachePolicyId: 4135ea2d-6df8-44a3-9df3-4b5a84be39ad
";

const COMMAND: &str = "curl 'https://www.example.com/users?page=2' \\\n  -H 'X-Foo: it'\\''s' \\\n  --data-raw $'a\\tb' \\\n  --compressed";

fn project() -> Project {
    Project::new(&[("app.yaml", TEMPLATE)])
}

fn told(ran: &Ran) -> (Option<i32>, &str) {
    let request = ran.stdout.split("request: ").nth(1).and_then(|rest| rest.split("\n\n").next());
    (ran.code, request.unwrap_or(&ran.stderr))
}

#[test]
fn a_command_comes_as_an_argument_as_the_rest_of_the_line_or_from_standard_input() {
    let project = project();
    let expected = "POST https://www.example.com/users?page=2
         X-Foo: it's
         Accept-Encoding: deflate, gzip, br, zstd
         Content-Type: application/x-www-form-urlencoded
         with a body";
    let url = "https://www.example.com/users?page=2";
    let words = ["curl", url, "-H", "X-Foo: it's", "--data-raw", "a\tb", "--compressed"];
    for arguments in [
        &["trace", "app.yaml", COMMAND][..],
        &["trace", COMMAND],
        &["trace", "app.yaml", "--curl", COMMAND],
        &["trace", "--curl", COMMAND, "app.yaml"],
        &[&["trace", "app.yaml"], &words[..]].concat(),
        &[&["trace"], &words[..]].concat(),
        &[&["--color", "never", "trace", "app.yaml", "--distribution", "Pages", "-v"], &words[..]].concat(),
        &[&["trace", "app.yaml", "--"], &words[..]].concat(),
    ] {
        let ran = project.run(arguments);
        assert_eq!(told(&ran), (Some(0), expected), "{arguments:?}\n{ran}");
    }
    let ran = project.run_with(&["trace", "app.yaml", "--curl", "-"], COMMAND);
    assert_eq!(told(&ran), (Some(0), expected), "{ran}");
}

#[test]
fn options_of_trace_are_added_to_the_request() {
    let project = project();
    for (arguments, expected) in [
        (&["/x", "-X", "PUT"][..], "PUT /x"),
        (
            &["/x", "-d", "-a"],
            "POST /x\n         Content-Type: application/x-www-form-urlencoded\n         with a body",
        ),
        (&["GET /x", "-X", "GET"], "GET /x"),
        (&["curl -X PUT /x", "-X", "PATCH", "-H", "A: b"], "PATCH /x\n         A: b"),
    ] {
        let ran = project.run(&[&["trace", "app.yaml"], arguments].concat());
        assert_eq!(told(&ran), (Some(0), expected), "{arguments:?}\n{ran}");
    }
    let body = project.run(&["trace", "app.yaml", "GET /x", "--data-raw", "a"]);
    assert_eq!(body.code, Some(1), "{body}");
    assert!(body.stdout.starts_with("403 from CloudFront: a `GET` with a body"), "{body}");
}

#[test]
fn a_word_curl_that_is_no_command_is_left_alone() {
    let project = Project::new(&[("app.yaml", TEMPLATE), ("curl/app.yaml", TEMPLATE)]);
    let named = project.run(&["trace", "app.yaml", "GET /x", "--distribution", "curl"]);
    assert!(named.stderr.contains("there is no distribution `curl`"), "{named}");
    let checked = project.run(&["check", "--no-config", "curl"]);
    assert!(checked.code != Some(2), "{checked}");
    let folder = project.run(&["trace", "./curl", "GET /x"]);
    assert_eq!(told(&folder), (Some(0), "GET /x"), "{folder}");
}

#[test]
fn what_is_wrong_with_a_command_is_one_message_with_the_remedy() {
    let project = project();
    let mut output = String::new();
    for (arguments, stdin) in [
        (&["app.yaml", "curl", "https://www.example.com/", "--format", "json"][..], ""),
        (&["app.yaml", "curl", "https://www.example.com/", "-T", "file"], ""),
        (&["app.yaml", "curl -s"], ""),
        (&["app.yaml", "curl https://www.example.com/?a=1&b=2"], ""),
        (&["app.yaml", "curl https://www.example.com/ -H \"Authorization: $TOKEN\""], ""),
        (&["app.yaml", "Invoke-WebRequest -Uri \"https://www.example.com/\""], ""),
        (&["app.yaml", "--curl", "-"], ""),
        (&["app.yaml", "--curl", "-"], "GET https://www.example.com/"),
        (&["-", "--curl", "-"], "curl https://www.example.com/"),
        (&["app.yaml", "GET /x", "-X", "PUT"], ""),
        (&["app.yaml", "/x", "-X", "FETCH"], ""),
        (&["app.yaml", "more.yaml", "--curl", "curl /x"], ""),
    ] {
        let ran = project.run_with(&[&["trace"], arguments].concat(), stdin);
        assert_eq!((ran.code, ran.stdout.as_str()), (Some(2), ""), "{arguments:?}\n{ran}");
        output.push_str(&format!("$ cflint trace {}\n{}\n", arguments.join(" "), ran.stderr));
    }
    insta::assert_snapshot!(output);
}
