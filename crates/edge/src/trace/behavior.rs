//! Which behavior handles a request.

use cflint_template::model::Behavior;
use cflint_template::value::{Part, Text, Tri};

use super::{End, Tracer, Way, by_default};
use crate::facts::Certainty;
use crate::language::Language;
use crate::routes::pattern::{PathPattern, normalize_path};
use crate::routes::route_paths::language;
use crate::words::{all_of, quoted};

/// The path in two forms: as CloudFront compares it, and as it sends it to the origin.
#[derive(Debug, Clone)]
pub(super) struct Paths {
    normal: String,
    pub(super) raw: String,
    /// The path before the default root object is inserted, if it is.
    without_object: Option<String>,
}

impl Paths {
    /// A path that a function wrote, which is sent as it is.
    pub(super) fn written(path: &str) -> Self {
        Self { normal: normalize_path(path), raw: path.to_owned(), without_object: None }
    }
}

impl<'m> Tracer<'m, '_> {
    /// The path, with the default root object for `/`.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DefaultRootObject.html>
    pub(super) fn root_object(&mut self) -> Paths {
        let raw = self.request.path.clone();
        let object = &self.model.distribution.default_root_object;
        let name = object.known().filter(|name| !name.is_empty());
        match name {
            Some(name) if raw == "/" => {
                let replaced = format!("/{name}");
                self.sure(
                    "default root object",
                    format!("`/` is rewritten to `{replaced}`{}", by_default(object)),
                    object.span,
                );
                if name.prefix().starts_with('/') {
                    self.doubt(
                        "what happens with a default root object that starts with a slash; the documentation warns of `403 Access Denied`",
                    );
                }
                Paths { normal: normalize_path(&replaced), raw: replaced, without_object: Some(raw) }
            }
            _ => {
                if raw == "/" && object.is_unknown() {
                    self.doubt("whether the distribution has a default root object");
                }
                Paths { normal: normalize_path(&raw), raw, without_object: None }
            }
        }
    }

    /// The first behavior whose pattern matches the path; the default one if none does.
    /// <https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/DownloadDistValuesCacheBehavior.html#DownloadDistValuesPathPattern>
    pub(super) fn choose(&mut self, paths: &Paths) -> Way<&'m Behavior> {
        let distribution = &self.model.distribution;
        if let Some(reason) = &distribution.behaviors.open {
            let why = format!("not all behaviors are known: {}", reason.0);
            return Err(End::unknown(why).at(distribution.behaviors.span));
        }
        let mut passed = Vec::new();
        let mut found = &*distribution.default_behavior;
        for behavior in distribution.behaviors.iter() {
            match takes(behavior, &paths.normal) {
                Tri::True => {
                    found = behavior;
                    break;
                }
                Tri::False => passed.push(behavior),
                Tri::Unknown => {
                    let why =
                        format!("it is not known whether `{}` matches `{}`", behavior.name(), paths.normal);
                    return Err(End::unknown(why).at(behavior.path_pattern.span));
                }
            }
        }
        let count = distribution.behaviors.items.len();
        let normal = &paths.normal;
        let shown = if *normal == paths.raw { String::new() } else { format!(", compared as `{normal}`") };
        let not = passed_over(&passed, normal);
        let (detail, span) = match found.index {
            Some(_) if count == 1 => {
                (format!("`{}` matches `{}`{shown}", found.name(), paths.raw), found.path_pattern.span)
            }
            Some(index) => (
                format!(
                    "`{}`, number {} of {count}, matches `{}`{shown}{not}",
                    found.name(),
                    index + 1,
                    paths.raw
                ),
                found.path_pattern.span,
            ),
            None if count == 0 => {
                (format!("{}, the only one, matches `{}`{shown}", found.name(), paths.raw), found.span)
            }
            None => (format!("{} matches `{}`{shown}{not}", found.name(), paths.raw), found.span),
        };
        self.sure("behavior", detail, span);
        self.doubt_about_path(paths, found);
        Ok(found)
    }

    /// Records what is not documented about how the path is compared.
    fn doubt_about_path(&mut self, paths: &Paths, found: &Behavior) {
        let other = |path: &str| first(&self.model.distribution.behaviors.items, path) != found.index;
        let decoded = decode_unreserved(&paths.normal);
        if decoded != paths.normal && other(&normalize_path(&decoded)) {
            self.doubt(format!(
                "whether CloudFront compares `{}` or `{decoded}` with the patterns",
                paths.normal
            ));
        }
        if let Some(before) = &paths.without_object
            && other(&normalize_path(before))
        {
            self.doubt(format!(
                "whether CloudFront compares `{before}` or `{}` with the patterns",
                paths.normal
            ));
        }
    }
}

