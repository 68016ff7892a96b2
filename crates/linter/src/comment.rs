//! Comments that say what a value is, and would be false once it is another one.

use std::ops::Range;

use cflint_diagnostics::{Edit, Span};
use cflint_edge::facts::managed;
use cflint_template::edit::{self, NewValue};
use cflint_template::syntax::NodeRef;

/// The edits that give a place another value, with the comment after it, if that names the old one.
pub(crate) fn replace(node: NodeRef<'_>, value: &NewValue<'_>) -> Option<Vec<Edit>> {
    let edits = edit::replace(node, value)?;
    let Some(comment) = follow(node, value) else { return Some(edits) };
    edit::combine([edits.clone(), vec![comment]]).or(Some(edits))
}

/// The edits that set a property of a mapping, with the comment after the value that it had.
pub(crate) fn set(map: NodeRef<'_>, key: &str, value: &NewValue<'_>) -> Option<Vec<Edit>> {
    let edits = edit::set(map, key, value)?;
    let Some(comment) = map.get(key).and_then(|entry| follow(entry.value, value)) else { return Some(edits) };
    edit::combine([edits.clone(), vec![comment]]).or(Some(edits))
}

/// The edit of the comment after a value that is replaced.
fn follow(node: NodeRef<'_>, value: &NewValue<'_>) -> Option<Edit> {
    let old = node.text()?;
    let (space, comment) = edit::comment_behind(node)?;
    let text = node.tree().source().get(comment.range())?;
    let new = match value {
        NewValue::Text(text) => Some((*text).to_owned()),
        NewValue::Int(number) => Some(number.to_string()),
        NewValue::Bool(flag) => Some(flag.to_string()),
        _ => None,
    };
    Some(match rewritten(text, old, new.as_deref())? {
        Rewritten::Removed => Edit { span: Span { end: comment.end, ..space }, text: String::new() },
        Rewritten::Text(text) => Edit { span: comment, text },
    })
}

#[derive(Debug, PartialEq, Eq)]
enum Rewritten {
    Removed,
    Text(String),
}

/// What becomes of a comment, its `#` included; `None` if it says something else. Of a sentence only the name of a managed
/// policy is known to mean the value: a number or a word such as `http-only` can be there for another reason.
fn rewritten(comment: &str, old: &str, new: Option<&str>) -> Option<Rewritten> {
    let body = comment.trim_start_matches('#').trim();
    let bare = body.trim_matches(['`', '\'', '"']);
    let repeats = bare == old;
    let new_name = new.and_then(policy);
    let mention = policy(old).and_then(|name| only_mention(comment, name));
    let is_all = |name: &Range<usize>| {
        comment.get(name.clone()).is_some_and(|name| bare.strip_prefix("Managed-").unwrap_or(bare) == name)
    };
    match (mention, new_name) {
        _ if comment.contains("cflint:") => None,
        _ if repeats => Some(new_name.or(new).map_or(Rewritten::Removed, |new| said(comment, body, new))),
        (Some(name), Some(new)) => {
            let mut text = comment.to_owned();
            text.replace_range(name, new);
            Some(Rewritten::Text(text))
        }
        (Some(name), None) if is_all(&name) => Some(Rewritten::Removed),
        _ => None,
    }
}

/// The comment with another text.
fn said(comment: &str, body: &str, new: &str) -> Rewritten {
    Rewritten::Text(comment.replacen(body, new, 1))
}

/// The name of a managed policy by its id.
fn policy(id: &str) -> Option<&'static str> {
    let cache = managed::cache_policy(id).map(|policy| policy.short_name());
    let request = || managed::origin_request_policy(id).map(|policy| policy.short_name());
    let response = || managed::response_headers_policy(id).map(|policy| policy.short_name());
    cache.or_else(request).or_else(response)
}

/// Where a comment names a policy, if it does so once and does not name another one: it may compare them.
fn only_mention(comment: &str, name: &str) -> Option<Range<usize>> {
    let is_other = |word: &Range<usize>| {
        let word = comment.get(word.clone()).unwrap_or_default();
        !word.eq_ignore_ascii_case(name)
            && (managed::cache_policy_by_name(word).is_some()
                || managed::origin_request_policy_by_name(word).is_some()
                || managed::response_headers_policy_by_name(word).is_some())
    };
    let is_it =
        |word: &Range<usize>| comment.get(word.clone()).is_some_and(|word| word.eq_ignore_ascii_case(name));
    let words = words(comment);
    let mut found = words.iter().filter(|word| is_it(word));
    let first = found.next()?;
    (found.next().is_none() && !words.iter().any(is_other)).then(|| first.clone())
}

