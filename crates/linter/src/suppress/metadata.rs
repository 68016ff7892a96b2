//! Suppressions in `Metadata`, the channel for JSON and CDK: our own, and those of other tools by the names of their
//! rules.

use std::collections::BTreeMap;

use cflint_diagnostics::{Edit, FileId, Span};
use cflint_template::edit::{self, NewValue};
use cflint_template::syntax::{Entry, NodeId, NodeRef, Tree};

use crate::suppression::{Channel, State, Suppression, Target};

/// Where a tool keeps its suppressions: the path below `Metadata`, the keys of the name and of the reason.
struct Place {
    channel: Channel,
    path: [&'static str; 2],
    name: &'static str,
    reason: &'static str,
}

/// <https://github.com/stelligent/cfn_nag#per-resource-rule-suppression>,
/// <https://github.com/cdklabs/cdk-nag#suppressing-a-rule>,
/// <https://www.checkov.io/2.Basics/Suppressing%20and%20Skipping%20Policies.html>,
/// <https://github.com/aws-cloudformation/aws-guard-rules-registry#suppressing-rules>
const PLACES: [Place; 5] = [
    Place { channel: Channel::Metadata, path: ["cflint", "ignore"], name: "id", reason: "reason" },
    Place { channel: Channel::Foreign, path: ["cfn_nag", "rules_to_suppress"], name: "id", reason: "reason" },
    Place { channel: Channel::Foreign, path: ["cdk_nag", "rules_to_suppress"], name: "id", reason: "reason" },
    Place { channel: Channel::Foreign, path: ["checkov", "skip"], name: "id", reason: "comment" },
    Place { channel: Channel::Foreign, path: ["guard", "SuppressedRules"], name: "id", reason: "reason" },
];

/// Reads the metadata of the template and of its resources.
pub(super) fn read(tree: &Tree, all: &mut Vec<Suppression>) {
    let Some(root) = tree.root() else { return };
    read_one(root, root.span(), all);
    let resources = root.get("Resources").into_iter().flat_map(|section| section.value.entries());
    resources.for_each(|resource| read_one(resource.value, whole(resource), all));
}

fn read_one(holder: NodeRef<'_>, about: Span, all: &mut Vec<Suppression>) {
    let Some(metadata) = holder.get("Metadata").map(|entry| entry.value) else { return };
    for place in &PLACES {
        let [tool, list] = place.path;
        let list = metadata.get(tool).and_then(|tool| tool.value.get(list)).map(|entry| entry.value);
        let Some(list) = list else { continue };
        for (index, item) in list.items().enumerate() {
            // A name alone is enough.
            let name = item.get(place.name).map_or(item, |entry| entry.value);
            let Some(text) = name.text() else { continue };
            let reason = item.get(place.reason).and_then(|entry| entry.value.text());
            all.push(Suppression {
                name: text.to_owned(),
                span: name.span(),
                reason: reason.filter(|reason| !reason.is_empty()).map(str::to_owned),
                channel: place.channel,
                state: State::Unused,
                removal: None,
                item: Some((list.id(), index)),
                target: Target::Inside(about),
                made: None,
            });
        }
    }
}

/// Adds edits that remove the unused ones. Most are used, and other tools judge their own.
pub(super) fn set_removals(suppressions: &mut [Suppression], trees: &[&Tree]) {
    let trees: BTreeMap<FileId, &Tree> = trees.iter().map(|tree| (tree.file(), *tree)).collect();
    let mut removals: BTreeMap<NodeId, Vec<Option<Vec<Edit>>>> = BTreeMap::new();
    let unused = |known: &&mut Suppression| known.state == State::Unused && !known.is_foreign();
    for suppression in suppressions.iter_mut().filter(unused) {
        let Some((list, index)) = suppression.item else { continue };
        let list_removals = removals.entry(list).or_insert_with(|| {
            let list = trees.get(&list.file()).and_then(|tree| tree.node(list));
            list.map(edit::remove_each).unwrap_or_default()
        });
        suppression.removal = list_removals.get_mut(index).and_then(Option::take);
    }
}

/// The place of a resource with its logical id, which is where findings about all of it are.
pub(super) fn whole(resource: Entry<'_>) -> Span {
    Span { start: resource.key.span().start, ..resource.value.span() }
}

/// The logical id of the resource that a place is in.
pub(super) fn holder(tree: &Tree, place: Span) -> Option<String> {
    let mut resources = tree.root()?.get("Resources")?.value.entries();
    resources.find(|resource| whole(*resource).contains(place)).map(|found| found.name().to_owned())
}

/// The edit that writes a suppression into the metadata of a resource, or into that of the template.
pub(super) fn write(
    tree: &Tree,
    holder: Option<&str>,
    rule: &str,
    reason: Option<&str>,
) -> Option<Vec<Edit>> {
    let root = tree.root()?;
    let (holder, sibling) = match holder {
        Some(id) => (root.get("Resources")?.value.get(id)?.value, "Type"),
        None => (root, "AWSTemplateFormatVersion"),
    };
    let fields: Vec<(&str, &str)> =
        std::iter::once(("id", rule)).chain(reason.map(|reason| ("reason", reason))).collect();
    let item = if reason.is_some() { NewValue::Fields(&fields) } else { NewValue::Text(rule) };
    let list = NewValue::One(&item);
    let ignore = NewValue::Entry("ignore", &list);
    let Some(metadata) = holder.get("Metadata") else {
        return edit::set_after(holder, sibling, "Metadata", &NewValue::Entry("cflint", &ignore));
    };
    let Some(own) = metadata.value.get("cflint") else {
        return edit::set(metadata.value, "cflint", &ignore);
    };
    match own.value.get("ignore") {
        None => edit::set(own.value, "ignore", &list),
        Some(list) => edit::append(list.value, &item),
    }
}
