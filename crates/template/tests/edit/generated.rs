//! Documents made at random and written in every style: an operation on the text has the same result as on the value.

use cflint_template::edit::{self, NewValue};
use cflint_template::syntax::{Entry, Kind, NodeRef, Scalar, Style};
use proptest::prelude::*;

use crate::support::{Op, edits, read};
use crate::writer::{Layout, write};

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    Text(String),
    Int(i64),
    Bool(bool),
    List(Vec<Value>),
    Map(Vec<(String, Value)>),
}

impl Value {
    fn sub(text: &str) -> Self {
        Self::Map(vec![("Fn::Sub".to_owned(), Self::Text(text.to_owned()))])
    }

    pub(crate) fn sub_text(&self) -> Option<&str> {
        match self {
            Self::Map(entries) => match entries.as_slice() {
                [(key, Self::Text(text))] if key == "Fn::Sub" => Some(text),
                _ => None,
            },
            _ => None,
        }
    }

    fn of(node: NodeRef<'_>) -> Self {
        match node.kind() {
            Kind::Sequence => Self::List(node.items().map(Self::of).collect()),
            Kind::Mapping => Self::Map(
                node.entries()
                    .map(|entry| match (entry.name(), entry.value.kind()) {
                        // `[Url, FunctionUrl]` is `Url.FunctionUrl`.
                        (name @ "Fn::GetAtt", Kind::Sequence) => {
                            let names: Vec<&str> = entry.value.items().filter_map(NodeRef::text).collect();
                            (name.to_owned(), Self::Text(names.join(".")))
                        }
                        (name, _) => (name.to_owned(), Self::of(entry.value)),
                    })
                    .collect(),
            ),
            Kind::Scalar => match node.scalar() {
                Some(Scalar::Str(text)) => Self::Text(text.to_owned()),
                Some(Scalar::Int(number)) => Self::Int(number),
                Some(Scalar::Bool(flag)) => Self::Bool(flag),
                other => panic!("{other:?}"),
            },
        }
    }

    fn new(value: &NewValue<'_>) -> Self {
        match value {
            NewValue::Text(text) => Self::Text((*text).to_owned()),
            NewValue::Sub(text) => Self::sub(text),
            NewValue::Texts(texts) => {
                Self::List(texts.iter().map(|text| Self::Text((*text).to_owned())).collect())
            }
            NewValue::Int(number) => Self::Int(*number),
            NewValue::Bool(flag) => Self::Bool(*flag),
            NewValue::Entry(key, value) => Self::Map(vec![((*key).to_owned(), Self::new(value))]),
            NewValue::One(item) => Self::List(vec![Self::new(item)]),
            NewValue::Fields(fields) => Self::Map(
                fields
                    .iter()
                    .map(|(key, text)| ((*key).to_owned(), Self::Text((*text).to_owned())))
                    .collect(),
            ),
            NewValue::Host(id, attribute) => {
                let call = |name: &str, list| Self::Map(vec![(format!("Fn::{name}"), Self::List(list))]);
                let text = |text: &str| Self::Text(text.to_owned());
                let attribute =
                    Self::Map(vec![("Fn::GetAtt".to_owned(), text(&format!("{id}.{attribute}")))]);
                call("Select", vec![Self::Int(2), call("Split", vec![text("/"), attribute])])
            }
        }
    }

    fn child(&mut self, index: usize) -> &mut Self {
        match self {
            Self::List(items) => &mut items[index],
            Self::Map(entries) => &mut entries[index].1,
            _ => panic!("no children"),
        }
    }

    /// The same operation as on the text.
    fn change(&mut self, op: Op<'_>) {
        match (self, op) {
            (this, Op::Replace(value)) => *this = Self::new(&value),
            (Self::List(items), Op::RemoveItem(index)) => _ = items.remove(index),
            (Self::List(items), Op::Append(value)) => items.push(Self::new(&value)),
            (Self::Map(entries), Op::RemoveKey(key)) => entries.retain(|entry| entry.0 != key),
            (Self::Map(entries), Op::Set(key, value)) => {
                let last = entries.len();
                set(entries, last, key, &value);
            }
            (Self::Map(entries), Op::SetAfter(sibling, key, value)) => {
                let at =
                    entries.iter().position(|entry| entry.0 == sibling).map_or(entries.len(), |at| at + 1);
                set(entries, at, key, &value);
            }
            (this, op) => panic!("{op:?} on {this:?}"),
        }
    }
}