/// The words of a comment, in which names of policies have hyphens; without the prefix that the API gives them.
fn words(comment: &str) -> Vec<Range<usize>> {
    let mut words: Vec<Range<usize>> = Vec::new();
    for (at, c) in comment.char_indices().filter(|(_, c)| c.is_alphanumeric() || *c == '-') {
        match words.last_mut().filter(|word| word.end == at) {
            Some(word) => word.end = at + c.len_utf8(),
            None => words.push(at..at + c.len_utf8()),
        }
    }
    const PREFIX: &str = "Managed-";
    for word in &mut words {
        if comment.get(word.clone()).is_some_and(|word| word.starts_with(PREFIX)) {
            word.start += PREFIX.len();
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use cflint_diagnostics::FileId;
    use cflint_edge::facts::managed::{ALL_VIEWER, ALL_VIEWER_EXCEPT_HOST};
    use cflint_template::edit::apply;
    use cflint_template::syntax::parse;

    use super::*;

    const KEY: &str = "OriginRequestPolicyId";

    /// The text after the policy `AllViewer` became another value, by both functions.
    fn after(comment: &str, value: &NewValue<'_>) -> String {
        let source = format!("{KEY}: {ALL_VIEWER}{comment}\nB: 1 # AllViewer\n");
        let tree = parse(FileId(0), Arc::from(source.as_str())).unwrap().tree;
        let root = tree.root().unwrap();
        let replaced = apply(&source, &replace(root.get(KEY).unwrap().value, value).unwrap()).unwrap();
        assert_eq!(apply(&source, &set(root, KEY, value).unwrap()).as_deref(), Some(replaced.as_str()));
        let rest = replaced.strip_suffix("\nB: 1 # AllViewer\n").unwrap();
        rest.strip_prefix(&format!("{KEY}: ")).unwrap().to_owned()
    }

    fn except_host(comment: &str) -> String {
        let replaced = after(comment, &NewValue::Text(ALL_VIEWER_EXCEPT_HOST));
        replaced.strip_prefix(ALL_VIEWER_EXCEPT_HOST).unwrap().to_owned()
    }

    #[test]
    fn the_name_of_a_policy_is_that_of_the_new_one() {
        assert_eq!(except_host(" # AllViewer"), " # AllViewerExceptHostHeader");
        assert_eq!(except_host("   #allviewer  "), "   #AllViewerExceptHostHeader  ");
        assert_eq!(except_host(" # Managed-AllViewer"), " # Managed-AllViewerExceptHostHeader");
        assert_eq!(except_host(" # `AllViewer`: all of it"), " # `AllViewerExceptHostHeader`: all of it");
        assert_eq!(except_host(&format!(" # {ALL_VIEWER}")), " # AllViewerExceptHostHeader");
    }

    #[test]
    fn a_comment_that_says_something_else_stays() {
        for comment in [
            "",
            " # the viewer's headers",
            " # AllViewers",
            " # AllViewerExceptHostHeader",
            " # AllViewer, not AllViewerExceptHostHeader",
            " # AllViewer for AllViewer",
            " # cflint: ignore[host-header-forwarded] AllViewer",
        ] {
            assert_eq!(except_host(comment), comment);
        }
    }

    #[test]
    fn a_name_that_the_new_value_has_not_goes() {
        let value = NewValue::Sub("${Policy}");
        assert_eq!(after(" # AllViewer", &value), "!Sub '${Policy}'");
        assert_eq!(after(" # AllViewer, by default", &value), "!Sub '${Policy}' # AllViewer, by default");
    }

    #[test]
    fn a_value_that_is_repeated_is_the_new_one_and_a_sentence_stays() {
        let changed = |comment: &str| match rewritten(comment, "80", Some("443")) {
            Some(Rewritten::Text(text)) => text,
            other => format!("{other:?}"),
        };
        assert_eq!(changed("# 80"), "# 443");
        assert_eq!(changed("# 80 is for HTTP"), "None");
    }

    #[test]
    fn a_comment_behind_something_else_is_none_of_the_value() {
        let source = format!("A: {{{KEY}: {ALL_VIEWER}}} # AllViewer\n");
        let tree = parse(FileId(0), Arc::from(source.as_str())).unwrap().tree;
        let node = tree.root().unwrap().get("A").unwrap().value.get(KEY).unwrap().value;
        let edits = replace(node, &NewValue::Text("x")).unwrap();
        assert_eq!(apply(&source, &edits).unwrap(), format!("A: {{{KEY}: x}} # AllViewer\n"));
    }
}