/// The behaviors before the one that matches, with the reason where a similar pattern does not.
fn passed_over(passed: &[&Behavior], path: &str) -> String {
    const MOST: usize = 6;
    let (near, far): (Vec<_>, Vec<_>) = passed.iter().partition(|behavior| why_not(behavior, path).is_some());
    let mut texts = Vec::new();
    for behavior in near {
        let why = why_not(behavior, path).unwrap_or_default();
        texts.push(format!("`{}` does not match: {why}", behavior.name()));
    }
    let mut names = quoted(far.iter().take(MOST).map(|behavior| behavior.name()));
    if far.len() > MOST {
        names.push(format!("{} others", far.len() - MOST));
    }
    match names.len() {
        0 => {}
        1 => texts.push(format!("{} does not match", names[0])),
        _ => texts.push(format!("{} do not match", all_of(&names))),
    }
    texts.iter().map(|text| format!("; {text}")).collect()
}

/// Why a pattern does not match a path although it looks as if it should.
fn why_not(behavior: &Behavior, path: &str) -> Option<String> {
    let written = behavior.path_pattern.literal()?;
    let pattern = format!("/{}", written.strip_prefix('/').unwrap_or(written));
    if PathPattern::new(&pattern.to_ascii_lowercase()).matches(&path.to_ascii_lowercase()) {
        return Some("matching is case-sensitive".to_owned());
    }
    if pattern.strip_suffix("/*") == Some(path) {
        return Some(format!("it matches only paths that start with `{path}/`"));
    }
    let is_plain = !pattern.contains(['*', '?']);
    if is_plain && path.strip_prefix(&pattern).is_some_and(|rest| rest.starts_with('/')) {
        return Some("it matches only this exact path, not the paths below it".to_owned());
    }
    let below = pattern.strip_prefix("/*").filter(|rest| rest.starts_with('/'))?;
    let takes = PathPattern::new(below).matches(path);
    takes.then(|| "it matches the path only below another segment".to_owned())
}

fn first(behaviors: &[Behavior], path: &str) -> Option<usize> {
    behaviors.iter().find(|behavior| !takes(behavior, path).is_false()).and_then(|behavior| behavior.index)
}

/// Whether the pattern of a behavior matches a normalized path. One with a value that is known only at deployment may
/// still be certain not to.
fn takes(behavior: &Behavior, path: &str) -> Tri {
    let Some(pattern) = behavior.path_pattern.known() else { return Tri::Unknown };
    if let Some(literal) = pattern.as_literal() {
        return Tri::from(PathPattern::new(literal).matches(path));
    }
    let mut paths = Language::empty();
    if !pattern.prefix().starts_with('/') {
        paths.push_literal("/");
    }
    for part in pattern.parts() {
        paths = paths.then(&match part {
            Part::Lit(text) => Language::glob(text),
            Part::Hole(hole) => language(&Text::hole((**hole).clone())),
        });
    }
    if paths.matches(path) { Tri::Unknown } else { Tri::False }
}

/// The path with unreserved characters decoded.
fn decode_unreserved(path: &str) -> String {
    let mut decoded = String::with_capacity(path.len());
    let mut rest = path;
    while let Some(at) = rest.find('%') {
        decoded.push_str(&rest[..at]);
        let code = rest.get(at + 1..at + 3);
        let c = code.and_then(|code| u8::from_str_radix(code, 16).ok()).map(char::from);
        match c.filter(|c| c.is_ascii_alphanumeric() || "-._~".contains(*c)) {
            Some(c) => {
                decoded.push(c);
                rest = &rest[at + 3..];
            }
            None => {
                decoded.push('%');
                rest = &rest[at + 1..];
            }
        }
    }
    decoded.push_str(rest);
    decoded
}

/// The certainty of what rests on the path being normalized already.
pub(super) fn of_path(path: &str) -> Certainty {
    if normalize_path(path) == path { Certainty::Certain } else { Certainty::Probable }
}
