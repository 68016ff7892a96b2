//! Values that no one knows by heart: ids and names that are legal at a place.

use std::borrow::Cow;

use cflint_diagnostics::{Encoding, FileId, SourceFile, Span};
use cflint_edge::facts::cors_headers::sent_by_pages;
use cflint_edge::facts::headers::{Method, cannot_be_whitelisted, names_for_origins, names_for_policies};
use cflint_edge::facts::managed::{ManagedHeaders, origin_request_policies};
use cflint_edge::facts::methods::SETS;
use cflint_edge::facts::response_headers::METHODS;
use cflint_template::model::listed_values;
use cflint_template::syntax::{NodeRef, parse};
use gen_lsp_types::{
    CompletionItem, CompletionItemKind, CompletionItemTextEdit, Documentation, MarkupContent, MarkupKind,
    TextEdit,
};

use super::documents::Open;
use super::now::is_template;
use super::place::{Place, place};
use super::{managed, stages, text};

pub(super) fn completion(document: &Open, at: usize, encoding: Encoding) -> Vec<CompletionItem> {
    let Some(content) = document.text.as_deref().filter(|_| is_template(document)) else { return Vec::new() };
    let Some(value) = place(content, at) else { return Vec::new() };
    let offset = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
    let span = Span::new(FileId(0), offset(value.start), offset(value.end));
    let range = text::range(&SourceFile::new("", content), span, encoding);
    let written = |id: &str| match (value.is_json && !value.is_quoted, value.needs_blank) {
        (true, _) => format!("\"{id}\""),
        (_, true) => format!(" {id}"),
        _ => id.to_owned(),
    };
    let item = |label: &str, id: &str, kind| CompletionItem {
        label: label.to_owned(),
        kind: Some(kind),
        // What is typed may be the start of either.
        filter_text: Some(if label == id { id.to_owned() } else { format!("{label} {id}") }),
        text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit { range, new_text: written(id) })),
        ..CompletionItem::default()
    };
    let all = |names: Vec<String>, kind| names.iter().map(|name| item(name, name, kind)).collect();
    // What a function returns is in the place of the function.
    let keys = match value.keys.as_slice() {
        ["Ref" | "Fn::If" | "Fn::Sub", keys @ ..] => keys,
        keys => keys,
    };
    let is_tag = content.get(value.start..at).is_some_and(|start| start.starts_with('!'));
    let known = Known { document, content, value: &value };
    let references = |key: &str| {
        let reference = |name: &String| {
            let new_text = match (value.is_json, value.needs_blank) {
                (true, _) => format!("{{\"Ref\": \"{name}\"}}"),
                (_, true) => format!(" !Ref {name}"),
                _ => format!("!Ref {name}"),
            };
            CompletionItem {
                filter_text: is_tag.then(|| new_text.clone()),
                text_edit: Some(CompletionItemTextEdit::TextEdit(TextEdit { range, new_text })),
                ..item(name, name, CompletionItemKind::Reference)
            }
        };
        known.policies(key).iter().map(reference).collect::<Vec<_>>()
    };
    match (value.function, keys) {
        (Some("Ref"), [key, ..]) => all(known.policies(key), CompletionItemKind::Reference),
        (Some(function), _) if function != "Sub" => Vec::new(),
        (None, [key, ..]) if managed::KEYS.contains(key) && is_tag => references(key),
        _ if is_tag => Vec::new(),
        (None, [key, ..]) if managed::KEYS.contains(key) => {
            let policy = |(name, id): (&str, &str)| CompletionItem {
                detail: Some(id.to_owned()),
                documentation: managed::describe(id).map(|text| {
                    Documentation::MarkupContent(MarkupContent { kind: MarkupKind::Markdown, value: text })
                }),
                ..item(name, id, CompletionItemKind::Constant)
            };
            let own = if value.is_quoted { Vec::new() } else { references(key) };
            managed::policies(key).into_iter().map(policy).chain(own).collect()
        }
        (_, ["TargetOriginId", ..]) => all(known.origins(at, true), CompletionItemKind::Reference),
        (_, ["OriginId", ..]) => all(known.origins(at, false), CompletionItemKind::Reference),
        (_, ["OriginPath", ..]) => all(known.stages(at), CompletionItemKind::Reference),
        (_, keys) => all(names(keys), CompletionItemKind::EnumMember),
    }
}

/// What CloudFront accepts below these keys, the innermost first.
fn names(keys: &[&str]) -> Vec<String> {
    let owned = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    match keys {
        ["Headers", "HeadersConfig" | "ForwardedValues", ..] => headers_of_policies(),
        ["HeaderName", "OriginCustomHeaders", ..] => sorted(names_for_origins()),
        ["Items", "AccessControlAllowHeaders", ..] => sorted(sent_by_pages()),
        ["Items", "AccessControlAllowMethods", ..] => owned(&METHODS),
        ["AllowedMethods", ..] => sorted(Method::ALL.iter().map(|method| method.as_str())),
        ["CachedMethods", ..] => sorted(SETS[1].iter().map(|method| method.as_str())),
        _ => {
            let below: Vec<&str> = keys.iter().copied().take_while(|key| *key != "Properties").collect();
            let path: Vec<&str> = below.into_iter().rev().collect();
            owned(listed_values(&path))
        }
    }
}

