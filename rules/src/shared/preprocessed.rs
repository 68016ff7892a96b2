//! What can give a name a meaning, or take its meaning away, before CloudFormation reads it.

use cflint_diagnostics::Span;
pub(crate) use cflint_edge::facts::filled_in::has_placeholder;
use cflint_template::syntax::{Entry, Format, NodeRef};
use cflint_template::template::Template;

/// Whether another tool fills in a text: `${self:custom.stage}`, `{{ stage }}`, `<%= stage %>`.
/// Not `${STAGE:-dev}`, which is for a shell.
pub(crate) fn fills_in(text: &str) -> bool {
    let rest = text.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    let is_path = |path: &str| path.starts_with(|c: char| c.is_ascii_alphanumeric() || "/.$".contains(c));
    let is_source = rest.starts_with('(') || rest.strip_prefix(':').is_some_and(is_path);
    (is_source && text.starts_with(|c: char| c.is_ascii_lowercase())) || has_placeholder(text)
}

/// Whether resources and conditions can have names that are not in the file.
pub(crate) fn can_name_things(template: &Template<'_>) -> bool {
    has_open_loops(template) || has_directives(template)
}

/// Whether loops create resources or conditions whose names are known only at deployment.
fn has_open_loops(template: &Template<'_>) -> bool {
    let is_loop = |entry: &Entry<'_>| entry.name().starts_with("Fn::ForEach::");
    let is_open = |entry: Entry<'_>| {
        let values = entry.value.items().nth(1).into_iter().flat_map(NodeRef::items);
        values.clone().next().is_none() || values.clone().any(|value| value.text().is_none())
    };
    let sections = ["Resources", "Conditions"].into_iter().filter_map(|name| template.root().get(name));
    let mut outer = sections.flat_map(|section| section.value.entries()).filter(is_loop);
    outer.any(|entry| {
        let mut inner = entry.value.subtree().flat_map(NodeRef::entries).filter(is_loop);
        is_open(entry) || inner.any(is_open)
    })
}

/// Whether rain, a preprocessor, has something to do, such as `!Rain::Embed`.
pub(crate) fn has_directives(template: &Template<'_>) -> bool {
    template.root().subtree().flat_map(NodeRef::entries).any(|entry| entry.name().contains("Rain::"))
}

/// The mappings that an `Fn::Transform` among their keys rewrites.
pub(crate) fn transformed(template: &Template<'_>) -> Vec<Span> {
    let mappings = template.root().subtree().filter(|node| node.get("Fn::Transform").is_some());
    mappings.map(NodeRef::span).collect()
}

/// Whether the file is probably one of several that another tool merges.
pub(crate) fn is_fragment(template: &Template<'_>) -> bool {
    let root = template.root();
    let sections = ["Resources", "Outputs", "Description"];
    root.tree().format() == Format::Yaml && root.entries().all(|entry| sections.contains(&entry.name()))
}
