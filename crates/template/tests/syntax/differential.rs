use std::path::Path;

use cflint_template::syntax::{Format, Kind, NodeRef, Parsed, Scalar, load};

use crate::invariants;
use crate::support::{FILE, fixtures};

/// A reason for which a scalar may differ from what the other parser reads, and when it applies.
type Reason = (&'static str, fn(&str, Scalar<'_>) -> bool);

/// serde_yaml follows YAML 1.2, CloudFormation's tools follow YAML 1.1.
const EXPLAINED: &[Reason] = &[
    ("yes, no, on and off are booleans in YAML 1.1", |text, ours| {
        let lower = text.to_lowercase();
        matches!(ours, Scalar::Bool(_)) && ["yes", "no", "on", "off"].contains(&lower.as_str())
    }),
    ("a leading zero means octal in YAML 1.1", |text, ours| {
        matches!(ours, Scalar::Int(_)) && text.trim_start_matches(['+', '-']).starts_with('0')
    }),
    ("octal is not written 0o in YAML 1.1", |text, ours| ours == Scalar::Str(text) && text.contains("0o")),
    ("colons mean base 60 in YAML 1.1", |text, ours| {
        matches!(ours, Scalar::Int(_) | Scalar::Float(_)) && text.contains(':')
    }),
    ("digits may be grouped by _ in YAML 1.1", |text, ours| {
        matches!(ours, Scalar::Int(_) | Scalar::Float(_)) && text.contains('_')
    }),
    ("a float needs a point, and its exponent a sign, in YAML 1.1", |text, ours| {
        ours == Scalar::Str(text) && text.contains(['e', 'E'])
    }),
    ("a float that starts with its point has no sign in PyYAML", |text, ours| {
        ours == Scalar::Str(text) && text.contains('.') && text.starts_with(['+', '-'])
    }),
    ("a tag says what the text is for, so that it is no number", |text, ours| ours == Scalar::Str(text)),
];

/// A reason for which serde_yaml may refuse a file that is read here.
fn refusal_is_explained(parsed: &Parsed, message: &str) -> bool {
    // It has no way to keep a key twice.
    (message.contains("duplicate entry") && !parsed.duplicates.is_empty())
        // The second document is a problem, and not part of the tree.
        || (message.contains("more than one document") && !parsed.problems.is_empty())
        || (message.contains("EndOfStream") && parsed.tree.is_empty())
}

#[test]
fn fixtures_have_the_values_that_other_parsers_read() {
    let mut compared = 0;
    for path in fixtures() {
        let bytes = std::fs::read(&path).unwrap();
        let is_in = |folder: &str| path.parent().is_some_and(|parent| parent.ends_with(folder));
        let invalid = path.file_name().is_some_and(|name| name.to_string_lossy().starts_with("invalid-"))
            && is_in("_load");
        // Its rule also reports files that can be read.
        let may_be_invalid = is_in("invalid-template");
        match load(FILE, &bytes) {
            Ok(_) if invalid => panic!("{} is accepted", path.display()),
            Ok(parsed) => {
                invariants::check(&parsed);
                let text = std::str::from_utf8(&bytes).unwrap();
                compared += usize::from(compare(&path, text, &parsed));
            }
            Err(error) => assert!(invalid || may_be_invalid, "{}: {error}", path.display()),
        }
    }
    assert!(compared > 9, "only {compared} files were compared");
}

fn compare(path: &Path, text: &str, parsed: &Parsed) -> bool {
    match same_values(text, parsed) {
        Ok(compared) => compared,
        Err(difference) => panic!("{}: {difference}", path.display()),
    }
}

