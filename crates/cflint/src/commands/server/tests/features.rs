use serde_json::{Value, json};
use tempfile::TempDir;

use super::{Script, open, request, response};
use crate::commands::server::uri;
use crate::files::paths;

/// A template with conditions, and a loop.
const TEMPLATE: &str = "\
Transform: AWS::LanguageExtensions
Parameters:
  Env: {Type: String}
  Set: {Type: String}
Conditions:
  IsProd: !Equals [!Ref Env, prod]
  Never: !Equals [a, b]
Resources:
  'Fn::ForEach::Loop':
    - Name
    - [One, Two]
    - 'Bucket${Name}':
        Type: AWS::S3::Bucket
        Properties: {BucketName: !Sub '${Name}-b'}
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !If [IsProd, p, !If [Never, n, !Ref 'AWS::NoValue']]
      Tags:
        'Fn::ForEach::Tag':
          - Key
          - [k]
          - '${Key}': !Ref Key
      KmsMasterKeyId: !Ref Set
      RedrivePolicy: !FindInMap [None, a, b]
";

/// What is shown at each of these parts of the template, which occur in it once.
fn hovers(config: &str, parts: &[&str]) -> Vec<String> {
    let folder = TempDir::new().unwrap();
    std::fs::write(folder.path().join("cflint.yaml"), config).unwrap();
    let path = folder.path().join("a.yaml");
    std::fs::write(&path, TEMPLATE).unwrap();
    let uri = uri::of(&paths::shown(&path)).to_string();
    let asked = |(id, part): (u64, &&str)| {
        let at = TEMPLATE.find(part).unwrap();
        let line = TEMPLATE[..at].matches('\n').count();
        let character = at - TEMPLATE[..at].rfind('\n').map_or(0, |end| end + 1);
        let position = json!({"line": line, "character": character});
        request(id, "textDocument/hover", &json!({"textDocument": {"uri": uri}, "position": position}))
    };
    let mut batch = vec![open(&uri, TEMPLATE)];
    batch.extend((1..).zip(parts).map(asked));
    let (messages, _) = Script::new(&json!({})).then(batch).run();
    let text = |id: u64| match &response(&messages, id)["result"] {
        Value::Null => String::new(),
        found => found["contents"]["value"].as_str().unwrap().to_owned(),
    };
    (1..).zip(parts).map(|(id, _)| text(id)).collect()
}

#[test]
fn values_are_shown_under_their_conditions() {
    let found = hovers("", &["If [IsProd", "IsProd, p", "Never, n", "FindInMap"]);
    assert!(found[0].contains("- **`p`**, if IsProd is true\n"), "{}", found[0]);
    assert!(found[0].contains("as if the property were not there, if IsProd is false"), "{}", found[0]);
    assert!(
        found[1].contains("line 6: `!Equals [!Ref Env, prod]`\n\n- it depends on whether `Env` is `prod`")
    );
    assert!(found[2].contains("- **false** in every deployment"), "{}", found[2]);
    assert!(found[3].contains("not determined by the template"), "{}", found[3]);
}

#[test]
fn values_of_loops_are_shown_for_each_iteration() {
    let found = hovers("", &["Sub '${Name}-b'", "Ref Key"]);
    assert!(found[0].contains("is **`One-b`** or **`Two-b`**"), "{}", found[0]);
    assert_eq!(found[1], "");
}

#[test]
fn values_of_the_configuration_are_said_to_be_from_there() {
    let found = hovers("parameters: {Set: given}\n", &["Ref Set", "Ref Env"]);
    assert!(
        found[0].contains("**`given`**") && found[0].contains("set in the configuration"),
        "{}",
        found[0]
    );
    assert!(found[1].contains("known only at deployment") && !found[1].contains("configuration"));
}
