use super::*;

fn assembly(files: &[(&str, &str)]) -> Assembly {
    read(&mut |path| {
        let found = files.iter().find(|(name, _)| *name == path);
        found.map(|(_, text)| text.as_bytes().to_vec()).ok_or_else(|| "no such file".to_owned())
    })
}

const TEMPLATE: &str = r#"{"Resources": {}}"#;

#[test]
fn only_what_the_manifest_names_is_read_with_its_environment() {
    let assembly = assembly(&[
        (
            "manifest.json",
            r#"{"version": "55.0.0", "artifacts": {
                "Api": {"type": "aws:cloudformation:stack", "environment": "aws://111122223333/eu-west-1",
                        "properties": {"templateFile": "Api.template.json", "stackName": "api-prod"}},
                "Assets": {"type": "cdk:asset-manifest"},
                "Stage": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "assembly-Stage"}}}}"#,
        ),
        (
            "Api.template.json",
            r#"{"Resources": {"N": {"Metadata": {"aws:asset:path": "ApiN1.nested.template.json"}}}}"#,
        ),
        ("ApiN1.nested.template.json", TEMPLATE),
        ("Old.template.json", TEMPLATE),
        (
            "assembly-Stage/manifest.json",
            r#"{"version": "55.0.0", "artifacts": {"StageWeb": {"type": "aws:cloudformation:stack",
                "environment": "aws://unknown-account/unknown-region", "properties": {"templateFile": "Web.template.json"}}}}"#,
        ),
        ("assembly-Stage/Web.template.json", TEMPLATE),
    ]);
    assert_eq!(assembly.errors, []);
    let seen: Vec<_> = assembly
        .stacks
        .iter()
        .map(|stack| (stack.template.as_str(), stack.facts.name.as_str(), stack.facts.region.as_deref()))
        .collect();
    assert_eq!(
        seen,
        [
            ("Api.template.json", "api-prod", Some("eu-west-1")),
            ("ApiN1.nested.template.json", "api-prod", Some("eu-west-1")),
            ("assembly-Stage/Web.template.json", "StageWeb", None),
        ]
    );
}

#[test]
fn what_leads_out_or_is_missing_is_told_and_the_rest_is_read() {
    let assembly = assembly(&[
        (
            "manifest.json",
            r#"{"version": "99.0.0", "artifacts": {
                "A": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "../../etc/passwd"}},
                "B": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "B.template.json"}},
                "C": {"type": "aws:cloudformation:stack", "properties": {"templateFile": "C.template.json"}},
                "D": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "/"}},
                "E": {"type": "cdk:cloud-assembly", "properties": {"directoryName": "."}},
                "F": {"type": "aws:cloudformation:stack"}}}"#,
        ),
        ("C.template.json", TEMPLATE),
    ]);
    assert_eq!(assembly.stacks.len(), 1);
    assert_eq!(
        assembly.notices,
        ["version 99.0.0 is newer than cflint supports; only the parts that it knows are read"]
    );
    let paths: Vec<_> = assembly.errors.iter().map(|(path, _)| path.as_str()).collect();
    assert_eq!(
        paths,
        ["manifest.json", "B.template.json", "manifest.json", "manifest.json", "manifest.json"]
    );
}

#[test]
fn a_construct_has_the_line_of_the_user_in_every_form_of_the_metadata() {
    let inline = r#"{"version": "50.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack",
        "properties": {"templateFile": "S.template.json"}, "metadata": {"/S/Rest/Resource": [
            {"type": "aws:cdk:logicalId", "data": "Rest1", "trace": [
                "new RestApi (/app/node_modules/aws-cdk-lib/aws-apigateway/lib/restapi.js:1:12818)",
                "new S (/app/bin/app.js:2:69)"]}]}}}}"#;
    let file = r#"{"version": "55.0.0", "artifacts": {"S": {"type": "aws:cloudformation:stack",
        "properties": {"templateFile": "S.template.json"}, "additionalMetadataFile": "S.metadata.json"}}}"#;
    let metadata = r#"{"/S/Dist": [{"type": "aws:cdk:creationStack", "data": [
        "...new Distribution2 in aws-cdk-lib...", "new S (/app/app.ts:54:18)", "node:internal/x:1:1"]}],
        "/S/Dist/Resource": [{"type": "aws:cdk:logicalId", "data": "Dist1"}]}"#;
    let old = assembly(&[("manifest.json", inline), ("S.template.json", TEMPLATE)]);
    let new =
        assembly(&[("manifest.json", file), ("S.template.json", TEMPLATE), ("S.metadata.json", metadata)]);
    let made = |assembly: &Assembly, id: &str| {
        let facts = &assembly.stacks[0].facts;
        let construct = facts.construct(id, None).unwrap_or_default().to_owned();
        let at = facts.made_at(&construct).map(|at| format!("{}:{}:{}", at.path, at.line, at.column));
        (construct, at.unwrap_or_default())
    };
    assert_eq!(made(&old, "Rest1"), ("S/Rest/Resource".to_owned(), "/app/bin/app.js:2:69".to_owned()));
    assert_eq!(made(&new, "Dist1"), ("S/Dist/Resource".to_owned(), "/app/app.ts:54:18".to_owned()));
}

#[test]
fn a_manifest_that_is_none_is_told_with_its_place() {
    let message = |manifest: &str| {
        let assembly = assembly(&[("manifest.json", manifest)]);
        assert!(assembly.stacks.is_empty());
        assembly.errors.into_iter().map(|(path, message)| format!("{path}: {message}")).collect::<Vec<_>>()
    };
    for text in ["", "[]", "null", "\"text\"", "{}", "{\"artifacts\": []}", "{\"artifacts\": \"text\"}"] {
        assert_eq!(message(text), ["manifest.json: the manifest has no `artifacts`"], "{text}");
    }
    let broken = message("{\"version\": \"34.0.0\",\n \"artifacts\": {");
    assert!(broken[0].ends_with("(line 2, column 15)"), "{broken:?}");
    assert_eq!(message("{\"artifacts\": {}}"), Vec::<String>::new());
}

#[test]
fn ids_of_nested_stacks_are_not_taken_for_those_of_the_stack() {
    let files = |template_file: &str| {
        let manifest = r#"{"artifacts": {"S": {"type": "aws:cloudformation:stack",
            "properties": {"templateFile": "S.template.json"}, "additionalMetadataFile": "m.json"}}}"#;
        let metadata = format!(
            r#"{{"/S/Api": [{{"type": "aws:cdk:logicalId", "data": "Api1"}}],
                "/S/Inner": [{template_file}], "/S/Inner/Api": [{{"type": "aws:cdk:logicalId", "data": "Api1"}}]}}"#
        );
        assembly(&[
            ("manifest.json", manifest),
            ("m.json", &metadata),
            ("S.template.json", r#"{"a": "N.nested.template.json"}"#),
            ("N.nested.template.json", TEMPLATE),
        ])
    };
    let constructs = |assembly: &Assembly| {
        let constructs = assembly.stacks.iter().map(|stack| stack.facts.construct("Api1", None));
        constructs.map(|path| path.map(str::to_owned)).collect::<Vec<_>>()
    };
    let told = files(r#"{"type": "aws:cdk:templateFile", "data": "N.nested.template.json"}"#);
    assert_eq!(constructs(&told), [Some("S/Api".to_owned()), Some("S/Inner/Api".to_owned())]);
    assert_eq!(constructs(&files("")), [None, None]);
}