/// Whether both parsers read the text to the same values; `Ok(false)` if the other one refuses it for a known reason.
pub(crate) fn same_values(text: &str, parsed: &Parsed) -> Result<bool, String> {
    if parsed.tree.format() == Format::Json {
        let theirs: serde_json::Value =
            serde_json::from_str(text.trim_start_matches('\u{feff}')).map_err(|e| e.to_string())?;
        let root = parsed.tree.root().ok_or("no value")?;
        return if same_json(root, &theirs) { Ok(true) } else { Err(format!("{theirs:?}")) };
    }
    let mut theirs: serde_yaml::Value = match serde_yaml::from_str(text) {
        Ok(theirs) => theirs,
        Err(error) if refusal_is_explained(parsed, &error.to_string()) => return Ok(false),
        Err(error) => return Err(error.to_string()),
    };
    theirs.apply_merge().map_err(|error| error.to_string())?;
    match parsed.tree.root() {
        Some(root) => same_yaml(root, &theirs).map(|()| true),
        None if theirs.is_null() => Ok(true),
        None => Err("no value".to_owned()),
    }
}

fn same_json(ours: NodeRef<'_>, theirs: &serde_json::Value) -> bool {
    use serde_json::Value;
    match (ours.kind(), theirs) {
        (Kind::Sequence, Value::Array(items)) => {
            ours.len() == items.len() && ours.items().zip(items).all(|(a, b)| same_json(a, b))
        }
        (Kind::Mapping, Value::Object(map)) => {
            let distinct = ours.entries().all(|a| map.contains_key(a.name()));
            distinct && map.iter().all(|(key, b)| ours.get(key).is_some_and(|a| same_json(a.value, b)))
        }
        (Kind::Scalar, _) => match (ours.scalar(), theirs) {
            (Some(Scalar::Null), Value::Null) => true,
            (Some(Scalar::Bool(a)), Value::Bool(b)) => a == *b,
            (Some(Scalar::Int(a)), Value::Number(b)) => b.as_i64() == Some(a) || b.as_f64() == Some(a as f64),
            (Some(Scalar::Float(a)), Value::Number(b)) => b.as_f64() == Some(a),
            (Some(Scalar::Str(a)), Value::String(b)) => a == b,
            _ => false,
        },
        _ => false,
    }
}

fn same_yaml(ours: NodeRef<'_>, theirs: &serde_yaml::Value) -> Result<(), String> {
    use serde_yaml::Value;
    let differ = || Err(format!("{ours:?} {:?} is {theirs:?}", ours.text()));
    match (ours.kind(), theirs) {
        (Kind::Mapping, Value::Tagged(tagged)) => {
            let name = tagged.tag.to_string();
            let name = name.trim_start_matches('!');
            let long =
                if matches!(name, "Ref" | "Condition") { name.to_owned() } else { format!("Fn::{name}") };
            match ours.intrinsic() {
                Some(entry) if entry.name() == long => same_yaml(entry.value, &tagged.value),
                _ => differ(),
            }
        }
        (Kind::Sequence, Value::Sequence(items)) if ours.len() == items.len() => {
            ours.items().zip(items).try_for_each(|(a, b)| same_yaml(a, b))
        }
        (Kind::Mapping, Value::Mapping(map)) if ours.len() == map.len() => ours.entries().try_for_each(|a| {
            let same_key = |(key, _): &(&Value, &Value)| same_yaml(a.key, key).is_ok();
            map.iter().find(same_key).map_or_else(differ, |(_, b)| same_yaml(a.value, b))
        }),
        (Kind::Scalar, _) => {
            let (Some(text), Some(scalar)) = (ours.text(), ours.scalar()) else { return differ() };
            let same = match (scalar, theirs) {
                (Scalar::Null, Value::Null) => true,
                (Scalar::Bool(a), Value::Bool(b)) => a == *b,
                (Scalar::Int(a), Value::Number(b)) => b.as_i64() == Some(a),
                (Scalar::Float(a), Value::Number(b)) => {
                    b.as_f64().is_some_and(|b| a == b || (a.is_nan() && b.is_nan()))
                }
                (Scalar::Str(a), Value::String(b)) => a == b,
                _ => false,
            };
            let mistyped = !matches!((scalar, theirs), (Scalar::Str(_), Value::String(_)));
            if same || (mistyped && EXPLAINED.iter().any(|(_, applies)| applies(text, scalar))) {
                Ok(())
            } else {
                differ()
            }
        }
        _ => differ(),
    }
}