fn set(entries: &mut Vec<(String, Value)>, at: usize, key: &str, value: &NewValue<'_>) {
    match entries.iter_mut().find(|entry| entry.0 == key) {
        Some(entry) => entry.1 = Value::new(value),
        None => entries.insert(at, (key.to_owned(), Value::new(value))),
    }
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-zA-Z/*$][a-zA-Z0-9_./* -]{0,8}[a-z0-9*]",
        1 => "[ -~é😀\n\t]{0,8}",
        1 => prop::sample::select(vec!["yes", "1", "~", "*", "a: b", "x #y", "a,b", "[a]", "{", "é", "-", "http://a.b/c"]).prop_map(str::to_owned),
    ]
}

fn value() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        5 => text().prop_map(Value::Text),
        1 => (0..999i64).prop_map(Value::Int),
        1 => any::<bool>().prop_map(Value::Bool),
        2 => text().prop_map(|text| Value::sub(&text)),
    ];
    leaf.prop_recursive(4, 30, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::List),
            prop::collection::vec(inner, 0..5).prop_map(map),
        ]
    })
}

fn map(values: Vec<Value>) -> Value {
    const KEYS: [&str; 5] = ["Key", "é b", "on", "Other", "k-4"];
    Value::Map(KEYS.iter().map(|key| (*key).to_owned()).zip(values).collect())
}

/// A document is a map, as templates are.
fn document() -> impl Strategy<Value = Value> {
    prop::collection::vec(value(), 1..5).prop_map(map)
}

/// Which nodes there are, as indices of children on the way from the root.
fn paths(value: &Value, path: &[usize], found: &mut Vec<Vec<usize>>) {
    found.push(path.to_vec());
    let children: Vec<&Value> = match value {
        Value::List(items) => items.iter().collect(),
        Value::Map(entries) => entries.iter().map(|entry| &entry.1).collect(),
        _ => Vec::new(),
    };
    for (index, child) in children.into_iter().enumerate() {
        paths(child, &[path, &[index]].concat(), found);
    }
}

fn node_at<'t>(root: NodeRef<'t>, path: &[usize]) -> NodeRef<'t> {
    path.iter().fold(root, |node, index| match node.kind() {
        Kind::Sequence => node.items().nth(*index).expect("an item"),
        _ => node.entries().nth(*index).expect("an entry").value,
    })
}

fn ops<'a>(value: &'a Value, new: NewValue<'a>, pick: usize) -> Vec<Op<'a>> {
    let mut ops = vec![Op::Replace(new)];
    match value {
        Value::List(items) => {
            ops.push(Op::Append(new));
            ops.extend((0..items.len()).map(Op::RemoveItem));
        }
        Value::Map(entries) if value.sub_text().is_none() => {
            ops.push(Op::Set("New", new));
            if let Some((key, _)) = entries.get(pick % entries.len().max(1)) {
                ops.extend([Op::SetAfter(key, "no", new), Op::Set(key, new), Op::RemoveKey(key)]);
            }
        }
        _ => {}
    }
    ops
}

/// Comments that an operation may take away: those of the lines of what is removed.
fn may_go(node: NodeRef<'_>, op: Op<'_>, comment: u32) -> bool {
    let source = node.tree().source();
    let item = |item: NodeRef<'_>| {
        let start = item.span().start as usize;
        let dash = source[..start].rfind('-').filter(|_| node.style() == Style::Block);
        (dash.unwrap_or(start), item.span().end as usize)
    };
    let gone: Vec<(usize, usize)> = match op {
        Op::RemoveItem(index) => node.items().nth(index).into_iter().map(item).collect(),
        Op::RemoveKey(key) => {
            let range = |entry: Entry<'_>| (entry.key.span().start as usize, entry.value.span().end as usize);
            node.get(key).into_iter().map(range).collect()
        }
        // Items that are no longer in the list.
        Op::Replace(NewValue::Texts(_)) if node.kind() == Kind::Sequence => node.items().map(item).collect(),
        Op::Set(key, NewValue::Texts(_)) => {
            node.get(key).into_iter().flat_map(|entry| entry.value.items()).map(item).collect()
        }
        _ => Vec::new(),
    };
    let line = |at: usize| source[..at].matches('\n').count();
    gone.iter().any(|(start, end)| (line(*start)..=line(*end)).contains(&line(comment as usize)))
}

fn try_everywhere(value: &Value, layout: Layout, choices: &[u8], new: NewValue<'_>, pick: usize) {
    let source = write(value, layout, choices);
    let parsed = read(&source);
    let root = parsed.tree.root().expect("a value");
    assert_eq!(&Value::of(root), value, "{source}");
    let mut all = Vec::new();
    paths(value, &[], &mut all);
    for path in all {
        let (node, mut whole) = (node_at(root, &path), value.clone());
        let part = path.iter().fold(&mut whole, |value, index| value.child(*index)).clone();
        for op in ops(&part, new, pick) {
            if path.is_empty() && matches!(op, Op::Replace(_)) {
                continue;
            }
            let told = || format!("{op:?} at {path:?} of\n{source}");
            let Some(edits) = edits(node, op) else {
                let short = source.contains('!');
                assert!(source.contains('#') || short || source.contains("|\n"), "refused {}", told());
                continue;
            };
            let after = edit::apply(&source, &edits).unwrap_or_else(|| panic!("{edits:?}: {}", told()));
            let changed = read(&after);
            let mut expected = value.clone();
            path.iter().fold(&mut expected, |value, index| value.child(*index)).change(op);
            assert_eq!(
                Value::of(changed.tree.root().expect("a value")),
                expected,
                "{}\nbecomes\n{after}",
                told()
            );
            for comment in parsed.tree.comments() {
                let kept = after.contains(&source[comment.range()]) || may_go(node, op, comment.start);
                assert!(kept, "{} is lost: {}\nbecomes\n{after}", &source[comment.range()], told());
            }
            let crlf = source.contains("\r\n");
            assert!(!crlf || after.matches('\n').count() == after.matches("\r\n").count(), "{}", told());
            // Where the last line goes, a blank line before it may become the last one.
            let blank = source.contains("\n\n") || source.contains("\n\r\n");
            assert!(blank || source.ends_with('\n') == after.ends_with('\n'), "{}\nbecomes\n{after}", told());
            if let (Some(first), Some(last)) = (edits.first(), edits.last()) {
                let (from, to) = (first.span.start as usize, source.len() - last.span.end as usize);
                assert_eq!(source[..from], after[..from], "{}", told());
                assert_eq!(source[source.len() - to..], after[after.len() - to..], "{}", told());
            }
        }
    }
}

fn cases() -> u32 {
    std::env::var("PROPTEST_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(200)
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(cases()) })]

    #[test]
    fn text_and_value_agree(
        value in document(),
        choices in prop::collection::vec(any::<u8>(), 40),
        one in text(),
        other in text(),
        pick in any::<u8>(),
        crlf in any::<bool>(),
        comments in any::<bool>(),
        last_break in any::<bool>(),
    ) {
        let texts = [one.as_str(), other.as_str()];
        let fields = [("id", one.as_str()), ("reason", other.as_str())];
        let news = [
            NewValue::Text(&one), NewValue::Sub(&one), NewValue::Texts(&texts), NewValue::Texts(&texts[..1]),
            NewValue::Texts(&[]), NewValue::Int(7), NewValue::Bool(false),
            NewValue::Entry("k", &NewValue::Int(7)), NewValue::Host("Url", "FunctionUrl"),
            NewValue::One(&NewValue::Text("one: 1")), NewValue::Fields(&fields),
            NewValue::Entry("k", &NewValue::One(&NewValue::Fields(&[("id", "x")]))),
        ];
        let new = news[usize::from(pick) % news.len()];
        for layout in Layout::all(crlf, comments, last_break) {
            try_everywhere(&value, layout, &choices, new, usize::from(pick) / 8);
        }
    }
}