/// The headers that a policy can name: those of the viewer, and those that CloudFront adds.
fn headers_of_policies() -> Vec<String> {
    let added = origin_request_policies().iter().flat_map(|policy| match &policy.headers {
        ManagedHeaders::AllViewerAndCloudFront(names) => names.as_slice(),
        _ => &[],
    });
    let others = sent_by_pages().chain(added.copied()).filter(|name| cannot_be_whitelisted(name).is_none());
    sorted(names_for_policies().chain(others))
}

fn sorted<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut names: Vec<String> = names.map(str::to_owned).collect();
    names.sort_by_key(|name| name.to_ascii_lowercase());
    names.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    names
}

/// What names are looked up in: the document with any value at the place, or else when it could last be parsed.
struct Known<'d> {
    document: &'d Open,
    content: &'d str,
    value: &'d Place<'d>,
}

impl Known<'_> {
    /// The ids of the origins of the distribution around a place; of all of them if the document cannot be parsed.
    fn origins(&self, at: usize, with_groups: bool) -> Vec<String> {
        self.names(|root, is_now| ids(root, is_now.then_some(at), with_groups))
    }

    /// The policies that the template declares, for one of the properties with the id of a policy.
    fn policies(&self, key: &str) -> Vec<String> {
        let Some(kind) = key.strip_suffix("Id").filter(|_| managed::KEYS.contains(&key)) else {
            return Vec::new();
        };
        let kind = format!("AWS::CloudFront::{kind}");
        let is_one = |it: NodeRef<'_>| it.get("Type").is_some_and(|it| it.value.text() == Some(&kind));
        self.names(|root, _| {
            let resources = root.get("Resources").into_iter().flat_map(|section| section.value.entries());
            resources.filter(|entry| is_one(entry.value)).map(|entry| entry.name().to_owned()).collect()
        })
    }

    fn stages(&self, at: usize) -> Vec<String> {
        let text = self.texts().find(|text| parse(FileId(0), text.as_ref().into()).is_ok());
        stages::paths(self.document, text.as_deref(), at)
    }

    fn names(&self, names: impl Fn(NodeRef<'_>, bool) -> Vec<String>) -> Vec<String> {
        let read = |text: &str, is_now: bool| {
            let parsed = parse(FileId(0), text.into()).ok()?;
            Some(names(parsed.tree.root()?, is_now))
        };
        let now = self.texts().find_map(|text| read(&text, true)).filter(|names| !names.is_empty());
        let last = || read(std::str::from_utf8(&self.document.last.first()?.bytes).ok()?, false);
        now.or_else(last).unwrap_or_default()
    }

    /// The text, and what it may be once the value is written: until then, quotes, commas and brackets are missing.
    fn texts(&self) -> impl Iterator<Item = Cow<'_, str>> {
        let before = self.content.get(..self.value.start).unwrap_or_default();
        let before =
            if self.value.is_quoted { before.get(..before.len().saturating_sub(1)) } else { Some(before) };
        let before = before.unwrap_or_default();
        let after = self.content.get(self.value.end..).unwrap_or_default();
        let (line, below) = after.split_at(after.find('\n').unwrap_or(after.len()));
        let line = line.trim_start_matches(['"', '\'']);
        let fills = ["\"\"", "\"\","].into_iter().flat_map(move |fill| [(fill, line), (fill, "")]);
        let filled = fills.map(move |(fill, line)| Cow::Owned(format!("{before}{fill}{line}{below}")));
        std::iter::once(Cow::Borrowed(self.content)).chain(filled)
    }
}

fn ids(root: NodeRef<'_>, at: Option<usize>, with_groups: bool) -> Vec<String> {
    let is_around = |node: &NodeRef<'_>| {
        at.is_none_or(|at| node.span().range().contains(&at) || node.span().end as usize == at)
    };
    let around = || root.subtree().filter(is_around);
    let origins = around().filter_map(|node| node.get("Origins"));
    let groups = around().filter_map(|node| node.get("OriginGroups")?.value.get("Items"));
    let groups = groups.filter(|_| with_groups);
    let lists = origins.chain(groups).flat_map(|entry| entry.value.items());
    lists.filter_map(|origin| origin.get("Id")?.value.text()).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_place_has_its_own_headers() {
        let has = |keys: &[&str], name: &str| names(keys).iter().any(|known| known == name);
        let policy = ["Headers", "HeadersConfig", "OriginRequestPolicyConfig"];
        assert!(has(&policy, "CloudFront-Viewer-Country") && has(&policy, "Authorization"));
        assert!(has(&policy, "X-Api-Key") && !has(&policy, "Cookie") && !has(&policy, "X-Amz-Cf-Id"));
        let custom = ["HeaderName", "OriginCustomHeaders"];
        assert!(has(&custom, "Authorization") && !has(&custom, "Host") && !has(&custom, "Via"));
        assert!(has(&["Items", "AccessControlAllowMethods"], "ALL"));
        assert!(!has(&["CachedMethods"], "POST") && has(&["AllowedMethods"], "POST"));
        assert!(names(&["Headers"]).is_empty() && names(&[]).is_empty());
    }

    #[test]
    fn listed_values_are_those_of_the_table() {
        let keys = ["ViewerProtocolPolicy", "DefaultCacheBehavior", "DistributionConfig", "Properties", "X"];
        assert_eq!(names(&keys), ["allow-all", "https-only", "redirect-to-https"]);
    }
}
